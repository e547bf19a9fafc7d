//! Requests that no honest client sends: they are refused, and nothing breaks.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const ENDPOINTS: [&str; 3] = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"];

async fn status(house: &House, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> u16 {
    let request = house
        .http
        .post(house.at(path))
        .basic_auth(&house.client.id, Some(&house.client.secret));
    request
        .header("content-type", content_type)
        .body(body)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

/// RL14: a body of 64 KiB is read, one byte more is refused with 413; so are too many and too long parameters.
#[test]
fn bodies_have_an_end() {
    run(async {
        let house = House::ordinary("[issuer]\nbodies = [\"form\", \"json\"]\n", Backend::Sqlite).await;
        for path in ENDPOINTS {
            // As many bytes as are read at all, in values that are short enough.
            let start = "grant_type=client_credentials&audience=https://api.example/docs&token=x";
            let values: Vec<String> = (0..5).map(|n| format!("&p{n}={}", "v".repeat(13_000))).collect();
            let full = format!("{start}{}", values.concat());
            let room = 65_536 - full.len();
            let full = format!("{full}&q={}", "v".repeat(room - 3));
            assert_eq!(full.len(), 65_536);
            assert_eq!(status(&house, path, FORM, full.clone()).await, 200, "{path}");
            assert_eq!(status(&house, path, FORM, format!("{full}v")).await, 413, "{path}");
            assert_eq!(
                status(&house, path, FORM, format!("{start}&x={}", "v".repeat(16_385))).await,
                400,
                "{path}"
            );
            let many: String = (0..1000).map(|n| format!("p{n}=v&")).collect();
            assert_eq!(status(&house, path, FORM, many).await, 400, "{path}");
            let many: Vec<String> = (0..1000).map(|n| format!("\"p{n}\":1")).collect();
            assert_eq!(
                status(&house, path, JSON, format!("{{{}}}", many.join(","))).await,
                400,
                "{path}"
            );
            for depth in [127, 10_000, 60_000] {
                let nested = format!("{{\"grant_type\":{}", "[".repeat(depth));
                assert_eq!(status(&house, path, JSON, nested).await, 400, "{path}: {depth}");
            }
        }
        // Without a length, as chunks: the cap holds all the same.
        let chunks = futures_util::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b'a'; 8_192])));
        let request = house.http.post(house.token_url()).header("content-type", FORM);
        match request.body(reqwest::Body::wrap_stream(chunks)).send().await {
            Ok(answer) => assert_eq!(answer.status(), 413),
            // The server had heard enough and closed while the rest was still being sent.
            Err(error) => assert!(error.is_request(), "{error}"),
        }
        assert_eq!(
            status(
                &house,
                "/oauth2/token",
                FORM,
                "grant_type=client_credentials&audience=https://api.example/docs"
            )
            .await,
            200
        );
    });
}

/// RL14: heads that are too large or have too many fields are refused with 4xx, at issuer, management and gateway.
#[test]
fn heads_have_an_end() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        for (listener, path) in [
            (&house.node.issuer, "/oauth2/token"),
            (&house.node.management, "/api/v1/accounts"),
            (&house.node.gateway, "/docs/1"),
        ] {
            let host = listener.trim_start_matches("http://");
            let many: String = (0..500).map(|n| format!("x-{n}: y\r\n")).collect();
            for (what, request) in [
                (
                    "many fields",
                    format!("POST {path} HTTP/1.1\r\nHost: {host}\r\n{many}\r\n"),
                ),
                (
                    "a long field",
                    format!(
                        "POST {path} HTTP/1.1\r\nHost: {host}\r\nx: {}\r\n\r\n",
                        "y".repeat(100_000)
                    ),
                ),
                (
                    "a long credential",
                    format!(
                        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Basic {}\r\n\r\n",
                        "y".repeat(100_000)
                    ),
                ),
                (
                    "a long path",
                    format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "y".repeat(100_000)),
                ),
            ] {
                let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
                // The server may answer and close before all was sent.
                let _cut = stream.write_all(request.as_bytes()).await;
                let mut answer = vec![0; 12];
                let read = stream.read_exact(&mut answer).await;
                match read {
                    Ok(_) => assert!(
                        answer.starts_with(b"HTTP/1.1 4"),
                        "{what} at {path}: {}",
                        String::from_utf8_lossy(&answer)
                    ),
                    // A reset by unread bytes can overtake the answer; no answer is no success either.
                    Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{what} at {path}"),
                }
            }
        }
        assert_eq!(house.refused(&house.token("docs").await).await, None);
    });
}

/// OP12: odd bodies, a few thousand of them, are refused as the asker's doing: never 500, never a lost connection.
#[test]
fn odd_bodies_break_nothing() {
    run(async {
        let house = House::ordinary(
            "[issuer]\nbodies = [\"form\", \"json\"]\nbasic_and_body_together = true\n",
            Backend::Sqlite,
        )
        .await;
        let pieces: [&[u8]; 32] = [
            b"grant_type",
            b"client_credentials",
            b"=",
            b"&",
            b"&&",
            b"%",
            b"%00",
            b"%ff",
            b"%F0%9F%92%A9",
            b"+",
            b"scope",
            b"audience",
            b"https://api.example/docs",
            b"resource",
            b"token",
            b"client_id",
            b"client_secret",
            b"tgs_",
            b"\0",
            b"\xff\xfe",
            b"\xed\xa0\x80",
            b"{",
            b"}",
            b"[",
            b"]",
            b"\"",
            b":",
            b",",
            b"null",
            b"1e999",
            b"\\ud800",
            b"\r\n",
        ];
        // A plain generator, so that every run sends the same bodies.
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below as u64).unwrap()
        };
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1500 {
            let mut body = Vec::new();
            for _ in 0..next(12) {
                body.extend_from_slice(pieces[next(pieces.len())]);
            }
            let (path, content_type) = (
                ENDPOINTS[next(3)],
                [FORM, JSON, "text/plain", "application/json; charset=utf-7"][next(4)],
            );
            let request = house.http.post(house.at(path)).header("content-type", content_type);
            let request = match next(4) {
                0 => request,
                1 => request.header(
                    "authorization",
                    reqwest::header::HeaderValue::from_bytes(&[b"Basic ", &[0x80 | 0x41][..]].concat()).unwrap(),
                ),
                2 => request.basic_auth(String::from_utf8_lossy(&body).replace('\0', ""), Some("tgs_x")),
                _ => request.basic_auth(&house.client.id, Some(&house.client.secret)),
            };
            let status = request.body(body.clone()).send().await.unwrap().status().as_u16();
            assert!(
                status < 500,
                "{status} for {content_type} {:?}",
                String::from_utf8_lossy(&body)
            );
            seen.insert(status);
        }
        assert!(seen.contains(&400) && seen.contains(&401), "{seen:?}");
        assert_eq!(house.refused(&house.token("docs").await).await, None);
    });
}

/// RL14: strange tokens are refused by gateway and introspection, long and short ones.
#[test]
fn odd_tokens_break_nothing() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let good = house.token("docs").await;
        let dots = ".".repeat(15_000);
        let mut odd: Vec<String> = vec![
            ".".into(),
            "..".into(),
            "...".into(),
            dots,
            "e30.e30.".into(),
            "a".repeat(15_000),
            format!("{good}="),
            format!("{good}."),
        ];
        for place in (0..good.len()).step_by(7) {
            odd.push(good[..place].to_owned());
            odd.push(format!("{}~{}", &good[..place], &good[place + 1..]));
        }
        for token in odd.into_iter().filter(|token| !token.is_empty()) {
            assert!(house.refused(&token).await.is_some(), "{token:.60}");
            let told = house.introspect(&token).await;
            assert_eq!(told, serde_json::json!({ "active": false }), "{token:.60}");
        }
    });
}

/// RL14: a client that announces a body and does not send it is answered, and its connection closed.
#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    run(async {
        let house = House::ordinary("[server]\nbody_timeout = 1\n", Backend::Sqlite).await;
        let mut stream = tokio::net::TcpStream::connect(house.node.running.issuer.unwrap())
            .await
            .unwrap();
        let head = "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngrant_type=";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("The body did not arrive within 1 seconds."), "{answer}");
    });
}

/// A request counts from when it is whole: what ended while its body was under way has ended.
#[test]
fn the_moment_of_a_request_is_when_it_is_whole() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let mut stream = tokio::net::TcpStream::connect(house.node.running.issuer.unwrap())
            .await
            .unwrap();
        let (id, secret) = (&house.client.id, &house.client.secret);
        let basic = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, format!("{id}:{secret}"));
        let body = "grant_type=client_credentials&audience=https%3A%2F%2Fapi.example%2Fdocs";
        let head = format!(
            "POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {basic}\r\nExpect: 100-continue\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        // The server says so when it begins to wait for the body.
        let mut waits = [0; 25];
        stream.read_exact(&mut waits).await.unwrap();
        assert!(waits.starts_with(b"HTTP/1.1 100 Continue"));
        house.clock.forward(300);
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (_, json) = answer.split_once("\r\n\r\n").unwrap();
        let json: serde_json::Value = serde_json::from_str(json).unwrap();
        let claims = tollgate_tests::house::claims(json["access_token"].as_str().unwrap());
        assert_eq!(claims["iat"], house.desk().now().0);
    });
}
