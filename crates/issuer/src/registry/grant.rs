//! Grants: what a client may ask for at an API.

use super::{Asker, No, Registered, settle, unchanged, value};
use crate::desk::Desk;
use serde_json::json;
use tollgate_model::{Api, ApiId, Change, ClientId, ClientRecord, Decision, Grant, Moment, Version};

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
    let lifetime = match ask.lifetime {
        // Revocations are remembered as long as the longest API's tokens live; a grant never prolongs that.
        Some(lifetime) => Some(value::seconds("lifetime", lifetime, api.lifetime)?),
        None => None,
    };
    let grant = Grant {
        client: client.id.clone(),
        api: api.id.clone(),
        scopes: value::scopes("scopes", &ask.scopes, |scope| api.knows(scope))?,
        lifetime,
    };
    if record.grants.contains(&grant) {
        return Ok(Decision::just(grant));
    }
    let detail = json!({ "api": grant.api, "scopes": grant.scopes, "lifetime": grant.lifetime });
    let changes = vec![
        Change::ReviseClient {
            client: client.clone(),
            was: client.version,
        },
        Change::PutGrant(grant.clone()),
        asker.did("grant.put", Some(&client.account), client.id.as_str(), now, detail),
    ];
    Ok(Decision::with(grant, changes))
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
    use crate::registry::facts::{NOW, api, asker, record, told};

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
        assert_eq!(told(&made.changes), ["grant.put"]);
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

    #[test]
    fn a_grant_that_is_not_there_cannot_be_removed() {
        let no = decide_remove(&record(vec![]), &ApiId::new("other"), None, &asker(), NOW).unwrap_err();
        assert_eq!(no, No::NotFound("grant"));
        let no = decide_remove(&record(vec![]), &api().id, Some(4), &asker(), NOW).unwrap_err();
        assert_eq!(no, No::Stale("client"));
        let made = decide_remove(&record(vec![]), &api().id, Some(5), &asker(), NOW).unwrap();
        assert_eq!(told(&made.changes), ["grant.removed"]);
    }
}
