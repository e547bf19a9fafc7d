//! The language of the pages.

/// The languages that the pages speak, by ISO 639-1.
pub const SPOKEN: [&str; 5] = ["de", "en", "es", "fr", "pt"];

/// What is spoken with who asks for nothing that we speak.
const ELSE: &str = "en";

/// How many languages of a request are looked at.
const MOST: usize = 32;

/// The language for a person: the first of `ui_locales` (OpenID Connect Core §3.1.2.1) that the pages speak, else the
/// most wanted of `Accept-Language` (RFC 9110 §12.5.4), else English.
///
/// What cannot be read is passed over: a language is a wish.
#[must_use]
pub fn choose(ui_locales: Option<&str>, accept: Option<&str>) -> &'static str {
    let named = ui_locales
        .into_iter()
        .flat_map(|list| list.split(' '))
        .take(MOST)
        .find_map(spoken);
    named.or_else(|| accept.and_then(wanted)).unwrap_or(ELSE)
}

/// The language of a tag (RFC 5646). Some write its region after an underscore (`es_CL`).
fn spoken(tag: &str) -> Option<&'static str> {
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    SPOKEN.into_iter().find(|known| language.eq_ignore_ascii_case(known))
}

fn wanted(header: &str) -> Option<&'static str> {
    let mut best: Option<(&'static str, u16)> = None;
    for range in header.split(',').take(MOST) {
        let (tag, parameter) = range.split_once(';').unwrap_or((range, ""));
        let (Some(language), weight) = (spoken(tag.trim()), weight(parameter)) else {
            continue;
        };
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// `q=0.8` in thousandths (RFC 9110 §12.4.2); 1000 where there is none, 0 where it is none.
fn weight(parameter: &str) -> u16 {
    let Some((name, value)) = parameter.trim().split_once('=') else {
        return 1000;
    };
    if !name.trim().eq_ignore_ascii_case("q") {
        return 1000;
    }
    let (whole, part) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    let thousandths = format!("{part:0<3}");
    match (whole, part.len(), thousandths.parse::<u16>()) {
        ("1", 0..=3, Ok(0)) => 1000,
        ("0", 0..=3, Ok(thousandths)) => thousandths,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RU7: languages are wishes; what is not spoken, or cannot be read, is passed over.
    #[test]
    fn the_first_language_that_is_spoken_wins() {
        for (ui_locales, accept, language) in [
            (None, None, "en"),
            (Some("de"), None, "de"),
            (Some("fr-CA fr en"), Some("de"), "fr"),
            // As Sovos sends it.
            (Some("es_CL"), Some("en-US,en;q=0.9"), "es"),
            (Some("PT-br"), None, "pt"),
            (Some("sv fi"), Some("sv, pt;q=0.4, fr;q=0.7"), "fr"),
            (Some("english"), Some("deutsch"), "en"),
            (Some(""), Some(""), "en"),
            (None, Some("en;q=0.1, de;q=0.2"), "de"),
            (None, Some("de;q=0, fr;q=0.001"), "fr"),
            (None, Some("de;q=2, es;q=1.000"), "es"),
            (None, Some("de;q=0.9999, es;q=0.5"), "es"),
            (None, Some("*"), "en"),
            (None, Some("es, de"), "es"),
            (None, Some("; , ;q=, =;=\u{fffd}"), "en"),
        ] {
            assert_eq!(choose(ui_locales, accept), language, "{ui_locales:?} {accept:?}");
        }
    }
}
