//! From where a request came.

use crate::Network;
use http::{HeaderMap, HeaderName};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address by which a request is counted: the peer's or, where that is a trusted proxy, the last one in
/// `X-Forwarded-For` that is not itself a trusted proxy's. What stands to the left of it the asker may have made up. Of
/// IPv6 the first address of the /64: who has one of these has all.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut last = peer;
    if is_trusted(peer) {
        // From the right: each was written by the one before it in this order.
        'fields: for field in headers.get_all(FORWARDED_FOR).iter().rev() {
            for hop in field.as_bytes().rsplit(|byte| *byte == b',') {
                // What cannot be read is not passed over: left of it stands what nobody vouches for.
                let Some(address) = read(hop) else {
                    break 'fields;
                };
                last = address;
                if !is_trusted(address) {
                    break 'fields;
                }
            }
        }
    }
    widened(last)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn read(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    address.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

fn widened(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let trusted: Vec<Network> = ["10.0.0.0/8", "fd00::/8"].map(|text| text.parse().unwrap()).into();
        let mut headers = HeaderMap::new();
        for field in forwarded {
            headers.append(FORWARDED_FOR, field.parse().unwrap());
        }
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_who_it_is_whatever_it_says() {
        assert_eq!(from("203.0.113.9", &[]), "203.0.113.9");
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
    }

    /// RS8: each request with another made-up address would be counted in another bucket.
    #[test]
    fn nobody_chooses_the_own_address() {
        assert_eq!(from("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(
            from("10.0.0.1", &["198.51.100.1, 203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(from("10.0.0.1", &["198.51.100.1, unknown"]), "10.0.0.1");
        assert_eq!(from("10.0.0.1", &["198.51.100.1, , 10.0.0.2"]), "10.0.0.2");
        assert_eq!(from("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn an_address_is_read_however_it_is_written() {
        for (written, read) in [
            ("203.0.113.9:4711", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("[2001:db8:1:2::6]", "2001:db8:1:2::"),
            ("[2001:db8:1:2::6]:4711", "2001:db8:1:2::"),
            (" 203.0.113.9 ", "203.0.113.9"),
        ] {
            assert_eq!(from("fd00::1", &[written]), read, "{written}");
        }
    }
}
