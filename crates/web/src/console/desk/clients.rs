//! The clients of all accounts.

use super::listing::Pager;
use super::{answer, asked, frame, listing};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_model::client::Environment;
use tollgate_model::{AccountId, ClientFilter, ClientLine, Moment, State as Standing};

/// How many clients stand on a page.
const A_PAGE: u32 = 50;
/// Where the list is.
const HERE: &str = "/console/desk/clients";

#[derive(Template)]
#[template(path = "desk/clients.html")]
struct Page {
    frame: Frame,
    form: Form,
    environments: Vec<Choice>,
    states: Vec<Choice>,
    lines: Vec<Line>,
    /// The account that the list is narrowed to, by id and name.
    account: Option<(String, String)>,
    narrowed: bool,
    pager: Pager,
}

/// A client in a list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) account_name: String,
    pub(super) environment: &'static str,
    pub(super) environment_words: &'static str,
    pub(super) active: bool,
    pub(super) secrets: i64,
    pub(super) last_used: Option<Moment>,
}

/// The list, by name.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let text = asked::text(&console, &at, "q")?;
    let account = asked::text(&console, &at, "account")?;
    let filter = ClientFilter {
        account: (!account.is_empty()).then(|| AccountId::new(account)),
        text: (!text.is_empty()).then(|| text.to_owned()),
        environment: asked::word(&console, &at, "environment", Environment::of_str)?,
        state: asked::word(&console, &at, "state", Standing::of_str)?,
    };
    let paging = asked::page(&console, &at, A_PAGE)?;
    let of = match &filter.account {
        Some(id) => Some(answer::found(
            &console,
            &at,
            "account",
            console.desk.store.account(id).await,
        )?),
        None => None,
    };
    let listed = console.desk.store.client_lines(&filter, at.ask.now, &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let (environment, state) = (at.ask.asked("environment"), at.ask.asked("state"));
    let fields = [
        ("q", text),
        ("account", account),
        ("environment", environment),
        ("state", state),
    ];
    let mut frame = frame(&console, &at, "Clients", &[]);
    frame.lead = "The software of every account. Open one to look after it on its account's own pages.".to_owned();
    let page = Page {
        frame,
        form: Form::new()
            .with("q", text)
            .with("environment", environment)
            .with("state", state),
        environments: listing::options("Test and live", &[("test", "Test"), ("live", "Live")]),
        states: listing::options("Any state", &[("active", "Active"), ("disabled", "Disabled")]),
        account: of.map(|account| (account.id.to_string(), account.name)),
        narrowed: filter != ClientFilter::default(),
        pager: Pager::of(&listed, &paging, HERE, &fields),
        lines: listed.items.into_iter().map(line).collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

pub(super) fn line(line: ClientLine) -> Line {
    let client = line.client;
    Line {
        id: client.id.to_string(),
        name: client.name,
        account: client.account.to_string(),
        account_name: line.account_name,
        environment: client.environment.as_str(),
        environment_words: environment(client.environment),
        active: client.state == Standing::Active,
        secrets: line.secrets_alive,
        last_used: line.last_used,
    }
}

/// An environment in words.
pub(super) const fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Test => "Test",
        Environment::Live => "Live",
    }
}
