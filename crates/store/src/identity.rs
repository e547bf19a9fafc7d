//! Who people are at other providers.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Fault, Identity, UserId};

statements! {
    /// Nothing happens when this subject of this connection is somebody already; the foreign key sees to it that the
    /// user exists.
    ADD = "INSERT INTO identity (connection, subject, person, created) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
    ONE = "SELECT connection, subject, person, created FROM identity WHERE connection = ?1 AND subject = ?2";
}

fn row(columns: &mut Columns) -> Result<Identity, Damaged> {
    Ok(Identity {
        connection: columns.text()?,
        subject: columns.text()?,
        user: UserId::new(columns.text()?),
        created: columns.moment()?,
    })
}

pub(crate) fn add(identity: &Identity) -> Step {
    Step::must(
        &ADD,
        binds![
            &identity.connection,
            &identity.subject,
            identity.user.as_str(),
            identity.created,
        ],
    )
}

pub(crate) async fn one<E: Engine>(engine: &E, connection: &str, subject: &str) -> Result<Option<Identity>, Fault> {
    let ask = Ask::new(&ONE, binds![connection, subject]);
    engine::one(engine, "reading an identity", ask, row).await
}
