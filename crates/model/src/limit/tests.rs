use super::*;

const NOON: Moment = Moment(1_800_014_400); // 2027-01-15T12:00:00Z

fn limit(count: i64, window: Window) -> Limit {
    Limit {
        name: "requests".into(),
        per: Per::Client,
        count,
        window,
    }
}

#[test]
fn a_slot_begins_where_the_calendar_says() {
    assert_eq!(Window::Seconds(10).slot(NOON.plus(13)), (NOON.plus(10), NOON.plus(20)));
    assert_eq!(Window::Day.slot(NOON), (NOON.plus(-43_200), NOON.plus(43_200)));
    let (begin, end) = Window::Month.slot(NOON);
    assert_eq!((begin, end), (Moment(1_798_761_600), Moment(1_801_440_000)));
    // February of a leap year, and the turn of a year.
    let (begin, end) = Window::Month.slot(Moment(1_835_400_000));
    assert_eq!(end.since(begin), 29 * 86_400);
    let (begin, end) = Window::Month.slot(Moment(1_798_700_000));
    assert_eq!((end.since(begin), end), (31 * 86_400, Moment(1_798_761_600)));
}

#[test]
fn each_month_begins_where_the_one_before_ends() {
    let mut at = Moment(0);
    for _ in 0..12 * 140 {
        let (begin, end) = Window::Month.slot(at);
        assert_eq!(begin, at);
        assert!((28..=31).contains(&(end.since(begin) / 86_400)));
        assert_eq!(Window::Month.slot(end.plus(-1)), (begin, end));
        at = end;
    }
    assert_eq!(at, Moment(4_417_977_600)); // 2110-01-01
}

#[test]
fn what_was_let_through_is_gone_from_what_is_left() {
    let ten = limit(10, Window::Seconds(10));
    assert_eq!(
        ten.left(0, 0, NOON),
        Left {
            remaining: 10,
            reset: 10
        }
    );
    assert_eq!(ten.left(0, 9, NOON.plus(4)), Left { remaining: 1, reset: 6 });
    assert_eq!(ten.left(0, 10, NOON.plus(4)), Left { remaining: 0, reset: 6 });
    assert_eq!(ten.left(0, 17, NOON.plus(9)), Left { remaining: 0, reset: 1 });
}

/// At the border of two slots nobody gets twice as much.
#[test]
fn a_window_of_seconds_slides() {
    let ten = limit(10, Window::Seconds(10));
    assert_eq!(ten.left(10, 0, NOON), Left { remaining: 0, reset: 1 });
    assert_eq!(ten.left(10, 0, NOON.plus(5)), Left { remaining: 5, reset: 5 });
    assert_eq!(ten.left(10, 5, NOON.plus(5)), Left { remaining: 0, reset: 1 });
}

#[test]
fn a_quota_does_not_slide() {
    let quota = limit(1000, Window::Day);
    assert_eq!(
        quota.left(1000, 1, NOON),
        Left {
            remaining: 999,
            reset: 43_200
        }
    );
    assert_eq!(
        quota.left(1000, 1000, NOON),
        Left {
            remaining: 0,
            reset: 43_200
        }
    );
}
