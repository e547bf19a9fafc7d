//! One account: what it has, who belongs to it, and the way into it.

use super::clients::{self, Line as Client};
use super::confirm::Question;
use super::listing::Pager;
use super::{accounts, answer, asked, frame, limits, members};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::session;
use tollgate_issuer::registry::account::{self, Revise};
use tollgate_model::{Account, AccountId, ClientFilter, Page as Part, Plan, PlanId, State as Standing};

/// How many members stand on the account's page, and how many clients.
const MEMBERS: u32 = 50;
const CLIENTS: u32 = 10;

#[derive(Template)]
#[template(path = "desk/account.html")]
struct Page {
    frame: Frame,
    account: Account,
    active: bool,
    apis: Vec<String>,
    members: Vec<members::Line>,
    pager: Pager,
    clients: Vec<Client>,
    more_clients: bool,
    waiting: bool,
    /// Its plan: the name, and what it allows; none where there are no plans.
    plan: Option<(String, String)>,
    /// Whether there are old ways of authenticating.
    legacy: bool,
}

#[derive(Template)]
#[template(path = "desk/account_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    account: Account,
    all: Vec<Choice>,
    apis: Vec<Choice>,
    plans: Vec<Choice>,
}

/// The account that the path names.
pub(super) async fn held(console: &Console, at: &AtDesk) -> Result<Account, Response> {
    let id = AccountId::new(asked::part(&at.ask, 1));
    answer::found(console, at, "account", console.desk.store.account(&id).await)
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let desk = &console.desk;
    let held = held(&console, &at).await?;
    let paging = asked::page(&console, &at, MEMBERS)?;
    let listed = desk.store.members(&held.id, &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let few = Part {
        after: None,
        limit: CLIENTS,
    };
    let filter = ClientFilter {
        account: Some(held.id.clone()),
        ..ClientFilter::default()
    };
    let clients = desk.store.client_lines(&filter, at.ask.now, &few).await;
    let clients = answer::known(&console, &at, clients)?;
    let apis = answer::known(&console, &at, desk.store.apis().await)?;
    let pending = Some(tollgate_model::application::ApplicationState::Pending);
    let one = Part { after: None, limit: 1 };
    let waiting = desk.store.applications(Some(&held.id), pending, &one).await;
    let waiting = answer::known(&console, &at, waiting)?;
    let here = format!("/console/desk/accounts/{}", held.id);
    let page = Page {
        frame: frame(&console, &at, &held.name, &[("/console/desk/accounts", "Accounts")]),
        active: held.state == Standing::Active,
        apis: apis
            .into_iter()
            .filter(|api| held.has(&api.id))
            .map(|api| api.name)
            .collect(),
        pager: Pager::of(&listed, &paging, &here, &[]),
        members: listed.items.iter().map(members::line).collect(),
        more_clients: clients.next.is_some(),
        clients: clients.items.into_iter().map(clients::line).collect(),
        waiting: !waiting.items.is_empty(),
        plan: plan(&desk.terms.transition.plans, &held),
        legacy: !desk.terms.transition.methods.is_empty(),
        account: held,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The account's plan, and what it allows; none where there are no plans.
fn plan(plans: &[Plan], held: &Account) -> Option<(String, String)> {
    match &held.plan {
        Some(id) => Some(plans.iter().find(|plan| plan.id == *id).map_or_else(
            // What is not declared any more limits nothing: whoever looks here should see that.
            || (id.to_string(), "not declared in the configuration any more".to_owned()),
            |plan| (plan.name.clone(), limits::plan(plan)),
        )),
        None => plans
            .iter()
            .find(|plan| plan.default)
            .map(|plan| (format!("{} (the default)", plan.name), limits::plan(plan)))
            .or_else(|| (!plans.is_empty()).then(|| ("None".to_owned(), "no limits".to_owned()))),
    }
}

/// The plans to choose from; none where there are none.
fn plans(plans: &[Plan]) -> Vec<Choice> {
    if plans.is_empty() {
        return Vec::new();
    }
    let default = plans
        .iter()
        .find(|plan| plan.default)
        .map_or("no limits", |plan| &plan.name);
    let choice = |plan: &Plan| Choice::new(plan.id.as_str(), &plan.name, limits::plan(plan));
    std::iter::once(Choice::new("", format!("The default: {default}"), ""))
        .chain(plans.iter().map(choice))
        .collect()
}

/// The form of what it has.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let mut form = Form::new()
        .with("name", &held.name)
        .with("all", if held.apis.is_none() { "yes" } else { "no" });
    if held.live {
        form = form.with("live", "yes");
    }
    if let Some(plan) = &held.plan {
        form = form.with("plan", plan.as_str());
    }
    for api in held.apis.iter().flatten() {
        form = form.with("apis", api.as_str());
    }
    editing(&console, &at, StatusCode::OK, held, form).await
}

async fn editing(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    account: Account,
    form: Form,
) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let here = format!("/console/desk/accounts/{}", account.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (here.as_str(), account.name.as_str()),
    ];
    let page = Edit {
        frame: frame(console, at, "Edit account", &crumbs),
        form,
        account,
        all: accounts::which_apis(),
        apis: accounts::choices(&apis),
        plans: plans(&console.desk.terms.transition.plans),
    };
    Ok(respond(status, &page.frame, &page))
}

/// Saves it.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let ask = Revise {
        name: Some(at.ask.field("name").to_owned()),
        state: None,
        apis: Some(accounts::chosen(&at)),
        live: Some(!at.ask.field("live").is_empty()),
        plan: (!console.desk.terms.transition.plans.is_empty()).then(|| {
            let chosen = at.ask.field("plan");
            (!chosen.is_empty()).then(|| PlanId::new(chosen))
        }),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = account::revise(&console.desk, &at.asker(), &held.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(held) => Ok(see(&format!("/console/desk/accounts/{}?done=account-saved", held.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            editing(&console, &at, status, held, form).await
        }
    }
}

/// Puts the account in view, and goes on to its own pages: its clients, a new one, or the one that is named (SG-10). Where accounts
/// make no clients themselves, this is how an operator makes one for them (SO-1).
pub(super) async fn view(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let (who, id) = (at.officer.signed_in(), AccountId::new(asked::part(&at.ask, 1)));
    let viewed = session::view(&console.desk, who, Some(&id), at.ask.id()).await;
    answer::done(&console, &at, viewed)?;
    Ok(see(&onward(at.ask.field("to"))))
}

/// Where the account's own pages begin. What is no word of ours is taken for an id; a path it cannot become.
fn onward(to: &str) -> String {
    let id = !to.is_empty()
        && to.len() <= 200
        && to
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
        && !to.starts_with('.');
    match to {
        "members" => "/console/members".to_owned(),
        _ if id => format!("/console/clients/{to}"),
        _ => "/console/clients?done=switched".to_owned(),
    }
}

async fn question(console: &Console, at: &AtDesk, to: Standing) -> Result<Question, Response> {
    let held = held(console, at).await?;
    let back = format!("/console/desk/accounts/{}", held.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (back.as_str(), held.name.as_str()),
    ];
    let (title, button, happens) = match to {
        Standing::Disabled => (
            "Disable this account?",
            "Disable account",
            [
                "None of its clients gets a token any more, and the tokens they have are refused at once.",
                "Its people do not see it any more. Nothing is deleted, and it can be enabled again.",
            ],
        ),
        Standing::Active => (
            "Enable this account?",
            "Enable account",
            [
                "Its clients get tokens again, with the secrets and scopes they have.",
                "Tokens from before it was disabled stay refused; its software asks for new ones.",
            ],
        ),
    };
    Ok(Question {
        frame: frame(console, at, title, &crumbs),
        form: Form::new(),
        happens: happens.map(str::to_owned).to_vec(),
        button,
        danger: to == Standing::Disabled,
        back,
        along: vec![("seen", held.version.to_string())],
    })
}

async fn set(console: &Console, at: &AtDesk, to: Standing) -> Result<Response, Response> {
    let id = AccountId::new(asked::part(&at.ask, 1));
    let ask = Revise {
        state: Some(to),
        seen: Some(asked::seen(console, at)?),
        ..Revise::default()
    };
    let revised = account::revise(&console.desk, &at.asker(), &id, &ask).await;
    match answer::known(console, at, revised)? {
        Ok(held) => Ok(see(&format!("/console/desk/accounts/{}?done=account-saved", held.id))),
        Err(no) => Ok(question(console, at, to).await?.again(console, at, &no)),
    }
}

/// Asks whether it is to be disabled.
pub(super) async fn ask_disable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at, Standing::Disabled).await?.ask())
}

/// Disables it.
pub(super) async fn disable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    set(&console, &at, Standing::Disabled).await
}

/// Asks whether it is to be enabled.
pub(super) async fn ask_enable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at, Standing::Active).await?.ask())
}

/// Enables it.
pub(super) async fn enable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    set(&console, &at, Standing::Active).await
}

#[cfg(test)]
mod tests {
    use super::onward;

    /// AT20: where the desk leads on to is a page of the account in view, whatever the form says.
    #[test]
    fn the_way_into_an_account_leads_to_its_own_pages() {
        for (to, path) in [
            ("", "/console/clients?done=switched"),
            ("new", "/console/clients/new"),
            ("tgc_7fKq", "/console/clients/tgc_7fKq"),
            ("members", "/console/members"),
            ("//evil.example", "/console/clients?done=switched"),
            ("../desk", "/console/clients?done=switched"),
            ("..", "/console/clients?done=switched"),
            ("a/b", "/console/clients?done=switched"),
            ("a?b", "/console/clients?done=switched"),
        ] {
            assert_eq!(onward(to), path, "{to:?}");
        }
    }
}
