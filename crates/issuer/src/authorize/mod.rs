//! The authorization endpoint (RFC 6749 §3.1, OpenID Connect Core §3.1.2): a person's way from a client's request to
//! the code that the client is sent.
//!
//! One record goes along, *opened → identified → consented → coded → spent*. Pages do not send people to one another:
//! each leads back to the record, and [`next()`] alone says what comes next. `ask` reads the request, `know`
//! gathers facts, [`open()`] and [`resume()`] keep what was decided, `back` is what the client is told.
//!
//! Only the browser that opened a record goes on with it (CO2, AT17), and what it agrees to is what stands in the
//! record: no form of a page names a scope or an address.

pub mod ask;
pub mod back;
pub mod bind;
pub mod code;
pub mod consent;
pub mod errand;
pub mod language;
pub mod next;
pub mod redirect;

mod claims;
mod flow;
mod identify;
mod know;
mod open;
mod proof;
mod resume;
mod target;

#[cfg(test)]
mod facts;

pub use back::Back;
pub use bind::{browser, csrf, csrf_matches};
pub use consent::answer::{approve, deny};
pub use consent::{Asking, Permission, asking};
pub use flow::Flow;
pub use identify::{keep_account, pressed};
pub use next::{Facts, Next, Step, next};
pub use open::open;
pub use resume::{flow, resume};

use crate::desk::Desk;
use crate::people::Origin;
use crate::rights::SignedIn;
use tollgate_model::authorization::Asked;
use tollgate_model::{AuthorizationId, Decision, Fault, Kept};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::Refusal;

/// A request to the authorization endpoint.
#[derive(Debug)]
pub struct Request<'a> {
    /// Its parameters, each at most once.
    pub parameters: &'a Parameters,
    /// `Accept-Language`, for who names no `ui_locales`.
    pub languages: Option<&'a str>,
    /// The digest that [`browser()`] gave.
    pub browser: &'a str,
    /// Who is signed in at this browser.
    pub who: Option<&'a SignedIn>,
    /// Where it comes from.
    pub origin: &'a Origin,
}

/// What becomes of a request to the authorization endpoint, or of a page that returns to it.
#[derive(Debug)]
pub enum Outcome {
    /// The person sees a page of ours, or leaves for another provider.
    Page(AuthorizationId, Step),
    /// The client gets its answer.
    Back(Back),
    /// The client or its address cannot be trusted: the person is told, and nobody is sent anywhere (RU5).
    Refused(Refusal),
}

/// How often a decision is made anew when its facts changed under it.
const ATTEMPTS: usize = 8;

/// Knows, decides and keeps, until nothing changed in between.
async fn settle<T, F, D>(desk: &Desk, know_and_decide: F) -> Result<T, Fault>
where
    F: Fn() -> D,
    D: Future<Output = Result<Decision<T>, Fault>> + Send,
{
    for _ in 0..ATTEMPTS {
        let decision = know_and_decide().await?;
        if desk.memory.keep(decision.changes).await? == Kept::Done {
            return Ok(decision.answer);
        }
    }
    Err(Fault::unavailable(
        "keeping an authorization",
        "it changed again and again",
    ))
}

/// How the answer to this request gets to the client.
fn way_of(asked: &Asked) -> back::Way<'_> {
    back::Way {
        redirect_uri: &asked.redirect_uri,
        mode: asked.response_mode,
        state: asked.state.as_deref(),
    }
}
