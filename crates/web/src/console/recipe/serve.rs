//! Recipes as files.

use super::Language;
use super::choice;
use super::openapi::{self, About};
use super::postman;
use super::show::{self, Chosen, Known};
use crate::answer;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::lookout::way;
use crate::console::page::Refused;
use crate::console::page::respond::guard;
use crate::door::Endpoint;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;
use std::sync::Arc;

/// `postman.json`, `openapi.json`, or the recipe of a language by its file's name.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let known = show::known(&console, &at).await?;
    let refused = |why| console.refused(Some(at.seat.who()), &at.ask, why);
    let Some(chosen) = show::choose(&console, &known, &at.ask) else {
        return Err(refused(Refused::NotFound));
    };
    if chosen.lost {
        return Err(refused(Refused::Malformed));
    }
    let name = way::part(&at.ask, 4);
    let text = match name {
        "openapi.json" => Ok(written(&document(&console, &known))),
        "postman.json" => Ok(written(&collection(&console, &known, &chosen))),
        _ => match Language::ALL.into_iter().find(|language| language.file() == name) {
            Some(language) => language.recipe(&chosen.facts).map(|text| format!("{text}\n")),
            None => return Err(refused(Refused::NotFound)),
        },
    };
    let text = text.map_err(|_| refused(Refused::Fault))?;
    Ok(file(&console, name, text))
}

fn document(console: &Console, known: &Known) -> Value {
    let routes = &known.catalogue.routes;
    openapi::document(&About {
        vendor: &console.desk.terms.console.vendor,
        token_url: &console.paths.url(Endpoint::Token),
        gateway: console.gateway.as_deref(),
        apis: known
            .apis
            .iter()
            .map(|(api, _)| (api, choice::places(routes, api)))
            .collect(),
    })
}

fn collection(console: &Console, known: &Known, chosen: &Chosen) -> Value {
    let places = choice::places(&known.catalogue.routes, &chosen.api);
    let open = places
        .iter()
        .filter(|place| place.scopes.beyond(&chosen.grant.scopes).is_empty());
    let gateway = console.gateway.as_deref();
    let calls: Vec<_> = open
        .map(|place| (place, place.call(gateway, place.method(), &place.path(), &known.user)))
        .collect();
    let name = format!("{}: {}", console.desk.terms.console.vendor, chosen.api.name);
    postman::collection(&name, &chosen.facts, &calls)
}

fn written(document: &Value) -> String {
    format!("{document:#}\n")
}

/// A file to be kept. Browsers save it and show it to nobody.
fn file(console: &Console, name: &str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    let kind = if name.ends_with(".json") {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer::set(
        headers,
        CONTENT_DISPOSITION,
        &format!("attachment; filename=\"{name}\""),
    );
    guard(headers, "", console.paths.origin.starts_with("https://"));
    response
}
