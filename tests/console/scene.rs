//! Two firms with members and a client each, in a house of their own.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use tollgate_issuer::people::session::{self, Begun, Resumed};
use tollgate_issuer::people::{Origin, sign_in};
use tollgate_issuer::registry::{self, Asker, No};
use tollgate_issuer::rights::{self, Seat, SignedIn};
use tollgate_issuer::{Desk, outbox};
use tollgate_model::client::Environment;
use tollgate_model::{Account, AccountId, ApiId, ClientId, Event, Kept, MemberId, Moment, Page, State};
use tollgate_tests::Backend;
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::visitor::Visitor;

/// What members of a firm may do.
const ROLES: &str = r#"
[console.roles]
admin = ["Admin"]
developer = ["Developer"]
viewer = ["Viewer"]
"#;

/// Whoever runs the place.
pub(crate) const OPERATOR: &str = "olga@vendor.example";

/// What nobody of another firm may ever read of this one.
pub(crate) const FOREIGN: &str = "Faraway Bakery";

/// Two firms in a house.
pub(crate) struct Scene {
    pub(crate) house: House,
    /// Ours: Ann is its admin, Dan a developer, Vic looks.
    pub(crate) ours: Firm,
    /// The other one, with an Ann and a Dan of its own. All it has is named [`FOREIGN`].
    pub(crate) theirs: Firm,
}

/// A firm.
pub(crate) struct Firm {
    pub(crate) account: AccountId,
    pub(crate) client: ClientId,
    members: BTreeMap<&'static str, MemberId>,
}

impl Firm {
    pub(crate) fn member(&self, name: &str) -> MemberId {
        self.members[name].clone()
    }
}

impl Deref for Scene {
    type Target = House;

    fn deref(&self) -> &House {
        &self.house
    }
}

impl Scene {
    /// Starts the house with these settings beneath the usual ones.
    pub(crate) async fn start(settings: &str, backend: Backend) -> Self {
        crate::log::keep();
        let house = House::ordinary(&format!("{ROLES}\n{settings}"), backend).await;
        let ours = firm(
            house.desk(),
            ("Harbour Shipping", "client-one", "Robot"),
            &[
                ("ann", "ann@firm1.example", "Admin"),
                ("dan", "dan@firm1.example", "Developer"),
                ("vic", "vic@firm1.example", "Viewer"),
            ],
        );
        let ours = ours.await;
        let theirs = firm(
            house.desk(),
            (FOREIGN, "client-two", FOREIGN),
            &[
                ("ann", "ann@firm2.example", "Admin"),
                ("dan", "dan@firm2.example", "Developer"),
            ],
        );
        let theirs = theirs.await;
        Self { house, ours, theirs }
    }

    /// Signs somebody in at the rules' own door, and sets them up first when they are new here.
    pub(crate) async fn begins(&self, email: &str) -> Begun {
        self.known(email).await;
        let begun = sign_in::password(self.desk(), email, PASSWORD, &origin()).await;
        begun.unwrap().unwrap()
    }

    async fn known(&self, email: &str) {
        if self.desk().store.user_by_email(email).await.unwrap().is_none() {
            self.person(email, email == OPERATOR).await;
        }
    }

    /// Somebody who signed in.
    pub(crate) async fn signs_in(&self, email: &str) -> SignedIn {
        let begun = self.begins(email).await;
        whole(self.desk(), begun.token.expose()).await
    }

    /// A member's place in their own firm.
    pub(crate) async fn sits(&self, email: &str) -> Seat {
        let who = self.signs_in(email).await;
        rights::seat(self.desk(), who).await.unwrap().unwrap()
    }

    /// An operator's place, looking after our firm.
    pub(crate) async fn visits(&self) -> Seat {
        let officer = rights::desk_officer(self.signs_in(OPERATOR).await).unwrap();
        let visit = rights::visit(self.desk(), &officer, &self.ours.account).await;
        visit.unwrap().unwrap()
    }

    /// Somebody at a browser, signed in at the public address.
    pub(crate) async fn browses(&self, email: &str) -> Visitor {
        self.known(email).await;
        let mut visitor = self.visitor();
        visitor.sign_in(email, PASSWORD).await;
        visitor
    }

    /// An operator at a browser, at the desk's own listener, with our firm in view.
    pub(crate) async fn looks_after(&self) -> Visitor {
        self.known(OPERATOR).await;
        let mut visitor = self.visitor_at_desk();
        visitor.sign_in(OPERATOR, PASSWORD).await;
        let account = self.ours.account.as_str();
        let viewed = visitor.act("/console/accounts", &[("account", account)]).await;
        assert_eq!(viewed.status, 303, "{}", viewed.text);
        visitor
    }

    pub(crate) fn now(&self) -> Moment {
        self.desk().now()
    }

    /// Keeps what was told so far, without waiting for the second in which it would be kept anyway.
    pub(crate) async fn keeps_counts(&self) {
        let kept = self.desk().memory.keep(self.desk().tally.take()).await;
        assert!(matches!(kept, Ok(Kept::Done)), "{kept:?}");
    }

    /// The end of the audit log.
    pub(crate) async fn told(&self) -> i64 {
        self.desk().store.audit_head().await.unwrap().seq
    }

    /// What the audit log says after this place.
    pub(crate) async fn since(&self, place: i64) -> Vec<Event> {
        self.desk().store.audit_after(place).await.unwrap()
    }

    /// How often something of this kind happened.
    pub(crate) async fn times(&self, kind: &str) -> usize {
        self.since(0).await.iter().filter(|event| event.kind == kind).count()
    }

    /// Everything that a page can change, as one text: records with their versions, and the end of the audit log.
    pub(crate) async fn everything(&self) -> String {
        let store = &self.desk().store;
        let page = Page {
            after: None,
            limit: Page::MOST,
        };
        let mut all = format!("{:?}\n", store.audit_head().await.unwrap());
        let accounts = store.accounts(&page).await.unwrap().items;
        for Account { id, .. } in &accounts {
            all += &format!("{:?}\n", store.account(id).await.unwrap());
            all += &format!("{:?}\n", store.members(id, &page).await.unwrap().items);
            all += &format!("{:?}\n", store.hooks(id).await.unwrap());
            for key in store.legacy_credentials(Some(id), &page).await.unwrap().items {
                all += &format!("{key:?} {:?} {:?}\n", key.label, key.ended);
            }
            let applications = store.applications(Some(id), None, &page).await.unwrap();
            all += &format!("{:?}\n", applications.items);
            for client in store.clients(Some(id), &page).await.unwrap().items {
                all += &format!("{:?}\n", store.client(&client.id).await.unwrap());
                all += &format!("{:?}\n", store.secrets(&client.id).await.unwrap());
            }
        }
        for user in store.users(false, &page).await.unwrap().items {
            all += &format!("{user:?} v{}\n", user.version);
            all += &format!("{:?}\n", store.sessions(&user.id).await.unwrap());
            all += &format!("{:?}\n", store.consents(&user.id, &page).await.unwrap().items);
        }
        all += &format!("{:?}\n", store.apis().await.unwrap());
        all += &format!("{:?}\n", store.routes().await.unwrap());
        all += &format!("{:?}\n", store.transitions().await.unwrap());
        all += &format!("{:?}\n", store.mails(&page).await.unwrap().items);
        all + &format!("{:?}\n", store.revocations(self.now()).await.unwrap())
    }

    /// The mails to somebody, the newest first.
    pub(crate) async fn letters(&self, to: &str) -> Vec<String> {
        let mut letters = Vec::new();
        let page = Page {
            after: None,
            limit: Page::MOST,
        };
        for mail in self.desk().store.mails(&page).await.unwrap().items {
            if mail.to == to {
                let text = outbox::read(self.desk(), &mail.id).await.unwrap().unwrap();
                letters.push(text.to_string());
            }
        }
        letters
    }

    /// The link in the newest mail to somebody that has one.
    pub(crate) async fn link(&self, to: &str) -> String {
        let letters = self.letters(to).await;
        let words = letters.iter().flat_map(|text| text.split_whitespace());
        let mut links = words.filter(|word| word.contains("/console/welcome"));
        links.next().unwrap_or_else(|| panic!("no link for {to}")).to_owned()
    }

    /// The token of that link.
    pub(crate) async fn link_token(&self, to: &str) -> String {
        let link = self.link(to).await;
        link[link.find("tgl_").unwrap()..].to_owned()
    }
}

async fn firm(desk: &Desk, (name, client, called): (&str, &str, &str), people: &[(&'static str, &str, &str)]) -> Firm {
    let asker = Asker::system();
    let account = registry::account::create(desk, &asker, name).await.unwrap().unwrap().id;
    let mut members = BTreeMap::new();
    for (short, email, role) in people {
        let ask = registry::member::Add {
            email: (*email).to_owned(),
            name: format!("{short} of {name}"),
            roles: vec![(*role).to_owned()],
        };
        let member = registry::member::add(desk, &asker, &account, &ask).await;
        members.insert(*short, member.unwrap().unwrap().id);
    }
    let ask = registry::client::Create {
        account: account.clone(),
        name: called.to_owned(),
        environment: Environment::Test,
        auth_methods: None,
        grant_types: None,
        sign_in: tollgate_model::client::SignIn::default(),
        owner: None,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        id: Some(client.to_owned()),
    };
    let client = registry::client::create(desk, &asker, &ask).await.unwrap().unwrap().id;
    let put = registry::grant::Put {
        api: ApiId::new("docs"),
        scopes: vec!["read".to_owned()],
        lifetime: None,
        seen: None,
    };
    registry::grant::put(desk, &asker, &client, &put)
        .await
        .unwrap()
        .unwrap();
    Firm {
        account,
        client,
        members,
    }
}

/// Where requests of these tests come from.
pub(crate) fn origin() -> Origin {
    Origin {
        address: "192.0.2.7".parse().ok(),
        device: "Browser".to_owned(),
        request: "r1".to_owned(),
    }
}

/// Who a session's token stands for, with every factor.
pub(crate) async fn whole(desk: &Arc<Desk>, token: &str) -> SignedIn {
    match session::resume(desk, token).await.unwrap() {
        Some(Resumed::SignedIn(who)) => who,
        other => panic!("not signed in: {other:?}"),
    }
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, No>) -> &'static str {
    answer.map_or_else(|no| no.code(), |done| panic!("{done:?}"))
}

/// As whom a seat's person asks.
pub(crate) fn asker(seat: &Seat) -> Asker {
    seat.who().asker("r1")
}

/// Sets the state of an account.
pub(crate) fn account_with(
    live: Option<bool>,
    apis: Option<Option<Vec<ApiId>>>,
    state: Option<State>,
) -> registry::account::Revise {
    registry::account::Revise {
        live,
        apis,
        state,
        ..registry::account::Revise::default()
    }
}
