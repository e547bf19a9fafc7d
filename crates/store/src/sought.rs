//! What people type into a search field, as both databases look for it.
//!
//! Names are compared without regard to the case of ASCII letters, and of no others: SQLite's `lower` and
//! PostgreSQL's under collation C both know just these, so both find the same.

use crate::value::{Value, binds};

/// More than any name or id has; SQLite refuses patterns that are far longer.
const LONGEST: usize = 1000;
/// The character that takes away the meaning of the one after it.
const ESCAPE: char = '\\';

/// What is looked for: a part of a name or the beginning of an id; nothing in particular when empty.
pub(crate) struct Sought {
    text: Option<String>,
}

impl Sought {
    /// What this text looks for; none when it is too long to be found anywhere.
    pub(crate) fn of(text: Option<&str>) -> Option<Self> {
        let text = text.filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.len() > LONGEST) {
            return None;
        }
        Some(Self { text: text.map(plain) })
    }

    /// Three values for the statement: the pattern of a name, that of an id, and the escape.
    pub(crate) fn binds(&self) -> Vec<Value> {
        let name = self.text.as_ref().map(|text| format!("%{text}%"));
        let id = self.text.as_ref().map(|text| format!("{text}%"));
        binds![name, id, ESCAPE.to_string()]
    }
}

/// In small letters, and without meaning to LIKE.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '%' | '_' | ESCAPE) {
            plain.push(ESCAPE);
        }
        plain.push(character.to_ascii_lowercase());
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{Sought, plain};

    #[test]
    fn the_wildcards_of_like_are_only_characters() {
        assert_eq!(plain("A_b%C\\Ä"), "a\\_b\\%c\\\\Ä");
    }

    #[test]
    fn what_is_longer_than_any_name_is_not_looked_for() {
        assert!(Sought::of(Some(&"x".repeat(1001))).is_none());
        assert!(Sought::of(Some(&"x".repeat(1000))).is_some());
        assert!(Sought::of(None).is_some());
    }
}
