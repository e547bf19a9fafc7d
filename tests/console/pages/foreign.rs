//! What is another account's is not there, on any page (CO4).

use super::routes::{Things, routes};
use crate::scene::{FOREIGN, OPERATOR, Scene};
use tollgate_tests::house::{PASSWORD, Registered, token_at};
use tollgate_tests::visitor::{Page, Visitor};

/// The rooms in which a page's path names somebody's things.
const ROOMS: [&str; 3] = ["developer", "recipe", "lookout"];

/// A page does not say whose the thing is, or that there is one.
fn says_nothing(page: &Page) {
    let words = page.words().to_lowercase();
    let name = FOREIGN.to_lowercase();
    let (first, _) = name.split_once(' ').unwrap();
    assert!(!words.contains(first), "{} tells of it: {}", page.path, page.text);
}

async fn act(visitor: &mut Visitor, csrf: &str, path: &str, mut fields: Vec<(&'static str, String)>) -> Page {
    fields.push(("csrf", csrf.to_owned()));
    visitor.post(path, &fields).await
}

on_both_stores! {
    /// CO4, AT16: every route with another account's client, secret, request, member, webhook or call in its path is
    /// answered as for one that nobody has; its name is in no answer, and nothing changes.
    a_foreign_thing_is_not_found_on_any_page("[clients.redirects]\nused = true\n[secrets]\nrevealable = true", |scene: Scene| async move {
        let (ours, theirs) = (Things::ours(&scene).await, Things::theirs(&scene).await);
        let mixed = ours.clone().with_secret_of(&theirs);
        assert_ne!(ours.secret(), mixed.secret());
        let mut ann = scene.browses("ann@firm1.example").await;
        let csrf = ann.csrf().await;
        let before = scene.everything().await;
        let nobodys = Things::nobodys();
        let mut asked = 0;
        for route in routes().iter().filter(|route| ROOMS.contains(&route.room) && route.path.contains('{')) {
            let mut told = Vec::new();
            let mut whose = vec![&theirs, &nobodys];
            if route.path.contains("{secret}") {
                whose.push(&mixed);
            }
            for things in whose {
                let path = things.at(&route.path);
                let mut statuses = Vec::new();
                // Asking for the page of a test token leads back; that of a secret stands in a test of its own.
                if route.get && !path.ends_with("/token") && !path.ends_with("/reveal") {
                    let page = ann.get(&path).await;
                    says_nothing(&page);
                    statuses.push(page.status);
                }
                if route.post {
                    let page = act(&mut ann, &csrf, &path, things.fields(&path)).await;
                    says_nothing(&page);
                    statuses.push(page.status);
                }
                assert!(statuses.iter().all(|status| *status == 404), "{path}: {statuses:?}");
                asked += statuses.len();
                told.push(statuses);
            }
            assert_eq!(told[0], told[1], "{}", route.path);
        }
        assert!(asked > 60, "{asked}");
        assert_eq!(scene.everything().await, before);
        // They are there for who has them.
        for path in ["/console/clients/{id}", "/console/hooks/{id}", "/console/members/{id}", "/console/applications/{id}"] {
            ann.open(&ours.at(path)).await;
        }
    })

    /// CO4: a secret of another client, and one that nobody has, has no page to reveal it on.
    a_foreign_secret_has_no_page("[secrets]\nrevealable = true", |scene: Scene| async move {
        let (ours, theirs) = (Things::ours(&scene).await, Things::theirs(&scene).await);
        let mut ann = scene.browses("ann@firm1.example").await;
        for path in [
            ours.clone().with_secret_of(&theirs).at("/console/clients/{id}/secrets/{secret}/reveal"),
            ours.with_secret_of(&Things::nobodys()).at("/console/clients/{id}/secrets/{secret}/reveal"),
            theirs.at("/console/clients/{id}/secrets/{secret}/reveal"),
        ] {
            let page = ann.get(&path).await;
            says_nothing(&page);
            assert_eq!(page.status, 404, "{path}");
        }
    })

    /// CO4: nor by a field of a form or of a query: an account to look at, a session to end, a delivery to send again,
    /// a client to filter by, a request to look up, a token to read.
    a_foreign_thing_is_not_found_by_any_field("", |scene: Scene| async move {
        let (ours, theirs) = (Things::ours(&scene).await, Things::theirs(&scene).await);
        let client = Registered {
            id: scene.theirs.client.to_string(),
            secret: theirs.plain.clone(),
            secret_id: theirs.secret(),
            account: scene.theirs.account.clone(),
        };
        let token = token_at(&scene.http, &scene.token_url(), &client, &scene.audience("docs")).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let csrf = ann.csrf().await;
        let before = scene.everything().await;
        for path in ["/console/accounts", "/console/profile/sessions/end"] {
            let page = act(&mut ann, &csrf, path, theirs.fields(path)).await;
            assert_eq!(page.status, 404, "{path}");
            says_nothing(&page);
        }
        let again = format!("/console/hooks/{}/redeliver", ours.hook);
        let page = act(&mut ann, &csrf, &again, theirs.fields(&again)).await;
        assert!(matches!(page.status, 404 | 422), "{}", page.status);
        says_nothing(&page);
        for query in [
            format!("/console/calls?client={}", scene.theirs.client),
            theirs.at("/console/calls/{request}").replace("/calls/", "/calls?request="),
            format!("/console/usage?client={}", scene.theirs.client),
            format!("/console/alerts?client={}", scene.theirs.client),
            format!("/console/clients?q={}", scene.theirs.client),
            "/console/clients?q=Faraway".to_owned(),
            "/console/members".to_owned(),
            "/console/hooks".to_owned(),
            "/console/applications".to_owned(),
            "/console/accounts?q=a".to_owned(),
        ] {
            let page = ann.get(&query).await;
            assert!(matches!(page.status, 200 | 303 | 400 | 404), "{query}: {}", page.status);
            let typed = page.text.replace("value=\"Faraway\"", "");
            says_nothing(&Page { text: typed, ..page });
        }
        let page = act(&mut ann, &csrf, "/console/inspector", vec![("token", token)]).await;
        assert!(page.status < 500, "{}", page.status);
        says_nothing(&page);
        assert_eq!(scene.everything().await, before);
    })

    /// CO4: the operators' desk is not there for who is no operator, nor for an operator at the public address.
    the_desk_is_not_there_for_members("", |scene: Scene| async move {
        let things = Things::theirs(&scene).await;
        scene.person(OPERATOR, true).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut inside = scene.visitor_at_desk();
        inside.sign_in("ann@firm1.example", PASSWORD).await;
        let outside = scene.browses(OPERATOR).await;
        let before = scene.everything().await;
        let desk: Vec<_> = routes().into_iter().filter(|route| route.room == "desk").collect();
        assert!(desk.len() > 20);
        for mut visitor in [ann.tab(), inside, outside] {
            let csrf = visitor.csrf().await;
            for route in &desk {
                let path = things.at(&route.path);
                if route.get {
                    let page = visitor.get(&path).await;
                    assert_eq!(page.status, 404, "{path}");
                    says_nothing(&page);
                }
                if route.post {
                    let page = act(&mut visitor, &csrf, &path, things.fields(&path)).await;
                    assert_eq!(page.status, 404, "{path}");
                    says_nothing(&page);
                }
            }
        }
        assert!(!ann.open("/console/profile").await.text.contains("/console/desk"));
        assert_eq!(scene.everything().await, before);
    })

    /// CO4: an operator at the public address is a member of what they are a member of, and of nothing else.
    an_operator_outside_looks_after_nobody("", |scene: Scene| async move {
        let mut olga = scene.looks_after().await;
        olga.open("/console/clients").await;
        // The same session, at the public address.
        olga.base = scene.node.issuer.clone();
        let page = olga.get("/console/clients").await;
        assert_ne!(page.status, 200);
        let account = scene.ours.account.as_str();
        let page = olga.act("/console/accounts", &[("account", account)]).await;
        assert_eq!(page.status, 404);
    })
}
