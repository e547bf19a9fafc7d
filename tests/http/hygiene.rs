//! What is said and left unsaid: formats of credentials, aliases, secrets in query strings, the code itself.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tollgate_keys::chance;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::event::EventFilter;
use tollgate_model::{ClientId, Page};
use tollgate_tests::house::{House, checkout, claims};
use tollgate_tests::{Backend, run, until};

const GRANT: [(&str, &str); 2] = [
    ("grant_type", "client_credentials"),
    ("audience", "https://api.example/docs"),
];

/// OP6: a credential has the published form, and its checksum is the CRC-32 of what stands before it.
#[test]
fn credentials_can_be_recognised() {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    for (kind, prefix, pattern) in [
        (Kind::ClientSecret, "tgs_", r"\btgs_[0-9A-Za-z]{38}\b"),
        (Kind::OperatorToken, "tgo_", r"\btgo_[0-9A-Za-z]{38}\b"),
        (Kind::GatewayToken, "tgg_", r"\btgg_[0-9A-Za-z]{38}\b"),
        (Kind::Session, "tgn_", r"\btgn_[0-9A-Za-z]{38}\b"),
        (Kind::Link, "tgl_", r"\btgl_[0-9A-Za-z]{38}\b"),
    ] {
        assert_eq!(kind.pattern(), pattern);
        for _ in 0..100 {
            let plain = Plain::mint(kind, &chance::System).unwrap();
            let random = plain.expose().strip_prefix(prefix).unwrap();
            assert!(
                random.len() == 38 && random.bytes().all(|b| b.is_ascii_alphanumeric()),
                "{pattern}"
            );
            assert!(random.bytes().all(|b| alphabet.contains(&b)));
            assert_eq!(
                (format!("{plain:?}"), plain.to_string()),
                ("***".to_owned(), "***".to_owned())
            );
            // Any one character mistyped is noticed without asking anybody.
            for place in 4..42 {
                let mut wrong = plain.expose().to_owned().into_bytes();
                wrong[place] = if wrong[place] == b'a' { b'b' } else { b'a' };
                assert!(Plain::read(kind, std::str::from_utf8(&wrong).unwrap()).is_none());
            }
        }
    }
}

/// OP6: a mistyped operator's token is refused before any store is asked: it is refused the same with the store gone.
#[test]
fn a_mistyped_credential_costs_no_look_at_the_store() {
    run(async {
        let house = House::ordinary("", Backend::Postgres).await;
        let made = Plain::mint(Kind::OperatorToken, &chance::System).unwrap();
        let mistyped = format!(
            "{}{}",
            &made.expose()[..41],
            if made.expose().ends_with('a') { 'b' } else { 'a' }
        );
        #[allow(clippy::disallowed_methods)]
        let server = std::env::var("TOLLGATE_TEST_POSTGRES").unwrap();
        tollgate_store::testing::discard(&server, house.database.as_deref().unwrap())
            .await
            .unwrap();
        let authenticate = tollgate_issuer::registry::operator::authenticate;
        assert!(authenticate(house.desk(), &mistyped).await.unwrap().is_none());
        until("memory is not believed", || async {
            authenticate(house.desk(), made.expose()).await.is_err()
        })
        .await;
        assert!(authenticate(house.desk(), &mistyped).await.unwrap().is_none());

        // The same for clients: what looks like a secret is looked up, and fails with the store.
        let ask = async |secret: &str| {
            let request = house
                .http
                .post(house.token_url())
                .basic_auth("somebody-unheard-of", Some(secret));
            request.form(&GRANT).send().await.unwrap().status().as_u16()
        };
        let secret = Plain::mint(Kind::ClientSecret, &chance::System).unwrap();
        let mistyped = format!(
            "{}{}",
            &secret.expose()[..41],
            if secret.expose().ends_with('a') { 'b' } else { 'a' }
        );
        assert_eq!(
            (ask(secret.expose()).await, ask(&mistyped).await, ask("hunter2").await),
            (503, 401, 401)
        );
    });
}

fn files(dir: &Path, ends: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, ends, found);
        } else if entry.to_string_lossy().ends_with(ends) {
            found.push(entry);
        }
    }
}

/// OP12: unsafe code is forbidden in the workspace, every crate takes its lints from there, and none allows it again.
#[test]
fn no_crate_has_unsafe_code() {
    let root = checkout();
    let workspace: toml::Value = toml::from_str(&std::fs::read_to_string(root.join("Cargo.toml")).unwrap()).unwrap();
    assert_eq!(
        workspace["workspace"]["lints"]["rust"]["unsafe_code"].as_str(),
        Some("forbid")
    );
    let mut manifests = vec![root.join("tests/Cargo.toml"), root.join("bench/Cargo.toml")];
    for entry in std::fs::read_dir(root.join("crates")).unwrap() {
        manifests.push(entry.unwrap().path().join("Cargo.toml"));
    }
    assert!(manifests.len() > 8);
    for manifest in manifests.iter().filter(|manifest| manifest.exists()) {
        let text: toml::Value = toml::from_str(&std::fs::read_to_string(manifest).unwrap()).unwrap();
        assert_eq!(
            text["lints"]["workspace"].as_bool(),
            Some(true),
            "{}",
            manifest.display()
        );
    }
    let mut sources = Vec::new();
    files(&root.join("crates"), ".rs", &mut sources);
    assert!(sources.len() > 100);
    for source in sources {
        let text = std::fs::read_to_string(&source).unwrap();
        assert!(
            !text.contains("allow(unsafe_code)") && !text.contains("unsafe {") && !text.contains("unsafe fn"),
            "{}",
            source.display()
        );
    }
}

const ALIAS: &str = r#"
[issuer]
revoke_secret_in_query = true

[[issuer.alias]]
endpoint = "token"
path = "/old/token"
deprecated = "2026-01-31"
sunset = "2027-01-01"
link = "https://docs.example/moving"

[[issuer.alias]]
endpoint = "token"
path = "/other/token"
"#;

/// RFC 9745, RFC 8594: a deprecated alias works the same and says so in the formats of the RFCs; its use is counted.
#[test]
fn a_deprecated_alias_says_that_it_will_end() {
    run(async {
        let house = House::ordinary(ALIAS, Backend::Sqlite).await;
        let answer = house.post("/old/token", &house.client, &GRANT).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["deprecation"], "@1769817600");
        assert_eq!(answer.headers()["sunset"], "Fri, 01 Jan 2027 00:00:00 GMT");
        let link = answer.headers()["link"].to_str().unwrap();
        let expected = format!(
            "<{}>; rel=\"successor-version\", <https://docs.example/moving>; rel=\"deprecation\"; type=\"text/html\"",
            house.token_url()
        );
        assert_eq!(link, expected);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            claims(body["access_token"].as_str().unwrap())["iss"],
            house.node.issuer.as_str()
        );
        let refused = house
            .post("/old/token", &house.client, &[("grant_type", "password")])
            .send()
            .await
            .unwrap();
        assert_eq!(
            (refused.status().as_u16(), refused.headers().contains_key("deprecation")),
            (400, true),
            "also when it says no"
        );
        for path in ["/other/token", "/oauth2/token"] {
            let answer = house.post(path, &house.client, &GRANT).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert!(
                ["deprecation", "sunset", "link"]
                    .iter()
                    .all(|name| !answer.headers().contains_key(*name)),
                "{path}"
            );
        }
        let id = ClientId::new(&house.client.id);
        until("its use is counted", || async {
            let usage = house.desk().store.usage(&id).await.unwrap();
            usage
                .iter()
                .any(|usage| usage.what == "alias:/old/token" && usage.count == 1)
                && usage
                    .iter()
                    .any(|usage| usage.what == "alias:/other/token" && usage.count == 1)
        })
        .await;
    });
}

async fn events(house: &House, kind: &str) -> Vec<tollgate_model::Event> {
    let filter = EventFilter {
        kind: Some(kind.to_owned()),
        ..Default::default()
    };
    house.desk().store.events(&filter, &Page::first()).await.unwrap().items
}

/// TE1: a secret in the query is refused; a real one is revoked with all it bought, and the event is recorded. A wrong one
/// revokes nothing, or strangers could end anybody's secret.
#[test]
fn a_secret_in_the_query_is_spent() {
    run(async {
        let house = House::ordinary(ALIAS, Backend::Sqlite).await;
        let token = house.token("docs").await;
        let exposed = |id: &str, secret: &str| {
            let mut url = reqwest::Url::parse(&house.token_url()).unwrap();
            url.query_pairs_mut()
                .extend_pairs([("client_id", id), ("client_secret", secret)]);
            house.http.get(url).send()
        };
        let stranger = Plain::mint(Kind::ClientSecret, &chance::System).unwrap();
        for (id, secret) in [
            (house.client.id.as_str(), stranger.expose()),
            (&house.client.id, "x"),
            ("nobody-at-all", &house.client.secret),
        ] {
            let answer = exposed(id, secret).await.unwrap();
            assert_eq!(answer.status(), 400);
            assert_eq!(answer.json::<Value>().await.unwrap()["error"], "invalid_request");
        }
        assert_eq!(house.ask(&GRANT).send().await.unwrap().status(), 200);
        assert!(events(&house, "secret.exposed").await.is_empty());

        let answer = exposed(&house.client.id, &house.client.secret).await.unwrap();
        assert_eq!(answer.status(), 400, "not honoured");
        let text = answer.text().await.unwrap();
        assert!(!text.contains(&house.client.secret), "{text}");
        assert_eq!(house.ask(&GRANT).send().await.unwrap().status(), 401, "and spent");
        until("what it bought is spent as well", || async {
            house.refused(&token).await.as_deref() == Some("token_revoked")
        })
        .await;
        let [event] = events(&house, "secret.exposed").await.try_into().unwrap();
        assert_eq!(event.subject, house.client.id);
        assert_eq!(
            (&event.detail["where"], &event.detail["secret"]),
            (&"query".into(), &house.client.secret_id.as_str().into())
        );
        assert_eq!(events(&house, "secret.revoked").await.len(), 1);
        // OP5: the event names the secret, and does not hold it.
        assert!(!event.detail.to_string().contains(&house.client.secret));
    });
}

/// TE1: where the configuration does not say so, an exposed secret is refused and lives on.
#[test]
fn by_default_an_exposed_secret_lives_on() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let url = format!(
            "{}?client_id={}&client_secret={}",
            house.token_url(),
            house.client.id,
            house.client.secret
        );
        assert_eq!(house.http.post(url).form(&GRANT).send().await.unwrap().status(), 400);
        assert_eq!(house.ask(&GRANT).send().await.unwrap().status(), 200);
    });
}

/// OP5: neither `Debug` of what the rules pass around nor of what is on record shows a credential.
#[test]
fn debug_shows_no_secret() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let record = house
            .desk()
            .store
            .client(&ClientId::new(&house.client.id))
            .await
            .unwrap()
            .unwrap();
        let parameters = tollgate_protocol::parameters::Parameters::of_form(
            format!("client_secret={}", house.client.secret).as_bytes(),
        )
        .unwrap();
        let keys = house.desk().store.signing_keys().await.unwrap();
        let shown = format!("{record:?} {parameters:?} {keys:?}");
        assert!(!shown.contains(&house.client.secret), "{shown}");
        assert!(
            keys.iter().all(|key| !shown.contains(&format!("{:?}", key.sealed))),
            "{shown}"
        );
    });
}
