//! Grants: what a client may ask for at an API.

use super::{Asker, No, Registered, settle, unchanged, value};
use crate::desk::Desk;
use serde_json::json;
use tollgate_model::{Account, Api, ApiId, Change, Client, ClientId, ClientRecord, Decision, Grant, Moment, Version};

/// What a client is granted at one API.
#[derive(Clone, Debug)]
pub struct Put {
    /// The API.
    pub api: ApiId,
    /// The scopes it may have; every one must be the API's.
    pub scopes: Vec<String>,
    /// Token lifetime in seconds, where it is to be shorter than the API's.
    pub lifetime: Option<i64>,
    /// The client's version that the asker saw.
    pub seen: Option<Version>,
}

/// Grants a client scopes of an API, in place of what it was granted there before.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn put(desk: &Desk, asker: &Asker, client: &ClientId, ask: &Put) -> Registered<Grant> {
    settle(desk, "client", async || {
        let Some(record) = desk.store.client(client).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let apis = desk.store.apis().await?;
        let Some(api) = apis.iter().find(|api| api.id == ask.api) else {
            return Ok(Err(No::NotFound("api")));
        };
        Ok(decide_put(&record, api, ask, asker, desk.now()))
    })
    .await
}

fn decide_put(record: &ClientRecord, api: &Api, ask: &Put, asker: &Asker, now: Moment) -> Result<Decision<Grant>, No> {
    let client = &record.client;
    unchanged("client", ask.seen, client.version)?;
    let grant = within(client, &record.account, api, &ask.scopes, ask.lifetime)?;
    put_in(record, grant, asker, now)
}

/// A grant as the API and the account allow it.
pub(crate) fn within(
    client: &Client,
    account: &Account,
    api: &Api,
    scopes: &[String],
    lifetime: Option<i64>,
) -> Result<Grant, No> {
    // SS-5: an account that does not have the product gets no credentials for it.
    if !account.has(&api.id) {
        return Err(No::invalid("api", "this account does not have this API"));
    }
    let lifetime = match lifetime {
        // Revocations are remembered as long as the longest API's tokens live; a grant never prolongs that.
        Some(lifetime) => Some(value::seconds("lifetime", lifetime, api.lifetime)?),
        None => None,
    };
    Ok(Grant {
        client: client.id.clone(),
        api: api.id.clone(),
        scopes: value::scopes("scopes", scopes, |scope| api.knows(scope))?,
        lifetime,
    })
}

/// The line of the audit log for a grant.
pub(crate) fn told(grant: &Grant, client: &Client, asker: &Asker, now: Moment) -> Change {
    let detail = json!({ "api": grant.api, "scopes": grant.scopes, "lifetime": grant.lifetime });
    asker.did("grant.put", Some(&client.account), client.id.as_str(), now, detail)
}

fn put_in(record: &ClientRecord, grant: Grant, asker: &Asker, now: Moment) -> Result<Decision<Grant>, No> {
    let client = &record.client;
    if record.grants.contains(&grant) {
        return Ok(Decision::just(grant));
    }
    let changes = vec![
        Change::ReviseClient {
            client: client.clone(),
            was: client.version,
        },
        Change::PutGrant(grant.clone()),
        told(&grant, client, asker, now),
    ];
    Ok(Decision::with(grant, changes))
}

/// How much of an API the owner of a client may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Any of its scopes.
    Any,
    /// Of those that were granted already, where an operator grants them.
    Fewer,
}

/// The scopes of a client at one API.
#[derive(Clone, Debug)]
pub struct Scoped {
    /// The API.
    pub api: ApiId,
    /// The scopes it has from now on.
    pub scopes: Vec<String>,
    /// The client's version that the asker saw.
    pub seen: Option<Version>,
}

/// Sets the scopes of a client at one API, from the next token on. How long its tokens live stays as it was granted.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn rescope(desk: &Desk, asker: &Asker, client: &ClientId, ask: &Scoped, choice: Choice) -> Registered<Grant> {
    settle(desk, "client", async || {
        let Some(record) = desk.store.client(client).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let apis = desk.store.apis().await?;
        Ok(decide_rescope(&record, &apis, ask, choice, asker, desk.now()))
    })
    .await
}

fn decide_rescope(
    record: &ClientRecord,
    apis: &[Api],
    ask: &Scoped,
    choice: Choice,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Grant>, No> {
    // CO4: an API that the account does not have is not there for it.
    let api = apis.iter().find(|api| api.id == ask.api && record.account.has(&api.id));
    let api = api.ok_or(No::NotFound("api"))?;
    unchanged("client", ask.seen, record.client.version)?;
    let held = record.grants.iter().find(|grant| grant.api == api.id);
    let lifetime = held
        .and_then(|grant| grant.lifetime)
        .map(|lifetime| lifetime.min(api.lifetime));
    let grant = within(&record.client, &record.account, api, &ask.scopes, lifetime)?;
    let fewer = held.is_some_and(|held| held.scopes.covers(&grant.scopes));
    if choice == Choice::Fewer && !fewer {
        return Err(No::Forbidden("further scopes are granted by an operator here".into()));
    }
    put_in(record, grant, asker, now)
}

/// Takes a grant back. Tokens that were issued under it live to their own expiry; to end them, revoke the
/// client's tokens.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn remove(
    desk: &Desk,
    asker: &Asker,
    client: &ClientId,
    api: &ApiId,
    seen: Option<Version>,
) -> Registered<()> {
    settle(desk, "client", async || {
        let Some(record) = desk.store.client(client).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        Ok(decide_remove(&record, api, seen, asker, desk.now()))
    })
    .await
}

fn decide_remove(
    record: &ClientRecord,
    api: &ApiId,
    seen: Option<Version>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<()>, No> {
    let client = &record.client;
    unchanged("client", seen, client.version)?;
    if !record.grants.iter().any(|grant| grant.api == *api) {
        return Err(No::NotFound("grant"));
    }
    let (subject, account) = (client.id.as_str(), Some(&client.account));
    let changes = vec![
        Change::ReviseClient {
            client: client.clone(),
            was: client.version,
        },
        Change::RemoveGrant {
            client: client.id.clone(),
            api: api.clone(),
        },
        asker.did("grant.removed", account, subject, now, json!({ "api": api })),
    ];
    Ok(Decision::with((), changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, api, asker, record, told as told_kinds};

    fn ask(scopes: &[&str], lifetime: Option<i64>) -> Put {
        Put {
            api: api().id,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            lifetime,
            seen: None,
        }
    }

    #[test]
    fn a_grant_stays_within_its_api() {
        let decide = |ask: Put| decide_put(&record(vec![]), &api(), &ask, &asker(), NOW);
        let made = decide(ask(&["write"], Some(3600))).unwrap();
        assert_eq!(made.answer.scopes.to_string(), "write");
        assert_eq!(told_kinds(&made.changes), ["grant.put"]);
        assert!(matches!(
            made.changes.first(),
            Some(Change::ReviseClient { was: 5, .. })
        ));
        for (ask, at) in [
            (ask(&["admin"], None), "scopes"),
            (ask(&["re ad"], None), "scopes"),
            (ask(&[], Some(3601)), "lifetime"),
            (ask(&[], Some(0)), "lifetime"),
        ] {
            assert!(matches!(decide(ask), Err(No::Invalid { field, .. }) if field == at));
        }
        let same = decide(ask(&["read"], None)).unwrap();
        assert!(same.changes.is_empty(), "what is granted already is not granted anew");
    }

    fn scoped(api: &str, scopes: &[&str], seen: Option<Version>) -> Scoped {
        Scoped {
            api: ApiId::new(api),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            seen,
        }
    }

    fn rescope(record: &ClientRecord, ask: &Scoped, choice: Choice) -> Result<Decision<Grant>, No> {
        decide_rescope(record, &[api()], ask, choice, &asker(), NOW)
    }

    /// SG-12, SG-13, SG-25: scopes are chosen from the API's list, and what is kept is what the next token gets.
    #[test]
    fn chosen_scopes_are_kept_and_the_lifetime_stays() {
        let mut held = record(vec![]);
        held.grants[0].lifetime = Some(60);
        let ask = scoped("docs", &["read", "write"], Some(5));
        let made = rescope(&held, &ask, Choice::Any).unwrap();
        assert_eq!(made.answer.scopes.to_string(), "read write");
        assert_eq!(made.answer.lifetime, Some(60));
        assert_eq!(told_kinds(&made.changes), ["grant.put"]);
        let ask = scoped("docs", &["read"], Some(4));
        assert_eq!(rescope(&held, &ask, Choice::Any).unwrap_err(), No::Stale("client"));
        let ask = scoped("docs", &["admin"], None);
        assert!(matches!(
            rescope(&held, &ask, Choice::Any),
            Err(No::Invalid { field: "scopes", .. })
        ));
    }

    /// SS-5, CO5: no scope of an API that the account does not have, and it looks like one that nobody has.
    #[test]
    fn an_api_that_the_account_does_not_have_is_not_found() {
        let mut held = record(vec![]);
        held.account.apis = Some(vec![ApiId::new("other")]);
        for name in ["docs", "nobodys"] {
            let no = rescope(&held, &scoped(name, &["read"], None), Choice::Any).unwrap_err();
            assert_eq!(no, No::NotFound("api"));
        }
        // An operator, who may know of it, is told.
        let no = decide_put(&held, &api(), &ask(&["read"], None), &asker(), NOW).unwrap_err();
        assert!(matches!(no, No::Invalid { field: "api", .. }));
    }

    /// SO-1, 3E-5, CO5: where operators grant, an owner gives back and takes nothing.
    #[test]
    fn where_operators_grant_an_owner_only_gives_back() {
        let held = record(vec![]);
        assert!(rescope(&held, &scoped("docs", &[], None), Choice::Fewer).is_ok());
        let no = rescope(&held, &scoped("docs", &["read", "write"], None), Choice::Fewer).unwrap_err();
        assert_eq!(no.code(), "forbidden");
        let mut none = held;
        none.grants.clear();
        let no = rescope(&none, &scoped("docs", &[], None), Choice::Fewer).unwrap_err();
        assert_eq!(no.code(), "forbidden");
    }

    #[test]
    fn a_grant_that_is_not_there_cannot_be_removed() {
        let no = decide_remove(&record(vec![]), &ApiId::new("other"), None, &asker(), NOW).unwrap_err();
        assert_eq!(no, No::NotFound("grant"));
        let no = decide_remove(&record(vec![]), &api().id, Some(4), &asker(), NOW).unwrap_err();
        assert_eq!(no, No::Stale("client"));
        let made = decide_remove(&record(vec![]), &api().id, Some(5), &asker(), NOW).unwrap();
        assert_eq!(told_kinds(&made.changes), ["grant.removed"]);
    }
}
