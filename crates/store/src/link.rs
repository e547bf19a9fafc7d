//! Links that work once.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{Fault, Link, LinkId, Moment, UserId, link::LinkKind};

statements! {
    /// Nothing happens when the id or the digest is taken.
    ADD = "INSERT INTO link (id, digest, kind, email, person, detail, created, expires) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING";
    /// Of many who spend it at once one deletes the row; the others find none.
    SPEND = "DELETE FROM link WHERE id = ?1";
    DROP = "DELETE FROM link WHERE email = ?1 AND kind = ?2";
    FORGET = "DELETE FROM link WHERE expires < ?1";
    BY_DIGEST = "SELECT id, digest, kind, email, person, detail, created, expires FROM link WHERE digest = ?1";
}

fn row(columns: &mut Columns) -> Result<Link, Damaged> {
    Ok(Link {
        id: LinkId::new(columns.text()?),
        digest: columns.text()?,
        kind: columns.word(LinkKind::of_str)?,
        email: columns.text()?,
        user: columns.text_if_any()?.map(UserId::new),
        detail: columns.json()?,
        created: columns.moment()?,
        expires: columns.moment()?,
    })
}

pub(crate) fn add(link: &Link) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            link.id.as_str(),
            &link.digest,
            link.kind.as_str(),
            &link.email,
            link.user.as_ref().map(UserId::as_str),
            json(&link.detail)?,
            link.created,
            link.expires,
        ],
    ))
}

pub(crate) fn spend(id: &LinkId) -> Step {
    Step::must(&SPEND, binds![id.as_str()])
}

/// Those of this kind to this address.
pub(crate) fn withdraw(kind: LinkKind, email: &str) -> Step {
    Step::may(&DROP, binds![email, kind.as_str()])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now])
}

pub(crate) async fn by_digest<E: Engine>(engine: &E, digest: &str) -> Result<Option<Link>, Fault> {
    engine::one(engine, "reading a link", Ask::new(&BY_DIGEST, binds![digest]), row).await
}
