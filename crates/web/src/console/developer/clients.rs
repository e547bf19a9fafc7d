//! The account's clients.

use super::{answer, head};
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::lookout::legacy;
use crate::console::page::{Choice, Form, Frame, Link, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Narrow};
use tollgate_issuer::rights::{Role, Seat};
use tollgate_issuer::terms::console::{ConsoleTerms, Creation};
use tollgate_model::client::Environment;
use tollgate_model::{ClientLine, Moment, State as Standing};

/// How many clients stand on a page.
const A_PAGE: u32 = 25;

#[derive(Template)]
#[template(path = "developer/clients.html")]
struct Page {
    frame: Frame,
    tabs: Vec<Link>,
    /// That the account still comes by an old way, where it does.
    banner: Option<legacy::Banner>,
    form: Form,
    environments: Vec<Choice>,
    states: Vec<Choice>,
    lines: Vec<Line>,
    /// Whether only some of the clients were asked for.
    narrowed: bool,
    way: Way,
    helpers: String,
    first: String,
    more: String,
}

struct Line {
    id: String,
    name: String,
    environment: &'static str,
    environment_words: &'static str,
    active: bool,
    secrets: i64,
    last_used: Option<Moment>,
}

/// How this person comes to a new client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Makes it (SG-8).
    Make,
    /// Requests it (3E-5).
    Request,
    /// Asks whoever helps (SO-1).
    Ask,
    /// Only looks.
    Look,
}

impl Way {
    /// The way of somebody in this place. An operator who looks after the account makes clients in any case.
    pub(super) fn of(seat: &Seat, terms: &ConsoleTerms) -> Self {
        Self::decide(seat.may(Role::Developer), seat.member().is_none(), terms.creation)
    }

    fn decide(developer: bool, operator: bool, creation: Creation) -> Self {
        match creation {
            _ if operator => Self::Make,
            Creation::Operator => Self::Ask,
            _ if !developer => Self::Look,
            Creation::SelfService => Self::Make,
            Creation::Request => Self::Request,
        }
    }

    fn makes(self) -> bool {
        self == Self::Make
    }

    fn requests(self) -> bool {
        self == Self::Request
    }

    fn asks(self) -> bool {
        self == Self::Ask
    }
}

/// The tabs of the section (SS-7): the clients, and where accounts request them, the requests.
pub(super) fn tabs(console: &Console, current: &str) -> Vec<Link> {
    let terms = &console.desk.terms.console;
    let tab = |href: &str, label: &str| Link::new(href, label).current(href == current);
    let mut tabs = vec![tab("/console/clients", &terms.words.clients)];
    if terms.creation == Creation::Request {
        tabs.push(tab("/console/applications", "Requests"));
    }
    tabs
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let (Some(text), Some(paging)) = (answer::text(&at.ask, "q"), answer::page(&at.ask, A_PAGE)) else {
        return Err(answer::malformed(&console, &at));
    };
    let (environment, state) = (at.ask.asked("environment"), at.ask.asked("state"));
    let narrow = Narrow {
        text: (!text.is_empty()).then(|| text.to_owned()),
        environment: Environment::of_str(environment),
        state: Standing::of_str(state),
    };
    // A filter that there is not is not taken for none.
    if narrow.environment.is_none() != environment.is_empty() || narrow.state.is_none() != state.is_empty() {
        return Err(answer::malformed(&console, &at));
    }
    let listed = developer::clients(&console.desk, &at.seat, &narrow, &paging).await;
    let listed = answer::done(&console, &at, listed)?;
    let link = |after: &str| {
        let fields = [
            ("q", text),
            ("environment", environment),
            ("state", state),
            ("after", after),
        ];
        answer::link("/console/clients", &fields)
    };
    let banner = legacy::banner(&console, &at.seat.account().id, at.ask.now).await;
    let banner = answer::known(&console, &at, banner)?;
    let terms = &console.desk.terms.console;
    let mut frame = console.frame_at(&at, &terms.words.section);
    frame.lead = "The software of this account that may call our APIs.".to_owned();
    let page = Page {
        frame,
        banner,
        tabs: tabs(&console, "/console/clients"),
        form: Form::new()
            .with("q", text)
            .with("environment", environment)
            .with("state", state),
        environments: options("Test and live", &[("test", "Test"), ("live", "Live")]),
        states: options("Any state", &[("active", "Active"), ("disabled", "Disabled")]),
        narrowed: [text, environment, state, at.ask.asked("after")]
            .iter()
            .any(|field| !field.is_empty()),
        lines: listed.items.into_iter().map(line).collect(),
        way: Way::of(&at.seat, terms),
        helpers: terms.words.helpers.clone(),
        first: if paging.after.is_some() {
            link("")
        } else {
            String::new()
        },
        more: listed.next.as_deref().map(link).unwrap_or_default(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn options(all: &str, list: &[(&str, &str)]) -> Vec<Choice> {
    std::iter::once(&("", all))
        .chain(list)
        .map(|(value, label)| Choice::new(*value, *label, ""))
        .collect()
}

fn line(line: ClientLine) -> Line {
    let client = line.client;
    Line {
        id: client.id.to_string(),
        name: client.name,
        environment: client.environment.as_str(),
        environment_words: head::environment(client.environment),
        active: client.state == Standing::Active,
        secrets: line.secrets_alive,
        last_used: line.last_used,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SO-1, 3E-5, SG-8: nobody is shown a button that the house does not have for them.
    #[test]
    fn the_way_to_a_client_is_the_houses() {
        for (developer, operator, creation, way) in [
            (true, false, Creation::SelfService, Way::Make),
            (false, false, Creation::SelfService, Way::Look),
            (true, false, Creation::Request, Way::Request),
            (false, false, Creation::Request, Way::Look),
            (true, false, Creation::Operator, Way::Ask),
            (false, false, Creation::Operator, Way::Ask),
            (true, true, Creation::Operator, Way::Make),
            (true, true, Creation::Request, Way::Make),
        ] {
            assert_eq!(Way::decide(developer, operator, creation), way, "{creation:?}");
        }
    }
}
