//! The APIs, routes and transitions that the configuration declares.

use super::{plan, transition};
use crate::settings::Complaint;
use crate::settings::config::{self, Config};
use crate::settings::walk::join;
use std::collections::BTreeSet;
use tollgate_gateway::routes::{RouteFault, faults};
use tollgate_issuer::declare::Declared;
use tollgate_model::api::ScopeWord;
use tollgate_model::route::{Access, ActingBy, ActingRule, AssertionRule, IdTokenRule, Upstream, literal, off_limits};
use tollgate_model::{Api, ApiId, LegacyMethodId, Limit, Route, RouteId};
use tollgate_protocol::scope;

/// The longest time that a route may wait, in seconds.
const LONGEST_WAIT: u32 = 3600;

/// What is declared, all of it looked at.
pub(super) fn declared(config: &Config, complaints: &mut Vec<Complaint>) -> Declared {
    roles(config, complaints);
    apis(config, complaints);
    upstreams(config, complaints);
    let apis: Vec<Api> = config.api.iter().map(api).collect();
    let typed = config.route.iter().enumerate();
    let routes: Vec<Route> = typed
        .filter_map(|(place, typed)| route(config, &apis, place, typed, complaints))
        .collect();
    for fault in faults(&routes) {
        let complaint = at_fault(config, &fault);
        // Routes may share an upstream; it is named once.
        if !complaints.contains(&complaint) {
            complaints.push(complaint);
        }
    }
    Declared {
        apis,
        routes,
        transitions: transition::transitions(config, complaints),
    }
}

fn roles(config: &Config, complaints: &mut Vec<Complaint>) {
    let roles = &config.members.roles;
    if roles.iter().any(|role| role.trim().is_empty()) || roles.iter().collect::<BTreeSet<_>>().len() != roles.len() {
        complaints.push(Complaint::about("members.roles", "must be words, each once"));
    }
}

/// The roles among `held` that no member can hold.
pub(super) fn unknown_roles(config: &Config, key: &str, held: &[String], complaints: &mut Vec<Complaint>) {
    let known = &config.members.roles;
    for role in held.iter().filter(|role| !known.is_empty() && !known.contains(role)) {
        complaints.push(Complaint::about(key, format!("{role:?} is not among members.roles")));
    }
}

fn apis(config: &Config, complaints: &mut Vec<Complaint>) {
    let mut ids = BTreeSet::new();
    let mut audiences = BTreeSet::new();
    for (place, api) in config.api.iter().enumerate() {
        let key = |name: &str| format!("api[{place}].{name}");
        if !ids.insert(&api.id) || api.id.is_empty() {
            complaints.push(Complaint::about(key("id"), "must be there and differ from the others"));
        }
        if !audiences.insert(&api.audience) || api.audience.is_empty() {
            complaints.push(Complaint::about(
                key("audience"),
                "must be there and differ from the others",
            ));
        }
        if !(1..=31_536_000).contains(&api.lifetime) {
            complaints.push(Complaint::about(key("lifetime"), "must be 1 to 31536000 seconds"));
        }
        let mut words = BTreeSet::new();
        for (nth, word) in api.scopes.iter().enumerate() {
            let key = key(&format!("scopes[{nth}].name"));
            if !scope::is_token(&word.name) {
                complaints.push(Complaint::about(&key, format!("{:?} is not a scope token", word.name)));
            }
            if !words.insert(&word.name) {
                complaints.push(Complaint::about(&key, format!("{:?} is there already", word.name)));
            }
        }
    }
}

fn upstreams(config: &Config, complaints: &mut Vec<Complaint>) {
    for (name, upstream) in &config.upstream {
        let key = |field: &str| format!("{}.{field}", join("upstream", name));
        for (field, seconds) in [
            ("connect_timeout", upstream.connect_timeout),
            ("response_timeout", upstream.response_timeout),
        ] {
            if seconds.is_some_and(|seconds| !(1..=LONGEST_WAIT).contains(&seconds)) {
                complaints.push(Complaint::about(
                    key(field),
                    format!("must be 1 to {LONGEST_WAIT} seconds"),
                ));
            }
        }
        let is_path =
            |path: &str| path.starts_with('/') && path.len() <= 1000 && path.bytes().all(|b| b.is_ascii_graphic());
        if upstream.health_path.as_deref().is_some_and(|path| !is_path(path)) {
            complaints.push(Complaint::about(key("health_path"), "must be a path such as /health"));
        }
    }
}

fn api(typed: &config::Api) -> Api {
    let scopes = typed.scopes.iter();
    Api {
        id: ApiId::new(&typed.id),
        audience: typed.audience.clone(),
        name: typed.name.clone(),
        scopes: scopes
            .map(|word| ScopeWord {
                name: word.name.clone(),
                description: word.description.clone(),
            })
            .collect(),
        unasked: typed.unasked,
        lifetime: typed.lifetime,
        algorithm: typed.algorithm,
        profile: typed.profile,
        declared: true,
        version: 1,
    }
}

/// A route. One whose API or upstream is not there is left out: nothing more can be told of it.
fn route(
    config: &Config,
    apis: &[Api],
    place: usize,
    typed: &config::Route,
    complaints: &mut Vec<Complaint>,
) -> Option<Route> {
    let key = |name: &str| format!("route[{place}].{name}");
    if typed.id.is_empty() {
        complaints.push(Complaint::about(key("id"), "must not be empty"));
    }
    let access = access(config, apis, place, typed, complaints);
    let Some(upstream) = config.upstream.get(&typed.upstream) else {
        complaints.push(Complaint::about(
            key("upstream"),
            format!("there is no [upstream.{}]", typed.upstream),
        ));
        return None;
    };
    off_limits_targets(config, place, typed, upstream, complaints);
    Some(Route {
        id: RouteId::new(&typed.id),
        hosts: typed.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        methods: typed.methods.iter().map(|method| method.to_ascii_uppercase()).collect(),
        path: typed.path.clone(),
        access: access?,
        id_token: typed.id_token.as_ref().map(|rule| IdTokenRule {
            header: rule.header.to_ascii_lowercase(),
            required: rule.required,
        }),
        opaque: typed.opaque,
        legacy: legacy(config, place, typed, complaints),
        limits: limits(place, typed, complaints),
        assertion: assertion(place, typed, complaints),
        upstream: Upstream {
            targets: upstream.targets.clone(),
            http2: upstream.http2,
            health_path: upstream.health_path.clone(),
            connect_timeout: upstream.connect_timeout.unwrap_or(5),
            response_timeout: upstream.response_timeout.unwrap_or(60),
            upgrades: upstream.upgrades,
            max_body: upstream.max_body,
            in_flight: upstream.in_flight,
            failures: upstream.failures,
            rest: upstream.rest,
        },
        declared: true,
        version: 1,
    })
}

fn access(
    config: &Config,
    apis: &[Api],
    place: usize,
    typed: &config::Route,
    complaints: &mut Vec<Complaint>,
) -> Option<Access> {
    let key = |name: &str| format!("route[{place}].{name}");
    for id in &typed.opens {
        if !config.route.iter().any(|other| other.id == *id && other.api.is_some()) {
            complaints.push(Complaint::about(
                key("opens"),
                format!("there is no protected route {id:?}"),
            ));
        }
    }
    let Some(id) = &typed.api else {
        // What protects nothing was meant to: a forgotten `api` must not open a route.
        let scoped = !typed.scopes.is_empty() || !typed.any_scopes.is_empty();
        if scoped || typed.acting_user.is_some() || typed.id_token.is_some() {
            complaints.push(Complaint::about(
                key("api"),
                "is required where scopes, any_scopes, acting_user or id_token is set",
            ));
        }
        for (field, there) in [("opaque", typed.opaque), ("legacy", !typed.legacy.is_empty())] {
            if there {
                complaints.push(Complaint::about(key(field), "is for routes with an api"));
            }
        }
        return Some(Access::Public {
            opens: typed.opens.iter().map(RouteId::new).collect(),
        });
    };
    if !typed.opens.is_empty() {
        complaints.push(Complaint::about(key("opens"), "is for public routes alone"));
    }
    if let Some(rule) = &typed.acting_user {
        unknown_roles(config, &key("acting_user.roles"), &rule.roles, complaints);
    }
    let Some(api) = apis.iter().find(|api| api.id.as_str() == id) else {
        complaints.push(Complaint::about(
            key("api"),
            format!("there is no [[api]] with the id {id:?}"),
        ));
        return None;
    };
    for (field, scopes) in [("scopes", &typed.scopes), ("any_scopes", &typed.any_scopes)] {
        for scope in scopes.iter().filter(|scope| !api.knows(scope)) {
            complaints.push(Complaint::about(key(field), format!("{id} has no scope {scope:?}")));
        }
    }
    Some(Access::Token {
        api: api.id.clone(),
        scopes: typed.scopes.iter().map(String::as_str).collect(),
        any_scopes: typed.any_scopes.iter().map(String::as_str).collect(),
        acting_user: typed.acting_user.as_ref().map(|rule| ActingRule {
            by: rule
                .header
                .as_ref()
                .map_or(ActingBy::Owner, |name| ActingBy::Header(name.to_ascii_lowercase())),
            roles: rule.roles.clone(),
        }),
    })
}

/// The old ways that a route takes. One that carries its key where the route looks for a person cannot be taken there.
fn legacy(
    config: &Config,
    place: usize,
    typed: &config::Route,
    complaints: &mut Vec<Complaint>,
) -> Vec<LegacyMethodId> {
    let mut no = |problem: String| complaints.push(Complaint::about(format!("route[{place}].legacy"), problem));
    let acting = typed.acting_user.as_ref().and_then(|rule| rule.header.as_deref());
    let person = typed.id_token.as_ref().map(|rule| rule.header.as_str());
    let mut ids = BTreeSet::new();
    for id in &typed.legacy {
        if !ids.insert(id) {
            no(format!("{id:?} is there already"));
        }
        let Some(method) = config.legacy.iter().find(|method| method.id == *id) else {
            no(format!("there is no [[legacy]] with the id {id:?}"));
            continue;
        };
        let is_key = |name: &&str| {
            method
                .key_headers
                .iter()
                .any(|header| header.eq_ignore_ascii_case(name))
        };
        if let Some(name) = acting.into_iter().chain(person).find(is_key) {
            no(format!(
                "{id} has its key in {name}, where this route looks for a person"
            ));
        }
    }
    typed.legacy.iter().map(LegacyMethodId::new).collect()
}

fn limits(place: usize, typed: &config::Route, complaints: &mut Vec<Complaint>) -> Vec<Limit> {
    let key = format!("route[{place}]");
    let limits = plan::limits(&key, &typed.limits, complaints);
    if typed.api.is_none() {
        plan::of_the_known(&key, &limits, complaints);
    }
    limits
}

fn assertion(place: usize, typed: &config::Route, complaints: &mut Vec<Complaint>) -> Option<AssertionRule> {
    let rule = typed.assertion.as_ref()?;
    let key = format!("route[{place}].assertion");
    if typed.api.is_none() {
        complaints.push(Complaint::about(
            &key,
            "is for routes with an api: on a public one nobody is known",
        ));
    }
    if rule.audience.trim().is_empty() {
        complaints.push(Complaint::about(format!("{key}.audience"), "must not be empty"));
    }
    Some(AssertionRule {
        audience: rule.audience.clone(),
    })
}

/// CO7: targets at addresses that the gateway does not connect to. Said once, at the upstream's first route.
fn off_limits_targets(
    config: &Config,
    place: usize,
    typed: &config::Route,
    upstream: &config::Upstream,
    complaints: &mut Vec<Complaint>,
) {
    let first = config.route.iter().position(|route| route.upstream == typed.upstream) == Some(place);
    if !first || config.gateway.link_local_upstreams {
        return;
    }
    for target in &upstream.targets {
        let host = target.parse::<http::Uri>().ok();
        let host = host.as_ref().and_then(http::Uri::host);
        if host.and_then(literal).is_some_and(off_limits) {
            complaints.push(Complaint::about(
                format!("{}.targets", join("upstream", &typed.upstream)),
                format!(
                    "{target:?} is a link-local, multicast, broadcast or unspecified address, or a cloud's metadata service; \
                     gateway.link_local_upstreams allows it"
                ),
            ));
        }
    }
}

/// What the gateway would find wrong, by its key (RS12 among it).
fn at_fault(config: &Config, fault: &RouteFault) -> Complaint {
    let id = fault.route().as_str();
    let of_id = |typed: &&config::Route| typed.id == id;
    // Of two with one id, the later is at fault.
    let place = config
        .route
        .iter()
        .rposition(|typed| typed.id == id)
        .unwrap_or_default();
    let key = |name: &str| format!("route[{place}].{name}");
    let upstream = config
        .route
        .iter()
        .find(of_id)
        .map_or("", |typed| typed.upstream.as_str());
    match fault {
        RouteFault::Pattern(_) => {
            Complaint::about(key("path"), "must be a pattern such as /v3/{name} or /v3/{rest...}")
        }
        RouteFault::Method(_) => Complaint::about(key("methods"), "must be names of methods"),
        RouteFault::Host(_) => Complaint::about(key("hosts"), "must be host names without port"),
        RouteFault::Target(_) => Complaint::about(
            format!("{}.targets", join("upstream", upstream)),
            "must be one or more of http://host:port or https://host:port, without a path",
        ),
        RouteFault::Header(_) => {
            Complaint::about(key(header_at_fault(config, place)), "cannot say for whom a request is")
        }
        RouteFault::Unnamed { inside, .. } => Complaint::about(
            key("opens"),
            format!(
                "this public route lies in the space of the protected route {inside}: name it in opens if that is meant"
            ),
        ),
        RouteFault::Same { earlier, .. } => {
            Complaint::about(key("path"), format!("takes the same requests as the route {earlier}"))
        }
        RouteFault::Id(_) => Complaint::about(key("id"), "another route has this id"),
    }
}

/// Which of a route's headers cannot be used. Where each alone could, they have one name.
fn header_at_fault(config: &Config, place: usize) -> &'static str {
    let typed = config.route.get(place);
    let acting = typed.and_then(|route| route.acting_user.as_ref()?.header.as_deref());
    if acting.is_some_and(|name| !ActingBy::may_be_header(name)) {
        "acting_user.header"
    } else {
        "id_token.header"
    }
}
