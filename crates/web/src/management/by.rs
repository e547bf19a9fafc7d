//! Who asks.

use super::problem::Problem;
use super::request::RequestId;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Method};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{Asker, operator as credential};
use tollgate_model::Operator;
use tollgate_model::event::Actor;
use tollgate_model::operator::OperatorKind;

/// The operator who asks. Only [`operator`] and [`gateway`] make one.
#[derive(Clone, Debug)]
pub(super) struct By(Asker);

impl By {
    /// As the registry wants to know it.
    pub(super) fn asker(&self) -> &Asker {
        &self.0
    }
}

/// Lets operators through.
pub(super) async fn operator(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Result<Response, Problem> {
    let who = authenticated(&desk, request.headers()).await?;
    match who.kind {
        OperatorKind::Operator => Ok(next.run(known(request, &who)).await),
        OperatorKind::Gateway => Err(Problem::Forbidden),
    }
}

/// Lets gateways through, and operators.
pub(super) async fn gateway(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Result<Response, Problem> {
    let who = authenticated(&desk, request.headers()).await?;
    Ok(next.run(known(request, &who)).await)
}

async fn authenticated(desk: &Desk, headers: &HeaderMap) -> Result<Arc<Operator>, Problem> {
    let text = bearer(headers).ok_or(Problem::Stranger)?;
    credential::authenticate(desk, text).await?.ok_or(Problem::Stranger)
}

/// The token of the one `Authorization` header (RFC 6750 §2.1). Nothing in the body or the query counts.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let (one, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, token) = one.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("Bearer").then(|| token.trim())
}

fn known(mut request: Request, who: &Operator) -> Request {
    let name = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    request.extensions_mut().insert(By(Asker {
        actor: Actor::Operator(who.id.to_string()),
        request: name,
    }));
    request
}

/// Refuses query parameters where no method reads any: with them a request means something that we do not do.
pub(super) async fn closed(request: Request, next: Next) -> Result<Response, Problem> {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    match request.uri().query() {
        Some(query) if !reads && !query.is_empty() => {
            let name = query.split(['&', '=']).next().unwrap_or(query);
            let name: String = name.chars().take(50).collect();
            let detail = format!("unknown query parameter {name:?}");
            Err(Problem::at(name, detail))
        }
        _ => Ok(next.run(request).await),
    }
}

impl<S: Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Absent where a route was left outside the guard: then nobody asks, and nothing is done.
        parts.extensions.get::<Self>().cloned().ok_or(Problem::Stranger)
    }
}
