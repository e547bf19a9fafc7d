//! How people sign in at a client. Whether they are asked, and by which name the client knows them, operators alone set
//! (CO5); the rest its account's pages have as well.

use super::client::held;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::developer::offer::{Rules, grant_words};
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::client::{self, Revise, SignInChange};
use tollgate_model::client::GrantType;
use tollgate_model::{Client, Version};
use tollgate_protocol::jose::Algorithm;

#[derive(Template)]
#[template(path = "desk/client_sign_in.html")]
struct Page {
    frame: Frame,
    form: Form,
    seen: Version,
    back: String,
    grants: Vec<Choice>,
    addresses: String,
    id_token: Vec<Choice>,
    userinfo: Vec<Choice>,
    rotates: Vec<Choice>,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    people_only(&console, &at)?;
    let client = held(&console, &at).await?.client;
    let form = filled(&client);
    shown(&console, &at, StatusCode::OK, &client, form).await
}

/// Where nobody signs in at clients there is no such page.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn people_only(console: &Console, at: &AtDesk) -> Result<(), Response> {
    match console.desk.terms.people.enabled {
        true => Ok(()),
        false => Err(answer::no_page(console, at, &No::NotFound("page"))),
    }
}

fn filled(client: &Client) -> Form {
    let sign_in = &client.sign_in;
    let algorithm = |algorithm: Option<Algorithm>| algorithm.map_or("", Algorithm::name);
    let mut form = Form::new()
        .with("redirect_uris", client.redirect_uris.join("\n"))
        .with("logout_uris", client.logout_uris.join("\n"))
        .with("id_token_alg", algorithm(sign_in.id_token_alg))
        .with("userinfo_alg", algorithm(sign_in.userinfo_alg))
        .with(
            "rotates",
            sign_in.rotates.map(|rotates| rotates.to_string()).unwrap_or_default(),
        )
        .with(
            "backchannel_logout_uri",
            sign_in.backchannel_logout_uri.as_deref().unwrap_or_default(),
        )
        .with(
            "frontchannel_logout_uri",
            sign_in.frontchannel_logout_uri.as_deref().unwrap_or_default(),
        );
    for grant in &client.grant_types {
        form = form.with("grant_types", grant.as_str());
    }
    for (name, on) in [("trusted", sign_in.trusted), ("pairwise", sign_in.pairwise)] {
        if on {
            form = form.with(name, "yes");
        }
    }
    form
}

async fn shown(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    client: &Client,
    form: Form,
) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let terms = &console.desk.terms;
    let back = format!("/console/desk/clients/{}", client.id);
    let crumbs = [
        ("/console/desk/clients", "Clients"),
        (back.as_str(), client.name.as_str()),
    ];
    let algorithms = |none: &str| {
        let named = client::algorithms(terms, &apis);
        let named = named.into_iter().map(|each| Choice::new(each.name(), each.name(), ""));
        std::iter::once(Choice::new("", none, "")).chain(named).collect()
    };
    let rules = Rules::of(&client::addressed(terms), Some(client.environment));
    let page = Page {
        frame: frame(console, at, "How people sign in", &crumbs),
        form,
        seen: client.version,
        grants: client::offered(terms).into_iter().map(grant_words).collect(),
        addresses: rules.map(|rules| rules.words).unwrap_or_default(),
        id_token: algorithms(&format!("The house's: {}", terms.people.id_token_alg.name())),
        userinfo: algorithms("Plain JSON, not signed"),
        rotates: vec![
            Choice::new("", "The house's way", ""),
            Choice::new("true", "Dies when it is used", ""),
            Choice::new("false", "Stays the same", ""),
        ],
        back,
    };
    Ok(respond(status, &page.frame, &page))
}

/// Saves it.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    people_only(&console, &at)?;
    let client = held(&console, &at).await?.client;
    let seen = asked::seen(&console, &at)?;
    let Some(mut ask) = typed(&at) else {
        return Err(answer::malformed(&console, &at));
    };
    ask.seen = Some(seen);
    let revised = client::revise(&console.desk, &at.asker(), &client.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(_) => Ok(see(&format!("/console/desk/clients/{}?done=client-saved", client.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            let client = held(&console, &at).await?.client;
            shown(&console, &at, status, &client, form).await
        }
    }
}

/// What was typed; none when a choice is none that the form has.
fn typed(at: &AtDesk) -> Option<Revise> {
    let ask = &at.ask;
    let algorithm = |name: &str| match ask.field(name) {
        "" => Some(None),
        text => Algorithm::of_name(text).map(Some),
    };
    let address = |name: &str| Some(Some(ask.field(name).trim().to_owned()).filter(|text| !text.is_empty()));
    let grants: Option<Vec<_>> = ask.fields("grant_types").into_iter().map(GrantType::of_str).collect();
    Some(Revise {
        grant_types: Some(grants?),
        redirect_uris: Some(asked::lines(ask.field("redirect_uris"))),
        logout_uris: Some(asked::lines(ask.field("logout_uris"))),
        sign_in: SignInChange {
            trusted: Some(!ask.field("trusted").is_empty()),
            pairwise: Some(!ask.field("pairwise").is_empty()),
            id_token_alg: Some(algorithm("id_token_alg")?),
            userinfo_alg: Some(algorithm("userinfo_alg")?),
            backchannel_logout_uri: address("backchannel_logout_uri"),
            frontchannel_logout_uri: address("frontchannel_logout_uri"),
            rotates: Some(match ask.field("rotates") {
                "" => None,
                text => Some(text.parse().ok()?),
            }),
        },
        ..Revise::default()
    })
}
