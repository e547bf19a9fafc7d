//! A token at a click, to try an API with (SE-2, SE-3).

use super::client::own;
use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, new_id, settle};
use crate::rights::{Role, Seat};
use crate::terms::Limit;
use crate::token::answer::TokenAnswer;
use crate::token::limit;
use crate::token::mint::Minted;
use serde_json::json;
use tollgate_model::client::GrantType;
use tollgate_model::{Allowance, Api, ApiId, ClientId, ClientRecord, Decision, Fault, Moment, State};
use tollgate_protocol::claims::{AccessToken, Mark};
use tollgate_protocol::scope::Scopes;

/// A token as the token endpoint would give this client for this API, if it asked for all it was granted there: with
/// the same claims, signature and lifetime, and counted against the same limit. No secret bought it, so it says none;
/// it ends with the tokens of the client and of the account.
///
/// # Errors
/// A [`Fault`] of the store, or when there is no key to sign with.
pub async fn test_token(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    api: &ApiId,
) -> Registered<TokenAnswer> {
    if let Err(no) = own(desk, seat, Role::Developer, id).await? {
        return Ok(Err(no));
    }
    let settled = settle(desk, "client", async || {
        let Some(record) = desk.store.client(id).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let limit = match desk.terms.token_limit {
            Some(limit) => Some((limit, desk.store.allowance(&limit::bucket(id)).await?)),
            None => None,
        };
        let catalogue = desk.memory.catalogue();
        Ok(decide(record, &catalogue.apis, api, limit, (asker, desk.now())))
    });
    match settled.await? {
        Ok(granted) => Ok(Ok(signed(desk, &granted)?)),
        Err(no) => Ok(Err(no)),
    }
}

/// What the token will say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Granted {
    record: ClientRecord,
    api: Api,
    scopes: Scopes,
    lifetime: i64,
    now: Moment,
}

fn decide(
    record: ClientRecord,
    apis: &[Api],
    api: &ApiId,
    limit: Option<(Limit, Option<Allowance>)>,
    (asker, now): (&Asker, Moment),
) -> Result<Decision<Granted>, No> {
    let client = &record.client;
    if client.state != State::Active || record.account.state != State::Active {
        return Err(No::Forbidden("a client that is disabled gets no tokens".into()));
    }
    if !client.grant_types.contains(&GrantType::ClientCredentials) {
        return Err(No::Forbidden("this client gets no tokens of its own".into()));
    }
    let api = apis.iter().find(|held| held.id == *api && record.account.has(&held.id));
    let api = api.ok_or(No::NotFound("api"))?.clone();
    let grant = record.grants.iter().find(|grant| grant.api == api.id);
    let grant = grant.ok_or(No::NotFound("grant"))?;
    let mut changes = Vec::new();
    if let Some((limit, taken)) = limit {
        let counted = limit::decide(&client.id, taken, limit, now);
        let counted =
            counted.map_err(|_| No::Forbidden("this client has had all the tokens it may have for now".into()))?;
        changes.extend(counted.changes);
    }
    // The token itself is in no log; that there is one, and for what, is.
    changes.push(asker.did(
        "token.tested",
        Some(&client.account),
        client.id.as_str(),
        now,
        json!({ "api": api.id }),
    ));
    let granted = Granted {
        // As in token::client_credentials: what is gone from the API is not issued, and a grant prolongs nothing.
        scopes: grant.scopes.iter().filter(|scope| api.knows(scope)).collect(),
        lifetime: grant.lifetime.map_or(api.lifetime, |own| own.min(api.lifetime)),
        api,
        now,
        record,
    };
    Ok(Decision::with(granted, changes))
}

fn claims(granted: &Granted, issuer: &str, id: Option<String>) -> AccessToken {
    let Granted { record, api, now, .. } = granted;
    let client = &record.client;
    AccessToken {
        issuer: issuer.to_owned(),
        subject: api.profile.client_subject(client.id.as_str()),
        client_id: client.id.to_string(),
        audience: vec![api.audience.clone()],
        scopes: granted.scopes.clone(),
        issued: now.0,
        not_before: api.profile.says_not_before().then_some(now.0),
        expires: now.plus(granted.lifetime).0,
        id,
        bought: Some("client-credentials".to_owned()),
        mark: Some(Mark {
            account: client.account.to_string(),
            secret: None,
            environment: client.environment.as_str().to_owned(),
            authorization: None,
            consent: None,
        }),
    }
}

fn signed(desk: &Desk, granted: &Granted) -> Result<TokenAnswer, Fault> {
    let profile = granted.api.profile;
    let id = if profile.names_tokens() {
        Some(new_id(desk, "jwt")?)
    } else {
        None
    };
    let claims = profile.write(&claims(granted, &desk.terms.issuer, id));
    let held = desk.memory.keyring().held();
    let algorithm = granted.api.algorithm;
    let signer = held.ring.signer(algorithm, granted.now.0);
    let signer =
        signer.ok_or_else(|| Fault::unavailable("finding a signing key", format!("no active {algorithm} key")))?;
    let token = signer
        .sign(profile.typ(), &claims)
        .map_err(|e| Fault::defect("signing a token", e))?;
    let minted = Minted {
        token,
        lifetime: granted.lifetime,
    };
    Ok(TokenAnswer::of(minted, &granted.scopes, &desk.terms))
}

#[cfg(test)]
mod tests;
