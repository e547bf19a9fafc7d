//! One member: name, roles, and whether they may come in.

use super::confirm::Question;
use super::{answer, members};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, MemberChange};
use tollgate_issuer::rights::Role;
use tollgate_model::{Member, Moment, State as Standing, Version};

#[derive(Template)]
#[template(path = "developer/member.html")]
struct Page {
    frame: Frame,
    form: Form,
    line: members::Line,
    roles: Vec<Choice>,
    states: Vec<Choice>,
    seen: Version,
    created: Moment,
}

/// The member that the path names, for who may look after members.
pub(super) async fn own(console: &Console, at: &AtAccount) -> Result<Member, Response> {
    at.at_least(console, Role::Admin)?;
    let found = developer::member(&console.desk, &at.seat, &answer::member(&at.ask)).await;
    answer::done(console, at, found)
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let held = own(&console, &at).await?;
    let form = filled(&held);
    Ok(page(&console, &at, StatusCode::OK, &held, form))
}

pub(super) fn filled(held: &Member) -> Form {
    let form = Form::new().with("name", &held.name).with("state", held.state.as_str());
    held.roles.iter().fold(form, |form, role| form.with("roles", role))
}

pub(super) fn page(console: &Console, at: &AtAccount, status: StatusCode, held: &Member, form: Form) -> Response {
    let mut frame = console.frame_at(at, &held.name);
    frame.lead.clone_from(&held.email);
    frame.crumbs = vec![Link::new("/console/members", "Members")];
    let terms = &console.desk.terms;
    let page = Page {
        frame,
        form,
        line: members::line(held, &terms.console.roles, at),
        roles: members::choices(&terms.roles, &terms.console.roles, &held.roles),
        states: vec![
            Choice::new(
                "active",
                "Active",
                "Comes in with their own password, and may be named as acting user.",
            ),
            Choice::new(
                "disabled",
                "Disabled",
                "Does not see this account any more, and is not taken as acting user.",
            ),
        ],
        seen: held.version,
        created: held.created,
    };
    respond(status, &page.frame, &page)
}

/// Saves it.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let held = own(&console, &at).await?;
    let seen = answer::seen(&console, &at)?;
    let Some(state) = Standing::of_str(at.ask.field("state")) else {
        return Err(answer::malformed(&console, &at));
    };
    let terms = &console.desk.terms;
    let some = !members::choices(&terms.roles, &terms.console.roles, &held.roles).is_empty();
    let change = MemberChange {
        name: Some(at.ask.field("name").to_owned()),
        // Where there are no roles to give, the form has no boxes, and none ticked means nothing.
        roles: some.then(|| at.ask.fields("roles").into_iter().map(str::to_owned).collect()),
        state: Some(state),
        seen: Some(seen),
    };
    let revised = developer::revise_member(&console.desk, &at.seat, &at.asker(), &held.id, &change).await;
    match answer::known(&console, &at, revised)? {
        Ok(_) => Ok(see("/console/members?done=member-saved")),
        Err(no) => {
            let now = own(&console, &at).await?;
            let mut form = Form::typed(&at.ask.form, &[]);
            match answer::say(&mut form, &no) {
                Some(status) => Ok(page(&console, &at, status, &now, form)),
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}

/// Asks whether somebody is to be removed.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

async fn question(console: &Console, at: &AtAccount) -> Result<Question, Response> {
    let held = own(console, at).await?;
    let back = format!("/console/members/{}", held.id);
    let mut frame = console.frame_at(at, "Remove this member?");
    frame.crumbs = vec![Link::new("/console/members", "Members"), Link::new(&back, &held.name)];
    Ok(Question {
        frame,
        form: Form::new(),
        about: format!("{} ({})", held.name, held.email),
        happens: vec![
            "They do not see this account any more.".to_owned(),
            // SS-17
            "Clients and secrets that they made stay and go on working: they are the account's.".to_owned(),
            "You can invite them again later.".to_owned(),
        ],
        button: "Remove member",
        danger: true,
        back,
        seen: held.version,
    })
}

/// Removes them.
pub(super) async fn remove(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    let seen = answer::seen(&console, &at)?;
    let id = answer::member(&at.ask);
    let removed = developer::remove_member(&console.desk, &at.seat, &at.asker(), &id, Some(seen)).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see("/console/members?done=member-removed")),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}
