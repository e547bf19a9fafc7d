//! Records of the console to play with.

use super::NOW;
use tollgate_model::{
    AccountId, Alert, AlertId, ApiId, Application, ApplicationId, Call, Checkpoint, ClientId, Delivery, DeliveryId,
    Hook, HookId, Link, LinkId, Mail, MailId, Session, SessionId, State, Tried, User, UserId, alert::AlertKind,
    application::ApplicationState, call::Place, client::Environment, link::LinkKind, user::Totp,
};

pub(in crate::conformance) fn user(id: &str) -> User {
    User {
        id: UserId::new(id),
        email: format!("{id}@firm.example"),
        name: "Ada".to_owned(),
        claims: [("birthdate".to_owned(), "1815-12-10".into())].into_iter().collect(),
        email_verified: false,
        password: Some("$argon2id$v=19$…".to_owned()),
        totp: Some(Totp {
            sealed: vec![0, 255, 7],
            since: NOW,
            last_step: 60_000_000,
        }),
        recovery: vec!["digest a".to_owned(), "digest b".to_owned()],
        operator: false,
        state: State::Active,
        created: NOW,
        version: 1,
    }
}

pub(in crate::conformance) fn operator_user(id: &str) -> User {
    User {
        operator: true,
        ..user(id)
    }
}

pub(in crate::conformance) fn session(id: &str, user: &str) -> Session {
    Session {
        id: SessionId::new(id),
        line: SessionId::new(format!("{id}_line")),
        digest: format!("digest of {id}"),
        user: UserId::new(user),
        complete: true,
        account: Some(AccountId::new("acc_1")),
        factors: vec!["pwd".to_owned(), "otp".to_owned()],
        created: NOW,
        seen: NOW,
        proved: NOW.plus(1),
        ends: NOW.plus(3600),
        device: "A browser".to_owned(),
        address: "192.0.2.1".to_owned(),
    }
}

pub(in crate::conformance) fn link(id: &str, kind: LinkKind, email: &str) -> Link {
    Link {
        id: LinkId::new(id),
        digest: format!("digest of {id}"),
        kind,
        email: email.to_owned(),
        user: Some(UserId::new("usr_nobody")),
        detail: serde_json::json!({ "name": "Ada" }),
        created: NOW,
        expires: NOW.plus(3600),
    }
}

pub(in crate::conformance) fn mail(id: &str, created: i64, next: Option<i64>) -> Mail {
    Mail {
        id: MailId::new(id),
        to: "ada@firm.example".to_owned(),
        subject: "Your link".to_owned(),
        sealed: Some(vec![1, 2, 3]),
        created: NOW.plus(created),
        next: next.map(|later| NOW.plus(later)),
        tries: 0,
        sent: None,
        problem: None,
    }
}

/// A try that has come to nothing yet, or for good: the next one is at `next`.
pub(in crate::conformance) fn tried(was: i64, next: Option<i64>) -> Tried {
    Tried {
        was,
        next: next.map(|later| NOW.plus(later)),
        done: None,
        problem: None,
        status: None,
    }
}

pub(in crate::conformance) fn hook(id: &str, account: &str) -> Hook {
    Hook {
        id: HookId::new(id),
        account: AccountId::new(account),
        url: "https://firm.example/hook".to_owned(),
        sealed: vec![9, 0],
        topics: vec!["unused".to_owned()],
        state: State::Active,
        created: NOW,
        version: 1,
    }
}

pub(in crate::conformance) fn delivery(id: &str, hook: &str, created: i64, next: Option<i64>) -> Delivery {
    Delivery {
        id: DeliveryId::new(id),
        hook: HookId::new(hook),
        topic: "unused".to_owned(),
        body: "{}".to_owned(),
        created: NOW.plus(created),
        next: next.map(|later| NOW.plus(later)),
        tries: 0,
        delivered: None,
        status: None,
        problem: None,
    }
}

pub(in crate::conformance) fn alert(id: &str, account: &str, at: i64) -> Alert {
    Alert {
        id: AlertId::new(id),
        account: AccountId::new(account),
        client: Some(ClientId::new("one")),
        kind: AlertKind::SecretExpiring,
        key: format!("key of {id}"),
        at: NOW.plus(at),
        detail: serde_json::json!({ "days": 7 }),
    }
}

pub(in crate::conformance) fn application(id: &str, account: &str, created: i64) -> Application {
    Application {
        id: ApplicationId::new(id),
        account: AccountId::new(account),
        asked_by: "user:usr_1".to_owned(),
        email: "ada@firm.example".to_owned(),
        name: "Robot".to_owned(),
        environment: Environment::Live,
        api: ApiId::new("api"),
        scopes: ["read:all"].into_iter().collect(),
        redirect_uris: vec!["https://firm.example/back".to_owned()],
        logout_uris: Vec::new(),
        note: "For the till".to_owned(),
        state: ApplicationState::Pending,
        client: None,
        answer: None,
        created: NOW.plus(created),
        decided: None,
        version: 1,
    }
}

pub(in crate::conformance) fn call(request: &str, client: Option<&str>, account: Option<&str>) -> Call {
    Call {
        seq: 0,
        at: NOW,
        request: request.to_owned(),
        place: Place::Gateway,
        client: client.map(ClientId::new),
        account: account.map(AccountId::new),
        method: "GET".to_owned(),
        path: "/v2/things".to_owned(),
        route: Some("things".to_owned()),
        api: Some("api".to_owned()),
        status: 200,
        code: None,
        acting_user: Some("ada@firm.example".to_owned()),
        presented: serde_json::json!(["bearer"]),
    }
}

pub(in crate::conformance) fn checkpoint(seq: i64) -> Checkpoint {
    Checkpoint {
        seq,
        hash: format!("hash of {seq}"),
        at: NOW,
        signature: "c2ln".to_owned(),
    }
}
