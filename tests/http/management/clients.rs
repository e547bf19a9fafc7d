//! What accounts have, and clients in long lists.

use super::commands::command;
use super::{Office, no, problem, word};
use serde_json::{Value, json};
use tollgate_tests::app::on_each_store;
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

async fn peopled(extra: &str, backend: Backend) -> Office {
    let house = House::peopled("", extra, backend).await;
    let token = house.node.running.first_operator.as_ref().unwrap().expose().to_owned();
    Office { house, token }
}

on_both_stores! {
    /// SS-5, SG-3: what an account has is said by an operator, and holds for its clients.
    an_account_has_what_it_was_given(|office: Office| async move {
        let made = office.make("POST", "/accounts", json!({ "name": "Small", "apis": ["docs"], "live": false })).await;
        assert_eq!((&made["apis"], &made["live"]), (&json!(["docs"]), &json!(false)));
        let account = word(&made["id"]);
        let live = json!({ "account": account, "name": "x", "environment": "live" });
        let told = problem(office.ask("POST", "/clients").json(&live)).await;
        assert_eq!(told, no(400, "invalid", Some("environment")));
        let test = json!({ "account": account, "name": "x", "environment": "test" });
        let client = office.make("POST", "/clients", test).await;
        let client = format!("/clients/{}", word(&client["id"]));
        let mail = office.ask("PUT", &format!("{client}/grants/mail")).json(&json!({ "scopes": ["read"] }));
        let told = problem(mail).await;
        assert_eq!((told.0, told.1.as_str()), (400, "invalid"), "the account does not have this API");
        office.make("PUT", &format!("{client}/grants/docs"), json!({ "scopes": ["read"] })).await;
        let path = format!("/accounts/{account}");
        let taken = office.ask("PATCH", &path).json(&json!({ "apis": ["mail"] }));
        assert_eq!(problem(taken).await.0, 409);
        let all = office.make("PATCH", &path, json!({ "apis": null, "live": true })).await;
        assert_eq!((&all["apis"], &all["live"]), (&Value::Null, &json!(true)));
        let unknown = office.ask("PATCH", &path).json(&json!({ "apis": ["nope"] }));
        assert_eq!(problem(unknown).await, no(400, "invalid", Some("apis")));
        let found = office.get("/accounts?text=smal").await;
        assert_eq!(found["items"][0]["id"], json!(account));
    })

    clients_are_found_by_what_is_known_of_them(|office: Office| async move {
        let account = office.house.client.account.to_string();
        for (name, environment) in [("Alpha", "test"), ("beta", "live"), ("Gamma 100%", "test")] {
            let body = json!({ "account": account, "name": name, "environment": environment });
            office.make("POST", "/clients", body).await;
        }
        let names = async |query: &str| -> Vec<String> {
            let listed = office.get(&format!("/clients?{query}")).await;
            listed["items"].as_array().unwrap().iter().map(|line| word(&line["name"])).collect()
        };
        assert_eq!(names("environment=test").await, ["Alpha", "Gamma 100%"]);
        assert_eq!(names("text=BET").await, ["beta"]);
        assert_eq!(names("text=0%25").await, ["Gamma 100%"]);
        assert_eq!(names("text=_").await, Vec::<String>::new());
        assert_eq!(names("state=disabled").await, Vec::<String>::new());
        assert_eq!(names("account=acc_other").await, Vec::<String>::new());
        let own = office.get("/clients?text=robot").await;
        assert_eq!((&own["items"][0]["secrets_alive"], &own["items"][0]["account_name"]), (&json!(1), &json!("Firm")));
    })
}

/// SS-11, SG-9: redirect and logout addresses are kept as typed, and by the rules of the place.
#[test]
fn a_client_has_the_addresses_it_was_given() {
    run(async {
        let office = Office::with("[clients.redirects]\nused = true\nmost = 2\n", Backend::Sqlite).await;
        let path = format!("/clients/{}", office.house.client.id);
        let uris = json!(["https://firm.example/back?x=1"]);
        let revised = office
            .make(
                "PATCH",
                &path,
                json!({ "redirect_uris": uris, "logout_uris": ["https://firm.example/"] }),
            )
            .await;
        assert_eq!(revised["redirect_uris"], uris);
        for (field, value) in [
            ("redirect_uris", json!(["http://firm.example/"])),
            ("redirect_uris", json!(["http://localhost:8000/"])),
            ("logout_uris", json!(["javascript:alert(1)"])),
            (
                "logout_uris",
                json!(["https://a.example/", "https://b.example/", "https://c.example/"]),
            ),
        ] {
            let told = problem(office.ask("PATCH", &path).json(&json!({ field: value }))).await;
            assert_eq!(told, no(400, "invalid", Some(field)), "{value}");
        }
        let none = office.make("PATCH", &path, json!({ "redirect_uris": [] })).await;
        assert_eq!(
            (&none["redirect_uris"], &none["logout_uris"]),
            (&json!([]), &json!(["https://firm.example/"]))
        );
    });
}

/// RU4, SS-4, DI3: what people need to sign in at a client goes together, at its making and ever after.
#[test]
fn a_client_has_what_people_sign_in_with() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let account = office.house.client.account.to_string();
        let asked = |more: Value| {
            let mut body = json!({ "account": account, "name": "Portal", "environment": "live" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let plain = office.make("POST", "/clients", asked(json!({}))).await;
        assert_eq!(plain["grant_types"], json!(["client_credentials"]));
        assert_eq!(
            plain["auth_methods"],
            json!(["client_secret_basic", "client_secret_post"])
        );
        assert_eq!(plain["sign_in"]["trusted"], json!(false));

        let code = json!(["authorization_code", "refresh_token"]);
        let back = json!(["https://app.example/cb"]);
        for (more, field) in [
            (json!({ "grant_types": code }), "redirect_uris"),
            (
                json!({ "grant_types": ["refresh_token"], "redirect_uris": back }),
                "grant_types",
            ),
            (json!({ "grant_types": [], "redirect_uris": back }), "grant_types"),
            (
                json!({ "auth_methods": ["none"], "redirect_uris": back }),
                "grant_types",
            ),
            (
                json!({ "auth_methods": ["none", "client_secret_post"], "grant_types": code, "redirect_uris": back }),
                "auth_methods",
            ),
            (
                json!({ "auth_methods": ["none"], "grant_types": code, "redirect_uris": back, "sign_in": { "rotates": false } }),
                "rotates",
            ),
            (
                json!({ "sign_in": { "backchannel_logout_uri": "http://app.example/bye" } }),
                "backchannel_logout_uri",
            ),
            (
                json!({ "sign_in": { "frontchannel_logout_uri": "javascript:alert(1)" } }),
                "frontchannel_logout_uri",
            ),
            (json!({ "sign_in": { "id_token_alg": "EdDSA" } }), "id_token_alg"),
            (json!({ "sign_in": { "secret": 1 } }), "secret"),
        ] {
            let told = problem(office.ask("POST", "/clients").json(&asked(more.clone()))).await;
            assert_eq!(told, no(400, "invalid", Some(field)), "{more}");
        }
        let sign_in = json!({ "trusted": true, "pairwise": true, "backchannel_logout_uri": "https://app.example/bye" });
        let portal = json!({ "grant_types": code, "redirect_uris": back, "sign_in": sign_in });
        let portal = office.make("POST", "/clients", asked(portal)).await;
        assert_eq!(
            (&portal["grant_types"], &portal["sign_in"]["trusted"]),
            (&code, &json!(true))
        );
        let path = format!("/clients/{}", word(&portal["id"]));
        let revised = office
            .make(
                "PATCH",
                &path,
                json!({ "sign_in": { "backchannel_logout_uri": null, "rotates": false } }),
            )
            .await;
        assert_eq!(
            revised["sign_in"],
            json!({
                "trusted": true, "pairwise": true, "id_token_alg": null, "userinfo_alg": null,
                "backchannel_logout_uri": null, "frontchannel_logout_uri": null, "rotates": false,
            })
        );
        let gone = problem(office.ask("PATCH", &path).json(&json!({ "redirect_uris": [] }))).await;
        assert_eq!(gone, no(400, "invalid", Some("redirect_uris")));

        // A public client has no secret, and a client with a secret does not become one.
        let native = json!({ "auth_methods": ["none"], "grant_types": code, "redirect_uris": ["http://127.0.0.1/cb"] });
        let native = office.make("POST", "/clients", asked(native)).await;
        let native = format!("/clients/{}", word(&native["id"]));
        let told = problem(office.ask("POST", &format!("{native}/secrets")).json(&json!({}))).await;
        assert_eq!(told, no(409, "in_use", None));
        office.make("POST", &format!("{path}/secrets"), json!({})).await;
        let public = json!({ "auth_methods": ["none"], "sign_in": { "rotates": null } });
        assert_eq!(
            problem(office.ask("PATCH", &path).json(&public)).await,
            no(409, "in_use", None)
        );
    });
}

/// 3E-4: where only server applications are registered, no door makes another, and nothing is said of grant types that
/// are not offered.
#[test]
fn a_place_of_server_applications_makes_no_public_client() {
    on_each_store(async |backend| {
        let office = Office::on(backend).await;
        let account = office.house.client.account.to_string();
        let back = json!(["https://app.example/cb"]);
        for (more, field) in [
            ("auth_methods", json!(["none"])),
            ("grant_types", json!(["authorization_code"])),
        ] {
            let body = json!({ "account": account, "name": "Portal", "redirect_uris": [], more: field });
            let told = problem(office.ask("POST", "/clients").json(&body)).await;
            assert_eq!(told, no(400, "invalid", Some(more)));
        }
        let path = format!("/clients/{}", office.house.client.id);
        let told = problem(office.ask("PATCH", &path).json(&json!({ "redirect_uris": back }))).await;
        assert_eq!(
            told,
            no(400, "invalid", Some("redirect_uris")),
            "clients have no addresses here"
        );
    });
}

/// The commands do what the API does.
#[test]
fn a_client_for_people_is_made_by_command() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let account = office.house.client.account.to_string();
        let made = [
            "client",
            "create",
            "--account",
            &account,
            "--name",
            "Portal",
            "--auth-method",
            "none",
            "--grant-type",
            "authorization_code",
            "--grant-type",
            "refresh_token",
            "--redirect-uri",
            "https://app.example/cb",
            "--pairwise",
            "true",
            "--output",
            "json",
        ];
        let (well, said, complaint) = command(&office, &made).await;
        assert!(well, "{complaint}");
        let made: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(
            (&made["auth_methods"], &made["sign_in"]["pairwise"]),
            (&json!(["none"]), &json!(true))
        );
        let id = word(&made["id"]);
        let revise = [
            "client",
            "revise",
            &id,
            "--frontchannel-logout-uri",
            "https://app.example/bye",
            "--trusted",
            "true",
        ];
        let (well, said, complaint) = command(&office, &revise).await;
        assert!(well && said.contains("https://app.example/bye"), "{said}{complaint}");
        let (well, _, complaint) = command(&office, &["client", "revise", &id, "--id-token-alg", "EdDSA"]).await;
        assert!(!well && complaint.contains("EdDSA"), "{complaint}");
    });
}

/// CO5: the desk sets how people sign in at a client, and the account's own page the part of it that is the account's.
#[test]
fn the_pages_set_how_people_sign_in() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        let house = &office.house;
        let client = house.client.id.clone();
        house.person("max@vendor.example", true).await;
        let mut max = house.visitor_at_desk();
        max.sign_in("max@vendor.example", tollgate_tests::house::PASSWORD).await;
        let path = format!("/console/desk/clients/{client}/sign-in");
        let form = max.open(&path).await.own_form();
        let mut wrong = form.clone();
        wrong.fields.push(("grant_types".into(), "authorization_code".into()));
        let answer = max.send(&wrong).await;
        assert_eq!(answer.status, 422);
        assert!(
            answer.words().contains("authorization_code sends people back to it"),
            "{}",
            answer.text
        );
        let mut right = wrong.set("redirect_uris", "https://app.example/cb");
        right.fields.push(("trusted".into(), "yes".into()));
        let answer = max.send(&right).await;
        assert!(
            answer.leads_to().ends_with("?done=client-saved"),
            "{} {}",
            answer.status,
            answer.text
        );
        let shown = office.get(&format!("/clients/{client}")).await;
        assert_eq!(
            shown["grant_types"],
            json!(["client_credentials", "authorization_code"])
        );
        assert_eq!(
            (&shown["sign_in"]["trusted"], &shown["auth_methods"][0]),
            (&json!(true), &json!("client_secret_basic"))
        );

        // A developer of the account: what is typed beyond the form changes nothing.
        let member = json!({ "email": "ann@firm1.example", "name": "Ann" });
        office
            .make("POST", &format!("/accounts/{}/members", house.client.account), member)
            .await;
        let mut ann = house.visitor();
        ann.sign_in("ann@firm1.example", tollgate_tests::house::PASSWORD).await;
        let page = ann.open(&format!("/console/clients/{client}/addresses/edit")).await;
        let mut form = page.own_form().set("backchannel_logout_uri", "https://app.example/bye");
        form.fields.push(("trusted".into(), String::new()));
        form.fields.push(("pairwise".into(), "yes".into()));
        let answer = ann.send(&form).await;
        assert!(
            answer.leads_to().ends_with("?done=addresses-saved"),
            "{} {}",
            answer.status,
            answer.text
        );
        let shown = office.get(&format!("/clients/{client}")).await["sign_in"].clone();
        assert_eq!((&shown["trusted"], &shown["pairwise"]), (&json!(true), &json!(false)));
        assert_eq!(shown["backchannel_logout_uri"], json!("https://app.example/bye"));
        let look = ann.open(&format!("/console/clients/{client}/addresses")).await;
        assert!(
            look.words().contains("https://app.example/bye") && look.words().contains("For people"),
            "{}",
            look.text
        );
    });
}
