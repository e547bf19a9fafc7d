//! Requests for clients.

use super::listing::Pager;
use super::{answer, asked, clients, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use tollgate_issuer::registry::application;
use tollgate_model::application::ApplicationState;
use tollgate_model::{AccountId, Application, Moment};

/// How many requests stand on a page.
const A_PAGE: u32 = 50;
/// Where the list is.
const HERE: &str = "/console/desk/applications";

#[derive(Template)]
#[template(path = "desk/applications.html")]
struct Page {
    frame: Frame,
    form: Form,
    states: Vec<Choice>,
    lines: Vec<Line>,
    pending: bool,
    /// The account that the list is narrowed to, by id; empty for all.
    account: String,
    pager: Pager,
}

/// A request in a list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) account: String,
    pub(super) account_name: String,
    pub(super) environment: &'static str,
    pub(super) environment_words: &'static str,
    pub(super) tone: &'static str,
    pub(super) state: &'static str,
    pub(super) created: Moment,
    pub(super) decided: Option<Moment>,
}

/// The list, newest first: those that wait, unless others are asked for.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let of_str = |word: &str| match word {
        "all" => Some(None),
        word => ApplicationState::of_str(word).map(Some),
    };
    let state = asked::word(&console, &at, "state", of_str)?.unwrap_or(Some(ApplicationState::Pending));
    let account = asked::text(&console, &at, "account")?;
    let of = (!account.is_empty()).then(|| AccountId::new(account));
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = application::list(&console.desk, of.as_ref(), state, &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let mut names = BTreeMap::new();
    for held in &listed.items {
        if !names.contains_key(&held.account) {
            let account = console.desk.store.account(&held.account).await;
            let account = answer::known(&console, &at, account)?;
            names.insert(held.account.clone(), account.map(|account| account.name));
        }
    }
    let name = |id: &AccountId| names.get(id).cloned().flatten().unwrap_or_else(|| id.to_string());
    let word = state.map_or("all", ApplicationState::as_str);
    let mut frame = frame(&console, &at, "Requests", &[]);
    frame.lead = "Clients that accounts asked for. A request is answered once, and the account is told.".to_owned();
    let page = Page {
        frame,
        form: Form::new().with("state", word),
        states: [
            ("pending", "Waiting"),
            ("approved", "Approved"),
            ("declined", "Declined"),
            ("all", "All"),
        ]
        .map(|(value, label)| Choice::new(value, label, ""))
        .to_vec(),
        pending: state == Some(ApplicationState::Pending),
        account: account.to_owned(),
        pager: Pager::of(&listed, &paging, HERE, &[("state", word), ("account", account)]),
        lines: listed
            .items
            .iter()
            .map(|held| line(held, name(&held.account)))
            .collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

pub(super) fn line(held: &Application, account_name: String) -> Line {
    let (tone, state) = match held.state {
        ApplicationState::Pending => ("pending", "Waiting"),
        ApplicationState::Approved => ("active", "Approved"),
        ApplicationState::Declined => ("disabled", "Declined"),
    };
    Line {
        id: held.id.to_string(),
        name: held.name.clone(),
        account: held.account.to_string(),
        account_name,
        environment: held.environment.as_str(),
        environment_words: clients::environment(held.environment),
        tone,
        state,
        created: held.created,
        decided: held.decided,
    }
}
