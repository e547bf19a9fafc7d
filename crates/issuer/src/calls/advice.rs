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
    Issuer  "alias_brownout"               "This other address of the endpoint is switched off for an announced while."                      "Use the address that the answer's Link header names: when the announced end has come, this one is gone for good."
    Issuer  "alias_ended"                  "This other address of the endpoint has ended."                                                   "Use the address that the answer's Link header names; nothing else about the request changes."
    Issuer  "body_too_large"               "The body is far larger than a token request needs."                                              "Send only the parameters of the documentation; no files, no certificates."
    Issuer  "body_slow"                    "The body did not arrive in time."                                                                "Check that Content-Length fits the body; a length that is too great makes both sides wait. Then look at the network between."
    Issuer  "body_unsupported"             "The Content-Type is not one that this endpoint reads."                                           "Send application/x-www-form-urlencoded, unless the documentation says JSON. Most HTTP libraries need this header set by hand when the body is a string."
    Issuer  "body_empty"                   "The request has no body."                                                                        "Send the parameters in the body, not in the URL; a redirect on the way may have dropped it."
    Issuer  "body_malformed"               "The body is not what its Content-Type says."                                                     "A JSON body under a form's Content-Type, or the other way round, is the usual cause. Let a library encode it."
    Issuer  "parameter_repeated"           "A parameter came twice."                                                                         "Send each parameter once; several scopes go into one value, separated by spaces."
    Issuer  "parameter_malformed"          "A parameter is too long, or in JSON not a string."                                               "Send each value as one string. Scopes are one string with spaces, not a list."
    Issuer  "credentials_in_query"         "A secret stood in the URL, where it ends up in logs."                                            "Move client_id and client_secret into the body or the Authorization header, and regenerate the secret: treat it as known to others."
    Issuer  "grant_type_missing"           "The parameter grant_type is missing."                                                            "Send grant_type in the body: client_credentials, authorization_code or refresh_token."
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
    Issuer  "grant_type_unsupported"       "This grant_type is not offered."                                                                 "Send one of those that the discovery document lists."
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
    // Sending a person, and exchanging what came back.
    Issuer  "redirect_missing"             "The request does not say where the answer goes, and more than one address, or none, is registered." "Send redirect_uri with one of the client's registered addresses."
    Issuer  "redirect_unknown"             "The redirect_uri is not one of the client's, so the person was shown a page and sent nowhere."     "Register the address on the client's page, octet for octet: scheme, port, path, a slash at the end and the case of letters count."
    Issuer  "response_type_missing"        "The request does not say what it wants."                                                           "Send response_type=code."
    Issuer  "response_type_unsupported"    "Only codes are given."                                                                             "Send response_type=code. Tokens are not sent through the browser here."
    Issuer  "response_mode_unsupported"    "The answer cannot be sent in this way."                                                            "Send response_mode=query or form_post, or leave it out."
    Issuer  "request_unsupported"          "Request objects are not read."                                                                     "Send the parameters as they are, without request."
    Issuer  "request_uri_unsupported"      "Request objects are not fetched."                                                                  "Send the parameters as they are, without request_uri."
    Issuer  "registration_unsupported"     "A client cannot register itself in a request."                                                     "Make the client on its page first, and send its client_id."
    Issuer  "state_short"                  "The state is missing, or too short to be unguessable."                                             "Send a random state of its own for each request, of at least as many characters as the answer says."
    Issuer  "nonce_short"                  "The nonce is too short to be unguessable."                                                         "Send a random nonce for each request, of at least as many characters as the answer says."
    Issuer  "challenge_missing"            "There is no code_challenge."                                                                       "Make a random code_verifier for each request and send its SHA-256 as code_challenge, with code_challenge_method=S256. Every current library does PKCE when it is told to."
    Issuer  "challenge_malformed"          "The code_challenge is no SHA-256 in base64url."                                                    "Send 43 characters of base64url, without padding."
    Issuer  "challenge_method_unsupported" "Only S256 is taken."                                                                               "Send code_challenge_method=S256; left out, it means plain."
    Issuer  "prompt_unknown"               "There is no such prompt."                                                                          "Send none, login, consent or select_account, or leave it out."
    Issuer  "prompt_several"               "prompt=none stands alone."                                                                         "Send prompt=none, or the others."
    Issuer  "max_age_malformed"            "The max_age is no number of seconds."                                                              "Send digits."
    Issuer  "claims_malformed"             "The claims parameter is not the JSON that it should be."                                           "Send an object with userinfo, id_token or both, and leave it out where scopes are enough."
    Issuer  "acr_unknown"                  "There is no such kind of sign-in."                                                                 "Compare acr_values with acr_values_supported in the discovery document."
    Issuer  "acr_unmet"                    "This person cannot sign in in the way that was asked for."                                         "Ask for a weaker kind, or have the person set up what it needs."
    Issuer  "connection_unknown"           "There is no such connection."                                                                      "Compare the connection with the vendor's documentation, or leave it out."
    Issuer  "connection_failed"            "The other provider said no, or something that cannot be believed."                                 "Try again; if it stays so, ask those who run this place, and name the request's id."
    Issuer  "hint_malformed"               "The id_token_hint is no ID token that this client got here."                                       "Send the last ID token of this person at this client, whole; an expired one will do."
    Issuer  "login_required"               "Nobody is signed in, or must sign in again, and prompt=none lets no page be shown."                "Send the person through the browser again without prompt=none."
    Issuer  "consent_required"             "The person would have to agree, and prompt=none lets no page be shown."                            "Send the person through the browser again without prompt=none."
    Issuer  "account_selection_required"   "The person would have to choose an account, and prompt=none lets no page be shown."                "Send the person through the browser again without prompt=none."
    Issuer  "consent_denied"               "The person said no."                                                                               "Say why you ask before you send people here, and ask for no more than you need."
    Issuer  "code_missing"                 "There is no code."                                                                                 "Send code with what came back to your redirect address."
    Issuer  "code_unknown"                 "The code is not known, too old, or another client's."                                              "Exchange it within its minute, once, with the client that asked for it. An address that is decoded twice spoils it."
    Issuer  "code_spent"                   "The code was exchanged before. The tokens that it bought ended with this second try."              "Exchange each code once: a reloaded callback page, or two workers, send it twice. Then send the person through the browser again."
    Issuer  "redirect_differs"             "The redirect_uri is not the one of the request that led to the code."                              "Send the same redirect_uri at both places, octet for octet."
    Issuer  "verifier_missing"             "There is no code_verifier for the code_challenge of the request."                                  "Keep the code_verifier until the callback, and send it with the code."
    Issuer  "verifier_wrong"               "The code_verifier does not belong to the code_challenge."                                          "Keep one code_verifier for each request, with its state; two tabs need two."
    Issuer  "refresh_missing"              "There is no refresh_token."                                                                        "Send refresh_token with the newest one that you got."
    Issuer  "refresh_unknown"              "The refresh token is not known, has ended, or is another client's."                                "Send the person through the browser again. Refresh tokens end when they are not used for long, and when the person or an operator takes back what was allowed."
    Issuer  "refresh_spent"                "The refresh token was used before. Since two hold a copy, all tokens of that sign-in ended."       "Keep the newest refresh token only, in one place, and let one process at a time use it. Then send the person through the browser again."
    Issuer  "person_disabled"              "The person for whom the token would speak was switched off."                                       "Ask those who run this place."
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
    // The person's ID token beside it.
    Gateway "id_tokens_several"            "More than one ID token came along."                                                                "Send one, in the header that the documentation names."
    Gateway "id_token_missing"             "This route wants the person's ID token as well."                                                   "Send the ID token in the header that the documentation names, beside the access token."
    Gateway "id_token_malformed"           "The ID token is none."                                                                             "Send it whole, without Bearer before it and without quotes around it; an access token is no ID token."
    Gateway "id_token_signature"           "The ID token was not signed by this issuer, or was changed."                                       "Use the ID token exactly as it came."
    Gateway "id_token_issuer"              "The ID token is another issuer's."                                                                 "Use the one of this installation; test and live are different."
    Gateway "id_token_client"              "The ID token was made for another client."                                                         "Use the ID token that the same client got that asked for the access token."
    Gateway "id_token_expired"             "The ID token has expired."                                                                         "Have the person sign in again, or refresh: a new ID token comes along."
    Gateway "id_token_not_yet_valid"       "The ID token is not valid yet."                                                                    "Set the clock of the machine that checks or sends it."
    Gateway "id_token_person"              "ID token and access token speak for two different people."                                         "Keep the tokens of one sign-in together."
    // Old ways of authenticating.
    Gateway "legacy_key_missing"           "The call came with a token of the old login, and without the subscription key that belongs to it."  "Send the key in the header that the documentation names. Better still, ask for an access token: then no key is needed."
    Gateway "legacy_unknown"               "The old token or subscription key is not known here, has expired or was ended."                    "Ask for an access token with one of your clients. Until the old way ends, signing in at the old endpoint again gives a new token."
    Gateway "legacy_accounts_differ"       "Token and subscription key belong to two accounts."                                                "Send the key and the token of one firm, or an access token alone."
    Gateway "legacy_ended"                 "The old way of authenticating has ended for your account."                                         "Make a client, ask for an access token with it, and send that. The page Old authentication shows who still comes the old way."
    Gateway "legacy_brownout"              "The old way of authenticating is switched off for an announced while."                             "Ask for an access token: as it is now it will be for good. The page Old authentication says until when this lasts."
    Gateway "legacy_unverified"            "The old token or key could not be checked just now."                                               "Try again in a moment. An access token does not depend on the old system."
    // Tokens that only their issuer can read.
    Gateway "token_inactive"               "The token's own issuer says that it is not good, or no longer."                                    "Ask that issuer for a new token."
    Gateway "introspection_unreachable"    "The token could not be looked up just now."                                                        "Try again in a moment. Nothing is wrong with the request."
    Gateway "route_ended"                  "This address has ended."                                                                           "Use the address that took its place; the Link header names the page that tells of it."
    // Limits, and more to do than can be done.
    Gateway "rate_limited"                 "More calls came than the limit allows."                                                            "Wait as long as Retry-After says, and spread calls out; the RateLimit header of each answer tells what is left."
    Gateway "quota_exceeded"               "The calls of this day or month are used up."                                                       "Wait until Retry-After is over, or ask those who run this place for a larger plan."
    Gateway "overloaded"                   "More calls came than can be served just now."                                                      "Try again after Retry-After; nothing was sent to the API."
    Gateway "upstream_busy"                "The API has more to do than it can just now."                                                      "Try again after Retry-After; nothing was sent to it."
    Gateway "upstream_resting"             "The API failed too often and is given a rest."                                                     "Try again after Retry-After; nothing was sent to it."
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
