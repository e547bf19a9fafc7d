//! Plain facts for the tests of the deciding functions.

use super::Asker;
use tollgate_model::api::{ScopeWord, Unasked};
use tollgate_model::client::{AuthMethod, Environment, GrantType};
use tollgate_model::event::Actor;
use tollgate_model::{
    Account, AccountId, Api, ApiId, Change, Client, ClientId, ClientRecord, Grant, Member, MemberId, Moment, Secret,
    SecretId, State,
};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

pub(crate) const NOW: Moment = Moment(1_800_000_000);

pub(crate) fn asker() -> Asker {
    Asker {
        actor: Actor::Operator("opr_1".into()),
        request: Some("r1".into()),
    }
}

pub(crate) fn account() -> Account {
    Account {
        id: AccountId::new("acc_1"),
        name: "Firm".into(),
        apis: None,
        live: true,
        plan: None,
        state: State::Active,
        created: NOW,
        version: 3,
    }
}

pub(crate) fn member() -> Member {
    Member {
        id: MemberId::new("mem_1"),
        account: AccountId::new("acc_1"),
        email: "ann@firm.example".into(),
        name: "Ann".into(),
        roles: vec!["Developer".into()],
        state: State::Active,
        created: NOW,
        version: 2,
    }
}

pub(crate) fn api() -> Api {
    let scope = |name: &str| ScopeWord {
        name: name.into(),
        description: String::new(),
    };
    Api {
        id: ApiId::new("docs"),
        audience: "https://api.example/docs".into(),
        name: "Documents".into(),
        scopes: vec![scope("read"), scope("write")],
        unasked: Unasked::Granted,
        lifetime: 3600,
        algorithm: Algorithm::ES256,
        profile: Profile::Rfc9068,
        declared: false,
        version: 4,
    }
}

pub(crate) fn client() -> Client {
    Client {
        sign_in: tollgate_model::client::SignIn::default(),
        id: ClientId::new("client-one"),
        account: AccountId::new("acc_1"),
        name: "Robot".into(),
        environment: Environment::Live,
        auth_methods: vec![AuthMethod::ClientSecretBasic],
        grant_types: vec![GrantType::ClientCredentials],
        owner: None,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        state: State::Active,
        created: NOW,
        version: 5,
    }
}

pub(crate) fn secret(number: i64) -> Secret {
    Secret {
        id: SecretId::new(format!("sec_{number}")),
        client: client().id,
        label: format!("secret {number}"),
        digest: "00".repeat(32),
        created: NOW.plus(number - 1_000),
        created_by: "system".into(),
        expires: None,
        revoked: None,
        last_used: None,
    }
}

pub(crate) fn record(secrets: Vec<Secret>) -> ClientRecord {
    ClientRecord {
        client: client(),
        account: account(),
        secrets,
        grants: vec![Grant {
            client: client().id,
            api: api().id,
            scopes: ["read"].into_iter().collect(),
            lifetime: None,
        }],
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
