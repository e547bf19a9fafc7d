//! Who may do what in an account, held on the server (SS-5, SS-6, SS-8).

use super::routes::{Things, routes};
use crate::scene::{Scene, account_with};
use tollgate_issuer::registry::{self, Asker};
use tollgate_tests::visitor::Visitor;

const SECTION: [&str; 3] = ["developer", "recipe", "lookout"];

/// Sends every form of the section; what came back, by path.
async fn everything_sent(scene: &Scene, things: &Things, visitor: &mut Visitor) -> Vec<(String, u16)> {
    let csrf = visitor.csrf().await;
    let mut told = Vec::new();
    let before = scene.everything().await;
    for route in routes()
        .iter()
        .filter(|route| route.post && SECTION.contains(&route.room))
    {
        let path = things.at(&route.path);
        let mut fields = things.fields(&path);
        fields.push(("csrf", csrf.clone()));
        let page = visitor.post(&path, &fields).await;
        told.push((path, page.status));
    }
    assert!(told.len() > 15, "{told:?}");
    assert_eq!(scene.everything().await, before);
    told
}

/// The day after tomorrow, at which the section opens, as settings have it.
fn opening() -> String {
    format!("[console]\nopens = \"{}\"", day())
}

fn day() -> String {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    today.saturating_add(jiff::ToSpan::days(2)).to_string()
}

on_both_stores! {
    /// SS-6: who only looks sees the clients and can change nothing, whatever they send.
    a_viewer_changes_nothing("[clients.redirects]\nused = true", |scene: Scene| async move {
        let mut vic = scene.browses("vic@firm1.example").await;
        let things = Things::ours(&scene).await;
        for (path, status) in everything_sent(&scene, &things, &mut vic).await {
            // The inspector changes nothing for anybody.
            assert!(status == 403 || path == "/console/inspector", "{path}: {status}");
        }
        let client = format!("/console/clients/{}", scene.ours.client);
        let page = vic.open(&client).await;
        assert!(page.text.contains(scene.ours.client.as_str()) && page.text.contains("https://api.example/docs"));
        for path in ["regenerate", "scopes/edit", "addresses/edit", "disable"] {
            assert_eq!(vic.get(&format!("{client}/{path}")).await.status, 403, "{path}");
            assert!(!page.text.contains(&format!("/{path}\"")), "a button that does nothing: {path}");
        }
    })

    /// SS-6: members are an admin's business: to a developer the pages are closed, and the forms do nothing.
    a_developer_decides_nothing_about_members("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let csrf = dan.csrf().await;
        let things = Things::ours(&scene).await;
        let before = scene.everything().await;
        for route in routes().iter().filter(|route| route.path.starts_with("/console/members")) {
            let path = things.at(&route.path);
            if route.get {
                assert_eq!(dan.get(&path).await.status, 403, "{path}");
            }
            if route.post {
                let mut fields = things.fields(&path);
                fields.push(("csrf", csrf.clone()));
                assert_eq!(dan.post(&path, &fields).await.status, 403, "{path}");
            }
        }
        assert_eq!(scene.everything().await, before);
        assert!(!dan.open("/console/clients").await.text.contains("/console/members"));
    })

    /// SS-6: who has none of the roles finds the section shut.
    without_a_role_the_section_is_shut("", |scene: Scene| async move {
        let ask = registry::member::Revise { roles: Some(vec!["Staff".into()]), ..Default::default() };
        let dan = scene.ours.member("dan");
        registry::member::revise(scene.desk(), &Asker::system(), &dan, &ask).await.unwrap().unwrap();
        let mut dan = scene.browses("dan@firm1.example").await;
        let things = Things::ours(&scene).await;
        for (path, status) in everything_sent(&scene, &things, &mut dan).await {
            assert_eq!(status, 403, "{path}");
        }
        for route in routes().iter().filter(|route| route.get && SECTION.contains(&route.room)) {
            let path = things.at(&route.path);
            let page = dan.get(&path).await;
            assert_eq!(page.status, 403, "{path}");
            assert!(!page.text.contains("https://api.example/docs"), "{path}");
        }
    })

    /// SS-5: an account that does not have the product sees no credentials and makes none.
    without_the_product_the_section_is_shut("", |scene: Scene| async move {
        let mut ann = scene.browses("ann@firm1.example").await;
        ann.open("/console/clients").await;
        let things = Things::ours(&scene).await;
        let grant = tollgate_issuer::registry::grant::remove;
        let docs = tollgate_model::ApiId::new("docs");
        grant(scene.desk(), &Asker::system(), &scene.ours.client, &docs, None).await.unwrap().unwrap();
        let none = account_with(None, Some(Some(Vec::new())), None);
        let revised = registry::account::revise(scene.desk(), &Asker::system(), &scene.ours.account, &none).await;
        revised.unwrap().unwrap();
        for route in routes().iter().filter(|route| route.get && SECTION.contains(&route.room)) {
            let path = things.at(&route.path);
            assert_eq!(ann.get(&path).await.status, 403, "{path}");
        }
        let csrf = ann.csrf().await;
        let path = format!("/console/clients/{}/regenerate", scene.ours.client);
        let mut fields = things.fields(&path);
        fields.push(("csrf", csrf));
        assert_eq!(ann.post(&path, &fields).await.status, 403);
    })

    /// SS-8: before its day the section is a page that names the day, and forms do nothing; from that day on it is
    /// there. Those who run the place prepare it before.
    the_section_opens_on_its_day(&opening(), |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut olga = scene.looks_after().await;
        let csrf = ann.csrf().await;
        let before = scene.everything().await;
        for route in routes().iter().filter(|route| SECTION.contains(&route.room)) {
            let path = things.at(&route.path);
            if route.get {
                let page = ann.get(&path).await;
                assert_eq!(page.status, 403, "{path}");
                assert!(page.text.contains(&day()), "{path}: {}", page.text);
                assert!(!page.text.contains("https://api.example/docs"), "{path}");
            }
            if route.post {
                let mut fields = things.fields(&path);
                fields.push(("csrf", csrf.clone()));
                assert_eq!(ann.post(&path, &fields).await.status, 403, "{path}");
            }
        }
        assert_eq!(scene.everything().await, before);
        let client = format!("/console/clients/{}", scene.ours.client);
        olga.open(&client).await;

        let opens = scene.desk().terms.console.opens.unwrap();
        scene.clock.forward(opens.since(scene.now()) - 1);
        let mut ann = scene.browses("ann@firm1.example").await;
        assert_eq!(ann.get(&client).await.status, 403);
        scene.clock.forward(1);
        assert_eq!(scene.now(), opens);
        ann.open(&client).await;
    })

    /// SE3: without a session every page leads to the door, and every form does nothing.
    strangers_are_at_the_door("", |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let before = scene.everything().await;
        for (mut stranger, room) in [(scene.visitor(), "developer"), (scene.visitor(), "lookout"), (scene.visitor_at_desk(), "desk")] {
            for route in routes().iter().filter(|route| route.room == room) {
                let path = things.at(&route.path);
                if route.get {
                    let page = stranger.get(&path).await;
                    assert_eq!(page.status, 303, "{path}");
                    assert!(page.leads_to().starts_with("/console/sign-in"), "{path}: {}", page.leads_to());
                }
                if route.post {
                    let page = stranger.post(&path, &things.fields(&path)).await;
                    assert_eq!((page.status, page.leads_to()), (303, "/console/sign-in"), "{path}");
                }
            }
        }
        assert_eq!(scene.everything().await, before);
    })
}
