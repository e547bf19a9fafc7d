//! The id of a request.

use bytes::Bytes;
use http::HeaderValue;
use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// Gives each request an id: 32 hexadecimal digits. An id from outside is never taken for ours, so a log
/// line cannot be forged by whoever asks.
///
/// An id names and does not authenticate: it must be unique, not unguessable, so the keys that the
/// standard library draws for its hash maps are chance enough. The counter goes through them, so that
/// an id does not tell how many requests there were.
pub(crate) struct RequestIds {
    first: RandomState,
    second: RandomState,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        Self {
            first: RandomState::new(),
            second: RandomState::new(),
            count: AtomicU64::new(0),
        }
    }

    /// A new id.
    pub(crate) fn next(&self) -> RequestId {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut text = String::with_capacity(32);
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "{:016x}{:016x}",
            self.first.hash_one(count),
            self.second.hash_one(count)
        );
        HeaderValue::from_maybe_shared(Bytes::from(text))
            .map_or_else(|_| RequestId(HeaderValue::from_static("0")), RequestId)
    }
}

/// The id of one request, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_thirty_two_digits_and_never_the_same() {
        let ids = RequestIds::new();
        let (one, two) = (ids.next(), ids.next());
        assert_eq!(one.as_str().len(), 32);
        assert!(one.as_str().bytes().all(|b| b.is_ascii_hexdigit()));
        assert_ne!(one.as_str(), two.as_str());
        assert_ne!(one.as_str(), RequestIds::new().next().as_str());
    }
}
