//! Ending sessions (SE3).

use crate::console::Console;
use crate::console::door::{Person, see};
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use tollgate_issuer::people::session;
use tollgate_model::SessionId;

/// Ends one of the person's sessions.
pub(super) async fn end(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let id = SessionId::new(ask.field("session"));
    match session::end(&console.desk, &who, ask.id(), &id).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see("/console/profile?done=session-ended"),
        Ok(Err(no)) => console.no(&who, &ask, &no),
    }
}

/// Ends all of the person's sessions but this one.
pub(super) async fn end_others(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    match session::end_others(&console.desk, &who, ask.id()).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see("/console/profile?done=sessions-ended"),
        Ok(Err(no)) => console.no(&who, &ask, &no),
    }
}
