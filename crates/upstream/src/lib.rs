//! Other OpenID providers that people come from: the relying party's side of OpenID Connect Core.
//!
//! **Owns** discovery, the authorization request, the exchange of the code, and whether an ID token can be believed.
//! Signatures are looked at by `keys`; connections go by the guarded client of `post`.
//!
//! **Invariant**: no rules and no storage. Who somebody is here was decided by nobody in this room: it says who they are
//! there. No secret and no text of a provider's is in an error, and what is remembered of a provider is bounded.

mod claims;
mod discovery;
mod exchange;
mod fetch;
mod keys;
mod provider;
mod request;

use provider::Provider;
use rustls_pki_types::CertificateDer;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::authorize::errand::{Failed, Leaving, Returning, Told, Upstream};
use tollgate_issuer::terms::people::{Connection, ConnectionKind};
use tollgate_model::Answer;
use tollgate_post::hook::names::{Names, System};
use tollgate_post::hook::{BadHooks, Rules, guarded};
use zeroize::Zeroizing;

/// How long one conversation with a provider may take, whatever it consists of: somebody waits at a browser.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long one request of it may take.
const TIMEOUT: Duration = Duration::from_secs(8);

/// The providers that people come from, by the names of their connections.
pub struct Providers {
    providers: BTreeMap<String, Arc<Provider>>,
}

/// The provider and the secrets that are known there.
pub struct Known {
    /// The connection.
    pub connection: Connection,
    /// Our client's secret there.
    pub secret: Zeroizing<String>,
}

impl Providers {
    /// These providers, trusting what the system trusts and asking its resolver. With `development`, a provider may be on
    /// a private network or on this machine, and speak `http`; nowhere else (CO7).
    ///
    /// # Errors
    /// [`BadHooks`] when no client can be made.
    pub fn new(known: Vec<Known>, development: bool) -> Result<Self, BadHooks> {
        Self::with(known, development, &[], System)
    }

    /// As [`Providers::new`], also trusting `roots`, and asking `names` where names lead.
    ///
    /// # Errors
    /// [`BadHooks`].
    pub fn with(
        known: Vec<Known>,
        development: bool,
        roots: &[CertificateDer<'static>],
        names: impl Names,
    ) -> Result<Self, BadHooks> {
        let rules = Rules {
            private_addresses: development,
            http: development,
            timeout: TIMEOUT,
        };
        let client = guarded(&rules, roots, names)?;
        let fetch = fetch::Fetch::new(client, rules);
        let mut providers = BTreeMap::new();
        for Known { connection, secret } in known {
            if let ConnectionKind::OpenId {
                issuer,
                client_id,
                scopes,
            } = connection.kind
            {
                let ours = provider::Ours {
                    issuer,
                    client_id,
                    scopes,
                    secret,
                };
                providers.insert(connection.name, Arc::new(Provider::new(ours, fetch.clone())));
            }
        }
        Ok(Self { providers })
    }

    fn of(&self, connection: &Connection) -> Result<&Provider, Failed> {
        let found = self.providers.get(&connection.name).map(Arc::as_ref);
        found.ok_or_else(|| Failed::Unreachable("there is no such provider".to_owned()))
    }
}

impl fmt::Debug for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.providers.keys()).finish()
    }
}

impl Upstream for Providers {
    fn leave<'a>(&'a self, connection: &'a Connection, leaving: &'a Leaving<'a>) -> Answer<'a, Result<String, Failed>> {
        Box::pin(in_time(async move { self.of(connection)?.leave(leaving).await }))
    }

    fn returned<'a>(
        &'a self,
        connection: &'a Connection,
        returning: &'a Returning<'a>,
    ) -> Answer<'a, Result<Told, Failed>> {
        Box::pin(in_time(async move { self.of(connection)?.returned(returning).await }))
    }
}

async fn in_time<T>(talking: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    match tokio::time::timeout(PATIENCE, talking).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Failed::Unreachable("it took too long".to_owned())),
    }
}
