//! Plain facts for the tests of the deciding functions.

use super::{Origin, session};
use crate::rights::SignedIn;
use serde_json::json;
use tollgate_model::link::LinkKind;
use tollgate_model::user::Totp;
use tollgate_model::{Change, Link, LinkId, Moment, Session, SessionId, State, User, UserId};

pub(crate) const NOW: Moment = Moment(1_800_000_000);

pub(crate) fn origin() -> Origin {
    Origin {
        address: "192.0.2.7".parse().ok(),
        device: "Browser 1.0".into(),
        request: "r1".into(),
    }
}

pub(crate) fn user() -> User {
    User {
        claims: serde_json::Map::new(),
        email_verified: true,
        id: UserId::new("usr_1"),
        email: "ann@firm.example".into(),
        name: "Ann".into(),
        password: Some("phc".into()),
        totp: None,
        recovery: Vec::new(),
        operator: false,
        state: State::Active,
        created: NOW.plus(-1_000),
        version: 6,
    }
}

/// With a second factor, and two recovery codes.
pub(crate) fn guarded() -> User {
    User {
        totp: Some(Totp {
            sealed: Vec::new(),
            since: NOW.plus(-500),
            last_step: 0,
        }),
        recovery: vec!["one".into(), "two".into()],
        ..user()
    }
}

pub(crate) fn session() -> Session {
    Session {
        id: SessionId::new("ses_1"),
        line: SessionId::new("ses_1"),
        digest: "d1".into(),
        user: user().id,
        complete: true,
        account: None,
        factors: vec!["pwd".into()],
        created: NOW.plus(-120),
        seen: NOW.plus(-30),
        proved: NOW.plus(-120),
        ends: NOW.plus(1_000),
        device: "Browser".into(),
        address: String::new(),
    }
}

pub(crate) fn signed_in() -> SignedIn {
    SignedIn {
        user: user(),
        session: session(),
    }
}

pub(in crate::people) fn fresh() -> session::Fresh {
    session::Fresh {
        id: SessionId::new("ses_2"),
        digest: "d2".into(),
    }
}

pub(crate) fn link(kind: LinkKind, user: Option<&User>) -> Link {
    Link {
        id: LinkId::new("lnk_1"),
        digest: "dl".into(),
        kind,
        email: "ann@firm.example".into(),
        user: user.map(|user| user.id.clone()),
        detail: json!({}),
        created: NOW.plus(-60),
        expires: NOW.plus(60),
    }
}

/// The kinds of the events among changes.
pub(crate) fn told(changes: &[Change]) -> Vec<&str> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::Record(event) => Some(event.kind.as_str()),
            _ => None,
        })
        .collect()
}

/// The person as revised, and the version that it was decided upon.
pub(crate) fn revised(changes: &[Change]) -> Option<(&User, i64)> {
    changes.iter().find_map(|change| match change {
        Change::ReviseUser { user, was } => Some((user, *was)),
        _ => None,
    })
}

/// The session that is ended while it is there.
pub(crate) fn closed(changes: &[Change]) -> Option<&str> {
    changes.iter().find_map(|change| match change {
        Change::EndSession { id, .. } => Some(id.as_str()),
        _ => None,
    })
}

/// Which sessions are ended without condition: all, or all but one.
pub(crate) fn swept(changes: &[Change]) -> Option<Option<&str>> {
    changes.iter().find_map(|change| match change {
        Change::EndSessions { but, .. } => Some(but.as_ref().map(SessionId::as_str)),
        _ => None,
    })
}

pub(crate) fn spent(changes: &[Change]) -> bool {
    changes.iter().any(|change| matches!(change, Change::SpendLink { .. }))
}
