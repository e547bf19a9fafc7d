use super::*;
use crate::registry::facts::told;
use crate::token::facts::{NOW, VERIFIER, ask, authorization, digests, identified, known, revoked, user};
use tollgate_keys::chance::Fixed;
use tollgate_keys::digest::Digest;
use tollgate_model::ClientId;
use tollgate_model::client::SignIn;
use tollgate_model::revocation::Revocations;
use tollgate_protocol::claims::{AccessToken, Mark};

fn asked(verifier: Option<&str>, redirect: Option<&str>) -> Parameters {
    let verifier = verifier.map(|verifier| format!("&code_verifier={verifier}"));
    let redirect = redirect.map(|redirect| format!("&redirect_uri={redirect}"));
    ask(&format!(
        "code=c{}{}",
        verifier.unwrap_or_default(),
        redirect.unwrap_or_default()
    ))
}

fn right() -> Parameters {
    asked(Some(VERIFIER), Some("https://app.example/back"))
}

fn verdict(held: &Authorization, ask: &Parameters) -> Verdict {
    judge(held, &authorization().client, false, ask, NOW)
}

fn refused(code: Code) -> Verdict {
    Verdict::Refused(Refusal::of(code))
}

fn burns(code: Code) -> Verdict {
    Verdict::Burnt(Refusal::of(code))
}

#[test]
fn a_code_with_its_verifier_and_redirect_address_is_good() {
    assert_eq!(verdict(&authorization(), &right()), Verdict::Good);
    // RFC 6749 §4.1.3: named where the request named it.
    let mut held = authorization();
    held.asked.redirect_named = false;
    assert_eq!(verdict(&held, &asked(Some(VERIFIER), None)), Verdict::Good);
    assert_eq!(verdict(&held, &right()), Verdict::Good);
}

/// PK6, AT3: another client's try is refused, whatever it has, and ends nothing; not even a spent code.
#[test]
fn a_stranger_neither_gets_nor_burns_a_code() {
    for stage in [Stage::Coded, Stage::Spent] {
        let held = Authorization {
            stage,
            ..authorization()
        };
        let other = ClientId::new("client-two");
        for public in [false, true] {
            assert_eq!(judge(&held, &other, public, &right(), NOW), refused(Code::CodeUnknown));
        }
    }
}

/// 3E-30, AT3: the redirect address of the request, octet for octet.
#[test]
fn another_redirect_address_does_not_buy_anything() {
    for other in [
        "https://app.example/back/",
        "https://app.example/Back",
        "https://app.example/back?",
        "http://app.example/back",
        "https://other.example/",
    ] {
        let ask = asked(Some(VERIFIER), Some(other));
        assert_eq!(
            verdict(&authorization(), &ask),
            refused(Code::RedirectDiffers),
            "{other}"
        );
    }
    assert_eq!(
        verdict(&authorization(), &asked(Some(VERIFIER), None)),
        refused(Code::RedirectDiffers)
    );
    let mut held = authorization();
    held.asked.redirect_named = false;
    assert_eq!(
        verdict(&held, &asked(Some(VERIFIER), Some("https://evil.example/"))),
        refused(Code::RedirectDiffers)
    );
}

/// PK3, SO-11, AT5: a wrong, an empty and a missing verifier; and the code is in the wrong hands, so it ends.
#[test]
fn a_code_without_its_proof_ends() {
    let other = VERIFIER.replace('d', "e");
    let long = "a".repeat(129);
    for wrong in [other.as_str(), &VERIFIER[..42], &long, "a"] {
        let ask = asked(Some(wrong), Some("https://app.example/back"));
        assert_eq!(verdict(&authorization(), &ask), burns(Code::VerifierWrong), "{wrong}");
    }
    for missing in [None, Some("")] {
        let ask = asked(missing, Some("https://app.example/back"));
        assert_eq!(verdict(&authorization(), &ask), burns(Code::VerifierMissing));
    }
    // The challenge itself is no verifier: `plain` is not spoken here.
    let challenge = authorization().asked.challenge.unwrap();
    let ask = asked(Some(&challenge), Some("https://app.example/back"));
    assert_eq!(verdict(&authorization(), &ask), burns(Code::VerifierWrong));

    let refusal = Refusal::of(Code::VerifierWrong);
    let changes = burnt(&authorization(), &refusal, "r1", NOW);
    assert_eq!(told(&changes), ["code.burnt"]);
    assert!(matches!(
        changes.first(),
        Some(Change::StageAuthorization {
            stage: Stage::Ended,
            was: 4,
            ..
        })
    ));
}

/// AT5: where there was no challenge a verifier is a sign of a downgrade, and a public client never went without.
#[test]
fn a_challenge_that_was_taken_out_is_noticed() {
    let mut held = authorization();
    held.asked.challenge = None;
    assert_eq!(verdict(&held, &right()), burns(Code::VerifierWrong));
    let bare = asked(None, Some("https://app.example/back"));
    assert_eq!(verdict(&held, &bare), Verdict::Good);
    assert_eq!(
        judge(&held, &held.client, true, &bare, NOW),
        burns(Code::VerifierMissing)
    );
}

/// PK5: a code ends at its second, and leads nowhere before it was sent or after it came to nothing.
#[test]
fn a_code_is_good_for_its_time() {
    let held = authorization();
    let at = |now| judge(&held, &held.client, false, &right(), now);
    assert_eq!(at(held.expires.plus(-1)), Verdict::Good);
    assert_eq!(at(held.expires), refused(Code::CodeUnknown));
    for stage in [Stage::Opened, Stage::Identified, Stage::Consented, Stage::Ended] {
        let held = Authorization {
            stage,
            ..authorization()
        };
        assert_eq!(verdict(&held, &right()), refused(Code::CodeUnknown), "{stage:?}");
    }
}

/// PK4, 3E-28: a second use takes the access tokens and the refresh tokens along, however late it comes.
#[test]
fn a_code_that_comes_twice_takes_its_tokens_along() {
    let held = Authorization {
        stage: Stage::Spent,
        ..authorization()
    };
    let late = held.expires.plus(86_400);
    assert_eq!(judge(&held, &held.client, false, &right(), late), Verdict::Again);
    let changes = again(&held, "r1", NOW);
    assert_eq!(told(&changes), ["code.reused"]);
    assert_eq!(revoked(&changes), [("authorization", "aut_1")]);
    assert!(changes.contains(&Change::RemoveFamily { id: held.id.clone() }));

    let mut list = Revocations::default();
    for change in &changes {
        if let Change::Revoke(revocation) = change {
            list.add(revocation);
        }
    }
    let bought = |authorization: &str, issued: i64| AccessToken {
        issuer: String::new(),
        subject: None,
        client_id: "client-one".into(),
        audience: Vec::new(),
        scopes: tollgate_protocol::scope::Scopes::default(),
        issued: NOW.plus(issued).0,
        not_before: None,
        expires: NOW.plus(3_600).0,
        id: None,
        bought: None,
        mark: Some(Mark {
            account: "acc_1".into(),
            secret: None,
            environment: "live".into(),
            authorization: Some(authorization.into()),
            consent: None,
        }),
    };
    assert!(list.cover("x", &bought("aut_1", -10)));
    // By a node whose clock is ahead.
    assert!(list.cover("x", &bought("aut_1", 30)));
    assert!(!list.cover("x", &bought("aut_2", -10)));
}

#[test]
fn a_code_that_was_never_spent_ends_alone() {
    let changes = ended(&authorization(), NOW);
    assert!(matches!(
        changes.as_slice(),
        [Change::StageAuthorization { was: 4, .. }]
    ));
    let over = Authorization {
        stage: Stage::Ended,
        ..authorization()
    };
    assert!(ended(&over, NOW).is_empty());
}

/// SO-9: `offline` and `offline_access`, alone or together; TE11: and only for a client that may use it.
#[test]
fn either_offline_scope_buys_a_refresh_token() {
    let mut terms = PeopleTerms::of("https://as.example/userinfo");
    terms.offline = vec!["offline".into(), "offline_access".into()];
    let client = known(SignIn::default());
    for (scopes, refreshed) in [
        ("openid offline", true),
        ("offline_access", true),
        ("openid offline offline_access read", true),
        ("openid read", false),
    ] {
        let agreed = Scopes::parse(scopes).unwrap();
        assert_eq!(lasts(&client, &agreed, &terms), refreshed, "{scopes}");
        let once = Known {
            grant_types: Box::new([GrantType::AuthorizationCode]),
            ..known(SignIn::default())
        };
        assert!(!lasts(&once, &agreed, &terms), "{scopes}");
    }
}

/// RT7, 3E-40: of a refresh token nothing is kept but digests, and the family is bound to its client.
#[test]
fn a_family_begins_with_digests_alone() {
    let plain = Plain::mint(Kind::Refresh, &Fixed::new(5)).unwrap();
    let facts = Facts {
        held: authorization(),
        by: identified(),
        consent: ConsentId::new("con_1"),
        user: user(),
    };
    let terms = RefreshTerms {
        rotates: true,
        window: 10,
        idle: Some(100),
        absolute: Some(1_000),
    };
    let family = begin(&facts, &plain, &digests(), terms, NOW);
    assert_eq!(family.client, authorization().client);
    assert_eq!(family.handle, digests().digest(plain.family()).to_string());
    assert_eq!(family.current, digests().digest(plain.expose()).to_string());
    assert_eq!((family.expires, family.created), (NOW.plus(100), NOW));
    for kept in [&family.handle, &family.current] {
        assert!(!plain.expose().contains(kept.as_str()));
        assert!(Digest::parse(kept).is_some());
    }
}
