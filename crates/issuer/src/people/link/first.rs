//! The first operator. There is no default account: whoever sees the output of the first start becomes one (SE11).

use super::{living, mint, spend};
use crate::desk::Desk;
use crate::people::session::{self, Begun};
use crate::people::{Answered, Origin, Refused, chosen, settle};
use crate::registry::value;
use crate::registry::{Asker, named, new_id};
use serde_json::json;
use tollgate_keys::secret::Plain;
use tollgate_model::link::LinkKind;
use tollgate_model::{Change, Decision, Fault, Kept, Link, Page, State, User, UserId};

/// How long the link of a first start works, in seconds. A later start prints another.
pub(super) const LIFETIME: i64 = 86_400;

/// Who becomes the first operator.
#[derive(Clone, Copy)]
pub struct First<'a> {
    /// The address to sign in with.
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
}

/// A link for the first operator, while there is none among the users; the caller prints it, as
/// [`crate::people::letters::address`] has it. Of several nodes that start at once each prints one that works, and the
/// first to be used is the last: the others find that there is an operator.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn first_operator(desk: &Desk) -> Result<Option<Plain>, Fault> {
    if is_there_one(desk).await? {
        return Ok(None);
    }
    let (token, link) = mint(desk, LinkKind::FirstOperator, "", None, json!({}))?;
    let told = Asker::system().did(
        "operator.invited",
        None,
        link.id.as_str(),
        link.created,
        json!({ "first": true }),
    );
    let kept = desk.memory.keep(vec![Change::AddLink(link), told]).await?;
    Ok((kept == Kept::Done).then_some(token))
}

pub(super) async fn is_there_one(desk: &Desk) -> Result<bool, Fault> {
    let page = Page { after: None, limit: 1 };
    Ok(!desk.store.users(true, &page).await?.items.is_empty())
}

/// Makes the first operator and signs them in.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn become_first(desk: &Desk, token: &str, first: &First<'_>, origin: &Origin) -> Answered<Begun> {
    let _turn = desk.bench.turn("").await?;
    let open = |link: &Link| link.kind == LinkKind::FirstOperator;
    if !living(desk, token).await?.as_ref().is_some_and(open) || is_there_one(desk).await? {
        return Ok(Err(Refused::Spent));
    }
    let (email, name) = match (value::email("email", first.email), named("name", first.name)) {
        (Ok(email), Ok(name)) => (email, name),
        (Err(no), _) | (_, Err(no)) => return Ok(Err(no.into())),
    };
    let password = match chosen(desk, first.password, &[&email, &name]).await? {
        Ok(password) => password,
        Err(no) => return Ok(Err(no)),
    };
    let id = UserId::new(new_id(desk, "usr")?);
    let (plain, fresh) = session::mint(desk)?;
    let settled = settle(desk, async || {
        let now = desk.now();
        let link = living(desk, token).await?.filter(open);
        let (Some(link), false) = (link, is_there_one(desk).await?) else {
            return Ok(Err(Refused::Spent));
        };
        if desk.store.user_by_email(&email).await?.is_some() {
            return Ok(Err(Refused::invalid("email", "somebody signs in with it already")));
        }
        let user = User {
            claims: serde_json::Map::new(),
            email_verified: true,
            id: id.clone(),
            email: email.clone(),
            name: name.clone(),
            password: Some(password.clone()),
            totp: None,
            recovery: Vec::new(),
            operator: true,
            state: State::Active,
            created: now,
            version: 1,
        };
        let session = session::begin(&fresh, &user, origin, desk.terms.console.sessions, now);
        let detail = json!({ "email": user.email, "operator": true });
        let mut changes = spend(&link).to_vec();
        changes.extend([
            origin.asker(&id).did("user.created", None, id.as_str(), now, detail),
            Change::AddUser { user, first: true },
            Change::AddSession(session.clone()),
            session::told("session.begun", &session, origin, now),
        ]);
        Ok(Ok(Decision::with(session, changes)))
    });
    Ok(settled.await?.map(|session| Begun { token: plain, session }))
}
