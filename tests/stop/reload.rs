//! SIGHUP: the configuration is read again.

use crate::process::{Callers, Place, behind, config, free};
use std::net::SocketAddr;
use std::path::Path;
use tollgate::settings::config::Config;
use tollgate_model::{Followed, News};
use tollgate_tests::house::{House, secrets};
use tollgate_tests::{Backend, run, until};

async fn status(gateway: SocketAddr, path: &str) -> u16 {
    let answer = reqwest::get(format!("http://{gateway}{path}")).await.unwrap();
    answer.status().as_u16()
}

/// A certificate for `localhost` in two files.
fn certificate(place: &Path) -> Vec<u8> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(place.join("chain.pem"), made.cert.pem()).unwrap();
    std::fs::write(place.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    made.cert.der().to_vec()
}

/// RL17: a route that is declared works after SIGHUP and one that no more is declared does not, and nobody who calls
/// meanwhile notices anything.
#[test]
fn what_is_declared_takes_effect_without_dropping_a_request() {
    run(async {
        let (gateway, behind) = (free().await, behind().await);
        let place = Place::new();
        let second = "[[route]]\nid = \"second\"\npath = \"/second\"\nupstream = \"echo\"\n\
                      limits = [{ name = \"all\", per = \"all\", count = 1000, window = 60 }]\n";
        let running = place.start(&config(gateway, behind, "")).await;
        let mut callers = Callers::start(gateway, 20);
        callers.more(50).await;
        assert_eq!(status(gateway, "/second").await, 404);
        std::fs::write(place.path("tollgate.toml"), config(gateway, behind, second)).unwrap();
        running.signal("HUP");
        until("the route is there", || async {
            status(gateway, "/second").await == 200
        })
        .await;
        callers.more(50).await;
        std::fs::write(place.path("tollgate.toml"), config(gateway, behind, "")).unwrap();
        running.signal("HUP");
        until("the route has gone", || async {
            status(gateway, "/second").await == 404
        })
        .await;
        callers.more(50).await;
        assert!(callers.end().await.iter().all(|connections| *connections == 1));
        assert_eq!(place.said().matches("is in force").count(), 2, "{}", place.said());
        running.signal("TERM");
        running.ended().await;
    });
}

/// RL17: a faulty configuration changes nothing and the log says why; what cannot change while it runs is named there.
#[test]
fn a_faulty_configuration_changes_nothing() {
    run(async {
        let (gateway, behind) = (free().await, behind().await);
        let place = Place::new();
        let running = place.start(&config(gateway, behind, "")).await;
        let second = "[[route]]\nid = \"second\"\npath = \"/second\"\nupstream = \"echo\"\n";
        for (faulty, words) in [
            (format!("{second}upstraem = \"echo\"\n"), "upstraem"),
            (second.replace("\"echo\"", "\"nobody\""), "nobody"),
            (second.replace("/second", "/open/{other...}"), "takes the same requests"),
        ] {
            std::fs::write(place.path("tollgate.toml"), config(gateway, behind, &faulty)).unwrap();
            let before = place.said().matches("is not taken").count();
            running.signal("HUP");
            until("it says so", || async {
                place.said().matches("is not taken").count() > before
            })
            .await;
            let said = place.said();
            let line = said.lines().rfind(|line| line.contains("is not taken")).unwrap();
            assert!(line.contains(words), "{words}: {said}");
            assert_eq!(status(gateway, "/second").await, 404);
            assert_eq!(status(gateway, "/open/x").await, 200);
        }
        let moved = config(free().await, behind, second);
        std::fs::write(place.path("tollgate.toml"), moved).unwrap();
        running.signal("HUP");
        place.says("needs a restart").await;
        let said = place.said();
        let line = said.lines().rfind(|line| line.contains("needs a restart")).unwrap();
        assert!(line.contains("gateway"), "{line}");
        until("the rest is in force", || async {
            status(gateway, "/second").await == 200
        })
        .await;
    });
}

/// RL17: a certificate that was renewed is shown after SIGHUP, and one that cannot be read is not.
#[test]
fn a_renewed_certificate_is_shown() {
    run(async {
        let (gateway, behind) = (free().await, behind().await);
        let place = Place::new();
        let dir = place.path("");
        let tls = "[gateway.tls]\ncertificate = \"chain.pem\"\nkey = \"key.pem\"\n";
        let first = certificate(&dir);
        let running = place.start(&config(gateway, behind, tls)).await;
        assert_eq!(shown(gateway).await, first);
        std::fs::write(place.path("chain.pem"), "no certificate").unwrap();
        running.signal("HUP");
        place.says("is not taken").await;
        assert_eq!(shown(gateway).await, first);
        let second = certificate(&dir);
        running.signal("HUP");
        until("the new one is shown", || async { shown(gateway).await == second }).await;
    });
}

/// The certificate that a listener shows.
async fn shown(at: SocketAddr) -> Vec<u8> {
    let client = reqwest::Client::builder()
        .tls_danger_accept_invalid_certs(true)
        .tls_info(true)
        .build()
        .unwrap();
    let answer = client.get(format!("https://{at}/open/x")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let info = answer.extensions().get::<reqwest::tls::TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}

/// RL17: a plan is no record, and still takes effect at once: at the gateway beside the issuer, and, by the feed, at others.
#[test]
fn a_plan_takes_effect() {
    run(async {
        let mut house = House::ordinary("", Backend::Sqlite).await;
        let token = house.token("docs").await;
        let gateway = house.node.gateway.clone();
        let call = async || {
            let request = house.http.get(format!("{gateway}/docs/x")).bearer_auth(&token);
            request.send().await.unwrap().status().as_u16()
        };
        for _ in 0..10 {
            assert_ne!(call().await, 429);
        }
        let before = house.desk().store.head().await.unwrap();
        let text = "[[plan]]\nid = \"small\"\nname = \"Small\"\ndefault = true\n\
                    limits = [{ name = \"few\", per = \"client\", count = 2, window = 3600 }]\n";
        let mut config = house.config.clone();
        config.plan = toml::from_str::<Config>(text).unwrap().plan;
        let waits = house.node.running.reload(&config, &secrets(&house.master_key)).await;
        assert_eq!(waits.unwrap(), Vec::<&str>::new());
        until("the plan is in force", || async { call().await == 429 }).await;
        let desk = house.node.running.desk.clone().unwrap();
        assert!(matches!(
            desk.store.log_after(before).await.unwrap(),
            Followed::News { notices } if notices.iter().any(|notice| notice.news == News::Catalogue)
        ));
    });
}
