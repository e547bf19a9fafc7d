//! One request: what was presented, why it was refused, and what to do about it.

use super::{calls as list, way};
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Frame, Link, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use tollgate_issuer::calls::{self, Advice};
use tollgate_issuer::developer;
use tollgate_issuer::registry::No;
use tollgate_model::{Call, ClientId, LegacyMethod, Moment, RouteId};

#[derive(Template)]
#[template(path = "lookout/call.html")]
struct Page {
    frame: Frame,
    request: String,
    calls: Vec<Shown>,
}

/// A request with all that is known of it.
struct Shown {
    at: Moment,
    place: &'static str,
    what: String,
    status: u16,
    tone: &'static str,
    advice: Option<Advice>,
    /// `client_id` of a client of this account.
    client: String,
    /// Whether it came by an old way of authenticating.
    old: bool,
    route: String,
    api: String,
    acting_user: String,
    presented: Vec<(String, String)>,
    /// The inspector, at this request's place.
    inspector: String,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let request = way::part(&at.ask, 2).to_owned();
    let found = match way::known(&console, &at, developer::call(&console.desk, &at.seat, &request).await)? {
        Ok(found) => found,
        // What cannot be an id names nothing that there is.
        Err(No::Invalid { .. }) => Vec::new(),
        Err(no) => return Err(console.no(at.seat.who(), &at.ask, &no)),
    };
    if found.is_empty() {
        return Err(console.refused(Some(at.seat.who()), &at.ask, Refused::NotFound));
    }
    let mut frame = console.frame_at(&at, "One request");
    frame.crumbs = vec![Link::new("/console/calls", "Troubleshooting")];
    let catalogue = console.desk.memory.catalogue();
    let api = |id: &str| {
        let api = catalogue.apis.iter().find(|api| api.id.as_str() == id);
        api.map_or_else(|| id.to_owned(), |api| api.name.clone())
    };
    let route = |id: &str| {
        let route = catalogue.routes.iter().find(|route| route.id == RouteId::new(id));
        route.map_or_else(|| id.to_owned(), |route| format!("{} ({id})", route.path))
    };
    let page = Page {
        frame,
        request,
        calls: found
            .into_iter()
            .map(|call| shown(call, &api, &route, &console.desk.terms.transition.methods))
            .collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn shown(call: Call, api: &dyn Fn(&str) -> String, route: &dyn Fn(&str) -> String, methods: &[LegacyMethod]) -> Shown {
    let gateway = call.place == tollgate_model::call::Place::Gateway;
    let acting = call.acting_user.clone().unwrap_or_default();
    let inspector = if gateway && !call.path.is_empty() {
        let fields = [
            ("method", call.method.as_str()),
            ("path", call.path.as_str()),
            ("email", acting.as_str()),
        ];
        way::link("/console/inspector", &fields)
    } else {
        String::new()
    };
    Shown {
        at: call.at,
        place: list::place(&call),
        what: format!("{} {}", call.method, call.path).trim().to_owned(),
        status: call.status,
        tone: list::tone(call.status),
        advice: call.code.as_deref().map(|code| calls::advice(call.place, code)),
        old: list::old(&call),
        client: call.client.as_ref().map(ClientId::to_string).unwrap_or_default(),
        route: call.route.as_deref().map(route).unwrap_or_default(),
        api: call.api.as_deref().map(api).unwrap_or_default(),
        acting_user: acting,
        presented: presented(&call.presented, methods),
        inspector,
    }
}

/// What was presented, by name, as people read it. A header in which an old way has its key is told as that.
fn presented(presented: &Value, methods: &[LegacyMethod]) -> Vec<(String, String)> {
    let Value::Object(fields) = presented else {
        return Vec::new();
    };
    let said = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let words: Vec<String> = list
                .iter()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                .collect();
            words.join(", ")
        }
        other => other.to_string(),
    };
    let key = |name: &String| methods.iter().any(|method| method.key_headers.contains(name));
    fields
        .iter()
        .map(|(name, value)| {
            let told = if key(name) {
                format!("{name} (subscription key)")
            } else {
                name.replace('_', " ")
            };
            (told, said(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_presented_is_told_by_name() {
        let told = presented(
            &json!({ "grant_type": "client_credentials", "scope": ["a", "b"], "tries": 2 }),
            &[],
        );
        assert_eq!(
            told,
            [
                ("grant type".to_owned(), "client_credentials".to_owned()),
                ("scope".to_owned(), "a, b".to_owned()),
                ("tries".to_owned(), "2".to_owned()),
            ]
        );
        assert_eq!(presented(&json!("odd"), &[]), []);
    }

    /// A subscription key is told by its header, and as what it is.
    #[test]
    fn what_came_by_an_old_way_is_told_as_that() {
        let method = LegacyMethod {
            id: tollgate_model::LegacyMethodId::new("login"),
            name: "Login API".to_owned(),
            bearer: true,
            key_headers: vec!["x-api-key".to_owned()],
            verify: None,
        };
        let told = presented(
            &json!({ "authorization": "an old token", "x-api-key": "present" }),
            &[method],
        );
        assert_eq!(
            told,
            [
                ("authorization".to_owned(), "an old token".to_owned()),
                ("x-api-key (subscription key)".to_owned(), "present".to_owned()),
            ]
        );
    }
}
