//! That a statement is prepared once for all its uses.

use super::{chain, connection, migrate, reader, writer};
use crate::{
    engine::{Ask, Step},
    statement::{self, Statement},
    value::Value,
};
use rusqlite::{Connection, StatementStatus};

/// What is bound to every parameter, one use after the other. Zero and one, few and many, long and short: what a planner
/// could take for a reason to think anew.
fn uses() -> [Value; 6] {
    [
        Value::Int(0),
        Value::Int(1),
        Value::Int(1000),
        Value::from("a%"),
        Value::from("b"),
        Value::Null,
    ]
}

/// Says how often the statement was begun and how often it was prepared anew.
fn begun(connection: &Connection, statement: &Statement) -> (i32, i32) {
    let held = connection.prepare_cached(statement.sqlite()).unwrap();
    (
        held.get_status(StatementStatus::Run),
        held.get_status(StatementStatus::RePrepare),
    )
}

fn binds(connection: &Connection, statement: &Statement, value: &Value) -> Vec<Value> {
    let held = connection.prepare_cached(statement.sqlite()).unwrap();
    vec![value.clone(); held.parameter_count()]
}

/// Every statement there is, by the connection that writes and, where it only reads, by one that reads. Whether a value
/// suits the statement is of no matter: it is begun, and that is when it would be prepared anew.
#[test]
fn a_statement_is_prepared_once_whatever_is_bound_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tollgate.db");
    connection::create(&path).unwrap();
    let mut writes = connection::writing(&path).unwrap();
    migrate::run(&mut writes).unwrap();
    let reads = connection::reading(&path).unwrap();
    chain::teach(&reads).unwrap();

    let times = i32::try_from(uses().len()).unwrap();
    let mut anew = Vec::new();
    let (mut read, mut written) = (0, 0);
    for statement in statement::all() {
        let only_reads = reads.prepare_cached(statement.sqlite()).unwrap().readonly();
        let connection = if only_reads { &reads } else { &writes };
        for value in uses() {
            let binds = binds(connection, statement, &value);
            if only_reads {
                drop(reader::rows(connection, &Ask::new(statement, binds)));
            } else {
                drop(writer::touch(connection, &Step::may(statement, binds)));
            }
        }
        let (run, again) = begun(connection, statement);
        assert_eq!(run, times, "{}", statement.name);
        if again > 0 {
            anew.push(statement.name);
        }
        *if only_reads { &mut read } else { &mut written } += 1;
    }
    assert!(read > 50 && written > 50, "{read} read, {written} write");
    assert_eq!(anew, [] as [&str; 0]);
}
