//! Refresh tokens (RFC 6749 §6, RFC 9700 §4.14): one lives, and whoever comes with another ends them all.

use serde_json::{Value, json};
use std::path::Path;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::SignIn;
use tollgate_model::{ClientId, State};
use tollgate_tests::app::{ANN, App, Wanted, on_each_store, text};
use tollgate_tests::house::{House, Node, PASSWORD, claims};
use tollgate_tests::{Backend, run, until};

const DOCS: &str = "https://api.example/docs";

fn no(error: &str) -> (u16, String) {
    (400, error.to_owned())
}

fn error((status, body): (u16, Value)) -> (u16, String) {
    (status, text(&body, "error").to_owned())
}

/// The answer to a code, for the documents.
async fn begun(house: &House, app: &App) -> Value {
    let asked = app.ask("openid offline_access read write").with("audience", DOCS);
    let answer = house.walk(&mut house.visitor(), &asked).await;
    let (status, body) = house.redeem(app, &asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// A refresh that must go well.
async fn refreshed(house: &House, app: &App, token: &str) -> Value {
    let (status, body) = house.refresh(app, token).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// A refresh at some node: status and body.
async fn refresh_at(house: &House, node: &Node, app: &App, token: &str) -> (u16, Value) {
    let url = format!("{}{}", node.issuer, house.config.issuer.paths.token);
    let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
    let request = house.http.post(url).basic_auth(&app.id, app.secret.as_deref());
    tollgate_tests::app::bought(request.form(&form)).await
}

/// RT1: a refresh token that was used before, and can be no retry any more, ends its whole family, on every node, and the
/// access tokens with it.
#[test]
fn a_replayed_token_ends_the_family_everywhere() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let other = house.another_node().await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        let second = refreshed(&house, &app, text(&first, "refresh_token")).await;
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        let third = refreshed(&house, &app, text(&second, "refresh_token")).await;
        house.clock.forward(11);

        let replay = refresh_at(&house, &other, &app, text(&second, "refresh_token")).await;
        assert_eq!(error(replay), no("invalid_grant"));
        for node in [&house.node, &other] {
            let living = refresh_at(&house, node, &app, text(&third, "refresh_token")).await;
            assert_eq!(error(living), no("invalid_grant"));
        }
        for body in [&first, &second, &third] {
            let access = text(body, "access_token");
            until("the gateway refuses it", || async {
                house.refused(access).await.is_some()
            })
            .await;
        }
    });
}

/// RT1: two steps back is a replay at once, however short ago.
#[test]
fn an_older_token_is_no_retry() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        let second = refreshed(&house, &app, text(&first, "refresh_token")).await;
        let third = refreshed(&house, &app, text(&second, "refresh_token")).await;
        let replay = house.refresh(&app, text(&first, "refresh_token")).await;
        assert_eq!(error(replay), no("invalid_grant"));
        let living = house.refresh(&app, text(&third, "refresh_token")).await;
        assert_eq!(error(living), no("invalid_grant"));
    });
}

/// RT2: whoever lost the answer asks again within ten seconds and gets the same token; there is one branch that lives.
#[test]
fn a_lost_answer_is_given_again() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        let lost = refreshed(&house, &app, text(&first, "refresh_token")).await;
        house.clock.forward(9);
        let again = refreshed(&house, &app, text(&first, "refresh_token")).await;
        assert_eq!(lost["refresh_token"], again["refresh_token"]);
        assert_eq!(house.refused(text(&again, "access_token")).await, None);
        let next = refreshed(&house, &app, text(&again, "refresh_token")).await;
        assert_ne!(next["refresh_token"], again["refresh_token"]);
        refreshed(&house, &app, text(&next, "refresh_token")).await;
    });
}

/// RT1: where there is no window, the second use is a replay.
#[test]
fn without_a_window_nothing_is_given_again() {
    on_each_store(async |backend| {
        let house = House::peopled("refresh = { window = 0 }", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        let second = refreshed(&house, &app, text(&first, "refresh_token")).await;
        let replay = house.refresh(&app, text(&first, "refresh_token")).await;
        assert_eq!(error(replay), no("invalid_grant"));
        let living = house.refresh(&app, text(&second, "refresh_token")).await;
        assert_eq!(error(living), no("invalid_grant"));
    });
}

/// AT1, RT2: of many uses at once all get the one successor within the window, and one gets it without a window.
#[test]
fn a_raced_refresh_has_one_living_branch() {
    on_each_store(async |backend| {
        for window in [0, 10] {
            let house = House::peopled(&format!("refresh = {{ window = {window} }}"), "", backend).await;
            let app = house.app(Wanted::default()).await;
            let first = begun(&house, &app).await;
            let token = text(&first, "refresh_token");
            let answers = futures_util::future::join_all((0..20).map(|_| house.refresh(&app, token))).await;
            let mut good: Vec<_> = answers
                .iter()
                .filter(|(status, _)| *status == 200)
                .map(|(_, body)| text(body, "refresh_token"))
                .collect();
            let count = good.len();
            good.dedup();
            assert_eq!(good.len(), 1, "{answers:?}");
            let living = house.refresh(&app, good[0]).await;
            if window == 0 {
                assert_eq!(count, 1, "{answers:?}");
                // Nineteen replays ended it.
                assert_eq!(error(living), no("invalid_grant"));
            } else {
                assert_eq!((count, living.0), (20, 200), "{answers:?}");
            }
        }
    });
}

/// RT3, AT3: another client's refresh token buys nothing, and its owner does not suffer for it.
#[test]
fn a_refresh_token_is_its_clients_own() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let thief = house.app(Wanted::default()).await;
        let public = house
            .app(Wanted {
                public: true,
                ..Wanted::default()
            })
            .await;
        let first = begun(&house, &app).await;
        let token = text(&first, "refresh_token");
        for other in [&thief, &public] {
            assert_eq!(error(house.refresh(other, token).await), no("invalid_grant"));
        }
        let nameless = App {
            secret: None,
            ..app.clone()
        };
        let (status, body) = house.refresh(&nameless, token).await;
        assert_eq!((status, text(&body, "error")), (401, "invalid_client"));
        refreshed(&house, &app, token).await;
    });
}

/// RT4: a request can have less than was agreed to and never more, and what it leaves out is there the next time.
#[test]
fn a_narrower_token_narrows_nothing_else() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid offline_access read").with("audience", DOCS);
        let answer = house.walk(&mut house.visitor(), &asked).await;
        let (_, first) = house.redeem(&app, &asked, answer.code()).await;
        let token = text(&first, "refresh_token");
        for wider in ["read write", "openid email", "send", "read unheard_of"] {
            let refused = house.refresh_for(&app, token, &[("scope", wider)]).await;
            assert_eq!(error(refused), no("invalid_scope"), "{wider}");
        }
        let (status, narrow) = house.refresh_for(&app, token, &[("scope", "read")]).await;
        assert_eq!((status, text(&narrow, "scope")), (200, "read"), "{narrow}");
        assert_eq!(claims(text(&narrow, "access_token"))["scope"], "read");
        assert!(narrow.get("id_token").is_none(), "{narrow}");
        // Parameters that no refresh knows are passed over.
        let more = [("redirect_uri", "https://app.example/"), ("state", "x"), ("nonce", "y")];
        let (status, whole) = house.refresh_for(&app, text(&narrow, "refresh_token"), &more).await;
        assert_eq!((status, text(&whole, "scope")), (200, text(&first, "scope")), "{whole}");
    });
}

/// RT5: a token that is not used ends, and a family ends however much it is used.
#[test]
fn a_family_ends_idle_and_ends_anyway() {
    on_each_store(async |backend| {
        let house = House::peopled("refresh = { idle = 1000, absolute = 2500 }", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        house.clock.forward(1000);
        let idle = house.refresh(&app, text(&first, "refresh_token")).await;
        assert_eq!(error(idle), no("invalid_grant"));

        let mut body = begun(&house, &app).await;
        for _ in 0..2 {
            house.clock.forward(999);
            body = refreshed(&house, &app, text(&body, "refresh_token")).await;
        }
        house.clock.forward(502);
        let old = house.refresh(&app, text(&body, "refresh_token")).await;
        assert_eq!(error(old), no("invalid_grant"));
    });
}

/// RT6, AT13: somebody disabled, a client or an account switched off, and a consent that was taken back end the refresh
/// on every node; what was begun does not come back with them.
#[test]
fn who_is_switched_off_is_refreshed_no_more() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let other = house.another_node().await;
        for what in ["person", "consent", "client", "account"] {
            let app = house.app(Wanted::default()).await;
            let body = begun(&house, &app).await;
            let (access, token) = (text(&body, "access_token"), text(&body, "refresh_token"));
            assert_eq!(house.refused(access).await, None, "{what}");
            switch(&house, &app, what, State::Disabled).await;
            until("both nodes refuse it", || async {
                let mut refused = true;
                for node in [&house.node, &other] {
                    // A client that is switched off is told so before its token is looked at.
                    refused &= refresh_at(&house, node, &app, token).await.0 >= 400;
                }
                refused && house.refused(access).await.is_some()
            })
            .await;
            if what == "person" {
                switch(&house, &app, what, State::Active).await;
                assert_eq!(error(house.refresh(&app, token).await), no("invalid_grant"));
                assert!(house.refused(access).await.is_some());
            }
            // What is begun in the same second as a revocation may be taken for what was revoked.
            house.clock.forward(2);
        }
    });
}

async fn switch(house: &House, app: &App, what: &str, state: State) {
    let (desk, asker) = (house.desk(), Asker::system());
    let user = desk.store.user_by_email(ANN).await.unwrap().unwrap();
    match what {
        "person" => {
            registry::user::set_state(desk, &asker, &user.id, state)
                .await
                .unwrap()
                .unwrap();
        }
        "client" => {
            let ask = registry::client::Revise {
                state: Some(state),
                ..Default::default()
            };
            let id = ClientId::new(&app.id);
            registry::client::revise(desk, &asker, &id, &ask)
                .await
                .unwrap()
                .unwrap();
        }
        "account" => {
            let ask = registry::account::Revise {
                state: Some(state),
                ..Default::default()
            };
            let id = &house.client.account;
            registry::account::revise(desk, &asker, id, &ask)
                .await
                .unwrap()
                .unwrap();
        }
        _ => {
            let page = tollgate_model::Page::first();
            let given = registry::consent::list(desk, &user.id, &page).await.unwrap();
            let own = given
                .items
                .into_iter()
                .filter(|(_, client)| client.id.as_str() == app.id);
            for (consent, _) in own {
                registry::consent::revoke(desk, &asker, &consent.id)
                    .await
                    .unwrap()
                    .unwrap();
            }
        }
    }
}

/// RI1: revoking a refresh token ends its whole grant: its access tokens at every gateway, and every other token of its
/// family. RI2: another client's stays.
#[test]
fn a_revoked_refresh_token_takes_its_grant_along() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let other = house.another_node().await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        let second = refreshed(&house, &app, text(&first, "refresh_token")).await;
        let token = text(&second, "refresh_token");
        assert_eq!(house.revoke_as(&house.client, token).await, 200);
        let third = refreshed(&house, &app, token).await;

        assert_eq!(
            house
                .revoke_as(&app.registered(&house), text(&third, "refresh_token"))
                .await,
            200
        );
        for body in [&first, &second, &third] {
            let access = text(body, "access_token");
            until("both gateways refuse it", || async {
                let here = house.refused(access).await.is_some();
                here && tollgate_tests::house::refused_at(&house.http, &other.gateway, access)
                    .await
                    .is_some()
            })
            .await;
        }
        for node in [&house.node, &other] {
            let refused = refresh_at(&house, node, &app, text(&third, "refresh_token")).await;
            assert_eq!(error(refused), no("invalid_grant"));
        }
        assert_eq!(
            house.introspect_as(&app.registered(&house), token).await,
            json!({ "active": false })
        );
    });
}

/// RI1: a public client revokes what is its own, with its name alone.
#[test]
fn a_public_client_revokes_its_own() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let wanted = Wanted {
            public: true,
            ..Wanted::default()
        };
        let app = house.app(wanted).await;
        let first = begun(&house, &app).await;
        let url = house.at(&house.config.issuer.paths.revocation);
        let form = [("client_id", app.id.as_str()), ("token", text(&first, "refresh_token"))];
        let answer = house.http.post(url).form(&form).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        let refused = house.refresh(&app, text(&first, "refresh_token")).await;
        assert_eq!(error(refused), no("invalid_grant"));
    });
}

/// 3E-36: where tokens do not rotate, the same one stays good and comes with no answer; a public client's rotates all the
/// same (RFC 9700 §2.2.2).
#[test]
fn a_token_that_does_not_rotate_stays() {
    on_each_store(async |backend| {
        let house = House::peopled("refresh = { rotates = false }", "", backend).await;
        let app = house.app(Wanted::default()).await;
        let first = begun(&house, &app).await;
        for _ in 0..3 {
            house.clock.forward(100);
            let body = refreshed(&house, &app, text(&first, "refresh_token")).await;
            assert!(
                body.get("refresh_token")
                    .is_none_or(|token| *token == first["refresh_token"])
            );
        }
        let turning = Wanted {
            sign_in: SignIn {
                rotates: Some(true),
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        let public = Wanted {
            public: true,
            ..Wanted::default()
        };
        for wanted in [turning, public] {
            let app = house.app(wanted).await;
            let first = begun(&house, &app).await;
            let second = refreshed(&house, &app, text(&first, "refresh_token")).await;
            assert!(second["refresh_token"].is_string());
            assert_ne!(first["refresh_token"], second["refresh_token"]);
        }
    });
}

/// RT7: of codes, refresh tokens, access tokens, what binds a browser and sessions nothing lies in the database as it is.
#[test]
fn nothing_handed_out_lies_in_the_database() {
    run(async {
        let house = House::peopled("", "", Backend::Sqlite).await;
        let app = house.app(Wanted::default()).await;
        let asked = app.ask("openid offline_access");
        let mut ann = house.visitor();
        let unspent = house.walk(&mut ann, &asked).await;
        let answer = house.walk(&mut ann, &asked).await;
        let (_, body) = house.redeem(&app, &asked, answer.code()).await;
        let second = refreshed(&house, &app, text(&body, "refresh_token")).await;
        let all = bytes(house.dir.path());
        let holds = |needle: &str| all.windows(needle.len()).any(|window| window == needle.as_bytes());
        assert!(holds(ANN) && holds(&app.id), "what is looked for is found where it is");
        for secret in [
            unspent.code(),
            answer.code(),
            text(&body, "refresh_token"),
            text(&second, "refresh_token"),
            text(&body, "access_token"),
            text(&body, "id_token"),
            &ann.cookies["__Host-tollgate_browser"],
            ann.token().unwrap(),
            PASSWORD,
        ] {
            assert!(!holds(secret), "{}…", &secret[..6]);
            assert!(!holds(&secret[secret.len() / 2..]), "the end of {}…", &secret[..6]);
        }
    });
}

/// Every byte of the database.
fn bytes(dir: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}
