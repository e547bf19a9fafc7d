//! On which line of a configuration a key stands.

use super::walk::{element, join};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The line of every key of a text, counted from 1. Empty when the text is not TOML.
pub(super) fn of(text: &str) -> BTreeMap<String, usize> {
    let mut found = Found {
        text,
        lines: BTreeMap::new(),
    };
    if let Ok(table) = DeTable::parse(text) {
        found.table("", table.get_ref());
    }
    found.lines
}

/// The line of a place in a text, counted from 1.
pub(super) fn at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

struct Found<'a> {
    text: &'a str,
    lines: BTreeMap<String, usize>,
}

impl Found<'_> {
    fn table(&mut self, path: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let path = join(path, key.get_ref());
            self.lines.insert(path.clone(), at(self.text, key.span().start));
            self.value(&path, value);
        }
    }

    fn value(&mut self, path: &str, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(path, table),
            DeValue::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    let path = element(path, place);
                    self.lines.insert(path.clone(), at(self.text, item.span().start));
                    self.value(&path, item);
                }
            }
            _ => {}
        }
    }
}
