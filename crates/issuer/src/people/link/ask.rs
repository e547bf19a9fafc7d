//! Who is sent a link.

use super::{FLOW, invited, mint};
use crate::desk::Desk;
use crate::people::{Answered, Origin, Refused, letters, settle as settle_people, tries};
use crate::registry::value;
use crate::registry::{Asker, No, Registered, named, new_id, settle};
use serde_json::{Value, json};
use tollgate_model::event::Actor;
use tollgate_model::link::LinkKind;
use tollgate_model::{Account, AuthorizationId, Change, Decision, Fault, Link, Moment, State, User, UserId};

/// Sends a link for a new password to this address, if there is such a person.
///
/// The answer is always the same, and the work: for an unknown address, or somebody disabled, a link is made and kept as
/// well, only that it opens nothing and no mail goes out (SE7). Nobody is mailed more than five such links an hour; who
/// asks more often is answered the same.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn forgot(desk: &Desk, email: &str, origin: &Origin) -> Result<(), Fault> {
    forgot_on_the_way(desk, email, None, origin).await
}

/// The same, on the way from an application's request: `flow` is where the new password leads back to, in the browser
/// that the request was made in (CO2).
///
/// # Errors
/// As [`forgot`].
pub async fn forgot_on_the_way(
    desk: &Desk,
    email: &str,
    flow: Option<&AuthorizationId>,
    origin: &Origin,
) -> Result<(), Fault> {
    // What cannot be an address is nobody's.
    let email = value::email("email", email).unwrap_or_default();
    let count = tries::letters(desk, LinkKind::Reset, &email);
    let settled = settle_people(desk, async || {
        let now = desk.now();
        if count.full(desk, now).await?.is_some() {
            return Ok(Ok(Decision::just(())));
        }
        let user = desk.store.user_by_email(&email).await?;
        let user = user.filter(|user| user.state == State::Active);
        let detail = flow.map_or_else(|| json!({}), |flow| json!({ FLOW: flow }));
        let (token, link) = mint(desk, LinkKind::Reset, &email, user.as_ref(), detail)?;
        let name = user.as_ref().map_or("", |user| user.name.as_str());
        let letter = letters::reset(&desk.terms.console, name, &token);
        let sent = letters::mail(desk, &email, &letter)?;
        let subject = user.as_ref().map(|user| &user.id);
        let changes = asked("password.forgotten", link, subject, subject.map(|_| sent), origin, now);
        Ok(Ok(Decision::with((), with(count.take(now), changes))))
    });
    // Somebody else's try was counted each time: then that one's mail is on its way.
    let _ = settled.await?;
    Ok(())
}

/// A link that a stranger asked for, with its mail, if one goes out. The links of older mails work on until one of them
/// is used: nobody keeps another from resetting by asking again and again.
pub(super) fn asked(
    kind: &str,
    link: Link,
    user: Option<&UserId>,
    sent: Option<Change>,
    origin: &Origin,
    now: Moment,
) -> Vec<Change> {
    let asker = Asker {
        actor: Actor::Stranger,
        request: Some(origin.request.clone()),
    };
    let subject = user.map_or("", UserId::as_str);
    let told = asker.did(kind, None, subject, now, json!({ "address": origin.place() }));
    let mut changes = vec![Change::AddLink(link)];
    changes.extend(sent);
    changes.push(told);
    changes
}

pub(super) fn with(first: Change, mut rest: Vec<Change>) -> Vec<Change> {
    rest.insert(0, first);
    rest
}

/// Asks to open an account, where the terms have it: a link goes to the address, and following it opens the account.
/// Somebody who signs in here already gets no mail; the answer is the same (SE7).
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn sign_up(desk: &Desk, email: &str, name: &str, account: &str, origin: &Origin) -> Answered<()> {
    if !desk.terms.console.sign_up {
        return Ok(Err(Refused::invalid(
            "email",
            "accounts are not opened here; ask us for one",
        )));
    }
    let (email, name, account) = match (
        value::email("email", email),
        named("name", name),
        named("account", account),
    ) {
        (Ok(email), Ok(name), Ok(account)) => (email, name, account),
        (Err(no), ..) | (_, Err(no), _) | (.., Err(no)) => return Ok(Err(no.into())),
    };
    let count = tries::letters(desk, LinkKind::SignUp, &email);
    let settled = settle_people(desk, async || {
        let now = desk.now();
        if count.full(desk, now).await?.is_some() {
            return Ok(Ok(Decision::just(())));
        }
        let user = desk.store.user_by_email(&email).await?;
        let detail = json!({ "name": name, "account": account });
        let (token, link) = mint(desk, LinkKind::SignUp, &email, None, detail)?;
        let letter = letters::sign_up(&desk.terms.console, &token);
        let sent = letters::mail(desk, &email, &letter)?;
        let sent = user.is_none().then_some(sent);
        let changes = asked("account.requested", link, None, sent, origin, now);
        Ok(Ok(Decision::with((), with(count.take(now), changes))))
    });
    // Stale: other letters to this address are on their way; the answer is the same.
    let _ = settled.await?;
    Ok(Ok(()))
}

/// Mails an invitation to somebody who has no password yet, or tells somebody who has one of the new account. Five
/// letters an hour to one address, and no more.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn invite(desk: &Desk, asker: &Asker, email: &str, account: Option<&Account>) -> Registered<()> {
    let email = match value::email("email", email) {
        Ok(email) => email,
        Err(no) => return Ok(Err(no)),
    };
    let count = tries::letters(desk, LinkKind::Invitation, &email);
    settle(desk, "user", async || {
        let now = desk.now();
        if count.full(desk, now).await?.is_some() {
            return Ok(Err(No::InUse(
                "this address was sent enough for now; try again in an hour".into(),
            )));
        }
        let user = desk.store.user_by_email(&email).await?;
        let mut changes = vec![count.take(now)];
        match &user {
            // Nobody learns from an invitation who signs in here, or may not any more: answer and log are the same.
            Some(user) if user.state == State::Disabled => {}
            Some(user) if !invited(user) => {
                let letter = letters::welcome(&desk.terms.console, account.map(|account| account.name.as_str()));
                changes.push(letters::mail(desk, &email, &letter)?);
            }
            _ => {
                let names: Vec<String> = account.map(|account| account.name.clone()).into_iter().collect();
                changes.extend(invitation(desk, &email, user.as_ref(), &names)?);
            }
        }
        let of = account.map(|account| &account.id);
        changes.push(asker.did("user.invited", of, &email, now, json!({ "email": email })));
        Ok(Ok(Decision::with((), changes)))
    })
    .await
}

/// An invitation and its mail, in place of those that were sent before.
fn invitation(desk: &Desk, email: &str, user: Option<&User>, accounts: &[String]) -> Result<Vec<Change>, Fault> {
    let (token, link) = mint(desk, LinkKind::Invitation, email, user, json!({}))?;
    let letter = letters::invitation(&desk.terms.console, accounts, &token);
    Ok(vec![
        Change::DropLinks {
            kind: LinkKind::Invitation,
            email: email.to_owned(),
        },
        Change::AddLink(link),
        letters::mail(desk, email, &letter)?,
    ])
}

/// Makes somebody an operator and mails them: a link to choose a password, or word of it for somebody who has one.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn invite_operator(desk: &Desk, asker: &Asker, email: &str, name: &str) -> Registered<User> {
    let (email, name) = match (value::email("email", email), named("name", name)) {
        (Ok(email), Ok(name)) => (email, name),
        (Err(no), _) | (_, Err(no)) => return Ok(Err(no)),
    };
    let fresh = User {
        claims: serde_json::Map::new(),
        // Until the link in the mail was followed.
        email_verified: false,
        id: UserId::new(new_id(desk, "usr")?),
        email: email.clone(),
        name,
        password: None,
        totp: None,
        recovery: Vec::new(),
        operator: true,
        state: State::Active,
        created: desk.now(),
        version: 1,
    };
    settle(desk, "user", async || {
        let held = desk.store.user_by_email(&email).await?;
        let mut decision = match decide_operator(&fresh, held.as_ref(), asker, desk.now()) {
            Ok(decision) => decision,
            Err(no) => return Ok(Err(no)),
        };
        if decision.answer.password.is_some() {
            let letter = letters::welcome(&desk.terms.console, None);
            decision.changes.push(letters::mail(desk, &email, &letter)?);
        } else {
            let link = invitation(desk, &email, Some(&decision.answer), &[])?;
            decision.changes.extend(link);
        }
        Ok(Ok(decision))
    })
    .await
}

pub(super) fn decide_operator(
    fresh: &User,
    held: Option<&User>,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<User>, No> {
    let told = |user: &User, detail: Value| asker.did("operator.invited", None, user.id.as_str(), now, detail);
    let detail = json!({ "email": fresh.email });
    let Some(held) = held else {
        let add = Change::AddUser {
            user: fresh.clone(),
            first: false,
        };
        return Ok(Decision::with(fresh.clone(), vec![add, told(fresh, detail)]));
    };
    if held.operator {
        return Err(No::Taken { field: "email" });
    }
    if held.state == State::Disabled {
        return Err(No::InUse("this person is disabled".into()));
    }
    let mut user = User {
        operator: true,
        ..held.clone()
    };
    let revise = Change::ReviseUser {
        user: user.clone(),
        was: held.version,
    };
    user.version = held.version + 1;
    let changes = vec![revise, told(&user, detail)];
    Ok(Decision::with(user, changes))
}
