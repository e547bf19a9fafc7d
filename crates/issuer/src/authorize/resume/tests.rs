use super::*;
use crate::authorize::facts::{authorization, case, consent, digest, fresh, native, terms, web};
use crate::authorize::next::{Facts, Person};
use crate::people::facts::{NOW, origin, session, user};
use crate::registry::facts::{client, told as kinds};
use tollgate_model::authorization::Prompt;
use tollgate_model::{Session, SessionId, UserId};

fn standing(change: impl FnOnce(&mut Authorization, &mut ClientRecord), browser: &str, now: Moment) -> &'static str {
    let (mut held, mut record) = (authorization(), web());
    change(&mut held, &mut record);
    match stands(held, record, &digest(browser), now) {
        Standing::UnderWay(..) => "under way",
        Standing::Ended(_) => "ended",
        Standing::Untrusted => "untrusted",
        Standing::Over => "over",
    }
}

/// CO2, AT17: the flow is that browser's that opened it, and in any other there is none.
#[test]
fn another_browser_finds_nothing() {
    assert_eq!(standing(|_, _| {}, "browser", NOW), "under way");
    assert_eq!(standing(|_, _| {}, "another", NOW), "over");
    assert_eq!(standing(|held, _| held.browser.clear(), "browser", NOW), "over");
    let (held, record) = (authorization(), web());
    assert!(matches!(stands(held, record, "", NOW), Standing::Over));
}

/// PK5: neither pages nor code lead anywhere when their time is over.
#[test]
fn a_flow_ends_in_its_time() {
    let end = authorization().expires;
    assert_eq!(standing(|_, _| {}, "browser", end.plus(-1)), "under way");
    assert_eq!(standing(|_, _| {}, "browser", end), "over");
}

/// AT20: a flow whose code was sent does not send another.
#[test]
fn a_flow_is_over_once_its_code_was_sent() {
    for (stage, code, stands) in [
        (Stage::Opened, None, "under way"),
        (Stage::Identified, None, "under way"),
        (Stage::Consented, None, "under way"),
        (Stage::Coded, Some("d"), "over"),
        (Stage::Spent, Some("d"), "over"),
        (Stage::Ended, Some("d"), "over"),
        (Stage::Ended, None, "ended"),
    ] {
        let at = |held: &mut Authorization, _: &mut ClientRecord| {
            held.stage = stage;
            held.code = code.map(str::to_owned);
        };
        assert_eq!(standing(at, "browser", NOW), stands, "{stage:?}");
    }
}

/// AT4, RU5: an address that the client gave up meanwhile is not gone to, however far the person has come.
#[test]
fn an_address_that_was_given_up_is_not_gone_to() {
    let given_up = |held: &mut Authorization, record: &mut ClientRecord| {
        held.stage = Stage::Consented;
        record.client.redirect_uris = vec!["https://app.firm.example/new".into()];
    };
    assert_eq!(standing(given_up, "browser", NOW), "untrusted");
    let loopback = |held: &mut Authorization, record: &mut ClientRecord| {
        held.asked.redirect_uri = "http://127.0.0.1:4000/cb".into();
        *record = native();
    };
    assert_eq!(standing(loopback, "browser", NOW), "under way");
}

/// What the facts say of the person at the browser: fresh, chosen.
fn person(held: &Authorization, who: &SignedIn, opening: bool) -> (bool, bool) {
    let (record, terms) = (web(), terms());
    let mut case = case(held, &record, Some(who), None);
    case.opening = opening;
    let Facts {
        person: Person::Present { fresh, chosen, .. },
        ..
    } = case.facts(&terms.people, NOW)
    else {
        panic!("somebody is here")
    };
    (fresh, chosen)
}

/// OC2: what was shown in the same second, but before the request, was shown before.
#[test]
fn fresh_is_what_was_shown_since_the_request_came() {
    let mut held = authorization();
    held.created = NOW.plus(-30);
    let who = fresh();
    assert_eq!(
        person(&held, &who, true),
        (false, false),
        "nothing was shown for a request that just came"
    );
    assert_eq!(person(&held, &who, false), (true, true), "signed in since");
    held.by = Some(code::identified(&who, None));
    assert_eq!(
        person(&held, &who, false),
        (false, false),
        "in the same second, but before"
    );
    let mut later = who.clone();
    later.session.id = SessionId::new("ses_2");
    assert_eq!(person(&held, &later, false), (true, true));
    held.created = NOW.plus(-29);
    assert_eq!(person(&held, &later, false), (false, false));
}

/// OC2: who came from another provider's session has another session here, and showed nothing since the request.
#[test]
fn a_session_elsewhere_is_another_session_and_nothing_fresh() {
    let says = |held: &Authorization, session: &Session| {
        let (record, terms) = (web(), terms());
        let who = SignedIn {
            session: session.clone(),
            ..fresh()
        };
        match case(held, &record, Some(&who), None).facts(&terms.people, NOW).person {
            Person::Present {
                fresh, anew, chosen, ..
            } => (fresh, anew, chosen),
            _ => panic!("somebody is here"),
        }
    };
    // Nobody was here: the session began since.
    let mut begun = fresh().session;
    begun.proved = NOW.plus(-90_000);
    assert_eq!(says(&authorization(), &begun), (false, true, true));
    // Somebody was: one took the other's place, and it is no choice.
    let mut held = authorization();
    held.by = Some(code::identified(
        &SignedIn {
            user: user(),
            session: session(),
        },
        None,
    ));
    let stepped = Session {
        id: SessionId::new("ses_2"),
        ..session()
    };
    assert_eq!(says(&held, &stepped), (false, true, false));
    assert_eq!(says(&held, &session()), (false, false, false));
}

/// OC2: who said to be this person has chosen; a password shown again in an older session is no choice.
#[test]
fn a_choice_is_one_persons() {
    let mut old = fresh();
    old.session.created = session().created;
    assert_eq!(person(&authorization(), &old, false), (true, false));
    let held = identified(&authorization(), &old).unwrap();
    assert_eq!(held.stage, Stage::Identified);
    assert_eq!(person(&held, &old, false), (true, true));
    let mut other = old.clone();
    other.user.id = UserId::new("usr_2");
    assert_eq!(person(&held, &other, false), (true, false));
    assert_eq!(identified(&held, &old), None, "known already");
}

/// CO2: a yes on the page of this request is that person's, and is not believed when it was taken back since.
#[test]
fn a_yes_is_one_persons() {
    let (record, who, terms) = (web(), fresh(), terms());
    let mut held = identified(&authorization(), &who).unwrap();
    held.stage = Stage::Consented;
    let whole = || consent(&[(None, "openid profile"), (Some("docs"), "read")]);
    let agreed = |held: &Authorization, who: &SignedIn, consent| {
        let agreed = case(held, &record, Some(who), consent).facts(&terms.people, NOW).agreed;
        (agreed.all, agreed.here)
    };
    assert_eq!(agreed(&held, &who, Some(whole())), (true, true));
    assert_eq!(agreed(&held, &who, None), (false, true), "taken back");
    let mut other = who.clone();
    other.user.id = UserId::new("usr_2");
    assert_eq!(agreed(&held, &other, None), (false, false));
    held.asked.prompt = vec![Prompt::Consent];
    let facts = case(&held, &record, Some(&who), None);
    assert_eq!(next(&facts.facts(&terms.people, NOW)), Next::Step(Step::Consent));
}

/// OC2: a hint names a person as this client knows them.
#[test]
fn who_is_expected_is_known_by_their_sub() {
    let (record, who, terms) = (web(), fresh(), terms());
    let mut held = authorization();
    let expected = |held: &Authorization, subject: Option<&str>| {
        let mut case = case(held, &record, Some(&who), None);
        case.subject = subject.map(str::to_owned);
        matches!(
            case.facts(&terms.people, NOW).person,
            Person::Present { expected: true, .. }
        )
    };
    assert!(expected(&held, None));
    held.asked.hinted = Some(UserId::new("usr_1"));
    assert!(expected(&held, Some("usr_1")) && expected(&held, None));
    assert!(
        !expected(&held, Some("usr_pair")),
        "a pairwise client does not know the id"
    );
    held.asked.hinted = Some(UserId::new("usr_pair"));
    assert!(expected(&held, Some("usr_pair")));
    assert!(!expected(&held, Some("usr_1")));
}

/// 3E-27, OP4: what came to nothing stays so, and the log tells who said it about which client.
#[test]
fn an_end_is_kept_and_told() {
    let held = authorization();
    let Change::ReviseAuthorization { authorization, was: 3 } = ending(&held) else {
        panic!("a revision")
    };
    assert_eq!((authorization.stage, authorization.code), (Stage::Ended, None));
    let who = fresh();
    let said = |who| told(&held, who, "authorization.denied", Came::Done, &origin(), NOW);
    assert_eq!(kinds(&[said(Some(&who))]), ["authorization.denied"]);
    let (Change::Record(by_ann), Change::Record(by_nobody)) = (said(Some(&who)), said(None)) else {
        panic!("events")
    };
    assert_eq!(
        (by_ann.actor, by_nobody.actor),
        (Actor::User("usr_1".into()), Actor::Stranger)
    );
    assert_eq!(by_ann.subject, "aut_1");
    assert_eq!(by_ann.detail, serde_json::json!({ "client": client().id }));
}
