//! Signing in: address and password, or another provider.

use super::here::Here;
use super::policy::{Leads, show};
use super::words::{Shown, Words};
use super::{fault, here};
use crate::console::Console;
use crate::console::page::{Form, Frame};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use std::sync::Arc;
use tollgate_issuer::authorize::Step;
use tollgate_issuer::people::{Refused, sign_in};
use tollgate_issuer::terms::people::ConnectionKind;

/// The most characters of a `login_hint` that is an address.
const MOST_HINT: usize = 200;

#[derive(Template)]
#[template(path = "authorize/sign_in.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub form: Form,
    pub lead: Shown,
    /// Other providers: where the button's form goes, and its words.
    pub connections: Vec<(String, Shown)>,
    /// Where a record of one's own is made; empty where none is.
    pub sign_up: String,
    /// The way, so that a forgotten password leads back to it.
    pub flow: String,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let form = Form::new().with("email", expected(&here));
    let page = page(&console, &here, form);
    show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
}

/// Signs in, or goes back to the client without.
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    if ask.field("choice") == "cancel" {
        return here.refuse(&console).await;
    }
    let (email, password) = (ask.field("email"), ask.field("password"));
    let tried = sign_in::password_after(&console.desk, here.session(), email, password, &ask.origin).await;
    match tried {
        Err(why) => fault::page(&console, ask, here.words, &why),
        Ok(Ok(begun)) => here.entered(&console, &begun).await,
        Ok(Err(why)) => {
            let mut form = Form::typed(&ask.form, &["choice"]);
            let shown = say(&mut form, &why, here.words, "wrong");
            let page = page(&console, &here, form);
            shown.answer(show(shown.status, &page.frame, &page, &leads(&console, &here)))
        }
    }
}

/// Who is expected: as the client said, or who is there and shall show it again.
fn expected(here: &Here) -> String {
    let hint = here.flow.authorization.asked.login_hint.as_deref();
    // A hint may be a firm's domain or a number (3E-17): then nothing is filled in.
    match hint.filter(|hint| hint.contains('@') && hint.len() <= MOST_HINT) {
        Some(hint) => hint.to_owned(),
        None => here.who().map(|who| who.user().email.clone()).unwrap_or_default(),
    }
}

fn page(console: &Console, here: &Here, form: Form) -> Page {
    let terms = &console.desk.terms.people;
    let id = &here.flow.authorization.id;
    let connections = terms
        .connections
        .iter()
        .filter(|connection| connection.kind != ConnectionKind::Test)
        .map(|connection| {
            let place = here::path(id, Some(&Step::Connection(connection.name.clone())));
            let words = here.words.named("connection-button", "connection", &connection.label);
            (place, words)
        })
        .collect();
    Page {
        frame: here.frame(console, "sign-in-title"),
        texts: here.words,
        form,
        lead: here.words.named("sign-in-lead", "application", &here.flow.client.name),
        connections,
        sign_up: match terms.sign_up {
            true => format!("{}/sign-up", here.on()),
            false => String::new(),
        },
        flow: id.to_string(),
    }
}

pub(super) fn leads(console: &Console, here: &Here) -> Leads {
    Leads::of(&here.flow.authorization.asked.redirect_uri, &console.desk.terms.people)
}

/// The status of a page that shows a form again, and when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Again {
    pub status: StatusCode,
    after: Option<i64>,
}

impl Again {
    pub(super) fn answer(self, mut response: Response) -> Response {
        if let Some(seconds) = self.after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Says in a form why it was refused. `wrong` is the text for everything that must not be told apart (SE7).
pub(super) fn say(form: &mut Form, why: &Refused, words: Words, wrong: &str) -> Again {
    let mut again = Again {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        after: None,
    };
    match why {
        Refused::Wrong | Refused::Disabled => form.refuse_whole(words.say(wrong)),
        Refused::TooMany { seconds } => {
            let seconds = (*seconds).max(1);
            again = Again {
                status: StatusCode::TOO_MANY_REQUESTS,
                after: Some(seconds),
            };
            form.refuse_whole(words.told("too-many", "span", &words.span(seconds)));
        }
        Refused::Invalid { field, .. } => {
            form.refuse_whole(words.say("join-invalid"));
            form.refuse(field, words.say("join-invalid"));
        }
        Refused::Weak(_) | Refused::Spent | Refused::Stale | Refused::Unproved => {
            form.refuse_whole(words.say("changed"));
        }
    }
    again
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE7: the wrong, the unknown and the disabled read the same sentence under the same status.
    #[test]
    fn disabled_and_wrong_are_told_alike() {
        let told = |why: &Refused| {
            let mut form = Form::new();
            let again = say(&mut form, why, Words::of("fr"), "wrong");
            (again, form.whole().to_owned(), form.faults().len())
        };
        assert_eq!(told(&Refused::Wrong), told(&Refused::Disabled));
        assert_eq!(told(&Refused::Wrong).1, Words::of("fr").say("wrong"));
    }

    /// SE8: who tried too often is told how long to wait, in words and for programs.
    #[test]
    fn too_many_tries_are_told_with_the_wait() {
        let mut form = Form::new();
        let again = say(&mut form, &Refused::TooMany { seconds: 300 }, Words::of("de"), "wrong");
        assert_eq!((again.status, again.after), (StatusCode::TOO_MANY_REQUESTS, Some(300)));
        assert!(form.whole().contains("5 Minuten"), "{}", form.whole());
    }
}
