//! The terms for people: the authorization endpoint and what follows from it.

use super::connection;
use crate::settings::Complaint;
use crate::settings::config::{ClaimScope as TypedScope, Config, Pkce};
use std::collections::BTreeSet;
use tollgate_issuer::terms::people::{Acr, ClaimScope, PeopleTerms, RefreshTerms};
use tollgate_model::Api;
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_protocol::scope;

/// Claims that say something of a token or of a sign-in (RFC 7519 §4.1, OpenID Connect Core §2): no scope opens them.
const OURS: [&str; 20] = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "events",
    "exp",
    "gty",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "scope",
    "sid",
    "sub",
];
/// The longest name of a claim, in bytes.
const LONGEST_CLAIM: usize = 64;

/// The terms, for the issuer of this origin.
pub(super) fn terms(config: &Config, origin: &str, complaints: &mut Vec<Complaint>) -> PeopleTerms {
    let typed = &config.people;
    together(config, complaints);
    offline(config, complaints);
    let standard = PeopleTerms::of(&format!("{origin}{}", config.issuer.paths.userinfo));
    let end = |seconds: i64| (seconds > 0).then_some(seconds);
    let refresh = RefreshTerms {
        rotates: typed.refresh.rotates,
        window: typed.refresh.window,
        idle: end(typed.refresh.idle),
        absolute: end(typed.refresh.absolute),
    };
    if refresh
        .idle
        .zip(refresh.absolute)
        .is_some_and(|(idle, absolute)| idle > absolute)
    {
        complaints.push(Complaint::about(
            "people.refresh.idle",
            "must not be longer than people.refresh.absolute",
        ));
    }
    PeopleTerms {
        enabled: typed.enabled,
        code_lifetime: typed.code_lifetime,
        flow_lifetime: typed.flow_lifetime,
        pkce_optional: typed.pkce == Pkce::OptionalWithSecret,
        least_state: typed.least_state,
        offline: typed.offline.clone(),
        refresh,
        openid: Api {
            lifetime: typed.tokens.lifetime,
            algorithm: typed.tokens.algorithm,
            profile: typed.tokens.profile,
            ..standard.openid
        },
        userinfo_in_audience: typed.userinfo_in_audience,
        id_token_alg: typed.id_token.algorithm,
        id_token_lifetime: typed.id_token.lifetime,
        scopes: scopes(config, standard.scopes, complaints),
        acrs: acrs(config, complaints),
        connections: connection::terms(config, complaints),
        sign_up: typed.sign_up,
        own_consents: typed.own_consents,
        v2_logout: typed.v2_logout,
    }
}

/// What clients may use.
pub(super) fn grant_types(config: &Config) -> Vec<GrantType> {
    match &config.clients.grant_types {
        Some(typed) => typed.clone(),
        None if config.people.enabled => GrantType::ALL.to_vec(),
        None => vec![GrantType::ClientCredentials],
    }
}

/// Whether other sections say what goes with an authorization endpoint.
fn together(config: &Config, complaints: &mut Vec<Complaint>) {
    let mut no = |key: &str, problem: &str| complaints.push(Complaint::about(key, problem));
    let (enabled, clients) = (config.people.enabled, &config.clients);
    let offered = grant_types(config);
    let offers = |grant: GrantType| offered.contains(&grant);
    if offered.is_empty() {
        no("clients.grant_types", "must name at least one grant type");
    }
    if enabled && !offers(GrantType::AuthorizationCode) {
        no(
            "clients.grant_types",
            "must have authorization_code where people.enabled is set",
        );
    }
    if enabled && clients.redirects.used == Some(false) {
        no(
            "clients.redirects.used",
            "must be set where people.enabled is: no client could have an address for its codes",
        );
    }
    if enabled && !config.console.enabled.0 {
        no(
            "console.enabled",
            "must be set where people.enabled is: people look after their passwords there",
        );
    }
    if !enabled && (offers(GrantType::AuthorizationCode) || offers(GrantType::RefreshToken)) {
        no(
            "clients.grant_types",
            "authorization_code and refresh_token need people.enabled",
        );
    }
    if offers(GrantType::RefreshToken) && !offers(GrantType::AuthorizationCode) {
        no("clients.grant_types", "refresh_token needs authorization_code");
    }
    if !enabled && clients.auth_methods.contains(&AuthMethod::None) {
        no(
            "clients.auth_methods",
            "none is for applications that act for people: it needs people.enabled",
        );
    }
    if clients.auth_methods == [AuthMethod::None] && offers(GrantType::ClientCredentials) {
        no(
            "clients.auth_methods",
            "client_credentials in clients.grant_types needs a method with a secret",
        );
    }
}

fn offline(config: &Config, complaints: &mut Vec<Complaint>) {
    let key = "people.offline";
    for word in &config.people.offline {
        if !scope::is_token(word) || word == "openid" {
            complaints.push(Complaint::about(
                key,
                format!("{word:?} is not a scope token of its own"),
            ));
        }
    }
}

/// The standard scopes, with those of the configuration beside them or in their place.
fn scopes(config: &Config, mut scopes: Vec<ClaimScope>, complaints: &mut Vec<Complaint>) -> Vec<ClaimScope> {
    let mut seen = BTreeSet::new();
    for (place, typed) in config.people.scope.iter().enumerate() {
        let key = format!("people.scope[{place}]");
        let standard = scopes.iter().position(|held| held.name == typed.name);
        claim_scope(&key, typed, standard.is_some(), complaints);
        if !seen.insert(&typed.name) || config.people.offline.contains(&typed.name) || typed.name == "openid" {
            complaints.push(Complaint::about(
                format!("{key}.name"),
                format!("{:?} is there already", typed.name),
            ));
        }
        let scope = ClaimScope {
            name: typed.name.clone(),
            description: typed.description.clone(),
            claims: typed.claims.clone(),
        };
        match standard.and_then(|at| scopes.get_mut(at)) {
            Some(held) => *held = scope,
            None => scopes.push(scope),
        }
    }
    if config.people.enabled {
        apart(config, &scopes, complaints);
    }
    scopes
}

fn claim_scope(key: &str, typed: &TypedScope, standard: bool, complaints: &mut Vec<Complaint>) {
    let mut no = |field: &str, problem: String| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    if !scope::is_token(&typed.name) {
        no("name", format!("{:?} is not a scope token", typed.name));
    }
    if typed.description.trim().is_empty() && !standard {
        no(
            "description",
            "is required: the person is asked in these words".to_owned(),
        );
    }
    if typed.claims.is_empty() {
        no("claims", "must name at least one claim".to_owned());
    }
    for claim in &typed.claims {
        let sane = (1..=LONGEST_CLAIM).contains(&claim.len()) && claim.bytes().all(|byte| byte.is_ascii_graphic());
        if !sane || OURS.contains(&claim.as_str()) {
            no("claims", format!("{claim:?} is not a claim about a person"));
        }
    }
}

/// A word of an API that is also one about the person would be two questions in one.
fn apart(config: &Config, scopes: &[ClaimScope], complaints: &mut Vec<Complaint>) {
    let taken = |name: &str| {
        name == "openid"
            || scopes.iter().any(|scope| scope.name == name)
            || config.people.offline.iter().any(|word| word == name)
    };
    for (place, api) in config.api.iter().enumerate() {
        for (nth, word) in api.scopes.iter().enumerate().filter(|(_, word)| taken(&word.name)) {
            let problem = format!(
                "{:?} is a scope about the person where people.enabled is set",
                word.name
            );
            complaints.push(Complaint::about(format!("api[{place}].scopes[{nth}].name"), problem));
        }
    }
}

fn acrs(config: &Config, complaints: &mut Vec<Complaint>) -> Vec<Acr> {
    let mut seen = BTreeSet::new();
    for (place, typed) in config.people.acr.iter().enumerate() {
        let mut no = |field: &str, problem: String| {
            complaints.push(Complaint::about(format!("people.acr[{place}].{field}"), problem));
        };
        // `acr_values` has spaces between them.
        if !scope::is_token(&typed.value) || !seen.insert(&typed.value) {
            no("value", "must be a word, and differ from the others".to_owned());
        }
        if typed.ways.is_empty() {
            no("ways", "must name at least one way".to_owned());
        }
        for way in &typed.ways {
            let factors: Vec<&str> = way.split_whitespace().collect();
            let once = factors.iter().collect::<BTreeSet<_>>().len() == factors.len();
            if factors.is_empty() || !once || !factors.iter().all(|factor| connection::is_factor(factor)) {
                no("ways", format!("{way:?} is not one or more factors, each once"));
            }
        }
    }
    let way = |way: &String| way.split_whitespace().map(str::to_owned).collect();
    let typed = config.people.acr.iter();
    typed
        .map(|typed| Acr {
            value: typed.value.clone(),
            ways: typed.ways.iter().map(way).collect(),
        })
        .collect()
}
