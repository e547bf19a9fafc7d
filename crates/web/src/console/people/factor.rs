//! The second factor: setting it up, taking it away, and recovery codes.

use super::{below_profile, prove, refusal};
use crate::console::Console;
use crate::console::door::{Person, see};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, Qr, qr, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::profile::{self, Setup};
use tollgate_issuer::people::{Answered, Refused};
use tollgate_issuer::rights::SignedIn;

const SET_UP: &str = "/console/profile/second-factor";
const REMOVE: &str = "/console/profile/second-factor/remove";
const CODES: &str = "/console/profile/recovery-codes";

#[derive(Template)]
#[template(path = "people/factor.html")]
struct Page {
    frame: Frame,
    form: Form,
    qr: Option<Qr>,
    /// In groups of four: who types it loses the place less often.
    secret: String,
    sealed: String,
    /// Whether there is one already, which this takes the place of.
    again: bool,
}

#[derive(Template)]
#[template(path = "people/codes.html")]
struct Codes {
    frame: Frame,
    list: String,
    count: usize,
}

#[derive(Template)]
#[template(path = "people/confirm.html")]
struct Confirm {
    frame: Frame,
    form: Form,
    words: &'static str,
    button: &'static str,
    danger: bool,
}

/// The form with a new secret. Nothing is kept of it before its first code was shown.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    if let Some(first) = prove::first(&console, &who, SET_UP) {
        return first;
    }
    match profile::begin_totp(&console.desk, &who) {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(setup) => {
            let page = page(&console, &ask, &who, Form::new(), &setup);
            respond(StatusCode::OK, &page.frame, &page)
        }
    }
}

/// Sets it up, and shows the recovery codes in the answer itself: nowhere else, and never again.
pub(super) async fn post(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let sealed = ask.field("sealed");
    let why = match profile::confirm_totp(&console.desk, &who, sealed, ask.field("otp"), &ask.origin).await {
        Err(fault) => return console.fault(&fault, ask.id()),
        Ok(Ok(codes)) => {
            let lead = "The second factor is on. From now on you need your app to sign in.";
            return codes_page(&console, &ask, &who, lead, &codes);
        }
        Ok(Err(why)) => why,
    };
    if why == Refused::Unproved
        && let Some(first) = prove::first(&console, &who, SET_UP)
    {
        return first;
    }
    let mut form = Form::new();
    // The app has the secret already: the same one is shown again. A form that lay about for too long gets a new one.
    let setup = match profile::resume_totp(&console.desk, &who, sealed) {
        Ok(Some(setup)) => Ok(setup),
        Ok(None) => profile::begin_totp(&console.desk, &who).inspect(|_| {
            form.refuse_whole("This page lay about for too long. Please scan the new code below.");
        }),
        Err(fault) => Err(fault),
    };
    let setup = match setup {
        Ok(setup) => setup,
        Err(fault) => return console.fault(&fault, ask.id()),
    };
    if form.is_refused() {
        let page = page(&console, &ask, &who, form, &setup);
        return respond(StatusCode::UNPROCESSABLE_ENTITY, &page.frame, &page);
    }
    let wrong = "This code is not right. Wait for the next one, and look whether your phone's clock is right.";
    let shown = refusal::say(&mut form, &why, wrong);
    let page = page(&console, &ask, &who, form, &setup);
    refusal::show(shown, &page.frame, &page)
}

/// Asks before the second factor is taken away.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    confirm(&console, &ask, &who, &REMOVAL)
}

/// Takes the second factor away.
pub(super) async fn remove(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let removed = profile::remove_totp(&console.desk, &who, &ask.origin).await;
    match confirmed(&console, &ask, &who, &REMOVAL, removed) {
        Ok(()) => see("/console/profile?done=factor-removed"),
        Err(response) => *response,
    }
}

/// Asks before new recovery codes are made.
pub(super) async fn ask_codes(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    confirm(&console, &ask, &who, &RENEWAL)
}

/// Makes new recovery codes, and shows them in the answer itself.
pub(super) async fn codes(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let made = profile::new_recovery(&console.desk, &who, &ask.origin).await;
    match confirmed(&console, &ask, &who, &RENEWAL, made) {
        Ok(codes) => {
            let lead = "These take the place of all earlier ones.";
            codes_page(&console, &ask, &who, lead, &codes)
        }
        Err(response) => *response,
    }
}

/// What is asked about before it is done.
struct Question {
    place: &'static str,
    title: &'static str,
    words: &'static str,
    button: &'static str,
    danger: bool,
}

const REMOVAL: Question = Question {
    place: REMOVE,
    title: "Turn the second factor off?",
    words: "Whoever knows your password can then sign in as you. Your recovery codes stop working too.",
    button: "Turn it off",
    danger: true,
};

const RENEWAL: Question = Question {
    place: CODES,
    title: "Make new recovery codes?",
    words: "The codes you have stop working at once. The new ones are shown to you once, on the next page.",
    button: "Make new codes",
    danger: false,
};

fn confirm(console: &Console, ask: &Ask, who: &SignedIn, question: &Question) -> Response {
    if who.user().totp.is_none() {
        return see("/console/profile");
    }
    if let Some(first) = prove::first(console, who, question.place) {
        return first;
    }
    let page = question_page(console, ask, who, question, Form::new());
    respond(StatusCode::OK, &page.frame, &page)
}

/// What came of a confirmed question, or the page that follows when nothing did.
fn confirmed<T>(
    console: &Console,
    ask: &Ask,
    who: &SignedIn,
    question: &Question,
    answered: Answered<T>,
) -> Result<T, Box<Response>> {
    let why = match answered {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(why)) => why,
        Err(fault) => return Err(Box::new(console.fault(&fault, ask.id()))),
    };
    if why == Refused::Unproved
        && let Some(first) = prove::first(console, who, question.place)
    {
        return Err(Box::new(first));
    }
    let mut form = Form::new();
    let shown = refusal::say(&mut form, &why, "This cannot be done.");
    let page = question_page(console, ask, who, question, form);
    Err(Box::new(refusal::show(shown, &page.frame, &page)))
}

fn question_page(console: &Console, ask: &Ask, who: &SignedIn, question: &Question, form: Form) -> Confirm {
    Confirm {
        frame: below_profile(console, who, ask, question.title),
        form,
        words: question.words,
        button: question.button,
        danger: question.danger,
    }
}

fn page(console: &Console, ask: &Ask, who: &SignedIn, form: Form, setup: &Setup) -> Page {
    let mut frame = below_profile(console, who, ask, "Set up a second factor");
    frame.lead = "An app on your phone shows a new code every 30 seconds, and you need one to sign in.".to_owned();
    Page {
        frame,
        form,
        qr: qr(&setup.uri),
        secret: grouped(&setup.secret),
        sealed: setup.sealed.clone(),
        again: who.user().totp.is_some(),
    }
}

fn grouped(secret: &str) -> String {
    let mut told = String::with_capacity(secret.len() + secret.len() / 4);
    for (place, letter) in secret.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            told.push(' ');
        }
        told.push(letter);
    }
    told
}

fn codes_page<C: AsRef<str>>(console: &Console, ask: &Ask, who: &SignedIn, lead: &str, codes: &[C]) -> Response {
    let mut frame = below_profile(console, who, ask, "Your recovery codes");
    lead.clone_into(&mut frame.lead);
    let list: Vec<&str> = codes.iter().map(AsRef::as_ref).collect();
    let page = Codes {
        frame,
        list: list.join("\n"),
        count: list.len(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_secret_to_type_stands_in_groups() {
        assert_eq!(grouped("JBSWY3DPEHPK3PXP"), "JBSW Y3DP EHPK 3PXP");
        assert_eq!(grouped(""), "");
        assert_eq!(grouped("ABCDE"), "ABCD E");
    }
}
