//! Who is at the other end of the connection.

use http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// The address at the other end of the connection; put into a request's extensions by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The reverse proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(pub Vec<IpAddr>);

impl TrustedProxies {
    /// The client's address: the peer's, or behind trusted proxies the last that no trusted proxy has.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.0.contains(&peer) {
            return peer;
        }
        let lines: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|value| value.to_str().unwrap_or_default())
            .collect();
        for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
            match address(hop.trim()) {
                Some(hop) if self.0.contains(&hop) => {}
                Some(hop) => return hop,
                // Everything before an entry that cannot be read may be made up.
                None => return peer,
            }
        }
        peer
    }
}

/// An entry of `X-Forwarded-For`; some proxies write the port along.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse::<SocketAddr>().ok().map(|at| at.ip());
    hop.parse().ok().or_else(with_port)
}
