//! The change log and those who follow it.

use super::{Home, done, sample, sample::NOW, stale};
use std::{sync::Arc, time::Duration};
use tollgate_model::{
    AccountId, Change, ClientId, Followed, Moment, News, Notice, SecretId, Seq, Store, operator::OperatorKind,
    revocation::Target,
};

async fn after(store: &dyn Store, seq: Seq) -> Vec<Notice> {
    match store.log_after(seq).await.unwrap() {
        Followed::News { notices } => notices,
        Followed::TooOld => panic!("{seq} is too old"),
    }
}

async fn news(store: &dyn Store, seq: Seq) -> Vec<News> {
    after(store, seq).await.into_iter().map(|notice| notice.news).collect()
}

fn revoke(hash: &str) -> Change {
    Change::Revoke(sample::revocation(Target::Token(hash.to_owned()), 1, i64::MAX))
}

pub(super) async fn news_are_told_in_order_and_once_each(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let client = News::Client {
        id: ClientId::new("one"),
    };
    assert_eq!(news(store, 0).await, [News::Catalogue, client.clone()]);
    let head = store.head().await.unwrap();
    assert_eq!(head, 2);

    let revocation = sample::revocation(Target::Secret(SecretId::new("sec_1")), 5, i64::MAX);
    let account = sample::account("acc_1");
    done(
        store,
        vec![
            Change::AddMember(sample::member("mem_1", "acc_1", "a@b")),
            Change::RevokeSecret {
                id: SecretId::new("sec_1"),
                client: ClientId::new("one"),
                at: NOW,
            },
            Change::Revoke(revocation.clone()),
            Change::AddRoute(sample::route("r")),
            Change::AddKey(sample::key("k")),
            Change::ReviseClient {
                client: sample::client("one", "acc_1"),
                was: 1,
            },
            Change::AddMember(sample::member("mem_2", "acc_1", "c@b")),
            Change::AddOperator {
                operator: sample::operator("o", OperatorKind::Gateway),
                first: true,
            },
            Change::Revoke(revocation.clone()),
            Change::ReviseAccount { account, was: 1 },
        ],
    )
    .await;
    let told = after(store, head).await;
    assert_eq!(
        told.iter().map(|notice| notice.seq).collect::<Vec<_>>(),
        [3, 4, 5, 6, 7, 8]
    );
    assert_eq!(
        news(store, head).await,
        [
            News::Member {
                account: AccountId::new("acc_1")
            },
            client,
            News::Revoked { revocation },
            News::Catalogue,
            News::Operator,
            News::Account {
                id: AccountId::new("acc_1")
            },
        ]
    );
    assert_eq!(after(store, 7).await.len(), 1);
    assert_eq!(after(store, 8).await, []);
}

pub(super) async fn what_has_no_news_does_not_move_the_log(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let head = store.head().await.unwrap();
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_2")),
            Change::AddClient(sample::client("two", "acc_2")),
            Change::SecretUsed {
                id: SecretId::new("sec_1"),
                at: NOW,
            },
            Change::Take {
                bucket: "b".to_owned(),
                limit: 1,
                window: 1,
                now: NOW,
            },
            Change::Count(sample::usage("one", "w", 1, 1, 1)),
            Change::Record(sample::event("a.b", None, "s", NOW)),
            Change::Forget { now: NOW, log_up_to: 0 },
        ],
    )
    .await;
    assert_eq!(store.head().await.unwrap(), head);
    stale(store, vec![revoke("t"), Change::AddAccount(sample::account("acc_2"))]).await;
    assert_eq!(after(store, head).await, []);
}

pub(super) async fn a_log_is_read_a_thousand_entries_at_a_time(home: Home) {
    let store = &*home.open().await.unwrap();
    for part in 0..3 {
        done(store, (0..400).map(|n| revoke(&format!("{part}-{n}"))).collect()).await;
    }
    let first = after(store, 0).await;
    assert_eq!(first.len(), 1000);
    assert!(first.iter().map(|notice| notice.seq).eq(1..=1000));
    let rest = after(store, 1000).await;
    assert!(rest.iter().map(|notice| notice.seq).eq(1001..=1200));
}

pub(super) async fn who_was_away_too_long_must_start_anew(home: Home) {
    let store = &*home.open().await.unwrap();
    for n in 0..5 {
        done(store, vec![revoke(&n.to_string())]).await;
    }
    let forget = |log_up_to| {
        vec![Change::Forget {
            now: Moment(0),
            log_up_to,
        }]
    };
    done(store, forget(3)).await;
    for seq in [-1, 0, 2] {
        assert_eq!(store.log_after(seq).await.unwrap(), Followed::TooOld, "{seq}");
    }
    assert_eq!(after(store, 3).await.len(), 2);
    assert_eq!(after(store, 5).await, []);
    // What was forgotten stays forgotten.
    done(store, forget(1)).await;
    assert_eq!(store.log_after(2).await.unwrap(), Followed::TooOld);
    // Who is ahead of the log followed a database that was since put back.
    assert_eq!(store.log_after(6).await.unwrap(), Followed::TooOld);
    assert_eq!(store.head().await.unwrap(), 5);
}

pub(super) async fn nothing_beyond_the_head_is_forgotten(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, vec![revoke("1"), revoke("2")]).await;
    done(
        store,
        vec![Change::Forget {
            now: Moment(0),
            log_up_to: i64::MAX,
        }],
    )
    .await;
    assert_eq!(after(store, 2).await, []);
    done(store, vec![revoke("3")]).await;
    assert_eq!(after(store, 2).await.len(), 1);
    assert_eq!(store.log_after(1).await.unwrap(), Followed::TooOld);
}

pub(super) async fn who_is_behind_is_stirred_at_once(home: Home) {
    let store = home.open().await.unwrap();
    done(&*store, vec![revoke("1")]).await;
    store.stirred(0).await;
    // Who is not is stirred by what comes; and, that nothing be missed, from time to time.
    let sleeper = tokio::spawn({
        let store = Arc::clone(&store);
        async move {
            loop {
                store.stirred(1).await;
                let told = after(&*store, 1).await;
                if !told.is_empty() {
                    return told;
                }
            }
        }
    });
    done(&*store, vec![revoke("2")]).await;
    assert_eq!(sleeper.await.unwrap().len(), 1);
}

/// Follows the log until it has heard so many news.
async fn follow(store: Arc<dyn Store>, mut seq: Seq, many: usize) -> Vec<Notice> {
    let mut heard: Vec<Notice> = Vec::new();
    while heard.len() < many {
        let told = after(&*store, seq).await;
        if let Some(last) = told.last() {
            seq = last.seq;
            heard.extend(told);
        } else {
            store.stirred(seq).await;
        }
    }
    heard
}

pub(super) async fn a_follower_sees_every_news_once_and_in_order(home: Home) {
    const KEEPS: usize = 500;
    let store = home.open().await.unwrap();
    let follower = tokio::spawn(follow(Arc::clone(&store), 0, KEEPS));
    let keeps: Vec<_> = (0..KEEPS)
        .map(|n| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { kept_in_time(&*store, vec![revoke(&n.to_string())]).await })
        })
        .collect();
    for kept in keeps {
        kept.await.unwrap();
    }
    let heard = follower.await.unwrap();
    assert!(heard.iter().map(|notice| notice.seq).eq(1..=500));
    let mut hashes: Vec<usize> = heard
        .iter()
        .map(|notice| match &notice.news {
            News::Revoked { revocation } => revocation.target.id().parse().unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    hashes.sort_unstable();
    assert!(hashes.into_iter().eq(0..KEEPS));
}

/// Keeps, however crowded it is: a store that is asked too much says so, and is asked again.
async fn kept_in_time(store: &dyn Store, changes: Vec<Change>) {
    loop {
        match store.keep(changes.clone()).await {
            Ok(kept) => return assert_eq!(kept, tollgate_model::Kept::Done),
            Err(fault) => assert_eq!(fault.kind, tollgate_model::fault::FaultKind::Unavailable, "{fault:?}"),
        }
    }
}

pub(super) async fn a_second_node_follows_the_first(home: Home) {
    let (first, second) = (home.open().await.unwrap(), home.open().await.unwrap());
    done(&*first, sample::firm()).await;
    let follower = tokio::spawn(follow(Arc::clone(&second), 0, 12));
    for n in 0..5 {
        done(&*first, vec![revoke(&format!("first {n}"))]).await;
        done(&*second, vec![revoke(&format!("second {n}"))]).await;
    }
    let heard = tokio::time::timeout(Duration::from_secs(60), follower)
        .await
        .unwrap()
        .unwrap();
    assert!(heard.iter().map(|notice| notice.seq).eq(1..=12));
    assert_eq!(
        first.revocations(NOW).await.unwrap(),
        second.revocations(NOW).await.unwrap()
    );
    let found = second.client(&ClientId::new("one")).await.unwrap().unwrap();
    // A version that the first has since made stale is stale at the second, too.
    let revise = Change::ReviseClient {
        client: found.client,
        was: 1,
    };
    done(&*first, vec![revise.clone()]).await;
    stale(&*second, vec![revise]).await;
}
