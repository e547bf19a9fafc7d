//! What a text is by its looks.

use super::{LONGEST, Pasted};
use tollgate_keys::secret::Kind;

/// The text without what is copied along with a token: spaces, quotes, the word `Bearer`.
pub(super) fn bare(text: &str) -> &str {
    let text = text.trim().trim_matches(['"', '\'', '`']).trim();
    match text.split_once(char::is_whitespace) {
        Some((scheme, rest)) if scheme.trim_end_matches(':').eq_ignore_ascii_case("bearer") => rest.trim(),
        Some((name, rest)) if name.eq_ignore_ascii_case("authorization:") => bare(rest),
        _ => text,
    }
}

/// What was pasted.
pub(super) fn pasted(text: &str) -> Pasted {
    if text.is_empty() {
        return Pasted::Nothing;
    }
    if text.len() > LONGEST {
        return Pasted::TooLong;
    }
    if let Some(secret) = secret(text) {
        return Pasted::Secret(secret);
    }
    let parts: Vec<&str> = text.split('.').collect();
    let coded = |part: &&str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if !parts.iter().all(coded) || !text.starts_with("ey") {
        return Pasted::Opaque;
    }
    match parts.len() {
        3 => Pasted::Token,
        5 => Pasted::Encrypted,
        _ => Pasted::Opaque,
    }
}

/// The kind of secret or token that stands in a text, anywhere in it; none when it looks like neither.
#[must_use]
pub fn of(text: &str) -> Option<&'static str> {
    secret(text).or_else(|| {
        let signed = text
            .split(|c: char| c.is_whitespace() || c == '"')
            .any(|word| word.starts_with("eyJ") && word.matches('.').count() >= 2);
        signed.then_some("a signed token")
    })
}

/// The kind of secret that stands in a text, whole or in pieces: a cut one is half a secret still.
fn secret(text: &str) -> Option<&'static str> {
    let begins = |prefix: &str| {
        text.match_indices(prefix).any(|(place, _)| {
            let rest = text.get(place + prefix.len()..).unwrap_or_default();
            rest.bytes().take_while(u8::is_ascii_alphanumeric).count() >= 16
        })
    };
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let words = match kind {
            Kind::ClientSecret => "a client secret",
            Kind::OperatorToken => "an operator's token",
            Kind::GatewayToken => "a gateway's token",
            Kind::Session => "a session of the console",
            Kind::Link => "a one-time link",
            Kind::Code => "an authorization code",
            Kind::Refresh => "a refresh token",
            Kind::Browser => "a sign-in's binding to its browser",
            Kind::LegacyKey => "a subscription key",
            Kind::LegacyToken => "a token of the old login",
        };
        (kind.prefix(), words)
    });
    kinds
        .chain([("whsec", "a webhook's key")])
        .find(|(prefix, _)| begins(&format!("{prefix}_")))
        .map(|(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OP5: what is a secret is told by its looks, also cut short or in the middle of something.
    #[test]
    fn secrets_are_recognised_wherever_they_stand() {
        let secret = "tgs_0123456789abcdefghijABCDEFGHIJ01234567";
        for text in [
            secret,
            &secret[..30],
            &format!("client_secret={secret}&x=1"),
            &format!("\"{secret}\""),
        ] {
            assert_eq!(of(text), Some("a client secret"), "{text}");
        }
        assert_eq!(of("tgn_0123456789abcdefghij"), Some("a session of the console"));
        assert_eq!(of("whsec_0123456789abcdefghij"), Some("a webhook's key"));
        assert_eq!(
            of("Bearer eyJhbGciOiJFUzI1NiJ9.eyJhIjoxfQ.c2ln"),
            Some("a signed token")
        );
        for name in [
            "robot",
            "https://api.example/docs",
            "read write",
            "tgs_short",
            "eyJ",
            "",
        ] {
            assert_eq!(of(name), None, "{name}");
        }
    }

    #[test]
    fn what_was_pasted_is_said_by_its_looks() {
        for (text, is) in [
            ("", Pasted::Nothing),
            ("eyJh.eyJi.c2ln", Pasted::Token),
            ("eyJh.eyJi.c2ln.a.b", Pasted::Encrypted),
            ("eyJh.eyJi", Pasted::Opaque),
            ("eyJh.ey Ji.c2ln", Pasted::Opaque),
            ("v2.local.abc", Pasted::Opaque),
            (
                "tgs_0123456789abcdefghijABCDEFGHIJ01234567",
                Pasted::Secret("a client secret"),
            ),
            (&"e".repeat(LONGEST + 1), Pasted::TooLong),
        ] {
            assert_eq!(pasted(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_copied_along_is_left_out() {
        for text in [
            " eyJh.eyJi.c2ln\n",
            "\"eyJh.eyJi.c2ln\"",
            "Bearer eyJh.eyJi.c2ln",
            "Authorization: bearer  eyJh.eyJi.c2ln",
        ] {
            assert_eq!(bare(text), "eyJh.eyJi.c2ln", "{text:?}");
        }
    }
}
