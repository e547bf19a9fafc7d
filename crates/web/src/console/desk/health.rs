//! What this node knows of its own health.

use super::{answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeSet;
use std::sync::Arc;
use tollgate_issuer::registry::key::{self, Stage};
use tollgate_model::event::EventFilter;
use tollgate_model::operator::OperatorKind;
use tollgate_model::{AuditHead, Checkpoint, Fault, Moment, Page as Part, State as Standing};

/// How many of the last events are looked through for a checkpoint. One is made after at most a thousand.
const BACK: i64 = 999;
/// How long an event may wait for a checkpoint before it is told, in seconds. One is due every minute.
const UNSIGNED: i64 = 10 * 60;
/// How long a key may sign before it is told, in seconds: a year.
const LONG: i64 = 365 * 86_400;

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// `danger` or `warning`.
    pub(super) tone: &'static str,
    /// What it is, in a sentence.
    pub(super) words: String,
    /// Where to look.
    pub(super) href: &'static str,
}

/// What was found.
pub(super) struct Looked {
    pub(super) findings: Vec<Finding>,
    head: i64,
    reached: i64,
    trusted: bool,
    pub(super) chain: Chain,
    keys: Vec<(String, String, Stage, Moment)>,
    gateways: usize,
    mails: Mails,
}

/// The end of the audit log, and how far it is signed.
pub(super) struct Chain {
    pub(super) head: AuditHead,
    /// The last checkpoint among the last thousand events.
    pub(super) signed: Option<Checkpoint>,
    /// When the first event behind it happened.
    waits: Option<Moment>,
}

/// The mails of late.
#[derive(Default)]
struct Mails {
    waiting: usize,
    given_up: usize,
    problem: String,
}

#[derive(Template)]
#[template(path = "desk/health.html")]
struct Page {
    frame: Frame,
    looked: Looked,
    version: &'static str,
    issuer: String,
    url: String,
    gateway: String,
    /// Whether mails stay here.
    outbox: bool,
    apis: usize,
    routes: usize,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let desk = &console.desk;
    let looked = answer::known(&console, &at, look(&console, at.ask.now).await)?;
    let apis = answer::known(&console, &at, desk.store.apis().await)?;
    let routes = answer::known(&console, &at, desk.store.routes().await)?;
    let mut frame = frame(&console, &at, "Health", &[]);
    frame.lead = "What this node knows of itself, at this moment.".to_owned();
    let page = Page {
        frame,
        looked,
        version: env!("CARGO_PKG_VERSION"),
        issuer: desk.terms.issuer.clone(),
        url: desk.terms.console.url.clone(),
        gateway: console.gateway.clone().unwrap_or_default(),
        outbox: console.outbox,
        apis: apis.len(),
        routes: routes.len(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// Looks.
pub(super) async fn look(console: &Console, now: Moment) -> Result<Looked, Fault> {
    let desk = &console.desk;
    let mut looked = Looked {
        findings: Vec::new(),
        head: desk.store.head().await?,
        reached: desk.memory.reached(),
        trusted: desk.memory.trusted(),
        chain: chain(console).await?,
        keys: key::list(desk, now)
            .into_iter()
            .filter(|(_, stage)| *stage != Stage::Retired)
            .map(|(row, stage)| (row.kid.to_string(), row.algorithm.to_string(), stage, row.active_from))
            .collect(),
        gateways: desk
            .store
            .operators()
            .await?
            .iter()
            .filter(|held| held.kind == OperatorKind::Gateway && held.state == Standing::Active)
            .count(),
        mails: mails(console).await?,
    };
    let signed: BTreeSet<String> = desk
        .store
        .apis()
        .await?
        .iter()
        .map(|api| api.algorithm.to_string())
        .collect();
    looked.findings = findings(&looked, &signed, now);
    Ok(looked)
}

/// The end of the audit log, its last checkpoint, and since when the rest waits for the next.
pub(super) async fn chain(console: &Console) -> Result<Chain, Fault> {
    let store = &console.desk.store;
    let head = store.audit_head().await?;
    let since = head.seq.saturating_sub(BACK).max(0);
    let signed = store.checkpoints(since).await?.pop();
    let first = signed.as_ref().map_or(since, |signed| signed.seq) + 1;
    let mut waits = None;
    if first <= head.seq {
        // The newest before the place behind it: that one.
        let one = Part {
            after: Some((first + 1).to_string()),
            limit: 1,
        };
        let listed = store.events(&EventFilter::default(), &one).await?;
        waits = listed.items.first().map(|event| event.at);
    }
    Ok(Chain { head, signed, waits })
}

async fn mails(console: &Console) -> Result<Mails, Fault> {
    let most = Part {
        after: None,
        limit: Part::MOST,
    };
    let mut told = Mails::default();
    for mail in console.desk.store.mails(&most).await?.items {
        match (mail.sent, mail.next) {
            (None, Some(_)) => told.waiting += 1,
            (None, None) => told.given_up += 1,
            (Some(_), _) => continue,
        }
        if told.problem.is_empty() {
            told.problem = mail.problem.unwrap_or_default();
        }
    }
    Ok(told)
}

fn findings(looked: &Looked, algorithms: &BTreeSet<String>, now: Moment) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tell = |tone, words: String, href| found.push(Finding { tone, words, href });
    let health = "/console/desk/health";
    if !looked.trusted {
        let words = "This node has not heard from the store for a while and refuses what it cannot be sure of.";
        tell("danger", words.to_owned(), health);
    }
    for algorithm in algorithms {
        let signs = |(_, of, stage, _): &&(String, String, Stage, Moment)| of == algorithm && *stage == Stage::Signing;
        match looked.keys.iter().find(signs) {
            None => tell(
                "danger",
                format!("No key signs with {algorithm}, and an API wants it."),
                "/console/desk/keys",
            ),
            Some((kid, _, _, from)) if now.since(*from) >= LONG => tell(
                "warning",
                format!(
                    "Key {kid} has signed for {}. Think of rotating it.",
                    words::span(now.since(*from))
                ),
                "/console/desk/keys",
            ),
            Some(_) => {}
        }
    }
    if let Some(words) = looked.chain.unsigned(now) {
        tell("warning", words, "/console/desk/events");
    }
    if looked.mails.given_up > 0 {
        let count = words::count(looked.mails.given_up, "mail was", "mails were");
        tell("warning", format!("Of late {count} given up."), health);
    }
    found
}

impl Chain {
    /// Whether the end of the log has gone without a checkpoint for too long, in a sentence.
    fn unsigned(&self, now: Moment) -> Option<String> {
        // A log whose every line is from before the chain has nothing to sign.
        let waits = self.waits.filter(|_| !self.head.hash.is_empty())?;
        (now.since(waits) >= UNSIGNED).then(|| {
            let ago = words::ago(waits, now);
            format!("Events of {ago} and later still wait for a checkpoint of the audit log.")
        })
    }
}

#[cfg(test)]
mod tests;
