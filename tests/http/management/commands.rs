//! The commands over the API.

use super::{Office, word};
use serde_json::Value;
use tollgate_tests::run;

/// What a command said: whether it went well, standard output, standard error.
pub(super) async fn command(office: &Office, arguments: &[&str]) -> (bool, String, String) {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let (server, token) = (office.house.node.management.clone(), office.token.clone());
    let output = tokio::task::spawn_blocking(move || {
        std::process::Command::new(tollgate_tests::binary::program())
            .args(arguments)
            .env("TOLLGATE_SERVER", server)
            .env("TOLLGATE_OPERATOR_TOKEN", token)
            .output()
            .unwrap()
    })
    .await
    .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_commands_do_what_the_api_does() {
    run(async {
        let office = Office::open().await;
        let done = async |arguments: &[&str]| {
            let (well, said, complaint) = command(&office, arguments).await;
            assert!(well, "{arguments:?}: {complaint}");
            said
        };
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        let account = json(&done(&["account", "create", "--name", "By Hand", "--output", "json"]).await);
        let account = word(&account["id"]);
        let client = [
            "client",
            "create",
            "--account",
            &account,
            "--name",
            "Robot",
            "--environment",
            "test",
            "--output",
            "json",
        ];
        let client = word(&json(&done(&client).await)["id"]);
        done(&["grant", "put", &client, "docs", "--scope", "read"]).await;
        let secret = json(&done(&["secret", "regenerate", &client, "--overlap", "60", "--output", "json"]).await);
        assert!(word(&secret["client_secret"]).starts_with("tgs_"));
        let listed = done(&["secret", "list", &client]).await;
        assert!(listed.starts_with("ID") && listed.contains("true"), "{listed}");
        assert!(done(&["account", "list"]).await.contains("By Hand"));
        assert!(
            done(&["event", "list", "--account", &account])
                .await
                .contains("secret.regenerated")
        );
        assert!(done(&["key", "list"]).await.contains("signing"));
        assert!(done(&["client", "disable", &client]).await.contains("disabled"));

        // People, webhooks, notices and requests have commands as well.
        let ann = [
            "user",
            "invite-operator",
            "--email",
            "ann@vendor.example",
            "--name",
            "Ann",
            "--output",
            "json",
        ];
        let ann = word(&json(&done(&ann).await)["id"]);
        assert!(
            done(&["user", "list", "--operators"])
                .await
                .contains("ann@vendor.example")
        );
        assert!(done(&["user", "show", &ann]).await.contains("sessions"));
        done(&["user", "invite-again", &ann]).await;
        done(&["user", "end-sessions", &ann]).await;
        done(&["user", "reset-second-factor", &ann]).await;
        assert!(
            !command(&office, &["user", "disable", &ann]).await.0,
            "the last operator stays"
        );
        assert!(done(&["user", "enable", &ann]).await.contains("active"));
        let member = [
            "member",
            "add",
            "--account",
            &account,
            "--email",
            "bob@firm.example",
            "--name",
            "Bob",
            "--output",
            "json",
        ];
        let member = word(&json(&done(&member).await)["id"]);
        done(&["member", "invite", &member]).await;
        assert!(done(&["mail", "list"]).await.contains("bob@firm.example"));
        let hook = [
            "hook",
            "add",
            &account,
            "--url",
            "https://firm.example/hook",
            "--output",
            "json",
        ];
        let hook = json(&done(&hook).await);
        let hook = word(&hook["hook"]["id"]);
        done(&["hook", "revise", &account, &hook, "--topic", "secret.leaked"]).await;
        assert!(done(&["hook", "list", &account]).await.contains("secret.leaked"));
        done(&["hook", "ping", &account, &hook]).await;
        let sent = json(&done(&["hook", "deliveries", &account, &hook, "--output", "json"]).await);
        done(&["hook", "redeliver", &account, &hook, &word(&sent["items"][0]["id"])]).await;
        assert!(
            done(&["hook", "rotate-key", &account, &hook])
                .await
                .starts_with("whsec_")
        );
        assert!(done(&["hook", "disable", &account, &hook]).await.contains("disabled"));
        assert!(done(&["hook", "enable", &account, &hook]).await.contains("active"));
        assert!(done(&["hook", "show", &account, &hook]).await.contains("firm.example"));
        done(&["hook", "remove", &account, &hook]).await;
        assert!(done(&["alert", "list", &account]).await.starts_with("AT"));
        assert!(
            done(&["call", "list", "--account", &account, "--refused"])
                .await
                .starts_with("AT")
        );
        assert!(
            done(&["application", "list", "--state", "pending"])
                .await
                .starts_with("ID")
        );
        assert!(
            done(&["account", "revise", &account, "--api", "docs", "--live", "false"])
                .await
                .contains("docs")
        );
        assert!(
            done(&["client", "list", "--text", "robot", "--environment", "test"])
                .await
                .contains(&client)
        );
        assert!(done(&["event", "list", "--actor", "system"]).await.contains("system"));
        assert!(done(&["audit", "head"]).await.contains("hash"));
        assert!(done(&["audit", "key"]).await.contains("Ed25519"));
        assert!(done(&["audit", "checkpoints"]).await.starts_with("SEQ"));
        assert!(done(&["health"]).await.contains("ok"));

        // One clear line, with the code and the request; and the exit status tells.
        let (well, said, complaint) = command(&office, &["client", "show", "unknown-client"]).await;
        assert!(!well && said.is_empty());
        assert!(
            complaint.contains("code not_found") && complaint.contains("request "),
            "{complaint}"
        );
        let stale = ["account", "rename", &account, "--name", "x", "--if-version", "9"];
        assert!(command(&office, &stale).await.2.contains("code stale"));
        assert!(!complaint.contains(&office.token));
    });
}
