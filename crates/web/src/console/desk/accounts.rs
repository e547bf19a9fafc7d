//! The accounts, and opening one.

use super::listing::Pager;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::account::{self, Open};
use tollgate_model::{Account, Api, ApiId, Moment, State as Standing};

/// How many accounts stand on a page.
const A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "desk/accounts.html")]
struct Page {
    frame: Frame,
    form: Form,
    sought: String,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    id: String,
    name: String,
    active: bool,
    live: bool,
    apis: String,
    created: Moment,
}

#[derive(Template)]
#[template(path = "desk/account_new.html")]
struct New {
    frame: Frame,
    form: Form,
    all: Vec<Choice>,
    apis: Vec<Choice>,
    /// The client that it gets with it; empty for none.
    default: String,
}

/// The list; with a search by name or id.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let sought = asked::text(&console, &at, "q")?;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = console.desk.store.accounts_like(sought, &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let mut frame = frame(&console, &at, "Accounts", &[]);
    frame.lead = "The customer firms. Everything that calls an API belongs to one.".to_owned();
    let page = Page {
        frame,
        form: Form::new().with("q", sought),
        sought: sought.to_owned(),
        pager: Pager::of(&listed, &paging, "/console/desk/accounts", &[("q", sought)]),
        lines: listed.items.into_iter().map(line).collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(account: Account) -> Line {
    Line {
        id: account.id.to_string(),
        name: account.name,
        active: account.state == Standing::Active,
        live: account.live,
        apis: account.apis.map_or_else(
            || "all".to_owned(),
            |apis| apis.iter().map(ApiId::as_str).collect::<Vec<_>>().join(", "),
        ),
        created: account.created,
    }
}

/// The form of a new account.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let form = Form::new().with("all", "yes");
    new(&console, &at, StatusCode::OK, form).await
}

async fn new(console: &Console, at: &AtDesk, status: StatusCode, form: Form) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let mut frame = frame(console, at, "New account", &[("/console/desk/accounts", "Accounts")]);
    frame.lead = "One for each customer firm. Its people are invited next.".to_owned();
    let default = console.desk.terms.console.default_client.as_ref();
    let page = New {
        frame,
        form,
        all: which_apis(),
        apis: choices(&apis),
        default: default.map(|client| client.name.clone()).unwrap_or_default(),
    };
    Ok(respond(status, &page.frame, &page))
}

/// Opens it.
pub(super) async fn open(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let ask = Open {
        name: at.ask.field("name").to_owned(),
        live: !at.ask.field("live").is_empty(),
        apis: chosen(&at),
    };
    let opened = account::open(&console.desk, &at.asker(), &ask).await;
    match answer::known(&console, &at, opened)? {
        Ok(opened) => Ok(see(&format!(
            "/console/desk/accounts/{}?done=account-created",
            opened.account.id
        ))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            new(&console, &at, status, form).await
        }
    }
}

/// All APIs, or some of them: absent is all.
pub(super) fn which_apis() -> Vec<Choice> {
    vec![
        Choice::new("yes", "All APIs", "Also those that come later."),
        Choice::new("no", "Only these", "The ones that are ticked below."),
    ]
}

pub(super) fn choices(apis: &[Api]) -> Vec<Choice> {
    apis.iter()
        .map(|api| Choice::new(api.id.as_str(), &api.name, &api.audience))
        .collect()
}

/// The APIs that a form chose; none: all.
pub(super) fn chosen(at: &AtDesk) -> Option<Vec<ApiId>> {
    (at.ask.field("all") != "yes").then(|| at.ask.fields("apis").into_iter().map(ApiId::new).collect())
}
