//! The few kinds of value that both databases have, and rows made of them.

use serde::{Serialize, de::DeserializeOwned};
use tollgate_model::{Fault, Moment};

/// One value on its way into or out of a database. It has no `Debug`: what is bound is never shown.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    /// Nothing.
    Null,
    /// A 64-bit number; moments, counts, versions, yes and no.
    Int(i64),
    /// UTF-8 text; ids, words and JSON.
    Text(String),
    /// Octets.
    Blob(Vec<u8>),
}

/// One row of an answer, its columns in the order of the statement.
pub(crate) type Row = Vec<Value>;

/// The values bound to `?1, ?2, …`, in that order.
macro_rules! binds {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use binds;

impl Value {
    /// Whether it is text with a NUL octet in it, which PostgreSQL cannot hold.
    pub(crate) fn has_nul(&self) -> bool {
        matches!(self, Self::Text(text) if text.contains('\0'))
    }

    /// The same, with U+FFFD in place of NUL: what PostgreSQL cannot hold is written alike on both.
    pub(crate) fn without_nul(self) -> Self {
        match self {
            Self::Text(text) if text.contains('\0') => Self::Text(text.replace('\0', "\u{FFFD}")),
            other => other,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Int(i64::from(yes))
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Self {
        Self::Int(moment.0)
    }
}

impl From<&[u8]> for Value {
    fn from(octets: &[u8]) -> Self {
        Self::Blob(octets.to_vec())
    }
}

impl<T> From<Option<T>> for Value
where
    Value: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

/// A record that is not what we once wrote. Names the column by its place, never its content.
#[derive(Debug, thiserror::Error)]
#[error("column {column} of the row is not {wanted}")]
pub(crate) struct Damaged {
    column: usize,
    wanted: &'static str,
}

/// The columns of a row, taken one after the other in the order of the statement.
pub(crate) struct Columns {
    values: std::vec::IntoIter<Value>,
    taken: usize,
}

impl Columns {
    pub(crate) fn of(row: Row) -> Self {
        Self {
            values: row.into_iter(),
            taken: 0,
        }
    }

    fn next(&mut self) -> Option<Value> {
        self.taken += 1;
        self.values.next()
    }

    pub(crate) const fn damaged(&self, wanted: &'static str) -> Damaged {
        Damaged {
            column: self.taken,
            wanted,
        }
    }

    /// Text.
    pub(crate) fn text(&mut self) -> Result<String, Damaged> {
        match self.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.damaged("text")),
        }
    }

    /// Text, or nothing.
    pub(crate) fn text_if_any(&mut self) -> Result<Option<String>, Damaged> {
        match self.next() {
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("text or nothing")),
        }
    }

    /// A number.
    pub(crate) fn int(&mut self) -> Result<i64, Damaged> {
        match self.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(self.damaged("a number")),
        }
    }

    /// A number, or nothing.
    pub(crate) fn int_if_any(&mut self) -> Result<Option<i64>, Damaged> {
        match self.next() {
            Some(Value::Int(number)) => Ok(Some(number)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("a number or nothing")),
        }
    }

    /// Yes or no.
    pub(crate) fn yes(&mut self) -> Result<bool, Damaged> {
        Ok(self.int()? != 0)
    }

    /// Octets.
    pub(crate) fn blob(&mut self) -> Result<Vec<u8>, Damaged> {
        match self.next() {
            Some(Value::Blob(octets)) => Ok(octets),
            _ => Err(self.damaged("octets")),
        }
    }

    /// Octets, or nothing.
    pub(crate) fn blob_if_any(&mut self) -> Result<Option<Vec<u8>>, Damaged> {
        match self.next() {
            Some(Value::Blob(octets)) => Ok(Some(octets)),
            Some(Value::Null) => Ok(None),
            _ => Err(self.damaged("octets or nothing")),
        }
    }

    /// A moment.
    pub(crate) fn moment(&mut self) -> Result<Moment, Damaged> {
        self.int().map(Moment)
    }

    /// A moment, or nothing.
    pub(crate) fn moment_if_any(&mut self) -> Result<Option<Moment>, Damaged> {
        Ok(self.int_if_any()?.map(Moment))
    }

    /// One of the words that `of` knows.
    pub(crate) fn word<T>(&mut self, of: impl FnOnce(&str) -> Option<T>) -> Result<T, Damaged> {
        let text = self.text()?;
        of(&text).ok_or_else(|| self.damaged("a word we know"))
    }

    /// The thing that this JSON text describes.
    pub(crate) fn json<T: DeserializeOwned>(&mut self) -> Result<T, Damaged> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|_| self.damaged("the JSON we wrote"))
    }

    /// The thing that this JSON text describes, or nothing.
    pub(crate) fn json_if_any<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Damaged> {
        match self.text_if_any()? {
            Some(text) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|_| self.damaged("the JSON we wrote or nothing")),
            None => Ok(None),
        }
    }
}

/// A value as JSON text.
///
/// # Errors
/// A defect, when it cannot be written as JSON.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::defect("writing a list as JSON", error))
}

/// The word an enum without content is serialised as.
///
/// # Errors
/// A defect, when it is not serialised as a word.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, Fault> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        Ok(_) => Err(Fault::defect("writing a word", "not a word")),
        Err(error) => Err(Fault::defect("writing a word", error)),
    }
}

/// The enum value that is serialised as this word.
pub(crate) fn of_word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}
