use super::*;
use crate::people::facts::{NOW, fresh, guarded, origin, told as kinds, user};
use crate::terms::console::ConsoleTerms;
use crate::terms::people::ConnectionKind;

const ANN: &str = "ann@firm.example";

fn connection() -> Connection {
    Connection {
        name: "staff".into(),
        label: "Staff".into(),
        factor: "sso".into(),
        sign_up: true,
        kind: ConnectionKind::OpenId {
            issuer: "https://idp.example".into(),
            client_id: "us".into(),
            scopes: "openid".into(),
        },
    }
}

fn told() -> Told {
    Told {
        subject: "s1".into(),
        email: Some("Ann@Firm.example".into()),
        email_verified: true,
        name: Some("Ann".into()),
        claims: Map::new(),
        auth_time: None,
    }
}

/// An unknown identity with a verified address, that nobody has here, at a connection that takes in new people.
const NOBODY: Facts<'static> = Facts {
    known: None,
    email: Some(ANN),
    addressed: None,
    here: None,
    sign_up: true,
};

fn word(facts: &Facts<'_>) -> &'static str {
    match meet(facts) {
        Ok(Meeting::Known(_)) => "known",
        Ok(Meeting::Linked(_)) => "linked",
        Ok(Meeting::New(_)) => "new",
        Err(why) => why.code(),
    }
}

fn decided(meeting: Meeting<'_>, here: Option<&UserId>, told: &Told) -> Decision<Came> {
    let (connection, fresh, origin, id) = (connection(), fresh(), origin(), UserId::new("usr_9"));
    let coming = Coming {
        connection: &connection,
        told,
        id: &id,
        fresh: &fresh,
        origin: &origin,
    };
    let terms = ConsoleTerms::at("https://auth.example/console").sessions;
    coming.decide(meeting, here, terms, NOW)
}

fn session(came: &Decision<Came>) -> &Session {
    match &came.answer {
        Came::Begun(session) => session,
        Came::Present => panic!("no session begins"),
    }
}

/// AT12: what a provider did not verify is nobody's address, so that it neither finds nor makes anybody.
#[test]
fn an_address_that_was_not_verified_counts_for_nothing() {
    assert_eq!(verified(&told()).as_deref(), Some(ANN));
    let doubtful = Told {
        email_verified: false,
        ..told()
    };
    assert_eq!(verified(&doubtful), None);
    let odd = Told {
        email: Some("ann@firm.example, eve@firm.example".into()),
        ..told()
    };
    assert_eq!(verified(&odd), None);
    assert_eq!(word(&Facts { email: None, ..NOBODY }), "wrong");
}

/// Taking over: a new identity becomes somebody's only at a connection that is trusted with addresses, or with the person
/// at the browser; and never those' who run the place by its address alone.
#[test]
fn a_new_identity_is_not_linked_to_a_stranger() {
    let ann = user();
    let met = Facts {
        addressed: Some(&ann),
        ..NOBODY
    };
    let closed = Facts { sign_up: false, ..met };
    assert_eq!(word(&met), "linked");
    assert_eq!(word(&closed), "wrong");
    let here = Facts {
        here: Some(&ann.id),
        ..closed
    };
    assert_eq!(word(&here), "linked");
    let other = UserId::new("usr_2");
    let elsewhere = Facts {
        here: Some(&other),
        ..closed
    };
    assert_eq!(word(&elsewhere), "wrong");
    let chief = User {
        operator: true,
        ..user()
    };
    let ruling = Facts {
        addressed: Some(&chief),
        ..NOBODY
    };
    assert_eq!(word(&ruling), "wrong");
    let present = Facts {
        here: Some(&chief.id),
        ..ruling
    };
    assert_eq!(word(&present), "linked");
}

/// Whoever registered an address that is not theirs does not get its owner's identity.
#[test]
fn a_record_that_never_read_its_mail_is_not_linked() {
    let squatter = User {
        email_verified: false,
        ..user()
    };
    let met = Facts {
        addressed: Some(&squatter),
        ..NOBODY
    };
    assert_eq!(word(&met), "wrong");
    let present = Facts {
        here: Some(&squatter.id),
        ..met
    };
    assert_eq!(word(&present), "wrong");
}

/// AT13, RT6: somebody disabled comes in by no door.
#[test]
fn somebody_disabled_is_let_in_by_nobody() {
    let off = User {
        state: State::Disabled,
        ..user()
    };
    let known = Facts {
        known: Some(&off),
        ..NOBODY
    };
    assert_eq!(word(&known), "disabled");
    let met = Facts {
        addressed: Some(&off),
        ..NOBODY
    };
    assert_eq!(word(&met), "disabled");
    let ann = user();
    let came = decided(Meeting::Known(&ann), None, &told());
    let first = came.changes.first();
    assert!(matches!(first, Some(Change::ReviseUser { was, .. }) if *was == ann.version));
}

#[test]
fn nobody_new_is_taken_in_where_sign_up_is_off() {
    assert_eq!(word(&NOBODY), "new");
    let closed = Facts {
        sign_up: false,
        ..NOBODY
    };
    assert_eq!(word(&closed), "wrong");
}

#[test]
fn a_newcomer_has_a_record_an_identity_and_a_session_at_once() {
    let mut told = told();
    for (name, value) in [
        ("given_name", json!("Ann")),
        ("picture", json!("https://elsewhere.example/x.png")),
        ("credential", json!("gold")),
        ("locale", json!(7)),
        ("nickname", json!("a\u{202e}\u{0}b")),
    ] {
        told.claims.insert(name.into(), value);
    }
    let came = decided(Meeting::New(ANN), None, &told);
    assert_eq!(
        kinds(&came.changes),
        ["user.created", "identity.linked", "session.begun"]
    );
    let added = came.changes.iter().find_map(|change| match change {
        Change::AddUser { user, first: false } => Some(user),
        _ => None,
    });
    let user = added.expect("a record");
    assert_eq!((user.email.as_str(), user.name.as_str()), (ANN, "Ann"));
    assert!(user.email_verified && !user.operator && user.password.is_none());
    assert_eq!(Value::Object(user.claims.clone()), json!({ "given_name": "Ann" }));
    let linked = came.changes.iter().find_map(|change| match change {
        Change::AddIdentity(identity) => Some(identity),
        _ => None,
    });
    let linked = linked.expect("an identity");
    assert_eq!((&linked.user, linked.subject.as_str()), (&user.id, "s1"));
    let session = session(&came);
    assert_eq!(
        (&session.user, session.factors.as_slice()),
        (&user.id, ["sso".to_owned()].as_slice())
    );
    assert!(session.complete);
}

/// SE9: a provider takes the place of the password, and not of the second factor.
#[test]
fn who_has_a_second_factor_owes_it_still() {
    let came = decided(Meeting::Known(&guarded()), None, &told());
    assert!(!session(&came).complete);
    assert_eq!(kinds(&came.changes), ["session.begun"]);
}

/// OC2, SE4: the sign-in is as old as the provider says, and the session begins now and lasts as long as any.
#[test]
fn a_sign_in_is_as_old_as_the_provider_says() {
    let ann = user();
    let begun = |auth_time| {
        let told = Told { auth_time, ..told() };
        session(&decided(Meeting::Known(&ann), None, &told)).clone()
    };
    let today = begun(None);
    assert_eq!(today.proved, NOW, "nothing is said: as they came");
    assert_eq!(begun(Some(NOW.plus(1))), today, "never after now");
    for ago in [0, 30, 90_000] {
        let before = begun(Some(NOW.plus(-ago)));
        assert_eq!(before.proved, NOW.plus(-ago));
        let lasts = |one: &Session| (one.created, one.seen, one.ends);
        assert_eq!(lasts(&before), lasts(&today));
    }
}

#[test]
fn who_is_here_already_keeps_the_session_and_its_factors() {
    let ann = user();
    let came = decided(Meeting::Linked(&ann), Some(&ann.id), &told());
    assert!(matches!(came.answer, Came::Present));
    assert_eq!(kinds(&came.changes), ["identity.linked"]);
    let other = UserId::new("usr_2");
    let came = decided(Meeting::Known(&ann), Some(&other), &told());
    assert_eq!(session(&came).user, ann.id);
}
