//! One route: shown, added, changed, deleted.

use super::confirm::Question;
use super::route_form::{self, Typed};
use super::routes::{self, Line};
use super::{answer, asked, frame, limits};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::route::{self, Add, Revise};
use tollgate_model::route::Access;
use tollgate_model::{Route, RouteId};

/// Where the list is.
const LIST: &str = "/console/desk/routes";

#[derive(Template)]
#[template(path = "desk/route.html")]
struct Page {
    frame: Frame,
    line: Line,
    route: Route,
    roles: Vec<String>,
    opens: Vec<String>,
    /// Limits, each with its name.
    limits: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "desk/route_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    /// As it stands now; absent for a new one.
    held: Option<(Route, Line)>,
    apis: Vec<Choice>,
    accesses: Vec<Choice>,
    actings: Vec<Choice>,
    id_tokens: Vec<Choice>,
    legacy: Vec<Choice>,
    back: String,
}

async fn held(console: &Console, at: &AtDesk) -> Result<Route, Response> {
    let id = RouteId::new(asked::part(&at.ask, 1));
    let routes = answer::known(console, at, console.desk.store.routes().await)?;
    let held = routes.into_iter().find(|route| route.id == id);
    held.ok_or_else(|| answer::no_page(console, at, &No::NotFound("route")))
}

/// The route.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let (roles, opens) = match &held.access {
        Access::Token {
            acting_user: Some(rule),
            ..
        } => (rule.roles.clone(), Vec::new()),
        Access::Token { .. } => (Vec::new(), Vec::new()),
        Access::Public { opens } => (Vec::new(), opens.iter().map(ToString::to_string).collect()),
    };
    let page = Page {
        frame: frame(&console, &at, held.id.as_str(), &[(LIST, "Routes")]),
        line: routes::line(&held),
        limits: held
            .limits
            .iter()
            .map(|limit| (limit.name.clone(), limits::told(limit)))
            .collect(),
        route: held,
        roles,
        opens,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form of a new one.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    form_page(&console, &at, StatusCode::OK, None, route_form::fresh()).await
}

/// The form of one that there is.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    if held.declared {
        return Ok(see(&format!("{LIST}/{}", held.id)));
    }
    let form = route_form::filled(&held);
    form_page(&console, &at, StatusCode::OK, Some(held), form).await
}

async fn form_page(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    held: Option<Route>,
    form: Form,
) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let back = held
        .as_ref()
        .map_or_else(|| LIST.to_owned(), |route| format!("{LIST}/{}", route.id));
    let mut crumbs = vec![(LIST, "Routes")];
    let title = match &held {
        Some(route) => {
            crumbs.push((back.as_str(), route.id.as_str()));
            "Edit route"
        }
        None => "New route",
    };
    let page = Edit {
        frame: frame(console, at, title, &crumbs),
        legacy: route_form::legacy(&console.desk.terms.transition.methods, &form),
        form,
        apis: route_form::apis(&apis),
        accesses: route_form::accesses(),
        actings: route_form::actings(),
        id_tokens: route_form::id_tokens(),
        held: held.map(|route| {
            let line = routes::line(&route);
            (route, line)
        }),
        back,
    };
    Ok(respond(status, &page.frame, &page))
}

/// What was typed, or the page again.
async fn typed(console: &Console, at: &AtDesk, held: Option<&Route>) -> Result<Typed, Response> {
    let mut form = Form::typed(&at.ask.form, &[]);
    match route_form::read(&at.ask, &mut form) {
        Some(typed) => Ok(typed),
        None => {
            let again = form_page(console, at, StatusCode::UNPROCESSABLE_ENTITY, held.cloned(), form);
            Err(again.await.unwrap_or_else(|response| response))
        }
    }
}

/// Adds one.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let typed = typed(&console, &at, None).await?;
    let id = at.ask.field("id").trim();
    let ask = Add {
        id: (!id.is_empty()).then(|| id.to_owned()),
        hosts: typed.hosts,
        methods: typed.methods,
        path: typed.path,
        access: typed.access,
        upstream: typed.upstream,
        id_token: typed.id_token,
        opaque: typed.opaque,
        legacy: typed.legacy,
        limits: typed.limits,
        assertion: typed.assertion,
    };
    let added = route::add(&console.desk, &at.asker(), &ask).await;
    match answer::known(&console, &at, added)? {
        Ok(route) => Ok(see(&format!("{LIST}/{}?done=route-saved", route.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            form_page(&console, &at, status, None, form).await
        }
    }
}

/// Saves one.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let typed = typed(&console, &at, Some(&held)).await?;
    let ask = Revise {
        hosts: Some(typed.hosts),
        methods: Some(typed.methods),
        path: Some(typed.path),
        access: Some(typed.access),
        upstream: Some(typed.upstream),
        id_token: Some(typed.id_token),
        opaque: Some(typed.opaque),
        legacy: Some(typed.legacy),
        limits: Some(typed.limits),
        assertion: Some(typed.assertion),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = route::revise(&console.desk, &at.asker(), &held.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(route) => Ok(see(&format!("{LIST}/{}?done=route-saved", route.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            form_page(&console, &at, status, Some(held), form).await
        }
    }
}

/// Asks whether one is to be deleted.
pub(super) async fn ask_delete(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let held = held(console, at).await?;
    let back = format!("{LIST}/{}", held.id);
    let crumbs = [(LIST, "Routes"), (back.as_str(), held.id.as_str())];
    Ok(Question {
        frame: frame(console, at, "Delete this route?", &crumbs),
        form: Form::new(),
        happens: vec![
            format!("Requests to {} fall to the next route that fits them.", held.path),
            "What fits none is answered 404. Every gateway follows within a second.".to_owned(),
        ],
        button: "Delete route",
        danger: true,
        back,
        along: vec![("seen", held.version.to_string())],
    })
}

/// Deletes it.
pub(super) async fn delete(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let (id, seen) = (RouteId::new(asked::part(&at.ask, 1)), asked::seen(&console, &at)?);
    let removed = route::remove(&console.desk, &at.asker(), &id, Some(seen)).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see(&format!("{LIST}?done=route-deleted"))),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}
