//! The developer section before it opens (SS-8).

use crate::console::Console;
use crate::console::input::Ask;
use crate::console::page::{Frame, Here, respond};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use tollgate_issuer::developer::NotYet;
use tollgate_issuer::rights::Seat;
use tollgate_model::Moment;

#[derive(Template)]
#[template(path = "developer/not_yet.html")]
struct Page {
    frame: Frame,
    opens: Moment,
}

/// The page that says from when the section is there.
pub(in crate::console) fn page(console: &Console, seat: &Seat, ask: &Ask, closed: &NotYet) -> Response {
    let section = &console.desk.terms.console.words.section;
    let mut frame = console.frame_of(seat.who(), ask, section);
    frame.account = Some(Here {
        name: seat.account().name.clone(),
        role: seat.role().as_str().to_owned(),
    });
    let page = Page {
        frame,
        opens: closed.opens,
    };
    respond(StatusCode::FORBIDDEN, &page.frame, &page)
}
