//! The gateway from end to end: tokens of the issuer, routes of the configuration, an upstream that echoes.

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

/// What the upstream saw of a request, or the refusal.
async fn seen(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn headers_named<'a>(echo: &'a Value, name: &str) -> Vec<&'a str> {
    let all = echo["headers"].as_array().unwrap();
    all.iter()
        .filter(|pair| pair[0] == name)
        .map(|pair| pair[1].as_str().unwrap())
        .collect()
}

/// RS1: no token is challenged without an error, a bad one with `invalid_token`, a small one with the scope that is wanted.
#[test]
fn challenges_say_what_is_missing() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let url = |path: &str| format!("{}{path}", house.node.gateway);
        let challenge = async |request: reqwest::RequestBuilder| {
            let answer = request.send().await.unwrap();
            let challenge = answer.headers()["www-authenticate"].to_str().unwrap().to_owned();
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            let id = answer.headers()["tollgate-request-id"].to_str().unwrap().to_owned();
            let (status, body) = (answer.status().as_u16(), answer.json::<Value>().await.unwrap());
            assert_eq!(body["request_id"], id);
            (status, body["code"].as_str().unwrap().to_owned(), challenge)
        };
        let (status, code, said) = challenge(house.http.get(url("/docs/1"))).await;
        assert_eq!((status, code.as_str()), (401, "token_missing"));
        assert!(said.starts_with("Bearer ") && !said.contains("error"), "{said}");
        let (status, _, said) = challenge(house.call("/docs/1", "a.b.c")).await;
        assert_eq!(status, 401);
        assert!(said.contains("error=\"invalid_token\""), "{said}");
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "https://api.example/docs"),
            ("scope", "read"),
        ];
        let small: Value = house.ask(&form).send().await.unwrap().json().await.unwrap();
        let (status, code, said) =
            challenge(house.call("/docs/admin/1", small["access_token"].as_str().unwrap())).await;
        assert_eq!((status, code.as_str()), (403, "scope_insufficient"));
        assert!(
            said.contains("error=\"insufficient_scope\"") && said.contains("scope=\"write\""),
            "{said}"
        );
    });
}

/// RS2: a token in query or body is not seen, and two tokens are one too many.
#[test]
fn one_token_from_one_place() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let url = format!("{}/docs/1", house.node.gateway);
        let in_query = house.http.get(format!("{url}?access_token={token}"));
        assert_eq!(seen(in_query).await.1["code"], "token_missing");
        let in_body = house.http.post(&url).form(&[("access_token", &token)]);
        assert_eq!(seen(in_body).await.1["code"], "token_missing");
        let twice = house
            .http
            .get(&url)
            .header("authorization", format!("Bearer {token}"))
            .header("authorization", format!("Bearer {token}"));
        let (status, body) = seen(twice).await;
        assert_eq!((status, &body["code"]), (400, &"tokens_several".into()));
    });
}

/// RS3: a token for one API opens no other, remembered or not.
#[test]
fn a_token_opens_its_own_api() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let (docs, mail) = (house.token("docs").await, house.token("mail").await);
        for _ in 0..2 {
            assert_eq!(seen(house.call("/docs/1", &docs)).await.0, 200);
            assert_eq!(seen(house.call("/mail/1", &mail)).await.0, 200);
            assert_eq!(seen(house.call("/mail/1", &docs)).await.1["code"], "token_audience");
            assert_eq!(seen(house.call("/docs/1", &mail)).await.1["code"], "token_audience");
        }
    });
}

/// RS4: the scope of a route holds for every method and whatever headers say the method is.
#[test]
fn scopes_hold_for_every_method() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "https://api.example/docs"),
            ("scope", "read"),
        ];
        let small: Value = house.ask(&form).send().await.unwrap().json().await.unwrap();
        let token = small["access_token"].as_str().unwrap();
        let url = format!("{}/docs/admin/1", house.node.gateway);
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "get",
        ] {
            let request = house
                .http
                .request(method.parse().unwrap(), &url)
                .bearer_auth(token)
                .header("x-http-method-override", "GET");
            let status = request.send().await.unwrap().status().as_u16();
            assert_eq!(status, 403, "{method}");
        }
    });
}

/// RS5: who asks is said by the gateway alone, in whatever spelling somebody else says it.
#[test]
fn identity_headers_come_from_the_gateway() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let forged = house
            .call("/docs/1", &token)
            .header("tollgate-client", "evil")
            .header("Tollgate-Account", "evil")
            .header("tollgate_account", "evil")
            .header("tollgate-acting-user", "evil@firm.example")
            .header("connection", "keep-alive, tollgate-client, tollgate-account");
        let (status, echo) = seen(forged).await;
        assert_eq!(status, 200);
        assert_eq!(headers_named(&echo, "tollgate-client"), [house.client.id.as_str()]);
        assert_eq!(
            headers_named(&echo, "tollgate-account"),
            [house.client.account.as_str()]
        );
        assert_eq!(headers_named(&echo, "tollgate-scopes"), ["read write"]);
        assert!(!echo.to_string().contains("evil"), "{echo}");
        assert!(
            headers_named(&echo, "authorization").is_empty(),
            "the token stays here unless it is set otherwise"
        );
        let (_, echo) = seen(
            house
                .http
                .get(format!("{}/open/1", house.node.gateway))
                .header("tollgate-client", "evil"),
        )
        .await;
        assert!(headers_named(&echo, "tollgate-client").is_empty(), "{echo}");
    });
}

/// Sends a request as it stands and answers the head and what followed it.
async fn raw(address: &str, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _until_closed = tokio::time::timeout(std::time::Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

/// RS6, RS9: what can be read in two ways is refused, and a public route is no way around a protected one.
#[test]
fn a_path_is_read_in_one_way() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let host = house.node.gateway.trim_start_matches("http://");
        for path in [
            "/open/../docs/1",
            "/open/%2e%2e/docs/1",
            "/open/..%2fdocs/1",
            "/open/%2E%2E%2Fdocs/1",
            "/open//docs/1",
            "//docs/1",
            "/open/./1",
            "/open/..;/docs/1",
            "/open\\..\\docs\\1",
            "/open/%5c..%5cdocs/1",
            "/open/%252e%252e/docs/1",
            "/open/%00",
            "/open/%zz",
            "/open/a%2fb",
            "/open/1%0d%0aX:y",
            "/docs/%2e%2e/open/1",
        ] {
            let answer = raw(
                &house.node.gateway,
                &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            )
            .await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{path}: {answer:.200}");
        }
        for path in ["/docs", "/DOCS/1", "/opendocs/1", "/do%63s/1"] {
            let answer = raw(
                &house.node.gateway,
                &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
            )
            .await;
            assert!(!answer.starts_with("HTTP/1.1 200"), "{path}: {answer:.200}");
        }
        let open = raw(
            &house.node.gateway,
            &format!("GET /open/1 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
        .await;
        assert!(open.starts_with("HTTP/1.1 200"), "{open:.200}");
    });
}

/// RS7: requests that two servers could part in two ways are refused, by gateway and issuer, and the connection ends.
#[test]
fn requests_cannot_be_smuggled() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let inner = "GET /docs/smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
        for address in [&house.node.gateway, &house.node.issuer] {
            let host = address.trim_start_matches("http://");
            let start = format!("POST /open/1 HTTP/1.1\r\nHost: {host}\r\n");
            let cases = [
                (
                    "both lengths",
                    format!("{start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{inner}"),
                ),
                (
                    "two lengths",
                    format!(
                        "{start}Content-Length: 0\r\nContent-Length: {}\r\n\r\n{inner}",
                        inner.len()
                    ),
                ),
                (
                    "a listed length",
                    format!("{start}Content-Length: 0, {}\r\n\r\n{inner}", inner.len()),
                ),
                (
                    "a signed length",
                    format!("{start}Content-Length: +{}\r\n\r\n{inner}", inner.len()),
                ),
                ("a hex length", format!("{start}Content-Length: 0x10\r\n\r\n{inner}")),
                (
                    "an unknown coding",
                    format!("{start}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{inner}"),
                ),
                (
                    "a bad chunk",
                    format!("{start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{inner}"),
                ),
                (
                    "a space before the colon",
                    format!("{start}Content-Length : 4\r\n\r\n{inner}"),
                ),
                ("a folded line", format!("{start}X: a\r\n b\r\n\r\n{inner}")),
                (
                    "two hosts",
                    format!("GET /open/1 HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n\r\n{inner}"),
                ),
            ];
            let told = futures_util::future::join_all(cases.iter().map(|(_, request)| raw(address, request))).await;
            for ((what, _), answer) in cases.iter().zip(told) {
                let answers = answer.matches("HTTP/1.1 ").count();
                assert!(!answer.contains("smuggled"), "{what} at {address}: {answer}");
                assert!(
                    answers <= 1 || *address == house.node.issuer && *what == "two hosts",
                    "{what} at {address}: {answer}"
                );
            }
        }
    });
}

/// RS8: forwarded headers of strangers do not reach the upstream as they came.
#[test]
fn forwarded_headers_of_strangers_are_replaced() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let request = house
            .call("/docs/1", &token)
            .header("x-forwarded-for", "198.51.100.7")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "for=198.51.100.7;host=evil.example");
        let (status, echo) = seen(request).await;
        assert_eq!(status, 200);
        let text = echo.to_string();
        assert!(
            !text.contains("198.51.100.7") && !text.contains("evil.example"),
            "{text}"
        );
        assert_eq!(headers_named(&echo, "x-forwarded-for"), ["127.0.0.1"]);
    });
}
