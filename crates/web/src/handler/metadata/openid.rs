//! What is said where applications may act for people (OpenID Connect Discovery §3).

use crate::House;
use crate::door::Endpoint;
use std::collections::BTreeSet;
use tollgate_issuer::Terms;
use tollgate_issuer::authorize::language::SPOKEN;
use tollgate_issuer::registry::client;
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::metadata::OpenId;

/// The claims that an ID token has of itself (OpenID Connect Core §2; Back-Channel Logout §2.1).
const OWN: [&str; 12] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "sid",
];

/// The scopes about the person, and those for refresh tokens; none where no application may act for people.
pub(super) fn scopes(terms: &Terms) -> Vec<String> {
    let people = &terms.people;
    if !people.enabled {
        return Vec::new();
    }
    let about = people.scopes.iter().map(|scope| scope.name.clone());
    let mut all = vec!["openid".to_owned()];
    all.extend(about.chain(people.offline.iter().cloned()));
    all
}

/// The members about people. What stands here is served (DI3).
pub(super) fn said(house: &House) -> OpenId {
    let (paths, people) = (&house.paths, &house.desk.terms.people);
    // Those that a client's record can name, and for which there is a key.
    let algorithms = client::algorithms(&house.desk.terms, &house.desk.memory.catalogue().apis);
    let algorithms: Vec<&'static str> = algorithms.into_iter().map(Algorithm::name).collect();
    let opened = people.scopes.iter().flat_map(|scope| scope.claims.iter());
    let claims: BTreeSet<&str> = OWN.into_iter().chain(opened.map(String::as_str)).collect();
    OpenId {
        authorization_endpoint: paths.url(Endpoint::Authorization),
        userinfo_endpoint: paths.url(Endpoint::UserInfo),
        end_session_endpoint: paths.url(Endpoint::EndSession),
        id_token_signing_alg_values_supported: algorithms.clone(),
        userinfo_signing_alg_values_supported: algorithms,
        claims_supported: claims.into_iter().map(str::to_owned).collect(),
        acr_values_supported: people.acrs.iter().map(|acr| acr.value.clone()).collect(),
        ui_locales_supported: SPOKEN.to_vec(),
        ..OpenId::default()
    }
}
