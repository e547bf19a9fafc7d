//! Webhooks of the account: the list, and adding one.

use super::way;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Choice, Form, Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::alerts::TOPICS;
use tollgate_issuer::developer;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::hook::{Add, MOST};
use tollgate_issuer::rights::Role;
use tollgate_model::{Hook, State as Standing};

#[derive(Template)]
#[template(path = "lookout/hooks.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    may: bool,
    full: bool,
    most: usize,
}

/// A webhook, as the list shows it.
struct Line {
    id: String,
    url: String,
    topics: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "lookout/hook_new.html")]
struct New {
    frame: Frame,
    form: Form,
    topics: Vec<Choice>,
}

/// A key, shown this once.
#[derive(Template)]
#[template(path = "lookout/hook_key.html")]
pub(super) struct Key<'a> {
    pub(super) frame: Frame,
    pub(super) id: String,
    pub(super) url: String,
    pub(super) key: &'a str,
    /// Whether it takes the place of another.
    pub(super) again: bool,
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let listed = way::done(&console, &at, developer::hooks(&console.desk, &at.seat).await)?;
    let mut frame = console.frame_at(&at, "Webhooks");
    frame.lead = "Addresses of yours that are told, signed, of what stands under Notices.".to_owned();
    let page = Page {
        frame,
        may: at.seat.may(Role::Developer),
        full: listed.len() >= MOST,
        lines: listed.iter().map(line).collect(),
        most: MOST,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(hook: &Hook) -> Line {
    Line {
        id: hook.id.to_string(),
        url: hook.url.clone(),
        topics: if hook.topics.is_empty() {
            "everything".to_owned()
        } else {
            hook.topics.join(", ")
        },
        active: hook.state == Standing::Active,
    }
}

/// The form for a new one.
pub(super) async fn new(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    Ok(form(&console, &at, StatusCode::OK, Form::new()))
}

/// Adds one, and shows its key.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let ask = Add {
        url: at.ask.field("url").to_owned(),
        topics: at.ask.fields("topics").into_iter().map(str::to_owned).collect(),
    };
    let made = developer::add_hook(&console.desk, &at.seat, &at.asker(), &ask).await;
    match way::known(&console, &at, made)? {
        Ok(made) => {
            let mut frame = console.frame_at(&at, "Your webhook is ready");
            frame.crumbs = crumbs();
            let page = Key {
                frame,
                id: made.hook.id.to_string(),
                url: made.hook.url,
                key: &made.key,
                again: false,
            };
            Ok(respond(StatusCode::OK, &page.frame, &page))
        }
        Err(no) => {
            let mut typed = Form::typed(&at.ask.form, &[]);
            say(&mut typed, &no).ok_or_else(|| console.no(at.seat.who(), &at.ask, &no))?;
            Ok(form(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, typed))
        }
    }
}

fn form(console: &Console, at: &AtAccount, status: StatusCode, form: Form) -> Response {
    let mut frame = console.frame_at(at, "New webhook");
    frame.crumbs = crumbs();
    let page = New {
        frame,
        form,
        topics: topics(),
    };
    respond(status, &page.frame, &page)
}

/// The way to every page about one webhook.
pub(super) fn crumbs() -> Vec<Link> {
    vec![Link::new("/console/hooks", "Webhooks")]
}

/// What a webhook can be told of.
pub(super) fn topics() -> Vec<Choice> {
    let means = |topic: &str| match topic {
        "secret.expiring" => "A secret ends in 30, 7 or 1 days.",
        "secret.old_used" => "A secret was used although it has a successor.",
        "secret.unused" => "A secret was not used for 90 days.",
        "secret.leaked" => "A secret was found in public.",
        "client.refused_burst" => "Many requests of a client were refused in a short time.",
        "request.decided" => "A request for a client was decided.",
        "transition.notice" => "An old way of authenticating that you still use comes to its end.",
        _ => "",
    };
    TOPICS
        .into_iter()
        .map(|topic| Choice::new(topic, topic, means(topic)))
        .collect()
}

/// Says in the form why it was refused; none when that is about no form.
pub(super) fn say(form: &mut Form, no: &No) -> Option<()> {
    match no {
        No::Invalid { field: "url", problem } => form.refuse("url", way::told("The address", problem)),
        No::Invalid { field, problem } => form.refuse(field, way::told("This", problem)),
        No::Taken { field } => form.refuse(field, "You have a webhook with this address already."),
        No::InUse(words) => form.refuse_whole(way::told("", words)),
        No::Stale(_) => form.refuse_whole(
            "Somebody changed this webhook while you looked at it, so nothing was done. What you typed is still here; \
             if you still want it, press the button again.",
        ),
        No::NotFound(_) | No::Forbidden(_) | No::Declared(_) => return None,
    }
    Some(())
}
