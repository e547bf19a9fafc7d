//! Redirect and logout addresses of a client.
//!
//! They are compared octet for octet when they are used (RFC 9700 §2.1), so they are kept as they were typed, and what
//! one browser might read otherwise than another is not taken at all.

use super::{No, value};
use crate::terms::console::{Loopback, Redirects};
use std::net::Ipv6Addr;
use tollgate_model::client::Environment;
use url::{Host, Url};

/// The longest address, in bytes.
const LONGEST: usize = 2000;

/// Of what kind of client an address is.
#[derive(Clone, Copy, Debug)]
pub struct Of {
    /// Test or live.
    pub environment: Environment,
    /// Whether it runs on the machines of those who use it and keeps no secret there: it may name these machines by
    /// their number whatever its environment (RFC 8252 §7.3), unless nobody may.
    pub public: bool,
}

impl Of {
    /// A client that has secrets.
    #[must_use]
    pub const fn confidential(environment: Environment) -> Self {
        Self {
            environment,
            public: false,
        }
    }
}

/// The addresses a person may be sent back to, as typed: `https`, or `http` on this very machine where the terms let
/// such a client have that. At least one where the terms require one.
///
/// # Errors
/// [`No::Invalid`] of `redirect_uris`, which names the address and what is wrong with it.
pub fn check(list: &[String], of: Of, terms: &Redirects) -> Result<Vec<String>, No> {
    let field = "redirect_uris";
    if terms.required && list.is_empty() {
        return Err(No::invalid(field, "must name at least one"));
    }
    taken(field, list, of, terms)
}

/// The addresses a person may be sent to after logout. They have the same form, and none is ever required.
///
/// # Errors
/// [`No::Invalid`] of `logout_uris`, which names the address and what is wrong with it.
pub fn check_logout(list: &[String], of: Of, terms: &Redirects) -> Result<Vec<String>, No> {
    taken("logout_uris", list, of, terms)
}

/// An address that is told when somebody signs out (OpenID Connect Back-Channel and Front-Channel Logout): of the same
/// form, `https`, or `http` on this very machine for a test client where the terms let it have that.
///
/// # Errors
/// [`No::Invalid`] of `field`.
pub fn check_notice(field: &'static str, text: &str, environment: Environment, terms: &Redirects) -> Result<(), No> {
    address(text, Of::confidential(environment), terms.loopback)
        .map_err(|problem| No::invalid(field, format!("{:?} {problem}", shortened(text))))
}

fn taken(field: &'static str, list: &[String], of: Of, terms: &Redirects) -> Result<Vec<String>, No> {
    if !terms.used && !list.is_empty() {
        return Err(No::invalid(field, "clients have no such addresses here"));
    }
    if list.len() > terms.most {
        return Err(No::invalid(field, format!("must name at most {}", terms.most)));
    }
    for text in list {
        if let Err(problem) = address(text, of, terms.loopback) {
            return Err(No::invalid(field, format!("{:?} {problem}", shortened(text))));
        }
    }
    value::distinct(field, list)
}

/// As much of an address as a message needs.
fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

fn address(text: &str, of: Of, loopback: Loopback) -> Result<(), String> {
    if text.len() > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    if let Some(c) = text.chars().find(|c| !of_uri(*c)) {
        return Err(format!("has {c:?} in it, which no address has (RFC 3986)"));
    }
    if !escapes_are_whole(text) {
        return Err("has a '%' that is not followed by two hexadecimal digits".into());
    }
    let lower = text.to_ascii_lowercase();
    let secure = lower.starts_with("https://");
    if !secure && !lower.starts_with("http://") {
        return Err("must begin with https://".into());
    }
    // RFC 6749 §3.1.2: no fragment.
    if text.contains('#') {
        return Err("must not have a fragment ('#')".into());
    }
    if text.contains('*') {
        return Err("must not have a wildcard ('*'): addresses are compared letter by letter".into());
    }
    let authority = lower
        .split_once("://")
        .map_or("", |(_, rest)| rest)
        .split(['/', '?'])
        .next()
        .unwrap_or_default();
    if authority.contains('@') {
        return Err("must not have a user name or password".into());
    }
    let url = Url::parse(text).map_err(|e| format!("is not an address: {e}"))?;
    let host = url.host().ok_or("has no host")?;
    // A host that has several spellings is written in the one that every browser ends up with.
    let plain = authority == host.to_string() || authority.starts_with(&format!("{host}:"));
    if !plain {
        return Err(format!("has an odd spelling of its host; write {host}"));
    }
    if !of_this_machine(&host) {
        return if secure {
            Ok(())
        } else {
            Err("must begin with https://".into())
        };
    }
    let allowed = match loopback {
        Loopback::Any => true,
        Loopback::Test => of.environment == Environment::Test || of.public && numbered(&host),
        Loopback::Never => false,
    };
    match allowed {
        false if loopback == Loopback::Test => Err(format!("names {host}, which only test clients may")),
        false => Err(format!("names {host}, which no client may here")),
        true if secure || usual(&host) => Ok(()),
        true => Err("must begin with https://".into()),
    }
}

/// `unreserved`, `reserved` and `%` (RFC 3986 §2).
fn of_uri(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Whether every `%` begins an escape (RFC 3986 §2.1).
fn escapes_are_whole(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let mut digits = rest.bytes();
        let mut digit = || digits.next().is_some_and(|b| b.is_ascii_hexdigit());
        digit() && digit()
    })
}

/// Whether the host is the machine of whoever opens it, in any spelling.
fn of_this_machine(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.is_loopback() || ip.is_unspecified(),
        Host::Ipv6(ip) => {
            let inner = ip.to_ipv4();
            ip.is_loopback() || ip.is_unspecified() || inner.is_some_and(|ip| ip.is_loopback() || ip.is_unspecified())
        }
        Host::Domain(name) => {
            // RFC 6761 §6.3: also every name below it.
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
    }
}

/// The spellings that may do without TLS.
fn usual(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => ip.octets() == [127, 0, 0, 1],
        Host::Ipv6(ip) => *ip == Ipv6Addr::LOCALHOST,
        Host::Domain(name) => *name == "localhost",
    }
}

/// This machine by its number, which nobody's resolver can make another (RFC 8252 §8.3).
fn numbered(host: &Host<&str>) -> bool {
    usual(host) && !matches!(host, Host::Domain(_))
}

#[cfg(test)]
mod tests;
