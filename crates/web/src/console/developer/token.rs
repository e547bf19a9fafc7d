//! A token at a click (SE-2, SE-3).

use super::{answer, credentials, head};
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::rights::Role;
use tollgate_issuer::token::answer::TokenAnswer;
use tollgate_model::client::Environment;
use tollgate_model::{ApiId, Fault, Moment};

#[derive(Template)]
#[template(path = "developer/token.html")]
struct Page {
    frame: Frame,
    id: String,
    token: String,
    scope: String,
    audience: String,
    lifetime: i64,
    expires: Moment,
    live: bool,
}

/// The token's page cannot be asked for again.
pub(super) async fn back(at: AtAccount) -> Response {
    see(&format!("/console/clients/{}", answer::client(&at.ask)))
}

/// Issues one, and shows it, this once.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let id = answer::client(&at.ask);
    let api = ApiId::new(at.ask.field("api"));
    let shown = developer::show(&console.desk, &at.seat, &id).await;
    let shown = answer::done(&console, &at, shown)?;
    let apis = developer::apis(&console.desk, &at.seat).await;
    let apis = answer::done(&console, &at, apis)?;
    let tested = developer::test_token(&console.desk, &at.seat, &at.asker(), &id, &api).await;
    let token = match answer::known(&console, &at, tested)? {
        Ok(token) => token,
        Err(no) => {
            let mut form = Form::typed(&at.ask.form, &[]);
            return match answer::say(&mut form, &no) {
                Some(status) => credentials::page(&console, &at, status, form).await,
                None => Err(console.no(at.seat.who(), &at.ask, &no)),
            };
        }
    };
    let (token, scope, lifetime) = answer::known(&console, &at, members(&token))?;
    let client = &shown.owned.record().client;
    let page = Page {
        frame: head::below(&console, &at, client, "Your access token"),
        id: client.id.to_string(),
        token,
        scope,
        audience: apis
            .into_iter()
            .find(|held| held.id == api)
            .map(|api| api.audience)
            .unwrap_or_default(),
        lifetime,
        expires: at.ask.now.plus(lifetime),
        live: client.environment == Environment::Live,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The token, its scopes and its seconds, as the token endpoint would say them.
fn members(answer: &TokenAnswer) -> Result<(String, String, i64), Fault> {
    let said = serde_json::to_value(answer).map_err(|e| Fault::defect("writing a token answer", e))?;
    let text = |name: &str| said.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let seconds = said.get("expires_in").and_then(Value::as_i64).unwrap_or_default();
    Ok((text("access_token"), text("scope"), seconds))
}
