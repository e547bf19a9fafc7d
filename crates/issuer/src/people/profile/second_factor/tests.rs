use super::*;
use crate::people::facts::{NOW, guarded, origin, revised, session, swept, told, user};

fn try_change(user: &User, what: SecondFactor) -> Result<Decision<()>, Refused> {
    decide(
        user,
        &session(),
        what,
        |user| user.recovery = vec!["new".into()],
        &origin(),
        NOW,
    )
}

/// SE9, SE10: a second factor that was set up ends the sessions where none was shown, all but this one.
#[test]
fn a_second_factor_signs_the_other_browsers_out() {
    let made = try_change(&user(), SecondFactor::Set).unwrap();
    assert_eq!(swept(&made.changes), Some(Some("ses_1")));
    assert_eq!(revised(&made.changes).map(|(_, was)| was), Some(6));
    assert_eq!(told(&made.changes), ["second_factor.set"]);
}

#[test]
fn what_is_not_there_is_neither_removed_nor_renewed() {
    for what in [SecondFactor::Removed, SecondFactor::Codes] {
        assert_eq!(try_change(&user(), what).unwrap_err(), Refused::Stale);
    }
    assert_eq!(
        told(&try_change(&guarded(), SecondFactor::Removed).unwrap().changes),
        ["second_factor.removed"]
    );
    let made = try_change(&guarded(), SecondFactor::Codes).unwrap();
    let (revised, _) = revised(&made.changes).unwrap();
    assert!(revised.totp == guarded().totp);
    assert_eq!(revised.recovery, ["new"]);
    assert_eq!(told(&made.changes), ["recovery_codes.made"]);
}

/// What travels through a form comes back as it was, or not at all.
#[test]
fn a_form_brings_back_whole_bytes_only() {
    assert_eq!(bytes(&hexadecimal(&[0, 1, 0xab, 0xff])), Some(vec![0, 1, 0xab, 0xff]));
    assert_eq!(bytes(""), Some(Vec::new()));
    for wrong in ["a", "zz", "+1", "é0", &"0".repeat(LONGEST + 2)] {
        assert_eq!(bytes(wrong), None, "{wrong:?}");
    }
}

/// OP5: nothing of a secret in the making shows itself.
#[test]
fn a_setup_prints_as_stars() {
    let setup = Setup {
        secret: Zeroizing::new("ABCDEF".into()),
        uri: Zeroizing::new("otpauth://totp/x".into()),
        sealed: "00".into(),
    };
    assert_eq!(format!("{setup:?}"), "Setup(***)");
}
