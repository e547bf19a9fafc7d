//! Alerts: what accounts should know in time.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{AccountId, Alert, AlertId, ClientId, Fault, Listed, Page, alert::AlertKind};

statements! {
    /// Nothing happens when the id or the key is taken.
    ADD = "INSERT INTO alert (id, account, client, kind, key, at, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
        ON CONFLICT DO NOTHING";
    /// Newest first, on from the alert that the cursor names, if it is of this account.
    PAGE = "SELECT id, account, client, kind, key, at, detail FROM alert \
        WHERE account = ?3 AND (at, id) < \
        (SELECT at, id FROM alert WHERE id = ?1 AND account = ?3 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY at DESC, id DESC LIMIT ?2";
}

fn row(columns: &mut Columns) -> Result<Alert, Damaged> {
    Ok(Alert {
        id: AlertId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        client: columns.text_if_any()?.map(ClientId::new),
        kind: columns.word(AlertKind::of_str)?,
        key: columns.text()?,
        at: columns.moment()?,
        detail: columns.json()?,
    })
}

pub(crate) fn add(alert: &Alert) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            alert.id.as_str(),
            alert.account.as_str(),
            alert.client.as_ref().map(ClientId::as_str),
            alert.kind.as_str(),
            &alert.key,
            alert.at,
            json(&alert.detail)?,
        ],
    ))
}

pub(crate) async fn page<E: Engine>(engine: &E, account: &AccountId, page: &Page) -> Result<Listed<Alert>, Fault> {
    let ask = Ask::new(
        &PAGE,
        binds![engine::after(page), engine::reach(page), account.as_str()],
    );
    let found = engine::all(engine, "listing alerts", ask, row).await?;
    Ok(engine::leaf(page, found, |alert| alert.id.to_string()))
}
