//! Moments as they are typed: a day, which begins at midnight UTC, or a time of a day.

use tollgate_model::Moment;
use tollgate_model::transition::Brownout;

/// What a moment looks like, for those who wrote another.
const SHAPE: &str = "Write a day such as 2026-07-25, or a time such as 2026-07-25T14:00:00Z.";

/// Reads a moment; none where nothing was typed.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub(super) fn read(text: &str) -> Result<Option<Moment>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
    let at = match day {
        Some(day) => day.to_zoned(jiff::tz::TimeZone::UTC).map(|begins| begins.timestamp()),
        None => text.parse::<jiff::Timestamp>(),
    };
    match at {
        Ok(at) => Ok(Some(Moment(at.as_second()))),
        Err(_) => Err(format!("“{}” is no date. {SHAPE}", shortened(text))),
    }
}

/// A moment as it is typed.
pub(super) fn typed(moment: Moment) -> String {
    let form = if moment.0.rem_euclid(86_400) == 0 {
        "%Y-%m-%d"
    } else {
        "%Y-%m-%dT%H:%M:%SZ"
    };
    jiff::Timestamp::from_second(moment.0).map_or_else(|_| String::new(), |at| at.strftime(form).to_string())
}

/// Reads brown-outs, one a line: from, to, name.
///
/// # Errors
/// What is wrong with the first line that is none, in a sentence.
pub(super) fn brownouts(text: &str) -> Result<Vec<Brownout>, String> {
    super::asked::lines(text).iter().map(|line| brownout(line)).collect()
}

fn brownout(line: &str) -> Result<Brownout, String> {
    let mut words = line.splitn(3, char::is_whitespace);
    let (from, to) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let name = words.next().unwrap_or_default().trim();
    match (read(from), read(to)) {
        (Ok(Some(from)), Ok(Some(to))) if !name.is_empty() => Ok(Brownout {
            name: name.to_owned(),
            from,
            to,
        }),
        _ => Err(format!(
            "“{}” is no brown-out. Write from, to and a name: such as “2026-07-01T14:00:00Z 2026-07-01T15:00:00Z first \
             hour”.",
            shortened(line)
        )),
    }
}

/// Brown-outs as they are typed.
pub(super) fn lines(brownouts: &[Brownout]) -> String {
    let line = |window: &Brownout| format!("{} {} {}", typed(window.from), typed(window.to), window.name);
    brownouts.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_comes_back_as_a_day() {
        let midnight = read(" 2026-07-25 ").unwrap().unwrap();
        assert_eq!(midnight.0.rem_euclid(86_400), 0);
        assert_eq!(typed(midnight), "2026-07-25");
        let later = read("2026-07-25T16:30:00+02:00").unwrap().unwrap();
        assert_eq!(later.since(midnight), 14 * 3600 + 1800);
        assert_eq!(typed(later), "2026-07-25T14:30:00Z");
        assert_eq!(read("  "), Ok(None));
    }

    #[test]
    fn what_is_no_date_is_named() {
        for text in [
            "tomorrow",
            "2026-02-30",
            "25.07.2026",
            "2026-07-25 14:00",
            "2026-07-25T14:00",
            "9999999-01-01",
        ] {
            assert!(read(text).unwrap_err().contains("is no date"), "{text}");
        }
    }

    #[test]
    fn a_brown_out_comes_back_as_it_was_written() {
        let text = "2026-07-01T14:00:00Z 2026-07-01T15:00:00Z first hour\n2026-07-08 2026-07-09 a day";
        assert_eq!(lines(&brownouts(text).unwrap()), text);
        for line in ["2026-07-01 2026-07-02", "2026-07-01", "x y z", "first hour 2026-07-01"] {
            assert!(brownouts(line).is_err(), "{line}");
        }
    }
}
