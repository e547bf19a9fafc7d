//! Front-Channel Logout OP: what the last page loads in frames (OpenID Connect Front-Channel Logout §2, §3).

use super::{ask, certified, client, pairs, refusal, signs_in};
use tollgate_model::client::{AuthMethod, Environment, SignIn};
use tollgate_tests::app::on_each_store;

const BYE: &str = "https://app.example/post_logout_redirect";
const FRONT: &str = "https://app.example/frontchannel_logout";

/// oidcc-frontchannel-rp-initiated-logout: a frame of the client's address with the issuer and the ID token's `sid`; then
/// back to the client with `state`, and signed out.
#[test]
fn a_client_is_told_in_a_frame() {
    on_each_store(async |backend| {
        let house = certified(backend).await;
        let sign_in = SignIn {
            frontchannel_logout_uri: Some(FRONT.to_owned()),
            ..SignIn::default()
        };
        let app = client(
            &house,
            Environment::Live,
            AuthMethod::ClientSecretBasic,
            &[BYE],
            sign_in,
        )
        .await;
        let mut ann = house.visitor();
        let signed_in = signs_in(&house, &mut ann, &app, &ask(&app, "openid")).await;
        let path = house.config.issuer.paths.end_session.clone();
        let query = format!(
            "id_token_hint={}&post_logout_redirect_uri={BYE}&state=s",
            signed_in.id_token()
        );
        let page = ann.get(&format!("{path}?{query}")).await;
        assert_eq!((page.status, page.leads_to()), (200, ""), "{}", page.text);
        let tags = page.tags();
        let frames: Vec<_> = tags.iter().filter(|tag| tag.name == "iframe").collect();
        let [frame] = frames.as_slice() else {
            panic!("one frame: {}", page.text);
        };
        let source = frame.get("src").unwrap();
        assert!(source.starts_with(&format!("{FRONT}?")), "{source}");
        let told: Vec<_> = pairs(source).into_iter().collect();
        let sid = signed_in.id["sid"].as_str().unwrap();
        assert_eq!(
            told,
            [
                ("iss".to_owned(), house.node.issuer.clone()),
                ("sid".to_owned(), sid.to_owned())
            ]
        );
        let policy = page.header("content-security-policy");
        assert!(policy.contains("frame-src https://app.example"), "{policy}");
        // Once the frames have loaded a script goes on; without one there is a link.
        let back = tags
            .iter()
            .find(|tag| tag.name == "a" && tag.get("data-leave").is_some());
        assert_eq!(
            back.and_then(|tag| tag.get("href")),
            Some(format!("{BYE}?state=s").as_str())
        );
        let script = tags
            .iter()
            .find(|tag| tag.name == "script")
            .expect("a script that goes on");
        let nonce = script.get("nonce").unwrap();
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
        let quiet = ask(&app, "openid").with("prompt", "none");
        assert_eq!(refusal(&house, &mut ann, &quiet).await, "login_required");
    });
}
