//! The signing keys of this house: opened from the store, turned by command.

use crate::terms::KeyTerms;
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use tollgate_keys::chance::Entropy;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::ring::{Calendar, Key, KeyRecord, Ring, turn};
use tollgate_keys::seal::Sealer;
use tollgate_keys::signing::SigningKey;
use tollgate_keys::verify::VerifyingKeys;
use tollgate_model::{Change, Fault, Kid, Moment, SigningKeyRow, Store};
use tollgate_protocol::jose::Algorithm;

/// The signing keys, parsed once.
pub struct Keyring {
    sealer: Sealer,
    held: ArcSwap<Held>,
    /// Held while the keys are read: who read earlier must not have the last word.
    learning: Mutex<()>,
}

/// The ring as of one reading.
#[derive(Default)]
pub struct Held {
    /// Who signs, and who is shown.
    pub ring: Ring,
    /// Everybody who may have signed.
    pub verifying: VerifyingKeys,
    rows: Vec<SigningKeyRow>,
    parsed: HashMap<String, Arc<SigningKey>>,
}

impl Keyring {
    /// An empty ring that opens keys with this sealer.
    #[must_use]
    pub fn new(sealer: Sealer) -> Self {
        Self {
            sealer,
            held: ArcSwap::default(),
            learning: Mutex::new(()),
        }
    }

    /// The ring as it is now.
    #[must_use]
    pub fn held(&self) -> Arc<Held> {
        self.held.load_full()
    }

    /// The public keys that verifiers are shown.
    #[must_use]
    pub fn published(&self, now: Moment) -> JwkSet {
        self.held.load().ring.published(now.0)
    }

    /// The records of all keys, also the retired ones.
    #[must_use]
    pub fn rows(&self) -> Vec<SigningKeyRow> {
        self.held.load().rows.clone()
    }

    /// Reads the keys on record and opens those not seen before.
    ///
    /// # Errors
    /// A [`Fault`] of the store, or a key that does not open with this master key.
    pub async fn learn(&self, store: &dyn Store) -> Result<(), Fault> {
        let _one_at_a_time = self.learning.lock().await;
        let rows = store.signing_keys().await?;
        let before = self.held.load_full();
        if before.rows == rows && !rows.is_empty() {
            return Ok(());
        }
        let mut held = Vec::new();
        let mut parsed = HashMap::new();
        for row in &rows {
            let kid = row.kid.to_string();
            let key = match before.parsed.get(&kid) {
                Some(key) => Arc::clone(key),
                None => Arc::new(self.open(row)?),
            };
            parsed.insert(kid, Arc::clone(&key));
            held.push((record(row), Key::Own(key)));
        }
        let ring = Ring::new(held).map_err(|e| Fault::defect("reading the signing keys", e))?;
        let all = JwkSet {
            keys: parsed.values().map(|key| key.public().clone()).collect(),
        };
        let verifying = VerifyingKeys::of(&all).map_err(|e| Fault::defect("reading the signing keys", e))?;
        self.held.store(Arc::new(Held {
            ring,
            verifying,
            rows,
            parsed,
        }));
        Ok(())
    }

    fn open(&self, row: &SigningKeyRow) -> Result<SigningKey, Fault> {
        let pkcs8 = self
            .sealer
            .open(&place(&row.kid), &row.sealed)
            .map_err(|e| Fault::defect("opening a signing key with this master key", e))?;
        SigningKey::from_pkcs8(row.algorithm, &pkcs8).map_err(|e| Fault::defect("reading a signing key", e))
    }

    /// A new key for `algorithm`, and what becomes of the others.
    ///
    /// Generating an RSA key takes a tenth of a second of one core: call it where that may block.
    ///
    /// # Errors
    /// A [`Fault`] when there is no entropy.
    pub fn turn(
        &self,
        algorithm: Algorithm,
        longest_lifetime: i64,
        terms: KeyTerms,
        entropy: &dyn Entropy,
        now: Moment,
    ) -> Result<(Kid, Vec<Change>), Fault> {
        let key =
            SigningKey::generate(algorithm, entropy).map_err(|e| Fault::unavailable("making a signing key", e))?;
        let kid = Kid::new(key.kid());
        let held = self.held.load_full();
        let records: Vec<KeyRecord> = held.rows.iter().map(record).collect();
        let calendar = Calendar {
            publish_ahead: terms.publish_ahead,
            longest_lifetime,
            leeway: terms.leeway,
        };
        let turned = turn(&records, key.kid(), algorithm, now.0, &calendar);
        let pkcs8 = key.to_pkcs8().map_err(|e| Fault::defect("writing a signing key", e))?;
        let sealed = self
            .sealer
            .seal(&place(&kid), &pkcs8)
            .map_err(|e| Fault::defect("sealing a signing key", e))?;
        let public = serde_json::to_string(key.public()).map_err(|e| Fault::defect("writing a public key", e))?;
        let mut changes = vec![Change::AddKey(SigningKeyRow {
            kid: kid.clone(),
            algorithm,
            sealed,
            public,
            published: Moment(turned.fresh.published),
            active_from: Moment(turned.fresh.active_from),
            retires: turned.fresh.retires.map(Moment),
            version: 1,
        })];
        for aged in turned.aged {
            if let Some(row) = held.rows.iter().find(|row| row.kid.as_str() == aged.kid) {
                let key = SigningKeyRow {
                    retires: aged.retires.map(Moment),
                    ..row.clone()
                };
                changes.push(Change::ReviseKey { key, was: row.version });
            }
        }
        Ok((kid, changes))
    }
}

fn record(row: &SigningKeyRow) -> KeyRecord {
    KeyRecord {
        kid: row.kid.to_string(),
        algorithm: row.algorithm,
        published: row.published.0,
        active_from: row.active_from.0,
        retires: row.retires.map(|end| end.0),
    }
}

/// A sealed key opens only in its own row.
fn place(kid: &Kid) -> String {
    format!("signing_key/{kid}/sealed")
}
