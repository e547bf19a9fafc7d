use super::chain::{Chain, Finding, Report};
use super::{Log, walk};
use serde_json::json;
use std::convert::Infallible;
use tollgate_keys::audit::{AuditKey, chain};
use tollgate_keys::chance::Fixed;
use tollgate_keys::seal::MasterKey;
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::{AuditHead, Checkpoint, Event, Moment, audit};

fn key(seed: u64) -> AuditKey {
    MasterKey::generate(&Fixed::new(seed)).unwrap().audit_key().unwrap()
}

fn event(seq: i64) -> Event {
    Event {
        seq,
        at: Moment(1_800_000_000 + seq),
        actor: Actor::Operator("opr_1".into()),
        kind: "account.created".into(),
        account: None,
        subject: format!("acc_{seq}"),
        outcome: Outcome::Done,
        request: None,
        detail: json!({ "name": format!("Firm {seq}") }),
        hash: String::new(),
    }
}

/// A log of `many` events, the first `old` of them from before the chain.
fn log(old: i64, many: i64) -> Vec<Event> {
    let mut hash = String::new();
    let events = (1..=many).map(|seq| {
        let mut event = event(seq);
        if seq > old {
            hash = hashed(&hash, &event);
            event.hash.clone_from(&hash);
        }
        event
    });
    events.collect()
}

fn hashed(before: &str, event: &Event) -> String {
    chain(before, &format!("{} {}", event.seq, audit::text(event).unwrap()))
}

fn signed(seed: u64, event: &Event) -> Checkpoint {
    let at = Moment(1_900_000_000);
    let text = Checkpoint::text(event.seq, &event.hash, at);
    Checkpoint {
        seq: event.seq,
        hash: event.hash.clone(),
        at,
        signature: key(seed).sign(text.as_bytes()).unwrap(),
    }
}

fn checked(events: &[Event], checkpoints: &[Checkpoint]) -> Report {
    let mut chain = Chain::new(key(1).public());
    checkpoints.iter().for_each(|checkpoint| chain.checkpoint(checkpoint));
    events.iter().for_each(|event| chain.event(event));
    chain.finish()
}

fn found(events: &[Event], checkpoints: &[Checkpoint]) -> Vec<Finding> {
    checked(events, checkpoints).findings
}

/// OP3: a log that nobody touched is whole, and the newest checkpoint that fits is named.
#[test]
fn an_untouched_log_is_whole() {
    let events = log(0, 200);
    let checkpoints = [signed(1, &events[49]), signed(1, &events[199])];
    let report = checked(&events, &checkpoints);
    assert!(report.whole(), "{:?}", report.findings);
    assert_eq!((report.chained, report.unchained, report.checkpoints), (200, 0, 2));
    assert_eq!(report.signed.as_ref(), Some(&checkpoints[1]));
    assert_eq!(report.end.hash, events[199].hash);
    assert!(checked(&[], &[]).whole());
}

/// OP3: events kept before there was a chain are counted apart; the chain begins behind them, wherever that is.
#[test]
fn events_from_before_the_chain_are_named_as_such() {
    let mut events = log(5, 9);
    // Places of that time have gaps.
    events.remove(2);
    let report = checked(&events, &[signed(1, &events[7])]);
    assert!(report.whole(), "{:?}", report.findings);
    assert_eq!((report.chained, report.unchained), (4, 4));
    // Once the chain has begun there is no event without hash.
    events[6].hash.clear();
    assert_eq!(
        found(&events, &[]),
        [Finding::Edited { seq: 8 }, Finding::Edited { seq: 9 }]
    );
}

/// OP3: an edited event is found where it stands, alone.
#[test]
fn an_edit_is_found() {
    for place in [0, 1, 70, 98, 99] {
        let mut events = log(0, 100);
        events[place].detail = json!({ "name": "Other" });
        let seq = events[place].seq;
        assert_eq!(found(&events, &[]), [Finding::Edited { seq }], "{seq}");
    }
}

/// OP3: an edit that takes its own hash along is found at the next event.
#[test]
fn an_edit_with_its_own_hash_is_found_at_the_next_event() {
    let mut events = log(0, 100);
    events[9].subject = "acc_other".into();
    events[9].hash = hashed(&events[8].hash, &events[9]);
    assert_eq!(found(&events, &[]), [Finding::Edited { seq: 11 }]);
}

/// OP3: deleted events are found, also when those behind are numbered anew.
#[test]
fn a_deletion_is_found() {
    let mut events = log(0, 100);
    events.drain(39..42);
    assert_eq!(found(&events, &[]), [Finding::Missing { from: 40, to: 42 }]);
    let mut events = log(0, 100);
    events.remove(0);
    assert_eq!(found(&events, &[]), [Finding::Missing { from: 1, to: 1 }]);
    let mut events = log(0, 20);
    events.remove(4);
    for (place, event) in events.iter_mut().enumerate() {
        event.seq = i64::try_from(place).unwrap() + 1;
    }
    assert_eq!(found(&events, &[]).first(), Some(&Finding::Edited { seq: 5 }));
}

/// OP3: events that changed places are found, and where they belong.
#[test]
fn another_order_is_found() {
    let mut events = log(0, 100);
    events.swap(10, 11);
    (events[10].seq, events[11].seq) = (11, 12);
    let swapped = [
        Finding::Moved { seq: 12, belongs: 11 },
        Finding::Moved { seq: 11, belongs: 12 },
    ];
    assert_eq!(found(&events, &[]), swapped);
    // Farther than is looked ahead it is still found, as an edit of both.
    let mut events = log(0, 100);
    events.swap(10, 80);
    (events[10].seq, events[80].seq) = (11, 81);
    assert_eq!(found(&events, &[]).len(), 4);
}

/// OP3: an event told twice or backwards is found.
#[test]
fn a_repetition_is_found() {
    let mut events = log(0, 10);
    let again = events[4].clone();
    events.push(again);
    assert_eq!(found(&events, &[]), [Finding::Repeated { seq: 5 }]);
}

/// OP3: a log that was cut off is found by its own head, by its checkpoints, and by one that was kept elsewhere.
#[test]
fn a_truncation_is_found() {
    let events = log(0, 100);
    let kept = [signed(1, &events[59]), signed(1, &events[99])];
    let cut = Finding::CutOff { ends: 80, had: 100 };
    assert_eq!(found(&events[..80], &kept), std::slice::from_ref(&cut));
    assert_eq!(found(&events[..80], &kept[1..]), std::slice::from_ref(&cut));
    let mut chain = Chain::new(key(1).public());
    chain.ends(&AuditHead {
        seq: 100,
        hash: events[99].hash.clone(),
    });
    events[..80].iter().for_each(|event| chain.event(event));
    assert_eq!(chain.finish().findings, [cut]);
    assert!(
        checked(&events[..80], &kept[..1]).whole(),
        "only what was signed later can tell"
    );
}

/// OP3: a log computed anew from some place on fits itself, but not what was signed.
#[test]
fn a_log_computed_anew_is_found() {
    let mut events = log(0, 100);
    let kept = signed(1, &events[99]);
    events[49].detail = json!({});
    for place in 49..100 {
        events[place].hash = hashed(&events[place - 1].hash.clone(), &events[place]);
    }
    assert!(checked(&events, &[]).whole());
    assert_eq!(found(&events, &[kept]), [Finding::Rewritten { seq: 100 }]);
}

/// OP3: a checkpoint that another key signed, or that was changed, is found.
#[test]
fn a_forged_checkpoint_is_found() {
    let events = log(0, 10);
    let mut later = signed(1, &events[4]);
    later.at = later.at.plus(1);
    let mut other = signed(1, &events[6]);
    other.signature = "AAAA".into();
    let forged = [signed(2, &events[9]), later, other];
    let told = [10, 5, 7].map(|seq| Finding::Forged { seq });
    assert_eq!(found(&events, &forged), told);
}

#[test]
fn a_flood_of_findings_is_counted() {
    let mut events = log(0, 500);
    events.iter_mut().for_each(|event| event.detail = json!({}));
    let report = checked(&events, &[]);
    assert_eq!((report.findings.len(), report.more), (100, 400));
}

/// A log that answers in pages of three.
struct Paged(Vec<Event>, Vec<Checkpoint>);

impl Log for Paged {
    type Error = Infallible;

    async fn head(&self) -> Result<AuditHead, Infallible> {
        let last = self.0.last().unwrap();
        Ok(AuditHead {
            seq: last.seq,
            hash: last.hash.clone(),
        })
    }

    async fn events(&self, after: i64) -> Result<Vec<Event>, Infallible> {
        Ok(self
            .0
            .iter()
            .filter(|event| event.seq > after)
            .take(3)
            .cloned()
            .collect())
    }

    async fn checkpoints(&self, after: i64) -> Result<Vec<Checkpoint>, Infallible> {
        Ok(self
            .1
            .iter()
            .filter(|point| point.seq > after)
            .take(3)
            .cloned()
            .collect())
    }
}

/// OP3: page by page nothing is overlooked.
#[tokio::test]
async fn a_log_is_walked_in_pages() {
    let events = log(0, 50);
    let points: Vec<_> = events.iter().step_by(5).map(|event| signed(1, event)).collect();
    let report = walk(&Paged(events.clone(), points.clone()), Chain::new(key(1).public()))
        .await
        .unwrap();
    assert!(report.whole(), "{:?}", report.findings);
    assert_eq!((report.chained, report.checkpoints), (50, 10));

    let cut = Paged(events[..20].to_vec(), points);
    let report = walk(&cut, Chain::new(key(1).public())).await.unwrap();
    assert_eq!(report.findings, [Finding::CutOff { ends: 20, had: 46 }]);
}

/// OP3: every checkpoint is compared, wherever the pages of either list end.
#[tokio::test]
async fn no_checkpoint_falls_between_two_pages() {
    let events = log(0, 20);
    for place in 1..20 {
        let mut points: Vec<_> = events.iter().skip(1).map(|event| signed(1, event)).collect();
        let other = Event {
            hash: "00".repeat(32),
            ..events[place].clone()
        };
        points[place - 1] = signed(1, &other);
        let log = Paged(events.clone(), points);
        let report = walk(&log, Chain::new(key(1).public())).await.unwrap();
        let seq = events[place].seq;
        assert_eq!(report.findings, [Finding::Rewritten { seq }]);
    }
}
