//! The audit log as a file.

use super::answer::Answer;
use super::ask::{self, Asked};
use super::events::Narrowed;
use super::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use std::collections::VecDeque;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::No;
use tollgate_model::event::EventFilter;
use tollgate_model::{Event, Fault};
use utoipa::IntoParams;

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
    /// Behind this place in the log.
    #[param(value_type = Option<i64>, minimum = 0)]
    after: Option<String>,
    /// How many lines at most; by default all.
    #[param(value_type = Option<u64>, minimum = 1)]
    limit: Option<String>,
}

/// The audit log, oldest first, a JSON object on each line, as it was chained: without `seq` and `hash`, and with its
/// members in order of name, a line is the text that `hash` was computed over. `at` is in unix seconds.
#[utoipa::path(get, path = "/api/v1/events/export", operation_id = "exportEvents", tag = "events", params(Which),
    responses((status = 200, description = "A line for each event", body = String, content_type = "application/x-ndjson")))]
pub(super) async fn get(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let (after, left) = (
        ask::place("after", which.after.as_deref())?,
        limit(which.limit.as_deref())?,
    );
    let filter = Narrowed {
        account: which.account,
        kind: which.kind,
        subject: which.subject,
        actor: which.actor,
        since: which.since,
        until: which.until,
    }
    .filter()?;
    Ok(written(desk, filter, after, left).await?)
}

/// The events behind a place that a filter lets through, `left` at most, as the body of an answer that is written while
/// it is read. The console's export is the same.
///
/// # Errors
/// A [`Fault`] of the store, as long as nothing was answered yet.
pub(crate) async fn written(desk: Arc<Desk>, filter: EventFilter, after: i64, left: u64) -> Result<Response, Fault> {
    let mut lines = Lines {
        desk,
        filter,
        after,
        left,
        events: VecDeque::new(),
    };
    // A store that cannot be reached is told as one; later there is no status left to tell it with.
    lines.read().await?;
    let body = stream::unfold(Some(lines), async |lines| {
        let mut lines = lines?;
        match lines.next().await {
            Ok(Some(text)) => Some((Ok(text), Some(lines))),
            Ok(None) => None,
            Err(fault) => {
                tracing::error!(doing = fault.doing, source = %fault.source, "an export of the audit log broke off");
                // Whoever reads must not take the part for the whole.
                Some((Err(std::io::Error::other("the export broke off")), None))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = HeaderValue::from_static("attachment; filename=\"events.ndjson\"");
    headers.insert(CONTENT_DISPOSITION, name);
    Ok(response)
}

fn limit(text: Option<&str>) -> Result<u64, Problem> {
    match text.map(str::parse::<u64>) {
        None => Ok(u64::MAX),
        Some(Ok(limit)) if limit > 0 => Ok(limit),
        Some(_) => Err(Problem::No(No::invalid("limit", "must be a number from 1 on"))),
    }
}

/// What is still to be written.
struct Lines {
    desk: Arc<Desk>,
    filter: EventFilter,
    after: i64,
    left: u64,
    events: VecDeque<Event>,
}

impl Lines {
    /// The next page's lines, as many as fit one piece of the body; none at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        loop {
            if self.left == 0 || self.events.is_empty() && !self.read().await? {
                return Ok(None);
            }
            let mut text = Vec::new();
            for event in self.events.drain(..) {
                if self.left > 0 && asked_for(&event, &self.filter) {
                    self.left -= 1;
                    serde_json::to_writer(&mut text, &event).map_err(|e| Fault::defect("writing an event", e))?;
                    text.push(b'\n');
                }
            }
            if !text.is_empty() {
                return Ok(Some(text.into()));
            }
        }
    }

    /// Reads the next page; false at the end.
    async fn read(&mut self) -> Result<bool, Fault> {
        self.events = self.desk.store.audit_after(self.after).await?.into();
        match self.events.back() {
            Some(last) => self.after = last.seq,
            None => return Ok(false),
        }
        Ok(true)
    }
}

/// Whether a filter lets an event through: what the store's own question answers, for a list in the other order.
fn asked_for(event: &Event, filter: &EventFilter) -> bool {
    let actor = |wanted: &String| *wanted == event.actor.to_string();
    filter
        .account
        .as_ref()
        .is_none_or(|wanted| event.account.as_ref() == Some(wanted))
        && filter.kind.as_ref().is_none_or(|wanted| *wanted == event.kind)
        && filter.subject.as_ref().is_none_or(|wanted| *wanted == event.subject)
        && filter.actor.as_ref().is_none_or(actor)
        && filter.since.is_none_or(|since| event.at >= since)
        && filter.until.is_none_or(|until| event.at < until)
}
