//! The console: where a firm's own people get, renew and understand their credentials, and where those who run the
//! place look after all of it.
//!
//! A page is a handler, a struct and a template. A handler takes one of the proofs of [`door`]: who it is given to has
//! signed in, in this account, and a form it is given was sent by a page of ours. What a page changes, a function of
//! the issuer changes; management API and command line call the same.

pub mod assets;
mod desk;
mod developer;
pub mod door;
pub(crate) mod input;
pub mod look;
mod lookout;
mod navigation;
pub mod page;
mod people;
mod recipe;
mod still;

use crate::door::Paths;
use crate::request_id::RequestIds;
use axum::Router;
use axum::response::Redirect;
use axum::routing::{any, get};
use look::Look;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::authorize::errand::Upstream;

/// What the console's handlers share.
pub struct Console {
    /// The rules' side.
    pub desk: Arc<Desk>,
    /// Where the issuer's endpoints are.
    pub paths: Paths,
    /// Names of requests.
    pub ids: RequestIds,
    /// Where calls go in, for ready-made requests; absent where there is no gateway in front of the APIs.
    pub gateway: Option<String>,
    /// Whether mails stay in the outbox, which the desk then shows.
    pub outbox: bool,
    /// Whether the operators' desk is open at this listener.
    pub operators: bool,
    /// The vendor's colour and logo.
    pub look: Arc<Look>,
    /// Other providers that people may come from.
    pub upstream: Arc<dyn Upstream>,
}

/// Every page, in one list per room.
pub fn router(console: Arc<Console>) -> Router {
    let mut pages = Router::new()
        .route("/console", get(people::home::get))
        .merge(people::pages())
        .merge(developer::pages())
        .merge(recipe::pages())
        .merge(lookout::pages());
    if console.operators {
        pages = pages.merge(desk::pages());
    }
    pages
        .merge(assets::serve(Arc::clone(console.look.assets())))
        .route("/", get(|| async { Redirect::to("/console") }))
        .route("/console/", get(|| async { Redirect::permanent("/console") }))
        .route("/console/{*rest}", any(people::nothing::here))
        .with_state(console)
}
