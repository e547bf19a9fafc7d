//! Routes. They are read and written whole, so all but id, origin and version is one JSON text.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{Fault, Route, RouteId, Version};

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO route (id, declared, version, content) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING";
    REVISE = "UPDATE route SET declared = ?3, content = ?4, version = version + 1 WHERE id = ?1 AND version = ?2";
    REMOVE = "DELETE FROM route WHERE id = ?1 AND version = ?2";
    EVERY = "SELECT id, declared, version, content FROM route ORDER BY id";
}

fn row(columns: &mut Columns) -> Result<Route, Damaged> {
    let id = RouteId::new(columns.text()?);
    let declared = columns.yes()?;
    let version = columns.int()?;
    // The columns have the last word: the version within the JSON is that of before it was written.
    Ok(Route {
        id,
        declared,
        version,
        ..columns.json()?
    })
}

pub(crate) fn add(route: &Route) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![route.id.as_str(), route.declared, json(route)?],
    ))
}

pub(crate) fn revise(route: &Route, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![route.id.as_str(), was, route.declared, json(route)?],
    ))
}

pub(crate) fn remove(id: &RouteId, was: Version) -> Step {
    Step::must(&REMOVE, binds![id.as_str(), was])
}

pub(crate) async fn every<E: Engine>(engine: &E) -> Result<Vec<Route>, Fault> {
    engine::all(engine, "reading the routes", Ask::new(&EVERY, binds![]), row).await
}
