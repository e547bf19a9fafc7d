//! Customer firms beside the one that a demo has: their members, clients and grants.

use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{self, Asker, No};
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::{AccountId, ApiId, ClientId, Fault, MemberId};
use tollgate_tests::World;

/// A client and its secret.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// What a new client is to be.
#[derive(Default)]
pub(crate) struct Wish<'a> {
    pub(crate) grants: &'a [(&'a str, &'a [&'a str])],
    pub(crate) environment: Environment,
    pub(crate) auth_methods: Option<Vec<AuthMethod>>,
    pub(crate) owner: Option<MemberId>,
    pub(crate) name: Option<&'a str>,
    pub(crate) grant_types: Option<Vec<GrantType>>,
    pub(crate) redirect_uris: &'a [&'a str],
    pub(crate) logout_uris: &'a [&'a str],
}

/// The rules' side of this world.
pub(crate) fn desk(world: &World) -> &Arc<Desk> {
    world.showing.running.desk.as_ref().unwrap()
}

/// The account of the demo's own client.
pub(crate) async fn own(world: &World) -> AccountId {
    let id = ClientId::new(world.env("CLIENT_ID"));
    desk(world).store.client(&id).await.unwrap().unwrap().account.id
}

/// A further firm.
pub(crate) async fn new(world: &World, name: &str) -> AccountId {
    done(registry::account::create(desk(world), &Asker::system(), name).await).id
}

/// A member of a firm.
pub(crate) async fn member(world: &World, firm: &AccountId, email: &str, roles: &[&str]) -> MemberId {
    let roles = words(roles);
    let ask = registry::member::Add {
        email: email.to_owned(),
        name: email.to_owned(),
        roles,
    };
    done(registry::member::add(desk(world), &Asker::system(), firm, &ask).await).id
}

/// A client of a firm, with a secret.
pub(crate) async fn client(world: &World, firm: &AccountId, wish: Wish<'_>) -> Client {
    let ask = registry::client::Create {
        account: firm.clone(),
        name: wish.name.unwrap_or("Another client").to_owned(),
        environment: wish.environment,
        auth_methods: wish.auth_methods,
        owner: wish.owner,
        introspects: Vec::new(),
        redirect_uris: words(wish.redirect_uris),
        logout_uris: words(wish.logout_uris),
        grant_types: wish.grant_types,
        sign_in: SignIn::default(),
        id: None,
    };
    let id = done(registry::client::create(desk(world), &Asker::system(), &ask).await).id;
    for (api, scopes) in wish.grants {
        grant(world, id.as_str(), api, scopes).await;
    }
    let ask = registry::secret::Regenerate::default();
    let made = done(registry::secret::regenerate(desk(world), &Asker::system(), &id, &ask).await);
    Client {
        id: id.to_string(),
        secret: made.plain.expose().to_owned(),
    }
}

/// Grants a client these scopes of an API, in place of what it had there.
pub(crate) async fn grant(world: &World, client: &str, api: &str, scopes: &[&str]) {
    let ask = registry::grant::Put {
        api: ApiId::new(api),
        scopes: words(scopes),
        lifetime: None,
        seen: None,
    };
    done(registry::grant::put(desk(world), &Asker::system(), &ClientId::new(client), &ask).await);
}

/// What the registry did.
pub(crate) fn done<T>(answer: Result<Result<T, No>, Fault>) -> T {
    answer.expect("no fault").expect("no refusal")
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
