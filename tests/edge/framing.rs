//! Requests that two servers in a row would cut at different places.

use crate::behind::{Behind, KINDS, Kind, answers, raw};
use tollgate_tests::house::House;
use tollgate_tests::run;

/// What may become of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    /// Refused, and the connection closed. Nothing arrives.
    Refused,
    /// That, or one request arrives as it was judged.
    Either,
    /// The head is sound: the request may have arrived before its body turns out not to be, once.
    Streamed,
}

/// A request of [`sent`], in which `{inner}` is another request, for what is protected.
struct Attack {
    may: May,
    /// Method, and version behind the target.
    line: (&'static str, &'static str),
    /// What follows the `Host` of the request.
    rest: String,
}

const POST: (&str, &str) = ("POST", "HTTP/1.1");

fn attacks() -> Vec<Attack> {
    let on = |line, may, rest: &str| Attack {
        may,
        line,
        rest: rest.to_owned(),
    };
    let mut all = Vec::new();
    // Lengths that are none, or two.
    for rest in [
        "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "content-length: 0\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "content-length: 5, 6\r\n\r\nhello",
        "content-length: +5\r\n\r\nhello",
        "content-length: -1\r\n\r\n",
        "content-length: 0x5\r\n\r\nhello",
        "content-length: 5 5\r\n\r\nhello",
        "content-length: 5_\r\n\r\nhello",
        "content-length: 5;\r\n\r\nhello",
        "content-length: 5.0\r\n\r\nhello",
        "content-length: \"5\"\r\n\r\nhello",
        "content-length: \u{b}5\r\n\r\nhello",
        "content-length:\r\n\r\n{inner}",
        "content-length: five\r\n\r\nhello",
        "content-length : 5\r\n\r\nhello",
        "content-length\t: 5\r\n\r\nhello",
        " content-length: 5\r\n\r\nhello",
        "content-length: 99999999999999999999\r\n\r\n{inner}",
        "content-length: 18446744073709551616\r\n\r\n{inner}",
        // Codings that are not chunked at their end.
        "transfer-encoding: x, identity\r\ncontent-length: 3\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: identity\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: identity\r\ncontent-length: 5\r\n\r\nhello",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunkedx\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunked;q=1\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: \"chunked\"\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: 'chunked'\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: [chunked]\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chun\u{b}ked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: \u{b}chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunk\red\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding\t: chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding\u{b}: chunked\r\n\r\n0\r\n\r\n{inner}",
        // Lines that are folded, and names that are none.
        "x: 1\r\n folded: 2\r\n\r\n",
        "x: 1\r\n\ttransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n{inner}",
        " x: 1\r\n\r\n",
        "x: a\rb\r\n\r\n",
        "x: a\rtransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "x: a\0b\r\n\r\n",
        "x\0y: a\r\n\r\n",
        "x\ry: a\r\n\r\n",
        "x\ny: a\r\n\r\n",
        "x\r\n\r\n",
        "x y: a\r\n\r\n",
        "x(y): a\r\n\r\n",
        "x/y: a\r\n\r\n",
        "x\u{7f}: a\r\n\r\n",
        "é: a\r\n\r\n",
        ": empty\r\n\r\n",
        "host: b\r\n\r\n",
        "host: a\r\n\r\n",
    ] {
        all.push(on(POST, May::Refused, rest));
    }
    // Both lengths, or one of them said oddly: chunked counts (RFC 9112 §6.3), and one length alone goes on.
    for rest in [
        "content-length: 6\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "content-length: {inner-length}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n{inner-hex}\r\n{inner}\r\n0\r\n\r\n",
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n{inner-hex}\r\n{inner}\r\n0\r\n\r\n",
        "content-length: 5\r\ncontent-length: 5\r\n\r\nhello",
        "content-length: 5, 5\r\n\r\nhello",
        "content-length: 05\r\n\r\nhello",
        "content-length:5\r\n\r\nhello",
        "content-length:\t5\t\r\n\r\nhello",
        "Content-LENGTH: 5\r\n\r\nhello",
        "content-length: 0\r\n\r\n{inner}",
        "content-length: {inner-length}\r\n\r\n{inner}",
        "content_length: 0\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "content-length: {inner-length}\r\ncontent_length: 0\r\n\r\n{inner}",
        "content.length: 0\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "x-content-length: 0\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "transfer_encoding: chunked\r\ncontent-length: {chunked-inner-length}\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encodin: chunked\r\ncontent-length: {chunked-inner-length}\r\n\r\n0\r\n\r\n{inner}",
        "x-transfer-encoding: chunked\r\ncontent-length: {chunked-inner-length}\r\n\r\n0\r\n\r\n{inner}",
        "te: chunked\r\ncontent-length: {chunked-inner-length}\r\n\r\n0\r\n\r\n{inner}",
        "content-encoding: chunked\r\ncontent-length: {chunked-inner-length}\r\n\r\n0\r\n\r\n{inner}",
        "trailer: transfer-encoding\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "transfer-encoding: CHUNKED\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding:\tchunked\t\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: ,chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n{inner}",
        "transfer-encoding: identity, chunked\r\n\r\n0\r\n\r\n{inner}",
        // A line feed alone ends a line for many (RFC 9112 §2.2).
        "x: a\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "x: a\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
        "content-length: 5\n\nhello",
        // What `Connection` names does not go on, and takes no frame away from what does.
        "connection: content-length\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "connection: transfer-encoding\r\ntransfer-encoding: chunked\r\n\r\n{inner-hex}\r\n{inner}\r\n0\r\n\r\n",
        "connection: keep-alive, host\r\ncontent-length: 5\r\n\r\nhello",
        "connection: \r\ncontent-length: 5\r\n\r\nhello",
        // What is asked before the body comes.
        "expect: 100-continue\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "expect: 100-Continue, 100-continue\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        "expect: nothing\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        // Other protocols behind this one.
        "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n{inner}",
        "connection: upgrade\r\nupgrade: websocket, h2c\r\ncontent-length: {inner-length}\r\n\r\n{inner}",
        // Empty lines before the next request.
        "content-length: 5\r\n\r\nhello\r\n\r\n",
    ] {
        all.push(on(POST, May::Either, rest));
        if rest.contains("{inner") {
            all.push(on(("GET", "HTTP/1.1"), May::Either, rest));
            all.push(on(("DELETE", "HTTP/1.1"), May::Either, rest));
        }
    }
    // Chunks that are cut otherwise than another server cuts them.
    for body in [
        "5;ext=1\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b\r\n\r\nc\"\r\nhello\r\n0\r\n\r\n",
        "5;\r\nhello\r\n0\r\n\r\n",
        "5;a\nb\r\nhello\r\n0\r\n\r\n",
        "5;a\rb\r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n{inner}",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\r\r0\r\n\r\n{inner}",
        "5\rXhello\r\n0\r\n\r\n{inner}",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "0x0\r\n\r\n{inner}",
        "0_5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\t\r\nhello\r\n0\r\n\r\n",
        "005\r\nhello\r\n000\r\n\r\n",
        "5g\r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n{inner}",
        "0\r\ntransfer-encoding: chunked\r\n\r\n{inner}",
        "0\r\ncontent-length: 100\r\nhost: b\r\nauthorization: Bearer x\r\n\r\n{inner}",
        "0\r\nx: a\r\n b\r\n\r\n{inner}",
        "0\r\nx y: a\r\n\r\n{inner}",
        "0\r\nx: a\rb\r\n\r\n{inner}",
        "0\r\n: a\r\n\r\n{inner}",
        "0\r\nx\r\n\r\n{inner}",
        "0\r\n\n{inner}",
        "0\n\r\n{inner}",
        "0\r\n\r\n{inner}",
    ] {
        let rest = format!("transfer-encoding: chunked\r\n\r\n{body}");
        all.push(on(POST, May::Streamed, &rest));
    }
    // Lines that are no request's.
    for line in [
        ("POST", "HTTP/9.1"),
        ("POST", "HTTP/1.1 x"),
        ("POST", "HTTP/1.1\t"),
        ("POST", "http/1.1"),
        ("POST", "HTTP/1.10"),
        ("POST", "XHTTP/1.1"),
        ("PO ST", "HTTP/1.1"),
        ("PO\tST", "HTTP/1.1"),
        ("PO(ST", "HTTP/1.1"),
        (" POST", "HTTP/1.1"),
        ("POST ", "HTTP/1.1"),
        ("CONNECT", "HTTP/1.1"),
        ("", "HTTP/1.1"),
    ] {
        all.push(on(line, May::Refused, "content-length: 5\r\n\r\nhello"));
    }
    // The older protocol knows no chunks (RFC 9112 §6.1).
    let old = ("POST", "HTTP/1.0");
    all.push(on(
        old,
        May::Refused,
        "transfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
    ));
    all.push(on(
        old,
        May::Refused,
        "connection: keep-alive\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{inner}",
    ));
    all.push(on(
        old,
        May::Either,
        "connection: keep-alive\r\ncontent-length: 5\r\n\r\nhello",
    ));
    all.push(on(old, May::Either, "content-length: 5\r\n\r\nhello"));
    all.push(on(
        ("HEAD", "HTTP/1.1"),
        May::Either,
        "content-length: {inner-length}\r\n\r\n{inner}",
    ));
    all.push(on(
        ("OPTIONS", "HTTP/1.1"),
        May::Either,
        "content-length: {inner-length}\r\n\r\n{inner}",
    ));
    all
}

/// The bytes of an attack: its request, what it hides, and a request that ends the connection.
fn sent(attack: &Attack, number: usize) -> Vec<u8> {
    let inner = format!("GET /docs/smuggled-{number} HTTP/1.1\r\nhost: a\r\n\r\n");
    let (method, version) = attack.line;
    // The longest names first: one is the beginning of another.
    let rest = attack
        .rest
        .replace("{chunked-inner-length}", &(inner.len() + "0\r\n\r\n".len()).to_string())
        .replace("{inner-length}", &inner.len().to_string())
        .replace("{inner-hex}", &format!("{:x}", inner.len()))
        .replace("{inner}", &inner);
    format!(
        "{method} /open/outer-{number} {version}\r\nhost: a\r\n{rest}\
         GET /open/last-{number} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
    )
    .into_bytes()
}

/// An honest request on a connection of its own gets its own answer.
async fn honest(house: &House, name: &str) {
    let target = format!("/open/honest-{name}");
    let answer = house
        .http
        .get(format!("{}{target}", house.node.gateway))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200, "{name}");
    let body = answer.text().await.unwrap();
    assert!(body.contains(&format!("GET {target}\n")), "{name}: {body}");
}

/// What came back for an attack is one of the ways it may end.
fn ended(kind: Kind, attack: &Attack, number: usize, whole: &str) {
    let what = format!("{kind:?} {number} {:?} {:?}", attack.line, attack.rest);
    // The connection was read to its end: whatever was refused is not listened to any longer.
    let all = answers(whole);
    let own = |body: &str, name: &str| body.contains(&format!("/open/{name}-{number}\n"));
    match all.as_slice() {
        // Not even a request: the connection is closed without a word.
        [] => assert_eq!(attack.may, May::Refused, "{what}"),
        [(400..600, _)] => {}
        [(200, _), ..] if attack.may == May::Refused => panic!("{what}: {whole}"),
        [(200, outer), others @ ..] => {
            assert!(own(outer, "outer") || attack.line.0 == "HEAD", "{what}: {whole}");
            // What is hidden may be a request of its own to us, who want a token for it.
            for (status, body) in others {
                let last = *status == 200 && own(body, "last");
                assert!(last || (400..500).contains(status), "{what}: {whole}");
            }
            assert!(others.len() <= 2, "{what}: {whole}");
        }
        _ => panic!("{what}: {whole}"),
    }
}

async fn before(kind: Kind) {
    let behind = Behind::start(kind).await;
    let house = behind.house("").await;
    let all = attacks();
    for (number, attack) in all.iter().enumerate() {
        let whole = raw(&house.node.gateway, &sent(attack, number)).await;
        ended(kind, attack, number, &whole);
        honest(&house, &number.to_string()).await;
    }
    // Each lane has connections of its own to the server behind.
    for name in ["end-1", "end-2", "end-3", "end-4"] {
        honest(&house, name).await;
        behind.has_seen(&format!("/open/honest-{name}")).await;
    }
    let seen = behind.seen();
    for line in &seen {
        let what = line.split_once(" /open/").and_then(|(_, name)| name.split_once('-'));
        assert!(
            matches!(what, Some(("outer" | "last" | "honest", _))),
            "{kind:?}: something else arrived: {line:?}"
        );
        assert_eq!(
            seen.iter().filter(|other| *other == line).count(),
            1,
            "{kind:?}: {line} arrived twice"
        );
    }
    for (number, attack) in all.iter().enumerate() {
        let arrived = |name: &str| {
            seen.iter()
                .any(|line| line.ends_with(&format!(" /open/{name}-{number}")))
        };
        assert!(arrived("honest"), "{kind:?} {number}");
        if attack.may == May::Refused {
            let what = format!("{kind:?} {number} {:?} {:?}", attack.line, attack.rest);
            assert!(!arrived("outer") && !arrived("last"), "{what}");
        }
    }
}

/// RS7, AT24: each is refused and its connection closed, or one request arrives as it was judged; nothing that hides in it
/// arrives, and whoever comes next gets an answer of their own.
#[test]
fn nothing_is_smuggled_to_nginx() {
    run(before(Kind::Nginx));
}

/// RS7, AT24: as before nginx.
#[test]
fn nothing_is_smuggled_to_node() {
    run(before(Kind::Node));
}

/// RS7, AT24: as before nginx.
#[test]
fn nothing_is_smuggled_to_a_lax_server() {
    run(before(Kind::Python));
}

/// RS7: before each of the three the request that names two hosts, or asks for a tunnel, is refused and nothing arrives.
#[test]
fn no_second_host_and_no_tunnel() {
    run(async {
        for kind in KINDS {
            let behind = Behind::start(kind).await;
            let house = behind.house("").await;
            for head in [
                "GET http://b/open/x HTTP/1.1\r\nhost: a\r\n\r\n",
                "GET http://a:81/open/x HTTP/1.1\r\nhost: a:80\r\n\r\n",
                "GET /open/x HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n",
                "GET /open/x HTTP/1.1\r\nhost: a, b\r\n\r\n",
                "GET /open/x HTTP/1.1\r\nhost: a/docs\r\n\r\n",
                "GET /open/x HTTP/1.1\r\nhost: user@a\r\n\r\n",
                "GET /open/x HTTP/1.1\r\n\r\n",
                "CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n",
                "CONNECT /open/x HTTP/1.1\r\nhost: a\r\n\r\n",
                "GET a:80 HTTP/1.1\r\nhost: a:80\r\n\r\n",
            ] {
                let then = "GET /open/last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
                let whole = raw(&house.node.gateway, format!("{head}{then}").as_bytes()).await;
                assert!(whole.starts_with("HTTP/1.1 400 "), "{kind:?} {head}: {whole}");
                assert_eq!(answers(&whole).len(), 1, "{kind:?} {head}: {whole}");
            }
            assert_eq!(behind.seen_by_now(&house).await, [""; 0], "{kind:?}");
        }
    });
}
