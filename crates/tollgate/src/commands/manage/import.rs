//! `tollgate user import`: people from another house, a JSON object on each line.

use super::connection::{Connection, Output, say};
use anyhow::{Context as _, bail};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

/// The longest file that is read, in bytes.
const MOST_FILE: u64 = 256 * 1024 * 1024;
/// So many people go into one request, and so many bytes of them: the server takes 500, and 256 KiB.
const MOST_PEOPLE: usize = 200;
const MOST_BYTES: usize = 192 * 1024;

/// People of successive lines, for one request.
#[derive(Debug, Default)]
struct Batch {
    /// The line of the first.
    first_line: usize,
    people: Vec<Value>,
    bytes: usize,
}

/// Looks at the whole file first, here and at the server, and brings nobody in while any line is wrong. Each request is
/// then kept whole or not at all.
pub(super) async fn run(file: &Path, check: bool, server: &Connection) -> anyhow::Result<()> {
    let batches = batches(&read(file)?)?;
    let mut wrong = Vec::new();
    for batch in &batches {
        if let Err(error) = send(batch, true, server).await {
            wrong.push(format!("{error:#}"));
        }
    }
    if !wrong.is_empty() {
        bail!("nobody was brought in:\n{}", wrong.join("\n"));
    }
    let mut count = 0;
    for batch in batches.iter().filter(|_| !check) {
        let sent = send(batch, false, server).await;
        sent.with_context(|| {
            let before = batch.first_line.saturating_sub(1);
            format!("{count} people were brought in, those up to line {before}; nobody after it")
        })?;
        count += batch.people.len();
    }
    let lines: usize = batches.iter().map(|batch| batch.people.len()).sum();
    match (server.output(), check) {
        (Output::Json, _) => say(&json!({ "people": lines, "imported": count }).to_string()),
        (Output::Text, true) => say(&format!("{lines} people could be brought in.")),
        (Output::Text, false) => say(&format!("{count} people were brought in.")),
    }
    Ok(())
}

async fn send(batch: &Batch, check: bool, server: &Connection) -> anyhow::Result<()> {
    let body = json!({ "users": batch.people, "first_line": batch.first_line, "check": check });
    server.post(&["users", "import"], body).await.map(drop)
}

fn read(path: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let read = file.take(MOST_FILE + 1).read_to_string(&mut text);
    if u64::try_from(read.with_context(|| format!("reading {}", path.display()))?)? > MOST_FILE {
        bail!("{} is larger than {MOST_FILE} bytes", path.display());
    }
    Ok(text)
}

/// The people of a file, in requests. Empty lines are skipped; a batch ends there, so that lines are counted rightly.
fn batches(text: &str) -> anyhow::Result<Vec<Batch>> {
    let (mut batches, mut batch) = (Vec::new(), Batch::default());
    let (mut seen, mut wrong) = (BTreeMap::new(), Vec::new());
    for (number, text) in (1_usize..).zip(text.lines()) {
        let ends = text.trim().is_empty() || batch.people.len() >= MOST_PEOPLE || batch.bytes + text.len() > MOST_BYTES;
        if ends && !batch.people.is_empty() {
            batches.push(std::mem::take(&mut batch));
        }
        if text.trim().is_empty() {
            continue;
        }
        let person = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(person) => person,
            // What stands there is not repeated: it may hold a hash.
            Err(error) => {
                wrong.push(format!("line {number}: is no JSON object (column {})", error.column()));
                continue;
            }
        };
        if text.len() > MOST_BYTES {
            wrong.push(format!("line {number}: is longer than {MOST_BYTES} bytes"));
            continue;
        }
        let email = person.get("email").and_then(Value::as_str).unwrap_or_default();
        let email = email.trim().to_lowercase();
        if let Some(before) = seen.get(&email).filter(|_| !email.is_empty()) {
            wrong.push(format!("line {number}: email: is that of line {before} already"));
            continue;
        }
        seen.insert(email, number);
        if batch.people.is_empty() {
            batch.first_line = number;
        }
        batch.bytes += text.len() + 1;
        batch.people.push(Value::Object(person));
    }
    if !batch.people.is_empty() {
        batches.push(batch);
    }
    if !wrong.is_empty() {
        bail!("nobody was brought in:\n{}", wrong.join("\n"));
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(email: &str) -> String {
        json!({ "email": email, "name": "Ann" }).to_string()
    }

    #[test]
    fn lines_keep_their_numbers_across_requests() {
        let many: Vec<String> = (0..450).map(|n| line(&format!("a{n}@firm.example"))).collect();
        let text = format!("{}\n\n  \n{}\n", many.join("\n"), line("last@firm.example"));
        let made = batches(&text).unwrap();
        let told: Vec<_> = made
            .iter()
            .map(|batch| (batch.first_line, batch.people.len()))
            .collect();
        assert_eq!(told, [(1, 200), (201, 200), (401, 50), (453, 1)]);
        assert!(batches("\n\n").unwrap().is_empty());
    }

    #[test]
    fn a_request_is_no_larger_than_the_server_takes() {
        let fat = |n: usize| json!({ "email": format!("a{n}@firm.example"), "name": "x".repeat(40_000) }).to_string();
        let text: Vec<String> = (0..10).map(fat).collect();
        let made = batches(&text.join("\n")).unwrap();
        assert!(made.len() > 1);
        for batch in &made {
            assert!(json!(batch.people).to_string().len() <= MOST_BYTES + MOST_PEOPLE);
        }
    }

    /// OP5: a wrong line is named by its number, and what stands in it is not repeated.
    #[test]
    fn a_wrong_line_is_named_and_not_repeated() {
        let text = [
            line("ann@firm.example"),
            "{\"password_hash\": \"hunter2".to_owned(),
            "[1]".to_owned(),
            line(" ANN@firm.example"),
        ];
        let no = batches(&text.join("\n")).unwrap_err().to_string();
        for said in [
            "line 2: is no JSON object",
            "line 3: ",
            "line 4: email: is that of line 1 already",
        ] {
            assert!(no.contains(said), "{no}");
        }
        assert!(!no.contains("hunter2"), "{no}");
    }
}
