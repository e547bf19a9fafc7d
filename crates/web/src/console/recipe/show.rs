//! The page with a client's ready-made requests.

use super::choice::{self, Place};
use super::facts::{self, Facts};
use super::{Language, SECRET};
use crate::console::Console;
use crate::console::developer::head::{self, Head, Tab};
use crate::console::door::AtAccount;
use crate::console::input::Ask;
use crate::console::lookout::way;
use crate::console::page::{Choice, Form, Frame, Link, Refused, respond};
use crate::door::Endpoint;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::catalogue::Catalogue;
use tollgate_issuer::developer;
use tollgate_issuer::rights::Owned;
use tollgate_issuer::terms::Limit;
use tollgate_model::{Api, ClientId, Grant};

#[derive(Template)]
#[template(path = "recipe/show.html")]
struct Page {
    frame: Frame,
    head: Head,
    /// Nothing to call yet.
    without: bool,
    form: Form,
    apis: Vec<Choice>,
    paths: Vec<String>,
    tabs: Vec<Link>,
    language: Language,
    text: String,
    /// The file itself, and the collection, with what was chosen.
    file: String,
    postman: String,
    openapi: String,
    secret: &'static str,
    limit: Option<Limit>,
    lifetime: i64,
    /// Whether the address of the gateway is not known here.
    placeless: bool,
    /// The header that names the acting user.
    header: Option<String>,
    scopes: String,
    /// Whether no route of this API is known.
    routeless: bool,
}

/// What a client can be told to do, of what it was granted and the account has.
pub(super) struct Known {
    pub(super) owned: Owned,
    pub(super) apis: Vec<(Api, Grant)>,
    pub(super) catalogue: Arc<Catalogue>,
    /// Whom calls are made for in an example.
    pub(super) user: String,
}

/// What was chosen on the page.
pub(super) struct Chosen {
    pub(super) facts: Facts,
    pub(super) api: Api,
    pub(super) grant: Grant,
    /// What was typed as path is no path of this API.
    pub(super) lost: bool,
    /// Whether no route of this API is known.
    pub(super) routeless: bool,
}

/// Everything a recipe needs to know, from what is on record.
pub(super) async fn known(console: &Console, at: &AtAccount) -> Result<Known, Response> {
    let id = ClientId::new(way::part(&at.ask, 2));
    let shown = way::done(console, at, developer::show(&console.desk, &at.seat, &id).await)?;
    let held = way::done(console, at, developer::apis(&console.desk, &at.seat).await)?;
    let grants = &shown.owned.record().grants;
    let apis = grants
        .iter()
        .filter_map(|grant| {
            let api = held.iter().find(|api| api.id == grant.api)?;
            Some((api.clone(), grant.clone()))
        })
        .collect();
    Ok(Known {
        apis,
        catalogue: console.desk.memory.catalogue(),
        user: at
            .seat
            .member()
            .map_or_else(|| "user@firm.example".to_owned(), |member| member.email.clone()),
        owned: shown.owned,
    })
}

/// What the query chooses; none when there is nothing to call.
pub(super) fn choose(console: &Console, known: &Known, ask: &Ask) -> Option<Chosen> {
    let named = ask.asked("api");
    let (api, grant) = known
        .apis
        .iter()
        .find(|(api, _)| api.id.as_str() == named)
        .or_else(|| known.apis.first())?;
    let routes = &known.catalogue.routes;
    let places = choice::places(routes, api);
    let gateway = console.gateway.as_deref();
    let typed = ask.asked("path").trim();
    let found = choice::at(&places, routes, typed);
    let lost = !typed.is_empty() && found.is_none();
    // The vendor's own examples go before what the routes alone suggest.
    let examples = console.desk.terms.console.examples.iter();
    let example = examples
        .filter_map(|path| choice::at(&places, routes, path))
        .find(|(place, _, _)| place.scopes.beyond(&grant.scopes).is_empty());
    let found = found.or(example);
    let call = match &found {
        Some((place, method, path)) => place.call(gateway, method, path, &known.user),
        None => match choice::best(&places, &grant.scopes) {
            Some(place) => place.call(gateway, place.method(), &place.path(), &known.user),
            None => choice::Call {
                method: "GET".to_owned(),
                url: format!("{}/", gateway.unwrap_or(choice::SOMEWHERE)),
                acting: None,
            },
        },
    };
    let client = &known.owned.record().client;
    let terms = &console.desk.terms;
    Some(Chosen {
        facts: Facts {
            client_id: client.id.to_string(),
            token_url: console.paths.url(Endpoint::Token),
            way: facts::way(client, terms),
            names: facts::names(api, grant, terms),
            call,
        },
        routeless: places.is_empty(),
        api: api.clone(),
        grant: grant.clone(),
        lost,
    })
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let known = known(&console, &at).await?;
    let client = &known.owned.record().client;
    let asked = at.ask.asked("language");
    let language = match asked {
        "" => Language::Curl,
        word => {
            Language::of_word(word).ok_or_else(|| console.refused(Some(at.seat.who()), &at.ask, Refused::Malformed))?
        }
    };
    let (frame, head) = head::of(&console, &at, client, Tab::Use);
    let chosen = choose(&console, &known, &at.ask);
    let mut page = empty(frame, head, language);
    let mut status = StatusCode::OK;
    if let Some(chosen) = chosen {
        if fill(&mut page, &console, &known, &chosen, &at.ask).is_err() {
            return Err(console.refused(Some(at.seat.who()), &at.ask, Refused::Fault));
        }
        if chosen.lost {
            status = StatusCode::UNPROCESSABLE_ENTITY;
        }
    }
    Ok(respond(status, &page.frame, &page))
}

fn empty(frame: Frame, head: Head, language: Language) -> Page {
    Page {
        frame,
        head,
        without: true,
        form: Form::new(),
        apis: Vec::new(),
        paths: Vec::new(),
        tabs: Vec::new(),
        language,
        text: String::new(),
        file: String::new(),
        postman: String::new(),
        openapi: String::new(),
        secret: SECRET,
        limit: None,
        lifetime: 0,
        placeless: false,
        header: None,
        scopes: String::new(),
        routeless: false,
    }
}

fn fill(page: &mut Page, console: &Console, known: &Known, chosen: &Chosen, ask: &Ask) -> askama::Result<()> {
    let language = page.language;
    let base = format!("/console/clients/{}/use", known.owned.record().client.id);
    let (api, path) = (
        ask.asked("api"),
        if chosen.lost { "" } else { ask.asked("path").trim() },
    );
    let link = |place: &str, word: &str| {
        way::link(
            &format!("{base}{place}"),
            &[("language", word), ("api", api), ("path", path)],
        )
    };
    let tab = |of: Language| Link::new(link("", of.word()), of.name()).current(of == language);
    page.without = false;
    page.tabs = Language::ALL.into_iter().map(tab).collect();
    page.text = language.recipe(&chosen.facts)?;
    page.file = link(&format!("/{}", language.file()), "");
    page.postman = link("/postman.json", "");
    page.openapi = format!("{base}/openapi.json");
    page.apis = known
        .apis
        .iter()
        .map(|(api, _)| Choice::new(api.id.as_str(), &api.name, ""))
        .collect();
    page.form = Form::new()
        .with("api", chosen.api.id.as_str())
        .with("path", ask.asked("path"))
        .with("language", language.word());
    if chosen.lost {
        page.form.refuse(
            "path",
            "This API has no such path at the gateway. Type it without host and query, as in its documentation.",
        );
    }
    let places = choice::places(&known.catalogue.routes, &chosen.api);
    let mut paths: Vec<String> = places.iter().map(Place::path).collect();
    paths.sort();
    paths.dedup();
    page.paths = paths;
    page.limit = console.desk.terms.token_limit;
    page.lifetime = chosen
        .grant
        .lifetime
        .map_or(chosen.api.lifetime, |own| own.min(chosen.api.lifetime));
    page.placeless = console.gateway.is_none();
    page.header = chosen.facts.call.acting.as_ref().map(|(name, _)| name.clone());
    page.scopes = chosen.grant.scopes.to_string();
    page.routeless = chosen.routeless;
    Ok(())
}
