//! What was spent of limits.

use super::{Home, done, sample};
use std::sync::Arc;
use tokio::sync::Barrier;
use tollgate_model::{Change, Kept, Moment, Spent, Store};

/// How many gateways spend at once.
const CROWD: usize = 100;
/// A day, in seconds: for so long a slot stays after its end.
const DAY: i64 = 86_400;

fn spend(all: &[Spent]) -> Vec<Change> {
    all.iter().cloned().map(Change::Spend).collect()
}

async fn told(store: &dyn Store, slots: &[(&str, i64)]) -> Vec<i64> {
    let slots: Vec<_> = slots
        .iter()
        .map(|(bucket, slot)| ((*bucket).to_owned(), Moment(*slot)))
        .collect();
    store.spent(&slots).await.unwrap()
}

pub(super) async fn what_is_spent_of_a_slot_adds_up(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(told(store, &[("a", 60)]).await, [0]);
    done(store, spend(&[sample::spent("a", 60, 3)])).await;
    // The same slot twice in one list, beside others.
    let more = [
        sample::spent("a", 60, 4),
        sample::spent("a", 120, 10),
        sample::spent("A", 60, 20),
        sample::spent("a", 60, 5),
    ];
    done(store, spend(&more)).await;
    assert_eq!(told(store, &[("a", 60), ("a", 120), ("A", 60)]).await, [12, 10, 20]);
    // It is no news: who asks is told.
    assert_eq!(store.head().await.unwrap(), 0);
}

pub(super) async fn slots_are_told_in_the_order_in_which_they_are_asked_for(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(told(store, &[]).await, [] as [i64; 0]);
    done(
        store,
        spend(&[
            sample::spent("a", 60, 1),
            sample::spent("b", 60, 2),
            sample::spent("b", 120, 3),
        ]),
    )
    .await;
    let asked = [("b", 120), ("none", 60), ("a", 60), ("a", 120), ("b", 60), ("b", 120)];
    assert_eq!(told(store, &asked).await, [3, 0, 1, 0, 2, 3]);
    let many: Vec<_> = (0..300).map(|n| sample::spent("many", n, n)).collect();
    done(store, spend(&many)).await;
    let asked: Vec<_> = (0..300).rev().map(|n| ("many", n)).collect();
    assert_eq!(told(store, &asked).await, (0..300).rev().collect::<Vec<_>>());
}

/// A name that no record can have was never spent, and leaves the others in their places.
pub(super) async fn a_bucket_with_nul_was_never_spent(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, spend(&[sample::spent("a", 60, 1)])).await;
    assert_eq!(told(store, &[("a\0", 60), ("a", 60)]).await, [0, 1]);
}

/// Each names the buckets in an order of its own, and none waits for another in vain.
pub(super) async fn of_what_many_spend_at_once_nothing_is_lost(home: Home) {
    let store = home.open().await.unwrap();
    let gate = Arc::new(Barrier::new(CROWD));
    let gateways: Vec<_> = (0..CROWD)
        .map(|n| {
            let (store, gate) = (Arc::clone(&store), Arc::clone(&gate));
            let mut list = vec![
                sample::spent("all", 60, 1),
                sample::spent("even", 60, 2),
                sample::spent("more", 60, 3),
            ];
            if n % 2 == 1 {
                list.reverse();
            }
            tokio::spawn(async move {
                gate.wait().await;
                store.keep(spend(&list)).await.unwrap()
            })
        })
        .collect();
    for gateway in gateways {
        assert_eq!(gateway.await.unwrap(), Kept::Done);
    }
    let crowd = i64::try_from(CROWD).unwrap();
    let slots = [("all", 60), ("even", 60), ("more", 60)];
    assert_eq!(told(&*store, &slots).await, [crowd, 2 * crowd, 3 * crowd]);
}

pub(super) async fn a_slot_is_forgotten_a_day_after_its_end(home: Home) {
    let store = &*home.open().await.unwrap();
    // Their ends are at 160 and 161.
    done(store, spend(&[sample::spent("a", 100, 1), sample::spent("a", 101, 2)])).await;
    let forget = |now| {
        vec![Change::Forget {
            now: Moment(now),
            log_up_to: 0,
        }]
    };
    let slots = [("a", 100), ("a", 101)];
    done(store, forget(160 + DAY)).await;
    assert_eq!(told(store, &slots).await, [1, 2]);
    done(store, forget(161 + DAY)).await;
    assert_eq!(told(store, &slots).await, [0, 2]);
}
