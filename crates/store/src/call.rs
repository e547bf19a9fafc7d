//! What became of single requests.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{
    AccountId, Call, ClientId, Fault, Listed, Moment, Page,
    call::{CallFilter, Place},
};

/// How long a request can be asked about, in seconds.
const KEPT: i64 = 7 * 86_400;

/// How many requests can be asked about, some gigabytes: neither a busy week nor anybody who is refused as fast as he
/// can ask fills the disk.
const MOST: i64 = 5_000_000;

statements! {
    ADD = "INSERT INTO call (at, request, place, client, account, method, path, route, api, status, code, acting_user, \
        presented) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
    FORGET = "DELETE FROM call WHERE at < ?1";
    /// Places are given in order, so the oldest go.
    FORGET_BEYOND = "DELETE FROM call WHERE seq <= (SELECT MAX(seq) FROM call) - CAST(?1 AS BIGINT)";
    // Four texts with the same parameters, so that each filter walks the index it narrows most by.
    BY_REQUEST = "SELECT seq, at, request, place, client, account, method, path, route, api, status, code, acting_user, \
        presented FROM call \
        WHERE request = ?1 AND (CAST(?2 AS TEXT) IS NULL OR client = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR account = ?3) \
        AND (CAST(?4 AS BIGINT) = 0 OR code IS NOT NULL) AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
    OF_CLIENT = "SELECT seq, at, request, place, client, account, method, path, route, api, status, code, acting_user, \
        presented FROM call \
        WHERE client = ?2 AND (CAST(?1 AS TEXT) IS NULL OR request = ?1) \
        AND (CAST(?3 AS TEXT) IS NULL OR account = ?3) \
        AND (CAST(?4 AS BIGINT) = 0 OR code IS NOT NULL) AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
    OF_ACCOUNT = "SELECT seq, at, request, place, client, account, method, path, route, api, status, code, acting_user, \
        presented FROM call \
        WHERE account = ?3 AND (CAST(?1 AS TEXT) IS NULL OR request = ?1) \
        AND (CAST(?2 AS TEXT) IS NULL OR client = ?2) \
        AND (CAST(?4 AS BIGINT) = 0 OR code IS NOT NULL) AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
    OF_ALL = "SELECT seq, at, request, place, client, account, method, path, route, api, status, code, acting_user, \
        presented FROM call \
        WHERE (CAST(?1 AS TEXT) IS NULL OR request = ?1) AND (CAST(?2 AS TEXT) IS NULL OR client = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR account = ?3) \
        AND (CAST(?4 AS BIGINT) = 0 OR code IS NOT NULL) AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
}

fn row(columns: &mut Columns) -> Result<Call, Damaged> {
    Ok(Call {
        seq: columns.int()?,
        at: columns.moment()?,
        request: columns.text()?,
        place: columns.word(Place::of_str)?,
        client: columns.text_if_any()?.map(ClientId::new),
        account: columns.text_if_any()?.map(AccountId::new),
        method: columns.text()?,
        path: columns.text()?,
        route: columns.text_if_any()?,
        api: columns.text_if_any()?,
        status: u16::try_from(columns.int()?).map_err(|_| columns.damaged("a status code"))?,
        code: columns.text_if_any()?,
        acting_user: columns.text_if_any()?,
        presented: columns.json()?,
    })
}

pub(crate) fn add(call: &Call) -> Result<Step, Fault> {
    Ok(Step::must(
        &ADD,
        binds![
            call.at,
            &call.request,
            call.place.as_str(),
            call.client.as_ref().map(ClientId::as_str),
            call.account.as_ref().map(AccountId::as_str),
            &call.method,
            &call.path,
            call.route.as_ref(),
            call.api.as_ref(),
            i64::from(call.status),
            call.code.as_ref(),
            call.acting_user.as_ref(),
            json(&call.presented)?,
        ],
    ))
}

/// The two steps that forget what is old, and what is too much.
pub(crate) fn forget(now: Moment) -> [Step; 2] {
    [
        Step::may(&FORGET, binds![now.plus(-KEPT)]),
        Step::may(&FORGET_BEYOND, binds![MOST]),
    ]
}

pub(crate) async fn page<E: Engine>(engine: &E, filter: &CallFilter, page: &Page) -> Result<Listed<Call>, Fault> {
    let Some(before) = engine::before(page) else {
        return Ok(engine::nothing());
    };
    let statement = match (&filter.request, &filter.client, &filter.account) {
        (Some(_), _, _) => &BY_REQUEST,
        (None, Some(_), _) => &OF_CLIENT,
        (None, None, Some(_)) => &OF_ACCOUNT,
        (None, None, None) => &OF_ALL,
    };
    let ask = Ask::new(
        statement,
        binds![
            filter.request.as_ref(),
            filter.client.as_ref().map(ClientId::as_str),
            filter.account.as_ref().map(AccountId::as_str),
            filter.refused,
            before,
            engine::reach(page),
        ],
    );
    let found = engine::all(engine, "reading the log of requests", ask, row).await?;
    Ok(engine::leaf(page, found, |call| call.seq.to_string()))
}
