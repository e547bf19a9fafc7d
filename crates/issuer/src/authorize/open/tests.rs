use super::*;
use crate::authorize::facts::{asked, case, consent, digest, fresh, parameters, terms, web};
use crate::authorize::know::Who;
use crate::people::facts::{NOW, origin, signed_in};
use tollgate_model::authorization::Prompt;

/// AT20, OP4: a request is kept as it was read, for its browser alone, and remembered no longer than its pages lead
/// anywhere.
#[test]
fn a_record_begins_with_what_was_asked() {
    let (ask, origin, who, browser) = (parameters(""), origin(), signed_in(), digest("browser"));
    let request = Request {
        parameters: &ask,
        languages: None,
        browser: &browser,
        who: Some(&who),
        origin: &origin,
    };
    let id = AuthorizationId::new("aut_9");
    let draft = draft(&id, &request, &web(), &asked(), (1_800, NOW));
    assert_eq!((draft.stage, draft.version), (Stage::Opened, 1));
    assert_eq!(draft.asked, asked());
    assert_eq!(draft.browser, browser);
    assert_eq!((draft.expires, draft.forget_after), (NOW.plus(1_800), NOW.plus(1_800)));
    assert!(draft.scopes.is_empty() && draft.code.is_none() && draft.consent.is_none());
    assert_eq!(
        draft.by.as_ref().map(|by| by.session.clone()),
        Some(who.session.id.clone())
    );

    // OC2: who was here before has shown nothing for it yet, and may go on where nothing more is asked.
    let (record, terms) = (web(), terms());
    let whole = consent(&[(None, "openid profile"), (Some("docs"), "read")]);
    let mut case = case(&draft, &record, Some(&who), Some(whole));
    case.opening = true;
    assert!(matches!(next(&case.facts(&terms.people, NOW)), Next::Code { .. }));
    let mut login = draft.clone();
    login.asked.prompt = vec![Prompt::Login];
    let case = Case {
        authorization: &login,
        who: Who::SignedIn(&who),
        ..case
    };
    assert_eq!(next(&case.facts(&terms.people, NOW)), Next::Step(Step::SignIn));
}

/// OC2: a session of this very second is no answer to `prompt=login`.
#[test]
fn a_session_of_the_same_second_is_older_than_the_request() {
    let (mut held, record, terms, mut who) = (crate::authorize::facts::authorization(), web(), terms(), fresh());
    held.asked.prompt = vec![Prompt::Login];
    held.created = NOW;
    who.session.proved = NOW;
    who.session.created = NOW;
    let mut case = case(&held, &record, Some(&who), None);
    case.opening = true;
    assert_eq!(next(&case.facts(&terms.people, NOW)), Next::Step(Step::SignIn));
}
