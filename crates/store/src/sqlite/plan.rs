//! How SQLite goes about the statements: what it sorts, and what it reads from end to end.

use super::{chain, connection};
use crate::{client_line, migration, statement, statement::Statement};
use rusqlite::Connection;
use std::collections::BTreeSet;

fn empty() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection::steady(&connection).unwrap();
    chain::teach(&connection).unwrap();
    for step in migration::ALL {
        connection.execute_batch(step.sqlite).unwrap();
    }
    connection
}

fn plan(connection: &Connection, statement: &Statement) -> Vec<String> {
    let mut plan = connection
        .prepare(&format!("EXPLAIN QUERY PLAN {}", statement.sqlite()))
        .unwrap();
    let nothing = vec![rusqlite::types::Null; plan.parameter_count()];
    plan.query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

/// Ten thousand clients of one account are not sorted for each page of them.
#[test]
fn a_page_of_clients_is_found_by_place_and_not_sorted() {
    let connection = empty();
    for (statement, way) in [
        (
            &client_line::OF_ACCOUNT,
            "SEARCH c USING INDEX client_of_account_by_name (account=? AND name>?)",
        ),
        (&client_line::OF_ALL, "SEARCH c USING INDEX client_by_name (name>?)"),
    ] {
        let plan = plan(&connection, statement);
        assert_eq!(plan.first().map(String::as_str), Some(way), "{plan:#?}");
    }
}

/// What is sorted is what one client or one address has, or a part of the change log; never a long list.
#[test]
fn nothing_long_is_sorted() {
    let connection = empty();
    let sorted: BTreeSet<_> = statement::all()
        .filter(|statement| plan(&connection, statement).iter().any(|line| line.contains("B-TREE")))
        .map(|statement| statement.name.trim_start_matches("tollgate_store::"))
        .collect();
    let known = [
        // What waits to be sent.
        "delivery::DUE",
        // Within each day.
        "legacy::USES_OF_ACCOUNT",
        "log::AFTER",
        "member::PLACES",
        "secret::LIVE_OF_CLIENT",
        "secret::OF_CLIENT",
        "usage::OF_CLIENT",
    ];
    assert_eq!(sorted, BTreeSet::from(known));
}

/// What is read from end to end has one row, or what a catalogue holds.
#[test]
fn nothing_long_is_read_from_end_to_end() {
    let connection = empty();
    let scanned: BTreeSet<String> = statement::all()
        .flat_map(|statement| plan(&connection, statement))
        .filter_map(|line| {
            line.strip_prefix("SCAN ")
                .and_then(|rest| rest.split(' ').next())
                .map(str::to_owned)
        })
        .collect();
    let known = [
        // What waits to be sent, inside and outside.
        "(subquery-3)",
        "waiting",
        "CONSTANT",
        "api",
        "event_head",
        "log_head",
        "operator",
        // An operator as well, by another name.
        "other",
        "revocation",
        "route",
        "signing_key",
        "transition",
        "transition_exception",
    ];
    assert_eq!(scanned, BTreeSet::from(known.map(str::to_owned)));
}

/// However many requests are told in a week, so many stay, the newest.
#[test]
fn the_log_of_requests_has_an_end() {
    let connection = empty();
    for second in 0..10 {
        let add = format!(
            "INSERT INTO call (at, request, place, method, path, status, presented) \
            VALUES ({second}, 'r{second}', 'issuer', 'POST', '/', 401, '{{}}')"
        );
        connection.execute_batch(&add).unwrap();
    }
    let beyond = crate::call::FORGET_BEYOND.sqlite();
    assert_eq!(connection.execute(beyond, [3]).unwrap(), 7);
    assert_eq!(connection.execute(beyond, [3]).unwrap(), 0);
    let left: i64 = connection
        .query_row("SELECT MIN(at) FROM call", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 7);
    connection.execute_batch("DELETE FROM call").unwrap();
    assert_eq!(
        connection.execute(beyond, [3]).unwrap(),
        0,
        "nor does an empty one trouble anybody"
    );
}
