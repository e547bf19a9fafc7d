//! What a gateway knows of its issuer at one moment.

use crate::limit::Plans;
use crate::routes::{Book, Table, compile};
use crate::upstream::Upstreams;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::verify::VerifyingKeys;
use tollgate_model::{Api, ApiId, Fault, Moment, Notice, Revocations, Seq, Snapshot};

/// What is known at one moment. Requests in flight keep the view they began with; nobody waits for a newer one.
pub(crate) struct View {
    pub(crate) seq: Seq,
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) revocations: Arc<Revocations>,
    /// Grows whenever revocations are added: a remembered token is looked up again then.
    pub(crate) epoch: u64,
}

/// The part that seldom changes.
pub(crate) struct Catalogue {
    pub(crate) issuer: String,
    pub(crate) keys: VerifyingKeys,
    /// Grows whenever the keys change: a remembered signature is checked again then.
    pub(crate) keys_turn: u64,
    keys_text: Value,
    pub(crate) routes: Table,
    pub(crate) apis: HashMap<ApiId, Api>,
    pub(crate) plans: Plans,
    /// The snapshot that it was made from, without the revocations, where it is to be written down.
    pub(crate) snapshot: Option<Box<Snapshot>>,
}

impl View {
    /// The view of a snapshot, after `before`. Where it is `kept`, it is held as it came, too, to be written down.
    ///
    /// # Errors
    /// [`Fault`] when the keys of the snapshot cannot be read: it is better to go on with the old view.
    pub(crate) fn of(
        snapshot: Snapshot,
        before: Option<&Self>,
        upstreams: &mut Upstreams,
        kept: bool,
    ) -> Result<Self, Fault> {
        let doing = "reading the keys of a snapshot";
        // Through text, so that the caps on a key set hold for this one as well.
        let set = JwkSet::parse(snapshot.keys.to_string().as_bytes()).map_err(|error| Fault::defect(doing, error))?;
        let keys = VerifyingKeys::of(&set).map_err(|error| Fault::defect(doing, error))?;
        let held = kept.then(|| {
            Box::new(Snapshot {
                revocations: Vec::new(),
                ..snapshot.clone()
            })
        });
        let transitions: Vec<_> = snapshot.transitions.into_iter().map(Arc::new).collect();
        let book = Book {
            routes: &snapshot.routes,
            apis: &snapshot.apis,
            legacy: &snapshot.legacy,
            transitions: &transitions,
        };
        let routes = compile(&book, upstreams);
        let mut revocations = Revocations::default();
        for revocation in &snapshot.revocations {
            revocations.add(revocation);
        }
        let keys_turn = match before.map(|view| &view.catalogue) {
            Some(old) if old.keys_text == snapshot.keys => old.keys_turn,
            Some(old) => old.keys_turn + 1,
            None => 0,
        };
        Ok(Self {
            seq: snapshot.seq,
            catalogue: Arc::new(Catalogue {
                issuer: snapshot.issuer,
                keys,
                keys_turn,
                keys_text: snapshot.keys,
                apis: snapshot.apis.into_iter().map(|api| (api.id.clone(), api)).collect(),
                routes,
                plans: Plans::new(snapshot.plans),
                snapshot: held,
            }),
            revocations: Arc::new(revocations),
            epoch: before.map_or(0, |view| view.epoch + 1),
        })
    }

    /// This view with what `notices` tell. Those about the catalogue need a snapshot and are not in it.
    pub(crate) fn after(&self, notices: &[Notice], now: Moment) -> Self {
        let mut told = notices.iter().filter_map(|notice| match &notice.news {
            tollgate_model::News::Revoked { revocation } => Some(revocation),
            _ => None,
        });
        let (revocations, epoch) = match told.next() {
            None => (Arc::clone(&self.revocations), self.epoch),
            Some(first) => {
                let mut revocations = Revocations::clone(&self.revocations);
                revocations.sweep(now);
                std::iter::once(first)
                    .chain(told)
                    .for_each(|revocation| revocations.add(revocation));
                (Arc::new(revocations), self.epoch + 1)
            }
        };
        Self {
            seq: notices.iter().map(|notice| notice.seq).fold(self.seq, Seq::max),
            catalogue: Arc::clone(&self.catalogue),
            revocations,
            epoch,
        }
    }
}
