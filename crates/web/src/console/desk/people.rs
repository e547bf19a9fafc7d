//! The people who sign in, and inviting an operator.

use super::listing::Pager;
use super::{answer, asked, frame, listing};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;
use tollgate_issuer::registry::{No, user};
use tollgate_model::{Listed, Moment, State as Standing, User};

/// How many people stand on a page.
const A_PAGE: u32 = 50;
/// Where the list is.
const HERE: &str = "/console/desk/people";

#[derive(Template)]
#[template(path = "desk/people.html")]
struct Page {
    frame: Frame,
    form: Form,
    kinds: Vec<Choice>,
    lines: Vec<Line>,
    sought: String,
    pager: Pager,
}

struct Line {
    id: String,
    name: String,
    email: String,
    operator: bool,
    active: bool,
    invited: bool,
    second_factor: bool,
    created: Moment,
}

#[derive(Template)]
#[template(path = "desk/person_new.html")]
struct New {
    frame: Frame,
    form: Form,
    works: String,
}

/// The list; with a whole address, the one who has it.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let email = asked::text(&console, &at, "email")?;
    let kind = asked::word(&console, &at, "kind", |word| {
        (word == "operators").then_some("operators")
    })?;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = if email.is_empty() {
        answer::known(&console, &at, user::list(&console.desk, kind.is_some(), &paging).await)?
    } else {
        one(&console, &at, email, kind.is_some()).await?
    };
    let kind = kind.unwrap_or_default();
    let mut frame = frame(&console, &at, "People", &[]);
    frame.lead = "Everybody who signs in: people of accounts, and those who run the place.".to_owned();
    let page = Page {
        frame,
        form: Form::new().with("email", email).with("kind", kind),
        kinds: listing::options("Everybody", &[("operators", "Operators")]),
        sought: email.to_owned(),
        pager: Pager::of(&listed, &paging, HERE, &[("kind", kind)]),
        lines: listed.items.into_iter().map(line).collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

async fn one(console: &Console, at: &AtDesk, email: &str, operators: bool) -> Result<Listed<User>, Response> {
    let found = match answer::known(console, at, user::find(&console.desk, email).await)? {
        Ok(user) => Some(user).filter(|user| user.operator || !operators),
        // What is no address is nobody's.
        Err(No::NotFound(_) | No::Invalid { .. }) => None,
        Err(no) => return Err(answer::no_page(console, at, &no)),
    };
    Ok(Listed {
        items: found.into_iter().collect(),
        next: None,
    })
}

fn line(user: User) -> Line {
    Line {
        id: user.id.to_string(),
        name: user.name,
        email: user.email,
        operator: user.operator,
        active: user.state == Standing::Active,
        invited: user.password.is_none(),
        second_factor: user.totp.is_some(),
        created: user.created,
    }
}

/// The form of an operator's invitation.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    answer::proved(&console, &at)?;
    Ok(new(&console, &at, StatusCode::OK, Form::new()))
}

fn new(console: &Console, at: &AtDesk, status: StatusCode, form: Form) -> Response {
    let mut frame = frame(console, at, "Invite an operator", &[(HERE, "People")]);
    frame.lead = "Somebody who works here, and sees and does everything that you do.".to_owned();
    let page = New {
        frame,
        form,
        works: words::span(console.desk.terms.console.sessions.invitation),
    };
    respond(status, &page.frame, &page)
}

/// Invites them.
pub(super) async fn invite(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    answer::proved(&console, &at)?;
    let (email, name) = (at.ask.field("email"), at.ask.field("name"));
    let invited = link::invite_operator(&console.desk, &at.asker(), email, name).await;
    match answer::known(&console, &at, invited)? {
        Ok(user) => Ok(see(&format!("{HERE}/{}?done=invited", user.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(new(&console, &at, status, form))
        }
    }
}
