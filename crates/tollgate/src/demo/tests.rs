//! A demo over several runs, on several days.

use super::legacy::take_undated;
use super::*;
use crate::clock::{Moved, System};
use tollgate_model::{Dated, Moment};

const DAY: i64 = 86_400;

/// A folder of a test's own, away when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("tollgate-demo-{name}-{}", std::process::id()));
        let _not_there = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn options(&self, preset: &str) -> Options {
        Options {
            preset: preset.to_owned(),
            dir: self.0.clone(),
            issuer_port: 0,
            gateway_port: 0,
            api_port: 0,
            management_port: 0,
            store: None,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = std::fs::remove_dir_all(&self.0);
    }
}

fn on(day: Moment) -> Option<Arc<dyn Clock>> {
    Some(Arc::new(Moved::to(day, System)))
}

async fn transitions(showing: &Showing) -> Vec<Dated> {
    let desk = showing.running.desk.as_ref().unwrap();
    desk.store.transitions().await.unwrap()
}

/// The answer to the client's token request.
async fn token(showing: &Showing) -> serde_json::Value {
    let of = |name: &str| showing.env[name].clone();
    let body = serde_json::json!({
        "client_id": of("TOLLGATE_CLIENT_ID"),
        "client_secret": of("TOLLGATE_CLIENT_SECRET"),
        "audience": of("TOLLGATE_AUDIENCE"),
        "grant_type": "client_credentials",
    });
    let request = reqwest::Client::new().post(of("TOLLGATE_TOKEN_URL")).json(&body);
    request.send().await.unwrap().json().await.unwrap()
}

/// Calls the API with a token, as the member.
async fn call(showing: &Showing) -> u16 {
    let token = token(showing).await["access_token"].as_str().unwrap().to_owned();
    let of = |name: &str| showing.env[name].clone();
    let url = format!("{}{}", of("TOLLGATE_GATEWAY"), of("TOLLGATE_API_PATH"));
    let request = reqwest::Client::new().get(url).bearer_auth(token);
    let request = request.header("x-email", of("TOLLGATE_USER_EMAIL"));
    request.send().await.unwrap().status().as_u16()
}

/// Signs in the old way and calls the API with what comes of it: the status of the one, and why the other was refused, if
/// it was. Where the sign-in gives nothing, the call is made with the token of a run before.
async fn old_way(showing: &Showing, held: &mut Option<String>) -> (u16, String) {
    let of = |name: &str| showing.env[name].clone();
    let http = reqwest::Client::new();
    let login = format!("{}/api/login", of("TOLLGATE_ISSUER").trim_end_matches('/'));
    let body = serde_json::json!({ "email": of("TOLLGATE_USER_EMAIL"), "password": of("TOLLGATE_USER_PASSWORD") });
    let answer = http.post(login).json(&body).send().await.unwrap();
    let signed_in = answer.status().as_u16();
    let answer: serde_json::Value = answer.json().await.unwrap();
    if let Some(token) = answer["token"].as_str() {
        *held = Some(token.to_owned());
    }
    let url = format!("{}{}", of("TOLLGATE_GATEWAY"), of("TOLLGATE_API_PATH"));
    let request = http.get(url).bearer_auth(held.as_deref().unwrap());
    let request = request.header("x-api-key", of("TOLLGATE_API_KEY"));
    let called = request.send().await.unwrap();
    let passed = called.status().is_success();
    let answer: serde_json::Value = called.json().await.unwrap();
    let why = if passed { "" } else { answer["code"].as_str().unwrap() };
    (signed_in, why.to_owned())
}

/// SS-50: the demo's end is made up around the day of its first run and stays where it is; issuer and gateway go by the
/// day that the demo was started for, back and forth, and the new way works on each (SS-51, SS-52, SS-54, SS-55).
#[test]
fn a_demo_can_be_taken_to_another_day_and_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = Folder::new("another-day");
        let options = folder.options("safesend");
        let first = Moment(1_785_000_000);
        let today = Moment(first.day() * DAY);
        let mut key = String::new();
        let mut dates = Vec::new();
        let mut held = None;
        for (day, stage, old) in [
            (first, "warned", (200, "")),
            (today.plus(31 * DAY), "ended", (401, "legacy_ended")),
            (
                today.plus(20 * DAY + 14 * 3600 + 60),
                "brownout",
                (401, "legacy_brownout"),
            ),
            (today.plus(-10 * DAY), "open", (200, "")),
            (today.plus(-31 * DAY), "before", (200, "")),
        ] {
            let showing = start(&options, on(day)).await.unwrap();
            let now = showing.running.desk.as_ref().unwrap().now();
            assert!((0..600).contains(&now.since(day)), "{stage}: {now:?}");
            let listed = transitions(&showing).await;
            let [dated] = &listed[..] else { panic!("{listed:?}") };
            assert!(!dated.transition.declared, "it can be moved by hand");
            assert_eq!(dated.transition.id.as_str(), "ciam");
            assert_eq!(dated.stage(None, now).as_str(), stage);
            assert_eq!(call(&showing).await, 200, "{stage}");
            let (signed_in, why) = old_way(&showing, &mut held).await;
            assert_eq!((signed_in, why.as_str()), old, "{stage}");
            let held = showing.env["TOLLGATE_API_KEY"].clone();
            if key.is_empty() {
                (key, dates) = (held, listed);
                assert!(!key.is_empty());
            } else {
                assert_eq!(
                    (held, listed),
                    (key.clone(), dates.clone()),
                    "{stage}: nothing is made anew"
                );
            }
            showing.stop().await;
        }
    });
}

/// A transition that somebody moved by hand stays as it is.
#[test]
fn a_later_run_leaves_the_dates_alone() {
    use tollgate_issuer::registry::transition::{Revise, revise};
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = Folder::new("dates-alone");
        let options = folder.options("safesend");
        let showing = start(&options, None).await.unwrap();
        let desk = showing.running.desk.clone().unwrap();
        let id = transitions(&showing).await[0].transition.id.clone();
        let ask = Revise {
            ends: Some(None),
            ..Default::default()
        };
        revise(&desk, &Asker::system(), &id, &ask).await.unwrap().unwrap();
        drop(desk);
        showing.stop().await;
        let again = start(&options, None).await.unwrap();
        assert_eq!(transitions(&again).await[0].transition.ends, None);
        again.stop().await;
    });
}

#[test]
fn what_a_preset_dates_itself_and_other_ends_stay_in_the_configuration() {
    let read = |name: &str| crate::settings::read(preset::text(name).unwrap()).unwrap();
    let mut config = read("safesend");
    let undated = take_undated(&mut config);
    assert_eq!((undated.len(), config.transition.len()), (1, 0));
    let mut config = read("safesend");
    config.transition[0].ends = Some("2026-07-25".to_owned());
    assert_eq!((take_undated(&mut config).len(), config.transition.len()), (0, 1));
    let mut config = read("signicat");
    let held = config.transition.len();
    assert_eq!((take_undated(&mut config).len(), config.transition.len()), (0, held));
}
