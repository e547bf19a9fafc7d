//! `tollgate route import`: routes from an OpenAPI document.

use super::openapi::{Whole, routes};
use crate::commands::manage::connection::{Connection, Output, read_capped, say};
use crate::commands::manage::table;
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Which document, and what it does not say.
#[derive(Debug, Args)]
pub struct Import {
    /// The document: OpenAPI 3, as JSON or YAML.
    file: PathBuf,
    /// The API whose tokens are wanted.
    #[arg(long)]
    api: String,
    /// Where calls go: `http://host:port`; may be given several times.
    #[arg(long = "upstream", required = true, value_name = "URL")]
    upstreams: Vec<String>,
    /// A host name of all routes; may be given several times. Without any they answer for every host.
    #[arg(long = "host")]
    hosts: Vec<String>,
    /// What stands before the paths, in place of the path of the document's first server.
    #[arg(long, value_name = "PATH")]
    base: Option<String>,
    /// Only show what would be done.
    #[arg(long)]
    dry_run: bool,
}

const LIST: &[(&str, &str)] = &[
    ("", "done"),
    ("ID", "id"),
    ("METHODS", "methods"),
    ("PATH", "path"),
    ("ACCESS", "access"),
];

/// Reads the whole document first, and does nothing while anything in it is wrong. Routes that are there under the same id
/// are changed to what the document says; others are left alone.
pub(super) async fn run(import: &Import, server: &Connection) -> anyhow::Result<()> {
    let document = document(&read_capped(&import.file)?).with_context(|| import.file.display().to_string())?;
    let whole = Whole {
        api: &import.api,
        upstream: json!({ "targets": import.upstreams }),
        hosts: &import.hosts,
        base: import.base.as_deref(),
    };
    let wanted = match routes(&document, &whole) {
        Ok(wanted) => wanted,
        Err(wrong) => bail!("nothing was imported:\n{}", wrong.join("\n")),
    };
    let held: Value = server.get(&["routes"], &[]).await?;
    let held = held.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut told = Vec::new();
    for mut route in wanted {
        let id = route.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let before = held.iter().find(|held| held.get("id") == route.get("id"));
        let there = before.is_some();
        if let Some(before) = before {
            keep_who_acts(&mut route, before);
        }
        if !import.dry_run {
            let done = if there {
                let mut change = route.clone();
                if let Some(members) = change.as_object_mut() {
                    members.remove("id");
                }
                server.patch(&["routes", &id], change).await
            } else {
                server.post(&["routes"], route.clone()).await
            };
            done.with_context(|| format!("{id}; those before it are done"))?;
        }
        let word = match (import.dry_run, there) {
            (true, true) => "would change",
            (true, false) => "would add",
            (false, true) => "changed",
            (false, false) => "added",
        };
        if let Some(members) = route.as_object_mut() {
            members.insert("done".to_owned(), word.into());
        }
        told.push(route);
    }
    match server.output() {
        Output::Json => say(&json!({ "items": told }).to_string()),
        Output::Text => say(&table::list(&told, LIST)),
    }
    Ok(())
}

/// No document of this kind says who must be named as acting (RS12): what was ruled here stays.
fn keep_who_acts(route: &mut Value, before: &Value) {
    let rule = before.pointer("/access/acting_user").filter(|rule| rule.is_object());
    let access = route.get_mut("access").and_then(Value::as_object_mut);
    if let (Some(rule), Some(access)) = (rule, access)
        && access.get("kind").and_then(Value::as_str) == Some("token")
    {
        access.insert("acting_user".to_owned(), rule.clone());
    }
}

/// JSON, or YAML where it is none: what is JSON is read as that, so that its faults are named as such.
fn document(text: &str) -> anyhow::Result<Value> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text).context("the document is not JSON");
    }
    serde_saphyr::from_str(text).context("the document is not YAML")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_json_or_yaml() {
        let yaml = "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      operationId: a\n      security: [{oauth: [read]}]\n";
        let same = json!({ "openapi": "3.1.0", "paths": { "/a": { "get": {
            "operationId": "a", "security": [{ "oauth": ["read"] }] } } } });
        assert_eq!(document(yaml).unwrap(), same);
        assert_eq!(document(&same.to_string()).unwrap(), same);
        assert!(format!("{:#}", document("{").unwrap_err()).contains("is not JSON"));
        assert!(format!("{:#}", document("a: [").unwrap_err()).contains("is not YAML"));
    }

    /// RS12: importing again takes no rule away that the document cannot say.
    #[test]
    fn who_must_act_stays_ruled() {
        let before =
            json!({ "access": { "kind": "token", "acting_user": { "by": { "header": "x-email" }, "roles": [] } } });
        let mut route = json!({ "access": { "kind": "token", "api": "docs", "scopes": ["write"] } });
        keep_who_acts(&mut route, &before);
        assert_eq!(route["access"]["acting_user"], before["access"]["acting_user"]);
        assert_eq!(route["access"]["scopes"], json!(["write"]));
        let mut public = json!({ "access": { "kind": "public", "opens": [] } });
        keep_who_acts(&mut public, &before);
        assert_eq!(public, json!({ "access": { "kind": "public", "opens": [] } }));
    }
}
