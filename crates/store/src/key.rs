//! Signing keys, the private part sealed.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, Value, binds},
};
use tollgate_model::{Fault, Kid, SigningKeyRow, Version};
use tollgate_protocol::jose::Algorithm;

statements! {
    /// Nothing happens when the kid is taken.
    ADD = "INSERT INTO signing_key (kid, algorithm, sealed, public, published, active_from, retires, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1) ON CONFLICT DO NOTHING";
    REVISE = "UPDATE signing_key SET algorithm = ?2, sealed = ?3, public = ?4, published = ?5, active_from = ?6, \
        retires = ?7, version = version + 1 WHERE kid = ?1 AND version = ?8";
    EVERY = "SELECT kid, algorithm, sealed, public, published, active_from, retires, version FROM signing_key \
        ORDER BY kid";
}

fn row(columns: &mut Columns) -> Result<SigningKeyRow, Damaged> {
    Ok(SigningKeyRow {
        kid: Kid::new(columns.text()?),
        algorithm: columns.word(Algorithm::of_name)?,
        sealed: columns.blob()?,
        public: columns.text()?,
        published: columns.moment()?,
        active_from: columns.moment()?,
        retires: columns.moment_if_any()?,
        version: columns.int()?,
    })
}

fn columns(key: &SigningKeyRow) -> Vec<Value> {
    binds![
        key.kid.as_str(),
        key.algorithm.name(),
        key.sealed.as_slice(),
        &key.public,
        key.published,
        key.active_from,
        key.retires,
    ]
}

pub(crate) fn add(key: &SigningKeyRow) -> Step {
    Step::must(&ADD, columns(key))
}

pub(crate) fn revise(key: &SigningKeyRow, was: Version) -> Step {
    let mut binds = columns(key);
    binds.push(was.into());
    Step::must(&REVISE, binds)
}

pub(crate) async fn every<E: Engine>(engine: &E) -> Result<Vec<SigningKeyRow>, Fault> {
    engine::all(engine, "reading the signing keys", Ask::new(&EVERY, binds![]), row).await
}
