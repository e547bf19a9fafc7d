//! What is allowed and still worth a second look.

use super::Complaint;
use super::config::Config;
use super::resolve::{OWN_FACTORS, is_public};
use super::walk::join;
use std::os::unix::fs::PermissionsExt as _;
use url::Url;

/// A day, in seconds. A token that lives longer outlives the day on which it was stolen.
const DAY: i64 = 86_400;

/// What is worth a second look, each with its key.
#[must_use]
pub fn of(config: &Config) -> Vec<Complaint> {
    let mut notes = Vec::new();
    for (place, api) in config.api.iter().enumerate().filter(|(_, api)| api.lifetime > DAY) {
        let problem = format!("tokens of {} live longer than a day", api.id);
        notes.push(Complaint::about(format!("api[{place}].lifetime"), problem));
    }
    for name in config.upstream.keys() {
        if !config.route.iter().any(|route| route.upstream == *name) {
            notes.push(Complaint::about(join("upstream", name), "no route goes there"));
        }
    }
    if config.issuer.enabled && config.people.enabled {
        unmet(config, &mut notes);
    }
    if config.issuer.enabled {
        issuer(config, &mut notes);
    }
    if config.issuer.enabled {
        endless(config, &mut notes);
    }
    let gateway = &config.gateway;
    if gateway.enabled && gateway.ext_authz_listen.is_some_and(|address| is_public(address.ip())) {
        notes.push(Complaint::about(
            "gateway.ext_authz_listen",
            "is a public address: whoever asks there says where a request came from",
        ));
    }
    if gateway.enabled && gateway.status_listen.is_some_and(|address| is_public(address.ip())) {
        notes.push(Complaint::about(
            "gateway.status_listen",
            "is a public address: anybody reads there how the gateway is",
        ));
    }
    if gateway.enabled && gateway.tls.is_none() && is_public(gateway.listen.ip()) {
        notes.push(Complaint::about(
            "gateway.listen",
            "is a public address without gateway.tls: tokens travel in the clear",
        ));
    }
    if gateway.pass_authorization {
        notes.push(Complaint::about(
            "gateway.pass_authorization",
            "every upstream sees tokens that open the API",
        ));
    }
    notes
}

/// An old way of authenticating that goes on until somebody says when it ends.
fn endless(config: &Config, notes: &mut Vec<Complaint>) {
    for (place, method) in config.legacy.iter().enumerate() {
        let mut ends = config.transition.iter().enumerate();
        let found = ends.find(|(_, transition)| transition.method.as_ref() == Some(&method.id));
        match found {
            None => notes.push(Complaint::about(
                format!("legacy[{place}]"),
                "no [[transition]] ends it: it works until one is made",
            )),
            Some((nth, transition)) if transition.ends.is_none() => notes.push(Complaint::about(
                format!("transition[{nth}].ends"),
                format!("is not set: {} works until it is", method.id),
            )),
            Some(_) => {}
        }
    }
}

/// A kind of sign-in that nobody can reach: asking for it is always refused.
fn unmet(config: &Config, notes: &mut Vec<Complaint>) {
    let shown = |factor: &str| {
        OWN_FACTORS.contains(&factor) || config.people.connection.iter().any(|held| held.factor == factor)
    };
    for (place, acr) in config.people.acr.iter().enumerate() {
        if !acr.ways.iter().any(|way| way.split_whitespace().all(shown)) {
            let problem = format!("no people.connection has the factors that {} needs", acr.value);
            notes.push(Complaint::about(format!("people.acr[{place}].ways"), problem));
        }
    }
}

fn issuer(config: &Config, notes: &mut Vec<Complaint>) {
    let server = &config.server;
    if config.mail.is_none() && !server.development {
        notes.push(Complaint::about(
            "mail",
            "is not set: invitations and resets wait unsent until it is",
        ));
    }
    if server.tls.is_none() && is_public(server.listen.ip()) {
        notes.push(Complaint::about(
            "server.listen",
            "is a public address without server.tls: secrets travel in the clear",
        ));
    }
    if server.management_listen.ip().is_unspecified() {
        let problem = "listens on every address: name the private one, or see that a firewall keeps the public out";
        notes.push(Complaint::about("server.management_listen", problem));
    }
    if config.store.url_file.is_none() && Url::parse(&config.store.url).is_ok_and(|url| url.password().is_some()) {
        notes.push(Complaint::about(
            "store.url",
            "holds a password: store.url_file keeps it out of the configuration",
        ));
    }
    if let Some(path) = &config.master_key.file
        && std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    {
        notes.push(Complaint::about(
            "master_key.file",
            "others on this machine can read it: chmod 600",
        ));
    }
}
