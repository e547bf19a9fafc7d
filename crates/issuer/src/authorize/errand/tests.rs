use super::*;
use crate::authorize::facts::{asked, authorization};
use tollgate_keys::digest::DigestKey;

/// OP5: neither the verifier nor who came shows itself in a debug line.
#[test]
fn nothing_of_an_errand_is_printed() {
    let told = Told {
        subject: "s1".into(),
        email: Some("ann@firm.example".into()),
        email_verified: true,
        name: None,
        claims: Map::new(),
        auth_time: None,
    };
    assert_eq!(format!("{told:?}"), r#"Told { subject: "s1", .. }"#);
}

/// RFC 7636, Appendix B.
#[test]
fn the_challenge_is_the_verifiers() {
    let luggage = Luggage {
        state: String::new(),
        nonce: String::new(),
        verifier: Zeroizing::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into()),
    };
    assert_eq!(luggage.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

/// OC2: what the client wants of a sign-in is wanted of the provider.
#[test]
fn whoever_must_sign_in_again_does_so_there() {
    let with = |prompt: &[Prompt], max_age| {
        again(&Asked {
            prompt: prompt.to_vec(),
            max_age,
            ..asked()
        })
    };
    assert!(!with(&[], None) && !with(&[Prompt::Consent], Some(60)));
    assert!(with(&[Prompt::Login], None) && with(&[], Some(0)));
}

#[test]
fn a_hint_that_is_no_address_stays_here() {
    assert!(is_address("ann@firm.example"));
    assert!(!is_address("firm.example"));
    assert!(!is_address(&format!("{}@firm.example", "a".repeat(200))));
}

/// A step is taken from the version it was decided upon, and changes nothing but the errand.
#[test]
fn an_errand_is_all_that_changes() {
    let held = authorization();
    let errand = Errand {
        connection: "sso".into(),
        state: DigestKey::from_bytes(&[7; 32]).digest("s").to_string(),
        nonce: "n".into(),
        verifier: vec![1],
    };
    let Change::ReviseAuthorization { authorization, was } = going(&held, Some(errand.clone())) else {
        panic!("a revised record");
    };
    assert_eq!((was, authorization.errand.as_ref()), (held.version, Some(&errand)));
    let back = Authorization {
        errand: None,
        ..authorization
    };
    assert_eq!(back, held);
}
