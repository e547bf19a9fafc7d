//! HTTP/2 in front, HTTP/1.1 behind: what means nothing in the one and much in the other.

use crate::behind::{Behind, KINDS};
use crate::two::{Asked, Became, Field, ask};
use tollgate_tests::run;

fn field(name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> Field {
    (name.as_ref().to_vec(), value.as_ref().to_vec())
}

/// A sound request for this path.
fn sound(path: &str) -> Vec<Field> {
    vec![
        field(":method", "POST"),
        field(":scheme", "http"),
        field(":path", path),
        field(":authority", "a"),
    ]
}

/// What is wrong with each: the request, and whether it may arrive, once, as something harmless.
fn attacks(path: &str) -> Vec<(Asked, bool)> {
    let inner = "GET /docs/smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    let mut all = Vec::new();
    let mut add = |fields: Vec<Field>, body: Option<&str>, harmless: bool| {
        let body = body.map(|text| text.as_bytes().to_vec());
        let trailers = None;
        all.push((Asked { fields, body, trailers }, harmless));
    };
    let with = |more: &[Field]| [sound(path).as_slice(), more].concat();
    // RFC 9113 §8.2.2: what is about a connection of HTTP/1.1.
    for (name, value) in [
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("connection", "content-length"),
        ("keep-alive", "timeout=5"),
        ("proxy-connection", "close"),
        ("upgrade", "h2c"),
        ("te", "gzip"),
        ("te", "chunked"),
    ] {
        add(with(&[field(name, value)]), Some(&format!("0\r\n\r\n{inner}")), false);
    }
    // §8.2.1: what cannot stand in a name or a value.
    for name in [
        "X-Upper",
        "Transfer-Encoding",
        "x y",
        "x:y",
        "x\r\ny",
        "x\ny",
        "x: a\r\ntransfer-encoding",
        "x\0",
        "",
        "content-length\r\n",
        " content-length",
        "é",
    ] {
        add(
            with(&[field(name, "chunked")]),
            Some(&format!("0\r\n\r\n{inner}")),
            false,
        );
    }
    for value in [
        "a\r\nx-smuggled: 1",
        "a\r\n\r\nGET /docs/smuggled HTTP/1.1\r\nhost: a\r\n\r\n",
        "a\nb",
        "a\rb",
        "a\0b",
        "\r\n",
        "a\r\ntransfer-encoding: chunked",
    ] {
        add(with(&[field("x", value)]), Some(inner), false);
    }
    // §8.3: the line of a request, in parts.
    let request = |method: &str, scheme: &str, path: &str, authority: &str| {
        vec![
            field(":method", method),
            field(":scheme", scheme),
            field(":path", path),
            field(":authority", authority),
        ]
    };
    for bent in [
        format!("{path} HTTP/1.1\r\nhost: a\r\n\r\nGET /docs/smuggled"),
        format!("{path} HTTP/1.1"),
        format!("{path} x"),
        format!("{path}\tx"),
        format!("{path}\r\nx: 1"),
        format!("{path}\n"),
        format!("{path}\0"),
        format!("{path}/../../docs/smuggled"),
        format!("http://b{path}"),
        String::new(),
        "*".to_owned(),
        "docs/smuggled".to_owned(),
        "//docs/smuggled".to_owned(),
    ] {
        add(request("POST", "http", &bent, "a"), None, false);
    }
    for method in [
        "GET /docs/smuggled HTTP/1.1\r\nx:",
        "GET /docs/smuggled HTTP/1.1\r\nhost: a\r\n\r\nPOST",
        "PO ST",
        "POST\r\n",
        "POST\0",
        "",
        "CONNECT",
    ] {
        add(request(method, "http", path, "a"), None, false);
    }
    for authority in [
        "a\r\nx: 1",
        "a b",
        "user@a",
        "a/docs",
        "a\0",
        "a, b",
        "a\r\n\r\nGET /docs/smuggled HTTP/1.1\r\n",
    ] {
        add(request("POST", "http", path, authority), None, false);
    }
    // Nobody looks at it, and nothing of it goes on.
    for scheme in ["http\r\nx: 1", "ht tp", "", "http://b/docs/smuggled?"] {
        add(request("POST", scheme, path, "a"), None, true);
    }
    add(with(&[field("host", "b")]), None, false);
    add(with(&[field("host", "a"), field("host", "b")]), None, false);
    add(with(&[field(":path", "/docs/smuggled")]), None, false);
    add([field("x", "1")].into_iter().chain(sound(path)).collect(), None, false);
    add(with(&[field(":evil", "1")]), None, false);
    add(with(&[field(":status", "200")]), None, false);
    add(with(&[field(":protocol", "websocket")]), None, false);
    for missing in [0, 2] {
        let mut fields = sound(path);
        fields.remove(missing);
        add(fields, None, false);
    }
    // §8.1.1: a length that is not the body's.
    for (length, body) in [
        ("3", "hello"),
        ("0", inner),
        ("50", "hello"),
        ("+5", "hello"),
        ("5, 5", "hello"),
        ("0x5", "hello"),
        ("-5", "hello"),
        ("99999999999999999999", "hello"),
    ] {
        add(with(&[field("content-length", length)]), Some(body), true);
    }
    add(
        with(&[field("content-length", "5"), field("content-length", "6")]),
        Some("hello"),
        true,
    );
    // Sound here, and framed anew for the server behind. What follows a `#` is cut off before anything is judged.
    add(
        request("POST", "http", &format!("{path}#/../../docs/smuggled"), "a"),
        None,
        true,
    );
    add(with(&[field("content_length", "0")]), Some(inner), true);
    add(
        with(&[field("transfer_encoding", "chunked")]),
        Some(&format!("0\r\n\r\n{inner}")),
        true,
    );
    add(
        with(&[field("te", "trailers")]),
        Some(&format!("0\r\n\r\n{inner}")),
        true,
    );
    add(with(&[field("expect", "100-continue")]), Some(inner), true);
    add(
        with(&[field("cookie", "a=1"), field("cookie", "b=2")]),
        Some(inner),
        true,
    );
    // §8.1: fields after the body.
    for (name, value) in [
        (":path", "/docs/smuggled"),
        ("transfer-encoding", "chunked"),
        ("content-length", "0"),
        ("connection", "close"),
        ("x", "a\r\n\r\nGET /docs/smuggled HTTP/1.1\r\nhost: a\r\n\r\n"),
        ("x\r\n\r\nget", "1"),
    ] {
        let asked = Asked {
            fields: with(&[field("te", "trailers")]),
            body: Some(b"hello".to_vec()),
            trailers: Some(vec![field(name, value)]),
        };
        all.push((asked, true));
    }
    all
}

/// RS7, AT24: over HTTP/2 what would be another request over HTTP/1.1 is refused, or arrives as one request; whoever comes
/// next gets an answer of their own. A stream is refused alone (RFC 9113 §8.1.1): its connection is framed all the same.
#[test]
fn nothing_is_smuggled_from_http2_to_http1() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            let gateway = house.node.gateway.as_str();
            let sound_one = Asked {
                fields: sound("/open/sound"),
                body: Some(b"hello".to_vec()),
                trailers: None,
            };
            let became = ask(gateway, &sound_one).await;
            let Became::Answered { status: 200, body } = &became else {
                panic!("{kind:?}: {became:?}");
            };
            assert!(body.contains("POST /open/sound\n"), "{kind:?}: {body}");
            let count = attacks("").len();
            for number in 0..count {
                let path = format!("/open/outer-{number}");
                let (asked, harmless) = attacks(&path).swap_remove(number);
                let what = || {
                    let fields = asked.fields.iter().chain(asked.trailers.iter().flatten());
                    let text = fields.map(|(n, v)| format!("{}: {}", n.escape_ascii(), v.escape_ascii()));
                    format!("{kind:?} {number} [{}]", text.collect::<Vec<_>>().join("; "))
                };
                match ask(gateway, &asked).await {
                    Became::Refused => {}
                    Became::Answered { status: 200, body } => {
                        assert!(harmless, "{}: {body}", what());
                        assert!(body.contains(&format!("POST {path}\n")), "{}: {body}", what());
                    }
                    Became::Answered { body, .. } => assert!(!body.starts_with("rule "), "{}: {body}", what()),
                }
                let target = format!("/open/honest-{number}");
                let honest = house.http.get(format!("{gateway}{target}")).send().await.unwrap();
                let answer = honest.text().await.unwrap();
                assert!(answer.contains(&format!("GET {target}\n")), "{}: {answer}", what());
                behind.has_seen(&target).await;
                let arrived = behind.seen().iter().filter(|line| line.ends_with(&path)).count();
                assert!(arrived <= usize::from(harmless), "{}: it arrived", what());
            }
            for line in behind.seen() {
                let known = ["POST /open/sound", "POST /open/outer-", "GET /open/honest-"];
                assert!(
                    known.iter().any(|known| line.starts_with(known)),
                    "{kind:?}: {line:?} arrived"
                );
            }
        }
    });
}
