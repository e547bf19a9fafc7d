//! The audit log, and its export.

use super::health::{self, Chain};
use super::listing::Pager;
use super::who::{Names, Who};
use super::{answer, asked, frame, listing};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Form, Frame, respond};
use crate::management::export;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_model::event::{EventFilter, Outcome};
use tollgate_model::{AccountId, Event, Moment};

/// How many events stand on a page.
const A_PAGE: u32 = 50;
/// Where the list is.
const HERE: &str = "/console/desk/events";
/// What narrows the list, by the names of its fields.
const FIELDS: [&str; 6] = ["kind", "account", "actor", "subject", "since", "until"];

#[derive(Template)]
#[template(path = "desk/events.html")]
struct Page {
    frame: Frame,
    form: Form,
    lines: Vec<Line>,
    narrowed: bool,
    export: String,
    chain: Chain,
    pager: Pager,
}

struct Line {
    seq: i64,
    at: Moment,
    kind: String,
    who: Who,
    actor: String,
    account: Option<String>,
    account_href: String,
    subject: String,
    /// The refusal's code; empty when it was done.
    refused: String,
    request: String,
    detail: String,
    hash: String,
}

/// The log, newest first.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let filter = filter(&console, &at)?;
    let paging = asked::log_page(&console, &at, A_PAGE)?;
    let listed = console.desk.store.events(&filter, &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let chain = answer::known(&console, &at, health::chain(&console).await)?;
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(listed.items.len());
    let fields: Vec<(&str, &str)> = FIELDS.iter().map(|name| (*name, at.ask.asked(name))).collect();
    let pager = Pager::of(&listed, &paging, HERE, &fields);
    for event in listed.items {
        let who = names.of(&console.desk, &event.actor.to_string()).await;
        lines.push(line(event, answer::known(&console, &at, who)?));
    }
    let mut frame = frame(&console, &at, "Audit log", &[]);
    frame.lead = "Everything that was done or refused, kept with what it tells of and chained line to line.".to_owned();
    let page = Page {
        frame,
        form: fields
            .iter()
            .fold(Form::new(), |form, (name, value)| form.with(name, *value)),
        lines,
        narrowed: filter != EventFilter::default(),
        export: listing::link(&format!("{HERE}/export"), &fields),
        chain,
        pager,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(event: Event, who: Who) -> Line {
    let detail = match &event.detail {
        serde_json::Value::Object(members) if members.is_empty() => String::new(),
        // A value that was read is written again.
        detail => serde_json::to_string_pretty(detail).unwrap_or_default(),
    };
    Line {
        seq: event.seq,
        at: event.at,
        kind: event.kind,
        who,
        actor: event.actor.to_string(),
        account_href: event
            .account
            .as_ref()
            .map(|id| format!("/console/desk/accounts/{id}"))
            .unwrap_or_default(),
        account: event.account.map(|id| id.to_string()),
        subject: event.subject,
        refused: match event.outcome {
            Outcome::Done => String::new(),
            Outcome::Refused(code) => code,
        },
        request: event.request.unwrap_or_default(),
        detail,
        hash: event.hash,
    }
}

/// The log as a file, oldest first, a JSON object on each line.
pub(super) async fn export(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let filter = filter(&console, &at)?;
    let written = export::written(Arc::clone(&console.desk), filter, 0, u64::MAX).await;
    let mut response = answer::known(&console, &at, written)?;
    crate::console::page::respond::guard(response.headers_mut(), "", console.paths.origin.starts_with("https://"));
    let no_store = http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(http::header::CACHE_CONTROL, no_store);
    Ok(response)
}

/// What the query narrows the list by.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn filter(console: &Console, at: &AtDesk) -> Result<EventFilter, Response> {
    let text = |name: &str| match asked::text(console, at, name) {
        Ok(text) => Ok((!text.is_empty()).then(|| text.to_owned())),
        Err(no) => Err(no),
    };
    let moment = |name: &str, last: bool| match text(name)? {
        None => Ok(None),
        Some(told) => read(&told, last)
            .map(Some)
            .ok_or_else(|| answer::malformed(console, at)),
    };
    Ok(EventFilter {
        account: text("account")?.map(AccountId::new),
        kind: text("kind")?,
        subject: text("subject")?,
        actor: text("actor")?,
        since: moment("since", false)?,
        until: moment("until", true)?,
    })
}

/// A moment: a day as a browser's calendar writes it, or a full time (RFC 3339). As the last of a span, a day counts
/// whole.
fn read(text: &str, last: bool) -> Option<Moment> {
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
        return Some(Moment(day).plus(if last { 86_400 } else { 0 }));
    }
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|time| Moment(time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_span_of_its_own() {
        let day = Moment(1_795_219_200);
        assert_eq!(read("2026-11-21", false), Some(day));
        assert_eq!(read("2026-11-21", true), Some(day.plus(86_400)));
        assert_eq!(read("2026-11-21T01:00:00Z", true), Some(day.plus(3600)));
        for wrong in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-11-21 or",
            "1795219200'",
            "99999-01-01",
        ] {
            assert_eq!(read(wrong, false), None, "{wrong:?}");
        }
    }
}
