//! Every route of the console, as the sources list them, and what stands for the parts of its path.

use crate::scene::{FOREIGN, Firm, Scene};
use tollgate_issuer::registry::application::{self, Applying};
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::registry::{self, Asker, hook};
use tollgate_model::client::Environment;
use tollgate_model::consent::Given;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::transition::Subject;
use tollgate_model::{
    ApiId, Change, Consent, ConsentId, Exception, Kept, LegacyCredential, LegacyCredentialId, LegacyMethodId, Page,
    SecretId, Transition, TransitionId, UserId,
};
use tollgate_tests::house::{checkout, token_at};
use tollgate_tests::until;

/// The rooms that have pages.
const ROOMS: [&str; 5] = ["people", "developer", "recipe", "lookout", "desk"];

/// A route.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) room: &'static str,
    pub(super) path: String,
    pub(super) get: bool,
    pub(super) post: bool,
}

/// Every route, read from the lists in the sources.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for room in ROOMS {
        let file = checkout().join(format!("crates/web/src/console/{room}/mod.rs"));
        let text = std::fs::read_to_string(file).unwrap();
        for part in text.split(".route(").skip(1) {
            let (_, rest) = part.split_once('"').unwrap();
            let (path, rest) = rest.split_once('"').unwrap();
            let handlers: String = rest[..closing(rest)].split_whitespace().collect();
            routes.push(Route {
                room,
                path: path.to_owned(),
                get: handlers.contains(",get("),
                post: handlers.contains(",post(") || handlers.contains(").post("),
            });
        }
    }
    assert!(routes.len() > 50, "the lists are not found: {routes:?}");
    assert!(routes.iter().all(|route| route.get || route.post), "{routes:?}");
    routes
}

/// Where the bracket that is open at the beginning closes.
fn closing(text: &str) -> usize {
    let mut open = 1_i32;
    for (place, c) in text.char_indices() {
        open += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if open == 0 {
            return place;
        }
    }
    panic!("a bracket stays open: {text}")
}

/// What somebody lets the firm's client do.
async fn consent(scene: &Scene, firm: &Firm, user: &UserId) -> String {
    let store = &scene.desk().store;
    if let Some(held) = store.consent(user, &firm.client).await.unwrap() {
        return held.id.to_string();
    }
    let now = scene.desk().now();
    let consent = Consent {
        id: ConsentId::new(format!("con_{}", user.as_str().trim_start_matches("usr_"))),
        user: user.clone(),
        client: firm.client.clone(),
        account: firm.account.clone(),
        given: vec![Given {
            api: Some(ApiId::new("docs")),
            scopes: ["read"].into_iter().collect(),
        }],
        created: now,
        revised: now,
        version: 1,
    };
    let id = consent.id.to_string();
    assert_eq!(store.keep(vec![Change::AddConsent(consent)]).await.unwrap(), Kept::Done);
    id
}

/// An end of an old way that is far off, once for the house.
const TRANSITION: &str = "old-way";

/// A subscription key of the firm's, and its own end of the transition.
async fn old_way(scene: &Scene, firm: &Firm, name: &str) -> String {
    let store = &scene.desk().store;
    let now = scene.desk().now();
    let id = format!("lgc_{}", firm.account.as_str().trim_start_matches("acc_"));
    let method = LegacyMethodId::new("old-login");
    let mut changes = Vec::new();
    if store.transitions().await.unwrap().is_empty() {
        changes.push(Change::AddTransition(Transition {
            id: TransitionId::new(TRANSITION),
            name: "Off the old login".to_owned(),
            of: Subject::Method(method.clone()),
            routes: Vec::new(),
            apis: Vec::new(),
            accounts: Vec::new(),
            opens: Some(now),
            warns: None,
            brownouts: Vec::new(),
            ends: Some(now.plus(900 * 86_400)),
            documentation: Some("https://docs.vendor.example/move".to_owned()),
            declared: false,
            version: 1,
        }));
    }
    if store
        .legacy_credentials(Some(&firm.account), &Page::first())
        .await
        .unwrap()
        .items
        .is_empty()
    {
        changes.push(Change::AddLegacyCredential(LegacyCredential {
            id: LegacyCredentialId::new(&id),
            method,
            kind: LegacyKind::Key,
            account: firm.account.clone(),
            member: Some(firm.member("dan")),
            digest: format!("digest of {id}"),
            label: format!("{name} key"),
            created: now,
            expires: None,
            ended: None,
        }));
        changes.push(Change::PutException(Exception {
            transition: TransitionId::new(TRANSITION),
            account: firm.account.clone(),
            ends: now.plus(950 * 86_400),
            note: format!("{name} asked for time"),
            created: now,
        }));
    }
    assert_eq!(store.keep(changes).await.unwrap(), Kept::Done);
    id
}

/// What a firm has, one of each.
#[derive(Clone)]
pub(super) struct Things {
    client: String,
    secret: String,
    pub(super) plain: String,
    member: String,
    application: String,
    pub(super) hook: String,
    delivery: String,
    call: String,
    account: String,
    user: String,
    operator: String,
    mail: String,
    consent: String,
    credential: String,
    pub(super) session: String,
}

impl Things {
    /// A firm's things, made where they are missing.
    pub(super) async fn of(scene: &Scene, firm: &Firm, name: &str, email: &str) -> Self {
        let desk = scene.desk();
        let system = Asker::system();
        let ask = Regenerate {
            label: Some(format!("{name} label")),
            ..Regenerate::default()
        };
        let made = registry::secret::regenerate(desk, &system, &firm.client, &ask).await;
        let made = made.unwrap().unwrap();
        let applying = Applying {
            name: format!("{name} wish"),
            environment: Environment::Test,
            api: ApiId::new("docs"),
            scopes: vec!["read".into()],
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            note: format!("{name} note"),
        };
        let asked = application::create(desk, &system, &firm.account, email, &applying).await;
        let host = name.to_lowercase().replace(' ', "-");
        let add = hook::Add {
            url: format!("https://{host}.example/hook"),
            topics: Vec::new(),
        };
        let added = hook::add(desk, &system, &firm.account, &add).await.unwrap().unwrap();
        let ping = hook::ping(desk, &system, &firm.account, &added.hook.id)
            .await
            .unwrap()
            .unwrap();
        let session = scene.begins(email).await.session;
        registry::secret::list(desk, &firm.client).await.unwrap().unwrap();
        let client = tollgate_tests::house::Registered {
            id: firm.client.to_string(),
            secret: made.plain.expose().to_owned(),
            secret_id: made.secret.id.clone(),
            account: firm.account.clone(),
        };
        let filter = tollgate_model::call::CallFilter {
            account: Some(firm.account.clone()),
            ..Default::default()
        };
        let calls = async || desk.store.calls(&filter, &Page::first()).await.unwrap().items;
        token_at(&scene.http, &scene.token_url(), &client, &scene.audience("docs")).await;
        until("a call is on record", || async {
            scene.keeps_counts().await;
            !calls().await.is_empty()
        })
        .await;
        let call = calls().await.remove(0).request;
        tollgate_issuer::people::link::forgot(desk, email, &crate::scene::origin())
            .await
            .unwrap();
        let consent = consent(scene, firm, &session.user).await;
        let credential = old_way(scene, firm, name).await;
        let mails = desk.store.mails(&Page::first()).await.unwrap().items;
        Self {
            client: firm.client.to_string(),
            secret: made.secret.id.to_string(),
            plain: made.plain.expose().to_owned(),
            member: firm.member("dan").to_string(),
            application: asked.unwrap().unwrap().id.to_string(),
            hook: added.hook.id.to_string(),
            delivery: ping.id.to_string(),
            call,
            account: firm.account.to_string(),
            user: session.user.to_string(),
            operator: desk.store.operators().await.unwrap()[0].id.to_string(),
            mail: mails.iter().find(|mail| mail.to == email).unwrap().id.to_string(),
            consent,
            credential,
            session: session.id.to_string(),
        }
    }

    /// As [`Things::of`], for our firm.
    pub(super) async fn ours(scene: &Scene) -> Self {
        Self::of(scene, &scene.ours, "Harbour", "ann@firm1.example").await
    }

    /// As [`Things::of`], for the other.
    pub(super) async fn theirs(scene: &Scene) -> Self {
        Self::of(scene, &scene.theirs, FOREIGN, "ann@firm2.example").await
    }

    /// Things that nobody has.
    pub(super) fn nobodys() -> Self {
        let none = |prefix: &str| format!("{prefix}nobody");
        Self {
            client: none("client-"),
            secret: none("sec_"),
            plain: String::new(),
            member: none("mem_"),
            application: none("app_"),
            hook: none("hok_"),
            delivery: none("msg_"),
            call: none("r"),
            account: none("acc_"),
            user: none("usr_"),
            operator: none("opr_"),
            mail: none("mal_"),
            consent: none("con_"),
            credential: none("lgc_"),
            session: none("ses_"),
        }
    }

    /// These, with another's secret.
    pub(super) fn with_secret_of(self, other: &Self) -> Self {
        Self {
            secret: other.secret.clone(),
            ..self
        }
    }

    /// The secret's id.
    pub(super) fn secret(&self) -> SecretId {
        SecretId::new(&self.secret)
    }

    /// A path with these things in its places.
    pub(super) fn at(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').collect();
        let filled = parts.iter().enumerate().map(|(place, part)| {
            let above = parts[..place].iter().rev().find(|part| !part.starts_with('{'));
            match (*part, *above.unwrap_or(&"")) {
                ("{id}", "clients") => &self.client,
                ("{secret}", "secrets") => &self.secret,
                ("{file}", "use") => "call.sh",
                ("{id}" | "{member}", "members") => &self.member,
                ("{id}", "applications") => &self.application,
                ("{id}", "hooks") => &self.hook,
                ("{request}", "calls") => &self.call,
                ("{token}", "welcome") => "tgl_x",
                ("{id}", "accounts") => &self.account,
                ("{id}", "people") => &self.user,
                ("{act}", "people") => "disable",
                ("{id}", "apis" | "routes") => "docs",
                ("{id}", "operators") => &self.operator,
                ("{id}", "outbox") => &self.mail,
                ("{id}", "consents") => &self.consent,
                ("{id}" | "{credential}", "legacy") => &self.credential,
                ("{id}", "transitions") => TRANSITION,
                ("{account}", "exceptions") => &self.account,
                (part, above) if part.starts_with('{') => panic!("what stands for {part} below {above} in {path}?"),
                (part, _) => part,
            }
        });
        let filled = filled.collect::<Vec<_>>().join("/");
        // This page is about one algorithm.
        match filled.ends_with("/keys/rotate") {
            true => format!("{filled}?algorithm=ES256"),
            false => filled,
        }
    }

    /// Fields with which a form to this path would do something.
    pub(super) fn fields(&self, path: &str) -> Vec<(&'static str, String)> {
        let word = |text: &str| text.to_owned();
        let mut fields = vec![
            ("seen", word("1")),
            ("name", word("Taken")),
            ("state", word("disabled")),
            ("environment", word("test")),
            ("api", word("docs")),
            ("scopes-docs", word("read")),
            ("overlap", word("0")),
            ("email", word("eve@firm1.example")),
            ("roles", word("Admin")),
            ("account", self.account.clone()),
            ("session", self.session.clone()),
            ("delivery", self.delivery.clone()),
            ("consent", self.consent.clone()),
            ("url", word("https://eve.example/hook")),
            ("redirect_uris", word("https://eve.example/cb")),
            ("new_password", word("another battery phrase")),
            ("password", word("another battery phrase")),
            ("answer", word("No")),
            ("token", word("x.y.z")),
            ("otp", word("000000")),
            ("algorithm", word("ES256")),
            ("ends", word("2040-01-01")),
            ("note", word("Why not")),
            ("label", word("Taken key")),
        ];
        if path.ends_with("/scopes/edit") {
            fields.push(("scopes-docs", word("write")));
        }
        fields
    }
}
