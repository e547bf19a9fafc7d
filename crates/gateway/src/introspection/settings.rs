//! Whom a gateway asks about opaque tokens, and as whom.

use super::answer::{self, Answer};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;

/// The longest that an answer may be believed, in seconds.
const LONGEST: i64 = 300;

/// An introspection endpoint (RFC 7662), and our client there. Its `Debug` shows no secret.
#[derive(Clone)]
pub struct Introspection {
    uri: Uri,
    authorization: HeaderValue,
    issuer: Option<String>,
    account: Option<String>,
    remembered: i64,
}

/// Settings from which nobody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIntrospection {
    /// It is not `http://…` or `https://…`, or it names a user.
    #[error("the introspection endpoint is not an http or https URL without user")]
    Url,
    /// There is no client.
    #[error("the gateway has no client id and secret at the introspection endpoint")]
    Client,
}

impl Introspection {
    /// The endpoint at `url`, asked with HTTP Basic (RFC 6749 §2.3.1). An answer is believed for 30 seconds.
    ///
    /// # Errors
    /// [`BadIntrospection`] when nobody can be asked so.
    pub fn new(url: &str, client_id: &str, client_secret: &str) -> Result<Self, BadIntrospection> {
        let uri: Uri = url.parse().map_err(|_| BadIntrospection::Url)?;
        let plain = matches!(uri.scheme_str(), Some("http" | "https"));
        if !plain || uri.authority().is_none_or(|named| named.as_str().contains('@')) {
            return Err(BadIntrospection::Url);
        }
        if client_id.is_empty() || client_secret.is_empty() {
            return Err(BadIntrospection::Client);
        }
        // Both are encoded as a form's values before they are put together.
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let both = STANDARD.encode(format!("{}:{}", encoded(client_id), encoded(client_secret)));
        let mut authorization =
            HeaderValue::from_str(&format!("Basic {both}")).map_err(|_| BadIntrospection::Client)?;
        authorization.set_sensitive(true);
        Ok(Self {
            uri,
            authorization,
            issuer: None,
            account: None,
            remembered: 30,
        })
    }

    /// What `iss` must be where the answer says one; without this, the issuer that the gateway follows.
    #[must_use]
    pub fn with_issuer(self, issuer: Option<String>) -> Self {
        Self { issuer, ..self }
    }

    /// The member of the answer that says whose account the token is of; without this, it is of none.
    #[must_use]
    pub fn with_account(self, account: Option<String>) -> Self {
        Self { account, ..self }
    }

    /// For how many seconds an answer is believed, 300 at most: so long may a revoked token go on. 0: the server is asked
    /// each time.
    #[must_use]
    pub fn remembered(self, seconds: i64) -> Self {
        Self {
            remembered: seconds.clamp(0, LONGEST),
            ..self
        }
    }

    pub(super) const fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) const fn authorization(&self) -> &HeaderValue {
        &self.authorization
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(super) const fn believed_for(&self) -> i64 {
        self.remembered
    }

    pub(super) fn read(&self, json: &[u8]) -> Option<Answer> {
        answer::read(json, self.account.as_deref())
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("uri", &self.uri)
            .field("authorization", &"***")
            .field("issuer", &self.issuer)
            .field("account", &self.account)
            .field("remembered", &self.remembered)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6749 §2.3.1; OP5: encoded before they are put together, and never shown.
    #[test]
    fn the_client_is_encoded_and_its_secret_is_not_shown() {
        let made = Introspection::new("https://as.example/introspect", "gate way", "a/b+c:%20").unwrap();
        let sent = made.authorization().to_str().unwrap().strip_prefix("Basic ").unwrap();
        assert_eq!(STANDARD.decode(sent).unwrap(), b"gate%20way:a%2Fb%2Bc%3A%2520");
        let shown = format!("{made:?} {:?}", made.authorization());
        assert!(!shown.contains(sent) && !shown.contains("a/b"), "{shown}");
    }

    /// CO7: an address is one of HTTP, and carries nobody's password.
    #[test]
    fn an_endpoint_that_cannot_be_asked_is_no_setting() {
        for url in [
            "",
            "/introspect",
            "ftp://as.example/",
            "https://me:pw@as.example/",
            "as.example",
        ] {
            assert_eq!(
                Introspection::new(url, "a", "b").err(),
                Some(BadIntrospection::Url),
                "{url}"
            );
        }
        for (id, secret) in [("", "b"), ("a", "")] {
            let made = Introspection::new("https://as.example/", id, secret);
            assert_eq!(made.err(), Some(BadIntrospection::Client));
        }
    }
}
