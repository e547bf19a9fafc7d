//! Methods and headers, as each server behind reads them.

use crate::behind::{Behind, KINDS, Kind, Understood, answers, raw, reader};
use tollgate_tests::run;

/// Every way to write one of our names that some server reads as it.
const FORGED: &str = "tollgate-account: forged\r\nTollgate-Account: forged\r\nTOLLGATE_ACCOUNT: forged\r\n\
    Tollgate_Account: forged\r\ntollgate.account: forged\r\ntollgate-_account: forged\r\ntollgate-client: forged\r\n\
    tollgate_client: forged\r\ntollgate_person: forged\r\nTollgate-Person: forged\r\ntollgate_subject: forged\r\n\
    tollgate!scopes: forged\r\ntollgate_scopes: forged\r\ntollgate-acting_user: forged\r\n\
    tollgate_acting-user-id: forged\r\ntollgate*assertion: forged\r\ntollgate_environment: forged\r\n\
    tollgate_request_id: forged\r\ntollgate-unheard-of: forged\r\ntollgate_unheard_of: forged\r\n";

/// RS5, AT18: whatever a request says under our names, in whatever spelling, and though `Connection` names ours: each server
/// reads what the gateway says, and that alone.
#[test]
fn each_server_reads_our_headers_alone() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            let token = reader(&house).await;
            let connection =
                "connection: close, tollgate-account, Tollgate_Client, tollgate-scopes, tollgate-request-id\r\n";
            for (target, bearer, known) in [
                ("/docs/1", format!("authorization: Bearer {token}\r\n"), true),
                ("/open/1", String::new(), false),
            ] {
                let head =
                    format!("GET {target} HTTP/1.1\r\nhost: a\r\naccept: text/x\r\n{bearer}{connection}{FORGED}\r\n");
                let whole = raw(&house.node.gateway, head.as_bytes()).await;
                let all = answers(&whole);
                let [(200, body)] = all.as_slice() else {
                    panic!("{kind:?} {target}: {whole}");
                };
                assert!(!body.contains("forged"), "{kind:?} {target}: {body}");
                let understood = Understood::read(body).unwrap();
                let (account, client) = (house.client.account.as_str(), house.client.id.as_str());
                let told = |value| if known { value } else { "" };
                for (name, value) in [
                    ("accept", "text/x"),
                    ("tollgate_account", told(account)),
                    ("tollgate_client", told(client)),
                    ("tollgate_subject", told(client)),
                    ("tollgate_scopes", told("read")),
                    ("tollgate_environment", told("live")),
                    ("tollgate_person", ""),
                    ("tollgate_acting_user", ""),
                    ("tollgate_acting_user_id", ""),
                    ("tollgate_assertion", ""),
                    ("tollgate_unheard_of", ""),
                    ("authorization", ""),
                ] {
                    assert_eq!(understood.header(name), value, "{kind:?} {target} {name}");
                }
                let id = understood.header("tollgate_request_id");
                assert!(
                    id.len() == 32 && whole.contains(&format!("tollgate-request-id: {id}")),
                    "{kind:?}: {whole}"
                );
            }
        }
    });
}

/// RS5, AT18: what comes after the body is merged into the headers by some servers, and says nothing in our name either.
#[test]
fn no_trailer_speaks_in_our_name() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            let trailers =
                format!("{FORGED}authorization: forged\r\nx-forwarded-for: forged\r\nx_http_method: forged\r\n");
            let sent = format!(
                "POST /open/1 HTTP/1.1\r\nhost: a\r\nte: trailers\r\ntrailer: tollgate-account\r\nconnection: close\r\n\
                 transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n{trailers}\r\n"
            );
            let whole = raw(&house.node.gateway, sent.as_bytes()).await;
            let all = answers(&whole);
            let [(200, body)] = all.as_slice() else {
                panic!("{kind:?}: {whole}");
            };
            assert!(!body.contains("forged"), "{kind:?}: {body}");
            let understood = Understood::read(body).unwrap();
            assert_eq!(understood.header("tollgate_account"), "", "{kind:?}");
            assert_eq!(understood.header("x_forwarded_for"), "127.0.0.1", "{kind:?}");
        }
    });
}

/// RS8: what a stranger says of the way a request came is dropped, whatever server would join its spellings; a configured
/// proxy is believed and added to.
#[test]
fn each_server_reads_the_way_that_the_gateway_saw() {
    let said = "x-forwarded-for: 203.0.113.7\r\nX_Forwarded_For: 203.0.113.7\r\nx.forwarded.for: 203.0.113.7\r\n\
        x-forwarded-host: public.example\r\nx_forwarded_host: evil.example\r\nx-forwarded-proto: https\r\n\
        x_forwarded_proto: ftp\r\nforwarded: for=203.0.113.7\r\nx_real_ip: 203.0.113.7\r\nx-real-ip: 203.0.113.7\r\n\
        x-forwarded-prefix: /app\r\nx_forwarded_prefix: /evil\r\n";
    let head = format!("GET /open/1 HTTP/1.1\r\nhost: a\r\nconnection: close, x-forwarded-host\r\n{said}\r\n");
    let trusting = "[gateway]\ntrusted_proxies = [\"127.0.0.1\"]\n";
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            for (extra, expected) in [
                (
                    "",
                    [
                        ("x_forwarded_for", "127.0.0.1"),
                        ("x_forwarded_host", "a"),
                        ("x_forwarded_proto", "http"),
                        ("x_forwarded_prefix", ""),
                        ("x_real_ip", ""),
                        ("forwarded", ""),
                    ],
                ),
                (
                    trusting,
                    [
                        ("x_forwarded_for", "203.0.113.7, 127.0.0.1"),
                        // `Connection` named it: it was for the gateway alone.
                        ("x_forwarded_host", "a"),
                        ("x_forwarded_proto", "https"),
                        ("x_forwarded_prefix", "/app"),
                        ("x_real_ip", "203.0.113.7"),
                        ("forwarded", "for=203.0.113.7, for=127.0.0.1;proto=http"),
                    ],
                ),
            ] {
                let house = behind.house(extra).await;
                let whole = raw(&house.node.gateway, head.as_bytes()).await;
                let understood = Understood::read(answers(&whole)[0].1).expect(&whole);
                for (name, value) in expected {
                    // Before 1.23 nginx tells the first of several fields alone.
                    let first = kind == Kind::Nginx && name == "forwarded";
                    let value = if first { value.split(',').next().unwrap() } else { value };
                    let said = understood.header(name);
                    let said = if first { said.split(',').next().unwrap() } else { said };
                    assert_eq!(said, value, "{kind:?} {name}: {understood:?}");
                }
            }
        }
    });
}

/// RS4: the method that was judged is the method that arrives; what says otherwise does not arrive, and a token that may read
/// may not write by any of them.
#[test]
fn the_method_that_was_judged_arrives() {
    let routes = r#"
[[route]]
id = "read"
path = "/docs/item/{id}"
methods = ["GET"]
api = "docs"
scopes = ["read"]
upstream = "echo"

[[route]]
id = "write"
path = "/docs/item/{id}"
methods = ["POST", "PUT", "PATCH", "DELETE"]
api = "docs"
scopes = ["write"]
upstream = "echo"
"#;
    let overrides = "x-http-method-override: DELETE\r\nX-HTTP-Method: DELETE\r\nx_http_method_override: DELETE\r\n\
        x-method-override: DELETE\r\nx-original-method: DELETE\r\nx-original-url: /docs/admin/1\r\n\
        x_original_url: /docs/admin/1\r\nx-rewrite-url: /docs/admin/1\r\nx-original-uri: /docs/admin/1\r\n";
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house(routes).await;
            let (reads, writes) = (reader(&house).await, house.token("docs").await);
            let ask = async |method: &str, token: &str| {
                let head = format!(
                    "{method} /docs/item/1?_method=DELETE HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\
                     connection: close\r\ncontent-length: 0\r\n{overrides}\r\n"
                );
                raw(&house.node.gateway, head.as_bytes()).await
            };
            for method in ["GET", "HEAD"] {
                let whole = ask(method, &reads).await;
                let body = answers(&whole)[0].1;
                assert!(whole.starts_with("HTTP/1.1 200 "), "{kind:?} {method}: {whole}");
                if method == "HEAD" {
                    assert_eq!(body, "", "{kind:?}: {whole}");
                    continue;
                }
                let understood = Understood::read(body).unwrap();
                assert_eq!(understood.method, method, "{kind:?}");
                for name in [
                    "x_http_method_override",
                    "x_http_method",
                    "x_method_override",
                    "x_original_url",
                    "x_original_uri",
                    "x_rewrite_url",
                ] {
                    assert_eq!(understood.header(name), "", "{kind:?} {name}");
                }
            }
            let before = behind.seen_by_now(&house).await;
            let sent = ["GET", "HEAD"].map(|method| format!("{method} /docs/item/1?_method=DELETE"));
            assert_eq!(before, sent, "{kind:?}");
            for (method, status) in [
                ("POST", "403"),
                ("PUT", "403"),
                ("PATCH", "403"),
                ("DELETE", "403"),
                ("OPTIONS", "405"),
                ("TRACE", "405"),
                ("PROPFIND", "405"),
                ("get", "405"),
                ("Get", "405"),
                ("GETX", "405"),
                ("G!T", "405"),
                ("CONNECT", "400"),
            ] {
                let whole = ask(method, &reads).await;
                assert!(
                    whole.starts_with(&format!("HTTP/1.1 {status} ")),
                    "{kind:?} {method}: {whole}"
                );
            }
            assert_eq!(
                behind.seen_by_now(&house).await,
                before,
                "{kind:?}: nothing refused arrives"
            );
            let whole = ask("PATCH", &writes).await;
            let understood = Understood::read(answers(&whole)[0].1);
            assert!(
                understood.is_some_and(|understood| understood.method == "PATCH"),
                "{kind:?}: {whole}"
            );
        }
    });
}

/// RS4, RS7: an answer to `HEAD` has no body, and the next request on the connection gets the answer that is its own.
#[test]
fn a_head_request_leaves_no_body_behind() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            let many: String = (0..5)
                .map(|n| {
                    format!(
                        "HEAD /open/head-{n} HTTP/1.1\r\nhost: a\r\n\r\nGET /open/get-{n} HTTP/1.1\r\nhost: a\r\n\r\n"
                    )
                })
                .collect();
            let last = "GET /open/last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
            let whole = raw(&house.node.gateway, format!("{many}{last}").as_bytes()).await;
            let all = answers(&whole);
            assert_eq!(all.len(), 11, "{kind:?}: {whole}");
            for (place, (status, body)) in all.iter().enumerate() {
                assert_eq!(*status, 200, "{kind:?}: {whole}");
                let target = match (place, place % 2) {
                    (10, _) => "last".to_owned(),
                    (_, 0) => {
                        assert_eq!(*body, "", "{kind:?} {place}: {whole}");
                        continue;
                    }
                    (place, _) => format!("get-{}", place / 2),
                };
                assert!(
                    body.contains(&format!("GET /open/{target}\n")),
                    "{kind:?} {place}: {whole}"
                );
            }
            let seen = behind.seen_by_now(&house).await;
            assert!(
                seen.len() == 11 && !seen.iter().any(|line| line.starts_with("unreadable")),
                "{kind:?}: {seen:?}"
            );
        }
    });
}
