//! The account's requests for clients.

use super::clients::{Way, tabs};
use super::maker::Makers;
use super::{answer, head};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::terms::console::Creation;
use tollgate_model::application::ApplicationState;
use tollgate_model::{Application, Moment};

/// How many requests stand on a page.
const A_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "developer/applications.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    lines: Vec<Line>,
    requests: bool,
    first: String,
    more: String,
}

#[derive(Template)]
#[template(path = "developer/application.html")]
struct One {
    frame: Frame,
    line: Line,
    api: String,
    audience: String,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    logout_uris: Vec<String>,
    note: String,
    by: String,
    email: String,
    answer: String,
    client: String,
}

struct Line {
    id: String,
    name: String,
    environment: &'static str,
    environment_words: &'static str,
    tone: &'static str,
    state: &'static str,
    created: Moment,
    decided: Option<Moment>,
}

impl One {
    fn approved(&self) -> bool {
        !self.client.is_empty()
    }
}

/// The list, newest first; where nothing is requested, on to the clients.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    if console.desk.terms.console.creation != Creation::Request {
        return Ok(see("/console/clients"));
    }
    let Some(paging) = answer::page(&at.ask, A_PAGE) else {
        return Err(answer::malformed(&console, &at));
    };
    let listed = developer::applications(&console.desk, &at.seat, None, &paging).await;
    let listed = answer::done(&console, &at, listed)?;
    let terms = &console.desk.terms.console;
    let mut frame = console.frame_at(&at, &terms.words.section);
    frame.lead = "What you asked us for, and what became of it.".to_owned();
    let path = "/console/applications";
    let page = Page {
        frame,
        tabs: tabs(&console, path),
        lines: listed.items.iter().map(line).collect(),
        requests: Way::of(&at.seat, terms) == Way::Request,
        first: if paging.after.is_some() {
            path.to_owned()
        } else {
            String::new()
        },
        more: listed
            .next
            .map(|after| answer::link(path, &[("after", &after)]))
            .unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// One of them.
pub(super) async fn one(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let found = developer::application(&console.desk, &at.seat, &answer::application(&at.ask)).await;
    let found = answer::done(&console, &at, found)?;
    let apis = answer::known(&console, &at, console.desk.store.apis().await)?;
    let api = apis.into_iter().find(|api| api.id == found.api);
    let by = Makers::default().name(&console.desk, &found.asked_by).await;
    let by = answer::known(&console, &at, by)?;
    let mut frame = console.frame_at(&at, &found.name);
    frame.crumbs = vec![Link::new("/console/applications", "Requests")];
    let page = One {
        frame,
        line: line(&found),
        audience: api.as_ref().map(|api| api.audience.clone()).unwrap_or_default(),
        api: api.map_or_else(|| found.api.to_string(), |api| api.name),
        scopes: found.scopes.as_slice().to_vec(),
        redirect_uris: found.redirect_uris,
        logout_uris: found.logout_uris,
        note: found.note,
        by,
        email: found.email,
        answer: found.answer.unwrap_or_default(),
        client: found.client.map(|id| id.to_string()).unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(application: &Application) -> Line {
    let (tone, state) = match application.state {
        ApplicationState::Pending => ("pending", "Waiting"),
        ApplicationState::Approved => ("active", "Approved"),
        ApplicationState::Declined => ("disabled", "Declined"),
    };
    Line {
        id: application.id.to_string(),
        name: application.name.clone(),
        environment: application.environment.as_str(),
        environment_words: head::environment(application.environment),
        tone,
        state,
        created: application.created,
        decided: application.decided,
    }
}
