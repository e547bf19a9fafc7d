//! The same conversations under TLS, with a certificate of the test's own.

use crate::hooks::{STRICT, key, parcel, serve};
use crate::letters::{as_usual, converse, letter, smtp};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tollgate_post::Undelivered;
use tollgate_post::hook::names::{Found, Names};
use tollgate_post::hook::{Hooks, Rules};
use tollgate_post::mail::{Mailer, Security, Smtp};

fn certificate() -> (CertificateDer<'static>, TlsAcceptor) {
    let names = [
        "localhost".to_owned(),
        "hooks.vendor.example".to_owned(),
        "127.0.0.1".to_owned(),
    ];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let certificate = made.cert.der().clone();
    let private = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], private)
        .unwrap();
    (certificate, TlsAcceptor::from(Arc::new(config)))
}

/// Takes one connection, and speaks TLS with it if the other side will.
async fn listening(acceptor: TlsAcceptor) -> (SocketAddr, JoinHandle<Option<TlsStream<TcpStream>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stream = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        acceptor.accept(stream).await.ok()
    });
    (address, stream)
}

#[tokio::test]
async fn a_letter_goes_under_tls_to_a_server_that_is_trusted() {
    let (root, acceptor) = certificate();
    let (address, stream) = listening(acceptor).await;
    let heard = tokio::spawn(async move { converse(stream.await.unwrap().unwrap(), as_usual).await });
    let settings = Smtp {
        security: Security::Tls,
        roots: vec![root],
        ..smtp(address)
    };
    assert_eq!(Mailer::smtp(&settings).unwrap().send(&letter()).await, Ok(()));
    assert!(heard.await.unwrap().contains(&"RCPT TO:<desk@firm.example>".to_owned()));
}

#[tokio::test]
async fn a_mail_server_nobody_vouches_for_gets_no_letter() {
    let (_, acceptor) = certificate();
    let (address, stream) = listening(acceptor).await;
    let settings = Smtp {
        security: Security::Tls,
        ..smtp(address)
    };
    let sent = Mailer::smtp(&settings).unwrap().send(&letter()).await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
    assert!(stream.await.unwrap().is_none());
}

struct Here;

impl Names for Here {
    fn look_up(&self, _: &str) -> Found {
        Box::pin(async { Ok(vec![IpAddr::from([127, 0, 0, 1])]) })
    }
}

#[tokio::test]
async fn a_webhook_goes_under_tls_to_a_receiver_that_is_trusted() {
    let rules = Rules {
        private_addresses: true,
        ..STRICT
    };
    let key = key();
    let (root, acceptor) = certificate();
    let (address, stream) = listening(acceptor.clone()).await;
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
    let heard = tokio::spawn(async move { serve(stream.await.unwrap().unwrap(), answer).await });
    let url = format!("https://hooks.vendor.example:{}/", address.port());
    let hooks = Hooks::with(rules, &[root], Here).unwrap();
    assert_eq!(hooks.deliver(&parcel(&url, &key)).await, Ok(200));
    assert!(heard.await.unwrap().starts_with("POST / HTTP/1.1\r\n"));

    // Nobody vouches for it.
    let (address, stream) = listening(acceptor).await;
    let url = format!("https://hooks.vendor.example:{}/", address.port());
    let delivered = Hooks::with(rules, &[], Here)
        .unwrap()
        .deliver(&parcel(&url, &key))
        .await;
    assert!(matches!(delivered, Err(Undelivered::Later(_))), "{delivered:?}");
    assert!(stream.await.unwrap().is_none());
}
