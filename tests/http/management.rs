//! The management API, the gateways' feed beside it, and the commands over them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

/// A test on an office, once on each store.
macro_rules! on_both_stores {
    ($($(#[$doc:meta])* $name:ident($body:expr))*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                tollgate_tests::run(async {
                    let body = $body;
                    body(Office::on(tollgate_tests::Backend::Sqlite).await).await;
                });
            }

            #[test]
            fn on_postgresql() {
                tollgate_tests::run(async {
                    let body = $body;
                    body(Office::on(tollgate_tests::Backend::Postgres).await).await;
                });
            }
        }
    )*};
}

mod applications;
mod audit;
mod calls;
mod catalogue;
mod clients;
mod commands;
mod consents;
mod description;
mod events;
mod feed;
mod firm;
mod hooks;
mod leaks;
mod operators;
mod requests;
mod rights;
mod secrets;
mod users;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tollgate_tests::Backend;
use tollgate_tests::house::House;

/// A house and the credential of its first operator.
struct Office {
    house: House,
    token: String,
}

impl Office {
    async fn open() -> Self {
        Self::on(Backend::Sqlite).await
    }

    async fn on(backend: Backend) -> Self {
        Self::with("", backend).await
    }

    /// With more settings than the ordinary ones.
    async fn with(extra: &str, backend: Backend) -> Self {
        let house = House::ordinary(extra, backend).await;
        let token = house
            .node
            .running
            .first_operator
            .as_ref()
            .expect("a first operator")
            .expose()
            .to_owned();
        Self { house, token }
    }

    /// A request without credential.
    fn bare(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().unwrap();
        self.house
            .http
            .request(method, format!("{}{path}", self.house.node.management))
    }

    /// A request of the first operator.
    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/api/v1{path}")).bearer_auth(&self.token)
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn make(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.ask(method, path).json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{method} {path}: {status} {text}");
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).unwrap()
        }
    }

    async fn credential(&self, kind: &str) -> (String, String) {
        let made = self
            .make("POST", "/operators", json!({ "name": "Another", "kind": kind }))
            .await;
        (word(&made["token"]), word(&made["operator"]["id"]))
    }

    /// Every operation of the served description.
    async fn operations(&self) -> Vec<(String, String, bool)> {
        let answer = self.bare("GET", "/api/v1/openapi.json").send().await.unwrap();
        assert_eq!(answer.status(), 200, "the description needs no credential");
        let api: Value = answer.json().await.unwrap();
        assert_eq!(api["openapi"].as_str().map(|version| &version[..4]), Some("3.1."));
        let mut found = Vec::new();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                assert!(operation["operationId"].is_string(), "{method} {path}");
                assert!(operation["responses"]["default"].is_object(), "{method} {path}");
                found.push((
                    method.to_uppercase(),
                    path.clone(),
                    operation["security"] == json!([{}]),
                ));
            }
        }
        assert!(found.len() > 30, "{found:?}");
        found
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Status, code and field of a problem, whose form is looked at.
async fn problem(request: RequestBuilder) -> (u16, String, Option<String>) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let (id, kind) = (
        header(&answer, "tollgate-request-id"),
        header(&answer, CONTENT_TYPE.as_str()),
    );
    let body: Value = answer.json().await.unwrap();
    assert_eq!(kind, "application/problem+json", "{body}");
    assert_eq!(body["status"], status, "{body}");
    assert_eq!(body["request_id"], id, "{body}");
    assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    (status, word(&body["code"]), body["field"].as_str().map(str::to_owned))
}

fn no(status: u16, code: &str, field: Option<&str>) -> (u16, String, Option<String>) {
    (status, code.to_owned(), field.map(str::to_owned))
}

fn header(answer: &Response, name: &str) -> String {
    answer
        .headers()
        .get(name)
        .map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}
