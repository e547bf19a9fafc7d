//! `tollgate route test`: what would become of a request.

use crate::commands::manage::connection::{Connection, Output, object, read_capped, say};
use crate::commands::manage::table;
use anyhow::{Context as _, bail};
use clap::Args;
use serde_json::{Map, Value};
use std::io::Read as _;
use std::path::PathBuf;
use zeroize::Zeroizing;

/// The longest token that is read from the standard input, in bytes.
const MOST: u64 = 64 * 1024;

/// The request.
#[derive(Debug, Args)]
pub struct Test {
    /// The method.
    method: String,
    /// The whole URL, or the path alone.
    url: String,
    /// File that holds the token it would carry as `Authorization: Bearer`. Without it the environment's TOLLGATE_TOKEN
    /// is used, if there is one.
    #[arg(long = "carry-file", value_name = "PATH", conflicts_with = "carry")]
    carry_file: Option<PathBuf>,
    /// `-`: the token is read from the standard input. A token itself does not belong on a command line.
    #[arg(long = "carry", value_name = "-")]
    carry: Option<String>,
    /// A header that is no secret, such as `x-email: ann@firm.example`; may be given several times.
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// A header whose value stands in a file, such as `x-api-key=key.txt`.
    #[arg(long = "header-file", value_name = "NAME=PATH")]
    header_files: Vec<String>,
}

const STEPS: &[(&str, &str)] = &[("", "word"), ("CHECK", "check"), ("FOUND", "says"), ("CODE", "code")];

pub(super) async fn run(test: Test, server: &Connection) -> anyhow::Result<()> {
    let token = token(&test)?;
    let token = token
        .as_deref()
        .map(|token| token.trim())
        .filter(|token| !token.is_empty());
    let body = object([
        ("method", Some(test.method.clone().into())),
        ("url", Some(test.url.clone().into())),
        ("token", token.map(Into::into)),
        ("headers", Some(Value::Object(headers(&test)?))),
    ]);
    let text = server.post(&["routes", "test"], body).await?;
    match server.output() {
        Output::Json => say(&text),
        Output::Text => say(&told(
            &serde_json::from_str(&text).context("reading the server's answer")?,
        )),
    }
    Ok(())
}

fn token(test: &Test) -> anyhow::Result<Option<Zeroizing<String>>> {
    if let Some(path) = &test.carry_file {
        return Ok(Some(Zeroizing::new(read_capped(path)?)));
    }
    match test.carry.as_deref() {
        None => Ok(environment()),
        Some("-") => {
            let mut text = Zeroizing::new(String::new());
            let read = std::io::stdin().take(MOST + 1).read_to_string(&mut text);
            if u64::try_from(read.context("reading the token")?)? > MOST {
                bail!("a token has at most {MOST} bytes");
            }
            Ok(Some(text))
        }
        // What was typed is not repeated: it may be a token.
        Some(_) => bail!("--carry takes - alone: a token does not belong on a command line; see --carry-file"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token must not stand on a command line, so it is read here"
)]
fn environment() -> Option<Zeroizing<String>> {
    std::env::var("TOLLGATE_TOKEN").ok().map(Zeroizing::new)
}

fn headers(test: &Test) -> anyhow::Result<Map<String, Value>> {
    let mut headers = Map::new();
    for text in &test.headers {
        let Some((name, value)) = text.split_once(':') else {
            bail!("--header must be NAME: VALUE");
        };
        headers.insert(name.trim().to_owned(), value.trim().into());
    }
    for text in &test.header_files {
        let Some((name, path)) = text.split_once('=') else {
            bail!("--header-file must be NAME=PATH");
        };
        let value = read_capped(std::path::Path::new(path))?;
        headers.insert(name.trim().to_owned(), value.trim().into());
    }
    Ok(headers)
}

fn told(answer: &Value) -> String {
    let text = |name: &str| table::printable(answer.get(name).and_then(Value::as_str).unwrap_or("-"));
    let verdict = match (answer.get("code").and_then(Value::as_str), answer.get("status")) {
        (Some(code), Some(status)) => format!("refused: {status} {code}"),
        _ => "let through".to_owned(),
    };
    let steps = answer
        .get("steps")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let steps: Vec<Value> = steps.into_iter().map(marked).collect();
    format!(
        "{verdict} (route {}, by {}, account {})\n\n{}",
        text("route"),
        text("by"),
        text("account"),
        table::list(&steps, STEPS)
    )
}

fn marked(mut step: Value) -> Value {
    let word = match step.get("ok").and_then(Value::as_bool) {
        Some(true) => "yes",
        Some(false) => "NO",
        None => "?",
    };
    if let Some(members) = step.as_object_mut() {
        members.insert("word".to_owned(), word.into());
    }
    step
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_verdict_comes_first_and_then_each_step() {
        let answer = json!({
            "passes": false, "status": 401, "code": "legacy_ended", "route": "docs", "by": "legacy", "account": "acc_1",
            "steps": [
                { "check": "route", "ok": true, "says": "It takes route docs.", "code": null },
                { "check": "transition", "ok": false, "says": "It ended.", "code": "legacy_ended" },
                { "check": "limit", "ok": null, "says": "burst allows 20.", "code": null }
            ]
        });
        assert_eq!(
            told(&answer),
            "refused: 401 legacy_ended (route docs, by legacy, account acc_1)\n\n     CHECK       FOUND                 CODE\n\
             yes  route       It takes route docs.  -\nNO   transition  It ended.             legacy_ended\n\
             ?    limit       burst allows 20.      -"
        );
    }
}
