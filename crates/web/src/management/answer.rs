//! What is answered: views of what is on record, never the records themselves.

use super::problem::Problem;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{CONTENT_TYPE, ETAG, HeaderValue, LOCATION};
use serde::Serialize;
use tollgate_model::{Fault, Listed, Moment, Version};
use utoipa::ToSchema;

/// What a handler answers.
pub(super) type Answer = Result<Response, Problem>;

/// A page of a list.
#[derive(Serialize, ToSchema)]
#[schema(as = Page)]
pub(super) struct PageView<T> {
    /// What stands on it.
    items: Vec<T>,
    /// What `after` is to be for the next page; null on the last.
    next: Option<String>,
}

/// A page.
pub(super) fn listed<T, V: Serialize + From<T>>(listed: Listed<T>) -> Answer {
    let items = listed.items.into_iter().map(V::from).collect();
    json(
        StatusCode::OK,
        &PageView::<V> {
            items,
            next: listed.next,
        },
    )
}

/// A list that is short enough to be told whole.
pub(super) fn whole<T, V: Serialize + From<T>>(items: Vec<T>) -> Answer {
    listed::<T, V>(Listed { items, next: None })
}

/// Something on record, with its version as `ETag`.
pub(super) fn shown<V: Serialize>(view: &V, version: Version) -> Answer {
    Ok(tagged(json(StatusCode::OK, view)?, version))
}

/// Something new, with its version and where it is found.
pub(super) fn created<V: Serialize>(view: &V, version: Version, place: &str) -> Answer {
    let mut response = tagged(json(StatusCode::CREATED, view)?, version);
    crate::answer::set(response.headers_mut(), LOCATION, place);
    Ok(response)
}

/// Done, and nothing to say about it.
pub(super) fn nothing() -> Response {
    crate::answer::bare(StatusCode::NO_CONTENT)
}

/// JSON.
pub(super) fn json<V: Serialize>(status: StatusCode, view: &V) -> Answer {
    let bytes = serde_json::to_vec(view).map_err(|e| Fault::defect("writing an answer", e))?;
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// With its version as `ETag`.
pub(super) fn tagged(mut response: Response, version: Version) -> Response {
    crate::answer::set(response.headers_mut(), ETAG, &format!("\"{version}\""));
    response
}

/// A moment as people and programs read it (RFC 3339, UTC).
pub(super) fn time(moment: Moment) -> String {
    match jiff::Timestamp::from_second(moment.0) {
        Ok(time) => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => moment.0.to_string(),
    }
}
