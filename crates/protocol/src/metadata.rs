//! What a server says of itself (RFC 8414, OpenID Connect Discovery).

mod openid;

pub use openid::OpenId;

use serde::Serialize;

/// Authorization server metadata (RFC 8414 §2). Only what is served stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Metadata {
    /// The issuer identifier, byte for byte as in `iss`.
    pub issuer: String,
    /// The token endpoint.
    pub token_endpoint: String,
    /// The signing keys.
    pub jwks_uri: String,
    /// RFC 7009.
    pub revocation_endpoint: String,
    /// RFC 7662.
    pub introspection_endpoint: String,
    /// Scopes of all APIs.
    pub scopes_supported: Vec<String>,
    /// RFC 6749 grant types.
    pub grant_types_supported: Vec<&'static str>,
    /// Response types of the authorization endpoint; required by RFC 8414 even where there is none.
    pub response_types_supported: Vec<&'static str>,
    /// How clients authenticate at the token endpoint.
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the revocation endpoint.
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    /// How clients authenticate at the introspection endpoint.
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Where integrators read on, when the vendor says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_documentation: Option<String>,
}

/// The whole document: what every server says, and what one with people says besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// What every server says.
    #[serde(flatten)]
    pub server: Metadata,
    /// What a server with an authorization endpoint says besides; none: there is no such endpoint, and nothing of it is said.
    #[serde(flatten)]
    pub openid: Option<OpenId>,
}
