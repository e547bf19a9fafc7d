//! Records to play with.

mod authorize;
mod console;
mod transition;

pub(super) use authorize::*;
pub(super) use console::*;
pub(super) use transition::*;

use tollgate_model::{
    Account, AccountId, Api, ApiId, Change, Client, ClientId, Event, Grant, Kid, LegacyMethodId, Limit, Member,
    MemberId, Moment, Operator, OperatorId, Revocation, Route, RouteId, Secret, SecretId, SigningKeyRow, State, Usage,
    api::{ScopeWord, Unasked},
    client::{AuthMethod, Environment, GrantType, SignIn},
    event::{Actor, Outcome},
    limit::{Per, Window},
    operator::OperatorKind,
    revocation::Target,
    route::{Access, ActingBy, ActingRule, AssertionRule, IdTokenRule, Upstream},
};
use tollgate_protocol::{claims::Profile, jose::Algorithm};

/// The moment at which most of it happens.
pub(super) const NOW: Moment = Moment(1_800_000_000);

pub(super) fn account(id: &str) -> Account {
    Account {
        id: AccountId::new(id),
        name: format!("Firm {id}"),
        state: State::Active,
        apis: None,
        live: true,
        plan: None,
        created: NOW,
        version: 1,
    }
}

pub(super) fn member(id: &str, account: &str, email: &str) -> Member {
    Member {
        id: MemberId::new(id),
        account: AccountId::new(account),
        email: email.to_owned(),
        name: "Ada".to_owned(),
        roles: vec!["Suite - API Developer".to_owned(), "Owner".to_owned()],
        state: State::Active,
        created: NOW,
        version: 1,
    }
}

pub(super) fn api(id: &str) -> Api {
    Api {
        id: ApiId::new(id),
        audience: format!("https://{id}.example"),
        name: format!("The {id} API"),
        scopes: vec![ScopeWord {
            name: "read:all".to_owned(),
            description: "Everything, to read".to_owned(),
        }],
        unasked: Unasked::Refused,
        lifetime: 3600,
        algorithm: Algorithm::EdDSA,
        profile: Profile::IdentityServer,
        declared: true,
        version: 1,
    }
}

pub(super) fn client(id: &str, account: &str) -> Client {
    Client {
        id: ClientId::new(id),
        account: AccountId::new(account),
        name: format!("Software {id}"),
        environment: Environment::Test,
        auth_methods: vec![AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost],
        grant_types: vec![GrantType::ClientCredentials],
        owner: Some(MemberId::new("mem_nobody")),
        introspects: vec![ApiId::new("one"), ApiId::new("two")],
        redirect_uris: vec!["https://software.example/back?a=%20".to_owned()],
        logout_uris: vec!["https://software.example/".to_owned(), "app:bye".to_owned()],
        sign_in: SignIn {
            trusted: true,
            pairwise: true,
            id_token_alg: Some(Algorithm::PS256),
            userinfo_alg: None,
            backchannel_logout_uri: Some("https://software.example/bye?a=%20".to_owned()),
            frontchannel_logout_uri: None,
            rotates: Some(false),
        },
        state: State::Active,
        created: NOW,
        version: 1,
    }
}

pub(super) fn secret(id: &str, client: &str) -> Secret {
    Secret {
        id: SecretId::new(id),
        client: ClientId::new(client),
        label: "first".to_owned(),
        digest: format!("digest of {id}"),
        created: NOW,
        created_by: "operator:opr_1".to_owned(),
        expires: Some(NOW.plus(86_400)),
        revoked: None,
        last_used: None,
    }
}

pub(super) fn grant(client: &str, api: &str) -> Grant {
    Grant {
        client: ClientId::new(client),
        api: ApiId::new(api),
        scopes: ["read:all", "write:all"].into_iter().collect(),
        lifetime: Some(600),
    }
}

pub(super) fn route(id: &str) -> Route {
    Route {
        id: RouteId::new(id),
        hosts: vec!["api.example".to_owned()],
        methods: vec!["GET".to_owned()],
        path: "/v2/{thing}/{rest...}".to_owned(),
        access: Access::Token {
            api: ApiId::new("one"),
            scopes: ["read:all"].into_iter().collect(),
            any_scopes: ["write:all", "write:own"].into_iter().collect(),
            acting_user: Some(ActingRule {
                by: ActingBy::Header("x-email".to_owned()),
                roles: vec!["Owner".to_owned()],
            }),
        },
        upstream: Upstream {
            targets: vec!["http://localhost:9000".to_owned()],
            http2: true,
            health_path: Some("/health".to_owned()),
            connect_timeout: 1,
            response_timeout: 2,
            upgrades: true,
            max_body: 1 << 20,
            in_flight: 64,
            failures: 5,
            rest: 7,
        },
        id_token: Some(IdTokenRule {
            header: "x-id-token".to_owned(),
            required: true,
        }),
        opaque: true,
        legacy: vec![LegacyMethodId::new("login")],
        limits: vec![Limit {
            name: "burst".to_owned(),
            per: Per::Client,
            count: 20,
            window: Window::Seconds(10),
        }],
        assertion: Some(AssertionRule {
            audience: "https://docs.internal.example".to_owned(),
        }),
        declared: true,
        version: 1,
    }
}

pub(super) fn key(kid: &str) -> SigningKeyRow {
    SigningKeyRow {
        kid: Kid::new(kid),
        algorithm: Algorithm::ES256,
        sealed: vec![0, 1, 2, 255],
        public: r#"{"kty":"EC"}"#.to_owned(),
        published: NOW,
        active_from: NOW.plus(60),
        retires: None,
        version: 1,
    }
}

pub(super) fn operator(id: &str, kind: OperatorKind) -> Operator {
    Operator {
        id: OperatorId::new(id),
        name: "First".to_owned(),
        kind,
        digest: format!("digest of {id}"),
        state: State::Active,
        created: NOW,
    }
}

pub(super) fn event(kind: &str, account: Option<&str>, subject: &str, at: Moment) -> Event {
    Event {
        seq: 0,
        at,
        actor: Actor::Operator("opr_1".to_owned()),
        kind: kind.to_owned(),
        account: account.map(AccountId::new),
        subject: subject.to_owned(),
        outcome: Outcome::Done,
        request: Some("req_1".to_owned()),
        detail: serde_json::json!({ "label": "first", "n": [1, 2] }),
        hash: String::new(),
    }
}

pub(super) fn revocation(target: Target, until: i64, forget: i64) -> Revocation {
    Revocation {
        target,
        issued_until: Moment(until),
        forget_after: Moment(forget),
    }
}

pub(super) fn usage(client: &str, what: &str, day: i64, count: i64, last: i64) -> Usage {
    Usage {
        client: ClientId::new(client),
        what: what.to_owned(),
        day,
        count,
        last: Moment(last),
    }
}

/// An account `acc_1` with client `one`, its secret `sec_1`, and its grant for API `api`.
pub(super) fn firm() -> Vec<Change> {
    vec![
        Change::AddAccount(account("acc_1")),
        Change::AddApi(api("api")),
        Change::AddClient(client("one", "acc_1")),
        Change::AddSecret(secret("sec_1", "one")),
        Change::PutGrant(grant("one", "api")),
    ]
}
