//! Which addresses a webhook may be sent to (CO7). Whoever types one in could otherwise have this server speak
//! to its own neighbours: databases, metadata services, other people's consoles.

use super::Rules;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// The longest address, in bytes.
pub const MAX_URL: usize = 2048;

/// Why a webhook may not be sent there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// More than [`MAX_URL`] bytes.
    #[error("the address is longer than 2048 bytes")]
    TooLong,
    /// No absolute URL, or one with spaces, control characters or backslashes in it.
    #[error("the address is no URL such as `https://hooks.vendor.example/tollgate`")]
    Malformed,
    /// Another scheme than `https`.
    #[error("the address does not begin with `https://`")]
    Scheme,
    /// A name or password before the host. It would be shown wherever the address is.
    #[error("the address carries a user name or a password")]
    UserInfo,
    /// Something after `#`, which is never sent.
    #[error("the address carries a fragment")]
    Fragment,
    /// `localhost`, `*.local`, `*.internal`, a name without a dot: a name that means another host elsewhere.
    #[error("the address names a host of a private network")]
    LocalName,
    /// An IP address that is not a public one.
    #[error("the address is of a private network, of this machine, or of no machine at all")]
    NotPublic,
    /// Port 0.
    #[error("the address names port 0")]
    Port,
}

/// The address, if a webhook may be sent there as far as the text alone shows. Where its name leads is looked
/// at when it is connected to.
///
/// # Errors
/// [`Unfit`] says what is wrong with it.
pub fn acceptable(url: &str, rules: &Rules) -> Result<Url, Unfit> {
    if url.len() > MAX_URL {
        return Err(Unfit::TooLong);
    }
    // The parser passes over all of these, as browsers do; whoever reads the text later may not.
    if url.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err(Unfit::Malformed);
    }
    let parsed = Url::parse(url).map_err(|_| Unfit::Malformed)?;
    match parsed.scheme() {
        "https" => {}
        "http" if rules.http => {}
        _ => return Err(Unfit::Scheme),
    }
    // The parser also takes `https:host`.
    if url
        .get(parsed.scheme().len()..)
        .is_none_or(|rest| !rest.starts_with("://"))
    {
        return Err(Unfit::Malformed);
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(Unfit::UserInfo);
    }
    if parsed.fragment().is_some() {
        return Err(Unfit::Fragment);
    }
    if parsed.port() == Some(0) {
        return Err(Unfit::Port);
    }
    let public = match parsed.host().ok_or(Unfit::Malformed)? {
        Host::Domain(name) if is_local(name) => Err(Unfit::LocalName),
        Host::Domain(_) => Ok(()),
        // Decimal, octal, hexadecimal and shortened spellings have become addresses by now.
        Host::Ipv4(address) if !is_public(address.into()) => Err(Unfit::NotPublic),
        Host::Ipv6(address) if !is_public(address.into()) => Err(Unfit::NotPublic),
        Host::Ipv4(_) | Host::Ipv6(_) => Ok(()),
    };
    if !rules.private_addresses {
        public?;
    }
    Ok(parsed)
}

/// Names that lead into a network of one's own: RFC 6761 §6.3, RFC 6762 §3, RFC 8375, `.internal` as ICANN
/// reserved it, and every name that a search list completes. `name` is lower-case.
fn is_local(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    !name.contains('.')
        || [
            "localhost",
            "localdomain",
            "local",
            "internal",
            "intranet",
            "lan",
            "home",
        ]
        .contains(&last)
        || name == "home.arpa"
        || name.ends_with(".home.arpa")
}

/// Whether a machine that anybody may reach can have this address, by the special-purpose registries of IANA
/// (RFC 6890).
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // This network, private use, loopback.
        [0 | 10 | 127, ..] => false,
        // Shared address space of carriers (RFC 6598).
        [100, 64..=127, ..] => false,
        // Link-local: the metadata services of clouds.
        [169, 254, ..] => false,
        [172, 16..=31, ..] | [192, 168, ..] => false,
        // Protocol assignments, documentation, 6to4 relays.
        [192, 0, 0 | 2, _] | [192, 88, 99, _] => false,
        // Benchmarks, documentation.
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => false,
        // Multicast, reserved, broadcast.
        [224..=255, ..] => false,
        _ => true,
    }
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Protocol assignments, among them Teredo, which carries an IPv4 address; documentation; 6to4, which
        // carries one too.
        [0x2001, 0..=0x01FF | 0x0DB8, ..] | [0x2002, ..] | [0x3FFF, 0..=0x0FFF, ..] => false,
        // Global unicast is 2000::/3. What is not in it is unspecified, loopback, an IPv4 address in other
        // clothes (::ffff:0:0/96, 64:ff9b::/96), unique-local, link-local, multicast, or nobody's.
        [0x2000..=0x3FFF, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
