//! The servers behind: connections to them, which of them are well, and how much each is given to do.

mod budget;
mod circuit;
mod course;
mod pace;

use crate::body::RequestBody;
use crate::phase::{Detail, Stop};
use crate::resolver::{Guarded, guarded};
use crate::settings::Settings;
use crate::{Refusal, lane, tls};
use budget::Budget;
use circuit::{As, Circuit};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, StatusCode, Uri, header};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use pace::{Pace, Waiting};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::Instant;
use tollgate_model::route::Upstream;

type Pooled = Client<HttpsConnector<Guarded>, RequestBody>;

/// Pooled connections, a pool for each lane and one for whoever is on none.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Arc<[Pooled]>);

impl Connections {
    /// Sends a request on a connection of this lane. None before there is any pool.
    pub(crate) fn request(&self, request: Request<RequestBody>) -> Option<ResponseFuture> {
        let pool = self.0.get(lane::here()).or_else(|| self.0.last())?;
        Some(pool.request(request))
    }
}

/// Everything that is held towards the servers behind. It outlives a change of routes: connections and what is
/// known of a target's health stay.
pub(crate) struct Upstreams {
    extra_roots: Vec<rustls_pki_types::CertificateDer<'static>>,
    idle: Duration,
    health: Duration,
    lanes: usize,
    link_local: bool,
    least_in_flight: u32,
    tls: Option<rustls::ClientConfig>,
    connections: HashMap<(Wire, u32), Connections>,
    pools: HashMap<Upstream, Weak<Pool>>,
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Wire {
    /// HTTP/1.1 in the clear.
    Plain,
    /// HTTP/2 in the clear, known beforehand.
    Plain2,
    /// Over TLS, HTTP/2 or HTTP/1.1 as negotiated (RFC 7301).
    Tls,
    /// HTTP/1.1 over TLS: what is going to be upgraded.
    Tls1,
}

impl Upstreams {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            extra_roots: settings.upstream_roots.clone(),
            idle: settings.timeouts.idle,
            health: settings.timeouts.health,
            lanes: settings.lanes,
            link_local: settings.link_local_upstreams,
            least_in_flight: settings.least_in_flight,
            tls: None,
            connections: HashMap::new(),
            pools: HashMap::new(),
        }
    }

    /// The pool of an upstream, the same one as long as somebody uses it. None when a target cannot be read.
    pub(crate) fn pool(&mut self, upstream: &Upstream) -> Option<Arc<Pool>> {
        if let Some(pool) = self.pools.get(upstream).and_then(Weak::upgrade) {
            return Some(pool);
        }
        self.pools.retain(|_, pool| pool.strong_count() > 0);
        let mut targets = Vec::new();
        for text in &upstream.targets {
            let origin = Origin::parse(text)?;
            let tls = origin.scheme == Scheme::HTTPS;
            let wire = match (tls, upstream.http2) {
                (true, _) => Wire::Tls,
                (false, true) => Wire::Plain2,
                (false, false) => Wire::Plain,
            };
            let connections = self.connections(wire, upstream.connect_timeout)?;
            let to_upgrade = match (upstream.upgrades, tls) {
                (false, _) => None,
                (true, true) => Some(self.connections(Wire::Tls1, upstream.connect_timeout)?),
                (true, false) => Some(self.connections(Wire::Plain, upstream.connect_timeout)?),
            };
            targets.push(Arc::new(Target {
                // RFC 9113 §8.3.1: HTTP/2 has `:authority`. Where the version is not known, the client sees to it.
                host: (wire == Wire::Plain)
                    .then(|| HeaderValue::from_str(origin.authority.as_str()).ok())
                    .flatten(),
                http1: wire == Wire::Plain,
                origin,
                connections,
                to_upgrade,
                down: AtomicBool::new(false),
                failures: AtomicU32::new(0),
                made: Instant::now(),
                most: upstream.in_flight,
                in_flight: AtomicU32::new(0),
                circuit: Circuit::new(upstream.failures, Duration::from_secs(upstream.rest.into())),
                pace: Pace::new(self.least_in_flight),
            }));
        }
        let pool = Arc::new(Pool {
            targets,
            turn: AtomicUsize::new(0),
            response_timeout: Duration::from_secs(upstream.response_timeout.into()),
            max_body: upstream.max_body,
            upgrades: upstream.upgrades,
            checked: upstream.health_path.is_some(),
            budget: Budget::default(),
        });
        if let Some(path) = upstream
            .health_path
            .as_deref()
            .and_then(|path| PathAndQuery::try_from(path).ok())
        {
            tokio::spawn(check(Arc::downgrade(&pool), path, self.health));
        }
        self.pools.insert(upstream.clone(), Arc::downgrade(&pool));
        Some(pool)
    }

    fn connections(&mut self, wire: Wire, connect_timeout: u32) -> Option<Connections> {
        if let Some(held) = self.connections.get(&(wire, connect_timeout)) {
            return Some(held.clone());
        }
        // Reading the machine's authorities takes milliseconds: only where somebody speaks TLS.
        let tls = match (wire, &self.tls) {
            (Wire::Plain | Wire::Plain2, _) => no_roots()?,
            (_, Some(tls)) => tls.clone(),
            (_, None) => self.tls.insert(tls::client(&self.extra_roots)?).clone(),
        };
        let pools = (0..=self.lanes).map(|_| self.pool_of_one(wire, connect_timeout, tls.clone()));
        let made = Connections(pools.collect());
        self.connections.insert((wire, connect_timeout), made.clone());
        Some(made)
    }

    fn pool_of_one(&self, wire: Wire, connect_timeout: u32, tls: rustls::ClientConfig) -> Pooled {
        let limit = Duration::from_secs(connect_timeout.max(1).into());
        let http = guarded(limit, self.link_local);
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let connector = match wire {
            Wire::Tls => builder.enable_all_versions().wrap_connector(http),
            _ => builder.enable_http1().wrap_connector(http),
        };
        Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(self.idle)
            .pool_max_idle_per_host(1024)
            .http2_only(wire == Wire::Plain2)
            .http2_adaptive_window(true)
            .build(connector)
    }
}

/// For connections in the clear, which never ask for it.
fn no_roots() -> Option<rustls::ClientConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Some(
        versions
            .ok()?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth(),
    )
}

/// Scheme and authority of a target.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) scheme: Scheme,
    pub(crate) authority: Authority,
}

impl Origin {
    /// Reads `http://host:port` or `https://host:port`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let parts = text.parse::<Uri>().ok()?.into_parts();
        let scheme = parts
            .scheme
            .filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS)?;
        let authority = parts
            .authority
            .filter(|authority| !authority.as_str().contains('@') && !authority.host().is_empty())?;
        let nothing_more = parts.path_and_query.is_none_or(|path| path.as_str() == "/");
        nothing_more.then_some(Self { scheme, authority })
    }

    /// The address of `path` there.
    pub(crate) fn at(&self, path: PathAndQuery) -> Option<Uri> {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).ok()
    }
}

/// The targets of one upstream.
#[derive(Debug)]
pub(crate) struct Pool {
    targets: Vec<Arc<Target>>,
    turn: AtomicUsize,
    pub(crate) response_timeout: Duration,
    pub(crate) max_body: u64,
    pub(crate) upgrades: bool,
    checked: bool,
    budget: Budget,
}

/// One server.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) origin: Origin,
    pub(crate) host: Option<HeaderValue>,
    /// Known beforehand to speak HTTP/1.1.
    pub(crate) http1: bool,
    pub(crate) connections: Connections,
    pub(crate) to_upgrade: Option<Connections>,
    /// Whether its checks say that it is not well, and how many in a row said so.
    down: AtomicBool,
    failures: AtomicU32,
    made: Instant,
    /// So many requests at most are here at once; 0: no cap. `in_flight` is counted only for a cap.
    most: u32,
    in_flight: AtomicU32,
    circuit: Circuit,
    pace: Pace,
}

impl Target {
    /// Its name in the log.
    pub(crate) fn name(&self) -> &str {
        self.origin.authority.as_str()
    }

    /// Microseconds since it was made.
    fn now(&self) -> u64 {
        u64::try_from(self.made.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Takes a place here.
    fn enter(self: &Arc<Self>) -> Result<Turn<'_>, No> {
        let since = self.now();
        // First of all: it changes nothing, where the others take a place.
        let came = self.circuit.leave(since).map_err(No::Rests)?;
        let mut turn = Turn {
            target: self,
            since,
            came,
            open: true,
            waiting: None,
            held: None,
        };
        if self.most > 0 {
            let held = Held(Arc::clone(self));
            let before = self.in_flight.fetch_add(1, Ordering::Relaxed);
            turn.held = Some(held);
            if before >= self.most {
                return Err(No::Busy);
            }
        }
        turn.waiting = Some(self.pace.enter().ok_or(No::Busy)?);
        Ok(turn)
    }
}

/// Why a target takes no request.
#[derive(Clone, Copy, Debug)]
enum No {
    /// It has enough to do.
    Busy,
    /// It failed too often, and rests for so many microseconds.
    Rests(u64),
}

/// A request's place at a target. Whoever has one tells how it went; dropped before that, nobody knows.
pub(crate) struct Turn<'a> {
    target: &'a Arc<Target>,
    since: u64,
    came: As,
    open: bool,
    waiting: Option<Waiting<'a>>,
    held: Option<Held>,
}

impl<'a> Turn<'a> {
    pub(crate) const fn target(&self) -> &'a Arc<Target> {
        self.target
    }

    /// The head of an answer came. What is returned holds the request's place until the answer's end.
    pub(crate) fn answered(mut self, status: StatusCode) -> Option<Held> {
        let now = self.target.now();
        self.open = false;
        self.waiting = None;
        let failed = matches!(
            status,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
        );
        if failed {
            self.note_failure(now);
        } else {
            if self.target.circuit.well(self.came) {
                tracing::warn!(target = self.target.name(), "a target is well again");
            }
            // A refusal is quick, and says nothing of the time that work takes.
            if status.is_success() || status.is_redirection() {
                self.target.pace.answered(self.since, now);
            }
        }
        self.held.take()
    }

    /// There was no connection, or no answer, or none in time.
    pub(crate) fn failed(mut self) {
        self.open = false;
        self.note_failure(self.target.now());
    }

    fn note_failure(&self, now: u64) {
        if self.target.circuit.failed(self.came, now) {
            tracing::warn!(
                target = self.target.name(),
                "a target failed too often and is given a rest"
            );
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.open {
            self.target.circuit.unknown(self.came);
        }
    }
}

/// One of the requests that a target has at once, until this is dropped.
#[derive(Debug)]
pub(crate) struct Held(Arc<Target>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// Where nothing is ever sent.
    pub(crate) const fn nowhere() -> Self {
        Self {
            targets: Vec::new(),
            turn: AtomicUsize::new(0),
            response_timeout: Duration::ZERO,
            max_body: 0,
            upgrades: false,
            checked: false,
            budget: Budget::none(),
        }
    }

    /// A place at a healthy target, beginning with the one whose turn it is.
    pub(crate) fn turn(&self) -> Result<Turn<'_>, Stop> {
        self.budget.earn();
        let many = self.targets.len();
        let turn = if many > 1 {
            self.turn.fetch_add(1, Ordering::Relaxed) % many
        } else {
            0
        };
        let mut why: Option<No> = None;
        for target in self.targets.iter().cycle().skip(turn).take(many) {
            if target.down.load(Ordering::Relaxed) {
                continue;
            }
            match target.enter() {
                Ok(turn) => return Ok(turn),
                // One that is busy is nearer to taking it than one that rests, and a short rest nearer than a long one.
                Err(no) => {
                    why = Some(match (why, no) {
                        (Some(No::Busy), _) | (_, No::Busy) => No::Busy,
                        (Some(No::Rests(one)), No::Rests(other)) => No::Rests(one.min(other)),
                        (None, no) => no,
                    });
                }
            }
        }
        Err(match why {
            None => Refusal::UpstreamUnreachable.into(),
            Some(No::Busy) => Refusal::UpstreamBusy.into(),
            Some(No::Rests(micros)) => Stop {
                refusal: Refusal::UpstreamResting,
                detail: Detail::RetryAfter(i64::try_from(micros.div_ceil(1_000_000)).unwrap_or(i64::MAX)),
            },
        })
    }

    /// A place for one more try of what failed at `tried`: at another target, or, where nobody knows whether the
    /// target itself was at fault, `there` again. None when there is no such place or enough was tried again lately.
    pub(crate) fn turn_again(&self, tried: &Arc<Target>, there: bool) -> Option<Turn<'_>> {
        let well = |target: &&Arc<Target>| !target.down.load(Ordering::Relaxed);
        let others = self.targets.iter().filter(|target| !Arc::ptr_eq(target, tried));
        let same = self.targets.iter().filter(|target| there && Arc::ptr_eq(target, tried));
        let turn = others.chain(same).filter(well).find_map(|target| target.enter().ok())?;
        self.budget.spend().then_some(turn)
    }

    /// A connection to `target` failed. It rests until the next check, if there are checks.
    pub(crate) fn failed(&self, target: &Target) {
        if self.checked {
            target.down.store(true, Ordering::Relaxed);
        }
    }
}

/// Failures in a row after which a target rests.
const FAILURES: u32 = 2;

/// Asks every target whether it is well, as long as somebody uses the pool.
async fn check(pool: Weak<Pool>, path: PathAndQuery, every: Duration) {
    let mut ticks = tokio::time::interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(pool) = pool.upgrade() else {
            return;
        };
        let limit = pool
            .response_timeout
            .clamp(Duration::from_millis(1), Duration::from_secs(5));
        futures_util::future::join_all(pool.targets.iter().map(|target| ask(target, &path, limit))).await;
    }
}

async fn ask(target: &Target, path: &PathAndQuery, limit: Duration) {
    let mut request = Request::new(RequestBody::empty());
    *request.method_mut() = Method::GET;
    request
        .headers_mut()
        .insert(header::USER_AGENT, HeaderValue::from_static("tollgate-health"));
    if let Some(uri) = target.origin.at(path.clone()) {
        *request.uri_mut() = uri;
    }
    let Some(answer) = target.connections.request(request) else {
        return;
    };
    let answered = tokio::time::timeout(limit, answer).await;
    let well = matches!(answered, Ok(Ok(response)) if response.status().is_success());
    if well {
        target.failures.store(0, Ordering::Relaxed);
    } else {
        target.failures.fetch_add(1, Ordering::Relaxed);
    }
    let down = !well && (target.failures.load(Ordering::Relaxed) >= FAILURES || target.down.load(Ordering::Relaxed));
    if target.down.swap(down, Ordering::Relaxed) != down {
        tracing::warn!(
            target = target.origin.authority.as_str(),
            down,
            "the health of a target changed"
        );
    }
}
