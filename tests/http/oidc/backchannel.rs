//! Back-Channel Logout OP: the logout token, as it arrives at a client (OpenID Connect Back-Channel Logout §2.4 to §2.6).

use super::{ask, certified_with, client, half_hash, pairs, refusal, signs_in};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_protocol::jose::Algorithm;
use tollgate_tests::app::on_each_store;
use tollgate_tests::house::header;

const BYE: &str = "https://app.example/post_logout_redirect";
/// Clients on this machine may be told.
const PRIVATE: &str = "[webhooks]\nprivate_addresses = true\n";

/// What arrived.
struct Arrived {
    head: http::request::Parts,
    body: String,
}

/// A client's own server: its address, and what arrives there.
async fn listening() -> (String, mpsc::UnboundedReceiver<Arrived>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let uri = format!(
        "http://localhost:{}/backchannel_logout?own=1",
        listener.local_addr().unwrap().port()
    );
    let (told, arrived) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let told = told.clone();
            let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let told = told.clone();
                async move {
                    let (head, body) = request.into_parts();
                    let body = body.collect().await.unwrap().to_bytes();
                    let body = String::from_utf8(body.to_vec()).unwrap();
                    let _gone = told.send(Arrived { head, body });
                    Ok::<_, Infallible>(hyper::Response::new(Full::new(bytes::Bytes::new())))
                }
            });
            tokio::spawn(async move {
                let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                let _ended = server.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (uri, arrived)
}

async fn next(arrived: &mut mpsc::UnboundedReceiver<Arrived>) -> Arrived {
    let waited = tokio::time::timeout(Duration::from_secs(60), arrived.recv()).await;
    waited.expect("a logout token arrives").expect("the server runs")
}

/// oidcc-backchannel-rp-initiated-logout: OC5: the logout token arrives as the one field of a form, is signed as the
/// client's ID tokens are, and names the person and the session of its ID token; the person is back at the client, and
/// signed out.
#[test]
fn a_client_hears_of_the_logout() {
    on_each_store(async |backend| {
        let house = certified_with("", PRIVATE, backend).await;
        for algorithm in [None, Some(Algorithm::ES256)] {
            let (uri, mut arrived) = listening().await;
            let sign_in = SignIn {
                backchannel_logout_uri: Some(uri),
                id_token_alg: algorithm,
                ..SignIn::default()
            };
            let app = client(
                &house,
                Environment::Test,
                AuthMethod::ClientSecretBasic,
                &[BYE],
                sign_in,
            )
            .await;
            let mut ann = house.visitor();
            let asked = ask(&app, "openid");
            let answer = house.walk(&mut ann, &asked).await;
            let (_, body) = super::redeem(&house, &app, &asked, answer.code()).await;
            let id_token = body["id_token"].as_str().unwrap();
            let id = super::signed(&house, &app, id_token).await;
            assert!(id["sid"].is_string() && id["at_hash"] == half_hash(body["access_token"].as_str().unwrap()));

            let path = house.config.issuer.paths.end_session.clone();
            let mut url = reqwest::Url::parse(&house.at(&path)).unwrap();
            url.query_pairs_mut().extend_pairs([
                ("id_token_hint", id_token),
                ("post_logout_redirect_uri", BYE),
                ("state", "s"),
            ]);
            let page = ann.get(&format!("{path}?{}", url.query().unwrap())).await;
            assert_eq!((page.status, page.leads_to()), (303, format!("{BYE}?state=s").as_str()));

            let Arrived { head, body } = next(&mut arrived).await;
            assert_eq!(head.method, http::Method::POST);
            assert_eq!(head.uri.query(), Some("own=1"));
            assert_eq!(head.headers["content-type"], "application/x-www-form-urlencoded");
            assert!(!head.headers.contains_key("cookie") && !head.headers.contains_key("authorization"));
            let fields: Vec<_> = pairs(&format!("http://x.example/?{body}")).into_iter().collect();
            let [(name, token)] = fields.as_slice() else {
                panic!("one field: {body}");
            };
            assert_eq!(name, "logout_token");
            let logged_out = super::signed(&house, &app, token).await;
            assert_eq!(header(token)["alg"], header(id_token)["alg"]);
            assert_eq!(header(token)["typ"], "logout+jwt");
            assert_eq!((&logged_out["sub"], &logged_out["sid"]), (&id["sub"], &id["sid"]));
            assert_eq!(
                logged_out["events"],
                json!({ "http://schemas.openid.net/event/backchannel-logout": {} })
            );
            assert!(logged_out["jti"].as_str().is_some_and(|jti| !jti.is_empty()));
            assert_eq!(logged_out["iat"], house.desk().now().0);
            let told: Vec<&Value> = ["nonce", "at_hash", "auth_time", "email"]
                .iter()
                .filter_map(|claim| logged_out.get(*claim))
                .collect();
            assert!(told.is_empty(), "{logged_out}");
            let quiet = ask(&app, "openid").with("prompt", "none");
            assert_eq!(refusal(&house, &mut ann, &quiet).await, "login_required");
        }
    });
}

/// OC5: a client that did not sign the person in hears nothing, and nobody hears of a logout that did not happen. What
/// arrives first is the first that was sent.
#[test]
fn only_a_logout_that_happened_is_told() {
    on_each_store(async |backend| {
        let house = certified_with("", PRIVATE, backend).await;
        let (uri, mut arrived) = listening().await;
        let sign_in = SignIn {
            backchannel_logout_uri: Some(uri),
            ..SignIn::default()
        };
        let app = client(
            &house,
            Environment::Test,
            AuthMethod::ClientSecretBasic,
            &[BYE],
            sign_in,
        )
        .await;
        let path = house.config.issuer.paths.end_session.clone();
        let mut ann = house.visitor();
        let first = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        // Refused, asked about, and at a browser where nobody is signed in: no logout.
        for (person, query) in [
            (&mut ann, "post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fno"),
            (&mut house.visitor(), ""),
        ] {
            person
                .get(&format!("{path}?id_token_hint={}&{query}", first.id_token()))
                .await;
        }
        ann.get(&path).await;
        let mut other = house.visitor();
        let second = signs_in(&house, &mut other, &app, &ask(&app, "openid")).await;
        other.get(&format!("{path}?id_token_hint={}", second.id_token())).await;
        let heard = next(&mut arrived).await;
        let token = heard.body.strip_prefix("logout_token=").unwrap();
        let said = super::signed(&house, &app, token).await;
        assert_eq!(said["sid"], second.id["sid"]);
        assert_ne!(said["sid"], first.id["sid"]);
        let quiet = ask(&app, "openid").with("prompt", "none");
        super::at_once(&house, &mut ann, &quiet).await.code();
    });
}
