//! From what was typed to what we run on. All complaints are found in one go.

use super::Complaint;
use super::config::{self, Config};
use std::collections::BTreeSet;
use tollgate_issuer::declare::Declared;
use tollgate_issuer::terms::{
    ClientTerms, KeyTerms, Limit, ScopeInAnswer, SecretTerms, Target, Terms,
};
use tollgate_model::api::ScopeWord;
use tollgate_model::route::{Access, ActingBy, ActingRule, Upstream};
use tollgate_model::{Api, ApiId, Moment, Route, RouteId};
use tollgate_protocol::parameters::Forms;
use tollgate_protocol::scope;
use tollgate_web::door::{Alias, Deprecated, Endpoint, Paths};
use url::Url;

/// What an issuer runs on.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The rules' terms.
    pub terms: Terms,
    /// Where the endpoints are.
    pub paths: Paths,
    /// Declared APIs and routes.
    pub declared: Declared,
}

/// Checks the configuration and turns it into what we run on.
///
/// # Errors
/// Every complaint at once, each with its key.
pub fn resolve(config: &Config) -> Result<Resolved, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let origin = origin(config, &mut complaints);
    let issuer = format!("{origin}{}", config.issuer.path);
    if !config.issuer.path.is_empty() && !config.issuer.path.starts_with('/') {
        complaints.push(Complaint::about("issuer.path", "must be empty or start with /"));
    }
    listeners(config, &mut complaints);
    let paths = paths(config, origin, issuer.clone(), &mut complaints);
    let terms = terms(config, issuer, &mut complaints);
    let declared = declared(config, &mut complaints);
    if complaints.is_empty() { Ok(Resolved { terms, paths, declared }) } else { Err(complaints) }
}

/// `server.public_url`, which must be https but for development on loopback (OP18).
fn origin(config: &Config, complaints: &mut Vec<Complaint>) -> String {
    let key = "server.public_url";
    let text = config.server.public_url.trim_end_matches('/').to_owned();
    match Url::parse(&text) {
        Err(_) => complaints.push(Complaint::about(key, "must be a URL such as https://auth.example.com")),
        Ok(url) => {
            let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
            match url.scheme() {
                "https" => {}
                "http" if loopback && config.server.development => {}
                "http" if loopback => complaints
                    .push(Complaint::about(key, "is http: allowed on loopback only, with server.development = true")),
                _ => complaints.push(Complaint::about(key, "must be https")),
            }
            if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
                complaints.push(Complaint::about(key, "must be scheme and authority alone; a path goes to issuer.path"));
            }
        }
    }
    text
}

/// The management API is never where the public is (OP15).
fn listeners(config: &Config, complaints: &mut Vec<Complaint>) {
    let server = &config.server;
    if server.management_listen == server.listen && server.listen.port() != 0 {
        complaints.push(Complaint::about("server.management_listen", "must differ from server.listen"));
    }
    if !server.management_listen.ip().is_loopback() && server.management_tls.is_none() {
        complaints.push(Complaint::about(
            "server.management_listen",
            "listens beyond loopback: server.management_tls is required",
        ));
    }
    if !config.issuer.enabled && !config.gateway.enabled {
        complaints.push(Complaint::about("gateway.enabled", "neither issuer nor gateway is enabled"));
    }
    if !config.issuer.enabled && config.gateway.enabled && config.gateway.feed.is_none() {
        complaints.push(Complaint::about("gateway.feed", "is required where the issuer is elsewhere"));
    }
    if !(0..=60).contains(&config.gateway.leeway) {
        complaints.push(Complaint::about("gateway.leeway", "must be 0 to 60 seconds"));
    }
}

fn paths(config: &Config, origin: String, issuer: String, complaints: &mut Vec<Complaint>) -> Paths {
    let typed = &config.issuer.paths;
    let named = [
        ("issuer.paths.token", &typed.token),
        ("issuer.paths.introspection", &typed.introspection),
        ("issuer.paths.revocation", &typed.revocation),
        ("issuer.paths.jwks", &typed.jwks),
    ];
    let mut seen = BTreeSet::new();
    for (key, path) in named {
        path_is_sane(key, path, complaints);
        if !seen.insert(path.as_str()) {
            complaints.push(Complaint::about(key, "two endpoints cannot share a path"));
        }
    }
    let aliases = config.issuer.alias.iter().enumerate().map(|(place, alias)| {
        let key = format!("issuer.alias[{place}]");
        path_is_sane(&format!("{key}.path"), &alias.path, complaints);
        Alias {
            endpoint: match alias.endpoint {
                config::AliasOf::Token => Endpoint::Token,
                config::AliasOf::Introspection => Endpoint::Introspection,
                config::AliasOf::Revocation => Endpoint::Revocation,
                config::AliasOf::Jwks => Endpoint::Jwks,
            },
            path: alias.path.clone(),
            host: alias.host.as_ref().map(|host| host.to_ascii_lowercase()),
            deprecated: deprecated(&key, alias, complaints),
        }
    });
    let aliases = aliases.collect();
    Paths {
        origin,
        issuer,
        token: typed.token.clone(),
        introspection: typed.introspection.clone(),
        revocation: typed.revocation.clone(),
        jwks: typed.jwks.clone(),
        aliases,
        documentation: config.vendor.documentation.clone(),
        security_contact: config.vendor.security_contact.clone(),
    }
}

fn path_is_sane(key: &str, path: &str, complaints: &mut Vec<Complaint>) {
    let sane = path.starts_with('/')
        && path.len() <= 200
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b))
        && !path.contains("//");
    if !sane {
        complaints.push(Complaint::about(key, "must be a plain path such as /oauth2/token"));
    }
}

fn deprecated(key: &str, alias: &config::Alias, complaints: &mut Vec<Complaint>) -> Option<Deprecated> {
    let mut day = |name: &str, text: &Option<String>| {
        let text = text.as_ref()?;
        let moment = midnight(text);
        if moment.is_none() {
            complaints.push(Complaint::about(format!("{key}.{name}"), "must be a day such as 2026-01-31"));
        }
        moment
    };
    let (since, sunset) = (day("deprecated", &alias.deprecated), day("sunset", &alias.sunset));
    since.map(|since| Deprecated { since, sunset, link: alias.link.clone() })
}

/// The beginning of a day in UTC.
fn midnight(text: &str) -> Option<Moment> {
    let day: jiff::civil::Date = text.parse().ok()?;
    let start = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(Moment(start.timestamp().as_second()))
}

fn terms(config: &Config, issuer: String, complaints: &mut Vec<Complaint>) -> Terms {
    let typed = &config.issuer;
    if typed.bodies.is_empty() {
        complaints.push(Complaint::about("issuer.bodies", "must name at least one form"));
    }
    if config.clients.auth_methods.is_empty() {
        complaints.push(Complaint::about("clients.auth_methods", "must name at least one method"));
    }
    let mut limit = |key: &str, limit: config::Limit| {
        if limit.count < 1 || limit.window < 1 {
            complaints.push(Complaint::about(key, "count and window must be at least 1"));
        }
        Limit { count: limit.count, window: limit.window }
    };
    let token_limit = typed.token_requests.map(|typed| limit("issuer.token_requests", typed));
    let guesses = limit("issuer.wrong_secrets", typed.wrong_secrets);
    let secrets = &config.secrets;
    if secrets.most_alive < 1 || secrets.overlap < 0 || secrets.longest_overlap < secrets.overlap {
        complaints.push(Complaint::about(
            "secrets",
            "most_alive must be at least 1, and overlap between 0 and longest_overlap",
        ));
    }
    if config.keys.publish_ahead < 0 || config.keys.leeway < 0 {
        complaints.push(Complaint::about("keys", "publish_ahead and leeway must not be negative"));
    }
    Terms {
        issuer,
        dialect: typed.dialect,
        forms: Forms { form: typed.bodies.contains(&config::Body::Form), json: typed.bodies.contains(&config::Body::Json) },
        methods_together: typed.basic_and_body_together,
        target: match typed.target {
            config::Target::Required => Target::Required,
            config::Target::NamedOrSole => Target::NamedOrSole,
            config::Target::ByScope => Target::ByScope,
        },
        scope_in_answer: match typed.scope_in_answer {
            config::ScopeInAnswer::WhenAny => ScopeInAnswer::WhenAny,
            config::ScopeInAnswer::Always => ScopeInAnswer::Always,
            config::ScopeInAnswer::Never => ScopeInAnswer::Never,
        },
        expires_in_truncated: typed.expires_in == config::ExpiresIn::Truncated,
        token_limit,
        guesses,
        revoke_secret_in_query: typed.revoke_secret_in_query,
        secrets: SecretTerms {
            most_alive: secrets.most_alive,
            overlap: secrets.overlap,
            longest_overlap: secrets.longest_overlap,
            lifetime: secrets.lifetime,
        },
        clients: ClientTerms { auth_methods: config.clients.auth_methods.clone() },
        keys: KeyTerms { publish_ahead: config.keys.publish_ahead, leeway: config.keys.leeway },
        roles: config.members.roles.clone(),
    }
}

fn declared(config: &Config, complaints: &mut Vec<Complaint>) -> Declared {
    let mut ids = BTreeSet::new();
    let mut audiences = BTreeSet::new();
    for (place, api) in config.api.iter().enumerate() {
        let key = |name: &str| format!("api[{place}].{name}");
        if !ids.insert(&api.id) || api.id.is_empty() {
            complaints.push(Complaint::about(key("id"), "must be there and differ from the others"));
        }
        if !audiences.insert(&api.audience) || api.audience.is_empty() {
            complaints.push(Complaint::about(key("audience"), "must be there and differ from the others"));
        }
        if !(1..=31_536_000).contains(&api.lifetime) {
            complaints.push(Complaint::about(key("lifetime"), "must be 1 to 31536000 seconds"));
        }
        for word in &api.scopes {
            if !scope::is_token(&word.name) {
                complaints.push(Complaint::about(key("scopes"), format!("{:?} is not a scope token", word.name)));
            }
        }
    }
    let apis: Vec<Api> = config.api.iter().map(api).collect();
    let routes = config.route.iter().enumerate().filter_map(|(place, typed)| route(config, &apis, place, typed, complaints));
    let routes = routes.collect();
    Declared { apis, routes }
}

fn api(typed: &config::Api) -> Api {
    Api {
        id: ApiId::new(&typed.id),
        audience: typed.audience.clone(),
        name: typed.name.clone(),
        scopes: typed
            .scopes
            .iter()
            .map(|word| ScopeWord { name: word.name.clone(), description: word.description.clone() })
            .collect(),
        unasked: typed.unasked,
        lifetime: typed.lifetime,
        algorithm: typed.algorithm,
        profile: typed.profile,
        declared: true,
        version: 1,
    }
}

fn route(
    config: &Config,
    apis: &[Api],
    place: usize,
    typed: &config::Route,
    complaints: &mut Vec<Complaint>,
) -> Option<Route> {
    let key = |name: &str| format!("route[{place}].{name}");
    if config.route.iter().take(place).any(|other| other.id == typed.id) {
        complaints.push(Complaint::about(key("id"), "two routes cannot have the same id"));
    }
    if !typed.path.starts_with('/') {
        complaints.push(Complaint::about(key("path"), "must start with /"));
    }
    let Some(upstream) = config.upstream.get(&typed.upstream) else {
        complaints.push(Complaint::about(key("upstream"), format!("there is no [upstream.{}]", typed.upstream)));
        return None;
    };
    let access = match &typed.api {
        None => Access::Public { opens: typed.opens.iter().map(RouteId::new).collect() },
        Some(id) => {
            let Some(api) = apis.iter().find(|api| api.id.as_str() == id) else {
                complaints.push(Complaint::about(key("api"), format!("there is no [[api]] with the id {id}")));
                return None;
            };
            for scope in &typed.scopes {
                if !api.knows(scope) {
                    complaints.push(Complaint::about(key("scopes"), format!("{id} has no scope {scope}")));
                }
            }
            Access::Token {
                api: api.id.clone(),
                scopes: typed.scopes.iter().map(String::as_str).collect(),
                acting_user: typed.acting_user.as_ref().map(|rule| ActingRule {
                    by: rule.header.as_ref().map_or(ActingBy::Owner, |name| ActingBy::Header(name.to_ascii_lowercase())),
                    roles: rule.roles.clone(),
                }),
            }
        }
    };
    Some(Route {
        id: RouteId::new(&typed.id),
        hosts: typed.hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        methods: typed.methods.iter().map(|method| method.to_ascii_uppercase()).collect(),
        path: typed.path.clone(),
        access,
        upstream: Upstream {
            targets: upstream.targets.clone(),
            http2: upstream.http2,
            health_path: upstream.health_path.clone(),
            connect_timeout: upstream.connect_timeout.unwrap_or(5),
            response_timeout: upstream.response_timeout.unwrap_or(60),
            upgrades: upstream.upgrades,
            max_body: upstream.max_body,
        },
        declared: true,
        version: 1,
    })
}
