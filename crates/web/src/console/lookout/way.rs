//! From the address of a page to what is asked, and from what the rules say to a page.

use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::input::Ask;
use crate::console::page::Refused;
use axum::response::Response;
use tollgate_issuer::registry::Registered;
use tollgate_model::{Fault, Page};

/// The longest word of a query that can name anything.
const LONGEST: usize = 200;

/// What was answered, or the page for why not.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(in crate::console) fn done<T>(console: &Console, at: &AtAccount, answered: Registered<T>) -> Result<T, Response> {
    known(console, at, answered)?.map_err(|no| console.no(at.seat.who(), &at.ask, &no))
}

/// What was answered, or the page for a failure of ours.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(in crate::console) fn known<T>(
    console: &Console,
    at: &AtAccount,
    answered: Result<T, Fault>,
) -> Result<T, Response> {
    answered.map_err(|fault| console.fault(&fault, at.ask.id()))
}

/// A part of the path, counted from 0 for `console`.
pub(in crate::console) fn part(ask: &Ask, place: usize) -> &str {
    ask.path.split('/').nth(place + 1).unwrap_or_default()
}

/// A link to a page, with what of these is not empty.
pub(in crate::console) fn link(path: &str, fields: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    match query.finish() {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// A word of the query; refused when nothing can be called so.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn word<'a>(console: &Console, at: &'a AtAccount, name: &str) -> Result<&'a str, Response> {
    let text = at.ask.asked(name).trim();
    if text.len() <= LONGEST && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(malformed(console, at))
    }
}

/// Which part of a list the query asks for. `numbered`: the list goes on from a place in a log.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn page(console: &Console, at: &AtAccount, limit: u32, numbered: bool) -> Result<Page, Response> {
    let after = word(console, at, "after")?;
    let whole = |text: &str| text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<i64>().is_ok();
    if numbered && !after.is_empty() && !whole(after) {
        return Err(malformed(console, at));
    }
    Ok(Page {
        after: (!after.is_empty()).then(|| after.to_owned()),
        limit,
    })
}

/// The page for something that cannot be understood.
pub(super) fn malformed(console: &Console, at: &AtAccount) -> Response {
    console.refused(Some(at.seat.who()), &at.ask, Refused::Malformed)
}

/// A problem as a sentence about a field: `The address must begin with https://.`
pub(super) fn told(subject: &str, problem: &str) -> String {
    let words = if problem.starts_with("must ") || problem.starts_with("is ") {
        format!("{subject} {problem}")
    } else {
        problem.to_owned()
    };
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    let mut told: String = first.chain(letters).collect();
    if !told.ends_with(['.', '!', '?']) {
        told.push('.');
    }
    told
}
