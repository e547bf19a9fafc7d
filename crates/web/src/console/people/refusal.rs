//! How a refusal of the people's rules stands on a page.

use crate::console::page::words;
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use tollgate_issuer::people::Refused;

pub(super) use crate::again::NEW_PASSWORD;

/// What passwords there may be, beside the field for a new one.
pub(super) const RULES: &str = "At least 8 characters; a few plain words are better than one odd one. Spaces and any \
    other characters may be in it. Passwords that are known from breaches, or made of your name or address, are refused.";

/// The status of a page that shows a form again, and when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    status: StatusCode,
    again: Option<i64>,
}

/// Says in a form why it was refused. `wrong` is the sentence for everything that must not be told apart (SE7).
pub(super) fn say(form: &mut Form, why: &Refused, wrong: &str) -> Shown {
    let mut shown = Shown {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        again: None,
    };
    match why {
        Refused::Wrong | Refused::Disabled => form.refuse_whole(wrong),
        Refused::TooMany { seconds } => {
            let seconds = (*seconds).max(1);
            shown = Shown {
                status: StatusCode::TOO_MANY_REQUESTS,
                again: Some(seconds),
            };
            form.refuse_whole(format!(
                "There were too many wrong tries. Please wait {} and try again.",
                words::span(seconds)
            ));
        }
        Refused::Weak(weak) => form.refuse(NEW_PASSWORD, sentence(&weak.to_string())),
        Refused::Invalid { field, problem } => {
            let field = if *field == "password" { NEW_PASSWORD } else { field };
            form.refuse(field, sentence(&format!("{} {problem}", subject(field))));
        }
        Refused::Spent => form.refuse_whole("This link does not work any more. Ask for a new one."),
        Refused::Stale => {
            form.refuse_whole(
                "Something changed in the meantime, so nothing was done. Please look at it and try again.",
            );
        }
        Refused::Unproved => form.refuse_whole("Please show your password again first."),
    }
    shown
}

/// Shows the page with the refused form.
pub(super) fn show<T: Template>(shown: Shown, frame: &Frame, page: &T) -> Response {
    let mut response = respond(shown.status, frame, page);
    if let Some(seconds) = shown.again {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// What a field is called in the middle of a page.
fn subject(field: &str) -> &'static str {
    match field {
        "email" => "the e-mail address",
        "name" => "the name",
        "account" => "the firm's name",
        NEW_PASSWORD => "the password",
        "otp" | "code" => "the code",
        _ => "this",
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut told: String = first.chain(letters).collect();
    if !told.ends_with(['.', '!', '?']) {
        told.push('.');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SE7: the wrong, the unknown and the disabled read the same sentence under the same status.
    #[test]
    fn disabled_and_wrong_are_told_alike() {
        let told = |why: &Refused| {
            let mut form = Form::new();
            let shown = say(&mut form, why, "No.");
            (shown, form.whole().to_owned(), form.faults().len())
        };
        assert_eq!(told(&Refused::Wrong), told(&Refused::Disabled));
        assert_eq!(told(&Refused::Wrong).1, "No.");
    }

    /// SE8: who tried too often is told how long to wait, in words and for programs.
    #[test]
    fn too_many_tries_are_told_with_the_wait() {
        let mut form = Form::new();
        let shown = say(&mut form, &Refused::TooMany { seconds: 300 }, "No.");
        assert_eq!(shown.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(shown.again, Some(300));
        assert!(form.whole().contains("5 minutes"), "{}", form.whole());
    }

    #[test]
    fn a_fault_stands_at_its_field_as_a_sentence() {
        let mut form = Form::new();
        say(&mut form, &Refused::invalid("password", "must not be empty"), "No.");
        assert_eq!(form.fault(NEW_PASSWORD), "The password must not be empty.");
        say(&mut form, &Refused::invalid("email", "is taken already"), "No.");
        assert_eq!(form.fault("email"), "The e-mail address is taken already.");
    }
}
