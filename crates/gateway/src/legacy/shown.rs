//! What a request shows that may be of an old kind.

use super::Way;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderMap, HeaderName, header};
use serde::Deserialize;
use tollgate_keys::verify::VerifyingKeys;

/// The longest text that a credential of an old kind may have.
const LONGEST: usize = 4096;

/// What stands in `Authorization`, as far as an old way is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer<'r> {
    /// Nothing.
    Absent,
    /// A bearer that is none of our tokens.
    Old(Text<'r>),
    /// A token of ours, or what no old way has anything to do with.
    Another,
}

/// A text that was shown as a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text<'r> {
    /// This.
    Plain(&'r str),
    /// One that no credential has: too long, not text, or there more than once.
    Odd,
}

impl<'r> Text<'r> {
    fn of(text: &'r str) -> Self {
        let visible = text.bytes().all(|b| b.is_ascii_graphic());
        if text.len() <= LONGEST && visible && !text.is_empty() {
            Self::Plain(text)
        } else {
            Self::Odd
        }
    }
}

/// What a request shows towards one way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'r, 'v> {
    /// Where the way takes one.
    pub(crate) bearer: Option<Text<'r>>,
    /// Where the way takes one and it is there.
    pub(crate) key: Option<(&'v HeaderName, Text<'r>)>,
}

/// What stands in `Authorization`. A JWS that names one of `keys` is a token of ours, good or not: its own checks say
/// what is the matter with it.
pub(crate) fn bearer<'r>(headers: &'r HeaderMap, keys: &VerifyingKeys) -> Bearer<'r> {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let field = match (fields.next(), fields.next()) {
        (None, _) => return Bearer::Absent,
        (Some(field), None) => field,
        (Some(_), Some(_)) => return Bearer::Another,
    };
    let Ok(field) = field.to_str() else {
        return Bearer::Another;
    };
    let Some((scheme, text)) = field.split_once(' ') else {
        return Bearer::Another;
    };
    let text = text.trim_matches(' ');
    if !scheme.eq_ignore_ascii_case("Bearer") || text.is_empty() || names_one_of(keys, text) {
        return Bearer::Another;
    }
    Bearer::Old(Text::of(text))
}

impl<'r, 'v> Shown<'r, 'v> {
    /// None when the request does not come by this way.
    pub(crate) fn of(way: &'v Way, bearer: Bearer<'r>, headers: &'r HeaderMap) -> Option<Self> {
        let key = key(way, headers);
        match (way.method.bearer, bearer) {
            (true, Bearer::Old(text)) => Some(Self {
                bearer: Some(text),
                key,
            }),
            (false, Bearer::Absent) if key.is_some() => Some(Self { bearer: None, key }),
            _ => None,
        }
    }
}

fn key<'r, 'v>(way: &'v Way, headers: &'r HeaderMap) -> Option<(&'v HeaderName, Text<'r>)> {
    let mut fields = way
        .key_headers
        .iter()
        .flat_map(|name| headers.get_all(name).iter().map(move |field| (name, field)));
    let (name, field) = fields.next()?;
    // Which of two is looked at, and which the server behind would have taken, is nobody's guess to make.
    let text = match (fields.next(), field.to_str()) {
        (None, Ok(text)) => Text::of(text),
        _ => Text::Odd,
    };
    Some((name, text))
}

#[derive(Deserialize)]
struct Kid {
    kid: String,
}

/// Whether a text has the form of a JWS (RFC 7515 §3.1) whose header names one of our keys.
fn names_one_of(keys: &VerifyingKeys, text: &str) -> bool {
    let mut parts = text.split('.');
    let (Some(head), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let header = URL_SAFE_NO_PAD
        .decode(head)
        .ok()
        .and_then(|json| serde_json::from_slice::<Kid>(&json).ok());
    header.is_some_and(|header| keys.contains(&header.kid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use tollgate_keys::chance::System;
    use tollgate_keys::jwk::JwkSet;
    use tollgate_keys::signing::SigningKey;
    use tollgate_protocol::jose::Algorithm;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        map
    }

    fn way(bearer: bool, names: &[&'static str]) -> Way {
        Way {
            method: tollgate_model::LegacyMethod {
                id: tollgate_model::LegacyMethodId::new("old"),
                name: "Old".into(),
                bearer,
                key_headers: names.iter().map(|&name| name.to_owned()).collect(),
                verify: None,
            },
            key_headers: names.iter().map(|&name| HeaderName::from_static(name)).collect(),
            dated: Vec::new(),
        }
    }

    /// SS-53: what names a key of ours is a token, whatever else is wrong with it; every other bearer is an old one.
    #[test]
    fn a_token_of_ours_is_told_from_an_old_one() {
        let key = SigningKey::generate(Algorithm::ES256, &System).unwrap();
        let stranger = SigningKey::generate(Algorithm::ES256, &System).unwrap();
        let keys = VerifyingKeys::of(&JwkSet {
            keys: vec![key.public().clone()],
        })
        .unwrap();
        let sign = |key: &SigningKey| key.sign("JWT", b"{}").unwrap();
        let (ours, theirs) = (sign(&key), sign(&stranger));
        let broken = format!("{}x", ours);
        let long = "a".repeat(LONGEST + 1);
        for (field, expected) in [
            (format!("Bearer {ours}"), Bearer::Another),
            (format!("bearer  {broken}"), Bearer::Another),
            (format!("Bearer {theirs}"), Bearer::Old(Text::Plain(&theirs))),
            ("Bearer 17|abc".to_owned(), Bearer::Old(Text::Plain("17|abc"))),
            ("Bearer a b".to_owned(), Bearer::Old(Text::Odd)),
            (format!("Bearer {long}"), Bearer::Old(Text::Odd)),
            ("Basic abc".to_owned(), Bearer::Another),
            ("Bearer ".to_owned(), Bearer::Another),
            ("abc".to_owned(), Bearer::Another),
        ] {
            assert_eq!(
                bearer(&headers(&[("authorization", &field)]), &keys),
                expected,
                "{field}"
            );
        }
        assert_eq!(bearer(&headers(&[]), &keys), Bearer::Absent);
        let twice = headers(&[("authorization", "Bearer a"), ("authorization", "Bearer b")]);
        assert_eq!(bearer(&twice, &keys), Bearer::Another);
    }

    /// SS-51, SS-53: a way is come by with what it takes, and a key is one text in one field.
    #[test]
    fn a_way_is_come_by_with_what_it_takes() {
        let (both, alone) = (way(true, &["x-api-key", "x-key"]), way(false, &["x-api-key"]));
        let token = Bearer::Old(Text::Plain("t"));
        let one = headers(&[("x-key", "k")]);
        let two = headers(&[("x-key", "k"), ("x-api-key", "k")]);
        let shown = Shown::of(&both, token, &one).unwrap();
        assert_eq!(shown.bearer, Some(Text::Plain("t")));
        let (name, text) = shown.key.unwrap();
        assert_eq!((name.as_str(), text), ("x-key", Text::Plain("k")));
        assert_eq!(Shown::of(&both, token, &two).unwrap().key.unwrap().1, Text::Odd);
        assert!(Shown::of(&both, token, &headers(&[])).unwrap().key.is_none());
        assert!(Shown::of(&both, Bearer::Absent, &one).is_none());
        assert!(Shown::of(&both, Bearer::Another, &one).is_none());
        let stray = headers(&[("x-api-key", "k")]);
        assert!(Shown::of(&alone, Bearer::Absent, &stray).is_some());
        assert!(Shown::of(&alone, token, &stray).is_none());
        assert!(Shown::of(&alone, Bearer::Absent, &headers(&[])).is_none());
    }
}
