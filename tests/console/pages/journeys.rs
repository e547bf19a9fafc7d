//! Ways that people go: invited, signed up, locked out, with a second factor.

use crate::scene::{OPERATOR, Scene};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::{Backend, run};
use totp_rs::{Builder, Secret};

const SIGN_UP: &str = "
[console]
sign_up = true
[console.default_client]
name = \"My first client\"
api = \"docs\"
scopes = [\"read\"]
";

on_both_stores! {
    /// SG-3, SG-7: anybody opens a test account at once: form, mail, password, and there is its client.
    anybody_opens_a_test_account(SIGN_UP, |scene: Scene| async move {
        let mut eve = scene.visitor();
        assert!(eve.open("/console/sign-in").await.text.contains("/console/sign-up"));
        let form = eve.open("/console/sign-up").await.form("/console/sign-up");
        let form = form.set("email", "Eve@firm3.example").set("name", "Eve").set("account", "Third Firm");
        assert_eq!(eve.send(&form).await.leads_to(), "/console/mail-sent");
        let link = scene.link("eve@firm3.example").await;
        let page = eve.follow(&link).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let weak = eve.send(&page.form("/console/welcome").set("new_password", "short")).await;
        assert_eq!(weak.status, 422, "the link is not lost for it");
        let form = weak.form("/console/welcome").set("new_password", "a third battery phrase");
        let answer = eve.send(&form).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console"));
        let list = eve.open("/console/clients").await;
        assert!(list.text.contains("My first client"), "{}", list.text);
        // Test clients only.
        let form = eve.open("/console/clients/new").await.own_form();
        let form = form.set("name", "For real").set("api", "docs").set("scopes-docs", "read").set("environment", "live");
        assert_eq!(eve.send(&form).await.status, 422);
        // SE9: the link is spent.
        let mut other = scene.visitor();
        assert_eq!(other.follow(&link).await.status, 410);
    })

    /// SG-3: where accounts are not opened like that there is no such page, and no such form.
    where_nobody_signs_up_there_is_no_page("", |scene: Scene| async move {
        let mut eve = scene.visitor();
        let before = scene.everything().await;
        assert_eq!(eve.get("/console/sign-up").await.status, 404);
        let fields = [("email", "eve@firm3.example"), ("name", "Eve"), ("account", "Third Firm")];
        assert_eq!(eve.post("/console/sign-up", &fields).await.status, 404);
        assert_eq!(scene.everything().await, before);
    })

    /// An admin invites a colleague, who follows the mailed link, chooses a password and is there; a mail program that
    /// opened the link before took nothing away (AT26).
    a_colleague_is_invited("", |scene: Scene| async move {
        let mut ann = scene.browses("ann@firm1.example").await;
        let form = ann.open("/console/members/invite").await.own_form();
        let form = form.set("email", "eve@firm1.example").set("name", "Eve").set("roles", "Viewer");
        let answer = ann.send(&form).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console/members?done=invited"));
        assert!(ann.open("/console/members").await.text.contains("eve@firm1.example"));
        let link = scene.link("eve@firm1.example").await;
        assert!(link.starts_with(&format!("{}/console/welcome#tgl_", scene.desk().terms.issuer.trim_end_matches('/'))), "AT12: {link}");
        let mut eve = scene.visitor();
        for _ in 0..3 {
            assert_eq!(scene.visitor().follow(&link).await.status, 200);
        }
        let page = eve.follow(&link).await;
        assert!(page.text.contains("Harbour Shipping"), "{}", page.text);
        assert!(!page.text.contains("tgl_"), "the token is not on the page");
        let form = page.form("/console/welcome").set("name", "Eve").set("new_password", PASSWORD);
        let answer = eve.send(&form).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console"));
        assert_eq!(eve.cookies.len(), 1, "the link's cookie is gone");
        assert_eq!(eve.open("/console/clients").await.status, 200);
        assert_eq!(eve.get("/console/members").await.status, 403, "SS-6");
        let spent = scene.visitor().follow(&link).await;
        assert_eq!(spent.status, 410);
    })

    /// SE3, SE7, SE9: a forgotten password is replaced by mail, and everybody who was signed in is out.
    a_forgotten_password_is_replaced("", |scene: Scene| async move {
        let mut before = scene.browses("ann@firm1.example").await;
        let mut ann = scene.visitor();
        let form = ann.open("/console/forgot").await.form("/console/forgot").set("email", "ann@firm1.example");
        assert_eq!(ann.send(&form).await.leads_to(), "/console/mail-sent");
        let page = ann.follow(&scene.link("ann@firm1.example").await).await;
        let form = page.form("/console/welcome").set("new_password", "a newer battery phrase");
        assert_eq!(ann.send(&form).await.leads_to(), "/console");
        ann.open("/console/profile").await;
        assert_eq!(before.get("/console/profile").await.status, 303);
        let fields = [("email", "ann@firm1.example"), ("password", PASSWORD)];
        assert_eq!(scene.visitor().post("/console/sign-in", &fields).await.status, 422);
    })

    /// SE9, SE10: a second factor is set up from the key on the page, asked for at the next sign-in, and taken away
    /// again after the password.
    a_second_factor_is_set_up("", |scene: Scene| async move {
        let mut ann = scene.browses("ann@firm1.example").await;
        let page = ann.open("/console/profile/second-factor").await;
        assert!(page.text.contains("<svg"), "the QR code");
        let words = page.words();
        let keys: Vec<_> = words.split(['<', '>', '"']).map(|word| word.replace(' ', "")).collect();
        let base32 = |word: &&String| word.len() == 32 && word.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b));
        let key = keys.iter().find(base32).expect("the key to type");
        let app = Builder::new().with_secret(Secret::try_from_base32(key).unwrap()).build_noncompliant();
        let code = || app.generate(u64::try_from(scene.now().0).unwrap()).to_string();
        let form = page.form("/console/profile/second-factor");
        let wrong = ann.send(&form.clone().set("otp", "000000")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.words().replace(' ', "").contains(key.as_str()), "the same key again");
        let shown = ann.send(&form.set("otp", &code())).await;
        assert_eq!(shown.status, 200, "{}", shown.text);
        let list = shown.text.split("<code data-value>").nth(1).unwrap().split('<').next().unwrap();
        let recovery: Vec<_> = list.split_whitespace().map(str::to_owned).collect();
        assert_eq!(recovery.len(), 10);
        assert!(!ann.open("/console/profile").await.text.contains(&recovery[0]));

        scene.clock.forward(60);
        let mut again = scene.visitor();
        assert_eq!(again.sign_in("ann@firm1.example", PASSWORD).await, "/console/second-factor");
        let form = again.open("/console/second-factor").await.form("/console/second-factor");
        assert_eq!(again.send(&form.set("otp", &code())).await.leads_to(), "/console");
        let mut paper = scene.visitor();
        paper.sign_in("ann@firm1.example", PASSWORD).await;
        let form = paper.open("/console/second-factor?with=recovery").await.form("/console/second-factor");
        let form = form.set("recovery_code", &recovery[0]);
        assert_eq!(paper.send(&form).await.leads_to(), "/console");

        scene.clock.forward(scene.desk().terms.console.sessions.proved);
        let path = "/console/profile/second-factor/remove";
        let asked = again.get(path).await;
        assert_eq!(asked.status, 303, "SE10");
        let form = again.open(asked.leads_to()).await.form("/console/prove").set("password", PASSWORD);
        assert_eq!(again.send(&form).await.leads_to(), path);
        let form = again.open(path).await.own_form();
        assert_eq!(again.send(&form).await.leads_to(), "/console/profile?done=factor-removed");
        let mut plain = scene.visitor();
        assert_eq!(plain.sign_in("ann@firm1.example", PASSWORD).await, "/console");
    })

    /// SE3: a person sees their sessions, ends one and ends the others.
    sessions_are_seen_and_ended("", |scene: Scene| async move {
        let mut ann = scene.browses("ann@firm1.example").await;
        let (mut two, mut three) = (scene.browses("ann@firm1.example").await, scene.browses("ann@firm1.example").await);
        let page = ann.open("/console/profile").await;
        let ended: Vec<_> = page.tags().into_iter().filter(|tag| tag.name == "button" && tag.get("name") == Some("session")).collect();
        assert_eq!(ended.len(), 2);
        let form = page.form("/console/profile/sessions/end").and("session", ended[0].get("value").unwrap());
        assert_eq!(ann.send(&form).await.leads_to(), "/console/profile?done=session-ended");
        let alive = [two.get("/console/profile").await.status, three.get("/console/profile").await.status];
        assert_eq!(alive.iter().filter(|status| **status == 200).count(), 1);
        let form = ann.open("/console/profile").await.form("/console/profile/sessions/end-others");
        assert_eq!(ann.send(&form).await.leads_to(), "/console/profile?done=sessions-ended");
        for other in [&mut two, &mut three] {
            assert_eq!(other.get("/console/profile").await.status, 303);
        }
        ann.open("/console/profile").await;
    })

    /// SG-10: somebody in several accounts chooses; what they then see is that one's.
    a_member_of_two_accounts_chooses("", |scene: Scene| async move {
        let add = tollgate_issuer::registry::member::Add {
            email: "ann@firm1.example".into(),
            name: "Ann".into(),
            roles: vec!["Viewer".into()],
        };
        let system = tollgate_issuer::registry::Asker::system();
        let added = tollgate_issuer::registry::member::add(scene.desk(), &system, &scene.theirs.account, &add).await;
        added.unwrap().unwrap();
        let mut ann = scene.browses("ann@firm1.example").await;
        assert!(ann.get("/console/clients").await.leads_to().starts_with("/console/accounts"));
        for (firm, other) in [(&scene.ours, &scene.theirs), (&scene.theirs, &scene.ours)] {
            let page = ann.open("/console/accounts").await;
            let forms = page.forms();
            assert!(forms.iter().any(|form| form.action == "/console/accounts" && form.method == "post"), "{}", page.text);
            let answer = ann.act("/console/accounts", &[("account", firm.account.as_str())]).await;
            assert_eq!(answer.status, 303);
            let list = ann.open("/console/clients").await;
            assert!(list.text.contains(firm.client.as_str()) && !list.text.contains(other.client.as_str()));
            assert_eq!(ann.get(&format!("/console/clients/{}", other.client)).await.status, 404, "CO4");
        }
        // A viewer there, an admin here.
        assert_eq!(ann.get("/console/members").await.status, 403);
    })
}

/// SE11: the first operator comes by the link of the first start, to where the desk is open, and nobody comes by it
/// again.
#[test]
fn the_first_operator_follows_the_printed_link() {
    run(async {
        let house = House::ordinary("", Backend::Sqlite).await;
        let link = house.node.running.first_link.as_ref().unwrap().to_string();
        assert!(
            link.starts_with(&format!("{}/console/welcome#tgl_", house.node.management)),
            "where the desk is"
        );
        let mut olga = house.visitor_at_desk();
        let form = olga.follow(&link).await.form("/console/welcome");
        let form = form
            .set("email", OPERATOR)
            .set("name", "Olga")
            .set("new_password", PASSWORD);
        let answer = olga.send(&form).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console"));
        assert_eq!(olga.get("/console").await.leads_to(), "/console/desk");
        olga.open("/console/desk").await;
        assert_eq!(house.visitor_at_desk().follow(&link).await.status, 410);
    });
}
