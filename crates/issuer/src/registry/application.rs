//! Requests for clients, where an operator makes them (3E-5).
//!
//! *made → approved or declined*. A request is decided once: approving it makes the client and its grant in the same
//! transaction. No secret is made with it and none is in any mail: the account's own developers press Regenerate.

mod decided;

pub use decided::{Approve, Approved, approve, decline};

use super::redirect::Of;
use super::{Asker, No, Registered, client, named, new_id, redirect, settle, value};
use crate::desk::Desk;
use crate::terms::Terms;
use serde_json::json;
use tollgate_model::application::ApplicationState;
use tollgate_model::client::Environment;
use tollgate_model::{
    Account, AccountId, Api, ApiId, Application, ApplicationId, Change, Decision, Fault, Listed, Moment, Page,
};

/// How many requests of one account may wait at once.
const MOST_WAITING: usize = 20;

/// What a client is asked for with.
#[derive(Clone, Debug)]
pub struct Applying {
    /// The name it is to have.
    pub name: String,
    /// Test or live.
    pub environment: Environment,
    /// What it is to call.
    pub api: ApiId,
    /// The scopes wanted there.
    pub scopes: Vec<String>,
    /// Where a person may be sent back to (RFC 6749 §3.1.2).
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout.
    pub logout_uris: Vec<String>,
    /// What the account says about it.
    pub note: String,
}

/// Makes a request, to be answered to this address.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn create(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    email: &str,
    ask: &Applying,
) -> Registered<Application> {
    let id = ApplicationId::new(new_id(desk, "app")?);
    let most = Page {
        after: None,
        limit: u32::try_from(MOST_WAITING).unwrap_or(Page::MOST),
    };
    settle(desk, "application", async || {
        let pending = Some(ApplicationState::Pending);
        let facts = Facts {
            account: desk.store.account(account).await?,
            apis: desk.store.apis().await?,
            waiting: desk
                .store
                .applications(Some(account), pending, &most)
                .await?
                .items
                .len(),
        };
        Ok(decide_create(&id, ask, &facts, &desk.terms, (asker, email, desk.now())))
    })
    .await
}

struct Facts {
    account: Option<Account>,
    apis: Vec<Api>,
    waiting: usize,
}

fn decide_create(
    id: &ApplicationId,
    ask: &Applying,
    facts: &Facts,
    terms: &Terms,
    (asker, email, now): (&Asker, &str, Moment),
) -> Result<Decision<Application>, No> {
    let account = facts.account.as_ref().ok_or(No::NotFound("account"))?;
    if facts.waiting >= MOST_WAITING {
        let problem = format!("{MOST_WAITING} requests of this account wait for an answer already");
        return Err(No::InUse(problem));
    }
    // CO5: nothing can be asked for that could not be had.
    if ask.environment == Environment::Live && !account.live {
        return Err(No::invalid("environment", "this account has test clients only"));
    }
    let api = facts
        .apis
        .iter()
        .find(|api| api.id == ask.api && account.has(&api.id))
        .ok_or(No::NotFound("api"))?;
    let (of, redirects) = (Of::confidential(ask.environment), &client::addressed(terms));
    let application = Application {
        id: id.clone(),
        account: account.id.clone(),
        asked_by: asker.actor.to_string(),
        email: value::email("email", email)?,
        name: named("name", &ask.name)?,
        environment: ask.environment,
        api: api.id.clone(),
        scopes: value::scopes("scopes", &ask.scopes, |scope| api.knows(scope))?,
        redirect_uris: redirect::check(&ask.redirect_uris, of, redirects)?,
        logout_uris: redirect::check_logout(&ask.logout_uris, of, redirects)?,
        note: value::note("note", &ask.note)?,
        state: ApplicationState::Pending,
        client: None,
        answer: None,
        created: now,
        decided: None,
        version: 1,
    };
    let detail = json!({
        "name": application.name, "environment": application.environment,
        "api": application.api, "scopes": application.scopes,
    });
    let changes = vec![
        Change::AddApplication(application.clone()),
        told("application.made", &application, detail, asker, now),
    ];
    Ok(Decision::with(application, changes))
}

fn told(kind: &str, application: &Application, detail: serde_json::Value, asker: &Asker, now: Moment) -> Change {
    asker.did(kind, Some(&application.account), application.id.as_str(), now, detail)
}

/// Requests, newest first, of one account or of all, in one state or in any.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn list(
    desk: &Desk,
    account: Option<&AccountId>,
    state: Option<ApplicationState>,
    page: &Page,
) -> Result<Listed<Application>, Fault> {
    desk.store.applications(account, state, page).await
}

/// A request.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn show(desk: &Desk, id: &ApplicationId) -> Registered<Application> {
    Ok(desk.store.application(id).await?.ok_or(No::NotFound("application")))
}

#[cfg(test)]
mod tests;
