//! Clients.

use super::answer::{Answer, PageView, created, listed, nothing, shown, time, whole};
use super::ask::{self, Asked, Body, Id, Nothing, Seen};
use super::by::By;
use super::client_sign_in::{SignInAsk, SignInView};
use super::problem::{Problem, done};
use super::word::{self, each};
use axum::extract::State as Of;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::{No, client};
use tollgate_model::client::{Environment, SignIn};
use tollgate_model::{AccountId, ApiId, Client, ClientFilter, ClientId, ClientLine, MemberId, Moment, State, Usage};
use utoipa::{IntoParams, ToSchema};

/// A customer firm's software.
#[derive(Serialize, ToSchema)]
#[schema(as = Client)]
pub(super) struct ClientView {
    /// `client_id`. It never changes.
    id: String,
    /// The account.
    account: String,
    /// Its name.
    name: String,
    /// Test or live. It never changes.
    environment: word::Environment,
    /// How it authenticates.
    auth_methods: Vec<word::AuthMethod>,
    /// The grant types it may use (RFC 6749 §1.3).
    grant_types: Vec<word::GrantType>,
    /// How people sign in at it.
    sign_in: SignInView,
    /// The member on whose behalf its calls count.
    owner: Option<String>,
    /// The APIs whose tokens it may introspect.
    introspects: Vec<String>,
    /// Where a person may be sent back to (RFC 6749 §3.1.2).
    redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout.
    logout_uris: Vec<String>,
    /// Whether it gets tokens.
    state: word::State,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// Revision of the client with its secrets and grants, as in `ETag`.
    version: i64,
}

impl From<Client> for ClientView {
    fn from(client: Client) -> Self {
        Self {
            id: client.id.to_string(),
            account: client.account.to_string(),
            name: client.name,
            environment: client.environment.into(),
            auth_methods: each(client.auth_methods),
            grant_types: each(client.grant_types),
            sign_in: client.sign_in.into(),
            owner: client.owner.map(|owner| owner.to_string()),
            introspects: client.introspects.iter().map(ToString::to_string).collect(),
            redirect_uris: client.redirect_uris,
            logout_uris: client.logout_uris,
            state: client.state.into(),
            created: time(client.created),
            version: client.version,
        }
    }
}

/// A client in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = ClientLine)]
pub(super) struct ClientLineView {
    /// The client.
    #[serde(flatten)]
    client: ClientView,
    /// The name of its account.
    account_name: String,
    /// When one of its secrets last bought a token.
    #[schema(format = DateTime)]
    last_used: Option<String>,
    /// How many of its secrets are alive.
    secrets_alive: i64,
}

impl From<ClientLine> for ClientLineView {
    fn from(line: ClientLine) -> Self {
        Self {
            client: line.client.into(),
            account_name: line.account_name,
            last_used: line.last_used.map(time),
            secrets_alive: line.secrets_alive,
        }
    }
}

/// A new client.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClient {
    /// The account it is to belong to.
    account: String,
    /// 1 to 200 characters.
    name: String,
    /// Test or live; by default live.
    environment: Option<word::Environment>,
    /// How it may authenticate; by default as the server's settings say. `none` alone makes a public client.
    auth_methods: Option<Vec<word::AuthMethod>>,
    /// The grant types it may use; by default `client_credentials` alone.
    grant_types: Option<Vec<word::GrantType>>,
    /// How people are to sign in at it.
    #[serde(default)]
    sign_in: SignInAsk,
    /// A member of the account.
    owner: Option<String>,
    /// The APIs whose tokens it may introspect.
    #[serde(default)]
    introspects: Vec<String>,
    /// Where a person may be sent back to.
    #[serde(default)]
    redirect_uris: Vec<String>,
    /// Where a person may be sent to after logout.
    #[serde(default)]
    logout_uris: Vec<String>,
    /// A `client_id` that integrators have already: 8 to 64 letters, digits, '-', '.', '_', '~'.
    id: Option<String>,
}

/// What is to become of a client; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientChange {
    /// Its new name.
    name: Option<String>,
    /// How it may authenticate.
    auth_methods: Option<Vec<word::AuthMethod>>,
    /// The grant types it may use.
    grant_types: Option<Vec<word::GrantType>>,
    /// How people are to sign in at it; what is absent stays.
    #[serde(default)]
    sign_in: SignInAsk,
    /// A member of the account; null: nobody.
    #[serde(default, deserialize_with = "ask::nullable")]
    #[schema(value_type = Option<String>)]
    owner: Option<Option<String>>,
    /// The APIs whose tokens it may introspect.
    introspects: Option<Vec<String>>,
    /// All of its redirect addresses from now on.
    redirect_uris: Option<Vec<String>>,
    /// All of its logout addresses from now on.
    logout_uris: Option<Vec<String>>,
    /// Disabling ends every token it has.
    state: Option<word::State>,
}

/// Which clients.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this account.
    account: Option<String>,
    /// Whose name contains this, or whose id begins with it.
    text: Option<String>,
    /// `test` or `live`.
    #[param(value_type = Option<word::Environment>)]
    environment: Option<String>,
    /// `active` or `disabled`.
    #[param(value_type = Option<word::State>)]
    state: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What a client did on one day.
#[derive(Serialize, ToSchema)]
#[schema(as = Usage)]
pub(super) struct UsageView {
    /// What was counted.
    what: String,
    /// The day (UTC).
    #[schema(format = Date)]
    day: String,
    /// How often.
    count: i64,
    /// When last.
    #[schema(format = DateTime)]
    last: String,
}

impl From<Usage> for UsageView {
    fn from(usage: Usage) -> Self {
        let midnight = time(Moment(usage.day.saturating_mul(86_400)));
        Self {
            what: usage.what,
            day: midnight.split('T').next().unwrap_or_default().to_owned(),
            count: usage.count,
            last: time(usage.last),
        }
    }
}

/// Clients, by name.
#[utoipa::path(get, path = "/api/v1/clients", operation_id = "listClients", tag = "clients", params(Which),
    responses((status = 200, description = "A page", body = PageView<ClientLineView>)))]
pub(super) async fn list(Of(desk): Of<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::page(which.limit.as_deref(), which.after)?;
    let account = which.account.map(|account| ask::id("account", account)).transpose()?;
    let filter = ClientFilter {
        account: account.map(AccountId::new),
        text: which.text.map(|text| ask::sought("text", text)).transpose()?,
        environment: ask::one_of(
            "environment",
            which.environment.as_deref(),
            Environment::of_str,
            "test or live",
        )?,
        state: ask::one_of("state", which.state.as_deref(), State::of_str, "active or disabled")?,
    };
    listed::<_, ClientLineView>(desk.store.client_lines(&filter, desk.now(), &page).await?)
}

/// Makes a client. It has no secret before the first `POST …/secrets`.
#[utoipa::path(post, path = "/api/v1/clients", operation_id = "createClient", tag = "clients",
    request_body = NewClient, responses((status = 201, description = "Made", body = ClientView)))]
pub(super) async fn create(Of(desk): Of<Arc<Desk>>, by: By, Body(ask): Body<NewClient>) -> Answer {
    let ask = client::Create {
        account: AccountId::new(ask::id("account", ask.account)?),
        name: ask.name,
        environment: ask.environment.unwrap_or(word::Environment::Live).into(),
        auth_methods: ask.auth_methods.map(each),
        grant_types: ask.grant_types.map(each),
        sign_in: client::SignInChange::from(ask.sign_in).of(&SignIn::default()),
        owner: owner(ask.owner)?,
        introspects: ask.introspects.into_iter().map(ApiId::new).collect(),
        redirect_uris: ask.redirect_uris,
        logout_uris: ask.logout_uris,
        id: ask.id,
    };
    let made = done(client::create(&desk, by.asker(), &ask).await)?;
    let (version, place) = (made.version, format!("/api/v1/clients/{}", made.id));
    created(&ClientView::from(made), version, &place)
}

fn owner(text: Option<String>) -> Result<Option<MemberId>, Problem> {
    text.map(|text| ask::id("owner", text).map(MemberId::new)).transpose()
}

/// A client.
#[utoipa::path(get, path = "/api/v1/clients/{id}", operation_id = "showClient", tag = "clients",
    params(("id" = String, Path, description = "The client_id")),
    responses((status = 200, description = "The client", body = ClientView)))]
pub(super) async fn show(Of(desk): Of<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let held = desk.store.client(&ClientId::new(id)).await?;
    let held = held.ok_or(No::NotFound("client"))?.client;
    let version = held.version;
    shown(&ClientView::from(held), version)
}

/// Changes a client, disables or enables it.
#[utoipa::path(patch, path = "/api/v1/clients/{id}", operation_id = "reviseClient", tag = "clients",
    params(("id" = String, Path, description = "The client_id"), ("If-Match" = Option<String>, Header, description = "Its ETag")),
    request_body = ClientChange, responses((status = 200, description = "As it is now", body = ClientView)))]
pub(super) async fn revise(
    Of(desk): Of<Arc<Desk>>,
    by: By,
    Id(id): Id,
    Seen(seen): Seen,
    Body(ask): Body<ClientChange>,
) -> Answer {
    let ask = client::Revise {
        name: ask.name,
        auth_methods: ask.auth_methods.map(each),
        grant_types: ask.grant_types.map(each),
        sign_in: ask.sign_in.into(),
        owner: ask.owner.map(owner).transpose()?,
        introspects: ask.introspects.map(|list| list.into_iter().map(ApiId::new).collect()),
        redirect_uris: ask.redirect_uris,
        logout_uris: ask.logout_uris,
        state: ask.state.map(Into::into),
        seen,
    };
    let revised = done(client::revise(&desk, by.asker(), &ClientId::new(id), &ask).await)?;
    let version = revised.version;
    shown(&ClientView::from(revised), version)
}

/// Ends every token that the client was given up to now.
#[utoipa::path(post, path = "/api/v1/clients/{id}/revoke-tokens", operation_id = "revokeTokens", tag = "clients",
    params(("id" = String, Path, description = "The client_id")),
    responses((status = 204, description = "Every gateway refuses them within a second")))]
pub(super) async fn revoke_tokens(Of(desk): Of<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    done(client::revoke_tokens(&desk, by.asker(), &ClientId::new(id)).await)?;
    Ok(nothing())
}

/// What a client did, newest day first.
#[utoipa::path(get, path = "/api/v1/clients/{id}/usage", operation_id = "showUsage", tag = "clients",
    params(("id" = String, Path, description = "The client_id")),
    responses((status = 200, description = "By day", body = PageView<UsageView>)))]
pub(super) async fn usage(Of(desk): Of<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let id = ClientId::new(id);
    desk.store.client(&id).await?.ok_or(No::NotFound("client"))?;
    whole::<_, UsageView>(desk.store.usage(&id).await?)
}
