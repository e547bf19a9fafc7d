//! Adding people to an account, and sending them word.

use super::account::held;
use super::{answer, frame, member};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::people::link;
use tollgate_issuer::registry::member::{self as registry, Add};
use tollgate_issuer::rights::{self, Role};
use tollgate_issuer::terms::Terms;
use tollgate_model::{Account, Member, State as Standing};

#[derive(Template)]
#[template(path = "desk/member_new.html")]
struct Page {
    frame: Frame,
    form: Form,
    account: Account,
    roles: Vec<Choice>,
    works: String,
}

/// A member in a list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: String,
    pub(super) active: bool,
}

pub(super) fn line(member: &Member) -> Line {
    Line {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        roles: member.roles.join(", "),
        active: member.state == Standing::Active,
    }
}

/// The roles that there are to give, with what each opens; those that somebody holds already are among them.
pub(super) fn roles(terms: &Terms, held: &[String]) -> Vec<Choice> {
    let console = &terms.console.roles;
    let mut names: Vec<&String> = if terms.roles.is_empty() {
        console
            .admin
            .iter()
            .chain(&console.developer)
            .chain(&console.viewer)
            .collect()
    } else {
        terms.roles.iter().collect()
    };
    for name in held {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let opens = |name: &String| match rights::role(std::slice::from_ref(name), console) {
        Some(Role::Admin) => "Everything in the developer section, and who is a member.",
        Some(Role::Developer) => "Makes clients and secrets, chooses scopes.",
        Some(Role::Viewer) => "Looks at the developer section, and changes nothing.",
        None => "Does not see the developer section.",
    };
    names
        .into_iter()
        .map(|name| Choice::new(name, name, opens(name)))
        .collect()
}

/// The form.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let form = Form::new().with("invite", "yes");
    Ok(page(&console, &at, StatusCode::OK, account, form))
}

fn page(console: &Console, at: &AtDesk, status: StatusCode, account: Account, form: Form) -> Response {
    let here = format!("/console/desk/accounts/{}", account.id);
    let crumbs = [
        ("/console/desk/accounts", "Accounts"),
        (here.as_str(), account.name.as_str()),
    ];
    let page = Page {
        frame: frame(console, at, "Add a member", &crumbs),
        form,
        roles: roles(&console.desk.terms, &[]),
        works: words::span(console.desk.terms.console.sessions.invitation),
        account,
    };
    respond(status, &page.frame, &page)
}

/// Adds the member, and invites them if that is wanted: a member who never signs in may still be named as acting user.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let ask = Add {
        email: at.ask.field("email").to_owned(),
        name: at.ask.field("name").to_owned(),
        roles: at.ask.fields("roles").into_iter().map(str::to_owned).collect(),
    };
    let added = registry::add(&console.desk, &at.asker(), &account.id, &ask).await;
    let added = match answer::known(&console, &at, added)? {
        Ok(added) => added,
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            return Ok(page(&console, &at, status, account, form));
        }
    };
    if at.ask.field("invite").is_empty() {
        return Ok(see(&format!("/console/desk/accounts/{}?done=member-saved", account.id)));
    }
    send(&console, &at, &account, &added).await
}

/// Sends word to a member, for the first time or again.
pub(super) async fn invite(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let held = member::held(&console, &at, &account).await?;
    send(&console, &at, &account, &held).await
}

async fn send(console: &Console, at: &AtDesk, account: &Account, held: &Member) -> Result<Response, Response> {
    let sent = link::invite(&console.desk, &at.asker(), &held.email, Some(account)).await;
    match answer::known(console, at, sent)? {
        Ok(()) => Ok(see(&format!(
            "/console/desk/accounts/{}/members/{}?done=invited",
            account.id, held.id
        ))),
        Err(no) => {
            let mut form = member::filled(held);
            match answer::say(&mut form, &no) {
                // The member is there; it is the mail that is not.
                Some(status) => Ok(member::page(console, at, status, account, held, form)),
                None => Err(answer::no_page(console, at, &no)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SS-6: who gives a role is told what it opens.
    #[test]
    fn a_role_is_given_knowing_what_it_opens() {
        let mut terms = Terms::rfc("https://auth.example");
        terms.roles = vec!["System Admin".into(), "Staff".into()];
        terms.console.roles.admin = vec!["System Admin".into()];
        let given = roles(&terms, &["Auditor".into()]);
        let words: Vec<_> = given.iter().map(|choice| choice.value.as_str()).collect();
        assert_eq!(words, ["System Admin", "Staff", "Auditor"]);
        assert!(given.iter().any(|choice| choice.hint.starts_with("Everything")));
    }
}
