//! Credentials of old kinds that are on record at the issuer.

use super::credentials::Held;
use super::{Credential, Credentials, Silent, Who};
use std::sync::Arc;
use std::time::Duration;
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{Fault, LegacyKnown, LegacyMethodId, Moment, Source};

pub(super) const DOING: &str = "looking up a credential of an old kind";
/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(2);

impl Credentials {
    /// The credential of that text, if it is one of this kind for this method, and alive.
    pub(crate) async fn on_record(
        &self,
        source: &Arc<dyn Source>,
        (method, kind): (&LegacyMethodId, LegacyKind),
        text: &str,
        now: Moment,
    ) -> Result<Option<Arc<Credential>>, Silent> {
        let hash = token_hash(text);
        let question = || {
            let (source, room) = (Arc::clone(source), Arc::clone(&self.on_record));
            async move {
                let room = room.acquire_owned().await;
                let _room = room.map_err(|closed| Fault::defect(DOING, closed))?;
                let name = Digest::from_bytes(hash).to_string();
                let known = tokio::time::timeout(TIMEOUT, source.legacy(&name)).await;
                let known = known.map_err(|late| Fault::unavailable(DOING, late))??;
                Ok(known.and_then(held).unwrap_or_else(|| Held::nobody(now)))
            }
        };
        let found = self.get(hash, now, question).await?;
        // Looked at anew on each request: what is a key for one method is nothing for another.
        let fits = |held: &Arc<Credential>| held.kind == Some(kind) && held.method == *method && held.lives(now);
        Ok(found.filter(fits))
    }
}

fn held(known: LegacyKnown) -> Option<Held> {
    let who = Who::of(known.account, known.member, Some(known.id))?;
    Some(Held {
        credential: Some(Arc::new(Credential {
            method: known.method,
            kind: Some(known.kind),
            expires: known.expires,
            who: Arc::new(who),
        })),
        until: None,
    })
}
