//! The management API.

use axum::Router;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_model::Source;

/// The management API.
#[must_use]
pub fn router(_desk: Arc<Desk>) -> Router {
    Router::new()
}

/// The gateways' feed.
#[must_use]
pub fn feed_router(_desk: Arc<Desk>, _source: Arc<dyn Source>) -> Router {
    Router::new()
}
