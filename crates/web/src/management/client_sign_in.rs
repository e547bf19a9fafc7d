//! How people sign in at a client, as requests and answers have it.

use super::ask::nullable;
use super::word;
use serde::{Deserialize, Serialize};
use tollgate_issuer::registry::client::SignInChange;
use tollgate_model::client::SignIn;
use utoipa::ToSchema;

/// How people sign in at a client (RFC 7591, OpenID Connect Dynamic Client Registration §2).
#[derive(Serialize, ToSchema)]
#[schema(as = SignIn)]
pub(super) struct SignInView {
    /// The vendor's own: people are not asked whether it may act for them.
    trusted: bool,
    /// Whether each sector learns another `sub` (OpenID Connect Core §8.1).
    pairwise: bool,
    /// `id_token_signed_response_alg`; null: the house's.
    id_token_alg: Option<word::Algorithm>,
    /// `userinfo_signed_response_alg`; null: plain JSON.
    userinfo_alg: Option<word::Algorithm>,
    /// `backchannel_logout_uri`.
    backchannel_logout_uri: Option<String>,
    /// `frontchannel_logout_uri`.
    frontchannel_logout_uri: Option<String>,
    /// Whether a refresh token dies when it is used; null: the house's way.
    rotates: Option<bool>,
}

impl From<SignIn> for SignInView {
    fn from(sign_in: SignIn) -> Self {
        Self {
            trusted: sign_in.trusted,
            pairwise: sign_in.pairwise,
            id_token_alg: sign_in.id_token_alg.map(Into::into),
            userinfo_alg: sign_in.userinfo_alg.map(Into::into),
            backchannel_logout_uri: sign_in.backchannel_logout_uri,
            frontchannel_logout_uri: sign_in.frontchannel_logout_uri,
            rotates: sign_in.rotates,
        }
    }
}

/// How people are to sign in at a client; what is absent stays, and null is the house's way.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SignInChange)]
pub(super) struct SignInAsk {
    /// Whether people are not asked.
    trusted: Option<bool>,
    /// Whether each sector learns another `sub`.
    pairwise: Option<bool>,
    /// One of the algorithms that something here is signed with.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<word::Algorithm>)]
    id_token_alg: Option<Option<word::Algorithm>>,
    /// One of the algorithms that something here is signed with.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<word::Algorithm>)]
    userinfo_alg: Option<Option<word::Algorithm>>,
    /// `https`, under the rules for redirect addresses.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    backchannel_logout_uri: Option<Option<String>>,
    /// `https`, under the rules for redirect addresses.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<String>)]
    frontchannel_logout_uri: Option<Option<String>>,
    /// Whether a refresh token dies when it is used.
    #[serde(deserialize_with = "nullable")]
    #[schema(value_type = Option<bool>)]
    rotates: Option<Option<bool>>,
}

impl From<SignInAsk> for SignInChange {
    fn from(ask: SignInAsk) -> Self {
        Self {
            trusted: ask.trusted,
            pairwise: ask.pairwise,
            id_token_alg: ask.id_token_alg.map(|alg| alg.map(Into::into)),
            userinfo_alg: ask.userinfo_alg.map(|alg| alg.map(Into::into)),
            backchannel_logout_uri: ask.backchannel_logout_uri,
            frontchannel_logout_uri: ask.frontchannel_logout_uri,
            rotates: ask.rotates,
        }
    }
}
