//! What becomes of a request for a client.

use super::{show, told};
use crate::alerts::{self, Matter};
use crate::desk::Desk;
use crate::outbox;
use crate::registry::client::whole::{self, Whole};
use crate::registry::client::{self, Create};
use crate::registry::{Asker, No, Registered, settle, unchanged, value};
use crate::terms::Terms;
use crate::terms::console::ConsoleTerms;
use serde_json::json;
use tollgate_model::application::ApplicationState;
use tollgate_model::{Application, ApplicationId, Change, Client, ClientId, Decision, Fault, Moment, Version};

/// How a request is approved.
#[derive(Clone, Debug, Default)]
pub struct Approve {
    /// The scopes given, where they are others than those wanted.
    pub scopes: Option<Vec<String>>,
    /// What the operator says; it may be empty.
    pub answer: String,
    /// The version that the operator saw.
    pub seen: Option<Version>,
}

/// A request that became a client.
#[derive(Clone, Debug)]
pub struct Approved {
    /// The request.
    pub application: Application,
    /// The client. It has no secret yet.
    pub client: Client,
}

/// Approves a request: makes the client and its grant, and tells the account.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance, or of the sealing of the mail.
pub async fn approve(desk: &Desk, asker: &Asker, id: &ApplicationId, ask: &Approve) -> Registered<Approved> {
    let client = client::new_id(desk)?;
    settle(desk, "application", async || {
        let application = match show(desk, id).await? {
            Ok(application) => application,
            Err(no) => return Ok(Err(no)),
        };
        let mut facts = client::know(desk, &application.account, None, &client).await?;
        // Whoever asked is the owner, as whoever makes a client alone is; somebody who left since is not.
        facts.owner = desk
            .store
            .member_by_email(&application.account, &application.email)
            .await?;
        let now = desk.now();
        let mut decision = match decide_approve(&application, ask, &facts, &client, &desk.terms, (asker, now)) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        let Approved { application, client } = &decision.answer;
        let more = telling(desk, application, Some(client), now).await?;
        decision.changes.extend(more);
        Ok(Ok(decision))
    })
    .await
}

/// Declines a request, in the operator's own words, and tells the account.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance, or of the sealing of the mail.
pub async fn decline(
    desk: &Desk,
    asker: &Asker,
    id: &ApplicationId,
    words: &str,
    seen: Option<Version>,
) -> Registered<Application> {
    settle(desk, "application", async || {
        let application = match show(desk, id).await? {
            Ok(application) => application,
            Err(no) => return Ok(Err(no)),
        };
        let now = desk.now();
        let mut decision = match decide_decline(&application, words, seen, asker, now) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        let more = telling(desk, &decision.answer, None, now).await?;
        decision.changes.extend(more);
        Ok(Ok(decision))
    })
    .await
}

/// A request is decided once.
fn open(application: &Application, seen: Option<Version>) -> Result<(), No> {
    unchanged("application", seen, application.version)?;
    if application.state == ApplicationState::Pending {
        Ok(())
    } else {
        Err(No::InUse("this request was decided already".into()))
    }
}

fn decide_approve(
    held: &Application,
    ask: &Approve,
    facts: &client::Facts,
    id: &ClientId,
    terms: &Terms,
    (asker, now): (&Asker, Moment),
) -> Result<Decision<Approved>, No> {
    open(held, ask.seen)?;
    let answer = value::note("answer", &ask.answer)?;
    let scopes = match &ask.scopes {
        Some(scopes) => scopes.clone(),
        None => held.scopes.as_slice().to_vec(),
    };
    let whole = Whole {
        client: Create {
            account: held.account.clone(),
            name: held.name.clone(),
            environment: held.environment,
            auth_methods: None,
            grant_types: client::with_addresses(&held.redirect_uris, terms),
            sign_in: tollgate_model::client::SignIn::default(),
            owner: facts.owner.as_ref().map(|owner| owner.id.clone()),
            introspects: Vec::new(),
            redirect_uris: held.redirect_uris.clone(),
            logout_uris: held.logout_uris.clone(),
            id: None,
        },
        api: held.api.clone(),
        scopes,
    };
    // Everything is looked at anew: the account may have lost the API since, or the preset's rules may have changed.
    let made = whole::decide(id, &whole, facts, None, terms, (asker, now))?;
    let client = made.answer;
    let application = Application {
        state: ApplicationState::Approved,
        client: Some(client.id.clone()),
        answer: (!answer.is_empty()).then_some(answer),
        decided: Some(now),
        ..held.clone()
    };
    let mut changes = made.changes;
    changes.extend(decided(held, &application, asker, now));
    let application = Application {
        version: held.version + 1,
        ..application
    };
    Ok(Decision::with(Approved { application, client }, changes))
}

fn decide_decline(
    held: &Application,
    words: &str,
    seen: Option<Version>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Application>, No> {
    open(held, seen)?;
    let words = value::note("answer", words)?;
    if words.is_empty() {
        return Err(No::invalid("answer", "must say why"));
    }
    let application = Application {
        state: ApplicationState::Declined,
        answer: Some(words),
        decided: Some(now),
        ..held.clone()
    };
    let changes = decided(held, &application, asker, now);
    let application = Application {
        version: held.version + 1,
        ..application
    };
    Ok(Decision::with(application, changes))
}

/// The request as decided, and the line of the audit log.
fn decided(held: &Application, then: &Application, asker: &Asker, now: Moment) -> Vec<Change> {
    let kind = match then.state {
        ApplicationState::Declined => "application.declined",
        ApplicationState::Approved | ApplicationState::Pending => "application.approved",
    };
    let detail = json!({ "client": then.client, "answer": then.answer });
    let revise = Change::ReviseApplication {
        application: then.clone(),
        was: held.version,
    };
    vec![revise, told(kind, then, detail, asker, now)]
}

/// What tells the account: its admins and hooks as of every alert, and whoever asked with a letter of their own, which
/// says what to do next.
async fn telling(
    desk: &Desk,
    application: &Application,
    client: Option<&Client>,
    now: Moment,
) -> Result<Vec<Change>, Fault> {
    let matter = Matter::RequestDecided {
        application: application.id.clone(),
        name: application.name.clone(),
        approved: client.is_some(),
        answer: application.answer.clone(),
    };
    let alert = alerts::alert(desk, &application.account, client, matter, now)?;
    let mut changes = alerts::changes(desk, &alert).await?;
    // Nobody is told twice.
    changes.retain(|change| !matches!(change, Change::AddMail(mail) if mail.to == application.email));
    let letter = letter(application, &desk.terms.console);
    changes.push(outbox::mail(desk, &application.email, &letter.subject, &letter.text)?);
    Ok(changes)
}

/// Subject and text of a mail.
struct Letter {
    subject: String,
    text: String,
}

/// What the person who asked is told. Never a secret: there is none yet.
fn letter(application: &Application, terms: &ConsoleTerms) -> Letter {
    let Application { name, answer, .. } = application;
    let vendor = &terms.vendor;
    let words = match answer {
        Some(answer) => format!("\n{vendor} says:\n\n{answer}\n"),
        None => String::new(),
    };
    if let Some(client) = &application.client {
        let link = format!("{}/clients/{client}", terms.url);
        return Letter {
            subject: format!("{vendor}: your client {name} is there"),
            text: format!(
                "Hello,\n\nthe client you asked for, {name}, was made. Its client id is {client}.\n{words}\n\
                 It has no secret yet. Open its page and press Regenerate to make one:\n\n{link}\n"
            ),
        };
    }
    Letter {
        subject: format!("{vendor}: your request for {name}"),
        text: format!(
            "Hello,\n\nyour request for the client {name} was declined.\n{words}\n\
             Your requests are at\n\n{}/applications\n",
            terms.url
        ),
    }
}

#[cfg(test)]
mod tests;
