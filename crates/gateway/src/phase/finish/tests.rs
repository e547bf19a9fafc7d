//! Each refusal as whoever asks sees it: a change of this table is a change of what integrators meet.

use super::*;
use crate::request_id::RequestIds;

/// Status, code and every header but the type and the cache's, which are the same for all.
const TABLE: &str = r#"
400 path_ambiguous | connection: close
400 host_mismatch | connection: close
414 uri_too_long
431 headers_too_large
413 body_too_large | connection: close
503 keys_unknown | retry-after: 1
404 route_unknown
410 route_ended
405 method_not_allowed | allow: GET, HEAD
403 route_closed
401 token_missing | www-authenticate: Bearer realm="gate"
400 tokens_several | www-authenticate: Bearer realm="gate", error="invalid_request", error_description="…"
401 token_malformed | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_algorithm | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_key_unknown | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_signature | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_type | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_issuer | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_audience | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_expired | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_not_yet_valid | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_revoked | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 token_inactive | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
503 introspection_unreachable | retry-after: 1
401 legacy_key_missing | www-authenticate: Bearer realm="gate"
401 legacy_unknown | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 legacy_accounts_differ | www-authenticate: Bearer realm="gate"
401 legacy_ended | www-authenticate: Bearer realm="gate", error="invalid_token", error_description="…"
401 legacy_brownout | www-authenticate: Bearer realm="gate"
503 legacy_unverified | retry-after: 1
401 id_token_missing | www-authenticate: Bearer realm="gate"
400 id_tokens_several
401 id_token_malformed | www-authenticate: Bearer realm="gate"
401 id_token_signature | www-authenticate: Bearer realm="gate"
401 id_token_issuer | www-authenticate: Bearer realm="gate"
401 id_token_client | www-authenticate: Bearer realm="gate"
401 id_token_expired | www-authenticate: Bearer realm="gate"
401 id_token_not_yet_valid | www-authenticate: Bearer realm="gate"
401 id_token_person | www-authenticate: Bearer realm="gate"
400 acting_user_missing
400 acting_user_several
400 acting_user_malformed
400 acting_user_unknown
403 scope_insufficient | www-authenticate: Bearer realm="gate", error="insufficient_scope", error_description="…", scope="read write"
403 acting_user_role
503 directory_unreachable | retry-after: 1
429 rate_limited | retry-after: 7
429 quota_exceeded | retry-after: 7
503 overloaded | retry-after: 1
503 upstream_busy | retry-after: 1
503 upstream_resting | retry-after: 1
503 upstream_unreachable | retry-after: 1
504 upstream_timeout
502 upstream_broken
"#;

fn lines() -> String {
    let id = RequestIds::new().next();
    let mut lines = String::new();
    for reason in Refusal::ALL {
        let detail = match reason {
            Refusal::MethodNotAllowed => Detail::Allow(HeaderValue::from_static("GET, HEAD")),
            Refusal::ScopeInsufficient => Detail::Scopes(["read", "write"].into_iter().collect()),
            Refusal::RateLimited | Refusal::QuotaExceeded => Detail::RetryAfter(7),
            _ => Detail::Nothing,
        };
        let stop = Stop {
            refusal: *reason,
            detail,
        };
        let answer = refusal(&stop, "gate", &id, Version::HTTP_11);
        let headers = answer.headers();
        assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let others = headers
            .iter()
            .filter(|(name, _)| ![header::CONTENT_TYPE, header::CACHE_CONTROL].contains(name));
        lines.push_str(&format!("{} {}", answer.status().as_u16(), reason.code()));
        for (name, value) in others {
            // What an error says in words is the refusal's title.
            let value = value.to_str().unwrap().replace(reason.title(), "…");
            lines.push_str(&format!(" | {name}: {value}"));
        }
        lines.push('\n');
    }
    lines
}

/// RS1, RFC 6750 §3: which refusal challenges, and with which error.
#[test]
fn each_refusal_has_its_status_and_its_challenge() {
    let lines = lines();
    assert_eq!(lines, TABLE.trim_start(), "\n{lines}");
}

/// RFC 9110 §11.6.1: a 401 always challenges, and only a 401, a 403 about scopes and a doubled token do.
#[test]
fn every_401_challenges() {
    for reason in Refusal::ALL {
        let challenges = challenge(&Stop::from(*reason), "gate").is_some();
        let expected = reason.status() == StatusCode::UNAUTHORIZED
            || matches!(reason, Refusal::ScopeInsufficient | Refusal::TokensSeveral);
        assert_eq!(challenges, expected, "{}", reason.code());
    }
}
