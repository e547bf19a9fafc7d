//! One transition: its calendar, who still uses the old way, and its form.

use super::confirm::Question;
use super::listing::Pager;
use super::still::{self, Still};
use super::transition_form::{self, Typed};
use super::transitions::{self, Line};
use super::{answer, asked, exception, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Calendar, Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::transition::{self, Create, Revise};
use tollgate_issuer::transition::report;
use tollgate_model::transition::Subject;
use tollgate_model::{Dated, Transition, TransitionId};

/// Where the list is.
pub(super) const LIST: &str = "/console/desk/transitions";

#[derive(Template)]
#[template(path = "desk/transition.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) line: Line,
    pub(super) transition: Transition,
    pub(super) calendar: Calendar,
    pub(super) still: Still,
    pub(super) exceptions: Vec<exception::Line>,
    pub(super) pager: Pager,
}

#[derive(Template)]
#[template(path = "desk/transition_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    /// As it stands now, and what ends; absent for a new one.
    held: Option<(Transition, String)>,
    calendar: Option<Calendar>,
    subjects: Vec<Choice>,
    methods: Vec<Choice>,
    apis: Vec<Choice>,
    back: String,
}

/// The transition that the path names.
pub(super) async fn held(console: &Console, at: &AtDesk) -> Result<Dated, Response> {
    let id = TransitionId::new(asked::part(&at.ask, 1));
    answer::done(console, at, transition::show(&console.desk, &id).await)
}

/// The transition.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let paging = asked::page(&console, &at, exception::A_PAGE)?;
    let report = report(&console.desk, &held.transition.id, at.ask.now).await;
    let report = answer::done(&console, &at, report)?;
    let new = answer::known(&console, &at, still::new_way(&console, &report).await)?;
    let names = answer::known(&console, &at, still::names(&console).await)?;
    let here = format!("{LIST}/{}", held.transition.id);
    let listed = exception::listed(&held, &paging);
    let still = still::seen(report, new.as_deref());
    let page = Page {
        frame: frame(&console, &at, &held.transition.name, &[(LIST, "Transitions")]),
        line: transitions::line(&held, &console.desk.terms.transition, still.active, at.ask.now),
        calendar: Calendar::of(&held, None, at.ask.now),
        pager: Pager::of(&listed, &paging, &here, &[]),
        exceptions: listed
            .items
            .into_iter()
            .map(|held| exception::line(held, &names, at.ask.now))
            .collect(),
        still,
        transition: held.transition,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form of a new one.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let methods = &console.desk.terms.transition.methods;
    let form = match methods.as_slice() {
        [one] => Form::new().with("of", "method").with("method", one.id.as_str()),
        [] => Form::new().with("of", "routes"),
        _ => Form::new().with("of", "method"),
    };
    form_page(&console, &at, StatusCode::OK, None, form).await
}

/// The form of one that there is.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    if held.transition.declared {
        return Ok(see(&format!("{LIST}/{}", held.transition.id)));
    }
    let form = transition_form::filled(&held.transition);
    form_page(&console, &at, StatusCode::OK, Some(held), form).await
}

async fn form_page(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    held: Option<Dated>,
    form: Form,
) -> Result<Response, Response> {
    let apis = answer::known(console, at, console.desk.store.apis().await)?;
    let terms = &console.desk.terms.transition;
    let back = held
        .as_ref()
        .map_or_else(|| LIST.to_owned(), |held| format!("{LIST}/{}", held.transition.id));
    let mut crumbs = vec![(LIST, "Transitions")];
    let title = match &held {
        Some(held) => {
            crumbs.push((back.as_str(), held.transition.name.as_str()));
            "Edit transition"
        }
        None => "New transition",
    };
    let page = Edit {
        frame: frame(console, at, title, &crumbs),
        form,
        calendar: held.as_ref().map(|held| Calendar::of(held, None, at.ask.now)),
        subjects: transition_form::subjects(),
        methods: transition_form::methods(&terms.methods),
        apis: transition_form::apis(&apis),
        held: held.map(|held| {
            let of = transitions::ending(&held.transition, terms);
            (held.transition, of)
        }),
        back,
    };
    Ok(respond(status, &page.frame, &page))
}

/// What was typed, or the page again. What ends is chosen once: of one that there is it is known.
async fn typed(console: &Console, at: &AtDesk, held: Option<&Dated>) -> Result<Typed, Response> {
    let mut form = Form::typed(&at.ask.form, &[]);
    let known = held.map(|held| held.transition.of.clone());
    match transition_form::read(&at.ask, &mut form, known) {
        Some(typed) => Ok(typed),
        None => {
            let again = form_page(console, at, StatusCode::UNPROCESSABLE_ENTITY, held.cloned(), form);
            Err(again.await.unwrap_or_else(|response| response))
        }
    }
}

/// Adds one.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let typed = typed(&console, &at, None).await?;
    let id = at.ask.field("id").trim();
    let ask = Create {
        id: (!id.is_empty()).then(|| id.to_owned()),
        name: typed.name,
        of: typed.of,
        routes: typed.routes,
        apis: typed.apis,
        accounts: typed.accounts,
        opens: typed.opens,
        warns: typed.warns,
        brownouts: typed.brownouts,
        ends: typed.ends,
        documentation: typed.documentation,
    };
    let added = transition::create(&console.desk, &at.asker(), &ask).await;
    match answer::known(&console, &at, added)? {
        Ok(made) => Ok(see(&format!("{LIST}/{}?done=transition-saved", made.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            form_page(&console, &at, status, None, form).await
        }
    }
}

/// Saves one.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let typed = typed(&console, &at, Some(&held)).await?;
    let ask = Revise {
        name: Some(typed.name),
        routes: Some(typed.routes),
        apis: Some(typed.apis),
        accounts: Some(typed.accounts),
        opens: Some(typed.opens),
        warns: Some(typed.warns),
        brownouts: Some(typed.brownouts),
        ends: Some(typed.ends),
        documentation: Some(typed.documentation),
        seen: Some(asked::seen(&console, &at)?),
    };
    let revised = transition::revise(&console.desk, &at.asker(), &held.transition.id, &ask).await;
    match answer::known(&console, &at, revised)? {
        Ok(made) => Ok(see(&format!("{LIST}/{}?done=transition-saved", made.id))),
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            form_page(&console, &at, status, Some(held), form).await
        }
    }
}

/// Asks whether one is to be removed.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let held = held(console, at).await?;
    let back = format!("{LIST}/{}", held.transition.id);
    let crumbs = [(LIST, "Transitions"), (back.as_str(), held.transition.name.as_str())];
    let ended = match held.transition.of {
        Subject::Method(_) => "If the old way has ended, it works again for everybody who still has its credentials.",
        Subject::Alias(_) | Subject::Routes => "If it has ended, it works again for everybody.",
    };
    Ok(Question {
        frame: frame(console, at, "Remove this transition?", &crumbs),
        form: Form::new(),
        happens: vec![
            "Its dates and exceptions are gone. Every gateway follows within a second.".to_owned(),
            ended.to_owned(),
            "Nobody is warned any more. What was counted stays.".to_owned(),
        ],
        button: "Remove transition",
        danger: true,
        back,
        along: vec![("seen", held.transition.version.to_string())],
    })
}

/// Removes it.
pub(super) async fn remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let id = TransitionId::new(asked::part(&at.ask, 1));
    let seen = Some(asked::seen(&console, &at)?);
    let removed = transition::remove(&console.desk, &at.asker(), &id, seen).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see(&format!("{LIST}?done=transition-removed"))),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}

#[cfg(test)]
mod gallery;
