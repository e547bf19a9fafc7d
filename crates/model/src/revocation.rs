//! Tokens that died before their expiry.
//!
//! Tokens leave no row behind, so what is kept is the short list of those that must no longer pass.

use crate::{AccountId, AuthorizationId, ClientId, ConsentId, Moment, SecretId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
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
///
/// It is copied whenever one is added, because others go on reading the one before. So what came lately stands apart: a
/// copy shares all the rest, and only now and then, in proportion to it, the two are merged.
#[derive(Clone, Debug, Default)]
pub struct Revocations {
    settled: Arc<Table>,
    recent: Arc<Table>,
    /// When those that nobody needs were last dropped.
    swept: Moment,
}

/// How many seconds lie between two sweeps: one that is dropped late does no harm, its tokens have expired.
const SWEEP_EVERY: i64 = 60;
/// So many recent ones are always few.
const FEW: usize = 256;

impl Revocations {
    /// Takes one in. Of two about the same target the later moment counts.
    pub fn add(&mut self, revocation: &Revocation) {
        Arc::make_mut(&mut self.recent).add(revocation);
        if self.recent.len() > FEW + self.settled.len() / 16 {
            let recent = std::mem::take(&mut self.recent);
            Arc::make_mut(&mut self.settled).merge(&recent);
        }
    }

    /// Whether the token with this hash (hexadecimal SHA-256) and these claims is revoked.
    #[must_use]
    pub fn cover(&self, hash: &str, token: &AccessToken) -> bool {
        self.covers(name(hash).as_ref(), token)
    }

    /// The same by the hash's octets.
    #[must_use]
    pub fn cover_hash(&self, hash: &[u8; 32], token: &AccessToken) -> bool {
        self.covers(Some(hash), token)
    }

    fn covers(&self, name: Option<&[u8; 32]>, token: &AccessToken) -> bool {
        self.recent.cover(name, token) || self.settled.cover(name, token)
    }

    /// Drops those whose last token has expired on its own.
    pub fn forget(&mut self, now: Moment) {
        for table in [&mut self.settled, &mut self.recent] {
            if !table.is_empty() {
                Arc::make_mut(table).forget(now);
            }
        }
        self.swept = now;
    }

    /// The same, where that was not done lately.
    pub fn sweep(&mut self, now: Moment) {
        if now.since(self.swept) >= SWEEP_EVERY {
            self.forget(now);
        }
    }

    /// Every one that is held, in no order.
    pub fn iter(&self) -> impl Iterator<Item = Revocation> + '_ {
        self.settled.iter().chain(self.recent.iter())
    }

    /// How many are held. One that was given more time lately counts twice until the two are merged.
    #[must_use]
    pub fn len(&self) -> usize {
        self.settled.len() + self.recent.len()
    }

    /// Whether none is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Up to when issued tokens are dead, and when that may be forgotten.
type Span = (Moment, Moment);

#[derive(Clone, Debug, Default)]
struct Table {
    /// By SHA-256: a million of them take as little room as they can.
    tokens: HashMap<[u8; 32], Moment>,
    secrets: HashMap<String, Span>,
    clients: HashMap<String, Span>,
    accounts: HashMap<String, Span>,
    authorizations: HashMap<String, Span>,
    consents: HashMap<String, Span>,
}

impl Table {
    fn add(&mut self, revocation: &Revocation) {
        let span = (revocation.issued_until, revocation.forget_after);
        let map = match &revocation.target {
            Target::Token(hash) => {
                // What is no SHA-256 is the name of no token.
                if let Some(name) = name(hash) {
                    self.add_token(name, revocation.forget_after);
                }
                return;
            }
            Target::Secret(_) => &mut self.secrets,
            Target::Client(_) => &mut self.clients,
            Target::Account(_) => &mut self.accounts,
            Target::Authorization(_) => &mut self.authorizations,
            Target::Consent(_) => &mut self.consents,
        };
        later(map, revocation.target.id(), span);
    }

    fn add_token(&mut self, name: [u8; 32], forget_after: Moment) {
        let end = self.tokens.entry(name).or_insert(forget_after);
        *end = (*end).max(forget_after);
    }

    fn merge(&mut self, other: &Self) {
        for (name, end) in &other.tokens {
            self.add_token(*name, *end);
        }
        for (map, others) in self.named_mut().into_iter().zip(other.named()) {
            others.iter().for_each(|(id, span)| later(map, id, *span));
        }
    }

    fn cover(&self, name: Option<&[u8; 32]>, token: &AccessToken) -> bool {
        let dead =
            |map: &HashMap<String, Span>, id: &str| map.get(id).is_some_and(|(until, _)| token.issued <= until.0);
        name.is_some_and(|name| self.tokens.contains_key(name))
            || dead(&self.clients, &token.client_id)
            || token.mark.as_ref().is_some_and(|mark| {
                let named = |map, id: &Option<String>| id.as_deref().is_some_and(|id| dead(map, id));
                dead(&self.accounts, &mark.account)
                    || named(&self.secrets, &mark.secret)
                    || named(&self.authorizations, &mark.authorization)
                    || named(&self.consents, &mark.consent)
            })
    }

    fn forget(&mut self, now: Moment) {
        self.tokens.retain(|_, end| *end >= now);
        for map in self.named_mut() {
            map.retain(|_, (_, end)| *end >= now);
        }
    }

    fn iter(&self) -> impl Iterator<Item = Revocation> + '_ {
        let tokens = self.tokens.iter().map(|(name, end)| Revocation {
            target: Target::Token(name.iter().map(|octet| format!("{octet:02x}")).collect()),
            issued_until: *end,
            forget_after: *end,
        });
        let of = |noun: &'static str, map: &HashMap<String, Span>| -> Vec<Revocation> {
            map.iter()
                .filter_map(|(id, (until, end))| {
                    Some(Revocation {
                        target: Target::of(noun, id)?,
                        issued_until: *until,
                        forget_after: *end,
                    })
                })
                .collect()
        };
        let named = ["secret", "client", "account", "authorization", "consent"]
            .into_iter()
            .zip(self.named());
        tokens.chain(named.flat_map(move |(noun, map)| of(noun, map)))
    }

    fn len(&self) -> usize {
        self.named()
            .into_iter()
            .fold(self.tokens.len(), |sum, map| sum + map.len())
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    const fn named(&self) -> [&HashMap<String, Span>; 5] {
        [
            &self.secrets,
            &self.clients,
            &self.accounts,
            &self.authorizations,
            &self.consents,
        ]
    }

    const fn named_mut(&mut self) -> [&mut HashMap<String, Span>; 5] {
        [
            &mut self.secrets,
            &mut self.clients,
            &mut self.accounts,
            &mut self.authorizations,
            &mut self.consents,
        ]
    }
}

fn later(map: &mut HashMap<String, Span>, id: &str, span: Span) {
    match map.get_mut(id) {
        Some(held) => *held = (held.0.max(span.0), held.1.max(span.1)),
        None => drop(map.insert(id.to_owned(), span)),
    }
}

/// The octets of a SHA-256 in hexadecimal.
fn name(hash: &str) -> Option<[u8; 32]> {
    let digit = |octet: u8| {
        char::from(octet)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let mut name = [0; 32];
    let pairs = hash.as_bytes().chunks_exact(2);
    if hash.len() != 64 {
        return None;
    }
    for (octet, pair) in name.iter_mut().zip(pairs) {
        let [high, low] = pair else { return None };
        *octet = digit(*high)? << 4 | digit(*low)?;
    }
    Some(name)
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

    fn token(number: usize) -> String {
        format!("{number:064x}")
    }

    fn claims(client: &str, issued: i64) -> AccessToken {
        AccessToken {
            issuer: "https://as.example".into(),
            subject: None,
            client_id: client.into(),
            audience: Vec::new(),
            scopes: tollgate_protocol::scope::Scopes::default(),
            issued,
            not_before: None,
            expires: issued + 3600,
            id: None,
            bought: None,
            mark: None,
        }
    }

    #[test]
    fn of_two_about_one_target_the_later_moments_count() {
        for target in [Target::Token(token(1)), Target::Secret(SecretId::new("s"))] {
            let mut list = Revocations::default();
            list.add(&about(target.clone(), 10, 100));
            list.add(&about(target.clone(), 5, 50));
            list.forget(Moment(100));
            assert_eq!(list.len(), 1, "{target:?}");
            list.forget(Moment(101));
            assert!(list.is_empty(), "{target:?}");
        }
    }

    /// RL21: adding one to very many shares all the rest with the list before, which stays as it was.
    #[test]
    fn a_copy_shares_what_was_settled() {
        let mut list = Revocations::default();
        for number in 0..100_000 {
            list.add(&about(Target::Token(token(number)), 0, 100));
        }
        let before = list.clone();
        list.add(&about(Target::Token(token(100_000)), 0, 100));
        assert!(Arc::ptr_eq(&before.settled, &list.settled));
        let any = claims("c", 0);
        for number in [0, 99_999] {
            assert!(list.cover(&token(number), &any) && before.cover(&token(number), &any));
        }
        assert!(list.cover(&token(100_000), &any) && !before.cover(&token(100_000), &any));
        assert!(!list.cover(&token(100_001), &any) && !list.cover("no hash", &any));
    }

    /// What is merged says what was said before, whichever of the two came first.
    #[test]
    fn merging_changes_nothing() {
        let mut list = Revocations::default();
        list.add(&about(Target::Client(ClientId::new("robot")), 50, 1_000));
        for number in 0..FEW {
            list.add(&about(Target::Token(token(number)), 0, 1_000));
        }
        list.add(&about(Target::Client(ClientId::new("robot")), 70, 1_000));
        list.add(&about(Target::Client(ClientId::new("robot")), 60, 1_000));
        assert!(!list.settled.is_empty() && !list.recent.is_empty());
        assert!(list.cover("", &claims("robot", 70)) && !list.cover("", &claims("robot", 71)));
        list.sweep(Moment(1_000));
        assert!(list.cover("", &claims("robot", 70)));
        // A sweep a moment later waits; a forgetting does not.
        list.sweep(Moment(1_001));
        assert!(!list.is_empty());
        list.forget(Moment(1_001));
        assert!(list.is_empty());
    }
}
