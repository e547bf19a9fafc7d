//! What an answer tells beside itself, whoever makes it: how much may still be asked, and what is about to end.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Header fields that go into the answer, the server's own as well as a refusal. Empty for most requests, and then no
/// more than an empty list.
#[derive(Default)]
pub(crate) struct Notes(Vec<(HeaderName, HeaderValue)>);

impl Notes {
    /// Adds a field.
    pub(crate) fn add(&mut self, name: HeaderName, value: HeaderValue) {
        self.0.push((name, value));
    }

    /// Writes all of it. What the server behind said under such a name stays beside ours only for `Link`, of which
    /// there may be several.
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        for (name, value) in self.0 {
            if name == http::header::LINK {
                headers.append(name, value);
            } else {
                headers.insert(name, value);
            }
        }
    }
}
