//! A failure of ours on a person's way.

use super::here::frame;
use super::policy::{Leads, show};
use crate::answer;
use crate::console::Console;
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::words::Words;
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use tollgate_model::Fault;
use tollgate_model::fault::FaultKind;

#[derive(Template)]
#[template(path = "authorize/fault.html")]
pub(super) struct Page<'a> {
    pub frame: Frame,
    pub texts: Words,
    pub request: &'a str,
}

/// Logged once, told as an id and nothing else.
pub(crate) fn page(console: &Console, ask: &Ask, words: Words, fault: &Fault) -> Response {
    let request = ask.id();
    tracing::error!(request, doing = fault.doing, source = %fault.source, "a page failed");
    let status = match fault.kind {
        FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        FaultKind::Defect => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let page = Page {
        frame: frame(console, ask, words, "fault-title"),
        texts: words,
        request,
    };
    let mut response = show(status, &page.frame, &page, &Leads::by_way_of_us(None));
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer::set(headers, HeaderName::from_static(crate::request_id::HEADER), request);
    response
}
