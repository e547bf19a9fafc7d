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
    /// The client whose token it carried, if one of the issuer's keys signed it.
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
            acting_user = finished.acting_user.as_deref(),
            status = finished.status.as_u16(),
            refusal = finished.refusal.map(Refusal::code),
            upstream = ?finished.upstream,
            "answered"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::fmt::Debug;
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber};

    /// What was told last, field by field.
    #[derive(Clone, Default)]
    struct Heard(Arc<Mutex<BTreeMap<&'static str, String>>>);

    impl Visit for Heard {
        fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
            self.0.lock().unwrap().insert(field.name(), format!("{value:?}"));
        }
    }

    impl Subscriber for Heard {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut self.clone());
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    /// SS-38: the record names the user for whom the client acted.
    #[test]
    fn the_log_names_client_and_acting_user() {
        let heard = Heard::default();
        let finished = Finished {
            at: Moment(0),
            request: "r1",
            route: Some(RouteId::new("returns")),
            client: Some(ClientId::new("robot")),
            acting_user: Some("ann@firm.example".into()),
            status: StatusCode::OK,
            refusal: None,
            upstream: None,
        };
        tracing::subscriber::with_default(heard.clone(), || Log.finished(&finished));
        let told = heard.0.lock().unwrap();
        for (name, value) in [
            ("client", "\"robot\""),
            ("acting_user", "\"ann@firm.example\""),
            ("status", "200"),
        ] {
            assert_eq!(told.get(name).map(String::as_str), Some(value), "{name}");
        }
    }
}
