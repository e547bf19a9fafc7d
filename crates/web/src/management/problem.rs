//! What went wrong, as a problem (RFC 9457).

use super::request::{MOST_BODY, RequestId};
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::sync::Arc;
use tollgate_issuer::registry::{No, Registered};
use tollgate_model::Fault;
use tollgate_model::fault::FaultKind;

/// The media type of a problem (RFC 9457 §3).
const MEDIA_TYPE: &str = "application/problem+json";

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(super) enum Problem {
    /// The registry says no.
    No(No),
    /// A failure of ours.
    Fault(Fault),
    /// No credential, or none that opens anything.
    Stranger,
    /// A credential that does not open this.
    Forbidden,
    /// Nothing is here.
    Nowhere,
    /// Something is here, but not for this method.
    WrongMethod,
    /// The body is too large.
    TooLarge,
    /// The body is no JSON by its own account.
    NotJson,
    /// The request cannot be understood: why, and which field or parameter is at fault.
    Malformed {
        /// In words.
        detail: String,
        /// The field, parameter or header, where one can be named.
        field: Option<String>,
    },
}

impl Problem {
    /// A request that cannot be understood, by the fault of one field, parameter or header.
    pub(super) fn at(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Malformed {
            detail: detail.into(),
            field: Some(field.into()),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::No(No::NotFound(_)) | Self::Nowhere => StatusCode::NOT_FOUND,
            Self::No(No::Invalid { .. }) | Self::Malformed { .. } => StatusCode::BAD_REQUEST,
            Self::No(No::Taken { .. } | No::Declared(_) | No::InUse(_)) => StatusCode::CONFLICT,
            Self::No(No::Stale(_)) => StatusCode::PRECONDITION_FAILED,
            Self::Fault(fault) if fault.kind == FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Stranger => StatusCode::UNAUTHORIZED,
            Self::No(No::Forbidden(_)) | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::No(no) => no.code(),
            Self::Fault(fault) if fault.kind == FaultKind::Unavailable => "unavailable",
            Self::Fault(_) => "fault",
            Self::Stranger => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Nowhere => "not_found",
            Self::WrongMethod => "method_not_allowed",
            Self::TooLarge => "too_large",
            Self::NotJson => "not_json",
            Self::Malformed { .. } => "invalid",
        }
    }

    fn detail(&self) -> Option<String> {
        Some(match self {
            Self::No(no) => no.to_string(),
            // What failed of ours is told to the log alone.
            Self::Fault(_) => return None,
            Self::Stranger => "an operator's token is required: Authorization: Bearer tgo_…".into(),
            Self::Forbidden => "this credential does not open the management API".into(),
            Self::Nowhere => "there is nothing at this path".into(),
            Self::WrongMethod => "this path does not answer this method; see Allow".into(),
            Self::TooLarge => format!("a body may have at most {} bytes", MOST_BODY),
            Self::NotJson => "the body must be JSON, with Content-Type: application/json".into(),
            Self::Malformed { detail, .. } => detail.clone(),
        })
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::No(No::Invalid { field, .. } | No::Taken { field }) => Some(field),
            Self::Malformed { field, .. } => field.as_deref(),
            _ => None,
        }
    }

    /// Writes it into an answer whose headers are there already.
    pub(super) fn speak(&self, mut headers: HeaderMap, request: &RequestId) -> Response {
        let status = self.status();
        if let Self::Fault(fault) = self {
            tracing::error!(request = %request.0, doing = fault.doing, source = %fault.source, "a request failed");
        }
        let body = Body::from(self.body(request));
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tollgate\""));
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let mut response = Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn body(&self, request: &RequestId) -> Vec<u8> {
        let status = self.status();
        let said = ProblemView {
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            code: self.code().to_owned(),
            detail: self.detail(),
            field: self.field().map(str::to_owned),
            request_id: request.0.clone(),
        };
        // Strings and numbers are always written.
        serde_json::to_vec(&said).unwrap_or_default()
    }
}

/// A problem (RFC 9457). `type` is absent, which means `about:blank`: `code` tells what it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemView {
    /// The status code's own words.
    title: String,
    /// The status code.
    status: u16,
    /// The stable code: not_found, invalid, taken, declared, in_use, stale, unauthorized, forbidden …
    code: String,
    /// What is wrong, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// The field, query parameter or header that is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    /// The request, as the server's log and the audit log know it.
    request_id: String,
}

impl From<No> for Problem {
    fn from(no: No) -> Self {
        Self::No(no)
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The problem travels beside an empty answer, to be written where the request's id is known.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// What the registry did, or why it did not.
pub(super) fn done<T>(registered: Registered<T>) -> Result<T, Problem> {
    Ok(registered??)
}

/// Where nothing is.
pub(super) async fn nowhere(_request: Request) -> Problem {
    Problem::Nowhere
}

/// Where something is, but not for this method.
pub(super) async fn wrong_method(_request: Request) -> Problem {
    Problem::WrongMethod
}
