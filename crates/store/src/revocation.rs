//! Revocations.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Fault, Moment, Revocation, revocation::Target};

statements! {
    /// Of two about one target the later moments stay. CASE, because SQLite's MAX is PostgreSQL's GREATEST.
    REVOKE = "INSERT INTO revocation (noun, target, issued_until, forget_after) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (noun, target) DO UPDATE SET \
        issued_until = CASE WHEN revocation.issued_until < excluded.issued_until \
            THEN excluded.issued_until ELSE revocation.issued_until END, \
        forget_after = CASE WHEN revocation.forget_after < excluded.forget_after \
            THEN excluded.forget_after ELSE revocation.forget_after END";
    FORGET = "DELETE FROM revocation WHERE forget_after < ?1";
    IN_FORCE = "SELECT noun, target, issued_until, forget_after FROM revocation WHERE forget_after >= ?1 \
        ORDER BY noun, target";
}

fn row(columns: &mut Columns) -> Result<Revocation, Damaged> {
    let noun = columns.text()?;
    Ok(Revocation {
        target: columns.word(|id| Target::of(&noun, id))?,
        issued_until: columns.moment()?,
        forget_after: columns.moment()?,
    })
}

pub(crate) fn revoke(revocation: &Revocation) -> Step {
    Step::must(
        &REVOKE,
        binds![
            revocation.target.noun(),
            revocation.target.id(),
            revocation.issued_until,
            revocation.forget_after,
        ],
    )
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now])
}

pub(crate) async fn in_force<E: Engine>(engine: &E, now: Moment) -> Result<Vec<Revocation>, Fault> {
    engine::all(engine, "reading the revocations", Ask::new(&IN_FORCE, binds![now]), row).await
}
