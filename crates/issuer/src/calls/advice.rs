//! What each stable code means to the one who asked, and what to do about it.

use tollgate_model::call::Place;

/// What a code means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Where it is answered.
    pub place: Place,
    /// The stable code.
    pub code: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub todo: &'static str,
}

/// The advice on a code. On one that is not in the table it is to ask, with the request's id.
#[must_use]
pub fn advice(place: Place, code: &str) -> Advice {
    let found = ADVICE.iter().find(|row| row.place == place && row.code == code);
    found.copied().unwrap_or(Advice { place, ..OTHER })
}

const OTHER: Advice = Advice {
    place: Place::Issuer,
    code: "other",
    means: "The request was not let through, for a reason that is not listed here.",
    todo: "Ask support, and name the request's id.",
};

macro_rules! table {
    ($($place:ident $code:literal $means:literal $todo:literal)*) => {
        /// Every code of issuer and gateway, in the order in which they are met.
        pub const ADVICE: &[Advice] = &[$(Advice { place: Place::$place, code: $code, means: $means, todo: $todo },)*];
    };
}

table! {
    // Requests for a token, for introspection, for revocation.
    Issuer  "method_not_post"              "The endpoint takes POST only."                                                                    "Send the parameters in the body of a POST. A library that follows a redirect may turn POST into GET: check that the URL is exact."
    Issuer  "body_too_large"               "The body is far larger than a token request needs."                                              "Send only the parameters of the documentation; no files, no certificates."
    Issuer  "body_slow"                    "The body did not arrive in time."                                                                "Check that Content-Length fits the body; a length that is too great makes both sides wait. Then look at the network between."
    Issuer  "body_unsupported"             "The Content-Type is not one that this endpoint reads."                                           "Send application/x-www-form-urlencoded, unless the documentation says JSON. Most HTTP libraries need this header set by hand when the body is a string."
    Issuer  "body_empty"                   "The request has no body."                                                                        "Send the parameters in the body, not in the URL; a redirect on the way may have dropped it."
    Issuer  "body_malformed"               "The body is not what its Content-Type says."                                                     "A JSON body under a form's Content-Type, or the other way round, is the usual cause. Let a library encode it."
    Issuer  "parameter_repeated"           "A parameter came twice."                                                                         "Send each parameter once; several scopes go into one value, separated by spaces."
    Issuer  "parameter_malformed"          "A parameter is too long, or in JSON not a string."                                               "Send each value as one string. Scopes are one string with spaces, not a list."
    Issuer  "credentials_in_query"         "A secret stood in the URL, where it ends up in logs."                                            "Move client_id and client_secret into the body or the Authorization header, and regenerate the secret: treat it as known to others."
    Issuer  "grant_type_missing"           "The parameter grant_type is missing."                                                            "Send grant_type=client_credentials in the body."
    Issuer  "client_missing"               "The request names no client."                                                                    "Send client_id and client_secret in the body, or both in an Authorization: Basic header."
    Issuer  "client_header_malformed"      "The Authorization header is not HTTP Basic, or there are two of them."                           "Send Basic and the base64 of client_id:client_secret, joined by a colon, without a line break at the end. No Bearer header belongs here."
    Issuer  "client_methods_several"       "Credentials came both in the Authorization header and in the body."                              "Send them in one place only. Many libraries add the header on their own once they know the client."
    Issuer  "client_ids_several"           "Header and body name two different clients."                                                     "Send the client_id once; an old one may still stand in a configuration file or an environment variable."
    Issuer  "client_method_not_registered" "This client does not authenticate in this way."                                                  "If you used Basic, put client_id and client_secret into the body; if you used the body, use Basic. The client's page says which it is registered for."
    Issuer  "secret_missing"               "The client is named, but there is no secret with it."                                            "Send client_secret along. An environment variable that is not set is the usual cause."
    Issuer  "client_unknown"               "There is no client with this client_id."                                                         "Copy the client_id from the client's page. Test and live clients have different ids; check that this is the right installation."
    Issuer  "secret_wrong"                 "The secret is not this client's."                                                                "Copy it anew, whole and without spaces or quotes around it; in a Basic header and in a form, special characters are encoded. If it is lost, regenerate it."
    Issuer  "secret_ended"                 "The secret has expired or was revoked."                                                          "Use the newer secret, or regenerate one on the client's page and put it where your program reads it."
    Issuer  "client_disabled"              "The client is switched off."                                                                     "Switch it on again on its page, or use another client."
    Issuer  "account_disabled"             "The whole account is switched off."                                                              "Ask those who run this place."
    Issuer  "guessing_slowed"              "Too many wrong secrets came for this client from this address."                                  "Wait as long as Retry-After says and correct the secret; stop the program that goes on trying the old one. The right secret is always taken."
    Issuer  "grant_type_unsupported"       "This grant_type is not offered."                                                                 "Send grant_type=client_credentials."
    Issuer  "grant_type_not_allowed"       "This client may not use this grant_type."                                                        "Use the grant_type that the client's page names, or ask for the other to be allowed."
    Issuer  "audience_missing"             "The request does not say which API the token is for."                                            "Send audience with the value that stands on the client's page."
    Issuer  "audience_several"             "The request names more than one API."                                                            "Ask for one token for each API; if audience and resource both come, they must be the same."
    Issuer  "audience_unknown"             "No API has this audience."                                                                       "Copy the audience from the client's page, octet for octet: a slash at the end counts, and http is not https."
    Issuer  "audience_not_granted"         "The client may not call this API."                                                               "Choose the API's scopes on the client's page; that is all it takes where the account has this API."
    Issuer  "scope_malformed"              "The scope is not a list of words separated by spaces."                                           "Separate scopes by single spaces, without commas or quotes."
    Issuer  "scope_missing"                "This API wants the scopes to be named."                                                          "Send scope with the scopes that your calls need."
    Issuer  "scope_unknown"                "The API has no such scope."                                                                      "Compare the spelling with the scopes on the client's page; letters of either case are different."
    Issuer  "scope_not_granted"            "The client was not given this scope."                                                            "Tick the scope on the client's page, or ask for fewer. It works with the next token."
    Issuer  "rate_limited"                 "The client asked for more tokens than its limit allows."                                         "Keep a token until shortly before it expires and use it for all calls, instead of asking for one with each call."
    Issuer  "token_missing"                "The parameter token is missing."                                                                 "Send the token that you ask about, or take back, as token in the body."
    Issuer  "temporarily_unavailable"      "The issuer could not reach its own records just now."                                            "Try again in a moment, with growing pauses. Nothing is wrong with the request."
    Issuer  "server_error"                 "Something went wrong at the issuer."                                                             "Ask support, and name the request's id. Nothing is wrong with the request."
    // Calls at the gateway.
    Gateway "path_ambiguous"               "The path can be read in more than one way."                                                      "Send it without dot segments, doubled or encoded slashes, backslashes and semicolons; an id with a slash in it must not stand in the path."
    Gateway "host_mismatch"                "The request does not name one host."                                                             "Let your library set the Host header; if you set it, it must be the URL's."
    Gateway "uri_too_long"                 "Path and query are too long."                                                                    "Send long values in the body."
    Gateway "headers_too_large"            "There are too many header fields."                                                               "Send fewer; look for a loop that adds the same header again."
    Gateway "body_too_large"               "The body is larger than this address takes."                                                     "Send a smaller file, or in parts if the API offers it."
    Gateway "keys_unknown"                 "The gateway has just started and does not know yet what to check."                               "Try again in a moment. Nothing is wrong with the request."
    Gateway "route_unknown"                "There is nothing at this host and path."                                                         "Compare both with the API's documentation: version, spelling and letter case count, and test and live may have different hosts."
    Gateway "method_not_allowed"           "The address is right, and does not take this method."                                            "Use one of those in the Allow header. A redirect may have turned POST into GET."
    Gateway "route_closed"                 "The address is closed by a fault of its configuration."                                          "Ask those who run this place, and name the request's id."
    Gateway "token_missing"                "The call came without an access token."                                                          "Send Authorization: Bearer, a space and the token. A token in the URL or the body is not looked at, and client_id and secret are not taken here."
    Gateway "tokens_several"               "The call has two Authorization headers."                                                         "Send one. A proxy or a library default may add its own."
    Gateway "token_malformed"              "What was sent as token is not one."                                                              "Send access_token exactly as the token endpoint gave it, without quotes and whole: not the JSON around it, and not the client secret."
    Gateway "token_algorithm"              "The token is signed in a way that this API does not take."                                       "Ask for a token with this API's audience; one for another API may be signed differently."
    Gateway "token_key_unknown"            "The token is signed with a key that is not ours."                                                "It comes from another issuer, or another installation: test and live may have different ones. Ask this API's issuer for a token."
    Gateway "token_signature"              "The token was changed on its way, or is not whole."                                              "Send it exactly as it was issued. Look for a column or variable that cuts it short."
    Gateway "token_type"                   "It is a token, and not an access token of this API."                                             "Send access_token, not another token of the same answer."
    Gateway "token_issuer"                 "The token names another issuer."                                                                 "Ask the issuer of this API for a token; check the token URL in your configuration."
    Gateway "token_audience"               "The token is for another API."                                                                   "Ask for one with this API's audience, as it stands on the client's page. One token opens one API."
    Gateway "token_expired"                "The token has expired."                                                                          "Ask for a new one by the same request, and do so a minute before the old one ends; expires_in tells when."
    Gateway "token_not_yet_valid"          "The token is not valid yet."                                                                     "If it is new, a clock is wrong: tell those who run this place."
    Gateway "token_revoked"                "The token was revoked, or its secret, its client or its account was."                            "Ask for a new token. If that fails, look at the client's page: its secret may have been regenerated without overlap."
    Gateway "acting_user_missing"          "The call does not say for whom it is made."                                                      "Send the e-mail address of a user of your account in the header that the API documents, such as x-email."
    Gateway "acting_user_several"          "The call names more than one user."                                                              "Send one address, in one header."
    Gateway "acting_user_malformed"        "The user is not named by an e-mail address."                                                     "Send a plain address such as ann@firm.example, without a display name."
    Gateway "acting_user_unknown"          "Your account has no active user with this address."                                              "Compare it with the users of your account: it must be the one on record there, and a user of another account does not count."
    Gateway "scope_insufficient"           "The token lacks a scope that this address wants."                                                "Tick the scope on the client's page and ask for a new token; the WWW-Authenticate header names what is missing. A token keeps the scopes it was issued with."
    Gateway "acting_user_role"             "The user for whom the call is made lacks the role that this API wants."                          "Give the user one of the roles of the documentation, or name another user. With no user named, the client needs an owner."
    Gateway "directory_unreachable"        "The user could not be looked up just now."                                                       "Try again in a moment. Nothing is wrong with the request."
    Gateway "upstream_unreachable"         "The API itself cannot be reached just now."                                                      "Try again in a moment; nothing was sent to it."
    Gateway "upstream_timeout"             "The API did not answer in time."                                                                 "Find out whether the call took effect before you repeat it."
    Gateway "upstream_broken"              "The API broke off or answered something that is not HTTP."                                       "Find out whether the call took effect before you repeat it."
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_protocol::refusal::Code;

    /// The gateway's codes are walked where both rooms are known: `crates/tollgate/src/serve/gateway.rs`.
    #[test]
    fn there_is_advice_on_every_code_of_the_issuer() {
        for code in Code::ALL {
            assert_eq!(advice(Place::Issuer, code.as_str()).code, code.as_str());
        }
        for code in ["temporarily_unavailable", "server_error"] {
            assert_eq!(advice(Place::Issuer, code).code, code);
        }
    }

    #[test]
    fn advice_is_said_once_in_short_sentences() {
        for (place, row) in ADVICE.iter().enumerate() {
            for text in [row.means, row.todo] {
                assert!(text.ends_with('.') && text.len() <= 200, "{}: {text}", row.code);
            }
            let twice = ADVICE
                .iter()
                .skip(place + 1)
                .any(|other| (other.place, other.code) == (row.place, row.code));
            assert!(!twice, "{} is there twice", row.code);
        }
    }

    #[test]
    fn on_what_is_not_known_the_advice_is_to_ask() {
        assert_eq!(advice(Place::Gateway, "client_unknown").code, "other");
        assert_eq!(
            advice(Place::Gateway, "token_missing").means,
            "The call came without an access token."
        );
    }
}
