//! Another end of a transition for one account: granted, changed, taken back.

use super::confirm::Question;
use super::transition::{LIST, held};
use super::{answer, asked, dates, frame, transition_form};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::transition::{self, PutException};
use tollgate_model::{AccountId, Dated, Exception, Listed, Moment, Page as Part};

/// How many stand on a page.
pub(super) const A_PAGE: u32 = 50;

/// Another end, as a list shows it.
pub(super) struct Line {
    pub(super) transition: String,
    pub(super) account: String,
    pub(super) name: String,
    pub(super) ends: String,
    /// Whether that is over.
    pub(super) over: bool,
    pub(super) note: String,
    pub(super) created: Moment,
}

#[derive(Template)]
#[template(path = "desk/exception.html")]
struct Page {
    frame: Frame,
    form: Form,
    /// Name and id of the account, where it is known already.
    account: Option<(String, String)>,
    /// When it ends for everybody else.
    ends: String,
    back: String,
}

/// As a list shows it; `names` are the accounts' by id, as far as they are known.
pub(super) fn line(held: Exception, names: &BTreeMap<AccountId, String>, now: Moment) -> Line {
    Line {
        transition: held.transition.to_string(),
        name: names
            .get(&held.account)
            .cloned()
            .unwrap_or_else(|| held.account.to_string()),
        account: held.account.to_string(),
        ends: crate::console::page::words::chosen(held.ends),
        over: held.ends <= now,
        note: held.note,
        created: held.created,
    }
}

/// A part of them, by account; the cursor is the last account's id.
pub(super) fn listed(held: &Dated, page: &Part) -> Listed<Exception> {
    let after = page.after.as_deref().unwrap_or_default();
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let mut rest = held.exceptions.iter().filter(|one| one.account.as_str() > after);
    let items: Vec<Exception> = rest.by_ref().take(limit).cloned().collect();
    let more = rest.next().is_some();
    Listed {
        next: items.last().filter(|_| more).map(|last| last.account.to_string()),
        items,
    }
}

/// The form of a new one; `?account=` fills it in.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let form = Form::new().with("account", asked::text(&console, &at, "account")?);
    Ok(page(&console, &at, StatusCode::OK, &held, None, form))
}

/// The form of one that there is.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let one = granted(&console, &at, &held)?;
    let form = Form::new().with("ends", dates::typed(one.ends)).with("note", &one.note);
    let name = name(&console, &at, &one.account).await?;
    Ok(page(&console, &at, StatusCode::OK, &held, Some(name), form))
}

/// The account that the path names.
fn account(at: &AtDesk) -> AccountId {
    AccountId::new(asked::part(&at.ask, 3))
}

/// What that account was granted.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn granted(console: &Console, at: &AtDesk, held: &Dated) -> Result<Exception, Response> {
    held.exception(&account(at))
        .cloned()
        .ok_or_else(|| answer::no_page(console, at, &No::NotFound("exception")))
}

/// Name and id of an account, also of one that is gone.
async fn name(console: &Console, at: &AtDesk, id: &AccountId) -> Result<(String, String), Response> {
    let held = answer::known(console, at, console.desk.store.account(id).await)?;
    Ok((held.map_or_else(|| id.to_string(), |held| held.name), id.to_string()))
}

fn page(
    console: &Console,
    at: &AtDesk,
    status: StatusCode,
    held: &Dated,
    account: Option<(String, String)>,
    form: Form,
) -> Response {
    let back = format!("{LIST}/{}", held.transition.id);
    let crumbs = [(LIST, "Transitions"), (back.as_str(), held.transition.name.as_str())];
    let page = Page {
        frame: frame(console, at, "Another end for one account", &crumbs),
        form,
        account,
        ends: held
            .transition
            .ends
            .map_or_else(|| "no date yet".to_owned(), crate::console::page::words::chosen),
        back,
    };
    respond(status, &page.frame, &page)
}

/// Grants one.
pub(super) async fn add(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    put(&console, &at, None).await
}

/// Changes one.
pub(super) async fn save(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    put(&console, &at, Some(account(&at))).await
}

async fn put(console: &Console, at: &AtDesk, known: Option<AccountId>) -> Result<Response, Response> {
    let held = held(console, at).await?;
    if known.is_some() {
        granted(console, at, &held)?;
    }
    let mut form = Form::typed(&at.ask.form, &[]);
    let about = match &known {
        Some(id) => Some(name(console, at, id).await?),
        None => None,
    };
    let Some(typed) = transition_form::granted(&at.ask, &mut form, known) else {
        return Ok(page(console, at, StatusCode::UNPROCESSABLE_ENTITY, &held, about, form));
    };
    let ask = PutException {
        account: typed.account,
        ends: typed.ends,
        note: typed.note,
    };
    let done = transition::put_exception(&console.desk, &at.asker(), &held.transition.id, &ask).await;
    match answer::known(console, at, done)? {
        Ok(_) => Ok(see(&format!("{LIST}/{}?done=exception-saved", held.transition.id))),
        Err(No::NotFound("account")) => {
            form.refuse("account", "There is no account with this id.");
            Ok(page(console, at, StatusCode::UNPROCESSABLE_ENTITY, &held, about, form))
        }
        Err(no) => {
            let (status, form) = answer::again(console, at, &no)?;
            Ok(page(console, at, status, &held, about, form))
        }
    }
}

/// Asks whether one is to be taken back.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let held = held(console, at).await?;
    let one = granted(console, at, &held)?;
    let back = format!("{LIST}/{}", held.transition.id);
    let crumbs = [(LIST, "Transitions"), (back.as_str(), held.transition.name.as_str())];
    let (name, _) = name(console, at, &one.account).await?;
    let ends = held.transition.ends;
    let then = match ends {
        Some(ends) if ends <= at.ask.now => {
            "The end has passed for everybody else: its calls are refused at once.".to_owned()
        }
        Some(ends) => format!(
            "It ends on {}, as for everybody else.",
            crate::console::page::words::chosen(ends)
        ),
        None => "It has no end, as for everybody else.".to_owned(),
    };
    Ok(Question {
        frame: frame(console, at, "Take this exception back?", &crumbs),
        form: Form::new(),
        happens: vec![
            format!("{name} has no end of its own any more. Every gateway follows within a second."),
            then,
        ],
        button: "Take back",
        danger: true,
        back,
        along: Vec::new(),
    })
}

/// Takes it back.
pub(super) async fn remove(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let id = &held.transition.id;
    let removed = transition::remove_exception(&console.desk, &at.asker(), id, &account(&at)).await;
    match answer::known(&console, &at, removed)? {
        Ok(()) => Ok(see(&format!("{LIST}/{id}?done=exception-removed"))),
        Err(no) => Err(answer::no_page(&console, &at, &no)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::page::calendar::tests::dated;
    use crate::console::page::gallery::NOW;

    #[test]
    fn many_exceptions_stand_on_several_pages() {
        let mut held = dated(0, 30);
        held.exceptions = (0..7)
            .map(|number| Exception {
                transition: held.transition.id.clone(),
                account: AccountId::new(format!("acc_{number}")),
                ends: NOW,
                note: String::new(),
                created: NOW,
            })
            .collect();
        let mut page = Part { after: None, limit: 3 };
        let mut seen = Vec::new();
        loop {
            let listed = listed(&held, &page);
            seen.extend(listed.items.iter().map(|one| one.account.to_string()));
            match listed.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7);
        assert!(seen.is_sorted());
    }
}
