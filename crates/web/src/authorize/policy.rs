//! What a page on the way may lead to, told to the browser (Content-Security-Policy).

use crate::answer;
use crate::console::page::{Frame, respond};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use http::header::CONTENT_SECURITY_POLICY;
use tollgate_issuer::terms::people::{ConnectionKind, PeopleTerms};
use url::{Host, Url};

/// Where a page may lead to, besides what every page may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leads {
    /// Whether its forms come back to us.
    pub own: bool,
    /// Sources (CSP Level 3 §2.3.1) that its forms may end at.
    pub forms: Vec<String>,
    /// Sources of its frames.
    pub frames: Vec<String>,
}

impl Leads {
    /// For the pages of one way: a form comes to us, and from there on to the client or to another provider. Chromium
    /// holds every redirect after a form to `form-action`.
    pub(super) fn of(redirect_uri: &str, terms: &PeopleTerms) -> Self {
        let issuers = terms
            .connections
            .iter()
            .filter_map(|connection| match &connection.kind {
                ConnectionKind::OpenId { issuer, .. } => Some(issuer.as_str()),
                ConnectionKind::Test => None,
            });
        Self {
            own: true,
            forms: sources(std::iter::once(redirect_uri).chain(issuers)),
            frames: Vec::new(),
        }
    }

    /// For a page whose form goes to the client and nowhere else (OAuth 2.0 Form Post Response Mode §2).
    pub(super) fn straight_to(uri: &str) -> Self {
        Self {
            forms: sources([uri]),
            ..Self::default()
        }
    }

    /// For a page whose form comes to us and goes on to this address, if to any.
    pub(super) fn by_way_of_us(uri: Option<&str>) -> Self {
        Self {
            own: true,
            forms: sources(uri),
            frames: Vec::new(),
        }
    }

    /// For a page with these frames.
    pub(super) fn framing<'a>(uris: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            own: true,
            forms: Vec::new(),
            frames: sources(uris),
        }
    }

    fn directives(&self) -> String {
        let own = self.own.then_some("'self'");
        let forms: Vec<&str> = own.into_iter().chain(self.forms.iter().map(String::as_str)).collect();
        let forms = if forms.is_empty() {
            "'none'".to_owned()
        } else {
            forms.join(" ")
        };
        match self.frames.as_slice() {
            [] => format!("form-action {forms}"),
            frames => format!("form-action {forms}; frame-src {}", frames.join(" ")),
        }
    }
}

/// Answers with a page that may lead there.
pub(super) fn show<T: Template>(status: StatusCode, frame: &Frame, page: &T, leads: &Leads) -> Response {
    let mut response = respond(status, frame, page);
    let headers = response.headers_mut();
    let told = headers
        .get(CONTENT_SECURITY_POLICY)
        .and_then(|value| value.to_str().ok());
    if let Some(policy) = told.map(|told| told.replacen("form-action 'self'", &leads.directives(), 1)) {
        answer::set(headers, CONTENT_SECURITY_POLICY, &policy);
    }
    response
}

fn sources<'a>(uris: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut sources = Vec::new();
    for source in uris.into_iter().filter_map(source) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

/// The source that covers an address and as little besides as can be said. None for an address that would be read as
/// more than one host, or as more than a source: then the browser stays where it is.
fn source(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        // An app's own scheme (RFC 8252 §7.1). `javascript:` and the like are no client's.
        return url.scheme().contains('.').then(|| format!("{}:", url.scheme()));
    }
    match url.host()? {
        Host::Domain(name) => {
            let plain = name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'));
            plain.then(|| url.origin().ascii_serialization())
        }
        Host::Ipv4(_) => Some(url.origin().ascii_serialization()),
        // The grammar of sources has no IPv6 addresses; only the scheme can be said.
        Host::Ipv6(_) => Some(format!("{}:", url.scheme())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Leads, source};

    /// RU13, OP8: a page leads to one client and says no more than that one's origin.
    #[test]
    fn a_page_leads_to_its_client_and_nowhere_else() {
        for (uri, told) in [
            ("https://app.example/cb?x=1", Some("https://app.example")),
            ("https://app.example:8443/cb", Some("https://app.example:8443")),
            ("http://127.0.0.1:5000/cb", Some("http://127.0.0.1:5000")),
            ("http://[::1]:5000/cb", Some("http:")),
            ("com.example.app:/cb", Some("com.example.app:")),
            ("https://b\u{fc}cher.example/cb", Some("https://xn--bcher-kva.example")),
            ("https://a;script-src/cb", None),
            ("https://*.example/cb", None),
            ("https://*/cb", None),
            ("https://a,b.example/cb", None),
            ("https://'self'/cb", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
            ("blob:https://app.example/x", None),
            ("/relative", None),
            ("", None),
        ] {
            assert_eq!(source(uri).as_deref(), told, "{uri}");
        }
    }

    #[test]
    fn what_cannot_be_said_leads_nowhere() {
        assert_eq!(
            Leads::straight_to("javascript:alert(1)").directives(),
            "form-action 'none'"
        );
        assert_eq!(
            Leads::framing(["https://a.example/x", "https://a.example/y", "https://b.example/"]).directives(),
            "form-action 'self'; frame-src https://a.example https://b.example"
        );
        assert_eq!(Leads::by_way_of_us(None).directives(), "form-action 'self'");
        assert_eq!(
            Leads::straight_to("https://app.example/cb").directives(),
            "form-action https://app.example"
        );
    }
}
