use super::*;
use crate::people::facts::{guarded, revised as found, swept, told, user};
use crate::registry::facts::{NOW, asker};

/// RT6, AT13: whoever is disabled is signed out everywhere in the same transaction.
#[test]
fn disabling_a_person_ends_their_sessions() {
    let made = decide_state(&user(), State::Disabled, None, &asker(), NOW).unwrap();
    assert_eq!(
        found(&made.changes).map(|(user, was)| (user.state, was)),
        Some((State::Disabled, 6))
    );
    assert_eq!(swept(&made.changes), Some(None));
    assert_eq!(told(&made.changes), ["user.disabled"]);
    assert_eq!((made.answer.state, made.answer.version), (State::Disabled, 7));

    let again = decide_state(&made.answer, State::Disabled, None, &asker(), NOW).unwrap();
    assert!(again.changes.is_empty());
    let back = decide_state(&made.answer, State::Active, None, &asker(), NOW).unwrap();
    assert_eq!(
        (told(&back.changes), swept(&back.changes)),
        (vec!["user.enabled"], None)
    );
}

#[test]
fn the_last_operator_who_can_sign_in_stays() {
    let operator = User {
        operator: true,
        ..user()
    };
    let no = decide_state(&operator, State::Disabled, None, &asker(), NOW).unwrap_err();
    assert_eq!(no.code(), "in_use");
    let other = User {
        id: UserId::new("usr_2"),
        version: 9,
        ..operator.clone()
    };
    let made = decide_state(&operator, State::Disabled, Some(&other), &asker(), NOW).unwrap();
    let held = Change::ReviseUser { user: other, was: 9 };
    assert!(
        made.changes.contains(&held),
        "two who disable each other do not both succeed"
    );
}

/// SE10: a second factor that an operator takes away signs the person out, and is told as a reset.
#[test]
fn a_lost_second_factor_is_taken_away() {
    let made = decide_reset(&guarded(), &asker(), NOW);
    let (revised, _) = found(&made.changes).unwrap();
    assert!(revised.totp.is_none() && revised.recovery.is_empty());
    assert_eq!(revised.password, guarded().password);
    assert_eq!(swept(&made.changes), Some(None));
    assert_eq!(told(&made.changes), ["second_factor.reset"]);
    assert!(decide_reset(&user(), &asker(), NOW).changes.is_empty());
}

/// SE8: one person has one address, however it is typed.
#[test]
fn an_address_has_one_form() {
    for typed in ["ann@firm.example", " Ann@Firm.Example ", "ANN@FIRM.EXAMPLE"] {
        assert_eq!(value::email("email", typed), Ok("ann@firm.example".into()));
    }
    assert!(value::email("email", "ann").is_err());
}
