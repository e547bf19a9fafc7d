//! What there is, and what waits for somebody.

use super::health::{self, Finding};
use super::{DESK, answer, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::application;
use tollgate_model::application::ApplicationState;
use tollgate_model::{ClientFilter, Fault, Listed, Moment, Page as Part};

#[derive(Template)]
#[template(path = "desk/overview.html")]
struct Page {
    frame: Frame,
    accounts: String,
    clients: String,
    people: String,
    waiting: Vec<Waiting>,
    more_waiting: bool,
    findings: Vec<Finding>,
}

/// A request that waits for an answer.
struct Waiting {
    id: String,
    name: String,
    account: String,
    created: Moment,
}

/// The overview.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let page = page(&console, &at).await;
    let page = answer::known(&console, &at, page)?;
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

async fn page(console: &Console, at: &AtDesk) -> Result<Page, Fault> {
    let (desk, most) = (
        &console.desk,
        Part {
            after: None,
            limit: Part::MOST,
        },
    );
    let ten = Part { after: None, limit: 10 };
    let pending = application::list(desk, None, Some(ApplicationState::Pending), &ten).await?;
    let mut waiting = Vec::new();
    for held in &pending.items {
        let account = desk.store.account(&held.account).await?;
        waiting.push(Waiting {
            id: held.id.to_string(),
            name: held.name.clone(),
            account: account.map_or_else(|| held.account.to_string(), |account| account.name),
            created: held.created,
        });
    }
    let mut frame = frame(console, at, "Operators' desk", &[]);
    frame.lead = "What there is, and what waits for somebody.".to_owned();
    for entry in frame.navigation.iter_mut().flat_map(|group| &mut group.entries) {
        if entry.href == format!("{DESK}/applications") {
            entry.count = u64::try_from(pending.items.len()).unwrap_or_default();
        }
    }
    let filter = ClientFilter::default();
    Ok(Page {
        frame,
        accounts: counted(&desk.store.accounts(&most).await?),
        clients: counted(&desk.store.client_lines(&filter, at.ask.now, &most).await?),
        people: counted(&desk.store.users(false, &most).await?),
        waiting,
        more_waiting: pending.next.is_some(),
        findings: health::look(console, at.ask.now).await?.findings,
    })
}

/// How many there are, as far as one look tells.
fn counted<T>(listed: &Listed<T>) -> String {
    let seen = words::number(listed.items.len());
    match listed.next {
        Some(_) => format!("over {seen}"),
        None => seen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_where_it_stopped() {
        let listed = |next: Option<&str>| Listed {
            items: vec![(); 200],
            next: next.map(str::to_owned),
        };
        assert_eq!(counted(&listed(None)), "200");
        assert_eq!(counted(&listed(Some("x"))), "over 200");
    }
}
