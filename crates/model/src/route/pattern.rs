//! A path pattern: literal segments, `{name}` for one, `{name...}` at the end for the rest.

use super::path::canonical;
use std::cmp::Ordering;

/// A path pattern, taken apart. What its variables are called means nothing here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// What stands between the slashes.
    pub segments: Vec<Segment>,
    /// Whether any number of further segments may follow: none, too, so that the rule over a space holds for its
    /// own root with and without the slash.
    pub rest: bool,
}

/// A segment of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// This text, in its canonical spelling.
    Literal(String),
    /// Any one segment.
    One,
}

impl Pattern {
    /// Reads a pattern. What cannot be read comes back as the space that its readable beginning spans,
    /// so that it can be closed.
    ///
    /// # Errors
    /// That space, when the text is no pattern.
    pub fn parse(text: &str) -> Result<Self, Self> {
        let mut pattern = Self::default();
        let Some(text) = text.strip_prefix('/') else {
            return Err(pattern.and_rest());
        };
        if text.is_empty() {
            return Ok(pattern);
        }
        // `/v3/me` and `/v3/me/` are one place.
        let text = text.strip_suffix('/').unwrap_or(text);
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

    /// The pattern, or the space that its readable beginning spans.
    #[must_use]
    pub fn space(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|space| space)
    }

    /// Whether some path matches both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.meets(other, |one, other| one == other)
    }

    /// Whether some path matches both in the eyes of a server that does not mind case.
    #[must_use]
    pub fn overlaps_in_any_case(&self, other: &Self) -> bool {
        self.meets(other, str::eq_ignore_ascii_case)
    }

    fn meets(&self, other: &Self, same: impl Fn(&str, &str) -> bool) -> bool {
        let mut ours = self.segments.iter();
        let mut theirs = other.segments.iter();
        loop {
            match (ours.next(), theirs.next()) {
                (Some(Segment::Literal(a)), Some(Segment::Literal(b))) if !same(a, b) => return false,
                (Some(_), Some(_)) => {}
                (None, None) => return true,
                (None, Some(_)) => return self.rest,
                (Some(_), None) => return other.rest,
            }
        }
    }

    /// Which of two overlapping patterns takes the paths that both match: `Greater` when this one does.
    #[must_use]
    pub fn precedence(&self, other: &Self) -> Ordering {
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
        for bad in ["", "a", "//", "//a"] {
            let everything = Pattern::default().and_rest();
            assert_eq!(Pattern::parse(bad), Err(everything), "{bad:?}");
        }
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

    #[test]
    fn patterns_overlap_where_one_path_matches_both() {
        // (one, other, exactly, for a server that does not mind case)
        for (one, other, exactly, in_any_case) in [
            ("/a", "/a", true, true),
            ("/a", "/b", false, false),
            ("/a", "/A", false, true),
            // One place, with and without the slash.
            ("/a", "/a/", true, true),
            ("/a", "/{x}", true, true),
            ("/a/b", "/{x}", false, false),
            ("/a/{x}", "/{y}/b", true, true),
            ("/a/{x}", "/b/{y}", false, false),
            ("/{rest...}", "/a/b/c", true, true),
            ("/a/{rest...}", "/a", true, true),
            ("/a/{rest...}", "/b/{rest...}", false, false),
            ("/a/{rest...}", "/A/b", false, true),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let (first, second) = (pattern(one), pattern(other));
                assert_eq!(first.overlaps(&second), exactly, "{one} {other}");
                assert_eq!(first.overlaps_in_any_case(&second), in_any_case, "{one} {other}");
            }
        }
    }

    #[test]
    fn a_pattern_strictly_within_another_takes_its_own_paths() {
        for (inner, outer) in [
            ("/a", "/{x}"),
            ("/a/b", "/a/{rest...}"),
            ("/a/{x}", "/a/{rest...}"),
            ("/a", "/a/{rest...}"),
            ("/a/b", "/{y}/b"),
            ("/{x}", "/{rest...}"),
        ] {
            let (one, other) = (pattern(inner), pattern(outer));
            assert!(one.overlaps(&other), "{inner} {outer}");
            assert_eq!(one.precedence(&other), Ordering::Greater, "{inner} in {outer}");
            assert_eq!(other.precedence(&one), Ordering::Less, "{outer} around {inner}");
        }
        let everything = pattern("/{rest...}");
        assert_eq!(everything.precedence(&everything), Ordering::Equal);
    }
}
