//! PostgreSQL when things go wrong: it freezes, it is edited, it is asked to repeat a value.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests, and what helps them")]

use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use tollgate_model::{Account, AccountId, Change, Kept, Moment, State, Store, fault::FaultKind};
use tollgate_store::{postgres::Postgres, testing};

/// Longer than any answer may take, so that a hang is a failure and not a test that never ends.
const HANG: Duration = Duration::from_secs(20);

#[expect(clippy::disallowed_methods, reason = "a test's only setting")]
fn server() -> String {
    std::env::var("TOLLGATE_TEST_POSTGRES")
        .expect("TOLLGATE_TEST_POSTGRES must name a PostgreSQL server; `./test` starts one and sets it")
}

fn account(id: &str) -> Account {
    Account {
        id: AccountId::new(id),
        name: "very private name".to_owned(),
        state: State::Active,
        apis: None,
        live: true,
        plan: None,
        created: Moment(1),
        version: 1,
    }
}

async fn raw(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("connected");
    tokio::spawn(connection);
    client.batch_execute(sql).await.expect("done");
}

/// A way to the server that can be blocked: bytes stay where they are, nothing is closed.
async fn way(to: SocketAddr, blocked: watch::Receiver<bool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let mut blocked = blocked.clone();
            tokio::spawn(async move {
                let mut far = TcpStream::connect(to).await.expect("the server");
                loop {
                    tokio::select! {
                        biased;
                        _ = blocked.wait_for(|blocked| *blocked) => {}
                        _ = copy_bidirectional(&mut near, &mut far) => return,
                    }
                    if blocked.wait_for(|blocked| !blocked).await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    here
}

/// Host and port of an address.
fn authority(url: &str) -> (&str, &str, &str) {
    let (before, rest) = url.split_once('@').expect("a user");
    let (authority, after) = rest.split_once('/').expect("a database");
    (before, authority, after)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_server_is_unavailable_and_a_thawed_one_is_used_again() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    let (user, host, database) = authority(&url);
    let to = tokio::net::lookup_host(host).await.expect("resolved");
    let mut to: Vec<_> = to.collect();
    to.sort_by_key(SocketAddr::is_ipv6);
    let (block, blocked) = watch::channel(false);
    let here = way(to[0], blocked).await;
    let database = database.split('?').next().unwrap_or_default();
    let store = Postgres::connect(&format!("{user}@{here}/{database}"), 4)
        .await
        .expect("a store");
    let id = AccountId::new("acc_1");
    assert_eq!(store.account(&id).await.expect("read"), None);

    block.send_replace(true);
    let read = timeout(HANG, store.account(&id)).await.expect("an answer");
    assert_eq!(read.expect_err("frozen").kind, FaultKind::Unavailable);
    let kept = timeout(HANG, store.keep(vec![Change::AddAccount(account("acc_1"))]))
        .await
        .expect("an answer");
    assert_eq!(kept.expect_err("frozen").kind, FaultKind::Unavailable);
    // A follower is not held up either: it wakes and asks.
    timeout(HANG, store.stirred(0)).await.expect("woken");

    block.send_replace(false);
    let thawed = async {
        while store.account(&id).await.is_err() {
            tokio::task::yield_now().await;
        }
        store
            .keep(vec![Change::AddAccount(account("acc_2"))])
            .await
            .expect("kept")
    };
    assert_eq!(timeout(HANG, thawed).await.expect("an answer"), Kept::Done);
    drop(store);
    testing::discard(&server, &url).await.expect("dropped");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let here = listener.local_addr().expect("an address");
    drop(listener);
    let fault = Postgres::connect(&format!("postgres://a:hunter2@{here}/d"), 1)
        .await
        .err()
        .expect("refused");
    assert_eq!(fault.kind, FaultKind::Unavailable);
    assert!(!format!("{fault:?}").contains("hunter2"));
}

#[tokio::test]
async fn a_server_without_tls_is_not_spoken_to_when_tls_is_required() {
    let server = server();
    let sign = if server.contains('?') { '&' } else { '?' };
    let fault = Postgres::connect(&format!("{server}{sign}sslmode=require"), 1)
        .await
        .err()
        .expect("refused");
    assert_eq!(fault.kind, FaultKind::Unavailable);
}

#[tokio::test]
async fn damage_and_other_histories_are_defects_that_show_no_values() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    let store = Postgres::connect(&url, 2).await.expect("a store");
    let kept = store
        .keep(vec![Change::AddAccount(account("acc_1"))])
        .await
        .expect("kept");
    assert_eq!(kept, Kept::Done);
    raw(&url, "UPDATE account SET state = 'asleep'").await;
    let fault = store.account(&AccountId::new("acc_1")).await.expect_err("damaged");
    assert_eq!(fault.kind, FaultKind::Defect);
    assert!(!format!("{fault:?}").contains("asleep"));

    // A constraint that no change knows of: PostgreSQL's own words would repeat the row.
    raw(
        &url,
        "ALTER TABLE account ADD CONSTRAINT short CHECK (length(name) < 3) NOT VALID",
    )
    .await;
    let fault = store
        .keep(vec![Change::AddAccount(account("acc_2"))])
        .await
        .expect_err("refused");
    let told = format!("{fault} {fault:?}");
    assert_eq!(fault.kind, FaultKind::Defect);
    assert!(told.contains("23514") && told.contains("short"), "{told}");
    assert!(!told.contains("private") && !told.contains("acc_2"), "{told}");

    raw(&url, "UPDATE migration SET checksum = 'x' WHERE number = 2").await;
    let fault = Postgres::connect(&url, 1).await.err().expect("refused");
    assert!(format!("{fault:?}").contains("0002_change_log"));
    raw(&url, "INSERT INTO migration VALUES (9999, '9999_later', 'x')").await;
    let fault = Postgres::connect(&url, 1).await.err().expect("refused");
    assert!(format!("{fault:?}").contains("9999_later"));
    drop(store);
    testing::discard(&server, &url).await.expect("dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_start_together_migrate_once() {
    let server = server();
    let url = Arc::new(testing::fresh(&server).await.expect("a database"));
    let nodes: Vec<_> = (0..6)
        .map(|_| {
            let url = Arc::clone(&url);
            tokio::spawn(async move { Postgres::connect(&url, 1).await.map(drop) })
        })
        .collect();
    for node in nodes {
        node.await.expect("no panic").expect("a store");
    }
    testing::discard(&server, &url).await.expect("dropped");
}

/// A transaction that others were in the way of is tried again, whole: lock orders that cross do not fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deadlock_is_tried_again() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    raw_deadlock_timeout(&server, &url).await;
    let store = Arc::new(Postgres::connect(&url, 8).await.expect("a store"));
    let count = |what: &str| {
        Change::Count(tollgate_model::Usage {
            client: tollgate_model::ClientId::new("one"),
            what: what.to_owned(),
            day: 1,
            count: 1,
            last: Moment(1),
        })
    };
    for _ in 0..8 {
        let crossing: Vec<_> = (0..4)
            .map(|n| {
                let store = Arc::clone(&store);
                let mut changes = vec![count("a"), count("b"), count("c")];
                if n % 2 == 0 {
                    changes.reverse();
                }
                tokio::spawn(async move { store.keep(changes).await })
            })
            .collect();
        for keep in crossing {
            assert_eq!(keep.await.expect("no panic").expect("kept"), Kept::Done);
        }
    }
    let counted = store.usage(&tollgate_model::ClientId::new("one")).await.expect("read");
    assert_eq!(
        counted.iter().map(|usage| usage.count).collect::<Vec<_>>(),
        [32, 32, 32]
    );
    drop(store);
    testing::discard(&server, &url).await.expect("dropped");
}

/// Has the server look for deadlocks soon, in this database.
async fn raw_deadlock_timeout(server: &str, url: &str) {
    let name = url
        .split('?')
        .next()
        .and_then(|base| base.rsplit('/').next())
        .expect("a name");
    raw(server, &format!("ALTER DATABASE {name} SET deadlock_timeout = '20ms'")).await;
}

#[tokio::test]
async fn a_keep_that_tells_news_is_notified_and_another_is_not() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    let store = Postgres::connect(&url, 1).await.expect("a store");
    let (client, mut connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .expect("connected");
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(Ok(message)) = std::future::poll_fn(|context| connection.poll_message(context)).await {
            if let tokio_postgres::AsyncMessage::Notification(said) = message {
                tell.send(said.payload().to_owned()).expect("a test that listens");
            }
        }
    });
    client
        .batch_execute("LISTEN tollgate_change_log")
        .await
        .expect("listening");
    let revise = |was| Change::ReviseAccount {
        account: account("acc_1"),
        was,
    };
    let added = vec![Change::AddAccount(account("acc_1"))];
    for (changes, wanted) in [
        (added, Kept::Done),
        (vec![revise(1)], Kept::Done),
        (vec![revise(1)], Kept::Stale),
    ] {
        assert_eq!(store.keep(changes).await.expect("an answer"), wanted);
    }
    assert_eq!(store.keep(vec![revise(2)]).await.expect("kept"), Kept::Done);
    let mut heard = Vec::new();
    for _ in 0..2 {
        heard.push(
            timeout(HANG, told.recv())
                .await
                .expect("a notification")
                .expect("a connection"),
        );
    }
    assert_eq!(heard, ["1", "2"]);
    drop((store, client));
    testing::discard(&server, &url).await.expect("dropped");
}
