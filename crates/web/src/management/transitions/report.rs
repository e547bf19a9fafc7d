//! How far a transition has come.

use crate::management::answer::{Answer, json, time};
use crate::management::ask::{Asked, Id, Nothing};
use crate::management::problem::done;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::transition::{self as rules, Day, Forecast, Report, Used, Using};
use tollgate_model::{Moment, TransitionId};
use utoipa::ToSchema;

/// How far a transition has come.
#[derive(Serialize, ToSchema)]
#[schema(as = TransitionReport)]
struct ReportView {
    /// The transition.
    transition: String,
    /// As of when.
    #[schema(format = DateTime)]
    at: String,
    /// Where somebody without exception stands: `before`, `open`, `warned`, `brownout` or `ended`.
    stage: &'static str,
    /// What comes next.
    next: Option<NextView>,
    /// How many accounts used the old way in the last seven days.
    active: i64,
    /// How many used it in the last thirty, and came by the new way alone of late.
    moved: usize,
    /// What to expect of the end; null where too little was counted, or there is no end to come.
    forecast: Option<ForecastView>,
    /// The last thirty days, oldest first.
    days: Vec<DayView>,
    /// Who used the old way in these days, the most first; 200 at most.
    accounts: Vec<UsingView>,
    /// How many more accounts there are.
    more: usize,
    /// The first day that was read whole, where there was too much to read all thirty.
    #[schema(format = Date)]
    cut: Option<String>,
}

/// What comes next.
#[derive(Serialize, ToSchema)]
struct NextView {
    /// `opens`, `warns`, `ends`, or the name of a brown-out.
    what: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// What to expect of the end, by a straight line through the last two weeks.
#[derive(Serialize, ToSchema)]
struct ForecastView {
    /// The end.
    #[schema(format = DateTime)]
    at: String,
    /// So many accounts will still use the old way then.
    accounts: i64,
    /// So many more use it than a week ago; fewer, when negative.
    trend: i64,
}

/// One day.
#[derive(Serialize, ToSchema)]
struct DayView {
    /// Which.
    #[schema(format = Date)]
    day: String,
    /// How often the old way was used.
    count: i64,
    /// How often of these it was refused.
    refused: i64,
    /// By how many accounts.
    accounts: i64,
}

/// An account that used the old way.
#[derive(Serialize, ToSchema)]
struct UsingView {
    /// Which.
    account: String,
    /// Its name.
    name: String,
    /// How it comes now: by the `old` way alone, by `both`, `moved` to the new one, or `quiet`.
    way: &'static str,
    /// Where it stands.
    stage: &'static str,
    /// When the old way ends for it.
    #[schema(format = DateTime)]
    ends: Option<String>,
    /// How often in thirty days.
    count: i64,
    /// How often of these it was refused.
    refused: i64,
    /// The first day, of those thirty.
    #[schema(format = Date)]
    since: String,
    /// When last.
    #[schema(format = DateTime)]
    last: String,
    /// How many more requests a day than a week before.
    trend: i64,
    /// By whom and with what.
    used: Vec<UsedView>,
    /// Its clients: the new way.
    clients: Vec<ClientView>,
}

/// By whom and with what the old way was used.
#[derive(Serialize, ToSchema)]
struct UsedView {
    /// The member's id, where the credential says it.
    member: Option<String>,
    /// The member's address.
    email: Option<String>,
    /// The credential's id, where it is on record.
    credential: Option<String>,
    /// What its owners call it.
    label: Option<String>,
    /// How often in thirty days.
    count: i64,
    /// How often of these it was refused.
    refused: i64,
    /// The first day, of those thirty.
    #[schema(format = Date)]
    since: String,
    /// When last.
    #[schema(format = DateTime)]
    last: String,
}

/// A client of an account.
#[derive(Serialize, ToSchema)]
struct ClientView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// When it last got a token.
    #[schema(format = DateTime)]
    last_used: Option<String>,
}

/// How far a transition has come: who still uses the old way, how much, since when, who has moved, and what to expect.
#[utoipa::path(get, path = "/api/v1/transitions/{id}/report", operation_id = "reportTransition", tag = "transitions",
    params(("id" = String, Path, description = "The transition")),
    responses((status = 200, description = "As of now", body = ReportView)))]
pub(in crate::management) async fn get(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let report = done(rules::report(&desk, &TransitionId::new(id), desk.now()).await)?;
    json(StatusCode::OK, &ReportView::from(report))
}

fn date(day: i64) -> String {
    let text = time(Moment(day.saturating_mul(86_400)));
    text.split('T').next().unwrap_or_default().to_owned()
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        let forecast = |told: Forecast| ForecastView {
            at: time(told.at),
            accounts: told.accounts,
            trend: told.trend,
        };
        let day = |told: Day| DayView {
            day: date(told.day),
            count: told.count,
            refused: told.refused,
            accounts: told.accounts,
        };
        Self {
            transition: report.dated.transition.id.to_string(),
            at: time(report.at),
            stage: report.stage,
            next: report.next.map(|(what, at)| NextView { what, at: time(at) }),
            active: report.active,
            moved: report.moved,
            forecast: report.forecast.map(forecast),
            days: report.spread.days.into_iter().map(day).collect(),
            accounts: report.accounts.into_iter().map(Into::into).collect(),
            more: report.more,
            cut: report.cut.map(date),
        }
    }
}

impl From<Using> for UsingView {
    fn from(using: Using) -> Self {
        let used = using.used.iter().map(|one| view(one, &using)).collect();
        let clients = using.clients.into_iter().map(|line| ClientView {
            id: line.client.id.to_string(),
            name: line.client.name,
            last_used: line.last_used.map(time),
        });
        Self {
            account: using.account.to_string(),
            name: using.name,
            way: using.way.as_str(),
            stage: using.stage,
            ends: using.ends.map(time),
            count: using.count,
            refused: using.refused,
            since: date(using.since),
            last: time(using.last),
            trend: using.trend,
            used,
            clients: clients.collect(),
        }
    }
}

fn view(one: &Used, using: &Using) -> UsedView {
    let member = one.member.as_ref();
    let credential = one.credential.as_ref();
    let held = using.members.iter().find(|held| Some(&held.id) == member);
    let label = using.credentials.iter().find(|held| Some(&held.id) == credential);
    UsedView {
        member: member.map(ToString::to_string),
        email: held.map(|held| held.email.clone()),
        credential: credential.map(ToString::to_string),
        label: label.map(|held| held.label.clone()),
        count: one.count,
        refused: one.refused,
        since: date(one.since),
        last: time(one.last),
    }
}
