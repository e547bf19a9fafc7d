//! The UserInfo endpoint (OpenID Connect Core §5.3, RFC 6750).

use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::State;
use tollgate_model::client::SignIn;
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::app::{ANN, Wanted, on_each_store, subject, text};
use tollgate_tests::house::{House, claims, header};
use tollgate_tests::until;

const BEN: &str = "ben@firm2.example";

fn challenge(answer: &Response) -> &str {
    let value = answer.headers().get("www-authenticate");
    value.map_or("", |value| value.to_str().unwrap())
}

fn url(house: &House) -> String {
    house.at(&house.config.issuer.paths.userinfo)
}

/// OC3: by GET, by POST with a header and by POST with a form, the answer has the ID token's `sub` and what the scopes
/// open; nobody keeps it.
#[test]
fn every_way_of_asking_is_answered_alike() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let body = house.tokens(&app, "openid email profile").await;
        let token = text(&body, "access_token");
        let form = [("access_token", token)];
        let requests = [
            house.http.get(url(&house)).bearer_auth(token),
            house
                .http
                .get(url(&house))
                .header("authorization", format!("bearer {token}")),
            house.http.post(url(&house)).bearer_auth(token),
            house.http.post(url(&house)).bearer_auth(token).form(&[("other", "x")]),
            house.http.post(url(&house)).form(&form),
        ];
        for request in requests {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.headers()["cache-control"], "no-store");
            let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
            assert!(kind.starts_with("application/json"), "{kind}");
            let info: Value = answer.json().await.unwrap();
            assert_eq!(text(&info, "sub"), subject(&body, "id_token"));
            assert_eq!((text(&info, "email"), &info["email_verified"]), (ANN, &json!(true)));
            assert_eq!(text(&info, "name"), "ann");
        }
        let body = house.tokens(&app, "openid").await;
        let (_, info) = house.user_info(text(&body, "access_token")).await;
        assert_eq!(info, json!({ "sub": subject(&body, "id_token") }));
    });
}

/// OC3, RFC 6750 §3.1: without a token a challenge that names no error; with a bad one 401; without the scope 403; in the
/// query, or in two ways at once, 400 and nothing told.
#[test]
fn a_refusal_says_what_is_missing() {
    on_each_store(async |backend| {
        let house = House::peopled("userinfo_in_audience = true", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let body = house.tokens(&app, "openid").await;
        let token = text(&body, "access_token");
        let none = house.http.get(url(&house)).send().await.unwrap();
        assert_eq!(
            (none.status().as_u16(), challenge(&none)),
            (401, "Bearer realm=\"userinfo\"")
        );
        assert_eq!(none.headers()["cache-control"], "no-store");
        let basic = house
            .http
            .get(url(&house))
            .basic_auth("a", Some("b"))
            .send()
            .await
            .unwrap();
        assert_eq!(
            (basic.status().as_u16(), challenge(&basic)),
            (401, "Bearer realm=\"userinfo\"")
        );

        // A machine's token, an ID token, one cut short, and none at all.
        let machine = house.token("docs").await;
        let cut = token[..token.len() - 2].to_owned();
        for bad in [machine.as_str(), text(&body, "id_token"), &cut, "x", "é"] {
            let answer = house
                .http
                .get(url(&house))
                .header("authorization", format!("Bearer {bad}").into_bytes());
            let answer = answer.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{bad}");
            if bad != "é" {
                assert!(
                    challenge(&answer).contains("error=\"invalid_token\""),
                    "{}",
                    challenge(&answer)
                );
            }
        }

        let mut twice = reqwest::Url::parse(&url(&house)).unwrap();
        twice.query_pairs_mut().append_pair("access_token", token);
        let form = [("access_token", token)];
        for request in [
            house.http.get(twice.clone()),
            house.http.get(twice.clone()).bearer_auth(token),
            house.http.post(twice).form(&form),
            house.http.post(url(&house)).bearer_auth(token).form(&form),
            house.http.get(url(&house)).bearer_auth(token).bearer_auth(token),
            house.http.post(url(&house)).form(&[form[0], form[0]]),
        ] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 400);
            assert!(
                challenge(&answer).contains("error=\"invalid_request\""),
                "{}",
                challenge(&answer)
            );
            let said: Value = answer.json().await.unwrap();
            assert!(said.get("sub").is_none());
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = house.http.request(method.clone(), url(&house)).bearer_auth(token);
            let answer = answer.send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), &answer.headers()["allow"]),
                (405, &"GET, POST".parse().unwrap())
            );
        }
    });
}

/// OC3: a token for this endpoint that lost the scope in a refresh is told which it lacks.
#[test]
fn a_token_without_openid_is_not_enough() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let body = house.tokens(&app, "openid email offline_access").await;
        let (status, narrow) = house
            .refresh_for(&app, text(&body, "refresh_token"), &[("scope", "email")])
            .await;
        assert_eq!(status, 200, "{narrow}");
        let request = house.http.get(url(&house)).bearer_auth(text(&narrow, "access_token"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 403);
        let told = challenge(&answer).to_owned();
        assert!(
            told.contains("error=\"insufficient_scope\"") && told.contains("scope=\"openid\""),
            "{told}"
        );
    });
}

/// OC3, §5.3.2: a client that wants its answer signed gets a JWT of its own, which is no ID token and no access token.
#[test]
fn an_answer_is_signed_for_who_wants_it() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let wanted = Wanted {
            sign_in: SignIn {
                userinfo_alg: Some(Algorithm::RS256),
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        let app = house.app(wanted).await;
        let body = house.tokens(&app, "openid email").await;
        let request = house.http.get(url(&house)).bearer_auth(text(&body, "access_token"));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/jwt");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let signed = answer.text().await.unwrap();
        let said = claims(&signed);
        assert_eq!(header(&signed)["alg"], "RS256");
        assert_eq!((text(&said, "aud"), text(&said, "email")), (app.id.as_str(), ANN));
        assert_eq!(text(&said, "iss"), house.node.issuer);
        assert_eq!(text(&said, "sub"), subject(&body, "id_token"));
        assert_eq!(house.user_info(&signed).await.0, 401);
        assert!(house.refused(&signed).await.is_some());
    });
}

/// OC6: two people have two names, each sector its own where the client's record says so, and a name says nothing of who
/// it is.
#[test]
fn a_sub_is_one_persons_and_nobody_elses() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        house.person(BEN, false).await;
        let pairwise = |host: &str| Wanted {
            redirect_uris: vec![format!("https://{host}/callback")],
            sign_in: SignIn {
                pairwise: true,
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        let (plain, again) = (house.app(Wanted::default()).await, house.app(Wanted::default()).await);
        let one = house.app(pairwise("one.example")).await;
        let beside = house.app(pairwise("one.example")).await;
        let two = house.app(pairwise("two.example")).await;
        let mut subs = Vec::new();
        for email in [ANN, BEN] {
            let mut told = Vec::new();
            let mut person = house.visitor();
            for app in [&plain, &again, &one, &beside, &two] {
                let asked = app.ask("openid");
                let answer = house.walk_as(&mut person, &asked, email).await;
                let (_, body) = house.redeem(app, &asked, answer.code()).await;
                told.push(subject(&body, "id_token"));
                let (_, info) = house.user_info(text(&body, "access_token")).await;
                assert_eq!(info["sub"], told.last().unwrap().as_str());
            }
            assert_eq!((&told[0], &told[2]), (&told[1], &told[3]));
            subs.extend([told[0].clone(), told[2].clone(), told[4].clone()]);
            let user = house.desk().store.user_by_email(email).await.unwrap().unwrap();
            assert!(!told[2].contains(user.id.as_str()) && !told[4].contains(user.id.as_str()));
        }
        let different: BTreeSet<_> = subs.iter().collect();
        assert_eq!(different.len(), subs.len(), "{subs:?}");
    });
}

/// AT13, RT6: who was disabled is told of no more, on any node.
#[test]
fn nothing_is_told_of_who_was_disabled() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let other = house.another_node().await;
        let app = house.app(Wanted::default()).await;
        let body = house.tokens(&app, "openid email").await;
        let token = text(&body, "access_token");
        assert_eq!(house.user_info(token).await.0, 200);
        let user = house.desk().store.user_by_email(ANN).await.unwrap().unwrap();
        let disabled = registry::user::set_state(house.desk(), &Asker::system(), &user.id, State::Disabled).await;
        disabled.unwrap().unwrap();
        assert_eq!(house.user_info(token).await.0, 401);
        let there = format!("{}{}", other.issuer, house.config.issuer.paths.userinfo);
        until("the other node refuses it", || async {
            let answer = house.http.get(&there).bearer_auth(token).send().await.unwrap();
            answer.status() == 401
        })
        .await;
    });
}
