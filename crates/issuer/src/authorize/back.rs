//! What the client is told, by way of the person's browser.

use crate::terms::Terms;
use std::fmt;
use tollgate_keys::secret::Plain;
use tollgate_model::authorization::ResponseMode;
use tollgate_protocol::refusal::{Code, Refusal};
use url::form_urlencoded::Serializer;

/// The answer to a client (RFC 6749 §4.1.2), by way of the person's browser.
#[derive(Clone, PartialEq, Eq)]
pub struct Back {
    /// Where it goes: registered, so that it can be trusted.
    pub redirect_uri: String,
    /// How it gets there.
    pub mode: ResponseMode,
    /// `code`, or `error` and its description; then `state` as it came, and `iss` (RFC 9207).
    pub parameters: Vec<(&'static str, String)>,
    /// Why it is no code, for the log.
    pub refused: Option<Code>,
}

/// Where and how an answer goes, whatever it says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    pub(super) redirect_uri: &'a str,
    pub(super) mode: ResponseMode,
    pub(super) state: Option<&'a str>,
}

impl Way<'_> {
    /// The client gets its code.
    pub(super) fn code(self, code: &Plain, terms: &Terms) -> Back {
        self.with(vec![("code", code.expose().to_owned())], None, terms)
    }

    /// The client is told why not, in the words of the dialect (RFC 6749 §4.1.2.1).
    pub(super) fn refused(self, refusal: &Refusal, terms: &Terms) -> Back {
        let spoken = terms.dialect.speak(refusal);
        let words = ["error", "error_description", "error_hint", "error_uri"]
            .into_iter()
            .filter_map(|name| Some((name, spoken.body.get(name)?.as_str()?.to_owned())))
            .collect();
        self.with(words, Some(refusal.code), terms)
    }

    fn with(self, mut parameters: Vec<(&'static str, String)>, refused: Option<Code>, terms: &Terms) -> Back {
        parameters.extend(self.state.map(|state| ("state", state.to_owned())));
        // RFC 9207 §2: a client of several servers learns whose answer it got, also when it is no.
        parameters.push(("iss", terms.issuer.clone()));
        Back {
            redirect_uri: self.redirect_uri.to_owned(),
            mode: self.mode,
            parameters,
            refused,
        }
    }
}

impl Back {
    /// The whole address for [`ResponseMode::Query`]. What the client's own address says in its query stays (RFC 6749
    /// §3.1.2).
    #[must_use]
    pub fn location(&self) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in &self.parameters {
            query.append_pair(name, value);
        }
        // A space as %20: both those who read a form and those who read a URI (RFC 3986) understand it. A plus sign of
        // a value is %2B by now.
        let query = query.finish().replace('+', "%20");
        let joint = match self.redirect_uri.split_once('?') {
            None => "?",
            Some((_, own)) if own.is_empty() || own.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}{query}", self.redirect_uri)
    }
}

impl fmt::Debug for Back {
    /// Without what is in it: a code is a credential.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Back")
            .field("refused", &self.refused)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_keys::chance::Fixed;
    use tollgate_keys::secret::Kind;
    use tollgate_protocol::dialect::Dialect;

    fn terms() -> Terms {
        Terms::rfc("https://id.vendor.example/")
    }

    fn way(state: Option<&str>) -> Way<'_> {
        Way {
            redirect_uri: "https://app.firm.example/cb?tenant=7",
            mode: ResponseMode::Query,
            state,
        }
    }

    fn get<'a>(back: &'a Back, name: &str) -> Option<&'a str> {
        let mut found = back.parameters.iter().filter(|(held, _)| *held == name);
        let value = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} once");
        value
    }

    /// RU10: `iss` stands in success and in error, equal to the issuer of the metadata.
    #[test]
    fn every_answer_names_the_issuer() {
        let code = Plain::mint(Kind::Code, &Fixed::new(1)).unwrap();
        let good = way(None).code(&code, &terms());
        let bad = way(None).refused(&Refusal::of(Code::ConsentDenied), &terms());
        assert_eq!(get(&good, "iss"), Some("https://id.vendor.example/"));
        assert_eq!(get(&bad, "iss"), Some("https://id.vendor.example/"));
        assert_eq!(get(&good, "code"), Some(code.expose()));
        assert_eq!((get(&good, "error"), get(&bad, "code")), (None, None));
        assert_eq!((get(&good, "state"), get(&bad, "state")), (None, None));
        assert_eq!((good.refused, bad.refused), (None, Some(Code::ConsentDenied)));
        assert!(!format!("{good:?}").contains(code.expose()));
    }

    /// RU11, SO-8: `state` comes back as it came, however long and odd.
    #[test]
    fn state_comes_back_unchanged() {
        let odd = format!("{}&=?#%+ /:;@\"'<>\u{fc}\u{1f511}\\%20%zz", "s".repeat(1_300));
        let back = way(Some(&odd)).refused(&Refusal::of(Code::LoginRequired), &terms());
        assert_eq!(get(&back, "state"), Some(odd.as_str()));
        let location = back.location();
        let read: Vec<(String, String)> = url::Url::parse(&location).unwrap().query_pairs().into_owned().collect();
        assert!(read.contains(&("state".into(), odd.clone())));
        assert!(
            read.contains(&("tenant".into(), "7".into())),
            "the client's own query stays"
        );
        assert!(!location.contains('+') && !location.contains(' ') && !location.contains('#'));
    }

    #[test]
    fn the_address_is_put_together_whatever_it_ends_with() {
        for (address, begins) in [
            ("https://a.example", "https://a.example?error="),
            ("https://a.example/cb?", "https://a.example/cb?error="),
            ("https://a.example/cb?x=1", "https://a.example/cb?x=1&error="),
            ("https://a.example/cb?x=1&", "https://a.example/cb?x=1&error="),
        ] {
            let way = Way {
                redirect_uri: address,
                ..way(None)
            };
            let location = way.refused(&Refusal::of(Code::LoginRequired), &terms()).location();
            assert!(location.starts_with(begins), "{location}");
        }
    }

    /// 3E-27: whoever is denied is told `access_denied`, in every dialect.
    #[test]
    fn denial_is_access_denied_in_every_dialect() {
        for dialect in Dialect::ALL {
            let terms = Terms { dialect, ..terms() };
            let back = way(Some("abc")).refused(&Refusal::of(Code::ConsentDenied), &terms);
            assert_eq!(get(&back, "error"), Some("access_denied"), "{dialect:?}");
            assert_eq!(get(&back, "state"), Some("abc"));
        }
    }
}
