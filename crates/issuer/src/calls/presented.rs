//! What a request presented, in words: kinds and names, never a secret.

use crate::inspect::lookalike;
use crate::tally::LONGEST_TEXT;
use serde_json::{Map, Value};
use tollgate_protocol::basic::Basic;
use tollgate_protocol::parameters::Parameters;

/// What a request to the issuer came with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The `Content-Type` header; told where the body could not be read.
    pub content_type: Option<&'a str>,
    /// The body, where it could be read.
    pub parameters: Option<&'a Parameters>,
    /// The query, where credentials have no place; a client is looked for there last, and nothing of it is told.
    pub query: Option<&'a str>,
}

/// The parameters whose values are names and no secrets.
const NAMES: [&str; 5] = ["grant_type", "audience", "resource", "scope", "token_type_hint"];

/// What was presented, in words. OP5: the values told are names; of everything else that it was there.
#[must_use]
pub fn presented(shown: &Shown<'_>) -> Value {
    let mut told = Map::new();
    let mut tell = |name: &str, text: &str| {
        told.insert(name.to_owned(), Value::String(named(text)));
    };
    tell("authentication", authentication(shown));
    if let Some(id) = client_id(shown) {
        tell("client_id", &id);
    }
    match shown.parameters {
        None => {
            if let Some(content_type) = shown.content_type {
                tell("content_type", content_type);
            }
        }
        Some(parameters) => {
            for name in NAMES {
                if let Some(value) = parameters.get(name) {
                    tell(name, value);
                }
            }
            if let Some(token) = parameters.get("token") {
                // Told by its kind; `tell` puts what it recognises in brackets.
                tell(
                    "token",
                    if lookalike::of(token).is_some() {
                        token
                    } else {
                        "present"
                    },
                );
            }
        }
    }
    if shown.query.is_some() {
        tell("query", "present");
    }
    Value::Object(told)
}

/// How the client wanted to authenticate.
fn authentication(shown: &Shown<'_>) -> &'static str {
    let body = shown.parameters.is_some_and(|body| body.get("client_secret").is_some());
    match shown.authorization {
        Some(header) if Basic::is(header) => match (Basic::read(header), body) {
            (Err(_), _) => "client_secret_basic, unreadable",
            (Ok(_), true) => "client_secret_basic and client_secret_post",
            (Ok(basic), false) if basic.client_secret().is_none() => "client_secret_basic, without a secret",
            (Ok(_), false) => "client_secret_basic",
        },
        Some(_) if !body => "another Authorization header",
        _ if body => "client_secret_post",
        _ if client_id(shown).is_some() => "none, a client_id alone",
        _ => "none",
    }
}

/// The client that the request names.
fn client_id(shown: &Shown<'_>) -> Option<String> {
    let basic = shown.authorization.filter(|header| Basic::is(header));
    let basic = basic
        .and_then(|header| Basic::read(header).ok())
        .map(|basic| basic.client_id());
    let body = || shown.parameters?.get("client_id").map(str::to_owned);
    let query = || {
        let query = Parameters::of_form(shown.query?.as_bytes()).ok()?;
        query.get("client_id").map(str::to_owned)
    };
    basic.filter(|id| !id.is_empty()).or_else(body).or_else(query)
}

/// A value that should be a name. Secrets get into the wrong field easily, and are recognised there.
fn named(text: &str) -> String {
    if let Some(kind) = lookalike::of(text) {
        return format!("({kind})");
    }
    text.chars()
        .take(LONGEST_TEXT)
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}

impl Shown<'_> {
    /// The client that the request names.
    #[must_use]
    pub fn client_id(&self) -> Option<String> {
        client_id(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SECRET: &str = "tgs_0123456789abcdefghijABCDEFGHIJ01234567";

    fn form(text: &str) -> Parameters {
        Parameters::of_form(text.as_bytes()).unwrap()
    }

    /// OP5: kinds and names are told, and no secret.
    #[test]
    fn a_token_request_is_told_without_its_secret() {
        let body = form(&format!(
            "grant_type=client_credentials&client_id=robot&client_secret={SECRET}&audience=https%3A%2F%2Fapi.example&scope=a+b"
        ));
        let told = presented(&Shown {
            parameters: Some(&body),
            ..Shown::default()
        });
        assert_eq!(
            told,
            json!({
                "authentication": "client_secret_post",
                "client_id": "robot",
                "grant_type": "client_credentials",
                "audience": "https://api.example",
                "scope": "a b",
            })
        );
    }

    #[test]
    fn ways_of_authenticating_are_told_apart() {
        let nothing = form("grant_type=client_credentials");
        let alone = form("client_id=robot");
        let post = form("client_id=robot&client_secret=x");
        for (header, body, told) in [
            (Some("Basic cm9ib3Q6cw=="), &nothing, "client_secret_basic"),
            (
                Some("Basic cm9ib3Q6"),
                &nothing,
                "client_secret_basic, without a secret",
            ),
            (Some("Basic !"), &nothing, "client_secret_basic, unreadable"),
            (
                Some("Basic cm9ib3Q6cw=="),
                &post,
                "client_secret_basic and client_secret_post",
            ),
            (Some("Bearer abc"), &nothing, "another Authorization header"),
            (None, &post, "client_secret_post"),
            (None, &alone, "none, a client_id alone"),
            (None, &nothing, "none"),
        ] {
            let shown = Shown {
                authorization: header,
                parameters: Some(body),
                ..Shown::default()
            };
            assert_eq!(presented(&shown)["authentication"], told, "{header:?} {body:?}");
        }
    }

    /// OP5: a secret in a field for names is not told either, and nothing long is.
    #[test]
    fn a_secret_in_the_wrong_field_is_recognised() {
        let body = form(&format!(
            "client_id={SECRET}&scope=read+{SECRET}&token=eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln&audience={}",
            "x".repeat(500)
        ));
        let told = presented(&Shown {
            parameters: Some(&body),
            query: Some("client_secret=hidden"),
            ..Shown::default()
        });
        assert_eq!(told["client_id"], "(a client secret)");
        assert_eq!(told["scope"], "(a client secret)");
        assert_eq!(told["token"], "(a signed token)");
        assert_eq!(told["query"], "present");
        assert_eq!(told["audience"].as_str().unwrap().len(), LONGEST_TEXT);
        assert!(!told.to_string().contains("0123456789abcdef"));
    }
}
