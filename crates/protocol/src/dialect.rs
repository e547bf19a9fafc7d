//! The wire dialects: how each family of servers says the same no.
//!
//! Rules speak of [`Refusal`]s and never of vendors. What an integrator's code sees (status, error
//! word, description, members, headers) is looked up here, in one table: a row per reason, a column
//! per dialect. `docs/reference/errors.md` is printed from it.

mod people;

use crate::refusal::{Code, Refusal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A family of servers whose answers integrators' code was written against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// RFC 6749 to the letter.
    #[default]
    Rfc,
    /// Auth0, wording of today.
    Auth0,
    /// Auth0, wording of older tenants where it differs.
    Auth0Classic,
    /// Ory Hydra, errors in one description.
    Hydra,
    /// Ory Hydra up to 1.8: `error_hint` and `status_code` as members of their own.
    HydraClassic,
    /// IdentityServer4: every token error is 400, no descriptions.
    #[serde(rename = "identityserver")]
    IdentityServer,
}

/// How a token endpoint's answer is dressed, whatever it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// `Content-Type` of JSON answers.
    pub content_type: &'static str,
    /// `Cache-Control` of token answers and errors (RFC 6749 §5.1).
    pub cache_control: &'static str,
    /// `token_type` of success.
    pub token_type: &'static str,
    /// Whether 401 carries `WWW-Authenticate` also when no `Authorization` header was sent.
    pub always_challenges: bool,
}

/// A refusal as it goes over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// HTTP status.
    pub status: u16,
    /// JSON object of the body.
    pub body: Map<String, Value>,
}

/// A cell of the table: status, error word, description. In descriptions `{name}` stands for a value
/// of the refusal, and ` ~ ` parts Hydra's text from its hint. An empty description is left out.
type Cell = (u16, &'static str, &'static str);

/// A row of the table: reason, then `rfc`, `auth0`, `hydra`, `identityserver`.
type Row = (Code, Cell, Cell, Cell, Cell);

impl Dialect {
    /// Every dialect, in the order of the table's columns.
    pub const ALL: [Self; 6] = [
        Self::Rfc,
        Self::Auth0,
        Self::Auth0Classic,
        Self::Hydra,
        Self::HydraClassic,
        Self::IdentityServer,
    ];

    /// The name it has in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rfc => "rfc",
            Self::Auth0 => "auth0",
            Self::Auth0Classic => "auth0-classic",
            Self::Hydra => "hydra",
            Self::HydraClassic => "hydra-classic",
            Self::IdentityServer => "identityserver",
        }
    }

    /// How answers are dressed.
    #[must_use]
    pub const fn manner(self) -> Manner {
        match self {
            Self::Rfc => Manner {
                content_type: "application/json",
                cache_control: "no-store",
                token_type: "Bearer",
                always_challenges: true,
            },
            Self::Auth0 | Self::Auth0Classic => Manner {
                content_type: "application/json",
                cache_control: "no-store",
                token_type: "Bearer",
                always_challenges: false,
            },
            Self::Hydra | Self::HydraClassic => Manner {
                content_type: "application/json;charset=UTF-8",
                cache_control: "no-store",
                token_type: "bearer",
                always_challenges: false,
            },
            Self::IdentityServer => Manner {
                content_type: "application/json; charset=UTF-8",
                cache_control: "no-store, no-cache, max-age=0",
                token_type: "Bearer",
                always_challenges: false,
            },
        }
    }

    /// This refusal in this dialect.
    #[must_use]
    pub fn speak(self, refusal: &Refusal) -> Spoken {
        let (status, error, template) = self.cell(refusal.code);
        let mut body = Map::new();
        body.insert("error".into(), error.into());
        match self {
            Self::HydraClassic => {
                let (text, hint) = template.split_once(" ~ ").unwrap_or((template, ""));
                body.insert("error_description".into(), fill(text, refusal).into());
                if !hint.is_empty() {
                    body.insert("error_hint".into(), fill(hint, refusal).into());
                }
                body.insert("status_code".into(), status.into());
            }
            Self::Hydra => {
                let sentence = fill(&template.replace(" ~ ", " "), refusal).replace('"', "'");
                body.insert("error_description".into(), sentence.into());
            }
            _ if !template.is_empty() => {
                body.insert("error_description".into(), fill(template, refusal).into());
            }
            _ => {}
        }
        if matches!(
            (self, refusal.code),
            (Self::Auth0 | Self::Auth0Classic, Code::GrantTypeNotAllowed)
        ) {
            body.insert(
                "error_uri".into(),
                "https://auth0.com/docs/clients/client-grant-types".into(),
            );
        }
        Spoken { status, body }
    }

    /// The headers that tell how much of a limit is left: `limit` in a window of `window` seconds, `left`
    /// of it, and `reset` seconds until it is whole again, at `now` (unix seconds).
    #[must_use]
    pub fn limit_headers(
        self,
        limit: i64,
        window: i64,
        left: i64,
        reset: i64,
        now: i64,
    ) -> Vec<(&'static str, String)> {
        match self {
            Self::Auth0 | Self::Auth0Classic => vec![
                ("x-ratelimit-limit", limit.to_string()),
                ("x-ratelimit-remaining", left.to_string()),
                ("x-ratelimit-reset", now.saturating_add(reset).to_string()),
            ],
            // draft-ietf-httpapi-ratelimit-headers: a policy and what is left of it.
            _ => vec![
                ("ratelimit-policy", format!("\"token\";q={limit};w={window}")),
                ("ratelimit", format!("\"token\";r={left};t={reset}")),
            ],
        }
    }

    fn cell(self, code: Code) -> Cell {
        let of = |list: &[(Code, Cell)]| list.iter().find(|row| row.0 == code).map(|row| row.1);
        if self == Self::Auth0Classic
            && let Some(cell) = of(AUTH0_CLASSIC)
        {
            return cell;
        }
        for (reason, rfc, auth0, hydra, identityserver) in rows() {
            if *reason == code {
                return match self {
                    Self::Rfc => *rfc,
                    Self::Auth0 | Self::Auth0Classic => *auth0,
                    Self::Hydra | Self::HydraClassic => *hydra,
                    Self::IdentityServer => *identityserver,
                };
            }
        }
        // A test holds that every code has its row; this cell keeps the function whole.
        (400, "invalid_request", "")
    }
}

/// Every row: those of the endpoints that speak with machines, then those about people.
fn rows() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().chain(people::TABLE)
}

/// Puts the refusal's values into a template. Values come from outside: they are cut at 200 characters,
/// and what RFC 6749 §5.2 does not allow in a description is shown as `?`.
fn fill(template: &str, refusal: &Refusal) -> String {
    let mut sentence = template.to_owned();
    for (name, value) in &refusal.words {
        let shown: String = value
            .chars()
            .take(200)
            .map(|c| {
                if matches!(c, ' '..='!' | '#'..='[' | ']'..='~') {
                    c
                } else {
                    '?'
                }
            })
            .collect();
        sentence = sentence.replace(&format!("{{{name}}}"), &shown);
    }
    sentence
}

const HYDRA_CLIENT: &str = "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).";
const HYDRA_METHOD: &str = "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). ~ The OAuth 2.0 Client supports client authentication method '{registered}', but method '{used}' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '{used}'.";
const HYDRA_UNSUPPORTED: &str = "The authorization grant type is not supported by the authorization server.";

use Code as C;

#[rustfmt::skip]
const TABLE: &[Row] = &[
  (C::MethodNotPost,
    (405, "invalid_request", "This endpoint answers POST only."),
    (405, "invalid_request", "This endpoint answers POST only."),
    (405, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ HTTP method is '{method}', expected 'POST'."),
    (400, "invalid_request", "")),
  (C::AliasBrownout,
    (410, "invalid_request", "This address is switched off for now, as it will be for good; use {successor}."),
    (410, "invalid_request", "This address is switched off for now, as it will be for good; use {successor}."),
    (410, "invalid_request", "This address is switched off for now, as it will be for good; use {successor}."),
    (400, "invalid_request", "")),
  (C::AliasEnded,
    (410, "invalid_request", "This address has ended; use {successor}."),
    (410, "invalid_request", "This address has ended; use {successor}."),
    (410, "invalid_request", "This address has ended; use {successor}."),
    (400, "invalid_request", "")),
  (C::BodyTooLarge,
    (413, "invalid_request", "The body is larger than {most} bytes."),
    (413, "invalid_request", "The body is larger than {most} bytes."),
    (413, "invalid_request", "The body is larger than {most} bytes."),
    (413, "invalid_request", "")),
  (C::BodySlow,
    (408, "invalid_request", "The body did not arrive within {seconds} seconds."),
    (408, "invalid_request", "The body did not arrive within {seconds} seconds."),
    (408, "invalid_request", "The body did not arrive within {seconds} seconds."),
    (408, "invalid_request", "")),
  (C::BodyUnsupported,
    (400, "invalid_request", "The Content-Type must be {forms}."),
    (400, "invalid_request", "The Content-Type must be {forms}."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Unable to parse HTTP body, make sure to send a properly formatted form request body."),
    (400, "invalid_request", "")),
  (C::BodyEmpty,
    (400, "invalid_request", "The body is empty."),
    (400, "invalid_request", "Missing required parameter: grant_type"),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ The POST body can not be empty."),
    (400, "invalid_request", "")),
  (C::BodyMalformed,
    (400, "invalid_request", "The body is not what its Content-Type says."),
    (400, "invalid_request", "The body is not what its Content-Type says."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Unable to parse HTTP body, make sure to send a properly formatted form request body."),
    (400, "invalid_request", "")),
  (C::ParameterRepeated,
    (400, "invalid_request", "The parameter '{parameter}' is given more than once."),
    (400, "invalid_request", "The parameter '{parameter}' is given more than once."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ The parameter '{parameter}' is given more than once."),
    (400, "invalid_request", "")),
  (C::ParameterMalformed,
    (400, "invalid_request", "The parameter '{parameter}' must be a string of at most {most} bytes."),
    (400, "invalid_request", "The parameter '{parameter}' must be a string of at most {most} bytes."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ The parameter '{parameter}' must be a string of at most {most} bytes."),
    (400, "invalid_request", "")),
  (C::CredentialsInQuery,
    (400, "invalid_request", "Credentials must not be sent in the query string."),
    (400, "invalid_request", "Credentials must not be sent in the query string."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Credentials must not be sent in the query string."),
    (400, "invalid_request", "")),
  (C::GrantTypeMissing,
    (400, "invalid_request", "The parameter 'grant_type' is missing."),
    (400, "invalid_request", "Missing required parameter: grant_type"),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Request parameter 'grant_type' is missing"),
    (400, "unsupported_grant_type", "")),
  (C::ClientMissing,
    (401, "invalid_client", "No client authentication was included."),
    (401, "invalid_client", "Missing client_id"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::ClientHeaderMalformed,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::ClientMethodsSeveral,
    (400, "invalid_request", "A client must authenticate in one way per request."),
    (400, "invalid_request", "A client must authenticate in one way per request."),
    (401, "invalid_client", HYDRA_METHOD),
    (400, "invalid_client", "")),
  (C::ClientIdsSeveral,
    (400, "invalid_request", "The request names two different clients."),
    (400, "invalid_request", "The request names two different clients."),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::ClientMethodNotRegistered,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_METHOD),
    (400, "invalid_client", "")),
  (C::SecretMissing,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::ClientUnknown,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::SecretWrong,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::SecretEnded,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::ClientDisabled,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::AccountDisabled,
    (401, "invalid_client", "Client authentication failed."),
    (401, "access_denied", "Unauthorized"),
    (401, "invalid_client", HYDRA_CLIENT),
    (400, "invalid_client", "")),
  (C::GuessingSlowed,
    (429, "invalid_client", "Client authentication failed too often; try again later."),
    (429, "too_many_attempts", "Client authentication failed too often; try again later."),
    (429, "invalid_client", "Client authentication failed too often; try again later."),
    (429, "invalid_client", "")),
  (C::GrantTypeUnsupported,
    (400, "unsupported_grant_type", "The grant type '{grant_type}' is not supported."),
    (403, "unsupported_grant_type", "Unsupported grant type: {grant_type}"),
    (400, "unsupported_grant_type", HYDRA_UNSUPPORTED),
    (400, "unsupported_grant_type", "")),
  (C::GrantTypeNotAllowed,
    (400, "unauthorized_client", "The grant type '{grant_type}' is not enabled for this client."),
    (403, "unauthorized_client", "Grant type '{grant_type}' not allowed for the client."),
    (400, "unauthorized_client", "The client is not authorized to request a token using this method. ~ The OAuth 2.0 Client is not allowed to use authorization grant '{grant_type}'."),
    (400, "unauthorized_client", "")),
  (C::AudienceMissing,
    (400, "invalid_target", "The parameter 'resource' (or 'audience') is missing."),
    (403, "access_denied", "No audience parameter was provided, and no default audience has been configured"),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Request parameter 'audience' is missing"),
    (400, "invalid_target", "")),
  (C::AudienceSeveral,
    (400, "invalid_target", "A token is issued for one resource at a time."),
    (400, "invalid_request", "A token is issued for one audience at a time."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ A token is issued for one audience at a time."),
    (400, "invalid_target", "")),
  (C::AudienceUnknown,
    (400, "invalid_target", "The resource '{audience}' is unknown."),
    (403, "access_denied", "Service not enabled within domain: {audience}"),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Requested audience '{audience}' has not been whitelisted by the OAuth 2.0 Client."),
    (400, "invalid_target", "")),
  (C::AudienceNotGranted,
    (400, "invalid_target", "This client has no grant for the resource '{audience}'."),
    (403, "access_denied", "Client \"{client_id}\" is not authorized to access resource server \"{audience}\". You need to create a \"client-grant\" associated to this API."),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Requested audience '{audience}' has not been whitelisted by the OAuth 2.0 Client."),
    (400, "invalid_target", "")),
  (C::ScopeMalformed,
    (400, "invalid_scope", "The parameter 'scope' is not a space-separated list of scope tokens."),
    (400, "invalid_scope", "The parameter 'scope' is not a space-separated list of scope tokens."),
    (400, "invalid_scope", "The requested scope is invalid, unknown, or malformed."),
    (400, "invalid_scope", "")),
  (C::ScopeMissing,
    (400, "invalid_scope", "The parameter 'scope' is missing."),
    (403, "access_denied", "The parameter 'scope' is missing."),
    (400, "invalid_scope", "The requested scope is invalid, unknown, or malformed. ~ Request parameter 'scope' is missing"),
    (400, "invalid_scope", "")),
  (C::ScopeUnknown,
    (400, "invalid_scope", "This client may not have the scope '{scope}'."),
    (403, "access_denied", "Client has not been granted scopes: {scope}"),
    (400, "invalid_scope", "The requested scope is invalid, unknown, or malformed. ~ The OAuth 2.0 Client is not allowed to request scope '{scope}'."),
    (400, "invalid_scope", "")),
  (C::ScopeNotGranted,
    (400, "invalid_scope", "This client may not have the scope '{scope}'."),
    (403, "access_denied", "Client has not been granted scopes: {scope}"),
    (400, "invalid_scope", "The requested scope is invalid, unknown, or malformed. ~ The OAuth 2.0 Client is not allowed to request scope '{scope}'."),
    (400, "invalid_scope", "")),
  (C::RateLimited,
    (429, "too_many_requests", "The token requests of this client are spent; try again later."),
    (429, "too_many_requests", "Rate limit exceeded."),
    (429, "too_many_requests", "The token requests of this client are spent; try again later."),
    (429, "too_many_requests", "")),
  (C::TokenMissing,
    (400, "invalid_request", "The parameter 'token' is missing."),
    (400, "invalid_request", "Missing required parameter: token"),
    (400, "invalid_request", "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. ~ Request parameter 'token' is missing"),
    (400, "invalid_request", "")),
];

/// Where older tenants speak otherwise.
#[rustfmt::skip]
const AUTH0_CLASSIC: &[(Code, Cell)] = &[
  (C::AudienceMissing,    (403, "access_denied", "Non-global clients are not allowed access to APIv1")),
  (C::AudienceNotGranted, (403, "access_denied", "Client is not authorized to access \"{audience}\". You might probably want to create a \"client-grant\" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants")),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_row_and_none_has_two() {
        for code in Code::ALL {
            assert_eq!(rows().filter(|row| row.0 == *code).count(), 1, "{}", code.as_str());
        }
    }

    #[test]
    fn values_from_outside_stay_within_the_grammar_of_descriptions() {
        let refusal = Refusal::of(Code::AudienceUnknown).with("audience", "a\"b\\c\n\u{202e}<x>".repeat(100));
        let spoken = Dialect::Auth0.speak(&refusal);
        let text = spoken.body["error_description"].as_str().unwrap();
        assert!(
            text.starts_with("Service not enabled within domain: a?b?c??<x>"),
            "{text}"
        );
        assert!(text.len() < 260);
    }

    /// SO-8, 3E-27, PK3, RT3: the words that libraries look for in answers about people.
    #[test]
    fn people_are_refused_in_the_words_that_libraries_know() {
        let said = |dialect: Dialect, code| {
            let spoken = dialect.speak(&Refusal::of(code).with("least", "8"));
            let word = |name| spoken.body[name].as_str().unwrap().to_owned();
            (spoken.status, word("error"), word("error_description"))
        };
        for (code, error) in [
            (Code::ResponseTypeUnsupported, "unsupported_response_type"),
            (Code::RequestUnsupported, "request_not_supported"),
            (Code::RequestUriUnsupported, "request_uri_not_supported"),
            (Code::RegistrationUnsupported, "registration_not_supported"),
            (Code::LoginRequired, "login_required"),
            (Code::ConsentRequired, "consent_required"),
            (Code::AccountSelectionRequired, "account_selection_required"),
            (Code::ConsentDenied, "access_denied"),
            (Code::AcrUnmet, "unmet_authentication_requirements"),
        ] {
            for dialect in Dialect::ALL {
                assert_eq!(dialect.speak(&Refusal::of(code)).body["error"], error, "{dialect:?}");
            }
        }
        let (status, error, text) = said(Dialect::Hydra, Code::StateShort);
        assert_eq!((status, &*error), (400, "invalid_state"));
        assert!(
            text.ends_with(
                "Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy."
            ),
            "{text}"
        );
        let (status, error, text) = said(Dialect::Hydra, Code::RefreshSpent);
        assert_eq!((status, &*error), (400, "invalid_grant"));
        assert!(
            text.ends_with("issued to another client. The refresh token was already used."),
            "{text}"
        );
        let grant = |text: &str| (403, "invalid_grant".to_owned(), text.to_owned());
        for code in [Code::RefreshUnknown, Code::RefreshSpent, Code::PersonDisabled] {
            assert_eq!(said(Dialect::Auth0, code), grant("Unknown or invalid refresh token."));
        }
        assert_eq!(
            said(Dialect::Auth0, Code::CodeUnknown),
            grant("Invalid authorization code")
        );
        assert_eq!(
            said(Dialect::Auth0, Code::VerifierWrong),
            grant("Failed to verify code verifier")
        );
        let spoken = Dialect::IdentityServer.speak(&Refusal::of(Code::CodeSpent));
        assert_eq!((spoken.status, &spoken.body["error"]), (400, &"invalid_grant".into()));
        assert_eq!(spoken.body.len(), 1);
    }

    #[test]
    fn hydra_parts_hint_from_text_only_in_its_classic_form() {
        let refusal = Refusal::of(Code::AudienceUnknown).with("audience", "x");
        let now = Dialect::Hydra.speak(&refusal);
        assert!(
            now.body["error_description"]
                .as_str()
                .unwrap()
                .ends_with("malformed. Requested audience 'x' has not been whitelisted by the OAuth 2.0 Client.")
        );
        assert!(!now.body.contains_key("error_hint"));
        let then = Dialect::HydraClassic.speak(&refusal);
        assert_eq!(
            then.body["error_hint"],
            "Requested audience 'x' has not been whitelisted by the OAuth 2.0 Client."
        );
        assert_eq!(then.body["status_code"], 400);
    }
}
