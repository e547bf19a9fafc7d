//! What an answer tells beside itself, whoever makes it: how much may still be asked, and what is about to end.

use http::{HeaderMap, HeaderName, HeaderValue};

/// What says that something ends, since when that is known, and where one reads of it (RFC 9745, RFC 8594).
pub(crate) const DEPRECATION: HeaderName = HeaderName::from_static("deprecation");
pub(crate) const SUNSET: HeaderName = HeaderName::from_static("sunset");
const ENDING: [HeaderName; 3] = [DEPRECATION, SUNSET, http::header::LINK];

/// Header fields that go into the answer, the server's own as well as a refusal. Empty for most requests, and then no
/// more than an empty list.
#[derive(Default)]
pub(crate) struct Notes(Vec<(HeaderName, HeaderValue)>, Option<String>);

impl Notes {
    /// Adds a field.
    pub(crate) fn add(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// Says when something ends, in place of what was said of an end before.
    pub(crate) fn ends(&mut self, fields: impl IntoIterator<Item = (HeaderName, HeaderValue)>) {
        self.0.retain(|(name, _)| !ENDING.contains(name));
        self.0.extend(fields);
    }

    /// Where the challenge of a refusal points to (RFC 9728 §5.1).
    pub(crate) fn point(&mut self, pointer: String) {
        self.1 = Some(pointer);
    }

    /// Writes all of it. What the server behind said under such a name stays beside ours only for `Link`, of which
    /// there may be several.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        if let (Some(pointer), Some(challenge)) = (self.1, headers.get(http::header::WWW_AUTHENTICATE))
            && let Ok(said) = challenge.to_str()
            && let Ok(value) = HeaderValue::from_str(&format!("{said}, resource_metadata=\"{pointer}\""))
        {
            headers.insert(http::header::WWW_AUTHENTICATE, value);
        }
        for (name, value) in self.0 {
            if name == http::header::LINK {
                headers.append(name, value);
            } else {
                headers.insert(name, value);
            }
        }
    }
}
