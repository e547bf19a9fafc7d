//! Records of people at clients to play with.

use super::{NOW, client, user};
use tollgate_model::{
    AccountId, ApiId, Authorization, AuthorizationId, Change, ClientId, Consent, ConsentId, Farewell, FarewellId,
    Identity, RefreshFamily, SessionId, UserId,
    authorization::{Asked, ClaimsAsked, Errand, Identified, Prompt, ResponseMode, Stage},
    consent::Given,
};

/// The way of somebody who has just come, for client `one`.
pub(in crate::conformance) fn authorization(id: &str) -> Authorization {
    Authorization {
        id: AuthorizationId::new(id),
        browser: format!("digest of the browser of {id}"),
        client: ClientId::new("one"),
        account: AccountId::new("acc_1"),
        asked: asked(),
        stage: Stage::Opened,
        by: None,
        scopes: [].into_iter().collect::<tollgate_protocol::scope::Scopes>(),
        consent: None,
        code: None,
        errand: None,
        created: NOW,
        expires: NOW.plus(600),
        forget_after: NOW.plus(86_400),
        version: 1,
    }
}

/// The way of `usr_1` in session `ses_1`, whose client was sent the code.
pub(in crate::conformance) fn coded(id: &str) -> Authorization {
    Authorization {
        stage: Stage::Coded,
        by: Some(identified("usr_1", "ses_1")),
        scopes: ["openid", "read:all"].into_iter().collect(),
        consent: Some(ConsentId::new("con_1")),
        code: Some(format!("digest of the code of {id}")),
        ..authorization(id)
    }
}

fn asked() -> Asked {
    Asked {
        redirect_uri: "https://software.example/back?a=%20".to_owned(),
        redirect_named: true,
        response_mode: ResponseMode::FormPost,
        state: Some("\u{1F511} \" ' \0".to_owned()),
        nonce: Some("n".to_owned()),
        challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        scopes: ["openid", "read:all", "write:all"].into_iter().collect(),
        api: Some(ApiId::new("api")),
        prompt: vec![Prompt::Login, Prompt::Consent],
        max_age: Some(0),
        acr_values: vec!["strong".to_owned()],
        claims: claims_asked(),
        login_hint: Some("ada@firm.example".to_owned()),
        hinted: Some(UserId::new("usr_1")),
        language: "pt".to_owned(),
        connection: Some("elsewhere".to_owned()),
    }
}

fn claims_asked() -> ClaimsAsked {
    ClaimsAsked {
        userinfo: vec!["birthdate".to_owned()],
        id_token: vec!["email".to_owned(), "acr".to_owned()],
    }
}

/// `user` signed in at `session` with a password and a code.
pub(in crate::conformance) fn identified(user: &str, session: &str) -> Identified {
    Identified {
        user: UserId::new(user),
        session: SessionId::new(session),
        line: SessionId::new(session),
        at: NOW.plus(-5),
        factors: vec!["pwd".to_owned(), "otp".to_owned()],
        acr: Some("strong".to_owned()),
    }
}

pub(in crate::conformance) fn errand() -> Errand {
    Errand {
        connection: "elsewhere".to_owned(),
        state: "digest of a state".to_owned(),
        nonce: "a nonce".to_owned(),
        verifier: vec![0, 1, 255],
    }
}

pub(in crate::conformance) fn consent(id: &str, user: &str, client: &str) -> Consent {
    Consent {
        id: ConsentId::new(id),
        user: UserId::new(user),
        client: ClientId::new(client),
        account: AccountId::new("acc_1"),
        given: vec![
            Given {
                api: None,
                scopes: ["openid", "offline_access"].into_iter().collect(),
            },
            Given {
                api: Some(ApiId::new("api")),
                scopes: ["read:all"].into_iter().collect(),
            },
        ],
        created: NOW,
        revised: NOW,
        version: 1,
    }
}

/// A family of `usr_1` at client `one`.
pub(in crate::conformance) fn family(id: &str, consent: &str) -> RefreshFamily {
    RefreshFamily {
        id: AuthorizationId::new(id),
        client: ClientId::new("one"),
        account: AccountId::new("acc_1"),
        consent: ConsentId::new(consent),
        api: Some(ApiId::new("api")),
        scopes: ["openid", "offline_access", "read:all"].into_iter().collect(),
        by: identified("usr_1", "ses_1"),
        claims: claims_asked(),
        handle: format!("handle of {id}"),
        current: "digest of token 1".to_owned(),
        previous: None,
        rotated: NOW,
        created: NOW,
        expires: NOW.plus(3600),
        version: 1,
    }
}

/// The same family after its token was used `times` times.
pub(in crate::conformance) fn rotated(family: &RefreshFamily, times: i64) -> RefreshFamily {
    RefreshFamily {
        current: format!("digest of token {}", times + 1),
        previous: Some(format!("digest of token {times}")),
        rotated: NOW.plus(times),
        expires: NOW.plus(times + 3600),
        version: 1 + times,
        ..family.clone()
    }
}

pub(in crate::conformance) fn identity(subject: &str, user: &str) -> Identity {
    Identity {
        connection: "elsewhere".to_owned(),
        subject: subject.to_owned(),
        user: UserId::new(user),
        created: NOW,
    }
}

pub(in crate::conformance) fn farewell(id: &str, created: i64, next: Option<i64>) -> Farewell {
    Farewell {
        id: FarewellId::new(id),
        client: ClientId::new("one"),
        uri: "https://software.example/bye?a=%20".to_owned(),
        subject: "somebody".to_owned(),
        session: SessionId::new("ses_1"),
        created: NOW.plus(created),
        next: next.map(|later| NOW.plus(later)),
        tries: 0,
        problem: None,
    }
}

/// The firm with its client `one` and another, `two`; the people `usr_1` and `usr_2`; and the consent `con_1` of the
/// first to the first.
pub(in crate::conformance) fn people_at_clients() -> Vec<Change> {
    let mut changes = super::firm();
    changes.push(Change::AddClient(client("two", "acc_1")));
    changes.extend(["usr_1", "usr_2"].map(|id| Change::AddUser {
        user: user(id),
        first: false,
    }));
    changes.push(Change::AddConsent(consent("con_1", "usr_1", "one")));
    changes
}
