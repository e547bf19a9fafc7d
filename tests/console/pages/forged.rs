//! Fields that no form of ours has (CO5), and values that no link of ours has (CO9).

use super::routes::Things;
use crate::scene::{OPERATOR, Scene};
use tollgate_model::{Page as Part, State};

/// Everything that somebody might hope for.
const HOPED: [(&str, &str); 16] = [
    ("id", "chosen-by-me"),
    ("client_id", "chosen-by-me"),
    ("owner", "mem_x"),
    ("auth_methods", "none"),
    ("grant_types", "password"),
    ("introspects", "docs"),
    ("trusted", "true"),
    ("live", "true"),
    ("operator", "true"),
    ("lifetime", "99999999"),
    ("state", "active"),
    ("scopes", "write"),
    ("scopes-mail", "read"),
    ("access-mail", "yes"),
    ("secret", "tgs_mine"),
    ("version", "99"),
];

/// Values of a query that no page made.
const VALUES: [&str; 14] = [
    "'",
    "' OR 1=1 --",
    "\"; DROP TABLE client; --",
    "-1",
    "0",
    "99999999999999999999999",
    "1e9",
    "NaN",
    "%00",
    "%ff%fe",
    "..%2f..%2fetc",
    "%F0%9F%94%91",
    "1 UNION SELECT digest FROM secret",
    "null",
];

/// What names a thing: one that is not there is not found.
const THINGS: [&str; 6] = ["request", "client", "account", "api", "subject", "actor"];

on_both_stores! {
    /// CO5: a new client is what its form says, and nothing that somebody added to it.
    a_client_is_no_more_than_its_form_says("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let mut form = dan.open("/console/clients/new").await.own_form();
        form = form.set("name", "Hopeful").set("api", "docs").set("scopes-docs", "read");
        for (name, value) in HOPED {
            form = form.and(name, value);
        }
        form = form.and("account", scene.theirs.account.as_str()).and("account_id", scene.theirs.account.as_str());
        let answer = dan.send(&form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let made = scene.desk().store.clients(Some(&scene.ours.account), &Part::first()).await.unwrap().items;
        let made = made.into_iter().find(|client| client.name == "Hopeful").unwrap();
        let record = scene.desk().store.client(&made.id).await.unwrap().unwrap();
        assert_ne!(made.id.as_str(), "chosen-by-me");
        assert_eq!(made.owner, Some(scene.ours.member("dan")));
        assert!(made.introspects.is_empty());
        let usual = scene.desk().store.client(&scene.ours.client).await.unwrap().unwrap().client;
        assert_eq!((&made.auth_methods, &made.grant_types), (&usual.auth_methods, &usual.grant_types));
        assert_eq!(record.grants.len(), 1);
        assert_eq!((record.grants[0].scopes.to_string().as_str(), record.grants[0].lifetime), ("read", None));
        assert_eq!(record.secrets.len(), 1);
        let theirs = scene.desk().store.clients(Some(&scene.theirs.account), &Part::first()).await.unwrap().items;
        assert_eq!(theirs.len(), 1);
    })

    /// CO5: nor does renaming, saving scopes or addresses, or regenerating do anything else.
    a_change_is_no_more_than_its_form_says("[clients.redirects]\nused = true", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let client = format!("/console/clients/{}", scene.ours.client);
        for page in ["settings", "addresses/edit", "scopes/edit", "regenerate"] {
            let before = scene.desk().store.client(&scene.ours.client).await.unwrap().unwrap();
            let mut form = dan.open(&format!("{client}/{page}")).await.own_form();
            for (name, value) in HOPED.iter().filter(|(name, _)| !name.contains('-')) {
                form = form.and(name, value);
            }
            form = form.and("account", scene.theirs.account.as_str());
            let answer = dan.send(&form).await;
            assert!(matches!(answer.status, 200 | 303), "{page}: {}", answer.text);
            let after = scene.desk().store.client(&scene.ours.client).await.unwrap().unwrap();
            assert_eq!(after.grants, before.grants, "{page}");
            let same = tollgate_model::Client { version: after.client.version, ..before.client };
            assert_eq!(after.client, same, "{page}");
        }
    })

    /// CO5: nobody invites into another account, makes an operator, or lifts themselves by a field more.
    nobody_lifts_themselves("[console]\nsign_up = true", |scene: Scene| async move {
        let desk = scene.desk();
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut form = ann.open("/console/members/invite").await.own_form();
        form = form.set("email", "eve@firm1.example").set("name", "Eve").set("roles", "Viewer");
        form = form.and("account", scene.theirs.account.as_str()).and("operator", "true").and("state", "active");
        assert_eq!(ann.send(&form).await.status, 303);
        assert!(desk.store.member_by_email(&scene.theirs.account, "eve@firm1.example").await.unwrap().is_none());
        let eve = desk.store.member_by_email(&scene.ours.account, "eve@firm1.example").await.unwrap().unwrap();
        assert_eq!(eve.roles, ["Viewer"]);
        // A role that there is not.
        let mut form = ann.open("/console/members/invite").await.own_form();
        form = form.set("email", "mal@firm1.example").set("name", "Mal").set("roles", "operator");
        let answer = ann.send(&form).await;
        let mal = desk.store.member_by_email(&scene.ours.account, "mal@firm1.example").await.unwrap();
        assert!(answer.status == 422 || mal.is_some_and(|mal| mal.roles == ["operator"]), "{}", answer.text);

        let mut dan = scene.browses("dan@firm1.example").await;
        let mut form = dan.open("/console/profile/name").await.own_form().set("name", "Dan");
        form = form.and("operator", "true").and("email", OPERATOR).and("roles", "Admin").and("state", "active");
        assert_eq!(dan.send(&form).await.status, 303);
        let user = desk.store.user_by_email("dan@firm1.example").await.unwrap().unwrap();
        assert!(!user.operator && user.name == "Dan" && user.state == State::Active);
        let member = desk.store.member(&scene.ours.member("dan")).await.unwrap().unwrap();
        assert_eq!(member.roles, ["Developer"]);

        let mut stranger = scene.visitor();
        let mut form = stranger.open("/console/sign-up").await.own_form();
        form = form.set("email", "new@firm3.example").set("name", "New").set("account", "Third Firm");
        form = form.and("live", "true").and("operator", "true").and("apis", "mail");
        assert_eq!(stranger.send(&form).await.status, 303);
        let link = scene.link("new@firm3.example").await;
        let form = stranger.follow(&link).await.form("/console/welcome").set("new_password", "a third battery phrase");
        let form = form.and("live", "true").and("operator", "true");
        assert_eq!(stranger.send(&form).await.status, 303);
        let user = desk.store.user_by_email("new@firm3.example").await.unwrap().unwrap();
        assert!(!user.operator);
        let places = desk.store.memberships("new@firm3.example").await.unwrap();
        assert_eq!(places.len(), 1);
        assert!(!places[0].1.live);
    })

    /// CO9, AT10: forged cursors, filters and orders are a 400 or an empty list: never a failure of ours, never
    /// somebody else's line, and nothing changes.
    forged_values_find_nothing("[console]\nclients = \"request\"", |scene: Scene| async move {
        Things::theirs(&scene).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let mut olga = scene.looks_after().await;
        let before = scene.everything().await;
        let long = "x".repeat(5000);
        let names = ["after", "limit", "q", "environment", "state", "sort", "order", "client", "request", "refused", "days", "kind", "since", "until", "subject", "actor", "api", "account", "page", "offset"];
        let lists = ["clients", "members", "applications", "calls", "usage", "alerts", "hooks", "accounts"];
        let desk = ["desk/accounts", "desk/clients", "desk/applications", "desk/people", "desk/apis", "desk/routes", "desk/events", "desk/events/export", "desk/outbox", "desk/keys", "desk/operators", "accounts"];
        let (mut refused, mut asked) = (0, 0);
        for (visitor, lists) in [(&mut ann, &lists[..]), (&mut olga, &desk[..])] {
            for list in lists {
                for name in names {
                    for value in VALUES.iter().chain([&long.as_str()]) {
                        let value = if value.starts_with('%') { (*value).to_owned() } else { value.replace('%', "%25").replace(' ', "%20").replace('"', "%22").replace('#', "%23") };
                        let path = format!("/console/{list}?{name}={value}");
                        let page = visitor.get(&path).await;
                        // What is no id at all is told beside its field.
                        let told = matches!(page.status, 404 | 422) && THINGS.contains(&name);
                        assert!(told || matches!(page.status, 200 | 400), "{} {}: {}", page.status, &path[..path.len().min(120)], page.text);
                        refused += usize::from(page.status == 400);
                        asked += 1;
                        let at_desk = list.starts_with("desk") || visitor.base == scene.node.management;
                        assert!(at_desk || !page.text.contains("Faraway"), "{path}");
                    }
                }
            }
        }
        assert!(asked > 4000 && refused > 100, "{asked} {refused}");
        assert_eq!(scene.everything().await, before);
    })

    /// CO4, CO9: the cursor of another account's list leads on in one's own, and to nothing of theirs.
    a_foreign_cursor_shows_nothing("", |scene: Scene| async move {
        let system = tollgate_issuer::registry::Asker::system();
        for firm in [&scene.ours, &scene.theirs] {
            let name = if firm.account == scene.ours.account { "Harbour" } else { "Faraway" };
            for number in 0..30 {
                let ask = tollgate_issuer::registry::client::Create {
                    account: firm.account.clone(),
                    name: format!("{name} {number:02}"),
                    environment: tollgate_model::client::Environment::Test,
                    auth_methods: None,
                    grant_types: None,
                    sign_in: tollgate_model::client::SignIn::default(),
                    owner: None,
                    introspects: Vec::new(),
                    redirect_uris: Vec::new(),
                    logout_uris: Vec::new(),
                    id: None,
                };
                tollgate_issuer::registry::client::create(scene.desk(), &system, &ask).await.unwrap().unwrap();
            }
        }
        let next = |page: &tollgate_tests::visitor::Page| {
            let tags = page.tags();
            let link = tags.iter().find(|tag| tag.get("rel") == Some("next")).expect("a next page");
            link.get("href").unwrap().to_owned()
        };
        let mut other = scene.browses("ann@firm2.example").await;
        let cursor = next(&other.open("/console/clients").await);
        assert!(other.open(&cursor).await.text.contains("Faraway"));
        let mut ann = scene.browses("ann@firm1.example").await;
        let page = ann.get(&cursor).await;
        assert!(matches!(page.status, 200 | 400), "{}", page.status);
        assert!(!page.text.contains("Faraway"));
        let own = next(&ann.open("/console/clients").await);
        assert!(ann.open(&own).await.text.contains("Harbour 29"));
    })

    /// CO9: a form whose version is no number is a 400, and one whose version has passed shows how things stand.
    a_stale_form_does_nothing("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let path = format!("/console/clients/{}/settings", scene.ours.client);
        let form = dan.open(&path).await.own_form();
        for seen in ["", "x", "1.5", "99999999999999999999999", "' OR 1=1"] {
            assert_eq!(dan.send(&form.clone().set("seen", seen)).await.status, 400, "{seen}");
        }
        assert_eq!(dan.send(&form.clone().set("name", "First")).await.status, 303);
        let late = dan.send(&form.set("name", "Second")).await;
        assert_eq!(late.status, 422);
        assert_eq!(late.own_form().value("name"), Some("Second"), "what was typed is still there");
        assert!(late.text.contains("First"), "how it stands now");
        let record = scene.desk().store.client(&scene.ours.client).await.unwrap().unwrap();
        assert_eq!(record.client.name, "First");
        assert_eq!(dan.send(&late.own_form()).await.status, 303);
    })
}
