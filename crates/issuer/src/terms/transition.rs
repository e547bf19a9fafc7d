//! Old ways of authenticating, and what accounts may ask for.

use serde_json::Value;
use tollgate_model::{LegacyMethod, LegacyMethodId, Plan};

/// Old ways of authenticating, and what accounts may ask for. All of it is declared in the configuration; the dates on
/// which old ways end are on record ([`tollgate_model::Transition`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransitionTerms {
    /// The old ways.
    pub methods: Vec<LegacyMethod>,
    /// Login endpoints that give out tokens of such a way.
    pub logins: Vec<LegacyLogin>,
    /// What accounts may ask for; one at most is the default.
    pub plans: Vec<Plan>,
}

impl TransitionTerms {
    /// The way of that id.
    #[must_use]
    pub fn method(&self, id: &LegacyMethodId) -> Option<&LegacyMethod> {
        self.methods.iter().find(|method| method.id == *id)
    }

    /// The login endpoint at that path.
    #[must_use]
    pub fn login(&self, path: &str) -> Option<&LegacyLogin> {
        self.logins.iter().find(|login| login.path == path)
    }
}

/// The vendor's old login endpoint: e-mail address and password for an opaque token. Its shape is the vendor's own, so
/// request and answers are templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegacyLogin {
    /// Whose tokens it gives out.
    pub method: LegacyMethodId,
    /// Where it is, below the issuer's origin.
    pub path: String,
    /// Where the JSON request has the address (RFC 6901), such as `/email`; a form field has that name without the slash.
    pub email: String,
    /// Where it has the password.
    pub password: String,
    /// How long a token lives, in seconds.
    pub lifetime: i64,
    /// The answer: JSON, in which the texts `{token}`, `{expires_in}`, `{expires_at}`, `{email}` and `{account}` are
    /// replaced. A text that is `{expires_in}` alone becomes a number.
    pub answer: Value,
    /// The status of a refusal, 400 to 499.
    pub refused_status: u16,
    /// A refusal: JSON, in which `{code}` and `{message}` are replaced.
    pub refused: Value,
}
