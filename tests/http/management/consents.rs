//! What people let applications do: who lists it, and who takes it back.

use super::commands::command;
use super::{Office, no, problem, word};
use serde_json::{Value, json};
use tollgate_tests::app::{ANN, App, Wanted, on_each_store, text};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::visitor::Visitor;
use tollgate_tests::{Backend, until};

const ALL: &str = "openid email offline_access read";
const HERE: &str = "/console/profile/applications";

/// An office where Ann let an application act for her: the application, its tokens, and the consent.
async fn agreed(people: &str, backend: Backend) -> (Office, App, Value, String) {
    let office = peopled(people, backend).await;
    let app = office.house.app(Wanted::default()).await;
    let tokens = tokens(&office.house, &app).await;
    let listed = office.get(&format!("/clients/{}/consents", app.id)).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
    let consent = word(&listed["items"][0]["id"]);
    (office, app, tokens, consent)
}

async fn peopled(people: &str, backend: Backend) -> Office {
    let house = House::peopled(people, "", backend).await;
    let token = house.node.running.first_operator.as_ref().unwrap().expose().to_owned();
    Office { house, token }
}

async fn tokens(house: &House, app: &App) -> Value {
    let asked = app.ask(ALL).with("audience", "https://api.example/docs");
    let answer = house.walk(&mut house.visitor(), &asked).await;
    let (status, body) = house.redeem(app, &asked, answer.code()).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// Refresh is over at once, and every gateway refuses the access token within a second.
async fn ends(office: &Office, app: &App, tokens: &Value) {
    let house = &office.house;
    let (status, body) = house.refresh(app, text(tokens, "refresh_token")).await;
    assert_eq!((status, text(&body, "error")), (400, "invalid_grant"));
    let access = text(tokens, "access_token");
    until("the gateway refuses the token", || async {
        house.refused(access).await.is_some()
    })
    .await;
    assert_eq!(house.refused(access).await.as_deref(), Some("token_revoked"));
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

/// CO3, RT6, 3E-43, 3E-44, OP4: an operator sees what a person lets a client do, from both sides, and takes it back once; the
/// client's next request asks the person anew.
#[test]
fn an_operator_takes_a_consent_back() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("own_consents = false", backend).await;
        let house = &office.house;
        assert_eq!(house.refused(text(&tokens, "access_token")).await, None);
        let listed = office.get(&format!("/clients/{}/consents", app.id)).await;
        let user = word(&listed["items"][0]["user"]);
        let own = office.get(&format!("/users/{user}/consents")).await;
        let line = &own["items"][0];
        assert_eq!(
            (word(&line["id"]), &line["client_name"]),
            (consent.clone(), &json!("Bookkeeper"))
        );
        let given = line["given"].as_array().unwrap();
        assert!(
            given
                .iter()
                .any(|at| at["api"] == "docs" && at["scopes"] == json!(["read"])),
            "{line}"
        );
        assert!(given.iter().any(|at| at["api"].is_null()), "{line}");

        let answer = office
            .ask("DELETE", &format!("/consents/{consent}"))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 204);
        ends(&office, &app, &tokens).await;
        let again = problem(office.ask("DELETE", &format!("/consents/{consent}"))).await;
        assert_eq!(again, no(404, "not_found", None));
        assert_eq!(office.get(&format!("/users/{user}/consents")).await["items"], json!([]));
        assert!(kinds(&office, &consent).await.contains(&"consent.revoked".to_owned()));

        let mut ann = house.visitor();
        ann.sign_in(ANN, PASSWORD).await;
        let asked = app.ask(ALL).with("audience", "https://api.example/docs");
        let page = house.asks(&mut ann, &asked).await;
        let page = house.leads(&mut ann, page, &app.redirect_uri).await.unwrap();
        assert!(page.path.ends_with("/consent"), "{}", page.path);
    });
}

/// RT6, AT13: disabling a person ends all that applications may do for them, and enabling gives none of it back.
#[test]
fn a_disabled_person_lets_nobody_do_anything() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("", backend).await;
        let user = office.get("/users?email=ann%40firm1.example").await;
        let user = word(&user["items"][0]["id"]);
        for what in ["disable", "enable"] {
            office.make("POST", &format!("/users/{user}/{what}"), Value::Null).await;
        }
        ends(&office, &app, &tokens).await;
        assert_eq!(office.get(&format!("/users/{user}/consents")).await["items"], json!([]));
        assert!(kinds(&office, &consent).await.contains(&"consent.revoked".to_owned()));
    });
}

#[test]
fn what_is_not_there_has_no_consents() {
    on_each_store(async |backend| {
        let office = peopled("", backend).await;
        for path in ["/users/x/consents", "/clients/x/consents"] {
            assert_eq!(
                problem(office.ask("GET", path)).await,
                no(404, "not_found", None),
                "{path}"
            );
        }
        let client = format!("/clients/{}/consents", office.house.client.id);
        assert_eq!(office.get(&client).await["items"], json!([]));
        for query in ["limit=0", "after=%27", "order=x"] {
            assert_eq!(
                problem(office.ask("GET", &format!("{client}?{query}"))).await.0,
                400,
                "{query}"
            );
        }
        assert_eq!(
            problem(office.ask("DELETE", "/consents/x")).await,
            no(404, "not_found", None)
        );
    });
}

/// 3E-43: the commands do what the API does.
#[test]
fn a_consent_is_taken_back_by_command() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("", backend).await;
        let (well, said, complaint) = command(&office, &["consent", "list", "--client", &app.id]).await;
        assert!(
            well && said.contains(&consent) && said.contains("docs"),
            "{said}{complaint}"
        );
        assert!(!command(&office, &["consent", "list"]).await.0, "whose is to be said");
        let (well, said, complaint) = command(&office, &["consent", "revoke", &consent]).await;
        assert!(well && said.contains("taken back"), "{said}{complaint}");
        ends(&office, &app, &tokens).await;
    });
}

async fn at_home(office: &Office, email: &str) -> Visitor {
    let mut person = office.house.visitor();
    person.sign_in(email, PASSWORD).await;
    person
}

/// CO3, CO4, 3E-45: a person sees on their own page what they let applications do, and takes it back; another's is not found.
#[test]
fn a_person_takes_their_own_consent_back_and_nobody_elses() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("", backend).await;
        office.house.person("ben@firm2.example", false).await;
        let mut ben = at_home(&office, "ben@firm2.example").await;
        assert!(!ben.open(HERE).await.text.contains("Bookkeeper"));
        let foreign = ben.act(&format!("{HERE}/revoke"), &[("consent", &consent)]).await;
        let unknown = ben.act(&format!("{HERE}/revoke"), &[("consent", "con_x")]).await;
        assert_eq!((foreign.status, unknown.status), (404, 404));

        let mut ann = at_home(&office, ANN).await;
        let page = ann.open(HERE).await;
        assert!(
            page.words().contains("Bookkeeper") && page.words().contains("Documents: Read"),
            "{}",
            page.text
        );
        let form = page.form(&format!("{HERE}/revoke")).set("consent", &consent);
        let done = ann.send(&form).await;
        assert_eq!(done.leads_to(), format!("{HERE}?done=consent-revoked"));
        ends(&office, &app, &tokens).await;
    });
}

/// 3E-43: where people do not take consents back themselves, the page says whom to ask, and the press alone does nothing.
#[test]
fn where_the_preset_says_so_a_person_has_to_ask() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("own_consents = false", backend).await;
        let mut ann = at_home(&office, ANN).await;
        let page = ann.open(HERE).await;
        assert!(
            page.words().contains("Bookkeeper") && page.words().contains("ask support"),
            "{}",
            page.text
        );
        assert!(!page.text.contains(&consent));
        let pressed = ann.act(&format!("{HERE}/revoke"), &[("consent", &consent)]).await;
        assert_eq!(pressed.status, 403);
        let (status, body) = office.house.refresh(&app, text(&tokens, "refresh_token")).await;
        assert_eq!(status, 200, "{body}");
    });
}

/// CO3, 3E-43: the operators' desk lists it at the person and at the client, and asks before it takes it back.
#[test]
fn the_desk_takes_a_consent_back() {
    on_each_store(async |backend| {
        let (office, app, tokens, consent) = agreed("own_consents = false", backend).await;
        office.house.person("max@vendor.example", true).await;
        let mut max = office.house.visitor_at_desk();
        max.sign_in("max@vendor.example", PASSWORD).await;
        let at = max.open(&format!("/console/desk/clients/{}/consents", app.id)).await;
        assert!(at.words().contains(ANN), "{}", at.text);
        let question = max.open(&format!("/console/desk/consents/{consent}")).await;
        assert!(question.words().contains("Bookkeeper can act for"), "{}", question.text);
        let done = max.send(&question.own_form()).await;
        assert!(
            done.leads_to().ends_with("/consents?done=consent-revoked"),
            "{}",
            done.leads_to()
        );
        let list = done.leads_to().to_owned();
        assert!(!max.open(&list).await.words().contains("Bookkeeper"));
        ends(&office, &app, &tokens).await;
    });
}
