//! Connections from outside.

mod crowd;
mod patient;

use crate::Gateway;
use crate::body::Reply;
use crate::lane::{Arrival, Lanes};
use crate::settings::Timeouts;
pub(crate) use crowd::Place;
use crowd::{Crowd, Leave, Standing};
use http::header::{self, HeaderValue};
use http::{Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use patient::Patient;
use rustls::ServerConfig;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Who is at the other end of a connection; written once per connection.
#[derive(Clone, Debug)]
pub struct Peer {
    pub(crate) address: IpAddr,
    pub(crate) tls: bool,
    /// For `X-Forwarded-For`.
    pub(crate) text: HeaderValue,
    /// For `Forwarded` (RFC 7239).
    pub(crate) forwarded: HeaderValue,
}

impl Peer {
    /// The peer at `address`, over TLS or not.
    #[must_use]
    pub fn new(address: IpAddr, tls: bool) -> Self {
        let address = address.to_canonical();
        let text = address.to_string();
        let node = if address.is_ipv6() {
            format!("\"[{text}]\"")
        } else {
            text.clone()
        };
        let unknown = || HeaderValue::from_static("unknown");
        Self {
            address,
            tls,
            text: HeaderValue::from_str(&text).unwrap_or_else(|_| unknown()),
            forwarded: HeaderValue::from_str(&format!("for={node};proto={}", if tls { "https" } else { "http" }))
                .unwrap_or_else(|_| HeaderValue::from_static("for=unknown")),
        }
    }
}

/// The least that the reader can be given, whatever the settings say.
const LEAST_HEAD: usize = 8192;

impl Gateway {
    /// Takes connections from `listener` until `shutdown`, then lets running requests end. With `tls`, HTTP/2 and
    /// HTTP/1.1 are negotiated (RFC 7301); without, both are understood, HTTP/2 when the client begins with it.
    ///
    /// After `shutdown` whatever waited in the listener's queue is still taken on, each connection is told that it ends
    /// with the next answer (`Connection: close`, or GOAWAY over HTTP/2), and only one on which nothing comes for a
    /// while is closed without an answer (RL17).
    pub async fn serve(self: Arc<Self>, listener: TcpListener, tls: Option<ServerConfig>, shutdown: CancellationToken) {
        let acceptor = tls.map(|mut tls| {
            if tls.alpn_protocols.is_empty() {
                tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            }
            TlsAcceptor::from(Arc::new(tls))
        });
        self.users.settle();
        if let Some(introspector) = &self.introspector {
            introspector.settle();
        }
        self.limits.plans.settle();
        self.legacy.settle();
        let gateway = Arc::clone(&self);
        let lanes = Lanes::start(self.settings.lanes, move |arrivals| {
            Arc::clone(&gateway).lane(arrivals, acceptor.clone())
        });
        let mut lanes = match lanes {
            Ok(lanes) => lanes,
            Err(error) => {
                tracing::error!(%error, "the gateway cannot start its threads");
                return;
            }
        };
        let mut crowd = Crowd::new(self.settings.most_connections);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = shutdown.cancelled() => break,
            };
            match accepted {
                Ok((stream, from)) => match (stream.into_std(), crowd.enter()) {
                    (Ok(stream), Some(place)) => lanes.take((stream, from, place)),
                    // A connection that cannot be moved, or for which there is no room, is closed.
                    _ => tracing::debug!("a connection was not taken"),
                },
                Err(error) => {
                    // Out of descriptors, most likely: others must end before another can begin.
                    tracing::warn!(%error, "taking a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        // What was connected before we stopped is not cut off: a closed listener resets its queue.
        if let Ok(listener) = listener.into_std() {
            while let Ok((stream, from)) = listener.accept() {
                if let (Ok(()), Some(place)) = (stream.set_nonblocking(true), crowd.enter()) {
                    lanes.take((stream, from, place));
                }
            }
        }
        crowd.stop();
        lanes.end().await;
    }

    /// Serves what arrives on this lane until nothing can arrive any more, then lets running requests end.
    async fn lane(self: Arc<Self>, mut arrivals: mpsc::UnboundedReceiver<Arrival>, acceptor: Option<TlsAcceptor>) {
        let builder = Arc::new(self.builder());
        let connections = TaskTracker::new();
        let watching = Arc::clone(&self);
        let watch = tokio::spawn(async move { watching.admission.watch().await });
        while let Some((stream, from, (standing, leave))) = arrivals.recv().await {
            let Ok(stream) = TcpStream::from_std(stream) else {
                continue;
            };
            let one = Connection {
                gateway: Arc::clone(&self),
                builder: Arc::clone(&builder),
                standing,
                leave,
            };
            connections.spawn(one.run(stream, from, acceptor.clone()));
        }
        connections.close();
        if tokio::time::timeout(self.settings.timeouts.drain, connections.wait())
            .await
            .is_err()
        {
            tracing::warn!("some requests had not ended when the gateway stopped");
        }
        watch.abort();
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let caps = self.settings.caps;
        let head = caps.head_bytes.max(LEAST_HEAD);
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(self.settings.timeouts.head)
            .max_buf_size(head)
            .max_headers(caps.headers)
            .half_close(false);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_header_list_size(u32::try_from(head).unwrap_or(u32::MAX))
            .max_concurrent_streams(256)
            .adaptive_window(true)
            .keep_alive_interval(self.settings.timeouts.head)
            .keep_alive_timeout(self.settings.timeouts.head);
        builder
    }
}

struct Connection {
    gateway: Arc<Gateway>,
    builder: Arc<Builder<TokioExecutor>>,
    standing: Arc<Standing>,
    leave: oneshot::Receiver<Leave>,
}

impl Connection {
    async fn run(mut self, stream: TcpStream, from: SocketAddr, acceptor: Option<TlsAcceptor>) {
        // An answer in several pieces must not wait for acknowledgements. Where it cannot be set, it is only slower.
        let _ = stream.set_nodelay(true);
        let peer = Peer::new(from.ip(), acceptor.is_some());
        let timeouts = &self.gateway.settings.timeouts;
        let stream = Patient::new(stream, timeouts.body);
        let Some(acceptor) = acceptor else {
            return self.speak(stream, peer).await;
        };
        let shaken = tokio::select! {
            shaken = tokio::time::timeout(timeouts.head, acceptor.accept(stream)) => shaken,
            why = &mut self.leave => {
                tracing::debug!(?why, "a TLS handshake made room");
                return;
            }
        };
        match shaken {
            Ok(Ok(stream)) => self.speak(stream, peer).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    /// Serves the connection to its end: its own, that of the gateway, or when another needs its place. Before the first
    /// octets tell the version of HTTP no other clock runs, so one that brings no request in time is closed here.
    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer) {
        let Self {
            gateway,
            builder,
            standing,
            mut leave,
        } = self;
        let Timeouts { head, goodbye, .. } = gateway.settings.timeouts;
        let all = Arc::new((gateway, peer, Arc::clone(&standing)));
        let service = service_fn(move |request| {
            let all = Arc::clone(&all);
            async move { Ok::<_, Infallible>(answer(&all.0, &all.1, &all.2, request).await) }
        });
        let connection = builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .into_owned();
        let mut connection = pin!(connection);
        let brought_nothing = || !standing.begun.load(Ordering::Relaxed);
        let first = tokio::select! {
            ended = connection.as_mut() => Next::Ended(ended),
            why = &mut leave => Next::Leave(why),
            () = tokio::time::sleep(head) => Next::Late,
        };
        let next = match first {
            Next::Late if brought_nothing() => {
                tracing::debug!("a connection brought no request");
                return;
            }
            Next::Late => tokio::select! {
                ended = connection.as_mut() => Next::Ended(ended),
                why = &mut leave => Next::Leave(why),
            },
            first => first,
        };
        let ended = match next {
            Next::Ended(ended) => Some(ended),
            Next::Leave(Ok(Leave::Room)) if brought_nothing() => {
                tracing::debug!("a connection that brought no request made room for another");
                return;
            }
            // RFC 9113 §6.8: GOAWAY loses nothing. HTTP/1.1 has no such word but in an answer, so one is waited for.
            Next::Leave(Ok(Leave::Stop)) if !standing.over_http2.load(Ordering::Relaxed) => {
                tokio::time::timeout(goodbye, connection.as_mut()).await.ok()
            }
            Next::Leave(_) | Next::Late => None,
        };
        let ended = match ended {
            Some(ended) => ended,
            None => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// What comes next for a connection.
enum Next<T> {
    Ended(T),
    Leave(Result<Leave, oneshot::error::RecvError>),
    /// It had its time to bring a request.
    Late,
}

/// One request of a connection. The answer says so when it is the last.
async fn answer(gateway: &Gateway, peer: &Peer, standing: &Standing, request: Request<Incoming>) -> Response<Reply> {
    if !standing.begun.load(Ordering::Relaxed) {
        standing.begun.store(true, Ordering::Relaxed);
    }
    let over_http2 = request.version() == Version::HTTP_2;
    if over_http2 {
        standing.over_http2.store(true, Ordering::Relaxed);
    }
    standing.under_way.fetch_add(1, Ordering::Relaxed);
    let under_way = UnderWay(standing);
    let mut response = gateway.handle(peer, request).await;
    drop(under_way);
    let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if standing.leaves.load(Ordering::Relaxed) && !over_http2 && !upgraded {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}

struct UnderWay<'a>(&'a Standing);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::Relaxed);
    }
}
