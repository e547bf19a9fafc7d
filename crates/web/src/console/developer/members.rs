//! The people of the account (SS-6).

use super::answer;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Choice, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::rights::{self, Role};
use tollgate_issuer::terms::console::Roles;
use tollgate_model::{Member, State as Standing};

/// How many members stand on a page.
const A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "developer/members.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    first: String,
    more: String,
}

pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: String,
    pub(super) opens: &'static str,
    pub(super) active: bool,
    /// Whether it is the person who looks.
    pub(super) own: bool,
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    let Some(paging) = answer::page(&at.ask, A_PAGE) else {
        return Err(answer::malformed(&console, &at));
    };
    let listed = developer::members(&console.desk, &at.seat, &paging).await;
    let listed = answer::done(&console, &at, listed)?;
    let mut frame = console.frame_at(&at, "Members");
    frame.lead = "The people of this account: who may come in here, and what each may do.".to_owned();
    let roles = &console.desk.terms.console.roles;
    let page = Page {
        frame,
        lines: listed.items.iter().map(|member| line(member, roles, &at)).collect(),
        first: if paging.after.is_some() {
            "/console/members".to_owned()
        } else {
            String::new()
        },
        more: listed
            .next
            .map(|after| answer::link("/console/members", &[("after", &after)]))
            .unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

pub(super) fn line(member: &Member, roles: &Roles, at: &AtAccount) -> Line {
    Line {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        roles: member.roles.join(", "),
        opens: opens(rights::role(&member.roles, roles)),
        active: member.state == Standing::Active,
        own: at.seat.member().is_some_and(|own| own.id == member.id),
    }
}

/// What a role opens, in words.
pub(super) const fn opens(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Admin) => "Everything here, and decides who is a member",
        Some(Role::Developer) => "Makes clients and secrets, chooses scopes",
        Some(Role::Viewer) => "Looks, and changes nothing",
        None => "Does not see this section",
    }
}

/// The roles that there are to give, each with what it opens; those somebody holds already are among them.
pub(super) fn choices(words: &[String], roles: &Roles, held: &[String]) -> Vec<Choice> {
    let mut names: Vec<&String> = if words.is_empty() {
        roles
            .admin
            .iter()
            .chain(&roles.developer)
            .chain(&roles.viewer)
            .collect()
    } else {
        words.iter().collect()
    };
    // Where the terms leave the word free, what is held stays choosable.
    for name in held {
        if words.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    let choice = |name: &String| Choice::new(name, name, opens(rights::role(std::slice::from_ref(name), roles)));
    names.into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SS-6: who gives a role is told what it opens.
    #[test]
    fn a_role_is_given_knowing_what_it_opens() {
        let roles = Roles {
            admin: vec!["System Admin".into()],
            developer: vec!["Suite - API Developer".into()],
            viewer: vec![],
        };
        let words = ["Suite - API Developer", "System Admin", "Staff"].map(str::to_owned);
        let hints: Vec<_> = choices(&words, &roles, &[])
            .into_iter()
            .map(|choice| choice.hint)
            .collect();
        assert_eq!(
            hints,
            [
                opens(Some(Role::Developer)),
                opens(Some(Role::Admin)),
                "Does not see this section"
            ]
        );
        let free: Vec<_> = choices(&[], &roles, &["Auditor".into(), "System Admin".into()])
            .into_iter()
            .map(|choice| choice.value)
            .collect();
        assert_eq!(free, ["System Admin", "Suite - API Developer", "Auditor"]);
    }
}
