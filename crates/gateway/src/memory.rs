//! Tokens whose signature was found right.
//!
//! What is remembered is a fact about the bytes of a token (whose key signed them, what they say), never a
//! verdict about a request: audience, type, algorithm, times and scopes are looked at again on each request
//! and for its own route, so a token known at one API is not thereby good at another.

use bytes::Bytes;
use http::HeaderValue;
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tollgate_keys::digest::revocation_hash;
use tollgate_keys::verify::Header;
use tollgate_model::{AccountId, ClientId};
use tollgate_protocol::claims::AccessToken;

/// The tokens seen, by SHA-256 of the whole token: no part of one stands for it. Only a right signature gets in, so
/// nobody can crowd out others with inventions.
pub(crate) struct Tokens {
    cache: Cache<[u8; 32], Arc<Remembered>>,
}

impl Tokens {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            cache: Cache::new(most.max(1)),
        }
    }

    /// How many are remembered.
    pub(crate) fn len(&self) -> usize {
        self.cache.len()
    }

    /// The token of that hash, if its signature was checked against the keys of `turn`.
    pub(crate) fn get(&self, hash: &[u8; 32], turn: u64) -> Option<Arc<Remembered>> {
        self.cache.get(hash).filter(|held| held.keys_turn == turn)
    }

    pub(crate) fn keep(&self, hash: [u8; 32], token: Arc<Remembered>) {
        self.cache.insert(hash, token);
    }

    /// Lets go of a token that cannot become good again.
    pub(crate) fn drop(&self, hash: &[u8; 32]) {
        self.cache.remove(hash);
    }
}

/// A token whose signature is right, or of which its server said that it is good.
pub(crate) struct Remembered {
    /// None of an opaque token.
    pub(crate) header: Option<Header>,
    pub(crate) claims: AccessToken,
    pub(crate) client: ClientId,
    /// Of tokens that say it.
    pub(crate) account: Option<AccountId>,
    /// The name by which revocations know it.
    pub(crate) name: [u8; 32],
    /// The keys it was checked against.
    pub(crate) keys_turn: u64,
    /// The revocations it was last looked up in.
    epoch: AtomicU64,
    pub(crate) identity: Identity,
}

/// What the server behind is told of the caller, written once per token.
pub(crate) struct Identity {
    pub(crate) account: Option<HeaderValue>,
    pub(crate) client: HeaderValue,
    pub(crate) subject: Option<HeaderValue>,
    /// The subject again, when it is a person.
    pub(crate) person: Option<HeaderValue>,
    pub(crate) scopes: HeaderValue,
    pub(crate) environment: Option<HeaderValue>,
}

impl Identity {
    /// None when a claim cannot stand in a header. All of them share one piece of memory: a hundred thousand are held.
    fn of(claims: &AccessToken) -> Option<Self> {
        let mark = claims.mark.as_ref();
        let scopes = claims.scopes.to_string();
        let texts = [
            mark.map(|mark| mark.account.as_str()),
            Some(claims.client_id.as_str()),
            claims.subject.as_deref(),
            Some(scopes.as_str()),
            mark.map(|mark| mark.environment.as_str()),
        ];
        let whole = Bytes::from(texts.iter().flatten().copied().collect::<String>());
        let mut from = 0;
        let mut next = |text: &Option<&str>| -> Option<Option<HeaderValue>> {
            let Some(text) = text else { return Some(None) };
            let part = from..from + text.len();
            from = part.end;
            HeaderValue::from_maybe_shared(whole.slice(part)).ok().map(Some)
        };
        let [account, client, subject, scopes, environment] = &texts;
        let (account, client, subject) = (next(account)?, next(client)??, next(subject)?);
        // A token that speaks for a person lives by that person's consent; any other subject is the client.
        let for_a_person = mark.is_some_and(|mark| mark.consent.is_some());
        Some(Self {
            account,
            client,
            person: subject.clone().filter(|_| for_a_person),
            subject,
            scopes: next(scopes)??,
            environment: next(environment)?,
        })
    }
}

impl Remembered {
    /// A token just verified. None when a claim of it cannot stand in a header.
    pub(crate) fn new(token: &str, header: Header, claims: AccessToken, keys_turn: u64) -> Option<Self> {
        Some(Self {
            identity: Identity::of(&claims)?,
            client: ClientId::new(&claims.client_id),
            account: claims.mark.as_ref().map(|mark| AccountId::new(&mark.account)),
            header: Some(header),
            claims,
            name: revocation_hash(token),
            keys_turn,
            // No view has this epoch: the first look is never skipped.
            epoch: AtomicU64::new(u64::MAX),
        })
    }

    /// A token that another server told of. None when a claim of it cannot stand in a header.
    pub(crate) fn opaque(token: &str, claims: AccessToken) -> Option<Self> {
        let identity = Identity {
            // Nobody says of it whether its account is a real one.
            environment: None,
            ..Identity::of(&claims)?
        };
        Some(Self {
            identity,
            client: ClientId::new(&claims.client_id),
            account: claims.mark.as_ref().map(|mark| AccountId::new(&mark.account)),
            header: None,
            claims,
            name: revocation_hash(token),
            keys_turn: 0,
            epoch: AtomicU64::new(u64::MAX),
        })
    }

    /// Whether it is known not to be revoked as of `epoch`.
    pub(crate) fn passed(&self, epoch: u64) -> bool {
        self.epoch.load(Ordering::Relaxed) == epoch
    }

    /// It was looked up in the revocations of `epoch`, and is not among them.
    pub(crate) fn pass(&self, epoch: u64) {
        self.epoch.store(epoch, Ordering::Relaxed);
    }
}
