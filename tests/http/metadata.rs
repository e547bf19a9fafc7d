//! What the server says of itself (RFC 8414, OpenID Connect Discovery).

use reqwest::Method;
use serde_json::Value;
use tollgate_tests::house::{House, claims};
use tollgate_tests::{Backend, World, run};

const DOCS: (&str, &str) = ("audience", "https://api.example/docs");

/// A path of the issuer as a JSON document, and its status.
async fn document(house: &House, path: &str) -> (u16, Value) {
    let answer = house.http.get(house.at(path)).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// DI1: both well-known documents are the same, and `issuer` is what tokens say, byte for byte. It is https outside of
/// development on loopback: see OP18.
#[test]
fn both_documents_agree() {
    run(async {
        for (path, places) in [
            (
                "",
                vec![
                    "/.well-known/openid-configuration",
                    "/.well-known/oauth-authorization-server",
                ],
            ),
            (
                "/",
                vec![
                    "/.well-known/openid-configuration",
                    "/.well-known/oauth-authorization-server",
                ],
            ),
            (
                "/tenant/one",
                vec![
                    // OpenID Connect Discovery §4 and RFC 8414 §3.
                    "/tenant/one/.well-known/openid-configuration",
                    "/.well-known/oauth-authorization-server/tenant/one",
                    "/.well-known/openid-configuration/tenant/one",
                    "/tenant/one/.well-known/oauth-authorization-server",
                ],
            ),
        ] {
            let house = House::ordinary(&format!("[issuer]\npath = \"{path}\"\n"), Backend::Sqlite).await;
            let mut documents = Vec::new();
            for place in places {
                let (status, document) = document(&house, place).await;
                assert_eq!(status, 200, "{place}");
                documents.push(document);
            }
            assert!(
                documents.iter().all(|document| *document == documents[0]),
                "{documents:#?}"
            );
            let issuer = documents[0]["issuer"].as_str().unwrap();
            assert_eq!(issuer, format!("{}{path}", house.node.issuer));
            assert_eq!(claims(&house.token("docs").await)["iss"], issuer);
            assert_eq!(house.introspect(&house.token("docs").await).await["iss"], issuer);
        }
    });
}

/// DI1, SG-4: an issuer with a path, as a preset has it, is found where OpenID Connect and RFC 8414 look for it.
#[test]
fn an_issuer_with_a_path_is_found() {
    run(async {
        let world = World::start("signicat", Backend::Sqlite).await;
        let get = async |path: &str| {
            let url = format!("{}{path}", world.env("CONSOLE").trim_end_matches("/console"));
            world.http.get(url).send().await.unwrap().json::<Value>().await.unwrap()
        };
        let document = get("/oauth/.well-known/openid-configuration").await;
        assert_eq!(document["issuer"], world.env("ISSUER"));
        assert!(world.env("ISSUER").ends_with("/oauth"));
        assert_eq!(get("/.well-known/oauth-authorization-server/oauth").await, document);
        assert_eq!(claims(&world.token().await)["iss"], document["issuer"]);
        let keys = world
            .http
            .get(document["jwks_uri"].as_str().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(keys.status(), 200);
    });
}

/// DI2: no header of a request changes issuer or links, not even behind a trusted proxy.
#[test]
fn forged_headers_change_nothing() {
    run(async {
        let extra = "[server]\ntrusted_proxies = [\"127.0.0.1\"]\n[[issuer.alias]]\nendpoint = \"token\"\npath = \"/old/token\"\ndeprecated = \"2026-01-31\"\n";
        let house = House::ordinary(extra, Backend::Sqlite).await;
        let honest = document(&house, "/.well-known/openid-configuration").await.1;
        for (name, value) in [
            ("host", "evil.example"),
            ("host", "evil.example:443"),
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-prefix", "/evil"),
            ("x-original-host", "evil.example"),
            ("x-original-url", "/evil"),
            ("forwarded", "host=evil.example;proto=https;for=192.0.2.1"),
        ] {
            for place in [
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
            ] {
                let forged = house
                    .http
                    .get(house.at(place))
                    .header(name, value)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(forged.json::<Value>().await.unwrap(), honest, "{name}: {value}");
            }
            let asked = house
                .http
                .post(house.at("/old/token"))
                .basic_auth(&house.client.id, Some(&house.client.secret));
            let answer = asked
                .form(&[("grant_type", "client_credentials"), DOCS])
                .header(name, value)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200, "{name}: {value}");
            let head = format!("{:?}", answer.headers());
            assert!(head.contains(&house.token_url()) && !head.contains("evil"), "{head}");
            let body: Value = answer.json().await.unwrap();
            assert_eq!(
                claims(body["access_token"].as_str().unwrap())["iss"],
                honest["issuer"],
                "{name}: {value}"
            );
        }
    });
}

/// DI3: every endpoint, grant and method that is advertised works, and answers to no other method of HTTP.
#[test]
fn what_is_advertised_works() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let said = document(&house, "/.well-known/openid-configuration").await.1;
        let mut members: Vec<&str> = said.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        // Whoever advertises more calls it here as well.
        assert_eq!(
            members,
            [
                "grant_types_supported",
                "introspection_endpoint",
                "introspection_endpoint_auth_methods_supported",
                "issuer",
                "jwks_uri",
                "response_types_supported",
                "revocation_endpoint",
                "revocation_endpoint_auth_methods_supported",
                "scopes_supported",
                "token_endpoint",
                "token_endpoint_auth_methods_supported",
            ]
        );
        assert_eq!(
            said["response_types_supported"],
            serde_json::json!([]),
            "there is no authorization endpoint"
        );
        assert_eq!(
            house
                .http
                .get(said["jwks_uri"].as_str().unwrap())
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        for grant in said["grant_types_supported"].as_array().unwrap() {
            let form = [("grant_type", grant.as_str().unwrap()), DOCS];
            for scope in said["scopes_supported"].as_array().unwrap() {
                // A scope is advertised when some API knows it; this client may not have all.
                let asked = house
                    .ask(&[form[0], form[1], ("scope", scope.as_str().unwrap())])
                    .send()
                    .await
                    .unwrap();
                assert!([200, 400].contains(&asked.status().as_u16()));
            }
            assert_eq!(house.ask(&form).send().await.unwrap().status(), 200);
        }
        use tollgate_model::client::AuthMethod;
        let both = [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost];
        let client = house.register(&both, &[]).await;
        let token = house.token_of(&client, "docs").await;
        for endpoint in ["token", "introspection", "revocation"] {
            let url = said[format!("{endpoint}_endpoint")].as_str().unwrap();
            let form = [("grant_type", "client_credentials"), DOCS, ("token", &token)];
            let methods = said[format!("{endpoint}_endpoint_auth_methods_supported")]
                .as_array()
                .unwrap();
            for method in methods {
                let request = match method.as_str().unwrap() {
                    "client_secret_basic" => house
                        .http
                        .post(url)
                        .basic_auth(&client.id, Some(&client.secret))
                        .form(&form),
                    "client_secret_post" => {
                        let mut all = form.to_vec();
                        all.extend([
                            ("client_id", client.id.as_str()),
                            ("client_secret", client.secret.as_str()),
                        ]);
                        house.http.post(url).form(&all)
                    }
                    other => panic!("{other} is advertised and called nowhere"),
                };
                assert_eq!(request.send().await.unwrap().status(), 200, "{endpoint} with {method}");
            }
            // A method that is not advertised: a client assertion.
            let assertion = [
                form[0],
                form[1],
                ("client_id", client.id.as_str()),
                (
                    "client_assertion_type",
                    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ),
                ("client_assertion", &token),
            ];
            assert_eq!(
                house.http.post(url).form(&assertion).send().await.unwrap().status(),
                401,
                "{endpoint}"
            );
        }
    });
}

/// DI3, OP15, CO10: nothing else answers, no registration of clients by strangers, neither what other servers have nor what belongs to the management listener.
#[test]
fn nothing_else_is_there() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let operator = house.node.running.first_operator.as_ref().unwrap().expose().to_owned();
        for path in [
            "/authorize",
            "/oauth2/authorize",
            "/oauth2/auth",
            "/oauth/token",
            "/token",
            "/oauth2/token/",
            "/oauth2//token",
            "/OAUTH2/TOKEN",
            "/oauth2/token/x",
            "/oauth2/token%2f",
            "/userinfo",
            "/oauth2/userinfo",
            "/register",
            "/oauth2/register",
            "/connect/register",
            "/par",
            "/oauth2/par",
            "/device",
            "/oauth2/device_authorization",
            "/logout",
            "/oauth2/sessions/logout",
            "/.well-known/",
            "/.well-known/webfinger",
            "/.well-known/jwks",
            "/.well-known/oauth-protected-resource",
            "/api/v1",
            "/api/v1/accounts",
            "/api/v1/clients",
            "/api/v1/openapi.json",
            "/api/v1/keys",
            "/api/v1/operators",
            "/openapi.json",
            "/feed/v1/snapshot",
            "/feed/v1/news?after=0",
            "/feed/v1/acting-user?account=a&email=b",
            "/metrics",
            "/health",
            "/healthz",
            "/ready",
            "/livez",
            "/admin",
            "/debug/pprof",
            "/actuator",
            "/.env",
            "/.git/config",
            "/server-status",
            "/swagger-ui",
        ] {
            for method in [Method::GET, Method::POST] {
                let request = house
                    .http
                    .request(method.clone(), house.at(path))
                    .bearer_auth(&operator);
                assert_eq!(request.send().await.unwrap().status(), 404, "{method} {path}");
            }
        }
        let contact = house
            .http
            .get(house.at("/.well-known/security.txt"))
            .send()
            .await
            .unwrap();
        assert_eq!(contact.status(), 404, "nobody is named to write to");
        // The gateway has them no more than any path that no route names.
        for path in [
            "/api/v1/accounts",
            "/feed/v1/snapshot",
            "/metrics",
            "/health",
            "/oauth2/token",
            "/.well-known/jwks.json",
        ] {
            let answer = house.call(path, &operator).send().await.unwrap();
            assert_eq!(answer.status(), 404, "{path}");
        }
        // And the documents are only read.
        for path in ["/.well-known/openid-configuration", "/.well-known/jwks.json"] {
            for method in [Method::POST, Method::PUT, Method::DELETE] {
                let answer = house.http.request(method.clone(), house.at(path)).send().await.unwrap();
                assert_eq!(answer.status(), 405, "{method} {path}");
            }
        }
    });
}

/// DI2, RS7: a request that names two hosts is nobody's; it is answered 400 and nothing of it is believed.
#[test]
fn two_hosts_in_one_request_are_refused() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let address = house.node.running.issuer.unwrap();
        let path = "/.well-known/openid-configuration";
        for (hosts, status) in [
            ("Host: one.example\r\nHost: two.example\r\n", "400"),
            ("Host: one.example\r\n", "200"),
        ] {
            let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let request = format!("GET {path} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
            assert!(!answer.contains("one.example"), "{answer}");
        }
    });
}

/// SG-5: an alias with a host of its own is there under that host alone, and every deprecated one says so, whichever
/// endpoint it leads to.
#[test]
fn an_alias_is_where_it_was_put_and_says_that_it_ends() {
    run(async {
        let extra = r#"
            [[issuer.alias]]
            endpoint = "jwks"
            path = "/old/keys"
            deprecated = "2024-01-01"
            sunset = "2030-01-01"

            [[issuer.alias]]
            endpoint = "token"
            host = "old.example"
            path = "/old/token"
            deprecated = "2024-01-01"
        "#;
        let house = House::ordinary(extra, Backend::Sqlite).await;
        let keys = house.http.get(house.at("/old/keys")).send().await.unwrap();
        assert_eq!(keys.status(), 200);
        assert_eq!(keys.headers()["deprecation"], "@1704067200");
        assert_eq!(keys.headers()["sunset"], "Tue, 01 Jan 2030 00:00:00 GMT");
        let straight = house.http.get(house.at("/.well-known/jwks.json")).send().await.unwrap();
        assert!(straight.headers().get("deprecation").is_none());
        assert_eq!(keys.text().await.unwrap(), straight.text().await.unwrap());

        let form = [("grant_type", "client_credentials"), DOCS];
        for (host, status) in [("old.example", 200), ("old.example:8080", 200), ("other.example", 404)] {
            let asked = house
                .http
                .post(house.at("/old/token"))
                .header("host", host)
                .basic_auth(&house.client.id, Some(&house.client.secret))
                .form(&form)
                .send()
                .await
                .unwrap();
            assert_eq!(asked.status(), status, "{host}");
            assert_eq!(asked.headers().contains_key("deprecation"), status == 200, "{host}");
        }
    });
}
