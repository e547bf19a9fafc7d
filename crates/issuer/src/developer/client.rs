//! Clients of the account in view.

use super::{Standing, allowed, once};
use crate::desk::Desk;
use crate::registry::client::whole::{self, Whole};
use crate::registry::client::{self, Create, Revise};
use crate::registry::grant::{self, Choice, Scoped};
use crate::registry::secret::Fresh;
use crate::registry::{Asker, No, Registered, settle};
use crate::rights::{Owned, Role, Seat};
use tollgate_keys::secret::Plain;
use tollgate_model::client::Environment;
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
    let whole = wanted(seat, ask);
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

fn wanted(seat: &Seat, ask: &NewClient) -> Whole {
    Whole {
        client: Create {
            account: seat.account().id.clone(),
            name: ask.name.clone(),
            environment: ask.environment,
            auth_methods: None,
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
