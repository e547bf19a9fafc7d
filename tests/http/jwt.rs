//! Access tokens and keys as the world sees them, checked by a library that is not ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64;
use jsonwebtoken::{DecodingKey, EncodingKey, Validation, crypto, decode, jwk::JwkSet};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tollgate_issuer::registry::{self, Asker};
use tollgate_keys::chance;
use tollgate_keys::signing::SigningKey;
use tollgate_model::{ApiId, ClientId};
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::house::{House, ORDINARY, claims, header, refused_at};
use tollgate_tests::{Backend, run, until};

/// The ordinary house, its documents signed in another way.
fn signed_with(algorithm: Algorithm) -> String {
    ORDINARY.replace(
        "name = \"Documents\"",
        &format!("name = \"Documents\"\nalgorithm = \"{algorithm}\""),
    )
}

fn theirs(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    algorithm.name().parse().unwrap()
}

/// What the foreign library makes of a token.
fn read(token: &str, keys: &Value, issuer: &str, audience: &str) -> Result<Value, jsonwebtoken::errors::Error> {
    let keys: JwkSet = serde_json::from_value(keys.clone()).unwrap();
    let head = jsonwebtoken::decode_header(token)?;
    let key = keys
        .find(head.kid.as_deref().unwrap())
        .expect("the key set holds the key");
    let mut rules = Validation::new(head.alg);
    rules.set_audience(&[audience]);
    rules.set_issuer(&[issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "aud"]);
    decode::<Value>(token, &DecodingKey::from_jwk(key)?, &rules).map(|data| data.claims)
}

/// JW1: every algorithm in every claims profile verifies against the served keys, and passes the gateway.
#[test]
fn every_algorithm_and_profile_verifies_elsewhere() {
    run(async {
        let profiles = ["rfc9068", "auth0", "hydra", "identityserver"];
        let all = || {
            Algorithm::ALL
                .into_iter()
                .flat_map(|algorithm| profiles.map(|profile| (algorithm, profile)))
        };
        let mut text = String::from("[upstream.echo]\ntargets = []\n");
        for (algorithm, profile) in all() {
            let id = format!("{}-{profile}", algorithm.name().to_lowercase());
            text.push_str(&format!(
                "[[api]]\nid = \"{id}\"\nname = \"{id}\"\naudience = \"https://api.example/{id}\"\nalgorithm = \"{algorithm}\"\nprofile = \"{profile}\"\nscopes = [{{ name = \"read\", description = \"\" }}]\n\n[[route]]\nid = \"{id}\"\npath = \"/{id}/{{rest...}}\"\napi = \"{id}\"\nscopes = [\"read\"]\nupstream = \"echo\"\n\n"
            ));
        }
        let house = House::start(&text, Backend::Sqlite).await;
        for (algorithm, profile) in all() {
            let id = format!("{}-{profile}", algorithm.name().to_lowercase());
            let put = registry::grant::Put {
                api: ApiId::new(&id),
                scopes: vec!["read".into()],
                lifetime: None,
                seen: None,
            };
            let (asker, client) = (Asker::system(), ClientId::new(&house.client.id));
            registry::grant::put(house.desk(), &asker, &client, &put)
                .await
                .unwrap()
                .unwrap();
            let token = house.token(&id).await;
            let said = read(&token, &house.jwks().await, &house.node.issuer, &house.audience(&id)).expect(&id);
            let head = header(&token);
            assert_eq!(head["alg"], algorithm.name(), "{id}");
            assert_eq!(
                head["typ"],
                if ["rfc9068", "identityserver"].contains(&profile) {
                    "at+jwt"
                } else {
                    "JWT"
                },
                "{id}"
            );
            assert_eq!(
                said["exp"].as_i64().unwrap() - said["iat"].as_i64().unwrap(),
                3600,
                "{id}"
            );
            let (client, named) = (house.client.id.as_str(), |name: &str| {
                said.get(name).and_then(Value::as_str).map(str::to_owned)
            });
            match profile {
                "rfc9068" => {
                    assert_eq!(
                        (
                            named("sub").as_deref(),
                            named("client_id").as_deref(),
                            named("scope").as_deref()
                        ),
                        (Some(client), Some(client), Some("read"))
                    );
                    assert!(said["jti"].as_str().unwrap().len() > 20);
                }
                "auth0" => {
                    assert_eq!(
                        (named("azp").as_deref(), named("gty").as_deref()),
                        (Some(client), Some("client-credentials"))
                    );
                    assert_eq!(said["sub"], format!("{client}@clients"));
                    assert!(said.get("jti").is_none() && said.get("client_id").is_none());
                }
                "hydra" => assert_eq!(
                    (&said["scp"], &said["aud"]),
                    (&json!(["read"]), &json!([house.audience(&id)]))
                ),
                _ => assert_eq!((&said["scope"], said.get("sub")), (&json!(["read"]), None)),
            }
            let passed = house.call(&format!("/{id}/1"), &token).send().await.unwrap();
            assert_eq!(passed.status(), 200, "{id}");
            assert_eq!(house.introspect(&token).await["active"], true, "{id}");
        }
        let keys = house.jwks().await;
        assert_eq!(keys["keys"].as_array().unwrap().len(), 4, "one key for each algorithm");
    });
}

/// JW1: no two tokens have one `jti`.
#[test]
fn every_token_has_a_name_of_its_own() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let tokens = futures_util::future::join_all((0..50).map(|_| house.token("docs"))).await;
        let names: BTreeSet<String> = tokens
            .iter()
            .map(|token| claims(token)["jti"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(names.len(), tokens.len());
    });
}

/// A token is refused by the gateway, is nothing at introspection, and revoking it is answered like any other.
async fn is_nothing(house: &House, token: &str, what: &str) {
    assert!(
        house.refused(token).await.is_some(),
        "the gateway let it through: {what}"
    );
    assert_eq!(house.introspect(token).await, json!({ "active": false }), "{what}");
    assert_eq!(house.revoke_as(&house.client, token).await, 200, "{what}");
}

/// A signer of the test's own that may write any header.
struct Forger {
    key: EncodingKey,
    algorithm: jsonwebtoken::Algorithm,
    public: Value,
}

impl Forger {
    fn new(algorithm: Algorithm) -> Self {
        let key = SigningKey::generate(algorithm, &chance::System).unwrap();
        let pkcs8 = key.to_pkcs8().unwrap();
        let encoding = match algorithm {
            // PKCS #8 wraps PKCS #1 in 26 bytes for a key of 2048 bits.
            Algorithm::RS256 | Algorithm::PS256 => EncodingKey::from_rsa_der(&pkcs8[26..]),
            Algorithm::ES256 => EncodingKey::from_ec_der(&pkcs8),
            Algorithm::EdDSA => EncodingKey::from_ed_der(&pkcs8),
        };
        Self {
            key: encoding,
            algorithm: theirs(algorithm),
            public: serde_json::to_value(key.public()).unwrap(),
        }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", B64.encode(header.to_string()), B64.encode(claims.to_string()));
        let signature = crypto::sign(message.as_bytes(), &self.key, self.algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

fn with(value: &Value, name: &str, member: Value) -> Value {
    let mut changed = value.clone();
    changed[name] = member;
    changed
}

fn without(value: &Value, name: &str) -> Value {
    let mut changed = value.clone();
    changed.as_object_mut().unwrap().remove(name);
    changed
}

/// JW2, JW4: neither `none`, nor HS256 with the public key, nor an empty or foreign signature, nor a key that the token
/// brings along is accepted by any verifier; and nobody goes and fetches one.
#[test]
fn forged_tokens_are_refused_by_every_verifier() {
    run(async {
        let fetched = Arc::new(AtomicUsize::new(0));
        let trap = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let trap_url = format!("http://127.0.0.1:{}/keys", trap.local_addr().unwrap().port());
        let seen = fetched.clone();
        tokio::spawn(async move {
            while trap.accept().await.is_ok() {
                seen.fetch_add(1, Ordering::SeqCst);
            }
        });
        for algorithm in Algorithm::ALL {
            let house = House::start(&signed_with(algorithm), Backend::Sqlite).await;
            let good = house.token("docs").await;
            let (head, said) = (header(&good), claims(&good));
            assert_eq!(head["alg"], algorithm.name());
            let parts: Vec<&str> = good.split('.').collect();
            let (message, signature) = (format!("{}.{}", parts[0], parts[1]), parts[2]);
            let unsigned = |header: &Value, signature: &str| {
                format!(
                    "{}.{}.{signature}",
                    B64.encode(header.to_string()),
                    B64.encode(said.to_string())
                )
            };
            let mut forged: Vec<(String, String)> = Vec::new();
            for none in ["none", "None", "NONE", "nOnE", ""] {
                let head = with(&head, "alg", json!(none));
                forged.push((format!("alg {none:?}, unsigned"), unsigned(&head, "")));
                forged.push((format!("alg {none:?}, signed"), unsigned(&head, signature)));
                forged.push((format!("alg {none:?}, no kid"), unsigned(&without(&head, "kid"), "")));
            }
            forged.push(("no alg".into(), unsigned(&without(&head, "alg"), signature)));
            forged.push(("empty signature".into(), format!("{message}.")));
            forged.push(("no signature".into(), message.clone()));
            forged.push(("four parts".into(), format!("{good}.{signature}")));
            forged.push(("zero signature".into(), format!("{message}.{}", B64.encode([0_u8; 64]))));
            let broken = format!(
                "{}{}",
                if signature.starts_with('A') { 'B' } else { 'A' },
                &signature[1..]
            );
            forged.push(("broken signature".into(), format!("{message}.{broken}")));
            let richer = B64.encode(with(&said, "scope", json!("read write admin")).to_string());
            forged.push(("other claims".into(), format!("{}.{richer}.{signature}", parts[0])));
            forged.push((
                "another token's signature".into(),
                format!("{message}.{}", house.token("docs").await.rsplit('.').next().unwrap()),
            ));
            // The public key, in every form it is known in, as if it were a secret.
            let jwk = house.jwks().await["keys"]
                .as_array()
                .unwrap()
                .iter()
                .find(|key| key["kid"] == head["kid"])
                .unwrap()
                .clone();
            let mut secrets = vec![jwk.to_string().into_bytes(), Vec::new()];
            for name in ["n", "x", "y"] {
                if let Some(text) = jwk.get(name).and_then(Value::as_str) {
                    secrets.extend([text.as_bytes().to_vec(), B64.decode(text).unwrap()]);
                }
            }
            for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
                let head = with(&head, "alg", json!("HS256"));
                let message = format!("{}.{}", B64.encode(head.to_string()), B64.encode(said.to_string()));
                let mac = crypto::sign(
                    message.as_bytes(),
                    &EncodingKey::from_secret(&secret),
                    jsonwebtoken::Algorithm::HS256,
                )
                .unwrap();
                forged.push(("HS256 with the public key".into(), format!("{message}.{mac}")));
            }
            let forger = Forger::new(algorithm);
            forged.push(("foreign key under our kid".into(), forger.sign(&head, &said)));
            let own = with(&head, "kid", forger.public["kid"].clone());
            forged.push(("foreign key under its kid".into(), forger.sign(&own, &said)));
            for (name, value) in [
                ("jwk", forger.public.clone()),
                ("jku", json!(trap_url)),
                ("x5u", json!(trap_url)),
                (
                    "x5c",
                    json!([base64::engine::general_purpose::STANDARD.encode([48_u8; 64])]),
                ),
            ] {
                for head in [&head, &own, &without(&head, "kid")] {
                    forged.push((
                        format!("{name} brought along"),
                        forger.sign(&with(head, name, value.clone()), &said),
                    ));
                }
            }
            forged.push((
                "a path as kid".into(),
                forger.sign(&with(&head, "kid", json!("../../../../dev/null")), &said),
            ));
            forged.push((
                "SQL as kid".into(),
                forger.sign(&with(&head, "kid", json!("' OR '1'='1")), &said),
            ));
            for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
                forged.push((
                    format!("said to be {other}"),
                    unsigned(&with(&head, "alg", json!(other.name())), signature),
                ));
            }
            for (what, token) in forged {
                is_nothing(&house, &token, &format!("{algorithm}: {what}")).await;
            }
            assert_eq!(
                house.refused(&good).await,
                None,
                "{algorithm}: nothing of that touched the good one"
            );
        }
        assert_eq!(
            fetched.load(Ordering::SeqCst),
            0,
            "somebody followed an address in a token"
        );
    });
}

/// Signs with the issuer's own key: what no verifier may accept although the signature is right.
fn ours(house: &House, typ: &str, claims: &Value) -> String {
    let held = house.desk().memory.keyring().held();
    let signer = held.ring.signer(Algorithm::ES256, house.desk().now().0).unwrap();
    signer.sign(typ, claims.to_string().as_bytes()).unwrap()
}

/// JW3: no token of another type is accepted as an access token, although our own key signed it.
#[test]
fn no_token_is_taken_for_another() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let said = claims(&house.token("docs").await);
        assert_eq!(house.refused(&ours(&house, "at+jwt", &said)).await, None);
        assert_eq!(
            house.refused(&ours(&house, "application/at+jwt", &said)).await,
            None,
            "RFC 9068 §4"
        );
        for typ in [
            "JWT",
            "jwt",
            "id+jwt",
            "logout+jwt",
            "oauth-authz-req+jwt",
            "dpop+jwt",
            "token-introspection+jwt",
            "secevent+jwt",
            "",
        ] {
            is_nothing(&house, &ours(&house, typ, &said), typ).await;
        }
        // A secret or an operator's credential is no token either.
        is_nothing(&house, &house.client.secret, "a client secret").await;
    });
}

/// JW5: `iss` octet for octet, `aud`, `exp`, `nbf`, `iat`, and every claim that must be there.
#[test]
fn every_mandatory_claim_is_enforced() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let said = claims(&house.token("docs").await);
        let (issuer, now) = (said["iss"].as_str().unwrap().to_owned(), house.desk().now().0);
        let mut wrong: Vec<(String, Value)> = Vec::new();
        for other in [
            format!("{issuer}/"),
            issuer.to_uppercase(),
            issuer.replace("http:", "https:"),
            String::new(),
            "https://evil.example".into(),
        ] {
            wrong.push((format!("iss {other:?}"), with(&said, "iss", json!(other))));
        }
        for other in [
            json!("https://api.example/docs/"),
            json!("https://api.example"),
            json!([]),
            json!(["x"]),
            json!(""),
            json!(1),
            json!(null),
        ] {
            wrong.push((format!("aud {other}"), with(&said, "aud", other)));
        }
        for (name, value) in [
            ("exp", json!(now)),
            ("exp", json!(now - 1)),
            ("exp", json!(0)),
            ("exp", json!(-1)),
            ("exp", json!("never")),
            ("exp", json!(1e40)),
            ("nbf", json!(now + 61)),
            ("iat", json!(now + 61)),
            ("nbf", json!("now")),
        ] {
            wrong.push((format!("{name} {value}"), with(&said, name, value)));
        }
        for name in ["iss", "aud", "exp", "iat", "client_id"] {
            wrong.push((format!("no {name}"), without(&said, name)));
        }
        for (what, claims) in wrong {
            is_nothing(&house, &ours(&house, "at+jwt", &claims), &what).await;
        }
        for payload in ["[]", "null", "\"x\"", "1", ""] {
            let held = house.desk().memory.keyring().held();
            let token = held
                .ring
                .signer(Algorithm::ES256, now)
                .unwrap()
                .sign("at+jwt", payload.as_bytes())
                .unwrap();
            is_nothing(&house, &token, payload).await;
        }
        let token = house.token("docs").await;
        house.clock.forward(3599);
        assert_eq!(house.refused(&token).await, None);
        house.clock.forward(1);
        assert_eq!(house.refused(&token).await.as_deref(), Some("token_expired"));
        assert_eq!(house.introspect(&token).await, json!({ "active": false }));
    });
}

fn kids(keys: &Value) -> Vec<String> {
    keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

/// JW7: the key set is public, its names are unique, a new key is shown before it signs and an old one until its last
/// token has expired; tokens of both pass the gateway all the while.
#[test]
fn a_key_is_shown_before_it_signs_and_until_its_last_token_is_dead() {
    run(async {
        let house = House::ordinary("[keys]\npublish_ahead = 600\nleeway = 60\n", Backend::Sqlite).await;
        let answer = house.http.get(house.at("/.well-known/jwks.json")).send().await.unwrap();
        assert_eq!(
            answer.headers()["cache-control"],
            "public, max-age=300",
            "half as long as a key is shown ahead"
        );
        let first = kids(&house.jwks().await);
        let [old] = first.as_slice() else { panic!("{first:?}") };
        let before = house.token("docs").await;
        assert_eq!(header(&before)["kid"], old.as_str());

        let new = registry::key::rotate(house.desk(), &Asker::system(), Algorithm::ES256)
            .await
            .unwrap()
            .unwrap()
            .to_string();
        let shown = kids(&house.jwks().await);
        assert_eq!(shown.len(), 2);
        assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), 2, "names are unique");
        assert!(shown.contains(old) && shown.contains(&new));
        house.clock.forward(599);
        let waiting = house.token("docs").await;
        assert_eq!(
            header(&waiting)["kid"],
            old.as_str(),
            "not yet: caches may not know the new one"
        );
        house.clock.forward(1);
        let after = house.token("docs").await;
        assert_eq!(header(&after)["kid"], new.as_str());
        for token in [&before, &waiting, &after] {
            until("the gateway knows both keys", || async {
                house.refused(token).await.is_none()
            })
            .await;
            assert_eq!(house.introspect(token).await["active"], true);
        }
        // The last token of the old key was given out a second before the new one began.
        house.clock.forward(3598);
        assert_eq!(house.refused(&waiting).await, None);
        house.clock.forward(1);
        assert_eq!(house.refused(&waiting).await.as_deref(), Some("token_expired"));
        house.clock.forward(60);
        assert!(
            kids(&house.jwks().await).contains(old),
            "clocks may differ by the leeway"
        );
        house.clock.forward(1);
        assert_eq!(kids(&house.jwks().await), [new], "its last token is dead");

        let keys = house.jwks().await;
        for key in keys["keys"].as_array().unwrap() {
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                assert!(key.get(private).is_none(), "{private} is shown");
            }
            assert_eq!((&key["use"], &key["alg"]), (&json!("sig"), &json!("ES256")));
        }
    });
}

/// JW7: RSA and Ed25519 keys are shown without their private members, too.
#[test]
fn no_key_shows_a_private_member() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        for algorithm in Algorithm::ALL {
            registry::key::rotate(house.desk(), &Asker::system(), algorithm)
                .await
                .unwrap()
                .unwrap();
        }
        let keys = house.jwks().await;
        let known = BTreeSet::from(["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"]);
        for key in keys["keys"].as_array().unwrap() {
            let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            assert!(members.is_subset(&known), "{members:?}");
        }
        assert_eq!(kids(&keys).iter().collect::<BTreeSet<_>>().len(), 5);
        let token = house.token("docs").await;
        assert_eq!(refused_at(&house.http, &house.node.gateway, &token).await, None);
    });
}
