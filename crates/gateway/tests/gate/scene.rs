//! The scene: an issuer's desk, a gateway, and a server behind it.

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::ThreadId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tollgate_gateway::{Gateway, Settings, Sink};
use tollgate_keys::chance::System;
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::signing::SigningKey;
use tollgate_model::api::Unasked;
use tollgate_model::feed::{ActingKey, Told};
use tollgate_model::legacy::LegacyName;
use tollgate_model::moment::Clock;
use tollgate_model::revocation::Target;
use tollgate_model::route::{Access, ActingBy, ActingRule, Upstream};
use tollgate_model::{
    AccountId, ActingUser, Answer, Api, ApiId, Fault, Followed, LegacyKnown, MemberId, Moment, News, Notice, PlanId,
    Revocation, Route, RouteId, Seq, Snapshot, Source, Spent,
};
use tollgate_protocol::claims::{AccessToken, Mark, Profile};
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::scope::Scopes;

pub(crate) const ISSUER: &str = "https://issuer.test/";
pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const ROLES: [&str; 3] = ["Suite - API Developer", "System Admin", "Admin"];

pub(crate) fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256, &System).unwrap())
}

/// A key that the issuer does not publish.
pub(crate) fn stranger() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::ES256, &System).unwrap())
}

pub(crate) fn keys(keys: &[&SigningKey]) -> serde_json::Value {
    serde_json::to_value(JwkSet {
        keys: keys.iter().map(|key| key.public().clone()).collect(),
    })
    .unwrap()
}

/// A clock whose hand the test moves.
pub(crate) struct Hand(pub(crate) AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// The issuer, as the gateway knows it.
pub(crate) struct Desk {
    pub(crate) state: Mutex<State>,
    told: watch::Sender<u64>,
    pub(crate) asked: AtomicUsize,
    /// The threads on which members were looked up.
    pub(crate) threads: Mutex<HashSet<ThreadId>>,
    /// How often an old credential was asked for.
    pub(crate) legacy_asked: AtomicUsize,
    /// While this is false, questions about old credentials wait.
    pub(crate) legacy_open: watch::Sender<bool>,
}

pub(crate) struct State {
    pub(crate) snapshot: Snapshot,
    pub(crate) notices: Vec<Notice>,
    pub(crate) users: Vec<(ActingKey, ActingUser)>,
    pub(crate) gone: bool,
    pub(crate) too_old: bool,
    pub(crate) told: Vec<Told>,
    /// Old keys and tokens, by name.
    pub(crate) legacy: HashMap<LegacyName, LegacyKnown>,
    pub(crate) plans: HashMap<AccountId, PlanId>,
    pub(crate) spent: HashMap<(String, Moment), i64>,
}

impl Desk {
    fn fault() -> Fault {
        Fault::unavailable("asking the desk", "it is closed")
    }

    /// Changes something, and wakes whoever follows.
    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) -> Seq {
        let mut state = self.state.lock().unwrap();
        change(&mut state);
        let seq = state.snapshot.seq;
        drop(state);
        self.told.send_modify(|count| *count += 1);
        seq
    }

    /// Tells news; the answer is its place.
    pub(crate) fn tell(&self, news: News) -> Seq {
        self.change(|state| {
            state.snapshot.seq += 1;
            if let News::Revoked { revocation } = &news {
                state.snapshot.revocations.push(revocation.clone());
            }
            let seq = state.snapshot.seq;
            state.notices.push(Notice { seq, news });
        })
    }

    pub(crate) fn revoke(&self, target: Target) -> Seq {
        let revocation = Revocation {
            target,
            issued_until: Moment(NOW + 1),
            forget_after: Moment(NOW + 90_000),
        };
        self.tell(News::Revoked { revocation })
    }
}

impl Source for Desk {
    fn snapshot(&self) -> Answer<'_, Result<Snapshot, Fault>> {
        Box::pin(async move {
            let state = self.state.lock().unwrap();
            if state.gone {
                Err(Self::fault())
            } else {
                Ok(state.snapshot.clone())
            }
        })
    }

    fn follow(&self, seq: Seq) -> Answer<'_, Result<Followed, Fault>> {
        let mut told = self.told.subscribe();
        Box::pin(async move {
            loop {
                {
                    let mut state = self.state.lock().unwrap();
                    if state.gone {
                        return Err(Self::fault());
                    }
                    if std::mem::take(&mut state.too_old) {
                        return Ok(Followed::TooOld);
                    }
                    let notices: Vec<_> = state
                        .notices
                        .iter()
                        .filter(|notice| notice.seq > seq)
                        .cloned()
                        .collect();
                    if !notices.is_empty() {
                        return Ok(Followed::News { notices });
                    }
                }
                let _ = told.changed().await;
            }
        })
    }

    fn acting_user<'a>(
        &'a self,
        account: &'a AccountId,
        key: &'a ActingKey,
    ) -> Answer<'a, Result<Option<ActingUser>, Fault>> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::SeqCst);
            self.threads.lock().unwrap().insert(std::thread::current().id());
            let state = self.state.lock().unwrap();
            if state.gone {
                return Err(Self::fault());
            }
            // Careless on purpose: it names members of other accounts, too (SS-41).
            let _ = account;
            Ok(state
                .users
                .iter()
                .find(|(held, _)| held == key)
                .map(|(_, user)| user.clone()))
        })
    }

    fn legacy<'a>(&'a self, name: &'a LegacyName) -> Answer<'a, Result<Option<LegacyKnown>, Fault>> {
        Box::pin(async move {
            self.legacy_asked.fetch_add(1, Ordering::SeqCst);
            let mut open = self.legacy_open.subscribe();
            let _ = open.wait_for(|open| *open).await;
            let state = self.state.lock().unwrap();
            if state.gone {
                return Err(Self::fault());
            }
            Ok(state.legacy.get(name).cloned())
        })
    }

    fn plan<'a>(&'a self, account: &'a AccountId) -> Answer<'a, Result<Option<PlanId>, Fault>> {
        Box::pin(async move {
            let state = self.state.lock().unwrap();
            if state.gone {
                return Err(Self::fault());
            }
            Ok(state.plans.get(account).cloned())
        })
    }

    fn spend<'a>(&'a self, spent: &'a [Spent]) -> Answer<'a, Result<Vec<i64>, Fault>> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap();
            if state.gone {
                return Err(Self::fault());
            }
            let add = |one: &Spent| {
                let held = state.spent.entry((one.bucket.clone(), one.slot)).or_default();
                *held += one.count;
                *held
            };
            Ok(spent.iter().map(add).collect())
        })
    }

    fn tell(&self, told: Told) -> Answer<'_, Result<(), Fault>> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap();
            if state.gone {
                return Err(Self::fault());
            }
            state.told.push(told);
            Ok(())
        })
    }
}

pub(crate) fn api(id: &str, audience: &str, profile: Profile) -> Api {
    Api {
        id: ApiId::new(id),
        audience: audience.to_owned(),
        name: id.to_owned(),
        scopes: Vec::new(),
        unasked: Unasked::Granted,
        lifetime: 86_400,
        algorithm: Algorithm::ES256,
        profile,
        declared: true,
        version: 1,
    }
}

pub(crate) fn route(id: &str, methods: &[&str], path: &str, access: Access, upstream: &Upstream) -> Route {
    Route {
        id: RouteId::new(id),
        hosts: Vec::new(),
        methods: methods.iter().map(|&word| word.to_owned()).collect(),
        path: path.to_owned(),
        access,
        upstream: upstream.clone(),
        id_token: None,
        opaque: false,
        legacy: Vec::new(),
        limits: Vec::new(),
        assertion: None,
        declared: true,
        version: 1,
    }
}

pub(crate) fn public(opens: &[&str]) -> Access {
    Access::Public {
        opens: opens.iter().map(|&id| RouteId::new(id)).collect(),
    }
}

pub(crate) fn token(api: &str, scopes: &[&str], acting_user: Option<ActingRule>) -> Access {
    Access::Token {
        api: ApiId::new(api),
        scopes: scopes.iter().copied().collect(),
        any_scopes: Scopes::default(),
        acting_user,
    }
}

pub(crate) fn upstream(at: SocketAddr) -> Upstream {
    Upstream {
        targets: vec![format!("http://{at}")],
        http2: false,
        health_path: None,
        connect_timeout: 5,
        response_timeout: 10,
        upgrades: false,
        max_body: 0,
        in_flight: 0,
        failures: 0,
        rest: 10,
    }
}

/// The routes of the four vendors, and some of our own.
fn catalogue(at: SocketAddr) -> Snapshot {
    let to = upstream(at);
    let by_email = || ActingRule {
        by: ActingBy::Header("X-Email".into()),
        roles: ROLES.map(str::to_owned).to_vec(),
    };
    let owner = || ActingRule {
        by: ActingBy::Owner,
        roles: Vec::new(),
    };
    let mut me = route(
        "me",
        &["GET"],
        "/v3/me",
        token("signeasy", &["user:read"], Some(owner())),
        &to,
    );
    me.hosts = vec!["api.signeasy.com".into()];
    let small = Upstream {
        max_body: 1000,
        ..to.clone()
    };
    let socket = Upstream {
        upgrades: true,
        ..to.clone()
    };
    Snapshot {
        legacy: Vec::new(),
        transitions: Vec::new(),
        plans: Vec::new(),
        seq: 1,
        issuer: ISSUER.to_owned(),
        keys: keys(&[key()]),
        apis: vec![
            api("safesend", "https://api.safesend.com/", Profile::Auth0),
            api("signeasy", "https://api-ext.signeasy.com/", Profile::Rfc9068),
            api("sovos", "signer", Profile::Hydra),
            api("signicat", "https://api.signicat.com", Profile::IdentityServer),
        ],
        routes: vec![
            route(
                "upload",
                &["POST"],
                "/ssr/v2/return/upload",
                token("safesend", &[], Some(by_email())),
                &to,
            ),
            route(
                "returns",
                &[],
                "/ssr/{rest...}",
                token("safesend", &["returns"], Some(by_email())),
                &to,
            ),
            me,
            route(
                "signer",
                &["GET", "POST"],
                "/signer/{rest...}",
                token("sovos", &[], None),
                &to,
            ),
            route(
                "read",
                &["GET"],
                "/documents/{id}",
                token("signicat", &["document_read"], None),
                &to,
            ),
            route(
                "write",
                &["POST"],
                "/documents",
                token("signicat", &["document_write"], None),
                &to,
            ),
            route(
                "file",
                &["GET"],
                "/documents/{id}/file",
                token("signicat", &["document_file"], None),
                &to,
            ),
            route(
                "event",
                &[],
                "/events/{rest...}",
                token("signicat", &["event"], None),
                &to,
            ),
            route(
                "identify",
                &["GET"],
                "/identify",
                token("signicat", &["identify"], None),
                &to,
            ),
            route("open", &[], "/open/{rest...}", public(&[]), &to),
            route("small", &["POST"], "/small", public(&[]), &small),
            route("socket", &["GET"], "/socket", public(&[]), &socket),
        ],
        revocations: Vec::new(),
    }
}

pub(crate) fn member(email: &str, account: &str, role: &str) -> (ActingKey, ActingUser) {
    let user = ActingUser {
        id: MemberId::new(format!("mem_{email}")),
        account: AccountId::new(account),
        email: email.to_owned(),
        roles: vec![role.to_owned()],
    };
    (ActingKey::Email(email.to_owned()), user)
}

/// What the server behind saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) uri: String,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// A server behind the gateway. It keeps what it saw and answers by path.
pub(crate) struct Behind {
    pub(crate) at: SocketAddr,
    pub(crate) seen: Mutex<Vec<Seen>>,
    pub(crate) connections: AtomicUsize,
    pub(crate) status: Mutex<StatusCode>,
    pub(crate) arrived: watch::Sender<usize>,
}

impl Behind {
    pub(crate) async fn open(tls: Option<Arc<rustls::ServerConfig>>) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let behind = Arc::new(Self {
            at: listener.local_addr().unwrap(),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            status: Mutex::new(StatusCode::OK),
            arrived: watch::Sender::new(0),
        });
        let held = Arc::clone(&behind);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                held.connections.fetch_add(1, Ordering::SeqCst);
                let held = Arc::clone(&held);
                let tls = tls.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| Arc::clone(&held).answer(request));
                    let builder = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    match tls {
                        None => drop(
                            builder
                                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                                .await,
                        ),
                        Some(tls) => {
                            let Ok(stream) = tokio_rustls::TlsAcceptor::from(tls).accept(stream).await else {
                                return;
                            };
                            drop(
                                builder
                                    .serve_connection_with_upgrades(TokioIo::new(stream), service)
                                    .await,
                            );
                        }
                    }
                });
            }
        });
        behind
    }

    pub(crate) fn last(&self) -> Seen {
        self.seen
            .lock()
            .unwrap()
            .last()
            .cloned()
            .expect("the server behind saw a request")
    }

    pub(crate) fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    async fn answer(self: Arc<Self>, mut request: Request<Incoming>) -> Result<Response<Outgoing>, Infallible> {
        let path = request.uri().path().to_owned();
        if path == "/health" {
            let status = *self.status.lock().unwrap();
            return Ok(Response::builder().status(status).body(whole("")).unwrap());
        }
        let upgrade = request
            .headers()
            .contains_key("upgrade")
            .then(|| hyper::upgrade::on(&mut request));
        let (head, body) = request.into_parts();
        self.arrived.send_modify(|count| *count += 1);
        let Ok(body) = body.collect().await else {
            return Ok(Response::new(whole("cut")));
        };
        let trailers = body.trailers().cloned();
        let bytes = body.to_bytes();
        self.seen.lock().unwrap().push(Seen {
            method: head.method,
            uri: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
            version: head.version,
            headers: head.headers,
            body: bytes.clone(),
            trailers,
        });
        if let Some(upgrade) = upgrade {
            tokio::spawn(async move {
                let mut io = TokioIo::new(upgrade.await.unwrap());
                let mut buffer = [0; 64];
                while let Ok(read @ 1..) = io.read(&mut buffer).await {
                    io.write_all(&buffer[..read].to_ascii_uppercase()).await.unwrap();
                }
            });
            let answer = Response::builder()
                .status(101)
                .header("upgrade", "websocket")
                .header("connection", "upgrade");
            return Ok(answer.body(whole("")).unwrap());
        }
        let answer = Response::builder()
            .header("x-from", self.at.port())
            .header("tollgate-request-id", "forged");
        Ok(match path.as_str() {
            "/open/trailers" => {
                let mut trailers = HeaderMap::new();
                trailers.insert("x-sum", "42".parse().unwrap());
                let frames = [Frame::data(Bytes::from("data")), Frame::trailers(trailers)].map(Ok);
                let body = StreamBody::new(futures_util::stream::iter(frames));
                answer.header("trailer", "x-sum").body(Outgoing::new(body)).unwrap()
            }
            "/open/silent" => std::future::pending().await,
            "/open/hop" => answer
                .header("connection", "x-hop")
                .header("x-hop", "1")
                .header("keep-alive", "timeout=5")
                .header("x-kept", "1")
                .body(whole(""))
                .unwrap(),
            _ => answer.body(Outgoing::new(Full::new(bytes))).unwrap(),
        })
    }
}

pub(crate) type Outgoing = http_body_util::combinators::BoxBody<Bytes, Infallible>;

pub(crate) fn whole(text: &str) -> Outgoing {
    Outgoing::new(Full::new(Bytes::from(text.to_owned())))
}

/// Everything together.
pub(crate) struct Scene {
    pub(crate) desk: Arc<Desk>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) at: SocketAddr,
    pub(crate) behind: Arc<Behind>,
    pub(crate) clock: Arc<Hand>,
    pub(crate) stop: CancellationToken,
    client: Client<HttpConnector, Outgoing>,
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// How a scene differs from the usual.
#[derive(Default)]
pub(crate) struct Props {
    pub(crate) settings: Settings,
    pub(crate) tls: Option<rustls::ServerConfig>,
    pub(crate) gone: bool,
    pub(crate) sink: Option<Arc<dyn Sink>>,
}

impl Scene {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}, Props::default()).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Snapshot), props: Props) -> Self {
        let behind = Behind::open(None).await;
        let mut snapshot = catalogue(behind.at);
        change(&mut snapshot);
        let mut owner = member("owner@firm.test", "acc_firm", "Member");
        owner.0 = ActingKey::OwnerOf(tollgate_model::ClientId::new("client_1"));
        let desk = Arc::new(Desk {
            state: Mutex::new(State {
                snapshot,
                notices: Vec::new(),
                users: vec![
                    member("dev@firm.test", "acc_firm", ROLES[0]),
                    member("system@firm.test", "acc_firm", ROLES[1]),
                    member("admin@firm.test", "acc_firm", ROLES[2]),
                    member("nobody@firm.test", "acc_firm", "Preparer"),
                    member("other@other.test", "acc_other", ROLES[0]),
                    owner,
                ],
                gone: props.gone,
                too_old: false,
                told: Vec::new(),
                legacy: HashMap::new(),
                plans: HashMap::new(),
                spent: HashMap::new(),
            }),
            told: watch::Sender::new(0),
            asked: AtomicUsize::new(0),
            threads: Mutex::default(),
            legacy_asked: AtomicUsize::new(0),
            legacy_open: watch::Sender::new(true),
        });
        let clock = Arc::new(Hand(AtomicI64::new(NOW)));
        let gateway = match props.sink {
            None => Gateway::new(props.settings, desk.clone(), clock.clone()),
            Some(sink) => Gateway::with_sink(props.settings, desk.clone(), clock.clone(), sink),
        };
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let (following, until) = (Arc::clone(&gateway), stop.clone());
        tokio::spawn(async move { following.follow(until).await });
        tokio::spawn(Arc::clone(&gateway).serve(listener, props.tls, stop.clone()));
        if !props.gone {
            gateway.ready().await;
        }
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self {
            desk,
            gateway,
            at,
            behind,
            clock,
            stop,
            client,
        }
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: http::request::Builder, body: impl Into<Bytes>) -> Answered {
        let request = request.body(Outgoing::new(Full::new(body.into()))).unwrap();
        Answered::of(self.client.request(request).await.unwrap()).await
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.at))
    }

    /// `GET path` with a token.
    pub(crate) async fn get(&self, path: &str, token: &str) -> Answered {
        self.send(
            self.request("GET", path)
                .header("authorization", format!("Bearer {token}")),
            "",
        )
        .await
    }

    /// The upload of SafeSend with these headers.
    pub(crate) async fn upload(&self, headers: &[(&str, &str)]) -> Answered {
        let mut request = self.request("POST", "/ssr/v2/return/upload");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, "{}").await
    }

    /// Writes `text` to a connection of its own, and reads until the gateway closes it.
    pub(crate) async fn raw(&self, text: &str) -> String {
        let mut stream = TcpStream::connect(self.at).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) trailers: Option<HeaderMap>,
}

impl Answered {
    pub(crate) async fn of(response: Response<Incoming>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap();
        let trailers = body.trailers().cloned();
        Self {
            status: head.status.as_u16(),
            headers: head.headers,
            body: body.to_bytes(),
            trailers,
        }
    }

    /// The refusal's code, if it is one.
    pub(crate) fn code(&self) -> String {
        serde_json::from_slice::<serde_json::Value>(&self.body)
            .ok()
            .and_then(|problem| problem.get("code")?.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{self:?}");
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The claims of a good token for `audience`.
pub(crate) fn claims(audience: &str, scopes: &str) -> AccessToken {
    AccessToken {
        issuer: ISSUER.to_owned(),
        subject: Some("client_1".into()),
        client_id: "client_1".into(),
        audience: vec![audience.to_owned()],
        scopes: Scopes::parse(scopes).unwrap(),
        issued: NOW,
        not_before: None,
        expires: NOW + 3600,
        id: Some("one".into()),
        bought: None,
        mark: Some(Mark {
            account: "acc_firm".into(),
            secret: Some("sec_1".into()),
            environment: "live".into(),
            authorization: None,
            consent: None,
        }),
    }
}

pub(crate) fn sign(key: &SigningKey, profile: Profile, claims: &AccessToken) -> String {
    key.sign(profile.typ(), &profile.write(claims)).unwrap()
}

/// A good token of SafeSend.
pub(crate) fn safesend() -> String {
    sign(key(), Profile::Auth0, &claims("https://api.safesend.com/", ""))
}

/// A good token of Signicat with these scopes.
pub(crate) fn signicat(scopes: &str) -> String {
    sign(
        key(),
        Profile::IdentityServer,
        &claims("https://api.signicat.com", scopes),
    )
}

pub(crate) fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
