//! The token endpoint (RFC 6749 §3.2) in the default dialect.

use reqwest::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::AuthMethod;
use tollgate_model::{ApiId, Change, ClientId};
use tollgate_tests::house::{House, claims, header};
use tollgate_tests::{Backend, run};

const GRANT: (&str, &str) = ("grant_type", "client_credentials");
const DOCS: (&str, &str) = ("audience", "https://api.example/docs");

/// Status, `error` and the rest of an answer.
async fn told(request: reqwest::RequestBuilder) -> (u16, String, reqwest::header::HeaderMap, Value) {
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let body: Value = answer.json().await.unwrap();
    (
        status,
        body["error"].as_str().unwrap_or_default().to_owned(),
        headers,
        body,
    )
}

async fn error(request: reqwest::RequestBuilder) -> (u16, String) {
    let (status, error, ..) = told(request).await;
    (status, error)
}

fn no(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

/// TE1: POST only, and credentials in the query are never honoured.
#[test]
fn only_the_body_of_a_post_is_listened_to() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"] {
            let request = house.http.request(method.parse().unwrap(), house.token_url());
            let request = request
                .basic_auth(&house.client.id, Some(&house.client.secret))
                .form(&[GRANT, DOCS]);
            let (status, error, headers, _) = told(request).await;
            assert_eq!((status, error.as_str()), (405, "invalid_request"), "{method}");
            assert_eq!(headers[ALLOW], "POST", "{method}");
        }
        let (id, secret) = (house.client.id.as_str(), house.client.secret.as_str());
        let all = [GRANT, DOCS, ("client_id", id), ("client_secret", secret)];
        let in_query = |query: &[(&str, &str)]| {
            let mut url = reqwest::Url::parse(&house.token_url()).unwrap();
            url.query_pairs_mut().extend_pairs(query);
            house.http.post(url)
        };
        // Credentials in the query alone, also beside good ones in their place, also said twice.
        assert_eq!(error(in_query(&all)).await, no(400, "invalid_request"));
        assert_eq!(
            error(in_query(&all).basic_auth(id, Some(secret)).form(&[GRANT, DOCS])).await,
            no(400, "invalid_request")
        );
        let twice = [("client_secret", secret), ("client_secret", secret)];
        assert_eq!(
            error(in_query(&twice).basic_auth(id, Some(secret)).form(&[GRANT, DOCS])).await,
            no(400, "invalid_request")
        );
        let assertion = [("client_assertion", "x")];
        assert_eq!(
            error(in_query(&assertion).basic_auth(id, Some(secret)).form(&[GRANT, DOCS])).await,
            no(400, "invalid_request")
        );
        // What else stands there does not count as said.
        assert_eq!(
            error(
                in_query(&[GRANT, DOCS])
                    .basic_auth(id, Some(secret))
                    .form(&[("x", "y")])
            )
            .await,
            no(400, "invalid_request")
        );
        assert_eq!(
            error(in_query(&[("client_id", id)]).form(&[GRANT, DOCS])).await,
            no(401, "invalid_client")
        );
        let beside = in_query(&[("utm_source", "docs")])
            .basic_auth(id, Some(secret))
            .form(&[GRANT, DOCS]);
        assert_eq!(told(beside).await.0, 200);
    });
}

/// TE2: a parameter given twice is refused, whichever it is.
#[test]
fn a_repeated_parameter_is_refused() {
    run(async {
        let house = House::ordinary("[issuer]\nbodies = [\"form\", \"json\"]\n", Backend::Sqlite).await;
        for name in [
            "grant_type",
            "audience",
            "scope",
            "client_id",
            "client_secret",
            "unheard_of",
        ] {
            let value = if name == "grant_type" {
                "client_credentials"
            } else {
                "read"
            };
            let (status, error, _, body) = told(house.ask(&[GRANT, DOCS, (name, value), (name, value)])).await;
            assert_eq!((status, error.as_str()), (400, "invalid_request"), "{name}");
            assert!(
                body["error_description"].as_str().unwrap().contains(name),
                "{name}: {body}"
            );
        }
        let json = r#"{"grant_type":"client_credentials","scope":"read","scope":"read"}"#;
        let request = house.ask(&[]).header(CONTENT_TYPE, "application/json").body(json);
        assert_eq!(error(request).await, no(400, "invalid_request"));
    });
}

/// TE3: a bad Basic header is answered 401 with a challenge, and an unknown client looks like a wrong secret.
#[test]
fn an_unknown_client_looks_like_a_wrong_secret() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        for bad in ["Basic", "Basic !!!", "Basic Zm9v", "Basic //79"] {
            let request = house
                .http
                .post(house.token_url())
                .header("authorization", bad)
                .form(&[GRANT, DOCS]);
            let (status, error, headers, _) = told(request).await;
            assert_eq!((status, error.as_str()), (401, "invalid_client"), "{bad}");
            assert!(
                headers[WWW_AUTHENTICATE].to_str().unwrap().starts_with("Basic "),
                "{bad}"
            );
        }
        let as_client = |id: &str, secret: &str| {
            told(
                house
                    .http
                    .post(house.token_url())
                    .basic_auth(id, Some(secret))
                    .form(&[GRANT, DOCS]),
            )
        };
        let mut seen = Vec::new();
        let unknown = "x".repeat(32);
        for (id, secret) in [
            (house.client.id.as_str(), "wrong"),
            (house.client.id.as_str(), &*format!("tgs_{}", "0".repeat(38))),
            (&unknown, &house.client.secret),
            (&unknown, "wrong"),
            ("' OR 1=1 --", "wrong"),
        ] {
            let (status, _, mut headers, body) = as_client(id, secret).await;
            for varies in ["tollgate-request-id", "date"] {
                headers.remove(varies);
            }
            seen.push((status, format!("{headers:?}"), body));
        }
        assert_eq!(seen[0].0, 401);
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    });
}

/// TE4: two ways of authenticating, or two clients, in one request are refused.
#[test]
fn one_client_authenticates_in_one_way() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let both = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
        let (one, other) = (house.register(&both, &[]).await, house.register(&both, &[]).await);
        let of = |client: &tollgate_tests::house::Registered| (client.id.clone(), client.secret.clone());
        let ((id, secret), (other_id, other_secret)) = (of(&one), of(&other));
        for body in [
            vec![("client_secret", secret.as_str())],
            vec![("client_id", &*id), ("client_secret", &*secret)],
            vec![("client_id", &*other_id)],
            vec![("client_id", &*other_id), ("client_secret", &*other_secret)],
        ] {
            let form: Vec<_> = [GRANT, DOCS].into_iter().chain(body.clone()).collect();
            let asked = house.post("/oauth2/token", &one, &form);
            assert_eq!(
                error(asked).await,
                no(400, "invalid_request"),
                "{:?}",
                body.iter().map(|p| p.0).collect::<Vec<_>>()
            );
        }
        // Two headers, whichever comes first, and be it the same twice.
        let basic = |client: &tollgate_tests::house::Registered| {
            use base64::Engine as _;
            format!(
                "Basic {}",
                base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", client.id, client.secret))
            )
        };
        for headers in [
            [basic(&one), basic(&other)],
            [basic(&one), basic(&one)],
            ["Bearer x".into(), basic(&one)],
        ] {
            let request = headers
                .iter()
                .fold(house.http.post(house.token_url()), |request, value| {
                    request.header("authorization", value)
                });
            assert_eq!(error(request.form(&[GRANT, DOCS])).await, no(401, "invalid_client"));
        }
        // Naming the same client again in the body is no second way.
        let form = [GRANT, DOCS, ("client_id", &*id)];
        assert_eq!(told(house.post("/oauth2/token", &one, &form)).await.0, 200);
    });
}

/// TE5: a confidential client must authenticate at token, revocation and introspection endpoint. There is no PAR endpoint.
#[test]
fn nobody_is_believed_by_name() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/introspect"] {
            for credentials in [
                vec![],
                vec![("client_id", house.client.id.as_str())],
                vec![("client_id", house.client.id.as_str()), ("client_secret", "")],
            ] {
                let form: Vec<_> = [GRANT, DOCS, ("token", token.as_str())]
                    .into_iter()
                    .chain(credentials)
                    .collect();
                let (status, error, headers, _) = told(house.http.post(house.at(path)).form(&form)).await;
                assert_eq!((status, error.as_str()), (401, "invalid_client"), "{path}");
                assert!(headers.contains_key(WWW_AUTHENTICATE), "{path}");
            }
            // The gateway's way of showing a token is no way for a client to authenticate.
            let bearer = house
                .http
                .post(house.at(path))
                .bearer_auth(&token)
                .form(&[GRANT, DOCS, ("token", &token)]);
            assert_eq!(error(bearer).await, no(401, "invalid_client"), "{path}");
        }
        assert_eq!(house.refused(&token).await, None);
    });
}

/// TE6: only the registered way of authenticating is accepted.
#[test]
fn only_the_registered_method_is_accepted() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        use AuthMethod::{ClientSecretBasic as Basic, ClientSecretPost as Post};
        for registered in [vec![Basic], vec![Post], vec![Basic, Post]] {
            let client = house.register(&registered, &[]).await;
            let credentials = [
                GRANT,
                DOCS,
                ("client_id", &client.id),
                ("client_secret", &client.secret),
            ];
            let by_post = error(house.http.post(house.token_url()).form(&credentials)).await;
            let by_basic = error(house.post("/oauth2/token", &client, &[GRANT, DOCS])).await;
            let expected = |method| {
                if registered.contains(&method) {
                    no(200, "")
                } else {
                    no(401, "invalid_client")
                }
            };
            assert_eq!((by_basic, by_post), (expected(Basic), expected(Post)), "{registered:?}");
        }
    });
}

/// TE9: a token of a clock up to ten seconds ahead is accepted, and one of more than sixty is not, at the gateway and
/// at introspection alike. There are no client assertions yet.
#[test]
fn clocks_may_differ_a_little() {
    run(async {
        let house = House::ordinary("[gateway]\nleeway = 10\n", Backend::Sqlite).await;
        house.clock.forward(10);
        let (little, start) = (house.token("docs").await, 10);
        house.clock.forward(61 - start);
        let much = house.token("docs").await;
        house.clock.forward(-61);
        assert_eq!(house.refused(&little).await, None);
        assert_eq!(house.introspect(&little).await["active"], true);
        assert_eq!(house.refused(&much).await.as_deref(), Some("token_not_yet_valid"));
        assert_eq!(house.introspect(&much).await, serde_json::json!({ "active": false }));
    });
}

/// TE10: grants that are not there are not there under any name.
#[test]
fn unknown_grants_are_refused() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        for grant_type in [
            "password",
            "authorization_code",
            "refresh_token",
            "implicit",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "CLIENT_CREDENTIALS",
            "client_credentials ",
        ] {
            let form = [
                ("grant_type", grant_type),
                DOCS,
                ("username", "u"),
                ("password", "p"),
                ("code", "c"),
            ];
            assert_eq!(
                error(house.ask(&form)).await,
                no(400, "unsupported_grant_type"),
                "{grant_type}"
            );
        }
    });
}

/// TE11: a grant that is not enabled for the client is refused; client_credentials buys no refresh token.
#[test]
fn a_grant_that_is_not_enabled_is_refused() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let (status, _, _, body) = told(house.ask(&[GRANT, DOCS])).await;
        assert_eq!(status, 200);
        let mut members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["access_token", "expires_in", "scope", "token_type"]);
        let desk = house.desk();
        let held = desk
            .store
            .client(&ClientId::new(&house.client.id))
            .await
            .unwrap()
            .unwrap()
            .client;
        let was = held.version;
        let without = tollgate_model::Client {
            grant_types: Vec::new(),
            ..held
        };
        let kept = desk
            .memory
            .keep(vec![Change::ReviseClient { client: without, was }])
            .await
            .unwrap();
        assert_eq!(kept, tollgate_model::Kept::Done);
        assert_eq!(error(house.ask(&[GRANT, DOCS])).await, no(400, "unauthorized_client"));
    });
}

/// TE12: answers are JSON that nobody stores, good and bad ones; `scope` says what was given.
#[test]
fn answers_are_not_stored() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let good = told(house.ask(&[GRANT, DOCS])).await;
        let narrowed = told(house.ask(&[GRANT, DOCS, ("scope", "read")])).await;
        let bad = told(house.ask(&[GRANT, DOCS, ("scope", "no")])).await;
        let unknown = told(house.ask(&[("grant_type", "password")])).await;
        let stranger = told(house.http.post(house.token_url()).form(&[GRANT, DOCS])).await;
        assert_eq!(
            [good.0, narrowed.0, bad.0, unknown.0, stranger.0],
            [200, 200, 400, 400, 401]
        );
        for (_, _, headers, _) in [&good, &narrowed, &bad, &unknown, &stranger] {
            assert_eq!(headers[CACHE_CONTROL], "no-store");
            assert!(headers[CONTENT_TYPE].to_str().unwrap().starts_with("application/json"));
        }
        assert_eq!(
            (&good.3["scope"], &narrowed.3["scope"]),
            (&"read write".into(), &"read".into())
        );
        assert_eq!(
            (&good.3["token_type"], &good.3["expires_in"]),
            (&"Bearer".into(), &3600.into())
        );
        assert_eq!(claims(narrowed.3["access_token"].as_str().unwrap())["scope"], "read");
        // Options of sniffers: what looks like something else is still JSON.
        assert!(
            !good.2.contains_key("access-control-allow-origin"),
            "a token is not for other sites' scripts"
        );
    });
}

/// TE13: scopes and targets beyond the grant are refused, and `aud` is the resource that was asked for.
#[test]
fn a_token_is_for_what_was_asked_and_granted() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let mail = ("audience", "https://api.example/mail");
        for (scope, why) in [
            ("read send", "beyond the grant"),
            ("nothing", "unknown"),
            ("read\"", "malformed"),
            ("re\u{e4}d", "malformed"),
        ] {
            assert_eq!(
                error(house.ask(&[GRANT, mail, ("scope", scope)])).await,
                no(400, "invalid_scope"),
                "{why}"
            );
        }
        // A client without grants: the API is known, and not its to have.
        let asker = Asker::system();
        let other = house.register(&[AuthMethod::ClientSecretBasic], &[]).await;
        let (id, api) = (ClientId::new(&other.id), ApiId::new("mail"));
        registry::grant::remove(house.desk(), &asker, &id, &api, None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            error(house.post("/oauth2/token", &other, &[GRANT, mail])).await,
            no(400, "invalid_target")
        );
        for targets in [
            vec![("audience", "https://api.example/other")],
            vec![("resource", "https://api.example/docs/")],
            vec![("audience", "https://API.example/docs")],
            vec![DOCS, ("resource", "https://api.example/mail")],
            vec![
                ("resource", "https://api.example/docs"),
                ("resource", "https://api.example/mail"),
            ],
            vec![],
        ] {
            let form: Vec<_> = std::iter::once(GRANT).chain(targets.clone()).collect();
            assert_eq!(error(house.ask(&form)).await, no(400, "invalid_target"), "{targets:?}");
        }
        for (name, audience) in [DOCS, mail, ("resource", "https://api.example/docs")] {
            let (status, _, _, body) = told(house.ask(&[GRANT, (name, audience)])).await;
            assert_eq!(status, 200);
            assert_eq!(
                claims(body["access_token"].as_str().unwrap())["aud"],
                audience,
                "{name}"
            );
        }
        let both = [GRANT, DOCS, ("resource", DOCS.1)];
        assert_eq!(told(house.ask(&both)).await.0, 200, "audience and resource that agree");
    });
}

/// TE14: guessing is slowed by client and address; whoever knows the secret is let in throughout.
#[test]
fn guessing_is_slowed_and_the_real_client_is_not() {
    run(async {
        let house = House::ordinary("[server]\ntrusted_proxies = [\"127.0.0.1\"]\n", Backend::Sqlite).await;
        let guess = |from: &'static str| {
            let wrong = tollgate_keys::secret::Plain::mint(
                tollgate_keys::secret::Kind::ClientSecret,
                &tollgate_keys::chance::System,
            )
            .unwrap();
            let request = house.http.post(house.token_url()).header("x-forwarded-for", from);
            told(
                request
                    .basic_auth(&house.client.id, Some(wrong.expose()))
                    .form(&[GRANT, DOCS]),
            )
        };
        let right = |from: &'static str| told(house.ask(&[GRANT, DOCS]).header("x-forwarded-for", from));
        let round = futures_util::future::join_all((0..40).map(|_| guess("192.0.2.1")));
        let others = futures_util::future::join_all((0..10).map(|_| right("192.0.2.1")));
        let (guesses, others) = tokio::join!(round, others);
        assert!(
            others.iter().all(|answer| answer.0 == 200),
            "the real client is never kept away"
        );
        let slowed: Vec<_> = guesses.iter().filter(|answer| answer.0 == 429).collect();
        assert_eq!(
            (slowed.len(), guesses.iter().filter(|answer| answer.0 == 401).count()),
            (30, 10)
        );
        for (_, _, headers, _) in slowed {
            let seconds: i64 = headers[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=60).contains(&seconds), "{seconds}");
        }
        // The real client from the guesser's own address, too; and another address has a count of its own.
        assert_eq!(right("192.0.2.1").await.0, 200);
        assert_eq!(guess("192.0.2.2").await.0, 401);
        // What a stranger puts before the proxy's own entry makes no other address of it.
        assert_eq!(guess("198.51.100.7, 192.0.2.1").await.0, 429);
        house.clock.forward(60);
        assert_eq!(guess("192.0.2.1").await.0, 401);
    });
}

/// TE14: without a trusted proxy, `X-Forwarded-For` buys nobody a fresh count.
#[test]
fn a_made_up_address_buys_no_more_guesses() {
    run(async {
        let house = House::ordinary(
            "[issuer]\nwrong_secrets = { count = 2, window = 60 }\n",
            Backend::Sqlite,
        )
        .await;
        let mut statuses = Vec::new();
        for last in 1..=4 {
            let request = house
                .http
                .post(house.token_url())
                .header("x-forwarded-for", format!("192.0.2.{last}"));
            statuses.push(
                told(request.basic_auth(&house.client.id, Some("wrong")).form(&[GRANT, DOCS]))
                    .await
                    .0,
            );
        }
        assert_eq!(statuses, [401, 401, 429, 429]);
    });
}

/// TE15: the id of a client is never like that of a person or another noun, so `sub` tells which it is.
#[test]
fn a_client_is_never_called_like_a_person() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let sub = claims(&house.token("docs").await)["sub"].clone();
        assert_eq!(sub, house.client.id.as_str());
        assert!(
            !house.client.id.contains('_'),
            "ids of people have a prefix, ids of clients have none"
        );
        for taken in [
            "usr_0123456789",
            "USR_0123456789",
            "mem_0123456789",
            "acc_0123456789",
            "tgs_0123456789",
        ] {
            let ask = registry::client::Create {
                account: house.client.account.clone(),
                name: "Impostor".into(),
                environment: tollgate_model::client::Environment::Live,
                auth_methods: None,
                grant_types: None,
                sign_in: tollgate_model::client::SignIn::default(),
                owner: None,
                introspects: Vec::new(),
                redirect_uris: Vec::new(),
                logout_uris: Vec::new(),
                id: Some(taken.into()),
            };
            let no = registry::client::create(house.desk(), &Asker::system(), &ask)
                .await
                .unwrap()
                .unwrap_err();
            assert_eq!(no.code(), "invalid", "{taken}");
        }
        assert_eq!(header(&house.token("docs").await)["typ"], "at+jwt");
    });
}

/// The token limit is the client's, not the secret's or the API's, and the store counts it.
#[test]
fn the_token_limit_is_per_client() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        run(async {
            let house = House::ordinary("[issuer]\ntoken_requests = { count = 5, window = 3600 }\n", backend).await;
            let other = house.register(&[AuthMethod::ClientSecretBasic], &[]).await;
            let asked = futures_util::future::join_all((0..12).map(|_| told(house.ask(&[GRANT, DOCS])))).await;
            assert_eq!(asked.iter().filter(|answer| answer.0 == 200).count(), 5, "{backend:?}");
            let refused = asked.iter().find(|answer| answer.0 != 200).unwrap();
            assert_eq!((refused.0, refused.1.as_str()), (429, "too_many_requests"));
            let seconds: i64 = refused.2[RETRY_AFTER].to_str().unwrap().parse().unwrap();
            assert!((1..=3600).contains(&seconds));
            assert_eq!(
                refused.2["ratelimit"].to_str().unwrap(),
                format!("\"token\";r=0;t={seconds}")
            );
            assert_eq!(told(house.post("/oauth2/token", &other, &[GRANT, DOCS])).await.0, 200);
            house.clock.forward(3600);
            assert_eq!(told(house.ask(&[GRANT, DOCS])).await.0, 200);
        });
    }
}

/// TE14: an entry that cannot be read is believed no more than what a stranger wrote before it.
#[test]
fn an_unreadable_forwarded_address_hides_nobody() {
    run(async {
        let extra =
            "[server]\ntrusted_proxies = [\"127.0.0.1\"]\n[issuer]\nwrong_secrets = { count = 2, window = 60 }\n";
        let house = House::ordinary(extra, Backend::Sqlite).await;
        let guess = async |forwarded: String| {
            let request = house.http.post(house.token_url()).header("x-forwarded-for", forwarded);
            told(request.basic_auth(&house.client.id, Some("wrong")).form(&[GRANT, DOCS]))
                .await
                .0
        };
        let mut statuses = Vec::new();
        for last in 1..=4 {
            statuses.push(guess(format!("192.0.2.{last}, unknown")).await);
        }
        assert_eq!(statuses, [401, 401, 429, 429]);
        let mut statuses = Vec::new();
        for port in 1..=4 {
            statuses.push(guess(format!("192.0.2.{port}, 198.51.100.7:{port}")).await);
        }
        assert_eq!(
            statuses,
            [401, 401, 429, 429],
            "an address with its port is the address"
        );
    });
}
