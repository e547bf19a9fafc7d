//! The developer section: what a person does with the clients, people and webhooks of the account in view.
//!
//! Every function here takes a [`Seat`], asks whether the section is open and whether that seat may do this, and finds
//! the client as the account's own; what is then done is the registry's business, as for every other door. An operator
//! who looks after an account sits in its admin's seat, also before the section opens and where accounts make no
//! clients themselves.

mod application;
mod client;
mod hook;
mod lookout;
mod member;
mod once;
mod secret;
mod state;
mod token;

pub use application::{application, applications, apply};
pub use client::{
    Made, Narrow, NewClient, Shown, Visited, apis, clients, give_back, make_client, make_client_once, rename,
    revoke_tokens, set_addresses, set_scopes, set_sign_in, show,
};
pub use hook::{add_hook, deliveries, hook, hooks, ping_hook, redeliver, remove_hook, revise_hook, rotate_hook_key};
pub use lookout::{Used, alerts, call, calls, usage};
pub use member::{Invited, MemberChange, invite_again, invite_member, member, members, remove_member, revise_member};
pub use once::ticket;
pub use secret::{ending, regenerate, reveal, revoke_secret};
pub use state::set_state;
pub use token::test_token;

use crate::desk::Desk;
use crate::registry::{No, date};
use crate::rights::{Role, Seat};
use crate::terms::console::{ConsoleTerms, Creation};
use tollgate_model::Moment;

/// The section is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotYet {
    /// From when on it is.
    pub opens: Moment,
}

/// Whether the section is there at `now`.
///
/// # Errors
/// [`NotYet`], with the moment from which it is.
pub fn open(terms: &ConsoleTerms, now: Moment) -> Result<(), NotYet> {
    match terms.opens {
        Some(opens) if now < opens => Err(NotYet { opens }),
        _ => Ok(()),
    }
}

impl From<NotYet> for No {
    fn from(not_yet: NotYet) -> Self {
        Self::Forbidden(format!("this section opens on {}", date(not_yet.opens)))
    }
}

/// What decides whether a seat may do something: a plain value of it.
#[derive(Clone, Copy, Debug)]
struct Standing {
    role: Role,
    operator: bool,
}

impl Standing {
    fn of(seat: &Seat) -> Self {
        Self {
            role: seat.role(),
            operator: seat.member().is_none(),
        }
    }

    /// SS-6, SS-8: the section is open, and the seat is high enough.
    fn may(self, need: Role, terms: &ConsoleTerms, now: Moment) -> Result<(), No> {
        if !self.operator {
            open(terms, now)?;
        }
        if self.role < need {
            let (need, is) = (need.as_str(), self.role.as_str());
            return Err(No::Forbidden(format!("this needs the role of {need}; yours is {is}")));
        }
        Ok(())
    }

    /// SO-1, 3E-5: whether this seat makes clients, and gives them scopes, by its own word.
    fn creates(self, terms: &ConsoleTerms) -> Result<(), No> {
        let helpers = &terms.words.helpers;
        match terms.creation {
            _ if self.operator => Ok(()),
            Creation::SelfService => Ok(()),
            Creation::Request => Err(No::Forbidden(
                "a client is requested here, and made once it is approved".into(),
            )),
            Creation::Operator => Err(No::Forbidden(format!("clients are made by {helpers}; ask there"))),
        }
    }
}

/// Whether this seat may do what needs `need`, now.
fn allowed(desk: &Desk, seat: &Seat, need: Role) -> Result<(), No> {
    Standing::of(seat).may(need, &desk.terms.console, desk.now())
}

#[cfg(test)]
mod tests;
