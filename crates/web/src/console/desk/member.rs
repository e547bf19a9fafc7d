//! One member of an account.

use super::account::held as account_held;
use super::confirm::Question;
use super::{answer, asked, frame, members};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::member::{self, Revise};
use tollgate_model::{Account, Member, MemberId, Moment, State as Standing, Version};

#[derive(Template)]
#[template(path = "desk/member.html")]
struct Page {
    frame: Frame,
    form: Form,
    here: String,
    back: String,
    line: members::Line,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    seen: Version,
    created: Moment,
}

/// The member that the path names, if it is one of this account.
pub(super) async fn held(console: &Console, at: &AtDesk, account: &Account) -> Result<Member, Response> {
    let id = MemberId::new(asked::part(&at.ask, 3));
    let held = answer::found(console, at, "member", console.desk.store.member(&id).await)?;
    match held.account == account.id {
        true => Ok(held),
        false => Err(answer::no_page(console, at, &No::NotFound("member"))),
    }
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = account_held(&console, &at).await?;
    let held = held(&console, &at, &account).await?;
    let form = filled(&held);
    Ok(page(&console, &at, StatusCode::OK, &account, &held, form))
}

pub(super) fn filled(held: &Member) -> Form {
    let form = Form::new()
        .with("name", &held.name)
        .with("email", &held.email)
        .with("state", held.state.as_str());
    held.roles.iter().fold(form, |form, role| form.with("roles", role))
}

pub(super) fn page(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    account: &Account,
    held: &Member,
    form: Form,
) -> Response {
    let back = format!("/console/desk/accounts/{}", account.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (back.as_str(), account.name.as_str()),
    ];
    let mut frame = frame(console, at, &held.name, &crumbs);
    frame.lead.clone_from(&held.email);
    let page = Page {
        frame,
        form,
        here: format!("{back}/members/{}", held.id),
        back,
        line: members::line(held),
        roles: members::roles(&console.desk.terms, &held.roles),
        states: vec![
            Choice::new("active", "Active", "Sees the account, and may be named as acting user."),
            Choice::new(
                "disabled",
                "Disabled",
                "Does not see the account, and is not taken as acting user.",
            ),
        ],
        seen: held.version,
        created: held.created,
    };
    respond(status, &page.frame, &page)
}

/// Saves it.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = account_held(&console, &at).await?;
    let held = held(&console, &at, &account).await?;
    let Some(state) = Standing::of_str(at.ask.field("state")) else {
        return Err(answer::malformed(&console, &at));
    };
    // Where there are no roles to give, the form has no boxes, and none ticked means nothing.
    let some = !members::roles(&console.desk.terms, &held.roles).is_empty();
    let ask = Revise {
        email: Some(at.ask.field("email").to_owned()),
        name: Some(at.ask.field("name").to_owned()),
        roles: some.then(|| at.ask.fields("roles").into_iter().map(str::to_owned).collect()),
        state: Some(state),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = member::revise(&console.desk, &at.asker(), &held.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(_) => Ok(see(&format!("/console/desk/accounts/{}?done=member-saved", account.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(page(&console, &at, status, &account, &held, form))
        }
    }
}

/// Asks whether somebody is to be removed.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let account = account_held(console, at).await?;
    let held = held(console, at, &account).await?;
    let top = format!("/console/desk/accounts/{}", account.id);
    let back = format!("{top}/members/{}", held.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (top.as_str(), account.name.as_str()),
        (back.as_str(), held.name.as_str()),
    ];
    Ok(Question {
        frame: frame(console, at, "Remove this member?", &crumbs),
        form: Form::new(),
        happens: vec![
            format!("{} ({}) does not see this account any more.", held.name, held.email),
            // SS-17
            "Clients and secrets that they made stay and go on working: they are the account's.".to_owned(),
            "Clients they own have no owner until they are given another.".to_owned(),
        ],
        button: "Remove member",
        danger: true,
        back,
        along: vec![("seen", held.version.to_string())],
    })
}

/// Removes them.
pub(super) async fn remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = account_held(&console, &at).await?;
    let held = held(&console, &at, &account).await?;
    let seen = asked::seen(&console, &at)?;
    let removed = member::remove(&console.desk, &at.asker(), &held.id, Some(seen)).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see(&format!(
            "/console/desk/accounts/{}?done=member-removed",
            account.id
        ))),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}
