//! No page.

use crate::console::Console;
use crate::console::door::Anyone;
use crate::console::page::Refused;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;

/// There is nothing at this path: told inside the frame to who signed in.
pub(in crate::console) async fn here(State(console): State<Arc<Console>>, Anyone { ask, who, .. }: Anyone) -> Response {
    console.refused(who.as_ref(), &ask, Refused::NotFound)
}
