//! The part about people (OpenID Connect Discovery §3, and what later documents add to it).

use serde::Serialize;

/// What a server with an authorization endpoint says of itself besides RFC 8414's own members.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenId {
    /// The authorization endpoint.
    pub authorization_endpoint: String,
    /// OpenID Connect Core §5.3.
    pub userinfo_endpoint: String,
    /// OpenID Connect RP-Initiated Logout §2.1.
    pub end_session_endpoint: String,
    /// How an answer can travel back: `query`, `form_post`.
    pub response_modes_supported: Vec<&'static str>,
    /// RFC 7636; `S256` alone (PK2).
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// `public`, `pairwise`.
    pub subject_types_supported: Vec<&'static str>,
    /// What signs ID tokens; `RS256` must be among them.
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    /// What signs UserInfo answers; empty: they are never signed, and it is not said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userinfo_signing_alg_values_supported: Vec<&'static str>,
    /// The claims that may be told, those of the token itself included.
    pub claims_supported: Vec<String>,
    /// Whether the parameter `claims` is read (OpenID Connect Core §5.5).
    pub claims_parameter_supported: bool,
    /// The kinds of sign-in that can be asked for; empty: none, and it is not said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acr_values_supported: Vec<String>,
    /// The words of `prompt` (Initiating User Registration §4.1).
    pub prompt_values_supported: Vec<&'static str>,
    /// The languages of the pages (BCP 47).
    pub ui_locales_supported: Vec<&'static str>,
    /// Request objects are refused by name.
    pub request_parameter_supported: bool,
    /// Said, since leaving it out means `true`.
    pub request_uri_parameter_supported: bool,
    /// `iss` in every answer (RFC 9207 §3).
    pub authorization_response_iss_parameter_supported: bool,
    /// OpenID Connect Back-Channel Logout §2.1.
    pub backchannel_logout_supported: bool,
    /// Whether logout tokens carry `sid`.
    pub backchannel_logout_session_supported: bool,
    /// OpenID Connect Front-Channel Logout §3.
    pub frontchannel_logout_supported: bool,
    /// Whether `iss` and `sid` are added to the address.
    pub frontchannel_logout_session_supported: bool,
}

impl Default for OpenId {
    /// What holds on every server of ours; addresses, algorithms, claims, kinds of sign-in and languages are still to be
    /// filled in.
    fn default() -> Self {
        Self {
            authorization_endpoint: String::new(),
            userinfo_endpoint: String::new(),
            end_session_endpoint: String::new(),
            response_modes_supported: vec!["query", "form_post"],
            code_challenge_methods_supported: vec!["S256"],
            subject_types_supported: vec!["public", "pairwise"],
            id_token_signing_alg_values_supported: Vec::new(),
            userinfo_signing_alg_values_supported: Vec::new(),
            claims_supported: Vec::new(),
            claims_parameter_supported: true,
            acr_values_supported: Vec::new(),
            prompt_values_supported: vec!["none", "login", "consent", "select_account"],
            ui_locales_supported: Vec::new(),
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Document, Metadata};
    use serde_json::{Value, json};

    fn server() -> Metadata {
        Metadata {
            issuer: "https://as.example".into(),
            token_endpoint: "https://as.example/token".into(),
            jwks_uri: "https://as.example/jwks".into(),
            revocation_endpoint: "https://as.example/revoke".into(),
            introspection_endpoint: "https://as.example/introspect".into(),
            scopes_supported: Vec::new(),
            grant_types_supported: Vec::new(),
            response_types_supported: Vec::new(),
            token_endpoint_auth_methods_supported: Vec::new(),
            revocation_endpoint_auth_methods_supported: Vec::new(),
            introspection_endpoint_auth_methods_supported: Vec::new(),
            service_documentation: None,
        }
    }

    /// DI3: a server without an authorization endpoint says nothing of one.
    #[test]
    fn without_people_nothing_is_said_of_them() {
        let alone = Document {
            server: server(),
            openid: None,
        };
        assert_eq!(
            serde_json::to_value(&alone).unwrap(),
            serde_json::to_value(server()).unwrap()
        );
    }

    /// DI3, PK2: S256 alone is named, request objects are said not to be read, and what is empty is not said.
    #[test]
    fn with_people_both_parts_stand_side_by_side() {
        let openid = OpenId {
            authorization_endpoint: "https://as.example/authorize".into(),
            ..OpenId::default()
        };
        let document = Document {
            server: server(),
            openid: Some(openid),
        };
        let wire: Value = serde_json::to_value(&document).unwrap();
        assert_eq!(wire["issuer"], "https://as.example");
        assert_eq!(wire["authorization_endpoint"], "https://as.example/authorize");
        assert_eq!(wire["code_challenge_methods_supported"], json!(["S256"]));
        assert_eq!(wire["request_uri_parameter_supported"], false);
        assert!(wire.get("acr_values_supported").is_none());
        assert!(wire.get("userinfo_signing_alg_values_supported").is_none());
    }
}
