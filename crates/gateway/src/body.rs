//! Bodies on their way through. Nothing is collected: each frame goes on as it comes.

use crate::strip::Strip;
use crate::upstream::Held;
use bytes::Bytes;
use http::HeaderName;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// The body of a request on its way to a target.
#[derive(Debug)]
pub(crate) struct RequestBody {
    inner: Option<Incoming>,
    /// How many bytes may still come.
    left: u64,
    progress: Option<Arc<Progress>>,
    strip: Option<Arc<Strip>>,
    /// The headers that said for whom the request is, which no trailer may.
    checked: Option<Arc<[HeaderName]>>,
}

/// How far a request body has come: a long upload is not a silent server.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    frames: AtomicU64,
    too_large: AtomicBool,
    broken: AtomicBool,
}

impl Progress {
    pub(crate) fn step(&self) {
        self.frames.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn frames(&self) -> u64 {
        self.frames.load(Ordering::Relaxed)
    }

    /// Whether it was cut at its cap.
    pub(crate) fn is_cut(&self) -> bool {
        self.too_large.load(Ordering::Relaxed)
    }

    /// Whether the caller broke it off.
    pub(crate) fn has_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

/// Why a request body was cut.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Cut {
    #[error("the request body is over its cap")]
    TooLarge,
    #[error("the request body broke off")]
    Client(#[source] hyper::Error),
}

impl RequestBody {
    /// No body.
    pub(crate) const fn empty() -> Self {
        Self {
            inner: None,
            left: 0,
            progress: None,
            strip: None,
            checked: None,
        }
    }

    /// The caller's body, of which at most `most` bytes pass; 0: any number. `checked` are the headers that said for
    /// whom the request is, if the route looks at any.
    pub(crate) fn of(incoming: Incoming, most: u64, strip: &Arc<Strip>, checked: Option<&Arc<[HeaderName]>>) -> Self {
        if incoming.is_end_stream() {
            return Self::empty();
        }
        Self {
            inner: Some(incoming),
            left: if most == 0 { u64::MAX } else { most },
            progress: Some(Arc::default()),
            strip: Some(Arc::clone(strip)),
            checked: checked.cloned(),
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.inner.is_none()
    }

    /// Where its progress can be seen; none when there is no body.
    pub(crate) fn progress(&self) -> Option<Arc<Progress>> {
        self.progress.clone()
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else {
            return Poll::Ready(None);
        };
        let polled = Pin::new(inner).poll_frame(cx);
        let Poll::Ready(Some(frame)) = polled else {
            return polled.map(|_| None);
        };
        if let Some(progress) = &this.progress {
            progress.step();
            if frame.is_err() {
                progress.broken.store(true, Ordering::Relaxed);
            }
        }
        let mut frame = frame.map_err(Cut::Client)?;
        if let Some(data) = frame.data_ref() {
            match this.left.checked_sub(data.len() as u64) {
                Some(left) => this.left = left,
                None => {
                    if let Some(progress) = &this.progress {
                        progress.too_large.store(true, Ordering::Relaxed);
                    }
                    return Poll::Ready(Some(Err(Cut::TooLarge)));
                }
            }
        } else if let (Some(trailers), Some(strip)) = (frame.trailers_mut(), &this.strip) {
            strip.trailers(trailers, this.checked.as_deref().unwrap_or_default());
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

/// The body of an answer.
#[derive(Debug)]
pub enum Reply {
    /// What the target sends, as it comes.
    Upstream(Passing),
    /// What the gateway says itself.
    Own(Option<Bytes>),
}

/// The body of a target's answer on its way through.
#[derive(Debug)]
pub struct Passing {
    inner: Incoming,
    /// The request's place at its target, where places are counted.
    held: Option<Held>,
    idle: Duration,
    /// Runs while the next frame is waited for. A body that comes with its head needs none.
    clock: Option<Pin<Box<Sleep>>>,
    waits: bool,
}

impl Passing {
    /// A body that breaks off when its target is silent for `idle`.
    pub(crate) const fn new(inner: Incoming, held: Option<Held>, idle: Duration) -> Self {
        Self {
            inner,
            held,
            idle,
            clock: None,
            waits: false,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(frame) = polled {
            self.waits = false;
            if frame.is_none() {
                self.held = None;
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(BrokenOff::Target)));
        }
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep(self.idle)));
        if !self.waits {
            self.waits = true;
            clock.as_mut().reset(Instant::now() + self.idle);
        }
        ready!(clock.as_mut().poll(cx));
        tracing::warn!("a target was silent in the middle of its answer");
        Poll::Ready(Some(Err(BrokenOff::Silent)))
    }
}

/// Why the body of an answer broke off.
#[derive(Debug, thiserror::Error)]
pub enum BrokenOff {
    /// The target broke it off.
    #[error("the target broke its answer off")]
    Target(#[source] hyper::Error),
    /// The target was silent for too long.
    #[error("the target was silent in the middle of its answer")]
    Silent,
}

impl Body for Reply {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        match self.get_mut() {
            Self::Upstream(passing) => passing.poll(cx),
            Self::Own(text) => Poll::Ready(
                text.take()
                    .map(|text| Ok::<_, Infallible>(Frame::data(text)))
                    .map(never),
            ),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Upstream(passing) => passing.inner.is_end_stream(),
            Self::Own(text) => text.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Upstream(passing) => passing.inner.size_hint(),
            Self::Own(text) => SizeHint::with_exact(text.as_ref().map_or(0, |text| text.len() as u64)),
        }
    }
}

fn never<T>(frame: Result<T, Infallible>) -> Result<T, BrokenOff> {
    frame.map_err(|never| match never {})
}
