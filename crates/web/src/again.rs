//! A form that is shown again: why, in the person's words, and when to come back.

use crate::console::page::Form;
use crate::words::Words;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use tollgate_issuer::people::Refused;

/// The field for a password that is being chosen, on every form.
pub(crate) const NEW_PASSWORD: &str = "new_password";

/// The status of a page that shows a form again, and when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Again {
    pub status: StatusCode,
    after: Option<i64>,
}

impl Again {
    /// The page's answer, with `Retry-After` (RFC 9110 §10.2.3) where there is a wait.
    pub(crate) fn answer(self, mut response: Response) -> Response {
        if let Some(seconds) = self.after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// Says in a form why it was refused. `wrong` is the text for everything that must not be told apart (SE7).
pub(crate) fn say(form: &mut Form, why: &Refused, words: Words, wrong: &str) -> Again {
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
        // What exactly is wrong is told in the rules' own language, so the field says no more than that.
        Refused::Invalid { field, .. } => {
            let problem = match form.value(field).trim() {
                "" => "missing",
                _ => "invalid",
            };
            form.refuse_whole(words.say("look-again"));
            form.refuse(field, words.say(problem));
        }
        Refused::Weak(_) => {
            form.refuse_whole(words.say("look-again"));
            form.refuse(NEW_PASSWORD, words.say("password-refused"));
        }
        Refused::Spent | Refused::Stale | Refused::Unproved => form.refuse_whole(words.say("changed")),
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

    #[test]
    fn a_field_that_was_left_empty_is_told_from_one_that_cannot_be_used() {
        let why = Refused::invalid("email", "is not an address");
        for (typed, told) in [("", "missing"), (" ", "missing"), ("ann", "invalid")] {
            let mut form = Form::new().with("email", typed);
            say(&mut form, &why, Words::of("es"), "wrong");
            assert_eq!(form.fault("email"), Words::of("es").say(told), "{typed:?}");
        }
    }
}
