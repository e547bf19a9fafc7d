//! The layers of a configuration: preset, file, environment, flags. What comes later wins.

use super::config::Config;
use super::environment::{Environment, OTHERS, PREFIX};
use super::nearest::nearest;
use super::table::{self, SETTINGS, Setting};
use super::walk::{self, walk};
use super::{Complaint, lines, preset};
use std::collections::BTreeMap;
use std::fmt;
use toml::{Table, Value};

/// What goes before the file.
#[derive(Clone, Default)]
pub struct Layers {
    /// The environment.
    pub environment: Environment,
    /// `--set key=value`, as typed.
    pub set: Vec<String>,
}

/// Values may be secrets, so that names alone are shown.
impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layers")
            .field("environment", &self.environment)
            .field("set", &keys(&self.set))
            .finish()
    }
}

/// The keys of flags, without their values.
pub(super) fn keys(set: &[String]) -> Vec<&str> {
    set.iter()
        .map(|flag| flag.split_once('=').map_or("***", |(key, _)| key))
        .collect()
}

/// A configuration as it was typed, all layers laid over one another.
pub(super) struct Typed {
    /// What is sound of it.
    pub(super) sound: Value,
    /// What is wrong with it.
    pub(super) complaints: Vec<Complaint>,
    sources: BTreeMap<String, String>,
}

impl Typed {
    /// What serde makes of it. The table has been asked first, so this says no only where the two disagree.
    pub(super) fn config(&self) -> Result<Config, Vec<Complaint>> {
        let config: Result<Config, toml::de::Error> = self.sound.clone().try_into();
        config.map_err(|error| vec![Complaint::about("", error.message().to_owned())])
    }

    /// The complaint with where its value comes from.
    pub(super) fn placed(&self, complaint: Complaint) -> Complaint {
        let from = complaint.from.clone().or_else(|| source(&self.sources, &complaint));
        Complaint { from, ..complaint }
    }
}

/// Lays the layers over one another and holds the result against the table.
pub(super) fn typed(text: &str, layers: &Layers) -> Typed {
    let mut complaints = Vec::new();
    let mut above = parsed(text, &mut complaints);
    let mut sources: BTreeMap<String, String> = lines::of(text)
        .into_iter()
        .map(|(key, line)| (key, format!("line {line}")))
        .collect();
    from_environment(&layers.environment, &mut above, &mut sources, &mut complaints);
    from_flags(&layers.set, &mut above, &mut sources, &mut complaints);
    let walked = walk(over_preset(above, &mut complaints));
    complaints.extend(walked.complaints);
    let mut typed = Typed {
        sound: walked.sound,
        complaints: Vec::new(),
        sources,
    };
    typed.complaints = complaints
        .into_iter()
        .map(|complaint| typed.placed(complaint))
        .collect();
    typed
}

fn parsed(text: &str, complaints: &mut Vec<Complaint>) -> Table {
    match toml::from_str(text) {
        Ok(table) => table,
        Err(error) => {
            // Only the message: the line itself may hold a secret.
            let from = error.span().map(|span| format!("line {}", lines::at(text, span.start)));
            complaints.push(Complaint {
                from,
                ..Complaint::about("", error.message().replace('\n', ", "))
            });
            Table::new()
        }
    }
}

fn from_environment(
    environment: &Environment,
    above: &mut Table,
    sources: &mut BTreeMap<String, String>,
    complaints: &mut Vec<Complaint>,
) {
    let variables: BTreeMap<String, &Setting> =
        SETTINGS.iter().filter_map(|row| Some((row.variable()?, row))).collect();
    for name in environment.names() {
        let value = environment.get(name).unwrap_or_default();
        if let Some(row) = variables.get(name) {
            match row.kind.parse(value) {
                Ok(value) => put(above, row.path, value),
                Err(problem) => complaints.push(Complaint {
                    from: Some(name.to_owned()),
                    ..Complaint::about(row.path, problem)
                }),
            }
            sources.insert(row.path.to_owned(), name.to_owned());
        } else if !OTHERS.contains(&name) && !name.starts_with("TOLLGATE_TEST_") {
            // Only what is nearly a name of ours is a slip: container platforms put names of their own into the
            // environment, such as TOLLGATE_SERVICE_HOST beside a service called tollgate.
            let bare = name.strip_prefix(PREFIX).unwrap_or(name);
            let known = variables
                .keys()
                .map(String::as_str)
                .chain(OTHERS)
                .filter_map(|name| name.strip_prefix(PREFIX));
            if let Some(meant) = nearest(bare, known) {
                complaints.push(Complaint::about(
                    name,
                    format!("unknown variable; did you mean {PREFIX}{meant}?"),
                ));
            }
        }
    }
}

fn from_flags(
    set: &[String],
    above: &mut Table,
    sources: &mut BTreeMap<String, String>,
    complaints: &mut Vec<Complaint>,
) {
    for flag in set {
        let mut no = |key: &str, problem: String| {
            complaints.push(Complaint {
                from: Some("--set".to_owned()),
                ..Complaint::about(key, problem)
            });
        };
        let Some((key, value)) = flag.split_once('=') else {
            // Not shown: what was meant as a value may be all there is.
            no("", "must be key=value".to_owned());
            continue;
        };
        let key = key.trim();
        let Some(row) = table::single(key) else {
            no(key, not_single(key));
            continue;
        };
        match row.kind.parse(value) {
            Ok(value) => put(above, row.path, value),
            Err(problem) => no(key, problem),
        }
        sources.insert(row.path.to_owned(), "--set".to_owned());
    }
}

fn not_single(key: &str) -> String {
    let is_section = SETTINGS.iter().any(|row| row.path == key && row.is_section());
    let (first, _) = key.split_once(['.', '[']).unwrap_or((key, ""));
    let is_many = SETTINGS
        .iter()
        .any(|row| row.path == first && matches!(row.kind, table::Kind::Tables | table::Kind::Named));
    if is_section || is_many {
        return "can be set in the file only".to_owned();
    }
    match key.rsplit_once('.') {
        Some((space, name)) => walk::unknown(space, space, name),
        None => walk::unknown("", "", key),
    }
}

/// Puts a value where its key says, making the tables on the way.
fn put(table: &mut Table, path: &str, value: Value) {
    match path.split_once('.') {
        None => {
            table.insert(path.to_owned(), value);
        }
        Some((first, rest)) => {
            let below = table.entry(first).or_insert_with(|| Value::Table(Table::new()));
            // What is not a table here is complained about by the one who walks it.
            if let Value::Table(below) = below {
                put(below, rest, value);
            }
        }
    }
}

/// The value of a key in a table.
pub(super) fn value<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    match path.split_once('.') {
        None => table.get(path),
        Some((first, rest)) => value(table.get(first)?.as_table()?, rest),
    }
}

/// The preset that is named, beneath what was typed.
fn over_preset(above: Table, complaints: &mut Vec<Complaint>) -> Table {
    let named = above.get("preset").and_then(Value::as_str).and_then(preset::text);
    let Some(text) = named else {
        return above; // There is none, or the table says that it is none of those we have.
    };
    match toml::from_str(text) {
        Ok(beneath) => over(beneath, above),
        Err(error) => {
            complaints.push(Complaint::about("preset", error.message().to_owned()));
            above
        }
    }
}

/// Lays one table over another: tables are merged, anything else is replaced.
fn over(mut beneath: Table, above: Table) -> Table {
    for (key, value) in above {
        let merged = match (beneath.remove(&key), value) {
            (Some(Value::Table(held)), Value::Table(value)) => Value::Table(over(held, value)),
            (_, value) => value,
        };
        beneath.insert(key, merged);
    }
    beneath
}

/// Where a complaint's value comes from. A missing key has the line of the list's entry in which it is missing.
fn source(sources: &BTreeMap<String, String>, complaint: &Complaint) -> Option<String> {
    let of = |key: &str| sources.get(key).cloned();
    of(&complaint.key).or_else(|| {
        let (entry, _) = complaint.key.rsplit_once('.')?;
        if entry.ends_with(']') { of(entry) } else { None }
    })
}
