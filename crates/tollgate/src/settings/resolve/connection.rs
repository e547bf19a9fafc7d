//! Other providers that people may come from.

use crate::settings::Complaint;
use crate::settings::config::{Config, Connection as Typed, ConnectionKind as TypedKind};
use std::collections::BTreeSet;
use tollgate_issuer::terms::people::{Connection, ConnectionKind};
use url::{Host, Url};

/// Factors that only this house looks at: the password, the second factor and its recovery codes. A connection that
/// counted as one of them would be a way around it.
pub(in crate::settings) const OWN: [&str; 3] = ["pwd", "otp", "rec"];

/// The connections.
pub(super) fn terms(config: &Config, complaints: &mut Vec<Complaint>) -> Vec<Connection> {
    let mut names = BTreeSet::new();
    let typed = config.people.connection.iter().enumerate();
    typed
        .map(|(place, typed)| {
            let key = format!("people.connection[{place}]");
            if !names.insert(&typed.name) {
                complaints.push(Complaint::about(format!("{key}.name"), "must differ from the others"));
            }
            button(&key, (&typed.name, &typed.label, &typed.factor), complaints);
            Connection {
                name: typed.name.clone(),
                label: typed.label.clone(),
                factor: typed.factor.clone(),
                sign_up: typed.sign_up,
                kind: match typed.kind {
                    TypedKind::Openid => openid(config, &key, typed, complaints),
                    TypedKind::Test => test(config, &key, typed, complaints),
                },
            }
        })
        .collect()
}

/// What every connection has: a name, what its button says, and a factor.
pub(super) fn button(key: &str, (name, label, factor): (&str, &str, &str), complaints: &mut Vec<Complaint>) {
    let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    // It stands in a path of ours.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !(1..=64).contains(&name.len()) || !name.bytes().all(plain) {
        no("name", "must be lower-case letters, digits and hyphens, at most 64");
    }
    if label.trim().is_empty() || label.chars().count() > 100 {
        no("label", "must be 1 to 100 characters");
    }
    if !is_factor(factor) {
        no("factor", "must be a word such as sso");
    }
    if OWN.contains(&factor) {
        no("factor", "is one that this house asks for itself");
    }
}

/// Whether a text can name a factor (RFC 8176 §2 has such words).
pub(super) fn is_factor(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    (1..=64).contains(&text.len()) && text.bytes().all(plain)
}

fn openid(config: &Config, key: &str, typed: &Typed, complaints: &mut Vec<Complaint>) -> ConnectionKind {
    let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    match typed.issuer.as_deref() {
        None => no("issuer", "is required of an OpenID provider"),
        Some(text) if !is_issuer(text, config.server.development) => {
            no("issuer", "must be an https: URL without query and fragment");
        }
        Some(_) => {}
    }
    let word = |text: &String| !text.is_empty() && text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if !typed.client_id.as_ref().is_some_and(word) {
        no("client_id", "is required of an OpenID provider");
    }
    if typed.client_secret_file.is_none() {
        no("client_secret_file", "is required of an OpenID provider");
    }
    let tokens = typed.scopes.iter().all(|word| tollgate_protocol::scope::is_token(word));
    if !tokens || !typed.scopes.iter().any(|word| word == "openid") {
        no("scopes", "must be scope tokens, openid among them");
    }
    ConnectionKind::OpenId {
        issuer: typed.issuer.clone().unwrap_or_default(),
        client_id: typed.client_id.clone().unwrap_or_default(),
        scopes: typed.scopes.join(" "),
    }
}

/// A button that counts as a factor has no place where real people sign in.
fn test(config: &Config, key: &str, typed: &Typed, complaints: &mut Vec<Complaint>) -> ConnectionKind {
    let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    if !config.server.development {
        no("kind", "test is for development servers: it needs server.development");
    }
    for (field, there) in [
        ("issuer", typed.issuer.is_some()),
        ("client_id", typed.client_id.is_some()),
        ("client_secret_file", typed.client_secret_file.is_some()),
        ("sign_up", typed.sign_up),
    ] {
        if there {
            no(field, "is not for a connection of kind test");
        }
    }
    ConnectionKind::Test
}

/// Whether a text is an issuer identifier (OpenID Connect Discovery §3): https, but in development on loopback.
fn is_issuer(text: &str, development: bool) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && development && loopback);
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    scheme && url.has_host() && bare && url.password().is_none()
}
