//! Operators' and gateways' credentials.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Fault, Operator, OperatorId, State, operator::OperatorKind};

statements! {
    /// A kind has its row from its first operator on. "There is none yet" cannot be asked race-free of a
    /// table that somebody else may be adding to; a key that only one can insert decides it.
    OPEN_KIND = "INSERT INTO operator_kind (kind) VALUES (?1) ON CONFLICT DO NOTHING";
    /// Nothing happens when the id or the digest is taken.
    ADD = "INSERT INTO operator (id, name, kind, digest, state, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
        ON CONFLICT DO NOTHING";
    SET_STATE = "UPDATE operator SET state = ?2 WHERE id = ?1";
    /// Those who disable each other at one moment meet at this row and go one after the other: the later sees in
    /// `DISABLE` what the earlier did.
    MEET = "UPDATE operator_kind SET kind = kind WHERE kind = ?1";
    /// Nothing happens when no other active operator would be left; a gateway can always go.
    DISABLE = "UPDATE operator SET state = ?2 WHERE id = ?1 AND (kind <> ?3 OR EXISTS \
        (SELECT 1 FROM operator AS other WHERE other.id <> ?1 AND other.kind = ?3 AND other.state = ?4))";
    BY_DIGEST = "SELECT id, name, kind, digest, state, created FROM operator WHERE digest = ?1";
    EVERY = "SELECT id, name, kind, digest, state, created FROM operator ORDER BY id";
}

fn row(columns: &mut Columns) -> Result<Operator, Damaged> {
    Ok(Operator {
        id: OperatorId::new(columns.text()?),
        name: columns.text()?,
        kind: columns.word(OperatorKind::of_str)?,
        digest: columns.text()?,
        state: columns.word(State::of_str)?,
        created: columns.moment()?,
    })
}

pub(crate) fn add(operator: &Operator, first: bool) -> [Step; 2] {
    let kind = operator.kind.as_str();
    let open = if first {
        Step::must(&OPEN_KIND, binds![kind])
    } else {
        Step::may(&OPEN_KIND, binds![kind])
    };
    let add = Step::must(
        &ADD,
        binds![
            operator.id.as_str(),
            &operator.name,
            kind,
            &operator.digest,
            operator.state.as_str(),
            operator.created,
        ],
    );
    [open, add]
}

pub(crate) fn set_state(id: &OperatorId, state: State) -> Vec<Step> {
    let kind = OperatorKind::Operator.as_str();
    match state {
        State::Active => vec![Step::must(&SET_STATE, binds![id.as_str(), state.as_str()])],
        State::Disabled => vec![
            Step::may(&MEET, binds![kind]),
            Step::must(
                &DISABLE,
                binds![id.as_str(), state.as_str(), kind, State::Active.as_str()],
            ),
        ],
    }
}

pub(crate) async fn by_digest<E: Engine>(engine: &E, digest: &str) -> Result<Option<Operator>, Fault> {
    engine::one(engine, "reading an operator", Ask::new(&BY_DIGEST, binds![digest]), row).await
}

pub(crate) async fn every<E: Engine>(engine: &E) -> Result<Vec<Operator>, Fault> {
    engine::all(engine, "reading the operators", Ask::new(&EVERY, binds![]), row).await
}
