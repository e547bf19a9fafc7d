//! The listener under issuer and management API: connections in, requests to a router.

use arc_swap::ArcSwap;
use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse as _;
use futures_util::future::Either;
use http::{HeaderValue, StatusCode, Version, header};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tollgate_web::peer::{Peer, TrustedProxies};
use tower::ServiceExt as _;

/// How long a client may take to send the head of a request, TLS handshake included.
const HEAD: Duration = Duration::from_secs(15);
/// When we stop: how long a connection that does nothing is kept, so that a request that is on its way is answered.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long running requests may take to end when we stop.
const DRAIN: Duration = Duration::from_secs(20);
/// The most bytes that the head of a request may have.
const MOST_HEAD: usize = 32 * 1024;
/// The most header fields of a request.
const MOST_HEADERS: usize = 64;

/// Where requests go.
pub struct Rooms {
    /// By their path.
    pub router: Router,
    /// Whose `X-Forwarded-For` is believed.
    pub proxies: Arc<TrustedProxies>,
}

impl Rooms {
    /// A router that nothing takes the place of, and no proxy that is believed.
    #[must_use]
    pub fn of(router: Router) -> Arc<ArcSwap<Self>> {
        Arc::new(ArcSwap::from_pointee(Self {
            router,
            proxies: Arc::default(),
        }))
    }
}

/// What a listener serves.
pub struct Served {
    /// Where requests go from now on; those under way stay where they are.
    pub rooms: Arc<ArcSwap<Rooms>>,
    /// Certificate and key, if it speaks TLS.
    pub tls: Option<TlsAcceptor>,
}

/// Accepts connections until `stop`, then lets running requests end. What was connected by then is answered, and told
/// that the answer is its last (RL17).
pub async fn serve(listener: TcpListener, served: Served, stop: CancellationToken) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MOST_HEAD)
        .max_headers(MOST_HEADERS);
    server
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(32 * 1024)
        .max_concurrent_streams(200);
    let server = Arc::new(server);
    let served = Arc::new(served);
    let leaving = Arc::new(AtomicBool::new(false));
    let graceful = GracefulShutdown::new();
    let connections = TaskTracker::new();
    let take = |stream: TcpStream, peer: SocketAddr| {
        // Answers are one small write each; waiting to fill a segment would only delay them.
        let _best_effort = stream.set_nodelay(true);
        let (server, served) = (Arc::clone(&server), Arc::clone(&served));
        let (watcher, leaving) = (graceful.watcher(), Arc::clone(&leaving));
        connections.spawn(async move {
            let rooms = &served.rooms;
            match &served.tls {
                None => connection(&server, stream, (rooms, &leaving), peer, watcher, HEAD).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HEAD, tls.accept(stream)).await {
                        connection(&server, stream, (rooms, &leaving), peer, watcher, HEAD).await;
                    }
                }
            }
        });
    };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => take(stream, peer),
            // Out of file descriptors, most likely: let some connections end before the next try.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    // A closed listener resets its queue: what is in it is taken first.
    if let Ok(listener) = listener.into_std() {
        while let Ok((stream, peer)) = listener.accept() {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                take(stream, peer);
            }
        }
    }
    leaving.store(true, Ordering::Relaxed);
    connections.close();
    let _idle = tokio::time::timeout(GOODBYE, connections.wait()).await;
    let drained = async {
        graceful.shutdown().await;
        // Until they are gone with all they hold: the store of whoever waits may hang on it.
        connections.wait().await;
    };
    let _cut_after = tokio::time::timeout(DRAIN, drained).await;
}

/// Serves one connection to its end. One that brings no request within `patience` is closed: before the first octets
/// tell the version of HTTP, no other clock runs.
async fn connection<S>(
    server: &auto::Builder<TokioExecutor>,
    stream: S,
    (rooms, leaving): (&Arc<ArcSwap<Rooms>>, &Arc<AtomicBool>),
    peer: SocketAddr,
    watcher: hyper_util::server::graceful::Watcher,
    patience: Duration,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (rooms, leaving) = (Arc::clone(rooms), Arc::clone(leaving));
    let begun = Arc::new(AtomicBool::new(false));
    let begins = Arc::clone(&begun);
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        begins.store(true, Ordering::Relaxed);
        // RFC 9112 §3.2: who names two hosts is answered 400.
        if request.headers().get_all(http::header::HOST).iter().nth(1).is_some() {
            return Either::Left(std::future::ready(Ok::<_, Infallible>(
                StatusCode::BAD_REQUEST.into_response(),
            )));
        }
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer::at(peer));
        let rooms = rooms.load();
        if !rooms.proxies.0.is_empty() {
            request.extensions_mut().insert(Arc::clone(&rooms.proxies));
        }
        let (over_http2, leaving) = (request.version() == Version::HTTP_2, Arc::clone(&leaving));
        let answer = rooms.router.clone().oneshot(request);
        Either::Right(async move {
            let mut response = answer.await?;
            if leaving.load(Ordering::Relaxed) && !over_http2 {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(header::CONNECTION, close);
            }
            Ok(response)
        })
    });
    let connection = server
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned();
    let mut served = std::pin::pin!(watcher.watch(connection));
    let ended = match tokio::time::timeout(patience, served.as_mut()).await {
        Ok(ended) => ended,
        Err(_) if !begun.load(Ordering::Relaxed) => {
            tracing::debug!("a connection brought no request");
            return;
        }
        Err(_) => served.await,
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended badly");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn rooms() -> Arc<ArcSwap<Rooms>> {
        Rooms::of(Router::new().route("/", get(async || "here")))
    }

    /// RL17: who waits in the listener's queue when it stops is answered, and told that it was the last.
    #[tokio::test]
    async fn who_waits_in_the_queue_is_still_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let mut stream = TcpStream::connect(at).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
            waiting.push(stream);
        }
        let stop = CancellationToken::new();
        stop.cancel();
        let served = Served {
            rooms: rooms(),
            tls: None,
        };
        serve(listener, served, stop).await;
        for mut stream in waiting {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
            assert!(answer.contains("connection: close"), "{answer}");
        }
    }

    /// RL12: who says nothing, or not enough to tell which HTTP it is, does not hold a connection for ever.
    #[tokio::test]
    async fn a_connection_without_a_request_is_closed() {
        for said in ["", "PRI * HT", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
            let (mut client, ours) = tokio::io::duplex(4096);
            client.write_all(said.as_bytes()).await.unwrap();
            let mut server = auto::Builder::new(TokioExecutor::new());
            server.http2().timer(TokioTimer::new());
            let graceful = GracefulShutdown::new();
            let peer = ([192, 0, 2, 1], 1).into();
            connection(
                &server,
                ours,
                (&rooms(), &Arc::default()),
                peer,
                graceful.watcher(),
                Duration::from_millis(5),
            )
            .await;
            let mut rest = Vec::new();
            let _settings_of_http2 = client.read_to_end(&mut rest).await.unwrap();
            assert!(!rest.starts_with(b"HTTP/1.1 200"), "{said:?}");
        }
    }

    #[tokio::test]
    async fn a_connection_with_a_request_outlives_the_patience_for_it() {
        let (mut client, ours) = tokio::io::duplex(4096);
        client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
        let server = auto::Builder::new(TokioExecutor::new());
        let graceful = GracefulShutdown::new();
        let (rooms, staying) = (rooms(), Arc::default());
        let peer = ([192, 0, 2, 1], 1).into();
        let serving = connection(
            &server,
            ours,
            (&rooms, &staying),
            peer,
            graceful.watcher(),
            Duration::from_millis(5),
        );
        let asking = async {
            let mut answers = [0_u8; 15];
            client.read_exact(&mut answers).await.unwrap();
            assert_eq!(&answers, b"HTTP/1.1 200 OK");
            // The patience ends while the connection is idle; then it is used again.
            tokio::time::timeout(Duration::from_millis(20), std::future::pending::<()>())
                .await
                .unwrap_err();
            client
                .write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .await
                .unwrap();
            let mut rest = Vec::new();
            client.read_to_end(&mut rest).await.unwrap();
            assert!(String::from_utf8(rest).unwrap().contains("HTTP/1.1 200 OK"));
        };
        tokio::join!(serving, asking);
    }
}
