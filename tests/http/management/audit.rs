//! Whether the audit log is whole, asked from outside; and the log as a file.

use super::commands::command;
use super::{Office, header, word};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;
use tollgate_issuer::audit;
use tollgate_tests::run;

/// Cuts two events off, and has the log say that it ends there.
const CUT: &str = "DELETE FROM event WHERE seq > (SELECT MAX(seq) FROM event) - 2; \
    UPDATE event_head SET (seq, hash) = (SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1);";
/// Has events 3 and 4 change places.
const SWAP: &str = "UPDATE event SET seq = -1 WHERE seq = 3; UPDATE event SET seq = 3 WHERE seq = 4; \
    UPDATE event SET seq = 4 WHERE seq = -1;";

/// Fills the log, and signs it in the middle and at its end.
async fn written(office: &Office) {
    for name in ["One", "Two", "Three", "Four"] {
        office.make("POST", "/accounts", json!({ "name": name })).await;
        // Nothing, where the server's own round came first.
        audit::checkpoint(office.house.desk()).await.unwrap();
        let (head, points) = (office.get("/audit/head").await, office.get("/audit/checkpoints").await);
        let last = points["items"].as_array().unwrap().last().unwrap();
        assert_eq!((&last["seq"], &last["hash"]), (&head["seq"], &head["hash"]));
    }
    let again = audit::checkpoint(office.house.desk()).await.unwrap();
    assert_eq!(again, None, "nothing new is signed twice");
}

/// What `tollgate audit verify` finds: the codes and the places; and whether it went well.
async fn found(office: &Office, more: &[&str]) -> (bool, Vec<String>, Value) {
    let arguments = [&["audit", "verify", "--output", "json"], more].concat();
    let (well, said, complaint) = command(office, &arguments).await;
    let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{said} {complaint}"));
    let codes = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| word(&finding["code"]));
    let codes: Vec<String> = codes.collect();
    assert_eq!(told["whole"].as_bool(), Some(well), "{told}");
    assert_eq!(codes.is_empty(), well, "{told}");
    (well, codes, told)
}

/// Changes the database file behind the server's back.
fn tamper(office: &Office, statements: &str) {
    let file = office.house.dir.path().join("house.db");
    let script = "import sqlite3, sys\n\
        db = sqlite3.connect(sys.argv[1], timeout=30)\n\
        db.executescript(sys.argv[2])\n";
    let output = Command::new("python3")
        .args(["-c", script])
        .arg(file)
        .arg(statements)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

on_both_stores! {
    /// OP3: a log that nobody touched is found whole by the command, and the key that signs it is told.
    an_untouched_log_is_found_whole(|office: Office| async move {
        written(&office).await;
        let (well, _, told) = found(&office, &[]).await;
        assert!(well);
        let head = office.get("/audit/head").await;
        assert_eq!((&told["end"]["seq"], &told["end"]["hash"]), (&head["seq"], &head["hash"]));
        assert_eq!((&told["chained"], &told["unchained"]), (&head["seq"], &json!(0)));
        assert!(told["checkpoints"].as_i64().unwrap() >= 4, "{told}");
        assert_eq!(office.get("/audit/key").await["algorithm"], "Ed25519");
        let points = office.get("/audit/checkpoints").await;
        let point = points["items"].as_array().unwrap().last().unwrap();
        let text = format!(
            "tollgate-audit-checkpoint\n{}\n{}\n{}", point["seq"], word(&point["hash"]), point["at"]
        );
        assert_eq!(point["text"], json!(text));
        let report = audit::verify(office.house.desk()).await.unwrap();
        assert!(report.whole(), "{:?}", report.findings);
    })

    /// OP4: the log as a file is complete, in order, and narrowed as the list is.
    the_log_is_exported_line_by_line(|office: Office| async move {
        written(&office).await;
        let export = async |query: &str| -> Vec<Value> {
            let answer = office.ask("GET", &format!("/events/export{query}")).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(header(&answer, "content-type"), "application/x-ndjson");
            let text = answer.text().await.unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        let mut listed = office.get("/events?limit=200").await["items"].as_array().unwrap().clone();
        listed.reverse();
        let places = |events: &[Value]| events.iter().map(|event| event["seq"].as_i64().unwrap()).collect::<Vec<_>>();
        let all = export("").await;
        assert_eq!(places(&all), places(&listed));
        assert_eq!(all[0]["hash"], listed[0]["hash"]);
        assert_eq!(places(&export("?after=2&limit=3").await), [3, 4, 5]);
        let made = office.get("/events?kind=account.created").await;
        let made: Vec<Value> = made["items"].as_array().unwrap().iter().rev().cloned().collect();
        assert_eq!(places(&export("?kind=account.created").await), places(&made));
        let actor = word(&made.last().unwrap()["actor"]);
        for query in [
            format!("?actor={actor}"),
            "?until=2020-01-01T00:00:00Z".to_owned(),
            "?since=2199-01-01T00:00:00Z".to_owned(),
        ] {
            let listed = office.get(&format!("/events{query}&limit=200")).await;
            let mut listed = places(listed["items"].as_array().unwrap());
            listed.reverse();
            assert_eq!(places(&export(&query).await), listed, "{query}");
        }
        assert!(!export(&format!("?actor={actor}&since=2020-01-01T00:00:00Z")).await.is_empty());
        let file = office.house.dir.path().join("events.ndjson");
        let to_file = ["event", "export", "--kind", "account.created", "--file", file.to_str().unwrap()];
        let (well, said, complaint) = command(&office, &to_file).await;
        assert!(well && said.is_empty(), "{complaint}");
        assert_eq!(std::fs::read_to_string(&file).unwrap().lines().count(), made.len());
        let (well, said, _) = command(&office, &["event", "export", "--after", "2"]).await;
        assert!(well && said.starts_with('{') && said.lines().count() == all.len() - 2);
    })
}

/// OP3: whoever edits, deletes, reorders or cuts off behind the server's back is found out, and so is a checkpoint that
/// they made.
#[test]
fn a_touched_log_is_found_out() {
    run(async {
        for (statements, codes) in [
            ("UPDATE event SET subject = 'acc_other' WHERE seq = 3;", &["edited"][..]),
            ("UPDATE event SET at = at + 1 WHERE seq = 3;", &["edited"]),
            (
                "UPDATE event SET actor = 'system' WHERE seq = (SELECT MAX(seq) FROM event);",
                &["edited"],
            ),
            ("UPDATE event SET hash = '' WHERE seq = 3;", &["edited", "edited"]),
            ("DELETE FROM event WHERE seq = 3;", &["missing"]),
            ("DELETE FROM event WHERE seq IN (2, 3);", &["missing"]),
            (SWAP, &["moved", "moved"]),
            (
                "DELETE FROM event WHERE seq > (SELECT MAX(seq) FROM event) - 2;",
                &["cut_off"],
            ),
            (CUT, &["cut_off"]),
            (
                "UPDATE checkpoint SET at = at + 1 WHERE seq = (SELECT MIN(seq) FROM checkpoint);",
                &["forged"],
            ),
            (
                "UPDATE checkpoint SET hash = substr(hash, 2) || substr(hash, 1, 1) \
                    WHERE seq = (SELECT MIN(seq) FROM checkpoint);",
                &["forged"],
            ),
            (
                "UPDATE checkpoint SET signature = (SELECT signature FROM checkpoint ORDER BY seq DESC LIMIT 1) \
                    WHERE seq = (SELECT MIN(seq) FROM checkpoint);",
                &["forged"],
            ),
        ] {
            let office = Office::open().await;
            written(&office).await;
            tamper(&office, statements);
            let (well, told, report) = found(&office, &[]).await;
            assert!(!well, "{statements}");
            assert_eq!(told, codes, "{statements}: {report}");
        }
    });
}

/// OP3: a log that was cut off together with its checkpoints is found out by what was saved elsewhere; and so is
/// another key.
#[test]
fn what_was_saved_elsewhere_finds_what_the_database_forgot() {
    run(async {
        let office = Office::open().await;
        written(&office).await;
        let file: PathBuf = office.house.dir.path().join("elsewhere.json");
        let path = file.to_str().unwrap();
        assert!(found(&office, &["--save", path]).await.0);
        assert!(found(&office, &["--checkpoints", path, "--save", path]).await.0);

        let saved: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let mut other = saved.clone();
        other["public_key"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        let forged = office.house.dir.path().join("forged.json");
        std::fs::write(&forged, other.to_string()).unwrap();
        let codes = found(&office, &["--checkpoints", forged.to_str().unwrap()]).await.1;
        assert!(
            codes.contains(&"other_key".to_owned()) && codes.contains(&"forged".to_owned()),
            "{codes:?}"
        );

        tamper(&office, CUT);
        tamper(
            &office,
            "DELETE FROM checkpoint WHERE seq > (SELECT MAX(seq) FROM event);",
        );
        assert!(found(&office, &[]).await.0, "the database alone cannot tell");
        let (well, codes, _) = found(&office, &["--checkpoints", path, "--save", path]).await;
        assert_eq!((well, codes), (false, vec!["cut_off".to_owned()]));
        let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert_eq!(kept, saved, "nothing is saved of a log that is not whole");

        let (well, _, complaint) = command(&office, &["audit", "verify", "--checkpoints", "/nowhere/file"]).await;
        assert!(!well && complaint.contains("/nowhere/file"), "{complaint}");
    });
}

/// OP3: events from before the chain are counted and named, and the chain begins behind them.
#[test]
fn events_from_before_the_chain_are_named() {
    run(async {
        let office = Office::open().await;
        // As a migration finds it: events without hash, and the chain's head at the last of them.
        tamper(
            &office,
            "UPDATE event SET hash = ''; UPDATE event_head SET hash = ''; DELETE FROM checkpoint;",
        );
        let before = office.get("/audit/head").await["seq"].as_i64().unwrap();
        written(&office).await;
        let (well, _, told) = found(&office, &[]).await;
        assert!(well, "{told}");
        assert_eq!(told["unchained"], json!(before));
        let (_, said, _) = command(&office, &["audit", "verify"]).await;
        assert!(
            said.contains("from before there was a chain") && said.contains("whole"),
            "{said}"
        );
    });
}
