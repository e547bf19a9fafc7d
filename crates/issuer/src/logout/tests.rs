use super::*;
use crate::registry::facts::client as robot;
use crate::token::facts::{digests, known};
use tollgate_model::client::SignIn;

fn app() -> Client {
    Client {
        logout_uris: vec![
            "https://app.example/bye".into(),
            "https://app.example/bye?from=us".into(),
        ],
        ..robot()
    }
}

fn hint() -> Hint {
    Hint {
        client: app().id,
        subject: "usr_1".into(),
        session: SessionId::new("ses_1"),
    }
}

/// OC4, 3E-12, AT20: back to a listed address, octet for octet, and to no other; not even where no client is named.
#[test]
fn the_way_back_is_a_listed_one() {
    let app = app();
    assert_eq!(listed(Some(&app), None), Ok(None));
    for uri in &app.logout_uris {
        assert_eq!(listed(Some(&app), Some(uri)), Ok(Some(uri.as_str())));
        assert_eq!(listed(None, Some(uri)).unwrap_err().code, Code::RedirectUnknown);
    }
    for other in [
        "https://app.example/bye/",
        "https://app.example/Bye",
        "https://app.example/bye?from=us&x",
        "https://app.example/bye#x",
        "https://app.example:443/bye",
        "http://app.example/bye",
        "//app.example/bye",
        "/\\app.example/bye",
        "https://app.example.evil.example/bye",
        "https://app.example/bye\t",
    ] {
        assert_eq!(
            listed(Some(&app), Some(other)).unwrap_err().code,
            Code::RedirectUnknown,
            "{other}"
        );
    }
}

/// RP-Initiated Logout §2: `client_id` and ID token are of one client.
#[test]
fn a_hint_and_a_client_id_agree() {
    assert_eq!(named(None, None), Ok(None));
    assert_eq!(named(None, Some("client-two")), Ok(Some(ClientId::new("client-two"))));
    assert_eq!(named(Some(&hint()), None), Ok(Some(app().id)));
    assert_eq!(named(Some(&hint()), Some("client-one")), Ok(Some(app().id)));
    assert_eq!(
        named(Some(&hint()), Some("client-two")).unwrap_err().code,
        Code::HintMalformed
    );
}

/// RP-Initiated Logout §2: `state` goes along unchanged.
#[test]
fn state_goes_back_with_the_address() {
    let to = |uri: &str, state| with_state(uri, state);
    assert_eq!(to("https://a.example/", None), "https://a.example/");
    assert_eq!(
        to("https://a.example/", Some("a b+&c=ü")),
        "https://a.example/?state=a%20b%2B%26c%3D%C3%BC"
    );
    assert_eq!(
        to("https://a.example/?x=1", Some("s")),
        "https://a.example/?x=1&state=s"
    );
}

/// OC4: nobody is signed out unasked but by an ID token of their own.
#[test]
fn without_an_own_id_token_the_person_is_asked() {
    let (app, me, other) = (known(SignIn::default()), UserId::new("usr_1"), UserId::new("usr_2"));
    let own = |hint: Option<&Hint>, user| is_own(&digests(), hint, Some(&app), user);
    assert!(own(Some(&hint()), &me));
    assert!(!own(Some(&hint()), &other));
    assert!(!own(None, &me));
    // People sign in there no more, or it is gone.
    assert!(!is_own(&digests(), Some(&hint()), None, &me));
}
