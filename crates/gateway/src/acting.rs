//! Members who were looked up.

use crate::rest::Seen;
use http::HeaderValue;
use quick_cache::Equivalent;
use quick_cache::sync::Cache;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::runtime::Handle;
use tollgate_model::feed::ActingKey;
use tollgate_model::{AccountId, ActingUser, ClientId, Fault, Source};

/// The answers to "who is this member of this account", as long as nothing changed about them. They are dropped when the
/// feed tells of the account, so they are as fresh as the feed; while the source is silent they stay.
pub(crate) struct ActingUsers {
    cache: Cache<Slot, Option<Arc<Member>>>,
    /// Counts the droppings: an answer that was under way during one is not kept.
    drops: AtomicU64,
    /// Where the source is asked. A lane ends before others do who share what a question opens, such as a connection
    /// to the issuer or to its database, so that must not live on one.
    home: OnceLock<Handle>,
}

/// A member, ready to be told to the server behind.
pub(crate) struct Member {
    pub(crate) user: ActingUser,
    pub(crate) email: HeaderValue,
    pub(crate) id: HeaderValue,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Slot {
    account: Box<str>,
    owner: bool,
    name: Box<str>,
}

impl Slot {
    fn of(account: &AccountId, key: &ActingKey) -> Self {
        Self {
            account: account.as_str().into(),
            owner: matches!(key, ActingKey::OwnerOf(_)),
            name: match key {
                ActingKey::Email(email) => email.as_str().into(),
                ActingKey::OwnerOf(client) => client.as_str().into(),
            },
        }
    }
}

/// A slot that is only looked for: hashes as [`Slot`] does.
#[derive(Hash)]
struct Place<'a> {
    account: &'a str,
    owner: bool,
    name: &'a str,
}

impl Equivalent<Slot> for Place<'_> {
    fn equivalent(&self, slot: &Slot) -> bool {
        self.owner == slot.owner && *self.account == *slot.account && *self.name == *slot.name
    }
}

impl ActingUsers {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            cache: Cache::new(most.max(1)),
            drops: AtomicU64::new(0),
            home: OnceLock::new(),
        }
    }

    /// Asks from this runtime from now on. Only the first time counts.
    pub(crate) fn settle(&self) {
        self.home.get_or_init(Handle::current);
    }

    /// What is remembered of the member of that address. `Some(None)`: there is none.
    pub(crate) fn named(&self, account: &str, email: &str) -> Option<Option<Arc<Member>>> {
        self.cache.get(&Place {
            account,
            owner: false,
            name: email,
        })
    }

    /// What is remembered of the owner of that client.
    pub(crate) fn owner(&self, account: &str, client: &str) -> Option<Option<Arc<Member>>> {
        self.cache.get(&Place {
            account,
            owner: true,
            name: client,
        })
    }

    /// Asks the source and remembers its answer.
    pub(crate) async fn ask(
        &self,
        source: &Arc<dyn Source>,
        account: &AccountId,
        key: &ActingKey,
    ) -> Result<Option<Arc<Member>>, Fault> {
        let drops = self.drops.load(Ordering::SeqCst);
        let user = match self.home.get() {
            None => source.acting_user(account, key).await?,
            Some(home) => {
                let (source, account, key) = (Arc::clone(source), account.clone(), key.clone());
                let asked = home.spawn(async move { source.acting_user(&account, &key).await });
                asked
                    .await
                    .map_err(|gone| Fault::unavailable("looking up an acting user", gone))??
            }
        };
        // The source is held to its word: a member of another account is not found (SS-41).
        let member = user
            .filter(|user| user.account == *account)
            .and_then(Member::of)
            .map(Arc::new);
        let slot = Slot::of(account, key);
        self.cache.insert(slot.clone(), member.clone());
        // Looked at after the insertion: a dropping is either seen here, or it sees the insertion.
        if self.drops.load(Ordering::SeqCst) != drops {
            self.cache.remove(&slot);
        }
        Ok(member)
    }

    /// How many answers are remembered.
    pub(crate) fn len(&self) -> usize {
        self.cache.len()
    }

    /// Every member that is remembered, to be written down.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let seen = |(slot, member): (Slot, Option<Arc<Member>>)| {
            Some(Seen {
                account: AccountId::new(&slot.account),
                key: if slot.owner {
                    ActingKey::OwnerOf(ClientId::new(&slot.name))
                } else {
                    ActingKey::Email(slot.name.into_string())
                },
                user: member?.user.clone(),
            })
        };
        self.cache.iter().filter_map(seen).collect()
    }

    /// Takes in what was written down.
    pub(crate) fn remember(&self, seen: Seen) {
        if seen.user.account != seen.account {
            return;
        }
        if let Some(member) = Member::of(seen.user) {
            self.cache
                .insert(Slot::of(&seen.account, &seen.key), Some(Arc::new(member)));
        }
    }

    /// Drops what is remembered of an account.
    pub(crate) fn drop_account(&self, account: &AccountId) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.cache.retain(|slot, _| *slot.account != *account.as_str());
    }

    /// Drops what is remembered of a client's owner.
    pub(crate) fn drop_client(&self, client: &str) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.cache.retain(|slot, _| !(slot.owner && *slot.name == *client));
    }

    /// Drops everything.
    pub(crate) fn clear(&self) {
        self.drops.fetch_add(1, Ordering::SeqCst);
        self.cache.clear();
    }
}

impl Member {
    /// None when address or id cannot stand in a header.
    pub(crate) fn of(user: ActingUser) -> Option<Self> {
        Some(Self {
            email: HeaderValue::from_str(&user.email).ok()?,
            id: HeaderValue::from_str(user.id.as_str()).ok()?,
            user,
        })
    }
}
