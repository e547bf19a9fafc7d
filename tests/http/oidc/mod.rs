//! What the OpenID certification asks of a provider (the OpenID Foundation's conformance suite): a test for each module of
//! the plans Basic OP, Config OP, Form Post OP, RP-Initiated, Back-Channel and Front-Channel Logout OP that applies. The
//! module's name stands above its test.
//!
//! The suite's requests carry no PKCE but in one module, so a house that is to be certified leaves it to clients with a
//! secret. Its person has every standard claim.

mod asking;
mod backchannel;
mod basic;
mod codes;
mod config;
mod form_post;
mod frontchannel;
mod inert;
mod objects;
mod rp_logout;

use jsonwebtoken::{DecodingKey, Validation, decode, jwk::JwkSet};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tollgate_issuer::registry::user::{Revise, revise};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_tests::Backend;
use tollgate_tests::app::{ANN, Answer, App, Asked, Bought, CALLBACK, bought, text};
use tollgate_tests::house::{House, another_secret, header};
use tollgate_tests::visitor::{Page, Visitor};

/// The claims of each standard scope, as they are on record of the person (OpenID Connect Core §5.1).
fn on_record() -> Value {
    json!({
        "family_name": "Example", "given_name": "Ann", "middle_name": "M", "nickname": "annie",
        "preferred_username": "ann.example", "profile": "https://ann.example/", "picture": "https://ann.example/a.png",
        "website": "https://ann.example/blog", "gender": "female", "birthdate": "1990-05-31", "zoneinfo": "Europe/Paris",
        "locale": "en-US", "updated_at": 1_700_000_000,
        "address": { "formatted": "1 Example Street", "locality": "Somewhere", "country": "CL" },
        "phone_number": "+15555550123", "phone_number_verified": true,
    })
}

/// A house as it stands when it is certified.
async fn certified(backend: Backend) -> House {
    certified_with("", "", backend).await
}

/// The same with more settings: `people` beneath `[people]`, `extra` after it.
async fn certified_with(people: &str, extra: &str, backend: Backend) -> House {
    let people = format!("pkce = \"optional-with-secret\"\n{people}");
    let house = House::peopled(&people, extra, backend).await;
    let desk = house.desk();
    let user = desk.store.user_by_email(ANN).await.unwrap().unwrap();
    let ask = Revise {
        claims: Some(on_record().as_object().unwrap().clone()),
        ..Revise::default()
    };
    revise(desk, &Asker::system(), &user.id, &ask).await.unwrap().unwrap();
    house
}

/// A client that [`House::app`] does not make: of this environment, authenticating so.
async fn client(house: &House, environment: Environment, method: AuthMethod, logout: &[&str], sign_in: SignIn) -> App {
    let desk = house.desk();
    let ask = registry::client::Create {
        account: house.client.account.clone(),
        name: "Bookkeeper".to_owned(),
        environment,
        auth_methods: Some(vec![method]),
        grant_types: Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]),
        sign_in,
        owner: None,
        introspects: Vec::new(),
        redirect_uris: vec![CALLBACK.to_owned()],
        logout_uris: logout.iter().map(|uri| (*uri).to_owned()).collect(),
        id: None,
    };
    let made = registry::client::create(desk, &Asker::system(), &ask).await.unwrap();
    let id = made.unwrap_or_else(|no| panic!("no client: {no}")).id;
    App {
        secret: Some(another_secret(desk, &house.client.account, &id, 0).await.secret),
        id: id.to_string(),
        redirect_uri: CALLBACK.to_owned(),
    }
}

/// A request as the suite makes it.
fn ask(app: &App, scope: &str) -> Asked {
    app.ask(scope)
        .without("code_challenge")
        .without("code_challenge_method")
}

/// The answer to a request for which no page is shown.
async fn at_once(house: &House, person: &mut Visitor, asked: &Asked) -> Answer {
    let page = house.asks(person, asked).await;
    match house.leads(person, page, CALLBACK).await {
        Err(answer) => answer,
        Ok(page) => panic!("a page: {} {}: {}", page.status, page.path, page.text),
    }
}

/// The `error` of a refusal: with `state` and `iss` as every answer has them, and no code.
async fn refusal(house: &House, person: &mut Visitor, asked: &Asked) -> String {
    let answer = at_once(house, person, asked).await;
    assert_eq!(answer.value("state"), asked.value("state"));
    assert_eq!(answer.value("iss"), house.node.issuer);
    answer.error().to_owned()
}

/// The page at which a request stops.
async fn stops_at(house: &House, person: &mut Visitor, asked: &Asked) -> Page {
    let page = house.asks(person, asked).await;
    match house.leads(person, page, CALLBACK).await {
        Ok(page) => page,
        Err(answer) => panic!("an answer: {answer:?}"),
    }
}

/// The last part of a page's path.
fn step(page: &Page) -> &str {
    page.path.rsplit('/').next().unwrap_or_default()
}

/// What a sign-in brought: the token endpoint's answer, and the claims of an ID token in which everything was right.
struct Signed {
    body: Value,
    id: Value,
}

impl Signed {
    fn access(&self) -> &str {
        text(&self.body, "access_token")
    }

    fn id_token(&self) -> &str {
        text(&self.body, "id_token")
    }

    fn auth_time(&self) -> i64 {
        self.id["auth_time"].as_i64().expect("auth_time")
    }
}

/// Signs in, agrees, and exchanges the code.
async fn signs_in(house: &House, person: &mut Visitor, app: &App, asked: &Asked) -> Signed {
    let answer = house.walk(person, asked).await;
    exchanged(house, app, asked, &answer).await
}

/// The tokens for an answer. It has what it must have, and nothing else.
async fn exchanged(house: &House, app: &App, asked: &Asked, answer: &Answer) -> Signed {
    let mut told: Vec<&str> = answer.parameters.keys().map(String::as_str).collect();
    told.retain(|name| *name != "state" || asked.value("state").is_empty());
    assert_eq!(told, ["code", "iss"], "{answer:?}");
    assert_eq!(answer.value("state"), asked.value("state"));
    assert_eq!(answer.value("iss"), house.node.issuer);
    let (status, body) = redeem(house, app, asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    assert!(text(&body, "token_type").eq_ignore_ascii_case("bearer"), "{body}");
    assert!(body["expires_in"].as_i64().is_some_and(|seconds| seconds > 0), "{body}");
    assert!(!text(&body, "access_token").is_empty());
    let id = believed(house, app, asked, &body).await;
    Signed { body, id }
}

/// Exchanges a code without PKCE.
async fn redeem(house: &House, app: &App, asked: &Asked, code: &str) -> Bought {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", asked.value("redirect_uri")),
    ];
    bought(house.buy(app, &form)).await
}

/// The claims of an answer's ID token, if all is right with it (OpenID Connect Core §3.1.3.7): signature, issuer,
/// audience, times, nonce and `at_hash`.
async fn believed(house: &House, app: &App, asked: &Asked, body: &Value) -> Value {
    let token = text(body, "id_token");
    assert_eq!(header(token)["alg"], "RS256");
    let id = signed(house, app, token).await;
    let now = house.desk().now().0;
    assert!(id["exp"].as_i64().unwrap() > now, "{id}");
    assert!((now - 300..=now).contains(&id["iat"].as_i64().unwrap()), "{id}");
    let subject = text(&id, "sub");
    assert!(
        !subject.is_empty() && subject.len() <= 255 && subject.is_ascii(),
        "{id}"
    );
    assert!(id.get("azp").is_none_or(|azp| *azp == app.id), "{id}");
    assert_eq!(text(&id, "nonce"), asked.value("nonce"));
    assert_eq!(id["at_hash"], half_hash(text(body, "access_token")));
    id
}

/// The claims of a JWT for this client, whose signature is right by the published key that it names.
async fn signed(house: &House, app: &App, token: &str) -> Value {
    let keys: JwkSet = serde_json::from_value(house.jwks().await).unwrap();
    let head = jsonwebtoken::decode_header(token).unwrap();
    let key = keys
        .find(head.kid.as_deref().expect("a kid"))
        .expect("the key is published");
    let mut rules = Validation::new(head.alg);
    rules.set_audience(&[&app.id]);
    rules.set_issuer(&[&house.node.issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let read = decode::<Value>(token, &DecodingKey::from_jwk(key).unwrap(), &rules);
    read.expect("a token that is in order").claims
}

/// OpenID Connect Core §3.1.3.6: the left half of the token's SHA-256.
fn half_hash(token: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&sha2::Sha256::digest(token)[..16])
}

/// The server's metadata.
async fn metadata(house: &House) -> Value {
    let url = house.at("/.well-known/openid-configuration");
    house.http.get(url).send().await.unwrap().json().await.unwrap()
}

/// The parameters of an address.
fn pairs(address: &str) -> BTreeMap<String, String> {
    let url = reqwest::Url::parse(address).unwrap();
    url.query_pairs().into_owned().collect()
}
