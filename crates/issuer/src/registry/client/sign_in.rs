//! What a client may be registered with for people to sign in at it.

use crate::registry::{No, redirect, value};
use crate::terms::Terms;
use tollgate_model::client::{GrantType, SignIn};
use tollgate_model::{Api, Client};
use tollgate_protocol::jose::Algorithm;

/// What is to become of how people sign in at a client; what is absent stays. `Some(None)`: the house's way.
#[derive(Clone, Debug, Default)]
pub struct SignInChange {
    /// Whether people are not asked. Operators alone set it (CO5).
    pub trusted: Option<bool>,
    /// Whether each sector learns another `sub`. Operators alone set it (CO5).
    pub pairwise: Option<bool>,
    /// `id_token_signed_response_alg`.
    pub id_token_alg: Option<Option<Algorithm>>,
    /// `userinfo_signed_response_alg`; `Some(None)`: plain JSON.
    pub userinfo_alg: Option<Option<Algorithm>>,
    /// `backchannel_logout_uri`.
    pub backchannel_logout_uri: Option<Option<String>>,
    /// `frontchannel_logout_uri`.
    pub frontchannel_logout_uri: Option<Option<String>>,
    /// Whether a refresh token dies when it is used.
    pub rotates: Option<Option<bool>>,
}

impl SignInChange {
    /// As it is afterwards.
    #[must_use]
    pub fn of(&self, held: &SignIn) -> SignIn {
        let uri = |ask: &Option<Option<String>>, held: &Option<String>| ask.clone().unwrap_or_else(|| held.clone());
        SignIn {
            trusted: self.trusted.unwrap_or(held.trusted),
            pairwise: self.pairwise.unwrap_or(held.pairwise),
            id_token_alg: self.id_token_alg.unwrap_or(held.id_token_alg),
            userinfo_alg: self.userinfo_alg.unwrap_or(held.userinfo_alg),
            backchannel_logout_uri: uri(&self.backchannel_logout_uri, &held.backchannel_logout_uri),
            frontchannel_logout_uri: uri(&self.frontchannel_logout_uri, &held.frontchannel_logout_uri),
            rotates: self.rotates.unwrap_or(held.rotates),
        }
    }
}

/// CO5: a member of the account has no say in whether people are asked, nor in the name that a client knows them by.
pub(super) fn allowed(held: &SignIn, then: &SignIn, within: bool) -> Result<(), No> {
    if within && (then.trusted, then.pairwise) != (held.trusted, held.pairwise) {
        return Err(No::Forbidden(
            "whether people are asked, and by which name a client knows them, is not the account's to decide".into(),
        ));
    }
    Ok(())
}

/// The algorithms that ID tokens and UserInfo answers can be signed with: those for which there is a key because
/// something else is signed with it as well.
#[must_use]
pub fn algorithms(terms: &Terms, apis: &[Api]) -> Vec<Algorithm> {
    let house = [terms.people.id_token_alg, terms.people.openid.algorithm];
    let mut all: Vec<_> = house.into_iter().chain(apis.iter().map(|api| api.algorithm)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The grant types that a client may have here.
#[must_use]
pub fn offered(terms: &Terms) -> Vec<GrantType> {
    let there = |grant: &GrantType| *grant == GrantType::ClientCredentials || terms.people.enabled;
    terms.clients.grant_types.iter().copied().filter(there).collect()
}

/// Those of a client whose maker names none.
pub(super) fn usual(terms: &Terms) -> Vec<GrantType> {
    let offered = offered(terms);
    match offered.contains(&GrantType::ClientCredentials) {
        true => vec![GrantType::ClientCredentials],
        false => offered,
    }
}

/// Those of a client that is made on a page, where nobody is asked about them: one that has addresses is one that
/// people sign in at, and has all that is offered.
pub(crate) fn with_addresses(redirect_uris: &[String], terms: &Terms) -> Option<Vec<GrantType>> {
    let offered = offered(terms);
    let signs_in = !redirect_uris.is_empty() && offered.contains(&GrantType::AuthorizationCode);
    signs_in.then_some(offered)
}

/// The grant types that a client asks for, each once and each offered.
pub(super) fn grant_types(list: &[GrantType], terms: &Terms) -> Result<Vec<GrantType>, No> {
    let field = "grant_types";
    if list.is_empty() {
        return Err(No::invalid(field, "must name at least one"));
    }
    let offered = offered(terms);
    if let Some(other) = list.iter().find(|grant| !offered.contains(grant)) {
        return Err(No::invalid(field, format!("{} is not offered here", other.as_str())));
    }
    value::distinct(field, list)
}

/// Whether its grant types, ways to authenticate and addresses go together.
pub(super) fn fits(client: &Client) -> Result<(), No> {
    let has = |grant| client.grant_types.contains(&grant);
    let code = has(GrantType::AuthorizationCode);
    if has(GrantType::RefreshToken) && !code {
        let problem = "refresh_token goes with authorization_code: there is nothing else to refresh";
        return Err(No::invalid("grant_types", problem));
    }
    if code && client.redirect_uris.is_empty() {
        let problem = "must name at least one: authorization_code sends people back to it";
        return Err(No::invalid("redirect_uris", problem));
    }
    if !client.is_public() {
        return Ok(());
    }
    if client.auth_methods.len() > 1 {
        let problem = "none goes with no other: who may leave the secret out has none";
        return Err(No::invalid("auth_methods", problem));
    }
    // RFC 6749 §4.4: client credentials are for confidential clients only.
    if has(GrantType::ClientCredentials) {
        let problem = "a client without a secret has no client_credentials";
        return Err(No::invalid("grant_types", problem));
    }
    Ok(())
}

/// Whether what a client wants of sign-ins can be had: its algorithms have keys, and its logout addresses follow the
/// rules for addresses (RU4).
pub(super) fn can_be_had(client: &Client, terms: &Terms, apis: &[Api]) -> Result<(), No> {
    let SignIn {
        id_token_alg,
        userinfo_alg,
        backchannel_logout_uri,
        frontchannel_logout_uri,
        ..
    } = &client.sign_in;
    let there = algorithms(terms, apis);
    for (field, wanted) in [("id_token_alg", id_token_alg), ("userinfo_alg", userinfo_alg)] {
        if let Some(wanted) = wanted.filter(|wanted| !there.contains(wanted)) {
            let words: Vec<_> = there.iter().map(|each| each.name()).collect();
            let problem = format!("{} is not signed with here; {} is", wanted.name(), words.join(", "));
            return Err(No::invalid(field, problem));
        }
    }
    for (field, uri) in [
        ("backchannel_logout_uri", backchannel_logout_uri),
        ("frontchannel_logout_uri", frontchannel_logout_uri),
    ] {
        if let Some(uri) = uri {
            redirect::check_notice(field, uri, client.environment, &terms.console.redirects)?;
        }
    }
    if client.sign_in.rotates == Some(false) && client.is_public() {
        let problem = "a client without a secret has refresh tokens that die when they are used (RFC 9700 §4.14.2)";
        return Err(No::invalid("rotates", problem));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
