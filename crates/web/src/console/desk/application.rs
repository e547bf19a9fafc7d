//! One request for a client, and the answer to it (3E-5).

use super::applications::{self, Line};
use super::who::{Names, Who};
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
use tollgate_issuer::registry::application::{self, Approve};
use tollgate_model::application::ApplicationState;
use tollgate_model::{Api, Application, ApplicationId};

#[derive(Template)]
#[template(path = "desk/application.html")]
struct Page {
    frame: Frame,
    /// The form of a yes.
    yes: Form,
    /// The form of a no.
    no: Form,
    line: Line,
    held: Application,
    by: Who,
    api: String,
    audience: String,
    wanted: Vec<String>,
    scopes: Vec<Choice>,
    pending: bool,
    client: String,
    said: String,
}

/// The request, with the forms of both answers while it waits.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let yes = filled(&held);
    page(&console, &at, StatusCode::OK, held, (yes, Form::new())).await
}

async fn held(console: &Console, at: &AtDesk) -> Result<Application, Response> {
    let shown = application::show(&console.desk, &id(at)).await;
    answer::done(console, at, shown)
}

fn id(at: &AtDesk) -> ApplicationId {
    ApplicationId::new(asked::part(&at.ask, 1))
}

/// A yes as it was asked for.
fn filled(held: &Application) -> Form {
    held.scopes
        .iter()
        .fold(Form::new(), |form, scope| form.with("scopes", scope))
}

async fn page(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    held: Application,
    (yes, no): (Form, Form),
) -> Result<Response, Response> {
    let account = answer::known(console, at, console.desk.store.account(&held.account).await)?;
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let by = answer::known(console, at, Names::default().of(&console.desk, &held.asked_by).await)?;
    let api = apis.into_iter().find(|api| api.id == held.api);
    let name = account.map_or_else(|| held.account.to_string(), |account| account.name);
    let page = Page {
        frame: frame(console, at, &held.name, &[("/console/desk/applications", "Requests")]),
        yes,
        no,
        line: applications::line(&held, name),
        by,
        audience: api.as_ref().map(|api| api.audience.clone()).unwrap_or_default(),
        scopes: api.as_ref().map(scopes).unwrap_or_default(),
        api: api.map_or_else(|| held.api.to_string(), |api| api.name),
        wanted: held.scopes.as_slice().to_vec(),
        pending: held.state == ApplicationState::Pending,
        client: held.client.as_ref().map(ToString::to_string).unwrap_or_default(),
        said: held.answer.clone().unwrap_or_default(),
        held,
    };
    Ok(respond(status, &page.frame, &page))
}

fn scopes(api: &Api) -> Vec<Choice> {
    let words = &api.scopes;
    words
        .iter()
        .map(|word| Choice::new(&word.name, &word.name, &word.description))
        .collect()
}

/// Approves it: the client is there then, and has no secret yet.
pub(super) async fn approve(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let ask = Approve {
        scopes: Some(at.ask.fields("scopes").into_iter().map(str::to_owned).collect()),
        answer: at.ask.field("answer").to_owned(),
        seen: Some(asked::seen(&console, &at)?),
    };
    let id = id(&at);
    let approved = application::approve(&console.desk, &at.asker(), &id, &ask).await;
    match answer::known(&console, &at, approved)? {
        Ok(_) => Ok(see(&format!("/console/desk/applications/{id}?done=approved"))),
        Err(no) => refused(&console, &at, &no, |form| (form, Form::new())).await,
    }
}

/// Declines it, with words.
pub(super) async fn decline(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let seen = asked::seen(&console, &at)?;
    let id = id(&at);
    // Both forms stand on one page: this one's words have a name of their own.
    let words = at.ask.field("words");
    let declined = application::decline(&console.desk, &at.asker(), &id, words, Some(seen)).await;
    match answer::known(&console, &at, declined)? {
        Ok(_) => Ok(see(&format!("/console/desk/applications/{id}?done=declined"))),
        Err(no) => {
            let to_words = |mut form: Form| {
                let fault = form.fault("answer").to_owned();
                if !fault.is_empty() {
                    form.refuse("words", fault);
                }
                (Form::new(), form)
            };
            refused(&console, &at, &no, to_words).await
        }
    }
}

/// The page again, with the fault in the form that was sent.
async fn refused(
    console: &Console,
    at: &AtDesk,
    no: &No,
    forms: impl FnOnce(Form) -> (Form, Form),
) -> Result<Response, Response> {
    let (status, form) = answer::again(console, at, no)?;
    let held = held(console, at).await?;
    let (yes, no) = forms(form);
    let yes = if yes.is_refused() { yes } else { filled(&held) };
    page(console, at, status, held, (yes, no)).await
}
