//! A path pattern: literal segments, `{name}` for one, `{name...}` at the end for the rest.

use crate::path::canonical;
use std::cmp::Ordering;

/// A path pattern, taken apart. What its variables are called means nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) segments: Vec<Segment>,
    /// Whether any number of further segments may follow: none, too, so that the rule over a space holds for its
    /// own root with and without the slash.
    pub(crate) rest: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// This text, in its canonical spelling.
    Literal(String),
    /// Any one segment.
    One,
}

impl Pattern {
    /// Reads a pattern. What cannot be read comes back as the space that its readable beginning spans,
    /// so that it can be closed.
    pub(crate) fn parse(text: &str) -> Result<Self, Self> {
        let mut pattern = Self {
            segments: Vec::new(),
            rest: false,
        };
        let Some(text) = text.strip_prefix('/') else {
            return Err(pattern.and_rest());
        };
        // `/v3/me` and `/v3/me/` are one place.
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.is_empty() {
            return Ok(pattern);
        }
        let mut parts = text.split('/').peekable();
        while let Some(part) = parts.next() {
            let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            match name {
                Some(name) if is_name(name) => pattern.segments.push(Segment::One),
                Some(name) if name.strip_suffix("...").is_some_and(is_name) && parts.peek().is_none() => {
                    return Ok(pattern.and_rest());
                }
                Some(_) => return Err(pattern.and_rest()),
                None => match literal(part) {
                    Some(literal) => pattern.segments.push(Segment::Literal(literal)),
                    None => return Err(pattern.and_rest()),
                },
            }
        }
        Ok(pattern)
    }

    fn and_rest(mut self) -> Self {
        self.rest = true;
        self
    }

    /// Whether some path matches both.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let mut ours = self.segments.iter();
        let mut theirs = other.segments.iter();
        loop {
            match (ours.next(), theirs.next()) {
                (Some(Segment::Literal(a)), Some(Segment::Literal(b))) if a != b => return false,
                (Some(_), Some(_)) => {}
                (None, None) => return true,
                (None, Some(_)) => return self.rest,
                (Some(_), None) => return other.rest,
            }
        }
    }

    /// Which of two overlapping patterns takes the paths that both match: `Greater` when this one does.
    pub(crate) fn precedence(&self, other: &Self) -> Ordering {
        let mut ours = self.segments.iter();
        let mut theirs = other.segments.iter();
        loop {
            match (ours.next(), theirs.next()) {
                (Some(Segment::Literal(_)), Some(Segment::One)) => return Ordering::Greater,
                (Some(Segment::One), Some(Segment::Literal(_))) => return Ordering::Less,
                (Some(_), Some(_)) => {}
                (Some(_), None) => return Ordering::Greater,
                (None, Some(_)) => return Ordering::Less,
                // The one that ends here knows the place better than the one that would take any rest.
                (None, None) => return other.rest.cmp(&self.rest),
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// A literal segment in its canonical spelling. `+` is refused: servers disagree on whether `%2B` is the same.
fn literal(part: &str) -> Option<String> {
    if part.contains(['{', '}', '+']) || part.is_empty() {
        return None;
    }
    let path = format!("/{part}");
    let spelled = canonical(&path).ok()?;
    let segment = spelled.strip_prefix('/')?;
    (!segment.contains("%2B")).then(|| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text).unwrap()
    }

    #[test]
    fn a_pattern_that_cannot_be_read_spans_its_readable_beginning() {
        for bad in [
            "/a/{x",
            "/a/{}",
            "/a/{x...}/b",
            "/a/x{y}",
            "/a//b",
            "/a/../b",
            "/a/b+c",
            "/a/{x y}",
        ] {
            let space = Pattern::parse(bad).unwrap_err();
            assert_eq!(
                space,
                Pattern {
                    segments: vec![Segment::Literal("a".into())],
                    rest: true
                },
                "{bad}"
            );
        }
        assert!(Pattern::parse("a").is_err());
    }

    #[test]
    fn a_literal_is_held_in_its_canonical_spelling() {
        assert_eq!(pattern("/%61b/c d"), pattern("/ab/c%20d"));
    }

    #[test]
    fn the_more_specific_of_two_patterns_takes_what_both_match() {
        let over = |a: &str, b: &str| {
            pattern(a)
                .overlaps(&pattern(b))
                .then(|| pattern(a).precedence(&pattern(b)))
        };
        assert_eq!(over("/a/b", "/a/{x}"), Some(Ordering::Greater));
        assert_eq!(over("/a/{x}", "/a/{x...}"), Some(Ordering::Greater));
        assert_eq!(over("/a", "/a/{x...}"), Some(Ordering::Greater));
        assert_eq!(over("/{x...}", "/a/{x...}"), Some(Ordering::Less));
        assert_eq!(over("/a/{x}/c", "/a/b/{y}"), Some(Ordering::Less));
        assert_eq!(over("/a/{x}", "/a/{y}"), Some(Ordering::Equal));
        assert_eq!(over("/a/b", "/a/c"), None);
        assert_eq!(over("/a/b/c", "/a/{x}"), None);
    }
}
