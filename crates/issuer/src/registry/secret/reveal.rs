//! Looking at a secret again, where the house lets its owner do that.

use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, settle};
use serde_json::json;
use tollgate_keys::seal::Sealer;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::{ClientId, ClientRecord, Decision, Fault, Moment, SecretId};
use zeroize::Zeroizing;

/// The text of a secret that is alive. That it was looked at is on record before it is shown.
///
/// # Errors
/// A [`Fault`] of the store, or of a seal that does not open.
pub async fn reveal(desk: &Desk, asker: &Asker, client: &ClientId, id: &SecretId) -> Registered<Zeroizing<String>> {
    if !desk.terms.console.revealable {
        return Ok(Err(No::Forbidden(
            "a secret is shown once, when it is made; make a new one".into(),
        )));
    }
    let known = settle(desk, "secret", async || {
        let Some(record) = desk.store.client(client).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let sealed = desk.store.sealed_secret(id).await?;
        Ok(decide(&record, id, sealed, asker, desk.now()))
    });
    match known.await? {
        Ok(sealed) => Ok(Ok(open(&desk.sealer, id, &sealed)?)),
        Err(no) => Ok(Err(no)),
    }
}

fn decide(
    record: &ClientRecord,
    id: &SecretId,
    sealed: Option<Vec<u8>>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Vec<u8>>, No> {
    let client = &record.client;
    // CO4: also the id of another client's secret ends here.
    if !record
        .secrets
        .iter()
        .any(|secret| secret.id == *id && secret.alive(now))
    {
        return Err(No::NotFound("secret"));
    }
    let Some(sealed) = sealed else {
        return Err(No::Forbidden(
            "this secret was made when secrets were shown once only; make a new one".into(),
        ));
    };
    let event = asker.did(
        "secret.revealed",
        Some(&client.account),
        client.id.as_str(),
        now,
        json!({ "secret": id }),
    );
    Ok(Decision::with(sealed, vec![event]))
}

/// Seals a secret to its own row.
pub(super) fn seal(sealer: &Sealer, id: &SecretId, plain: &Plain) -> Result<Vec<u8>, Fault> {
    sealer
        .seal(&place(id), plain.expose().as_bytes())
        .map_err(|e| Fault::defect("sealing a secret", e))
}

fn open(sealer: &Sealer, id: &SecretId, sealed: &[u8]) -> Result<Zeroizing<String>, Fault> {
    let bytes = sealer
        .open(&place(id), sealed)
        .map_err(|e| Fault::defect("opening a sealed secret", e))?;
    let text = std::str::from_utf8(&bytes).ok();
    let plain = text.and_then(|text| Plain::read(Kind::ClientSecret, text));
    let plain = plain.ok_or_else(|| Fault::defect("opening a sealed secret", "what was sealed is no secret"))?;
    Ok(Zeroizing::new(plain.expose().to_owned()))
}

fn place(id: &SecretId) -> String {
    format!("secret/{id}/plain")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, asker, record, secret, told};
    use tollgate_keys::chance::Fixed;
    use tollgate_keys::seal::MasterKey;
    use tollgate_model::Secret;

    /// SE-7: what was sealed is what is seen again, in its own row and no other.
    #[test]
    fn a_sealed_secret_opens_in_its_own_row_only() {
        let chance = Fixed::new(3);
        let sealer = MasterKey::generate(&chance).unwrap().sealer().unwrap();
        let plain = Plain::mint(Kind::ClientSecret, &chance).unwrap();
        let (one, other) = (SecretId::new("sec_1"), SecretId::new("sec_2"));
        let sealed = seal(&sealer, &one, &plain).unwrap();
        assert_eq!(open(&sealer, &one, &sealed).unwrap().as_str(), plain.expose());
        assert!(open(&sealer, &other, &sealed).is_err());
    }

    /// CO6: each look is on record, and an ended or foreign secret is not there to look at.
    #[test]
    fn a_look_at_a_secret_is_told() {
        let held = record(vec![secret(1)]);
        let id = SecretId::new("sec_1");
        let made = decide(&held, &id, Some(vec![7]), &asker(), NOW).unwrap();
        assert_eq!(told(&made.changes), ["secret.revealed"]);
        assert_eq!(decide(&held, &id, None, &asker(), NOW).unwrap_err().code(), "forbidden");
        let ended = Secret {
            expires: Some(NOW),
            ..secret(1)
        };
        let foreign = SecretId::new("sec_9");
        for (held, id) in [(record(vec![ended]), id), (held, foreign)] {
            assert_eq!(
                decide(&held, &id, Some(vec![7]), &asker(), NOW).unwrap_err(),
                No::NotFound("secret")
            );
        }
    }
}
