//! One API: shown, added, changed, deleted.

use super::api_form::{self, Typed, Unread};
use super::confirm::Question;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::api::{self, Add, Revise};
use tollgate_model::route::Access;
use tollgate_model::{Api, ApiId, Route};

/// Where the list is.
const LIST: &str = "/console/desk/apis";

#[derive(Template)]
#[template(path = "desk/api.html")]
struct Page {
    frame: Frame,
    api: Api,
    algorithm: &'static str,
    profile: &'static str,
    unasked: &'static str,
    routes: Vec<Route>,
}

#[derive(Template)]
#[template(path = "desk/api_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    /// As it stands now; absent for a new one.
    held: Option<Api>,
    algorithms: Vec<Choice>,
    profiles: Vec<Choice>,
    unaskeds: Vec<Choice>,
    back: String,
}

async fn held(console: &Console, at: &AtDesk) -> Result<Api, Response> {
    let id = ApiId::new(asked::part(&at.ask, 1));
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let held = apis.into_iter().find(|api| api.id == id);
    held.ok_or_else(|| answer::no_page(console, at, &No::NotFound("api")))
}

/// The API.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let mut routes = answer::known(&console, &at, console.desk.store.routes().await)?;
    routes.retain(|route| matches!(&route.access, Access::Token { api, .. } if *api == held.id));
    let page = Page {
        frame: frame(&console, &at, &held.name, &[(LIST, "APIs")]),
        algorithm: held.algorithm.name(),
        profile: api_form::profile_words(held.profile),
        unasked: api_form::unasked_words(held.unasked),
        api: held,
        routes,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form of a new one.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Response {
    form_page(&console, &at, StatusCode::OK, None, api_form::fresh())
}

/// The form of one that there is.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    if held.declared {
        return Ok(see(&format!("{LIST}/{}", held.id)));
    }
    let form = api_form::filled(&held);
    Ok(form_page(&console, &at, StatusCode::OK, Some(held), form))
}

fn form_page(console: &Console, at: &AtDesk, status: StatusCode, held: Option<Api>, form: Form) -> Response {
    let back = held
        .as_ref()
        .map_or_else(|| LIST.to_owned(), |api| format!("{LIST}/{}", api.id));
    let mut crumbs = vec![(LIST, "APIs")];
    let title = match &held {
        Some(api) => {
            crumbs.push((back.as_str(), api.name.as_str()));
            "Edit API"
        }
        None => "New API",
    };
    let page = Edit {
        frame: frame(console, at, title, &crumbs),
        form,
        algorithms: api_form::algorithms(),
        profiles: api_form::profiles(),
        unaskeds: api_form::unaskeds(),
        held,
        back,
    };
    respond(status, &page.frame, &page)
}

/// What was typed; or the page again, or a page for what no form of ours sends.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn typed(console: &Console, at: &AtDesk, held: Option<&Api>) -> Result<Typed, Response> {
    api_form::read(&at.ask).map_err(|unread| match unread {
        Unread::Word => answer::malformed(console, at),
        Unread::Lifetime => {
            let mut form = Form::typed(&at.ask.form, &[]);
            form.refuse("lifetime", "The lifetime must be a number of seconds.");
            form_page(console, at, StatusCode::UNPROCESSABLE_ENTITY, held.cloned(), form)
        }
    })
}

/// Adds one.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let typed = typed(&console, &at, None)?;
    let ask = Add {
        id: at.ask.field("id").trim().to_owned(),
        audience: at.ask.field("audience").trim().to_owned(),
        name: typed.name,
        scopes: typed.scopes,
        unasked: typed.unasked,
        lifetime: typed.lifetime,
        algorithm: typed.algorithm,
        profile: typed.profile,
    };
    let added = api::add(&console.desk, &at.asker(), &ask).await;
    match answer::known(&console, &at, added)? {
        Ok(api) => Ok(see(&format!("{LIST}/{}?done=api-saved", api.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(form_page(&console, &at, status, None, form))
        }
    }
}

/// Saves one.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let typed = typed(&console, &at, Some(&held))?;
    let ask = Revise {
        name: Some(typed.name),
        scopes: Some(typed.scopes),
        unasked: Some(typed.unasked),
        lifetime: Some(typed.lifetime),
        algorithm: Some(typed.algorithm),
        profile: Some(typed.profile),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = api::revise(&console.desk, &at.asker(), &held.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(api) => Ok(see(&format!("{LIST}/{}?done=api-saved", api.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(form_page(&console, &at, status, Some(held), form))
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
    Ok(Question {
        frame: frame(console, at, "Delete this API?", &[(LIST, "APIs"), (&back, &held.name)]),
        form: Form::new(),
        happens: vec![
            format!("Nobody gets tokens for {} any more.", held.audience),
            "It is refused while a client has a grant for it, a route wants its tokens, or an account names it."
                .to_owned(),
        ],
        button: "Delete API",
        danger: true,
        back,
        along: vec![("seen", held.version.to_string())],
    })
}

/// Deletes it.
pub(super) async fn delete(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let (id, seen) = (ApiId::new(asked::part(&at.ask, 1)), asked::seen(&console, &at)?);
    let removed = api::remove(&console.desk, &at.asker(), &id, Some(seen)).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see(&format!("{LIST}?done=api-deleted"))),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}
