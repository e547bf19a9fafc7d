//! Troubleshooting: the last requests of the account's clients.

use super::way;
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::registry::No;
use tollgate_model::call::CallFilter;
use tollgate_model::{Call, ClientId, Moment};

/// How many requests stand on a page.
const A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "lookout/calls.html")]
struct Page {
    frame: Frame,
    form: Form,
    clients: Vec<Choice>,
    lines: Vec<Line>,
    /// Whether only some were asked for.
    narrowed: bool,
    first: String,
    next: String,
}

/// A request, as a list shows it.
struct Line {
    at: Moment,
    place: &'static str,
    client: String,
    /// Whether it came by an old way of authenticating: then there is an account and no client.
    old: bool,
    what: String,
    status: u16,
    tone: &'static str,
    code: String,
    request: String,
}

/// The list, or the way to the one request that was asked for.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let page = way::page(&console, &at, A_PAGE, true)?;
    let client = way::word(&console, &at, "client")?;
    let request = at.ask.asked("request").trim();
    let refused = !at.ask.asked("refused").is_empty();
    let mut form = Form::new().with("client", client).with("request", request);
    if refused {
        form = form.with("refused", "yes");
    }
    let mut status = StatusCode::OK;
    if !request.is_empty() {
        match way::known(&console, &at, developer::call(&console.desk, &at.seat, request).await)? {
            Ok(found) => match found.first() {
                Some(call) => return Ok(see(&format!("/console/calls/{}", call.request))),
                None => {
                    status = StatusCode::NOT_FOUND;
                    form.refuse(
                        "request",
                        "No request of your account has this id. Requests are kept for a week, and show up a second \
                         or two after they were answered.",
                    );
                }
            },
            Err(No::Invalid { problem, .. }) => {
                status = StatusCode::UNPROCESSABLE_ENTITY;
                form.refuse("request", way::told("This", &problem));
            }
            Err(no) => return Err(console.no(at.seat.who(), &at.ask, &no)),
        }
    }
    let filter = CallFilter {
        client: (!client.is_empty()).then(|| ClientId::new(client)),
        refused,
        ..CallFilter::default()
    };
    let listed = way::done(
        &console,
        &at,
        developer::calls(&console.desk, &at.seat, &filter, &page).await,
    )?;
    let clients = clients(&console, &at, client, "All clients").await?;
    let lines = listed.items.into_iter().map(|call| line(call, &clients)).collect();
    let fields = [("client", client), ("refused", if refused { "yes" } else { "" })];
    let next = listed.next.unwrap_or_default();
    let page = Page {
        frame: frame(&console, &at),
        form,
        clients,
        lines,
        narrowed: !client.is_empty() || refused,
        first: match &page.after {
            Some(_) => way::link("/console/calls", &fields),
            None => String::new(),
        },
        next: match next.as_str() {
            "" => String::new(),
            next => way::link("/console/calls", &[fields.as_slice(), &[("after", next)]].concat()),
        },
    };
    Ok(respond(status, &page.frame, &page))
}

fn frame(console: &Console, at: &AtAccount) -> Frame {
    let mut frame = console.frame_at(at, "Troubleshooting");
    frame.lead =
        "The last requests of your clients, at the token endpoint and at the gateway: what became of each, why, \
                  and what to do about it."
            .to_owned();
    frame
}

/// The account's clients to choose from; a client that is asked for stands among them, whatever there is.
pub(super) async fn clients(
    console: &Console,
    at: &AtAccount,
    asked: &str,
    all: &str,
) -> Result<Vec<Choice>, Response> {
    let page = tollgate_model::Page::first();
    let found = developer::clients(&console.desk, &at.seat, &developer::Narrow::default(), &page).await;
    let found = way::done(console, at, found)?;
    let mut choices = vec![Choice::new("", all, "")];
    choices.extend(found.items.into_iter().map(|line| {
        let client = line.client;
        Choice::new(
            client.id.as_str(),
            format!("{} ({})", client.name, client.environment.as_str()),
            "",
        )
    }));
    if !asked.is_empty() && !choices.iter().any(|choice| choice.value == asked) {
        choices.push(Choice::new(asked, asked, ""));
    }
    Ok(choices)
}

fn line(call: Call, clients: &[Choice]) -> Line {
    let client = call.client.as_ref().map(ClientId::as_str).unwrap_or_default();
    let name = clients
        .iter()
        .find(|choice| choice.value == client && !client.is_empty());
    Line {
        at: call.at,
        place: place(&call),
        old: old(&call),
        client: name.map_or_else(|| client.to_owned(), |choice| choice.label.clone()),
        what: format!("{} {}", call.method, call.path),
        status: call.status,
        tone: tone(call.status),
        code: call.code.unwrap_or_default(),
        request: call.request,
    }
}

/// Whether a request came by an old way of authenticating: whose it is is known, and no client is named.
pub(super) const fn old(call: &Call) -> bool {
    call.account.is_some() && call.client.is_none()
}

/// Where a request was answered, in words.
pub(super) const fn place(call: &Call) -> &'static str {
    match call.place {
        tollgate_model::call::Place::Issuer => "Issuer",
        tollgate_model::call::Place::Gateway => "Gateway",
    }
}

/// The tone of a status code's badge.
pub(super) const fn tone(status: u16) -> &'static str {
    match status {
        ..400 => "active",
        400..500 => "expiring",
        _ => "expired",
    }
}
