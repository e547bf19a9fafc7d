//! The program itself, in a process of its own: what it logs and keeps, what it refuses to start with, what it weighs.

use std::process::Command;
use tollgate_tests::binary::{Demo, program};
use tollgate_tests::run;

/// OP5: secrets and tokens appear in no log, error, event or file, whatever is logged; `demo.env` is the one place.
#[test]
fn canaries_stay_in_their_cage() {
    run(async {
        let demo = Demo::start("signicat", "trace").await;
        let http = reqwest::Client::new();
        let (id, secret, operator) = (
            demo.env("CLIENT_ID"),
            demo.env("CLIENT_SECRET"),
            demo.env("OPERATOR_TOKEN"),
        );
        let (issuer, url) = (demo.env("CONSOLE").trim_end_matches("/console"), demo.env("TOKEN_URL"));
        let form = [("grant_type", "client_credentials"), ("scope", demo.env("SCOPE"))];
        let mut told = Vec::new();
        let answer = http
            .post(url)
            .basic_auth(id, Some(secret))
            .form(&form)
            .send()
            .await
            .unwrap();
        let token = answer.json::<serde_json::Value>().await.unwrap()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        let call = |token: &str| {
            http.get(format!("{}{}", demo.env("GATEWAY"), demo.env("API_PATH")))
                .bearer_auth(token)
        };
        let broken = format!("{token}x");
        let revocation = format!("{issuer}/oauth/connect/revocation");
        let introspection = format!("{issuer}/oauth/connect/introspect");
        for request in [
            call(&token),
            call(&broken),
            call(secret),
            http.get(format!("{}?access_token={token}", demo.env("GATEWAY"))),
            http.get(format!("{url}?client_id={id}&client_secret={secret}")),
            http.post(url).basic_auth(secret, Some(id)).form(&form),
            http.post(url).basic_auth(id, Some(format!("{secret}x"))).form(&form),
            http.post(url).form(&[
                ("grant_type", secret),
                ("client_id", secret),
                ("client_secret", secret),
                ("x", secret),
            ]),
            http.post(url)
                .basic_auth(id, Some(secret))
                .form(&[("grant_type", "client_credentials"), ("scope", secret)]),
            http.post(url)
                .basic_auth(id, Some(secret))
                .body(format!("{{\"client_secret\":\"{secret}\"")),
            http.post(&introspection)
                .basic_auth(id, Some(secret))
                .form(&[("token", &token)]),
            http.post(&introspection)
                .basic_auth(id, Some("x"))
                .form(&[("token", &token)]),
            http.post(&revocation)
                .basic_auth(id, Some(secret))
                .form(&[("token", &token)]),
            http.get(format!("{}/{secret}", demo.env("SERVER")))
                .bearer_auth(operator),
            http.get(format!("{}/api/v1/accounts", demo.env("SERVER")))
                .bearer_auth(operator),
            http.get(format!("{}/api/v1/events", demo.env("SERVER")))
                .bearer_auth(operator),
            http.get(format!("{}/api/v1/clients/{id}", demo.env("SERVER")))
                .bearer_auth(operator),
            http.get(format!("{}/api/v1/clients/{id}/secrets", demo.env("SERVER")))
                .bearer_auth(operator),
            http.get(format!("{}/api/v1/events", demo.env("SERVER")))
                .bearer_auth(format!("{operator}x")),
        ] {
            let answer = request.send().await.unwrap();
            assert!(answer.status().as_u16() < 500);
            told.extend(format!("{:?}", answer.headers()).into_bytes());
            told.extend(answer.bytes().await.unwrap());
        }
        let log = demo.said();
        assert!(log.contains("TRACE") && log.contains("DEBUG"), "everything is logged");
        let signature = token.rsplit('.').next().unwrap();
        let master = std::fs::read_to_string(demo.dir.path().join("demo/master.key")).unwrap();
        let mut files = vec![("answers".to_owned(), told), ("log".to_owned(), log.into_bytes())];
        for entry in std::fs::read_dir(demo.dir.path().join("demo")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name != "demo.env" && name != "master.key" {
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
        assert!(
            files.iter().any(|(name, _)| name.contains(".db")),
            "the database is among them"
        );
        for (name, bytes) in files {
            for (what, canary) in [
                ("secret", secret),
                ("operator's token", operator),
                ("signature", signature),
                ("master key", master.trim()),
            ] {
                let place = bytes
                    .windows(canary.len())
                    .position(|window| window == canary.as_bytes());
                let around =
                    place.map(|place| String::from_utf8_lossy(&bytes[place.saturating_sub(300)..place]).into_owned());
                assert_eq!(around, None, "the {what} stands in {name}");
            }
        }
    });
}

fn ended(config: &str, master_key: &str, arguments: &[&str]) -> (bool, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("tollgate.toml");
    let store = format!("\n[store]\nurl = \"sqlite:{}\"\n", dir.path().join("t.db").display());
    std::fs::write(&file, format!("{config}{store}")).unwrap();
    let mut command = Command::new(program());
    let output = command
        .args(arguments)
        .arg("--config")
        .arg(&file)
        .env("TOLLGATE_MASTER_KEY", master_key)
        .output()
        .unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), said)
}

/// OP18: it does not start with an issuer that is not https, nor with a master key that is missing, weak or well known, and
/// says which setting it is about.
#[test]
fn it_refuses_to_start_unsafe() {
    let good = "[server]\npublic_url = \"https://auth.example.com\"\nlisten = \"127.0.0.1:0\"\nmanagement_listen = \"127.0.0.1:0\"\n[gateway]\nlisten = \"127.0.0.1:0\"\n";
    for (url, key) in [
        ("http://auth.example.com", "server.public_url"),
        ("http://localhost:8080", "server.public_url"),
        ("ftp://auth.example.com", "server.public_url"),
        ("auth.example.com", "server.public_url"),
        ("https://auth.example.com/path", "server.public_url"),
        ("https://user@auth.example.com", "server.public_url"),
        ("", "server.public_url"),
    ] {
        let config = good.replace("https://auth.example.com", url);
        for command in ["serve", "check"] {
            let (success, said) = ended(&config, "", &[command]);
            assert!(!success && said.contains(key), "{command} with {url:?}: {said}");
        }
    }
    let http = good.replace(
        "https://auth.example.com\"",
        "http://auth.example.com\"\ndevelopment = true",
    );
    let (success, said) = ended(&http, "", &["serve"]);
    assert!(
        !success && said.contains("server.public_url"),
        "development is for loopback: {said}"
    );
    for weak in [
        "",
        "secret",
        "changeme",
        &"A".repeat(43),
        &"0".repeat(64),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ] {
        let (success, said) = ended(good, weak, &["serve"]);
        assert!(
            !success && said.contains("master") && said.contains("key"),
            "{weak:?}: {said}"
        );
        assert!(
            weak.is_empty() || weak == "secret" || !said.contains(weak),
            "the key itself is not repeated: {said}"
        );
    }
    let management = good.replace(
        "management_listen = \"127.0.0.1:0\"",
        "management_listen = \"0.0.0.0:8090\"",
    );
    let (success, said) = ended(&management, "", &["serve"]);
    assert!(!success && said.contains("server.management_listen"), "OP15: {said}");
}

/// RL14: huge bodies, heads and fields are refused, and memory does not grow by more than 50 MB.
#[test]
fn huge_requests_weigh_nothing() {
    run(async {
        let mut demo = Demo::start("safesend", "warn").await;
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        let good = serde_json::json!({
            "client_id": demo.env("CLIENT_ID"), "client_secret": demo.env("CLIENT_SECRET"),
            "audience": demo.env("AUDIENCE"), "grant_type": "client_credentials",
        });
        assert_eq!(
            http.post(demo.env("TOKEN_URL"))
                .json(&good)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let before = demo.resident();
        let big = bytes::Bytes::from(vec![b'['; 10 * 1024 * 1024]);
        let (url, gateway) = (demo.env("TOKEN_URL").to_owned(), demo.env("GATEWAY").to_owned());
        for _ in 0..4 {
            let round = (0..8).map(|place| {
                let http = &http;
                let request = match place {
                    0..4 => http
                        .post(&url)
                        .header("content-type", "application/json")
                        .body(big.clone()),
                    4..6 => http
                        .post(&url)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .body(big.clone()),
                    _ => http
                        .post(format!("{gateway}/ssr/v2/return/upload"))
                        .bearer_auth("x.y.z")
                        .body(big.clone()),
                };
                async move {
                    match request.send().await {
                        Ok(answer) => answer.status().as_u16(),
                        // The answer came before the body was sent, and the connection ended.
                        Err(_) => 400,
                    }
                }
            });
            for status in futures_util::future::join_all(round).await {
                assert!((400..500).contains(&status), "{status}");
            }
        }
        let after = demo.resident();
        if let (Some(before), Some(after)) = (before, after) {
            assert!(
                after.saturating_sub(before) < 50 * 1024,
                "{before} KiB before, {after} KiB after"
            );
        }
        assert!(demo.runs());
        assert_eq!(http.post(&url).json(&good).send().await.unwrap().status(), 200);
    });
}
