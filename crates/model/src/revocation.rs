//! Tokens that died before their expiry.
//!
//! Tokens leave no row behind, so what is kept is the short list of those that must no longer pass.

use crate::{AccountId, AuthorizationId, ClientId, ConsentId, Moment, SecretId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use tollgate_protocol::claims::AccessToken;

/// Tokens that died before their expiry, and how long that must be remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// Which tokens.
    pub target: Target,
    /// Those issued at or before this moment.
    pub issued_until: Moment,
    /// After this moment the last of them has expired on its own.
    pub forget_after: Moment,
}

/// Which tokens a revocation is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "of", content = "id", rename_all = "lowercase")]
pub enum Target {
    /// One token: SHA-256 of the whole compact form, in hexadecimal.
    Token(String),
    /// Every token that this secret bought.
    Secret(SecretId),
    /// Every token of this client.
    Client(ClientId),
    /// Every token of this account's clients.
    Account(AccountId),
    /// Every token that this authorization's code and refresh tokens bought.
    Authorization(AuthorizationId),
    /// Every token under this consent.
    Consent(ConsentId),
}

impl Target {
    /// The noun it names, as kept.
    #[must_use]
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Token(_) => "token",
            Self::Secret(_) => "secret",
            Self::Client(_) => "client",
            Self::Account(_) => "account",
            Self::Authorization(_) => "authorization",
            Self::Consent(_) => "consent",
        }
    }

    /// The id it names, as kept.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Token(hash) => hash,
            Self::Secret(id) => id.as_str(),
            Self::Client(id) => id.as_str(),
            Self::Account(id) => id.as_str(),
            Self::Authorization(id) => id.as_str(),
            Self::Consent(id) => id.as_str(),
        }
    }

    /// The target of that noun and id.
    #[must_use]
    pub fn of(noun: &str, id: &str) -> Option<Self> {
        match noun {
            "token" => Some(Self::Token(id.to_owned())),
            "secret" => Some(Self::Secret(SecretId::new(id))),
            "client" => Some(Self::Client(ClientId::new(id))),
            "account" => Some(Self::Account(AccountId::new(id))),
            "authorization" => Some(Self::Authorization(AuthorizationId::new(id))),
            "consent" => Some(Self::Consent(ConsentId::new(id))),
            _ => None,
        }
    }
}

/// The revocations in force, for looking a token up. Whoever checks tokens holds one.
#[derive(Clone, Debug, Default)]
pub struct Revocations {
    tokens: HashMap<String, Moment>,
    secrets: HashMap<String, (Moment, Moment)>,
    clients: HashMap<String, (Moment, Moment)>,
    accounts: HashMap<String, (Moment, Moment)>,
    authorizations: HashMap<String, (Moment, Moment)>,
    consents: HashMap<String, (Moment, Moment)>,
}

impl Revocations {
    /// Takes one in. Of two about the same target the later moment counts.
    pub fn add(&mut self, revocation: &Revocation) {
        let map = match &revocation.target {
            Target::Token(hash) => {
                let end = self.tokens.entry(hash.clone()).or_insert(revocation.forget_after);
                *end = (*end).max(revocation.forget_after);
                return;
            }
            Target::Secret(_) => &mut self.secrets,
            Target::Client(_) => &mut self.clients,
            Target::Account(_) => &mut self.accounts,
            Target::Authorization(_) => &mut self.authorizations,
            Target::Consent(_) => &mut self.consents,
        };
        let held = map
            .entry(revocation.target.id().to_owned())
            .or_insert((revocation.issued_until, revocation.forget_after));
        held.0 = held.0.max(revocation.issued_until);
        held.1 = held.1.max(revocation.forget_after);
    }

    /// Whether the token with this hash (hexadecimal SHA-256) and these claims is revoked.
    #[must_use]
    pub fn cover(&self, hash: &str, token: &AccessToken) -> bool {
        let dead = |map: &HashMap<String, (Moment, Moment)>, id: &str| {
            map.get(id).is_some_and(|(until, _)| token.issued <= until.0)
        };
        self.tokens.contains_key(hash)
            || dead(&self.clients, &token.client_id)
            || token.mark.as_ref().is_some_and(|mark| {
                let named = |map, id: &Option<String>| id.as_deref().is_some_and(|id| dead(map, id));
                dead(&self.accounts, &mark.account)
                    || named(&self.secrets, &mark.secret)
                    || named(&self.authorizations, &mark.authorization)
                    || named(&self.consents, &mark.consent)
            })
    }

    /// Drops those whose last token has expired on its own.
    pub fn forget(&mut self, now: Moment) {
        self.tokens.retain(|_, end| *end >= now);
        for map in [
            &mut self.secrets,
            &mut self.clients,
            &mut self.accounts,
            &mut self.authorizations,
            &mut self.consents,
        ] {
            map.retain(|_, (_, end)| *end >= now);
        }
    }

    /// How many are held.
    #[must_use]
    pub fn len(&self) -> usize {
        [
            &self.secrets,
            &self.clients,
            &self.accounts,
            &self.authorizations,
            &self.consents,
        ]
        .into_iter()
        .fold(self.tokens.len(), |sum, map| sum + map.len())
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(target: Target, until: i64, forget: i64) -> Revocation {
        Revocation {
            target,
            issued_until: Moment(until),
            forget_after: Moment(forget),
        }
    }

    #[test]
    fn of_two_about_one_target_the_later_moments_count() {
        for target in [Target::Token("t".into()), Target::Secret(SecretId::new("s"))] {
            let mut list = Revocations::default();
            list.add(&about(target.clone(), 10, 100));
            list.add(&about(target.clone(), 5, 50));
            list.forget(Moment(100));
            assert_eq!(list.len(), 1, "{target:?}");
            list.forget(Moment(101));
            assert!(list.is_empty(), "{target:?}");
        }
    }
}
