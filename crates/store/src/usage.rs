//! Counts of what clients do, by day.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{ClientId, Fault, Usage};

statements! {
    COUNT = "INSERT INTO usage (client, what, day, count, last) VALUES (?1, ?2, ?3, ?4, ?5) \
        ON CONFLICT (client, what, day) DO UPDATE SET count = usage.count + excluded.count, \
        last = CASE WHEN usage.last < excluded.last THEN excluded.last ELSE usage.last END";
    OF_CLIENT = "SELECT client, what, day, count, last FROM usage WHERE client = ?1 ORDER BY day DESC, what";
}

fn row(columns: &mut Columns) -> Result<Usage, Damaged> {
    Ok(Usage {
        client: ClientId::new(columns.text()?),
        what: columns.text()?,
        day: columns.int()?,
        count: columns.int()?,
        last: columns.moment()?,
    })
}

pub(crate) fn count(usage: &Usage) -> Step {
    Step::must(
        &COUNT,
        binds![usage.client.as_str(), &usage.what, usage.day, usage.count, usage.last],
    )
}

pub(crate) async fn of_client<E: Engine>(engine: &E, client: &ClientId) -> Result<Vec<Usage>, Fault> {
    let ask = Ask::new(&OF_CLIENT, binds![client.as_str()]);
    engine::all(engine, "reading a client's usage", ask, row).await
}
