//! Applications with many users: the vendor's authorization code flow.

use crate::firm::Wish;
use crate::person::{self, GRANTS, Person, filled, told};
use crate::{firm, token};
use serde_json::json;
use tollgate_issuer::registry::{self, Asker, No};
use tollgate_model::ClientId;
use tollgate_tests::World;

on_both_stores! { "signeasy":
    an_app_with_five_addresses_acts_for_its_users,
    a_sixth_address_is_refused,
    whoever_declines_gives_no_code,
}

/// The request with what the vendor's page requires: `state` is optional, and PKCE is not spoken of.
const DOCUMENT: &str = "https://auth.signeasy.com/authorize?client_id=<client_id>&redirect_uri=<redirect_uri>\
    &scope=rs%3Aread%20rs%3Aupdate%20offline_access&response_type=code&audience=https%3A%2F%2Fapi-ext.signeasy.com%2F";
const FIVE: [&str; 5] = [
    "https://one.firm.example/callback",
    "https://two.firm.example/callback",
    "https://three.firm.example/callback",
    "https://four.firm.example/callback",
    "https://five.firm.example/callback",
];

async fn app(world: &World) -> firm::Client {
    let firm = firm::own(world).await;
    let owner = firm::member(world, &firm, "apps@firm.example", &["Owner"]).await;
    let wish = Wish {
        owner: Some(owner),
        grants: &[("signeasy", &["rs:read", "rs:update"])],
        grant_types: Some(GRANTS.to_vec()),
        redirect_uris: &FIVE,
        ..Wish::default()
    };
    person::application(world, wish).await
}

fn address(app: &firm::Client, redirect_uri: &str) -> String {
    let encoded = redirect_uri.replace(':', "%3A").replace('/', "%2F");
    filled(DOCUMENT, &[("<client_id>", &app.id), ("<redirect_uri>", &encoded)])
}

/// SE-5, SE-12, SE-20: each of five registered addresses gets codes; the token is the user's, for 30 days, and a refresh
/// token comes where `offline_access` was asked.
async fn an_app_with_five_addresses_acts_for_its_users(world: World) {
    let app = app(&world).await;
    let mut person = Person::new(&world);
    for redirect_uri in FIVE {
        let back = person.walks(&address(&app, redirect_uri), "approve").await;
        assert!(back.location.starts_with(redirect_uri), "{back:?}");
        let body = json!({
            "client_id": app.id, "client_secret": app.secret, "code": back.code(),
            "grant_type": "authorization_code", "redirect_uri": redirect_uri,
        });
        let (status, answer) = told(world.http.post(world.env("TOKEN_URL")).json(&body)).await;
        assert_eq!((status, &answer["expires_in"]), (200, &json!(2_592_000)), "{answer}");
        assert!(answer["refresh_token"].is_string(), "{answer}");
        let claims = token::verified(&world, &token::of(&answer)).await;
        assert_eq!(claims["aud"], json!("https://api-ext.signeasy.com/"));
        assert!(!claims["sub"].as_str().unwrap().ends_with("@clients"), "{claims}");
        let url = format!("{}/v3/rs/pending", world.env("GATEWAY"));
        let (status, answer) = told(world.http.get(url).bearer_auth(token::of(&answer))).await;
        assert_eq!(status, 200, "{answer}");
    }
    assert_eq!(person.seen, ["sign-in", "consent"], "asked once");
}

/// Five addresses at most, as the vendor's page says; and none that is not among them gets a code.
async fn a_sixth_address_is_refused(world: World) {
    let app = app(&world).await;
    let six = FIVE.iter().chain(&["https://six.firm.example/callback"]);
    let ask = registry::client::Revise {
        redirect_uris: Some(six.map(|address| (*address).to_owned()).collect()),
        ..Default::default()
    };
    let answer = registry::client::revise(firm::desk(&world), &Asker::system(), &ClientId::new(&app.id), &ask).await;
    assert!(matches!(
        answer.unwrap(),
        Err(No::Invalid {
            field: "redirect_uris",
            ..
        })
    ));
    let page = Person::new(&world)
        .opens(&address(&app, "https://six.firm.example/callback"))
        .await
        .page();
    assert!((400..500).contains(&page.status) && page.leads_to().is_empty());
}

/// The vendor's older page: a person who declines gives the app `error=access_denied`.
async fn whoever_declines_gives_no_code(world: World) {
    let app = app(&world).await;
    let back = Person::new(&world).walks(&address(&app, FIVE[0]), "deny").await;
    assert_eq!(back.error(), "access_denied");
}
