use super::*;
use crate::people::facts::{NOW, closed, fresh, guarded, origin, session, signed_in, told, user};
use crate::terms::console::ConsoleTerms;

fn terms() -> SessionTerms {
    ConsoleTerms::at("https://auth.example/console").sessions
}

fn stands(session: Session) -> bool {
    standing(session, user(), terms(), NOW).is_some()
}

/// SE4: a session ends of itself when nobody uses it, and at its absolute end used or not.
#[test]
fn a_session_ends_idle_and_absolutely() {
    let idle = terms().idle;
    let seen = |ago: i64| Session {
        seen: NOW.plus(-ago),
        ..session()
    };
    assert!(stands(seen(idle - 1)));
    assert!(!stands(seen(idle)));
    let ends = |ahead: i64| Session {
        ends: NOW.plus(ahead),
        ..session()
    };
    assert!(stands(ends(1)));
    assert!(!stands(ends(0)));
}

/// SE4, SE9: half a session is half, and waits ten minutes.
#[test]
fn half_a_session_opens_one_page_and_not_for_long() {
    let half = |ago: i64| Session {
        complete: false,
        created: NOW.plus(-ago),
        ..session()
    };
    let resumed = standing(half(HALF - 1), guarded(), terms(), NOW);
    assert!(matches!(resumed, Some(Resumed::Half(_))));
    assert!(!stands(half(HALF)));
}

/// RT6, AT13: somebody disabled has no session, whatever the cookie says.
#[test]
fn the_disabled_are_signed_out() {
    let off = User {
        state: State::Disabled,
        ..user()
    };
    assert!(standing(session(), off, terms(), NOW).is_none());
}

/// SE5: what a form must bring along is another in each session, and follows from nothing that a page shows.
#[test]
fn a_form_is_of_one_session() {
    let digests = DigestKey::from_bytes(&[7; 32]);
    let brought = csrf_digest(&digests, &session()).to_string();
    assert!(is_csrf(&digests, &session(), &brought));
    let other = Session {
        digest: "d2".into(),
        ..session()
    };
    assert!(!is_csrf(&digests, &other, &brought));
    for forged in ["", "d1", &brought[1..], &brought.to_uppercase()] {
        assert!(!is_csrf(&digests, &session(), forged), "{forged:?}");
    }
}

#[test]
fn a_browsers_name_is_shortened_and_cleaned() {
    assert_eq!(device("  Mozilla/5.0\r\n\u{1b}[31m\u{202e}x "), "Mozilla/5.0[31mx");
    assert_eq!(device(&"é".repeat(500)).chars().count(), DEVICE);
}

/// SE1, RT7: what is on record of a new session is the digest of its token, and the log has not even that.
#[test]
fn a_new_session_says_where_it_began() {
    let made = begin(&fresh(), &user(), &origin(), terms(), NOW);
    assert_eq!(
        (made.device.as_str(), made.address.as_str()),
        ("Browser 1.0", "192.0.2.7")
    );
    assert_eq!((made.created, made.seen, made.proved), (NOW, NOW, NOW));
    let Change::Record(event) = super::told("session.begun", &made, &origin(), NOW) else {
        panic!("an event")
    };
    assert!(
        !event.detail.to_string().contains(&made.digest),
        "OP5: no digest in the log"
    );
}

fn place(account: &str, member: State, state: State) -> (Member, Account) {
    let member = Member {
        id: tollgate_model::MemberId::new("mem_1"),
        account: AccountId::new(account),
        email: user().email,
        name: "Ann".into(),
        roles: Vec::new(),
        state: member,
        created: NOW,
        version: 1,
    };
    let account = Account {
        id: AccountId::new(account),
        name: "Firm".into(),
        state,
        apis: None,
        live: true,
        plan: None,
        created: NOW,
        version: 1,
    };
    (member, account)
}

/// CO4, AT16: only an account of one's own comes into view; to an operator, any that there is.
#[test]
fn a_foreign_account_is_not_found() {
    let places = [
        place("acc_1", State::Active, State::Active),
        place("acc_2", State::Disabled, State::Active),
        place("acc_3", State::Active, State::Disabled),
    ];
    let look =
        |id: &str, visited: bool| decide_view(&signed_in(), Some(&AccountId::new(id)), visited, &places, "r1", NOW);
    let made = look("acc_1", false).unwrap();
    assert_eq!(told(&made.changes), ["account.viewed"]);
    assert!(matches!(
        made.changes.first(),
        Some(Change::ViewAccount { account: Some(_), .. })
    ));
    for foreign in ["acc_2", "acc_3", "acc_9"] {
        assert_eq!(look(foreign, false).unwrap_err(), No::NotFound("account"));
    }
    assert!(look("acc_9", true).is_ok());
    assert!(decide_view(&signed_in(), None, false, &[], "r1", NOW).is_ok());
}

const FACE: Elsewhere<'static> = Elsewhere {
    factor: "face",
    shown: None,
};

/// SE2, SE4, SO-12: a factor that was shown elsewhere makes another session, with another token and the same end; the old
/// one is over in the same moment.
#[test]
fn a_factor_more_is_another_session() {
    let made = decide_step_up(&session(), &user(), FACE, &fresh(), &origin(), NOW).unwrap();
    let new = &made.answer;
    assert_eq!((new.id.as_str(), new.digest.as_str()), ("ses_2", "d2"));
    assert_eq!(new.factors, ["pwd", "face"]);
    assert_eq!(new.proved, NOW);
    assert_eq!((new.created, new.ends), (session().created, session().ends));
    assert_eq!(closed(&made.changes), Some("ses_1"));
    assert_eq!(told(&made.changes), ["session.stepped_up"]);
    assert!(made.changes.contains(&Change::AddSession(new.clone())));

    let again = decide_step_up(new, &user(), FACE, &fresh(), &origin(), NOW).unwrap();
    assert_eq!(again.answer.factors, ["pwd", "face"], "said once");
}

/// AT13: a half session, and that of somebody disabled, gets none.
#[test]
fn who_may_not_go_on_gets_no_factor_more() {
    let half = Session {
        complete: false,
        ..session()
    };
    let off = User {
        state: State::Disabled,
        ..user()
    };
    for (held, user) in [(&half, &user()), (&session(), &off)] {
        let no = decide_step_up(held, user, FACE, &fresh(), &origin(), NOW).unwrap_err();
        assert_eq!(no, Refused::Stale);
    }
}

/// OC2, SE4: a sign-in is as old as the factor that was shown last, here or elsewhere.
#[test]
fn a_factor_of_this_morning_is_of_this_morning() {
    let proved = |shown: Moment| {
        let face = Elsewhere {
            shown: Some(shown),
            ..FACE
        };
        let made = decide_step_up(&session(), &user(), face, &fresh(), &origin(), NOW).unwrap();
        assert_eq!(
            (made.answer.created, made.answer.ends),
            (session().created, session().ends)
        );
        made.answer.proved
    };
    assert_eq!(proved(NOW.plus(-20)), NOW.plus(-20));
    assert_eq!(proved(NOW.plus(-90_000)), session().proved);
    assert_eq!(proved(NOW.plus(1)), NOW);
}
