//! The routes that a client's APIs have, as OpenAPI 3.1 (SG-21).

use super::choice::{Place, SOMEWHERE};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tollgate_model::Api;

/// The name of the security scheme.
const SCHEME: &str = "tollgate";

/// What the document is about.
pub(super) struct About<'a> {
    /// The vendor's name.
    pub(super) vendor: &'a str,
    /// The token endpoint.
    pub(super) token_url: &'a str,
    /// Where calls go in.
    pub(super) gateway: Option<&'a str>,
    /// The APIs granted, with their routes.
    pub(super) apis: Vec<(&'a Api, Vec<Place<'a>>)>,
}

/// The document.
pub(super) fn document(about: &About<'_>) -> Value {
    let mut paths: BTreeMap<String, (String, Map<String, Value>)> = BTreeMap::new();
    let mut scopes = Map::new();
    let mut told = String::new();
    for (api, places) in &about.apis {
        for scope in &api.scopes {
            scopes.insert(scope.name.clone(), scope.description.as_str().into());
        }
        told.push_str(&format!("\n- {}: audience `{}`", api.name, api.audience));
        for place in places {
            let (path, variables) = template(&place.route.path);
            // Two spellings of one path may not stand beside each other: the first gives its variables their names.
            let key: String = shape(&path);
            let item = paths
                .entry(key)
                .or_insert_with(|| (path, shared(&variables, about, place)));
            for method in place.methods() {
                let method = method.to_ascii_lowercase();
                if METHODS.contains(&method.as_str()) && !item.1.contains_key(&method) {
                    let operation = operation(&method, api, place);
                    item.1.insert(method, operation);
                }
            }
        }
    }
    let paths: Map<String, Value> = paths.into_values().map(|(path, item)| (path, item.into())).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{}: APIs of this client", about.vendor),
            "version": "1",
            "description": format!("What the gateway lets through, and what a call must carry. Ask for one token for \
                each API, and use it until shortly before it ends.\n{told}"),
        },
        "servers": [{ "url": about.gateway.unwrap_or(SOMEWHERE) }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                SCHEME: {
                    "type": "oauth2",
                    "flows": { "clientCredentials": { "tokenUrl": about.token_url, "scopes": scopes } },
                },
            },
            "schemas": { "Problem": problem() },
            "responses": {
                "Refused": {
                    "description": "The gateway did not let the call through. `code` says why, and does not change.",
                    "headers": { "Tollgate-Request-Id": {
                        "description": "Names this request: look for it under Troubleshooting in the console.",
                        "schema": { "type": "string" },
                    } },
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
                },
            },
        },
    })
}

/// The methods that a path item may have.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// A pattern as OpenAPI writes it, and its variables: their names, and whether they stand for the rest.
fn template(pattern: &str) -> (String, Vec<(String, bool)>) {
    let mut variables = Vec::new();
    let parts: Vec<String> = pattern
        .split('/')
        .map(|part| {
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                return part.to_owned();
            };
            let rest = name.ends_with("...");
            let name = name.trim_end_matches("...").to_owned();
            let part = format!("{{{name}}}");
            variables.push((name, rest));
            part
        })
        .collect();
    (parts.join("/"), variables)
}

/// A template without the names of its variables.
fn shape(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What all methods of a path share.
fn shared(variables: &[(String, bool)], about: &About<'_>, place: &Place<'_>) -> Map<String, Value> {
    let mut item = Map::new();
    let variable = |(name, rest): &(String, bool)| {
        let description = if *rest {
            "The rest of the path, slashes included."
        } else {
            "One segment of the path."
        };
        json!({
            "name": name, "in": "path", "required": true, "description": description,
            "schema": { "type": "string" },
        })
    };
    if !variables.is_empty() {
        item.insert("parameters".into(), variables.iter().map(variable).collect());
    }
    if !place.route.hosts.is_empty() {
        item.insert("servers".into(), json!([{ "url": place.url(about.gateway, "") }]));
    }
    item
}

fn operation(method: &str, api: &Api, place: &Place<'_>) -> Value {
    let scopes: Vec<&str> = place.scopes.iter().collect();
    let mut operation = json!({
        "operationId": format!("{}-{method}", place.route.id),
        "tags": [api.name],
        "summary": format!("{} {}", method.to_ascii_uppercase(), place.route.path),
        "security": [{ SCHEME: scopes }],
        "responses": {
            "2XX": { "description": "What the API answers." },
            "4XX": { "$ref": "#/components/responses/Refused" },
        },
    });
    if let Some(fields) = operation.as_object_mut() {
        if let Some(header) = place.header {
            let parameter = json!([{
                "name": header, "in": "header", "required": true,
                "description": "E-mail address of the user of your account for whom the call is made.",
                "schema": { "type": "string", "format": "email" },
            }]);
            fields.insert("parameters".into(), parameter);
        }
        if matches!(method, "post" | "put" | "patch") {
            fields.insert(
                "requestBody".into(),
                json!({ "content": { "application/json": { "schema": {} } } }),
            );
        }
    }
    operation
}

/// A refusal (RFC 9457).
fn problem() -> Value {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "code": { "type": "string" }, "request_id": { "type": "string" },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_written_as_openapi_has_it() {
        assert_eq!(
            template("/docs/{id}/files/{rest...}"),
            (
                "/docs/{id}/files/{rest}".to_owned(),
                vec![("id".to_owned(), false), ("rest".to_owned(), true)]
            )
        );
        assert_eq!(shape("/docs/{id}/files/{rest}"), "/docs/{}/files/{}");
    }
}
