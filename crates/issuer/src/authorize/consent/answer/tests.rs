use super::*;
use crate::authorize::facts::{authorization, case, consent, fresh, terms, web};
use crate::people::facts::NOW;
use crate::registry::facts::told;
use tollgate_model::{ClientRecord, Consent, SessionId};

/// A flow that was shown the consent page in this session.
fn shown() -> Authorization {
    resume::identified(&authorization(), &fresh()).unwrap()
}

fn answer(
    held: &Authorization,
    record: &ClientRecord,
    who: &SignedIn,
    consent: Option<Consent>,
) -> Decision<Result<(), Refused>> {
    let case = case(held, record, Some(who), consent);
    decide(&case, who, &ConsentId::new("con_new"), &terms().people, ("r1", NOW))
}

/// 3E-24, 3E-26: yes is kept with who said it, to exactly what the record asks.
#[test]
fn yes_is_kept_with_who_said_it() {
    let (held, record, who) = (shown(), web(), fresh());
    let decision = answer(&held, &record, &who, None);
    assert_eq!(decision.answer, Ok(()));
    assert_eq!(told(&decision.changes), ["consent.given"]);
    let Some(Change::ReviseAuthorization { authorization, was: 3 }) = decision.changes.last() else {
        panic!("{:?}", decision.changes)
    };
    assert_eq!(authorization.stage, Stage::Consented);
    assert_eq!(authorization.scopes, held.asked.scopes);
    assert_eq!(authorization.consent.as_ref().map(ConsentId::as_str), Some("con_new"));
    assert_eq!(authorization.by.as_ref().map(|by| by.user.clone()), Some(who.user.id));
    assert!(
        decision
            .changes
            .iter()
            .any(|change| matches!(change, Change::AddConsent(_)))
    );
}

/// CO2: it counts for the session that saw the page; another one, of whomever, sees it first.
#[test]
fn another_session_does_not_agree() {
    let (record, who) = (web(), fresh());
    let mut other = fresh();
    other.session.id = SessionId::new("ses_other");
    for held in [authorization(), shown()] {
        let decision = answer(&held, &record, &other, None);
        assert_eq!(decision.answer, Err(Refused::Stale));
        assert!(decision.changes.is_empty());
    }
    // Nor is a page agreed to that was not shown.
    assert_eq!(
        answer(&authorization(), &record, &who, None).answer,
        Err(Refused::Stale)
    );
}

/// CO2: what is owed before the page is owed before the yes.
#[test]
fn nobody_agrees_who_still_owes_a_step() {
    let (mut held, record, who) = (shown(), web(), fresh());
    held.asked.acr_values = vec!["urn:acr:face".into()];
    assert_eq!(answer(&held, &record, &who, None).answer, Err(Refused::Stale));
    let mut off = web();
    off.client.state = tollgate_model::State::Disabled;
    assert_eq!(answer(&shown(), &off, &who, None).answer, Err(Refused::Stale));
}

/// Pressed twice, it is given once.
#[test]
fn a_second_press_changes_nothing() {
    let (mut held, record, who) = (shown(), web(), fresh());
    held.stage = Stage::Consented;
    let whole = consent(&[(None, "openid profile"), (Some("docs"), "read")]);
    let decision = answer(&held, &record, &who, Some(whole));
    assert_eq!(decision.answer, Ok(()));
    assert!(decision.changes.is_empty());
}
