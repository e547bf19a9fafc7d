use super::*;
use crate::people::facts::{NOW, closed, fresh, guarded, origin, revised, session, swept, told, user};
use crate::terms::console::ConsoleTerms;

fn terms() -> SessionTerms {
    ConsoleTerms::at("https://auth.example/console").sessions
}

fn right() -> Shown {
    Shown {
        right: true,
        anew: None,
    }
}

/// SE2, AT15: the session that begins has an id and a token of its own, and is decided on the person's version.
#[test]
fn a_right_password_begins_a_session() {
    let made = decide(Some(&user()), &right(), &fresh(), ground(&origin(), None)).unwrap();
    assert!(made.answer.complete);
    assert_eq!((made.answer.id.as_str(), made.answer.digest.as_str()), ("ses_2", "d2"));
    assert_eq!(
        (made.answer.proved, made.answer.ends),
        (NOW, NOW.plus(terms().absolute))
    );
    assert_eq!(made.answer.address, "192.0.2.7");
    assert_eq!(revised(&made.changes), Some((&user(), 6)));
    assert_eq!(told(&made.changes), ["session.begun"]);
}

/// SE7: nobody, somebody without a password and a wrong password are the same refusal; somebody disabled is told apart
/// in the log only, and only with the right password.
#[test]
fn who_is_not_let_in_learns_nothing() {
    let refused =
        |user: Option<&User>, shown: &Shown| decide(user, shown, &fresh(), ground(&origin(), None)).unwrap_err();
    let none = User {
        password: None,
        ..user()
    };
    let off = User {
        state: State::Disabled,
        ..user()
    };
    let wrong = Shown::default();
    for (who, shown) in [
        (None, &wrong),
        (None, &right()),
        (Some(&none), &wrong),
        (Some(&none), &right()),
        (Some(&user()), &wrong),
        (Some(&off), &wrong),
    ] {
        assert_eq!(refused(who, shown), Refused::Wrong);
    }
    assert_eq!(refused(Some(&off), &right()), Refused::Disabled);
    assert_eq!(Refused::Disabled.told(), Refused::Wrong);
}

/// OP7: a hash of another cost is made anew while the password is at hand.
#[test]
fn an_old_hash_is_replaced_at_sign_in() {
    let shown = Shown {
        right: true,
        anew: Some("new".into()),
    };
    let made = decide(Some(&user()), &shown, &fresh(), ground(&origin(), None)).unwrap();
    let (revised, was) = revised(&made.changes).unwrap();
    assert_eq!((revised.password.as_deref(), was), (Some("new"), 6));
}

/// SE9: the password alone begins half a session where there is a second factor.
#[test]
fn a_password_alone_is_half_a_session_for_the_guarded() {
    let made = decide(Some(&guarded()), &right(), &fresh(), ground(&origin(), None)).unwrap();
    assert!(!made.answer.complete);
}

fn half() -> Session {
    Session {
        complete: false,
        ..session()
    }
}

/// The secret of RFC 6238 appendix B.
fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

/// What an app with that secret shows at `NOW`, worked out apart from this code.
const CODE: &str = "768147";

fn try_second(user: &User, code: &str, recovery: Option<&str>) -> Result<Decision<Session>, Refused> {
    let typed = Typed {
        code,
        recovery: recovery.map(str::to_owned),
    };
    decide_second(&half(), user, &secret(), &typed, &fresh(), &origin(), NOW)
}

/// SE2, SE9: the code is used up with the person's version, the half session ends while it is there, and another takes
/// its place: of fifty who come with it at once one finds all of that.
#[test]
fn a_code_works_once() {
    let made = try_second(&guarded(), CODE, None).unwrap();
    assert!(made.answer.complete);
    assert_eq!(made.answer.factors, ["pwd", "otp"]);
    assert_eq!((made.answer.digest.as_str(), made.answer.ends), ("d2", half().ends));
    assert_eq!(closed(&made.changes), Some("ses_1"));
    let (revised, was) = revised(&made.changes).unwrap();
    assert_eq!((revised.totp.as_ref().unwrap().last_step, was), (NOW.0 / 30, 6));
    assert_eq!(told(&made.changes), ["session.completed"]);

    assert_eq!(try_second(revised, CODE, None).unwrap_err(), Refused::Wrong);
    assert_eq!(try_second(&guarded(), "12345", None).unwrap_err(), Refused::Wrong);
}

/// OC2: who showed a factor elsewhere this morning and the second one here is signed in as of coming here.
#[test]
fn a_second_factor_here_makes_a_sign_in_young() {
    let typed = Typed {
        code: CODE,
        recovery: None,
    };
    let proved = |proved: Moment| {
        let half = Session { proved, ..half() };
        let made = decide_second(&half, &guarded(), &secret(), &typed, &fresh(), &origin(), NOW);
        made.unwrap().answer.proved
    };
    assert_eq!(proved(NOW.plus(-90_000)), half().created);
    assert_eq!(proved(half().created), half().created);
}

/// SE9: a recovery code works once, and the others stay.
#[test]
fn a_recovery_code_works_once() {
    let made = try_second(&guarded(), "typed", Some("one")).unwrap();
    assert_eq!(made.answer.factors, ["pwd", "rec"]);
    let (revised, _) = revised(&made.changes).unwrap();
    assert_eq!(revised.recovery, ["two"]);
    assert_eq!(try_second(revised, "typed", Some("one")).unwrap_err(), Refused::Wrong);
    assert_eq!(
        try_second(&guarded(), "typed", Some("three")).unwrap_err(),
        Refused::Wrong
    );
}

/// AT13: somebody disabled between the two factors does not get in.
#[test]
fn a_second_factor_does_not_help_the_disabled() {
    let off = User {
        state: State::Disabled,
        ..guarded()
    };
    assert_eq!(try_second(&off, "typed", Some("one")).unwrap_err(), Refused::Stale);
}

/// SE2, SE4: showing the password again renews the token, not the end, and the account in view stays in view.
#[test]
fn a_step_up_takes_the_sessions_place() {
    let made = decide_again(&session(), &user(), &right(), &fresh(), &origin(), NOW).unwrap();
    assert_eq!((made.answer.digest.as_str(), made.answer.proved), ("d2", NOW));
    assert_eq!(
        (made.answer.ends, made.answer.created),
        (session().ends, session().created)
    );
    assert_eq!(closed(&made.changes), Some("ses_1"));
    assert_eq!(swept(&made.changes), None);
    let no = decide_again(&session(), &user(), &Shown::default(), &fresh(), &origin(), NOW).unwrap_err();
    assert_eq!(no, Refused::Wrong);
}

/// SE10: a password that was shown too long ago does not count, and half a session never does.
#[test]
fn a_password_counts_for_a_while() {
    let terms = terms();
    let shown = |ago: i64| Session {
        proved: NOW.plus(-ago),
        ..session()
    };
    assert!(is_proved(&shown(terms.proved - 1), terms, NOW));
    assert!(!is_proved(&shown(terms.proved), terms, NOW));
    let half = Session {
        complete: false,
        ..shown(0)
    };
    assert!(!is_proved(&half, terms, NOW));
}

fn ground<'a>(origin: &'a Origin, before: Option<&'a Session>) -> Ground<'a> {
    Ground {
        origin,
        before,
        terms: terms(),
        now: NOW,
    }
}

/// OC5: clients go on knowing a person who signs in anew at the same browser, and do not take somebody else for them.
#[test]
fn the_same_person_at_the_same_browser_stays_in_line() {
    let begun = |before: &Session| {
        let origin = origin();
        let made = decide(Some(&user()), &right(), &fresh(), ground(&origin, Some(before)));
        made.unwrap().answer
    };
    let own = begun(&session());
    assert_ne!(own.id, session().id);
    assert_eq!(own.line, session().line);
    let other = Session {
        user: tollgate_model::UserId::new("usr_2"),
        ..session()
    };
    let other = begun(&other);
    assert_eq!(other.line, other.id);
}

/// SE10: coming from another provider is no password shown; showing it afterwards is.
#[test]
fn a_connection_proves_nothing_to_this_house() {
    let lately = |factors: &[&str]| Session {
        factors: factors.iter().map(|factor| (*factor).to_owned()).collect(),
        proved: NOW,
        ..session()
    };
    for (factors, proved) in [
        (&["pwd"][..], true),
        (&["pwd", "otp"], true),
        (&["elsewhere"], false),
        (&["pwd", "otp", "elsewhere"], false),
    ] {
        assert_eq!(is_proved(&lately(factors), terms(), NOW), proved, "{factors:?}");
    }
    let mut back = lately(&["elsewhere", "pwd"]);
    session::shown_last(&mut back, "elsewhere");
    assert!(!is_proved(&back, terms(), NOW), "{:?}", back.factors);
    let again = decide_again(&back, &user(), &right(), &fresh(), &origin(), NOW)
        .unwrap()
        .answer;
    assert_eq!(again.factors, ["elsewhere", "pwd"]);
    assert!(is_proved(&again, terms(), NOW));
}

/// SE10: what a provider says of when somebody signed in there is no password shown here, be it ever so late.
#[test]
fn a_providers_word_proves_nothing_to_this_house() {
    let begun = session::begin(&fresh(), &user(), &origin(), terms(), NOW);
    for shown in [None, Some(NOW), Some(NOW.plus(-1)), Some(NOW.plus(-90_000))] {
        let elsewhere = session::Elsewhere {
            factor: "elsewhere",
            shown,
        };
        let stepped = session::decide_step_up(&begun, &user(), elsewhere, &fresh(), &origin(), NOW).unwrap();
        assert!(is_proved(&begun, terms(), NOW));
        assert!(!is_proved(&stepped.answer, terms(), NOW), "{shown:?}");
    }
}
