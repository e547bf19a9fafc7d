//! Addresses behind which no server of anybody's API is (CO7).
//!
//! Servers behind the gateway are in private networks as a rule, so private addresses are theirs to have. These are not:
//! machines on one link alone, among them the metadata services of clouds, which hand the machine's own credentials to
//! whoever asks from it; groups of machines; and no machine in particular.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether nothing may be connected to at `address`: link-local, multicast, broadcast, unspecified, or a cloud's metadata
/// service elsewhere; also where an IPv6 address carries such an IPv4 address.
#[must_use]
pub fn off_limits(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => off_limits_v4(address),
        IpAddr::V6(address) => off_limits_v6(address) || carried(address).is_some_and(off_limits_v4),
    }
}

/// The address that a host of a URL is, if it is one and no name: in brackets (RFC 3986 §3.2.2), or in any of the
/// spellings of IPv4 that resolvers take for an address: decimal, octal and hexadecimal parts, the last of which fills what
/// is left (`inet_aton`).
#[must_use]
pub fn literal(host: &str) -> Option<IpAddr> {
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        // What follows the percent sign names the link (RFC 6874), and is no part of the address.
        let plain = inner.split('%').next().unwrap_or(inner);
        return plain.parse().ok().map(IpAddr::V6);
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut parts = Vec::with_capacity(4);
    for part in host.split('.') {
        if parts.len() == 4 {
            return None;
        }
        parts.push(number(part)?);
    }
    let last = parts.pop()?;
    let mut whole = 0;
    for part in &parts {
        whole = (whole << 8) | u32::from(u8::try_from(*part).ok()?);
    }
    // Never none: there are at most three parts before the last.
    let left = 32 - 8 * u32::try_from(parts.len()).ok()?;
    if u64::from(last) >= 1 << left {
        return None;
    }
    let whole = whole.checked_shl(left).unwrap_or(0) | last;
    Some(IpAddr::V4(Ipv4Addr::from(whole)))
}

fn number(text: &str) -> Option<u32> {
    let (digits, base) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(hex) => (hex, 16),
        None if text.len() > 1 && text.starts_with('0') => (text, 8),
        None => (text, 10),
    };
    // `from_str_radix` takes a sign.
    let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, base).ok()).flatten()
}

const fn off_limits_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // "This network" (RFC 1122 §3.2.1.3): on most machines 0.0.0.0 is the machine itself.
        [0, ..] => true,
        // Link-local (RFC 3927).
        [169, 254, ..] => true,
        // Multicast (RFC 5771), broadcast (RFC 919).
        [224..=239, ..] | [255, 255, 255, 255] => true,
        // Metadata services that are not link-local: Alibaba Cloud, Oracle Cloud, Azure.
        [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16] => true,
        _ => false,
    }
}

const fn off_limits_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => true,
        // Link-local (RFC 4291 §2.5.6), multicast (§2.7).
        [0xFE80..=0xFEBF, ..] | [0xFF00..=0xFFFF, ..] => true,
        // Metadata services that are not link-local: Amazon, Google.
        [0xFD00, 0x0EC2, 0, 0, 0, 0, 0, 0x0254] | [0xFD20, 0x00CE, 0, 0, 0, 0, 0, 0x0254] => true,
        _ => false,
    }
}

/// The IPv4 address that is written into an IPv6 address: mapped and compatible (RFC 4291 §2.5.5), translated (RFC 2765
/// §2.1, RFC 6052 §2.1), 6to4 (RFC 3056).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let (high, low) = match address.segments() {
        // `::1` is this machine, and no IPv4 address.
        [0, 0, 0, 0, 0, 0, 0, 1] => return None,
        [0, 0, 0, 0, 0, 0 | 0xFFFF, high, low]
        | [0, 0, 0, 0, 0xFFFF, 0, high, low]
        | [0x64, 0xFF9B, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => (high, low),
        _ => return None,
    };
    Some(Ipv4Addr::from((u32::from(high) << 16) | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CO7: every spelling of an address behind which no server of an API is.
    #[test]
    fn no_spelling_of_a_forbidden_address_is_another_address() {
        for host in [
            "169.254.169.254",
            "169.254.169.254.",
            "169.254.0.1",
            "2852039166",
            "0xa9fea9fe",
            "0XA9FEA9FE",
            "0251.0376.0251.0376",
            "0xa9.0xfe.0xa9.0xfe",
            "169.254.43518",
            "169.16689662",
            "025177524776",
            "0.0.0.0",
            "0",
            "0x0",
            "00.0",
            "0.1.2.3",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "4294967295",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "[::]",
            "[0:0:0:0:0:0:0:0]",
            "[fe80::1]",
            "[fe80::1%25eth0]",
            "[febf::1]",
            "[ff02::1]",
            "[fd00:ec2::254]",
            "[fd20:ce::254]",
            "[::ffff:169.254.169.254]",
            "[::ffff:a9fe:a9fe]",
            "[::ffff:0.0.0.0]",
            "[::169.254.169.254]",
            "[::ffff:0:169.254.169.254]",
            "[64:ff9b::169.254.169.254]",
            "[2002:a9fe:a9fe::1]",
        ] {
            let address = literal(host).expect(host);
            assert!(off_limits(address), "{host}: {address}");
        }
    }

    /// CO7: servers behind are in private networks, and on this machine.
    #[test]
    fn private_addresses_are_theirs_to_have() {
        for host in [
            "127.0.0.1",
            "2130706433",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "100.64.0.1",
            "169.253.255.255",
            "169.255.0.0",
            "223.255.255.255",
            "1.1.1.1",
            "[::1]",
            "[fd00::1]",
            "[fe7f::1]",
            "[fec0::1]",
            "[::ffff:10.0.0.1]",
            "[2606:4700:4700::1111]",
        ] {
            let address = literal(host).expect(host);
            assert!(!off_limits(address), "{host}: {address}");
        }
    }

    #[test]
    fn a_name_is_no_address() {
        for host in [
            "",
            ".",
            "api",
            "api.example",
            "1.2.3.4.5",
            "256.0.0.1",
            "1.2.3.256",
            "1.16777216",
            "4294967296",
            "08",
            "0x",
            "+1",
            "-1",
            "1..2",
            "[1.2.3.4]",
            "[api]",
            "[]",
            "a.1",
            "0xg",
        ] {
            assert_eq!(literal(host), None, "{host}");
        }
    }
}
