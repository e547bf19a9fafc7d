use super::peek::Peeked;
use super::place::Place;
use super::steps::{Facts, Named, steps};
use super::*;
use crate::registry::facts;
use std::sync::OnceLock;
use tollgate_keys::chance::System;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::signing::SigningKey;
use tollgate_model::route::Upstream;
use tollgate_model::{Api, ApiId, Route};
use tollgate_protocol::claims::{Mark, Profile};
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::scope::Scopes;

const NOW: Moment = Moment(1_800_000_000);
const ISSUER: &str = "https://issuer.example/";

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256, &System).unwrap())
}

fn stranger() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256, &System).unwrap())
}

fn route(id: &str, path: &str, access: Access) -> Route {
    Route {
        id: RouteId::new(id),
        hosts: Vec::new(),
        methods: vec!["GET".into()],
        path: path.into(),
        access,
        id_token: None,
        opaque: false,
        legacy: Vec::new(),
        limits: Vec::new(),
        assertion: None,
        upstream: Upstream {
            targets: vec!["http://127.0.0.1:1".into()],
            http2: false,
            health_path: None,
            connect_timeout: 5,
            response_timeout: 5,
            upgrades: false,
            max_body: 0,
            in_flight: 0,
            failures: 0,
            rest: 10,
        },
        declared: false,
        version: 1,
    }
}

fn protected(id: &str, path: &str, api: &str, by: Option<ActingBy>) -> Route {
    let access = Access::Token {
        api: ApiId::new(api),
        scopes: ["read"].into_iter().collect(),
        any_scopes: tollgate_protocol::scope::Scopes::default(),
        acting_user: by.map(|by| ActingRule {
            by,
            roles: vec!["Developer".into()],
        }),
    };
    route(id, path, access)
}

fn routes() -> Vec<Route> {
    let by_header = ActingBy::Header("x-email".into());
    vec![
        protected("read", "/docs/{id}", "docs", None),
        protected("acting", "/returns/{rest...}", "docs", Some(by_header)),
        protected("owner", "/me", "docs", Some(ActingBy::Owner)),
        protected("lost", "/lost", "gone", None),
        route("open", "/open", Access::Public { opens: Vec::new() }),
        // Inside a protected space without naming it.
        route("hole", "/returns/hole", Access::Public { opens: Vec::new() }),
    ]
}

fn claims() -> AccessToken {
    AccessToken {
        issuer: ISSUER.into(),
        subject: None,
        client_id: "client-one".into(),
        audience: vec!["https://api.example/docs".into()],
        scopes: ["read"].into_iter().collect(),
        issued: NOW.0,
        not_before: None,
        expires: NOW.0 + 3600,
        id: None,
        bought: None,
        mark: Some(Mark {
            account: "acc_1".into(),
            secret: None,
            environment: "live".into(),
            authorization: None,
            consent: None,
        }),
    }
}

fn sign(key: &SigningKey, claims: &AccessToken) -> String {
    key.sign("at+jwt", &Profile::Rfc9068.write(claims)).unwrap()
}

/// What is found about a token, at a place or alone.
fn found(token: &str, at: Option<(&str, &str)>, named: &Named, revoked: Option<bool>) -> Vec<Step> {
    let keys = VerifyingKeys::of(&JwkSet {
        keys: vec![key().public().clone()],
    })
    .unwrap();
    let peeked = Peeked::of(token, &keys).unwrap();
    let (apis, routes): (Vec<Api>, _) = (vec![facts::api()], routes());
    let place = at.map(|(method, path)| {
        let at = At {
            method,
            path,
            acting_user: None,
        };
        Place::of(&at, &routes)
    });
    let facts = Facts {
        issuer: ISSUER,
        apis: &apis,
        now: NOW,
        revoked,
    };
    steps(&facts, &peeked, place.as_ref(), named)
}

/// The first that fails.
fn refused(steps: &[Step]) -> Option<(&'static str, u16)> {
    let first = steps.iter().find(|step| step.ok == Some(false))?;
    Some((first.code.unwrap(), first.status.unwrap()))
}

#[test]
fn a_good_token_passes_every_check() {
    let steps = found(
        &sign(key(), &claims()),
        Some(("GET", "/docs/7")),
        &Named::Nobody,
        Some(false),
    );
    assert!(steps.iter().all(|step| step.ok == Some(true)), "{steps:?}");
    let checks: Vec<_> = steps.iter().map(|step| step.check).collect();
    assert_eq!(
        checks,
        [
            "route",
            "form",
            "key",
            "signature",
            "algorithm",
            "type",
            "issuer",
            "audience",
            "times",
            "revocation",
            "scopes"
        ]
    );
    // Alone, only what is its own is looked at.
    let steps = found(&sign(key(), &claims()), None, &Named::Nobody, Some(false));
    assert!(steps.iter().all(|step| step.ok == Some(true)), "{steps:?}");
    assert!(!steps.iter().any(|step| ["route", "scopes"].contains(&step.check)));
}

#[test]
fn each_fault_of_a_token_is_told_by_the_gateway_s_code() {
    let changed = |change: fn(&mut AccessToken)| {
        let mut claims = claims();
        change(&mut claims);
        sign(key(), &claims)
    };
    let good = sign(key(), &claims());
    let (head, tail) = good.rsplit_once('.').unwrap();
    let (start, end) = tail.split_at(20);
    let bent = format!(
        "{head}.{start}{}{}",
        if end.starts_with('A') { 'B' } else { 'A' },
        &end[1..]
    );
    let untyped = key().sign("JWT", &Profile::Rfc9068.write(&claims())).unwrap();
    let bare = key().sign("at+jwt", b"{\"iss\":\"x\"}").unwrap();
    for (token, code) in [
        (bent, "token_signature"),
        (sign(stranger(), &claims()), "token_key_unknown"),
        (untyped, "token_type"),
        (bare, "token_malformed"),
        // {"alg":"HS256","kid":"x"} and {"alg":"none","crit":1}
        (
            format!(
                "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.{}",
                &good.split_once('.').unwrap().1
            ),
            "token_algorithm",
        ),
        (
            changed(|claims| claims.issuer = "https://other.example/".into()),
            "token_issuer",
        ),
        (
            changed(|claims| claims.audience = vec!["https://api.example/docs/".into()]),
            "token_audience",
        ),
        (changed(|claims| claims.expires = NOW.0), "token_expired"),
        (changed(|claims| claims.expires = NOW.0 - 9999), "token_expired"),
        (
            changed(|claims| claims.not_before = Some(NOW.0 + 11)),
            "token_not_yet_valid",
        ),
        (changed(|claims| claims.issued = NOW.0 + 11), "token_not_yet_valid"),
        (
            changed(|claims| claims.scopes = Scopes::default()),
            "scope_insufficient",
        ),
    ] {
        let steps = found(&token, Some(("GET", "/docs/7")), &Named::Nobody, Some(false));
        let status = CODES.iter().find(|(held, _)| *held == code).unwrap().1;
        assert_eq!(refused(&steps), Some((code, status)), "{steps:?}");
    }
    let revoked = found(&good, Some(("GET", "/docs/7")), &Named::Nobody, Some(true));
    assert_eq!(refused(&revoked), Some(("token_revoked", 401)));
}

/// Of a token that is bad in several ways each is told, so that all can be mended at once; the gateway answers the
/// first.
#[test]
fn every_fault_is_told_and_the_first_is_the_answer() {
    let mut claims = claims();
    claims.audience = vec!["elsewhere".into()];
    claims.expires = NOW.0 - 60;
    claims.scopes = Scopes::default();
    let steps = found(
        &sign(key(), &claims),
        Some(("GET", "/docs/7")),
        &Named::Nobody,
        Some(false),
    );
    let codes: Vec<_> = steps.iter().filter_map(|step| step.code).collect();
    assert_eq!(codes, ["token_audience", "token_expired", "scope_insufficient"]);
}

#[test]
fn where_no_token_is_looked_at_none_is() {
    let token = sign(key(), &claims());
    for (method, path, code) in [
        ("GET", "/docs//7", Some(("path_ambiguous", 400))),
        ("GET", "/nowhere", Some(("route_unknown", 404))),
        ("POST", "/docs/7", Some(("method_not_allowed", 405))),
        ("GET", "/returns/hole", Some(("route_closed", 403))),
        ("GET", "/lost", Some(("route_closed", 403))),
        ("GET", "https://any.example/open?x", None),
    ] {
        let steps = found(&token, Some((method, path)), &Named::Nobody, Some(false));
        assert_eq!((refused(&steps), steps.len()), (code, 1), "{method} {path}");
    }
    assert_eq!(
        refused(&found(&token, Some(("head", "/docs/7")), &Named::Nobody, None)),
        None
    );
}

/// SS-44, SS-49: who acts is looked at after the token and before its scopes, as at the gateway.
#[test]
fn the_acting_user_is_looked_at_where_the_route_wants_one() {
    let token = sign(key(), &claims());
    let roles = |word: &str| Named::Member(vec![word.to_owned()]);
    for (path, named, code) in [
        ("/returns/1", Named::Missing, Some(("acting_user_missing", 400))),
        ("/returns/1", Named::Several, Some(("acting_user_several", 400))),
        ("/returns/1", Named::Malformed, Some(("acting_user_malformed", 400))),
        ("/returns/1", Named::Unknown, Some(("acting_user_unknown", 400))),
        ("/returns/1", roles("Preparer"), Some(("acting_user_role", 403))),
        ("/returns/1", roles("Developer"), None),
        ("/returns/1", Named::Untold, None),
        ("/me", Named::Unknown, Some(("acting_user_role", 403))),
        ("/me", roles("Developer"), None),
    ] {
        let steps = found(&token, Some(("GET", path)), &named, Some(false));
        assert_eq!(refused(&steps), code, "{path} {named:?}");
    }
    let mut poor = claims();
    poor.scopes = Scopes::default();
    let steps = found(
        &sign(key(), &poor),
        Some(("GET", "/returns/1")),
        &Named::Missing,
        Some(false),
    );
    let codes: Vec<_> = steps.iter().filter_map(|step| step.code).collect();
    assert_eq!(codes, ["acting_user_missing", "scope_insufficient"]);
}

/// CO4: what is not the viewer's to know stays open, and is not told to be in order.
#[test]
fn what_is_not_told_is_left_open() {
    let steps = found(&sign(key(), &claims()), None, &Named::Nobody, None);
    let revocation = steps.iter().find(|step| step.check == "revocation").unwrap();
    assert_eq!((revocation.ok, revocation.code), (None, None));
}

#[test]
fn every_code_has_advice() {
    for (code, _) in CODES {
        let advice = crate::calls::advice(tollgate_model::call::Place::Gateway, code);
        assert_eq!(advice.code, *code);
    }
}
