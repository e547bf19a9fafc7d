//! People who come from another OpenID provider, which is another Tollgate (OpenID Connect Core §3.1, RFC 9207).

mod since;

use serde_json::Value;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::event::EventFilter;
use tollgate_model::{ClientId, Page as Part};
use tollgate_tests::Backend;
use tollgate_tests::app::{ANN, Answer, App, Asked, Wanted, on_each_store, text};
use tollgate_tests::house::{House, another_secret, claims};
use tollgate_tests::visitor::{Page, Visitor};

const BEN: &str = "ben@firm2.example";

/// Two houses: people come from one to the other.
struct Street {
    /// The provider.
    there: House,
    /// Our client there.
    us: App,
    /// Where people come to.
    here: House,
    /// An application of ours.
    app: App,
}

fn trusted() -> Wanted {
    Wanted {
        sign_in: SignIn {
            trusted: true,
            ..SignIn::default()
        },
        ..Wanted::default()
    }
}

/// A test client at the provider: others may not be on this machine.
async fn client_of(there: &House) -> App {
    let account = &there.client.account;
    let ask = registry::client::Create {
        account: account.clone(),
        name: "House".to_owned(),
        environment: Environment::Test,
        auth_methods: Some(vec![AuthMethod::ClientSecretBasic]),
        grant_types: Some(vec![GrantType::AuthorizationCode]),
        sign_in: trusted().sign_in,
        owner: None,
        introspects: Vec::new(),
        redirect_uris: vec!["https://later.example/flow/return".to_owned()],
        logout_uris: Vec::new(),
        id: None,
    };
    let made = registry::client::create(there.desk(), &Asker::system(), &ask).await;
    let id = made.unwrap().unwrap().id;
    let secret = another_secret(there.desk(), account, &id, 0).await.secret;
    App {
        id: id.to_string(),
        secret: Some(secret),
        redirect_uri: String::new(),
    }
}

impl Street {
    async fn new(sign_up: bool, backend: Backend) -> Self {
        let there = House::peopled("", "", backend).await;
        there.person(BEN, false).await;
        let mut us = client_of(&there).await;
        let file = there.dir.path().join("secret");
        std::fs::write(&file, us.secret.as_deref().unwrap()).unwrap();
        let connection = format!(
            "[[people.connection]]\nname = \"staff\"\nlabel = \"Staff\"\nfactor = \"sso\"\nsign_up = {sign_up}\n\
             issuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"{}\"\n",
            there.node.issuer,
            us.id,
            file.display()
        );
        let here = House::peopled("", &connection, backend).await;
        us.redirect_uri = format!("{}/flow/return", here.node.issuer);
        let revise = registry::client::Revise {
            redirect_uris: Some(vec![us.redirect_uri.clone()]),
            ..Default::default()
        };
        let revised = registry::client::revise(there.desk(), &Asker::system(), &ClientId::new(&us.id), &revise).await;
        revised.unwrap().unwrap();
        let app = here.app(trusted()).await;
        Self { there, us, here, app }
    }

    fn ask(&self) -> Asked {
        self.app.ask("openid email").with("connection", "staff")
    }

    /// Leaves for the provider: what our house asks of it.
    async fn leaves(&self, person: &mut Visitor, asked: &Asked) -> Asked {
        let page = self.here.asks(person, asked).await;
        let page = self.here.leads(person, page, &self.app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/to/staff"), "{}", page.path);
        let left = person.send(&page.own_form()).await;
        assert_eq!(left.status, 303, "{}", left.text);
        let url = reqwest::Url::parse(left.leads_to()).unwrap();
        assert!(url.as_str().starts_with(&self.there.node.issuer), "{url}");
        Asked {
            parameters: url.query_pairs().into_owned().collect(),
            verifier: String::new(),
        }
    }

    /// Comes back with what the provider says.
    async fn returns(&self, person: &mut Visitor, answer: &Answer) -> Page {
        let mut url = reqwest::Url::parse(&self.us.redirect_uri).unwrap();
        url.query_pairs_mut().extend_pairs(&answer.parameters);
        person.get(&format!("{}?{}", url.path(), url.query().unwrap())).await
    }

    /// The whole way of somebody who signs in there.
    async fn comes(&self, person: &mut Visitor, asked: &Asked, email: &str) -> Page {
        self.comes_by(&mut self.there.visitor(), person, asked, email).await
    }

    /// The same with a browser that was at the provider before.
    async fn comes_by(&self, there: &mut Visitor, person: &mut Visitor, asked: &Asked, email: &str) -> Page {
        let over_there = self.leaves(person, asked).await;
        let answer = self.there.walk_as(there, &over_there, email).await;
        self.returns(person, &answer).await
    }

    /// The ID token that the application buys, once a person has come back.
    async fn bought(&self, person: &mut Visitor, page: Page, asked: &Asked) -> Value {
        assert_eq!(page.status, 303, "{}", page.text);
        let answer = self.here.leads(person, page, &self.app.redirect_uri).await;
        let answer = answer.expect_err("the application is answered");
        let (status, body) = self.here.redeem(&self.app, asked, answer.code()).await;
        assert_eq!(status, 200, "{body}");
        claims(text(&body, "id_token"))
    }

    /// How often an event of this kind is on record here.
    async fn told(&self, kind: &str) -> usize {
        let filter = EventFilter {
            kind: Some(kind.to_owned()),
            ..EventFilter::default()
        };
        let page = Part {
            after: None,
            limit: 100,
        };
        self.here.desk().store.events(&filter, &page).await.unwrap().items.len()
    }
}

/// CL2, CL3: somebody new comes from a provider, gets a record, and is the same person the next time; the application
/// learns how they signed in.
#[test]
fn somebody_new_comes_from_a_provider_and_is_known_the_next_time() {
    on_each_store(async |backend| {
        let street = Street::new(true, backend).await;
        let mut subjects = Vec::new();
        for _ in 0..2 {
            let (mut ben, asked) = (street.here.visitor(), street.ask());
            let page = street.comes(&mut ben, &asked, BEN).await;
            assert!(
                !page.leads_to().contains("code="),
                "nothing of the provider's travels on"
            );
            let token = street.bought(&mut ben, page, &asked).await;
            assert_eq!(token["amr"], serde_json::json!(["sso"]));
            subjects.push(token["sub"].clone());
        }
        assert_eq!(subjects[0], subjects[1]);
        let user = street.here.desk().store.user_by_email(BEN).await.unwrap().unwrap();
        assert!(user.email_verified && user.password.is_none() && !user.operator);
        assert_eq!(
            (street.told("identity.linked").await, street.told("session.begun").await),
            (1, 2)
        );
    });
}

/// AT12, taking over: an address alone makes nobody somebody here where the connection takes in no new people; with the
/// person at the browser it does.
#[test]
fn an_address_alone_opens_nobodys_record() {
    on_each_store(async |backend| {
        let street = Street::new(false, backend).await;
        for email in [ANN, BEN] {
            let mut stranger = street.here.visitor();
            let page = street.comes(&mut stranger, &street.ask(), email).await;
            assert_eq!(page.status, 403, "{}", page.text);
            assert!(page.words().contains("Staff"));
            assert_eq!(stranger.token(), None);
        }
        assert_eq!(street.told("identity.linked").await, 0);
        assert_eq!(street.told("connection.refused").await, 2);
        // Signed in with her password, she shows that the other one is hers as well.
        let mut ann = street.here.visitor();
        let plain = street.app.ask("openid");
        street.here.walk(&mut ann, &plain).await;
        let before = ann.token().unwrap().to_owned();
        let asked = street.ask();
        let page = street.comes(&mut ann, &asked, ANN).await;
        let token = street.bought(&mut ann, page, &asked).await;
        assert_eq!(token["amr"], serde_json::json!(["pwd", "sso"]));
        assert_ne!(ann.token(), Some(before.as_str()));
        assert_eq!(street.told("identity.linked").await, 1);
    });
}

/// CO2, AT17, SE2: who comes back must have left from this browser, and comes back once.
#[test]
fn an_errand_is_one_browsers_and_once() {
    on_each_store(async |backend| {
        let street = Street::new(true, backend).await;
        let (mut ben, asked) = (street.here.visitor(), street.ask());
        let over_there = street.leaves(&mut ben, &asked).await;
        let answer = street
            .there
            .walk_as(&mut street.there.visitor(), &over_there, BEN)
            .await;
        // An attacker's answer in a victim's browser, without a flow and with one.
        let mut other = street.here.visitor();
        assert_eq!(street.returns(&mut other, &answer).await.status, 404);
        street.leaves(&mut other, &asked).await;
        assert_eq!(street.returns(&mut other, &answer).await.status, 404);
        for forged in ["", "aut_1", "aut_1.x", "x.y", &"a".repeat(200)] {
            let mut forgery = answer.clone();
            forgery.parameters.insert("state".into(), forged.into());
            assert_eq!(street.returns(&mut ben, &forgery).await.status, 404);
        }
        let mut mixed = answer.clone();
        mixed.parameters.insert("iss".into(), "https://evil.example".into());
        let page = street.returns(&mut ben, &mixed).await;
        assert_eq!(page.status, 502, "{}", page.text);
        // The errand is over whatever came of it.
        assert_eq!(street.returns(&mut ben, &answer).await.status, 404);
        assert_eq!(street.told("session.begun").await, 0);
        // Leaving once more goes well.
        let page = street.comes(&mut ben, &asked, BEN).await;
        street.bought(&mut ben, page, &asked).await;
    });
}

/// Whoever says no at the provider, where the client wanted them to go, has said no to the client.
#[test]
fn a_no_at_the_provider_reaches_the_client() {
    on_each_store(async |backend| {
        let street = Street::new(true, backend).await;
        let (mut ben, asked) = (street.here.visitor(), street.ask());
        let over_there = street.leaves(&mut ben, &asked).await;
        let mut there = street.there.visitor();
        let page = street.there.asks(&mut there, &over_there).await;
        let page = street
            .there
            .leads(&mut there, page, &street.us.redirect_uri)
            .await
            .unwrap();
        let sent = there.send(&page.own_form().set("choice", "cancel")).await;
        let answer = street.there.leads(&mut there, sent, &street.us.redirect_uri).await;
        let answer = answer.expect_err("our house is told");
        assert_eq!(answer.error(), "access_denied");
        let page = street.returns(&mut ben, &answer).await;
        let told = street.here.leads(&mut ben, page, &street.app.redirect_uri).await;
        let told = told.expect_err("the application is told");
        assert_eq!(
            (told.error(), told.value("state")),
            ("access_denied", asked.value("state"))
        );
    });
}

/// A provider that is away takes nobody's sign-in with it: a page says so, and a password still does.
#[test]
fn a_provider_that_is_away_is_told_on_a_page() {
    on_each_store(async |backend| {
        let Street { there, here, app, .. } = Street::new(true, backend).await;
        let _gone = there.stop().await;
        let mut ann = here.visitor();
        let asked = app.ask("openid");
        let page = here.asks(&mut ann, &asked).await;
        let page = here.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        let place = format!("{}/to/staff", page.path.trim_end_matches("/sign-in"));
        let away = ann.open(&place).await;
        let failed = ann.send(&away.own_form()).await;
        assert_eq!(failed.status, 502, "{}", failed.text);
        let answer = here.walk(&mut ann, &asked).await;
        assert!(!answer.code().is_empty());
    });
}
