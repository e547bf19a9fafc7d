//! Where the gateway connects to, and where it never does (CO7).
//!
//! An address is judged when it is connected to, and by what it is: whoever has a name can let it lead to another place
//! tomorrow. Redirects are not followed by anything in this room.

use futures_util::future::BoxFuture;
use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tollgate_model::route::{literal, off_limits};
use tower_service::Service;

type Boxed = Box<dyn Error + Send + Sync>;

/// Connects where a server of somebody's API may be.
#[derive(Clone, Debug)]
pub(crate) struct Guarded<R = GaiResolver> {
    http: HttpConnector<Judged<R>>,
    anywhere: bool,
}

/// A connector that gives up after `limit`. Link-local, multicast, broadcast and unspecified addresses are reached where
/// `anywhere` says so.
pub(crate) fn guarded(limit: Duration, anywhere: bool) -> Guarded {
    Guarded::asking(GaiResolver::new(), limit, anywhere)
}

impl<R> Guarded<R> {
    fn asking(names: R, limit: Duration, anywhere: bool) -> Self {
        let mut http = HttpConnector::new_with_resolver(Judged { names, anywhere });
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(limit));
        Self { http, anywhere }
    }
}

/// There is nothing that may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its address is link-local, multicast, broadcast, unspecified, or of a cloud's metadata service")]
pub(crate) struct OffLimits;

impl<R> Service<Uri> for Guarded<R>
where
    R: Service<Name, Response: Iterator<Item = SocketAddr>, Error: Into<Boxed>, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
{
    type Response = TokioIo<TcpStream>;
    type Error = Boxed;
    type Future = BoxFuture<'static, Result<Self::Response, Boxed>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Boxed>> {
        // The one beneath is always ready, and each connection has its own copy of it.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        // What is an address already is not asked of the resolver.
        let forbidden = !self.anywhere && to.host().and_then(literal).is_some_and(off_limits);
        let mut http = self.http.clone();
        Box::pin(async move {
            if forbidden {
                return Err(OffLimits.into());
            }
            http.call(to).await.map_err(Into::into)
        })
    }
}

/// Asks where a name leads, and keeps back what must not be connected to.
#[derive(Clone)]
struct Judged<R> {
    names: R,
    anywhere: bool,
}

impl<R> fmt::Debug for Judged<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judged").field("anywhere", &self.anywhere).finish()
    }
}

impl<R> Service<Name> for Judged<R>
where
    R: Service<Name, Response: Iterator<Item = SocketAddr>, Error: Into<Boxed>, Future: Send + 'static>,
{
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Boxed;
    type Future = BoxFuture<'static, Result<Self::Response, Boxed>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Boxed>> {
        self.names.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let found = self.names.call(name);
        let anywhere = self.anywhere;
        Box::pin(async move {
            let found = found.await.map_err(Into::into)?;
            let left: Vec<SocketAddr> = found.filter(|at| anywhere || !off_limits(at.ip())).collect();
            if left.is_empty() {
                return Err(OffLimits.into());
            }
            Ok(left.into_iter())
        })
    }
}

#[cfg(test)]
mod tests;
