//! Passwords that were found in breaches, embedded: nobody outside is asked about a person's choice.

use std::cmp::Ordering;

/// Sorted by bytes, lower-case, one a line. `data/README.md` says where they come from.
const LIST: &str = include_str!("../../data/common-passwords.txt");

/// Whether `lower`, which is lower-case, is in the list.
pub(super) fn contains(lower: &str) -> bool {
    let mut rest = LIST;
    // Halve what is left, at the beginning of a line; each turn leaves less.
    loop {
        let (before, from) = halves(rest);
        let (line, after) = from.split_once('\n').unwrap_or((from, ""));
        if line.is_empty() {
            return false;
        }
        rest = match lower.as_bytes().cmp(line.as_bytes()) {
            Ordering::Equal => return true,
            Ordering::Less => before,
            Ordering::Greater => after,
        };
    }
}

/// What stands before the line in the middle, and what begins with it.
fn halves(lines: &str) -> (&str, &str) {
    // The list is ASCII, so every place is one between characters.
    let (left, _) = lines.split_at_checked(lines.len() / 2).unwrap_or((lines, ""));
    let start = left.rfind('\n').map_or(0, |end| end + 1);
    lines.split_at_checked(start).unwrap_or((lines, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_long_enough() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.len() > 8_000, "{}", lines.len());
        assert!(lines.is_sorted_by(|one, next| one < next));
        assert!(LIST.ends_with('\n'));
        for line in lines {
            assert!(line.len() >= 8, "{line}");
            assert!(
                line.bytes()
                    .all(|b| matches!(b, b' '..=b'~') && !b.is_ascii_uppercase()),
                "{line}"
            );
        }
    }

    /// SE6: every entry is found, the first and the last too, and nothing beside them.
    #[test]
    fn every_entry_is_found_and_nothing_else() {
        for line in LIST.lines() {
            assert!(contains(line), "{line}");
            let other = format!("{line}~");
            assert!(!contains(&other), "{other}");
        }
        for absent in ["", "\n", "!", "~~~~~~~~~", "correct horse battery staple", "ü"] {
            assert!(!contains(absent), "{absent}");
        }
    }
}
