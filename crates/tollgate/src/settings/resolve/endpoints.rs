//! Where the endpoints are, and their other ways.

use super::is_web;
use crate::settings::Complaint;
use crate::settings::config::{self, Config};
use tollgate_model::Moment;
use tollgate_web::door::{Alias, Deprecated, Endpoint, Paths};

/// Paths that have a meaning of their own wherever we are (RFC 8615, RFC 9116).
const RESERVED: [&str; 1] = ["/.well-known/security.txt"];
/// Endpoints whose paths cannot be chosen.
const OTHERS: [&str; 2] = [tollgate_web::handler::leak::PATH, tollgate_web::handler::logout::V2];
/// What the paths of pages begin with.
const PAGES: [&str; 2] = ["/console", "/flow"];

/// The paths and aliases.
pub(super) fn paths(config: &Config, origin: String, issuer: String, complaints: &mut Vec<Complaint>) -> Paths {
    let typed = &config.issuer.paths;
    let named = [
        ("issuer.paths.token", &typed.token),
        ("issuer.paths.introspection", &typed.introspection),
        ("issuer.paths.revocation", &typed.revocation),
        ("issuer.paths.jwks", &typed.jwks),
        ("issuer.paths.authorization", &typed.authorization),
        ("issuer.paths.userinfo", &typed.userinfo),
        ("issuer.paths.end_session", &typed.end_session),
    ];
    for (place, (key, path)) in named.iter().enumerate() {
        path_is_sane(key, path, complaints);
        if let Some((other, _)) = named.iter().take(place).find(|(_, other)| other == path) {
            complaints.push(Complaint::about(*key, format!("is the path of {other} already")));
        }
    }
    let aliases = config
        .issuer
        .alias
        .iter()
        .enumerate()
        .map(|(place, typed)| alias(place, typed, complaints))
        .collect();
    let paths = Paths {
        origin,
        issuer,
        token: typed.token.clone(),
        introspection: typed.introspection.clone(),
        revocation: typed.revocation.clone(),
        jwks: typed.jwks.clone(),
        authorization: typed.authorization.clone(),
        userinfo: typed.userinfo.clone(),
        end_session: typed.end_session.clone(),
        aliases,
        documentation: config.vendor.documentation.clone(),
        security_contact: config.vendor.security_contact.clone(),
    };
    for (key, path) in named {
        if is_metadata(&paths, path) {
            complaints.push(Complaint::about(key, "is a path of the metadata"));
        }
    }
    aliases_differ(&paths, complaints);
    paths
}

fn alias(place: usize, typed: &config::Alias, complaints: &mut Vec<Complaint>) -> Alias {
    let key = format!("issuer.alias[{place}]");
    path_is_sane(&format!("{key}.path"), &typed.path, complaints);
    if typed.host.as_deref().is_some_and(|host| !is_host(host)) {
        complaints.push(Complaint::about(
            format!("{key}.host"),
            "must be a host name without port, such as login.example.com",
        ));
    }
    Alias {
        endpoint: match typed.endpoint {
            config::AliasOf::Token => Endpoint::Token,
            config::AliasOf::Introspection => Endpoint::Introspection,
            config::AliasOf::Revocation => Endpoint::Revocation,
            config::AliasOf::Jwks => Endpoint::Jwks,
        },
        path: typed.path.clone(),
        host: typed.host.as_ref().map(|host| host.to_ascii_lowercase()),
        deprecated: deprecated(&key, typed, complaints),
    }
}

/// No path is two endpoints. An alias for another host has the path of its own endpoint as it likes.
fn aliases_differ(paths: &Paths, complaints: &mut Vec<Complaint>) {
    for (place, alias) in paths.aliases.iter().enumerate() {
        let key = format!("issuer.alias[{place}].path");
        let taken = Endpoint::PLACED
            .into_iter()
            .find(|endpoint| paths.of(*endpoint) == alias.path);
        if taken.is_some_and(|endpoint| endpoint != alias.endpoint) || is_metadata(paths, &alias.path) {
            complaints.push(Complaint::about(&key, "is the path of another endpoint"));
        } else if taken.is_some() && alias.host.is_none() {
            complaints.push(Complaint::about(
                &key,
                "is the endpoint's own path; an alias there needs a host",
            ));
        }
        let others = paths
            .aliases
            .iter()
            .take(place)
            .enumerate()
            .filter(|(_, other)| other.path == alias.path);
        for (other, held) in others {
            if held.endpoint != alias.endpoint || held.host == alias.host {
                complaints.push(Complaint::about(
                    &key,
                    format!("is the path of issuer.alias[{other}] already"),
                ));
            }
        }
    }
}

fn is_metadata(paths: &Paths, path: &str) -> bool {
    RESERVED.contains(&path)
        || paths
            .places()
            .iter()
            .any(|place| place.endpoint == Endpoint::Metadata && place.path == path)
}

fn path_is_sane(key: &str, path: &str, complaints: &mut Vec<Complaint>) {
    if !is_plain(path) {
        complaints.push(Complaint::about(key, "must be a plain path such as /oauth2/token"));
    }
    if let Some(start) = PAGES.iter().find(|start| is_below(path, start)) {
        complaints.push(Complaint::about(key, format!("is among the pages of {start}")));
    }
}

/// What is at a path already, in words.
pub(super) fn is_taken(paths: &Paths, path: &str) -> Option<String> {
    if let Some(start) = PAGES.iter().find(|start| is_below(path, start)) {
        return Some(format!("is among the pages of {start}"));
    }
    let endpoint = Endpoint::PLACED.into_iter().any(|endpoint| paths.of(endpoint) == path);
    let alias = paths.aliases.iter().any(|alias| alias.path == path);
    (endpoint || alias || is_metadata(paths, path) || OTHERS.contains(&path))
        .then(|| "is the path of another endpoint".to_owned())
}

fn is_below(path: &str, start: &str) -> bool {
    path.strip_prefix(start)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path needs no escape, has no empty and no dot segment, and is not too long.
pub(super) fn is_plain(path: &str) -> bool {
    path.len() <= 200
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b))
        && path
            .strip_prefix('/')
            .is_some_and(|rest| rest.split('/').all(|part| !matches!(part, "" | "." | "..")))
}

/// Whether a text is a host name (RFC 1123 §2.1) without port.
pub(super) fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let letters = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        letters && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

fn deprecated(key: &str, alias: &config::Alias, complaints: &mut Vec<Complaint>) -> Option<Deprecated> {
    let mut no = |name: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{name}"), problem));
    let mut day = |name: &str, text: &Option<String>| {
        let text = text.as_ref()?;
        let moment = midnight(text);
        if moment.is_none() {
            no(name, "must be a day such as 2026-01-31");
        }
        moment
    };
    let (since, sunset) = (day("deprecated", &alias.deprecated), day("sunset", &alias.sunset));
    if alias.deprecated.is_none() && (alias.sunset.is_some() || alias.link.is_some()) {
        no("deprecated", "is required where sunset or link is set");
    }
    if since.zip(sunset).is_some_and(|(since, sunset)| sunset < since) {
        // RFC 9745 §4: the end does not come before the deprecation.
        no("sunset", "must not be before deprecated");
    }
    if alias.link.as_deref().is_some_and(|link| !is_web(link)) {
        no("link", "must be an http: or https: URL");
    }
    since.map(|since| Deprecated {
        since,
        sunset,
        link: alias.link.clone(),
    })
}

/// The beginning of the day that a setting names, in UTC.
pub(super) fn day(key: &str, text: &str, complaints: &mut Vec<Complaint>) -> Option<Moment> {
    let moment = midnight(text);
    if moment.is_none() {
        complaints.push(Complaint::about(key, "must be a day such as 2026-01-31"));
    }
    moment
}

/// The beginning of a day in UTC.
pub(super) fn midnight(text: &str) -> Option<Moment> {
    let day: jiff::civil::Date = text.parse().ok()?;
    let start = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Moment(start.timestamp().as_second()))
}
