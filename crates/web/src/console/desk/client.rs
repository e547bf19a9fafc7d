//! What operators alone set of a client: whose it is, how it authenticates, whose tokens it may introspect, how long its
//! own live, and an id that integrators have already. Everything else stands on its account's own pages.

use super::{account, answer, asked, frame};
use crate::console::Console;
use crate::console::developer::offer::grant_words;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::client::{self, Create, Revise};
use tollgate_issuer::registry::{No, grant};
use tollgate_issuer::terms::Terms;
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::{Account, Api, ApiId, ClientId, ClientRecord, Grant, MemberId, Page as Part};

/// What the field of a grant's lifetime begins with; the API's id follows.
const LIFETIME: &str = "lifetime-";
/// What is chosen of `keeps` for a client without a secret.
const PUBLIC: &str = "public";

#[derive(Template)]
#[template(path = "desk/client.html")]
struct Page {
    frame: Frame,
    form: Form,
    record: ClientRecord,
    methods: Vec<Choice>,
    apis: Vec<Choice>,
    owners: Vec<Choice>,
    /// Whether people sign in at clients here.
    people: bool,
    /// The grant types it has.
    grants: String,
    /// Field, name of the API and its own lifetime, in seconds.
    lifetimes: Vec<(String, String, i64)>,
}

#[derive(Template)]
#[template(path = "desk/client_new.html")]
struct New {
    frame: Frame,
    form: Form,
    account: Account,
    environments: Vec<Choice>,
    owners: Vec<Choice>,
    /// What it may buy tokens with, where there is a choice.
    grants: Vec<Choice>,
    /// Whether it keeps a secret, where there is a choice.
    keeps: Vec<Choice>,
}

pub(super) async fn held(console: &Console, at: &AtDesk) -> Result<ClientRecord, Response> {
    let id = ClientId::new(asked::part(&at.ask, 1));
    answer::found(console, at, "client", console.desk.store.client(&id).await)
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let record = held(&console, &at).await?;
    let client = &record.client;
    let mut form = Form::new().with("owner", client.owner.as_ref().map_or("", MemberId::as_str));
    for method in &client.auth_methods {
        form = form.with("auth_methods", method.as_str());
    }
    for api in &client.introspects {
        form = form.with("introspects", api.as_str());
    }
    for grant in &record.grants {
        let lifetime = grant.lifetime.map(|seconds| seconds.to_string()).unwrap_or_default();
        form = form.with(&format!("{LIFETIME}{}", grant.api), lifetime);
    }
    shown(&console, &at, StatusCode::OK, record, form).await
}

async fn shown(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    record: ClientRecord,
    form: Form,
) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let owners = owners(console, at, &record.account, record.client.owner.as_ref()).await?;
    let offered = &console.desk.terms.clients.auth_methods;
    let page = Page {
        frame: frame(
            console,
            at,
            &record.client.name,
            &[("/console/desk/clients", "Clients")],
        ),
        form,
        methods: offered
            .iter()
            .map(|method| Choice::new(method.as_str(), method.as_str(), ""))
            .collect(),
        lifetimes: record.grants.iter().map(|grant| lifetime(grant, &apis)).collect(),
        apis: apis
            .iter()
            .map(|api| Choice::new(api.id.as_str(), api.name.as_str(), ""))
            .collect(),
        owners,
        people: console.desk.terms.people.enabled,
        grants: record
            .client
            .grant_types
            .iter()
            .map(|grant| grant.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        record,
    };
    Ok(respond(status, &page.frame, &page))
}

fn lifetime(grant: &Grant, apis: &[Api]) -> (String, String, i64) {
    let api = apis.iter().find(|api| api.id == grant.api);
    (
        format!("{LIFETIME}{}", grant.api),
        api.map_or_else(|| grant.api.to_string(), |api| api.name.clone()),
        api.map_or(0, |api| api.lifetime),
    )
}

/// Nobody, or a member of the account. One who is further down a long list stays in it when they own the client.
async fn owners(
    console: &Console,
    at: &AtDesk,
    account: &Account,
    owner: Option<&MemberId>,
) -> Result<Vec<Choice>, Response> {
    let listed = console.desk.store.members(&account.id, &Part::first()).await;
    let mut members = answer::known(console, at, listed)?.items;
    if let Some(owner) = owner
        && !members.iter().any(|member| member.id == *owner)
    {
        members.extend(answer::known(console, at, console.desk.store.member(owner).await)?);
    }
    let nobody = Choice::new("", "Nobody", "");
    let words = |member: tollgate_model::Member| {
        Choice::new(member.id.as_str(), format!("{} ({})", member.name, member.email), "")
    };
    Ok(std::iter::once(nobody).chain(members.into_iter().map(words)).collect())
}

/// Saves it.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let record = held(&console, &at).await?;
    let seen = asked::seen(&console, &at)?;
    let methods: Option<Vec<AuthMethod>> = at
        .ask
        .fields("auth_methods")
        .into_iter()
        .map(AuthMethod::of_str)
        .collect();
    let Some(methods) = methods else {
        return Err(answer::malformed(&console, &at));
    };
    let lifetimes = match lifetimes(&at, &record) {
        Ok(lifetimes) => lifetimes,
        Err((field, words)) => {
            let mut form = Form::typed(&at.ask.form, &[]);
            form.refuse(&field, words);
            return shown(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, record, form).await;
        }
    };
    let ask = Revise {
        owner: Some(owner(at.ask.field("owner"))),
        auth_methods: Some(methods),
        introspects: Some(at.ask.fields("introspects").into_iter().map(ApiId::new).collect()),
        seen: Some(seen),
        ..Revise::default()
    };
    let (desk, asker) = (&console.desk, at.asker());
    let revised = client::revise(desk, &asker, &record.client.id, &ask).await;
    let mut no = answer::known(&console, &at, revised)?.err();
    for put in lifetimes {
        if no.is_some() {
            break;
        }
        let kept = grant::put(desk, &asker, &record.client.id, &put).await;
        no = answer::known(&console, &at, kept)?.err();
    }
    match no {
        None => Ok(see(&format!(
            "/console/desk/clients/{}?done=client-saved",
            record.client.id
        ))),
        Some(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            let record = held(&console, &at).await?;
            shown(&console, &at, status, record, form).await
        }
    }
}

/// The grants whose lifetime is to change.
fn lifetimes(at: &AtDesk, record: &ClientRecord) -> Result<Vec<grant::Put>, (String, &'static str)> {
    let mut puts = Vec::new();
    for held in &record.grants {
        let field = format!("{LIFETIME}{}", held.api);
        let lifetime = match at.ask.field(&field).trim() {
            "" => None,
            typed => match typed.parse::<i64>() {
                Ok(seconds) => Some(seconds),
                Err(_) => return Err((field, "This is a whole number of seconds.")),
            },
        };
        if lifetime != held.lifetime {
            puts.push(grant::Put {
                api: held.api.clone(),
                scopes: held.scopes.iter().map(str::to_owned).collect(),
                lifetime,
                seen: None,
            });
        }
    }
    Ok(puts)
}

fn owner(typed: &str) -> Option<MemberId> {
    (!typed.is_empty()).then(|| MemberId::new(typed))
}

/// The form of a new client of the account that the path names.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = account::held(&console, &at).await?;
    asking(&console, &at, StatusCode::OK, account, Form::new()).await
}

async fn asking(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    account: Account,
    form: Form,
) -> Result<Response, Response> {
    let here = format!("/console/desk/accounts/{}", account.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (here.as_str(), account.name.as_str()),
    ];
    let page = New {
        frame: frame(console, at, "New client", &crumbs),
        form,
        environments: [("test", "Test"), ("live", "Live")]
            .map(|(value, words)| Choice::new(value, words, ""))
            .to_vec(),
        owners: owners(console, at, &account, None).await?,
        grants: grants(&console.desk.terms),
        keeps: keeps(&console.desk.terms),
        account,
    };
    Ok(respond(status, &page.frame, &page))
}

/// The grant types, where there is more than one.
fn grants(terms: &Terms) -> Vec<Choice> {
    match client::offered(terms) {
        one if one.len() < 2 => Vec::new(),
        offered => offered.into_iter().map(grant_words).collect(),
    }
}

/// Whether it keeps a secret, where there are clients that do not.
fn keeps(terms: &Terms) -> Vec<Choice> {
    if !terms.clients.auth_methods.contains(&AuthMethod::None) {
        return Vec::new();
    }
    vec![
        Choice::new(
            "secret",
            "A server application",
            "It keeps a secret, where nobody else reads it.",
        ),
        Choice::new(
            PUBLIC,
            "A native or browser application",
            "It runs where its users are and keeps no secret: PKCE is all it shows. It acts for people alone.",
        ),
    ]
}

/// Makes it. Scopes and a first secret come on its account's own pages.
pub(super) async fn make(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = account::held(&console, &at).await?;
    let Some(environment) = Environment::of_str(at.ask.field("environment")) else {
        return Err(console.refused(Some(at.officer.signed_in()), &at.ask, Refused::Malformed));
    };
    let id = at.ask.field("id").trim();
    let grants: Option<Vec<_>> = at
        .ask
        .fields("grant_types")
        .into_iter()
        .map(GrantType::of_str)
        .collect();
    let grants = grants.ok_or_else(|| answer::malformed(&console, &at))?;
    let ask = Create {
        account: account.id.clone(),
        name: at.ask.field("name").to_owned(),
        environment,
        auth_methods: (at.ask.field("keeps") == PUBLIC).then(|| vec![AuthMethod::None]),
        grant_types: (!grants.is_empty()).then_some(grants),
        sign_in: SignIn::default(),
        owner: owner(at.ask.field("owner")),
        introspects: Vec::new(),
        redirect_uris: asked::lines(at.ask.field("redirect_uris")),
        logout_uris: Vec::new(),
        id: (!id.is_empty()).then(|| id.to_owned()),
    };
    let made: Result<_, No> = answer::known(&console, &at, client::create(&console.desk, &at.asker(), &ask).await)?;
    match made {
        Ok(client) => Ok(see(&format!("/console/desk/clients/{}?done=client-created", client.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            asking(&console, &at, status, account, form).await
        }
    }
}
