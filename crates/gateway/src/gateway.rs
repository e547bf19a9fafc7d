//! The gateway, and a request's way through it.

use crate::Refusal;
use crate::acting::ActingUsers;
use crate::assertion::Assertions;
use crate::body::Reply;
use crate::counts::Counts;
use crate::doors::forward_auth;
use crate::introspection::Introspector;
use crate::legacy::{Credentials, Old};
use crate::limit::Limits;
use crate::memory::{Remembered, Tokens};
use crate::metadata::{self, Public};
use crate::overload::Admission;
use crate::phase::admit::Permit;
use crate::phase::verify::Proof;
use crate::phase::{Notes, Stop, admit, finish, forward, legacy, limit, prepare, route, tell, verify};
use crate::request_id::{RequestId, RequestIds};
use crate::routes::CompiledRoute;
use crate::serve::Peer;
use crate::settings::Settings;
use crate::sink::{Finished, Log, Sink};
use crate::strip::Strip;
use crate::tell::{Answered, Teller, ending};
use crate::upstream::Upstreams;
use crate::view::View;
use arc_swap::ArcSwapOption;
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tollgate_model::moment::Clock;
use tollgate_model::{Fault, Moment, Seq, Snapshot, Source};

/// A reverse proxy that lets through what the issuer's tokens open.
///
/// It is useful once three things run: [`follow`](Self::follow), which learns what to check, and one
/// [`serve`](Self::serve) or more. Until the first snapshot is there it answers 503 to everything (RS10).
pub struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) source: Arc<dyn Source>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) sink: Arc<dyn Sink>,
    pub(crate) teller: Teller,
    pub(crate) counts: Counts,
    view: ArcSwapOption<View>,
    ready: watch::Sender<Option<Seq>>,
    /// When the source was last heard.
    heard: AtomicI64,
    tokens: Tokens,
    pub(crate) users: ActingUsers,
    pub(crate) legacy: Credentials,
    pub(crate) limits: Limits,
    pub(crate) admission: Admission,
    pub(crate) assertions: Assertions,
    /// Whom it asks about opaque tokens.
    pub(crate) introspector: Option<Arc<Introspector>>,
    /// Where the world finds it.
    pub(crate) public: Option<Public>,
    /// Only touched when routes change.
    upstreams: Mutex<Upstreams>,
    pub(crate) strip: Arc<Strip>,
    pub(crate) ids: RequestIds,
}

impl Gateway {
    /// A gateway that knows nothing yet and tells the log, at level debug, of each request.
    #[must_use]
    pub fn new(settings: Settings, source: Arc<dyn Source>, clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::with_sink(settings, source, clock, Arc::new(Log))
    }

    /// A gateway that tells `sink` of each request.
    #[must_use]
    pub fn with_sink(
        settings: Settings,
        source: Arc<dyn Source>,
        clock: Arc<dyn Clock>,
        sink: Arc<dyn Sink>,
    ) -> Arc<Self> {
        Arc::new(Self {
            sink,
            teller: Teller::new(settings.lanes),
            counts: Counts::new(settings.lanes),
            view: ArcSwapOption::empty(),
            ready: watch::Sender::new(None),
            heard: AtomicI64::new(0),
            tokens: Tokens::new(settings.memory.tokens),
            users: ActingUsers::new(settings.memory.acting_users),
            limits: Limits::new(&settings),
            legacy: Credentials::new(settings.memory.legacy, &settings.upstream_roots),
            admission: Admission::new(&settings),
            assertions: Assertions::new(&settings),
            introspector: settings
                .introspection
                .clone()
                .map(|asked| Introspector::new(asked, &settings.upstream_roots, settings.memory.tokens)),
            public: Public::new(&settings),
            upstreams: Mutex::new(Upstreams::new(&settings)),
            strip: Arc::new(Strip::new(&settings.identity)),
            ids: RequestIds::new(),
            settings,
            source,
            clock,
        })
    }

    /// Waits until the first snapshot was taken.
    pub async fn ready(&self) {
        self.reached(Seq::MIN).await;
    }

    /// Waits until everything up to `seq` of the change log is in force here.
    pub async fn reached(&self, seq: Seq) {
        let mut place = self.ready.subscribe();
        // The sender lives as long as we do, so this ends with the place reached.
        let _ = place.wait_for(|place| place.is_some_and(|place| place >= seq)).await;
    }

    /// For how many seconds the source was not heard; none before the first snapshot. A source that waits for
    /// news is silent for some 20 seconds at a time.
    #[must_use]
    pub fn staleness(&self) -> Option<i64> {
        let known = self.view.load().is_some();
        known.then(|| self.clock.now().since(self.last_heard()))
    }

    /// The way of one request, from its head to the head of its answer.
    pub async fn handle(&self, peer: &Peer, request: Request<Incoming>) -> Response<Reply> {
        if forward_auth::asks(self, &request) {
            return Box::pin(self.forward_auth(peer, request)).await;
        }
        let id = self.ids.next();
        let now = self.clock.now();
        let version = request.version();
        let mut trace = Trace {
            listened_to: self.sink.listens(),
            ..Trace::default()
        };
        // The view a request begins with is the view it is judged by.
        let view = self.view.load_full();
        let (head, body) = request.into_parts();
        if let Some(answer) = metadata::answer(self, view.as_deref(), &head, &id) {
            return answer;
        }
        let _under_way = self.counts.came();
        let mut notes = Notes::default();
        let ticket = self.admission.enter();
        let permit = match (&view, &ticket) {
            (None, _) => Err(Refusal::KeysUnknown.into()),
            (Some(_), Err(refusal)) => Err((*refusal).into()),
            (Some(view), Ok(_)) => self.permit(view, peer, &head, now, &mut trace, &mut notes).await,
        };
        let answer = |stop: &Stop| finish::refusal(stop, &self.settings.name, &id, version);
        let (mut response, refusal) = match permit {
            Ok(permit) => {
                let method = head.method.clone();
                let request = Request::from_parts(head, body);
                let sent = self.forward(&permit, request, peer, (&id, now), &mut trace).await;
                let (response, refusal) = match sent {
                    Ok(response) => (response, None),
                    Err(stop) => (answer(&stop), Some(stop.refusal)),
                };
                let status = response.status();
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
                    status: status.as_u16(),
                    refusal,
                    at: now,
                };
                self.teller
                    .answered(&answered, || tell::passed(&permit, &method, &id, now, status, refusal));
                (response, refusal)
            }
            Err(stop) => {
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
                    tell::refused(route, (token, old), &head, &id, now, stop.refusal)
                });
                (answer(&stop), Some(stop.refusal))
            }
        };
        self.counts.answered(response.status().as_u16(), refusal);
        let headers = response.headers_mut();
        headers.insert(&self.settings.identity.request_id, id.header());
        notes.write(headers);
        if trace.listened_to {
            self.sink.finished(&Finished {
                at: now,
                request: id.as_str(),
                route: trace.route.map(|route| route.id.clone()),
                client: trace.token.map(|token| token.client.clone()),
                acting_user: trace.acting_user,
                status: response.status(),
                refusal,
                upstream: trace.upstream,
            });
        }
        response
    }

    /// The phases up to leave being given, in their order. Whoever else asks whether a request may pass asks here.
    pub(crate) async fn permit<'v>(
        &self,
        view: &'v View,
        peer: &Peer,
        head: &Parts,
        now: Moment,
        trace: &mut Trace<'v>,
        notes: &mut Notes,
    ) -> Result<Permit<'v>, Stop> {
        let judged = self.judged(view, peer, head, now, trace, notes).await;
        if let Err(stop) = &judged
            && let Some(pointer) = metadata::pointer(self, view, head, stop)
        {
            notes.point(pointer);
        }
        judged
    }

    async fn judged<'v>(
        &self,
        view: &'v View,
        peer: &Peer,
        head: &Parts,
        now: Moment,
        trace: &mut Trace<'v>,
        notes: &mut Notes,
    ) -> Result<Permit<'v>, Stop> {
        let routed = route::find(view, &self.settings.caps, head)?;
        trace.route = Some(routed.route);
        let came = limit::Came {
            peer,
            headers: &head.headers,
        };
        let counted = limit::address(self, &routed, came, now, notes)?;
        legacy::over(&routed, now, notes)?;
        let verified = verify::proof(self, routed, head, now, notes, trace).await?;
        legacy::over_for(&verified, now, notes, trace)?;
        let permit = admit::admit(verified, &head.headers, &self.users, &self.source, &mut trace.token).await?;
        match limit::take(self, &permit, came, counted, notes) {
            Ok(()) => Ok(permit),
            Err(stop) => {
                match permit.into_proof() {
                    Proof::Token(carried) => trace.token = Some(carried.token),
                    Proof::Legacy(old) => trace.old = Some(old),
                    Proof::Nothing => {}
                }
                Err(stop)
            }
        }
    }

    /// The phases after that.
    async fn forward(
        &self,
        permit: &Permit<'_>,
        request: Request<Incoming>,
        peer: &Peer,
        (id, now): (&RequestId, Moment),
        trace: &mut Trace<'_>,
    ) -> Result<Response<Reply>, Stop> {
        if trace.listened_to {
            trace.token = permit.carried().map(|carried| Arc::clone(&carried.token));
            trace.acting_user = permit.acting().map(|member| member.user.email.clone());
        }
        let mut prepared = prepare::request(permit, request, peer, id, &self.settings, &self.strip)?;
        let name = &self.settings.identity.assertion;
        self.assertions.write(&mut prepared.headers, permit, now, name)?;
        if !trace.listened_to {
            return forward::send(permit, prepared, &self.settings.timeouts).await;
        }
        let start = Instant::now();
        let sent = forward::send(permit, prepared, &self.settings.timeouts).await;
        trace.upstream = Some(start.elapsed());
        sent
    }

    pub(crate) const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub(crate) fn view(&self) -> Option<Arc<View>> {
        self.view.load_full()
    }

    /// Works from `snapshot` from now on.
    pub(crate) fn take(&self, snapshot: Snapshot) -> Result<Seq, Fault> {
        let before = self.view();
        // The lock guards a map of connections, which no panic leaves half-written.
        let mut upstreams = self.upstreams.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.settings.rest.is_some();
        let view = View::of(snapshot, before.as_deref(), &mut upstreams, kept)?;
        drop(upstreams);
        let seq = view.seq;
        self.install(view);
        // The news between the last place and this snapshot was not read one by one.
        self.users.clear();
        self.legacy.clear();
        self.limits.plans.clear();
        Ok(seq)
    }

    pub(crate) fn install(&self, view: View) {
        self.view.store(Some(Arc::new(view)));
    }

    /// Everything up to `seq` is in force.
    pub(crate) fn mark(&self, seq: Seq) {
        self.ready.send_replace(Some(seq));
    }

    pub(crate) fn heard(&self) {
        self.heard_at(self.clock.now());
    }

    pub(crate) fn heard_at(&self, moment: Moment) {
        self.heard.store(moment.0, Ordering::Relaxed);
    }

    pub(crate) fn last_heard(&self) -> Moment {
        Moment(self.heard.load(Ordering::Relaxed))
    }
}

/// What is known of a request so far, for those who are told of it.
#[derive(Default)]
pub(crate) struct Trace<'v> {
    listened_to: bool,
    pub(crate) route: Option<&'v CompiledRoute>,
    /// A token whose signature is right.
    pub(crate) token: Option<Arc<Remembered>>,
    /// Who came by an old way, whether or not it still works.
    pub(crate) old: Option<Old<'v>>,
    acting_user: Option<String>,
    upstream: Option<Duration>,
}
