//! Where we listen and how the world knows us.

use super::legacy::{NOT_SAFE, is_safe};
use crate::settings::Complaint;
use crate::settings::config::Config;
use std::net::{IpAddr, SocketAddr};
use url::{Host, Url};

/// `server.public_url`, which must be https but for development on loopback (OP18).
pub(super) fn origin(config: &Config, complaints: &mut Vec<Complaint>) -> String {
    let key = "server.public_url";
    let text = config.server.public_url.trim_end_matches('/').to_owned();
    if text.is_empty() {
        // A gateway on its own says nothing of itself.
        if config.issuer.enabled {
            complaints.push(Complaint::about(
                key,
                "must be set, to a URL such as https://auth.example.com",
            ));
        }
        return text;
    }
    let Ok(url) = Url::parse(&text) else {
        complaints.push(Complaint::about(key, "must be a URL such as https://auth.example.com"));
        return text;
    };
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) && config.server.development => {}
        "http" if is_loopback(&url) => {
            let problem = "is http: allowed on loopback only, with server.development = true";
            complaints.push(Complaint::about(key, problem));
        }
        _ => complaints.push(Complaint::about(key, "must be https")),
    }
    // What is said of us is compared octet for octet, so there is one way to write it.
    let plain = url.has_host() && url.origin().ascii_serialization() == text;
    if !plain {
        let problem =
            "must be scheme and host alone, in lower case, without the usual port; a path goes to issuer.path";
        complaints.push(Complaint::about(key, problem));
    }
    text
}

/// The issuer identifier.
pub(super) fn issuer(config: &Config, origin: &str, complaints: &mut Vec<Complaint>) -> String {
    let path = &config.issuer.path;
    if !matches!(path.as_str(), "" | "/") && (!super::endpoints::is_plain(path) || path.ends_with("//")) {
        complaints.push(Complaint::about(
            "issuer.path",
            "must be empty, / or a plain path such as /oauth",
        ));
    }
    format!("{origin}{path}")
}

/// Who listens where. The management API is never where the public is (OP15).
pub(super) fn listeners(config: &Config, complaints: &mut Vec<Complaint>) {
    let (server, gateway) = (&config.server, &config.gateway);
    let mut listeners = Vec::new();
    if config.issuer.enabled {
        listeners.push(("server.listen", server.listen));
        listeners.push(("server.management_listen", server.management_listen));
        management(config, complaints);
    }
    if gateway.enabled {
        listeners.push(("gateway.listen", gateway.listen));
        listeners.extend(
            gateway
                .ext_authz_listen
                .map(|address| ("gateway.ext_authz_listen", address)),
        );
        listeners.extend(gateway.status_listen.map(|address| ("gateway.status_listen", address)));
    }
    for (place, (key, address)) in listeners.iter().enumerate() {
        for (other, taken) in listeners.iter().take(place) {
            if collide(*address, *taken) {
                complaints.push(Complaint::about(*key, format!("must differ from {other}")));
            }
        }
    }
    // OP18: development is for one machine.
    let away = listeners.iter().filter(|(_, address)| !address.ip().is_loopback());
    let away: Vec<&str> = away.map(|(key, _)| *key).collect();
    if server.development && !away.is_empty() {
        let problem = format!("is for loopback only, and these go beyond it: {}", away.join(", "));
        complaints.push(Complaint::about("server.development", problem));
    }
    if listeners.is_empty() {
        complaints.push(Complaint::about(
            "gateway.enabled",
            "neither issuer nor gateway is enabled",
        ));
    }
    if !(0..=60).contains(&gateway.leeway) {
        complaints.push(Complaint::about("gateway.leeway", "must be 0 to 60 seconds"));
    }
    feed(config, complaints);
    introspection(config, complaints);
}

/// Whom the gateway asks about opaque tokens, and whether there is anybody where a route takes them; and a name for what
/// it states.
fn introspection(config: &Config, complaints: &mut Vec<Complaint>) {
    let key = "gateway.introspection";
    match &config.gateway.introspection {
        None if config.gateway.enabled && config.route.iter().any(|route| route.opaque) => {
            complaints.push(Complaint::about(key, "is required where a route takes opaque tokens"));
        }
        Some(typed) if !is_safe(&typed.url, config.server.development) => {
            complaints.push(Complaint::about(format!("{key}.url"), NOT_SAFE));
        }
        _ => {}
    }
    // Whoever checks a statement must know whose it is.
    let stated = config.route.iter().any(|route| route.assertion.is_some());
    if config.gateway.enabled && config.gateway.public_url.is_none() && stated {
        complaints.push(Complaint::about(
            "gateway.public_url",
            "is required where a route has an assertion",
        ));
    }
}

fn management(config: &Config, complaints: &mut Vec<Complaint>) {
    let key = "server.management_listen";
    let ip = config.server.management_listen.ip();
    if !ip.is_loopback() && config.server.management_tls.is_none() {
        complaints.push(Complaint::about(
            key,
            "listens beyond loopback: server.management_tls is required",
        ));
    }
    if is_public(ip) {
        complaints.push(Complaint::about(
            key,
            "is a public address: the management API stays on a private network",
        ));
    }
}

fn feed(config: &Config, complaints: &mut Vec<Complaint>) {
    let key = "gateway.feed.url";
    // What rests is sealed with the credential for the feed, which one beside its issuer has not.
    if config.issuer.enabled && config.gateway.enabled && config.gateway.snapshot.is_some() {
        let problem = "is for a gateway that follows gateway.feed: one beside its issuer starts from the store";
        complaints.push(Complaint::about("gateway.snapshot", problem));
    }
    if config.issuer.enabled || !config.gateway.enabled {
        return;
    }
    let Some(feed) = &config.gateway.feed else {
        complaints.push(Complaint::about(
            "gateway.feed",
            "is required where the issuer is elsewhere",
        ));
        return;
    };
    match Url::parse(&feed.url) {
        Ok(url) if url.scheme() == "http" && !is_loopback(&url) => {
            complaints.push(Complaint::about(key, "is http: allowed on loopback only"));
        }
        Ok(url) if matches!(url.scheme(), "http" | "https") && is_bare(&url) => {}
        _ => complaints.push(Complaint::about(key, "must be a URL such as https://10.0.0.5:8090")),
    }
}

fn is_bare(url: &Url) -> bool {
    let nobody = url.username().is_empty() && url.password().is_none();
    url.has_host() && nobody && url.query().is_none() && url.fragment().is_none()
}

/// Whether two sockets would be one. Port 0 is a free port, another each time.
fn collide(one: SocketAddr, other: SocketAddr) -> bool {
    let same_ip = one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && same_ip
}

/// Whether a URL stays on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// Whether a host name or address is another machine's.
pub(super) fn is_elsewhere(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(ip) => !ip.is_loopback(),
        Err(_) => host != "localhost",
    }
}

/// Whether an address can be reached from anywhere: none of loopback, private use (RFC 1918, RFC 4193),
/// carriers' shared space (RFC 6598) and link-local. All addresses at once (`0.0.0.0`) are not told to be.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [first, second, ..] = ip.octets();
            let shared = first == 100 && (64..128).contains(&second);
            !(ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified() || shared)
        }
        IpAddr::V6(ip) => {
            !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified())
        }
    }
}
