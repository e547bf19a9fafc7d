//! Who did something, in words.

use std::collections::BTreeMap;
use tollgate_issuer::Desk;
use tollgate_model::event::Actor;
use tollgate_model::{ClientId, Fault, UserId};

/// Looks up each actor once.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: BTreeMap<String, Who>,
    /// Credentials by id, once one was asked for.
    operators: Option<BTreeMap<String, String>>,
}

/// Somebody, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Who {
    /// Their name.
    pub(super) name: String,
    /// What they are; empty where the name says it.
    pub(super) kind: &'static str,
    /// Their page at the desk; empty for none.
    pub(super) href: String,
}

impl Names {
    /// The words for an actor in its text form. Who is gone is told by id: the log outlives people.
    pub(super) async fn of(&mut self, desk: &Desk, actor: &str) -> Result<Who, Fault> {
        if let Some(known) = self.known.get(actor) {
            return Ok(known.clone());
        }
        let who = match Actor::try_from(actor.to_owned()) {
            Ok(Actor::User(id)) => user(desk, id).await?,
            Ok(Actor::Operator(id)) => self.operator(desk, id).await?,
            Ok(Actor::Client(id)) => client(desk, id).await?,
            Ok(Actor::System) => said("Tollgate itself"),
            Ok(Actor::Stranger) => said("somebody unknown"),
            Err(_) => said(actor),
        };
        self.known.insert(actor.to_owned(), who.clone());
        Ok(who)
    }

    async fn operator(&mut self, desk: &Desk, id: String) -> Result<Who, Fault> {
        if self.operators.is_none() {
            let held = desk.store.operators().await?;
            let names = held
                .into_iter()
                .map(|operator| (operator.id.to_string(), operator.name));
            self.operators = Some(names.collect());
        }
        let name = self.operators.as_ref().and_then(|names| names.get(&id)).cloned();
        Ok(Who {
            name: name.unwrap_or(id),
            kind: "credential",
            href: "/console/desk/operators".to_owned(),
        })
    }
}

async fn user(desk: &Desk, id: String) -> Result<Who, Fault> {
    let id = UserId::new(id);
    Ok(match desk.store.user(&id).await? {
        Some(user) => Who {
            name: user.name,
            kind: if user.operator { "operator" } else { "" },
            href: format!("/console/desk/people/{id}"),
        },
        None => Who {
            name: id.to_string(),
            kind: "person who is gone",
            href: String::new(),
        },
    })
}

async fn client(desk: &Desk, id: String) -> Result<Who, Fault> {
    let id = ClientId::new(id);
    let name = desk.store.client(&id).await?.map(|record| record.client.name);
    Ok(Who {
        name: name.unwrap_or_else(|| id.to_string()),
        kind: "client",
        href: super::listing::link("/console/desk/clients", &[("q", id.as_str())]),
    })
}

fn said(words: &str) -> Who {
    Who {
        name: words.to_owned(),
        ..Who::default()
    }
}
