//! `tollgate transition report`.

use crate::commands::manage::connection::{Connection, Output, say};
use crate::commands::manage::table;
use serde_json::Value;
use std::fmt::Write as _;

const ACCOUNTS: &[(&str, &str)] = &[
    ("ACCOUNT", "account"),
    ("NAME", "name"),
    ("WAY", "way"),
    ("30 DAYS", "count"),
    ("REFUSED", "refused"),
    ("SINCE", "since"),
    ("LAST", "last"),
    ("A WEEK", "trend"),
    ("ENDS", "ends"),
];
const USED: &[(&str, &str)] = &[
    ("ACCOUNT", "account"),
    ("MEMBER", "email"),
    ("CREDENTIAL", "credential"),
    ("LABEL", "label"),
    ("30 DAYS", "count"),
    ("LAST", "last"),
];

pub(super) async fn run(id: &str, server: &Connection) -> anyhow::Result<()> {
    let report: Value = server.get(&["transitions", id, "report"], &[]).await?;
    match server.output() {
        Output::Json => say(&report.to_string()),
        Output::Text => say(&told(&report)),
    }
    Ok(())
}

fn told(report: &Value) -> String {
    let text = |value: &Value, name: &str| table::printable(value.get(name).and_then(Value::as_str).unwrap_or("-"));
    let number = |value: &Value, name: &str| value.get(name).and_then(Value::as_i64).unwrap_or_default();
    let mut said = format!("{} stands at: {}", text(report, "transition"), text(report, "stage"));
    // Writing into a string does not fail.
    if let Some(next) = report.get("next").filter(|next| next.is_object()) {
        let _ = write!(said, ". Next: {} on {}", text(next, "what"), text(next, "at"));
    }
    let _ = write!(
        said,
        "\nAccounts that used the old way in the last seven days: {}. Of those of the last thirty days, {} moved.",
        number(report, "active"),
        number(report, "moved")
    );
    if let Some(forecast) = report.get("forecast").filter(|forecast| forecast.is_object()) {
        let trend = number(forecast, "trend");
        let (many, word) = if trend > 0 { (trend, "more") } else { (-trend, "fewer") };
        let _ = write!(
            said,
            "\nAs things go, {} accounts will still use it on {} ({many} {word} than a week ago).",
            number(forecast, "accounts"),
            text(forecast, "at"),
        );
    }
    if let Some(cut) = report.get("cut").and_then(Value::as_str) {
        let _ = write!(
            said,
            "\nThere was too much to read all of it: the days before {cut} are left out."
        );
    }
    let accounts = report
        .get("accounts")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    if accounts.is_empty() {
        return said;
    }
    let _ = write!(said, "\n\n{}", table::list(accounts, ACCOUNTS));
    let more = number(report, "more");
    if more > 0 {
        let _ = write!(said, "\nand {more} more");
    }
    let used: Vec<Value> = accounts.iter().flat_map(lines).collect();
    let _ = write!(said, "\n\n{}", table::list(&used, USED));
    said
}

fn lines(account: &Value) -> Vec<Value> {
    let used = account
        .get("used")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let whose = account.get("account").cloned().unwrap_or_default();
    let named = used.iter().map(|one| {
        let mut one = one.clone();
        if let Some(members) = one.as_object_mut() {
            members.insert("account".to_owned(), whose.clone());
        }
        one
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_report_says_first_what_matters() {
        let report = json!({
            "transition": "ciam", "stage": "warned", "next": { "what": "ends", "at": "2026-07-25T00:00:00Z" },
            "active": 3, "moved": 1, "more": 2, "cut": null,
            "forecast": { "at": "2026-07-25T00:00:00Z", "accounts": 2, "trend": -1 },
            "accounts": [{
                "account": "acc_1", "name": "Firm\u{1b}", "way": "old", "count": 9, "refused": 0, "since": "2026-07-01",
                "last": "2026-07-09T00:00:00Z", "trend": 3, "ends": null,
                "used": [{ "email": "ann@firm.example", "credential": "lgc_1", "label": "Key", "count": 9 }]
            }]
        });
        let text = told(&report);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "ciam stands at: warned. Next: ends on 2026-07-25T00:00:00Z");
        assert_eq!(
            lines[2],
            "As things go, 2 accounts will still use it on 2026-07-25T00:00:00Z (1 fewer than a week ago)."
        );
        assert!(text.contains("Firm\u{fffd}") && text.contains("and 2 more"), "{text}");
        assert!(text.contains("acc_1    ann@firm.example  lgc_1"), "{text}");
    }
}
