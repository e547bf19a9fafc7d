//! Transitions: the dated ends of what is old.

pub(super) mod exceptions;
pub(super) mod report;

use super::answer::{Answer, PageView, created, nothing, shown, time, whole};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::problem::{Problem, done};
use axum::extract::State;
use exceptions::ExceptionView;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::transition as registry;
use tollgate_model::transition as model;
use tollgate_model::{AccountId, ApiId, Dated, LegacyMethodId, Moment, RouteId, TransitionId};
use utoipa::ToSchema;

/// What comes to its end: `{"method": "…"}`, an old way of authenticating; `{"alias": "/…"}`, another path of an endpoint;
/// `"routes"`, the routes that are named.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Subject {
    /// An old way of authenticating.
    Method(String),
    /// Another path of an endpoint.
    Alias(String),
    /// Routes themselves.
    Routes,
}

impl From<model::Subject> for Subject {
    fn from(of: model::Subject) -> Self {
        match of {
            model::Subject::Method(id) => Self::Method(id.to_string()),
            model::Subject::Alias(path) => Self::Alias(path),
            model::Subject::Routes => Self::Routes,
        }
    }
}

impl From<Subject> for model::Subject {
    fn from(of: Subject) -> Self {
        match of {
            Subject::Method(id) => Self::Method(LegacyMethodId::new(id)),
            Subject::Alias(path) => Self::Alias(path),
            Subject::Routes => Self::Routes,
        }
    }
}

/// A window in which the old way is refused.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Brownout {
    /// What people call it.
    name: String,
    /// When it begins: a day, or a date and time.
    #[schema(format = DateTime)]
    from: String,
    /// When it is over.
    #[schema(format = DateTime)]
    to: String,
}

/// The dated end of something old.
#[derive(Serialize, ToSchema)]
#[schema(as = Transition)]
pub(super) struct TransitionView {
    /// Its id.
    id: String,
    /// What people call it.
    name: String,
    /// What comes to its end.
    of: Subject,
    /// Routes where it holds; empty: wherever its subject is met.
    routes: Vec<String>,
    /// APIs on whose routes it holds; empty: of all.
    apis: Vec<String>,
    /// Accounts for which it holds; empty: for all.
    accounts: Vec<String>,
    /// From when on answers say that the old way is deprecated.
    #[schema(format = DateTime)]
    opens: Option<String>,
    /// From when on those who still use it are told.
    #[schema(format = DateTime)]
    warns: Option<String>,
    /// Windows in which the old way is refused.
    brownouts: Vec<Brownout>,
    /// From when on it is refused.
    #[schema(format = DateTime)]
    ends: Option<String>,
    /// Where people read what to do.
    documentation: Option<String>,
    /// Where somebody without exception stands now: `before`, `open`, `warned`, `brownout` or `ended`.
    stage: &'static str,
    /// Accounts that have another end.
    exceptions: Vec<ExceptionView>,
    /// Declared in the configuration; its dates are changed only there.
    declared: bool,
    /// Its revision, as in `ETag`.
    version: i64,
}

/// A transition as of a moment.
struct At(Dated, Moment);

impl From<At> for TransitionView {
    fn from(At(dated, now): At) -> Self {
        let stage = dated.stage(None, now).as_str();
        let transition = dated.transition;
        let window = |window: model::Brownout| Brownout {
            name: window.name,
            from: time(window.from),
            to: time(window.to),
        };
        Self {
            id: transition.id.to_string(),
            name: transition.name,
            of: transition.of.into(),
            routes: transition.routes.iter().map(ToString::to_string).collect(),
            apis: transition.apis.iter().map(ToString::to_string).collect(),
            accounts: transition.accounts.iter().map(ToString::to_string).collect(),
            opens: transition.opens.map(time),
            warns: transition.warns.map(time),
            brownouts: transition.brownouts.into_iter().map(window).collect(),
            ends: transition.ends.map(time),
            documentation: transition.documentation,
            stage,
            exceptions: dated.exceptions.into_iter().map(Into::into).collect(),
            declared: transition.declared,
            version: transition.version,
        }
    }
}

/// A new transition.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTransition {
    /// A short word; by default a new id.
    id: Option<String>,
    /// 1 to 200 characters.
    name: String,
    /// What comes to its end.
    of: Subject,
    /// Routes where it holds.
    #[serde(default)]
    routes: Vec<String>,
    /// APIs on whose routes it holds.
    #[serde(default)]
    apis: Vec<String>,
    /// Accounts for which it holds.
    #[serde(default)]
    accounts: Vec<String>,
    /// A day, or a date and time.
    opens: Option<String>,
    /// A day, or a date and time.
    warns: Option<String>,
    /// Windows in which the old way is refused, inside opens and ends.
    #[serde(default)]
    brownouts: Vec<Brownout>,
    /// A day, or a date and time.
    ends: Option<String>,
    /// Where people read what to do.
    documentation: Option<String>,
}

/// What is to become of a transition; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransitionChange {
    /// 1 to 200 characters.
    name: Option<String>,
    /// Routes where it holds.
    routes: Option<Vec<String>>,
    /// APIs on whose routes it holds.
    apis: Option<Vec<String>>,
    /// Accounts for which it holds.
    accounts: Option<Vec<String>>,
    /// A day, or a date and time; null: not yet known.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    opens: Option<Option<String>>,
    /// A day, or a date and time; null: not yet known.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    warns: Option<Option<String>>,
    /// Windows in which the old way is refused, all of them.
    brownouts: Option<Vec<Brownout>>,
    /// A day, or a date and time; null: not yet known.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    ends: Option<Option<String>>,
    /// Where people read what to do; null: nowhere.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    documentation: Option<Option<String>>,
}

fn ids<T>(list: Vec<String>, id: impl Fn(String) -> T) -> Vec<T> {
    list.into_iter().map(id).collect()
}

fn date(field: &'static str, text: Option<String>) -> Result<Option<Moment>, Problem> {
    text.map(|text| ask::moment(field, &text)).transpose()
}

fn dates(field: &'static str, text: Option<Option<String>>) -> Result<Option<Option<Moment>>, Problem> {
    text.map(|text| date(field, text)).transpose()
}

fn windows(list: Vec<Brownout>) -> Result<Vec<model::Brownout>, Problem> {
    let each = list.into_iter().map(|window| {
        Ok(model::Brownout {
            from: ask::moment("brownouts", &window.from)?,
            to: ask::moment("brownouts", &window.to)?,
            name: window.name,
        })
    });
    each.collect()
}

/// Every transition, by id.
#[utoipa::path(get, path = "/api/v1/transitions", operation_id = "listTransitions", tag = "transitions",
    responses((status = 200, description = "All of them", body = PageView<TransitionView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, _: Asked<Nothing>) -> Answer {
    let now = desk.now();
    let listed = registry::list(&desk).await?;
    whole::<_, TransitionView>(listed.into_iter().map(|dated| At(dated, now)).collect())
}

/// Makes a transition.
#[utoipa::path(post, path = "/api/v1/transitions", operation_id = "createTransition", tag = "transitions",
    request_body = NewTransition, responses((status = 201, description = "Made", body = TransitionView)))]
pub(super) async fn create(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewTransition>) -> Answer {
    let ask = registry::Create {
        id: ask.id,
        name: ask.name,
        of: ask.of.into(),
        routes: ids(ask.routes, RouteId::new),
        apis: ids(ask.apis, ApiId::new),
        accounts: ids(ask.accounts, AccountId::new),
        opens: date("opens", ask.opens)?,
        warns: date("warns", ask.warns)?,
        brownouts: windows(ask.brownouts)?,
        ends: date("ends", ask.ends)?,
        documentation: ask.documentation,
    };
    let transition = done(registry::create(&desk, by.asker(), &ask).await)?;
    let (version, place) = (transition.version, format!("/api/v1/transitions/{}", transition.id));
    let exceptions = Vec::new();
    let dated = Dated { transition, exceptions };
    created(&TransitionView::from(At(dated, desk.now())), version, &place)
}

/// A transition.
#[utoipa::path(get, path = "/api/v1/transitions/{id}", operation_id = "showTransition", tag = "transitions",
    params(("id" = String, Path, description = "The transition")),
    responses((status = 200, description = "The transition", body = TransitionView)))]
pub(super) async fn show(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    told(&desk, &TransitionId::new(id)).await
}

async fn told(desk: &Desk, id: &TransitionId) -> Answer {
    let held = done(registry::show(desk, id).await)?;
    let version = held.transition.version;
    shown(&TransitionView::from(At(held, desk.now())), version)
}

/// Changes a transition that is not declared in the configuration.
#[utoipa::path(patch, path = "/api/v1/transitions/{id}", operation_id = "reviseTransition", tag = "transitions",
    params(("id" = String, Path, description = "The transition"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = TransitionChange, responses((status = 200, description = "As it is now", body = TransitionView)))]
pub(super) async fn revise(
    State(desk): State<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<TransitionChange>,
) -> Answer {
    let id = TransitionId::new(id);
    let ask = registry::Revise {
        name: ask.name,
        routes: ask.routes.map(|list| ids(list, RouteId::new)),
        apis: ask.apis.map(|list| ids(list, ApiId::new)),
        accounts: ask.accounts.map(|list| ids(list, AccountId::new)),
        opens: dates("opens", ask.opens)?,
        warns: dates("warns", ask.warns)?,
        brownouts: ask.brownouts.map(windows).transpose()?,
        ends: dates("ends", ask.ends)?,
        documentation: ask.documentation,
        seen,
    };
    done(registry::revise(&desk, by.asker(), &id, &ask).await)?;
    told(&desk, &id).await
}

/// Removes a transition that is not declared in the configuration, with its exceptions.
#[utoipa::path(delete, path = "/api/v1/transitions/{id}", operation_id = "removeTransition", tag = "transitions",
    params(("id" = String, Path, description = "The transition"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    responses((status = 204, description = "Removed")))]
pub(super) async fn remove(State(desk): State<Arc<Desk>>, by: By, Id(id): Id, Seen(seen): Seen) -> Answer {
    done(registry::remove(&desk, by.asker(), &TransitionId::new(id), seen).await)?;
    Ok(nothing())
}
