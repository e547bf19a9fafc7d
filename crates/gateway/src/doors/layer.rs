//! The gate in front of a Rust service, in its own process.

use super::judged::{Judged, spelled};
use crate::Gateway;
use crate::serve::Peer;
use bytes::Bytes;
use http::{Extensions, Request, Response};
use http_body_util::{Either, Full};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tollgate_model::{AccountId, ActingUser, ClientId};
use tollgate_protocol::scope::Scopes;
use tower_layer::Layer;
use tower_service::Service;

/// Who asks: in the extensions of every request that passes a [`GateLayer`].
///
/// On a public route, and where a token does not say it, a field is empty.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The id of this request; also in the answer.
    pub request_id: String,
    /// The client whose token it is.
    pub client: Option<ClientId>,
    /// The client's account, or that of a credential of an old kind.
    pub account: Option<AccountId>,
    /// The token's scopes.
    pub scopes: Scopes,
    /// The `sub` of the person for whom the request is.
    pub person: Option<String>,
    /// The member for whom the client acts (SS-38).
    pub acting_user: Option<ActingUser>,
}

/// Lets through to a service what a [`Gateway`] would forward. What is refused is answered here, and the service does not
/// see it.
///
/// A request that passes has a [`Caller`] among its extensions and our identity headers on it; whatever came from outside
/// under such names is gone, and so are the credentials that were looked at. Its path is in the one spelling that was
/// checked (RS6). Targets, time limits and body caps of routes do not apply: nothing is forwarded.
///
/// Until the gateway [follows](Gateway::follow) an issuer, everything is answered with 503:
///
/// ```
/// use std::sync::Arc;
/// use tollgate_gateway::{Caller, GateLayer, Gateway, HttpSource, Settings};
/// use tollgate_model::Moment;
/// use tollgate_model::moment::Clock;
/// use tower::{Service, ServiceBuilder, ServiceExt, service_fn};
///
/// struct Machine;
/// impl Clock for Machine {
///     fn now(&self) -> Moment {
///         let since = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
///         Moment(i64::try_from(since).unwrap_or(i64::MAX))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // The issuer's management listener, and a token of an operator of the kind `gateway`.
/// let issuer = HttpSource::new("http://localhost:8082", "the gateway's token", &[])?;
/// let gateway = Gateway::new(Settings::default(), Arc::new(issuer), Arc::new(Machine));
/// // Where it runs for good: tokio::spawn(gateway.clone().follow(stop)), and gateway.ready().await.
///
/// let mut service = ServiceBuilder::new()
///     .layer(GateLayer::new(gateway))
///     .service(service_fn(|request: http::Request<()>| async move {
///         let caller = request.extensions().get::<Caller>().ok_or("no gate")?;
///         Ok::<_, &str>(http::Response::new(format!("{:?}", caller.account)))
///     }));
///
/// let request = http::Request::get("/documents").header("host", "api.example").body(())?;
/// let answer = service.ready().await?.call(request).await?;
/// assert_eq!(answer.status(), 503);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct GateLayer {
    gateway: Arc<Gateway>,
    peer: fn(&Extensions) -> Option<SocketAddr>,
}

impl GateLayer {
    /// The gate that `gateway` keeps. Where the peer's address is, is told by [`peer`](Self::peer); until then it is taken
    /// from an extension of type [`SocketAddr`], if there is one.
    #[must_use]
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self {
            gateway,
            peer: |extensions| extensions.get().copied(),
        }
    }

    /// Finds the peer's address by this. With axum:
    /// `|extensions| extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0)`.
    #[must_use]
    pub fn peer(self, peer: fn(&Extensions) -> Option<SocketAddr>) -> Self {
        Self { peer, ..self }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Gated<S>;

    fn layer(&self, inner: S) -> Gated<S> {
        Gated {
            gate: self.clone(),
            inner,
        }
    }
}

/// A service behind a [`GateLayer`].
#[derive(Clone)]
pub struct Gated<S> {
    gate: GateLayer,
    inner: S,
}

impl<S, B, R> Service<Request<B>> for Gated<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Either<R, Full<Bytes>>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let gate = self.gate.clone();
        // The one that was asked whether it is ready is the one that is called.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        Box::pin(async move {
            let (mut head, body) = request.into_parts();
            let from = (gate.peer)(&head.extensions).map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |from| from.ip());
            let peer = Peer::new(from, head.uri.scheme() == Some(&http::uri::Scheme::HTTPS));
            let allowed = match gate.gateway.judge(&peer, &head).await {
                Judged::Refused(answer) => return Ok(answer.map(|text| Either::Right(Full::new(text)))),
                Judged::Allowed(allowed) => *allowed,
            };
            for name in &allowed.removed {
                head.headers.remove(name);
            }
            for (name, value) in &allowed.identity {
                head.headers.insert(name, value.clone());
            }
            head.uri = spelled(head.uri, allowed.path);
            head.extensions.insert(allowed.caller);
            let mut answer = inner.call(Request::from_parts(head, body)).await?;
            for (name, value) in &allowed.said {
                if name == http::header::LINK {
                    answer.headers_mut().append(name, value.clone());
                } else {
                    answer.headers_mut().insert(name, value.clone());
                }
            }
            Ok(answer.map(Either::Left))
        })
    }
}
