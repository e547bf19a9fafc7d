//! The console's own files: style, script and drawings, built into the binary.

mod accent;

use super::look::Logo;
use crate::answer;
use accent::sheet;
pub use accent::{Accent, BadAccent};
use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, StatusCode};
use std::sync::Arc;

/// Where the files are; `PLACE/{version}/{name}`.
pub const PLACE: &str = "/console/assets";

/// One of our own files.
struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// All files, in one list. `vendor.css` and the logo come besides: they are the vendor's own.
const FILES: &[File] = &[
    File {
        name: "console.css",
        content_type: CSS,
        bytes: include_bytes!("../../assets/console.css"),
    },
    File {
        name: "console.js",
        content_type: SCRIPT,
        bytes: include_bytes!("../../assets/console.js"),
    },
    File {
        name: "inspector.js",
        content_type: SCRIPT,
        bytes: include_bytes!("../../assets/inspector.js"),
    },
    File {
        name: "leave.js",
        content_type: SCRIPT,
        bytes: include_bytes!("../../assets/leave.js"),
    },
    File {
        name: "icon.svg",
        content_type: SVG,
        bytes: include_bytes!("../../assets/icon.svg"),
    },
];

/// The vendor's sheet, which sets the accent colour.
const VENDOR: &str = "vendor.css";

/// The files as this process serves them.
pub struct Assets {
    version: String,
    vendor: Bytes,
    logo: Option<(&'static str, &'static str, Bytes)>,
}

/// A drawing that is opened by itself runs nothing and fetches nothing.
const DRAWN: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";

impl Assets {
    /// The files, with the vendor's accent colour where there is one.
    #[must_use]
    pub fn new(accent: Option<&Accent>) -> Self {
        Self::dressed(accent, None)
    }

    /// The files, with the vendor's accent colour and logo where there are any.
    #[must_use]
    pub fn dressed(accent: Option<&Accent>, logo: Option<Logo>) -> Self {
        let vendor = Bytes::from(sheet(accent));
        let all = FILES.iter().fold(START, |hash, file| {
            fold(fold(fold(hash, file.name.as_bytes()), &[0]), file.bytes)
        });
        let logo = logo.map(|logo| (logo.name(), logo.media(), Bytes::from(logo.into_bytes())));
        let drawn = logo.as_ref().map_or(&[][..], |(_, _, bytes)| bytes);
        Self {
            version: format!("{:016x}", fold(fold(fold(all, &vendor), &[0]), drawn)),
            vendor,
            logo,
        }
    }

    /// The version in every file's path: another one whenever a byte of any file is another.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    fn find(&self, name: &str) -> Option<(&'static str, Bytes)> {
        if name == VENDOR {
            return Some((CSS, self.vendor.clone()));
        }
        if let Some((_, media, bytes)) = self.logo.as_ref().filter(|(held, ..)| *held == name) {
            return Some((media, bytes.clone()));
        }
        let file = FILES.iter().find(|file| file.name == name)?;
        Some((file.content_type, Bytes::from_static(file.bytes)))
    }

    /// Answers with a file. A path of another version gets what there is now, which caches must not keep: it may
    /// come from a page of another node while an upgrade rolls on.
    fn answer(&self, version: &str, name: &str, asked: &HeaderMap) -> Response {
        let Some((content_type, bytes)) = self.find(name) else {
            return answer::bare(StatusCode::NOT_FOUND);
        };
        let tag = format!("\"{}\"", self.version);
        let known = asked.get(IF_NONE_MATCH).is_some_and(|value| matches(value, &tag));
        let mut response = if known {
            answer::bare(StatusCode::NOT_MODIFIED)
        } else {
            Response::new(Body::from(bytes))
        };
        let headers = response.headers_mut();
        if !known {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        if content_type == SVG {
            headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(DRAWN));
        }
        answer::set(headers, ETAG, &tag);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        );
        let keep = if version == self.version {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
        response
    }
}

/// The route of these files; it needs no session.
pub fn serve<S: Clone + Send + Sync + 'static>(assets: Arc<Assets>) -> Router<S> {
    let file = move |Path((version, name)): Path<(String, String)>, headers: HeaderMap| {
        let assets = Arc::clone(&assets);
        async move { assets.answer(&version, &name, &headers) }
    };
    Router::new().route(&format!("{PLACE}/{{version}}/{{name}}"), get(file))
}

/// RFC 9110 §13.1.2: a list of tags, compared weakly, or `*`.
fn matches(value: &HeaderValue, tag: &str) -> bool {
    let Ok(value) = value.to_str() else { return false };
    value
        .split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// FNV-1a over 64 bits. It tells one build's files from another's; nobody gains by making two alike.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn fold(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests;
