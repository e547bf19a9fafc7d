//! One webhook: its settings, its key, and what was sent to it.

use super::hooks::{self, Key, say};
use super::way;
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer;
use tollgate_issuer::outbox;
use tollgate_issuer::registry::hook::Revise;
use tollgate_issuer::registry::{No, Registered};
use tollgate_issuer::rights::Role;
use tollgate_model::{Delivery, DeliveryId, Hook, HookId, Moment, State as Standing, Version};

/// How many messages stand on a page.
const A_PAGE: u32 = 20;

#[derive(Template)]
#[template(path = "lookout/hook.html")]
struct Page {
    frame: Frame,
    form: Form,
    id: String,
    url: String,
    active: bool,
    seen: Version,
    may: bool,
    topics: Vec<Choice>,
    lines: Vec<Line>,
    first: String,
    next: String,
}

/// A message.
struct Line {
    id: String,
    topic: String,
    created: Moment,
    tries: i64,
    next: Option<Moment>,
    tone: &'static str,
    state: String,
    problem: String,
    body: String,
}

/// A question before something that cannot be taken back.
#[derive(Template)]
#[template(path = "lookout/hook_ask.html")]
struct Question {
    frame: Frame,
    happens: Vec<&'static str>,
    button: &'static str,
    danger: bool,
    back: String,
    url: String,
    seen: Version,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let held = held(&console, &at).await?;
    let form = filled(&held);
    page(&console, &at, &held, StatusCode::OK, form).await
}

/// Saves address and topics.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let topics: Vec<String> = at.ask.fields("topics").into_iter().map(str::to_owned).collect();
    let ask = Revise {
        url: Some(at.ask.field("url").to_owned()),
        topics: Some(topics),
        state: None,
        seen: Some(seen(&console, &at)?),
    };
    at.at_least(&console, Role::Developer)?;
    let revised = developer::revise_hook(&console.desk, &at.seat, &at.asker(), &id(&at), &ask).await;
    settled(&console, &at, revised, "hook-saved").await
}

/// Switches it off or on.
pub(super) async fn state(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let state = match at.ask.field("state") {
        "active" => Standing::Active,
        "disabled" => Standing::Disabled,
        _ => return Err(way::malformed(&console, &at)),
    };
    let ask = Revise {
        state: Some(state),
        seen: Some(seen(&console, &at)?),
        ..Revise::default()
    };
    at.at_least(&console, Role::Developer)?;
    let revised = developer::revise_hook(&console.desk, &at.seat, &at.asker(), &id(&at), &ask).await;
    settled(&console, &at, revised, "hook-saved").await
}

/// Sends a message that only tries the way.
pub(super) async fn ping(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let sent = developer::ping_hook(&console.desk, &at.seat, &at.asker(), &id(&at)).await;
    settled(&console, &at, sent, "hook-tested").await
}

/// Sends an earlier message once more.
pub(super) async fn redeliver(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let delivery = DeliveryId::new(at.ask.field("delivery"));
    let sent = developer::redeliver(&console.desk, &at.seat, &at.asker(), &id(&at), &delivery).await;
    settled(&console, &at, sent, "hook-resent").await
}

/// Asks before the key is replaced.
pub(super) async fn ask_key(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let held = held(&console, &at).await?;
    Ok(ask(&console, &at, &held, "Make a new key?", KEY))
}

/// Replaces the key, and shows the new one.
pub(super) async fn key(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let seen = Some(seen(&console, &at)?);
    let made = developer::rotate_hook_key(&console.desk, &at.seat, &at.asker(), &id(&at), seen).await;
    match way::known(&console, &at, made)? {
        Ok(made) => {
            let mut frame = console.frame_at(&at, "The new key");
            frame.crumbs = hooks::crumbs();
            let page = Key {
                frame,
                id: made.hook.id.to_string(),
                url: made.hook.url,
                key: &made.key,
                again: true,
            };
            Ok(respond(StatusCode::OK, &page.frame, &page))
        }
        Err(no) => again(&console, &at, &no).await,
    }
}

/// Asks before it is removed.
pub(super) async fn ask_remove(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let held = held(&console, &at).await?;
    Ok(ask(&console, &at, &held, "Remove this webhook?", REMOVE))
}

/// Removes it.
pub(super) async fn remove(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let removed = developer::remove_hook(&console.desk, &at.seat, &at.asker(), &id(&at)).await;
    way::done(&console, &at, removed)?;
    Ok(see("/console/hooks?done=hook-deleted"))
}

/// What a question says: what happens, the button, whether it harms.
type Asked = (&'static [&'static str], &'static str, bool);

const KEY: Asked = (
    &[
        "You are shown the new key once.",
        "For 24 hours every message carries two signatures, one by each key, so that you can take up the new one without a gap.",
        "After that the old key signs nothing any more.",
    ],
    "Make a new key",
    false,
);

const REMOVE: Asked = (
    &[
        "Nothing is sent to this address any more.",
        "The list of what was sent to it is deleted, and messages that still wait are not sent.",
    ],
    "Remove",
    true,
);

fn id(at: &AtAccount) -> HookId {
    HookId::new(way::part(&at.ask, 2))
}

#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn seen(console: &Console, at: &AtAccount) -> Result<Version, Response> {
    at.ask.field("seen").parse().map_err(|_| way::malformed(console, at))
}

async fn held(console: &Console, at: &AtAccount) -> Result<Hook, Response> {
    way::done(console, at, developer::hook(&console.desk, &at.seat, &id(at)).await)
}

fn filled(held: &Hook) -> Form {
    let form = Form::new().with("url", &held.url);
    held.topics.iter().fold(form, |form, topic| form.with("topics", topic))
}

/// On to the webhook's page, or that page with why not.
async fn settled<T: Send>(
    console: &Console,
    at: &AtAccount,
    answered: Registered<T>,
    done: &str,
) -> Result<Response, Response> {
    match way::known(console, at, answered)? {
        Ok(_) => Ok(see(&format!("/console/hooks/{}?done={done}", id(at)))),
        Err(no) => again(console, at, &no).await,
    }
}

/// The page once more: with what was typed, and how the webhook stands now.
async fn again(console: &Console, at: &AtAccount, no: &No) -> Result<Response, Response> {
    let held = held(console, at).await?;
    // Buttons type nothing: beside why they were refused the webhook is shown as it is.
    let mut form = if at.ask.form.iter().any(|(name, _)| name == "url") {
        Form::typed(&at.ask.form, &[])
    } else {
        filled(&held)
    };
    say(&mut form, no).ok_or_else(|| console.no(at.seat.who(), &at.ask, no))?;
    page(console, at, &held, StatusCode::UNPROCESSABLE_ENTITY, form).await
}

async fn page(
    console: &Console,
    at: &AtAccount,
    held: &Hook,
    status: StatusCode,
    form: Form,
) -> Result<Response, Response> {
    let page = way::page(console, at, A_PAGE, false)?;
    let listed = developer::deliveries(&console.desk, &at.seat, &held.id, &page).await;
    let listed = way::done(console, at, listed)?;
    let here = format!("/console/hooks/{}", held.id);
    let mut frame = console.frame_at(at, "Webhook");
    frame.crumbs = hooks::crumbs();
    let page = Page {
        frame,
        form,
        id: held.id.to_string(),
        url: held.url.clone(),
        active: held.state == Standing::Active,
        seen: held.version,
        may: at.seat.may(Role::Developer),
        topics: hooks::topics(),
        lines: listed.items.into_iter().map(line).collect(),
        first: page.after.map(|_| here.clone()).unwrap_or_default(),
        next: listed
            .next
            .map(|next| way::link(&here, &[("after", &next)]))
            .unwrap_or_default(),
    };
    Ok(respond(status, &page.frame, &page))
}

fn ask(console: &Console, at: &AtAccount, held: &Hook, title: &str, (happens, button, danger): Asked) -> Response {
    let mut frame = console.frame_at(at, title);
    frame.crumbs = hooks::crumbs();
    let page = Question {
        frame,
        happens: happens.to_vec(),
        button,
        danger,
        back: format!("/console/hooks/{}", held.id),
        url: held.url.clone(),
        seen: held.version,
    };
    respond(StatusCode::OK, &page.frame, &page)
}

fn line(message: Delivery) -> Line {
    let status = message.status.map(|status| format!(" ({status})")).unwrap_or_default();
    let (tone, state) = match (message.delivered, message.next) {
        (Some(_), _) => ("active", format!("Arrived{status}")),
        (None, Some(_)) if message.tries == 0 => ("pending", "Waiting".to_owned()),
        (None, Some(_)) => ("expiring", format!("Tried in vain{status}")),
        (None, None) => ("expired", format!("Given up{status}")),
    };
    let body = serde_json::from_str::<serde_json::Value>(&message.body);
    Line {
        id: message.id.to_string(),
        topic: message.topic,
        created: message.created,
        tries: outbox::attempts(message.tries),
        next: message.next,
        tone,
        state,
        problem: message.problem.unwrap_or_default(),
        body: body.map_or(message.body, |body| format!("{body:#}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_told_by_what_became_of_it() {
        let message = |tries, next: Option<i64>, delivered: Option<i64>, status| Delivery {
            id: DeliveryId::new("msg_1"),
            hook: HookId::new("whk_1"),
            topic: "ping".into(),
            body: "{\"type\":\"ping\"}".into(),
            created: Moment(0),
            next: next.map(Moment),
            tries,
            delivered: delivered.map(Moment),
            status,
            problem: None,
        };
        for (message, state) in [
            (message(0, Some(0), None, None), "Waiting"),
            (message(2, Some(9), None, Some(500)), "Tried in vain (500)"),
            (message(2, None, Some(9), Some(204)), "Arrived (204)"),
            (message(20, None, None, None), "Given up"),
        ] {
            let line = line(message);
            assert_eq!(line.state, state);
            assert_eq!(line.body, "{\n  \"type\": \"ping\"\n}");
        }
    }
}
