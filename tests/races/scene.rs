//! Three nodes on one PostgreSQL, or one on its SQLite, and two hundred that ask at once: over HTTP, or at the rule
//! itself, which is quick enough for many rounds.

use futures_util::future::join_all;
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::{Barrier, Mutex, MutexGuard};
use tollgate_issuer::Desk;
use tollgate_issuer::authorize::{self, Outcome, Request};
use tollgate_issuer::caller::{Caller, authenticate, present};
use tollgate_issuer::people::Origin;
use tollgate_issuer::people::session::{Resumed, resume};
use tollgate_issuer::rights::SignedIn;
use tollgate_issuer::token::{authorization_code, refresh_token};
use tollgate_model::ClientId;
use tollgate_model::fault::FaultKind;
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::Code;
use tollgate_tests::Backend;
use tollgate_tests::app::{App, Bought, Wanted, bought, text};
use tollgate_tests::house::{House, Node};

/// How many ask at once.
pub(crate) const CROWD: usize = 200;

/// How often somebody asks again whom the store had no time for.
const PATIENCE: usize = 50;

/// What all were told, and how many of the requests the store had no time for on a busy machine. Who sent one asks
/// again; whether such a request was kept is not known, so where there was any, the token may have gone to nobody.
pub(crate) struct Crowded<T> {
    pub(crate) told: Vec<T>,
    pub(crate) put_off: usize,
}

impl<T> Crowded<T> {
    fn of(told: Vec<(T, usize)>) -> Self {
        let put_off = told.iter().map(|(_, put_off)| put_off).sum();
        Self {
            told: told.into_iter().map(|(told, _)| told).collect(),
            put_off,
        }
    }
}

/// One scene at a time: two crowds on one machine would wait for each other and not for the row they both want.
static STAGE: Mutex<()> = Mutex::const_new(());

/// The stage, until it is dropped.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    STAGE.lock().await
}

/// Nodes on one store, an application, and Ann, who is signed in and agreed to all it asks for.
pub(crate) struct Scene {
    pub(crate) house: House,
    pub(crate) others: Vec<Node>,
    pub(crate) app: App,
    ann: SignedIn,
    browser: String,
    _alone: MutexGuard<'static, ()>,
}

/// The form of a token request.
pub(crate) type Form = Vec<(String, String)>;

/// A form of a few pairs.
pub(crate) fn form<const N: usize>(pairs: [(&str, &str); N]) -> Form {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// A refresh with this token.
pub(crate) fn refresh(token: &str) -> Form {
    form([("grant_type", "refresh_token"), ("refresh_token", token)])
}

impl Scene {
    /// Sets it up; `people` stands beneath `[people]`.
    pub(crate) async fn set(backend: Backend, people: &str) -> Self {
        let alone = alone().await;
        let house = House::peopled(people, "", backend).await;
        let mut others = Vec::new();
        if backend == Backend::Postgres {
            others = vec![house.another_node().await, house.another_node().await];
        }
        let app = house.app(Wanted::default()).await;
        let mut visitor = house.visitor();
        let asked = app
            .ask("offline_access read")
            .with("audience", "https://api.example/docs");
        house.walk(&mut visitor, &asked).await;
        let resumed = resume(house.desk(), visitor.token().unwrap()).await.unwrap();
        let Some(Resumed::SignedIn(ann)) = resumed else {
            panic!("she signed in: {resumed:?}");
        };
        let (browser, _) = authorize::browser(house.desk(), None).unwrap();
        Self {
            house,
            others,
            app,
            ann,
            browser,
            _alone: alone,
        }
    }

    /// Every node.
    fn nodes(&self) -> Vec<&Node> {
        [&self.house.node].into_iter().chain(&self.others).collect()
    }

    /// The token request for a new code, which Ann is not asked about again.
    pub(crate) async fn code(&self) -> Form {
        let asked = self
            .app
            .ask("offline_access read")
            .with("audience", "https://api.example/docs");
        let request = Request {
            parameters: &Parameters::of_form(asked.query().as_bytes()).unwrap(),
            languages: None,
            browser: &self.browser,
            who: Some(&self.ann),
            origin: &Origin {
                address: None,
                device: "a race".to_owned(),
                request: "race".to_owned(),
            },
        };
        let outcome = authorize::open(self.house.desk(), &request).await.unwrap();
        let Outcome::Back(back) = outcome else {
            panic!("she agreed before: {outcome:?}");
        };
        let code = back.parameters.iter().find(|(name, _)| *name == "code").unwrap();
        form([
            ("grant_type", "authorization_code"),
            ("code", &code.1),
            ("redirect_uri", asked.value("redirect_uri")),
            ("code_verifier", &asked.verifier),
        ])
    }

    /// A refresh token of a family of its own.
    pub(crate) async fn family(&self) -> String {
        let told = self.asked_once(&self.code().await).await.unwrap();
        text(&told, "refresh_token").to_owned()
    }

    /// What the rule of the first node says to one request.
    pub(crate) async fn asked_once(&self, form: &Form) -> Result<Value, Code> {
        let desk = self.house.desk();
        redeem(desk, &caller(desk, &self.app).await, form).await.0
    }

    /// What the rule says to all who come with one request at once, the nodes in turn.
    pub(crate) async fn asked_at_once(&self, form: &Form) -> Crowded<Result<Value, Code>> {
        let mut seats = Vec::new();
        for node in self.nodes() {
            let desk = Arc::clone(node.desk.as_ref().unwrap());
            let caller = caller(&desk, &self.app).await;
            seats.push((desk, caller));
        }
        let together = Arc::new(Barrier::new(CROWD));
        let tasks = seats.into_iter().cycle().take(CROWD).map(|(desk, caller)| {
            let (form, together) = (form.clone(), Arc::clone(&together));
            tokio::spawn(async move {
                together.wait().await;
                redeem(&desk, &caller, &form).await
            })
        });
        Crowded::of(join_all(tasks).await.into_iter().map(Result::unwrap).collect())
    }

    /// As [`Scene::asked_at_once`], over HTTP: statuses and bodies.
    pub(crate) async fn sent_at_once(&self, form: &Form) -> Crowded<Bought> {
        let path = &self.house.config.issuer.paths.token;
        let urls: Vec<_> = self
            .nodes()
            .iter()
            .map(|node| format!("{}{path}", node.issuer))
            .collect();
        let tasks = urls.iter().cycle().take(CROWD).map(|url| {
            let request = self.house.http.post(url);
            let request = request.basic_auth(&self.app.id, self.app.secret.as_deref());
            let request = request.form(form);
            tokio::spawn(async move {
                for put_off in 0..PATIENCE {
                    let told = bought(request.try_clone().unwrap()).await;
                    if told.0 != 503 {
                        return (told, put_off);
                    }
                }
                panic!("the store has no time at all");
            })
        });
        Crowded::of(join_all(tasks).await.into_iter().map(Result::unwrap).collect())
    }

    /// The gateways of all nodes.
    pub(crate) fn gateways(&self) -> Vec<String> {
        self.nodes().iter().map(|node| node.gateway.clone()).collect()
    }
}

async fn caller(desk: &Desk, app: &App) -> Caller {
    use base64::Engine as _;
    let pair = format!("{}:{}", app.id, app.secret.as_deref().unwrap());
    let header = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    let none = Parameters::of_form(b"").unwrap();
    let presented = present(Some(&header), &none, &desk.terms).unwrap();
    let known = desk.memory.client(&ClientId::new(&app.id)).await.unwrap();
    authenticate(&presented, known, &desk.digests, desk.now()).unwrap()
}

/// What one is told, and how often the store had no time before.
async fn redeem(desk: &Desk, caller: &Caller, form: &Form) -> (Result<Value, Code>, usize) {
    let mut url = reqwest::Url::parse("http://x.example").unwrap();
    url.query_pairs_mut().extend_pairs(form);
    let ask = Parameters::of_form(url.query().unwrap().as_bytes()).unwrap();
    for put_off in 0..PATIENCE {
        let now = desk.now();
        let told = match ask.get("grant_type") {
            Some("refresh_token") => refresh_token::redeem(desk, caller, &ask, "race", now).await,
            _ => authorization_code::redeem(desk, caller, &ask, "race", now).await,
        };
        match told {
            Ok(Ok(answer)) => return (Ok(serde_json::to_value(answer).unwrap()), put_off),
            Ok(Err(refusal)) => return (Err(refusal.code), put_off),
            Err(fault) => assert_eq!(fault.kind, FaultKind::Unavailable, "{fault}"),
        }
    }
    panic!("the store has no time at all");
}
