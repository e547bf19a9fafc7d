//! Elite 3E: a server application that acts for a person, from the first redirect to the last refresh.

mod consent;
mod exchange;
mod leave;

use crate::firm::{Client, Wish};
use crate::person::{self, GRANTS, Person, filled, told};
use crate::{paste, token};
use serde_json::{Value, json};
use tollgate_issuer::registry::{self, Asker, No};
use tollgate_model::client::{AuthMethod, Environment};
use tollgate_tests::World;

on_both_stores! { "elite-3e":
    the_documented_request_leads_to_tokens,
    the_scope_decides_what_opens,
    no_application_no_tokens,
    an_unlisted_address_gets_a_page,
    localhost_is_for_the_lower_environment,
    only_server_applications_are_registered,
    hints_and_connections_are_honoured,
    the_secret_has_no_place_in_the_request,
}

/// The request as the document's code builds it.
const DOCUMENT: &str = "{settings.Authority}/authorize?response_type=code&client_id={settings.ClientId}\
    &scope={settings.Scope}&redirect_uri={settings.ReplyUrl}&login_hint=thomsonreuters.com\
    &connection=sso-auth-nonprod&audience={settings.Audience}";
const AUTHORITY: &str = "https://auth-nonprod.thomsonreuters.com";
const CALLBACK: &str = "https://matter-sync.firm.example/signin-oidc";
const SIGNED_OUT: &str = "https://matter-sync.firm.example/signed-out";
const AUDIENCE: &str = "https://api.thomsonreuters.com/3e";
const MATTER: &str = "https://api.thomsonreuters.com/auth/3e.matter";
const CLIENT: &str = "https://api.thomsonreuters.com/auth/3e.client";

/// What the support case brought: an OAuth client with callback and logout addresses.
async fn client(world: &World) -> Client {
    let wish = Wish {
        name: Some("Matter portal of the firm"),
        grants: &[("elite-3e", &[MATTER, CLIENT])],
        grant_types: Some(GRANTS.to_vec()),
        redirect_uris: &[CALLBACK],
        logout_uris: &[SIGNED_OUT],
        ..Wish::default()
    };
    person::application(world, wish).await
}

/// As .NET's `UrlEncoder` writes it.
fn encoded(text: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escaped).collect()
}

/// The documented address, asking for these scopes.
fn address(client: &Client, scope: &str) -> String {
    filled(
        DOCUMENT,
        &[
            ("{settings.Authority}", AUTHORITY),
            ("{settings.ClientId}", &encoded(&client.id)),
            ("{settings.Scope}", &encoded(scope)),
            ("{settings.ReplyUrl}", &encoded(CALLBACK)),
            ("{settings.Audience}", &encoded(AUDIENCE)),
        ],
    )
}

/// The documented form to the token endpoint, everything in the body.
async fn exchange(world: &World, client: &Client, code: &str, redirect_uri: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
        ("redirect_uri", redirect_uri),
    ];
    told(world.http.post(world.env("TOKEN_URL")).form(&form)).await
}

async fn refresh(world: &World, client: &Client, refresh_token: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
        ("client_id", &client.id),
        ("client_secret", &client.secret),
    ];
    told(world.http.post(world.env("TOKEN_URL")).form(&form)).await
}

/// The whole way, and the answer of the exchange.
async fn tokens(world: &World, client: &Client, scope: &str) -> Value {
    let back = Person::new(world).walks(&address(client, scope), "approve").await;
    let (status, answer) = exchange(world, client, back.code(), CALLBACK).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"))
}

/// What the refusal of a token that is not known says in this family.
fn unknown_token(answer: (u16, Value)) {
    let refusal = json!({ "error": "invalid_grant", "error_description": "Unknown or invalid refresh token." });
    assert_eq!(answer, (403, refusal));
}

/// Status of a call through the gateway.
async fn call(world: &World, path: &str, token: &str) -> u16 {
    let url = format!("{}{path}", world.env("GATEWAY"));
    told(world.http.get(url).bearer_auth(token)).await.0
}

/// 3E-3, 3E-6, 3E-13, 3E-14, 3E-16, 3E-19, 3E-20, 3E-23, 3E-24, 3E-26, 3E-28, 3E-29, 3E-34: the documented request,
/// pasted as it is and without state and PKCE, leads through sign-in and consent to a code; the documented form buys an
/// access token for 60 minutes and a refresh token with it.
async fn the_documented_request_leads_to_tokens(world: World) {
    let client = client(&world).await;
    let scope = format!("openid offline_access {MATTER}");
    let (status, location) = person::pasted(&world, &address(&client, &scope)).await;
    assert!(
        matches!(status, 302 | 303) && location.contains("/flow/"),
        "{status} {location}"
    );

    let mut person = Person::new(&world);
    let back = person.walks(&address(&client, &scope), "approve").await;
    assert_eq!(person.seen, ["sign-in", "sso-auth-nonprod", "consent"]);
    assert!(back.location.starts_with(&format!("{CALLBACK}?")), "{back:?}");
    let mut told_of: Vec<&str> = back.parameters.keys().map(String::as_str).collect();
    told_of.sort_unstable();
    assert_eq!(told_of, ["code", "iss"], "3E-16: no state was sent, and none comes");

    let data = [
        "grant_type=authorization_code".to_owned(),
        format!("code={}", back.code()),
        format!("client_id={}", client.id),
        format!("client_secret={}", client.secret),
        format!("redirect_uri={CALLBACK}"),
    ];
    let url = format!("{}/oauth/token", AUTHORITY.replacen("https", "http", 1));
    let mut line = vec!["--request", "POST", url.as_str()];
    line.extend(data.iter().flat_map(|pair| ["--data", pair.as_str()]));
    let answer = paste::at_issuer(&world, &line).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let answer = answer.json();
    let mut members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "access_token",
            "expires_in",
            "id_token",
            "refresh_token",
            "scope",
            "token_type"
        ]
    );
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("Bearer"), &json!(3600))
    );
    let granted: Vec<&str> = text(&answer, "scope").split(' ').collect();
    assert!(
        granted.contains(&MATTER) && granted.contains(&"offline_access"),
        "{granted:?}"
    );

    let claims = token::verified(&world, text(&answer, "access_token")).await;
    let for_it: Vec<&str> = match &claims["aud"] {
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    assert!(for_it.contains(&AUDIENCE), "3E-19: {claims}");
    assert_eq!(claims["azp"], json!(client.id));
    assert!(
        !text(&claims, "sub").ends_with("@clients"),
        "it speaks of a person: {claims}"
    );
    let lasts = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lasts, 3600);
    let access = text(&answer, "access_token").to_owned();
    assert_eq!(call(&world, "/3eapi/api/v1/matter", &access).await, 200);
    world.clock.forward(3600);
    assert_eq!(call(&world, "/3eapi/api/v1/matter", &access).await, 401, "3E-34");
}

/// 3E-14, 3E-15, 3E-22: one or more values in `scope` decide which endpoints the token opens, and the gateway minds it.
async fn the_scope_decides_what_opens(world: World) {
    let client = client(&world).await;
    for (scope, matter, others) in [
        (MATTER.to_owned(), 200, 403),
        (CLIENT.to_owned(), 403, 200),
        (format!("{MATTER} {CLIENT}"), 200, 200),
    ] {
        let answer = tokens(&world, &client, &scope).await;
        let access = text(&answer, "access_token");
        assert_eq!(call(&world, "/3eapi/api/v1/matter", access).await, matter, "{scope}");
        assert_eq!(call(&world, "/3eapi/api/v1/client", access).await, others, "{scope}");
        assert!(
            answer["refresh_token"].is_null(),
            "offline_access was not asked: {answer}"
        );
    }
}

/// 3E-6, RU5: before an application is on record there is a page for the person, and nobody is sent anywhere.
async fn no_application_no_tokens(world: World) {
    let nobody = Client {
        id: "3fJ0vQ2mZ8xYpLr7NwKc5TbHsDgAeUi1".to_owned(),
        secret: "x".to_owned(),
    };
    let page = Person::new(&world).opens(&address(&nobody, MATTER)).await.page();
    assert!((400..500).contains(&page.status), "{}", page.status);
    assert_eq!(page.leads_to(), "");
    assert_eq!(exchange(&world, &nobody, "any", CALLBACK).await.0, 401);
}

/// 3E-8, RU1: responses go to listed addresses alone; for another the person sees a page, and is not sent there.
async fn an_unlisted_address_gets_a_page(world: World) {
    let client = client(&world).await;
    for other in [
        "https://matter-sync.firm.example/signin-oidc/",
        "https://matter-sync.firm.example/other",
        "https://evil.example/signin-oidc",
        SIGNED_OUT,
    ] {
        let address = address(&client, MATTER).replace(&encoded(CALLBACK), &encoded(other));
        let page = Person::new(&world).opens(&address).await.page();
        assert!((400..500).contains(&page.status), "{other}: {}", page.status);
        assert_eq!(page.leads_to(), "", "{other}");
    }
}

/// 3E-10, RU4: the lower environment's list may have localhost; production's may not, in whatever spelling.
async fn localhost_is_for_the_lower_environment(world: World) {
    let asked = |environment: Environment, address: &str| registry::client::Create {
        account: tollgate_model::AccountId::new(""),
        name: "Portal".to_owned(),
        environment,
        auth_methods: None,
        grant_types: Some(GRANTS.to_vec()),
        sign_in: tollgate_model::client::SignIn::default(),
        owner: None,
        introspects: Vec::new(),
        redirect_uris: vec![address.to_owned()],
        logout_uris: Vec::new(),
        id: None,
    };
    let account = crate::firm::own(&world).await;
    for host in ["localhost:5000", "127.0.0.1:5000", "[::1]:5000"] {
        let address = format!("http://{host}/signin-oidc");
        for (environment, taken) in [(Environment::Test, true), (Environment::Live, false)] {
            let ask = registry::client::Create {
                account: account.clone(),
                ..asked(environment, &address)
            };
            let answer = registry::client::create(crate::firm::desk(&world), &Asker::system(), &ask).await;
            match answer.unwrap() {
                Ok(_) => assert!(taken, "{address}"),
                Err(No::Invalid { field, .. }) => assert!(!taken && field == "redirect_uris", "{address}: {field}"),
                Err(no) => panic!("{no}"),
            }
        }
    }
}

/// 3E-4: a client that keeps no secret cannot be registered.
async fn only_server_applications_are_registered(world: World) {
    let ask = json!({
        "account": crate::firm::own(&world).await.as_str(), "name": "Browser application",
        "auth_methods": [AuthMethod::None.as_str()], "grant_types": ["authorization_code"],
        "redirect_uris": [CALLBACK],
    });
    let (status, refusal) = told(world.manage("POST", "/clients").json(&ask)).await;
    assert_eq!(status, 400, "{refusal}");
    assert!(refusal.to_string().contains("auth_methods"), "{refusal}");
}

/// 3E-17, 3E-18: the hint of a domain is taken as a hint; the connection is gone to straight, and one that there is not
/// is refused.
async fn hints_and_connections_are_honoured(world: World) {
    let client = client(&world).await;
    let mut person = Person::new(&world);
    let page = person.opens(&address(&client, MATTER)).await.page();
    let next = person.does(&page, "approve").await.page();
    assert_eq!(person::name(&next), "sso-auth-nonprod");
    let somebody = address(&client, MATTER).replace("login_hint=thomsonreuters.com", "login_hint=ann%40firm.example");
    let page = Person::new(&world).opens(&somebody).await.page();
    assert_eq!(page.own_form().value("email"), Some("ann@firm.example"));
    let unknown = address(&client, MATTER).replace("sso-auth-nonprod", "sso-auth-prod");
    let back = Person::new(&world).opens(&unknown).await.back();
    assert!(!back.error().is_empty());
}

/// 3E-14, TE1: the request carries no secret; one that does anyhow is not honoured with it, and a secret seen in an
/// address is no longer good.
async fn the_secret_has_no_place_in_the_request(world: World) {
    let client = client(&world).await;
    let leaked = format!("{}&client_secret={}", address(&client, MATTER), client.secret);
    let step = Person::new(&world).opens(&leaked).await;
    if let person::Step::Back(back) = step {
        assert!(back.value("code").is_empty(), "{back:?}");
    }
    let (status, refusal) = exchange(&world, &client, "any", CALLBACK).await;
    assert_eq!(status, 401, "{refusal}");
}
