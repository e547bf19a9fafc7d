//! Aliases: other ways to the same endpoints, some of which say that they will end.

use crate::door::{Alias, same_host};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::HOST;
use std::sync::Arc;

/// The alias that a request to `path` under `host` comes through, if it does.
pub(crate) fn of<'a>(house: &'a House, path: &str, host: Option<&str>) -> Option<&'a Alias> {
    house.paths.aliases.iter().find(|alias| {
        alias.path == path
            && match &alias.host {
                Some(named) => host.is_some_and(|host| same_host(named, host)),
                None => path != house.paths.of(alias.endpoint),
            }
    })
}

/// Lets requests through, adds to what came through a deprecated alias that it will end (RFC 9745, RFC 8594), and
/// answers 404 where an alias is there under another host only.
pub(crate) async fn told(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let authority = request.uri().authority().map(|authority| authority.as_str());
    let host = request
        .headers()
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .or(authority);
    let Some(alias) = of(&house, path, host) else {
        let elsewhere = house.paths.aliases.iter().any(|alias| alias.path == path);
        let straight = house.paths.straight(path);
        if elsewhere && !straight {
            return crate::handler::nothing::here().await.into_response();
        }
        return next.run(request).await;
    };
    let told = alias.deprecated.clone().map(|deprecated| (deprecated, alias.endpoint));
    let mut response = next.run(request).await;
    if let Some((deprecated, endpoint)) = told {
        answer::deprecation(response.headers_mut(), &deprecated, &house.paths, endpoint);
    }
    response
}
