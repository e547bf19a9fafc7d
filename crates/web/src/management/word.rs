//! The closed lists of words that requests and answers use, beside those of the model.

use serde::{Deserialize, Serialize};
use tollgate_model::{api, client, operator};
use tollgate_protocol::{claims, jose};
use utoipa::ToSchema;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $of:path { $($(#[$each:meta])* $word:literal $variant:ident)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        pub(super) enum $name {
            $($(#[$each])* #[serde(rename = $word)] $variant,)*
        }

        impl From<$name> for $of {
            fn from(word: $name) -> Self {
                match word { $($name::$variant => Self::$variant,)* }
            }
        }

        impl From<$of> for $name {
            fn from(word: $of) -> Self {
                match word { $(<$of>::$variant => Self::$variant,)* }
            }
        }
    )*};
}

words! {
    /// Whether something may act.
    State = tollgate_model::State {
        "active" Active
        "disabled" Disabled
    }
    /// Test or live.
    Environment = client::Environment {
        "test" Test
        "live" Live
    }
    /// How a client authenticates (RFC 7591 §2).
    AuthMethod = client::AuthMethod {
        "client_secret_basic" ClientSecretBasic
        "client_secret_post" ClientSecretPost
        /// A public client: PKCE is all (RFC 6749 §2.1).
        "none" None
    }
    /// What a client may buy tokens with (RFC 6749 §1.3).
    GrantType = client::GrantType {
        "client_credentials" ClientCredentials
        "authorization_code" AuthorizationCode
        "refresh_token" RefreshToken
    }
    /// What a token request gets that names no scope: all that is granted, nothing, or a refusal.
    Unasked = api::Unasked {
        "granted" Granted
        "nothing" Nothing
        "refused" Refused
    }
    /// A signature algorithm (RFC 7518, RFC 8037).
    Algorithm = jose::Algorithm {
        "RS256" RS256
        "ES256" ES256
        "PS256" PS256
        "EdDSA" EdDSA
    }
    /// How a token spells its claims.
    Profile = claims::Profile {
        "rfc9068" Rfc9068
        "auth0" Auth0
        "hydra" Hydra
        "identityserver" IdentityServer
    }
    /// What a credential opens: the management API, or a gateway's feed.
    OperatorKind = operator::OperatorKind {
        "operator" Operator
        "gateway" Gateway
    }
    /// Where a signing key stands.
    Stage = tollgate_issuer::registry::key::Stage {
        "published" Published
        "signing" Signing
        "retiring" Retiring
        "retired" Retired
    }
}

/// Each of a list, in the other's words.
pub(super) fn each<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(U::from).collect()
}
