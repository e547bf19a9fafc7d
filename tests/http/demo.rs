//! `tollgate demo` over several runs.

use std::path::Path;
use tollgate::demo::{self, Options};
use tollgate_tests::run;

fn options(dir: &Path, preset: &str) -> Options {
    Options {
        preset: preset.to_owned(),
        dir: dir.to_owned(),
        issuer_port: 0,
        gateway_port: 0,
        api_port: 0,
        management_port: 0,
        store: None,
    }
}

fn lines(dir: &Path) -> String {
    std::fs::read_to_string(dir.join("demo.env")).unwrap()
}

/// A visitor's second run knows the client, the secret and the operator of the first.
#[test]
fn a_second_run_knows_the_same_client() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let options = options(dir.path(), "safesend");
        let first = demo::start(&options, None).await.unwrap();
        let known = ["CLIENT_ID", "CLIENT_SECRET", "OPERATOR_TOKEN"];
        let of = |showing: &demo::Showing| known.map(|name| showing.env[format!("TOLLGATE_{name}").as_str()].clone());
        let before = of(&first);
        first.stop().await;
        let second = demo::start(&options, None).await.unwrap();
        assert_eq!(of(&second), before);
        let told = lines(dir.path());
        assert!(
            before.iter().all(|value| told.contains(&format!("='{value}'\n"))),
            "{told}"
        );
        assert!(!dir.path().join("demo.env.before").exists());
        second.stop().await;
    });
}

/// A run that cannot start leaves what the other one wrote, and loses nothing of it.
#[test]
fn a_run_that_fails_loses_nothing() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let first = demo::start(&options(dir.path(), "signicat"), None).await.unwrap();
        let told = lines(dir.path());
        let taken = first.running.issuer.unwrap().port();
        let again = Options {
            issuer_port: taken,
            ..options(dir.path(), "signicat")
        };
        let failed = demo::start(&again, None).await.err().unwrap();
        assert!(
            failed.to_string().contains(&format!("port {taken} is taken")),
            "{failed}"
        );
        assert_eq!(lines(dir.path()), told);
        first.stop().await;

        // Ports are free, but the store cannot be opened: the lines are put aside, and found again.
        let database = dir.path().join("tollgate.db");
        assert!(
            !dir.path().join("tollgate.db-wal").exists(),
            "the database is closed when the demo has stopped"
        );
        let whole = std::fs::read(&database).unwrap();
        std::fs::write(
            &database,
            "this is no database, and it is long enough to be looked at as one",
        )
        .unwrap();
        demo::start(&options(dir.path(), "signicat"), None).await.err().unwrap();
        std::fs::write(&database, whole).unwrap();
        let third = demo::start(&options(dir.path(), "signicat"), None).await.unwrap();
        let secret = third.env["TOLLGATE_CLIENT_SECRET"].clone();
        assert!(told.contains(&format!("TOLLGATE_CLIENT_SECRET='{secret}'\n")));
        third.stop().await;
    });
}
