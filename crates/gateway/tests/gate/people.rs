//! Tokens that speak for a person, and ID tokens that show one.

use crate::scene::*;
use serde_json::{Map, json};
use std::sync::atomic::Ordering;
use tollgate_gateway::Settings;
use tollgate_gateway::routes::{RouteFault, faults};
use tollgate_keys::signing::SigningKey;
use tollgate_model::revocation::Target;
use tollgate_model::route::{ActingBy, ActingRule, IdTokenRule};
use tollgate_model::{AuthorizationId, ConsentId, Route, RouteId};
use tollgate_protocol::claims::{AccessToken, Profile};
use tollgate_protocol::id_token::{self, IdToken};
use tollgate_protocol::logout_token::{self, LogoutToken};

const SIGNATURES: &str = "/signatures";
const HEADER: &str = "x-id-token";

fn wants(required: bool) -> Option<IdTokenRule> {
    Some(IdTokenRule {
        header: "X-Id-Token".into(),
        required,
    })
}

/// The usual scene, with a route that wants an ID token, and one where it may be left out.
async fn scene(settings: Settings) -> Scene {
    let props = Props {
        settings,
        ..Props::default()
    };
    Scene::with(
        |snapshot| {
            let to = snapshot.routes[0].upstream.clone();
            for (id, path, required) in [("sign", SIGNATURES, true), ("may-sign", "/maybe", false)] {
                let mut route = route(id, &["GET", "POST"], path, token("sovos", &[], None), &to);
                route.id_token = wants(required);
                snapshot.routes.push(route);
            }
        },
        props,
    )
    .await
}

/// An access token of the client alone.
fn robot() -> String {
    sign(key(), Profile::Hydra, &claims("signer", ""))
}

/// The claims of an access token that speaks for a person.
fn for_ada() -> AccessToken {
    let mut claims = claims("signer", "");
    claims.subject = Some("ada".into());
    let mark = claims.mark.as_mut().unwrap();
    mark.authorization = Some("aut_1".into());
    mark.consent = Some("con_1".into());
    claims
}

fn ada() -> IdToken {
    IdToken {
        issuer: ISSUER.into(),
        subject: "ada".into(),
        audience: "client_1".into(),
        expires: NOW + 3600,
        issued: NOW,
        auth_time: Some(NOW),
        nonce: None,
        acr: Some("urn:acr:face".into()),
        amr: vec!["face".into()],
        azp: None,
        at_hash: None,
        sid: Some("ses_1".into()),
        claims: Map::new(),
    }
}

fn shows(key: &SigningKey, token: &IdToken) -> String {
    key.sign(id_token::TYP, &token.write()).unwrap()
}

async fn ask(scene: &Scene, path: &str, access: &str, shown: &[&str]) -> Answered {
    let request = scene.request("GET", path).header("authorization", bearer(access));
    let request = shown
        .iter()
        .fold(request, |request, token| request.header(HEADER, *token));
    scene.send(request, "").await
}

/// RT6, RS11, 3E-44: what a person takes back, and a grant that was caught in two hands, is dead once the feed has told.
#[tokio::test]
async fn a_revoked_consent_or_authorization_is_in_force_once_told() {
    let token = sign(key(), Profile::Hydra, &for_ada());
    for (target, other) in [
        (
            Target::Consent(ConsentId::new("con_1")),
            Target::Consent(ConsentId::new("con_2")),
        ),
        (
            Target::Authorization(AuthorizationId::new("aut_1")),
            Target::Authorization(AuthorizationId::new("aut_2")),
        ),
    ] {
        let scene = Scene::open().await;
        let seq = scene.desk.revoke(other);
        scene.gateway.reached(seq).await;
        assert_eq!(scene.get("/signer/a", &token).await.status, 200);
        let seq = scene.desk.revoke(target.clone());
        scene.gateway.reached(seq).await;
        scene.get("/signer/a", &token).await.is(401, "token_revoked");
        // The client's own tokens, and those of a consent given anew, are other tokens.
        assert_eq!(scene.get("/signer/a", &robot()).await.status, 200, "{target:?}");
        let mut later = for_ada();
        later.issued = NOW + 2;
        let later = sign(key(), Profile::Hydra, &later);
        assert_eq!(scene.get("/signer/a", &later).await.status, 200, "{target:?}");
    }
}

/// SE-19, RS5: the server behind learns for which person a token speaks, and of nobody where it speaks for the client.
#[tokio::test]
async fn the_person_of_a_token_is_told() {
    let scene = Scene::open().await;
    for (profile, api, path) in [
        (Profile::Hydra, "signer", "/signer/a"),
        (Profile::IdentityServer, "https://api.signicat.com", "/identify"),
    ] {
        let mut claims = for_ada();
        claims.audience = vec![api.into()];
        claims.scopes = ["identify"].into_iter().collect();
        assert_eq!(scene.get(path, &sign(key(), profile, &claims)).await.status, 200);
        let seen = scene.behind.last();
        assert_eq!(seen.header("tollgate-person"), Some("ada"), "{profile:?}");
        assert_eq!(seen.header("tollgate-subject"), Some("ada"));
    }
    let forged = scene
        .request("GET", "/signer/a")
        .header("authorization", bearer(&robot()))
        .header("tollgate-person", "ada")
        .header("Tollgate_Person", "ada");
    assert_eq!(scene.send(forged, "").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(
        (seen.header("tollgate-person"), seen.header("tollgate_person")),
        (None, None)
    );
    assert_eq!(seen.header("tollgate-subject"), Some("client_1"));
}

/// SO-14: an ID token identifies the person in a call that the client's own token opens.
#[tokio::test]
async fn an_id_token_identifies_the_person() {
    let scene = scene(Settings::default()).await;
    let shown = shows(key(), &ada());
    for path in [SIGNATURES, "/maybe"] {
        assert_eq!(ask(&scene, path, &robot(), &[&shown]).await.status, 200);
        let seen = scene.behind.last();
        assert_eq!(seen.header("tollgate-person"), Some("ada"));
        assert_eq!(seen.header("tollgate-subject"), Some("client_1"));
    }
    // Where it may be left out, nobody is shown; where it may not, the call ends.
    assert_eq!(ask(&scene, "/maybe", &robot(), &[]).await.status, 200);
    assert_eq!(scene.behind.last().header("tollgate-person"), None);
    let before = scene.behind.count();
    let missing = ask(&scene, SIGNATURES, &robot(), &[]).await;
    missing.is(401, "id_token_missing");
    assert_eq!(missing.header("www-authenticate"), "Bearer realm=\"tollgate\"");
    // An access token that speaks for the same person may come along, and stays enough where none is required.
    let access = sign(key(), Profile::Hydra, &for_ada());
    assert_eq!(ask(&scene, SIGNATURES, &access, &[&shown]).await.status, 200);
    assert_eq!(ask(&scene, "/maybe", &access, &[]).await.status, 200);
    assert_eq!(scene.behind.last().header("tollgate-person"), Some("ada"));
    assert_eq!(scene.behind.count(), before + 2);
}

/// SO-14, JW2, JW3: forged, expired and foreign ID tokens are refused, each by its name, and so is every other kind of token.
#[tokio::test]
async fn each_flaw_of_an_id_token_is_refused_by_its_name() {
    let scene = scene(Settings::default()).await;
    let with = |change: fn(&mut IdToken)| {
        let mut token = ada();
        change(&mut token);
        shows(key(), &token)
    };
    let good = shows(key(), &ada());
    let (message, _) = good.rsplit_once('.').unwrap();
    let other = with(|token| token.subject = "eve".into());
    let (_, foreign) = other.rsplit_once('.').unwrap();
    let logout = LogoutToken {
        issuer: ISSUER.into(),
        audience: "client_1".into(),
        issued: NOW,
        expires: NOW + 120,
        id: "bye_1".into(),
        subject: Some("ada".into()),
        sid: Some("ses_1".into()),
    };
    // As an access token that was issued to the client for itself would look.
    let mut access = for_ada();
    access.audience = vec!["client_1".into()];
    let signed = |typ: &str, payload: &[u8]| key().sign(typ, payload).unwrap();
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", message.split_once('.').unwrap().1);
    let table = [
        (String::new(), "id_token_malformed"),
        ("not-a-token".to_owned(), "id_token_malformed"),
        (bearer(&good), "id_token_malformed"),
        (".".repeat(20_000), "id_token_malformed"),
        (format!("{message}.{foreign}"), "id_token_signature"),
        (format!("{message}."), "id_token_signature"),
        (unsigned, "id_token_signature"),
        (shows(stranger(), &ada()), "id_token_signature"),
        (signed("at+jwt", &ada().write()), "id_token_malformed"),
        (signed(logout_token::TYP, &logout.write()), "id_token_malformed"),
        (signed(id_token::TYP, &logout.write()), "id_token_malformed"),
        (sign(key(), Profile::Hydra, &access), "id_token_malformed"),
        (sign(key(), Profile::Auth0, &access), "id_token_malformed"),
        (sign(key(), Profile::Rfc9068, &access), "id_token_malformed"),
        (robot(), "id_token_malformed"),
        (
            with(|token| token.issuer = "https://issuer.test".into()),
            "id_token_issuer",
        ),
        (with(|token| token.audience = "client_2".into()), "id_token_client"),
        (with(|token| token.azp = Some("client_2".into())), "id_token_client"),
        (with(|token| token.expires = NOW), "id_token_expired"),
        (with(|token| token.issued = NOW + 61), "id_token_not_yet_valid"),
        (with(|token| token.subject = "a\nb".into()), "id_token_malformed"),
    ];
    for (shown, code) in &table {
        for path in [SIGNATURES, "/maybe"] {
            let answer = ask(&scene, path, &robot(), &[shown]).await;
            answer.is(401, code);
            assert!(!answer.header("www-authenticate").contains("error"), "{answer:?}");
        }
    }
    let several = signed(
        id_token::TYP,
        &serde_json::to_vec(&json!({
            "iss": ISSUER, "sub": "ada", "aud": ["client_1", "client_2"], "iat": NOW, "exp": NOW + 60
        }))
        .unwrap(),
    );
    ask(&scene, SIGNATURES, &robot(), &[&several])
        .await
        .is(401, "id_token_client");
    ask(&scene, SIGNATURES, &robot(), &[&good, &good])
        .await
        .is(400, "id_tokens_several");
    assert_eq!(scene.behind.count(), 0);
    // It is looked at after the access token, and dies in its second as that one does.
    ask(&scene, SIGNATURES, "not-a-token", &[""])
        .await
        .is(401, "token_malformed");
    assert_eq!(ask(&scene, SIGNATURES, &robot(), &[&good]).await.status, 200);
    let mut short = ada();
    short.expires = NOW + 10;
    let short = shows(key(), &short);
    assert_eq!(ask(&scene, SIGNATURES, &robot(), &[&short]).await.status, 200);
    scene.clock.0.store(NOW + 10, Ordering::SeqCst);
    ask(&scene, SIGNATURES, &robot(), &[&short])
        .await
        .is(401, "id_token_expired");
}

/// JW3: an ID token opens nothing, also where an API's tokens have its `typ`.
#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let scene = scene(Settings::default()).await;
    let mut forged = ada();
    forged.audience = "signer".into();
    forged.azp = Some("client_1".into());
    forged.at_hash = Some("77QmUPtjPfzWtF2AnpK9RQ".into());
    scene
        .get("/signer/a", &shows(key(), &ada()))
        .await
        .is(401, "token_malformed");
    scene
        .get("/signer/a", &shows(key(), &forged))
        .await
        .is(401, "token_malformed");
}

/// SO-14, AT3: two tokens that speak for two people are not taken together.
#[tokio::test]
async fn two_people_do_not_ask_at_once() {
    let scene = scene(Settings::default()).await;
    let access = sign(key(), Profile::Hydra, &for_ada());
    let mut eve = ada();
    eve.subject = "eve".into();
    for path in [SIGNATURES, "/maybe"] {
        ask(&scene, path, &access, &[&shows(key(), &eve)])
            .await
            .is(401, "id_token_person");
    }
    assert_eq!(scene.behind.count(), 0);
}

/// RS5, SO-14: the ID token ends at the gateway as the access token does, in every spelling and in trailers, unless
/// settings pass both on.
#[tokio::test]
async fn the_id_token_goes_on_only_with_the_access_token() {
    let shown = shows(key(), &ada());
    for pass_authorization in [false, true] {
        let settings = Settings {
            pass_authorization,
            ..Settings::default()
        };
        let scene = scene(settings).await;
        let request = scene
            .request("POST", SIGNATURES)
            .header("authorization", bearer(&robot()))
            .header(HEADER, &shown)
            .header("x_id_token", "forged")
            .header("connection", "x-id-token");
        assert_eq!(scene.send(request, "{}").await.status, 200);
        let seen = scene.behind.last();
        assert_eq!(seen.header(HEADER), pass_authorization.then_some(&*shown));
        assert_eq!(seen.header("x_id_token"), None);
        assert_eq!(seen.header("authorization").is_some(), pass_authorization);
        assert_eq!(seen.header("tollgate-person"), Some("ada"));
    }
}

/// OP5: of an ID token it is told that it was there, and nothing of what stands in it.
#[tokio::test]
async fn an_id_token_is_told_by_its_being_there() {
    let scene = scene(Settings::default()).await;
    let shown = shows(key(), &ada());
    ask(&scene, SIGNATURES, &robot(), &[&shown]).await;
    ask(&scene, SIGNATURES, &robot(), &[&shown, &shown]).await;
    ask(&scene, SIGNATURES, &robot(), &[]).await;
    scene.gateway.tell_now().await;
    let told = std::mem::take(&mut scene.desk.state.lock().unwrap().told);
    let calls: Vec<_> = told.iter().flat_map(|told| &told.calls).collect();
    let words: Vec<_> = calls
        .iter()
        .map(|call| {
            (
                call.code.as_deref().unwrap_or(""),
                call.presented[HEADER].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        words,
        [
            ("", "present"),
            ("id_tokens_several", "present more than once"),
            ("id_token_missing", "absent"),
        ]
    );
    assert!(!format!("{calls:?}").contains(&shown));
}

/// A route whose headers could not say for whom a request is, or on which nobody would look, is closed.
#[test]
fn a_header_that_cannot_show_a_person_is_a_fault() {
    let to = upstream("127.0.0.1:1".parse().unwrap());
    let acting = |name: &str| ActingRule {
        by: ActingBy::Header(name.into()),
        roles: Vec::new(),
    };
    let with = |header: &str, access| {
        let mut route = route("r", &[], "/r", access, &to);
        route.id_token = Some(IdTokenRule {
            header: header.into(),
            required: true,
        });
        faults(&[route])
    };
    let fault = [RouteFault::Header(RouteId::new("r"))];
    for wrong in [
        "",
        "a b",
        "authorization",
        "cookie",
        "tollgate-person",
        "x-forwarded-user",
    ] {
        assert_eq!(with(wrong, token("sovos", &[], None)), fault, "{wrong}");
    }
    assert_eq!(with("x_email", token("sovos", &[], Some(acting("X-Email")))), fault);
    assert_eq!(with("x-id-token", public(&[])), fault);
    assert_eq!(with("x-id-token", token("sovos", &[], Some(acting("x-email")))), []);
}

/// What an issuer or a store of the version before wrote still reads.
#[test]
fn a_route_without_the_member_reads_and_is_written_as_before() {
    let to = upstream("127.0.0.1:1".parse().unwrap());
    let bare = route("r", &[], "/r", token("sovos", &[], None), &to);
    let text = serde_json::to_value(&bare).unwrap();
    assert!(text.get("id_token").is_none(), "{text}");
    assert_eq!(serde_json::from_value::<Route>(text.clone()).unwrap(), bare);
    let mut wanting = text;
    wanting["id_token"] = json!({ "header": "x-id-token" });
    let read: Route = serde_json::from_value(wanting).unwrap();
    let rule = read.id_token.unwrap();
    assert_eq!((rule.header.as_str(), rule.required), ("x-id-token", false));
}
