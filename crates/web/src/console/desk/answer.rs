//! What the rules answer at the desk, as a page says it.

use super::listing::link;
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Refused};
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::people::sign_in;
use tollgate_issuer::registry::{No, Registered};
use tollgate_model::Fault;

/// What was answered, or the page for why not.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn done<T>(console: &Console, at: &AtDesk, answered: Registered<T>) -> Result<T, Response> {
    known(console, at, answered)?.map_err(|no| no_page(console, at, &no))
}

/// What was answered, or the page for a failure of ours.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn known<T>(console: &Console, at: &AtDesk, answered: Result<T, Fault>) -> Result<T, Response> {
    answered.map_err(|fault| console.fault(&fault, at.ask.id()))
}

/// What is there, or the page that says that nothing is.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn found<T>(
    console: &Console,
    at: &AtDesk,
    what: &'static str,
    answered: Result<Option<T>, Fault>,
) -> Result<T, Response> {
    known(console, at, answered)?.ok_or_else(|| no_page(console, at, &No::NotFound(what)))
}

/// The page for a refusal that no form can show.
pub(super) fn no_page(console: &Console, at: &AtDesk, no: &No) -> Response {
    console.no(at.officer.signed_in(), &at.ask, no)
}

/// The page for something that cannot be understood.
pub(super) fn malformed(console: &Console, at: &AtDesk) -> Response {
    console.refused(Some(at.officer.signed_in()), &at.ask, Refused::Malformed)
}

/// Lets through who showed the password of late, and sends everybody else to show it (SE10): for what opens this desk
/// to somebody else.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn proved(console: &Console, at: &AtDesk) -> Result<(), Response> {
    match sign_in::proved(&console.desk, at.officer.signed_in()) {
        true => Ok(()),
        false => Err(see(&link("/console/prove", &[("next", &at.ask.path)]))),
    }
}

/// The refused form, as it was typed, with the status of its page; or the page for a refusal that is about no form.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn again(console: &Console, at: &AtDesk, no: &No) -> Result<(StatusCode, Form), Response> {
    let mut form = Form::typed(&at.ask.form, &[]);
    match say(&mut form, no) {
        Some(status) => Ok((status, form)),
        None => Err(no_page(console, at, no)),
    }
}

/// Says in the form why it was refused, and with which status its page comes back; none when there is nothing that a
/// form could be about.
pub(super) fn say(form: &mut Form, no: &No) -> Option<StatusCode> {
    match no {
        No::Invalid { field, problem } if subject(field).is_some() => form.refuse(field, told(field, problem)),
        No::Invalid { field, problem } => form.refuse_whole(told(field, problem)),
        No::Taken { field } => form.refuse(field, told(field, "is taken already")),
        No::InUse(words) => form.refuse_whole(sentence(words)),
        No::Declared(_) => form.refuse_whole(
            "This is declared in the configuration of the server, and is changed there. Nothing was changed.",
        ),
        No::Stale(_) => form.refuse_whole(
            "Somebody changed this while you looked at it, so nothing was done. What you typed is still here, and \
             the page shows how things stand now. If you still want it, press the button again.",
        ),
        No::Forbidden(words) => {
            form.refuse_whole(sentence(words));
            return Some(StatusCode::FORBIDDEN);
        }
        No::NotFound(_) => return None,
    }
    Some(StatusCode::UNPROCESSABLE_ENTITY)
}

/// How a sentence about a field begins; none for what no page of the desk has a field for.
fn subject(field: &str) -> Option<&'static str> {
    Some(match field {
        "id" => "The id",
        "name" => "The name",
        "email" => "The e-mail address",
        "roles" => "The role",
        "answer" => "The answer",
        "audience" => "The audience",
        "lifetime" => "The lifetime",
        "scopes" => "The list of scopes",
        "apis" => "The choice of APIs",
        "hosts" => "The list of hosts",
        "methods" => "The list of methods",
        "path" => "The path",
        "access" => "What a request must carry",
        "upstream" => "Where it goes",
        "targets" => "The list of servers",
        "grant_types" => "The choice",
        "redirect_uris" | "logout_uris" => "The list",
        "backchannel_logout_uri" | "frontchannel_logout_uri" => "The address",
        "id_token_alg" | "userinfo_alg" => "The algorithm",
        "rotates" | "of" | "method" | "kind" => "The choice",
        "opens" | "warns" | "ends" => "The date",
        "brownouts" => "The list of brown-outs",
        "routes" => "The list of routes",
        "accounts" => "The list of accounts",
        "account" => "The account",
        "documentation" => "The page",
        "note" => "The reason",
        "label" => "The name",
        "member" => "The member",
        "plan" => "The plan",
        "limits" => "The list of limits",
        "legacy" => "The choice of old ways",
        "opaque" => "The choice",
        "assertion" => "The audience",
        "in_flight" | "failures" | "rest" => "The number",
        _ => return None,
    })
}

/// A problem as a sentence. Some begin with what they are about already.
fn told(field: &str, problem: &str) -> String {
    if problem.starts_with("must ") || problem.starts_with("is ") {
        let subject = subject(field).unwrap_or("This");
        sentence(&format!("{subject} {problem}"))
    } else {
        sentence(problem)
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

    #[test]
    fn a_fault_is_a_sentence_at_its_field() {
        let mut form = Form::new();
        say(&mut form, &No::invalid("path", "must begin with a slash"));
        assert_eq!(form.fault("path"), "The path must begin with a slash.");
        say(&mut form, &No::Taken { field: "audience" });
        assert_eq!(form.fault("audience"), "The audience is taken already.");
        // A field that no page has is not lost.
        let mut form = Form::new();
        say(&mut form, &No::invalid("introspects", "the API \"x\" is not there"));
        assert_eq!(form.whole(), "The API \"x\" is not there.");
    }

    #[test]
    fn what_is_not_there_is_said_in_no_form() {
        let mut form = Form::new();
        assert_eq!(say(&mut form, &No::NotFound("account")), None);
        assert!(!form.is_refused());
    }
}
