//! What holds on every page: its headers, its forms, and that looking changes nothing.

use super::routes::{Things, routes};
use crate::scene::{OPERATOR, Scene};
use reqwest::Method;
use tollgate_tests::house::PASSWORD;
use tollgate_tests::visitor::{Page, Visitor};

/// Everybody knows less about a page with these (OP8).
const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
];

/// With every page that settings can open.
const OPEN: &str = "[console]\nsign_up = true\n[clients.redirects]\nused = true\n[secrets]\nrevealable = true\n\
                    [people]\nenabled = true";

fn is_guarded(page: &Page, https: bool) {
    let path = &page.path;
    for (name, value) in HEADERS {
        assert_eq!(page.header(name), value, "{name} of {path}");
    }
    assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
    let hsts = if https { "max-age=31536000" } else { "" };
    assert_eq!(page.header("strict-transport-security"), hsts, "{path}");
    let policy = page.header("content-security-policy");
    let html = page.header("content-type").starts_with("text/html");
    let script = policy
        .split("script-src '")
        .nth(1)
        .and_then(|rest| rest.split('\'').next());
    let script = script.unwrap_or_else(|| panic!("{path}: {:?}", page.headers));
    let nonce = match script.strip_prefix("nonce-") {
        Some(nonce) => nonce,
        None => {
            // A file to save: nothing in it runs at all.
            assert!(!html && script == "none", "{path}: {policy}");
            assert!(page.header("content-disposition").starts_with("attachment"), "{path}");
            return;
        }
    };
    assert!(nonce.len() >= 32, "{path}: {policy}");
    let rest = policy.replace(nonce, "N");
    assert_eq!(
        rest,
        "default-src 'none'; script-src 'nonce-N'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    assert!(html, "{path}");
    // RU13: nothing of it comes from elsewhere, and nothing in it runs but our own files.
    for tag in page.tags() {
        for (name, value) in &tag.attributes {
            assert!(!name.starts_with("on") && name != "style", "{path}: {tag:?}");
            let followed = matches!(name.as_str(), "src" | "href" | "action" | "formaction");
            let own = value.starts_with('/') && !value.starts_with("//");
            // A link to a page elsewhere is not asked for before somebody follows it, and tells nothing then.
            let link = tag.name == "a" && tag.get("rel").is_some_and(|rel| rel.contains("noreferrer"));
            // The outbox of a house without mail shows its mails, links included.
            let mailed = tag.name == "a" && path.contains("/outbox/") && value.contains("/console/welcome#tgl_");
            let there = own || mailed || value.starts_with(['#', '?']) || (link && value.starts_with("https://"));
            assert!(!followed || there, "{path}: {tag:?}");
        }
        if tag.name == "script" {
            assert_eq!(tag.get("nonce"), Some(nonce), "{path}");
            assert!(tag.get("src").is_some(), "{path}");
        }
    }
}

/// Which rooms are walked here, and by whom.
async fn walkers(scene: &Scene) -> [(Visitor, &'static [&'static str]); 2] {
    [
        (
            scene.browses("ann@firm1.example").await,
            &["people", "developer", "recipe", "lookout"],
        ),
        (scene.looks_after().await, &["desk"]),
    ]
}

on_both_stores! {
    /// OP8, RU13: every page, for who signed in and for who did not, the pages that are not there among them, carries
    /// what a browser needs to hold it to itself.
    every_page_is_guarded(OPEN, |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let mut seen = 0;
        let mut nonces = std::collections::BTreeSet::new();
        for (mut visitor, rooms) in walkers(&scene).await {
            let mut stranger = Visitor::new(&visitor.base);
            for route in routes().iter().filter(|route| route.get && rooms.contains(&route.room)) {
                let path = things.at(&route.path);
                for page in [visitor.get(&path).await, stranger.get(&path).await] {
                    assert!(page.status < 500, "{path}: {}", page.text);
                    if page.status == 303 {
                        assert_eq!(page.header("cache-control"), "no-store", "{path}");
                        assert_eq!(page.header("referrer-policy"), "no-referrer", "{path}");
                        continue;
                    }
                    is_guarded(&page, false);
                    if page.header("content-type").starts_with("text/html") {
                        nonces.insert(page.header("content-security-policy").to_owned());
                        seen += 1;
                    }
                }
            }
            for path in ["/console/nothing", "/console/clients/none", "/console/clients?after=%00", "/console/desk/none"] {
                let page = visitor.get(path).await;
                assert!(matches!(page.status, 400 | 404), "{path}: {}", page.status);
                is_guarded(&page, false);
            }
        }
        assert!(seen > 40, "{seen} pages");
        assert_eq!(nonces.len(), seen, "a nonce is used once");
    })

    /// OP8: at an https address browsers are told to come by no other way.
    an_https_console_says_so("[server]\npublic_url = \"https://auth.example\"", |scene: Scene| async move {
        let page = scene.visitor().get("/console/sign-in").await;
        is_guarded(&page, true);
    })

    /// AT26, SE5: opening any page, by GET or HEAD, changes nothing; nor does any method that pages do not have.
    looking_changes_nothing(OPEN, |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let mut walkers = walkers(&scene).await;
        let before = scene.everything().await;
        let mut asked = 0;
        for (visitor, rooms) in &mut walkers {
            for route in routes().iter().filter(|route| rooms.contains(&route.room)) {
                let path = things.at(&route.path);
                for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS] {
                    let looks = matches!(method, Method::GET | Method::HEAD);
                    let request = visitor.bare(method.clone(), &path).header("sec-fetch-site", "same-origin");
                    let status = request.send().await.unwrap().status().as_u16();
                    let there = if looks && route.get { &[200, 303, 410][..] } else { &[404, 405] };
                    assert!(there.contains(&status), "{method} {path}: {status}");
                    asked += 1;
                }
            }
        }
        assert!(asked > 300);
        assert_eq!(scene.everything().await, before);
    })

    /// SE5: no form does anything that a page of ours did not send in this session: without its token, with a made up
    /// one or another session's, from another site, from nowhere.
    no_form_but_our_own_does_anything(OPEN, |scene: Scene| async move {
        let things = Things::ours(&scene).await;
        let mut other = scene.browses("dan@firm1.example").await;
        let foreign = other.csrf().await;
        let mut walkers = walkers(&scene).await;
        let before = scene.everything().await;
        let mut refused = 0;
        for (visitor, rooms) in &mut walkers {
            let right = visitor.csrf().await;
            for route in routes().iter().filter(|route| route.post && rooms.contains(&route.room)) {
                let path = things.at(&route.path);
                let from_outside = ["/sign-in", "/forgot", "/sign-up", "/welcome", "/welcome/open", "/second-factor"];
                let open = from_outside.iter().any(|end| path == format!("/console{end}"));
                let fields = things.fields(&path);
                let ours = [("sec-fetch-site", "same-origin")];
                let mut tries = vec![
                    (right.as_str(), vec![("sec-fetch-site", "cross-site")]),
                    (&right, vec![("sec-fetch-site", "same-site"), ("origin", visitor.base.as_str())]),
                    (&right, vec![("sec-fetch-site", "none")]),
                    (&right, vec![("origin", "https://evil.example")]),
                    (&right, vec![("origin", "null")]),
                    (&right, vec![]),
                ];
                if !open {
                    let made_up = "0".repeat(right.len());
                    for csrf in ["", made_up.leak(), foreign.as_str()] {
                        tries.push((csrf, ours.to_vec()));
                    }
                }
                for (csrf, headers) in tries {
                    let mut form = fields.clone();
                    if !csrf.is_empty() {
                        form.push(("csrf", csrf.to_owned()));
                    }
                    let mut request = visitor.bare(Method::POST, &path).form(&form);
                    for (name, value) in &headers {
                        request = request.header(*name, *value);
                    }
                    let status = request.send().await.unwrap().status().as_u16();
                    assert_eq!(status, 400, "{path} with {csrf:?} from {headers:?}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 200);
        assert_eq!(scene.everything().await, before);
        // The right form of the same session does something.
        let (ann, _) = &mut walkers[0];
        let done = ann.act("/console/profile/sessions/end-others", &[]).await;
        assert_eq!(done.status, 303);
        assert_ne!(scene.everything().await, before);
    })

    /// RL14: a form that is too long, of another kind, or none at all is refused with a page.
    what_is_no_form_is_refused("", |scene: Scene| async move {
        let mut visitor = scene.visitor();
        let post = |kind: &'static str, body: String| {
            visitor
                .bare(Method::POST, "/console/sign-in")
                .header("sec-fetch-site", "same-origin")
                .header("content-type", kind)
                .body(body)
        };
        let form = "application/x-www-form-urlencoded";
        let tries = [
            (post("application/json", "{}".into()), 400),
            (post("multipart/form-data; boundary=x", "--x--".into()), 400),
            (post("text/plain", format!("email={OPERATOR}&password={PASSWORD}")), 400),
            (post(form, format!("email={}", "x".repeat(70_000))), 413),
            (post(form, "%ff%00=%zz&&&===".into()), 422),
            (post(form, "a=b&".repeat(5000)), 422),
        ];
        let mut pages = Vec::new();
        for (request, status) in tries {
            pages.push((request.send().await.unwrap(), status));
        }
        for (response, status) in pages {
            let page = visitor.read("/console/sign-in", response).await;
            assert_eq!(page.status, status, "{}", page.text);
            is_guarded(&page, false);
        }
    })
}
