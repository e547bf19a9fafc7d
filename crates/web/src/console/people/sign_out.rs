//! Signing out.

use crate::console::Console;
use crate::console::door::{Anyone, see_without};
use crate::console::page::Refused;
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use tollgate_issuer::people::session;

/// Ends the session on the server (SE3), and then in the browser. Half a session can be ended too.
pub(super) async fn post(State(console): State<Arc<Console>>, Anyone { ask, who, half }: Anyone) -> Response {
    let session = match (&who, &half) {
        (Some(who), _) => Some(who.session()),
        (None, Some(half)) => Some(half.session()),
        (None, None) => None,
    };
    if let Some(session) = session {
        if !session::csrf_matches(&console.desk, session, ask.field("csrf")) {
            return console.refused(who.as_ref(), &ask, Refused::Stale);
        }
        if let Err(fault) = session::sign_out(&console.desk, session, ask.id()).await {
            return console.fault(&fault, ask.id());
        }
    }
    see_without("/console/sign-in?done=signed-out")
}
