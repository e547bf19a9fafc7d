use super::*;
use crate::registry::facts::{NOW, record, secret};
use tollgate_model::alert::AlertKind;

/// A secret made `age` days ago, that ends `left` seconds from now, last used `used` seconds ago.
fn made(number: i64, age: i64, left: Option<i64>, used: Option<i64>) -> Secret {
    Secret {
        created: NOW.plus(-age * DAY),
        expires: left.map(|left| NOW.plus(left)),
        last_used: used.map(|used| NOW.plus(-used)),
        ..secret(number)
    }
}

fn keys(secrets: Vec<Secret>) -> Vec<String> {
    let record = record(secrets);
    due(&record, NOW)
        .iter()
        .map(|matter| matter.key(Some(&record.client)))
        .collect()
}

#[test]
fn a_secret_is_told_of_thirty_seven_and_one_day_before_its_end() {
    for (left, told) in [
        (30 * DAY + 1, None),
        (30 * DAY, Some("secret_expiring:sec_1:30")),
        (7 * DAY + 1, Some("secret_expiring:sec_1:30")),
        (7 * DAY, Some("secret_expiring:sec_1:7")),
        (DAY + 1, Some("secret_expiring:sec_1:7")),
        (DAY, Some("secret_expiring:sec_1:1")),
        (1, Some("secret_expiring:sec_1:1")),
        (0, None),
        (-1, None),
    ] {
        let keys = keys(vec![made(1, 60, Some(left), Some(5))]);
        assert_eq!(keys, Vec::from_iter(told), "{left}");
    }
}

#[test]
fn a_short_lived_secret_is_not_told_of_at_its_birth() {
    assert!(keys(vec![made(1, 0, Some(30 * DAY), None)]).is_empty());
    assert!(keys(vec![made(1, 0, Some(7 * DAY), None)]).is_empty());
    assert_eq!(
        keys(vec![made(1, 23, Some(7 * DAY), Some(5))]),
        ["secret_expiring:sec_1:7"],
        "thirty days to live: told from the seventh on"
    );
}

#[test]
fn an_old_secret_that_is_still_used_is_told_of_once_for_each_successor() {
    let used = |ago| keys(vec![made(1, 20, None, Some(ago)), made(2, 1, None, None)]);
    assert_eq!(used(60), ["old_secret_used:sec_1:sec_2"]);
    assert!(used(DAY).is_empty(), "used when the successor was made, and not since");
    assert!(used(2 * DAY).is_empty());
    assert!(keys(vec![made(1, 20, None, None), made(2, 1, None, Some(5))]).is_empty());
    assert_eq!(
        keys(vec![
            made(1, 20, None, Some(5)),
            made(2, 10, None, Some(5)),
            made(3, 1, None, None)
        ]),
        ["old_secret_used:sec_1:sec_2", "old_secret_used:sec_2:sec_3"]
    );
}

#[test]
fn the_end_of_an_overlap_is_told_on_the_last_day_to_who_has_not_moved_over() {
    let overlap = |left, made_ago, used| keys(vec![made(1, 60, Some(left), used), made(2, made_ago, None, Some(5))]);
    assert!(overlap(7 * DAY, 3, None).is_empty(), "moved over");
    assert_eq!(overlap(7 * DAY, 3, Some(60)), ["old_secret_used:sec_1:sec_2"]);
    assert_eq!(
        overlap(DAY, 3, Some(60)),
        ["secret_expiring:sec_1:1", "old_secret_used:sec_1:sec_2"]
    );
    assert_eq!(
        overlap(DAY, 0, Some(-60)),
        ["old_secret_used:sec_1:sec_2"],
        "one thing at a time"
    );
}

#[test]
fn a_successor_that_ends_first_is_no_reason_to_keep_silent() {
    let keys = keys(vec![
        made(1, 60, Some(7 * DAY), None),
        made(2, 50, Some(6 * DAY), Some(5)),
    ]);
    assert_eq!(keys, ["secret_expiring:sec_1:7", "secret_expiring:sec_2:7"]);
}

#[test]
fn what_nobody_used_for_ninety_days_is_told_of() {
    let since = |days: i64| format!("unused:sec_1:{}", NOW.plus(-days * DAY).0);
    assert_eq!(keys(vec![made(1, 90, None, None)]), [since(90)]);
    assert!(keys(vec![made(1, 89, None, None)]).is_empty());
    assert_eq!(keys(vec![made(1, 300, None, Some(100 * DAY))]), [since(100)]);
    assert!(keys(vec![made(1, 300, None, Some(89 * DAY))]).is_empty());
    // Replaced, and ending by itself.
    assert!(keys(vec![made(1, 300, Some(20 * DAY), None), made(2, 5, None, Some(5))]).is_empty());
    assert_eq!(
        keys(vec![made(1, 300, None, None), made(2, 5, None, Some(5))]),
        [since(300)]
    );
}

#[test]
fn dead_secrets_and_disabled_clients_are_nobodys_concern() {
    let mut revoked = made(1, 300, Some(DAY), None);
    revoked.revoked = Some(NOW);
    assert!(keys(vec![revoked]).is_empty());

    let telling = || record(vec![made(1, 300, Some(DAY), None)]);
    assert_eq!(
        due(&telling(), NOW).iter().map(Matter::kind).collect::<Vec<_>>(),
        [AlertKind::SecretExpiring, AlertKind::Unused]
    );
    let mut disabled = telling();
    disabled.client.state = State::Disabled;
    assert!(due(&disabled, NOW).is_empty());
    let mut disabled = telling();
    disabled.account.state = State::Disabled;
    assert!(due(&disabled, NOW).is_empty());
}
