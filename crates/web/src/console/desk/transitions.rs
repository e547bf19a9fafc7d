//! Every transition: what ends, where each stands, and how many still use the old way.

use super::{answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, calendar, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::terms::transition::TransitionTerms;
use tollgate_issuer::transition::overview;
use tollgate_model::transition::Subject;
use tollgate_model::{Dated, Moment, Transition};

#[derive(Template)]
#[template(path = "desk/transitions.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) lines: Vec<Line>,
}

/// A transition in the list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) of: String,
    pub(super) tone: &'static str,
    pub(super) stage: &'static str,
    /// What comes next, and when.
    pub(super) next: Option<(String, Moment)>,
    /// How many accounts came by the old way in the last week.
    pub(super) active: i64,
    pub(super) declared: bool,
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let terms = &console.desk.terms.transition;
    let held = answer::known(&console, &at, overview(&console.desk, at.ask.now).await)?;
    let mut frame = frame(&console, &at, "Transitions", &[]);
    frame.lead =
        "Dated ends of what is old. Until then the old way and the new one both work; those who still use the \
                  old one are told in time."
            .to_owned();
    let lines = held
        .iter()
        .map(|seen| line(&seen.dated, terms, seen.active, at.ask.now));
    let page = Page {
        frame,
        lines: lines.collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// A transition as the list shows it.
pub(super) fn line(dated: &Dated, terms: &TransitionTerms, active: i64, now: Moment) -> Line {
    let (tone, stage) = calendar::badge(&dated.stage(None, now));
    Line {
        id: dated.transition.id.to_string(),
        name: dated.transition.name.clone(),
        of: ending(&dated.transition, terms),
        tone,
        stage,
        next: calendar::next(dated, None, now),
        active,
        declared: dated.transition.declared,
    }
}

/// What comes to its end, in words.
pub(in crate::console) fn ending(transition: &Transition, terms: &TransitionTerms) -> String {
    match &transition.of {
        Subject::Method(id) => terms
            .method(id)
            .map_or_else(|| id.to_string(), |method| method.name.clone()),
        Subject::Alias(path) => format!("The path {path}"),
        Subject::Routes => match transition.routes.as_slice() {
            [one] => format!("The route {one}"),
            more => format!("{} routes", more.len()),
        },
    }
}
