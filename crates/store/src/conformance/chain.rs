//! The audit log's chain: places without a gap, each hash over the one before and the event's own text.

use super::{Home, RACERS, done, sample, sample::NOW, stale};
use crate::{migration, postgres};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Barrier;
use tollgate_model::{
    AccountId, AuditHead, Change, Event, Kept, Page, Store, audit,
    event::{Actor, EventFilter, Outcome},
    revocation::Target,
};

/// The hash of an event that stands behind one with this hash.
fn link(before: &str, event: &Event) -> String {
    let text = audit::text(event).unwrap();
    let hash = Sha256::digest(format!("{before}\n{} {text}", event.seq));
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The whole log, after it was seen to be whole: from this end of an older chain on to its own.
async fn verified(store: &dyn Store, from: AuditHead) -> Vec<Event> {
    let (mut log, mut end) = (Vec::new(), from);
    loop {
        let part = store.audit_after(end.seq).await.unwrap();
        if part.is_empty() {
            break;
        }
        for event in &part {
            assert_eq!(event.seq, end.seq + 1);
            assert_eq!(event.hash, link(&end.hash, event), "{event:?}");
            end = AuditHead {
                seq: event.seq,
                hash: event.hash.clone(),
            };
        }
        log.extend(part);
    }
    assert_eq!(store.audit_head().await.unwrap(), end);
    log
}

fn beginning() -> AuditHead {
    AuditHead {
        seq: 0,
        hash: String::new(),
    }
}

/// OP3: what is on record can be proved to be what was told, in its order.
pub(super) async fn the_audit_log_is_a_chain_from_its_first_event(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(verified(store, beginning()).await, []);
    let mut strange = sample::event("token.refused", None, "a\0b Ж𝄞\"\\\n", NOW);
    strange.kind = "kind\0".to_owned();
    strange.account = Some(AccountId::new("acc\0"));
    strange.actor = Actor::User("usr\0:1".to_owned());
    strange.outcome = Outcome::Refused("code\0".to_owned());
    strange.request = Some("\0".to_owned());
    strange.detail = serde_json::json!({ "z": "\0\u{2028}", "a": { "d": 1.5, "c": null }, "n": i64::MIN });
    let mut bare = sample::event("key.turned", None, "", NOW);
    bare.request = None;
    bare.detail = serde_json::Value::Null;
    let first = sample::event("client.created", Some("acc_1"), "one", NOW);
    done(store, vec![Change::Record(first.clone())]).await;
    done(store, vec![Change::Record(strange), Change::Record(bare.clone())]).await;
    let log = verified(store, beginning()).await;
    assert_eq!(log.len(), 3);
    let told = |event: &Event| Event {
        seq: 0,
        hash: String::new(),
        ..event.clone()
    };
    assert_eq!((told(&log[0]), told(&log[2])), (first, bare));
    // A list tells the same hashes.
    let mut listed = store
        .events(&EventFilter::default(), &Page::first())
        .await
        .unwrap()
        .items;
    listed.reverse();
    assert_eq!(listed, log);
}

/// OP3: a thousand at a time, and however many there are.
pub(super) async fn a_long_audit_log_is_read_in_order(home: Home) {
    let store = &*home.open().await.unwrap();
    for _ in 0..7 {
        let line = |n: i32| Change::Record(sample::event("a.b", None, &n.to_string(), NOW));
        done(store, (0..150).map(line).collect()).await;
    }
    assert_eq!(store.audit_after(0).await.unwrap().len(), 1000);
    assert_eq!(store.audit_after(-5).await.unwrap()[0].seq, 1);
    assert_eq!(store.audit_after(i64::MAX).await.unwrap(), []);
    assert_eq!(verified(store, beginning()).await.len(), 1050);
}

/// OP4: an event is on record exactly when its change is; one that is not leaves no gap.
pub(super) async fn a_stale_keep_leaves_neither_event_nor_head_changed(home: Home) {
    let store = &*home.open().await.unwrap();
    let line = |n: usize| Change::Record(sample::event("a.b", None, &n.to_string(), NOW));
    done(store, vec![line(0), Change::AddAccount(sample::account("acc_1"))]).await;
    let head = store.audit_head().await.unwrap();
    let taken = || Change::AddAccount(sample::account("acc_1"));
    let homeless = || Change::AddClient(sample::client("one", "none"));
    for changes in [
        vec![line(1), taken()],
        vec![taken(), line(1)],
        vec![line(1), homeless(), line(2)],
    ] {
        stale(store, changes).await;
        assert_eq!(store.audit_head().await.unwrap(), head);
        assert_eq!(verified(store, beginning()).await.len(), 1);
    }
    done(store, vec![line(1), Change::AddAccount(sample::account("acc_2"))]).await;
    let log = verified(store, beginning()).await;
    assert_eq!(log.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2]);
}

/// OP3, OP4: two nodes record in a crowd, with news and without, and some in vain: the log has no gap, the
/// chain is whole, and there are as many events as keeps that were done.
pub(super) async fn many_record_at_once_and_the_chain_is_whole(home: Home) {
    let nodes = [home.open().await.unwrap(), home.open().await.unwrap()];
    done(&*nodes[0], sample::firm()).await;
    let gate = Arc::new(Barrier::new(RACERS));
    let racers: Vec<_> = (0..RACERS)
        .map(|n| {
            let (store, gate) = (Arc::clone(&nodes[n % 2]), Arc::clone(&gate));
            let line = |part: &str| Change::Record(sample::event("a.b", None, &format!("{n} {part}"), NOW));
            let mut changes = vec![line("first")];
            match n % 4 {
                0 => changes.push(Change::AddAccount(sample::account(&format!("acc_new_{n}")))),
                1 => {
                    let target = Target::Token(n.to_string());
                    changes.push(Change::Revoke(sample::revocation(target, 1, i64::MAX)));
                    changes.push(Change::Forget { now: NOW, log_up_to: 1 });
                }
                2 => changes.push(Change::AddAccount(sample::account("acc_1"))),
                _ => changes.push(Change::AddRoute(sample::route(&format!("r{n}")))),
            }
            changes.push(line("second"));
            tokio::spawn(async move {
                gate.wait().await;
                store.keep(changes).await.unwrap() == Kept::Done
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap());
    }
    assert_eq!(won, RACERS / 4 * 3);
    for store in &nodes {
        let log = verified(&**store, beginning()).await;
        assert_eq!(log.len(), 2 * won);
        // The two of one keep stand together.
        for pair in log.chunks(2) {
            let racer = |event: &Event| event.subject.split(' ').next().map(str::to_owned);
            assert_eq!(racer(&pair[0]), racer(&pair[1]));
        }
    }
}

pub(super) async fn a_checkpoint_is_set_once_at_its_place(home: Home) {
    let store = &*home.open().await.unwrap();
    let set = |seq| Change::AddCheckpoint(sample::checkpoint(seq));
    done(store, vec![set(5), set(2)]).await;
    let mut other = sample::checkpoint(5);
    other.signature = "b3RoZXI".to_owned();
    stale(store, vec![set(9), Change::AddCheckpoint(other)]).await;
    let (two, five) = (sample::checkpoint(2), sample::checkpoint(5));
    assert_eq!(store.checkpoints(0).await.unwrap(), [two, five.clone()]);
    assert_eq!(store.checkpoints(2).await.unwrap(), [five]);
    assert_eq!(store.checkpoints(5).await.unwrap(), []);
}

/// What stood in the log before it was chained has no hash, and the chain begins behind it.
pub(super) async fn a_log_from_before_the_chain_is_chained_from_its_end_on(home: Home) {
    let mut sql = format!("{};", migration::LEDGER);
    let url = &home.settings().url;
    let file = url.strip_prefix("sqlite:");
    for step in migration::ALL.iter().take(2) {
        let text = if file.is_some() { step.sqlite } else { step.postgres };
        let (number, name, sum) = (step.number, step.name, migration::checksum(text));
        sql.push_str(text);
        sql.push_str(&format!("INSERT INTO migration VALUES ({number}, '{name}', '{sum}');"));
    }
    for subject in ["one", "two", "three"] {
        sql.push_str("INSERT INTO event (at, actor, kind, subject, outcome, detail) VALUES ");
        sql.push_str(&format!("(1, 'system', 'a.b', '{subject}', 'done', 'null');"));
    }
    if let Some(path) = file {
        rusqlite::Connection::open(path).unwrap().execute_batch(&sql).unwrap();
    } else {
        let client = postgres::connect(url).await.unwrap();
        client.batch_execute(&sql).await.unwrap();
    }
    let store = &*home.open().await.unwrap();
    let end = AuditHead {
        seq: 3,
        hash: String::new(),
    };
    assert_eq!(store.audit_head().await.unwrap(), end);
    let old = store.audit_after(0).await.unwrap();
    assert_eq!(old.len(), 3);
    assert!(old.iter().all(|event| event.hash.is_empty()));
    done(store, vec![Change::Record(sample::event("a.b", None, "four", NOW))]).await;
    let new = verified(store, end).await;
    assert_eq!((new.len(), new[0].seq), (1, 4));
}
