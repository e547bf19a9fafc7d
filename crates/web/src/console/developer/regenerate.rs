//! Regenerate: a new secret, and what becomes of those before it (SS-10, SS-13, SS-58).

use super::answer;
use super::head;
use super::shown::{self, New};
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Choice, Form, Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::rights::Role;
use tollgate_issuer::terms::SecretTerms;
use tollgate_model::{Moment, Version};

#[derive(Template)]
#[template(path = "developer/regenerate.html")]
struct Page {
    frame: Frame,
    form: Form,
    back: String,
    seen: Version,
    /// Labels of the secrets that work now, oldest first.
    living: Vec<Living>,
    overlaps: Vec<Choice>,
    most: usize,
    lifetime: Option<i64>,
}

struct Living {
    label: String,
    last_used: Option<Moment>,
}

/// The question.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let form = Form::new().with("overlap", console.desk.terms.secrets.overlap.to_string());
    let shown = show(&console, &at).await?;
    Ok(page(&console, &at, StatusCode::OK, &shown, form))
}

async fn show(console: &Console, at: &AtAccount) -> Result<Shown, Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    answer::done(console, at, shown)
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, shown: &Shown, form: Form) -> Response {
    let client = &shown.owned.record().client;
    let terms = console.desk.terms.secrets;
    let living = living(shown, at.ask.now);
    let title = if living.is_empty() {
        "Generate a client secret"
    } else {
        "Regenerate the client secret"
    };
    let page = Page {
        frame: head::below(console, at, client, title),
        form,
        back: format!("/console/clients/{}", client.id),
        seen: client.version,
        overlaps: if living.is_empty() { Vec::new() } else { overlaps(terms) },
        living,
        most: terms.most_alive,
        lifetime: terms.lifetime,
    };
    respond(status, &page.frame, &page)
}

fn living(shown: &Shown, now: Moment) -> Vec<Living> {
    developer::ending(&shown.owned, now)
        .into_iter()
        .map(|secret| Living {
            label: secret.label.clone(),
            last_used: secret.last_used,
        })
        .collect()
}

/// How long the old secret may live on: what is usual, as far as the terms go, and the terms' own.
fn overlaps(terms: SecretTerms) -> Vec<Choice> {
    let mut spans = vec![0];
    // With one alive at most there is no room beside the new one.
    if terms.most_alive > 1 {
        let usual = [3600, 86_400, 7 * 86_400, 30 * 86_400];
        spans.extend(usual.into_iter().filter(|span| *span <= terms.longest_overlap));
        if !spans.contains(&terms.overlap) {
            spans.push(terms.overlap);
        }
        spans.sort_unstable();
    }
    spans.into_iter().map(overlap).collect()
}

fn overlap(seconds: i64) -> Choice {
    match seconds {
        0 => Choice::new(
            "0",
            "At once",
            "The old secret stops working the moment you press the button. Your software fails until it has the new \
             one.",
        ),
        _ => Choice::new(seconds.to_string(), format!("After {}", words::span(seconds)), ""),
    }
}

/// Makes it, and shows it, this once.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let seen = answer::seen(&console, &at)?;
    let before = show(&console, &at).await?;
    let mut form = Form::typed(&at.ask.form, &[]);
    let typed = at.ask.field("overlap");
    let overlap = if typed.is_empty() {
        None
    } else {
        typed.parse::<i64>().ok()
    };
    if overlap.is_none() && !typed.is_empty() {
        form.refuse("overlap", "Choose when the old secret ends.");
        return Ok(page(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, &before, form));
    }
    let label = at.ask.field("label").trim();
    let ask = Regenerate {
        label: (!label.is_empty()).then(|| label.to_owned()),
        overlap,
        seen: Some(seen),
    };
    // Read before: what can fail must not stand between a secret and its only showing.
    let apis = developer::apis(&console.desk, &at.seat).await;
    let apis = answer::done(&console, &at, apis)?;
    let id = answer::client(&at.ask);
    let made = developer::regenerate(&console.desk, &at.seat, &at.asker(), &id, &ask).await;
    let made = match answer::known(&console, &at, made)? {
        Ok(made) => made,
        Err(no) => {
            // As it stands after whatever came between.
            let now = show(&console, &at).await?;
            return match answer::say(&mut form, &no) {
                Some(status) => Ok(page(&console, &at, status, &now, form)),
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            };
        }
    };
    let record = before.owned.record();
    let terms = console.desk.terms.secrets;
    Ok(shown::once(
        &console,
        &at,
        New {
            client: &record.client,
            grants: &record.grants,
            apis: &apis,
            plain: made.plain.expose(),
            made: false,
            note: note(living(&before, at.ask.now).len(), overlap.unwrap_or(terms.overlap)),
            expires: made.secret.expires,
        },
    ))
}

/// What became of the secrets before, in a sentence.
fn note(before: usize, overlap: i64) -> String {
    match (before, overlap) {
        (0, _) => String::new(),
        (_, 0) => "The old secret works no more. Tokens that it bought live to their own expiry.".to_owned(),
        _ => format!("The old secret goes on working for {}.", words::span(overlap)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(most_alive: usize, overlap: i64, longest_overlap: i64) -> SecretTerms {
        SecretTerms {
            most_alive,
            overlap,
            longest_overlap,
            lifetime: None,
        }
    }

    /// SS-13, SS-58: the overlaps on offer are those that will be taken, the terms' own among them.
    #[test]
    fn overlaps_are_offered_as_far_as_the_terms_go() {
        let values = |terms| -> Vec<String> { overlaps(terms).into_iter().map(|choice| choice.value).collect() };
        assert_eq!(
            values(terms(2, 0, 30 * 86_400)),
            ["0", "3600", "86400", "604800", "2592000"]
        );
        assert_eq!(values(terms(2, 600, 4000)), ["0", "600", "3600"]);
        assert_eq!(values(terms(2, 0, 0)), ["0"]);
        assert_eq!(values(terms(1, 3600, 86_400)), ["0"]);
    }

    #[test]
    fn what_became_of_the_old_secret_is_said() {
        assert_eq!(note(0, 0), "");
        assert!(note(1, 0).contains("works no more"));
        assert_eq!(note(1, 86_400), "The old secret goes on working for 1 day.");
    }
}
