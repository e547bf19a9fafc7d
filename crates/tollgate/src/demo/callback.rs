//! Where the demo's web application gets its codes: a page that shows what arrived, and what to do with it.
//!
//! A real application would exchange the code at once and show nobody anything of it.

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{Method, StatusCode, header};
use std::fmt::Write as _;
use url::form_urlencoded;

/// Its path at the sample API.
pub(super) const PATH: &str = "/callback";
/// The most bytes of an answer that the page reads.
const MOST: usize = 64 * 1024;
/// No script, no picture, nothing of anybody else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page: answers come in the query, or as a posted form.
pub(super) fn router() -> Router {
    Router::new().route(PATH, get(show).post(show))
}

async fn show(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let arrived = if parts.method == Method::POST {
        let Ok(body) = axum::body::to_bytes(body, MOST).await else {
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        pairs(&body)
    } else {
        pairs(parts.uri.query().unwrap_or_default().as_bytes())
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, page(&arrived)).into_response()
}

fn pairs(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().take(50).collect()
}

fn page(arrived: &[(String, String)]) -> String {
    let of = |name: &str| arrived.iter().find(|(held, _)| held == name).map(|(_, value)| value);
    let mut rows = String::new();
    for (name, value) in arrived {
        let _infallible = write!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td></tr>",
            escaped(name),
            escaped(value)
        );
    }
    let (title, next) = match (of("code"), of("error")) {
        (Some(code), _) if is_word(code) => ("The application got a code", exchange(code)),
        (_, Some(_)) => (
            "The application got a refusal",
            "<p>No code came, so there is nothing to exchange.</p>".to_owned(),
        ),
        _ => (
            "You are back at the application",
            "<p>No code came along: this is where people also come back to after they have signed out.</p>".to_owned(),
        ),
    };
    let table = if rows.is_empty() {
        String::new()
    } else {
        format!("<table><caption>What arrived</caption>{rows}</table>")
    };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{table}{next}</main></body></html>"
    )
}

/// The line that exchanges a code, in the words of `demo.env`.
fn exchange(code: &str) -> String {
    format!(
        "<p>It is good for a minute, and once. In the shell that has read <code>demo.env</code>:</p>\
         <pre>curl -s \"$TOLLGATE_TOKEN_URL\" \\\n    -u \"$TOLLGATE_WEB_CLIENT_ID:$TOLLGATE_WEB_CLIENT_SECRET\" \\\n    \
         -d grant_type=authorization_code -d code={code} \\\n    -d code_verifier=\"$VERIFIER\" \\\n    \
         --data-urlencode redirect_uri=\"$TOLLGATE_REDIRECT_URI\"</pre>\
         <p>and later, with its <code>refresh_token</code> as <code>REFRESH</code>:</p>\
         <pre>curl -s \"$TOLLGATE_TOKEN_URL\" \\\n    -u \"$TOLLGATE_WEB_CLIENT_ID:$TOLLGATE_WEB_CLIENT_SECRET\" \\\n    \
         -d grant_type=refresh_token -d refresh_token=\"$REFRESH\"</pre>"
    )
}

/// Whether a text needs no quotes in a shell. What is no word was not made by us, and is not put on a command line.
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=512).contains(&text.len()) && !text.starts_with('-') && text.bytes().all(plain)
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem}\
caption{text-align:left;font-weight:600}th{text-align:left;padding-right:1rem;vertical-align:top}\
td{overflow-wrap:anywhere}pre{overflow-x:auto;padding:1rem;border:1px solid;border-radius:.5rem}";

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(form: &str) -> String {
        page(&pairs(form.as_bytes()))
    }

    #[test]
    fn a_code_comes_with_the_line_that_exchanges_it() {
        let page = shown("code=tgc_abc-123&state=xyz&iss=http%3A%2F%2Flocalhost%3A8080%2F");
        assert!(page.contains("-d code=tgc_abc-123 \\"), "{page}");
        assert!(page.contains("http://localhost:8080/"), "{page}");
    }

    #[test]
    fn a_refusal_is_shown_with_nothing_to_paste() {
        let page = shown("error=access_denied&error_description=No&state=xyz");
        assert!(page.contains("access_denied") && !page.contains("curl"), "{page}");
        assert!(shown("").contains("You are back"));
    }

    /// CO8: what somebody else put into the address is text on the page and nothing on a command line.
    #[test]
    fn what_arrives_is_text_and_no_command() {
        let page = shown("code=%22%3B+rm+-rf+%24HOME&state=%3Cscript%3Ealert(1)%3C%2Fscript%3E&%3Cb%3E='");
        assert!(
            !page.contains("curl") && !page.contains("<script>") && !page.contains("<b>"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;"), "{page}");
        for word in ["", "-x", "a b", "a;b", "a$b", "a`b", "é"] {
            assert!(!is_word(word), "{word}");
        }
    }
}
