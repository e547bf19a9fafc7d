//! A logout token on its way to a client.

use crate::hooks::STRICT;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tollgate_post::Undelivered;
use tollgate_post::hook::{Hooks, Rules};

const LOOSE: Rules = Rules {
    private_addresses: true,
    http: true,
    ..STRICT
};
const TOKEN: &str = "eyJ0eXAiOiJsb2dvdXQrand0In0.eyJqdGkiOiJieWVfMSJ9.c2ln-_";

/// One request, answered with `answer`. Gives back what was heard.
async fn client(answer: &'static str) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut heard = Vec::new();
        while !heard.ends_with(TOKEN.as_bytes()) {
            let mut piece = [0; 1024];
            match stream.read(&mut piece).await {
                Ok(read @ 1..) => heard.extend_from_slice(&piece[..read]),
                _ => break,
            }
        }
        // A sender that has heard enough may be gone by now.
        drop(stream.write_all(answer.as_bytes()).await);
        drop(stream.shutdown().await);
        String::from_utf8(heard).unwrap()
    });
    (address, heard)
}

async fn told(answer: &'static str) -> (Result<u16, Undelivered>, String) {
    let (address, heard) = client(answer).await;
    let hooks = Hooks::new(LOOSE).unwrap();
    let told = hooks
        .farewell(&format!("http://{address}/logout?tenant=7"), TOKEN)
        .await;
    (told, heard.await.unwrap())
}

/// OC5: a form with one field, as Back-Channel Logout §2.5 has it, and nothing that says who else is told.
#[tokio::test]
async fn a_logout_token_is_a_form_with_one_field() {
    let (told, heard) = told("HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!(told, Ok(200));
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /logout?tenant=7 HTTP/1.1\r\n"), "{head}");
    assert!(
        head.contains("content-type: application/x-www-form-urlencoded"),
        "{head}"
    );
    assert!(!head.contains("referer") && !head.contains("cookie"), "{head}");
    assert_eq!(body, format!("logout_token={TOKEN}"));
}

/// OC5: 2xx and nothing else counts.
#[tokio::test]
async fn only_a_success_counts() {
    let (done, _) = told("HTTP/1.1 204 No Content\r\n\r\n").await;
    assert_eq!(done, Ok(204));
    for (answer, status) in [
        (
            "HTTP/1.1 302 x\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
            302,
        ),
        ("HTTP/1.1 400 x\r\ncontent-length: 0\r\n\r\n", 400),
        ("HTTP/1.1 501 x\r\ncontent-length: 0\r\n\r\n", 501),
    ] {
        assert_eq!(told(answer).await.0, Err(Undelivered::Answered(status)));
    }
}

/// CO7, AT11: nobody is told at an address of a private network, whoever registered it.
#[tokio::test]
async fn no_logout_token_goes_into_a_private_network() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let https = Rules { http: false, ..STRICT };
    let hooks = Hooks::new(https).unwrap();
    for uri in [
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        "https://169.254.169.254/latest".to_owned(),
        "https://[::1]/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        format!("http://127.0.0.1:{port}/"),
    ] {
        let told = hooks.farewell(&uri, TOKEN).await;
        assert!(matches!(told, Err(Undelivered::Never(_))), "{uri} {told:?}");
    }
    let listener = listener.into_std().unwrap();
    let came = listener.accept();
    assert!(matches!(came, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock));
}

#[tokio::test]
async fn what_is_no_token_is_not_sent() {
    let hooks = Hooks::new(LOOSE).unwrap();
    for text in ["", "a&b=c", "a\r\nb", "a b"] {
        let told = hooks.farewell("http://127.0.0.1:9/", text).await;
        assert!(matches!(told, Err(Undelivered::Never(_))), "{text} {told:?}");
    }
}
