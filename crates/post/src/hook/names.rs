//! Where a name leads, and that it leads to no forbidden place. A name is judged by what it leads to at the
//! moment of the connection: what it led to when it was typed in says nothing (CO7).

use super::address::is_public;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

/// As many addresses of one name are tried.
const MOST: usize = 8;

/// The addresses of a name, once they are found.
pub type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Whom to ask where a name leads.
pub trait Names: Send + Sync + 'static {
    /// The addresses of `host`.
    fn look_up(&self, host: &str) -> Found;
}

/// The system's resolver.
#[derive(Clone, Copy, Debug)]
pub struct System;

impl Names for System {
    fn look_up(&self, host: &str) -> Found {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// No address behind the name may be connected to.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("its name leads to no public address")]
struct NoneLeft;

/// Asks `names`, and keeps back what must not be connected to.
pub(super) struct Guarded {
    names: Arc<dyn Names>,
    private_addresses: bool,
}

impl Guarded {
    pub(super) fn new(names: impl Names, private_addresses: bool) -> Self {
        Self {
            names: Arc::new(names),
            private_addresses,
        }
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let names = Arc::clone(&self.names);
        let private_addresses = self.private_addresses;
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            let left: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| private_addresses || is_public(*address))
                .take(MOST)
                // The port is that of the address that was asked for.
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if left.is_empty() {
                return Err(NoneLeft.into());
            }
            Ok(Box::new(left.into_iter()) as Addrs)
        })
    }
}
