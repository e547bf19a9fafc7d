//! Transitions and who has another end. They are read and written whole, so all but id, origin and version is one JSON
//! text.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{AccountId, Dated, Exception, Fault, Transition, TransitionId, Version};

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO transition (id, declared, version, content) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING";
    REVISE = "UPDATE transition SET declared = ?3, content = ?4, version = version + 1 WHERE id = ?1 AND version = ?2";
    /// Its exceptions go with it, by their foreign key.
    REMOVE = "DELETE FROM transition WHERE id = ?1 AND version = ?2";
    EVERY = "SELECT id, declared, version, content FROM transition ORDER BY id";
    /// The foreign keys see to it that transition and account exist.
    PUT = "INSERT INTO transition_exception (transition, account, ends, note, created) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (transition, account) DO UPDATE SET ends = excluded.ends, note = excluded.note, \
        created = excluded.created";
    TAKE_BACK = "DELETE FROM transition_exception WHERE transition = ?1 AND account = ?2";
    EXCEPTIONS = "SELECT transition, account, ends, note, created FROM transition_exception \
        ORDER BY transition, account";
}

fn row(columns: &mut Columns) -> Result<Transition, Damaged> {
    let id = TransitionId::new(columns.text()?);
    let declared = columns.yes()?;
    let version = columns.int()?;
    // The columns have the last word: the version within the JSON is that of before it was written.
    Ok(Transition {
        id,
        declared,
        version,
        ..columns.json()?
    })
}

fn exception(columns: &mut Columns) -> Result<Exception, Damaged> {
    Ok(Exception {
        transition: TransitionId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        ends: columns.moment()?,
        note: columns.text()?,
        created: columns.moment()?,
    })
}

pub(crate) fn add(transition: &Transition) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![transition.id.as_str(), transition.declared, json(transition)?],
    ))
}

pub(crate) fn revise(transition: &Transition, was: Version) -> Result<Step, Fault> {
    Ok(Step::must(
        &REVISE,
        binds![transition.id.as_str(), was, transition.declared, json(transition)?],
    ))
}

pub(crate) fn remove(id: &TransitionId, was: Version) -> Step {
    Step::must(&REMOVE, binds![id.as_str(), was])
}

pub(crate) fn put(exception: &Exception) -> Step {
    Step::must(
        &PUT,
        binds![
            exception.transition.as_str(),
            exception.account.as_str(),
            exception.ends,
            &exception.note,
            exception.created,
        ],
    )
}

pub(crate) fn take_back(transition: &TransitionId, account: &AccountId) -> Step {
    Step::must(&TAKE_BACK, binds![transition.as_str(), account.as_str()])
}

pub(crate) async fn every<E: Engine>(engine: &E) -> Result<Vec<Dated>, Fault> {
    const DOING: &str = "reading the transitions";
    let asks = vec![Ask::new(&EVERY, binds![]), Ask::new(&EXCEPTIONS, binds![])];
    let mut sets = engine.read(DOING, asks).await?.into_iter();
    let transitions = engine::decode(DOING, sets.next().unwrap_or_default(), row)?;
    let exceptions = engine::decode(DOING, sets.next().unwrap_or_default(), exception)?;
    Ok(transitions
        .into_iter()
        .map(|transition| Dated {
            exceptions: exceptions
                .iter()
                .filter(|exception| exception.transition == transition.id)
                .cloned()
                .collect(),
            transition,
        })
        .collect())
}
