//! The parameters of a request to the authorization, token, introspection or revocation endpoint.

use crate::refusal::{Code, Refusal};
use percent_encoding::percent_decode;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The most bytes that a body may have.
pub const MOST_BODY: usize = 64 * 1024;
/// The most bytes that one value may have.
pub const MOST_VALUE: usize = 16 * 1024;
/// The most bytes that one name may have.
const MOST_NAME: usize = 256;
/// The most parameters that a request may have.
pub const MOST_PARAMETERS: usize = 64;

/// Which body forms an endpoint reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forms {
    /// `application/x-www-form-urlencoded`.
    pub form: bool,
    /// `application/json`.
    pub json: bool,
}

impl Forms {
    const fn words(self) -> &'static str {
        match (self.form, self.json) {
            (true, true) => "application/x-www-form-urlencoded or application/json",
            (false, true) => "application/json",
            _ => "application/x-www-form-urlencoded",
        }
    }
}

/// Named values, each name at most once. Empty values count as absent (RFC 6749 §3.2), and so does JSON `null`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a body.
    ///
    /// # Errors
    /// A [`Refusal`] that names the fault: a form that is not read here, a body that is too large, empty or
    /// malformed, a parameter that is repeated, no string, or too long.
    pub fn of_body(content_type: Option<&str>, body: &[u8], forms: Forms) -> Result<Self, Refusal> {
        if body.len() > MOST_BODY {
            return Err(Refusal::of(Code::BodyTooLarge).with("most", MOST_BODY.to_string()));
        }
        let unsupported = || Refusal::of(Code::BodyUnsupported).with("forms", forms.words());
        let media = content_type.map(media_type);
        match media {
            // No body and no type: there is nothing to misread.
            None | Some(Some(_)) if body.is_empty() => Err(Refusal::of(Code::BodyEmpty)),
            Some(Some("application/x-www-form-urlencoded")) if forms.form => Self::of_form(body),
            Some(Some("application/json")) if forms.json => Self::of_json(body),
            _ => Err(unsupported()),
        }
    }

    /// Reads form-encoded text, of a body or of a query string.
    ///
    /// # Errors
    /// A [`Refusal`] as for [`Parameters::of_body`].
    pub fn of_form(text: &[u8]) -> Result<Self, Refusal> {
        let mut read = Self::default();
        let pieces = text.split(|b| *b == b'&').filter(|piece| !piece.is_empty());
        for (place, piece) in pieces.enumerate() {
            if place >= MOST_PARAMETERS {
                return Err(Refusal::of(Code::BodyMalformed));
            }
            let mut halves = piece.splitn(2, |b| *b == b'=');
            let name = decoded(halves.next().unwrap_or_default())?;
            let value = decoded(halves.next().unwrap_or_default())?;
            read.take(name.into_owned(), Some(value.into_owned()))?;
        }
        read.without_empty()
    }

    fn of_json(body: &[u8]) -> Result<Self, Refusal> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let members = deserializer
            .deserialize_map(Members)
            .map_err(|_| Refusal::of(Code::BodyMalformed))?;
        deserializer.end().map_err(|_| Refusal::of(Code::BodyMalformed))?;
        let mut read = Self::default();
        for (name, value) in members {
            match value {
                serde_json::Value::String(text) => read.take(name, Some(text))?,
                serde_json::Value::Null => read.take(name, None)?,
                // Members that no grant knows are ignored, whatever their type.
                _ if !KNOWN.contains(&name.as_str()) => {}
                _ => return Err(malformed(&name)),
            }
        }
        read.without_empty()
    }

    fn take(&mut self, name: String, value: Option<String>) -> Result<(), Refusal> {
        if self.0.iter().any(|(held, _)| *held == name) {
            // RFC 8707 §2 alone allows a parameter to be repeated; who asks for two resources is told so.
            let code = if name == "resource" {
                Code::AudienceSeveral
            } else {
                Code::ParameterRepeated
            };
            return Err(Refusal::of(code).with("parameter", name));
        }
        let value = value.unwrap_or_default();
        // No parameter is called that. It is a body of another kind, JSON sent as a form for instance, and its
        // secret must not be repeated in the answer.
        if name.len() > MOST_NAME {
            return Err(Refusal::of(Code::BodyMalformed));
        }
        if value.len() > MOST_VALUE {
            return Err(malformed(&name));
        }
        self.0.push((name, value));
        Ok(())
    }

    fn without_empty(mut self) -> Result<Self, Refusal> {
        self.0.retain(|(_, value)| !value.is_empty());
        Ok(self)
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(held, _)| held == name)
            .map(|(_, value)| value.as_str())
    }

    /// The names given, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl fmt::Debug for Parameters {
    /// Names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

/// The parameters that must be strings when they come as JSON.
const KNOWN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "audience",
    "resource",
    "scope",
    "token",
    "token_type_hint",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
];

fn malformed(name: &str) -> Refusal {
    Refusal::of(Code::ParameterMalformed)
        .with("parameter", name)
        .with("most", MOST_VALUE.to_string())
}

/// The media type in lower case when its charset, if any, is UTF-8; `None` when it is another.
fn media_type(header: &str) -> Option<&'static str> {
    let mut parts = header.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            ["utf-8", "utf8", "us-ascii"]
                .iter()
                .any(|charset| value.eq_ignore_ascii_case(charset))
        }
        _ => true,
    });
    ["application/x-www-form-urlencoded", "application/json"]
        .into_iter()
        .find(|known| utf8 && essence.eq_ignore_ascii_case(known))
        .or(Some("").filter(|_| utf8))
}

fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let spaced: Cow<'_, [u8]> = if bytes.contains(&b'+') {
        bytes
            .iter()
            .map(|b| if *b == b'+' { b' ' } else { *b })
            .collect::<Vec<u8>>()
            .into()
    } else {
        bytes.into()
    };
    let text = percent_decode(&spaced)
        .decode_utf8()
        .map_err(|_| Refusal::of(Code::BodyMalformed))?;
    Ok(Cow::Owned(text.into_owned()))
}

/// Keeps repeated members apart, which a JSON map would fold into one.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, serde_json::Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            if members.len() >= MOST_PARAMETERS {
                return Err(serde::de::Error::custom("too many members"));
            }
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Forms = Forms { form: true, json: true };
    const FORM: &str = "application/x-www-form-urlencoded";

    fn code(content_type: Option<&str>, body: &[u8]) -> Code {
        Parameters::of_body(content_type, body, BOTH)
            .map(|p| format!("{p:?}"))
            .unwrap_err()
            .code
    }

    #[test]
    fn charset_parameters_and_case_are_tolerated() {
        for content_type in [
            FORM,
            "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
            "application/x-www-form-urlencoded;charset=\"utf-8\"",
        ] {
            let read = Parameters::of_body(Some(content_type), b"scope=a+b%20c&x=", BOTH).unwrap();
            assert_eq!(
                (read.get("scope"), read.get("x")),
                (Some("a b c"), None),
                "{content_type}"
            );
        }
        assert_eq!(
            code(Some("application/json; charset=utf-16"), b"{}"),
            Code::BodyUnsupported
        );
    }

    #[test]
    fn null_and_empty_members_count_as_absent() {
        let body = br#"{"grant_type":"client_credentials","organization":null,"scope":"","extra":{"a":1}}"#;
        let read = Parameters::of_body(Some("application/json;charset=UTF-8"), body, BOTH).unwrap();
        assert_eq!(read.names().collect::<Vec<_>>(), ["grant_type"]);
    }

    /// TE2, SS-20: repeated and non-string parameters are named.
    #[test]
    fn bad_bodies_are_refused_by_name() {
        let json = Some("application/json");
        assert_eq!(code(json, br#"{"scope":"a","scope":"b"}"#), Code::ParameterRepeated);
        assert_eq!(code(json, br#"{"client_id":1}"#), Code::ParameterMalformed);
        assert_eq!(code(json, b"[]"), Code::BodyMalformed);
        assert_eq!(code(json, b"{} x"), Code::BodyMalformed);
        assert_eq!(code(json, b""), Code::BodyEmpty);
        assert_eq!(code(None, b""), Code::BodyEmpty);
        assert_eq!(code(None, b"a=b"), Code::BodyUnsupported);
        assert_eq!(code(Some("text/plain"), b"a=b"), Code::BodyUnsupported);
        assert_eq!(code(Some(FORM), b"a=1&a=2"), Code::ParameterRepeated);
        assert_eq!(code(Some(FORM), b"a=&a=2"), Code::ParameterRepeated);
        assert_eq!(code(Some(FORM), b"resource=x&resource=y"), Code::AudienceSeveral);
        assert_eq!(code(Some(FORM), b"a=%ff"), Code::BodyMalformed);
        assert_eq!(code(Some(FORM), "a=b&".repeat(70).as_bytes()), Code::ParameterRepeated);
        assert_eq!(code(Some(FORM), &vec![b'a'; MOST_BODY + 1]), Code::BodyTooLarge);
        assert_eq!(
            code(Some(FORM), format!("a={}", "x".repeat(MOST_VALUE + 1)).as_bytes()),
            Code::ParameterMalformed
        );
    }

    /// RU7, SS-20: what the code flow needs is a string in JSON, too.
    #[test]
    fn what_buys_tokens_is_a_string() {
        for name in ["code", "redirect_uri", "code_verifier", "refresh_token"] {
            let body = format!("{{\"{name}\":[\"a\"]}}");
            let refusal = Parameters::of_body(Some("application/json"), body.as_bytes(), BOTH).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.word("parameter")),
                (Code::ParameterMalformed, Some(name))
            );
        }
    }

    /// RU7: a query of the authorization endpoint reads as a form does: empty is absent, twice is refused by its name,
    /// and names that nobody knows are taken in without a word.
    #[test]
    fn a_query_is_read_as_a_form_is() {
        let read = Parameters::of_form(b"state=&nonce&scope=openid+email&acr_values=urn:acr:face&x.y=%C3%A9").unwrap();
        assert_eq!((read.get("state"), read.get("nonce")), (None, None));
        assert_eq!(read.get("scope"), Some("openid email"));
        assert_eq!(read.get("acr_values"), Some("urn:acr:face"));
        assert_eq!(read.get("x.y"), Some("\u{e9}"));
        for (query, name) in [
            ("state=a&state=b", "state"),
            ("redirect_uri=a&x=1&redirect%5Furi=a", "redirect_uri"),
            ("state=&state=a", "state"),
            ("prompt=none&prompt=", "prompt"),
        ] {
            let refusal = Parameters::of_form(query.as_bytes()).unwrap_err();
            assert_eq!(
                (refusal.code, refusal.word("parameter")),
                (Code::ParameterRepeated, Some(name)),
                "{query}"
            );
        }
        let two = Parameters::of_form(b"resource=a&resource=b").unwrap_err();
        assert_eq!(two.code, Code::AudienceSeveral);
        assert_eq!(Parameters::of_form(b"").unwrap(), Parameters::default());
    }

    /// OP5: JSON that is sent as a form is one long name, and the answer does not repeat the secret in it.
    #[test]
    fn a_name_that_is_none_is_not_repeated() {
        let body = format!(
            "{{\"client_secret\":\"tgs_secret\",\"audience\":\"{}\"}}",
            "x".repeat(256)
        );
        for content_type in [FORM, "application/json"] {
            let body = match content_type {
                FORM => body.clone(),
                _ => format!("{{\"{}\":\"\"}}", "tgs_secret".repeat(26)),
            };
            let refusal = Parameters::of_body(Some(content_type), body.as_bytes(), BOTH).unwrap_err();
            assert_eq!(refusal.code, Code::BodyMalformed);
            assert!(refusal.words.is_empty(), "{:?}", refusal.words);
        }
    }
}
