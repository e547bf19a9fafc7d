use super::*;
use crate::lane;
use std::net::{IpAddr, Ipv4Addr};
use tollgate_model::Moment;

const NOW: Moment = Moment(1_800_000_000);

fn rule(per: Per, count: i64, window: Window) -> Rule {
    let limit = Limit {
        name: "burst".into(),
        per,
        count,
        window,
    };
    Rule::new("route", "documents", limit)
}

fn take(buckets: &Buckets, rule: &Rule, whose: Whose<'_>, now: Moment) -> bool {
    let slot = Slot::at(rule.limit.window, now);
    let bucket = buckets.of(rule, whose);
    let taken = bucket.take(&rule.limit, slot, now).is_ok();
    if taken {
        buckets.spend(&bucket, slot);
    }
    taken
}

/// What an issuer would be told: bucket, slot and count.
fn told(buckets: &Buckets, now: Moment) -> Vec<bucket::Line> {
    let mut lines = Vec::new();
    for bucket in buckets.waiting() {
        bucket.lines(now, &mut lines);
    }
    lines
}

#[test]
fn eight_threads_take_exactly_the_count() {
    let buckets = Buckets::new(100, 8);
    let rule = rule(Per::All, 10_000, Window::Day);
    let taken: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let (buckets, rule) = (&buckets, &rule);
                scope.spawn(move || {
                    lane::stand(number);
                    (0..2_000).filter(|_| take(buckets, rule, Whose::All, NOW)).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(taken, 10_000);
    let lines = told(&buckets, NOW);
    assert_eq!(lines.iter().map(|line| line.count).collect::<Vec<_>>(), [10_000]);
}

/// While some tell what was counted and others count, nothing is told twice and nothing is forgotten.
#[test]
fn what_is_told_meanwhile_is_told_once() {
    let buckets = Buckets::new(100, 4);
    let rule = rule(Per::All, 1_000_000, Window::Month);
    let told: i64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|number| {
                let (buckets, rule) = (&buckets, &rule);
                scope.spawn(move || {
                    lane::stand(number);
                    (0..5_000).filter(|_| take(buckets, rule, Whose::All, NOW)).count()
                })
            })
            .collect();
        let mut sum = 0;
        while !threads.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            for line in told(&buckets, NOW) {
                sum += line.count;
                line.told(sum);
            }
        }
        sum
    });
    let rest: i64 = self::told(&buckets, NOW).iter().map(|line| line.count).sum();
    assert_eq!(told + rest, 20_000);
    let slot = Slot::at(rule.limit.window, NOW);
    let left = buckets.of(&rule, Whose::All).left(&rule.limit, slot, NOW);
    assert_eq!(left.remaining, 1_000_000 - 20_000);
}

/// RL14: whoever comes from ever new addresses makes others be forgotten, and nothing grow.
#[test]
fn a_hundred_thousand_addresses_take_no_more_room_than_was_given() {
    let buckets = Buckets::new(1_000, 2);
    let rule = rule(Per::Address, 10, Window::Seconds(10));
    for number in 0..100_000 {
        let address = IpAddr::V4(Ipv4Addr::from_bits(number));
        assert!(take(&buckets, &rule, Whose::Address(address), NOW));
    }
    let (held, waiting) = buckets.len();
    assert!(held <= 1_000 && waiting <= 1_000, "{held} held, {waiting} waiting");
}

#[test]
fn slots_are_numbered_one_after_another() {
    for window in [Window::Seconds(7), Window::Day, Window::Month] {
        let mut slot = Slot::at(window, Moment(0));
        for _ in 0..12 * 140 {
            let next = Slot::at(window, slot.end);
            assert_eq!((next.number, next.begin), (slot.number + 1, slot.end), "{window:?}");
            assert_eq!(next.before(window), slot);
            slot = next;
        }
    }
}

/// What others let through is added to what was counted here, and what was counted while the issuer was asked stays.
#[test]
fn totals_are_taken_over() {
    let buckets = Buckets::new(100, 1);
    let rule = rule(Per::All, 100, Window::Month);
    let slot = Slot::at(Window::Month, NOW);
    let left = || buckets.of(&rule, Whose::All).left(&rule.limit, slot, NOW).remaining;
    for _ in 0..3 {
        take(&buckets, &rule, Whose::All, NOW);
    }
    let asked = told(&buckets, NOW);
    take(&buckets, &rule, Whose::All, NOW);
    assert_eq!(left(), 96);
    asked.iter().for_each(|line| line.told(50));
    assert_eq!(left(), 49);
    let asked = told(&buckets, NOW);
    assert_eq!(asked.iter().map(|line| line.count).collect::<Vec<_>>(), [1]);
    asked.iter().for_each(|line| line.told(51));
    assert_eq!(left(), 49);
}

/// Of a window that slides the slot before is asked for as well: once, and only where nothing was told of it.
#[test]
fn the_slot_before_is_asked_for_once() {
    let buckets = Buckets::new(100, 1);
    let rule = rule(Per::All, 100, Window::Seconds(10));
    let counts = |now| {
        take(&buckets, &rule, Whose::All, now);
        let lines = told(&buckets, now);
        lines.iter().for_each(|line| line.told(40));
        lines
            .iter()
            .map(|line| (line.slot.begin.since(NOW), line.count))
            .collect::<Vec<_>>()
    };
    assert_eq!(counts(NOW), [(0, 1), (-10, 0)]);
    let slot = Slot::at(rule.limit.window, NOW);
    let left = buckets.of(&rule, Whose::All).left(&rule.limit, slot, NOW);
    assert_eq!(left.remaining, 100 - 40 - 40);
    assert_eq!(counts(NOW.plus(9)), [(0, 1)]);
    assert_eq!(counts(NOW.plus(10)), [(10, 1)]);
    assert_eq!(counts(NOW.plus(50)), [(50, 1), (40, 0)]);
}

/// A refused request gives back what it took, also where that was told of already.
#[test]
fn what_is_given_back_counts_nowhere() {
    let buckets = Buckets::new(100, 1);
    let rule = rule(Per::All, 100, Window::Day);
    let slot = Slot::at(Window::Day, NOW);
    take(&buckets, &rule, Whose::All, NOW);
    told(&buckets, NOW).iter().for_each(|line| line.told(1));
    let bucket = buckets.of(&rule, Whose::All);
    bucket.give_back_spent(slot);
    assert_eq!(bucket.left(&rule.limit, slot, NOW).remaining, 100);
    take(&buckets, &rule, Whose::All, NOW);
    assert!(
        told(&buckets, NOW).is_empty(),
        "the one that was told of is made up for"
    );
    take(&buckets, &rule, Whose::All, NOW);
    told(&buckets, NOW).iter().for_each(|line| line.told(2));
    assert_eq!(bucket.left(&rule.limit, slot, NOW).remaining, 98);
}

/// RL9: a clock that is set back an hour neither locks anybody out nor lets anybody through without count.
#[test]
fn a_clock_that_is_set_back_goes_on_counting() {
    let buckets = Buckets::new(100, 1);
    let rule = rule(Per::All, 2, Window::Seconds(10));
    for now in [NOW, NOW.plus(-3_600), NOW.plus(3_600)] {
        let taken = (0..5).filter(|_| take(&buckets, &rule, Whose::All, now)).count();
        assert_eq!(taken, 2);
    }
}

#[test]
fn a_plan_that_is_gone_gives_way_to_the_default() {
    let plan = |id: &str, default: bool, count: i64| Plan {
        id: PlanId::new(id),
        name: id.to_owned(),
        default,
        limits: vec![rule(Per::Account, count, Window::Month).limit],
    };
    let plans = Plans::new(vec![plan("free", true, 10), plan("paid", false, 1_000)]);
    let count = |id: Option<&str>| {
        plans
            .of(id.map(PlanId::new).as_ref())
            .first()
            .map(|rule| rule.limit.count)
    };
    assert_eq!(count(None), Some(10));
    assert_eq!(count(Some("paid")), Some(1_000));
    assert_eq!(count(Some("gone")), Some(10));
    assert!(plans.differ() && !Plans::default().any());
    assert!(Plans::default().of(None).is_empty());
}

#[test]
fn a_bucket_is_called_what_it_counts() {
    let buckets = Buckets::new(100, 1);
    let month = rule(Per::Client, 10, Window::Month);
    let ten = rule(Per::Address, 10, Window::Seconds(10));
    take(&buckets, &month, Whose::Client("client_1"), NOW);
    take(&buckets, &month, Whose::Account("client_1"), NOW);
    take(&buckets, &ten, Whose::Address("2001:db8::".parse().unwrap()), NOW);
    let mut names: Vec<_> = buckets.waiting().iter().map(|bucket| bucket.name()).collect();
    names.sort();
    assert_eq!(
        names,
        [
            "route/documents/burst/address/10s/address/2001:db8::",
            "route/documents/burst/client/month/account/client_1",
            "route/documents/burst/client/month/client/client_1",
        ]
    );
}
