//! What becomes of a request that somebody else forwards.

use super::layer::Caller;
use crate::acting::Member;
use crate::body::Reply;
use crate::gateway::Trace;
use crate::phase::admit::Permit;
use crate::phase::{Detail, Notes, Stop, finish, prepare, tell};
use crate::request_id::RequestId;
use crate::routes::CompiledRoute;
use crate::serve::Peer;
use crate::sink::Finished;
use crate::tell::{Answered, ending};
use crate::{Gateway, Refusal};
use bytes::Bytes;
use http::header::{CONNECTION, HOST, HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery};
use http::{Method, Request, Response, StatusCode, Uri};
use std::sync::Arc;
use tollgate_model::Moment;
use tollgate_protocol::scope::Scopes;

/// Leave, or a refusal.
pub(crate) enum Judged {
    Allowed(Box<Allowed>),
    Refused(Response<Bytes>),
}

/// What whoever forwards the request does to it.
pub(crate) struct Allowed {
    /// Who asks: these headers replace whatever the request has under their names.
    pub(crate) identity: HeaderMap,
    /// Headers that do not go on: other spellings of ours, overrides, and credentials that were looked at.
    pub(crate) removed: Vec<HeaderName>,
    /// Headers of the answer, whatever it is: the request's id, limits, what is about to end.
    pub(crate) said: HeaderMap,
    /// Path and query in the one spelling that was checked (RS6).
    pub(crate) path: PathAndQuery,
    pub(crate) caller: Caller,
}

impl Gateway {
    /// Whether the request may pass, by the same phases as for one that is forwarded here. It is told of as such a one;
    /// since nobody says how it went on, one that may pass counts as 200.
    pub(crate) async fn judge(&self, peer: &Peer, head: &Parts) -> Judged {
        let (id, now) = (self.ids.next(), self.clock.now());
        let mut trace = Trace::default();
        let mut notes = Notes::default();
        let view = self.view();
        let ticket = self.admission.enter();
        let permit = match (&view, &ticket) {
            (None, _) => Err(Refusal::KeysUnknown.into()),
            (Some(_), Err(refusal)) => Err((*refusal).into()),
            (Some(view), Ok(_)) => self.permit(view, peer, head, now, &mut trace, &mut notes).await,
        };
        match permit {
            Ok(permit) => match self.changed(&permit, head, &id, now) {
                Ok(after) => {
                    self.tell_allowed(&permit, head, &id, now);
                    Judged::Allowed(Box::new(self.allowed(&permit, head, &after, &id, notes)))
                }
                Err(stop) => {
                    trace.token = permit.carried().map(|carried| Arc::clone(&carried.token));
                    self.refused(&trace, &stop, head, &id, now, notes)
                }
            },
            Err(stop) => self.refused(&trace, &stop, head, &id, now, notes),
        }
    }

    /// The answer to what cannot even be read as a request.
    pub(crate) fn unreadable(&self, head: &Parts, words: &'static str) -> Response<Bytes> {
        let stop = Stop {
            refusal: Refusal::PathAmbiguous,
            detail: Detail::Words(words),
        };
        let (id, now) = (self.ids.next(), self.clock.now());
        self.tell_refused(&Trace::default(), &stop, head, &id, now);
        self.turned_away(&stop, head, &id, Notes::default())
    }

    /// The request's headers as the server behind shall see them, but for what concerns the proxy's own hop.
    fn changed(&self, permit: &Permit<'_>, head: &Parts, id: &RequestId, now: Moment) -> Result<HeaderMap, Stop> {
        let by_token = permit.carried().map(|carried| carried.gate);
        let gate = by_token.or_else(|| permit.legacy().map(|old| old.gate));
        let mut after = head.headers.clone();
        self.strip
            .others(&mut after, gate.map(|gate| &*gate.checked).unwrap_or_default());
        prepare::identity(&mut after, permit, id, &self.settings);
        let name = &self.settings.identity.assertion;
        self.assertions.write(&mut after, permit, now, name)?;
        Ok(after)
    }

    fn allowed(&self, permit: &Permit<'_>, head: &Parts, after: &HeaderMap, id: &RequestId, notes: Notes) -> Allowed {
        let ours = self.settings.identity.all();
        let mut identity = HeaderMap::new();
        for (name, value) in after {
            if ours.contains(&name) {
                identity.append(name, value.clone());
            }
        }
        // Also those that did not come, or that we were not told of: what we do not say is said by nobody.
        let unsaid = ours.into_iter().filter(|name| !identity.contains_key(*name));
        let gone = head.headers.keys().filter(|name| !after.contains_key(*name));
        let mut removed: Vec<HeaderName> = gone.chain(unsaid).cloned().collect();
        removed.sort_unstable_by(|a, b| a.as_str().cmp(b.as_str()));
        removed.dedup();
        let mut said = HeaderMap::new();
        said.insert(&self.settings.identity.request_id, id.header());
        notes.write(&mut said);
        Allowed {
            identity,
            removed,
            said,
            path: permit.routed().path.clone(),
            caller: caller(permit, id),
        }
    }

    fn refused(
        &self,
        trace: &Trace<'_>,
        stop: &Stop,
        head: &Parts,
        id: &RequestId,
        now: Moment,
        notes: Notes,
    ) -> Judged {
        self.tell_refused(trace, stop, head, id, now);
        Judged::Refused(self.turned_away(stop, head, id, notes))
    }

    fn turned_away(&self, stop: &Stop, head: &Parts, id: &RequestId, notes: Notes) -> Response<Bytes> {
        let (mut parts, reply) = finish::refusal(stop, &self.settings.name, id, head.version).into_parts();
        // The connection is that of whoever asks for the caller, and has done nothing.
        parts.headers.remove(CONNECTION);
        parts.headers.insert(&self.settings.identity.request_id, id.header());
        notes.write(&mut parts.headers);
        let text = match reply {
            Reply::Own(text) => text.unwrap_or_default(),
            Reply::Upstream(_) => Bytes::new(),
        };
        Response::from_parts(parts, text)
    }

    fn tell_allowed(&self, permit: &Permit<'_>, head: &Parts, id: &RequestId, now: Moment) {
        let carried = permit.carried();
        let answered = Answered {
            client: carried.map(|carried| &carried.token.client),
            api: carried.map(|carried| &carried.gate.api),
            old: permit.legacy(),
            ending: ending(
                Some(permit.routed().route),
                carried.map(|carried| &*carried.token),
                permit.legacy(),
            ),
            status: StatusCode::OK.as_u16(),
            refusal: None,
            at: now,
        };
        self.teller.answered(&answered, || {
            tell::passed(permit, &head.method, id, now, StatusCode::OK, None)
        });
        if self.sink.listens() {
            self.sink.finished(&Finished {
                at: now,
                request: id.as_str(),
                route: Some(permit.routed().route.id.clone()),
                client: carried.map(|carried| carried.token.client.clone()),
                acting_user: permit.acting().map(|member| member.user.email.clone()),
                status: StatusCode::OK,
                refusal: None,
                upstream: None,
            });
        }
    }

    fn tell_refused(&self, trace: &Trace<'_>, stop: &Stop, head: &Parts, id: &RequestId, now: Moment) {
        let (route, token) = (trace.route, trace.token.as_deref());
        let old = trace.old.as_ref();
        let answered = Answered {
            client: token.map(|token| &token.client),
            api: route.and_then(CompiledRoute::api),
            old,
            ending: ending(route, token, old),
            status: stop.refusal.status().as_u16(),
            refusal: Some(stop.refusal),
            at: now,
        };
        self.teller.answered(&answered, || {
            tell::refused(route, (token, old), head, id, now, stop.refusal)
        });
        if self.sink.listens() {
            self.sink.finished(&Finished {
                at: now,
                request: id.as_str(),
                route: route.map(|route| route.id.clone()),
                client: token.map(|token| token.client.clone()),
                acting_user: None,
                status: stop.refusal.status(),
                refusal: Some(stop.refusal),
                upstream: None,
            });
        }
    }
}

fn caller(permit: &Permit<'_>, id: &RequestId) -> Caller {
    let carried = permit.carried();
    let token = carried.map(|carried| &carried.token);
    let old = permit.legacy().map(|old| &old.who.account);
    Caller {
        request_id: id.as_str().to_owned(),
        client: token.map(|token| token.client.clone()),
        account: token.and_then(|token| token.account.clone()).or_else(|| old.cloned()),
        scopes: token.map_or_else(Scopes::default, |token| token.claims.scopes.clone()),
        person: carried
            .and_then(|carried| carried.person())
            .and_then(|person| person.to_str().ok())
            .map(str::to_owned),
        acting_user: permit.acting().map(|member: &Member| member.user.clone()),
    }
}

/// The head of a request, from what somebody tells of it.
///
/// # Errors
/// What is wrong with `target`, in fixed words. A fragment is refused here: reading the target would drop it in silence.
pub(crate) fn head(
    method: Method,
    host: HeaderValue,
    target: &str,
    mut headers: HeaderMap,
) -> Result<Parts, (Box<Parts>, &'static str)> {
    let target = if target.contains('#') {
        Err("It holds a fragment.")
    } else {
        // A whole address is asked of proxies alone; here its host would be one more that could differ.
        let path = PathAndQuery::try_from(target).ok().filter(|_| target.starts_with('/'));
        path.ok_or("It is not a path.")
    };
    headers.insert(HOST, host);
    let (mut parts, ()) = Request::new(()).into_parts();
    parts.method = method;
    parts.headers = headers;
    match target {
        Ok(path) => {
            parts.uri = Uri::from(path);
            Ok(parts)
        }
        Err(words) => Err((Box::new(parts), words)),
    }
}

/// `uri` with another path and query.
pub(crate) fn spelled(uri: Uri, path: PathAndQuery) -> Uri {
    let mut parts = uri.into_parts();
    // A path alone, or a whole address: never an authority without a scheme.
    if parts.scheme.is_none() {
        parts.authority = None::<Authority>;
    }
    parts.path_and_query = Some(path.clone());
    Uri::from_parts(parts).unwrap_or_else(|_| Uri::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(target: &str) -> Result<String, &'static str> {
        let host = HeaderValue::from_static("api.example");
        head(Method::GET, host, target, HeaderMap::new())
            .map(|parts| parts.uri.to_string())
            .map_err(|(_, words)| words)
    }

    /// RS6: what would be read otherwise than it was told is not read at all.
    #[test]
    fn a_target_is_a_path_and_nothing_else() {
        assert_eq!(read("/a/%2e%2e?b=c").as_deref(), Ok("/a/%2e%2e?b=c"));
        for target in ["/a#b", "/a?b#c", "#"] {
            assert_eq!(read(target), Err("It holds a fragment."), "{target}");
        }
        for target in ["", "*", "a/b", "http://api.example/a", "?a", "/a b"] {
            assert_eq!(read(target), Err("It is not a path."), "{target}");
        }
    }

    #[test]
    fn a_respelled_address_keeps_its_host() {
        let path = PathAndQuery::from_static("/b?c");
        for (from, to) in [("/a", "/b?c"), ("http://h.example/a?x", "http://h.example/b?c")] {
            assert_eq!(spelled(from.parse().unwrap(), path.clone()).to_string(), to);
        }
    }
}
