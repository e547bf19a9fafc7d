//! Reports of leaked credentials, at the public listener, and what operators see of them.

use super::{Office, header, word};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, SigningKey as _};
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use tollgate_issuer::leak::fingerprint;
use tollgate_keys::chance;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::link::LinkKind;
use tollgate_model::{Change, Kept, Link, LinkId, Session, SessionId, State, User, UserId};
use tollgate_tests::{Backend, run, until};

fn reported(office: &Office) -> RequestBuilder {
    office.house.http.post(office.house.at("/leaks"))
}

fn found(token: &str) -> Value {
    let url = "https://code.example/firm/x";
    json!([{ "token": token, "type": "tollgate_client_secret", "url": url, "source": "commit" }])
}

async fn feedback(answer: Response) -> Value {
    assert_eq!(answer.status(), 200);
    assert_eq!(header(&answer, CACHE_CONTROL.as_str()), "no-store");
    answer.json().await.unwrap()
}

on_both_stores! {
    /// OP4, OP5: a leaked secret is revoked with its tokens; the audit log and the account's alerts tell, and nothing
    /// repeats the secret.
    a_leaked_secret_is_revoked_with_its_tokens(|office: Office| async move {
        let house = &office.house;
        let (token, secret) = (house.token("docs").await, house.client.secret.clone());
        assert_eq!(house.refused(&token).await, None);
        let told = feedback(reported(&office).json(&found(&secret)).send().await.unwrap()).await;
        let (hash, kind) = (fingerprint(&secret), "tollgate_client_secret");
        assert_eq!(told, json!([{ "token_hash": hash, "token_type": kind, "label": "true_positive" }]));
        until("the token is refused", || async { house.refused(&token).await.is_some() }).await;
        let form = [("grant_type", "client_credentials"), ("audience", "https://api.example/docs")];
        assert_eq!(house.ask(&form).send().await.unwrap().status(), 401);

        let events = office.get("/events?kind=secret.leaked").await;
        let detail = &events["items"][0]["detail"];
        assert_eq!((&detail["host"], &detail["done"]), (&json!("code.example"), &json!("revoked")));
        assert_eq!(events["items"][0]["actor"], "stranger");
        let alerts = office.get(&format!("/accounts/{}/alerts", house.client.account)).await;
        assert_eq!(alerts["items"][0]["kind"], "secret_leaked");
        for path in ["/events", "/mails"] {
            assert!(!office.get(path).await.to_string().contains(&secret), "{path}");
        }

        // Told again it is still one of ours, and nothing happens twice.
        let again = feedback(reported(&office).json(&found(&secret)).send().await.unwrap()).await;
        assert_eq!(again, told);
        assert_eq!(office.get("/events?kind=secret.leaked").await["items"].as_array().map(Vec::len), Some(1));
    })

    /// OP6: what only looks like a credential is none, be it mistyped, unknown or of somebody else.
    what_is_none_of_ours_is_a_false_positive(|office: Office| async move {
        let unknown = Plain::mint(Kind::ClientSecret, &chance::System).unwrap().expose().to_owned();
        let mut mistyped = office.house.client.secret.clone();
        mistyped.pop();
        let before = office.get("/events").await;
        let tokens = ["", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", &unknown, &mistyped];
        let asked: Vec<Value> = tokens.iter().map(|token| json!({ "token": token, "more": 1 })).collect();
        let told = feedback(reported(&office).json(&asked).send().await.unwrap()).await;
        for (one, token) in told.as_array().unwrap().iter().zip(tokens) {
            assert_eq!((&one["label"], word(&one["token_hash"])), (&json!("false_positive"), fingerprint(token)));
        }
        assert_eq!(office.get("/events").await, before);
        assert!(!office.house.token("docs").await.is_empty());
    })

    /// OP4: an operator's token is disabled, unless nobody else could make another one.
    a_leaked_operator_is_disabled_unless_it_is_the_last(|office: Office| async move {
        let told = feedback(reported(&office).json(&found(&office.token)).send().await.unwrap()).await;
        assert_eq!(told[0]["label"], "true_positive");
        let events = office.get("/events?kind=operator.leaked").await;
        assert_eq!(events["items"].as_array().map(Vec::len), Some(1), "it still opens the API");
        let (other, _) = office.credential("operator").await;
        let (gateway, _) = office.credential("gateway").await;
        for token in [&other, &gateway] {
            let told = feedback(reported(&office).json(&found(token)).send().await.unwrap()).await;
            assert_eq!(told[0]["label"], "true_positive");
        }
        let held = office.get("/operators").await;
        let states: Vec<String> = held["items"].as_array().unwrap().iter().map(|one| word(&one["state"])).collect();
        assert_eq!(states.iter().filter(|state| *state == "disabled").count(), 2);
        let answer = office.bare("GET", "/api/v1/operators").bearer_auth(&other).send().await.unwrap();
        assert_eq!(answer.status(), 401);
    })
}

/// SE9: a session or a link of the console that was found somewhere opens nothing any more.
#[test]
fn a_leaked_session_or_link_ends() {
    run(async {
        let office = Office::open().await;
        let desk = office.house.desk();
        let now = desk.now();
        let mint = |kind| Plain::mint(kind, &chance::System).unwrap();
        let digest = |plain: &Plain| desk.digests.digest(plain.expose()).to_string();
        let (session, link) = (mint(Kind::Session), mint(Kind::Link));
        let user = User {
            claims: serde_json::Map::new(),
            email_verified: true,
            id: UserId::new("usr_1"),
            email: "ann@vendor.example".into(),
            name: "Ann".into(),
            password: None,
            totp: None,
            recovery: Vec::new(),
            operator: false,
            state: State::Active,
            created: now,
            version: 1,
        };
        let changes = vec![
            Change::AddUser {
                user: user.clone(),
                first: false,
            },
            Change::AddSession(Session {
                id: SessionId::new("ses_1"),
                line: SessionId::new("ses_1"),
                digest: digest(&session),
                user: user.id.clone(),
                complete: true,
                account: None,
                factors: vec!["pwd".into()],
                created: now,
                seen: now,
                proved: now,
                ends: now.plus(3600),
                device: "a browser".into(),
                address: "192.0.2.1".into(),
            }),
            Change::AddLink(Link {
                id: LinkId::new("lnk_1"),
                digest: digest(&link),
                kind: LinkKind::Reset,
                email: user.email.clone(),
                user: Some(user.id.clone()),
                detail: json!({}),
                created: now,
                expires: now.plus(3600),
            }),
        ];
        assert_eq!(desk.store.keep(changes).await.unwrap(), Kept::Done);
        let tokens = json!([{ "token": session.expose() }, { "token": link.expose() }]);
        for label in ["true_positive", "false_positive"] {
            let told = feedback(reported(&office).json(&tokens).send().await.unwrap()).await;
            assert_eq!((&told[0]["label"], &told[1]["label"]), (&json!(label), &json!(label)));
        }
        assert_eq!(desk.store.session(&digest(&session)).await.unwrap(), None);
        assert_eq!(desk.store.link(&digest(&link)).await.unwrap(), None);
        for kind in ["session.leaked", "link.leaked"] {
            let events = office.get(&format!("/events?kind={kind}")).await;
            assert_eq!(events["items"].as_array().map(Vec::len), Some(1), "{kind}");
        }
    });
}

/// Where the terms say so, a leaked secret is marked: its owner is told once, and it goes on working.
#[test]
fn a_leaked_secret_may_only_be_marked() {
    run(async {
        let office = Office::with("[leaks]\naction = \"mark\"\n", Backend::Sqlite).await;
        for _ in 0..2 {
            let secret = found(&office.house.client.secret);
            let told = feedback(reported(&office).json(&secret).send().await.unwrap()).await;
            assert_eq!(told[0]["label"], "true_positive");
        }
        assert!(!office.house.token("docs").await.is_empty());
        let events = office.get("/events?kind=secret.leaked").await;
        assert_eq!(events["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(events["items"][0]["detail"]["done"], "marked");
    });
}

/// RL14, SE8: what is malformed, too much, too large or too often is refused, and says nothing of what was sent.
#[test]
fn a_report_has_its_form_and_its_limits() {
    run(async {
        let office = Office::open().await;
        let typed = |body: String| reported(&office).header(CONTENT_TYPE, "application/json").body(body);
        let many: Vec<Value> = (0..101).map(|_| json!({ "token": "x" })).collect();
        for (request, status, error) in [
            (typed("{}".into()), 400, "invalid_request"),
            (typed("[{\"token\":\"tgs_canary\",}]".into()), 400, "invalid_request"),
            (typed("[{\"type\":\"x\"}]".into()), 400, "invalid_request"),
            (typed("[".repeat(60_000)), 400, "invalid_request"),
            (reported(&office).json(&many), 400, "invalid_request"),
            (typed(" ".repeat(64 * 1024 + 1)), 413, "too_large"),
            (reported(&office).body("[]"), 415, "not_json"),
        ] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), status);
            assert!(!header(&answer, "tollgate-request-id").is_empty());
            let text = answer.text().await.unwrap();
            assert!(text.contains(error) && !text.contains("canary"), "{text}");
        }
        let mut last = 0;
        for _ in 0..40 {
            let answer = typed("[]".into()).send().await.unwrap();
            last = answer.status().as_u16();
            if last == 429 {
                assert!(header(&answer, RETRY_AFTER.as_str()).parse::<i64>().unwrap() > 0);
                break;
            }
        }
        assert_eq!(last, 429);
        assert_eq!(
            office
                .house
                .http
                .get(office.house.at("/leaks"))
                .send()
                .await
                .unwrap()
                .status(),
            405
        );
    });
}

/// Where partners' keys are configured, a report without a good signature of one of them is refused, and the secret in
/// it lives on.
#[test]
fn a_partner_signs_its_reports() {
    run(async {
        let (partner, stranger) = (pair(), pair());
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("partner.pem");
        std::fs::write(&file, partner.public_key_pem()).unwrap();
        let settings = format!("[[leaks.partner]]\nid = \"key-1\"\nkey = \"{}\"\n", file.display());
        let office = Office::with(&settings, Backend::Sqlite).await;
        let body = found(&office.house.client.secret).to_string();
        let signed = |key: &str, by: &KeyPair, over: &str| {
            reported(&office)
                .header(CONTENT_TYPE, "application/json")
                .header("Github-Public-Key-Identifier", key)
                .header(
                    "Github-Public-Key-Signature",
                    STANDARD.encode(by.sign(over.as_bytes()).unwrap()),
                )
                .body(body.clone())
        };
        for request in [
            signed("key-1", &stranger, &body),
            signed("key-2", &partner, &body),
            signed("key-1", &partner, &format!("{body} ")),
            reported(&office)
                .header(CONTENT_TYPE, "application/json")
                .body(body.clone()),
        ] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401);
            assert_eq!(answer.json::<Value>().await.unwrap()["error"], "invalid_signature");
        }
        assert!(!office.house.token("docs").await.is_empty());
        let told = feedback(signed("key-1", &partner, &body).send().await.unwrap()).await;
        assert_eq!(told[0]["label"], "true_positive");
        let events = office.get("/events?kind=secret.leaked").await;
        assert_eq!(events["items"][0]["detail"]["signed_by"], "key-1");
    });
}

fn pair() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap()
}
