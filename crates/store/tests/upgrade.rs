//! A database that an earlier version left, with records in it: brought up to date, it tells what it told, and goes on.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests, and what helps them")]

use tollgate_model::event::{Actor, EventFilter, Outcome};
use tollgate_model::{
    AccountId, AuditHead, Change, Client, ClientId, Consent, ConsentId, Event, Kept, Moment, Page, SecretId, State,
    Store, UserId, audit, client::SignIn,
};
use tollgate_store::{Settings, open, testing};

/// The steps that versions before had.
struct Before {
    records: &'static str,
    change_log: &'static str,
    console: &'static str,
}

const SQLITE: Before = Before {
    records: include_str!("../migrations/sqlite/0001_records.sql"),
    change_log: include_str!("../migrations/sqlite/0002_change_log.sql"),
    console: include_str!("../migrations/sqlite/0003_console.sql"),
};
const POSTGRES: Before = Before {
    records: include_str!("../migrations/postgres/0001_records.sql"),
    change_log: include_str!("../migrations/postgres/0002_change_log.sql"),
    console: include_str!("../migrations/postgres/0003_console.sql"),
};

/// FNV-1a, as the ledger has it.
fn sum(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// What the first version wrote: its schema, and a firm with its client, secret and history. Event 2 is missing, as a
/// transaction that was rolled back leaves it.
fn left(before: &Before) -> String {
    let Before {
        records, change_log, ..
    } = before;
    format!(
        "{records}; {change_log};
        CREATE TABLE migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL);
        INSERT INTO migration (number, name, checksum) VALUES (1, '0001_records', '{}');
        INSERT INTO migration (number, name, checksum) VALUES (2, '0002_change_log', '{}');
        INSERT INTO account (id, name, state, created, version) VALUES ('acc_1', 'Firm', 'active', 1, 3);
        INSERT INTO member (id, account, email, name, roles, state, created, version)
            VALUES ('mem_1', 'acc_1', 'ann@firm.example', 'Ann', '[\"Admin\"]', 'active', 2, 1);
        INSERT INTO client (id, account, name, environment, auth_methods, grant_types, owner, introspects, state, created,
            version) VALUES ('robot', 'acc_1', 'Robot', 'live', '[\"client_secret_basic\"]', '[\"client_credentials\"]',
            'mem_1', '[]', 'active', 3, 4);
        INSERT INTO secret (id, client, label, digest, created, created_by, expires, revoked, last_used)
            VALUES ('sec_1', 'robot', 'first', 'ab', 3, 'system', 99, NULL, 7);
        INSERT INTO usage (client, what, day, count, last) VALUES ('robot', 'alias:/old', 0, 5, 7);
        UPDATE log_head SET seq = 6, tail = 6;",
        sum(records),
        sum(change_log),
    )
}

/// What the second version made of that, and wrote besides: a person, signed in.
fn left_by_the_second(before: &Before) -> String {
    let console = before.console;
    format!(
        "{console};
        INSERT INTO migration (number, name, checksum) VALUES (3, '0003_console', '{}');
        INSERT INTO person (id, email, name, password, totp_sealed, totp_since, totp_last_step, recovery, operator, state,
            created, version) VALUES ('usr_1', 'ann@firm.example', 'Ann', '$argon2id$', NULL, NULL, NULL, '[\"c\"]', 1,
            'active', 2, 5);
        INSERT INTO session (id, digest, person, complete, account, factors, created, seen, proved, ends, device, address)
            VALUES ('ses_1', 'cd', 'usr_1', 1, 'acc_1', '[\"pwd\"]', 5, 6, 5, 99, 'A browser', '192.0.2.1');
        UPDATE client SET redirect_uris = '[\"https://firm.example/back\"]';",
        sum(console),
    )
}

/// An event as the first version wrote it, at the next place that is given.
fn wrote(subject: &str) -> String {
    format!(
        "INSERT INTO event (at, actor, kind, account, subject, outcome, refusal, request, detail)
        VALUES (4, 'operator:opr_1', 'client.created', 'acc_1', '{subject}', 'done', NULL, 'r1', '{{\"name\":\"Robot\"}}');"
    )
}

fn event(subject: &str) -> Event {
    Event {
        seq: 0,
        at: Moment(9),
        actor: Actor::Operator("opr_1".to_owned()),
        kind: "client.revised".to_owned(),
        account: Some(AccountId::new("acc_1")),
        subject: subject.to_owned(),
        outcome: Outcome::Done,
        request: None,
        detail: serde_json::json!({}),
        hash: String::new(),
    }
}

async fn goes_on(store: &dyn Store) {
    let account = store.account(&AccountId::new("acc_1")).await.expect("read");
    let account = account.expect("the firm");
    assert_eq!((account.name.as_str(), account.version), ("Firm", 3));
    assert_eq!(
        (&account.apis, account.live),
        (&None, true),
        "nothing is taken from a firm"
    );
    let places = store.memberships("ann@firm.example").await.expect("read");
    assert_eq!(places.len(), 1);
    let record = store.client(&ClientId::new("robot")).await.expect("read");
    let record = record.expect("the client");
    assert_eq!((record.client.version, record.secrets.len()), (4, 1));
    assert!(record.client.redirect_uris.is_empty() && record.client.logout_uris.is_empty());
    let sealed = store.sealed_secret(&SecretId::new("sec_1")).await.expect("read");
    assert_eq!(sealed, None);
    let ends = store.secrets_expiring(Moment(0), Moment(100)).await.expect("read");
    assert_eq!(ends.len(), 1);
    assert_eq!(store.head().await.expect("read"), 6);

    // The old lines stand as they stood, and the chain begins behind them.
    let old = store.audit_after(0).await.expect("read");
    let places: Vec<_> = old.iter().map(|event| (event.seq, event.hash.as_str())).collect();
    assert_eq!(places, [(1, ""), (3, "")]);
    let head = store.audit_head().await.expect("read");
    assert_eq!(
        head,
        AuditHead {
            seq: 3,
            hash: String::new()
        }
    );
    let client = Client {
        name: "Robot II".to_owned(),
        state: State::Disabled,
        ..record.client
    };
    let changes = vec![
        Change::ReviseClient { client, was: 4 },
        Change::Record(event("robot")),
        Change::Record(event("again")),
    ];
    assert_eq!(store.keep(changes).await.expect("kept"), Kept::Done);
    let new = store.audit_after(3).await.expect("read");
    assert_eq!(new.iter().map(|event| event.seq).collect::<Vec<_>>(), [4, 5]);
    let mut before = String::new();
    for event in &new {
        let text = audit::text(event).expect("JSON");
        before = chained(&before, &format!("{} {text}", event.seq));
        assert_eq!(event.hash, before);
    }
    let listed = store
        .events(&EventFilter::default(), &Page::first())
        .await
        .expect("read");
    assert_eq!(listed.items.len(), 4);
    assert_eq!(store.head().await.expect("read"), 7, "and others are told of it");
}

/// What the second version left is what it was, and people sign in at its clients.
async fn goes_on_with_people(store: &dyn Store) {
    let robot = ClientId::new("robot");
    let client = store.client(&robot).await.expect("read").expect("the client").client;
    assert_eq!(client.redirect_uris, ["https://firm.example/back"]);
    assert_eq!(client.sign_in, SignIn::default(), "the house's way");
    let (session, user) = store.session("cd").await.expect("read").expect("the session");
    assert_eq!(session.user, user.id);
    assert_eq!((user.name.as_str(), user.operator, user.version), ("Ann", true, 5));
    assert_eq!(user.recovery, ["c"]);
    assert!(user.claims.is_empty());
    assert!(user.email_verified, "whoever was on record had followed a link");
    let lines = store.clients(None, &Page::first()).await.expect("read").items;
    assert_eq!(lines, std::slice::from_ref(&client));

    let consent = Consent {
        id: ConsentId::new("con_1"),
        user: UserId::new("usr_1"),
        client: robot.clone(),
        account: AccountId::new("acc_1"),
        given: Vec::new(),
        created: Moment(9),
        revised: Moment(9),
        version: 1,
    };
    let sign_in = SignIn {
        pairwise: true,
        ..SignIn::default()
    };
    let client = Client { sign_in, ..client };
    let changes = vec![
        Change::AddConsent(consent.clone()),
        Change::ReviseClient {
            client: client.clone(),
            was: client.version,
        },
    ];
    assert_eq!(store.keep(changes).await.expect("kept"), Kept::Done);
    let found = store.consents(&user.id, &Page::first()).await.expect("read").items;
    let version = client.version + 1;
    assert_eq!(found, [(consent, Client { version, ..client })]);
}

/// The chain, worked out apart from the store: SHA-256 over the hash before, a line feed and the text.
fn chained(before: &str, body: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(format!("{before}\n{body}"));
    hash.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[tokio::test]
async fn a_file_of_the_first_version_goes_on_with_what_it_had() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tollgate.db");
    let old = rusqlite::Connection::open(&path).expect("a file");
    old.execute_batch(&left(&SQLITE)).expect("the first version");
    for (subject, gone) in [("robot", false), ("nobody", true), ("robot", false)] {
        old.execute_batch(&wrote(subject)).expect("an event");
        if gone {
            old.execute_batch("DELETE FROM event WHERE subject = 'nobody'")
                .expect("gone");
        }
    }
    drop(old);
    let settings = Settings::at(format!("sqlite:{}", path.display()));
    let store = open(&settings).await.expect("brought up to date");
    goes_on(&*store).await;
    drop(store);
    let store = open(&settings).await.expect("and opened again");
    assert_eq!(store.audit_head().await.expect("read").seq, 5);
}

#[tokio::test]
async fn a_file_of_the_second_version_goes_on_with_what_it_had() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tollgate.db");
    let old = rusqlite::Connection::open(&path).expect("a file");
    for text in [left(&SQLITE), left_by_the_second(&SQLITE)] {
        old.execute_batch(&text).expect("the second version");
    }
    drop(old);
    let settings = Settings::at(format!("sqlite:{}", path.display()));
    let store = open(&settings).await.expect("brought up to date");
    goes_on_with_people(&*store).await;
}

#[expect(clippy::disallowed_methods, reason = "a test's only setting")]
fn server() -> String {
    std::env::var("TOLLGATE_TEST_POSTGRES")
        .expect("TOLLGATE_TEST_POSTGRES must name a PostgreSQL server; `./test` starts one and sets it")
}

#[tokio::test]
async fn a_postgresql_database_of_the_first_version_goes_on_with_what_it_had() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    let (old, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .expect("connected");
    tokio::spawn(connection);
    old.batch_execute(&left(&POSTGRES)).await.expect("the first version");
    old.batch_execute(&wrote("robot")).await.expect("an event");
    old.batch_execute(&format!("BEGIN; {} ROLLBACK", wrote("nobody")))
        .await
        .expect("a place that nobody has");
    old.batch_execute(&wrote("robot")).await.expect("an event");
    drop(old);
    // Two nodes of the new version start at once.
    let settings = Settings::at(url.clone());
    let (one, other) = tokio::join!(open(&settings), open(&settings));
    let (one, other) = (one.expect("brought up to date"), other.expect("found up to date"));
    goes_on(&*one).await;
    assert_eq!(other.audit_head().await.expect("read").seq, 5);
    drop((one, other));
    testing::discard(&server, &url).await.expect("gone");
}

#[tokio::test]
async fn a_postgresql_database_of_the_second_version_goes_on_with_what_it_had() {
    let server = server();
    let url = testing::fresh(&server).await.expect("a database");
    let (old, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .expect("connected");
    tokio::spawn(connection);
    for text in [left(&POSTGRES), left_by_the_second(&POSTGRES)] {
        old.batch_execute(&text).await.expect("the second version");
    }
    drop(old);
    let store = open(&Settings::at(url.clone())).await.expect("brought up to date");
    goes_on_with_people(&*store).await;
    drop(store);
    testing::discard(&server, &url).await.expect("gone");
}
