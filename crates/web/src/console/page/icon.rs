//! Line drawings of the navigation, one path each on a field of 24 by 24.

/// The path of a drawing; empty when there is none of that name, which draws nothing.
#[must_use]
pub fn path(name: &str) -> &'static str {
    ICONS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or("", |(_, path)| path)
}

/// All drawings, in one list.
const ICONS: &[(&str, &str)] = &[
    ("home", "M3 11l9-8 9 8M5 9.5V20h5v-6h4v6h5V9.5"),
    (
        "key",
        "M8 18a5 5 0 1 1 4.6-7H21v3h-2v3h-3v-3h-3.4A5 5 0 0 1 8 18zM8 13h.01",
    ),
    (
        "book",
        "M5 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H5zM21 4h-6a2 2 0 0 0-2 2v14a2 2 0 0 1 2-2h6z",
    ),
    ("pulse", "M3 12h4l3-8 4 16 3-8h4"),
    ("search", "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4"),
    ("chart", "M4 20V10M10 20V4M16 20v-8M21 20H3"),
    ("bell", "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4"),
    (
        "people",
        "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 3.5a4 4 0 0 1 0 7M22 21a7 7 0 0 0-4-6.3",
    ),
    ("person", "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0"),
    ("building", "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3M8 12h3M8 16h3"),
    ("plug", "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4"),
    (
        "route",
        "M6 21a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM18 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM9 18h6a4 4 0 0 0 0-8H9a3.5 3.5 0 0 1 0-7h6",
    ),
    ("list", "M8 6h13M8 12h13M8 18h13M3 6h.01M3 12h.01M3 18h.01"),
    ("check", "M4 12l5 5L20 6"),
    ("clock", "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2"),
    ("shield", "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6z"),
    ("mail", "M3 6h18v12H3zM3 7l9 6 9-6"),
    (
        "hook",
        "M12 8a3 3 0 1 0-3-3M9 5l-4 9M5 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 20a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 17h8M19 14l-4.500-8",
    ),
    (
        "heart",
        "M12 20s-8-5-8-11a4.500 4.500 0 0 1 8-3 4.500 4.500 0 0 1 8 3c0 6-8 11-8 11z",
    ),
    (
        "gear",
        "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 2v4M12 18v4M4 6l3 2M17 16l3 2M4 18l3-2M17 8l3-2",
    ),
    ("play", "M7 4l13 8-13 8z"),
    ("warning", "M12 3l10 18H2zM12 10v5M12 18h.01"),
    (
        "sun",
        "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.400 1.400M17.600 17.600L19 19M5 19l1.400-1.400M17.600 6.400L19 5",
    ),
    ("swap", "M7 4L3 8l4 4M3 8h18M17 12l4 4-4 4M21 16H3"),
];

#[cfg(test)]
mod tests {
    use super::{ICONS, path};

    #[test]
    fn a_drawing_is_found_by_its_name_and_an_unknown_name_draws_nothing() {
        assert!(path("key").starts_with("M8 18"));
        assert_eq!(path("\"><script>"), "");
    }

    #[test]
    fn a_drawing_is_made_of_path_commands_alone() {
        for (name, drawing) in ICONS {
            assert!(drawing.starts_with('M'), "{name}");
            let strange = drawing
                .chars()
                .find(|c| !c.is_ascii_alphanumeric() && !" .-".contains(*c));
            assert_eq!(strange, None, "{name}");
        }
    }
}
