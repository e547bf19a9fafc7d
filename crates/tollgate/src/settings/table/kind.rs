//! What a setting may be.

use crate::settings::nearest::nearest;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use toml::Value;

/// The longest text that a setting may be, in bytes.
const LONGEST: usize = 4096;

/// Stretches of the calendar that calls are counted in.
const CALENDAR: [&str; 2] = ["day", "month"];

/// What a setting may be. It prints as a person would say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// The path of a file.
    File,
    /// A URL.
    Url,
    /// A day, as `2026-01-31`.
    Day,
    /// A day, or a moment with its offset from UTC (RFC 3339).
    When,
    /// Whole seconds up to a day, or the word for a stretch of the calendar.
    Window,
    /// `true` or `false`.
    Flag,
    /// A whole number between two others.
    Number(i64, i64),
    /// A time in whole seconds, between two others.
    Seconds(i64, i64),
    /// An IP address and port.
    Address,
    /// A list of IP addresses.
    Ips,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list of these words.
    Choices(&'static [&'static str]),
    /// A list of texts.
    Texts,
    /// A section.
    Table,
    /// A list of sections.
    Tables,
    /// Sections, each with a name of its own.
    Named,
}

impl Kind {
    /// What is wrong with a value, if anything is. Sections are looked at by the one who walks them.
    #[must_use]
    pub fn problem(self, value: &Value) -> Option<String> {
        let no = || Some(format!("must be {self}"));
        match (self, value) {
            (Self::Text | Self::File | Self::Url | Self::Day | Self::When, Value::String(text)) => too_long(text),
            (Self::Window, Value::Integer(1..=86_400)) => None,
            (Self::Window, Value::String(text)) if CALENDAR.contains(&text.as_str()) => None,
            (Self::Flag, Value::Boolean(_)) => None,
            (Self::Number(least, most) | Self::Seconds(least, most), Value::Integer(number)) => {
                if (least..=most).contains(number) { None } else { no() }
            }
            (Self::Address, Value::String(text)) if text.parse::<SocketAddr>().is_ok() => None,
            (Self::Ips, Value::Array(items)) => {
                let is_ip = |item: &Value| item.as_str().is_some_and(|text| text.parse::<IpAddr>().is_ok());
                if items.iter().all(is_ip) { None } else { no() }
            }
            (Self::Texts, Value::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                texts.map_or_else(no, |texts| texts.into_iter().find_map(too_long))
            }
            (Self::Choice(words), Value::String(text)) => self.strange(words, text),
            (Self::Choices(words), Value::Array(items)) => items
                .iter()
                .find_map(|item| item.as_str().map_or_else(no, |text| self.strange(words, text))),
            _ => no(),
        }
    }

    fn strange(self, words: &'static [&'static str], text: &str) -> Option<String> {
        if words.contains(&text) {
            return None;
        }
        let lower = text.to_lowercase();
        let exact = words.iter().copied().find(|word| word.eq_ignore_ascii_case(text));
        Some(match exact.or_else(|| nearest(&lower, words.iter().copied())) {
            Some(meant) => format!("must be {self}; did you mean {meant:?}?"),
            None => format!("must be {self}"),
        })
    }

    /// The value that a text from the environment or a flag stands for. A list is written with commas, or as TOML
    /// in brackets where an entry has a comma itself.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(self, text: &str) -> Result<Value, String> {
        let no = || format!("must be {self}");
        let value = match self {
            Self::Flag => Value::Boolean(text.parse().map_err(|_| no())?),
            Self::Number(..) | Self::Seconds(..) => Value::Integer(text.parse().map_err(|_| no())?),
            Self::Window => match text.parse() {
                Ok(seconds) => Value::Integer(seconds),
                Err(_) => Value::String(text.to_owned()),
            },
            Self::Ips | Self::Choices(_) | Self::Texts => Value::Array(list(text).ok_or_else(no)?),
            Self::Table | Self::Tables | Self::Named => return Err("is a section: set the keys in it".to_owned()),
            _ => Value::String(text.to_owned()),
        };
        match self.problem(&value) {
            None => Ok(value),
            Some(problem) => Err(problem),
        }
    }
}

fn list(text: &str) -> Option<Vec<Value>> {
    if !text.trim_start().starts_with('[') {
        return Some(
            text.split(',')
                .map(|item| Value::String(item.trim().to_owned()))
                .collect(),
        );
    }
    let mut table: toml::Table = toml::from_str(&format!("list = {text}")).ok()?;
    match (table.remove("list"), table.is_empty()) {
        (Some(Value::Array(items)), true) => Some(items),
        _ => None,
    }
}

fn too_long(text: &str) -> Option<String> {
    (text.len() > LONGEST).then(|| format!("must be at most {LONGEST} bytes long"))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::File => f.write_str("the path of a file"),
            Self::Url => f.write_str("a URL"),
            Self::Day => f.write_str("a day such as \"2026-01-31\""),
            Self::When => f.write_str("a day such as \"2026-01-31\" or a moment such as \"2026-01-31T14:00:00Z\""),
            Self::Window => write!(f, "whole seconds, 1 to 86400, or one of {}", quoted(&CALENDAR)),
            Self::Flag => f.write_str("true or false"),
            Self::Number(least, most) => write!(f, "a whole number, {}", span(*least, *most)),
            Self::Seconds(least, most) => write!(f, "whole seconds, {}", span(*least, *most)),
            Self::Address => f.write_str("an IP address and port such as \"127.0.0.1:8080\""),
            Self::Ips => f.write_str("a list of IP addresses"),
            Self::Choice(words) => write!(f, "one of {}", quoted(words)),
            Self::Choices(words) => write!(f, "a list of {}", quoted(words)),
            Self::Texts => f.write_str("a list of texts"),
            Self::Table => f.write_str("a table"),
            Self::Tables => f.write_str("a list of tables"),
            Self::Named => f.write_str("tables, each with a name"),
        }
    }
}

fn span(least: i64, most: i64) -> String {
    if most == i64::MAX {
        format!("{least} or more")
    } else {
        format!("{least} to {most}")
    }
}

fn quoted(words: &[&str]) -> String {
    words
        .iter()
        .map(|word| format!("{word:?}"))
        .collect::<Vec<_>>()
        .join(", ")
}
