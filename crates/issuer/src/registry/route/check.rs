//! Whether the parts of a route are sane, each by its own name.

use crate::registry::{No, value};
use std::collections::BTreeSet;
use tollgate_model::route::{Access, ActingBy, ActingRule, IdTokenRule, Pattern, Upstream, literal, off_limits};
use tollgate_model::{Api, Route, RouteId};

/// The longest wait that a route may ask of a caller, in seconds.
const LONGEST_WAIT: u32 = 3600;
/// The longest path pattern.
const PATH: usize = 1000;
/// The most hosts, methods or targets of one route.
const MOST: usize = 50;

/// The route in its one spelling: hosts in lower case, methods in upper case, each once.
pub(super) fn checked(route: Route, apis: &[Api], roles: &[String], link_local: bool) -> Result<Route, No> {
    let access = access(route.access, apis, roles)?;
    Ok(Route {
        hosts: hosts(&route.hosts)?,
        methods: methods(&route.methods)?,
        path: path(&route.path)?,
        id_token: route.id_token.map(|rule| id_token(rule, &access)).transpose()?,
        access,
        upstream: upstream(route.upstream, link_local)?,
        ..route
    })
}

fn hosts(list: &[String]) -> Result<Vec<String>, No> {
    few("hosts", list.len())?;
    let lower: BTreeSet<String> = list.iter().map(|host| host.to_ascii_lowercase()).collect();
    match lower.iter().find(|host| !value::is_host(host)) {
        Some(wrong) => Err(No::invalid(
            "hosts",
            format!("{wrong:?} is not a host name without port"),
        )),
        None => Ok(lower.into_iter().collect()),
    }
}

fn methods(list: &[String]) -> Result<Vec<String>, No> {
    few("methods", list.len())?;
    let mut methods = Vec::new();
    for method in list {
        // Methods are case-sensitive (RFC 9110 §9.1); the ones anybody serves are in upper case.
        let method = method.to_ascii_uppercase();
        let sane = (1..=32).contains(&method.len()) && method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
        if !sane || method == "CONNECT" {
            return Err(No::invalid(
                "methods",
                format!("{method:?} is not a method that can be routed"),
            ));
        }
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}

/// A pattern that the gateway reads, spelled as a request's path is: nobody has to think about escapes.
fn path(path: &str) -> Result<String, No> {
    let no = |problem: &str| Err(No::invalid("path", problem));
    if path.len() > PATH {
        return no("must be at most 1000 characters long");
    }
    if Pattern::parse(path).is_err() {
        return no("must be a pattern such as /v3/{name} or /v3/{rest...}, without empty and dot segments");
    }
    let mut names = BTreeSet::new();
    for segment in path.split('/') {
        match segment.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !names.insert(name.trim_end_matches('.')) => {
                return no("a name in braces may come only once");
            }
            None if !segment.bytes().all(stays) => {
                return no("a literal segment has only characters that need no escape, and no ';' or '+'");
            }
            _ => {}
        }
    }
    Ok(path.to_owned())
}

/// `pchar` of RFC 3986 §3.3 without escapes, `;` and `+`: what the one spelling of a path leaves alone, and every
/// server too.
const fn stays(byte: u8) -> bool {
    matches!(byte,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~'
        | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b',' | b'=' | b':' | b'@')
}

fn access(access: Access, apis: &[Api], roles: &[String]) -> Result<Access, No> {
    match access {
        Access::Public { opens } => {
            few("access", opens.len())?;
            let opens: BTreeSet<RouteId> = opens.into_iter().collect();
            if let Some(wrong) = opens.iter().find(|id| !is_id(id.as_str())) {
                return Err(No::invalid("access", format!("{:?} is no route's id", wrong.as_str())));
            }
            Ok(Access::Public {
                opens: opens.into_iter().collect(),
            })
        }
        Access::Token {
            api: named,
            scopes,
            any_scopes,
            acting_user,
        } => {
            let Some(api) = apis.iter().find(|api| api.id == named) else {
                return Err(No::invalid("access", format!("there is no API {:?}", named.as_str())));
            };
            let scopes = value::scopes("access", scopes.as_slice(), |scope| api.knows(scope))?;
            let any_scopes = value::scopes("access", any_scopes.as_slice(), |scope| api.knows(scope))?;
            let acting_user = acting_user.map(|rule| acting(&rule, roles)).transpose()?;
            Ok(Access::Token {
                api: named,
                scopes,
                any_scopes,
                acting_user,
            })
        }
    }
}

/// The ids of routes that operators chose, and of those that were given one.
fn is_id(text: &str) -> bool {
    let consists = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(consists)
}

fn acting(rule: &ActingRule, roles: &[String]) -> Result<ActingRule, No> {
    let by = match &rule.by {
        ActingBy::Owner => ActingBy::Owner,
        ActingBy::Header(name) => {
            let name = name.to_ascii_lowercase();
            if !ActingBy::may_be_header(&name) {
                let problem = format!("{name:?} is not a header that may name an acting user");
                return Err(No::invalid("access", problem));
            }
            ActingBy::Header(name)
        }
    };
    Ok(ActingRule {
        by,
        roles: value::roles("access", &rule.roles, roles)?,
    })
}

fn id_token(rule: IdTokenRule, access: &Access) -> Result<IdTokenRule, No> {
    let no = |problem: String| Err(No::invalid("id_token", problem));
    let header = rule.header.to_ascii_lowercase();
    if !ActingBy::may_be_header(&header) {
        return no(format!("{header:?} is not a header that may carry an ID token"));
    }
    let Access::Token { acting_user, .. } = access else {
        return no("needs a route that wants an access token".into());
    };
    // Servers behind may read both spellings as one (RFC 3875 §4.1.18).
    let like = |name: &str| name.replace('_', "-") == header.replace('_', "-");
    match acting_user.as_ref().map(|rule| &rule.by) {
        Some(ActingBy::Header(acting)) if like(acting) => no("has the header that names the acting user".into()),
        _ => Ok(IdTokenRule { header, ..rule }),
    }
}

fn upstream(upstream: Upstream, link_local: bool) -> Result<Upstream, No> {
    let no = |problem: String| Err(No::invalid("upstream", problem));
    few("upstream", upstream.targets.len())?;
    if upstream.targets.is_empty() {
        return no("must have at least one target".into());
    }
    if let Some(wrong) = upstream.targets.iter().find(|target| !is_target(target)) {
        let problem = format!("{wrong:?} is not http:// or https:// with a host, an optional port and nothing else");
        return no(problem);
    }
    // CO7: where a name leads is judged by the gateway, when it connects.
    if let Some(wrong) = upstream
        .targets
        .iter()
        .find(|target| !link_local && is_off_limits(target))
    {
        return no(format!(
            "{wrong:?} is a link-local, multicast, broadcast or unspecified address, or a cloud's metadata service"
        ));
    }
    let waits = [upstream.connect_timeout, upstream.response_timeout];
    if waits.iter().any(|wait| !(1..=LONGEST_WAIT).contains(wait)) {
        return no(format!("timeouts must be 1 to {LONGEST_WAIT} seconds"));
    }
    let plain =
        |path: &String| path.starts_with('/') && path.len() <= PATH && path.bytes().all(|b| b.is_ascii_graphic());
    if upstream.health_path.as_ref().is_some_and(|path| !plain(path)) {
        return no("health_path must begin with '/' and consist of printable ASCII characters".into());
    }
    let targets = value::distinct("upstream", &upstream.targets)?;
    Ok(Upstream { targets, ..upstream })
}

/// Whether a target is an address behind which no server of an API is.
fn is_off_limits(target: &str) -> bool {
    let authority = target.split_once("://").map_or(target, |(_, authority)| authority);
    let host = match authority.split_once(']') {
        Some((v6, _)) => &format!("{v6}]"),
        None => authority.split_once(':').map_or(authority, |(host, _)| host),
    };
    literal(host).is_some_and(off_limits)
}

/// `http://host[:port]` or `https://host[:port]`: no user, path, query or fragment.
fn is_target(text: &str) -> bool {
    let Some(authority) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else {
        return false;
    };
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, rest)) => {
            let port = rest.strip_prefix(':').map_or((rest.is_empty()).then_some("1"), Some);
            (v6.parse::<std::net::Ipv6Addr>().is_ok(), port)
        }
        None => {
            let (host, port) = authority.split_once(':').unwrap_or((authority, "1"));
            (value::is_host(&host.to_ascii_lowercase()), Some(port))
        }
    };
    let digits =
        |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
    host && port.is_some_and(digits)
}

pub(super) fn few(field: &'static str, count: usize) -> Result<(), No> {
    if count > MOST {
        return Err(No::invalid(field, format!("must have at most {MOST} entries")));
    }
    Ok(())
}
