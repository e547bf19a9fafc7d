//! Who made something, in words.

use std::collections::BTreeMap;
use tollgate_issuer::Desk;
use tollgate_model::event::Actor;
use tollgate_model::{Fault, UserId};

/// Looks up each person once.
#[derive(Debug, Default)]
pub(super) struct Makers(BTreeMap<String, String>);

impl Makers {
    /// The words for an actor in its text form. A person who is gone is told as such: what they made stays (SS-17).
    pub(super) async fn name(&mut self, desk: &Desk, actor: &str) -> Result<String, Fault> {
        if let Some(known) = self.0.get(actor) {
            return Ok(known.clone());
        }
        let words = match Actor::try_from(actor.to_owned()) {
            Ok(Actor::User(id)) => match desk.store.user(&UserId::new(id)).await? {
                Some(user) if user.operator => format!("{} (operator)", user.name),
                Some(user) => user.name,
                None => "somebody who has left".to_owned(),
            },
            Ok(Actor::Operator(_)) => "an operator".to_owned(),
            Ok(Actor::Client(_)) => "a client".to_owned(),
            Ok(Actor::System) => desk.terms.console.vendor.clone(),
            Ok(Actor::Stranger) | Err(_) => "somebody".to_owned(),
        };
        self.0.insert(actor.to_owned(), words.clone());
        Ok(words)
    }
}
