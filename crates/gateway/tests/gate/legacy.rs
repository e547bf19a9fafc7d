//! Old ways of authenticating, and their end.

mod calendar;
mod elsewhere;
mod mixed;
mod recognised;
mod routes;
mod told;

use crate::scene::*;
use std::sync::atomic::Ordering;
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::transition::{Brownout, Exception, Subject};
use tollgate_model::{
    AccountId, ActingUser, Dated, LegacyCredentialId, LegacyKnown, LegacyMethod, LegacyMethodId, Moment, Route,
    Snapshot, Transition, TransitionId,
};
use tollgate_protocol::claims::Profile;

const DAY: i64 = 86_400;
/// When answers begin to say that the old way is deprecated.
const OPENS: i64 = NOW + 10 * DAY;
/// An hour in which it is refused.
const DARK: i64 = NOW + 60 * DAY;
/// When it ends. No year is written into anything but this setting.
const ENDS: i64 = NOW + 100 * DAY;
/// When it ends for the one firm that asked for time.
const LATE: i64 = NOW + 130 * DAY;

/// An old token and a key of the firm, the same of a firm that has more time, and of one that has none.
const BEARER: &str = "8c1f.old-session";
const KEY: &str = "f00dfeed";
const LATE_BEARER: &str = "late-session";
const LATE_KEY: &str = "late-key";
const OTHER_KEY: &str = "other-key";

fn method(id: &str, bearer: bool, keys: &[&str]) -> LegacyMethod {
    LegacyMethod {
        id: LegacyMethodId::new(id),
        name: id.to_owned(),
        bearer,
        key_headers: keys.iter().map(|&name| name.to_owned()).collect(),
        verify: None,
    }
}

fn ends(id: &str, of: Subject, exceptions: &[(&str, i64)]) -> Dated {
    Dated {
        transition: Transition {
            id: TransitionId::new(id),
            name: id.to_owned(),
            of,
            routes: Vec::new(),
            apis: Vec::new(),
            accounts: Vec::new(),
            opens: Some(Moment(OPENS)),
            warns: Some(Moment(OPENS + 20 * DAY)),
            brownouts: vec![Brownout {
                name: "first hour".into(),
                from: Moment(DARK),
                to: Moment(DARK + 3600),
            }],
            ends: Some(Moment(ENDS)),
            documentation: Some("https://docs.safesend.example/ciam".into()),
            declared: true,
            version: 1,
        },
        exceptions: exceptions
            .iter()
            .map(|(account, ends)| Exception {
                transition: TransitionId::new(id),
                account: AccountId::new(account),
                ends: Moment(*ends),
                note: "asked for time".into(),
                created: Moment(NOW),
            })
            .collect(),
    }
}

fn of_method(id: &str) -> Subject {
    Subject::Method(LegacyMethodId::new(id))
}

/// The old login and subscription key on all of SafeSend, a key alone on a route of Signicat, and their end.
fn house(snapshot: &mut Snapshot) {
    snapshot.legacy = vec![
        method("login", true, &["x-api-key", "ocp-apim-subscription-key"]),
        method("key", false, &["x-subscription-key"]),
    ];
    snapshot.transitions = vec![ends("ciam", of_method("login"), &[("acc_late", LATE)])];
    take(snapshot, &["upload", "returns"], "login");
    take(snapshot, &["identify"], "key");
}

fn take(snapshot: &mut Snapshot, routes: &[&str], method: &str) {
    let taken = |route: &&mut Route| routes.contains(&route.id.as_str());
    for route in snapshot.routes.iter_mut().filter(taken) {
        route.legacy.push(LegacyMethodId::new(method));
    }
}

/// What is on record of a credential.
fn known(method: &str, kind: LegacyKind, account: &str, member: Option<&str>) -> LegacyKnown {
    LegacyKnown {
        id: LegacyCredentialId::new(format!("leg_{account}_{}", kind.as_str())),
        method: LegacyMethodId::new(method),
        kind,
        account: AccountId::new(account),
        member: member.map(|email| ActingUser {
            account: AccountId::new(account),
            ..crate::scene::member(email, account, "Preparer").1
        }),
        expires: None,
    }
}

fn name(text: &str) -> String {
    Digest::from_bytes(token_hash(text)).to_string()
}

impl Scene {
    async fn old(change: impl FnOnce(&mut Snapshot)) -> Self {
        let scene = Self::with(
            |snapshot| {
                house(snapshot);
                change(snapshot);
            },
            Props::default(),
        )
        .await;
        for (text, credential) in [
            (
                BEARER,
                known("login", LegacyKind::Bearer, "acc_firm", Some("nobody@firm.test")),
            ),
            (KEY, known("login", LegacyKind::Key, "acc_firm", None)),
            (LATE_BEARER, known("login", LegacyKind::Bearer, "acc_late", None)),
            (LATE_KEY, known("login", LegacyKind::Key, "acc_late", None)),
            (OTHER_KEY, known("login", LegacyKind::Key, "acc_other", None)),
            (
                "alone",
                known("key", LegacyKind::Key, "acc_firm", Some("dev@firm.test")),
            ),
        ] {
            scene.record(text, credential);
        }
        scene
    }

    fn record(&self, text: &str, credential: LegacyKnown) {
        self.desk
            .change(|state| drop(state.legacy.insert(name(text), credential)));
    }

    fn at(&self, moment: i64) {
        self.clock.0.store(moment, Ordering::SeqCst);
    }

    fn asked(&self) -> usize {
        self.desk.legacy_asked.load(Ordering::SeqCst)
    }

    /// The upload, with an old token and a key.
    async fn old_upload(&self, bearer_text: &str, key: &str) -> Answered {
        self.upload(&[("authorization", &bearer(bearer_text)), ("x-api-key", key)])
            .await
    }

    /// A token of SafeSend that is good now.
    fn token(&self) -> String {
        let now = self.clock.0.load(Ordering::SeqCst);
        let mut claims = claims("https://api.safesend.com/", "returns");
        (claims.issued, claims.expires) = (now, now + 3600);
        bearer(&sign(key(), Profile::Auth0, &claims))
    }
}

impl Answered {
    /// `Deprecation`, `Sunset` and `Link`.
    fn end(&self) -> [&str; 3] {
        ["deprecation", "sunset", "link"].map(|name| self.header(name))
    }
}
