//! A client that can ask for a token from the start: made with its grant, and with its first secret where that is
//! wanted, all in one.

use super::{Create, Facts, decide_create};
use crate::registry::secret::{self, Fresh};
use crate::registry::{Asker, No, grant};
use crate::terms::Terms;
use tollgate_model::{ApiId, Change, Client, ClientId, Decision, Moment};

/// A client, and what it may ask for.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    /// The client.
    pub(crate) client: Create,
    /// What it is to call.
    pub(crate) api: ApiId,
    /// The scopes it gets there.
    pub(crate) scopes: Vec<String>,
}

/// Makes the client, the grant and, when it is handed one, the first secret. The client has version 1.
///
/// # Errors
/// [`No`], as of each of them alone.
pub(crate) fn decide(
    id: &ClientId,
    ask: &Whole,
    facts: &Facts,
    fresh: Option<&Fresh>,
    terms: &Terms,
    (asker, now): (&Asker, Moment),
) -> Result<Decision<Client>, No> {
    let Decision {
        answer: client,
        mut changes,
    } = decide_create(id, &ask.client, facts, terms, asker, now)?;
    let account = facts.account.as_ref().ok_or(No::NotFound("account"))?;
    let api = facts.apis.iter().find(|api| api.id == ask.api);
    let grant = grant::within(&client, account, api.ok_or(No::NotFound("api"))?, &ask.scopes, None)?;
    changes.push(grant::told(&grant, &client, asker, now));
    changes.push(Change::PutGrant(grant));
    if let Some(fresh) = fresh {
        let secret = fresh.secret(&client, None, terms.secrets, asker, now)?;
        changes.extend(fresh.added(secret.clone()));
        changes.push(secret::told(&secret, 0, &client, asker, now));
    }
    Ok(Decision::with(client, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, account, api, asker, told};
    use tollgate_model::client::Environment;
    use tollgate_model::{Account, SecretId};

    fn ask(scopes: &[&str]) -> Whole {
        Whole {
            client: Create {
                account: account().id,
                name: "Robot".into(),
                environment: Environment::Test,
                auth_methods: None,
                grant_types: None,
                sign_in: tollgate_model::client::SignIn::default(),
                owner: None,
                introspects: Vec::new(),
                redirect_uris: Vec::new(),
                logout_uris: Vec::new(),
                id: None,
            },
            api: api().id,
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    fn decided(ask: &Whole, account: Account, fresh: Option<&Fresh>) -> Result<Decision<Client>, No> {
        let facts = Facts {
            account: Some(account),
            owner: None,
            apis: vec![api()],
            taken: false,
            secrets: false,
            within: false,
        };
        let terms = Terms::rfc("https://issuer.example");
        decide(
            &ClientId::new("client-new"),
            ask,
            &facts,
            fresh,
            &terms,
            (&asker(), NOW),
        )
    }

    /// SG-11: one press of Create makes client, grant and first secret, or none of them.
    #[test]
    fn a_client_is_made_with_all_it_needs() {
        let fresh = Fresh {
            id: SecretId::new("sec_new"),
            digest: "11".repeat(32),
            sealed: None,
        };
        let made = decided(&ask(&["read"]), account(), Some(&fresh)).unwrap();
        assert_eq!(
            told(&made.changes),
            ["client.created", "grant.put", "secret.regenerated"]
        );
        assert!(matches!(made.changes.first(), Some(Change::AddClient(_))));
        let of = |change: &Change| match change {
            Change::PutGrant(grant) => Some(grant.client.clone()),
            Change::AddSecret(secret) => Some(secret.client.clone()),
            _ => None,
        };
        let of: Vec<_> = made.changes.iter().filter_map(of).collect();
        assert_eq!(of, [made.answer.id.clone(), made.answer.id]);

        // SS-10: without one there is none.
        let made = decided(&ask(&["read"]), account(), None).unwrap();
        assert_eq!(told(&made.changes), ["client.created", "grant.put"]);
    }

    /// CO5, SS-5: no scope beyond the API's, and no API beyond the account's.
    #[test]
    fn a_client_gets_nothing_that_its_account_has_not() {
        assert!(matches!(
            decided(&ask(&["admin"]), account(), None),
            Err(No::Invalid { field: "scopes", .. })
        ));
        let without = Account {
            apis: Some(vec![ApiId::new("other")]),
            ..account()
        };
        assert!(matches!(
            decided(&ask(&["read"]), without, None),
            Err(No::Invalid { field: "api", .. })
        ));
        let unknown = Whole {
            api: ApiId::new("other"),
            ..ask(&[])
        };
        assert_eq!(decided(&unknown, account(), None).unwrap_err(), No::NotFound("api"));
    }
}
