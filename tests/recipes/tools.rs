//! Tools that read what the console hands out.

use crate::kitchen::{python, told};
use std::process::Command;
use tollgate_tests::house::checkout;

/// Runs a collection with Postman's own runner. The secret is in an environment file, as Postman has it.
pub(crate) async fn newman(preset: &str, collection: &str, secret: &str) {
    let dir = tempfile::tempdir().unwrap();
    let environment = serde_json::json!({
        "name": "test",
        "values": [{ "key": "client_secret", "value": secret, "type": "secret", "enabled": true }],
    });
    std::fs::write(dir.path().join("collection.json"), collection).unwrap();
    std::fs::write(dir.path().join("environment.json"), environment.to_string()).unwrap();
    let runner = checkout().join("tests/recipes/node_modules/newman/bin/newman.js");
    assert!(
        runner.exists(),
        "newman is not installed: run `npm ci` in tests/recipes, or ./test"
    );
    let mut command = Command::new("node");
    command
        .arg(runner)
        .args([
            "run",
            "collection.json",
            "--environment",
            "environment.json",
            "--disable-unicode",
            "--color",
            "off",
        ])
        .current_dir(dir.path());
    let outcome = tokio::task::spawn_blocking(move || {
        let outcome = told(&mut command);
        drop(dir);
        outcome
    });
    let outcome = outcome.await.unwrap();
    assert!(outcome.ok, "{preset}: {}", outcome.said);
    assert!(outcome.said.contains("a token came"), "{preset}: {}", outcome.said);
    assert!(
        outcome.said.contains("the gateway let it through"),
        "{preset}: {}",
        outcome.said
    );
}

/// Validates an OpenAPI document.
pub(crate) async fn openapi(preset: &str, document: &str) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("openapi.json");
    std::fs::write(&file, document).unwrap();
    let mut command = Command::new(python().expect("python3 is installed"));
    command
        .args(["-m", "openapi_spec_validator", "--schema", "3.1"])
        .arg(file);
    let outcome = tokio::task::spawn_blocking(move || {
        let outcome = told(&mut command);
        drop(dir);
        outcome
    });
    let outcome = outcome.await.unwrap();
    assert!(outcome.ok, "{preset}: {}\n{document}", outcome.said);
}
