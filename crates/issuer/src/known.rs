//! What a node remembers of a client: as much as a token request needs, and no more.
//!
//! A hundred thousand of these are held at once, so names, dates and labels stay in the store, digests are bytes,
//! and what many clients have alike is shared.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tollgate_keys::digest::Digest;
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::{AccountId, ApiId, ClientId, ClientRecord, Moment, SecretId, State};
use tollgate_protocol::scope::Scopes;

/// A client, as the token, introspection and revocation endpoints need to know it.
#[derive(Debug)]
pub struct Known {
    /// Its `client_id`.
    pub id: ClientId,
    /// Its account.
    pub account: AccountId,
    /// Test or live.
    pub environment: Environment,
    /// Whether the client may act.
    pub state: State,
    /// Whether its account may.
    pub account_state: State,
    /// How it may authenticate.
    pub auth_methods: Box<[AuthMethod]>,
    /// The grant types it may use.
    pub grant_types: Box<[GrantType]>,
    /// The APIs whose tokens it may introspect.
    pub introspects: Box<[ApiId]>,
    /// Its secrets that were not revoked, oldest first.
    pub secrets: Box<[Arc<KnownSecret>]>,
    /// Its grants.
    pub grants: Box<[KnownGrant]>,
    /// How people sign in at it, if they do.
    pub sign_in: Option<Box<KnownSignIn>>,
}

/// How people sign in at a client, as far as its tokens depend on it.
#[derive(Debug)]
pub struct KnownSignIn {
    /// As registered.
    pub terms: SignIn,
    /// The host of its first redirect address: those who share it know a person by the same pairwise `sub` (OpenID
    /// Connect Core §8.1).
    pub sector: String,
    /// All of it, for the authorization endpoint, which looks at addresses and shows names. Only clients that people use
    /// are remembered whole, and they are few.
    pub record: Arc<ClientRecord>,
}

/// A secret, as far as it is compared.
#[derive(Debug)]
pub struct KnownSecret {
    /// Names it.
    pub id: SecretId,
    /// Keyed digest of it.
    pub digest: Digest,
    /// From when it authenticates nobody.
    pub expires: Option<Moment>,
    /// When its use was last told to the store, in unix seconds.
    told: AtomicI64,
}

impl KnownSecret {
    /// Whether it authenticates at `now`.
    #[must_use]
    pub fn alive(&self, now: Moment) -> bool {
        self.expires.is_none_or(|end| now < end)
    }

    /// Whether it is time again to tell the store that it is in use: once a minute, so that a busy client
    /// costs a write a minute and not a write a token.
    #[must_use]
    pub fn tells(&self, now: Moment) -> bool {
        let told = self.told.load(Ordering::Relaxed);
        now.0 - told >= TOLD_EVERY
            && self
                .told
                .compare_exchange(told, now.0, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

/// How many seconds lie between two tellings that a secret is in use.
const TOLD_EVERY: i64 = 60;

/// A grant.
#[derive(Debug)]
pub struct KnownGrant {
    /// The API.
    pub api: ApiId,
    /// The scopes it may have.
    pub scopes: Arc<Scopes>,
    /// Token lifetime in seconds, where it differs from the API's.
    pub lifetime: Option<i64>,
}

impl Known {
    /// What is remembered of a record. A digest that cannot be read matches nothing.
    #[must_use]
    pub fn of(record: ClientRecord) -> Self {
        let signs_in = record.client.grant_types.contains(&GrantType::AuthorizationCode);
        let sign_in = signs_in.then(|| {
            Box::new(KnownSignIn {
                sector: sector(&record.client.redirect_uris).to_owned(),
                terms: record.client.sign_in.clone(),
                record: Arc::new(record.clone()),
            })
        });
        let ClientRecord {
            client,
            account,
            secrets,
            grants,
        } = record;
        let secrets = secrets.into_iter().filter_map(|secret| {
            Some(Arc::new(KnownSecret {
                id: secret.id,
                digest: Digest::parse(&secret.digest)?,
                expires: secret.expires,
                told: AtomicI64::new(secret.last_used.map_or(0, |used| used.0)),
            }))
        });
        let grants = grants.into_iter().map(|grant| KnownGrant {
            api: grant.api,
            scopes: Arc::new(grant.scopes),
            lifetime: grant.lifetime,
        });
        Self {
            id: client.id,
            account: client.account,
            environment: client.environment,
            state: client.state,
            account_state: account.state,
            auth_methods: client.auth_methods.into(),
            grant_types: client.grant_types.into(),
            introspects: client.introspects.into(),
            secrets: secrets.collect(),
            grants: grants.collect(),
            sign_in,
        }
    }

    /// The same, sharing with `other` what both have alike.
    #[must_use]
    pub(crate) fn sharing(mut self, other: &Self) -> Self {
        if self.account == other.account {
            self.account = other.account.clone();
        }
        for grant in &mut self.grants {
            if let Some(alike) = other.grants.iter().find(|held| held.api == grant.api) {
                grant.api = alike.api.clone();
                if alike.scopes == grant.scopes {
                    grant.scopes = Arc::clone(&alike.scopes);
                }
            }
        }
        self
    }
}

/// The host of the first address, or its scheme where it has none.
fn sector(redirect_uris: &[String]) -> &str {
    let first = redirect_uris.first().map_or("", String::as_str);
    let (scheme, rest) = first.split_once("://").unwrap_or((first, ""));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.is_empty() { scheme } else { host }
}
