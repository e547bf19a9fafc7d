//! The keys that sign tokens.

use super::confirm::Question;
use super::{answer, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Frame, respond, words};
use crate::door::Endpoint;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::key::{self, Stage};
use tollgate_model::Moment;
use tollgate_protocol::jose::Algorithm;

/// Where the list is.
const LIST: &str = "/console/desk/keys";

#[derive(Template)]
#[template(path = "desk/keys.html")]
struct Page {
    frame: Frame,
    rings: Vec<Ring>,
    lines: Vec<Line>,
    jwks: String,
}

/// The keys of one algorithm.
struct Ring {
    algorithm: &'static str,
    apis: Vec<String>,
    signs: bool,
}

struct Line {
    kid: String,
    algorithm: &'static str,
    tone: &'static str,
    stage: &'static str,
    published: Moment,
    active_from: Moment,
    retires: Option<Moment>,
}

/// The list, newest first.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let keys = key::list(&console.desk, at.ask.now);
    let apis = answer::known(&console, &at, console.desk.store.apis().await)?;
    let rings = Algorithm::ALL.into_iter().filter_map(|algorithm| {
        let of: Vec<String> = apis
            .iter()
            .filter(|api| api.algorithm == algorithm)
            .map(|api| api.name.clone())
            .collect();
        let mut stages = keys
            .iter()
            .filter(|(row, _)| row.algorithm == algorithm)
            .map(|(_, stage)| *stage)
            .peekable();
        (!of.is_empty() || stages.peek().is_some()).then(|| Ring {
            algorithm: algorithm.name(),
            apis: of,
            signs: stages.any(|stage| stage == Stage::Signing),
        })
    });
    let mut frame = frame(&console, &at, "Signing keys", &[]);
    frame.lead = "What signs access tokens. Verifiers read the public halves from the JWKS.".to_owned();
    let page = Page {
        frame,
        rings: rings.collect(),
        jwks: console.paths.url(Endpoint::Jwks),
        lines: keys
            .iter()
            .map(|(row, stage)| Line {
                kid: row.kid.to_string(),
                algorithm: row.algorithm.name(),
                tone: tone(*stage),
                stage: told(stage),
                published: row.published,
                active_from: row.active_from,
                retires: row.retires,
            })
            .collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

const fn tone(stage: Stage) -> &'static str {
    match stage {
        Stage::Signing => "active",
        Stage::Published => "pending",
        Stage::Retiring => "expiring",
        Stage::Retired => "neutral",
    }
}

/// A stage in words.
pub(super) const fn told(stage: &Stage) -> &'static str {
    match stage {
        Stage::Signing => "Signs",
        Stage::Published => "Signs soon",
        Stage::Retiring => "Verified only",
        Stage::Retired => "Retired",
    }
}

/// Asks whether a new key is to be brought in for the algorithm that the query names.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    match Algorithm::of_name(at.ask.asked("algorithm")) {
        Some(algorithm) => Ok(question(&console, &at, algorithm).ask()),
        None => Err(answer::malformed(&console, &at)),
    }
}

fn question(console: &Console, at: &AtDesk, algorithm: Algorithm) -> Question {
    let terms = console.desk.terms.keys;
    let longest = key::longest_lifetime(&console.desk);
    Question {
        frame: frame(console, at, "Bring in a new signing key?", &[(LIST, "Signing keys")]),
        form: Form::new(),
        happens: vec![
            format!("A new {algorithm} key is made, and published in the JWKS at once."),
            format!(
                "It signs from {} on, when every verifier that caches the JWKS has it.",
                words::span(terms.publish_ahead)
            ),
            format!(
                "The old key then signs no more, and stays published for another {}, until its last token has expired.",
                words::span(longest.saturating_add(terms.leeway))
            ),
            "No integrator has to do anything, as long as their software reads the JWKS.".to_owned(),
        ],
        button: "Bring in a new key",
        danger: false,
        back: LIST.to_owned(),
        along: vec![("algorithm", algorithm.name().to_owned())],
    }
}

/// Brings it in.
pub(super) async fn rotate(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let Some(algorithm) = Algorithm::of_name(at.ask.field("algorithm")) else {
        return Err(answer::malformed(&console, &at));
    };
    let rotated = key::rotate(&console.desk, &at.asker(), algorithm).await;
    match answer::known(&console, &at, rotated)? {
        Ok(_) => Ok(see(&format!("{LIST}?done=key-turned"))),
        Err(no) => Ok(question(&console, &at, algorithm).again(&console, &at, &no)),
    }
}
