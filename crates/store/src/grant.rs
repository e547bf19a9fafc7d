//! Grants: what a client may ask for at an API. Read only as part of a client's record.

use crate::{
    engine::Step,
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{ApiId, ClientId, Fault, Grant};

statements! {
    /// The foreign keys see to it that client and API exist.
    PUT = "INSERT INTO client_grant (client, api, scopes, lifetime) VALUES (?1, ?2, ?3, ?4) \
        ON CONFLICT (client, api) DO UPDATE SET scopes = excluded.scopes, lifetime = excluded.lifetime";
    REMOVE = "DELETE FROM client_grant WHERE client = ?1 AND api = ?2";
    OF_CLIENT = "SELECT client, api, scopes, lifetime FROM client_grant WHERE client = ?1 ORDER BY api";
}

pub(crate) fn row(columns: &mut Columns) -> Result<Grant, Damaged> {
    Ok(Grant {
        client: ClientId::new(columns.text()?),
        api: ApiId::new(columns.text()?),
        scopes: columns.json()?,
        lifetime: columns.int_if_any()?,
    })
}

pub(crate) fn put(grant: &Grant) -> Result<Step, Fault> {
    Ok(Step::must(
        &PUT,
        binds![
            grant.client.as_str(),
            grant.api.as_str(),
            json(&grant.scopes)?,
            grant.lifetime
        ],
    ))
}

pub(crate) fn remove(client: &ClientId, api: &ApiId) -> Step {
    Step::must(&REMOVE, binds![client.as_str(), api.as_str()])
}
