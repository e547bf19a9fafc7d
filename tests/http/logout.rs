//! Signing out (OpenID Connect RP-Initiated Logout, Back-Channel Logout, Front-Channel Logout), and Auth0's way of it.

use http::Method;
use serde_json::Value;
use tollgate_issuer::people::session;
use tollgate_model::client::SignIn;
use tollgate_model::{ClientId, Farewell};
use tollgate_tests::app::{ANN, App, Wanted, on_each_store, subject, text};
use tollgate_tests::house::{House, claims};
use tollgate_tests::visitor::{Page, SESSION, Visitor};

const BEN: &str = "ben@firm2.example";
const BYE: &str = "https://app.example/bye?x=1";

fn wanted() -> Wanted {
    Wanted {
        logout_uris: vec![BYE.to_owned(), "https://app.example/other".to_owned()],
        ..Wanted::default()
    }
}

/// Somebody signs in at an application: the answer of the token endpoint.
async fn signs_in(house: &House, person: &mut Visitor, app: &App, email: &str) -> Value {
    let asked = app.ask("openid offline_access");
    let answer = house.walk_as(person, &asked, email).await;
    let (status, body) = house.redeem(app, &asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// The end-session endpoint with these parameters in the query.
fn leaving(house: &House, parameters: &[(&str, &str)]) -> String {
    let mut url = reqwest::Url::parse(&house.at(&house.config.issuer.paths.end_session)).unwrap();
    url.query_pairs_mut().extend_pairs(parameters);
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

async fn is_alive(house: &House, token: &str) -> bool {
    session::resume(house.desk(), token).await.unwrap().is_some()
}

/// A page that leads nowhere but into our own house.
fn leads_nowhere(page: &Page, status: u16) {
    assert_eq!((page.status, page.leads_to()), (status, ""), "{}", page.text);
    assert!(
        !page.text.contains("href=\"https://app.example") && !page.text.contains("evil.example"),
        "{}",
        page.text
    );
}

/// OC4: with the ID token of who is signed in, the session ends at once, on the server, and the person goes to the
/// registered address with `state`; also long after the ID token expired.
#[test]
fn whoever_shows_their_id_token_is_signed_out() {
    on_each_store(async |backend| {
        let house = House::peopled("id_token = { lifetime = 60 }", "", backend).await;
        let app = house.app(wanted()).await;
        for later in [0, 300] {
            let mut ann = house.visitor();
            let body = signs_in(&house, &mut ann, &app, ANN).await;
            let token = ann.token().unwrap().to_owned();
            house.clock.forward(later);
            assert!(is_alive(&house, &token).await);
            let parameters = [
                ("id_token_hint", text(&body, "id_token")),
                ("post_logout_redirect_uri", BYE),
                ("state", "a b&c"),
                ("unheard_of", "x"),
            ];
            let page = ann.get(&leaving(&house, &parameters)).await;
            assert_eq!(
                (page.status, page.leads_to()),
                (303, "https://app.example/bye?x=1&state=a%20b%26c")
            );
            assert!(
                page.header("set-cookie").contains("Max-Age=0"),
                "{}",
                page.header("set-cookie")
            );
            assert!(ann.token().is_none() && !is_alive(&house, &token).await);
            // What was agreed to for when the person is away goes on.
            assert_eq!(house.refresh(&app, text(&body, "refresh_token")).await.0, 200);
            // Nobody is signed in: no code without a page.
            let quiet = house.asks(&mut ann, &app.ask("openid").with("prompt", "none")).await;
            assert!(quiet.leads_to().contains("error=login_required"));
        }
    });
}

/// OC4: without an ID token, or with somebody else's, the person is asked; a no changes nothing, and only the page's own
/// form is a yes.
#[test]
fn a_person_is_asked_where_nobody_can_be_sure() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        house.person(BEN, false).await;
        let app = house.app(wanted()).await;
        let bens = signs_in(&house, &mut house.visitor(), &app, BEN).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, ANN).await;
        let token = ann.token().unwrap().to_owned();
        for parameters in [
            vec![],
            vec![("client_id", app.id.as_str()), ("post_logout_redirect_uri", BYE)],
            vec![
                ("id_token_hint", text(&bens, "id_token")),
                ("post_logout_redirect_uri", BYE),
            ],
            vec![("logout_hint", ANN)],
        ] {
            let path = leaving(&house, &parameters);
            let page = ann.get(&path).await;
            assert_eq!(page.status, 200, "{}", page.text);
            assert!(is_alive(&house, &token).await, "a link signs nobody out");
            let form = page.own_form().set("confirmed", "yes");
            for forged in [
                form.clone().without("csrf"),
                form.clone().set("csrf", &"0".repeat(64)),
                form.clone().without("confirmed"),
            ] {
                let sent = ann.send(&forged).await;
                assert_eq!(sent.status, 200, "it asks again");
                assert!(is_alive(&house, &token).await);
            }
            let request = ann
                .bare(Method::POST, &form.action)
                .header("sec-fetch-site", "cross-site");
            let sent = request.form(&form.fields).send().await.unwrap();
            assert_eq!(sent.status(), 303);
            let again = sent.headers()["location"].to_str().unwrap().to_owned();
            assert!(
                again.starts_with(&house.config.issuer.paths.end_session) && !again.contains("csrf"),
                "{again}"
            );
            assert_eq!(ann.get(&again).await.status, 200);
            assert!(is_alive(&house, &token).await);
        }
        for method in [Method::HEAD, Method::PUT, Method::DELETE] {
            let answer = ann.bare(method, &leaving(&house, &[])).send().await.unwrap();
            assert_eq!(answer.status(), 405);
        }
        let parameters = [
            ("client_id", app.id.as_str()),
            ("post_logout_redirect_uri", BYE),
            ("state", "s"),
        ];
        let page = ann.get(&leaving(&house, &parameters)).await;
        assert!(page.words().contains("Bookkeeper"), "{}", page.words());
        // The browser may follow the form to the client's address and nowhere else.
        assert!(page.header("content-security-policy").contains("https://app.example"));
        let sent = ann.send(&page.own_form().set("confirmed", "yes")).await;
        assert_eq!(
            (sent.status, sent.leads_to()),
            (303, "https://app.example/bye?x=1&state=s")
        );
        assert!(!is_alive(&house, &token).await);
    });
}

/// OC4, AT20: back to an address of the client's, octet for octet, and to nowhere else; where the client is not known,
/// to none at all.
#[test]
fn a_logout_leads_to_a_registered_address_alone() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(wanted()).await;
        let other = house.app(Wanted::default()).await;
        let mut ann = house.visitor();
        let body = signs_in(&house, &mut ann, &app, ANN).await;
        let hint = text(&body, "id_token");
        let token = ann.token().unwrap().to_owned();
        for near in [
            "https://app.example/bye",
            "https://app.example/bye?x=1&y=2",
            "https://app.example/bye?x=1#",
            "https://app.example/bye/?x=1",
            "https://app.example.evil.example/bye?x=1",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\t//evil.example",
            "javascript:alert(1)",
            // A redirect address is no logout address.
            "https://app.example/callback?shop=1",
        ] {
            for parameters in [
                vec![("id_token_hint", hint), ("post_logout_redirect_uri", near)],
                vec![("client_id", app.id.as_str()), ("post_logout_redirect_uri", near)],
                vec![("post_logout_redirect_uri", near)],
            ] {
                leads_nowhere(&ann.get(&leaving(&house, &parameters)).await, 400);
            }
        }
        for parameters in [
            vec![("post_logout_redirect_uri", BYE)],
            vec![("id_token_hint", "x.y.z"), ("post_logout_redirect_uri", BYE)],
            vec![
                ("id_token_hint", text(&body, "access_token")),
                ("post_logout_redirect_uri", BYE),
            ],
            vec![("id_token_hint", hint), ("client_id", other.id.as_str())],
            vec![("client_id", "unheard-of"), ("post_logout_redirect_uri", BYE)],
            vec![("client_id", other.id.as_str()), ("post_logout_redirect_uri", BYE)],
            vec![("state", "a"), ("state", "b")],
        ] {
            leads_nowhere(&ann.get(&leaving(&house, &parameters)).await, 400);
        }
        assert!(is_alive(&house, &token).await);
        // Who is not signed in goes where the client may have them go, and nowhere else.
        let mut nobody = house.visitor();
        let page = nobody
            .get(&leaving(
                &house,
                &[("client_id", &app.id), ("post_logout_redirect_uri", BYE)],
            ))
            .await;
        assert_eq!(page.leads_to(), BYE);
        let page = nobody.get(&leaving(&house, &[])).await;
        leads_nowhere(&page, 200);
    });
}

/// OC5: each client of the session that wants to know gets a logout token of its own, once, however often it was signed
/// in to; who is slow or never signed in to delays nobody.
#[test]
fn clients_of_the_session_are_told() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let told = |host: &str, pairwise| Wanted {
            redirect_uris: vec![format!("https://{host}/callback")],
            logout_uris: vec![format!("https://{host}/bye")],
            sign_in: SignIn {
                backchannel_logout_uri: Some(format!("https://{host}/logout")),
                frontchannel_logout_uri: Some(format!("https://{host}/front?a=b")),
                pairwise,
                ..SignIn::default()
            },
            ..Wanted::default()
        };
        let one = house.app(told("one.example", false)).await;
        let two = house.app(told("two.example", true)).await;
        let never = house.app(told("never.example", false)).await;
        let silent = house.app(wanted()).await;
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &one, ANN).await;
        signs_in(&house, &mut ann, &one, ANN).await;
        let second = signs_in(&house, &mut ann, &two, ANN).await;
        signs_in(&house, &mut ann, &silent, ANN).await;
        let sid = claims(text(&first, "id_token"))["sid"].clone();
        assert_eq!(sid, claims(text(&second, "id_token"))["sid"], "one session");

        // Another browser's session is none of this.
        let mut phone = house.visitor();
        signs_in(&house, &mut phone, &one, ANN).await;

        let page = ann
            .get(&leaving(&house, &[("id_token_hint", text(&first, "id_token"))]))
            .await;
        assert_eq!(page.status, 200, "{}", page.text);
        let frames: Vec<_> = page
            .tags()
            .iter()
            .filter(|tag| tag.name == "iframe")
            .filter_map(|tag| tag.get("src").map(str::to_owned))
            .collect();
        assert_eq!(frames.len(), 2, "{frames:?}");
        for (host, frame) in ["one.example", "two.example"].iter().zip({
            let mut frames = frames.clone();
            frames.sort();
            frames
        }) {
            let url = reqwest::Url::parse(&frame).unwrap();
            assert_eq!(url.host_str(), Some(*host));
            let pairs: std::collections::BTreeMap<_, _> = url.query_pairs().into_owned().collect();
            assert_eq!(
                (pairs["a"].as_str(), pairs["iss"].as_str()),
                ("b", house.node.issuer.as_str())
            );
            assert_eq!(sid, pairs["sid"]);
            assert!(
                page.header("content-security-policy")
                    .contains(&format!("https://{host}"))
            );
        }
        assert!(phone.cookies.contains_key(SESSION) && is_alive(&house, phone.token().unwrap()).await);

        let due: Vec<Farewell> = house.desk().store.farewells_due(house.desk().now()).await.unwrap();
        let to = |app: &App| -> Vec<&Farewell> {
            let id = ClientId::new(&app.id);
            due.iter().filter(|farewell| farewell.client == id).collect()
        };
        assert!(to(&never).is_empty() && to(&silent).is_empty(), "{due:?}");
        for (app, body) in [(&one, &first), (&two, &second)] {
            let [farewell] = to(app)[..] else {
                panic!("once each: {due:?}");
            };
            assert_eq!(farewell.subject, subject(body, "id_token"));
            assert_eq!(sid, farewell.session.as_str());
            assert!(farewell.uri.ends_with("/logout"));
        }
    });
}

/// 3E-12: Auth0's way: `returnTo` among the client's addresses, or the first of them; it is there only where the settings
/// say so, and asks where the client is not the person's.
#[test]
fn auth0s_way_leads_to_the_same_end() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let status = house.http.get(house.at("/v2/logout")).send().await.unwrap().status();
        assert_eq!(status, 404);

        let house = House::peopled("v2_logout = true", "", backend).await;
        let app = house.app(wanted()).await;
        let stranger = house.app(wanted()).await;
        let mut ann = house.visitor();
        signs_in(&house, &mut ann, &app, ANN).await;
        let token = ann.token().unwrap().to_owned();
        let at = |client: &str, to: Option<&str>| {
            let mut url = reqwest::Url::parse(&house.at("/v2/logout")).unwrap();
            url.query_pairs_mut().append_pair("client_id", client);
            if let Some(to) = to {
                url.query_pairs_mut().append_pair("returnTo", to);
            }
            format!("{}?{}", url.path(), url.query().unwrap_or_default())
        };
        for near in ["https://evil.example/", "https://app.example/bye", "//evil.example"] {
            leads_nowhere(&ann.get(&at(&app.id, Some(near))).await, 400);
        }
        // A client that the person never signed in to asks first.
        let page = ann.get(&at(&stranger.id, None)).await;
        assert_eq!(page.status, 200);
        assert!(is_alive(&house, &token).await);
        assert!(page.header("content-security-policy").contains("https://app.example"));
        let page = ann.get(&at(&app.id, Some("https://app.example/other"))).await;
        assert_eq!((page.status, page.leads_to()), (303, "https://app.example/other"));
        assert!(!is_alive(&house, &token).await);
        let page = ann.get(&at(&app.id, None)).await;
        assert_eq!(page.leads_to(), BYE);
    });
}

/// OC4: a form of the client's own page is a request like a link: it comes by way of an address, so that the browser
/// sends who is signed in.
#[test]
fn a_clients_own_form_signs_out_as_well() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(wanted()).await;
        let mut ann = house.visitor();
        let body = signs_in(&house, &mut ann, &app, ANN).await;
        let token = ann.token().unwrap().to_owned();
        let form = [
            ("id_token_hint", text(&body, "id_token")),
            ("post_logout_redirect_uri", BYE),
            ("state", "s"),
        ];
        // SameSite=Lax: no cookie comes along.
        let request = house.http.post(house.at(&house.config.issuer.paths.end_session));
        let request = request
            .header("sec-fetch-site", "cross-site")
            .header("origin", "https://app.example");
        let answer = request.form(&form).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let to = answer.headers()["location"].to_str().unwrap().to_owned();
        assert!(is_alive(&house, &token).await);
        let page = ann.get(&to).await;
        assert_eq!(
            (page.status, page.leads_to()),
            (303, "https://app.example/bye?x=1&state=s")
        );
        assert!(!is_alive(&house, &token).await);
    });
}
