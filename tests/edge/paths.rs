//! Paths in all spellings: what the server behind understands is what was judged.

use crate::behind::{Behind, KINDS, Understood, answers, raw, reader};
use tollgate_tests::run;

/// Ways to write a path below `/open/`, which is public, of which some lead out of it for one server or another; and
/// ways into what is protected.
const TARGETS: [&str; 91] = [
    "/open/x",
    "/%6fpen/x",
    "/%6Fpe%6E/x",
    "/open/a%20b",
    "/open/a%2bb",
    "/open/a+b",
    "/open/a%40b",
    "/open/a%3fb",
    "/open/a%3f/../../docs/1",
    "/open/a%23b",
    "/open/%c3%a9",
    "/open/%C3%A9",
    "/open/é",
    "/open/100%25",
    "/open/100%25ok",
    "/open/...",
    "/open/.../docs/1",
    "/open/..a/docs",
    "/open/.hidden",
    "/open/x?/../docs/1",
    "/open/x?a=%2e%2e%2fdocs",
    "/open/x?a=/../../docs/1",
    "/open/x/",
    "/open",
    "/open/",
    "/openx",
    "/OPEN/x",
    "/Docs/1",
    "/docs/1",
    "/%64ocs/1",
    "/docs/%61dmin/1",
    "/docs/Admin/1",
    "/docs/admin",
    "/docs/admin/",
    "/docs/admin/1",
    "/docs/x/../admin/1",
    "/docs/x/%2e%2e/admin/1",
    "/docs/./admin/1",
    "/docs//admin/1",
    "/docs/;/admin/1",
    "/docs/admin;x/1",
    "/docs/%2561dmin/1",
    "/docs%2fadmin%2f1",
    "/docs/admin%2f1",
    "/docs/admin%5c1",
    "/open/../docs/1",
    "/open/../docs/admin/1",
    "/open/%2e%2e/docs/1",
    "/open/.%2e/docs/1",
    "/open/%2E./docs/1",
    "/open/%2E%2E/docs/1",
    "/open/..%2fdocs/1",
    "/open/..%2Fdocs/1",
    "/open%2f..%2fdocs/1",
    "/open/..%5cdocs/1",
    "/open/..\\docs\\1",
    "/open\\..\\docs\\1",
    "\\docs\\1",
    "//docs/1",
    "///docs/1",
    "/\\docs/1",
    "//open/../docs/1",
    "/open//../../docs/1",
    "/open//docs/1",
    "/open/./../docs/1",
    "/open/x/../../docs/1",
    "/open/x;/../../docs/1",
    "/open/..;/docs/1",
    "/open/..;x=y/docs/1",
    "/open;/../docs/1",
    "/open;x/docs/1",
    "/open/%3b/../docs/1",
    "/open/%252e%252e/docs/1",
    "/open/%252e%252e%252fdocs/1",
    "/open/%25%32%65%25%32%65/docs/1",
    "/open/%2525",
    "/open/%00/../../docs/1",
    "/open/%00",
    "/docs/1%00/../../open/x",
    "/open/%0a/docs/1",
    "/open/%0d%0a",
    "/open/%7f",
    "/open/%c0%ae%c0%ae/docs/1",
    "/open/%c0%af../docs/1",
    "/open/%e0%80%ae%e0%80%ae/docs/1",
    "/open/%ff",
    "/open/%uff0e%uff0e/docs/1",
    "/open/%",
    "/open/%2",
    "/open/%zz/../docs/1",
    "/open/x#/../../docs/1",
];

/// Further forms of a target, each with its `Host`.
const FORMS: [(&str, &str); 13] = [
    ("http://a/open/x", "a"),
    ("http://a/open/../docs/1", "a"),
    ("http://a//docs/1", "a"),
    ("http://a/docs/1", "a"),
    ("http://a\\docs/1", "a"),
    ("http://a?/docs/1", "a"),
    ("http://a@b/open/x", "b"),
    ("http://a/open/x", "b"),
    ("https://a/open/%2e%2e/docs/1", "a"),
    ("ftp://a/open/x", "a"),
    ("a/open/x", "a"),
    ("*", "a"),
    ("", "a"),
];

/// RS6, RS9, AT19, AT23: a request without a token gets to what is public and nowhere else, whichever server reads its path;
/// one with a token gets where that token leads. Both arrive at the rule that let them through.
#[test]
fn no_spelling_of_a_path_leads_around_its_rule() {
    run(async {
        let mut judged = None;
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            let token = reader(&house).await;
            let targets = TARGETS.map(|target| (target, "a"));
            let mut statuses = Vec::new();
            for (target, host) in targets.into_iter().chain(FORMS) {
                for (bearer, allowed) in [
                    (String::new(), ["open"].as_slice()),
                    (format!("authorization: Bearer {token}\r\n"), &["open", "docs"]),
                ] {
                    let head = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{bearer}\r\n");
                    let whole = raw(&house.node.gateway, head.as_bytes()).await;
                    let all = answers(&whole);
                    let [(status, body)] = all.as_slice() else {
                        panic!("{kind:?} {target}: {whole}");
                    };
                    match (status, Understood::read(body)) {
                        (200, Some(understood)) => {
                            assert!(
                                allowed.contains(&understood.rule.as_str()),
                                "{kind:?} {target}: {understood:?}"
                            );
                        }
                        (400 | 401 | 403 | 404, None) => {}
                        other => panic!("{kind:?} {target}: {other:?}"),
                    }
                    statuses.push(*status);
                }
            }
            let of = |wanted: u16| statuses.iter().filter(|status| **status == wanted).count();
            assert!(of(200) >= 40 && of(400) >= 100, "{kind:?}: {statuses:?}");
            // Nothing that was refused arrived.
            assert_eq!(
                behind.seen_by_now(&house).await.len(),
                of(200),
                "{kind:?}: {:?}",
                behind.seen()
            );
            // Whatever is behind: the judgement is the gateway's.
            let first = judged.get_or_insert_with(|| statuses.clone());
            assert_eq!(*first, statuses, "{kind:?}");
        }
    });
}

/// RS9, AT19: what a rule is about is the path alone: neither query, fragment nor a header makes a request public.
#[test]
fn nothing_but_the_path_selects_a_public_rule() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            for head in [
                "GET /docs/1?/open/x HTTP/1.1\r\nhost: a\r\n",
                "GET /docs/1?path=/open/x HTTP/1.1\r\nhost: a\r\n",
                "GET /docs/open/x HTTP/1.1\r\nhost: a\r\n",
                "GET /docs/1/open HTTP/1.1\r\nhost: open\r\n",
                "GET /docs/1 HTTP/1.1\r\nhost: a\r\nx-original-url: /open/x\r\nx-rewrite-url: /open/x\r\n",
                "GET /docs/1 HTTP/1.1\r\nhost: a\r\nx-forwarded-uri: /open/x\r\nx-forwarded-prefix: /open\r\n",
                "GET /docs/1 HTTP/1.1\r\nhost: a\r\nx-original-uri: /open/x\r\nx-envoy-original-path: /open/x\r\n",
                "GET /docs/1 HTTP/1.1\r\nhost: a\r\nreferer: http://a/open/x\r\n",
            ] {
                let whole = raw(
                    &house.node.gateway,
                    format!("{head}connection: close\r\n\r\n").as_bytes(),
                )
                .await;
                assert!(whole.starts_with("HTTP/1.1 401 "), "{kind:?} {head}: {whole}");
            }
            assert_eq!(behind.seen_by_now(&house).await, [""; 0]);
        }
    });
}
