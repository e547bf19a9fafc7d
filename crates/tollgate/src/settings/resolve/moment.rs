//! Moments as they are typed: a day, which begins at midnight UTC, or a date and time with its offset (RFC 3339).

use super::endpoints::midnight;
use crate::settings::Complaint;
use tollgate_model::Moment;

/// What is said of a text that is neither.
pub(crate) const NOT_A_MOMENT: &str = "must be a day such as 2026-01-31 or a moment such as 2026-01-31T14:00:00Z";

/// The length of a day as it is typed.
const DAY: usize = "2026-01-31".len();

/// The moment of a text. A time without offset is none: nobody could tell which one is meant.
pub(crate) fn of(text: &str) -> Option<Moment> {
    if text.len() == DAY {
        return midnight(text);
    }
    let stamp: jiff::Timestamp = text.parse().ok()?;
    Some(Moment(stamp.as_second()))
}

/// The moment of a setting, if it is one.
pub(super) fn typed(key: &str, text: &str, complaints: &mut Vec<Complaint>) -> Option<Moment> {
    let moment = of(text);
    if moment.is_none() {
        complaints.push(Complaint::about(key, NOT_A_MOMENT));
    }
    moment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_a_moment_has_its_offset() {
        for (text, moment) in [
            ("2026-07-25", Some(1_784_937_600)),
            ("2026-07-25T00:00:00Z", Some(1_784_937_600)),
            ("2026-07-25T02:30:00+02:30", Some(1_784_937_600)),
            ("2026-07-25T00:00:01.9Z", Some(1_784_937_601)),
            ("2024-02-29", Some(1_709_164_800)),
        ] {
            assert_eq!(of(text), moment.map(Moment), "{text}");
        }
        for text in [
            "",
            "2026-7-25",
            "2026-02-30",
            "2026-07-25T00:00",
            "2026-07-25T00:00:00",
            "tomorrow",
            "1784937600",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
