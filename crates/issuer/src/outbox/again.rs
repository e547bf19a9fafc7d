//! When what did not arrive is tried again.

/// Seconds between the tries of a webhook, as Standard Webhooks recommends: ten tries over three days.
const HOOK: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Seconds between the tries of a mail: nine over two days. Most of what a mail says is old by then.
const MAIL: [i64; 8] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 57_600];

/// Seconds between the tries of a logout token: six over an hour and a quarter. A client that was down for longer has
/// forgotten the person by then, or asks anew.
const FAREWELL: [i64; 5] = [5, 30, 120, 600, 3_600];

/// How often a row was really tried. On record stand two for each try: one when it was claimed, and one when it was
/// known what came of it.
#[must_use]
pub const fn attempts(tries: i64) -> i64 {
    tries.saturating_add(1) / 2
}

/// How many seconds after its `failed`th failure (from 1) a webhook is tried again; none when it is given up.
#[must_use]
pub fn retry_hook(failed: i64) -> Option<i64> {
    nth(&HOOK, failed)
}

/// The same of a mail.
#[must_use]
pub fn retry_mail(failed: i64) -> Option<i64> {
    nth(&MAIL, failed)
}

/// The same of a logout token.
#[must_use]
pub fn retry_farewell(failed: i64) -> Option<i64> {
    nth(&FAREWELL, failed)
}

fn nth(waits: &[i64], failed: i64) -> Option<i64> {
    let place = usize::try_from(failed.max(1) - 1).ok()?;
    waits.get(place).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_tried_ten_times_over_three_days_and_given_up() {
        let waits: Vec<_> = (1..).map_while(retry_hook).collect();
        assert_eq!(waits, HOOK);
        assert_eq!((waits.len() + 1, waits.iter().sum::<i64>() / 86_400), (10, 3));
        assert!(waits.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(retry_hook(10), None);
        assert_eq!(retry_hook(i64::MAX), None);
    }

    #[test]
    fn a_mail_is_given_up_after_two_days() {
        let waits: Vec<_> = (1..).map_while(retry_mail).collect();
        let all: i64 = waits.iter().sum();
        assert!((86_400..=2 * 86_400).contains(&all), "{all}");
        assert_eq!(retry_mail(9), None);
    }

    /// OC5: a client that does not answer is told again, and given up after an hour and a bit.
    #[test]
    fn a_logout_token_is_tried_six_times() {
        let waits: Vec<_> = (1..).map_while(retry_farewell).collect();
        assert_eq!(waits, [5, 30, 120, 600, 3_600]);
        assert_eq!(retry_farewell(6), None);
    }

    #[test]
    fn a_claim_and_its_outcome_are_one_attempt() {
        for (tries, real) in [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (20, 10)] {
            assert_eq!(attempts(tries), real, "{tries}");
        }
    }
}
