//! An application that acts for people, and a person who lets it: the whole way over HTTP, from the request at the
//! authorization endpoint to the answer at the application's address. The person's browser is a [`Visitor`].

use crate::Backend;
use crate::house::{House, ORDINARY, PASSWORD, Registered, another_secret, claims, grant};
use crate::visitor::{Form, Page, Visitor};
use oauth2::PkceCodeChallenge;
use reqwest::{RequestBuilder, Url};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::SecretId;
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};

/// Who lets applications act for them in the tests.
pub const ANN: &str = "ann@firm1.example";
/// Where applications have people sent back to, unless a test says otherwise.
pub const CALLBACK: &str = "https://app.example/callback?shop=1";

/// An application that was registered.
#[derive(Clone, Debug)]
pub struct App {
    pub id: String,
    /// None: it is a public client.
    pub secret: Option<String>,
    pub redirect_uri: String,
}

/// How an application is to be registered.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub public: bool,
    pub redirect_uris: Vec<String>,
    pub logout_uris: Vec<String>,
    pub grant_types: Vec<GrantType>,
    pub sign_in: SignIn,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            public: false,
            redirect_uris: vec![CALLBACK.to_owned()],
            logout_uris: Vec::new(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            sign_in: SignIn::default(),
        }
    }
}

/// A request of an application, and what only the application knows of it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub parameters: Vec<(String, String)>,
    pub verifier: String,
}

impl Asked {
    /// With this value alone for the parameter.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With one more of that name.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without the parameter.
    pub fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// The value of a parameter.
    pub fn value(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The query.
    pub fn query(&self) -> String {
        let mut url = Url::parse("http://x.example").unwrap();
        url.query_pairs_mut().extend_pairs(&self.parameters);
        url.query().unwrap_or_default().to_owned()
    }
}

/// What arrived at the application's address.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The address without what was added to it.
    pub at: String,
    pub parameters: BTreeMap<String, String>,
}

impl Answer {
    /// A parameter; empty when it did not come.
    pub fn value(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// The code, which must be there.
    pub fn code(&self) -> &str {
        let code = self.value("code");
        assert!(!code.is_empty(), "no code: {self:?}");
        code
    }

    /// The error, which must be there, and no code with it.
    pub fn error(&self) -> &str {
        assert_eq!(self.value("code"), "", "a code: {self:?}");
        self.value("error")
    }

    /// What a `Location` carries, if it leads out of the house to this address.
    pub fn of(location: &str, redirect_uri: &str) -> Option<Self> {
        let url = Url::parse(location).ok()?;
        let own: Vec<_> = Url::parse(redirect_uri).ok()?.query_pairs().into_owned().collect();
        location.starts_with(redirect_uri).then(|| Self {
            at: redirect_uri.to_owned(),
            parameters: url
                .query_pairs()
                .into_owned()
                .filter(|pair| !own.contains(pair))
                .collect(),
        })
    }
}

impl App {
    /// Its usual request, with a PKCE challenge, state and nonce of its own.
    pub fn ask(&self, scope: &str) -> Asked {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let parameters = [
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("scope", scope),
            ("state", "af0ifjsldkj-state"),
            ("nonce", "n-0S6_WzA2Mj-nonce"),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Asked {
            parameters: parameters
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            verifier: verifier.into_secret(),
        }
    }

    /// As introspection and revocation want to know it.
    pub fn registered(&self, house: &House) -> Registered {
        Registered {
            id: self.id.clone(),
            secret: self.secret.clone().expect("a client with a secret"),
            secret_id: SecretId::new("unknown"),
            account: house.client.account.clone(),
        }
    }
}

/// Answers of the token endpoint: status and body.
pub type Bought = (u16, Value);

impl House {
    /// Starts [`ORDINARY`] where applications may act for people, Ann among them: `people` stands beneath `[people]`,
    /// `extra` after it.
    pub async fn peopled(people: &str, extra: &str, backend: Backend) -> Self {
        let text = ORDINARY.replace("\"client_secret_post\"]", "\"client_secret_post\", \"none\"]");
        assert!(text.contains("\"none\""));
        let house = Self::start(&format!("{text}\n[people]\nenabled = true\n{people}\n{extra}"), backend).await;
        house.person(ANN, false).await;
        house
    }

    /// Registers an application of the first account, granted both scopes of `docs` and `read` of `mail`.
    pub async fn app(&self, wanted: Wanted) -> App {
        let (desk, asker) = (self.desk(), Asker::system());
        let method = match wanted.public {
            true => AuthMethod::None,
            false => AuthMethod::ClientSecretBasic,
        };
        let redirect_uri = wanted.redirect_uris.first().cloned().unwrap_or_default();
        let ask = registry::client::Create {
            account: self.client.account.clone(),
            name: "Bookkeeper".to_owned(),
            environment: Environment::Live,
            auth_methods: Some(vec![method]),
            grant_types: Some(wanted.grant_types),
            sign_in: wanted.sign_in,
            owner: None,
            introspects: Vec::new(),
            redirect_uris: wanted.redirect_uris,
            logout_uris: wanted.logout_uris,
            id: None,
        };
        let made = registry::client::create(desk, &asker, &ask).await.unwrap();
        let id = made.unwrap_or_else(|no| panic!("no client: {no}")).id;
        grant(desk, &id).await;
        let secret = match wanted.public {
            true => None,
            false => Some(another_secret(desk, &self.client.account, &id, 0).await.secret),
        };
        App {
            id: id.to_string(),
            secret,
            redirect_uri,
        }
    }

    /// The path of the authorization endpoint.
    pub fn authorize_path(&self) -> &str {
        &self.config.issuer.paths.authorization
    }

    /// The endpoint's answer to a request in a query, without following it.
    pub async fn asks(&self, person: &mut Visitor, asked: &Asked) -> Page {
        person
            .get(&format!("{}?{}", self.authorize_path(), asked.query()))
            .await
    }

    /// Goes on from an answer of ours to the next page, or to what the application is told.
    pub async fn leads(&self, person: &mut Visitor, mut page: Page, redirect_uri: &str) -> Result<Page, Answer> {
        for _ in 0..8 {
            let to = page.leads_to().to_owned();
            if let Some(answer) = Answer::of(&to, redirect_uri) {
                return Err(answer);
            }
            if to.is_empty() {
                return posted(page, redirect_uri);
            }
            assert_eq!(page.status, 303, "{to}");
            page = person.get(inside(&to, &self.config.server.public_url)).await;
        }
        panic!("pages lead on and on: {}", page.path);
    }

    /// The whole way: signs in as Ann where that is asked, approves where that is asked.
    pub async fn walk(&self, person: &mut Visitor, asked: &Asked) -> Answer {
        self.walk_as(person, asked, ANN).await
    }

    /// The whole way, as somebody.
    pub async fn walk_as(&self, person: &mut Visitor, asked: &Asked, email: &str) -> Answer {
        let redirect_uri = asked.value("redirect_uri").to_owned();
        let page = self.asks(person, asked).await;
        let mut step = self.leads(person, page, &redirect_uri).await;
        for _ in 0..8 {
            let page = match step {
                Ok(page) => page,
                Err(answer) => return answer,
            };
            assert_eq!(page.status, 200, "{}: {}", page.path, page.text);
            let form = match page.path.rsplit('/').next().unwrap_or_default() {
                "sign-in" => sign_in_form(&page, email, PASSWORD),
                "consent" => page.own_form().set("choice", "approve"),
                _ => page.own_form(),
            };
            let sent = person.send(&form).await;
            step = self.leads(person, sent, &redirect_uri).await;
        }
        panic!("the way has no end");
    }

    /// A request to the token endpoint, as this application authenticates.
    pub fn buy(&self, app: &App, form: &[(&str, &str)]) -> RequestBuilder {
        let request = self.http.post(self.token_url());
        match &app.secret {
            Some(secret) => request.basic_auth(&app.id, Some(secret)).form(form),
            None => {
                let mut form = form.to_vec();
                form.push(("client_id", &app.id));
                request.form(&form)
            }
        }
    }

    /// Exchanges a code, as the application that asked does.
    pub async fn redeem(&self, app: &App, asked: &Asked, code: &str) -> Bought {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", asked.value("redirect_uri")),
            ("code_verifier", &asked.verifier),
        ];
        bought(self.buy(app, &form)).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, app: &App, token: &str) -> Bought {
        self.refresh_for(app, token, &[]).await
    }

    /// Uses a refresh token, with more parameters.
    pub async fn refresh_for(&self, app: &App, token: &str, more: &[(&str, &str)]) -> Bought {
        let mut form = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        form.extend(more);
        bought(self.buy(app, &form)).await
    }

    /// The whole way and the exchange: the answer of the token endpoint.
    pub async fn tokens(&self, app: &App, scope: &str) -> Value {
        let asked = app.ask(scope);
        let answer = self.walk(&mut self.visitor(), &asked).await;
        let (status, body) = self.redeem(app, &asked, answer.code()).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// The UserInfo endpoint's answer to a token in the header: status and body.
    pub async fn user_info(&self, token: &str) -> Bought {
        let url = self.at(&self.config.issuer.paths.userinfo);
        bought(self.http.get(url).bearer_auth(token)).await
    }
}

/// Sends a request: status and JSON body; null where there is none.
pub async fn bought(request: RequestBuilder) -> Bought {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// A member of an answer, as text; empty when it is not there.
pub fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

/// The person that a token of some answer speaks of.
pub fn subject(body: &Value, name: &str) -> String {
    claims(text(body, name))["sub"].as_str().unwrap_or_default().to_owned()
}

/// The form of the way's sign-in page, filled in.
pub fn sign_in_form(page: &Page, email: &str, password: &str) -> Form {
    let form = page.own_form().set("email", email).set("password", password);
    form.set("choice", "sign-in")
}

/// A path of ours, of an address that may be whole.
fn inside<'a>(to: &'a str, origin: &str) -> &'a str {
    let path = to.strip_prefix(origin).unwrap_or(to);
    assert!(path.starts_with('/') && !path.starts_with("//"), "it leads out: {to}");
    path
}

/// What a page's form sends to the application by itself (OAuth 2.0 Form Post Response Mode); else the page.
fn posted(page: Page, redirect_uri: &str) -> Result<Page, Answer> {
    let found = page.forms().into_iter().find(|form| form.action == redirect_uri);
    match found {
        Some(form) => Err(Answer {
            at: form.action,
            parameters: form.fields.into_iter().collect(),
        }),
        None => Ok(page),
    }
}

/// Runs a test on each store, one after the other. What is left of the first is gone before the second begins.
pub fn on_each_store<F: Future<Output = ()>>(test: impl Fn(Backend) -> F) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        crate::run(test(backend));
    }
}
