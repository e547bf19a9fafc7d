//! Whether a webhook's address has the form of one.

use crate::registry::No;
use url::Url;

/// The longest address, in bytes.
const LONGEST: usize = 2048;

/// The address of a webhook as it is kept: https (or http too where the terms say so, for trying out), without user, password and fragment, at most 2048 bytes. Whether it
/// leads where we go is judged each time before anything is sent: what a name resolves to may change.
///
/// # Errors
/// [`No::Invalid`] with what is wrong.
pub fn address(text: &str, plain: bool) -> Result<String, No> {
    let no = |problem: &str| Err(No::invalid("url", problem));
    let text = text.trim();
    if text.len() > LONGEST {
        return no("must be at most 2048 bytes long");
    }
    // The parser passes over control characters; what is kept is what was meant.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return no("must not contain spaces or control characters");
    }
    let Ok(url) = Url::parse(text) else {
        return no("is not an address such as https://firm.example/hooks");
    };
    if url.scheme() != "https" && !(plain && url.scheme() == "http") {
        return no("must begin with https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return no("must not contain a user or a password");
    }
    if url.fragment().is_some() {
        return no("must not contain a fragment (#)");
    }
    if url.host_str().is_none_or(str::is_empty) || url.port() == Some(0) {
        return no("must name a host, and no port 0");
    }
    let kept = url.to_string();
    // Escaped, it may have grown.
    if kept.len() > LONGEST {
        return no("must be at most 2048 bytes long");
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_spelling() {
        for (text, kept) in [
            ("https://firm.example/hooks", "https://firm.example/hooks"),
            (" HTTPS://Firm.Example ", "https://firm.example/"),
            ("https://firm.example:443/a?b=c", "https://firm.example/a?b=c"),
            ("https://firm.example:8443/ü", "https://firm.example:8443/%C3%BC"),
        ] {
            assert_eq!(address(text, false).unwrap(), kept, "{text}");
        }
    }

    #[test]
    fn http_is_for_trying_out() {
        let text = "http://127.0.0.1:9999/hooks";
        assert!(address(text, false).is_err());
        assert_eq!(address(text, true).unwrap(), text);
        assert!(address("ftp://firm.example/", true).is_err());
    }

    /// What is no https address by its form is refused where it is entered; where it leads is judged when it is sent.
    #[test]
    fn an_address_that_is_none_is_refused_with_a_reason() {
        let long = format!("https://firm.example/{}", "a".repeat(LONGEST));
        let grows = format!("https://firm.example/{}", "ü".repeat(900));
        for text in [
            "",
            "firm.example/hooks",
            "/hooks",
            "http://firm.example/hooks",
            "ftp://firm.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
            "https://user@firm.example/",
            "https://user:word@firm.example/",
            "https://firm.example/#part",
            "https://firm.example/#",
            "https://firm.example:0/",
            "https://firm.example:99999/",
            "https://firm.example/a b",
            "https://firm.example/a\r\nb",
            &long,
            &grows,
        ] {
            let no = address(text, false).unwrap_err();
            assert!(matches!(no, No::Invalid { field: "url", .. }), "{text}: {no}");
        }
    }
}
