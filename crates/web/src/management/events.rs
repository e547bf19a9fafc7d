//! The audit log.

use super::answer::{Answer, PageView, listed, time};
use super::ask::{self, Asked};
use super::problem::Problem;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::No;
use tollgate_model::event::{EventFilter, Outcome};
use tollgate_model::{AccountId, Event, Moment};
use utoipa::{IntoParams, ToSchema};

/// One line of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = Event)]
pub(super) struct EventView {
    /// Its place in the log.
    seq: i64,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// Who did it, such as `operator:opr_…`.
    actor: String,
    /// What happened, such as `secret.regenerated`.
    kind: String,
    /// The account it concerns.
    account: Option<String>,
    /// The id of what it happened to.
    subject: String,
    /// `done`, or `refused`.
    outcome: &'static str,
    /// The refusal's stable code.
    code: Option<String>,
    /// The request it came with.
    request_id: Option<String>,
    /// More about it, never a secret.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// SHA-256 over the hash before it and its own text; empty for events from before there was a chain.
    hash: String,
}

impl From<Event> for EventView {
    fn from(event: Event) -> Self {
        let (outcome, code) = match event.outcome {
            Outcome::Done => ("done", None),
            Outcome::Refused(code) => ("refused", Some(code)),
        };
        Self {
            seq: event.seq,
            at: time(event.at),
            actor: event.actor.to_string(),
            kind: event.kind,
            account: event.account.map(|account| account.to_string()),
            subject: event.subject,
            outcome,
            code,
            request_id: event.request,
            detail: event.detail,
            hash: event.hash,
        }
    }
}

/// Which events; every parameter narrows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this account.
    account: Option<String>,
    /// Of this kind.
    kind: Option<String>,
    /// About this id.
    subject: Option<String>,
    /// By this actor, such as `operator:opr_…`.
    actor: Option<String>,
    /// Not before this moment: RFC 3339, or unix seconds.
    since: Option<String>,
    /// Before this moment: RFC 3339, or unix seconds.
    until: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

impl Which {
    fn filter(self) -> Result<(EventFilter, Option<String>, Option<String>), Problem> {
        let filter = Narrowed {
            account: self.account,
            kind: self.kind,
            subject: self.subject,
            actor: self.actor,
            since: self.since,
            until: self.until,
        };
        Ok((filter.filter()?, self.limit, self.after))
    }
}

/// What narrows a list of events, as it was asked for.
pub(super) struct Narrowed {
    pub(super) account: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) actor: Option<String>,
    pub(super) since: Option<String>,
    pub(super) until: Option<String>,
}

impl Narrowed {
    /// As the store wants it.
    pub(super) fn filter(self) -> Result<EventFilter, Problem> {
        let text = |field, text: Option<String>| text.map(|text| ask::filter(field, text)).transpose();
        let at = |field, text: Option<String>| text.map(|text| moment(field, &text)).transpose();
        Ok(EventFilter {
            account: text("account", self.account)?.map(AccountId::new),
            kind: text("kind", self.kind)?,
            subject: text("subject", self.subject)?,
            actor: text("actor", self.actor)?,
            since: at("since", self.since)?,
            until: at("until", self.until)?,
        })
    }
}

/// The audit log, newest first.
#[utoipa::path(get, path = "/api/v1/events", operation_id = "listEvents", tag = "events", params(Which),
    responses((status = 200, description = "A page", body = PageView<EventView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let (filter, limit, after) = which.filter()?;
    let page = ask::log_page(limit.as_deref(), after)?;
    listed::<_, EventView>(desk.store.events(&filter, &page).await?)
}

fn moment(field: &'static str, text: &str) -> Result<Moment, Problem> {
    let seconds = text.parse::<i64>().ok();
    let seconds = seconds.or_else(|| text.parse::<jiff::Timestamp>().ok().map(|time| time.as_second()));
    // What a calendar cannot say is no moment either.
    seconds
        .filter(|seconds| jiff::Timestamp::from_second(*seconds).is_ok())
        .map(Moment)
        .ok_or_else(|| Problem::No(No::invalid(field, "must be as 2026-11-21T09:30:00Z, or unix seconds")))
}
