//! Inviting somebody into the account.

use super::{answer, member, members};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, Link, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Invited};
use tollgate_issuer::rights::Role;

#[derive(Template)]
#[template(path = "developer/invite.html")]
struct Page {
    frame: Frame,
    form: Form,
    roles: Vec<Choice>,
    /// How long the link works.
    works: String,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    Ok(page(&console, &at, StatusCode::OK, Form::new()))
}

fn page(console: &Console, at: &AtAccount, status: StatusCode, form: Form) -> Response {
    let mut frame = console.frame_at(at, "Invite a member");
    frame.lead = "They get a mail with a link, and choose their own password.".to_owned();
    frame.crumbs = vec![Link::new("/console/members", "Members")];
    let terms = &console.desk.terms;
    let page = Page {
        frame,
        form,
        roles: members::choices(&terms.roles, &terms.console.roles, &[]),
        works: words::span(terms.console.sessions.invitation),
    };
    respond(status, &page.frame, &page)
}

/// Invites them.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    let ask = Invited {
        email: at.ask.field("email").to_owned(),
        name: at.ask.field("name").to_owned(),
        roles: at.ask.fields("roles").into_iter().map(str::to_owned).collect(),
    };
    let invited = developer::invite_member(&console.desk, &at.seat, &at.asker(), &ask).await;
    match answer::known(&console, &at, invited)? {
        Ok(_) => Ok(see("/console/members?done=invited")),
        Err(no) => {
            let mut form = Form::typed(&at.ask.form, &[]);
            match answer::say(&mut form, &no) {
                Some(status) => Ok(page(&console, &at, status, form)),
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}

/// Sends the invitation again, to somebody who is a member of this account.
pub(super) async fn again(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let held = member::own(&console, &at).await?;
    let sent = developer::invite_again(&console.desk, &at.seat, &at.asker(), &held.id).await;
    match answer::known(&console, &at, sent)? {
        Ok(()) => Ok(see(&format!("/console/members/{}?done=invited", held.id))),
        Err(no) => {
            let mut form = member::filled(&held);
            match answer::say(&mut form, &no) {
                Some(status) => Ok(member::page(&console, &at, status, &held, form)),
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}
