use super::*;
use crate::people::facts::user;
use crate::registry::facts::{NOW, asker, told};
use crate::token::facts::{consent, revoked};

/// RT6, 3E-43, 3E-44: the consent goes with its refresh tokens, and the access tokens under it die everywhere.
#[test]
fn taking_a_consent_back_takes_its_tokens_along() {
    let changes = taken_back(&consent(), &asker(), NOW);
    assert_eq!(told(&changes), ["consent.revoked"]);
    assert_eq!(revoked(&changes), [("consent", "con_1")]);
    assert!(changes.contains(&Change::RemoveConsent { id: consent().id }));
    let Some(Change::Record(event)) = changes.last() else {
        panic!("{changes:?}")
    };
    assert_eq!(event.account, Some(consent().account));
    assert_eq!(event.detail, json!({ "client": "client-one", "user": "usr_1" }));
}

/// RT6: a node whose clock is ahead may date a token later; it is dead as well.
#[test]
fn a_token_dated_a_little_later_is_dead_as_well() {
    let changes = taken_back(&consent(), &asker(), NOW);
    let until = changes.iter().find_map(|change| match change {
        Change::Revoke(revocation) => Some(revocation.issued_until),
        _ => None,
    });
    assert_eq!(until, Some(NOW.plus(60)));
}

/// CO3: people take back what they gave.
#[test]
fn a_person_takes_back_their_own() {
    let decision = decide_own(Some(consent()), &user(), true, &asker(), NOW).unwrap();
    assert_eq!(told(&decision.changes), ["consent.revoked"]);
}

/// 3E-43: where people cannot, they are told whom to ask.
#[test]
fn where_people_cannot_an_operator_does() {
    let no = decide_own(Some(consent()), &user(), false, &asker(), NOW).unwrap_err();
    assert_eq!(no.code(), "forbidden");
}

/// CO4, AT16: somebody else's consent is not found, whether there is one or not, and whatever the terms say.
#[test]
fn anothers_consent_is_not_found() {
    let others = Consent {
        user: UserId::new("usr_2"),
        ..consent()
    };
    for own in [false, true] {
        for held in [Some(others.clone()), None] {
            let no = decide_own(held, &user(), own, &asker(), NOW).unwrap_err();
            assert_eq!(no, No::NotFound("consent"));
        }
    }
}
