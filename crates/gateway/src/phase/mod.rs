//! The life of a request, phase by phase. Each hands the next a value that only it can make:
//! `Routed` → `Verified` → `Permit` → `Prepared` → the answer. A phase that ends early returns a [`Stop`]. What the answer
//! shall tell beside itself, whoever makes it, gathers in [`Notes`].

pub(crate) mod admit;
pub(crate) mod finish;
pub(crate) mod forward;
pub(crate) mod id_token;
pub(crate) mod legacy;
pub(crate) mod limit;
pub(crate) mod notes;
pub(crate) mod opaque;
pub(crate) mod prepare;
pub(crate) mod route;
pub(crate) mod tell;
pub(crate) mod verify;

pub(crate) use notes::Notes;

use crate::Refusal;
use http::HeaderValue;
use tollgate_protocol::scope::Scopes;

/// The request ends here, for this reason.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) refusal: Refusal,
    pub(crate) detail: Detail,
}

/// What the asker is told beyond the reason.
#[derive(Debug)]
pub(crate) enum Detail {
    Nothing,
    /// The methods there are.
    Allow(HeaderValue),
    /// The scopes that are needed (RFC 6750 §3).
    Scopes(Scopes),
    /// What exactly is the matter, in fixed words.
    Words(&'static str),
    /// In how many seconds it may be tried again (RFC 9110 §10.2.3).
    RetryAfter(i64),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self {
            refusal,
            detail: Detail::Nothing,
        }
    }
}
