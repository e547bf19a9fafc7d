//! A collection for Postman (format 2.1): the request for a token, and a call of each route (SG-20, SO-25).

use super::choice::{Call, Place};
use super::facts::{Facts, Way};
use serde_json::{Value, json};

/// What is done with the answer to the request for a token.
const KEEP: &[&str] = &[
    "pm.test('a token came', () => pm.response.to.have.status(200));",
    "pm.collectionVariables.set('access_token', pm.response.json().access_token);",
];

/// What a call is held to: the gateway let it through. What the API says to it is the API's business.
const LET_THROUGH: &[&str] =
    &["pm.test('the gateway let it through', () => pm.expect(pm.response.code).not.to.be.oneOf([401, 403]));"];

/// The collection. `calls` are those that the client's scopes open.
pub(super) fn collection(name: &str, facts: &Facts, calls: &[(&Place<'_>, Call)]) -> Value {
    let mut items = vec![token(facts)];
    items.extend(calls.iter().map(|(place, call)| {
        json!({
            "name": format!("{} {}", call.method, place.route.path),
            "event": [{ "listen": "test", "script": { "type": "text/javascript", "exec": LET_THROUGH } }],
            "request": request(call),
        })
    }));
    let variable = |key: &str, value: &str| json!({ "key": key, "value": value, "type": "string" });
    // Empty, and of a kind that Postman shows as dots and does not share.
    let secret = |key: &str| json!({ "key": key, "value": "", "type": "secret" });
    let mut variables = vec![
        variable("token_url", &facts.token_url),
        variable("client_id", &facts.client_id),
        secret("client_secret"),
        secret("access_token"),
    ];
    variables.extend(facts.names.iter().map(|(name, value)| variable(name, value)));
    if let Some((_, user)) = calls.iter().find_map(|(_, call)| call.acting.as_ref()) {
        variables.push(variable("acting_user", user));
    }
    json!({
        "info": {
            "name": name,
            "description": "Set the variable client_secret, send “Get a token” once, then any call. The token is \
                kept as access_token; get a new one shortly before it ends, not for each call.",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{access_token}}", "type": "string" }] },
        "variable": variables,
        "item": items,
    })
}

fn token(facts: &Facts) -> Value {
    let mut parameters = vec![("grant_type", "client_credentials".to_owned())];
    if facts.way != Way::Basic {
        parameters.push(("client_id", "{{client_id}}".to_owned()));
        parameters.push(("client_secret", "{{client_secret}}".to_owned()));
    }
    parameters.extend(facts.names.iter().map(|(name, _)| (*name, format!("{{{{{name}}}}}"))));
    let auth = if facts.way == Way::Basic {
        json!({ "type": "basic", "basic": [
            { "key": "username", "value": "{{client_id}}", "type": "string" },
            { "key": "password", "value": "{{client_secret}}", "type": "string" },
        ] })
    } else {
        json!({ "type": "noauth" })
    };
    let body = if facts.way == Way::Json {
        let members: serde_json::Map<String, Value> = parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        json!({
            "mode": "raw",
            "raw": format!("{:#}", Value::Object(members)),
            "options": { "raw": { "language": "json" } },
        })
    } else {
        let pair = |(key, value): (&str, String)| json!({ "key": key, "value": value, "type": "text" });
        json!({ "mode": "urlencoded", "urlencoded": parameters.into_iter().map(pair).collect::<Vec<_>>() })
    };
    json!({
        "name": "Get a token",
        "event": [{ "listen": "test", "script": { "type": "text/javascript", "exec": KEEP } }],
        "request": { "method": "POST", "header": [], "url": "{{token_url}}", "auth": auth, "body": body },
    })
}

fn request(call: &Call) -> Value {
    let mut headers = Vec::new();
    if let Some((name, _)) = &call.acting {
        headers.push(json!({ "key": name, "value": "{{acting_user}}", "type": "text" }));
    }
    let mut request = json!({ "method": call.method, "header": headers, "url": call.url });
    if let (true, Some(fields)) = (call.body(), request.as_object_mut()) {
        let body = json!({ "mode": "raw", "raw": "{}", "options": { "raw": { "language": "json" } } });
        fields.insert("body".into(), body);
    }
    request
}
