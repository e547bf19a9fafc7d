//! What an introspection endpoint answers (RFC 7662 §2.2).

use crate::Refusal;
use serde_json::{Map, Value};
use tollgate_protocol::claims::{AccessToken, Mark};
use tollgate_protocol::scope::Scopes;

/// The longest account id that is taken from an answer.
const LONGEST_ACCOUNT: usize = 200;

/// What the server says.
#[derive(Debug)]
pub(super) enum Answer {
    /// The token is good, as far as the server knows. An absent `iss` is empty here; a token without `exp` ends never.
    Active(Box<AccessToken>),
    /// It is not.
    Inactive,
    /// It is good for something else than what it came for.
    Unfit(Refusal),
}

/// Reads an answer. `account` is the member that says whose account it is. None when this is no answer at all.
pub(super) fn read(json: &[u8], account: Option<&str>) -> Option<Answer> {
    let said: Map<String, Value> = serde_json::from_slice(json).ok()?;
    match said.get("active")? {
        Value::Bool(true) => {}
        // What else stands beside `false` does not count.
        Value::Bool(false) => return Some(Answer::Inactive),
        _ => return None,
    }
    if !is_bearer(&said) {
        return Some(Answer::Unfit(Refusal::TokenType));
    }
    let Some(client_id) = text(&said, "client_id")?.filter(|id| !id.is_empty()) else {
        // Nobody could be told whose call it is.
        return Some(Answer::Unfit(Refusal::TokenMalformed));
    };
    let scopes = Scopes::parse(&text(&said, "scope")?.unwrap_or_default()).ok()?;
    let of = match account {
        Some(name) => text(&said, name)?.filter(|id| !id.is_empty()),
        None => None,
    };
    if of.as_ref().is_some_and(|id| id.len() > LONGEST_ACCOUNT) {
        return None;
    }
    Some(Answer::Active(Box::new(AccessToken {
        issuer: text(&said, "iss")?.unwrap_or_default(),
        subject: text(&said, "sub")?,
        client_id,
        audience: audience(&said)?,
        scopes,
        // Of a token of unknown age every revocation counts.
        issued: seconds(&said, "iat")?.unwrap_or(i64::MIN),
        not_before: seconds(&said, "nbf")?,
        expires: seconds(&said, "exp")?.unwrap_or(i64::MAX),
        id: text(&said, "jti")?,
        bought: None,
        mark: of.map(|account| Mark {
            account,
            secret: None,
            environment: String::new(),
            authorization: None,
            consent: None,
        }),
    })))
}

/// Whether it is an access token that whoever has it may use. The endpoint also speaks of refresh tokens (RFC 7662 §2.1:
/// the hint is no more than that), and of tokens that are bound to a key (RFC 8705 §3.2, RFC 9449 §6.2), which prove
/// nothing without it (AT21).
fn is_bearer(said: &Map<String, Value>) -> bool {
    let is = |name: &str, words: &[&str]| match said.get(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(word)) => words.iter().any(|held| held.eq_ignore_ascii_case(word)),
        Some(_) => false,
    };
    is("token_type", &["Bearer", "access_token"])
        // No standard's words, but what servers say of it.
        && is("token_use", &["access_token", "access"])
        && is("typ", &["Bearer", "at+jwt", "JWT"])
        && matches!(said.get("cnf"), None | Some(Value::Null))
}

/// A member that is a text; `Some(None)` when it is absent, `None` when it is something else.
#[expect(clippy::option_option, reason = "absent is not malformed")]
fn text(said: &Map<String, Value>, name: &str) -> Option<Option<String>> {
    match said.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

/// A member that is a number of seconds, whole or not.
#[expect(clippy::option_option, reason = "absent is not malformed")]
fn seconds(said: &Map<String, Value>, name: &str) -> Option<Option<i64>> {
    match said.get(name) {
        None | Some(Value::Null) => Some(None),
        Some(number) => number.as_i64().map(Some),
    }
}

/// `aud`, one or several. Absent is for nobody.
fn audience(said: &Map<String, Value>) -> Option<Vec<String>> {
    match said.get("aud") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(one)) => Some(vec![one.clone()]),
        Some(Value::Array(many)) => many.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> Option<Answer> {
        read(json.as_bytes(), Some("firm"))
    }

    #[test]
    fn what_is_no_answer_is_not_taken_for_one() {
        for json in [
            "",
            "[true]",
            "{}",
            r#"{"active": "true"}"#,
            r#"{"active": 1}"#,
            r#"{"active": null}"#,
            r#"{"active": true, "client_id": 7}"#,
            r#"{"active": true, "client_id": "c", "scope": ["a"]}"#,
            r#"{"active": true, "client_id": "c", "exp": "soon"}"#,
            r#"{"active": true, "client_id": "c", "aud": {"x": 1}}"#,
            r#"{"active": true, "client_id": "c", "aud": [1]}"#,
            r#"{"active": true, "client_id": "c", "firm": 1}"#,
        ] {
            assert!(said(json).is_none(), "{json}");
        }
    }

    /// AT21, DP5: what is bound to a key is not taken from whoever brings it, and a refresh token is no access token.
    #[test]
    fn a_token_of_another_kind_opens_nothing() {
        for member in [
            r#""token_type": "DPoP""#,
            r#""token_type": "refresh_token""#,
            r#""token_type": 1"#,
            r#""token_use": "refresh_token""#,
            r#""typ": "Refresh""#,
            r#""cnf": {"jkt": "x"}"#,
            r#""cnf": {}"#,
        ] {
            let json = format!(r#"{{"active": true, "client_id": "c", "aud": "a", {member}}}"#);
            assert!(matches!(said(&json), Some(Answer::Unfit(Refusal::TokenType))), "{json}");
        }
        let nobody = said(r#"{"active": true, "aud": "a"}"#);
        assert!(matches!(nobody, Some(Answer::Unfit(Refusal::TokenMalformed))));
    }

    #[test]
    fn an_answer_is_read_with_what_it_leaves_out() {
        assert!(matches!(said(r#"{"active": false, "aud": 7}"#), Some(Answer::Inactive)));
        let Some(Answer::Active(bare)) = said(r#"{"active": true, "client_id": "c"}"#) else {
            panic!("it is an answer");
        };
        assert!(bare.audience.is_empty() && bare.scopes.is_empty() && bare.mark.is_none());
        assert_eq!((bare.expires, bare.issued), (i64::MAX, i64::MIN));
        let whole = r#"{"active": true, "client_id": "c", "scope": "a b", "aud": ["x", "y"], "firm": "acc_1",
            "exp": 9, "iat": 1, "nbf": 2, "sub": "s", "iss": "i", "token_type": "bearer"}"#;
        let Some(Answer::Active(whole)) = said(whole) else {
            panic!("it is an answer");
        };
        assert_eq!(whole.audience, ["x", "y"]);
        assert_eq!(whole.scopes.to_string(), "a b");
        assert_eq!(whole.mark.map(|mark| mark.account).as_deref(), Some("acc_1"));
        assert_eq!((whole.expires, whole.issued, whole.not_before), (9, 1, Some(2)));
    }
}
