//! What people let applications do, and taking it back for them (3E-43, CO3).

use super::confirm::Question;
use super::listing::Pager;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::consent;
use tollgate_model::{ClientId, Consent, ConsentId, Moment, User, UserId};

/// How many stand on a page: each names a person or a client that is looked up.
const A_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "desk/consents.html")]
struct Page {
    frame: Frame,
    /// What the first column is.
    who: &'static str,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    id: String,
    /// The person or the application, and its page.
    name: String,
    href: String,
    given: Vec<(String, String)>,
    created: Moment,
    revised: Moment,
}

impl Line {
    fn of(consent: &Consent, name: String, href: String) -> Self {
        let given = consent.given.iter().map(|given| {
            let api = given.api.as_ref().map_or("", |api| api.as_str());
            (api.to_owned(), given.scopes.to_string())
        });
        Self {
            id: consent.id.to_string(),
            name,
            href,
            given: given.collect(),
            created: consent.created,
            revised: consent.revised,
        }
    }
}

/// What a person lets applications do.
pub(super) async fn of_person(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let user = person(&console, &at, &UserId::new(asked::part(&at.ask, 1))).await?;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = answer::known(&console, &at, consent::list(&console.desk, &user.id, &paging).await)?;
    let up = format!("/console/desk/people/{}", user.id);
    let crumbs = [("/console/desk/people", "People"), (up.as_str(), user.name.as_str())];
    let pager = Pager::of(&listed, &paging, &format!("{up}/consents"), &[]);
    let lines = listed.items.iter().map(|(consent, client)| {
        Line::of(
            consent,
            client.name.clone(),
            format!("/console/desk/clients/{}", client.id),
        )
    });
    let mut frame = frame(&console, &at, "Applications", &crumbs);
    frame.lead = format!("What {} lets applications do.", user.email);
    let page = Page {
        frame,
        who: "Application",
        lines: lines.collect(),
        pager,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// What people let a client do.
pub(super) async fn at_client(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let id = ClientId::new(asked::part(&at.ask, 1));
    let client = answer::found(&console, &at, "client", console.desk.store.client(&id).await)?.client;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = answer::known(&console, &at, consent::at_client(&console.desk, &id, &paging).await)?;
    let up = format!("/console/desk/clients/{id}");
    let crumbs = [
        ("/console/desk/clients", "Clients"),
        (up.as_str(), client.name.as_str()),
    ];
    let pager = Pager::of(&listed, &paging, &format!("{up}/consents"), &[]);
    let mut lines = Vec::new();
    for consent in &listed.items {
        let user = answer::known(&console, &at, console.desk.store.user(&consent.user).await)?;
        let name = user.map_or_else(|| consent.user.to_string(), |user| user.email);
        lines.push(Line::of(
            consent,
            name,
            format!("/console/desk/people/{}", consent.user),
        ));
    }
    let page = Page {
        frame: frame(&console, &at, "People who use it", &crumbs),
        who: "Person",
        lines,
        pager,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

async fn person(console: &Console, at: &AtDesk, id: &UserId) -> Result<User, Response> {
    answer::found(console, at, "user", console.desk.store.user(id).await)
}

async fn held(console: &Console, at: &AtDesk) -> Result<Consent, Response> {
    let id = ConsentId::new(asked::part(&at.ask, 1));
    answer::found(console, at, "consent", console.desk.store.consent_by_id(&id).await)
}

/// Asks whether it is to be taken back.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let consent = held(&console, &at).await?;
    Ok(question(&console, &at, &consent).await?.ask())
}

async fn question(console: &Console, at: &AtDesk, consent: &Consent) -> Result<Question, Response> {
    let user = person(console, at, &consent.user).await?;
    let client = answer::found(console, at, "client", console.desk.store.client(&consent.client).await)?.client;
    let up = format!("/console/desk/people/{}", user.id);
    let back = format!("{up}/consents");
    let crumbs = [
        ("/console/desk/people", "People"),
        (up.as_str(), user.name.as_str()),
        (back.as_str(), "Applications"),
    ];
    Ok(Question {
        frame: frame(console, at, "Take this consent back?", &crumbs),
        form: Form::new(),
        happens: vec![
            format!("{} can act for {} ({}) no more.", client.name, user.name, user.email),
            "Its refresh tokens are gone, and the tokens it has are refused within a second.".to_owned(),
            "When it sends the person here again, they are asked anew.".to_owned(),
        ],
        button: "Take it back",
        danger: true,
        back,
        along: Vec::new(),
    })
}

/// Takes it back.
pub(super) async fn revoke(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let consent = held(&console, &at).await?;
    let done = consent::revoke(&console.desk, &at.asker(), &consent.id).await;
    match answer::known(&console, &at, done)? {
        Ok(()) => Ok(see(&format!(
            "/console/desk/people/{}/consents?done=consent-revoked",
            consent.user
        ))),
        Err(no) => Ok(question(&console, &at, &consent).await?.again(&console, &at, &no)),
    }
}
