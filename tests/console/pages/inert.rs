//! What people typed stays text, wherever it is shown (CO8, AT9).

use super::routes::{Things, routes};
use crate::scene::{OPERATOR, Scene, account_with, origin};
use tollgate_issuer::registry::{self, Asker, hook};
use tollgate_model::{ApiId, Change, Kept, User};
use tollgate_tests::visitor::{Page, Visitor};

/// What a page must not come to life with.
const ODD: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)//",
    "</textarea></title><svg onload=alert(1)>",
    "\u{202e}gnp.exe \u{1f511}\u{200f} \u{5e9}\u{5dc}\u{5d5}\u{5dd}",
    "{{7*7}} ${7*7} <%= 7*7 %> {% include \"x\" %}",
    "&lt;script&gt; &#x3c; -->",
];

/// Nothing on the page runs, loads or leads elsewhere.
fn is_inert(page: &Page) {
    if page.status == 200 && !page.header("content-type").starts_with("text/html") {
        // A file to save: no browser reads it as a page.
        assert!(
            page.header("content-disposition").starts_with("attachment"),
            "{}",
            page.path
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{}", page.path);
        return;
    }
    for tag in page.tags() {
        let path = &page.path;
        let ours = tag.name != "script" || tag.get("src").is_some_and(|src| src.starts_with("/console/assets/"));
        assert!(ours && tag.name != "img" && tag.name != "iframe", "{path}: {tag:?}");
        for (name, value) in &tag.attributes {
            assert!(
                !name.starts_with("on") && name != "style" && name != "srcdoc",
                "{path}: {tag:?}"
            );
            let value = value.trim().to_ascii_lowercase();
            let leads = matches!(name.as_str(), "href" | "src" | "action" | "formaction");
            assert!(
                !leads || !(value.contains("javascript:") || value.starts_with("data:") || value.starts_with("//")),
                "{path}: {tag:?}"
            );
        }
    }
}

/// Opens every page of these rooms; on how many of them the text is shown.
async fn shown_on(visitor: &mut Visitor, things: &Things, rooms: &[&str], odd: &str) -> usize {
    let mut shown = 0;
    for route in routes().iter().filter(|route| route.get && rooms.contains(&route.room)) {
        let page = visitor.get(&things.at(&route.path)).await;
        assert!(page.status < 500, "{}: {}", page.path, page.text);
        is_inert(&page);
        let trimmed = odd.trim();
        shown += usize::from(page.words().contains(trimmed) || page.text.contains(trimmed));
    }
    shown
}

on_both_stores! {
    /// CO8, AT9: names of clients, accounts, members and people, labels and notes stay text on every page of the
    /// account and of the desk.
    names_stay_text("[console]\nclients = \"request\"", |scene: Scene| async move {
        let desk = scene.desk();
        let system = Asker::system();
        let things = Things::ours(&scene).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut olga = scene.looks_after().await;
        for odd in ODD {
            let name = Some(odd.to_owned());
            let ask = registry::client::Revise { name: name.clone(), ..Default::default() };
            registry::client::revise(desk, &system, &scene.ours.client, &ask).await.unwrap().unwrap();
            let ask = registry::member::Revise { name: name.clone(), ..Default::default() };
            registry::member::revise(desk, &system, &scene.ours.member("dan"), &ask).await.unwrap().unwrap();
            let ask = registry::account::Revise { name, ..account_with(None, None, None) };
            registry::account::revise(desk, &system, &scene.ours.account, &ask).await.unwrap().unwrap();
            let ask = registry::secret::Regenerate { label: Some(odd.chars().take(60).collect()), ..Default::default() };
            registry::secret::regenerate(desk, &system, &scene.ours.client, &ask).await.unwrap().unwrap();
            let user = desk.store.user_by_email("ann@firm1.example").await.unwrap().unwrap();
            let change = Change::ReviseUser { was: user.version, user: User { name: odd.to_owned(), ..user } };
            assert_eq!(desk.memory.keep(vec![change]).await.unwrap(), Kept::Done);
            let rooms = ["people", "developer", "recipe", "lookout"];
            let shown = shown_on(&mut ann, &things, &rooms, odd).await;
            assert!(shown > 15, "{odd} is on {shown} pages only");
            let shown = shown_on(&mut olga, &things, &["desk"], odd).await;
            assert!(shown > 5, "{odd} is on {shown} pages of the desk only");
        }
    })

    /// CO8: what is typed into any form comes back as text, when it is taken and when it is refused.
    what_is_typed_stays_text("[clients.redirects]\nused = true\n[console]\nsign_up = true", |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut olga = scene.looks_after().await;
        let mut refused = 0;
        for odd in [ODD[1], ODD[2], ODD[4]] {
            for (visitor, rooms) in [(&mut ann, &["people", "developer", "lookout"][..]), (&mut olga, &["desk"])] {
                let csrf = visitor.csrf().await;
                for route in routes().iter().filter(|route| route.post && rooms.contains(&route.room)) {
                    if route.path.contains("/sign-") || route.path.contains("/sessions/") || route.path.ends_with("disable") || route.path.contains("{act}") {
                        continue;
                    }
                    let path = things.at(&route.path);
                    let mut fields: Vec<_> = things.fields(&path).into_iter().map(|(name, _)| (name, odd.to_owned())).collect();
                    fields.retain(|(name, _)| *name != "seen");
                    fields.extend([("seen", "1".to_owned()), ("csrf", csrf.clone()), ("q", odd.to_owned()), ("note", odd.to_owned())]);
                    let page = visitor.post(&path, &fields).await;
                    assert!(page.status < 500, "{path}: {}", page.text);
                    is_inert(&page);
                    refused += usize::from(page.status == 422);
                }
            }
        }
        assert!(refused > 30, "{refused}");
    })

    /// CO8, AT9: what stands in an address comes back as text, or not at all.
    what_an_address_says_stays_text("", |scene: Scene| async move {
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut olga = scene.looks_after().await;
        let mut stranger = scene.visitor();
        for odd in ODD {
            let odd: String = odd.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for name in ["done", "next", "q", "after", "error", "code", "with", "client", "request", "kind", "environment"] {
                for path in ["/console/sign-in", "/console/second-factor", "/console/welcome", "/console/mail-sent"] {
                    is_inert(&stranger.get(&format!("{path}?{name}={odd}")).await);
                }
                for path in ["/console/clients", "/console/accounts", "/console/calls", "/console/usage", "/console/members", "/console/profile", "/console/alerts"] {
                    let page = ann.get(&format!("{path}?{name}={odd}")).await;
                    assert!(page.status < 500, "{path}?{name}: {}", page.text);
                    is_inert(&page);
                }
                for path in ["/console/desk/accounts", "/console/desk/clients", "/console/desk/events", "/console/desk/people", "/console/accounts"] {
                    let page = olga.get(&format!("{path}?{name}={odd}")).await;
                    assert!(page.status < 500, "{path}?{name}: {}", page.text);
                    is_inert(&page);
                }
            }
            is_inert(&ann.get(&format!("/console/{odd}")).await);
            is_inert(&ann.get(&format!("/console/clients/{odd}")).await);
        }
    })

    /// CO8: a webhook's address that is script, or none, is not taken; nor is a redirect address.
    an_address_is_no_script("[clients.redirects]\nused = true", |scene: Scene| async move {
        let desk = scene.desk();
        let mut ann = scene.browses("ann@firm1.example").await;
        let before = scene.everything().await;
        let path = format!("/console/clients/{}/addresses/edit", scene.ours.client);
        for url in ["javascript:alert(1)", "data:text/html,x", "https://x.example/\"><script>", "//x.example", "https://u:p@x.example/", " java\tscript:alert(1)"] {
            let form = ann.open(&path).await.own_form().set("redirect_uris", url);
            let page = ann.send(&form).await;
            assert_eq!(page.status, 422, "{url}");
            is_inert(&page);
            assert_eq!(page.own_form().value("redirect_uris"), Some(url), "what was typed is still there");
            if url.contains("<script>") {
                continue;
            }
            let form = ann.open("/console/hooks/new").await.own_form().set("url", url);
            let page = ann.send(&form).await;
            assert_eq!(page.status, 422, "{url}");
            is_inert(&page);
        }
        assert_eq!(scene.everything().await, before);
        // Escaped as addresses escape it, a path may be as odd as it likes.
        let form = ann.open("/console/hooks/new").await.own_form().set("url", "https://x.example/\"><script>");
        let page = ann.send(&form).await;
        assert_eq!(page.status, 200, "{}", page.text);
        is_inert(&page);
        is_inert(&ann.open("/console/hooks").await);
        let add = hook::Add { url: "javascript:alert(1)".into(), topics: Vec::new() };
        let no = hook::add(desk, &Asker::system(), &scene.ours.account, &add).await.unwrap();
        assert!(no.is_err());
    })

    /// CO8: what a browser calls itself stays text among the sessions.
    what_a_browser_calls_itself_stays_text("", |scene: Scene| async move {
        let desk = scene.desk();
        scene.person("ann@firm1.example", false).await;
        for odd in ODD {
            let from = tollgate_issuer::people::Origin { device: odd.to_owned(), ..origin() };
            let begun = tollgate_issuer::people::sign_in::password(desk, "ann@firm1.example", tollgate_tests::house::PASSWORD, &from).await;
            begun.unwrap().unwrap();
        }
        let mut ann = scene.browses("ann@firm1.example").await;
        let page = ann.open("/console/profile").await;
        is_inert(&page);
        assert!(page.words().contains(ODD[0]) && !page.words().contains('\u{202e}'));
    })
}

/// CO8: the scopes of an API, as operators write them, stay text for everybody who chooses among them.
#[test]
fn descriptions_of_scopes_stay_text() {
    tollgate_tests::run(async {
        let settings = format!(
            "[[api]]\nid = \"odd\"\nname = {odd:?}\naudience = \"https://api.example/odd\"\n\
             scopes = [{{ name = \"read\", description = {odd:?} }}]",
            odd = ODD[1]
        );
        let scene = Scene::start(&settings, tollgate_tests::Backend::Sqlite).await;
        let put = registry::grant::Put {
            api: ApiId::new("odd"),
            scopes: vec!["read".into()],
            lifetime: None,
            seen: None,
        };
        registry::grant::put(scene.desk(), &Asker::system(), &scene.ours.client, &put)
            .await
            .unwrap()
            .unwrap();
        let things = Things::ours(&scene).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        assert!(shown_on(&mut ann, &things, &["developer", "recipe"], ODD[1]).await > 3);
        scene.person(OPERATOR, true).await;
        let mut olga = scene.looks_after().await;
        assert!(shown_on(&mut olga, &things, &["desk"], ODD[1]).await > 1);
    });
}
