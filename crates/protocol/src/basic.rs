//! HTTP Basic for clients (RFC 6749 §2.3.1, RFC 7617).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use percent_encoding::percent_decode_str;

/// User and password of an `Authorization: Basic` header, as sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    user: String,
    password: String,
}

/// Not the grammar of HTTP Basic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the grammar of HTTP Basic")]
pub struct Malformed;

impl Basic {
    /// Whether an `Authorization` header value is of the Basic scheme.
    #[must_use]
    pub fn is(header: &str) -> bool {
        scheme(header).is_some()
    }

    /// Reads an `Authorization` header value of the Basic scheme.
    ///
    /// # Errors
    /// [`Malformed`] when it is another scheme, not base64, not UTF-8, or has no colon.
    pub fn read(header: &str) -> Result<Self, Malformed> {
        let coded = scheme(header).ok_or(Malformed)?.trim();
        let bytes = STANDARD
            .decode(coded)
            .or_else(|_| STANDARD_NO_PAD.decode(coded))
            .map_err(|_| Malformed)?;
        let text = String::from_utf8(bytes).map_err(|_| Malformed)?;
        let (user, password) = text.split_once(':').ok_or(Malformed)?;
        Ok(Self {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }

    /// The client id. RFC 6749 has it form-encoded first, many clients send it raw; ids of unreserved
    /// characters are the same either way, and only those are issued.
    #[must_use]
    pub fn client_id(&self) -> String {
        form_decoded(&self.user)
    }

    /// The client secret, absent when empty; decoded like the id.
    #[must_use]
    pub fn client_secret(&self) -> Option<String> {
        (!self.password.is_empty()).then(|| form_decoded(&self.password))
    }
}

fn scheme(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("basic").then_some(rest)
}

/// application/x-www-form-urlencoded decoding of one value; what does not decode is taken as it stands.
fn form_decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_form_encoded_and_raw_alike() {
        for header in [
            "Basic YWItMTpzLmV+Y3I=",
            "basic YWItMTpzLmUlN0Vjcg",
            "BASIC  YWIlMkQxOnMuZX5jcg==",
        ] {
            let basic = Basic::read(header).map_err(|_| header).unwrap();
            assert_eq!(
                (basic.client_id().as_str(), basic.client_secret().as_deref()),
                ("ab-1", Some("s.e~cr")),
                "{header}"
            );
        }
    }

    #[test]
    fn refuses_what_is_not_basic() {
        for header in [
            "",
            "Basic",
            "Basic ",
            "Basic !!!",
            "Bearer YTpi",
            "Basic YWI=",
            "Basic //79",
        ] {
            assert!(Basic::read(header).is_err(), "{header}");
        }
    }
}
