use super::*;
use crate::chance::Fixed;
use proptest::prelude::*;

const DAY: i64 = 86_400;
const NOW: i64 = 1_800_000_000;
const CALENDAR: Calendar = Calendar {
    publish_ahead: DAY,
    longest_lifetime: 3600,
    leeway: 60,
};
const TAIL: i64 = 3660;
const ALGORITHM: Algorithm = Algorithm::EdDSA;

/// A vault of keys under test: turns change it as a store would.
#[derive(Default)]
struct Keys(Vec<(KeyRecord, Key)>);

impl Keys {
    fn turn(&mut self, now: i64, calendar: &Calendar) -> String {
        let seed = u64::try_from(self.0.len()).unwrap();
        let key = SigningKey::generate(ALGORITHM, &Fixed::new(seed)).unwrap();
        let records: Vec<_> = self.0.iter().map(|(record, _)| record.clone()).collect();
        let kid = key.kid().to_owned();
        let turned = turn(&records, &kid, ALGORITHM, now, calendar);
        for aged in turned.aged {
            let (record, _) = self.0.iter_mut().find(|(record, _)| record.kid == aged.kid).unwrap();
            *record = aged;
        }
        self.0.push((turned.fresh, Key::Own(Arc::new(key))));
        kid
    }

    fn ring(&self) -> Ring {
        Ring::new(self.0.clone()).unwrap()
    }

    fn signer(&self, now: i64) -> String {
        self.ring().signer(ALGORITHM, now).unwrap().kid().to_owned()
    }

    fn shown(&self, now: i64) -> Vec<String> {
        self.ring()
            .published(now)
            .keys
            .iter()
            .map(|key| key.kid().to_owned())
            .collect()
    }

    /// The one law of the calendar: whatever is signed is verifiable until it has expired.
    fn no_token_outlives_its_key(&self, from: i64, to: i64) {
        for now in (from..to).step_by(600) {
            let kid = self.signer(now);
            for later in [now, now + TAIL / 2, now + TAIL - 1] {
                assert!(self.shown(later).contains(&kid), "signed {now}, verified {later}");
            }
        }
    }
}

/// JW7: the first key of all signs at once; there is no other.
#[test]
fn the_first_key_signs_at_once() {
    let mut keys = Keys::default();
    let first = keys.turn(NOW, &CALENDAR);
    assert_eq!(keys.signer(NOW), first);
    assert_eq!(keys.shown(NOW), [first]);
    assert!(keys.ring().signer(ALGORITHM, NOW - 1).is_none());
    assert!(keys.ring().signer(Algorithm::ES256, NOW).is_none());
}

/// JW7: a key is shown a day before it signs, and the old one until its last token has expired.
#[test]
fn a_key_is_shown_before_it_signs_and_after_it_signed() {
    let mut keys = Keys::default();
    let old = keys.turn(NOW - 30 * DAY, &CALENDAR);
    let new = keys.turn(NOW, &CALENDAR);
    assert_eq!(keys.shown(NOW), [new.clone(), old.clone()]);
    assert_eq!(keys.signer(NOW + DAY - 1), old);
    assert_eq!(keys.signer(NOW + DAY), new);
    assert_eq!(keys.shown(NOW + DAY + TAIL - 1), [new.clone(), old]);
    assert_eq!(keys.shown(NOW + DAY + TAIL), [new]);
    keys.no_token_outlives_its_key(NOW - DAY, NOW + 3 * DAY);
}

/// JW7: turned twice in a row, each key has its time, and none is forgotten.
#[test]
fn two_turns_in_a_row_keep_every_promise() {
    let mut keys = Keys::default();
    let first = keys.turn(NOW - DAY, &CALENDAR);
    let second = keys.turn(NOW, &CALENDAR);
    let third = keys.turn(NOW + DAY / 2, &CALENDAR);
    assert_eq!(keys.signer(NOW + DAY - 1), first);
    assert_eq!(keys.signer(NOW + DAY), second);
    assert_eq!(keys.signer(NOW + DAY + DAY / 2), third);
    keys.no_token_outlives_its_key(NOW, NOW + 4 * DAY);
}

/// JW7: a turn in a hurry overtakes a key that was waiting; that one is withdrawn unused.
#[test]
fn a_turn_at_once_displaces_a_waiting_key() {
    let hurry = Calendar {
        publish_ahead: 0,
        ..CALENDAR
    };
    let mut keys = Keys::default();
    let old = keys.turn(NOW - DAY, &CALENDAR);
    let waiting = keys.turn(NOW, &CALENDAR);
    let urgent = keys.turn(NOW + 10, &hurry);
    assert_eq!(keys.signer(NOW + 10), urgent);
    assert_eq!(keys.signer(NOW + 9 * DAY), urgent);
    assert_eq!(keys.shown(NOW + 10), [urgent, old]);
    assert!(!keys.shown(NOW + 10).contains(&waiting));
    keys.no_token_outlives_its_key(NOW + 10, NOW + 4 * DAY);
}

#[test]
fn turns_within_one_second_follow_one_another() {
    let hurry = Calendar {
        publish_ahead: 0,
        ..CALENDAR
    };
    let mut keys = Keys::default();
    let first = keys.turn(NOW, &hurry);
    let second = keys.turn(NOW, &hurry);
    assert_eq!(keys.signer(NOW), first);
    assert_eq!(keys.signer(NOW + 1), second);
    keys.no_token_outlives_its_key(NOW, NOW + DAY);
}

#[test]
fn a_key_cut_short_on_purpose_stays_cut_short() {
    let mut keys = Keys::default();
    keys.turn(NOW - 9 * DAY, &CALENDAR);
    keys.turn(NOW - 5 * DAY, &CALENDAR);
    keys.0[0].0.retires = Some(NOW + 5);
    keys.turn(NOW, &CALENDAR);
    assert_eq!(keys.0[0].0.retires, Some(NOW + 5));
}

#[test]
fn an_end_that_was_set_waits_for_the_successor() {
    let mut keys = Keys::default();
    let old = keys.turn(NOW - DAY, &CALENDAR);
    keys.0[0].0.retires = Some(NOW + 5);
    keys.turn(NOW, &CALENDAR);
    assert_eq!(keys.signer(NOW + DAY - 1), old);
    keys.no_token_outlives_its_key(NOW, NOW + 3 * DAY);
}

/// The newest key is taken out in haste, and the one before it signs again: it must be shown for
/// as long as if it had never been followed.
#[test]
fn a_key_that_signs_again_is_shown_longer() {
    let mut keys = Keys::default();
    let old = keys.turn(NOW - 3 * DAY, &CALENDAR);
    let leaked = keys.turn(NOW - DAY - 60, &CALENDAR);
    assert_eq!(keys.signer(NOW), leaked);
    keys.0[1].0.retires = Some(NOW);
    keys.turn(NOW, &CALENDAR);
    assert_eq!(keys.signer(NOW), old);
    keys.no_token_outlives_its_key(NOW, NOW + 3 * DAY);
}

#[test]
fn a_withdrawn_key_counts_for_nothing_in_the_next_turn() {
    let mut keys = Keys::default();
    keys.turn(NOW - DAY, &CALENDAR);
    keys.turn(NOW, &CALENDAR);
    let urgent = keys.turn(
        NOW + 10,
        &Calendar {
            publish_ahead: 0,
            ..CALENDAR
        },
    );
    keys.turn(
        NOW + 20,
        &Calendar {
            publish_ahead: 2 * DAY,
            ..CALENDAR
        },
    );
    assert_eq!(keys.signer(NOW + 2 * DAY), urgent);
    keys.no_token_outlives_its_key(NOW + 20, NOW + 4 * DAY);
}

#[test]
fn keys_of_other_algorithms_are_left_alone() {
    let other = KeyRecord {
        kid: "other".to_owned(),
        algorithm: Algorithm::RS256,
        published: 0,
        active_from: 0,
        retires: None,
    };
    let turned = turn(&[other], "new", ALGORITHM, NOW, &CALENDAR);
    assert_eq!((turned.fresh.active_from, turned.aged), (NOW, Vec::new()));
}

#[test]
fn absurd_spans_do_not_overflow() {
    let absurd = Calendar {
        publish_ahead: i64::MAX,
        longest_lifetime: i64::MAX,
        leeway: -1,
    };
    let mut keys = Keys::default();
    let first = keys.turn(NOW, &absurd);
    keys.turn(NOW, &absurd);
    assert_eq!(keys.signer(NOW + 100 * DAY), first);
}

/// JW7: names are unique, and a record belongs to its key.
#[test]
fn a_ring_has_no_name_twice_and_no_record_of_another_key() {
    let mut keys = Keys::default();
    let kid = keys.turn(NOW, &CALENDAR);
    let one = keys.0[0].clone();
    let twice = vec![one.clone(), one.clone()];
    assert_eq!(Ring::new(twice).unwrap_err(), Rejected::SameKid(kid.clone()));

    let mut renamed = one.clone();
    renamed.0.kid = "x".to_owned();
    assert_eq!(
        Ring::new(vec![renamed]).unwrap_err(),
        Rejected::OtherKey("x".to_owned())
    );

    let mut other = one;
    other.0.algorithm = Algorithm::ES256;
    assert_eq!(Ring::new(vec![other]).unwrap_err(), Rejected::OtherKey(kid));
}

/// JW7: a public key alone is shown, and never signs.
#[test]
fn a_foreign_key_is_shown_and_does_not_sign() {
    let mut keys = Keys::default();
    let own = keys.turn(NOW, &CALENDAR);
    let foreign = keys.turn(
        NOW + 1,
        &Calendar {
            publish_ahead: 0,
            ..CALENDAR
        },
    );
    let public = keys.0[1].1.public().clone();
    keys.0[1].1 = Key::Foreign(public);
    assert_eq!(keys.signer(NOW + 9), own);
    assert_eq!(keys.shown(NOW + 9), [foreign, own]);
}

/// JW7: what is published holds no private member.
#[test]
fn the_published_set_is_public_only() {
    let mut keys = Keys::default();
    keys.turn(NOW, &CALENDAR);
    let json = serde_json::to_value(keys.ring().published(NOW)).unwrap();
    let members: Vec<_> = json["keys"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
}

proptest! {
    /// JW7: however often and in whatever hurry the ring is turned, every token finds its key
    /// until it has expired, and there is always a key that signs.
    #[test]
    fn no_token_outlives_its_key(turns in proptest::collection::vec((0..2 * DAY, 0..2 * DAY), 1..7)) {
        let mut keys = Keys::default();
        let mut rings: Vec<(i64, Ring)> = Vec::new();
        let mut now = NOW;
        for (gap, publish_ahead) in turns {
            now += gap;
            keys.turn(now, &Calendar { publish_ahead, ..CALENDAR });
            rings.push((now, keys.ring()));
        }
        let in_force = |at: i64| {
            rings.iter().rev().find(|(since, _)| *since <= at).map(|(_, ring)| ring).unwrap()
        };
        let last = &rings.last().unwrap().1;
        let moments = rings.iter().map(|(since, _)| *since).chain(last.records().map(|key| key.active_from));
        for moment in moments.flat_map(|moment| [moment - 1, moment, moment + 1]).filter(|at| *at >= rings[0].0) {
            let signer = in_force(moment).signer(ALGORITHM, moment).unwrap();
            for later in [moment, moment + 1, moment + TAIL / 2, moment + TAIL - 1] {
                let shown = in_force(later).published(later);
                prop_assert!(shown.keys.contains(signer.public()), "signed {moment}, read {later}");
            }
        }
    }
}
