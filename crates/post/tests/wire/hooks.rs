//! A receiver of a few lines, and what it hears.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tollgate_keys::webhook::HookKey;
use tollgate_post::Undelivered;
use tollgate_post::hook::names::{Found, Names};
use tollgate_post::hook::{Hooks, Parcel, Rules};

pub(crate) const STRICT: Rules = Rules {
    private_addresses: false,
    timeout: Duration::from_secs(20),
    http: false,
};
const LOOSE: Rules = Rules {
    private_addresses: true,
    http: true,
    ..STRICT
};

/// The example of Standard Webhooks' reference libraries.
pub(crate) fn key() -> HookKey {
    HookKey::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()
}

pub(crate) fn parcel<'a>(url: &'a str, key: &'a HookKey) -> Parcel<'a> {
    Parcel {
        url,
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1_614_265_330,
        body: br#"{"test": 2432232314}"#.to_vec(),
        keys: std::slice::from_ref(key),
    }
}

/// One request, answered with `answer`. Gives back what was heard.
pub(crate) async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answer: &[u8]) -> String {
    let mut heard = Vec::new();
    while !heard.ends_with(b"}") {
        let mut piece = [0; 1024];
        match stream.read(&mut piece).await {
            Ok(read @ 1..) => heard.extend_from_slice(&piece[..read]),
            _ => break,
        }
    }
    // A sender that has heard enough may be gone by now.
    drop(stream.write_all(answer).await);
    drop(stream.shutdown().await);
    String::from_utf8(heard).unwrap()
}

async fn receiver(answer: impl Into<Vec<u8>>) -> (SocketAddr, JoinHandle<String>) {
    let answer = answer.into();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream, &answer).await
    });
    (address, heard)
}

async fn answered(answer: impl Into<Vec<u8>>) -> Result<u16, Undelivered> {
    let (address, heard) = receiver(answer).await;
    let delivered = Hooks::new(LOOSE)
        .unwrap()
        .deliver(&parcel(&format!("http://{address}/"), &key()))
        .await;
    drop(heard.await.unwrap());
    delivered
}

#[tokio::test]
async fn a_webhook_arrives_as_standard_webhooks_has_it() {
    let (address, heard) = receiver("HTTP/1.1 204 No Content\r\n\r\n").await;
    let url = format!("http://{address}/tollgate?team=1");
    let key = key();
    assert_eq!(Hooks::new(LOOSE).unwrap().deliver(&parcel(&url, &key)).await, Ok(204));
    let heard = heard.await.unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.split("\r\n").collect();
    assert_eq!(lines.remove(0), "POST /tollgate?team=1 HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {address}");
    assert_eq!(
        lines,
        [
            "accept: */*",
            "content-length: 20",
            "content-type: application/json",
            &host,
            "user-agent: tollgate",
            "webhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "webhook-timestamp: 1614265330",
        ]
    );
    assert_eq!(body, r#"{"test": 2432232314}"#);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_status() {
    let line = |status: u16| format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n");
    for status in [200, 201, 202, 204, 299] {
        assert_eq!(answered(line(status)).await, Ok(status));
    }
    for status in [304, 400, 401, 404, 410, 429, 500, 503] {
        assert_eq!(answered(line(status)).await, Err(Undelivered::Answered(status)));
    }
    for broken in ["", "HTTP/1.1 2", "SSH-2.0-x\r\n"] {
        let delivered = answered(broken).await;
        assert!(
            matches!(delivered, Err(Undelivered::Later(_))),
            "{broken} {delivered:?}"
        );
    }
}

/// CO7, AT11: a redirect is no way to another place.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (second, silent) = listening();
    for status in [301, 302, 303, 307, 308] {
        let answer = format!("HTTP/1.1 {status} x\r\nlocation: http://{second}/\r\ncontent-length: 0\r\n\r\n");
        let delivered = answered(answer).await;
        assert!(
            matches!(delivered, Err(Undelivered::Answered(told)) if told == status),
            "{status} {delivered:?}"
        );
    }
    assert_nobody_came(&silent);
}

/// A body without an end is not waited for: the status is what counts.
#[tokio::test]
async fn an_endless_answer_is_left_after_its_beginning() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let receiver = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut piece = [0; 1024];
        assert!(stream.read(&mut piece).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        // Ends when the sender has gone.
        let mut written = 0_usize;
        while stream.write_all(&[b'a'; 4096]).await.is_ok() {
            written += 4096;
        }
        written
    });
    assert_eq!(Hooks::new(LOOSE).unwrap().deliver(&parcel(&url, &key())).await, Ok(200));
    assert!(receiver.await.unwrap() > 0);
}

/// The clock is the test's own and runs ahead as soon as nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_receiver_that_says_nothing_is_tried_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let delivered = Hooks::new(LOOSE).unwrap().deliver(&parcel(&url, &key())).await;
    let told = "the receiver did not answer in time".to_owned();
    assert_eq!(delivered, Err(Undelivered::Later(told)));
}

/// OP5: an address may carry the receiver's own credential.
#[tokio::test]
async fn an_error_does_not_repeat_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?key=canary", listener.local_addr().unwrap());
    drop(listener);
    let key = key();
    let delivered = Hooks::new(LOOSE).unwrap().deliver(&parcel(&url, &key)).await;
    assert!(matches!(delivered, Err(Undelivered::Later(_))), "{delivered:?}");
    assert!(!format!("{delivered:?}").contains("canary"));

    let broken = Parcel {
        id: "a\r\nx: y",
        ..parcel(&url, &key)
    };
    assert!(matches!(
        Hooks::new(LOOSE).unwrap().deliver(&broken).await,
        Err(Undelivered::Never(_))
    ));
}

fn listening() -> (SocketAddr, std::net::TcpListener) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    (listener.local_addr().unwrap(), listener)
}

/// The kernel accepts for the listener, so a connection that was made is there to be taken.
fn assert_nobody_came(listener: &std::net::TcpListener) {
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
}

/// Answers every name with these addresses, and counts the questions.
struct Told(Vec<IpAddr>, Arc<AtomicUsize>);

impl Names for Told {
    fn look_up(&self, _: &str) -> Found {
        self.1.fetch_add(1, Ordering::SeqCst);
        let addresses = self.0.clone();
        Box::pin(async move { Ok(addresses) })
    }
}

/// CO7: this machine's own port hears nothing, however its address is spelled.
#[tokio::test]
async fn no_spelling_of_loopback_makes_a_connection() {
    let (address, listener) = listening();
    let port = address.port();
    let rules = Rules { http: true, ..STRICT };
    let hooks = Hooks::new(rules).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "localhost",
        "localhost.",
        "a.localhost",
        "１２７.０.０.１",
        "hooks.vendor.example@127.0.0.1",
    ] {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}:{port}/");
            let delivered = hooks.deliver(&parcel(&url, &key())).await;
            assert!(matches!(delivered, Err(Undelivered::Never(_))), "{url} {delivered:?}");
        }
    }
    assert_nobody_came(&listener);
}

/// CO7: a name that was fit when it was typed in, and leads here when it is used. The same name, with
/// private addresses allowed, does connect: the test sees what it claims to see.
#[tokio::test]
async fn a_name_that_leads_to_a_private_address_makes_no_connection() {
    let (address, listener) = listening();
    let url = format!("http://hooks.vendor.example:{}/", address.port());
    let asked = Arc::new(AtomicUsize::new(0));
    let private: Vec<IpAddr> = [
        "127.0.0.1",
        "::1",
        "10.0.0.1",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "192.0.2.1",
    ]
    .iter()
    .map(|address| address.parse().unwrap())
    .collect();
    let strict = Hooks::with(
        Rules { http: true, ..STRICT },
        &[],
        Told(private.clone(), Arc::clone(&asked)),
    )
    .unwrap();
    let delivered = strict.deliver(&parcel(&url, &key())).await;
    let told = "the receiver was not reached: its name leads to no public address".to_owned();
    assert_eq!(delivered, Err(Undelivered::Later(told)));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_nobody_came(&listener);

    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await
    });
    let loose = Hooks::with(LOOSE, &[], Told(private[..1].to_vec(), asked)).unwrap();
    assert_eq!(loose.deliver(&parcel(&url, &key())).await, Ok(200));
    assert!(heard.await.unwrap().contains("host: hooks.vendor.example:"));
}

/// CO7: each attempt asks anew; no answer and no connection of an earlier one is used.
#[tokio::test]
async fn every_attempt_asks_for_the_name_again() {
    let asked = Arc::new(AtomicUsize::new(0));
    let hooks = Hooks::with(LOOSE, &[], Told(vec!["127.0.0.1".parse().unwrap()], Arc::clone(&asked))).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://hooks.vendor.example:{}/", listener.local_addr().unwrap().port());
    for attempt in 1..=3 {
        let key = key();
        let parcel = parcel(&url, &key);
        let receiving = async {
            let (stream, _) = listener.accept().await.unwrap();
            serve(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await
        };
        let (delivered, _) = tokio::join!(hooks.deliver(&parcel), receiving);
        assert_eq!(delivered, Ok(200));
        assert_eq!(asked.load(Ordering::SeqCst), attempt);
    }
}
