//! Records of the way off the old authentication to play with.

use super::NOW;
use tollgate_model::{
    AccountId, ApiId, Exception, LegacyCredential, LegacyCredentialId, LegacyMethodId, LegacyUse, MemberId, Moment,
    RouteId, Spent, Transition, TransitionId,
    legacy::LegacyKind,
    transition::{Brownout, Subject},
};

/// The end of `login`, with everything that a transition can say.
pub(in crate::conformance) fn transition(id: &str) -> Transition {
    Transition {
        id: TransitionId::new(id),
        name: "The old sign-in \u{1F511} \" '".to_owned(),
        of: Subject::Method(LegacyMethodId::new("login")),
        routes: vec![RouteId::new("documents")],
        apis: vec![ApiId::new("api")],
        accounts: vec![AccountId::new("acc_1"), AccountId::new("acc_2")],
        opens: Some(NOW),
        warns: Some(NOW.plus(100)),
        brownouts: vec![Brownout {
            name: "first hour".to_owned(),
            from: NOW.plus(200),
            to: NOW.plus(300),
        }],
        ends: Some(NOW.plus(1000)),
        documentation: Some("https://docs.example/new?a=%20".to_owned()),
        declared: true,
        version: 1,
    }
}

/// Another end for an account, so many seconds after [`NOW`].
pub(in crate::conformance) fn exception(transition: &str, account: &str, ends: i64) -> Exception {
    Exception {
        transition: TransitionId::new(transition),
        account: AccountId::new(account),
        ends: NOW.plus(ends),
        note: "They asked for \u{23F3}".to_owned(),
        created: NOW,
    }
}

/// A key of `mem_1` in `acc_1`.
pub(in crate::conformance) fn credential(id: &str) -> LegacyCredential {
    LegacyCredential {
        id: LegacyCredentialId::new(id),
        method: LegacyMethodId::new("login"),
        kind: LegacyKind::Key,
        account: AccountId::new("acc_1"),
        member: Some(MemberId::new("mem_1")),
        digest: format!("digest of {id}"),
        label: "Their build server".to_owned(),
        created: NOW,
        expires: Some(NOW.plus(1000)),
        ended: None,
    }
}

/// So many requests on a day, one of them refused, by a credential that is on record.
pub(in crate::conformance) fn legacy_use(account: &str, day: i64, count: i64) -> LegacyUse {
    LegacyUse {
        method: LegacyMethodId::new("login"),
        account: AccountId::new(account),
        member: Some(MemberId::new("mem_1")),
        credential: Some(LegacyCredentialId::new("leg_1")),
        day,
        count,
        refused: 1,
        last: Moment(day * 86_400 + 5),
    }
}

/// So many in a slot of 60 seconds.
pub(in crate::conformance) fn spent(bucket: &str, slot: i64, count: i64) -> Spent {
    Spent {
        bucket: bucket.to_owned(),
        slot: Moment(slot),
        ends: Moment(slot + 60),
        count,
    }
}
