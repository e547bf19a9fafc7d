//! What clients may be told of a person.

use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::user::claims::{self, ADDRESS, Claims, Form as Written};
use tollgate_issuer::registry::user::{self, Revise};
use tollgate_model::{User, UserId, Version};

/// Where the list of people is.
const LIST: &str = "/console/desk/people";
/// What the field of a claim begins with; its name follows.
const CLAIM: &str = "claim-";

#[derive(Template)]
#[template(path = "desk/claims.html")]
struct Page {
    frame: Frame,
    form: Form,
    seen: Version,
    back: String,
    fields: Vec<Field>,
}

/// A field of the form.
struct Field {
    name: String,
    label: String,
    hint: &'static str,
    /// Yes or no.
    check: bool,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let user = held(&console, &at).await?;
    let form = filled(&user, &names(&console));
    Ok(shown(&console, &at, StatusCode::OK, &user, form))
}

async fn held(console: &Console, at: &AtDesk) -> Result<User, Response> {
    let id = UserId::new(asked::part(&at.ask, 1));
    answer::found(console, at, "user", console.desk.store.user(&id).await)
}

/// The claims that this page has. `updated_at` is a number that nobody types.
fn names(console: &Console) -> Vec<&str> {
    let offered = claims::offered(&console.desk.terms.people);
    offered
        .into_iter()
        .filter(|name| claims::form(name) != Written::Number)
        .collect()
}

fn filled(user: &User, names: &[&str]) -> Form {
    let mut form = Form::new().with("name", &user.name);
    if user.email_verified {
        form = form.with("email_verified", "yes");
    }
    for (name, value) in user.claims.iter().filter(|(name, _)| names.contains(&name.as_str())) {
        let field = format!("{CLAIM}{name}");
        form = match (claims::form(name), value) {
            (Written::Address, Value::Object(parts)) => parts.iter().fold(form, |form, (part, value)| {
                form.with(&format!("{field}.{part}"), value.as_str().unwrap_or_default())
            }),
            (Written::YesOrNo, Value::Bool(true)) => form.with(&field, "yes"),
            (Written::YesOrNo, _) => form,
            (_, Value::String(text)) => form.with(&field, text),
            (_, other) => form.with(&field, other.to_string()),
        };
    }
    form
}

fn fields(names: &[&str]) -> Vec<Field> {
    let field = |name: String, label: String, hint, check| Field {
        name: format!("{CLAIM}{name}"),
        label,
        hint,
        check,
    };
    let words = |name: &str| name.replace('_', " ");
    let each = names.iter().flat_map(|name| match claims::form(name) {
        Written::Address => ADDRESS
            .iter()
            .map(|part| {
                field(
                    format!("{name}.{part}"),
                    format!("{}: {}", words(name), words(part)),
                    "",
                    false,
                )
            })
            .collect(),
        form => {
            let hint = match form {
                Written::Date => "As 1990-05-31; 0000-05-31 without the year, 1990 without the day.",
                Written::Url => "An http or https address.",
                Written::Any => "A text, or JSON.",
                _ => "",
            };
            vec![field((*name).to_owned(), words(name), hint, form == Written::YesOrNo)]
        }
    });
    each.collect()
}

fn shown(console: &Console, at: &AtDesk, status: StatusCode, user: &User, form: Form) -> Response {
    let back = format!("{LIST}/{}", user.id);
    let crumbs = [(LIST, "People"), (back.as_str(), user.name.as_str())];
    let mut frame = frame(console, at, "What applications are told", &crumbs);
    frame.lead = format!("About {}, if they agree to it.", user.email);
    let page = Page {
        frame,
        form,
        seen: user.version,
        fields: fields(&names(console)),
        back,
    };
    respond(status, &page.frame, &page)
}

/// Saves it.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let user = held(&console, &at).await?;
    let ask = Revise {
        name: Some(at.ask.field("name").to_owned()),
        email_verified: Some(!at.ask.field("email_verified").is_empty()),
        claims: Some(typed(&user.claims, &names(&console), |name| {
            at.ask.field(name).trim().to_owned()
        })),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = user::revise(&console.desk, &at.asker(), &user.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(_) => Ok(see(&format!("{LIST}/{}?done=person-saved", user.id))),
        Err(no) => {
            let (status, mut form) = answer::again(&console, &at, &no)?;
            point(&mut form, &no);
            let user = held(&console, &at).await?;
            Ok(shown(&console, &at, status, &user, form))
        }
    }
}

/// What was typed, and what is on record that this page has no field for.
fn typed(held: &Claims, names: &[&str], field: impl Fn(&str) -> String) -> Claims {
    let mut claims = held.clone();
    for name in names {
        let text = field(&format!("{CLAIM}{name}"));
        let value = match claims::form(name) {
            Written::YesOrNo => (!text.is_empty()).then_some(Value::Bool(true)),
            Written::Address => {
                let parts = ADDRESS
                    .iter()
                    .map(|part| (*part, field(&format!("{CLAIM}{name}.{part}"))));
                let parts = parts.filter(|(_, text)| !text.is_empty());
                let parts: Claims = parts.map(|(part, text)| (part.to_owned(), text.into())).collect();
                (!parts.is_empty()).then_some(Value::Object(parts))
            }
            // What is no JSON was meant as a text.
            Written::Any if text.starts_with(['{', '[']) => {
                Some(serde_json::from_str(&text).unwrap_or(Value::String(text)))
            }
            _ => (!text.is_empty()).then_some(Value::String(text)),
        };
        match value {
            Some(value) => claims.insert((*name).to_owned(), value),
            None => claims.remove(*name),
        };
    }
    claims
}

/// Says it beside the field of the claim that the rule names.
fn point(form: &mut Form, no: &No) {
    if let No::Invalid {
        field: "claims",
        problem,
    } = no
        && let Some((name, problem)) = problem.strip_prefix('"').and_then(|rest| rest.split_once("\" "))
    {
        form.refuse(&format!("{CLAIM}{name}"), format!("This {problem}."));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NAMES: [&str; 5] = [
        "given_name",
        "address",
        "phone_number_verified",
        "birthdate",
        "credential",
    ];

    fn claims(value: Value) -> Claims {
        value.as_object().cloned().unwrap()
    }

    /// SO-5: what stands in the form is what is on record, there and back.
    #[test]
    fn claims_pass_through_the_form_unchanged() {
        let held = claims(json!({
            "given_name": "Ann", "address": { "locality": "Berlin", "country": "DE" },
            "phone_number_verified": true, "credential": { "serial": 7 }, "updated_at": 5,
        }));
        let user = User {
            claims: held.clone(),
            ..user()
        };
        let form = filled(&user, &NAMES);
        let again = typed(&held, &NAMES, |name| form.value(name).to_owned());
        assert_eq!(again, held);
        let nothing = typed(&held, &NAMES, |_| String::new());
        assert_eq!(
            nothing,
            claims(json!({ "updated_at": 5 })),
            "an emptied field is no claim"
        );
    }

    #[test]
    fn a_wrong_claim_is_said_at_its_field() {
        let mut form = Form::new();
        point(&mut form, &No::invalid("claims", "\"birthdate\" must be a date"));
        assert_eq!(form.fault("claim-birthdate"), "This must be a date.");
        let labels: Vec<_> = fields(&NAMES).into_iter().map(|field| field.label).collect();
        assert!(labels.contains(&"address: postal code".to_owned()), "{labels:?}");
    }

    fn user() -> User {
        User {
            id: UserId::new("usr_1"),
            email: "ann@firm.example".into(),
            name: "Ann".into(),
            claims: Claims::new(),
            email_verified: true,
            password: None,
            totp: None,
            recovery: Vec::new(),
            operator: false,
            state: tollgate_model::State::Active,
            created: tollgate_model::Moment(0),
            version: 1,
        }
    }
}
