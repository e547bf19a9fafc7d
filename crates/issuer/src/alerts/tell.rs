//! Who is told of an alert: the account's admins by mail, and its webhooks.

use super::matter::{data, with_names};
use super::said::{letter, said};
use super::{body, topic};
use crate::desk::Desk;
use crate::outbox;
use crate::registry::Asker;
use crate::rights::{Role, role};
use crate::terms::console::Roles;
use serde_json::json;
use tollgate_model::{Alert, Change, Fault, Hook, Kept, Member, Page, State};

/// How many people one alert is mailed to at most.
const PEOPLE: usize = 50;

/// How many pages of members are looked through for them.
const PAGES: usize = 25;

/// Everything that telling an alert changes: the alert itself (on the condition that there is none with its key), its
/// mails, its messages to hooks, and a line of the audit log. To be kept with the decision that caused it.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn changes(desk: &Desk, alert: &Alert) -> Result<Vec<Change>, Fault> {
    let alert = named(desk, alert).await?;
    let mut changes = posted(desk, &alert).await?;
    let account = desk.store.account(&alert.account).await?;
    let account = account.map_or_else(String::new, |account| account.name);
    let (subject, text) = letter(&said(&alert, &desk.terms.console), &account, &desk.terms.console);
    for address in addressees(desk, &alert).await? {
        changes.push(outbox::mail(desk, &address, &subject, &text)?);
    }
    Ok(changes)
}

async fn named(desk: &Desk, alert: &Alert) -> Result<Alert, Fault> {
    let alert = alert.clone();
    let Some(client) = alert
        .client
        .as_ref()
        .filter(|_| alert.detail.get("client_name").is_none())
    else {
        return Ok(alert);
    };
    Ok(match desk.store.client(client).await? {
        Some(record) => with_names(alert, &record.client),
        // Made by the very decision that this is told with.
        None => alert,
    })
}

async fn posted(desk: &Desk, alert: &Alert) -> Result<Vec<Change>, Fault> {
    let mut changes = vec![Change::AddAlert(alert.clone())];
    let topic = topic(alert.kind);
    let body = body(topic, alert.at, &data(alert));
    for hook in desk.store.hooks(&alert.account).await? {
        if wants(&hook, topic) {
            let message = outbox::message(desk, &hook.id, topic, &body, alert.at)?;
            changes.push(Change::AddDelivery(message));
        }
    }
    changes.push(Asker::system().did(
        "alert.raised",
        Some(&alert.account),
        alert.id.as_str(),
        alert.at,
        json!({ "kind": alert.kind, "key": alert.key }),
    ));
    Ok(changes)
}

/// Tells an alert by itself. False when it was told before, here or by another node.
///
/// # Errors
/// A [`Fault`] of the store, of the source of chance or of the cipher.
pub async fn tell(desk: &Desk, alert: &Alert) -> Result<bool, Fault> {
    // Once more when it was refused: a hook may have been removed in this moment. Refused again, it stands already.
    for _ in 0..2 {
        if desk.memory.keep(changes(desk, alert).await?).await? == Kept::Done {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a hook is told of this.
fn wants(hook: &Hook, topic: &str) -> bool {
    hook.state == State::Active && (hook.topics.is_empty() || hook.topics.iter().any(|wanted| wanted == topic))
}

async fn addressees(desk: &Desk, alert: &Alert) -> Result<Vec<String>, Fault> {
    let mut members = Vec::new();
    let mut page = Page::first();
    for _ in 0..PAGES {
        let listed = desk.store.members(&alert.account, &page).await?;
        members.extend(listed.items);
        match listed.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok(chosen(&members, &desk.terms.console.roles))
}

/// The addresses of the active admins; where there is none, of all who may make secrets.
fn chosen(members: &[Member], roles: &Roles) -> Vec<String> {
    let holding = |wanted: Role| -> Vec<String> {
        members
            .iter()
            .filter(|member| member.state == State::Active && role(&member.roles, roles) == Some(wanted))
            .map(|member| member.email.clone())
            .take(PEOPLE)
            .collect()
    };
    let admins = holding(Role::Admin);
    if admins.is_empty() {
        holding(Role::Developer)
    } else {
        admins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts;

    fn member(name: &str, roles: &[&str], state: State) -> Member {
        let mut member = facts::member();
        member.email = format!("{name}@firm.example");
        member.roles = roles.iter().map(|role| (*role).to_owned()).collect();
        member.state = state;
        member
    }

    fn roles() -> Roles {
        Roles {
            admin: vec!["Chief".into()],
            developer: vec!["Builder".into()],
            viewer: vec!["Guest".into()],
        }
    }

    #[test]
    fn admins_are_told_and_where_there_is_none_developers() {
        let mut members = vec![
            member("ann", &["Chief"], State::Active),
            member("bob", &["Builder"], State::Active),
            member("cyd", &["Builder", "Chief"], State::Active),
            member("dan", &["Chief"], State::Disabled),
            member("eve", &["Guest"], State::Active),
            member("fay", &[], State::Active),
        ];
        assert_eq!(chosen(&members, &roles()), ["ann@firm.example", "cyd@firm.example"]);
        members.retain(|member| !member.roles.contains(&"Chief".to_owned()));
        assert_eq!(chosen(&members, &roles()), ["bob@firm.example"]);
        members.retain(|member| member.email != "bob@firm.example");
        assert!(chosen(&members, &roles()).is_empty());
    }

    #[test]
    fn where_roles_mean_nothing_everybody_is_told_up_to_a_bound() {
        let members: Vec<_> = (0..200)
            .map(|number| member(&format!("m{number}"), &[], State::Active))
            .collect();
        assert_eq!(chosen(&members, &Roles::default()).len(), PEOPLE);
    }

    #[test]
    fn a_hook_is_told_what_it_wants_while_it_is_enabled() {
        let hook = |topics: &[&str], state| Hook {
            topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
            state,
            ..crate::registry::hook::tests::hook()
        };
        assert!(wants(&hook(&[], State::Active), "secret.leaked"));
        assert!(wants(&hook(&["secret.leaked"], State::Active), "secret.leaked"));
        assert!(!wants(&hook(&["secret.unused"], State::Active), "secret.leaked"));
        assert!(!wants(&hook(&[], State::Disabled), "secret.leaked"));
    }
}
