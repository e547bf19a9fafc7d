//! What the rules answer, as a page says it.

use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::input::Ask;
use crate::console::page::{Form, Refused};
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::registry::{No, Registered};
use tollgate_model::{ApplicationId, ClientId, Fault, MemberId, Page, SecretId, Version};

/// The longest text that a list is searched for, and the longest cursor.
const LONGEST: usize = 200;

/// What was answered, or the page for why not.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn done<T>(console: &Console, at: &AtAccount, answered: Registered<T>) -> Result<T, Response> {
    match known(console, at, answered)? {
        Ok(done) => Ok(done),
        Err(no) => Err(console.no(at.seat.who(), &at.ask, &no)),
    }
}

/// What was answered, or the page for a failure of ours.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn known<T>(console: &Console, at: &AtAccount, answered: Result<T, Fault>) -> Result<T, Response> {
    answered.map_err(|fault| console.fault(&fault, at.ask.id()))
}

/// The page for something that cannot be understood.
pub(super) fn malformed(console: &Console, at: &AtAccount) -> Response {
    console.refused(Some(at.seat.who()), &at.ask, Refused::Malformed)
}

/// A part of the path, counted from 0 for `console`. Ids consist of letters that no path escapes; what is escaped
/// therefore names nothing that there is.
fn part(ask: &Ask, place: usize) -> &str {
    ask.path.split('/').nth(place + 1).unwrap_or_default()
}

/// The client that the path names.
pub(super) fn client(ask: &Ask) -> ClientId {
    ClientId::new(part(ask, 2))
}

/// The secret that the path names.
pub(super) fn secret(ask: &Ask) -> SecretId {
    SecretId::new(part(ask, 4))
}

/// The request for a client that the path names.
pub(super) fn application(ask: &Ask) -> ApplicationId {
    ApplicationId::new(part(ask, 2))
}

/// The member that the path names.
pub(super) fn member(ask: &Ask) -> MemberId {
    MemberId::new(part(ask, 2))
}

/// The version that the form was made from; every form that changes a record carries it.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn seen(console: &Console, at: &AtAccount) -> Result<Version, Response> {
    at.ask.field("seen").parse().map_err(|_| malformed(console, at))
}

/// Which part of a list the query asks for; none when the cursor cannot be one.
pub(super) fn page(ask: &Ask, limit: u32) -> Option<Page> {
    let after = text(ask, "after")?;
    Some(Page {
        after: (!after.is_empty()).then(|| after.to_owned()),
        limit,
    })
}

/// A text of the query that may be looked for; none when nothing can be called so.
pub(super) fn text<'a>(ask: &'a Ask, name: &str) -> Option<&'a str> {
    let text = ask.asked(name).trim();
    (text.len() <= LONGEST && !text.chars().any(char::is_control)).then_some(text)
}

/// A link to a list, with what of these is not empty.
pub(super) fn link(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Says in the form why it was refused, and with which status its page comes back; none when the refusal is about no
/// form, and has a page of its own.
pub(super) fn say(form: &mut Form, no: &No) -> Option<StatusCode> {
    match no {
        No::Invalid { field, problem } if ON_PAGE.iter().any(|(name, _)| name == field) => {
            form.refuse(field, told(field, problem));
        }
        No::Invalid { field, problem } => form.refuse_whole(told(field, problem)),
        No::Taken { field } => form.refuse(field, told(field, "is taken already")),
        No::InUse(words) => form.refuse_whole(sentence(words)),
        No::Stale(_) => form.refuse_whole(
            "Somebody changed this while you looked at it, so nothing was done. What you typed is still here, and \
             the page shows how things stand now. If you still want it, press the button again.",
        ),
        No::Forbidden(words) => {
            form.refuse_whole(sentence(words));
            return Some(StatusCode::FORBIDDEN);
        }
        No::NotFound(_) | No::Declared(_) => return None,
    }
    Some(StatusCode::UNPROCESSABLE_ENTITY)
}

/// Fields that a fault can stand beside, and how a sentence about each begins.
const ON_PAGE: &[(&str, &str)] = &[
    ("name", "The name"),
    ("label", "The label"),
    ("overlap", "The time"),
    ("email", "The e-mail address"),
    ("note", "The note"),
    ("environment", ""),
    ("api", ""),
    ("roles", "The role"),
    ("redirect_uris", "The list"),
    ("logout_uris", "The list"),
    ("grant_types", "The choice"),
    ("backchannel_logout_uri", "The address"),
    ("frontchannel_logout_uri", "The address"),
];

/// A problem as a sentence. Some begin with what they are about already.
fn told(field: &str, problem: &str) -> String {
    let subject = ON_PAGE
        .iter()
        .find(|(name, _)| *name == field)
        .map_or("", |(_, subject)| *subject);
    if problem.starts_with("must ") || problem.starts_with("is ") {
        let subject = if subject.is_empty() { "This" } else { subject };
        sentence(&format!("{subject} {problem}"))
    } else {
        sentence(problem)
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut told: String = first.chain(letters).collect();
    // After an address a full stop would be taken for a part of it.
    if !told.ends_with(['.', '!', '?', '/']) {
        told.push('.');
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_a_sentence_at_its_field() {
        for (field, problem, at, words) in [
            ("name", "must not be empty", "name", "The name must not be empty."),
            (
                "redirect_uris",
                "\"http://a.example\" must begin with https://",
                "redirect_uris",
                "\"http://a.example\" must begin with https://",
            ),
            (
                "redirect_uris",
                "must name at least one",
                "redirect_uris",
                "The list must name at least one.",
            ),
            (
                "environment",
                "this account has test clients only",
                "environment",
                "This account has test clients only.",
            ),
        ] {
            let mut form = Form::new();
            let status = say(&mut form, &No::invalid(field, problem));
            assert_eq!(status, Some(StatusCode::UNPROCESSABLE_ENTITY));
            assert_eq!(form.fault(at), words);
        }
        // A field that no page has is not lost.
        let mut form = Form::new();
        say(&mut form, &No::invalid("scopes", "the API has no scope \"x\""));
        assert_eq!(form.whole(), "The API has no scope \"x\".");
    }

    /// CO4: what is not theirs has a page of its own, which says nothing about it.
    #[test]
    fn what_is_not_found_is_said_in_no_form() {
        let mut form = Form::new();
        assert_eq!(say(&mut form, &No::NotFound("client")), None);
        assert!(!form.is_refused());
    }

    #[test]
    fn a_link_carries_what_was_sought_and_nothing_more() {
        assert_eq!(
            link("/console/clients", &[("q", ""), ("after", "")]),
            "/console/clients"
        );
        assert_eq!(
            link("/console/clients", &[("q", "a&b=c"), ("after", "x")]),
            "/console/clients?q=a%26b%3Dc&after=x"
        );
    }
}
