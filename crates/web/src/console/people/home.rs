//! The way in: from here everybody is sent where they belong.

use crate::console::Console;
use crate::console::door::{Anyone, see};
use axum::extract::State;
use axum::response::Response;
use std::sync::Arc;
use tollgate_issuer::rights::{self, NoSeat};

/// Sends on: to sign in, to choose an account, to the clients, to the desk.
pub(in crate::console) async fn get(State(console): State<Arc<Console>>, came: Anyone) -> Response {
    let Some(who) = came.who else {
        return see(match came.half {
            Some(_) => "/console/second-factor",
            None => "/console/sign-in",
        });
    };
    let at_desk = who.user().operator && console.operators;
    // Operators may look after an account that they are no member of.
    if at_desk && who.session().account.is_some() {
        return see("/console/clients");
    }
    match rights::seat(&console.desk, who).await {
        Err(fault) => console.fault(&fault, came.ask.id()),
        Ok(Ok(_)) => see("/console/clients"),
        Ok(Err(NoSeat::Nowhere)) if at_desk => see("/console/desk"),
        // Somebody whose only section is shut still gets a page with a way out.
        Ok(Err(NoSeat::Nowhere | NoSeat::Choose | NoSeat::Closed)) => see("/console/accounts"),
    }
}
