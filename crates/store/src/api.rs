//! APIs.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, Value, binds, json, of_word, word},
};
use tollgate_model::{Api, ApiId, Fault, Version};
use tollgate_protocol::jose::Algorithm;

statements! {
    /// Nothing happens when the id or the audience is taken.
    ADD = "INSERT INTO api (id, audience, name, scopes, unasked, lifetime, algorithm, profile, declared, version) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1) ON CONFLICT DO NOTHING";
    REVISE = "UPDATE api SET audience = ?2, name = ?3, scopes = ?4, unasked = ?5, lifetime = ?6, algorithm = ?7, \
        profile = ?8, declared = ?9, version = version + 1 WHERE id = ?1 AND version = ?10";
    /// The grants' foreign key keeps an API that is still granted.
    REMOVE = "DELETE FROM api WHERE id = ?1 AND version = ?2";
    EVERY = "SELECT id, audience, name, scopes, unasked, lifetime, algorithm, profile, declared, version \
        FROM api ORDER BY id";
}

fn row(columns: &mut Columns) -> Result<Api, Damaged> {
    Ok(Api {
        id: ApiId::new(columns.text()?),
        audience: columns.text()?,
        name: columns.text()?,
        scopes: columns.json()?,
        unasked: columns.word(of_word)?,
        lifetime: columns.int()?,
        algorithm: columns.word(Algorithm::of_name)?,
        profile: columns.word(of_word)?,
        declared: columns.yes()?,
        version: columns.int()?,
    })
}

fn columns(api: &Api) -> Result<Vec<Value>, Fault> {
    Ok(binds![
        api.id.as_str(),
        &api.audience,
        &api.name,
        json(&api.scopes)?,
        word(&api.unasked)?,
        api.lifetime,
        api.algorithm.name(),
        word(&api.profile)?,
        api.declared,
    ])
}

pub(crate) fn add(api: &Api) -> Result<Step, Fault> {
    Ok(Step::must(&ADD, columns(api)?))
}

pub(crate) fn revise(api: &Api, was: Version) -> Result<Step, Fault> {
    let mut binds = columns(api)?;
    binds.push(was.into());
    Ok(Step::must(&REVISE, binds))
}

pub(crate) fn remove(id: &ApiId, was: Version) -> Step {
    Step::must(&REMOVE, binds![id.as_str(), was])
}

pub(crate) async fn every<E: Engine>(engine: &E) -> Result<Vec<Api>, Fault> {
    engine::all(engine, "reading the APIs", Ask::new(&EVERY, binds![]), row).await
}
