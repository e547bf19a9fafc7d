//! The audit log, walked from its beginning to its end.

use super::{answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::audit::{self, Report};

#[derive(Template)]
#[template(path = "desk/checked.html")]
struct Page {
    frame: Frame,
    whole: bool,
    report: Report,
    key: String,
}

/// Walks it, and tells what was found.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let report = answer::known(&console, &at, audit::verify(&console.desk).await)?;
    let crumbs = [("/console/desk/events", "Audit log")];
    let page = Page {
        frame: frame(&console, &at, "Is the log whole?", &crumbs),
        whole: report.whole(),
        report,
        key: console.desk.audit.public(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}
