//! Opening an account: with what it has, and with its first client where the terms give it one.

use super::{added, apis_of};
use crate::desk::Desk;
use crate::registry::client::whole::{self, Whole};
use crate::registry::client::{self, Create};
use crate::registry::{Asker, No, Registered, named, new_id, settle};
use crate::terms::Terms;
use crate::terms::console::DefaultClient;
use serde_json::json;
use tollgate_model::client::Environment;
use tollgate_model::{Account, AccountId, Api, ApiId, Client, ClientId, Decision, Fault, Moment, State};

/// A new account.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its name.
    pub name: String,
    /// Whether its clients may be live.
    pub live: bool,
    /// The APIs it has; absent: all.
    pub apis: Option<Vec<ApiId>>,
}

/// An account that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The account.
    pub account: Account,
    /// The client it has from the start, without a secret.
    pub client: Option<Client>,
}

/// The ids that a new account and its first client get.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub(crate) account: AccountId,
    pub(crate) client: ClientId,
}

impl Ids {
    /// Ids that nobody has.
    ///
    /// # Errors
    /// A [`Fault`] of the source of chance.
    pub(crate) fn new(desk: &Desk) -> Result<Self, Fault> {
        Ok(Self {
            account: AccountId::new(new_id(desk, "acc")?),
            client: client::new_id(desk)?,
        })
    }
}

/// Opens an account, together with the client that the terms give a new one. The client has no secret yet.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn open(desk: &Desk, asker: &Asker, ask: &Open) -> Registered<Opened> {
    let ids = Ids::new(desk)?;
    settle(desk, "account", async || {
        let apis = desk.store.apis().await?;
        Ok(decide(&ids, ask, apis, &desk.terms, asker, desk.now()))
    })
    .await
}

/// What opening an account keeps. Whoever keeps more with it, a first member for instance, adds to the changes.
///
/// # Errors
/// [`No`]: a name or an API that is not acceptable.
pub(crate) fn decide(
    ids: &Ids,
    ask: &Open,
    apis: Vec<Api>,
    terms: &Terms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Opened>, No> {
    let account = Account {
        id: ids.account.clone(),
        name: named("name", &ask.name)?,
        apis: match &ask.apis {
            Some(list) => Some(apis_of(list, &apis)?),
            None => None,
        },
        live: ask.live,
        plan: None,
        state: State::Active,
        created: now,
        version: 1,
    };
    let detail = json!({ "name": account.name, "apis": account.apis, "live": account.live });
    let mut changes = added(&account, detail, asker);
    let mut client = None;
    if let Some(whole) = first(terms.console.default_client.as_ref(), &account, &apis) {
        let facts = client::Facts {
            account: Some(account.clone()),
            owner: None,
            apis,
            taken: false,
            secrets: false,
            within: false,
        };
        let made = whole::decide(&ids.client, &whole, &facts, None, terms, (asker, now))?;
        changes.extend(made.changes);
        client = Some(made.answer);
    }
    Ok(Decision::with(Opened { account, client }, changes))
}

/// The client that the terms give, as this account may have it: an account for testing gets a test client, and one that
/// does not have the API has no use for a client of it. An API or a scope that is gone since the terms were written
/// does not keep an account from being opened.
fn first(given: Option<&DefaultClient>, account: &Account, apis: &[Api]) -> Option<Whole> {
    let given = given?;
    let api = apis.iter().find(|api| api.id == given.api && account.has(&api.id))?;
    let environment = if account.live {
        given.environment
    } else {
        Environment::Test
    };
    let scopes = given.scopes.iter().filter(|scope| api.knows(scope));
    Some(Whole {
        client: Create {
            account: account.id.clone(),
            name: given.name.clone(),
            environment,
            auth_methods: None,
            grant_types: None,
            sign_in: tollgate_model::client::SignIn::default(),
            owner: None,
            introspects: Vec::new(),
            redirect_uris: Vec::new(),
            logout_uris: Vec::new(),
            id: None,
        },
        api: api.id.clone(),
        scopes: scopes.map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, api, asker, told};
    use tollgate_model::Change;

    fn terms() -> Terms {
        let mut terms = Terms::rfc("https://issuer.example");
        terms.console.default_client = Some(DefaultClient {
            name: "Default".into(),
            environment: Environment::Live,
            api: api().id,
            scopes: ["read"].into_iter().collect(),
        });
        terms
    }

    fn opened(live: bool, apis: Option<Vec<ApiId>>, terms: &Terms) -> Result<Decision<Opened>, No> {
        let ids = Ids {
            account: AccountId::new("acc_new"),
            client: ClientId::new("client-new"),
        };
        let ask = Open {
            name: "Firm".into(),
            live,
            apis,
        };
        decide(&ids, &ask, vec![api()], terms, &asker(), NOW)
    }

    /// SG-7: a new account includes a default client, and it has no secret before somebody asks for one (SS-10).
    #[test]
    fn a_new_account_has_the_client_of_the_terms() {
        let made = opened(true, None, &terms()).unwrap();
        let client = made.answer.client.unwrap();
        assert_eq!(
            (client.name.as_str(), client.environment),
            ("Default", Environment::Live)
        );
        assert_eq!(client.account, made.answer.account.id);
        assert_eq!(told(&made.changes), ["account.created", "client.created", "grant.put"]);
        assert!(!made.changes.iter().any(|change| matches!(change, Change::AddSecret(_))));
        let none = opened(true, None, &Terms::rfc("https://issuer.example")).unwrap();
        assert!(none.answer.client.is_none());
    }

    /// SG-3, CO5: an account for testing gets a test client.
    #[test]
    fn an_account_for_testing_gets_a_test_client() {
        let made = opened(false, None, &terms()).unwrap();
        assert!(!made.answer.account.live);
        assert_eq!(made.answer.client.unwrap().environment, Environment::Test);
    }

    #[test]
    fn an_api_that_is_gone_keeps_nobody_out() {
        let mut terms = terms();
        if let Some(given) = &mut terms.console.default_client {
            given.api = ApiId::new("gone");
        }
        assert!(opened(true, None, &terms).unwrap().answer.client.is_none());
    }

    /// SS-5: an account without the product has no client of it.
    #[test]
    fn an_account_without_the_api_gets_no_client() {
        let made = opened(true, Some(Vec::new()), &terms()).unwrap();
        assert!(made.answer.client.is_none());
        let no = opened(true, Some(vec![ApiId::new("nobodys")]), &terms()).unwrap_err();
        assert!(matches!(no, No::Invalid { field: "apis", .. }));
    }
}
