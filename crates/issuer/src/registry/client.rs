//! Clients: a customer firm's software.

mod sign_in;
pub(crate) mod whole;

pub(crate) use sign_in::with_addresses;
pub use sign_in::{SignInChange, algorithms, offered};

use super::redirect::Of;
use super::{Asker, No, Registered, named, redirect, settle, unchanged, value};
use crate::desk::Desk;
use crate::registry::secret::{UNHEARD, tokens_until};
use crate::terms::console::Redirects;
use crate::terms::{ClientTerms, Terms};
use serde_json::json;
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::revocation::Target;
use tollgate_model::{
    Account, AccountId, Api, ApiId, Change, Client, ClientId, Decision, Fault, Member, MemberId, Moment, State, Version,
};

/// A new client.
#[derive(Clone, Debug)]
pub struct Create {
    /// The account it belongs to.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Test or live; it stays so.
    pub environment: Environment,
    /// How it may authenticate, of the methods that the terms offer; absent: in each of them that takes a secret.
    pub auth_methods: Option<Vec<AuthMethod>>,
    /// What it may buy tokens with, of the grant types that the terms offer; absent: `client_credentials` alone, where
    /// that is offered.
    pub grant_types: Option<Vec<GrantType>>,
    /// How people sign in at it.
    pub sign_in: SignIn,
    /// The member of its account for whom its calls count, where a route says so.
    pub owner: Option<MemberId>,
    /// The APIs whose tokens it may introspect.
    pub introspects: Vec<ApiId>,
    /// Where a person may be sent back to (RFC 6749 §3.1.2).
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout.
    pub logout_uris: Vec<String>,
    /// A `client_id` that integrators have already; absent: a new one.
    pub id: Option<String>,
}

/// What is to become of a client; what is absent stays. Its id, account and environment always stay.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// Its new name.
    pub name: Option<String>,
    /// How it may authenticate.
    pub auth_methods: Option<Vec<AuthMethod>>,
    /// What it may buy tokens with.
    pub grant_types: Option<Vec<GrantType>>,
    /// How people sign in at it.
    pub sign_in: SignInChange,
    /// Its owner; `Some(None)`: nobody.
    pub owner: Option<Option<MemberId>>,
    /// The APIs whose tokens it may introspect.
    pub introspects: Option<Vec<ApiId>>,
    /// All of its redirect addresses from now on.
    pub redirect_uris: Option<Vec<String>>,
    /// All of its logout addresses from now on.
    pub logout_uris: Option<Vec<String>>,
    /// Whether it may act. Disabling ends every token it has.
    pub state: Option<State>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Makes a client. It has no secret yet: the first Regenerate makes one.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn create(desk: &Desk, asker: &Asker, ask: &Create) -> Registered<Client> {
    let id = match &ask.id {
        Some(chosen) => match chosen_id(chosen) {
            Ok(id) => id,
            Err(no) => return Ok(Err(no)),
        },
        None => new_id(desk)?,
    };
    settle(desk, "client", async || {
        let facts = know(desk, &ask.account, ask.owner.as_ref(), &id).await?;
        Ok(decide_create(&id, ask, &facts, &desk.terms, asker, desk.now()))
    })
    .await
}

/// A `client_id` that nobody has.
pub(crate) fn new_id(desk: &Desk) -> Result<ClientId, Fault> {
    let id = tollgate_keys::ids::client_id(&*desk.entropy).map_err(|e| Fault::unavailable("naming a client", e))?;
    Ok(ClientId::new(id))
}

/// What a new client is decided by.
pub(crate) async fn know(
    desk: &Desk,
    account: &AccountId,
    asked: Option<&MemberId>,
    id: &ClientId,
) -> Result<Facts, Fault> {
    Ok(Facts {
        account: desk.store.account(account).await?,
        owner: owner(desk, asked).await?,
        apis: desk.store.apis().await?,
        taken: desk.store.client(id).await?.is_some(),
        secrets: false,
        within: false,
    })
}

async fn owner(desk: &Desk, id: Option<&MemberId>) -> Result<Option<Member>, Fault> {
    match id {
        Some(id) => desk.store.member(id).await,
        None => Ok(None),
    }
}

pub(crate) struct Facts {
    pub(crate) account: Option<Account>,
    pub(crate) owner: Option<Member>,
    pub(crate) apis: Vec<Api>,
    pub(crate) taken: bool,
    /// Whether it has a secret that is alive.
    pub(crate) secrets: bool,
    /// Whether whoever asks does so as a member of its account.
    pub(crate) within: bool,
}

/// What ids of other nouns, and things that are no ids at all, begin with.
const PREFIXES: [&str; 15] = [
    "usr_", "mem_", "acc_", "sec_", "opr_", "rte_", "cli_", "jwt_", "tok_", "ses_", "grt_", "key_", "tgs_", "tgo_",
    "tgg_",
];

/// A `client_id` chosen by an operator: unreserved characters (RFC 3986 §2.3), so that it is the same in a
/// form, in a Basic header and in a path. It must not look like the id of a person or of anything else (RFC
/// 9700 §4.15: who reads `sub` must be able to tell a client from a user).
fn chosen_id(text: &str) -> Result<ClientId, No> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    if !(8..=64).contains(&text.len()) || !text.bytes().all(unreserved) {
        let problem = "must be 8 to 64 letters, digits, '-', '.', '_' or '~'";
        return Err(No::invalid("id", problem));
    }
    let lower = text.to_ascii_lowercase();
    if let Some(prefix) = PREFIXES.into_iter().find(|prefix| lower.starts_with(prefix)) {
        return Err(No::invalid(
            "id",
            format!("must not begin with {prefix:?}, as other ids do"),
        ));
    }
    Ok(ClientId::new(text))
}

fn decide_create(
    id: &ClientId,
    ask: &Create,
    facts: &Facts,
    terms: &Terms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Client>, No> {
    let Some(account) = &facts.account else {
        return Err(No::NotFound("account"));
    };
    if facts.taken {
        return Err(No::Taken { field: "id" });
    }
    owned(ask.owner.as_ref(), facts.owner.as_ref(), &account.id)?;
    // CO5: whoever opened an account alone has nobody's word for it yet.
    if ask.environment == Environment::Live && !account.live {
        return Err(No::invalid("environment", "this account has test clients only"));
    }
    let offered = &terms.clients;
    let auth_methods = match &ask.auth_methods {
        Some(list) => methods(list, offered)?,
        None => methods(&offered.with_secrets().collect::<Vec<_>>(), offered)?,
    };
    let grant_types = match &ask.grant_types {
        Some(list) => sign_in::grant_types(list, terms)?,
        None => sign_in::usual(terms),
    };
    let of = Of {
        environment: ask.environment,
        public: auth_methods.contains(&AuthMethod::None),
    };
    let client = Client {
        sign_in: ask.sign_in.clone(),
        id: id.clone(),
        account: account.id.clone(),
        name: named("name", &ask.name)?,
        environment: ask.environment,
        auth_methods,
        grant_types,
        owner: ask.owner.clone(),
        introspects: introspected(&ask.introspects, &facts.apis)?,
        redirect_uris: redirect::check(&ask.redirect_uris, of, &addressed(terms))?,
        logout_uris: redirect::check_logout(&ask.logout_uris, of, &addressed(terms))?,
        state: State::Active,
        created: now,
        version: 1,
    };
    sign_in::fits(&client)?;
    sign_in::can_be_had(&client, terms, &facts.apis)?;
    let mut detail =
        json!({ "name": client.name, "environment": client.environment, "auth_methods": client.auth_methods });
    more(&client, &mut detail);
    let event = asker.did("client.created", Some(&client.account), client.id.as_str(), now, detail);
    let add = Change::AddClient(client.clone());
    Ok(Decision::with(client, vec![add, event]))
}

/// What there is to say of a client beyond the usual, for the audit log: its addresses, grant types and sign-in.
fn more(client: &Client, detail: &mut serde_json::Value) {
    let listed = |list: &[String]| (!list.is_empty()).then(|| json!(list));
    let usual = client.grant_types == [GrantType::ClientCredentials];
    let plain = client.sign_in == SignIn::default();
    for (name, value) in [
        ("redirect_uris", listed(&client.redirect_uris)),
        ("logout_uris", listed(&client.logout_uris)),
        ("grant_types", (!usual).then(|| json!(client.grant_types))),
        ("sign_in", (!plain).then(|| json!(client.sign_in))),
    ] {
        if let (Some(detail), Some(value)) = (detail.as_object_mut(), value) {
            detail.insert(name.to_owned(), value);
        }
    }
}

/// The rules for addresses: where people sign in at clients, these have addresses.
#[must_use]
pub fn addressed(terms: &Terms) -> Redirects {
    let redirects = terms.console.redirects;
    Redirects {
        used: redirects.used || terms.people.enabled,
        ..redirects
    }
}

/// An owner is a member of the client's own account; another firm's is not found.
fn owned(asked: Option<&MemberId>, found: Option<&Member>, account: &AccountId) -> Result<(), No> {
    match (asked, found) {
        (None, _) => Ok(()),
        (Some(_), Some(member)) if member.account == *account => Ok(()),
        (Some(_), _) => Err(No::invalid("owner", "the account has no such member")),
    }
}

/// DI3: the metadata names the methods that are offered, so a client has no other.
fn methods(list: &[AuthMethod], terms: &ClientTerms) -> Result<Vec<AuthMethod>, No> {
    if list.is_empty() {
        return Err(No::invalid("auth_methods", "must name at least one"));
    }
    if let Some(other) = list.iter().find(|method| !terms.auth_methods.contains(method)) {
        let problem = format!("{} is not offered here", other.as_str());
        return Err(No::invalid("auth_methods", problem));
    }
    value::distinct("auth_methods", list)
}

fn introspected(list: &[ApiId], apis: &[Api]) -> Result<Vec<ApiId>, No> {
    match list.iter().find(|id| !apis.iter().any(|api| api.id == **id)) {
        Some(unknown) => Err(No::invalid(
            "introspects",
            format!("there is no API {:?}", unknown.as_str()),
        )),
        None => value::distinct("introspects", list),
    }
}

/// Changes a client's name, ways to authenticate, grant types, sign-in, owner, introspection, addresses or state.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &ClientId, ask: &Revise) -> Registered<Client> {
    revise_as(desk, asker, id, ask, false).await
}

/// The same, `within` its account where a member of it asks. The log keeps the difference: what those who run the place
/// switched off is not the account's to switch on.
///
/// # Errors
/// A [`Fault`] of the store.
pub(crate) async fn revise_as(
    desk: &Desk,
    asker: &Asker,
    id: &ClientId,
    ask: &Revise,
    within: bool,
) -> Registered<Client> {
    settle(desk, "client", async || {
        let Some(record) = desk.store.client(id).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        let facts = Facts {
            owner: owner(desk, ask.owner.iter().flatten().next()).await?,
            apis: desk.store.apis().await?,
            account: Some(record.account),
            taken: false,
            secrets: record.secrets.iter().any(|secret| secret.alive(desk.now())),
            within,
        };
        let terms = &desk.terms;
        Ok(decide_revise(&record.client, ask, &facts, terms, asker, desk.now()))
    })
    .await
}

fn decide_revise(
    held: &Client,
    ask: &Revise,
    facts: &Facts,
    terms: &Terms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Client>, No> {
    unchanged("client", ask.seen, held.version)?;
    let mut client = held.clone();
    if let Some(name) = &ask.name {
        client.name = named("name", name)?;
    }
    if let Some(list) = &ask.auth_methods {
        client.auth_methods = methods(list, &terms.clients)?;
    }
    if let Some(asked) = &ask.owner {
        owned(asked.as_ref(), facts.owner.as_ref(), &held.account)?;
        client.owner.clone_from(asked);
    }
    if let Some(list) = &ask.introspects {
        client.introspects = introspected(list, &facts.apis)?;
    }
    if let Some(list) = &ask.grant_types {
        client.grant_types = sign_in::grant_types(list, terms)?;
    }
    let of = Of {
        environment: held.environment,
        public: client.is_public(),
    };
    if let Some(list) = &ask.redirect_uris {
        client.redirect_uris = redirect::check(list, of, &addressed(terms))?;
    }
    if let Some(list) = &ask.logout_uris {
        client.logout_uris = redirect::check_logout(list, of, &addressed(terms))?;
    }
    client.sign_in = ask.sign_in.of(&held.sign_in);
    sign_in::allowed(&held.sign_in, &client.sign_in, facts.within)?;
    agrees(held, &client, facts, terms)?;
    let revised = client != *held;
    client.state = ask.state.unwrap_or(held.state);
    let wakes = held.state == State::Disabled && client.state == State::Active;
    // CO5: those that sleep do not keep an account from losing the leave to have live clients.
    let live = facts.account.as_ref().is_none_or(|account| account.live);
    if wakes && held.environment == Environment::Live && !live {
        return Err(No::InUse(
            "this account has test clients only, and this is a live one".into(),
        ));
    }
    if client == *held {
        return Ok(Decision::just(client));
    }
    let mut changes = vec![Change::ReviseClient {
        client: client.clone(),
        was: held.version,
    }];
    let mut tell = |kind: &str, detail| {
        changes.push(asker.did(kind, Some(&held.account), held.id.as_str(), now, detail));
    };
    if revised {
        let mut detail = json!({
            "name": client.name, "auth_methods": client.auth_methods,
            "owner": client.owner, "introspects": client.introspects,
        });
        more(&client, &mut detail);
        tell("client.revised", detail);
    }
    match (held.state, client.state) {
        (State::Active, State::Disabled) => {
            tell("client.disabled", json!({ "within": facts.within }));
            let target = Target::Client(held.id.clone());
            changes.push(Change::Revoke(tokens_until(target, now.plus(UNHEARD), now)));
        }
        (State::Disabled, State::Active) => tell("client.enabled", json!({})),
        _ => {}
    }
    client.version = held.version + 1;
    Ok(Decision::with(client, changes))
}

/// Whether what became of a client goes together. What it had before the terms changed it keeps while nobody touches it.
fn agrees(held: &Client, then: &Client, facts: &Facts, terms: &Terms) -> Result<(), No> {
    let of = |client: &Client| (client.grant_types.clone(), client.auth_methods.clone());
    if of(held) != of(then) || held.redirect_uris != then.redirect_uris {
        sign_in::fits(then)?;
    }
    // Addresses on a person's own machine are a public client's, so they are looked at again when it becomes another.
    if held.is_public() != then.is_public() {
        let of = Of {
            environment: then.environment,
            public: then.is_public(),
        };
        redirect::check(&then.redirect_uris, of, &addressed(terms))?;
        redirect::check_logout(&then.logout_uris, of, &addressed(terms))?;
    }
    if then.is_public() && !held.is_public() && facts.secrets {
        return Err(No::InUse("this client has a secret that works; revoke it first".into()));
    }
    if held.sign_in != then.sign_in || held.is_public() != then.is_public() {
        sign_in::can_be_had(then, terms, &facts.apis)?;
    }
    Ok(())
}

/// Ends every token that the client was given up to now. It may ask for new ones.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn revoke_tokens(desk: &Desk, asker: &Asker, id: &ClientId) -> Registered<()> {
    settle(desk, "client", async || {
        let Some(record) = desk.store.client(id).await? else {
            return Ok(Err(No::NotFound("client")));
        };
        Ok(Ok(decide_revoke_tokens(&record.client, asker, desk.now())))
    })
    .await
}

fn decide_revoke_tokens(client: &Client, asker: &Asker, now: Moment) -> Decision<()> {
    let target = Target::Client(client.id.clone());
    let changes = vec![
        Change::Revoke(tokens_until(target, now, now)),
        asker.did(
            "client.tokens_revoked",
            Some(&client.account),
            client.id.as_str(),
            now,
            json!({}),
        ),
    ];
    Decision::with((), changes)
}

#[cfg(test)]
mod tests;
