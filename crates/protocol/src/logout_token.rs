//! What a logout token says (OpenID Connect Back-Channel Logout §2.4).

use serde::Serialize;

/// The `typ` header of logout tokens: nothing else is taken for one, and it is taken for nothing else.
pub const TYP: &str = "logout+jwt";

/// The member of `events` that makes a token a logout token.
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The facts of a logout token. Times are unix seconds. There is no `nonce` in it, which the section forbids, so that an
/// ID token cannot be made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// `iss`: who issued it, byte for byte as in the metadata.
    pub issuer: String,
    /// `aud`: the client that is told.
    pub audience: String,
    /// `iat`: when it was issued.
    pub issued: i64,
    /// `exp`: when it ends; two minutes later at most (§2.4).
    pub expires: i64,
    /// `jti`: its own name, the same at every try.
    pub id: String,
    /// `sub`: who signed out, as this client knows the person. It or `sid` must be there, or both.
    pub subject: Option<String>,
    /// `sid`: which session ended; none: all of the person's.
    pub sid: Option<String>,
}

impl LogoutToken {
    /// The claims as JSON text.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let wire = Wire {
            iss: &self.issuer,
            sub: self.subject.as_deref(),
            aud: &self.audience,
            iat: self.issued,
            exp: self.expires,
            jti: &self.id,
            events: Events { logout: Empty {} },
            sid: self.sid.as_deref(),
        };
        // Strings and numbers: there is nothing here that JSON cannot write.
        serde_json::to_vec(&wire).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    events: Events,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
}

#[derive(Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Empty,
}

#[derive(Serialize)]
struct Empty {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// OC5: all that §2.4 asks for, and no `nonce`.
    #[test]
    fn a_logout_token_says_what_the_section_asks() {
        let token = LogoutToken {
            issuer: "https://as.example".into(),
            audience: "web".into(),
            issued: 1,
            expires: 121,
            id: "bye_1".into(),
            subject: Some("usr_1".into()),
            sid: Some("ses_1".into()),
        };
        let wire: Value = serde_json::from_slice(&token.write()).unwrap();
        assert_eq!(
            wire,
            json!({
                "iss": "https://as.example", "sub": "usr_1", "aud": "web", "iat": 1, "exp": 121, "jti": "bye_1",
                "events": { EVENT: {} }, "sid": "ses_1"
            })
        );
    }
}
