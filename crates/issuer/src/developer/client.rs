//! Clients of the account in view.

use super::{Standing, allowed, once};
use crate::desk::Desk;
use crate::registry::client::whole::{self, Whole};
use crate::registry::client::{self, Create, Revise, SignInChange};
use crate::registry::grant::{self, Choice, Scoped};
use crate::registry::secret::Fresh;
use crate::registry::{Asker, No, Registered, settle};
use crate::rights::{Owned, Role, Seat};
use crate::terms::Terms;
use tollgate_keys::secret::Plain;
use tollgate_model::client::{Environment, GrantType};
use tollgate_model::{
    Api, ApiId, Client, ClientFilter, ClientId, ClientLine, Grant, Listed, Page, Secret, State, Version,
};

/// A client that a member makes. Its id, account, owner and ways to authenticate are not the member's to choose (CO5).
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its name.
    pub name: String,
    /// Test or live.
    pub environment: Environment,
    /// What it is to call.
    pub api: ApiId,
    /// The scopes it gets there.
    pub scopes: Vec<String>,
    /// Where a person may be sent back to (RFC 6749 §3.1.2).
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout.
    pub logout_uris: Vec<String>,
    /// Whether its first secret is made with it; otherwise the first Regenerate makes one.
    pub secret: bool,
}

/// A client that was made.
#[derive(Debug)]
pub struct Made {
    /// The client.
    pub client: Client,
    /// Its first secret, shown this once.
    pub plain: Option<Plain>,
}

/// A client with all that its page shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The client, and what of it is in force.
    pub owned: Owned,
    /// Every secret it ever had, the ended ones too, oldest first.
    pub secrets: Vec<Secret>,
}

/// Which clients a list is to show; every field narrows.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// Whose name contains this, or whose id begins with it.
    pub text: Option<String>,
    /// Test or live.
    pub environment: Option<Environment>,
    /// In this state.
    pub state: Option<State>,
}

/// The account's clients, by name.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn clients(desk: &Desk, seat: &Seat, narrow: &Narrow, page: &Page) -> Registered<Listed<ClientLine>> {
    if let Err(no) = allowed(desk, seat, Role::Viewer) {
        return Ok(Err(no));
    }
    let filter = ClientFilter {
        account: Some(seat.account().id.clone()),
        text: narrow.text.clone(),
        environment: narrow.environment,
        state: narrow.state,
    };
    Ok(Ok(desk.store.client_lines(&filter, desk.now(), page).await?))
}

/// The APIs that the account has (SS-5).
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn apis(desk: &Desk, seat: &Seat) -> Registered<Vec<Api>> {
    if let Err(no) = allowed(desk, seat, Role::Viewer) {
        return Ok(Err(no));
    }
    let apis = desk.store.apis().await?;
    Ok(Ok(apis.into_iter().filter(|api| seat.account().has(&api.id)).collect()))
}

/// One of the account's clients.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn show(desk: &Desk, seat: &Seat, id: &ClientId) -> Registered<Shown> {
    let owned = match own(desk, seat, Role::Viewer, id).await? {
        Ok(owned) => owned,
        Err(no) => return Ok(Err(no)),
    };
    let secrets = desk.store.secrets(id).await?;
    Ok(Ok(Shown { owned, secrets }))
}

/// CO4: the client, if this seat may do what needs `need` with it. Another account's is not found.
pub(super) async fn own(desk: &Desk, seat: &Seat, need: Role, id: &ClientId) -> Registered<Owned> {
    match allowed(desk, seat, need) {
        Ok(()) => seat.owns(desk, id).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Makes a client, its grant and, if that is wanted, its first secret, all in one (SG-11).
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn make_client(desk: &Desk, seat: &Seat, asker: &Asker, ask: &NewClient) -> Registered<Made> {
    let id = client::new_id(desk)?;
    make(desk, seat, asker, ask, &id).await
}

/// As [`make_client`], for a form with a [`ticket`](super::ticket): sent a second time it makes nothing.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn make_client_once(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    ask: &NewClient,
    ticket: &str,
) -> Registered<Made> {
    let Some(id) = once::read(desk, seat, ticket) else {
        return make_client(desk, seat, asker, ask).await;
    };
    Ok(match make(desk, seat, asker, ask, &id).await? {
        Err(No::Taken { field: "id" }) => Err(No::InUse(
            "this form made its client already, and the secret was shown then; if you did not keep it, open the \
             client and press Regenerate"
                .into(),
        )),
        made => made,
    })
}

async fn make(desk: &Desk, seat: &Seat, asker: &Asker, ask: &NewClient, id: &ClientId) -> Registered<Made> {
    let standing = allowed(desk, seat, Role::Developer).and_then(|()| Standing::of(seat).creates(&desk.terms.console));
    if let Err(no) = standing {
        return Ok(Err(no));
    }
    // CO4: an API that the account does not have looks like one that nobody has.
    if !seat.account().has(&ask.api) {
        return Ok(Err(No::NotFound("api")));
    }
    let (plain, fresh) = if ask.secret {
        let (plain, fresh) = Fresh::make(desk)?;
        (Some(plain), Some(fresh))
    } else {
        (None, None)
    };
    let whole = wanted(seat, ask, &desk.terms);
    let settled = settle(desk, "client", async || {
        let new = &whole.client;
        let facts = client::know(desk, &new.account, new.owner.as_ref(), id).await?;
        Ok(whole::decide(
            id,
            &whole,
            &facts,
            fresh.as_ref(),
            &desk.terms,
            (asker, desk.now()),
        ))
    });
    Ok(settled.await?.map(|client| Made { client, plain }))
}

fn wanted(seat: &Seat, ask: &NewClient, terms: &Terms) -> Whole {
    Whole {
        client: Create {
            account: seat.account().id.clone(),
            name: ask.name.clone(),
            environment: ask.environment,
            auth_methods: None,
            grant_types: client::with_addresses(&ask.redirect_uris, terms),
            sign_in: tollgate_model::client::SignIn::default(),
            owner: seat.member().map(|member| member.id.clone()),
            introspects: Vec::new(),
            redirect_uris: ask.redirect_uris.clone(),
            logout_uris: ask.logout_uris.clone(),
            id: None,
        },
        api: ask.api.clone(),
        scopes: ask.scopes.clone(),
    }
}

/// Gives a client another name. Its id stays for ever (SS-14).
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn rename(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    name: &str,
    seen: Option<Version>,
) -> Registered<Client> {
    let ask = Revise {
        name: Some(name.to_owned()),
        seen,
        ..Revise::default()
    };
    revise(desk, seat, asker, id, &ask).await
}

/// All redirect and logout addresses of a client from now on (3E-10, 3E-11). Within the rules they are the account's to
/// choose, also where an operator made the client: they lead to its own software.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn set_addresses(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    (redirect_uris, logout_uris): (Vec<String>, Vec<String>),
    seen: Option<Version>,
) -> Registered<Client> {
    let ask = Revise {
        redirect_uris: Some(redirect_uris),
        logout_uris: Some(logout_uris),
        seen,
        ..Revise::default()
    };
    revise(desk, seat, asker, id, &ask).await
}

/// How people sign in at a client, as far as that is its account's to say. Whether people are asked, and by which name
/// the client knows them, is not (CO5).
#[derive(Clone, Debug, Default)]
pub struct Visited {
    /// All that it may buy tokens with from now on.
    pub grant_types: Option<Vec<GrantType>>,
    /// All of its redirect addresses from now on.
    pub redirect_uris: Option<Vec<String>>,
    /// All of its logout addresses from now on.
    pub logout_uris: Option<Vec<String>>,
    /// Where it is told that somebody signed out; `Some(None)`: nowhere.
    pub backchannel_logout_uri: Option<Option<String>>,
    /// What browsers open when somebody signs out; `Some(None)`: nothing.
    pub frontchannel_logout_uri: Option<Option<String>>,
}

/// Sets how people sign in at a client. Where an operator makes clients, a member takes grant types away and adds none.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn set_sign_in(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    ask: &Visited,
    seen: Option<Version>,
) -> Registered<Client> {
    let owned = match own(desk, seat, Role::Developer, id).await? {
        Ok(owned) => owned,
        Err(no) => return Ok(Err(no)),
    };
    let held = &owned.record().client;
    let standing = Standing::of(seat);
    if standing.creates(&desk.terms.console).is_err()
        && let Some(more) = added(&held.grant_types, ask.grant_types.as_deref())
    {
        let helpers = &desk.terms.console.words.helpers;
        return Ok(Err(No::Forbidden(format!("ask {helpers} for {}", more.as_str()))));
    }
    let ask = Revise {
        grant_types: ask.grant_types.clone(),
        redirect_uris: ask.redirect_uris.clone(),
        logout_uris: ask.logout_uris.clone(),
        sign_in: SignInChange {
            backchannel_logout_uri: ask.backchannel_logout_uri.clone(),
            frontchannel_logout_uri: ask.frontchannel_logout_uri.clone(),
            ..SignInChange::default()
        },
        // The version that was looked at here: what is added was told by it.
        seen: seen.or(Some(held.version)),
        ..Revise::default()
    };
    client::revise_as(desk, asker, id, &ask, !standing.operator).await
}

/// A grant type that the client did not have.
fn added(held: &[GrantType], asked: Option<&[GrantType]>) -> Option<GrantType> {
    asked
        .unwrap_or_default()
        .iter()
        .copied()
        .find(|grant| !held.contains(grant))
}

pub(super) async fn revise(desk: &Desk, seat: &Seat, asker: &Asker, id: &ClientId, ask: &Revise) -> Registered<Client> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => client::revise(desk, asker, id, ask).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Ends every token that the client was given up to now.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revoke_tokens(desk: &Desk, seat: &Seat, asker: &Asker, id: &ClientId) -> Registered<()> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => client::revoke_tokens(desk, asker, id).await,
        Err(no) => Ok(Err(no)),
    }
}

/// Sets the scopes of a client at one API, from the next token on (SG-12, SG-13). Where an operator makes clients, a
/// member takes scopes away and adds none.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn set_scopes(desk: &Desk, seat: &Seat, asker: &Asker, id: &ClientId, ask: &Scoped) -> Registered<Grant> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => {
            let choice = match Standing::of(seat).creates(&desk.terms.console) {
                Ok(()) => Choice::Any,
                Err(_) => Choice::Fewer,
            };
            grant::rescope(desk, asker, id, ask, choice).await
        }
        Err(no) => Ok(Err(no)),
    }
}

/// Takes an API from a client altogether.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn give_back(
    desk: &Desk,
    seat: &Seat,
    asker: &Asker,
    id: &ClientId,
    api: &ApiId,
    seen: Option<Version>,
) -> Registered<()> {
    match own(desk, seat, Role::Developer, id).await? {
        Ok(_) => grant::remove(desk, asker, id, api, seen).await,
        Err(no) => Ok(Err(no)),
    }
}
