//! The APIs: what tokens are for.

use super::{answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_model::Api;

#[derive(Template)]
#[template(path = "desk/apis.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    audience: String,
    scopes: usize,
    lifetime: i64,
    algorithm: &'static str,
    declared: bool,
}

/// The list, by id.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let apis = answer::known(&console, &at, console.desk.store.apis().await)?;
    let mut frame = frame(&console, &at, "APIs", &[]);
    frame.lead = "The resource servers. Each has an audience that its tokens name, and the scopes it knows.".to_owned();
    let page = Page {
        frame,
        lines: apis.into_iter().map(line).collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(api: Api) -> Line {
    Line {
        id: api.id.to_string(),
        name: api.name,
        audience: api.audience,
        scopes: api.scopes.len(),
        lifetime: api.lifetime,
        algorithm: api.algorithm.name(),
        declared: api.declared,
    }
}
