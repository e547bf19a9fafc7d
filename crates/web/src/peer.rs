//! Who is at the other end of the connection.

use http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

/// The address at the other end of the connection; put into a request's extensions by the listener.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// The peer of a connection. On a socket for both families an IPv4 address comes as `::ffff:192.0.2.1` (RFC 4291
    /// §2.5.5.2): it counts as the IPv4 address that it is, and not as one household with all others.
    #[must_use]
    pub fn at(peer: SocketAddr) -> Self {
        Self(peer.ip().to_canonical())
    }
}

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
    hop.parse::<IpAddr>()
        .ok()
        .or_else(with_port)
        .map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TE14, RS8: on a socket for both families, IPv4 peers stay apart, and trusted proxies are known.
    #[test]
    fn an_ipv4_peer_is_itself_on_a_socket_for_both_families() {
        let proxies = TrustedProxies(vec!["192.0.2.1".parse().unwrap()]);
        let headers: HeaderMap = [(
            http::HeaderName::from_static("x-forwarded-for"),
            http::HeaderValue::from_static("::ffff:198.51.100.7"),
        )]
        .into_iter()
        .collect();
        let Peer(proxy) = Peer::at("[::ffff:192.0.2.1]:4000".parse().unwrap());
        assert_eq!(proxies.client(proxy, &headers).to_string(), "198.51.100.7");
        let Peer(stranger) = Peer::at("[::ffff:192.0.2.2]:4000".parse().unwrap());
        assert_eq!(proxies.client(stranger, &headers).to_string(), "192.0.2.2");
    }
}
