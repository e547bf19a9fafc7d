//! What is damaged, or was made by another version, is said to be so: by a fault, never by a panic, and
//! without the values on record.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "tests, and what helps them")]

use std::path::PathBuf;
use tempfile::TempDir;
use tollgate_model::{
    Account, AccountId, Change, ClientId, Kept, Moment, Page, State, Store, event::EventFilter, fault::FaultKind,
};
use tollgate_store::{Settings, open, sqlite::Sqlite};

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("tollgate.db");
    (folder, path)
}

fn account() -> Account {
    Account {
        id: AccountId::new("acc_1"),
        name: "very private name".to_owned(),
        state: State::Active,
        apis: None,
        live: true,
        plan: None,
        created: Moment(1),
        version: 1,
    }
}

/// A file with one account in it, after `edit` was done to it behind the store's back.
async fn edited(edit: &str) -> (TempDir, PathBuf) {
    let (folder, path) = file();
    let store = Sqlite::open(&path).await.expect("a store");
    let kept = store.keep(vec![Change::AddAccount(account())]).await.expect("kept");
    assert_eq!(kept, Kept::Done);
    drop(store);
    let connection = rusqlite::Connection::open(&path).expect("the file");
    connection.execute_batch(edit).expect("edited");
    (folder, path)
}

#[tokio::test]
async fn an_unknown_word_on_record_is_a_defect() {
    let (_folder, path) = edited("UPDATE account SET state = 'asleep'").await;
    let store = Sqlite::open(&path).await.expect("a store");
    let fault = store.account(&AccountId::new("acc_1")).await.expect_err("damaged");
    assert_eq!(fault.kind, FaultKind::Defect);
    let told = format!("{fault} {fault:?}");
    assert!(told.contains("reading an account") && told.contains("column"), "{told}");
    assert!(!told.contains("asleep") && !told.contains("private"), "{told}");
    assert!(store.accounts(&Page::first()).await.is_err());
}

#[tokio::test]
async fn damaged_json_on_record_is_a_defect() {
    let (_folder, path) = edited(
        "INSERT INTO event (at, actor, kind, subject, outcome, detail) VALUES (1, 'system', 'a.b', 's', 'done', '{');
         INSERT INTO route (id, declared, version, content) VALUES ('r', 0, 1, '[]');
         INSERT INTO client (id, account, name, environment, auth_methods, grant_types, owner, introspects, state, created,
            version) VALUES ('c', 'acc_1', '', 'live', '[\"telepathy\"]', '[]', NULL, '[]', 'active', 1, 1)",
    )
    .await;
    let store = Sqlite::open(&path).await.expect("a store");
    let events = store.events(&EventFilter::default(), &Page::first()).await;
    assert_eq!(events.expect_err("damaged").kind, FaultKind::Defect);
    assert_eq!(store.routes().await.expect_err("damaged").kind, FaultKind::Defect);
    let client = store.client(&ClientId::new("c")).await;
    assert_eq!(client.expect_err("damaged").kind, FaultKind::Defect);
}

/// A second factor that is half there is not taken for none: nobody is let in without it.
#[tokio::test]
async fn half_a_second_factor_on_record_is_a_defect() {
    let (_folder, path) = edited(
        "INSERT INTO person (id, email, name, totp_sealed, totp_since, recovery, operator, state, created, version)
         VALUES ('usr_1', 'ada@firm.example', 'Ada', x'01', 1, '[]', 0, 'active', 1, 1)",
    )
    .await;
    let store = Sqlite::open(&path).await.expect("a store");
    let user = store.user_by_email("ada@firm.example").await;
    assert_eq!(user.expect_err("damaged").kind, FaultKind::Defect);
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let (_folder, path) = edited("INSERT INTO migration VALUES (9999, '9999_later', 'x')").await;
    let fault = Sqlite::open(&path).await.err().expect("refused");
    assert_eq!(fault.kind, FaultKind::Defect);
    assert!(format!("{fault:?}").contains("9999_later"));
}

#[tokio::test]
async fn a_database_of_another_history_is_refused() {
    let (_folder, path) = edited("UPDATE migration SET checksum = 'x' WHERE number = 1").await;
    let fault = Sqlite::open(&path).await.err().expect("refused");
    assert!(format!("{fault:?}").contains("0001_records"));
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_as_it_was() {
    let (_folder, path) = file();
    let letter = "Dear database, this is not SQLite.".repeat(100);
    std::fs::write(&path, &letter).expect("written");
    assert!(Sqlite::open(&path).await.is_err());
    assert_eq!(std::fs::read_to_string(&path).expect("read"), letter);
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_a_fault() {
    let (folder, _) = file();
    let fault = Sqlite::open(&folder.path().join("no/such/folder.db")).await.err();
    assert_eq!(fault.map(|fault| fault.kind), Some(FaultKind::Unavailable));
}

/// When the disk refuses, the asker is told so, and the store lives on.
#[tokio::test]
async fn a_write_that_another_process_blocks_is_a_fault_and_the_next_one_is_kept() {
    let (_folder, path) = file();
    let store = Sqlite::open(&path).await.expect("a store");
    let other = rusqlite::Connection::open(&path).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("blocked");
    let fault = store
        .keep(vec![Change::AddAccount(account())])
        .await
        .expect_err("blocked");
    assert_eq!(fault.kind, FaultKind::Unavailable);
    // Readers do not wait for a writer, whoever it is.
    assert_eq!(store.account(&AccountId::new("acc_1")).await.expect("read"), None);
    other.execute_batch("ROLLBACK").expect("let go");
    let kept = store.keep(vec![Change::AddAccount(account())]).await.expect("kept");
    assert_eq!(kept, Kept::Done);
}

#[tokio::test]
async fn an_address_of_neither_database_is_refused_without_repeating_it() {
    for url in ["", "mysql://a:hunter2@h/d", "tollgate.db"] {
        let settings = Settings::at(url);
        let fault = open(&settings).await.err().expect("refused");
        assert!(!format!("{fault:?} {settings:?}").contains("hunter2"));
    }
}

/// Dropped, the store closes its file: what is left is one file that holds everything.
#[tokio::test]
async fn a_dropped_store_leaves_one_file() {
    let (folder, path) = edited("SELECT 1").await;
    let store = Sqlite::open(&path).await.expect("a store");
    assert!(store.account(&AccountId::new("acc_1")).await.expect("read").is_some());
    drop(store);
    let files: Vec<_> = std::fs::read_dir(folder.path()).expect("read").collect();
    assert_eq!(files.len(), 1, "{files:?}");
}
