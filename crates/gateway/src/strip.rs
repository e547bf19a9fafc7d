//! Headers that do not go on.

use crate::settings::IdentityHeaders;
use http::header::{
    CONNECTION, FORWARDED, HeaderMap, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRANSFER_ENCODING,
    UPGRADE,
};

/// Which headers from outside are ours to write, or nobody's.
///
/// Names are compared by their letters and digits alone, `-`, `_`, `.` and the like being one: a server behind may
/// turn all of them into `_` (as CGI does) and then take `tollgate_account` for what we said (RS5).
#[derive(Debug)]
pub(crate) struct Strip {
    exact: Vec<String>,
    /// Bit per first letter that any of the names has: most headers need no second look.
    first: u128,
}

/// Whatever starts so is ours.
const OURS: &str = "tollgate-";
const FORWARDED_PREFIX: &str = "x-forwarded-";
const FROM_PROXIES: [&str; 2] = ["forwarded", "x-real-ip"];
/// What would let the server behind see another method or path than the one that was checked (RS4, RS6).
const OVERRIDES: [&str; 7] = [
    "x-http-method-override",
    "x-http-method",
    "x-method-override",
    "x-original-url",
    "x-original-uri",
    "x-original-method",
    "x-rewrite-url",
];

impl Strip {
    pub(crate) fn new(identity: &IdentityHeaders) -> Self {
        let exact: Vec<String> = identity
            .all()
            .iter()
            .map(|name| name.as_str().replace('_', "-"))
            .collect();
        let firsts = exact
            .iter()
            .map(String::as_str)
            .chain([OURS, FORWARDED_PREFIX, "forwarded"]);
        let first = firsts
            .filter_map(|name| name.bytes().next())
            .fold(0, |bits, byte| bits | bit(byte));
        Self { exact, first }
    }

    /// Removes from a request what must not pass: hop-by-hop fields and those that `Connection` names (RFC 9110
    /// §7.6.1), identity headers, method and path overrides, what only a trusted proxy may say, and other spellings of
    /// `checked`: the headers by which the request said for whom it is, and which were looked at.
    pub(crate) fn request(&self, headers: &mut HeaderMap, trusted: bool, checked: &[HeaderName]) {
        let mut doomed: Vec<HeaderName> = Vec::new();
        for name in headers.keys() {
            let mimics = checked
                .iter()
                .any(|checked| name != checked && same(name.as_str(), checked.as_str()));
            if is_hop_by_hop(name) || mimics || self.is_not_theirs(name.as_str(), trusted) {
                doomed.push(name.clone());
            }
        }
        remove(headers, &doomed, checked);
    }

    /// As [`request`](Self::request), for a request that another proxy forwards: what concerns that proxy's own hop, and
    /// what it says of the way the request came, stays.
    pub(crate) fn others(&self, headers: &mut HeaderMap, checked: &[HeaderName]) {
        let mimics = |name: &HeaderName| {
            let mut held = checked.iter();
            held.any(|checked| name != checked && same(name.as_str(), checked.as_str()))
        };
        let goes = |name: &&HeaderName| mimics(name) || self.is_not_theirs(name.as_str(), true);
        let doomed: Vec<HeaderName> = headers.keys().filter(goes).cloned().collect();
        for name in doomed {
            headers.remove(name);
        }
    }

    /// Removes from trailers what must not pass: some servers merge them into the headers. What was looked at in a
    /// `checked` header is not said again here.
    pub(crate) fn trailers(&self, trailers: &mut HeaderMap, checked: &[HeaderName]) {
        self.request(trailers, false, checked);
        for name in checked {
            trailers.remove(name);
        }
        for name in [
            http::header::AUTHORIZATION,
            http::header::HOST,
            http::header::CONTENT_LENGTH,
        ] {
            trailers.remove(name);
        }
    }

    fn is_not_theirs(&self, name: &str, trusted: bool) -> bool {
        if name.bytes().next().is_none_or(|byte| self.first & bit(byte) == 0) {
            return false;
        }
        // A trusted proxy is trusted to use the right spelling; another is its caller's.
        let believed = trusted && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        starts(name, OURS)
            || self.exact.iter().any(|held| same(name, held))
            || OVERRIDES.iter().any(|held| same(name, held))
            || (!believed && (starts(name, FORWARDED_PREFIX) || FROM_PROXIES.iter().any(|held| same(name, held))))
    }
}

/// Removes from an answer what was meant for us alone.
pub(crate) fn answer(headers: &mut HeaderMap) {
    let doomed: Vec<HeaderName> = headers.keys().filter(|name| is_hop_by_hop(name)).cloned().collect();
    remove(headers, &doomed, &[]);
}

fn remove(headers: &mut HeaderMap, doomed: &[HeaderName], kept: &[HeaderName]) {
    if doomed.contains(&CONNECTION) {
        // `kept` was checked and must arrive: `Connection` may not name what is meant for the end (RFC 9110 §7.6.1).
        for name in named_by_connection(headers).iter().filter(|name| !kept.contains(name)) {
            headers.remove(name);
        }
    }
    for name in doomed {
        headers.remove(name);
    }
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let lists = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .filter_map(|name| HeaderName::from_bytes(name.trim().as_bytes()).ok())
        .collect()
}

/// Whether a `Connection` or `Upgrade` header holds `word` (RFC 9110 §7.6.1, §7.8).
pub(crate) fn says(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let lists = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .any(|held| held.trim().eq_ignore_ascii_case(word))
}

fn is_hop_by_hop(name: &HeaderName) -> bool {
    *name == CONNECTION
        || *name == TE
        || *name == TRANSFER_ENCODING
        || *name == UPGRADE
        || *name == PROXY_AUTHORIZATION
        || *name == PROXY_AUTHENTICATE
        || matches!(name.as_str(), "keep-alive" | "proxy-connection" | "http2-settings")
}

fn bit(byte: u8) -> u128 {
    1_u128.checked_shl(u32::from(byte)).unwrap_or(0)
}

/// Whether `name` is `ours` in some spelling. `ours` is in lower case, as every `HeaderName` is.
fn same(name: &str, ours: &str) -> bool {
    name.len() == ours.len() && starts(name, ours)
}

fn starts(name: &str, ours: &str) -> bool {
    let plain = |byte: u8| if byte.is_ascii_alphanumeric() { byte } else { b'-' };
    name.len() >= ours.len() && name.bytes().zip(ours.bytes()).all(|(a, b)| plain(a) == plain(b))
}

/// Whether a believed `Forwarded` came in.
pub(crate) fn has_forwarded(headers: &HeaderMap) -> bool {
    headers.contains_key(FORWARDED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn left(headers: &[(&str, &str)], trusted: bool) -> Vec<String> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let acting = HeaderName::from_static("x-email");
        Strip::new(&IdentityHeaders::default()).request(&mut map, trusted, &[acting]);
        map.keys().map(|name| name.as_str().to_owned()).collect()
    }

    /// RS5: every spelling of an identity header from outside is removed.
    #[test]
    fn no_spelling_of_an_identity_header_passes() {
        for name in [
            "Tollgate-Account",
            "TOLLGATE_ACCOUNT",
            "tollgate.account",
            "tollgate_-x",
            "Tollgate-Anything",
            "x_email",
            "X.Email",
        ] {
            assert!(left(&[(name, "x")], true).is_empty(), "{name}");
        }
        assert_eq!(
            left(&[("x-email", "x"), ("tollgates", "x"), ("accept", "x")], true).len(),
            3
        );
    }

    /// RS5: what `Connection` names goes, however it is spelled, and so do the hop-by-hop fields.
    #[test]
    fn what_connection_names_does_not_go_on() {
        let sent = [
            ("connection", "close, X-Secret"),
            ("x-secret", "1"),
            ("te", "trailers"),
            ("keep-alive", "5"),
            ("accept", "1"),
        ];
        assert_eq!(left(&sent, false), ["accept"]);
    }

    /// RS4, RS8: overrides go always, forwarded headers unless the proxy is trusted.
    #[test]
    fn overrides_and_strangers_forwarded_headers_do_not_go_on() {
        let sent = [
            ("x-http-method-override", "PUT"),
            ("x_original_url", "/"),
            ("x-forwarded-for", "1"),
            ("forwarded", "for=1"),
            ("x_forwarded_for", "2"),
            ("x.forwarded.for", "3"),
        ];
        assert!(left(&sent, false).is_empty());
        assert_eq!(left(&sent, true).len(), 2);
    }
}
