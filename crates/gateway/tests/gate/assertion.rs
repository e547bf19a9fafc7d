//! The signed statement of who asks, for the server behind.

use crate::scene::*;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tollgate_gateway::Settings;
use tollgate_keys::chance::System;
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_keys::jwk::JwkSet;
use tollgate_keys::signing::SigningKey;
use tollgate_keys::verify::{Flaw, VerifyingKeys, signature};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::route::AssertionRule;
use tollgate_model::{AccountId, LegacyCredentialId, LegacyKnown, LegacyMethod, LegacyMethodId, Snapshot};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

const PUBLIC: &str = "https://gate.example";
const JWKS: &str = "/.well-known/tollgate-gateway-jwks.json";
const BEHIND: &str = "https://behind.internal";

fn settings() -> Settings {
    Settings {
        public_url: Some(PUBLIC.to_owned()),
        ..Settings::default()
    }
}

fn wanted(snapshot: &mut Snapshot) {
    for route in &mut snapshot.routes {
        let audience = format!("{BEHIND}/{}", route.id);
        route.assertion = (route.id.as_str() != "identify").then_some(AssertionRule { audience });
    }
}

async fn scene(settings: Settings) -> Scene {
    let props = Props {
        settings,
        ..Props::default()
    };
    Scene::with(wanted, props).await
}

/// As a server behind does it: keys from the gateway's address, found by `kid`.
async fn believed(scene: &Scene, statement: &str) -> Result<(String, Value), Flaw> {
    let published = scene.send(scene.request("GET", JWKS), "").await;
    assert_eq!(published.status, 200);
    assert_eq!(published.header("cache-control"), "public, max-age=300");
    let keys = VerifyingKeys::of(&JwkSet::parse(&published.body).unwrap()).unwrap();
    let (header, payload) = signature(statement, &keys)?;
    Ok((header.typ.unwrap(), serde_json::from_slice(&payload).unwrap()))
}

fn statement(scene: &Scene) -> String {
    scene.behind.last().header("tollgate-assertion").unwrap().to_owned()
}

/// RS5, AT18: the server behind is told who asks by a signature, and gets no credential of the caller's.
#[tokio::test]
async fn a_statement_stands_in_place_of_the_caller_s_token() {
    let passes = Settings {
        pass_authorization: true,
        ..settings()
    };
    let scene = scene(passes).await;
    let token = bearer(&safesend());
    let answer = scene
        .upload(&[
            ("authorization", &token),
            ("x-email", "dev@firm.test"),
            ("tollgate-assertion", "forged"),
            ("Tollgate_Assertion", "forged"),
        ])
        .await;
    assert_eq!(answer.status, 200);
    let seen = scene.behind.last();
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.headers.get_all("tollgate-assertion").iter().count(), 1);
    assert!(!seen.headers.contains_key("tollgate_assertion"));
    let (typ, said) = believed(&scene, &statement(&scene)).await.unwrap();
    assert_eq!(typ, "tg-assertion+jwt");
    let (jti, rest) = {
        let mut said = said;
        let jti = said.as_object_mut().unwrap().remove("jti").unwrap();
        (jti, said)
    };
    assert!(jti.as_str().unwrap().len() > 20);
    assert_eq!(
        rest,
        serde_json::json!({
            "iss": PUBLIC, "aud": "https://behind.internal/upload", "iat": NOW, "exp": NOW + 60,
            "sub": "client_1", "client_id": "client_1", "account": "acc_firm", "environment": "live", "scope": "",
            "acting_user": {"id": "mem_dev@firm.test", "email": "dev@firm.test", "roles": [ROLES[0]]},
        })
    );
    // A route that wants none gets none, from outside least of all.
    let plain = scene
        .request("GET", "/identify")
        .header("authorization", bearer(&signicat("identify")))
        .header("tollgate-assertion", statement(&scene));
    assert_eq!(scene.send(plain, "").await.status, 200);
    assert_eq!(scene.behind.last().header("tollgate-assertion"), None);
    assert!(scene.behind.last().header("authorization").is_some());
}

/// A public route has nobody to speak of, and still passes no credential on.
#[tokio::test]
async fn nothing_is_said_of_nobody() {
    let scene = scene(settings()).await;
    let request = scene
        .request("GET", "/open/x")
        .header("authorization", "Bearer x")
        .header("tollgate-assertion", "forged");
    assert_eq!(scene.send(request, "").await.status, 200);
    let seen = scene.behind.last();
    assert_eq!(
        (seen.header("tollgate-assertion"), seen.header("authorization")),
        (None, None)
    );
}

/// SS-51: whoever comes by an old way is named by the account and member that it is bound to, and its key stays here.
#[tokio::test]
async fn an_old_way_is_stated_without_its_key() {
    let props = Props {
        settings: Settings {
            pass_authorization: true,
            ..settings()
        },
        ..Props::default()
    };
    let by_key = |snapshot: &mut Snapshot| {
        wanted(snapshot);
        snapshot.legacy.push(LegacyMethod {
            id: LegacyMethodId::new("key"),
            name: "Key".into(),
            bearer: false,
            key_headers: vec!["x-api-key".into()],
            verify: None,
        });
        let signer = snapshot.routes.iter_mut().find(|route| route.id.as_str() == "signer");
        signer.unwrap().legacy.push(LegacyMethodId::new("key"));
    };
    let scene = Scene::with(by_key, props).await;
    let known = LegacyKnown {
        id: LegacyCredentialId::new("leg_1"),
        method: LegacyMethodId::new("key"),
        kind: LegacyKind::Key,
        account: AccountId::new("acc_firm"),
        member: Some(member("dev@firm.test", "acc_firm", ROLES[0]).1),
        expires: None,
    };
    let name = Digest::from_bytes(token_hash("f00dfeed")).to_string();
    scene.desk.change(|state| drop(state.legacy.insert(name, known)));
    let request = scene.request("GET", "/signer/a").header("x-api-key", "f00dfeed");
    assert_eq!(scene.send(request, "").await.status, 200);
    assert_eq!(scene.behind.last().header("x-api-key"), None);
    let (_, said) = believed(&scene, &statement(&scene)).await.unwrap();
    assert_eq!(
        (said["account"].as_str(), said["exp"].as_i64()),
        (Some("acc_firm"), Some(NOW + 60))
    );
    assert_eq!(said["acting_user"]["email"], "dev@firm.test");
    assert!(said.get("client_id").is_none() && said.get("sub").is_none());
}

/// RS3: what is remembered is said again of the same caller to the same server alone, for twenty seconds.
#[tokio::test]
async fn a_statement_is_of_one_caller_for_one_server() {
    let scene = scene(settings()).await;
    let upload = async |token: &str, email: &str| {
        let token = bearer(token);
        let headers = [("authorization", &*token), ("x-email", email)];
        assert_eq!(scene.upload(&headers).await.status, 200);
        statement(&scene)
    };
    let token = safesend();
    let first = upload(&token, "dev@firm.test").await;
    scene.clock.0.store(NOW + 19, Ordering::SeqCst);
    assert_eq!(upload(&token, "dev@firm.test").await, first);
    assert_ne!(upload(&token, "admin@firm.test").await, first);
    let mut other = claims("https://api.safesend.com/", "");
    other.client_id = "client_2".into();
    assert_ne!(
        upload(&sign(key(), Profile::Auth0, &other), "dev@firm.test").await,
        first
    );
    // Another server behind.
    let mut wide = claims("https://api.safesend.com/", "returns");
    wide.expires = NOW + 30;
    let returns = sign(key(), Profile::Auth0, &wide);
    upload(&returns, "dev@firm.test").await;
    let (_, at_upload) = believed(&scene, &statement(&scene)).await.unwrap();
    let request = scene
        .request("GET", "/ssr/x")
        .header("authorization", bearer(&returns))
        .header("x-email", "dev@firm.test");
    assert_eq!(scene.send(request, "").await.status, 200);
    let (_, at_returns) = believed(&scene, &statement(&scene)).await.unwrap();
    assert_eq!(at_upload["aud"], "https://behind.internal/upload");
    assert_eq!(at_returns["aud"], "https://behind.internal/returns");
    // It does not outlive the token that it stands for.
    assert_eq!(at_returns["exp"], NOW + 30);
    scene.clock.0.store(NOW + 20, Ordering::SeqCst);
    let (_, again) = believed(&scene, &upload(&token, "dev@firm.test").await).await.unwrap();
    assert_eq!(again["iat"], NOW + 20);
    assert_ne!(upload(&token, "dev@firm.test").await, first);
}

/// JW7: a gateway that starts anew has a new key under a new name; gateways that share one believe one another.
#[tokio::test]
async fn a_key_is_found_by_its_name_after_a_start() {
    let call = async |scene: &Scene| {
        let token = sign(key(), Profile::Hydra, &claims("signer", ""));
        assert_eq!(scene.get("/signer/a", &token).await.status, 200);
        statement(scene)
    };
    let (before, after) = (scene(settings()).await, scene(settings()).await);
    let old = call(&before).await;
    assert!(believed(&before, &old).await.is_ok());
    assert_eq!(believed(&after, &old).await.err(), Some(Flaw::UnknownKey));
    assert!(believed(&after, &call(&after).await).await.is_ok());

    let shared = Settings {
        assertion_key: Some(Arc::new(SigningKey::generate(Algorithm::ES256, &System).unwrap())),
        ..settings()
    };
    let (one, two) = (scene(shared.clone()).await, scene(shared.clone()).await);
    assert!(believed(&two, &call(&one).await).await.is_ok());
    assert!(format!("{shared:?}").contains("***"), "the key does not show itself");
}

/// RS12: without a name to sign under, a route that wants statements lets nothing through.
#[tokio::test]
async fn a_route_that_wants_what_cannot_be_made_is_closed() {
    let scene = scene(Settings::default()).await;
    let token = sign(key(), Profile::Hydra, &claims("signer", ""));
    scene.get("/signer/a", &token).await.is(403, "route_closed");
    assert_eq!(scene.behind.count(), 0);
    assert_eq!(scene.send(scene.request("GET", JWKS), "").await.status, 404);
}
