//! People at a browser, and what others would like to do with their sessions, links and addresses.

use http::Method;
use http::header::COOKIE;
use tollgate_issuer::outbox;
use tollgate_issuer::people::link;
use tollgate_model::Page;
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::visitor::SESSION;
use tollgate_tests::{Backend, run};

const ANN: &str = "ann@firm1.example";
const EVE: &str = "eve@firm2.example";
const NEW: &str = "vic@firm3.example";
/// Where somebody signs in who follows a link then.
const DOOR: &str = "/console/sign-in?next=%2Fconsole%2Fwelcome";

/// The link in a mail to somebody, if there is one.
async fn link_to(house: &House, to: &str) -> Option<String> {
    let page = Page {
        after: None,
        limit: Page::MOST,
    };
    for mail in house.desk().store.mails(&page).await.unwrap().items {
        let text = outbox::read(house.desk(), &mail.id).await.unwrap().unwrap();
        let mut words = text.split_whitespace();
        let found = words.find(|word| word.contains("/console/welcome#"));
        if let Some(found) = found.filter(|_| mail.to == to) {
            return Some(found.to_owned());
        }
    }
    None
}

/// Whether somebody signs in with this address.
async fn is_known(house: &House, email: &str) -> bool {
    house.desk().store.user_by_email(email).await.unwrap().is_some()
}

/// SE9, SE10: a link to a new address counts in the hands of who asked for it. Whoever reads the mail without having
/// asked gives their address, and the places it has or will have in accounts, to nobody by following it.
#[test]
fn a_stranger_is_not_given_the_address_of_who_follows_the_link() {
    run(async {
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let house = House::ordinary("", backend).await;
            house.person(EVE, false).await;
            house.person(ANN, false).await;
            let mut eve = house.visitor();
            eve.sign_in(EVE, PASSWORD).await;
            let asked = eve.act("/console/profile/email", &[("email", NEW)]).await;
            assert_eq!(asked.status, 303, "{}", asked.text);
            let link = link_to(&house, NEW).await.unwrap();

            let mut nobody = house.visitor();
            let shown = nobody.follow(&link).await;
            assert!(shown.text.contains(&format!("href=\"{DOOR}\"")), "{}", shown.text);
            let sent = nobody.post::<&str, &str>("/console/welcome", &[]).await;
            assert_eq!(sent.leads_to(), DOOR);
            assert!(!is_known(&house, NEW).await && is_known(&house, EVE).await);

            let mut ann = house.visitor();
            ann.sign_in(ANN, PASSWORD).await;
            ann.follow(&link).await;
            let sent = ann.post::<&str, &str>("/console/welcome", &[]).await;
            assert_eq!(sent.status, 410);
            assert!(!is_known(&house, NEW).await && is_known(&house, ANN).await);

            // Whoever asked is led through signing in, where that browser is not signed in yet.
            let mut phone = house.visitor();
            phone.follow(&link).await;
            let page = phone.open(DOOR).await;
            let form = page.form("/console/sign-in");
            let inside = phone.send(&form.set("email", EVE).set("password", PASSWORD)).await;
            assert_eq!(inside.leads_to(), "/console/welcome");
            let page = phone.open("/console/welcome").await;
            let done = phone.send(&page.form("/console/welcome")).await;
            assert_eq!(done.leads_to(), "/console/profile?done=email-changed");
            assert!(is_known(&house, NEW).await && !is_known(&house, EVE).await);
        }
    });
}

/// SE3, SE10: whoever asked for another address and was put out since, by a new password, confirms it no more: the
/// account would be theirs for good.
#[test]
fn an_address_asked_for_before_a_reset_is_confirmed_by_nobody() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        house.person(ANN, false).await;
        let mut thief = house.visitor();
        thief.sign_in(ANN, PASSWORD).await;
        thief.act("/console/profile/email", &[("email", NEW)]).await;
        let stolen = link_to(&house, NEW).await.unwrap();

        let mut ann = house.visitor();
        let page = ann.open("/console/forgot").await;
        ann.send(&page.form("/console/forgot").set("email", ANN)).await;
        let page = ann.follow(&link_to(&house, ANN).await.unwrap()).await;
        let form = page.form("/console/welcome");
        let done = ann.send(&form.set("new_password", "yet another battery phrase")).await;
        assert_eq!(done.leads_to(), "/console");

        thief.follow(&stolen).await;
        thief.post::<&str, &str>("/console/welcome", &[]).await;
        assert!(is_known(&house, ANN).await && !is_known(&house, NEW).await);
    });
}

/// SE11: once there is an operator, the other nodes' links for the first one open nothing, not even a page.
#[test]
fn a_first_operators_link_is_dead_once_there_is_one() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let other = link::first_operator(house.desk()).await.unwrap().unwrap();
        let other = format!("/console/welcome#{}", other.expose());
        let mut late = house.visitor();
        assert_eq!(late.follow(&other).await.status, 200);
        house.person("olga@vendor.example", true).await;
        assert_eq!(late.follow(&other).await.status, 410);
    });
}

/// SE1: a cookie of another program on this host that is not plain ASCII signs nobody out, nor does it hide that ours
/// came twice.
#[test]
fn a_neighbours_odd_cookie_changes_nothing() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        house.person(ANN, false).await;
        let mut ann = house.visitor();
        ann.sign_in(ANN, PASSWORD).await;
        let ours = format!("{SESSION}={}", ann.token().unwrap());
        ann.cookies.clear();
        for (line, status) in [
            (format!("theme=blå; {ours}"), 200),
            (format!("{ours}; theme=blå; {ours}"), 303),
        ] {
            let request = ann.bare(Method::GET, "/console/profile");
            let answer = request.header(COOKIE, line.as_bytes()).send().await.unwrap();
            assert_eq!(answer.status(), status, "{line}");
        }
    });
}

/// AT26: a HEAD or an OPTIONS changes nothing and shows nothing, at a link as anywhere.
#[test]
fn only_a_form_uses_a_link() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        house.person(ANN, false).await;
        let mut ann = house.visitor();
        let page = ann.open("/console/forgot").await;
        ann.send(&page.form("/console/forgot").set("email", ANN)).await;
        ann.follow(&link_to(&house, ANN).await.unwrap()).await;
        let before = house.desk().store.audit_head().await.unwrap();
        for method in [Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE] {
            for path in ["/console/welcome", "/console/sign-out", "/console/sign-in"] {
                let request = ann.bare(method.clone(), path).header("sec-fetch-site", "same-origin");
                let answer = request.send().await.unwrap();
                let right = if method == Method::HEAD && path != "/console/sign-out" {
                    200
                } else {
                    405
                };
                assert_eq!(answer.status(), right, "{method} {path}");
                assert!(!answer.headers().contains_key("set-cookie"), "{method} {path}");
            }
        }
        assert_eq!(house.desk().store.audit_head().await.unwrap(), before);
        assert_eq!(ann.get("/console/welcome").await.status, 200);
    });
}
