//! Times, spans and numbers in words.

use tollgate_model::Moment;

/// What a template may hand over as a whole number: of any width, by value or by reference.
pub trait Whole {
    /// The number; what is too large is the largest there is.
    fn whole(&self) -> i64;
}

macro_rules! whole {
    ($($number:ty),+) => {
        $(impl Whole for $number {
            fn whole(&self) -> i64 {
                i64::try_from(*self).unwrap_or(i64::MAX)
            }
        })+
    };
}

whole!(i32, i64, u8, u16, u32, u64, usize);

impl<T: Whole + ?Sized> Whole for &T {
    fn whole(&self) -> i64 {
        (**self).whole()
    }
}

/// A whole number as it is.
pub fn whole(value: impl Whole) -> i64 {
    value.whole()
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A month and a year as people count them from afar; nothing is decided by these.
const MONTH: i64 = 30 * DAY;
const YEAR: i64 = 365 * DAY;

/// A moment told from `now`: `just now`, `5 minutes ago`, `in 3 days`. Rounded down, so nothing is older than it says.
#[must_use]
pub fn ago(moment: Moment, now: Moment) -> String {
    let past = now.since(moment);
    let span = past.saturating_abs();
    if span < 10 {
        return if past < 0 { "in a moment" } else { "just now" }.to_owned();
    }
    let (size, one) = match span {
        ..MINUTE => (1, "second"),
        MINUTE..HOUR => (MINUTE, "minute"),
        HOUR..DAY => (HOUR, "hour"),
        // Two months in days say more than "1 month".
        DAY..5_184_000 => (DAY, "day"),
        5_184_000..63_072_000 => (MONTH, "month"),
        _ => (YEAR, "year"),
    };
    let told = some(span / size, one);
    if past > 0 {
        format!("{told} ago")
    } else {
        format!("in {told}")
    }
}

/// A span of seconds in its two largest units: `1 hour`, `1 hour 30 minutes`, `90 days`.
#[must_use]
pub fn span(seconds: impl Whole) -> String {
    let mut left = seconds.whole().max(0);
    let mut told = Vec::new();
    for (size, one) in [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")] {
        if left >= size && told.len() < 2 {
            told.push(some(left / size, one));
            left %= size;
        } else if !told.is_empty() {
            // 1 day and 5 seconds is told as 1 day, not with units left out between.
            break;
        }
    }
    if told.is_empty() {
        "0 seconds".to_owned()
    } else {
        told.join(" ")
    }
}

/// A whole number with its thousands apart: `12,345`.
#[must_use]
pub fn number(value: impl Whole) -> String {
    let value = value.whole();
    let digits = value.unsigned_abs().to_string();
    let mut told = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        told.push('-');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// A number with its noun: `1 client`, `1,204 clients`.
#[must_use]
pub fn count(value: impl Whole, one: &str, many: &str) -> String {
    let value = value.whole();
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// The full time: `2026-11-21 16:48:03 UTC`.
#[must_use]
pub fn utc(moment: Moment) -> String {
    written(moment, "%Y-%m-%d %H:%M:%S UTC")
}

/// As machines write it (RFC 3339): `2026-11-21T16:48:03Z`.
#[must_use]
pub fn iso(moment: Moment) -> String {
    written(moment, "%Y-%m-%dT%H:%M:%SZ")
}

/// The day: `21 November 2026`.
#[must_use]
pub fn day(moment: Moment) -> String {
    written(moment, "%-d %B %Y")
}

/// The day, short: `21 Nov`.
#[must_use]
pub fn short_day(moment: Moment) -> String {
    written(moment, "%-d %b")
}

/// A moment that somebody chose: its day, and the time where it is not the day's beginning. `1 July 2026`,
/// `1 July 2026, 14:00 UTC`.
#[must_use]
pub fn chosen(moment: Moment) -> String {
    if moment.0.rem_euclid(DAY) == 0 {
        day(moment)
    } else {
        written(moment, "%-d %B %Y, %H:%M UTC")
    }
}

/// From one chosen moment to another: `1 July 2026, 14:00 to 15:00 UTC`.
#[must_use]
pub fn stretch(from: Moment, to: Moment) -> String {
    if from.day() == to.day() {
        format!("{} to {}", written(from, "%-d %B %Y, %H:%M"), written(to, "%H:%M UTC"))
    } else {
        format!("{} to {}", chosen(from), chosen(to))
    }
}

fn written(moment: Moment, form: &str) -> String {
    // Beyond the year 9999 there is no spelling; the number still says something.
    jiff::Timestamp::from_second(moment.0)
        .map_or_else(|_| format!("{} s", moment.0), |time| time.strftime(form).to_string())
}

fn some(value: i64, one: &str) -> String {
    if value == 1 {
        format!("1 {one}")
    } else {
        format!("{} {one}s", number(value))
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, ago, chosen, count, day, iso, number, short_day, span, stretch, utc};

    const NOW: Moment = Moment(1_800_000_000);

    #[test]
    fn a_moment_is_told_from_now_on_both_sides() {
        for (seconds, past, future) in [
            (0, "just now", "just now"),
            (9, "just now", "in a moment"),
            (10, "10 seconds ago", "in 10 seconds"),
            (60, "1 minute ago", "in 1 minute"),
            (119, "1 minute ago", "in 1 minute"),
            (3_599, "59 minutes ago", "in 59 minutes"),
            (7_200, "2 hours ago", "in 2 hours"),
            (86_400, "1 day ago", "in 1 day"),
            (59 * 86_400, "59 days ago", "in 59 days"),
            (61 * 86_400, "2 months ago", "in 2 months"),
            (3 * 365 * 86_400, "3 years ago", "in 3 years"),
        ] {
            assert_eq!(ago(NOW.plus(-seconds), NOW), past);
            assert_eq!(ago(NOW.plus(seconds), NOW), future);
        }
    }

    #[test]
    fn the_ends_of_time_are_told_too() {
        assert!(ago(Moment(i64::MIN), NOW).ends_with("years ago"));
        assert!(ago(Moment(i64::MAX), NOW).starts_with("in "));
        assert_eq!(utc(Moment(i64::MAX)), format!("{} s", i64::MAX));
    }

    #[test]
    fn a_span_has_its_two_largest_units() {
        for (seconds, told) in [
            (-5, "0 seconds"),
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (5_400, "1 hour 30 minutes"),
            (3_601, "1 hour"),
            (86_405, "1 day"),
            (90 * 86_400, "90 days"),
            (93_784, "1 day 2 hours"),
        ] {
            assert_eq!(span(seconds), told);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(0_i64), "0");
        assert_eq!(number(999_u64), "999");
        assert_eq!(number(12_345_usize), "12,345");
        assert_eq!(number(-1_234_567_i64), "-1,234,567");
        assert_eq!(number(u64::MAX), "9,223,372,036,854,775,807");
        assert_eq!(count(1_u64, "client", "clients"), "1 client");
        assert_eq!(count(1_204_u64, "client", "clients"), "1,204 clients");
    }

    #[test]
    fn a_day_is_written_as_people_and_as_machines_write_it() {
        assert_eq!(utc(NOW), "2027-01-15 08:00:00 UTC");
        assert_eq!(iso(NOW), "2027-01-15T08:00:00Z");
        assert_eq!(day(NOW), "15 January 2027");
        assert_eq!(short_day(NOW), "15 Jan");
    }

    #[test]
    fn what_somebody_chose_is_told_as_they_chose_it() {
        let midnight = Moment(NOW.day() * 86_400);
        assert_eq!(chosen(midnight), "15 January 2027");
        assert_eq!(chosen(NOW), "15 January 2027, 08:00 UTC");
        assert_eq!(stretch(NOW, NOW.plus(3_600)), "15 January 2027, 08:00 to 09:00 UTC");
        assert_eq!(
            stretch(midnight, midnight.plus(86_400)),
            "15 January 2027 to 16 January 2027"
        );
    }
}
