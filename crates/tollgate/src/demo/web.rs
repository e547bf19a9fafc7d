//! The firm's application that acts for people: a web server's, whose codes go to a page of the sample API.

use super::furnish::settled;
use crate::settings::config::Api;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{Environment, GrantType, SignIn};
use tollgate_model::{AccountId, ApiId, ClientId, MemberId, Page};

/// The application of this name, with the address of this run and every scope of the API.
pub(super) async fn furnish(
    desk: &Desk,
    asker: &Asker,
    (name, callback): (&str, &str),
    (account, owner): (&AccountId, &MemberId),
    api: &Api,
) -> anyhow::Result<ClientId> {
    let held = desk.store.clients(Some(account), &Page::first()).await?.items;
    let addresses = vec![callback.to_owned()];
    let client = match held.into_iter().find(|client| client.name == name) {
        // The run before may have had another port.
        Some(held) if held.redirect_uris != addresses => {
            let ask = registry::client::Revise {
                redirect_uris: Some(addresses.clone()),
                logout_uris: Some(addresses),
                ..Default::default()
            };
            settled(registry::client::revise(desk, asker, &held.id, &ask).await?)?.id
        }
        Some(held) => held.id,
        None => {
            let ask = registry::client::Create {
                account: account.clone(),
                name: name.to_owned(),
                // An address on this very machine is for trying out.
                environment: Environment::Test,
                auth_methods: None,
                owner: Some(owner.clone()),
                introspects: Vec::new(),
                redirect_uris: addresses.clone(),
                logout_uris: addresses,
                grant_types: Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]),
                sign_in: SignIn::default(),
                id: None,
            };
            settled(registry::client::create(desk, asker, &ask).await?)?.id
        }
    };
    let grant = registry::grant::Put {
        api: ApiId::new(&api.id),
        scopes: api.scopes.iter().map(|word| word.name.clone()).collect(),
        lifetime: None,
        seen: None,
    };
    settled(registry::grant::put(desk, asker, &client, &grant).await?)?;
    Ok(client)
}
