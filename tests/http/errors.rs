//! Every refusal in every dialect: the printed text is `docs/reference/errors.md`.

use std::fmt::Write as _;
use tollgate_protocol::dialect::{Dialect, Spoken};
use tollgate_protocol::refusal::{Code, Refusal};

/// What goes into the sentences, shown as what it stands for.
const WORDS: [&str; 13] = [
    "method",
    "most",
    "seconds",
    "forms",
    "parameter",
    "used",
    "registered",
    "grant_type",
    "audience",
    "client_id",
    "scope",
    "least",
    "successor",
];

/// The document is what the code says. `UPDATE_DOCS=1` writes it anew.
#[test]
#[allow(clippy::disallowed_methods)]
fn the_reference_of_errors_is_what_the_code_says() {
    let path = tollgate_tests::house::checkout().join("docs/reference/errors.md");
    let text = document();
    if std::env::var("UPDATE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &text).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = held.lines().zip(text.lines()).position(|(held, now)| held != now);
    assert!(
        held == text,
        "docs/reference/errors.md is not what the code says (first in line {:?}): run this test with UPDATE_DOCS=1",
        differs.map(|line| line + 1)
    );
}

/// RFC 6749 §5.2: what may stand in `error` and `error_description`, and no status that means something else.
#[test]
fn every_refusal_keeps_to_the_grammar_of_the_rfc() {
    for dialect in Dialect::ALL {
        for code in Code::ALL {
            let spoken = dialect.speak(&refusal(*code));
            let name = format!("{} in {}", code.as_str(), dialect.as_str());
            assert!((400..500).contains(&spoken.status), "{name}");
            let error = spoken.body["error"].as_str().unwrap();
            assert!(
                !error.is_empty() && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}: {error}"
            );
            let text = spoken
                .body
                .get("error_description")
                .map_or("", |text| text.as_str().unwrap());
            let unfilled = text.contains('{') || text.contains('}');
            assert!(!unfilled, "{name}: {text}");
        }
    }
}

fn refusal(code: Code) -> Refusal {
    WORDS.into_iter().fold(Refusal::of(code), |refusal, word| {
        refusal.with(word, format!("<{word}>"))
    })
}

fn document() -> String {
    let mut text = String::from(HEAD);
    dialects(&mut text);
    text.push_str(ISSUER);
    for code in Code::ALL {
        issuer(&mut text, *code);
    }
    text.push_str(GATEWAY);
    for refusal in tollgate_gateway::Refusal::ALL {
        gateway(&mut text, *refusal);
    }
    text
}

fn dialects(text: &mut String) {
    text.push_str("| dialect | `Content-Type` | `Cache-Control` | 401 always challenges | limit headers |\n|---|---|---|---|---|\n");
    for dialect in Dialect::ALL {
        let manner = dialect.manner();
        let limits: Vec<String> = dialect
            .limit_headers(40, 3600, 39, 3600, 0)
            .into_iter()
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        let challenges = if manner.always_challenges {
            "yes"
        } else {
            "after Basic only"
        };
        let _infallible = writeln!(
            text,
            "| `{}` | `{}` | `{}` | {challenges} | {} |",
            dialect.as_str(),
            manner.content_type,
            manner.cache_control,
            limits.join(", ")
        );
    }
}

fn issuer(text: &mut String, code: Code) {
    let _infallible = writeln!(
        text,
        "\n### `{}`\n\n{}\n\n| dialect | status | `error` | `error_description` | more members |\n|---|---|---|---|---|",
        code.as_str(),
        meaning(code)
    );
    let mut rows: Vec<(Vec<&str>, Spoken)> = Vec::new();
    for dialect in Dialect::ALL {
        let spoken = dialect.speak(&refusal(code));
        match rows.iter_mut().find(|(_, held)| *held == spoken) {
            Some((names, _)) => names.push(dialect.as_str()),
            None => rows.push((vec![dialect.as_str()], spoken)),
        }
    }
    for (names, spoken) in rows {
        let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
        let member = |name: &str| {
            spoken
                .body
                .get(name)
                .and_then(|value| value.as_str())
                .unwrap_or_default()
        };
        let more: Vec<String> = spoken
            .body
            .iter()
            .filter(|(name, _)| !["error", "error_description"].contains(&name.as_str()))
            .map(|(name, value)| format!("`{name}`: {}", cell(&value.to_string())))
            .collect();
        let _infallible = writeln!(
            text,
            "| {} | {} | `{}` | {} | {} |",
            names.join(", "),
            spoken.status,
            member("error"),
            cell(member("error_description")),
            more.join("<br>")
        );
    }
}

fn gateway(text: &mut String, refusal: tollgate_gateway::Refusal) {
    let challenge = refusal
        .challenge()
        .map_or_else(String::new, |error| format!("`{error}`"));
    let _infallible = writeln!(
        text,
        "| `{}` | {} | {} | {} | {challenge} |",
        refusal.code(),
        refusal.status().as_u16(),
        refusal.title(),
        refusal.remedy(),
    );
}

/// A value inside a table, as it is.
fn cell(value: &str) -> String {
    if value.is_empty() {
        String::new()
    } else {
        format!("`{}`", value.replace('|', "\\|"))
    }
}

const HEAD: &str = "# Errors

Every reason why the issuer or the gateway says no. Each has a stable code, which stands in the log, in the audit trail
and, at the gateway, in the answer. This page is printed by a test from the tables that the program itself uses.

## How the issuer says no

The issuer answers as the servers did that integrators come from: the *dialect* is set by `issuer.dialect` or by the
preset. The body is a JSON object with `error` and, where the table has one, `error_description` (RFC 6749 §5.2). In
angle brackets stands what is filled in; of values that come from the request at most 200 characters are repeated, and
what RFC 6749 does not allow in a description is shown as `?`. A status of 401 comes with `WWW-Authenticate: Basic` as
the first table says, a status of 405 with `Allow`, and whoever is to wait with `Retry-After`, in seconds. Each answer carries
`Tollgate-Request-Id`; name it when you ask for help.

At the authorization endpoint `error` and `error_description` go back to the client in the redirect (RFC 6749 §4.1.2.1),
with `state` and `iss`. Where the way back is not trusted the person sees a page instead, and only there the status counts.

When it is Tollgate that fails, the answer is the same in every dialect: 503 `temporarily_unavailable` with
`Retry-After` (try again), or 500 `server_error`, with `request_id` and nothing else.

";

const ISSUER: &str = "
## Refusals of the issuer
";

const GATEWAY: &str = "
## Refusals of the gateway

The gateway answers with a problem document (RFC 9457, `application/problem+json`): `type` is
`urn:tollgate:refusal:` and the code, `code` the code alone, `title` and `detail` are for people, and `request_id` is
the value of `Tollgate-Request-Id`. Checks are made in this order, and the first that fails is answered. Every 401
carries `WWW-Authenticate: Bearer`, with the `error` of the last column where there is one (RFC 6750 §3.1).

| code | status | what is the matter | what to do | `error` of the challenge |
|---|---|---|---|---|
";

const fn meaning(code: Code) -> &'static str {
    match code {
        Code::MethodNotPost => "The endpoint answers `POST` only. Send parameters in the body of a `POST`.",
        Code::AliasBrownout => {
            "The address of the request is another path of the endpoint, switched off for an announced while."
        }
        Code::AliasEnded => "The address of the request is another path of the endpoint, which has ended.",
        Code::BodyTooLarge => "The body is larger than any honest request.",
        Code::BodySlow => "The body did not arrive in time. The limit is `server.body_timeout`.",
        Code::BodyUnsupported => "The `Content-Type` is missing or one that this endpoint does not read.",
        Code::BodyEmpty => "There is no body.",
        Code::BodyMalformed => {
            "The bytes are not what the `Content-Type` says: broken encoding, no JSON object, or too many parameters."
        }
        Code::ParameterRepeated => "A parameter is given twice (RFC 6749 §3.2).",
        Code::ParameterMalformed => "A parameter is no string, or too long.",
        Code::CredentialsInQuery => {
            "A secret stands in the query string, where it ends up in logs. It is not honoured. With \
             `issuer.revoke_secret_in_query` a real one is revoked at once: regenerate it."
        }
        Code::GrantTypeMissing => "There is no `grant_type`.",
        Code::ClientMissing => "The request names no client.",
        Code::ClientHeaderMalformed => "The `Authorization` header is not HTTP Basic (RFC 7617).",
        Code::ClientMethodsSeveral => "The client authenticates in two ways at once (RFC 6749 §2.3). Leave one out.",
        Code::ClientIdsSeveral => "Header and body name two different clients.",
        Code::ClientMethodNotRegistered => "The client is registered for another way of authenticating.",
        Code::SecretMissing => "There is no secret.",
        Code::ClientUnknown => "There is no such client. On the wire it looks like a wrong secret.",
        Code::SecretWrong => "It is not the client's secret. Check for missing or added characters.",
        Code::SecretEnded => "The secret has expired or was revoked. Use the newest one.",
        Code::ClientDisabled => "The client was switched off.",
        Code::AccountDisabled => "The account was switched off.",
        Code::GuessingSlowed => {
            "There were too many wrong secrets for this client from this address. The right one is accepted all the while."
        }
        Code::GrantTypeUnsupported => "This server does not know the `grant_type`.",
        Code::GrantTypeNotAllowed => "The `grant_type` is not enabled for this client.",
        Code::AudienceMissing => "Neither `audience` nor `resource` is given, and none goes without saying.",
        Code::AudienceSeveral => "The request names more than one target. Ask for a token for each.",
        Code::AudienceUnknown => "No API has this audience. Compare it with the documentation, character by character.",
        Code::AudienceNotGranted => "The client has no grant for this API.",
        Code::ScopeMalformed => "`scope` is not a list of scope tokens parted by spaces (RFC 6749 §3.3).",
        Code::ScopeMissing => "No scope was asked for where one is required.",
        Code::ScopeUnknown => "The API has no such scope.",
        Code::ScopeNotGranted => "The scope is beyond what the client was granted.",
        Code::RateLimited => "The client's token requests for this window are spent. Keep tokens until they expire.",
        Code::TokenMissing => "Introspection and revocation need the parameter `token`.",
        Code::RedirectMissing => {
            "There is no `redirect_uri`, and the client has none or several registered. The person sees a page; nothing goes back."
        }
        Code::RedirectUnknown => {
            "The `redirect_uri` is not registered for this client, octet for octet (RFC 6749 §3.1.2.3). The person sees a page; \
             nothing goes back."
        }
        Code::ResponseTypeMissing => "There is no `response_type`.",
        Code::ResponseTypeUnsupported => "The only `response_type` is `code`.",
        Code::ResponseModeUnsupported => "The `response_mode` is neither `query` nor `form_post`.",
        Code::RequestUnsupported => {
            "Request objects are not read (OpenID Connect Core §6.1). Send the parameters themselves."
        }
        Code::RequestUriUnsupported => {
            "Request objects are not fetched (OpenID Connect Core §6.2). Send the parameters themselves."
        }
        Code::RegistrationUnsupported => "Clients are not registered along the way (OpenID Connect Core §7.2.1).",
        Code::StateShort => "`state` is missing or shorter than `people.least_state`, and could be guessed.",
        Code::NonceShort => "`nonce` is shorter than `people.least_state`, and could be guessed.",
        Code::ChallengeMissing => "There is no `code_challenge` (RFC 7636 §4.4.1), and this client must send one.",
        Code::ChallengeMalformed => "The `code_challenge` is not the base64url text of a SHA-256 hash, 43 characters.",
        Code::ChallengeMethodUnsupported => "The `code_challenge_method` is not `S256`; left out, it means `plain`.",
        Code::PromptUnknown => "A word in `prompt` is not `none`, `login`, `consent` or `select_account`.",
        Code::PromptSeveral => "`prompt` is `none` together with another word.",
        Code::MaxAgeMalformed => "`max_age` is not a number of seconds.",
        Code::ClaimsMalformed => "`claims` is not the JSON of OpenID Connect Core §5.5.",
        Code::AcrUnknown => "No word of `acr_values` names a kind of sign-in of this server. The metadata lists them.",
        Code::AcrUnmet => "The person cannot sign in as `acr_values` asks.",
        Code::ConnectionUnknown => "There is no such `connection`, or it is switched off.",
        Code::ConnectionFailed => "The other provider said no, or something that cannot be believed. Try again.",
        Code::HintMalformed => "The `id_token_hint` is not an ID token that this server issued to this client.",
        Code::LoginRequired => "`prompt` is `none`, and the person would have to sign in. Ask again without it.",
        Code::ConsentRequired => "`prompt` is `none`, and the person would have to agree. Ask again without it.",
        Code::AccountSelectionRequired => {
            "`prompt` is `none`, and the person would have to choose an account. Ask again without it."
        }
        Code::ConsentDenied => "The person said no.",
        Code::CodeMissing => "There is no `code`.",
        Code::CodeUnknown => "There is no such code, it is older than a minute, or it is another client's.",
        Code::CodeSpent => {
            "The code was exchanged before. The tokens that it bought are revoked, since one of the two who had it stole it."
        }
        Code::RedirectDiffers => "The `redirect_uri` is not the one of the authorization request, octet for octet.",
        Code::VerifierMissing => {
            "There is no `code_verifier`, though the authorization request had a `code_challenge`."
        }
        Code::VerifierWrong => {
            "The `code_verifier` does not match the `code_challenge`, or the authorization request had none (RFC 9700 §2.1.1)."
        }
        Code::RefreshMissing => "There is no `refresh_token`.",
        Code::RefreshUnknown => {
            "There is no such refresh token, it has ended or was revoked, or it is another client's. The person must sign in again."
        }
        Code::RefreshSpent => {
            "The refresh token was used before. All that descends from it is revoked, since one of the two who had it stole it. \
             The person must sign in again."
        }
        Code::PersonDisabled => "The person for whom the tokens would speak was switched off.",
    }
}
