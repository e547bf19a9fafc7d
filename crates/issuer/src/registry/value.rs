//! Values that several nouns share, checked once and in one way.

use super::{No, named};
use std::collections::BTreeSet;
use tollgate_protocol::scope::{Scopes, is_token};

/// The longest e-mail address that can be delivered to (RFC 5321 §4.5.3.1.3, less the angle brackets).
const EMAIL: usize = 254;
/// The longest local part (RFC 5321 §4.5.3.1.1).
const LOCAL_PART: usize = 64;
/// The most of anything that one record lists.
pub(super) const MOST_LISTED: usize = 200;
/// The longest scope-token that is taken.
const SCOPE: usize = 200;
/// The longest note, in characters.
const NOTE: usize = 2000;

/// An e-mail address in lower case. What is taken is what people have: a dot-atom, an at sign, a host name.
/// Quoted local parts and address literals are legal in RFC 5321 and found nowhere but in attacks.
pub(crate) fn email(field: &'static str, text: &str) -> Result<String, No> {
    let text = text.trim().to_lowercase();
    if text.len() > EMAIL {
        return Err(No::invalid(field, "must be at most 254 characters long"));
    }
    let sane = text.rsplit_once('@').is_some_and(|(local, host)| {
        let atoms = !local.is_empty() && local.split('.').all(is_atom);
        local.len() <= LOCAL_PART && atoms && is_host(host)
    });
    if sane {
        Ok(text)
    } else {
        Err(No::invalid(field, "is not an e-mail address"))
    }
}

/// `atom` of RFC 5322 §3.2.3, and the letters beyond ASCII that RFC 6532 adds.
fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| {
            c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && c.is_alphanumeric())
        })
}

/// Whether `text` is a host name in lower case (RFC 1123 §2.1), without port.
pub(super) fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// An id that an operator chooses: 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter or digit.
pub(super) fn word(field: &'static str, text: &str) -> Result<String, No> {
    let begins = text
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let consists = text
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'));
    if begins && consists && text.len() <= 64 {
        Ok(text.to_owned())
    } else {
        Err(No::invalid(
            field,
            "must be 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit",
        ))
    }
}

/// Roles, each once. With roles in the terms only those may be held.
pub(super) fn roles(field: &'static str, list: &[String], allowed: &[String]) -> Result<Vec<String>, No> {
    listed(field, list.len())?;
    let mut roles = Vec::new();
    for role in list {
        let role = named(field, role)?;
        if !allowed.is_empty() && !allowed.contains(&role) {
            let known = allowed.join(", ");
            return Err(No::invalid(field, format!("{role:?} is none of: {known}")));
        }
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    Ok(roles)
}

/// Scopes of which each follows the grammar (RFC 6749 §3.3) and is known.
pub(super) fn scopes(field: &'static str, list: &[String], knows: impl Fn(&str) -> bool) -> Result<Scopes, No> {
    listed(field, list.len())?;
    for scope in list {
        scope_token(field, scope)?;
        if !knows(scope) {
            return Err(No::invalid(field, format!("the API has no scope {scope:?}")));
        }
    }
    Ok(list.iter().map(String::as_str).collect())
}

/// One scope-token (RFC 6749 §3.3).
pub(super) fn scope_token(field: &'static str, scope: &str) -> Result<(), No> {
    if is_token(scope) && scope.len() <= SCOPE {
        return Ok(());
    }
    let problem = format!("a scope is 1 to {SCOPE} printable ASCII characters without space, '\"' and '\\'");
    Err(No::invalid(field, problem))
}

/// A list that is not too long.
pub(super) fn listed(field: &'static str, count: usize) -> Result<(), No> {
    if count > MOST_LISTED {
        return Err(No::invalid(field, format!("must have at most {MOST_LISTED} entries")));
    }
    Ok(())
}

/// A list in which nothing comes twice.
pub(super) fn distinct<T: Ord + Clone>(field: &'static str, list: &[T]) -> Result<Vec<T>, No> {
    listed(field, list.len())?;
    if list.iter().collect::<BTreeSet<_>>().len() != list.len() {
        return Err(No::invalid(field, "must not name anything twice"));
    }
    Ok(list.to_vec())
}

/// What somebody writes to somebody, on several lines if they like; it may be empty. Lines end as the page sends them.
pub(super) fn note(field: &'static str, text: &str) -> Result<String, No> {
    let text = text.trim();
    if text.chars().count() > NOTE {
        return Err(No::invalid(field, format!("must be at most {NOTE} characters long")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(No::invalid(field, "must not contain control characters"));
    }
    Ok(text.replace("\r\n", "\n"))
}

/// A span in seconds.
pub(super) fn seconds(field: &'static str, value: i64, most: i64) -> Result<i64, No> {
    if (1..=most).contains(&value) {
        Ok(value)
    } else {
        Err(No::invalid(field, format!("must be 1 to {most} seconds")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_in_lower_case_or_not_at_all() {
        assert_eq!(
            email("email", " Ann.Lee+x@Firm.Example "),
            Ok("ann.lee+x@firm.example".into())
        );
        let long_local = format!("{}@firm.example", "a".repeat(65));
        let long = format!("a@{}.example", "b.".repeat(130));
        for wrong in [
            "",
            "ann",
            "@firm.example",
            "ann@",
            "ann@@firm",
            "a b@firm.example",
            "a..b@firm.example",
            ".a@firm.example",
            "ann@-firm.example",
            "ann@firm..example",
            "ann@firm.example\r\nx: y",
            "\"a b\"@firm.example",
            "a@[192.0.2.1]",
            &long_local,
            &long,
        ] {
            let no = email("email", wrong).unwrap_err();
            assert!(matches!(no, No::Invalid { field: "email", .. }), "{wrong:?} was taken");
        }
        assert!(email("email", &format!("{}@firm.example", "a".repeat(64))).is_ok());
    }

    #[test]
    fn names_have_one_to_two_hundred_characters() {
        assert_eq!(named("name", "  Firm  "), Ok("Firm".into()));
        assert!(named("name", &"ü".repeat(200)).is_ok());
        for wrong in ["", "   ", "a\u{0}b", "a\nb", &"x".repeat(201)] {
            assert!(
                matches!(named("name", wrong), Err(No::Invalid { field: "name", .. })),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn only_roles_of_the_terms_are_held_when_there_are_any() {
        let (allowed, asked) = (
            vec!["Developer".to_owned()],
            vec!["Developer".to_owned(), "Developer".to_owned()],
        );
        assert_eq!(roles("roles", &asked, &allowed), Ok(allowed.clone()));
        assert!(matches!(
            roles("roles", &["Owner".to_owned()], &allowed),
            Err(No::Invalid { field: "roles", .. })
        ));
        assert_eq!(roles("roles", &["Owner".to_owned()], &[]), Ok(vec!["Owner".to_owned()]));
    }

    #[test]
    fn notes_have_lines_and_an_end() {
        assert_eq!(note("note", " one\r\ntwo\t3 "), Ok("one\ntwo\t3".into()));
        assert_eq!(note("note", ""), Ok(String::new()));
        assert!(note("note", &"ü".repeat(2000)).is_ok());
        for wrong in ["a\u{0}b", "a\u{1b}[31m", &"x".repeat(2001)] {
            assert!(matches!(note("note", wrong), Err(No::Invalid { field: "note", .. })));
        }
    }

    #[test]
    fn spans_have_two_ends() {
        for (value, taken) in [
            (0, false),
            (1, true),
            (60, true),
            (61, false),
            (-1, false),
            (i64::MIN, false),
        ] {
            assert_eq!(seconds("lifetime", value, 60).is_ok(), taken, "{value}");
        }
    }

    #[test]
    fn words_are_short_and_plain() {
        for (text, taken) in [
            ("safesend", true),
            ("a.b-c_9", true),
            ("", false),
            ("-a", false),
            ("A", false),
            ("a/b", false),
        ] {
            assert_eq!(word("id", text).is_ok(), taken, "{text:?}");
        }
        assert!(word("id", &"a".repeat(64)).is_ok());
        assert!(word("id", &"a".repeat(65)).is_err());
    }
}
