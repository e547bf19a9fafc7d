//! The management API (`/api/v1`) and the gateways' feed (`/feed/v1`).
//!
//! Both answer on a listener of their own and know one kind of credential, the operator's bearer token
//! (RFC 6750 §2.1). What a request may say has its own types here, apart from what is on record: a member
//! that is not listed in them does not exist, so nothing can be assigned that was not meant to be. Refusals
//! are problems (RFC 9457). The description of it all is made from the handlers themselves.

mod accounts;
mod answer;
mod apis;
mod applications;
mod ask;
mod audit;
mod by;
mod calls;
mod client_sign_in;
mod clients;
mod consents;
mod description;
mod events;
pub(crate) mod export;
mod feed;
mod grants;
mod health;
mod hooks;
mod imports;
mod keys;
mod legacy;
mod members;
mod notices;
mod operators;
mod problem;
mod request;
mod routes;
mod secrets;
mod spoken;
mod transitions;
mod users;
mod word;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_model::Source;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The management API.
pub fn router(desk: Arc<Desk>) -> Router {
    let guarded = from_fn_with_state(Arc::clone(&desk), by::operator);
    let (guarded, mut api) = resources().route_layer(guarded).split_for_parts();
    let (open, open_api) = OpenApiRouter::new().routes(routes!(health::get)).split_for_parts();
    api.merge(open_api);
    let text = description::finished(api);
    let described = get(move |ask| description::get(ask, text));
    guarded
        .merge(open)
        .route(description::PATH, described)
        .fallback(problem::nowhere)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn(by::closed))
        .layer(from_fn_with_state(Arc::clone(&desk), spoken::aloud))
        .with_state(desk)
}

/// Everything that takes an operator, in one list.
fn resources() -> OpenApiRouter<Arc<Desk>> {
    OpenApiRouter::new()
        .routes(routes!(accounts::list, accounts::create))
        .routes(routes!(accounts::show, accounts::revise))
        .routes(routes!(members::list, members::add))
        .routes(routes!(members::show, members::revise, members::remove))
        .routes(routes!(members::invite))
        .routes(routes!(hooks::list, hooks::add))
        .routes(routes!(hooks::show, hooks::revise, hooks::remove))
        .routes(routes!(hooks::rotate_key))
        .routes(routes!(hooks::ping))
        .routes(routes!(hooks::deliveries))
        .routes(routes!(hooks::redeliver))
        .routes(routes!(notices::alerts))
        .routes(routes!(users::list, users::invite))
        .routes(routes!(imports::import))
        .routes(routes!(users::show, users::revise))
        .routes(routes!(consents::of_user))
        .routes(routes!(users::invite_again))
        .routes(routes!(users::disable))
        .routes(routes!(users::enable))
        .routes(routes!(users::end_sessions))
        .routes(routes!(users::reset_second_factor))
        .routes(routes!(applications::list))
        .routes(routes!(applications::show))
        .routes(routes!(applications::approve))
        .routes(routes!(applications::decline))
        .routes(routes!(apis::list, apis::add))
        .routes(routes!(apis::show, apis::revise, apis::remove))
        .routes(routes!(clients::list, clients::create))
        .routes(routes!(clients::show, clients::revise))
        .routes(routes!(clients::revoke_tokens))
        .routes(routes!(clients::usage))
        .routes(routes!(consents::at_client))
        .routes(routes!(consents::revoke))
        .routes(routes!(secrets::list, secrets::regenerate))
        .routes(routes!(secrets::revoke))
        .routes(routes!(grants::list))
        .routes(routes!(grants::put, grants::remove))
        .routes(routes!(routes::list, routes::add))
        .routes(routes!(routes::show, routes::revise, routes::remove))
        .routes(routes!(routes::test::post))
        .routes(routes!(legacy::list, legacy::issue))
        .routes(routes!(legacy::import))
        .routes(routes!(legacy::end))
        .routes(routes!(transitions::list, transitions::create))
        .routes(routes!(transitions::show, transitions::revise, transitions::remove))
        .routes(routes!(transitions::exceptions::put, transitions::exceptions::remove))
        .routes(routes!(transitions::report::get))
        .routes(routes!(keys::list))
        .routes(routes!(keys::rotate))
        .routes(routes!(operators::list, operators::create))
        .routes(routes!(operators::disable))
        .routes(routes!(calls::list))
        .routes(routes!(notices::mails))
        .routes(routes!(notices::text))
        .routes(routes!(events::list))
        .routes(routes!(export::get))
        .routes(routes!(audit::head))
        .routes(routes!(audit::key))
        .routes(routes!(audit::checkpoints))
}

/// The feed that gateways elsewhere follow: a snapshot, and the news after it. And what they tell in return.
pub fn feed_router(desk: Arc<Desk>, source: Arc<dyn Source>) -> Router {
    let guarded = from_fn_with_state(Arc::clone(&desk), by::gateway);
    Router::new()
        .route("/feed/v1/snapshot", get(feed::snapshot))
        .route("/feed/v1/news", get(feed::news))
        .route("/feed/v1/acting-user", get(feed::acting_user))
        .route("/feed/v1/calls", post(feed::calls))
        .route("/feed/v1/legacy", get(feed::legacy))
        .route("/feed/v1/plan", get(feed::plan))
        .route("/feed/v1/spent", post(feed::spent))
        .route_layer(guarded)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn(by::closed))
        .layer(from_fn_with_state(desk, spoken::aloud))
        .with_state(source)
}
