//! Pages that say why there is no page.

use super::frame::Frame;
use super::respond::respond;
use askama::Template;
use axum::response::Response;
use http::header::{HeaderValue, RETRY_AFTER};
use http::{HeaderName, StatusCode};

/// Why there is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing is here, or nothing of theirs: a foreign object looks the same (CO4).
    NotFound,
    /// They may not do this.
    Forbidden,
    /// The form was forged, or its page is from before they signed in again.
    Stale,
    /// What was sent cannot be understood.
    Malformed,
    /// Too much was sent.
    TooLarge,
    /// They asked too often; again after so many seconds.
    TooOften(i64),
    /// A failure of ours that passes.
    Unavailable,
    /// A failure of ours.
    Fault,
}

impl Refused {
    /// The status of the answer.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Stale | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooOften(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotFound => "Nothing is here",
            Self::Forbidden => "You may not do this",
            Self::Stale => "This page is stale",
            Self::Malformed => "This request cannot be understood",
            Self::TooLarge => "That was too much at once",
            Self::TooOften(_) => "Too many attempts",
            Self::Unavailable => "We cannot answer just now",
            Self::Fault => "Something went wrong on our side",
        }
    }

    /// What to make of it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NotFound => {
                "The address is wrong, the thing was deleted, or it belongs to an account that you are not looking at."
            }
            Self::Forbidden => {
                "Your role in this account does not include it. An admin of the account can change that."
            }
            Self::Stale => {
                "It was opened before you last signed in or out, or for another account than the one in view, so \
                 nothing was changed. Go back, reload the page and try again."
            }
            Self::Malformed => "Nothing was changed. Go back and try again.",
            Self::TooLarge => "Nothing was changed. Go back and send less.",
            Self::TooOften(_) => "Wait a little and try again.",
            Self::Unavailable => "It should pass within moments. Nothing was changed; please try again.",
            Self::Fault => "Nothing was changed as far as we know. If it happens again, tell us the id below.",
        }
    }
}

/// Answers with the page that says why; `request` is the request's id, for whoever asks about it. With somebody
/// signed in it stands in their frame, otherwise alone. `home` is where "back" leads.
pub fn refused(mut frame: Frame, why: Refused, request: &str, home: &str) -> Response {
    frame.title = why.title().to_owned();
    frame.lead = String::new();
    frame.crumbs = Vec::new();
    frame.notice = None;
    let mut response = if frame.person.is_some() {
        let page = Inside {
            frame,
            why,
            request,
            home,
        };
        respond(why.status(), &page.frame, &page)
    } else {
        let page = Outside {
            frame,
            why,
            request,
            home,
        };
        respond(why.status(), &page.frame, &page)
    };
    let wait = match why {
        Refused::TooOften(seconds) => Some(seconds.max(1)),
        Refused::Unavailable => Some(1),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    crate::answer::set(
        response.headers_mut(),
        HeaderName::from_static(crate::request_id::HEADER),
        request,
    );
    response
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Inside<'a> {
    frame: Frame,
    why: Refused,
    request: &'a str,
    home: &'a str,
}

#[derive(Template)]
#[template(path = "refused_plain.html")]
struct Outside<'a> {
    frame: Frame,
    why: Refused,
    request: &'a str,
    home: &'a str,
}
