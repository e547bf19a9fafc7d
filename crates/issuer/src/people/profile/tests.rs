use super::*;
use crate::people::facts::{NOW, closed, fresh, guarded, origin, revised, session, swept, told};

/// SE2, SE3: a changed password ends every session and every reset link; one with a new token takes this one's place.
#[test]
fn another_password_ends_the_other_sessions() {
    let made = decide_password(&guarded(), &session(), "new", &fresh(), &origin(), NOW);
    let (user, was) = revised(&made.changes).unwrap();
    assert_eq!((user.password.as_deref(), was), (Some("new"), 6));
    assert!(user.totp == guarded().totp);
    assert_eq!(
        (closed(&made.changes), swept(&made.changes)),
        (Some("ses_1"), Some(None))
    );
    assert_eq!((made.answer.id.as_str(), made.answer.digest.as_str()), ("ses_2", "d2"));
    assert_eq!((made.answer.ends, made.answer.proved), (session().ends, NOW));
    let ended = made
        .changes
        .iter()
        .position(|c| matches!(c, Change::EndSessions { .. }));
    let begun = made.changes.iter().position(|c| matches!(c, Change::AddSession(_)));
    assert!(ended < begun, "the new session is not swept away");
    let reset = |change: &Change| {
        matches!(
            change,
            Change::DropLinks {
                kind: LinkKind::Reset,
                ..
            }
        )
    };
    assert!(made.changes.iter().any(reset));
    assert_eq!(told(&made.changes), ["password.changed"]);
}
