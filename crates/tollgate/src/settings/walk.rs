//! What was typed, held against the table: unknown keys, wrong types and missing keys, all of them at once.

use super::Complaint;
use super::nearest::nearest;
use super::table::{self, Otherwise, Setting};
use toml::{Table, Value};

/// What is left of a value when everything wrong is taken away, and what was wrong.
pub(super) struct Walked {
    pub(super) sound: Value,
    pub(super) complaints: Vec<Complaint>,
}

/// Holds a whole configuration against the table.
pub(super) fn walk(typed: Table) -> Walked {
    let mut complaints = Vec::new();
    let sound = Value::Table(section("", "", typed, &mut complaints));
    Walked { sound, complaints }
}

/// A key below a path. A name that TOML would quote is quoted.
pub(super) fn join(path: &str, key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let key = if bare { key.to_owned() } else { format!("{key:?}") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// An element of a list at a path.
pub(super) fn element(path: &str, place: usize) -> String {
    format!("{path}[{place}]")
}

/// What to say of a key that nobody knows.
pub(super) fn unknown(path: &str, space: &str, key: &str) -> String {
    let here = || nearest(key, table::children(space).map(Setting::name)).map(|name| parented(path, name));
    // The right word in the wrong section is as common as a slip of the finger.
    let elsewhere = || {
        table::SETTINGS
            .iter()
            .find(|row| row.name() == key)
            .map(|row| row.path.to_owned())
    };
    match here().or_else(elsewhere) {
        Some(meant) => format!("unknown key; did you mean {meant}?"),
        None => "unknown key".to_owned(),
    }
}

fn parented(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// One table: `path` is where it stands, `space` what the table of settings calls that.
fn section(path: &str, space: &str, typed: Table, complaints: &mut Vec<Complaint>) -> Table {
    let mut sound = Table::new();
    for row in table::children(space).filter(|row| matches!(row.otherwise, Otherwise::Required)) {
        if !typed.contains_key(row.name()) {
            complaints.push(Complaint::about(join(path, row.name()), "is required"));
        }
    }
    for (key, value) in typed {
        let at = join(path, &key);
        let Some(row) = table::children(space).find(|row| row.name() == key) else {
            complaints.push(Complaint::about(at, unknown(path, space, &key)));
            continue;
        };
        if let Some(value) = checked(&at, row, value, complaints) {
            sound.insert(key, value);
        }
    }
    sound
}

fn checked(at: &str, row: &Setting, value: Value, complaints: &mut Vec<Complaint>) -> Option<Value> {
    use table::Kind;
    let space = row.space();
    match (row.kind, value) {
        (Kind::Table, Value::Table(typed)) => Some(Value::Table(section(at, &space, typed, complaints))),
        (Kind::Tables, Value::Array(items)) => {
            let before = complaints.len();
            let mut sound = Vec::new();
            for (place, item) in items.into_iter().enumerate() {
                let at = element(at, place);
                match item {
                    Value::Table(typed) => sound.push(Value::Table(section(&at, &space, typed, complaints))),
                    _ => complaints.push(Complaint::about(at, "must be a table")),
                }
            }
            // A list with a hole would be complained about again, and wrongly.
            (complaints.len() == before).then_some(Value::Array(sound))
        }
        (Kind::Named, Value::Table(named)) => {
            let before = complaints.len();
            let mut sound = Table::new();
            for (name, item) in named {
                let at = join(at, &name);
                match item {
                    Value::Table(typed) => {
                        sound.insert(name, Value::Table(section(&at, &space, typed, complaints)));
                    }
                    _ => complaints.push(Complaint::about(at, "must be a table")),
                }
            }
            (complaints.len() == before).then_some(Value::Table(sound))
        }
        (kind, value) => match kind.problem(&value) {
            None => Some(value),
            Some(problem) => {
                complaints.push(Complaint::about(at, problem));
                None
            }
        },
    }
}
