//! A file of old credentials: JSON lines, or CSV (RFC 4180) with a heading.

use anyhow::{Context as _, bail};
use serde_json::{Map, Value};
use std::io::Read as _;
use std::path::Path;
use zeroize::Zeroizing;

/// The longest file that is read, in bytes.
const MOST_FILE: u64 = 256 * 1024 * 1024;
/// So many lines go into one request, and so many bytes of them: the server takes 500, and 256 KiB.
const MOST_LINES: usize = 200;
const MOST_BYTES: usize = 192 * 1024;
/// What a heading may name.
const COLUMNS: [&str; 7] = ["account", "member", "kind", "text", "sha256", "label", "expires"];

/// Successive lines, for one request.
#[derive(Default)]
pub(super) struct Batch {
    /// The line of the first.
    pub(super) first_line: usize,
    /// Each as the server reads it.
    pub(super) lines: Vec<Value>,
    bytes: usize,
}

/// What stands in a line is a secret.
impl std::fmt::Debug for Batch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch")
            .field("first_line", &self.first_line)
            .finish_non_exhaustive()
    }
}

pub(super) fn read(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let read = file.take(MOST_FILE + 1).read_to_string(&mut text);
    if u64::try_from(read.with_context(|| format!("reading {}", path.display()))?)? > MOST_FILE {
        bail!("{} is larger than {MOST_FILE} bytes", path.display());
    }
    Ok(text)
}

/// The lines of a file, in requests. Empty lines are skipped; a batch ends there, so that lines are counted rightly.
pub(super) fn batches(text: &str) -> anyhow::Result<Vec<Batch>> {
    let text = text.trim_start_matches('\u{feff}');
    let csv = !text.trim_start().starts_with('{');
    let mut heading: Option<Vec<String>> = None;
    let (mut batches, mut batch, mut wrong) = (Vec::new(), Batch::default(), Vec::new());
    for (number, line) in (1_usize..).zip(text.lines()) {
        let blank = line.trim().is_empty();
        let full = batch.lines.len() >= MOST_LINES || batch.bytes + line.len() > MOST_BYTES;
        if (blank || full) && !batch.lines.is_empty() {
            batches.push(std::mem::take(&mut batch));
        }
        if blank {
            continue;
        }
        let read = match (&heading, csv) {
            (None, true) => {
                heading = Some(columns(line, number)?);
                continue;
            }
            (Some(heading), true) => row(heading, line),
            (_, false) => object(line),
        };
        match read {
            _ if line.len() > MOST_BYTES => wrong.push(format!("line {number}: is longer than {MOST_BYTES} bytes")),
            Ok(value) => {
                if batch.lines.is_empty() {
                    batch.first_line = number;
                }
                batch.bytes += line.len() + 100;
                batch.lines.push(value);
            }
            Err(why) => wrong.push(format!("line {number}: {why}")),
        }
    }
    if !batch.lines.is_empty() {
        batches.push(batch);
    }
    if !wrong.is_empty() {
        bail!("nothing was brought along:\n{}", wrong.join("\n"));
    }
    Ok(batches)
}

/// What stands there is not repeated: it is a secret.
fn object(line: &str) -> Result<Value, String> {
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(members) => Ok(Value::Object(members)),
        Err(error) => Err(format!("is no JSON object (column {})", error.column())),
    }
}

fn columns(line: &str, number: usize) -> anyhow::Result<Vec<String>> {
    let known = COLUMNS.join(", ");
    let Ok(names) = fields(line) else {
        bail!("line {number}: the heading must name columns of: {known}");
    };
    let names: Vec<String> = names.into_iter().map(|name| name.trim().to_ascii_lowercase()).collect();
    let mut seen = std::collections::BTreeSet::new();
    if names
        .iter()
        .any(|name| !COLUMNS.contains(&name.as_str()) || !seen.insert(name))
    {
        bail!("line {number}: the heading must name columns, each once, of: {known}");
    }
    Ok(names)
}

fn row(heading: &[String], line: &str) -> Result<Value, String> {
    let values = fields(line)?;
    if values.len() != heading.len() {
        return Err(format!(
            "has {} fields, and the heading {}",
            values.len(),
            heading.len()
        ));
    }
    let given = heading.iter().zip(values).filter(|(_, value)| !value.is_empty());
    Ok(Value::Object(
        given.map(|(name, value)| (name.clone(), value.into())).collect(),
    ))
}

/// The fields of a line. A quoted one may hold commas and doubled quotes, but no line break: no credential has any.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let (mut fields, mut field, mut quoted, mut was_quoted) = (Vec::new(), String::new(), false, false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => (quoted, was_quoted) = (false, true),
            '"' if field.is_empty() && !was_quoted => quoted = true,
            ',' if !quoted => {
                fields.push(std::mem::take(&mut field));
                was_quoted = false;
            }
            _ if was_quoted && !quoted => return Err("has something after a closing quote".into()),
            other => field.push(other),
        }
    }
    if quoted {
        return Err("has a quote that is not closed".into());
    }
    fields.push(field);
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn csv_and_json_lines_say_the_same() {
        let csv = "account,member,kind,text,label\r\nacc_1,ann@firm.example,key,old-key-1,\"Reports, \"\"new\"\"\"\r\n\
            acc_1,,key,old-key-2,\r\n";
        let one = json!({ "account": "acc_1", "member": "ann@firm.example", "kind": "key", "text": "old-key-1",
            "label": "Reports, \"new\"" });
        let two = json!({ "account": "acc_1", "kind": "key", "text": "old-key-2" });
        let read = batches(csv).unwrap();
        assert_eq!(
            (read[0].first_line, &read[0].lines),
            (2, &vec![one.clone(), two.clone()])
        );
        let read = batches(&format!("{one}\n\n{two}\n")).unwrap();
        let told: Vec<_> = read.iter().map(|batch| (batch.first_line, batch.lines.len())).collect();
        assert_eq!(told, [(1, 1), (3, 1)]);
    }

    #[test]
    fn many_lines_go_in_several_requests() {
        let text: Vec<String> = (0..450)
            .map(|n| json!({ "account": "a", "text": format!("key-{n}") }).to_string())
            .collect();
        let told: Vec<_> = batches(&text.join("\n"))
            .unwrap()
            .iter()
            .map(|batch| (batch.first_line, batch.lines.len()))
            .collect();
        assert_eq!(told, [(1, 200), (201, 200), (401, 50)]);
    }

    /// OP5: a wrong line is named by its number, and what stands in it is not repeated.
    #[test]
    fn a_wrong_line_is_named_and_not_repeated() {
        for text in [
            "account,text\nacc_1,old-key-1,more",
            "account,text\nacc_1,\"old-key-1",
            "account,text\nacc_1,\"old-key-1\"x",
            "{\"account\": \"acc_1\"}\n{\"text\": \"old-key-1",
        ] {
            let no = batches(text).unwrap_err().to_string();
            assert!(no.contains("line 2: ") && !no.contains("old-key"), "{no}");
        }
        for heading in ["account,password", "account,account", "acc_1,old-key-1"] {
            let no = batches(heading).unwrap_err().to_string();
            assert!(no.starts_with("line 1: the heading") && !no.contains("old-key"), "{no}");
        }
        assert!(batches("\n\n").unwrap().is_empty());
    }
}
