use super::*;
use crate::legacy::facts::method;
use crate::people::facts::{guarded, origin, user};
use crate::registry::facts::{NOW, account, member, told as events};
use crate::registry::transition::tests::transition;
use serde_json::json;
use tollgate_model::{Exception, LegacyCredentialId, Transition};

const DAY: i64 = 86_400;

fn the_login() -> LegacyLogin {
    LegacyLogin {
        method: method().id,
        path: "/api/login".into(),
        email: "/email".into(),
        password: "/password".into(),
        lifetime: 28_800,
        answer: json!({ "token": "{token}" }),
        refused_status: 401,
        refused: json!({ "message": "{message}" }),
    }
}

fn fresh() -> Fresh {
    Fresh {
        id: LegacyCredentialId::new("lgc_9"),
        digest: "d9".into(),
    }
}

fn place(id: &str) -> (Member, Account) {
    let account = Account {
        id: AccountId::new(id),
        ..account()
    };
    let member = Member {
        account: account.id.clone(),
        ..member()
    };
    (member, account)
}

fn dated(exceptions: &[(&str, i64)]) -> Dated {
    Dated {
        transition: transition(),
        exceptions: exceptions
            .iter()
            .map(|(account, days)| Exception {
                transition: transition().id,
                account: AccountId::new(account),
                ends: NOW.plus(days * DAY),
                note: String::new(),
                created: NOW,
            })
            .collect(),
    }
}

fn tried(user: &User, places: &[&str], transitions: &[Dated], now: Moment) -> Decision<Shown> {
    let places = places.iter().map(|id| place(id)).collect();
    decide(user, places, &the_login(), transitions, &fresh(), &origin(), now)
}

/// SS-50, SS-55: the token is of the person's firm and of the person, and lives as long as the setting says.
#[test]
fn a_right_password_gets_a_token_of_its_firm() {
    let made = tried(&user(), &["acc_1", "acc_2"], &[dated(&[])], NOW);
    let (account, answer) = made.answer;
    let credential = answer.unwrap();
    assert_eq!(account, Some(AccountId::new("acc_1")));
    assert_eq!(
        (credential.member, credential.expires),
        (Some(member().id), Some(NOW.plus(28_800)))
    );
    assert_eq!(events(&made.changes), ["legacy.logged_in"]);
}

/// SE9: a second factor is not passed by on the old way.
#[test]
fn somebody_with_a_second_factor_uses_the_new_way() {
    let made = tried(&guarded(), &["acc_1"], &[], NOW);
    assert_eq!(made.answer, (None, Err(No::SecondFactor)));
    assert!(made.changes.is_empty());
}

#[test]
fn somebody_without_a_firm_gets_nothing() {
    assert_eq!(tried(&user(), &[], &[], NOW).answer.1, Err(No::Nowhere));
    let mut off = place("acc_1");
    off.1.state = State::Disabled;
    let made = decide(&user(), vec![off], &the_login(), &[], &fresh(), &origin(), NOW);
    assert_eq!(made.answer.1, Err(No::Nowhere));
}

/// SS-1, SS-55: after the end, and in a brown-out, nothing is given out; a firm with more time goes on.
#[test]
fn each_firm_has_its_own_end() {
    let of = [dated(&[("acc_2", 60)])];
    let at = |places: &[&str], days: i64| {
        let (account, answer) = tried(&user(), places, &of, NOW.plus(days * DAY)).answer;
        (account.map(|id| id.to_string()), answer.err())
    };
    let some = |id: &str| Some(id.to_owned());
    assert_eq!(at(&["acc_1"], 20), (some("acc_1"), Some(No::Brownout)));
    assert_eq!(
        at(&["acc_2"], 20),
        (some("acc_2"), None),
        "more time spares the brown-outs too"
    );
    assert_eq!(at(&["acc_1"], 31), (some("acc_1"), Some(No::Ended)));
    assert_eq!(at(&["acc_1", "acc_2"], 31), (some("acc_2"), None));
    assert_eq!(at(&["acc_1", "acc_2"], 61), (some("acc_1"), Some(No::Ended)));
}

/// Nobody is asked for a password where it could open nothing; where it could for one firm, everybody is.
#[test]
fn an_end_for_everybody_is_said_to_everybody() {
    let at = |of: &Dated, days: i64| over_for_all(std::slice::from_ref(of), NOW.plus(days * DAY));
    assert_eq!(at(&dated(&[]), 19), None);
    assert_eq!(at(&dated(&[]), 20), Some(No::Brownout));
    assert_eq!(at(&dated(&[]), 31), Some(No::Ended));
    assert_eq!(at(&dated(&[("acc_2", 60)]), 31), None);
    assert_eq!(at(&dated(&[("acc_2", 60)]), 61), Some(No::Ended));
    let of_one = Dated {
        transition: Transition {
            accounts: vec![AccountId::new("acc_1")],
            ..transition()
        },
        exceptions: Vec::new(),
    };
    assert_eq!(at(&of_one, 31), None);
}

#[test]
fn what_is_said_of_the_end_is_of_whom_it_is_said_to() {
    let of = [dated(&[("acc_2", 60)])];
    let ends = |account: Option<&str>, days: i64| {
        let account = account.map(AccountId::new);
        ending(&of, account.as_ref(), NOW.plus(days * DAY)).and_then(|ending| ending.ends)
    };
    assert_eq!(ends(None, -31), None);
    assert_eq!(ends(None, 0), Some(NOW.plus(30 * DAY)));
    assert_eq!(ends(Some("acc_2"), 0), Some(NOW.plus(60 * DAY)));
}
