//! Every reason why the gateway does not let a request through.

use http::StatusCode;

macro_rules! refusals {
    ($($name:ident $status:ident $code:literal $title:literal $remedy:literal)*) => {
        /// A reason why a request is not let through, or not answered by the server behind.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Refusal {
            $(#[doc = $title] $name,)*
        }

        impl Refusal {
            /// Every refusal, in the order of the phases.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its stable code: once published, a code keeps its meaning.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What is the matter: the problem's `title` (RFC 9457 §3.1.3).
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// What to do about it, for people.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }

            /// The problem's `type` (RFC 9457 §3.1.1).
            #[must_use]
            pub const fn problem_type(self) -> &'static str {
                match self { $(Self::$name => concat!("urn:tollgate:refusal:", $code),)* }
            }
        }
    };
}

refusals! {
    // the request itself
    PathAmbiguous         BAD_REQUEST                     "path_ambiguous"         "The path can be read in more than one way"           "Send the path without dot segments, doubled or encoded slashes, backslashes, semicolons and double encoding."
    HostMismatch          BAD_REQUEST                     "host_mismatch"          "The request does not name one host"                  "Send one Host header that names the host of the URL."
    UriTooLong            URI_TOO_LONG                    "uri_too_long"           "The path and query are too long"                     "Send long values in the body."
    HeadersTooLarge       REQUEST_HEADER_FIELDS_TOO_LARGE "headers_too_large"      "The request has too many header fields"              "Send fewer and shorter header fields."
    BodyTooLarge          PAYLOAD_TOO_LARGE               "body_too_large"         "The request body is too large"                       "Send a smaller body."
    // route
    KeysUnknown           SERVICE_UNAVAILABLE             "keys_unknown"           "The gateway has not yet learned what to check"       "Try again in a moment; if this stays, the gateway cannot reach its issuer."
    RouteUnknown          NOT_FOUND                       "route_unknown"          "There is nothing at this address"                    "Check host and path against the documentation of the API."
    RouteEnded            GONE                            "route_ended"            "This address has ended"                              "Use the address that the documentation names."
    MethodNotAllowed      METHOD_NOT_ALLOWED              "method_not_allowed"     "The address does not take this method"               "Use one of the methods that the Allow header names."
    RouteClosed           FORBIDDEN                       "route_closed"           "The route is closed by a fault of its configuration" "Ask the operator to run the configuration check."
    // verify: RFC 6750
    TokenMissing          UNAUTHORIZED                    "token_missing"          "An access token is required"                         "Send the access token in the header Authorization: Bearer."
    TokensSeveral         BAD_REQUEST                     "tokens_several"         "More than one Authorization header was sent"         "Send the access token once."
    TokenMalformed        UNAUTHORIZED                    "token_malformed"        "The access token cannot be read"                     "Send the token exactly as the token endpoint gave it."
    TokenAlgorithm        UNAUTHORIZED                    "token_algorithm"        "The access token is signed in another way"           "Send a token that was issued for this API."
    TokenKeyUnknown       UNAUTHORIZED                    "token_key_unknown"      "The access token is signed with an unknown key"      "Obtain a new token from the issuer of this API."
    TokenSignature        UNAUTHORIZED                    "token_signature"        "The access token's signature is wrong"               "Send the token exactly as the token endpoint gave it."
    TokenType             UNAUTHORIZED                    "token_type"             "The token is not an access token of this API"        "Send the access token, not another token of the same answer."
    TokenIssuer           UNAUTHORIZED                    "token_issuer"           "The access token is from another issuer"             "Obtain the token from the issuer of this API."
    TokenAudience         UNAUTHORIZED                    "token_audience"         "The access token is for another API"                 "Obtain a token with the audience of this API."
    TokenExpired          UNAUTHORIZED                    "token_expired"          "The access token has expired"                        "Obtain a new token by the same request."
    TokenNotYetValid      UNAUTHORIZED                    "token_not_yet_valid"    "The access token is not valid yet"                   "Check the clock of the machine that issued it."
    TokenRevoked          UNAUTHORIZED                    "token_revoked"          "The access token was revoked"                        "Obtain a new token; if that fails, the secret or the client was revoked, too."
    // verify: an opaque token (RFC 7662)
    TokenInactive         UNAUTHORIZED                    "token_inactive"         "The access token is not active"                      "Obtain a new token from the authorization server of this API."
    IntrospectionUnreachable SERVICE_UNAVAILABLE          "introspection_unreachable" "The access token cannot be looked up just now"    "Try again in a moment."
    // verify: an old way of authenticating
    LegacyKeyMissing      UNAUTHORIZED                    "legacy_key_missing"     "A subscription key is required beside this token"    "Send the subscription key in the header that the API documents, or move to an access token."
    LegacyUnknown         UNAUTHORIZED                    "legacy_unknown"         "The credential of the old kind is unknown or ended"  "Move to an access token; until the end of the old way, sign in at the old endpoint again or ask for a key."
    LegacyAccounts        UNAUTHORIZED                    "legacy_accounts_differ" "Token and subscription key are of two accounts"      "Send the key and the token of one firm."
    LegacyEnded           UNAUTHORIZED                    "legacy_ended"           "This way of authenticating has ended"                "Obtain an access token; the documentation says how."
    LegacyBrownout        UNAUTHORIZED                    "legacy_brownout"        "This way of authenticating is switched off for now"  "Obtain an access token: this announced window shows what will be so for good."
    LegacyUnverified      SERVICE_UNAVAILABLE             "legacy_unverified"      "The credential of the old kind cannot be checked just now" "Try again in a moment."
    // verify: the ID token that comes along
    IdTokenMissing        UNAUTHORIZED                    "id_token_missing"       "An ID token is required"                             "Send the ID token of the person in the header that the API documents."
    IdTokensSeveral       BAD_REQUEST                     "id_tokens_several"      "More than one ID token was sent"                     "Send the ID token once."
    IdTokenMalformed      UNAUTHORIZED                    "id_token_malformed"     "It is not an ID token"                               "Send the ID token exactly as the token endpoint gave it, and no other token in its place."
    IdTokenSignature      UNAUTHORIZED                    "id_token_signature"     "The ID token is not signed by a key of the issuer"   "Send the ID token exactly as the token endpoint gave it; an old one must be obtained anew."
    IdTokenIssuer         UNAUTHORIZED                    "id_token_issuer"        "The ID token is from another issuer"                 "Obtain the ID token from the issuer of this API."
    IdTokenClient         UNAUTHORIZED                    "id_token_client"        "The ID token is for another client"                  "Send an ID token that was issued to the client whose access token you send."
    IdTokenExpired        UNAUTHORIZED                    "id_token_expired"       "The ID token has expired"                            "Let the person sign in again, or refresh."
    IdTokenNotYetValid    UNAUTHORIZED                    "id_token_not_yet_valid" "The ID token is not valid yet"                       "Check the clock of the machine that issued it."
    IdTokenPerson         UNAUTHORIZED                    "id_token_person"        "ID token and access token speak for two people"      "Send the two tokens of one answer."
    // admit
    ActingUserMissing     BAD_REQUEST                     "acting_user_missing"    "The acting user is not named"                        "Send the e-mail address of the user for whom the call is made in the header that the API documents."
    ActingUserSeveral     BAD_REQUEST                     "acting_user_several"    "More than one acting user is named"                  "Send one e-mail address, once."
    ActingUserMalformed   BAD_REQUEST                     "acting_user_malformed"  "The acting user is not named by an e-mail address"   "Send a valid e-mail address."
    ActingUserUnknown     BAD_REQUEST                     "acting_user_unknown"    "User not found"                                      "Name a user of your own firm."
    ScopeInsufficient     FORBIDDEN                       "scope_insufficient"     "The access token lacks a scope"                      "Obtain a token with the scopes that the challenge names."
    ActingUserRole        FORBIDDEN                       "acting_user_role"       "The acting user may not use this API"                "Give the user one of the roles that the API requires."
    DirectoryUnreachable  SERVICE_UNAVAILABLE             "directory_unreachable"  "The acting user cannot be looked up just now"        "Try again in a moment."
    // limit
    RateLimited           TOO_MANY_REQUESTS               "rate_limited"           "Too many requests"                                   "Send fewer requests; Retry-After says when to go on."
    QuotaExceeded         TOO_MANY_REQUESTS               "quota_exceeded"         "The quota is used up"                                "Wait until Retry-After is over, or ask for a larger plan."
    Overloaded            SERVICE_UNAVAILABLE             "overloaded"             "The gateway has more to do than it can"              "Try again after Retry-After."
    // forward
    UpstreamBusy          SERVICE_UNAVAILABLE             "upstream_busy"          "The API has more to do than it can"                  "Try again after Retry-After; nothing was sent to it."
    UpstreamResting       SERVICE_UNAVAILABLE             "upstream_resting"       "The API failed too often and is given a rest"        "Try again after Retry-After; nothing was sent to it."
    UpstreamUnreachable   SERVICE_UNAVAILABLE             "upstream_unreachable"   "The API cannot be reached just now"                  "Try again in a moment; nothing was sent to it."
    UpstreamTimeout       GATEWAY_TIMEOUT                 "upstream_timeout"       "The API did not answer in time"                      "Find out whether the call took effect before you repeat it."
    UpstreamBroken        BAD_GATEWAY                     "upstream_broken"        "The API did not answer properly"                     "Find out whether the call took effect before you repeat it."
}

impl Refusal {
    /// Its place in [`Refusal::ALL`].
    pub(crate) const fn place(self) -> usize {
        self as usize
    }

    /// The `error` of the challenge (RFC 6750 §3.1); none where no token was sent, or where it is not about
    /// access tokens, or the token is good at another time or with another key: `invalid_token` would have a good one
    /// thrown away.
    #[must_use]
    pub fn challenge(self) -> Option<&'static str> {
        match self {
            Self::TokensSeveral => Some("invalid_request"),
            Self::ScopeInsufficient => Some("insufficient_scope"),
            Self::TokenMissing
            | Self::LegacyKeyMissing
            | Self::LegacyAccounts
            | Self::LegacyBrownout
            | Self::IdTokenMissing
            | Self::IdTokenMalformed
            | Self::IdTokenSignature
            | Self::IdTokenIssuer
            | Self::IdTokenClient
            | Self::IdTokenExpired
            | Self::IdTokenNotYetValid
            | Self::IdTokenPerson => None,
            other if other.status() == StatusCode::UNAUTHORIZED => Some("invalid_token"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_a_snake_case_word_of_its_own() {
        let mut seen = HashSet::new();
        for refusal in Refusal::ALL {
            let code = refusal.code();
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
            assert!(seen.insert(code), "{code} is there twice");
            assert!(refusal.remedy().ends_with('.'), "{code}: a remedy is a sentence");
            assert_eq!(refusal.problem_type(), format!("urn:tollgate:refusal:{code}"));
        }
        assert_eq!(seen.len(), 54);
    }
}
