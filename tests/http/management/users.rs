//! People who sign in, as operators look after them.

use super::commands::command;
use super::{Office, no, problem, word};
use serde_json::{Value, json};
use tollgate_keys::password::{Verdict, verify};
use tollgate_tests::Backend;
use tollgate_tests::app::{ANN, Wanted, on_each_store, text};
use tollgate_tests::house::House;

/// Hashes that crypt(3) and Python's hashlib made of [`OLD`].
const HASHES: [&str; 4] = [
    "$2b$04$abcdefghijklmnopqrstuuE7De1yMvd27e0At7fYW4Tbe/vN9hMam",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdCBvZiBzaXh0ZWVuIQ$wqzplqiQ3ylf1d4nqRxggSQWaFG/7HAJ98dWOyZ8hKM",
    "$pbkdf2-sha512$i=1000$c2FsdCBvZiBzaXh0ZWVuIQ$C30NgG6Bi11rK92E+xNl5g1s+V5fESzUqpmu6QakP89ookzrKXUiGn5BBgeuem0TuN4vi/xNsu+F8R4mIW2pEQ",
    "$scrypt$ln=10,r=8,p=1$c2FsdCBvZiBzaXh0ZWVuIQ$1ISoPox44D54e/4mKVRLsm7kDZcjzhyC6o8XZFSSNj8",
];
/// What people of another house sign in with.
const OLD: &str = "a long tin of blue herring";

async fn peopled(people: &str, backend: Backend) -> Office {
    let house = House::peopled(people, "", backend).await;
    let token = house.node.running.first_operator.as_ref().unwrap().expose().to_owned();
    Office { house, token }
}

on_both_stores! {
    /// RT6, SE3, OP4: an operator is invited, signed out and looked after through the API, and the audit log tells.
    a_person_is_looked_after(|office: Office| async move {
        let asked = json!({ "email": "Ann@Vendor.example", "name": "Ann" });
        let ann = office.make("POST", "/users", asked.clone()).await;
        assert_eq!((ann["email"].as_str(), ann["operator"].as_bool()), (Some("ann@vendor.example"), Some(true)));
        assert_eq!((ann["password"].as_bool(), ann["second_factor"].is_null()), (Some(false), true));
        let id = word(&ann["id"]);
        let path = |what: &str| format!("/users/{id}/{what}");
        office.make("POST", &path("invitation"), Value::Null).await;
        office.make("POST", &path("end-sessions"), Value::Null).await;
        assert_eq!(office.make("POST", &path("reset-second-factor"), Value::Null).await["id"], ann["id"]);

        let found = office.get("/users?email=ANN%40vendor.example").await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let found = office.get("/users?email=nobody%40vendor.example").await;
        assert_eq!(found["items"], json!([]));
        assert_eq!(office.get("/users?operators=true").await["items"][0]["id"], ann["id"]);
        let shown = office.get(&format!("/users/{id}")).await;
        assert_eq!((&shown["places"], &shown["sessions"]), (&json!([]), &json!([])));

        // Nobody else can sign in yet: whoever was only invited cannot look after the place.
        assert_eq!(problem(office.ask("POST", &path("disable"))).await, no(409, "in_use", None));

        let kinds = kinds(&office, &id).await;
        for kind in ["operator.invited", "session.ended"] {
            assert!(kinds.iter().any(|told| told == kind), "{kind} is not in {kinds:?}");
        }
    })

    /// OP5: mails are listed without the link that they hold.
    a_member_is_invited_by_mail(|office: Office| async move {
        let account = office.house.client.account.to_string();
        let member = json!({ "email": "bob@firm.example", "name": "Bob" });
        let member = office.make("POST", &format!("/accounts/{account}/members"), member).await;
        let path = format!("/members/{}/invitation", word(&member["id"]));
        office.make("POST", &path, Value::Null).await;
        let mails = office.get("/mails").await;
        assert_eq!(mails["items"][0]["to"], "bob@firm.example");
        assert!(!mails.to_string().contains("tgl_"), "{mails}");
        // A development server without a mail server shows what would have been sent.
        let id = mails["items"][0]["id"].as_str().unwrap();
        let shown = office.get(&format!("/mails/{id}/text")).await;
        assert!(shown["text"].as_str().unwrap().contains("/welcome#tgl_"), "{shown}");
        for absent in ["text", "sealed"] {
            assert!(mails["items"][0].get(absent).is_none());
        }
        let told = problem(office.ask("POST", "/members/mem_unknown/invitation")).await;
        assert_eq!(told, no(404, "not_found", None));
    })
}

async fn kinds(office: &Office, subject: &str) -> Vec<String> {
    let events = office.get(&format!("/events?subject={subject}")).await;
    events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| word(&event["kind"]))
        .collect()
}

/// OP7, SE7: people come with the hashes of another house, sign in with the password they had, and have ours afterwards.
#[test]
fn imported_people_sign_in_with_the_password_they_had() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let people: Vec<Value> = HASHES
            .iter()
            .enumerate()
            .map(|(n, hash)| {
                json!({ "email": format!("p{n}@old.example"), "name": "Pat", "password_hash": hash, "claims": { "locale": "de" } })
            })
            .collect();
        let made = office.make("POST", "/users/import", json!({ "users": people })).await;
        assert_eq!(made["items"].as_array().map(Vec::len), Some(4));
        assert!(!made.to_string().contains('$'), "no hash comes back: {made}");
        assert_eq!(
            (&made["items"][0]["email_verified"], &made["items"][0]["operator"]),
            (&json!(false), &json!(false))
        );
        for (n, hash) in HASHES.iter().enumerate() {
            let email = format!("p{n}@old.example");
            let kept = async || {
                let user = office.house.desk().store.user_by_email(&email).await.unwrap().unwrap();
                user.password.unwrap()
            };
            assert_eq!(kept().await, *hash);
            let mut wrong = office.house.visitor();
            let page = wrong.open("/console/sign-in").await;
            let form = page
                .form("/console/sign-in")
                .set("email", &email)
                .set("password", "not that");
            assert_eq!(wrong.send(&form).await.status, 422);
            assert_eq!(kept().await, *hash, "a wrong password changes nothing");
            office.house.visitor().sign_in(&email, OLD).await;
            let anew = kept().await;
            assert!(
                anew.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
                "{hash} became {anew}"
            );
            assert_eq!(verify(OLD, &anew), Verdict::Right { rehash: false });
            office.house.visitor().sign_in(&email, OLD).await;
        }
    });
}

/// CO5: a bad line keeps everybody out, and is named; nobody becomes an operator by a file.
#[test]
fn an_import_is_whole_or_nothing() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let before = office.get("/users").await;
        let good = json!({ "email": "good@old.example", "name": "Good" });
        for (bad, said) in [
            (
                json!({ "email": ANN, "name": "A" }),
                "line 8: email: somebody signs in with it already",
            ),
            (
                json!({ "email": "GOOD@old.example", "name": "A" }),
                "line 8: email: is that of line 7 already",
            ),
            (json!({ "email": "x", "name": "A" }), "line 8: email: "),
            (json!({ "email": "a@old.example", "name": "" }), "line 8: name: "),
            (
                json!({ "email": "a@old.example", "name": "A", "password_hash": "hunter2" }),
                "line 8: password_hash: ",
            ),
            (
                json!({ "email": "a@old.example", "name": "A", "claims": { "sub": "x" } }),
                "line 8: claims: \"sub\" ",
            ),
        ] {
            let body = json!({ "users": [good, bad], "first_line": 7 });
            let answer = office.ask("POST", "/users/import").json(&body).send().await.unwrap();
            assert_eq!(answer.status(), 400);
            let told: Value = answer.json().await.unwrap();
            assert_eq!((text(&told, "code"), text(&told, "field")), ("invalid", "users"));
            assert!(text(&told, "detail").contains(said), "{told} should say {said}");
            assert!(!told.to_string().contains("hunter2"));
        }
        for forbidden in ["operator", "id", "totp", "password"] {
            let mut person = good.clone();
            person[forbidden] = json!("x");
            let told = problem(office.ask("POST", "/users/import").json(&json!({ "users": [person] }))).await;
            assert_eq!(told, no(400, "invalid", Some(forbidden)));
        }
        let many = vec![good.clone(); 501];
        let told = problem(office.ask("POST", "/users/import").json(&json!({ "users": many }))).await;
        assert_eq!(told, no(400, "invalid", Some("users")));
        let checked = office
            .make("POST", "/users/import", json!({ "users": [good], "check": true }))
            .await;
        assert_eq!(checked["items"], json!([]));
        assert_eq!(office.get("/users").await, before, "nobody came in");
    });
}

/// SO-5, SO-6: what operators keep of a person reaches the client that was allowed to know it, and no other.
#[test]
fn claims_reach_the_clients_that_may_know_them() {
    on_each_store(async |backend| {
        let own =
            "[[people.scope]]\nname = \"credential\"\ndescription = \"Your credential\"\nclaims = [\"credential\"]\n";
        let office = peopled(own, backend).await;
        let house = &office.house;
        let id = word(&office.get("/users?email=ann%40firm1.example").await["items"][0]["id"]);
        let path = format!("/users/{id}");
        let claims = json!({ "birthdate": "1990-05-31", "credential": { "serial": 7 }, "given_name": "Ann" });
        let shown = office.ask("GET", &path).send().await.unwrap();
        let tag = shown.headers()["etag"].clone();
        let body = json!({ "claims": claims, "email_verified": false, "name": "Ann Lee" });
        let revised = office
            .ask("PATCH", &path)
            .header("if-match", tag.clone())
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(revised.status(), 200);
        assert_eq!(revised.json::<Value>().await.unwrap()["claims"], claims);
        let stale = office.ask("PATCH", &path).header("if-match", tag).json(&body);
        assert_eq!(problem(stale).await, no(412, "stale", None));
        for (field, value) in [
            ("claims", json!({ "birthdate": "31.05.1990" })),
            ("claims", json!({ "email": "x@y.example" })),
            ("name", json!("")),
        ] {
            let told = problem(office.ask("PATCH", &path).json(&json!({ field: value }))).await;
            assert_eq!(told, no(400, "invalid", Some(field)), "{value}");
        }
        for forbidden in ["operator", "password", "state", "email", "totp"] {
            let told = problem(office.ask("PATCH", &path).json(&json!({ forbidden: true }))).await;
            assert_eq!(told, no(400, "invalid", Some(forbidden)));
        }

        let app = house.app(Wanted::default()).await;
        let tokens = house.tokens(&app, "openid profile email credential").await;
        let (_, info) = house.user_info(text(&tokens, "access_token")).await;
        assert_eq!(
            (&info["birthdate"], &info["credential"]),
            (&claims["birthdate"], &claims["credential"])
        );
        assert_eq!(
            (&info["name"], &info["email_verified"]),
            (&json!("Ann Lee"), &json!(false))
        );
        let tokens = house.tokens(&app, "openid").await;
        let (_, info) = house.user_info(text(&tokens, "access_token")).await;
        assert!(
            info.get("birthdate").is_none() && info.get("credential").is_none(),
            "{info}"
        );
        let told = kinds(&office, &id).await;
        assert!(told.contains(&"user.revised".to_owned()), "{told:?}");
        let events = office.get(&format!("/events?subject={id}")).await.to_string();
        assert!(
            !events.contains("1990-05-31"),
            "the log names the claims and not what they say"
        );
    });
}

/// The commands do what the API does: a file comes in whole, or its bad lines are named.
#[test]
fn people_come_in_by_command() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let folder = std::env::temp_dir().join(format!("import-{}-{backend:?}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("people.jsonl");
        let line = |email: &str| json!({ "email": email, "name": "Pat", "password_hash": HASHES[0] }).to_string();
        let path = file.to_str().unwrap();

        std::fs::write(&file, format!("{}\n\n{}\n", line("a@old.example"), line(ANN))).unwrap();
        let (well, _, complaint) = command(&office, &["user", "import", path]).await;
        assert!(
            !well && complaint.contains("line 3: email: ") && complaint.contains("nobody was brought in"),
            "{complaint}"
        );
        assert_eq!(office.get("/users?email=a%40old.example").await["items"], json!([]));

        let many: Vec<String> = (0..250).map(|n| line(&format!("p{n}@old.example"))).collect();
        std::fs::write(&file, many.join("\n")).unwrap();
        let (well, said, complaint) = command(&office, &["user", "import", path, "--check"]).await;
        assert!(
            well && said.contains("250 people could be brought in"),
            "{said}{complaint}"
        );
        let (well, said, complaint) = command(&office, &["user", "import", path]).await;
        assert!(well && said.contains("250 people were brought in"), "{said}{complaint}");
        office.house.visitor().sign_in("p249@old.example", OLD).await;

        let id = word(&office.get("/users?email=p7%40old.example").await["items"][0]["id"]);
        std::fs::write(&file, r#"{ "given_name": "Pat" }"#).unwrap();
        let revise = ["user", "revise", &id, "--claims", path, "--email-verified", "true"];
        let (well, said, complaint) = command(&office, &revise).await;
        assert!(well && said.contains("given name Pat"), "{said}{complaint}");
        std::fs::remove_dir_all(&folder).unwrap();
    });
}

/// SO-5: the desk keeps what clients may be told of a person, and says at the field what is wrong.
#[test]
fn the_desk_keeps_a_persons_claims() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        office.house.person("max@vendor.example", true).await;
        let mut max = office.house.visitor_at_desk();
        max.sign_in("max@vendor.example", tollgate_tests::house::PASSWORD).await;
        let id = word(&office.get("/users?email=ann%40firm1.example").await["items"][0]["id"]);
        let path = format!("/console/desk/people/{id}/claims");
        let page = max.open(&path).await;
        let wrong = max.send(&page.own_form().set("claim-birthdate", "yesterday")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.words().contains("This must be a date"), "{}", wrong.text);
        let form = page
            .own_form()
            .set("claim-birthdate", "1990-05-31")
            .set("claim-address.country", "DE");
        let done = max.send(&form).await;
        assert!(
            done.leads_to().ends_with("?done=person-saved"),
            "{} {}",
            done.status,
            done.text
        );
        let shown = office.get(&format!("/users/{id}")).await;
        assert_eq!(
            shown["claims"],
            json!({ "birthdate": "1990-05-31", "address": { "country": "DE" } })
        );
    });
}

/// SE7, SE9, AT12: somebody without an account makes a record on the way to an application, by a link to their mail, and is
/// led back to it; an address that is known is answered the same and gets no mail.
#[test]
fn a_stranger_joins_on_the_way_to_an_application() {
    on_each_store(async |backend| {
        let office = peopled("sign_up = true", backend).await;
        let house = &office.house;
        let app = house.app(Wanted::default()).await;
        let mut eve = house.visitor();
        let page = house.asks(&mut eve, &app.ask("openid email")).await;
        let page = house.leads(&mut eve, page, &app.redirect_uri).await.unwrap();
        let join = page.path.replace("/sign-in", "/sign-up");
        let asking = async |visitor: &mut tollgate_tests::visitor::Visitor, email: &str| {
            let page = visitor.open(&join).await;
            let answer = visitor
                .send(&page.own_form().set("email", email).set("name", "Eve"))
                .await;
            (answer.status, answer.leads_to().to_owned())
        };
        let known = asking(&mut eve, ANN).await;
        assert_eq!(
            office.get("/mails").await["items"],
            json!([]),
            "somebody known gets no mail"
        );
        let new = asking(&mut eve, "eve@home.example").await;
        assert_eq!(known, new);
        let mails = office.get("/mails").await;
        assert_eq!(mails["items"][0]["to"], "eve@home.example");
        let mail = office
            .get(&format!("/mails/{}/text", word(&mails["items"][0]["id"])))
            .await;
        let link = text(&mail, "text")
            .split_whitespace()
            .find(|word| word.contains("/welcome#"))
            .unwrap();

        let page = eve.follow(link).await;
        let form = page
            .form("/console/welcome")
            .set("name", "Eve")
            .set("new_password", OLD);
        let answer = eve.send(&form).await;
        assert!(
            answer.leads_to().starts_with("/flow/"),
            "{} {}",
            answer.status,
            answer.leads_to()
        );
        let step = house.leads(&mut eve, answer, &app.redirect_uri).await.unwrap();
        assert!(step.path.ends_with("/consent"), "{}", step.path);
        let sent = eve.send(&step.own_form().set("choice", "approve")).await;
        let Err(answer) = house.leads(&mut eve, sent, &app.redirect_uri).await else {
            panic!("another page")
        };
        assert!(!answer.code().is_empty());
        let user = office.get("/users?email=eve%40home.example").await;
        assert_eq!(user["items"][0]["email_verified"], json!(true));

        // The link did its work, also for another browser.
        let mut other = house.visitor();
        assert_eq!(other.follow(link).await.status, 410);
    });
}
