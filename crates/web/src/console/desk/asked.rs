//! What was asked at the desk: ids in the path, filters and cursors in the query, versions in forms. What cannot be one
//! of these has the page for it (CO9).

use super::answer::malformed;
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::input::Ask;
use axum::response::Response;
use tollgate_model::{Page, Version};

/// The longest id, text or cursor.
const LONGEST: usize = 200;

/// A part of the path behind `/console/desk`, counted from 0. Ids consist of characters that no path escapes; what is
/// escaped therefore names nothing that there is.
pub(super) fn part(ask: &Ask, place: usize) -> &str {
    let part = ask.path.split('/').nth(place + 3).unwrap_or_default();
    if plain(part) { part } else { "" }
}

/// The version that the form was made from; every form that changes a record carries it.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn seen(console: &Console, at: &AtDesk) -> Result<Version, Response> {
    at.ask.field("seen").parse().map_err(|_| malformed(console, at))
}

/// Which part of a list the query asks for.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn page(console: &Console, at: &AtDesk, limit: u32) -> Result<Page, Response> {
    let after = at.ask.asked("after");
    if !after.is_empty() && !plain(after) {
        return Err(malformed(console, at));
    }
    Ok(Page {
        after: (!after.is_empty()).then(|| after.to_owned()),
        limit,
    })
}

/// As [`page`], of a log, whose cursor is a place in it.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn log_page(console: &Console, at: &AtDesk, limit: u32) -> Result<Page, Response> {
    let page = page(console, at, limit)?;
    match page.after.as_deref().map(str::parse::<i64>) {
        None => Ok(page),
        Some(Ok(place)) if place >= 0 => Ok(page),
        Some(_) => Err(malformed(console, at)),
    }
}

/// Every id and cursor of ours consists of unreserved characters (RFC 3986 §2.3).
fn plain(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(unreserved)
}

/// A text of the query that may be looked for; empty when none was given.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn text<'a>(console: &Console, at: &'a AtDesk, name: &str) -> Result<&'a str, Response> {
    let text = at.ask.asked(name).trim();
    if text.len() <= LONGEST && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(malformed(console, at))
    }
}

/// A word of the query out of a closed list; none when none was given.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
pub(super) fn word<T>(
    console: &Console,
    at: &AtDesk,
    name: &str,
    of_str: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Response> {
    match at.ask.asked(name) {
        "" => Ok(None),
        // A filter that there is not is not taken for none.
        word => of_str(word).map(Some).ok_or_else(|| malformed(console, at)),
    }
}

/// The lines of a textarea that say something.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CO9: nothing but an id or a place of ours passes for one.
    #[test]
    fn an_id_is_made_of_unreserved_characters() {
        for (text, taken) in [
            ("acc_1", true),
            ("a.b-c_d~e", true),
            ("", false),
            ("a b", false),
            ("..%2f", false),
            ("'", false),
            ("ü", false),
            (&"a".repeat(201), false),
        ] {
            assert_eq!(plain(text), taken, "{text:?}");
        }
    }

    #[test]
    fn empty_lines_say_nothing() {
        assert_eq!(lines(" a \n\n\r\nb\r\n"), ["a", "b"]);
    }
}
