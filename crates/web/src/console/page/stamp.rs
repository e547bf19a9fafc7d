//! A moment on a page.

use super::words;
use askama::filters::HtmlSafe;
use std::fmt;
use tollgate_model::Moment;

/// A moment as `<time>`: told in words, with the machine's spelling in `datetime` and the full UTC time in `title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    moment: Option<Moment>,
    words: String,
}

impl Stamp {
    /// Told from `now`: `2 hours ago`, `in 3 days`.
    #[must_use]
    pub fn ago(moment: Option<Moment>, now: Moment, none: &str) -> Self {
        Self::of(moment, none, |moment| words::ago(moment, now))
    }

    /// Its day: `21 November 2026`.
    #[must_use]
    pub fn day(moment: Option<Moment>, none: &str) -> Self {
        Self::of(moment, none, words::day)
    }

    /// In full: `2026-11-21 16:48:03 UTC`.
    #[must_use]
    pub fn full(moment: Option<Moment>, none: &str) -> Self {
        Self::of(moment, none, words::utc)
    }

    fn of(moment: Option<Moment>, none: &str, tell: impl FnOnce(Moment) -> String) -> Self {
        Self {
            moment,
            words: moment.map_or_else(|| none.to_owned(), tell),
        }
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = askama::filters::escape(self.words.as_str(), askama::filters::Html).map_err(|_| fmt::Error)?;
        match self.moment {
            Some(moment) => write!(
                out,
                "<time datetime=\"{}\" title=\"{}\">{words}</time>",
                words::iso(moment),
                words::utc(moment)
            ),
            None => write!(out, "<span class=\"muted\">{words}</span>"),
        }
    }
}

// What it writes is escaped above.
impl HtmlSafe for Stamp {}

/// What a template may hand over as a moment: one, perhaps one, or a reference to either.
pub trait Told {
    /// The moment, where there is one.
    fn told(&self) -> Option<Moment>;
}

impl Told for Moment {
    fn told(&self) -> Option<Moment> {
        Some(*self)
    }
}

impl Told for Option<Moment> {
    fn told(&self) -> Option<Moment> {
        *self
    }
}

impl<T: Told + ?Sized> Told for &T {
    fn told(&self) -> Option<Moment> {
        (**self).told()
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Stamp};

    #[test]
    fn a_moment_carries_its_full_time() {
        let stamp = Stamp::ago(Some(Moment(0)), Moment(7_200), "never");
        assert_eq!(
            stamp.to_string(),
            "<time datetime=\"1970-01-01T00:00:00Z\" title=\"1970-01-01 00:00:00 UTC\">2 hours ago</time>"
        );
    }

    #[test]
    fn no_moment_is_told_in_words_that_stay_inert() {
        assert_eq!(
            Stamp::full(None, "<b>never</b>").to_string(),
            "<span class=\"muted\">&#60;b&#62;never&#60;/b&#62;</span>"
        );
    }
}
