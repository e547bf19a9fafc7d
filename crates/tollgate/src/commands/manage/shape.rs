//! What people are told of an answer.

use super::table;
use serde_json::Value;

/// What to make of an answer for people.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape {
    /// A list: these members of each, under these headings.
    List(&'static [(&'static str, &'static str)]),
    /// One thing: each of its members on a line.
    One,
    /// Something that is shown once: this member first, then what is on record.
    Once(&'static str),
    /// Nothing comes back: this is said instead.
    Said(&'static str),
}

/// One line that says why: what is wrong, the stable code, and the request to look for in the log.
pub(super) fn refused(status: u16, text: &str) -> String {
    let problem: Value = serde_json::from_str(text).unwrap_or_default();
    let member = |name: &str| problem.get(name).and_then(Value::as_str);
    let Some(code) = member("code") else {
        return format!("the server answered {status}, and not as a management API does");
    };
    let detail = member("detail")
        .or_else(|| member("title"))
        .unwrap_or("the request failed");
    let request = member("request_id").unwrap_or("unknown");
    table::printable(&format!("{detail} (code {code}, status {status}, request {request})"))
}

/// The answer, for people.
pub(super) fn told(answer: &Value, shape: Shape) -> String {
    match shape {
        Shape::List(columns) => {
            let items = answer.get("items").and_then(Value::as_array);
            let mut text = table::list(items.map_or(&[], Vec::as_slice), columns);
            if let Some(next) = answer.get("next").and_then(Value::as_str) {
                text.push_str(&format!("\n\nThere are more: --after {}", table::printable(next)));
            }
            text
        }
        Shape::Once(member) => {
            let once = answer.get(member).and_then(Value::as_str).unwrap_or_default();
            let rest = answer
                .as_object()
                .into_iter()
                .flatten()
                .find(|(name, _)| *name != member);
            let rest = rest.map(|(_, record)| table::one(record)).unwrap_or_default();
            let once = table::printable(once);
            format!("{once}\n\nIt is shown this once. Keep it where secrets are kept.\n\n{rest}")
        }
        Shape::One | Shape::Said(_) => table::one(answer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refusal_is_one_line_with_code_and_request() {
        let text = json!({ "code": "stale", "detail": "changed\nmeanwhile", "request_id": "r1" }).to_string();
        assert_eq!(
            refused(412, &text),
            "changed\u{fffd}meanwhile (code stale, status 412, request r1)"
        );
        assert!(refused(502, "<html>").contains("502"));
    }

    #[test]
    fn a_secret_comes_first_and_then_its_record() {
        let answer = json!({ "client_secret": "tgs_1", "secret": { "id": "sec_1" } });
        let text = told(&answer, Shape::Once("client_secret"));
        assert!(text.starts_with("tgs_1\n"));
        assert!(text.contains("sec_1"));
    }

    #[test]
    fn a_page_says_how_to_go_on() {
        let answer = json!({ "items": [{ "id": "a" }], "next": "a" });
        let text = told(&answer, Shape::List(&[("ID", "id")]));
        assert!(text.ends_with("--after a"), "{text}");
    }
}
