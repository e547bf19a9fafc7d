//! A client's name and state, and what cannot be undone.

use super::answer;
use super::head::{self, Head, Tab};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::rights::Role;
use tollgate_model::{Client, Fault, Moment, Version};

#[derive(Template)]
#[template(path = "developer/settings.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    may: bool,
    seen: Version,
    created: Moment,
    methods: Vec<&'static str>,
    /// Whether it keeps no secret.
    public: bool,
    /// On whose behalf its calls count; empty for nobody.
    owner: String,
    /// The name on record.
    name: String,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let shown = show(&console, &at).await?;
    let form = Form::new().with("name", &shown.owned.record().client.name);
    page(&console, &at, StatusCode::OK, &shown, form).await
}

async fn show(console: &Console, at: &AtAccount) -> Result<Shown, Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    answer::done(console, at, shown)
}

async fn page(
    console: &Console,
    at: &AtAccount,
    status: StatusCode,
    shown: &Shown,
    form: Form,
) -> Result<Response, Response> {
    let client = &shown.owned.record().client;
    let owner = answer::known(console, at, owner(console, client).await)?;
    let (frame, head) = head::of(console, at, client, Tab::Settings);
    let page = Page {
        frame,
        head,
        form,
        may: at.seat.may(Role::Developer),
        seen: client.version,
        created: client.created,
        methods: client.auth_methods.iter().map(|method| method.as_str()).collect(),
        public: client.is_public(),
        owner,
        name: client.name.clone(),
    };
    Ok(respond(status, &page.frame, &page))
}

async fn owner(console: &Console, client: &Client) -> Result<String, Fault> {
    let Some(id) = &client.owner else {
        return Ok(String::new());
    };
    let member = console.desk.store.member(id).await?;
    Ok(member
        .map(|member| format!("{} ({})", member.name, member.email))
        .unwrap_or_default())
}

/// Gives it another name.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (id, seen) = (answer::client(&at.ask), answer::seen(&console, &at)?);
    let name = at.ask.field("name");
    let renamed = developer::rename(&console.desk, &at.seat, &at.asker(), &id, name, Some(seen)).await;
    match answer::known(&console, &at, renamed)? {
        Ok(_) => Ok(see(&format!("/console/clients/{id}/settings?done=client-saved"))),
        Err(no) => {
            let now = show(&console, &at).await?;
            let mut form = Form::typed(&at.ask.form, &[]);
            match answer::say(&mut form, &no) {
                Some(status) => page(&console, &at, status, &now, form).await,
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            }
        }
    }
}
