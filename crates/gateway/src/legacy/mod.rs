//! Old ways of authenticating: what a route takes, who came by one, and until when that is good.

mod credentials;
mod elsewhere;
mod on_record;
mod shown;
mod standing;

pub(crate) use credentials::{Credential, Credentials, Silent};
pub(crate) use shown::{Bearer, Shown, Text, bearer};
pub(crate) use standing::{Place, Verdict, fields, over_for_everybody, verdict};

use crate::acting::Member;
use crate::routes::TokenGate;
use http::{HeaderName, HeaderValue};
use std::sync::Arc;
use tollgate_model::transition::Subject;
use tollgate_model::{AccountId, ActingUser, ApiId, Dated, LegacyCredentialId, LegacyMethod, LegacyMethodId, Route};

/// An old way that a route takes, with the transitions that end it there.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) method: LegacyMethod,
    /// [`LegacyMethod::key_headers`], read.
    pub(crate) key_headers: Vec<HeaderName>,
    pub(crate) dated: Vec<Arc<Dated>>,
}

/// The ways that a route takes. A method that nobody knows is left out: nothing passes by it.
pub(crate) fn ways(route: &Route, methods: &[LegacyMethod], dated: &[Arc<Dated>]) -> Vec<Way> {
    let known = |id: &LegacyMethodId| methods.iter().find(|method| method.id == *id);
    route
        .legacy
        .iter()
        .filter_map(known)
        .map(|method| Way {
            key_headers: method.key_headers.iter().filter_map(|name| name.parse().ok()).collect(),
            dated: dated
                .iter()
                .filter(|dated| dated.transition.of == Subject::Method(method.id.clone()))
                .cloned()
                .collect(),
            method: method.clone(),
        })
        .collect()
}

/// The transitions that end a route itself.
pub(crate) fn endings(route: &Route, api: Option<&ApiId>, dated: &[Arc<Dated>]) -> Vec<Arc<Dated>> {
    let ends = |dated: &&Arc<Dated>| {
        let everybody = Dated {
            transition: tollgate_model::Transition {
                accounts: Vec::new(),
                ..dated.transition.clone()
            },
            exceptions: Vec::new(),
        };
        dated.transition.of == Subject::Routes && everybody.holds(None, &route.id, api)
    };
    dated.iter().filter(ends).cloned().collect()
}

/// Somebody who came by an old way.
#[derive(Clone)]
pub(crate) struct Old<'v> {
    pub(crate) gate: &'v TokenGate,
    pub(crate) way: &'v Way,
    pub(crate) who: Arc<Who>,
    /// The header that carried a key.
    pub(crate) key: Option<&'v HeaderName>,
}

/// Who came by an old way.
pub(crate) struct Who {
    pub(crate) account: AccountId,
    /// The account, for the server behind.
    pub(crate) account_header: HeaderValue,
    pub(crate) member: Option<Arc<Member>>,
    /// The credential by which its use is counted: the key where there is one, else the token. None where the vendor's
    /// old system vouches.
    pub(crate) credential: Option<LegacyCredentialId>,
}

impl Who {
    /// None when the account cannot stand in a header, or the member is of another.
    pub(crate) fn of(
        account: AccountId,
        member: Option<ActingUser>,
        credential: Option<LegacyCredentialId>,
    ) -> Option<Self> {
        let member = match member {
            None => None,
            // Whoever says it is held to their word: nobody acts in an account but its own members.
            Some(user) if user.account == account => Some(Arc::new(Member::of(user)?)),
            Some(_) => return None,
        };
        Some(Self {
            account_header: HeaderValue::from_str(account.as_str()).ok()?,
            account,
            member,
            credential,
        })
    }

    /// The one whom a key and a token name together: the use is the key's, and the member is whoever signed in.
    pub(crate) fn together(key: &Arc<Self>, bearer: &Arc<Self>) -> Arc<Self> {
        if bearer.member.is_none() {
            return Arc::clone(key);
        }
        Arc::new(Self {
            account: key.account.clone(),
            account_header: key.account_header.clone(),
            member: bearer.member.clone(),
            credential: key.credential.clone(),
        })
    }
}

impl Way {
    /// Whether a request needs a key.
    pub(crate) const fn wants_key(&self) -> bool {
        !self.key_headers.is_empty()
    }
}
