//! The name that somebody probably meant.

use strsim::damerau_levenshtein;

/// The nearest of `names`, if one is near enough to be meant: a slip of a letter for every four.
pub(super) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 4).clamp(1, 4);
    let measured = names.into_iter().map(|name| (damerau_levenshtein(word, name), name));
    measured.filter(|(far, _)| *far <= most).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_near_and_another_word_is_not() {
        let names = ["dialect", "bodies", "paths", "path"];
        for (word, meant) in [
            ("dialct", Some("dialect")),
            ("dialcet", Some("dialect")),
            ("pathes", Some("paths")),
            ("body", None),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, names), meant, "{word}");
        }
    }
}
