//! Requests that two servers would cut at different places.

use crate::scene::*;

/// RS7, AT24: what could be framed in two ways is refused and the connection closed; the server behind sees nothing.
#[tokio::test]
async fn what_can_be_framed_in_two_ways_is_refused() {
    let scene = Scene::open().await;
    let inner = "GET /open/smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    let refused = [
        "content-length: 5\r\ncontent-length: 6\r\n\r\nhello".to_owned(),
        "content-length: 5, 6\r\n\r\nhello".to_owned(),
        "content-length: +5\r\n\r\nhello".to_owned(),
        "content-length: 0x5\r\n\r\nhello".to_owned(),
        "content-length: -1\r\n\r\n".to_owned(),
        "content-length: 5 5\r\n\r\nhello".to_owned(),
        "content-length : 5\r\n\r\nhello".to_owned(),
        "content-length: 99999999999999999999\r\n\r\n".to_owned(),
        format!("transfer-encoding: x, identity\r\ncontent-length: 3\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding : chunked\r\n\r\n0\r\n\r\n{inner}"),
        format!("transfer-encoding: xchunked\r\n\r\n0\r\n\r\n{inner}"),
        "x: 1\r\n folded: 2\r\n\r\n".to_owned(),
        "x: 1\r\n\ttransfer-encoding: chunked\r\n\r\n".to_owned(),
        "x: a\rb\r\n\r\n".to_owned(),
        "x\0y: a\r\n\r\n".to_owned(),
        "x y: a\r\n\r\n".to_owned(),
        ": empty\r\n\r\n".to_owned(),
    ];
    for rest in refused {
        let answer = scene
            .raw(&format!("POST /open/outer HTTP/1.1\r\nhost: a\r\n{rest}"))
            .await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{rest:?}: {answer}");
        assert_eq!(
            answer.matches("HTTP/1.1 ").count(),
            1,
            "one answer, then the end: {rest:?}: {answer}"
        );
    }
    for whole in [
        "POST /open/outer HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n".to_owned(),
        "GET  /open/outer HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(),
        "GET /open/outer HTTP/1.1 x\r\nhost: a\r\n\r\n".to_owned(),
        "GET /open/outer HTTP/9.1\r\nhost: a\r\n\r\n".to_owned(),
    ] {
        let answer = scene.raw(&whole).await;
        assert!(answer.contains(" 400 ") || answer.is_empty(), "{whole:?}: {answer}");
    }
    assert_eq!(scene.behind.count(), 0, "{:?}", scene.behind.seen.lock().unwrap());
}

/// RS7: where both lengths are given, chunked counts (RFC 9112 §6.3) and the other does not go on: nothing is smuggled.
#[tokio::test]
async fn chunked_counts_and_the_length_does_not_go_on() {
    let scene = Scene::open().await;
    let inner = "GET /open/smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    for (head, body) in [
        (
            "content-length: 4\r\ntransfer-encoding: chunked",
            format!("5\r\nhello\r\n0\r\n\r\n{inner}"),
        ),
        (
            "transfer-encoding: chunked\r\ncontent-length: 60",
            format!("5\r\nhello\r\n0\r\n\r\n{inner}"),
        ),
    ] {
        let before = scene.behind.count();
        let sent = format!("POST /open/outer HTTP/1.1\r\nhost: a\r\n{head}\r\nconnection: close\r\n\r\n{body}");
        let answer = scene.raw(&sent).await;
        if answer.starts_with("HTTP/1.1 400") {
            assert_eq!(scene.behind.count(), before);
            continue;
        }
        assert_eq!(scene.behind.count(), before + 1, "{answer}");
        let seen = scene.behind.last();
        assert_eq!((&*seen.uri, &*seen.body), ("/open/outer", b"hello".as_slice()));
        assert!(
            seen.header("content-length").is_none() || seen.header("transfer-encoding").is_none(),
            "{seen:?}"
        );
    }
}

/// RS7: oddities of chunks. What is forwarded is framed anew by us, so the server behind sees one plain request.
#[tokio::test]
async fn odd_chunks_are_refused_or_framed_anew() {
    let scene = Scene::open().await;
    let inner = "GET /open/smuggled HTTP/1.1\r\nhost: a\r\n\r\n";
    for body in [
        "5;ext=1\r\nhello\r\n0\r\n\r\n".to_owned(),
        format!("5;a=\"{}\"\r\nhello\r\n0\r\n\r\n", "x".repeat(100)),
        "5;a\nb\r\nhello\r\n0\r\n\r\n".to_owned(),
        "0x5\r\nhello\r\n0\r\n\r\n".to_owned(),
        "5\r\nhelloX\r\n0\r\n\r\n".to_owned(),
        "fffffffffffffffff\r\nhello".to_owned(),
        "-1\r\nhello\r\n0\r\n\r\n".to_owned(),
        format!("0\r\n\r\n{inner}"),
        format!("0\r\nx: 1\r\n\r\n{inner}"),
    ] {
        let before = scene.behind.count();
        let sent = format!(
            "POST /open/outer HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n{body}"
        );
        let answer = scene.raw(&sent).await;
        let new = scene.behind.seen.lock().unwrap().split_off(before);
        assert!(new.len() <= 1, "{body:?}: {new:?}");
        for seen in &new {
            assert_eq!(seen.uri, "/open/outer", "{body:?}");
            assert!(seen.body.is_empty() || &*seen.body == b"hello", "{body:?}: {seen:?}");
        }
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{body:?}: {answer}");
        scene.behind.seen.lock().unwrap().clear();
    }
}

/// RS7: `h2c` would carry requests past every check; it is not passed on, nor is any upgrade where none is allowed.
#[tokio::test]
async fn no_upgrade_goes_where_none_is_allowed() {
    let scene = Scene::open().await;
    for (path, word) in [
        ("/open/x", "websocket"),
        ("/open/x", "h2c"),
        ("/socket", "h2c"),
        ("/socket", "websocket, h2c"),
    ] {
        let sent = format!(
            "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings, close\r\nupgrade: {word}\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n\r\n"
        );
        let answer = scene.raw(&sent).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path} {word}: {answer}");
        let seen = scene.behind.last();
        assert!(
            seen.header("upgrade").is_none() && seen.header("http2-settings").is_none(),
            "{seen:?}"
        );
    }
}

/// RS6: `CONNECT` has no path (RFC 9110 §9.3.6), and would be forwarded without the one that was checked.
#[tokio::test]
async fn a_connect_with_a_path_is_refused() {
    let scene = Scene::open().await;
    let answer = scene.raw("CONNECT /open/x HTTP/1.1\r\nhost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert_eq!(scene.behind.count(), 0);
}
