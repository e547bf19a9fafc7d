//! Clients as lists show them: by name, with what is to be seen at a glance.

use crate::{
    client,
    engine::{self, Ask, Engine},
    sought::Sought,
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{AccountId, ClientFilter, ClientLine, Fault, Listed, Moment, Page, State, client::Environment};

statements! {
    /// What is counted of a client is asked for by line, so that a page counts for its own lines only. The
    /// place to go on from is that of the client the cursor names, if it is of this account: the order of
    /// another's names is not told either. Walks `client_of_account_by_name`, from there on: SQLite
    /// searches it by account and the place, PostgreSQL has it as its index condition; neither sorts.
    OF_ACCOUNT = "SELECT c.id, c.account, c.name, c.environment, c.auth_methods, c.grant_types, c.owner, c.introspects, \
        c.redirect_uris, c.logout_uris, c.sign_in, c.state, c.created, c.version, \
        (SELECT account.name FROM account WHERE account.id = c.account), \
        (SELECT MAX(secret.last_used) FROM secret WHERE secret.client = c.id), \
        (SELECT COUNT(*) FROM secret WHERE secret.client = c.id AND secret.revoked IS NULL \
            AND (secret.expires IS NULL OR secret.expires > ?4)) \
        FROM client AS c WHERE c.account = ?1 AND (c.name, c.id) > \
            (SELECT name, id FROM client WHERE id = ?2 AND account = ?1 \
            UNION ALL SELECT CAST(?2 AS TEXT), CAST(?2 AS TEXT) WHERE length(CAST(?2 AS TEXT)) = 0) \
        AND (CAST(?5 AS TEXT) IS NULL OR lower(c.name) LIKE ?5 ESCAPE CAST(?7 AS TEXT) \
            OR lower(c.id) LIKE ?6 ESCAPE CAST(?7 AS TEXT)) \
        AND (CAST(?8 AS TEXT) IS NULL OR c.environment = ?8) AND (CAST(?9 AS TEXT) IS NULL OR c.state = ?9) \
        ORDER BY c.name, c.id LIMIT ?3";
    /// The same of all accounts; walks `client_by_name`. Its first parameter is nothing.
    OF_ALL = "SELECT c.id, c.account, c.name, c.environment, c.auth_methods, c.grant_types, c.owner, c.introspects, \
        c.redirect_uris, c.logout_uris, c.sign_in, c.state, c.created, c.version, \
        (SELECT account.name FROM account WHERE account.id = c.account), \
        (SELECT MAX(secret.last_used) FROM secret WHERE secret.client = c.id), \
        (SELECT COUNT(*) FROM secret WHERE secret.client = c.id AND secret.revoked IS NULL \
            AND (secret.expires IS NULL OR secret.expires > ?4)) \
        FROM client AS c WHERE CAST(?1 AS TEXT) IS NULL AND (c.name, c.id) > \
            (SELECT name, id FROM client WHERE id = ?2 \
            UNION ALL SELECT CAST(?2 AS TEXT), CAST(?2 AS TEXT) WHERE length(CAST(?2 AS TEXT)) = 0) \
        AND (CAST(?5 AS TEXT) IS NULL OR lower(c.name) LIKE ?5 ESCAPE CAST(?7 AS TEXT) \
            OR lower(c.id) LIKE ?6 ESCAPE CAST(?7 AS TEXT)) \
        AND (CAST(?8 AS TEXT) IS NULL OR c.environment = ?8) AND (CAST(?9 AS TEXT) IS NULL OR c.state = ?9) \
        ORDER BY c.name, c.id LIMIT ?3";
}

fn row(columns: &mut Columns) -> Result<ClientLine, Damaged> {
    Ok(ClientLine {
        client: client::row(columns)?,
        account_name: columns.text()?,
        last_used: columns.moment_if_any()?,
        secrets_alive: columns.int()?,
    })
}

pub(crate) async fn page<E: Engine>(
    engine: &E,
    filter: &ClientFilter,
    now: Moment,
    page: &Page,
) -> Result<Listed<ClientLine>, Fault> {
    let Some(sought) = Sought::of(filter.text.as_deref()) else {
        return Ok(engine::nothing());
    };
    let statement = if filter.account.is_some() { &OF_ACCOUNT } else { &OF_ALL };
    let mut binds = binds![
        filter.account.as_ref().map(AccountId::as_str),
        engine::after(page),
        engine::reach(page),
        now,
    ];
    binds.extend(sought.binds());
    binds.extend(binds![
        filter.environment.map(Environment::as_str),
        filter.state.map(State::as_str),
    ]);
    let found = engine::all(engine, "listing clients by name", Ask::new(statement, binds), row).await?;
    Ok(engine::leaf(page, found, |line| line.client.id.to_string()))
}
