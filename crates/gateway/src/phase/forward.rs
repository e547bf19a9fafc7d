//! To the server behind, and back.

use super::Stop;
use super::admit::Permit;
use super::prepare::Prepared;
use crate::body::{Passing, Progress, Reply, RequestBody};
use crate::settings::Timeouts;
use crate::tunnel::tunnel;
use crate::upstream::{Held, Target, Turn};
use crate::{Refusal, strip};
use futures_util::future::{Either, select};
use http::header::{self, HeaderMap, HeaderValue};
use http::uri::Scheme;
use http::{Method, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::client::legacy;
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Sends a request for which leave was given, and returns the head of the answer; the body follows as it comes.
pub(crate) async fn send(
    permit: &Permit<'_>,
    prepared: Prepared,
    timeouts: &Timeouts,
) -> Result<Response<Reply>, Stop> {
    let routed = permit.routed();
    let pool = &routed.route.pool;
    let turn = pool.turn()?;
    // Trying again means sending the same twice: only where nothing is to be changed.
    let harmless = matches!(prepared.method, Method::GET | Method::HEAD | Method::OPTIONS);
    let again = (harmless && prepared.body.is_empty() && prepared.upgrade.is_none())
        .then(|| (prepared.method.clone(), prepared.headers.clone()));
    let Prepared {
        method,
        headers,
        body,
        upgrade,
        trailers,
    } = prepared;
    let attempt = Attempt {
        method,
        headers,
        body,
        trailers,
        upgrade: upgrade.is_some(),
    };
    let tried = turn.target();
    let mut sent = once(routed, turn, attempt).await;
    if let Err(failed @ (Failed::Connect | Failed::Unanswered)) = &sent {
        let connected = matches!(failed, Failed::Unanswered);
        if !connected {
            pool.failed(tried);
        }
        // A kept connection that its server closed in the same moment says nothing against the server.
        if let Some((method, headers)) = again
            && let Some(turn) = pool.turn_again(tried, connected)
        {
            let attempt = Attempt {
                method,
                headers,
                body: RequestBody::empty(),
                trailers,
                upgrade: false,
            };
            let target = turn.target();
            let second = once(routed, turn, attempt).await;
            if let Err(Failed::Connect) = second {
                pool.failed(target);
            }
            // That the second found no connection tells less than that the first broke off.
            if !(connected && matches!(second, Err(Failed::Connect))) {
                sent = second;
            }
        }
    }
    let (response, held) = sent.map_err(|failed| match failed {
        Failed::Connect => Refusal::UpstreamUnreachable,
        Failed::Unanswered => Refusal::UpstreamBroken,
        Failed::Other(refusal) => refusal,
    })?;
    Ok(answer(response, upgrade, held, timeouts)?)
}

struct Attempt {
    method: Method,
    headers: HeaderMap,
    body: RequestBody,
    trailers: bool,
    upgrade: bool,
}

enum Failed {
    /// There was no connection: nothing was sent.
    Connect,
    /// The connection ended before any answer.
    Unanswered,
    Other(Refusal),
}

async fn once(
    routed: &super::route::Routed<'_>,
    turn: Turn<'_>,
    attempt: Attempt,
) -> Result<(Response<Incoming>, Option<Held>), Failed> {
    let target = turn.target();
    let Attempt {
        method,
        mut headers,
        body,
        trailers,
        upgrade,
    } = attempt;
    let defect = Failed::Other(Refusal::UpstreamBroken);
    let Some(uri) = target.origin.at(routed.path.clone()) else {
        return Err(defect);
    };
    if let Some(host) = &target.host {
        headers.insert(header::HOST, host.clone());
    }
    if trailers && !upgrade {
        headers.insert(header::TE, HeaderValue::from_static("trailers"));
        if target.http1 {
            // RFC 9110 §10.1.4: `TE` is said to the next server alone. HTTP/2 has no `Connection` (RFC 9113 §8.2.2).
            headers.insert(header::CONNECTION, HeaderValue::from_static("te"));
        }
    }
    // The client takes a GET without known length for one without body; this one has one. Where HTTP/2 is negotiated
    // the client leaves the field out again (RFC 9113 §8.2.2).
    if (target.http1 || target.origin.scheme == Scheme::HTTPS)
        && !body.is_empty()
        && !headers.contains_key(header::CONTENT_LENGTH)
    {
        headers.insert(header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
    }
    let progress = body.progress();
    let mut request = Request::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = headers;
    let connections = if upgrade {
        target.to_upgrade.as_ref()
    } else {
        Some(&target.connections)
    };
    let Some(answer) = connections.and_then(|connections| connections.request(request)) else {
        return Err(defect);
    };
    let limit = match routed.route.pool.response_timeout {
        Duration::ZERO => Duration::MAX,
        limit => limit,
    };
    let answer = within(|| sleep(limit), progress.clone(), answer).await;
    match answer {
        None => {
            turn.failed();
            Err(Failed::Other(Refusal::UpstreamTimeout))
        }
        Some(Ok(response)) => {
            let held = turn.answered(response.status());
            Ok((response, held))
        }
        // It was we who broke it off, or the caller. Over HTTP/2 the error tells of no more than a reset.
        Some(Err(_)) if progress.as_ref().is_some_and(|progress| progress.is_cut()) => {
            Err(Failed::Other(Refusal::BodyTooLarge))
        }
        Some(Err(_)) if progress.is_some_and(|progress| progress.has_broken()) => {
            Err(Failed::Other(Refusal::UpstreamBroken))
        }
        Some(Err(error)) => {
            turn.failed();
            Err(failed(&error, target))
        }
    }
}

/// Waits for the head of the answer, and longer while the request's body is still on its way: the limit is on the
/// server's silence, not on the caller's upload. `limit` makes a future that ends when the server was silent too long.
async fn within<T, L: Future>(
    limit: impl Fn() -> L,
    progress: Option<Arc<Progress>>,
    answer: impl Future<Output = T>,
) -> Option<T> {
    let mut answer = pin!(answer);
    let mut seen = 0;
    loop {
        match select(answer.as_mut(), pin!(limit())).await {
            Either::Left((answer, _)) => return Some(answer),
            Either::Right(_) => {}
        }
        match progress.as_ref().map(|progress| progress.frames()) {
            Some(frames) if frames != seen => seen = frames,
            _ => return None,
        }
    }
}

fn failed(error: &legacy::Error, target: &Target) -> Failed {
    tracing::warn!(target = target.name(), error = ?error, "forwarding a request");
    if error.is_connect() {
        Failed::Connect
    } else if ended(error) {
        Failed::Unanswered
    } else {
        Failed::Other(Refusal::UpstreamBroken)
    }
}

/// Whether the connection ended, rather than that something wrong was said on it.
fn ended(error: &legacy::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper::Error>()
            && (error.is_incomplete_message() || error.is_canceled() || error.is_closed())
        {
            return true;
        }
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                error.kind(),
                ErrorKind::ConnectionReset
                    | ErrorKind::ConnectionAborted
                    | ErrorKind::BrokenPipe
                    | ErrorKind::UnexpectedEof
            );
        }
        cause = error.source();
    }
    false
}

fn answer(
    mut response: Response<Incoming>,
    upgrade: Option<OnUpgrade>,
    held: Option<Held>,
    timeouts: &Timeouts,
) -> Result<Response<Reply>, Refusal> {
    let switching = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let theirs = switching.then(|| hyper::upgrade::on(&mut response));
    strip::answer(response.headers_mut());
    *response.version_mut() = Version::HTTP_11;
    match (theirs, upgrade) {
        (None, _) => {}
        // Nobody asked for it.
        (Some(_), None) => return Err(Refusal::UpstreamBroken),
        (Some(theirs), Some(ours)) => {
            tokio::spawn(tunnel(ours, theirs, timeouts.tunnel));
            response
                .headers_mut()
                .insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            response
                .headers_mut()
                .insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        }
    }
    Ok(response.map(|body| Reply::Upstream(Passing::new(body, held, timeouts.body))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, poll_fn, ready};
    use std::task::Poll;

    /// A long upload is not a silent server: each time the limit passes, the body has come further.
    #[tokio::test]
    async fn a_server_that_waits_for_a_long_upload_is_not_silent() {
        let progress = Arc::new(Progress::default());
        let upload = Arc::clone(&progress);
        let mut parts = 0;
        let answer = poll_fn(move |_| {
            parts += 1;
            upload.step();
            if parts > 5 {
                Poll::Ready("answered")
            } else {
                Poll::Pending
            }
        });
        assert_eq!(within(|| ready(()), Some(progress), answer).await, Some("answered"));
    }

    #[tokio::test]
    async fn a_server_that_is_silent_though_nothing_comes_is_given_up() {
        let stalled = Arc::new(Progress::default());
        stalled.step();
        assert_eq!(within(|| ready(()), Some(stalled), pending::<()>()).await, None);
        assert_eq!(within(|| ready(()), None, pending::<()>()).await, None);
    }
}
