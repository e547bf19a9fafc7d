//! Logout tokens (OpenID Connect Back-Channel Logout §2.5): a form with one field.

use super::{Hooks, acceptable, attempt};
use crate::Undelivered;
use reqwest::header::CONTENT_TYPE;

impl Hooks {
    /// Makes one attempt to hand a logout token to a client (OC5). What comes back is the status, 200 to 299; the answer's
    /// body is nobody's business. The address is judged as a webhook's is: a client's owner typed it in (CO7).
    ///
    /// # Errors
    /// [`Undelivered::Never`] when the address is [`Unfit`](super::Unfit) or the text no token; [`Undelivered::Later`]
    /// without a public address behind the name, a connection, or an answer in time; [`Undelivered::Answered`] with another
    /// status. A redirect is not followed and is such a status.
    pub async fn farewell(&self, uri: &str, logout_token: &str) -> Result<u16, Undelivered> {
        let uri = acceptable(uri, &self.rules).map_err(|unfit| Undelivered::Never(unfit.to_string()))?;
        // What a signed token is made of (RFC 7515 §7.1) stands in a form as it is.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if logout_token.is_empty() || !logout_token.bytes().all(plain) {
            return Err(Undelivered::Never("there is no signed token to send".to_owned()));
        }
        let request = self
            .client
            .post(uri)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(format!("logout_token={logout_token}"));
        attempt(request).await
    }
}
