//! Secrets of clients: their digests and dates. The secret itself never comes here, unless sealed.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{ClientId, Fault, Moment, Secret, SecretId};

statements! {
    /// Nothing happens when the id or the digest is taken.
    ADD = "INSERT INTO secret (id, client, label, digest, created, created_by, expires, revoked, last_used) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    EXPIRE = "UPDATE secret SET expires = ?3 WHERE id = ?1 AND client = ?2 AND revoked IS NULL";
    /// With its sealed text, which nobody looks at any more.
    REVOKE = "UPDATE secret SET revoked = ?3, sealed = NULL WHERE id = ?1 AND client = ?2 AND revoked IS NULL";
    /// The later moment stays: uses are told late and in no order.
    USED = "UPDATE secret SET last_used = ?2 WHERE id = ?1 AND (last_used IS NULL OR last_used < ?2)";
    SEAL = "UPDATE secret SET sealed = ?2 WHERE id = ?1";
    SEALED = "SELECT sealed FROM secret WHERE id = ?1";
    BY_DIGEST = "SELECT id, client, label, digest, created, created_by, expires, revoked, last_used FROM secret \
        WHERE digest = ?1";
    EXPIRING = "SELECT id, client, label, digest, created, created_by, expires, revoked, last_used FROM secret \
        WHERE revoked IS NULL AND expires >= ?1 AND expires < ?2 ORDER BY expires, id LIMIT 1000";
    OF_CLIENT = "SELECT id, client, label, digest, created, created_by, expires, revoked, last_used FROM secret \
        WHERE client = ?1 ORDER BY created, id";
    /// For a client's record: those that may yet authenticate.
    LIVE_OF_CLIENT = "SELECT id, client, label, digest, created, created_by, expires, revoked, last_used FROM secret \
        WHERE client = ?1 AND revoked IS NULL ORDER BY created, id";
}

pub(crate) fn row(columns: &mut Columns) -> Result<Secret, Damaged> {
    Ok(Secret {
        id: SecretId::new(columns.text()?),
        client: ClientId::new(columns.text()?),
        label: columns.text()?,
        digest: columns.text()?,
        created: columns.moment()?,
        created_by: columns.text()?,
        expires: columns.moment_if_any()?,
        revoked: columns.moment_if_any()?,
        last_used: columns.moment_if_any()?,
    })
}

pub(crate) fn add(secret: &Secret) -> Step {
    Step::must(
        &ADD,
        binds![
            secret.id.as_str(),
            secret.client.as_str(),
            &secret.label,
            &secret.digest,
            secret.created,
            &secret.created_by,
            secret.expires,
            secret.revoked,
            secret.last_used,
        ],
    )
}

pub(crate) fn expire(id: &SecretId, client: &ClientId, at: Moment) -> Step {
    Step::must(&EXPIRE, binds![id.as_str(), client.as_str(), at])
}

pub(crate) fn revoke(id: &SecretId, client: &ClientId, at: Moment) -> Step {
    Step::must(&REVOKE, binds![id.as_str(), client.as_str(), at])
}

pub(crate) fn used(id: &SecretId, at: Moment) -> Step {
    Step::may(&USED, binds![id.as_str(), at])
}

pub(crate) fn seal(id: &SecretId, sealed: &[u8]) -> Step {
    Step::must(&SEAL, binds![id.as_str(), sealed])
}

pub(crate) async fn sealed<E: Engine>(engine: &E, id: &SecretId) -> Result<Option<Vec<u8>>, Fault> {
    let ask = Ask::new(&SEALED, binds![id.as_str()]);
    let found = engine::one(engine, "reading a sealed secret", ask, Columns::blob_if_any).await?;
    Ok(found.flatten())
}

pub(crate) async fn by_digest<E: Engine>(engine: &E, digest: &str) -> Result<Option<Secret>, Fault> {
    let ask = Ask::new(&BY_DIGEST, binds![digest]);
    engine::one(engine, "reading a secret by its digest", ask, row).await
}

pub(crate) async fn expiring<E: Engine>(engine: &E, from: Moment, to: Moment) -> Result<Vec<Secret>, Fault> {
    let ask = Ask::new(&EXPIRING, binds![from, to]);
    engine::all(engine, "reading the secrets that expire", ask, row).await
}

pub(crate) async fn of_client<E: Engine>(engine: &E, client: &ClientId) -> Result<Vec<Secret>, Fault> {
    let ask = Ask::new(&OF_CLIENT, binds![client.as_str()]);
    engine::all(engine, "reading a client's secrets", ask, row).await
}
