//! Which account to look at: one's own, or any for those who run the place (SG-10).

use super::own;
use crate::console::Console;
use crate::console::door::{Person, inward, see};
use crate::console::input::Ask;
use crate::console::page::{Form, Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::session;
use tollgate_issuer::registry::No;
use tollgate_issuer::rights::{self, SignedIn};
use tollgate_model::{Account, AccountId, Fault, Member, Page as Paging, State as Standing};

/// How many accounts stand on a page of what was searched for.
const A_PAGE: u32 = 50;
/// The longest text that is searched for, and the longest place in a list.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "people/accounts.html")]
struct Page {
    frame: Frame,
    form: Form,
    next: String,
    mine: Vec<Line>,
    /// What an operator searched for; absent for everybody else.
    found: Option<Found>,
    helpers: String,
}

struct Found {
    lines: Vec<Line>,
    sought: String,
    first: String,
    more: String,
}

struct Line {
    id: String,
    name: String,
    role: String,
    /// Why it cannot be chosen; empty when it can.
    closed: &'static str,
    in_view: bool,
}

/// The accounts, and for operators a search over all of them.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    match page(&console, &ask, &who).await {
        Ok(Some(page)) => respond(StatusCode::OK, &page.frame, &page),
        Ok(None) => console.refused(Some(&who), &ask, Refused::Malformed),
        Err(fault) => console.fault(&fault, ask.id()),
    }
}

/// Puts the chosen account in view.
pub(super) async fn post(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let account = AccountId::new(ask.field("account"));
    let seen = if who.user().operator && !console.operators {
        // At this listener an operator is a person like everybody: only their own accounts are there.
        own_only(&console, &who, &account).await
    } else {
        Ok(Ok(()))
    };
    let viewed = match seen {
        Ok(Ok(())) => session::view(&console.desk, &who, Some(&account), ask.id()).await,
        no => no,
    };
    match viewed {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Err(no)) => console.no(&who, &ask, &no),
        Ok(Ok(())) => see(match inward(ask.field("next")) {
            "/console" => "/console/clients?done=switched",
            next => next,
        }),
    }
}

async fn own_only(console: &Console, who: &SignedIn, account: &AccountId) -> Result<Result<(), No>, Fault> {
    let places = console.desk.store.memberships(&who.user().email).await?;
    Ok(match places.iter().any(|(_, held)| held.id == *account) {
        true => Ok(()),
        false => Err(No::NotFound("account")),
    })
}

async fn page(console: &Console, ask: &Ask, who: &SignedIn) -> Result<Option<Page>, Fault> {
    let view = who.session().account.as_ref();
    let terms = &console.desk.terms.console;
    let places = console.desk.store.memberships(&who.user().email).await?;
    let mine = places
        .iter()
        .map(|(member, account)| line(account, Some((member, &terms.roles)), view))
        .collect();
    let mut found = None;
    if who.user().operator && console.operators {
        let (sought, after) = (ask.asked("q").trim(), ask.asked("after"));
        if [sought, after]
            .iter()
            .any(|text| text.len() > LONGEST || text.chars().any(char::is_control))
        {
            return Ok(None);
        }
        found = Some(search(console, sought, after, view).await?);
    }
    let title = if found.is_some() { "Accounts" } else { "Your accounts" };
    let mut frame = own(console, who, ask, title);
    frame.lead = if found.is_some() {
        "The accounts you belong to, and all others to look after.".to_owned()
    } else {
        "Choose the one you want to look at.".to_owned()
    };
    Ok(Some(Page {
        frame,
        form: Form::new().with("q", ask.asked("q")),
        next: inward(ask.asked("next")).to_owned(),
        mine,
        found,
        helpers: terms.words.helpers.clone(),
    }))
}

async fn search(console: &Console, sought: &str, after: &str, view: Option<&AccountId>) -> Result<Found, Fault> {
    let page = Paging {
        after: (!after.is_empty()).then(|| after.to_owned()),
        limit: A_PAGE,
    };
    let listed = console.desk.store.accounts_like(sought, &page).await?;
    let link = |after: &str| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", sought), ("after", after)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        format!("/console/accounts?{}", query.finish())
    };
    Ok(Found {
        lines: listed.items.iter().map(|account| line(account, None, view)).collect(),
        sought: sought.to_owned(),
        first: if after.is_empty() { String::new() } else { link("") },
        more: listed.next.as_deref().map(link).unwrap_or_default(),
    })
}

fn line(
    account: &Account,
    member: Option<(&Member, &tollgate_issuer::terms::console::Roles)>,
    view: Option<&AccountId>,
) -> Line {
    let role = member.map_or_else(String::new, |(member, roles)| {
        if member.roles.is_empty() {
            rights::role(&member.roles, roles).map_or_else(String::new, |role| role.as_str().to_owned())
        } else {
            member.roles.join(", ")
        }
    });
    let closed = match (account.state, member) {
        // Operators look after disabled accounts too.
        (Standing::Disabled, Some(_)) => "This account is disabled.",
        (Standing::Active, Some((member, _))) if member.state == Standing::Disabled => {
            "Your access to this account is disabled."
        }
        _ => "",
    };
    Line {
        id: account.id.to_string(),
        name: account.name.clone(),
        role,
        closed,
        in_view: view == Some(&account.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_issuer::terms::console::Roles;
    use tollgate_model::{MemberId, Moment};

    fn account(state: Standing) -> Account {
        Account {
            id: AccountId::new("acc_1"),
            name: "Nordic Bank".to_owned(),
            state,
            apis: None,
            live: true,
            plan: None,
            created: Moment(1),
            version: 1,
        }
    }

    fn member(state: Standing, roles: &[&str]) -> Member {
        Member {
            id: MemberId::new("mem_1"),
            account: AccountId::new("acc_1"),
            email: "ann@firm.example".to_owned(),
            name: "Ann".to_owned(),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            state,
            created: Moment(1),
            version: 1,
        }
    }

    #[test]
    fn a_disabled_place_is_shown_and_cannot_be_chosen() {
        let roles = Roles::default();
        let of = |a, m| {
            let member = member(m, &[]);
            line(&account(a), Some((&member, &roles)), None).closed
        };
        assert_eq!(of(Standing::Active, Standing::Active), "");
        assert!(!of(Standing::Disabled, Standing::Active).is_empty());
        assert!(!of(Standing::Active, Standing::Disabled).is_empty());
        assert_eq!(
            line(&account(Standing::Disabled), None, None).closed,
            "",
            "operators look after it"
        );
    }

    #[test]
    fn a_place_is_told_with_its_role_and_whether_it_is_in_view() {
        let roles = Roles::default();
        let member = member(Standing::Active, &["Suite - API Developer"]);
        let told = line(
            &account(Standing::Active),
            Some((&member, &roles)),
            Some(&AccountId::new("acc_1")),
        );
        assert_eq!(told.role, "Suite - API Developer");
        assert!(told.in_view);
    }
}
