//! What is told of each request once it is answered.

use crate::Refusal;
use http::StatusCode;
use std::time::Duration;
use tollgate_model::{ClientId, Moment, RouteId};

/// What became of one request. Holds no secret: neither token nor query nor body.
#[derive(Clone, Debug)]
pub struct Finished<'a> {
    /// When it came.
    pub at: Moment,
    /// Its id.
    pub request: &'a str,
    /// The route it took, if one was found.
    pub route: Option<RouteId>,
    /// The client whose token it carried, if the token was good.
    pub client: Option<ClientId>,
    /// The member for whom it acted (SS-38), by e-mail address.
    pub acting_user: Option<String>,
    /// What it was answered with.
    pub status: StatusCode,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
    /// From handing it to the target until the head of its answer; none when it was not handed on.
    pub upstream: Option<Duration>,
}

/// Who is told. Called once a request, on the request's own task, so it must not block.
pub trait Sink: Send + Sync {
    /// Whether anybody listens just now; when not, no record is made.
    fn listens(&self) -> bool {
        true
    }

    /// One request was answered.
    fn finished(&self, finished: &Finished<'_>);
}

/// Tells the log, at level debug.
pub(crate) struct Log;

impl Sink for Log {
    fn listens(&self) -> bool {
        tracing::enabled!(tracing::Level::DEBUG)
    }

    fn finished(&self, finished: &Finished<'_>) {
        tracing::debug!(
            request = finished.request,
            route = finished.route.as_ref().map(RouteId::as_str),
            client = finished.client.as_ref().map(ClientId::as_str),
            status = finished.status.as_u16(),
            refusal = finished.refusal.map(Refusal::code),
            upstream = ?finished.upstream,
            "answered"
        );
    }
}
