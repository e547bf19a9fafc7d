//! A secret is in the answer to Regenerate, and nowhere else (SS-9..SS-17, SS-58, CO6).

use super::routes::{Things, routes};
use crate::scene::Scene;
use tollgate_model::Page as Part;
use tollgate_model::call::CallFilter;
use tollgate_tests::house::claims;
use tollgate_tests::until;
use tollgate_tests::visitor::Visitor;

/// A token by this secret; the status and the answer.
async fn buys(scene: &Scene, secret: &str) -> (u16, serde_json::Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("audience", "https://api.example/docs"),
    ];
    let request = scene
        .http
        .post(scene.token_url())
        .basic_auth(&scene.ours.client, Some(secret))
        .form(&form);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn page_of(scene: &Scene) -> String {
    format!("/console/clients/{}", scene.ours.client)
}

/// Presses Regenerate; the secret that is shown.
async fn regenerates(visitor: &mut Visitor, scene: &Scene, overlap: Option<&str>) -> String {
    let page = visitor.open(&format!("{}/regenerate", page_of(scene))).await;
    let mut form = page.own_form();
    if let Some(overlap) = overlap {
        form = form.set("overlap", overlap);
    }
    let shown = visitor.send(&form).await;
    assert_eq!(shown.status, 200, "{}", shown.text);
    assert_eq!(shown.header("cache-control"), "no-store");
    shown.credential("tgs_").expect("a secret")
}

on_both_stores! {
    /// SS-9, SS-10, SS-11, SG-29, CO6: the answer to Regenerate shows the secret; a reload, every other page of every
    /// member, the desk, the management API, the exported events, the calls and the log do not.
    a_secret_is_shown_once_and_nowhere_again("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let start = scene.told().await;
        let page = dan.open(&page_of(&scene)).await;
        assert!(page.text.contains(scene.ours.client.as_str()) && page.text.contains("https://api.example/docs"));
        assert!(page.credential("tgs_").is_none() && page.text.contains("Generate"), "SS-10");
        let form = dan.open(&format!("{}/regenerate", page_of(&scene))).await.own_form();
        let shown = dan.send(&form).await;
        let secret = shown.credential("tgs_").expect("the secret");
        assert_eq!(shown.text.matches(&secret).count(), shown.text.matches("tgs_").count());
        assert_eq!(buys(&scene, &secret).await.0, 200);
        // A call with a token too, so that there is something on record.
        let token = buys(&scene, &secret).await.1["access_token"].as_str().unwrap().to_owned();
        scene.call("/docs/1", &token).send().await.unwrap();
        buys(&scene, &format!("{}x", &secret[..41])).await;
        let filter = CallFilter { account: Some(scene.ours.account.clone()), ..CallFilter::default() };
        let calls = async || scene.desk().store.calls(&filter, &Part::first()).await.unwrap().items;
        until("three calls are on record", || async {
            scene.keeps_counts().await;
            calls().await.len() >= 3
        })
        .await;

        // Reloading the answer sends the form again: that is refused, and makes no other.
        let again = dan.send(&form).await;
        assert_eq!(again.status, 422, "{}", again.text);
        let told = scene.since(start).await;
        assert_eq!(told.iter().filter(|event| event.kind.starts_with("secret.")).count(), 1, "{told:?}");
        let things = Things::theirs(&scene).await;
        let mut texts = vec![again.text, format!("{:?}", calls().await)];
        let mut olga = scene.looks_after().await;
        let mut ann = scene.browses("ann@firm1.example").await;
        let secrets = scene.desk().store.secrets(&scene.ours.client).await.unwrap();
        for visitor in [&mut dan, &mut ann, &mut olga] {
            for route in routes().iter().filter(|route| route.get) {
                let path = things.at(&route.path);
                let path = path.replace(scene.theirs.client.as_str(), scene.ours.client.as_str());
                let path = path.replace(things.secret().as_str(), secrets[0].id.as_str());
                texts.push(visitor.get(&path).await.text);
            }
        }
        let operator = scene.node.running.first_operator.as_ref().unwrap().expose().to_owned();
        for path in ["clients", "clients/client-one", "clients/client-one/secrets", "events", "calls", "mails"] {
            let url = format!("{}/api/v1/{path}", scene.node.management);
            let answer = scene.http.get(url).bearer_auth(&operator).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{path}");
            texts.push(answer.text().await.unwrap());
        }
        texts.push(serde_json::to_string(&scene.since(0).await).unwrap());
        assert!(texts.iter().any(|text| text.contains(secrets[0].id.as_str())));
        let log = crate::log::lines();
        assert!(!log.is_empty(), "nothing was logged at all");
        texts.push(log);
        for text in &texts {
            let from = text.find(&secret[4..]).unwrap_or_default().saturating_sub(200);
            assert!(!text.contains(&secret[4..]), "{}", &text[from..]);
            assert!(!text.contains(&token));
        }
    })

    /// SS-13, SS-58: Regenerate says what it ends, and ends it: at once, or after the time that was chosen; id and
    /// audience stay. Tokens live to their expiry.
    a_regenerate_ends_what_it_says("[secrets]\nmost_alive = 2", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let first = regenerates(&mut dan, &scene, None).await;
        let token = buys(&scene, &first).await.1["access_token"].as_str().unwrap().to_owned();
        let second = regenerates(&mut dan, &scene, Some("0")).await;
        assert_eq!((buys(&scene, &first).await.0, buys(&scene, &second).await.0), (401, 200));
        assert_eq!(scene.call("/docs/1", &token).send().await.unwrap().status(), 200);
        let third = regenerates(&mut dan, &scene, Some("3600")).await;
        assert_eq!((buys(&scene, &second).await.0, buys(&scene, &third).await.0), (200, 200));
        scene.clock.forward(3600);
        assert_eq!((buys(&scene, &second).await.0, buys(&scene, &third).await.0), (401, 200));
        let mut dan = scene.browses("dan@firm1.example").await;
        let page = dan.open(&page_of(&scene)).await;
        assert!(page.text.contains(scene.ours.client.as_str()) && page.text.contains("https://api.example/docs"));
    })

    /// SS-13, SS-16: of two tabs that press Regenerate at the same moment one shows a secret, and the other says that
    /// somebody was first; the secret that is shown is the one that works.
    two_tabs_make_one_secret("", |scene: Scene| async move {
        let mut one = scene.browses("dan@firm1.example").await;
        let mut two = scene.browses("ann@firm1.example").await;
        let path = format!("{}/regenerate", page_of(&scene));
        let forms = (one.open(&path).await.own_form(), two.open(&path).await.own_form());
        let (first, second) = tokio::join!(one.send(&forms.0), two.send(&forms.1));
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
        let (won, lost) = if first.status == 200 { (first, second) } else { (second, first) };
        assert!(lost.words().contains("Somebody changed this"), "{}", lost.text);
        assert!(lost.credential("tgs_").is_none());
        assert_eq!(buys(&scene, &won.credential("tgs_").unwrap()).await.0, 200);
        assert_eq!(scene.desk().store.secrets(&scene.ours.client).await.unwrap().len(), 1);
    })

    /// SS-14, SS-15, SS-16: two members of a firm see the same values before and after; another firm sees others.
    two_members_see_the_same("", |scene: Scene| async move {
        let mut seen = Vec::new();
        let mut dan = scene.browses("dan@firm1.example").await;
        for _ in 0..2 {
            for email in ["ann@firm1.example", "dan@firm1.example", "vic@firm1.example"] {
                let page = scene.browses(email).await.open(&page_of(&scene)).await;
                let values = |page: &tollgate_tests::visitor::Page| -> Vec<String> {
                    let copied = page.tags().into_iter().filter(|tag| tag.attributes.iter().any(|(name, _)| name == "data-value"));
                    copied.map(|tag| page.text[tag.end..].split('<').next().unwrap().to_owned()).collect()
                };
                seen.push(values(&page));
            }
            regenerates(&mut dan, &scene, None).await;
        }
        assert!(seen[0].contains(&scene.ours.client.to_string()), "{seen:?}");
        assert!(seen[0].iter().any(|value| value == "https://api.example/docs"), "{seen:?}");
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:?}");
        let mut other = scene.browses("ann@firm2.example").await;
        let list = other.open("/console/clients").await;
        assert!(list.text.contains(scene.theirs.client.as_str()) && !list.text.contains(scene.ours.client.as_str()));
    })

    /// SS-17: a token names the firm's client and no person, and the secret outlives the member who made it.
    a_secret_outlives_its_maker("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let secret = regenerates(&mut dan, &scene, None).await;
        let (status, answer) = buys(&scene, &secret).await;
        assert_eq!(status, 200);
        let said = claims(answer["access_token"].as_str().unwrap());
        assert!(said["sub"].as_str().unwrap().starts_with(scene.ours.client.as_str()), "{said}");
        assert!(!said.to_string().contains("dan@"), "{said}");
        let mut ann = scene.browses("ann@firm1.example").await;
        let path = format!("/console/members/{}/remove", scene.ours.member("dan"));
        let form = ann.open(&path).await.own_form();
        let gone = ann.send(&form).await;
        assert_eq!((gone.status, gone.leads_to()), (303, "/console/members?done=member-removed"));
        assert_eq!(buys(&scene, &secret).await.0, 200);
        assert_ne!(dan.get(&page_of(&scene)).await.status, 200);
        assert!(ann.open(&page_of(&scene)).await.text.contains("dan"), "who made it is still told");
    })

    /// SE-7, SE10: where the house lets owners look again, it takes the password, and stands in the log.
    a_secret_is_revealed_after_the_password("[secrets]\nrevealable = true", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let secret = regenerates(&mut dan, &scene, None).await;
        let page = dan.open(&page_of(&scene)).await;
        assert!(page.credential("tgs_").is_none(), "masked at first");
        let id = scene.desk().store.secrets(&scene.ours.client).await.unwrap()[0].id.clone();
        let path = format!("{}/secrets/{id}/reveal", page_of(&scene));
        let form = page.form(&path);
        assert_eq!(dan.send(&form).await.credential("tgs_"), Some(secret.clone()));
        scene.clock.forward(scene.desk().terms.console.sessions.proved);
        let answer = dan.send(&form).await;
        assert_eq!(answer.status, 303);
        assert!(answer.leads_to().starts_with("/console/prove"), "{}", answer.leads_to());
        let prove = dan.open(answer.leads_to()).await.form("/console/prove");
        let wrong = dan.send(&prove.clone().set("password", "not the battery phrase")).await;
        assert_eq!(wrong.status, 422);
        let answer = dan.send(&prove.set("password", tollgate_tests::house::PASSWORD)).await;
        assert_eq!(answer.status, 303);
        let form = dan.open(answer.leads_to()).await.form(&path);
        assert_eq!(dan.send(&form).await.credential("tgs_"), Some(secret));
        assert_eq!(scene.times("secret.revealed").await, 2);
        let vic = scene.browses("vic@firm1.example").await.open(&page_of(&scene)).await;
        assert!(!vic.text.contains("/reveal"));
    })

    /// SG-11, CO6: a new client is shown with its secret, once.
    a_new_client_shows_its_secret_once("", |scene: Scene| async move {
        let mut dan = scene.browses("dan@firm1.example").await;
        let form = dan.open("/console/clients/new").await.own_form();
        let form = form.set("name", "Night run").set("api", "docs").set("scopes-docs", "read");
        let shown = dan.send(&form).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let secret = shown.credential("tgs_").unwrap();
        let list = dan.open("/console/clients").await;
        assert!(list.text.contains("Night run"));
        for path in ["/console/clients", "/console/clients/new"] {
            assert!(!dan.open(path).await.text.contains(&secret), "{path}");
        }
    })
}
