//! Notices: what the account should know in time.

use super::way;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::alerts::{Said, said};
use tollgate_issuer::developer;
use tollgate_model::alert::AlertKind;
use tollgate_model::{Alert, Moment};

/// How many notices stand on a page.
const A_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "lookout/alerts.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// A notice.
struct Line {
    at: Moment,
    tone: &'static str,
    kind: &'static str,
    said: Said,
    /// The page to look at, and what its link says.
    href: String,
    label: &'static str,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let page = way::page(&console, &at, A_PAGE, false)?;
    let listed = developer::alerts(&console.desk, &at.seat, &page).await;
    let listed = way::done(&console, &at, listed)?;
    let mut frame = console.frame_at(&at, "Notices");
    frame.lead =
        "What your account should know in time. Its admins get each by e-mail, and your webhooks are told.".to_owned();
    let terms = &console.desk.terms.console;
    let page = Page {
        frame,
        lines: listed
            .items
            .iter()
            .map(|alert| line(alert, said(alert, terms)))
            .collect(),
        first: page.after.map(|_| "/console/alerts".to_owned()).unwrap_or_default(),
        next: listed
            .next
            .map(|next| way::link("/console/alerts", &[("after", &next)]))
            .unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(alert: &Alert, said: Said) -> Line {
    let (tone, kind) = match alert.kind {
        AlertKind::SecretExpiring => ("expiring", "Secret ends soon"),
        AlertKind::OldSecretUsed => ("expiring", "Old secret in use"),
        AlertKind::Unused => ("neutral", "Unused secret"),
        AlertKind::RefusedBurst => ("expiring", "Many refusals"),
        AlertKind::SecretLeaked => ("expired", "Secret leaked"),
        AlertKind::RequestDecided => ("info", "Request decided"),
        AlertKind::OldWayEnds => ("expiring", "Old way ends"),
    };
    let (href, label) = match (&alert.client, alert.kind) {
        (Some(client), AlertKind::RefusedBurst) => (
            way::link("/console/calls", &[("client", client.as_str()), ("refused", "yes")]),
            "Look at the refusals",
        ),
        (Some(client), _) => (format!("/console/clients/{client}"), "Open the client"),
        (None, AlertKind::RequestDecided) => ("/console/applications".to_owned(), "Open your requests"),
        (None, _) => ("/console/clients".to_owned(), "Open your clients"),
    };
    Line {
        at: alert.at,
        tone,
        kind,
        said,
        href,
        label,
    }
}
