//! Transitions on the desk's pages, and what an account sees of them (SS-1, SS-50).

use crate::scene::{FOREIGN, Firm, Scene};
use tollgate_issuer::registry::{self, Asker, legacy};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{Change, Kept, LegacyCredential, LegacyMethodId, LegacyUse, Moment, Page, TransitionId};
use tollgate_tests::visitor::Visitor;

const DAY: i64 = 86_400;
const LIST: &str = "/console/desk/transitions";

/// An old way, two plans, and nothing that ends yet.
const OLD: &str = r#"
[[legacy]]
id = "old-login"
name = "Login API and subscription key"
bearer = true
key_headers = ["x-api-key"]

[[plan]]
id = "standard"
name = "Standard"
default = true
limits = [{ name = "burst", per = "client", count = 20, window = 10 }]

[[plan]]
id = "large"
name = "Large"
limits = [{ name = "month", per = "account", count = 100000, window = "month" }]
"#;

/// The same, with an end that is declared.
fn declared() -> String {
    format!(
        "{OLD}\n[[transition]]\nid = \"ciam\"\nname = \"Off the old login\"\nmethod = \"old-login\"\n\
         opens = \"2026-04-25\"\nends = \"2099-07-25\"\n"
    )
}

/// A day so many days from now, as it is typed.
fn day(scene: &Scene, days: i64) -> String {
    let at = jiff::Timestamp::from_second((scene.now().day() + days) * DAY).unwrap();
    at.strftime("%Y-%m-%d").to_string()
}

/// An operator at a desk, without an account in view.
async fn officer(scene: &Scene) -> Visitor {
    scene.looks_after().await
}

/// Somebody of the firm used the old way.
async fn used(scene: &Scene, firm: &Firm, credential: Option<&LegacyCredential>, days_ago: i64, count: i64) {
    let now = scene.now();
    let one = LegacyUse {
        method: LegacyMethodId::new("old-login"),
        account: firm.account.clone(),
        member: credential.and_then(|held| held.member.clone()),
        credential: credential.map(|held| held.id.clone()),
        day: now.day() - days_ago,
        count,
        refused: 0,
        last: now.plus(-days_ago * DAY),
    };
    let kept = scene.desk().memory.keep(vec![Change::LegacyUsed(one)]).await.unwrap();
    assert_eq!(kept, Kept::Done);
}

async fn key(scene: &Scene, firm: &Firm, label: &str) -> LegacyCredential {
    let ask = legacy::Issue {
        method: LegacyMethodId::new("old-login"),
        kind: LegacyKind::Key,
        account: firm.account.clone(),
        member: None,
        label: label.to_owned(),
        lifetime: None,
    };
    let made = legacy::issue(scene.desk(), &Asker::system(), &ask).await;
    made.unwrap().unwrap().credential
}

/// A transition by the form: opened ten days ago, warns since yesterday, an hour of brown-out in two days, and its end in
/// five.
async fn made(scene: &Scene, olga: &mut Visitor) -> String {
    let form = olga.open(&format!("{LIST}/new")).await.own_form();
    let hour = day(scene, 2);
    let form = form
        .set("id", "off-old-login")
        .set("name", "Off the old login")
        .set("of", "method")
        .set("method", "old-login")
        .set("opens", &day(scene, -10))
        .set("warns", &day(scene, -1))
        .set("brownouts", &format!("{hour}T00:00:00Z {hour}T01:00:00Z first hour"))
        .set("ends", &day(scene, 5))
        .set("documentation", "https://docs.vendor.example/move");
    let answer = olga.send(&form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.leads_to().split('?').next().unwrap().to_owned()
}

on_both_stores! {
    /// SS-1: an operator makes a transition, changes it and removes it; each fault stands beside its field, and nothing
    /// is done before it is asked twice.
    a_transition_is_made_changed_and_removed(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        assert!(olga.open(LIST).await.text.contains("No transitions yet"));
        let form = olga.open(&format!("{LIST}/new")).await.own_form();
        let before = scene.everything().await;
        let (soon, late) = (day(&scene, 3), day(&scene, 9));
        for (field, value, said) in [
            ("name", "", "must not be empty"),
            ("of", "x", "Choose what comes to its end"),
            ("method", "", "Choose the old way"),
            ("opens", "soon", "is no date"),
            ("ends", &soon, "must not be before"),
            ("brownouts", "first hour", "is no brown-out"),
            ("brownouts", &format!("{soon} {late} all of it"), "begins before the transition opens"),
            ("documentation", "javascript:alert(1)", "must be an address"),
            ("routes", "nowhere", "there is no route"),
            ("accounts", "acc_nobody", "there is no account"),
        ] {
            let mut form = form.clone().set("name", "Off").set("of", "method").set("method", "old-login");
            form = form.set("opens", &day(&scene, 5)).set(field, value);
            let page = olga.send(&form).await;
            assert_eq!(page.status, 422, "{field}={value}");
            let beside = format!("id=\"e-{field}\"");
            let words = page.words().to_lowercase();
            assert!(page.text.contains(&beside) && words.contains(&said.to_lowercase()), "{field}={value}: {words}");
        }
        assert_eq!(scene.everything().await, before);

        let here = made(&scene, &mut olga).await;
        let page = olga.open(&here).await;
        for words in ["Off the old login", "Warned", "first hour", "Login API and subscription key", "Nobody"] {
            assert!(page.text.contains(words), "{words}: {}", page.words());
        }
        let form = olga.open(&format!("{here}/edit")).await.own_form();
        assert_eq!(form.value("ends"), Some(day(&scene, 5).as_str()));
        let stale = form.clone();
        assert_eq!(olga.send(&form.set("ends", &day(&scene, 50))).await.status, 303);
        let late = olga.send(&stale.set("name", "Another name")).await;
        assert_eq!(late.status, 422, "somebody else was faster");
        assert!(late.words().contains("Somebody changed this") && late.own_form().value("name") == Some("Another name"));

        let question = olga.open(&format!("{here}/remove")).await;
        assert_eq!(scene.desk().store.transitions().await.unwrap().len(), 1);
        assert_eq!(olga.send(&question.own_form()).await.leads_to(), "/console/desk/transitions?done=transition-removed");
        assert!(scene.desk().store.transitions().await.unwrap().is_empty());
        assert_eq!(olga.get(&here).await.status, 404);
        for kind in ["transition.created", "transition.revised", "transition.removed"] {
            assert_eq!(scene.times(kind).await, 1, "{kind}");
        }
    })

    /// SS-1: an account gets another end, with a reason; it is changed and taken back, and each is in the audit log.
    an_account_gets_another_end(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = made(&scene, &mut olga).await;
        let account = scene.ours.account.to_string();
        let form = olga.open(&format!("{here}/exceptions/new?account={account}")).await.own_form();
        assert_eq!(form.value("account"), Some(account.as_str()));
        let full = form.set("ends", &day(&scene, 90)).set("note", "Their vendor needs time");
        for (field, value) in [("account", ""), ("account", "acc_nobody"), ("ends", ""), ("ends", "never"), ("ends", "1999-01-01"), ("note", " ")] {
            let page = olga.send(&full.clone().set(field, value)).await;
            assert_eq!(page.status, 422, "{field}={value}");
            assert!(page.text.contains(&format!("id=\"e-{field}\"")), "{field}={value}: {}", page.words());
        }
        assert!(scene.desk().store.transitions().await.unwrap()[0].exceptions.is_empty());
        assert_eq!(olga.send(&full).await.status, 303);
        let page = olga.open(&here).await;
        assert!(page.text.contains("Their vendor needs time") && page.text.contains("Harbour Shipping"));
        let keys = olga.open(&format!("/console/desk/accounts/{account}/legacy")).await;
        assert!(keys.text.contains("Their vendor needs time"));

        let one = format!("{here}/exceptions/{account}");
        let form = olga.open(&one).await.own_form();
        assert_eq!(form.value("note"), Some("Their vendor needs time"));
        assert_eq!(olga.send(&form.set("ends", &day(&scene, 30)).set("note", "Sooner")).await.status, 303);
        let held = scene.desk().store.transitions().await.unwrap();
        assert_eq!(held[0].exceptions.len(), 1);
        assert_eq!(held[0].exceptions[0].note, "Sooner");
        let question = olga.open(&format!("{one}/remove")).await;
        assert_eq!(olga.send(&question.own_form()).await.status, 303);
        assert!(scene.desk().store.transitions().await.unwrap()[0].exceptions.is_empty());
        assert_eq!(olga.get(&one).await.status, 404);
        let csrf = olga.csrf().await;
        assert_eq!(olga.post(&one, &[("csrf", csrf), ("ends", day(&scene, 9)), ("note", "x".to_owned())]).await.status, 404);
        assert_eq!(scene.times("transition.exception_put").await, 2);
    })

    /// A declared transition is changed in the configuration; its exceptions are granted here in any case.
    a_declared_transition_keeps_its_dates(&declared(), |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = format!("{LIST}/ciam");
        let page = olga.open(&here).await;
        assert!(page.words().contains("come from the configuration"), "{}", page.words());
        assert_eq!(olga.get(&format!("{here}/edit")).await.leads_to(), here);
        let csrf = olga.csrf().await;
        let held = scene.desk().store.transitions().await.unwrap();
        let seen = held[0].transition.version.to_string();
        let fields = [("csrf", csrf.clone()), ("seen", seen.clone()), ("name", "Mine".to_owned()), ("ends", day(&scene, 9))];
        let page = olga.post(&format!("{here}/edit"), &fields).await;
        assert_eq!(page.status, 422);
        assert!(page.words().contains("declared in the configuration"));
        assert_eq!(olga.post(&format!("{here}/remove"), &[("csrf", csrf), ("seen", seen)]).await.status, 422);
        assert_eq!(scene.desk().store.transitions().await.unwrap(), held);
        let form = olga.open(&format!("{here}/exceptions/new")).await.own_form();
        let form = form.set("account", scene.ours.account.as_str()).set("ends", "2099-12-31").set("note", "By letter");
        assert_eq!(olga.send(&form).await.status, 303);
        let held = scene.desk().store.transitions().await.unwrap();
        assert_eq!(held[0].exceptions[0].note, "By letter");
    })

    /// SS-1, CO4: an operator sees who still uses the old way; each account sees its own, with its calendar, a banner and
    /// what to do, and nothing of another's.
    who_still_uses_the_old_way_is_seen(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = made(&scene, &mut olga).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        assert!(!ann.open("/console/clients").await.words().contains("still uses the old way"));
        let ours = key(&scene, &scene.ours, "Tax software").await;
        let theirs = key(&scene, &scene.theirs, "Faraway ovens").await;
        for ago in 0..20 {
            used(&scene, &scene.ours, Some(&ours), ago, 10 + ago).await;
            used(&scene, &scene.theirs, Some(&theirs), ago, 7).await;
        }
        let list = olga.open(LIST).await.words();
        assert!(list.contains("Off the old login"), "{list}");
        let page = olga.open(&here).await;
        for words in ["Harbour Shipping", FOREIGN, "Tax software", "Old way alone", "2 accounts used the old way", "fewer"] {
            assert!(page.words().contains(words), "{words}: {}", page.words());
        }

        for (email, may) in [("ann@firm1.example", true), ("dan@firm1.example", false), ("vic@firm1.example", false)] {
            let mut visitor = scene.browses(email).await;
            let banner = visitor.open("/console/clients").await;
            assert!(banner.words().contains("Your account still uses the old way"), "{}", banner.words());
            let page = visitor.open("/console/legacy").await;
            for words in ["Tax software", "first hour", "What to do", "Subscription key"] {
                assert!(page.words().contains(words), "{words}: {}", page.words());
            }
            assert!(page.text.contains("https://docs.vendor.example/move"));
            assert!(!page.words().contains("Faraway") && !page.text.contains(theirs.id.as_str()));
            assert_eq!(page.text.contains(&format!("/console/legacy/{}/end", ours.id)), may, "{email}");
        }

        // CO4: another account's key is not found, and who is no admin ends none.
        let mut dan = scene.browses("dan@firm1.example").await;
        let end = |key: &LegacyCredential| format!("/console/legacy/{}/end", key.id);
        for path in [end(&theirs), "/console/legacy/lgc_nobody/end".to_owned()] {
            let csrf = ann.csrf().await;
            assert_eq!(ann.get(&path).await.status, 404, "{path}");
            assert_eq!(ann.post(&path, &[("csrf", csrf)]).await.status, 404, "{path}");
        }
        let csrf = dan.csrf().await;
        assert_eq!(dan.get(&end(&ours)).await.status, 403);
        assert_eq!(dan.post(&end(&ours), &[("csrf", csrf)]).await.status, 403);
        assert_eq!(ann.post(&end(&ours), &[("csrf", "none")]).await.status, 400, "SE5: a form of no page of ours");
        assert_eq!(scene.times("legacy.ended").await, 0);
        let question = ann.open(&end(&ours)).await;
        assert_eq!(ann.send(&question.own_form()).await.leads_to(), "/console/legacy?done=key-ended");
        assert_eq!(scene.times("legacy.ended").await, 1);
        let page = ann.open("/console/legacy").await;
        assert!(page.words().contains("Ended") && !page.text.contains(&end(&ours)));
    })

    /// SS-1: the account's page says how it stands on each day of the calendar, and one that was given time is spared.
    the_calendar_is_walked(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = made(&scene, &mut olga).await;
        let spared = registry::transition::PutException {
            account: scene.theirs.account.clone(),
            ends: scene.now().plus(60 * DAY),
            note: "asked for time".to_owned(),
        };
        let id = TransitionId::new("off-old-login");
        registry::transition::put_exception(scene.desk(), &Asker::system(), &id, &spared).await.unwrap().unwrap();
        for firm in [&scene.ours, &scene.theirs] {
            used(&scene, firm, None, 0, 3).await;
        }
        let at = |days: i64, seconds: i64| Moment((scene.now().day() + days) * DAY + seconds);
        let stages = [
            (at(1, 0), "Warned", "It ends on", "It ends on"),
            (at(2, 60), "Brown-out", "it is refused, as it will be", "It ends on"),
            (at(2, 3600), "Warned", "It ends on", "It ends on"),
            (at(5, 0), "Ended", "The old way has ended", "It ends on"),
        ];
        for (moment, stage, ours, theirs) in stages {
            scene.clock.forward(moment.since(scene.now()));
            let mut olga = officer(&scene).await;
            let page = olga.open(&here).await;
            assert!(page.text.contains(&format!(">{stage}</span>")), "{stage}: {}", page.words());
            for (email, words) in [("ann@firm1.example", ours), ("ann@firm2.example", theirs)] {
                let mut ann = scene.browses(email).await;
                let page = ann.open("/console/legacy").await.words();
                assert!(page.contains(words), "{stage} {email}: {page}");
                assert!(!page.contains("asked for time"), "the reason is the operators' own");
            }
        }
    })

    /// SE5, OP5: a subscription key is made at the desk and shown once; its text is on no page afterwards.
    a_key_is_shown_once(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let keys = format!("/console/desk/accounts/{}/legacy", scene.ours.account);
        let form = olga.open(&format!("{keys}/new")).await.own_form();
        let full = form.set("method", "old-login").set("kind", "key").set("label", "Tax software");
        let full = full.set("member", "dan@firm1.example").set("lifetime", "30");
        for (field, value) in [("label", ""), ("kind", "x"), ("method", "none"), ("member", "eve@firm2.example"), ("lifetime", "0"), ("lifetime", "soon")] {
            let page = olga.send(&full.clone().set(field, value)).await;
            assert_eq!(page.status, 422, "{field}={value}");
            assert!(page.text.contains(&format!("id=\"e-{field}\"")), "{field}={value}: {}", page.words());
        }
        let shown = olga.send(&full).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let secret = shown.tags().iter().any(|tag| tag.get("data-secret").is_some());
        assert!(secret, "{}", shown.text);
        let held = scene.desk().store.legacy_credentials(Some(&scene.ours.account), &Page::first()).await.unwrap().items;
        let [held] = held.as_slice() else { panic!("{held:?}") };
        assert_eq!((held.member.clone(), held.label.as_str()), (Some(scene.ours.member("dan")), "Tax software"));
        assert_eq!(held.expires, Some(held.created.plus(30 * DAY)));
        let text = shown.text.split("data-value dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert!(text.len() > 20, "{text}");
        let mut ann = scene.browses("ann@firm1.example").await;
        for page in [olga.open(&keys).await, olga.open("/console/desk/events").await, ann.open("/console/legacy").await] {
            assert!(!page.text.contains(&text) && !page.text.contains(&held.digest), "{}", page.path);
        }

        // CO4: of another account's page it is not there.
        let elsewhere = format!("/console/desk/accounts/{}/legacy/{}/end", scene.theirs.account, held.id);
        assert_eq!(olga.get(&elsewhere).await.status, 404);
        let csrf = olga.csrf().await;
        assert_eq!(olga.post(&elsewhere, &[("csrf", csrf)]).await.status, 404);
        let question = olga.open(&format!("{keys}/{}/end", held.id)).await;
        assert_eq!(scene.times("legacy.ended").await, 0);
        assert_eq!(olga.send(&question.own_form()).await.status, 303);
        assert_eq!(scene.times("legacy.ended").await, 1);
    })

    /// An account's plan is chosen at the desk, and one that there is not is said beside its field.
    a_plan_is_chosen(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = format!("/console/desk/accounts/{}", scene.ours.account);
        assert!(olga.open(&here).await.words().contains("Standard (the default)"));
        let form = olga.open(&format!("{here}/edit")).await.own_form();
        let page = olga.send(&form.clone().set("plan", "huge")).await;
        assert_eq!(page.status, 422);
        assert!(page.text.contains("id=\"e-plan\""), "{}", page.words());
        assert_eq!(olga.send(&form.set("plan", "large")).await.status, 303);
        let words = olga.open(&here).await.words();
        assert!(words.contains("Large") && words.contains("100,000 a month"), "{words}");
        let form = olga.open(&format!("{here}/edit")).await.own_form();
        assert_eq!(form.value("plan"), Some("large"));
        assert_eq!(olga.send(&form.set("plan", "")).await.status, 303);
        let held = scene.desk().store.account(&scene.ours.account).await.unwrap().unwrap();
        assert_eq!(held.plan, None);
    })

    /// A route's new rules are typed in a form and come back as they were; a fault stands beside its field.
    a_route_has_all_its_rules(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let form = olga.open("/console/desk/routes/new").await.own_form();
        let form = form.set("id", "full").set("path", "/full/{rest...}").set("access", "token").set("api", "docs");
        let form = form.set("scopes", "read").set("any_scopes", "write").set("upstream", "http://127.0.0.1:9");
        let form = form.set("limits", "burst client 20 10\nday address 500 day").set("in_flight", "50").set("failures", "5").set("rest", "30");
        let form = form.set("legacy", "old-login").set("assertion", "https://api.internal");
        for (field, value) in [("limits", "burst"), ("limits", "burst client 0 10"), ("any_scopes", "none"), ("legacy", "none"), ("in_flight", "x"), ("rest", "")] {
            let page = olga.send(&form.clone().set(field, value)).await;
            assert_eq!(page.status, 422, "{field}={value}");
            assert!(page.words().len() > 100);
        }
        let answer = olga.send(&form).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        let page = olga.open("/console/desk/routes/full").await.words();
        for words in ["20 in 10 seconds, for each client", "500 a day (UTC)", "old-login", "https://api.internal", "50 with each server", "5 failures in a row", "write"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let again = olga.open("/console/desk/routes/full/edit").await.own_form();
        assert_eq!(again.value("limits"), Some("burst client 20 10\nday address 500 day"));
        let before = scene.desk().store.routes().await.unwrap();
        assert_eq!(olga.send(&again).await.status, 303);
        assert_eq!(scene.desk().store.routes().await.unwrap().len(), before.len());
    })

    /// CO4: transitions are the operators' business: to members their pages are not there.
    transitions_are_not_there_for_members(OLD, |scene: Scene| async move {
        let mut olga = officer(&scene).await;
        let here = made(&scene, &mut olga).await;
        let mut ann = scene.browses("ann@firm1.example").await;
        for path in [LIST.to_owned(), here.clone(), format!("{here}/remove"), format!("{LIST}/new")] {
            assert_eq!(ann.get(&path).await.status, 404, "{path}");
        }
        let csrf = ann.csrf().await;
        assert_eq!(ann.post(&format!("{here}/remove"), &[("csrf", csrf.as_str()), ("seen", "1")]).await.status, 404);
        assert_eq!(scene.desk().store.transitions().await.unwrap().len(), 1);
    })
}
