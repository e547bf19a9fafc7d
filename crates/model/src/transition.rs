//! The dated path from an old way to a new one.

use crate::{AccountId, ApiId, LegacyMethodId, Moment, RouteId, TransitionId, Version};
use serde::{Deserialize, Serialize};

/// A dated end of something old. Until then both ways work; from then on the new one alone.
///
/// The moments come in this order where they are set: `opens`, `warns`, brown-outs, `ends`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Its id.
    pub id: TransitionId,
    /// What people call it.
    pub name: String,
    /// What comes to its end.
    pub of: Subject,
    /// Routes where it holds; empty: wherever its subject is met. Not for [`Subject::Alias`].
    #[serde(default)]
    pub routes: Vec<RouteId>,
    /// APIs on whose routes it holds; empty: of all.
    #[serde(default)]
    pub apis: Vec<ApiId>,
    /// Accounts for which it holds; empty: for all.
    #[serde(default)]
    pub accounts: Vec<AccountId>,
    /// From when on answers to the old way say that it is deprecated (RFC 9745).
    #[serde(default)]
    pub opens: Option<Moment>,
    /// From when on those who still use it are told, by notice.
    #[serde(default)]
    pub warns: Option<Moment>,
    /// Named windows in which the old way is refused, as it will be after the end.
    #[serde(default)]
    pub brownouts: Vec<Brownout>,
    /// From when on the old way is refused; none: nobody knows yet.
    #[serde(default)]
    pub ends: Option<Moment>,
    /// Where people read what to do (`Link`, RFC 9745 §3).
    #[serde(default)]
    pub documentation: Option<String>,
    /// Declared in the configuration: changed there, not through the management API.
    #[serde(default)]
    pub declared: bool,
    /// Its revision.
    #[serde(default)]
    pub version: Version,
}

impl Transition {
    /// Under which name uses of what it ends are counted ([`crate::LegacyUse::method`]).
    #[must_use]
    pub fn counted_as(&self) -> LegacyMethodId {
        match &self.of {
            Subject::Method(id) => id.clone(),
            Subject::Alias(path) => LegacyMethodId::new(format!("alias:{path}")),
            Subject::Routes => LegacyMethodId::new(format!("routes:{}", self.id)),
        }
    }
}

/// What comes to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// An old way of authenticating.
    Method(LegacyMethodId),
    /// Another path of an issuer's endpoint (SG-5).
    Alias(String),
    /// Routes themselves, however a request authenticates: those named in [`Transition::routes`].
    Routes,
}

/// A window in which the old way is refused, so that those who still use it notice in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brownout {
    /// What people call it.
    pub name: String,
    /// When it begins.
    pub from: Moment,
    /// When it is over.
    pub to: Moment,
}

/// Another end for one account: later where somebody asked for time, earlier where a firm is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Of which transition.
    pub transition: TransitionId,
    /// For whom.
    pub account: AccountId,
    /// When the old way ends for this account. A later end than the transition's spares it the brown-outs too.
    pub ends: Moment,
    /// Why, for people.
    pub note: String,
    /// When it was made.
    pub created: Moment,
}

/// A transition and those who have another end, for whoever applies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// The transition.
    pub transition: Transition,
    /// By account, in order; one for each at most.
    pub exceptions: Vec<Exception>,
}

/// Where an account stands in a transition at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage<'a> {
    /// Nothing is said yet.
    Before,
    /// Both ways work, and answers say that the old one is deprecated.
    Open,
    /// The same, and people are told.
    Warned,
    /// The old way is refused for a while.
    Brownout(&'a Brownout),
    /// The old way is refused.
    Ended,
}

impl Stage<'_> {
    /// Whether the old way still works.
    #[must_use]
    pub const fn works(&self) -> bool {
        !matches!(self, Self::Brownout(_) | Self::Ended)
    }

    /// The word it is shown as.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Open => "open",
            Self::Warned => "warned",
            Self::Brownout(_) => "brownout",
            Self::Ended => "ended",
        }
    }
}

impl Dated {
    /// What this account was granted, if anything.
    #[must_use]
    pub fn exception(&self, account: &AccountId) -> Option<&Exception> {
        let place = self.exceptions.binary_search_by(|held| held.account.cmp(account));
        place.ok().and_then(|place| self.exceptions.get(place))
    }

    /// When it ends for this account, or for everybody else.
    #[must_use]
    pub fn ends(&self, account: Option<&AccountId>) -> Option<Moment> {
        let own = account.and_then(|account| self.exception(account));
        own.map(|exception| exception.ends).or(self.transition.ends)
    }

    /// Where this account stands at `now`; without one, where somebody without exception stands.
    #[must_use]
    pub fn stage(&self, account: Option<&AccountId>, now: Moment) -> Stage<'_> {
        let transition = &self.transition;
        let own = account.and_then(|account| self.exception(account));
        if self.ends(account).is_some_and(|end| end <= now) {
            return Stage::Ended;
        }
        let spared = own.is_some_and(|own| transition.ends.is_some_and(|end| end < own.ends));
        let within = |window: &&Brownout| window.from <= now && now < window.to;
        if let Some(window) = transition.brownouts.iter().find(within).filter(|_| !spared) {
            return Stage::Brownout(window);
        }
        let past = |moment: Option<Moment>| moment.is_some_and(|moment| moment <= now);
        if past(transition.warns) {
            Stage::Warned
        } else if past(transition.opens) {
            Stage::Open
        } else {
            Stage::Before
        }
    }

    /// Whether it holds for this account on this route of this API.
    #[must_use]
    pub fn holds(&self, account: Option<&AccountId>, route: &RouteId, api: Option<&ApiId>) -> bool {
        let transition = &self.transition;
        let here =
            transition.routes.is_empty() && transition.of != Subject::Routes || transition.routes.contains(route);
        let of_api = transition.apis.is_empty() || api.is_some_and(|api| transition.apis.contains(api));
        let whose =
            transition.accounts.is_empty() || account.is_some_and(|account| transition.accounts.contains(account));
        here && of_api && whose
    }
}

#[cfg(test)]
mod tests;
