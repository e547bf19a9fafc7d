//! `GET` and `POST` the end-session endpoint (OpenID Connect RP-Initiated Logout §2), and Auth0's way of it.

use crate::answer::kept_by_nobody;
use crate::authorize::logout::{CONFIRMED, asked, gone};
use crate::console::Console;
use crate::console::door::see;
use crate::console::input::Ask;
use crate::console::page::Refused;
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};
use std::sync::Arc;
use tollgate_issuer::logout::{self, Ending};
use tollgate_issuer::people::session::{self, Resumed};
use tollgate_issuer::rights::SignedIn;
use tollgate_model::{ClientId, Fault};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::Refusal;
use url::form_urlencoded::Serializer;

/// Where Auth0's way of it is.
pub const V2: &str = "/v2/logout";

/// The parameters that the question carries along: those of the specification, then Auth0's.
const KNOWN: [&str; 7] = [
    "id_token_hint",
    "logout_hint",
    "client_id",
    "post_logout_redirect_uri",
    "state",
    "ui_locales",
    "returnTo",
];
/// The longest form that is asked for again as an address.
const MOST_ADDRESS: usize = 6 * 1024;

/// Which way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    OpenId,
    V2,
}

/// Signs out, or asks first.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    answered(&house.pages, request, Way::OpenId).await
}

/// Signs out in Auth0's way, or asks first.
pub async fn v2(State(house): State<Arc<House>>, request: Request) -> Response {
    answered(&house.pages, request, Way::V2).await
}

async fn answered(console: &Console, request: Request, way: Way) -> Response {
    // AT26: what only looks, as HEAD does, must sign nobody out.
    if !matches!(*request.method(), Method::GET | Method::POST) {
        let mut response = kept_by_nobody(StatusCode::METHOD_NOT_ALLOWED);
        let allow = HeaderValue::from_static("GET, POST");
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    let ask = match Ask::read(console, request).await {
        Ok(ask) => ask,
        Err(response) => return response,
    };
    let response = match end(console, &ask, way).await {
        Ok(response) => response,
        Err(fault) => console.fault(&fault, ask.id()),
    };
    answer::named(response, ask.id())
}

async fn end(console: &Console, ask: &Ask, way: Way) -> Result<Response, Fault> {
    let desk = &console.desk;
    let posted = ask.method == Method::POST;
    let said = if posted { &ask.form } else { &ask.query };
    let said = written(said);
    // With a form of another site browsers send no cookie of ours (`SameSite=Lax`): who is signed in here would look like
    // nobody, and stay so. On the way from here to the same place they do.
    if posted && !ask.ours {
        return Ok(match said.len() <= MOST_ADDRESS {
            true => see(&format!("{}?{said}", ask.path)),
            false => console.refused(None, ask, Refused::TooLarge),
        });
    }
    let parameters = match Parameters::of_form(said.as_bytes()) {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(refused(console, ask, &refusal)),
    };
    let resumed = match &ask.token {
        Some(token) => session::resume(desk, token).await?,
        None => None,
    };
    let who = match &resumed {
        Some(Resumed::SignedIn(who)) => Some(who),
        _ => None,
    };
    let confirmed = posted && who.is_some_and(|who| is_confirmed(console, ask, who));
    let ending = match way {
        Way::OpenId => logout::end(desk, &parameters, who, confirmed, &ask.origin).await?,
        Way::V2 => logout::v2_logout(desk, &parameters, who, confirmed, &ask.origin).await?,
    };
    match (ending, &resumed) {
        (Ending::Refused(refusal), _) => Ok(refused(console, ask, &refusal)),
        (Ending::Ask { client }, Some(Resumed::SignedIn(who))) => {
            let carried = carried(&parameters);
            let back = back(console, &parameters, way).await?;
            Ok(asked(console, ask, who, client.as_deref(), &carried, back.as_deref()))
        }
        // Nobody is asked who is not signed in.
        (Ending::Ask { .. }, _) => Ok(gone(console, ask, None, &[])),
        (Ending::Gone { back, frontchannel }, resumed) => {
            // Who owed the second factor is nobody's guest; that half of a session ends all the same.
            if let Some(Resumed::Half(half)) = resumed {
                session::sign_out(desk, half.session(), ask.id()).await?;
            }
            Ok(gone(console, ask, back.as_deref(), &frontchannel))
        }
    }
}

/// Whether this is the question's own form, of this session (SE5).
fn is_confirmed(console: &Console, ask: &Ask, who: &SignedIn) -> bool {
    ask.field(CONFIRMED) == "yes" && session::csrf_matches(&console.desk, who.session(), ask.field("csrf"))
}

/// Where the client wants the person to go afterwards. It was found among the client's addresses before anybody is asked;
/// here it says where the question's form may lead.
async fn back(console: &Console, parameters: &Parameters, way: Way) -> Result<Option<String>, Fault> {
    let named = parameters.get(match way {
        Way::OpenId => "post_logout_redirect_uri",
        Way::V2 => "returnTo",
    });
    if let (None, Way::V2, Some(id)) = (named, way, parameters.get("client_id")) {
        let record = console.desk.store.client(&ClientId::new(id)).await?;
        return Ok(record.and_then(|record| record.client.logout_uris.into_iter().next()));
    }
    Ok(named.map(str::to_owned))
}

/// The request, as the question's form carries it along.
fn carried(parameters: &Parameters) -> Vec<(String, String)> {
    let known = KNOWN.into_iter();
    known
        .filter_map(|name| Some((name.to_owned(), parameters.get(name)?.to_owned())))
        .collect()
}

/// Pairs as a query has them; of those names that mean something here.
fn written(pairs: &[(String, String)]) -> String {
    let mut text = Serializer::new(String::new());
    text.extend_pairs(pairs.iter().filter(|(name, _)| KNOWN.contains(&name.as_str())));
    text.finish()
}

/// A page, never a redirect: the request, or where it wants to lead, is not to be trusted.
fn refused(console: &Console, ask: &Ask, refusal: &Refusal) -> Response {
    tracing::debug!(request = ask.id(), code = refusal.code.as_str(), "logout refused");
    console.refused(None, ask, Refused::Malformed)
}
