//! All or nothing, and for good.

use super::{Home, done, keep, sample, sample::NOW, stale};
use std::{sync::Arc, task::Poll};
use tollgate_model::{
    AccountId, Change, ClientId, Kept, Page, Seq, State, Store, event::EventFilter, revocation::Target,
};

pub(super) async fn an_empty_list_is_done(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(keep(store, Vec::new()).await, Kept::Done);
    assert_eq!(store.head().await.unwrap(), 0);
}

pub(super) async fn a_change_sees_those_before_it(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = sample::firm();
    for was in 1..=3 {
        let client = sample::client("one", "acc_1");
        changes.push(Change::ReviseClient { client, was });
    }
    done(store, changes).await;
    assert_eq!(
        store
            .client(&ClientId::new("one"))
            .await
            .unwrap()
            .unwrap()
            .client
            .version,
        4
    );
    // The other way round there is nothing to add to yet.
    let late = vec![
        Change::AddClient(sample::client("two", "acc_2")),
        Change::AddAccount(sample::account("acc_2")),
    ];
    stale(store, late).await;
    assert_eq!(store.account(&AccountId::new("acc_2")).await.unwrap(), None);
}

async fn traces(store: &dyn Store) -> (usize, usize, usize, usize, Option<i64>, Seq) {
    (
        store.accounts(&Page::first()).await.unwrap().items.len(),
        store
            .events(&EventFilter::default(), &Page::first())
            .await
            .unwrap()
            .items
            .len(),
        store.revocations(NOW).await.unwrap().len(),
        store.usage(&ClientId::new("one")).await.unwrap().len(),
        store.allowance("b").await.unwrap().map(|held| held.used),
        store.head().await.unwrap(),
    )
}

/// RL1: whichever of the list is stale, and wherever it stands, nothing of the list is on record.
pub(super) async fn a_stale_change_takes_the_whole_list_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let before = traces(store).await;
    let good = vec![
        Change::AddAccount(sample::account("acc_new")),
        Change::Record(sample::event("a.b", None, "s", NOW)),
        Change::Revoke(sample::revocation(Target::Token("t".to_owned()), 1, i64::MAX)),
        Change::Count(sample::usage("one", "w", 1, 1, 1)),
        Change::Take {
            bucket: "b".to_owned(),
            limit: 9,
            window: 9,
            now: NOW,
        },
        Change::SetOperatorState {
            id: tollgate_model::OperatorId::new("opr_1"),
            state: State::Disabled,
        },
    ];
    let operators = ["opr_1", "opr_2"].map(|id| Change::AddOperator {
        operator: sample::operator(id, tollgate_model::operator::OperatorKind::Operator),
        first: false,
    });
    done(store, operators.into()).await;
    let moved = (before.0, before.1, before.2, before.3, before.4, before.5 + 1);
    let bad = [
        // no row touched, a key taken, a foreign key without its target
        Change::ReviseAccount {
            account: sample::account("acc_1"),
            was: 7,
        },
        Change::AddAccount(sample::account("acc_1")),
        Change::AddSecret(sample::secret("sec_9", "none")),
    ];
    for bad in bad {
        for place in 0..=good.len() {
            let mut changes = good.clone();
            changes.insert(place, bad.clone());
            stale(store, changes).await;
            assert_eq!(traces(store).await, moved, "{bad:?} at {place}");
        }
    }
    assert_eq!(store.operators().await.unwrap()[0].state, State::Active);
    done(store, good).await;
    assert_eq!(traces(store).await, (2, 1, 1, 1, Some(1), moved.5 + 2));
}

pub(super) async fn one_stale_keep_among_256_harms_nobody(home: Home) {
    let store = home.open().await.unwrap();
    done(&*store, vec![Change::AddAccount(sample::account("acc_1"))]).await;
    let keeps: Vec<_> = (0..256)
        .map(|n| {
            let store = Arc::clone(&store);
            let mut changes = vec![
                Change::AddClient(sample::client(&format!("c{n:03}"), "acc_1")),
                Change::PutGrant(sample::grant(&format!("c{n:03}"), "none")),
            ];
            if n != 100 {
                changes.pop();
            }
            tokio::spawn(async move { store.keep(changes).await.unwrap() })
        })
        .collect();
    for (n, kept) in keeps.into_iter().enumerate() {
        let wanted = if n == 100 { Kept::Stale } else { Kept::Done };
        assert_eq!(kept.await.unwrap(), wanted, "{n}");
    }
    let first = store.clients(None, &Page::first()).await.unwrap();
    let page = Page {
        after: first.next,
        limit: Page::MOST,
    };
    let rest = store.clients(None, &page).await.unwrap();
    assert_eq!(first.items.len() + rest.items.len(), 255);
    assert_eq!(store.client(&ClientId::new("c100")).await.unwrap(), None);
}

pub(super) async fn what_was_kept_outlives_the_store(home: Home) {
    let store = home.open().await.unwrap();
    done(&*store, sample::firm()).await;
    let record = store.client(&ClientId::new("one")).await.unwrap();
    let head = store.head().await.unwrap();
    drop(store);
    let store = &*home.open().await.unwrap();
    assert_eq!(store.client(&ClientId::new("one")).await.unwrap(), record);
    assert_eq!(store.head().await.unwrap(), head);
    done(store, vec![Change::AddRoute(sample::route("r"))]).await;
    assert_eq!(store.head().await.unwrap(), head + 1);
}

/// An asker who hangs up amid a keep must not leave a transaction open for the next one.
pub(super) async fn a_dropped_question_leaves_no_trace(home: Home) {
    let store = home.open().await.unwrap();
    done(&*store, sample::firm()).await;
    let (one, mut whole) = (ClientId::new("one"), 0);
    for polls in 0..24 {
        for n in 0..4 {
            let id = format!("x{polls:02}-{n}");
            let changes = vec![
                Change::AddAccount(sample::account(&id)),
                Change::AddClient(sample::client(&id, &id)),
                Change::AddRoute(sample::route(&id)),
            ];
            drop(cut(polls, store.keep(changes)).await);
            // Done by somebody else, on the connection that was let go of.
            done(&*store, vec![Change::Count(sample::usage("one", "w", 1, 1, 1))]).await;
            drop(cut(polls, store.client(&one)).await);
            assert!(store.client(&one).await.unwrap().is_some());
            whole += 1;
        }
    }
    assert_eq!(store.usage(&one).await.unwrap()[0].count, whole);
    // One more through the same queue: whatever was sent off before it is settled by now.
    done(&*store, vec![Change::AddRoute(sample::route("last"))]).await;
    let clients = store.clients(None, &Page::first()).await.unwrap().items.len();
    let accounts = store.accounts(&Page::first()).await.unwrap().items.len();
    let routes = store.routes().await.unwrap().len();
    // What was cut short is there whole, with what it had to tell, or not at all.
    assert_eq!((accounts, clients), (routes, routes));
    assert_eq!(store.head().await.unwrap(), 2 + i64::try_from(routes).unwrap());
}

/// Lets a future be polled so many times and drops it then, wherever it stands.
async fn cut<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut polled = 0;
    std::future::poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
