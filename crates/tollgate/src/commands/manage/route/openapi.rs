//! Routes from an OpenAPI 3 document: its paths and methods, and the scopes that its `security` asks for.
//!
//! Only what the document says is taken: an operation with a scheme of type `oauth2` or `openIdConnect` wants its scopes,
//! one without any security is public, and one with another scheme alone is refused by name, since we cannot know what
//! would take its place.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The methods that a path may have (OpenAPI 3.1 §4.8.9.1).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// The most operations of one document.
const MOST: usize = 2000;

/// What the document does not say.
#[derive(Clone, Debug)]
pub(super) struct Whole<'a> {
    /// The API whose tokens are wanted.
    pub(super) api: &'a str,
    /// Where calls go, as the management API has it.
    pub(super) upstream: Value,
    /// Host names of all routes; empty: any.
    pub(super) hosts: &'a [String],
    /// In place of the path of the document's first server, where something else stands before its paths.
    pub(super) base: Option<&'a str>,
}

/// The routes of a document, each as the management API takes it; or everything that is wrong with it.
pub(super) fn routes(document: &Value, whole: &Whole<'_>) -> Result<Vec<Value>, Vec<String>> {
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("3.") {
        return Err(vec![format!("openapi: must be 3.x, and not {version:?}")]);
    }
    let base = match whole.base {
        Some(base) => base.to_owned(),
        None => base_of(document).map_err(|why| vec![why])?,
    };
    let base = base.trim_end_matches('/');
    let (mut made, mut wrong, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = item.get(method).and_then(Value::as_object) else {
                continue;
            };
            let place = format!("{} {path}", method.to_uppercase());
            match route(document, (base, path, method), operation, whole) {
                Ok(route) => {
                    let id = route.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                    if !seen.insert(id.clone()) {
                        wrong.push(format!("{place}: another operation is called {id:?} already"));
                    }
                    made.push(route);
                }
                Err(why) => wrong.push(format!("{place}: {why}")),
            }
        }
    }
    if made.is_empty() && wrong.is_empty() {
        wrong.push("paths: has no operation".to_owned());
    }
    if made.len() > MOST {
        wrong.push(format!("paths: has more than {MOST} operations"));
    }
    if wrong.is_empty() { Ok(made) } else { Err(wrong) }
}

/// The path of the first server (OpenAPI 3.1 §4.8.5), with its variables' defaults.
fn base_of(document: &Value) -> Result<String, String> {
    let Some(server) = document.get("servers").and_then(|servers| servers.get(0)) else {
        return Ok(String::new());
    };
    let mut url = server.get("url").and_then(Value::as_str).unwrap_or("/").to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        let default = variable.get("default").and_then(Value::as_str).unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default);
    }
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or(""),
        None => url.as_str(),
    };
    if !path.is_empty() && !path.starts_with('/') {
        return Err(format!(
            "servers: {path:?} is relative; say with --base what stands before the paths"
        ));
    }
    Ok(path.split(['?', '#']).next().unwrap_or_default().to_owned())
}

fn route(
    document: &Value,
    (base, path, method): (&str, &str, &str),
    operation: &Map<String, Value>,
    whole: &Whole<'_>,
) -> Result<Value, String> {
    let id = match operation.get("operationId").and_then(Value::as_str) {
        Some(id) => named(id),
        None => named(&format!("{method}-{path}")),
    };
    if id.is_empty() {
        return Err("has no operationId, and none can be made of its path".to_owned());
    }
    // An operation's own security takes the place of the document's, also when it is empty (OpenAPI 3.1 §4.8.10.1).
    let security = operation.get("security").or_else(|| document.get("security"));
    let access = match wanted(document, security)? {
        None => json!({ "kind": "public", "opens": [] }),
        Some((scopes, any)) => {
            json!({ "kind": "token", "api": whole.api, "scopes": scopes, "any_scopes": any })
        }
    };
    Ok(json!({
        "id": id,
        "hosts": whole.hosts,
        "methods": [method.to_uppercase()],
        "path": format!("{base}{}", pattern(path)?),
        "access": access,
        "upstream": whole.upstream,
    }))
}

/// The scopes of which all, and of which one is wanted; none: the operation is public.
type Scopes = Option<(Vec<String>, Vec<String>)>;

/// Of several requirements one suffices (OpenAPI 3.1 §4.8.30). Where each wants one scope, that is one of them all; where
/// one wants nothing, there is no saying what all want, and it is refused.
fn wanted(document: &Value, security: Option<&Value>) -> Result<Scopes, String> {
    // A document that says nothing means nothing by it, more often than that everybody may.
    let Some(security) = security else {
        return Err("nothing says what it wants: give it a security, which is [] where it is public".to_owned());
    };
    let Some(requirements) = security.as_array() else {
        return Err("its security is no list".to_owned());
    };
    if requirements.is_empty() {
        return Ok(None);
    }
    let mut each: Vec<Vec<String>> = Vec::new();
    for requirement in requirements {
        let Some(schemes) = requirement.as_object().filter(|schemes| !schemes.is_empty()) else {
            return Err("its security may be left out ({}): say which it is, public or not".to_owned());
        };
        let mut scopes = BTreeSet::new();
        let mut ours = false;
        for (name, list) in schemes {
            let scheme = document.pointer(&format!("/components/securitySchemes/{}", escaped(name)));
            let kind = scheme.and_then(|scheme| scheme.get("type")).and_then(Value::as_str);
            let http = || scheme.and_then(|scheme| scheme.get("scheme")).and_then(Value::as_str);
            match kind {
                Some("oauth2" | "openIdConnect") => {
                    ours = true;
                    let words = list
                        .as_array()
                        .and_then(|list| list.iter().map(Value::as_str).collect());
                    let words: Vec<&str> =
                        words.ok_or_else(|| format!("the scopes of {name:?} are no list of words"))?;
                    scopes.extend(words.into_iter().map(str::to_owned));
                }
                // A bearer token without scopes is an access token all the same.
                Some("http") if http().is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")) => ours = true,
                Some(_) => {}
                None => return Err(format!("the security scheme {name:?} is not defined")),
            }
        }
        if ours {
            each.push(scopes.into_iter().collect());
        }
    }
    match each.as_slice() {
        [] => Err("its security is none of oauth2, openIdConnect and http bearer".to_owned()),
        [one] => Ok(Some((one.clone(), Vec::new()))),
        several if several.windows(2).all(|pair| pair.first() == pair.last()) => {
            Ok(Some((several.first().cloned().unwrap_or_default(), Vec::new())))
        }
        several => {
            let single: Option<Vec<String>> = several
                .iter()
                .map(|scopes| match scopes.as_slice() {
                    [one] => Some(one.clone()),
                    _ => None,
                })
                .collect();
            let any = single.ok_or("it takes one of several lists of scopes, which a route cannot say")?;
            Ok(Some((Vec::new(), any)))
        }
    }
}

/// A reference token of RFC 6901 §3.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A path template as a pattern: a segment is a parameter whole, or has none.
fn pattern(path: &str) -> Result<String, String> {
    let whole = path.split('/').all(|segment| {
        let parameter = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        !parameter.unwrap_or(segment).contains(['{', '}'])
    });
    if whole && path.starts_with('/') {
        Ok(path.to_owned())
    } else {
        Err("a segment of its path is a parameter in part, which a route cannot say".to_owned())
    }
}

/// An id of ours: `a-z 0-9 . _ -`, 64 at most; a capital letter becomes a dash and its small one.
fn named(text: &str) -> String {
    let mut id = String::new();
    for letter in text.chars() {
        if letter.is_ascii_uppercase() {
            if !id.is_empty() && !id.ends_with('-') {
                id.push('-');
            }
            id.push(letter.to_ascii_lowercase());
        } else if letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '.' | '_') {
            id.push(letter);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.chars().take(64).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "openapi": "3.1.0",
            "servers": [{ "url": "https://api.example/{version}/", "variables": { "version": { "default": "v3" } } }],
            "security": [{ "oauth": ["read"] }],
            "components": { "securitySchemes": {
                "oauth": { "type": "oauth2" }, "key": { "type": "apiKey" }, "oidc": { "type": "openIdConnect" }
            } },
            "paths": {
                "/documents": { "get": { "operationId": "listDocuments" }, "parameters": [] },
                "/documents/{id}": {
                    "delete": { "operationId": "deleteDocument", "security": [{ "oauth": ["read", "write"] }] },
                    "get": { "security": [{ "oauth": ["read"] }, { "oidc": ["admin"] }, { "key": [] }] }
                },
                "/health": { "get": { "operationId": "health", "security": [] } }
            }
        })
    }

    fn read(document: &Value) -> Result<Vec<Value>, Vec<String>> {
        let whole = Whole {
            api: "docs",
            upstream: json!({ "targets": ["http://127.0.0.1:9000"] }),
            hosts: &[],
            base: None,
        };
        routes(document, &whole)
    }

    /// SG-6: a route for each operation, with the scopes of its security.
    #[test]
    fn an_operation_is_a_route_with_its_scopes() {
        let made = read(&document()).unwrap();
        let told: Vec<_> = made
            .iter()
            .map(|route| {
                (
                    route["id"].as_str().unwrap(),
                    route["path"].as_str().unwrap(),
                    &route["access"],
                )
            })
            .collect();
        let token =
            |scopes: Value, any: Value| json!({ "kind": "token", "api": "docs", "scopes": scopes, "any_scopes": any });
        assert_eq!(
            told,
            [
                ("list-documents", "/v3/documents", &token(json!(["read"]), json!([]))),
                (
                    "get-documents-id",
                    "/v3/documents/{id}",
                    &token(json!([]), json!(["read", "admin"]))
                ),
                (
                    "delete-document",
                    "/v3/documents/{id}",
                    &token(json!(["read", "write"]), json!([]))
                ),
                ("health", "/v3/health", &json!({ "kind": "public", "opens": [] })),
            ]
        );
    }

    /// RS12: what cannot be said as a route is refused by its place, and nothing is opened by guessing.
    #[test]
    fn what_cannot_be_said_is_refused_by_its_place() {
        let with = |pointer: &str, value: Value| {
            let mut document = document();
            *document.pointer_mut(pointer).unwrap() = value;
            read(&document).unwrap_err().join("\n")
        };
        let security = "/paths/~1documents~1{id}/delete/security";
        for (pointer, value, says) in [
            ("/openapi", json!("2.0"), "openapi: must be 3.x"),
            ("/servers/0/url", json!("api"), "servers: \"api\" is relative"),
            (
                security,
                json!([{ "other": [] }]),
                "DELETE /documents/{id}: the security scheme \"other\"",
            ),
            (
                security,
                json!([{ "key": [] }]),
                "DELETE /documents/{id}: its security is none of",
            ),
            (
                security,
                json!([{}]),
                "DELETE /documents/{id}: its security may be left out",
            ),
            (security, Value::Null, "DELETE /documents/{id}: its security is no list"),
            (
                security,
                json!({ "oauth": ["write"] }),
                "DELETE /documents/{id}: its security is no list",
            ),
            (
                security,
                json!([{ "oauth": "write" }]),
                "DELETE /documents/{id}: the scopes of \"oauth\" are no list of words",
            ),
            (
                "/paths/~1health/get",
                json!({ "operationId": "health", "security": null }),
                "GET /health: its security is no list",
            ),
            (
                security,
                json!([{ "oauth": ["a", "b"] }, { "oidc": ["c"] }]),
                "one of several lists",
            ),
            (
                "/paths/~1health/get/operationId",
                json!("listDocuments"),
                "GET /health: another operation",
            ),
            ("/paths", json!({}), "paths: has no operation"),
            ("/paths", json!({ "/a{b}c": { "get": {} } }), "GET /a{b}c: a segment"),
        ] {
            let told = with(pointer, value);
            assert!(told.contains(says), "{told}");
        }
    }

    /// RS12: an operation of which nobody says what it wants is not opened.
    #[test]
    fn silence_opens_nothing() {
        let mut document = document();
        document.as_object_mut().unwrap().remove("security");
        let told = read(&document).unwrap_err().join("\n");
        assert!(told.contains("GET /documents: nothing says what it wants"), "{told}");
    }
}
