//! `tollgate transition`: the dated ends of what is old.

mod report;

use super::connection::{Connection, object, read_capped, some};
use super::shape::Shape;
use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::{Value, json};

const LIST: Shape = Shape::List(&[
    ("ID", "id"),
    ("NAME", "name"),
    ("OF", "of"),
    ("STAGE", "stage"),
    ("OPENS", "opens"),
    ("WARNS", "warns"),
    ("ENDS", "ends"),
    ("DECLARED", "declared"),
]);

/// When and where. A date is a day (midnight UTC) or a date and time as RFC 3339 has them.
#[derive(Debug, Args)]
pub struct Dates {
    /// From when on answers say that the old way is deprecated.
    #[arg(long, value_name = "DATE")]
    opens: Option<String>,
    /// From when on those who still use it are told.
    #[arg(long, value_name = "DATE")]
    warns: Option<String>,
    /// From when on it is refused.
    #[arg(long, value_name = "DATE")]
    ends: Option<String>,
    /// A window in which it is refused: NAME=FROM/TO; may be given several times.
    #[arg(long = "brownout", value_name = "NAME=FROM/TO")]
    brownouts: Vec<String>,
    /// Where people read what to do.
    #[arg(long, value_name = "URL")]
    documentation: Option<String>,
    /// A route where it holds; without any it holds wherever its subject is met.
    #[arg(long = "route", value_name = "ID")]
    routes: Vec<String>,
    /// An API on whose routes it holds.
    #[arg(long = "api", value_name = "ID")]
    apis: Vec<String>,
    /// An account for which it holds.
    #[arg(long = "account", value_name = "ID")]
    accounts: Vec<String>,
}

/// What comes to its end.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Of {
    /// An old way of authenticating: the legacy method of the configuration.
    #[arg(long, value_name = "ID")]
    method: Option<String>,
    /// Another path of an endpoint.
    #[arg(long, value_name = "PATH")]
    alias: Option<String>,
    /// The routes that are named, themselves.
    #[arg(long)]
    of_routes: bool,
}

/// What is done with transitions.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// List transitions.
    List,
    /// Show a transition.
    Show {
        /// The transition.
        id: String,
    },
    /// Make a transition.
    Create {
        /// Its id; by default a new one.
        #[arg(long)]
        id: Option<String>,
        /// What people call it.
        #[arg(long)]
        name: String,
        #[command(flatten)]
        of: Of,
        #[command(flatten)]
        dates: Dates,
    },
    /// Change a transition that is not declared; what is not given stays.
    Set {
        /// The transition.
        id: String,
        /// What people call it.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        dates: Dates,
        /// Take a date away: opens, warns, ends, brownouts or documentation.
        #[arg(long, value_name = "WORD")]
        clear: Vec<String>,
    },
    /// Remove a transition that is not declared, with its exceptions.
    Remove {
        /// The transition.
        id: String,
    },
    /// Give an account another end, or take that back.
    Except {
        /// The transition.
        id: String,
        /// The account.
        account: String,
        /// When the old way ends for it.
        #[arg(long, value_name = "DATE", required_unless_present = "remove")]
        ends: Option<String>,
        /// Why.
        #[arg(long, default_value = "")]
        note: String,
        /// Take it back.
        #[arg(long, conflicts_with = "ends")]
        remove: bool,
    },
    /// Who still uses the old way, who has moved, and what to expect of the end.
    Report {
        /// The transition.
        id: String,
    },
    /// Make a transition as a JSON file describes it.
    Add {
        /// The file.
        #[arg(long)]
        file: std::path::PathBuf,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    const PATH: &str = "transitions";
    match action {
        Action::List => server.show(&[PATH], &[], LIST).await,
        Action::Show { id } => server.show(&[PATH, &id], &[], Shape::One).await,
        Action::Create { id, name, of, dates } => {
            let subject = match (of.method, of.alias) {
                (Some(method), _) => json!({ "method": method }),
                (_, Some(path)) => json!({ "alias": path }),
                (None, None) => json!("routes"),
            };
            let head = [
                ("id", id.map(Value::from)),
                ("name", Some(name.into())),
                ("of", Some(subject)),
            ];
            let body = joined(object(head), described(dates)?);
            server.make(Method::POST, &[PATH], Some(body), Shape::One).await
        }
        Action::Set { id, name, dates, clear } => {
            let mut body = joined(object([("name", name.map(Value::from))]), described(dates)?);
            for word in clear {
                let empty = match word.as_str() {
                    "brownouts" => json!([]),
                    "opens" | "warns" | "ends" | "documentation" => Value::Null,
                    other => bail!("--clear {other}: must be opens, warns, ends, brownouts or documentation"),
                };
                body = joined(body, json!({ word: empty }));
            }
            server.make(Method::PATCH, &[PATH, &id], Some(body), Shape::One).await
        }
        Action::Remove { id } => {
            let said = Shape::Said("The transition is removed.");
            server.make(Method::DELETE, &[PATH, &id], None, said).await
        }
        Action::Except {
            id,
            account,
            remove: true,
            ..
        } => {
            let said = Shape::Said("The account has everybody's end again.");
            let path = [PATH, &id, "exceptions", &account];
            server.make(Method::DELETE, &path, None, said).await
        }
        Action::Except {
            id,
            account,
            ends,
            note,
            ..
        } => {
            let body = json!({ "ends": ends, "note": note });
            let path = [PATH, &id, "exceptions", &account];
            server.make(Method::PUT, &path, Some(body), Shape::One).await
        }
        Action::Report { id } => report::run(&id, server).await,
        Action::Add { file } => {
            let body = serde_json::from_str(&read_capped(&file)?);
            let body = body.with_context(|| format!("{} is not JSON", file.display()))?;
            server.make(Method::POST, &[PATH], Some(body), Shape::One).await
        }
    }
}

fn described(dates: Dates) -> anyhow::Result<Value> {
    let windows: anyhow::Result<Vec<Value>> = dates.brownouts.iter().map(|text| window(text)).collect();
    let windows = windows?;
    Ok(object([
        ("opens", dates.opens.map(Into::into)),
        ("warns", dates.warns.map(Into::into)),
        ("ends", dates.ends.map(Into::into)),
        ("brownouts", (!windows.is_empty()).then(|| windows.into())),
        ("documentation", dates.documentation.map(Into::into)),
        ("routes", some(dates.routes)),
        ("apis", some(dates.apis)),
        ("accounts", some(dates.accounts)),
    ]))
}

fn window(text: &str) -> anyhow::Result<Value> {
    let parts = text
        .rsplit_once('=')
        .and_then(|(name, span)| Some((name, span.split_once('/')?)));
    match parts {
        Some((name, (from, to))) => Ok(json!({ "name": name, "from": from, "to": to })),
        None => bail!(
            "--brownout {text:?}: must be NAME=FROM/TO, such as \"first hour=2026-07-01T14:00:00Z/2026-07-01T15:00:00Z\""
        ),
    }
}

fn joined(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, _) => one,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_typed_in_one_go() {
        let read = window("a=b=2026-07-01T14:00:00Z/2026-07-02").unwrap();
        assert_eq!(
            read,
            json!({ "name": "a=b", "from": "2026-07-01T14:00:00Z", "to": "2026-07-02" })
        );
        for wrong in ["", "name", "name=2026-07-01", "2026-07-01/2026-07-02"] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
    }
}
