//! Pages.

use super::Console;
use axum::Router;
use std::sync::Arc;

/// Pages of this room.
pub(super) fn pages() -> Router<Arc<Console>> {
    Router::new()
}
