//! Subscription keys and old tokens of an account, and its own ends of transitions.

use super::account::held;
use super::confirm::Question;
use super::listing::Pager;
use super::{answer, asked, exception, frame, route_form};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::legacy::{self, Issue};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{
    Account, AccountId, LegacyCredential, LegacyCredentialId, LegacyMethodId, Member, Moment, Page as Part,
};

/// How many credentials stand on a page.
const A_PAGE: u32 = 50;
/// The longest life that can be asked for here, in days.
const LONGEST: i64 = 3650;

/// A credential in a list.
pub(in crate::console) struct Line {
    pub(in crate::console) id: String,
    pub(in crate::console) label: String,
    pub(in crate::console) kind: &'static str,
    pub(in crate::console) method: String,
    /// The member's name, or empty.
    pub(in crate::console) member: String,
    pub(in crate::console) created: Moment,
    pub(in crate::console) expires: Option<Moment>,
    pub(in crate::console) lives: bool,
    pub(in crate::console) ended: Option<Moment>,
}

#[derive(Template)]
#[template(path = "desk/legacy.html")]
struct Page {
    frame: Frame,
    account: Account,
    lines: Vec<Line>,
    pager: Pager,
    /// Whether there is an old way whose credentials are on record here.
    makes: bool,
    exceptions: Vec<(String, exception::Line)>,
    /// Transitions of which the account has no end of its own yet, by id.
    open: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "desk/legacy_new.html")]
struct New {
    frame: Frame,
    form: Form,
    methods: Vec<Choice>,
    kinds: Vec<Choice>,
    back: String,
}

#[derive(Template)]
#[template(path = "desk/legacy_shown.html")]
struct Shown {
    frame: Frame,
    line: Line,
    what: &'static str,
    text: String,
    back: String,
}

/// What a kind is called.
pub(in crate::console) const fn kind(kind: LegacyKind) -> &'static str {
    match kind {
        LegacyKind::Key => "Subscription key",
        LegacyKind::Bearer => "Token of the old login",
    }
}

/// As a list shows it; `methods` and `members` name what it belongs to.
pub(in crate::console) fn line(
    held: LegacyCredential,
    methods: &dyn Fn(&LegacyMethodId) -> String,
    members: &[Member],
    now: Moment,
) -> Line {
    let member = held.member.as_ref().map(|id| {
        let found = members.iter().find(|member| member.id == *id);
        found.map_or_else(|| id.to_string(), |member| member.name.clone())
    });
    Line {
        id: held.id.to_string(),
        kind: kind(held.kind),
        method: methods(&held.method),
        member: member.unwrap_or_default(),
        created: held.created,
        expires: held.expires,
        lives: held.lives(now),
        ended: held.ended,
        label: held.label,
    }
}

/// The name of a method.
pub(in crate::console) fn named(console: &Console, id: &LegacyMethodId) -> String {
    let terms = &console.desk.terms.transition;
    terms
        .method(id)
        .map_or_else(|| id.to_string(), |method| method.name.clone())
}

/// The account's members, as many as one look tells.
pub(in crate::console) async fn members(
    console: &Console,
    account: &AccountId,
) -> Result<Vec<Member>, tollgate_model::Fault> {
    let most = Part {
        after: None,
        limit: Part::MOST,
    };
    Ok(console.desk.store.members(account, &most).await?.items)
}

fn here(account: &Account) -> String {
    format!("/console/desk/accounts/{}/legacy", account.id)
}

fn framed(console: &Console, at: &AtDesk, account: &Account, title: &str, below: bool) -> Frame {
    let (above, here) = (format!("/console/desk/accounts/{}", account.id), here(account));
    let mut crumbs = vec![
        ("/console/desk/accounts", "Accounts"),
        (above.as_str(), account.name.as_str()),
    ];
    if below {
        crumbs.push((here.as_str(), "Old authentication"));
    }
    frame(console, at, title, &crumbs)
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = legacy::list(&console.desk, Some(&account.id), &paging).await;
    let listed = answer::known(&console, &at, listed)?;
    let people = answer::known(&console, &at, members(&console, &account.id).await)?;
    let dated = answer::known(&console, &at, console.desk.store.transitions().await)?;
    let names = BTreeMap::from([(account.id.clone(), account.name.clone())]);
    let mut exceptions = Vec::new();
    let mut open = Vec::new();
    for held in dated {
        let transition = &held.transition;
        match held.exception(&account.id) {
            Some(own) => exceptions.push((
                transition.name.clone(),
                exception::line(own.clone(), &names, at.ask.now),
            )),
            None if transition.accounts.is_empty() || transition.accounts.contains(&account.id) => {
                open.push((transition.id.to_string(), transition.name.clone()));
            }
            None => {}
        }
    }
    let mut frame = framed(&console, &at, &account, "Old authentication", false);
    frame.lead =
        "Keys and tokens of old ways that are on record here, and when those ways end for this account.".to_owned();
    let page = Page {
        frame,
        pager: Pager::of(&listed, &paging, &here(&account), &[]),
        lines: listed
            .items
            .into_iter()
            .map(|held| line(held, &|id| named(&console, id), &people, at.ask.now))
            .collect(),
        makes: console
            .desk
            .terms
            .transition
            .methods
            .iter()
            .any(|method| method.verify.is_none()),
        account,
        exceptions,
        open,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form of a new one.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let mut form = Form::new().with("kind", "key");
    if let [one] = console.desk.terms.transition.methods.as_slice() {
        form = form.with("method", one.id.as_str());
    }
    Ok(new(&console, &at, StatusCode::OK, &account, form))
}

fn new(console: &Console, at: &AtDesk, status: StatusCode, account: &Account, form: Form) -> Response {
    let ours = console
        .desk
        .terms
        .transition
        .methods
        .iter()
        .filter(|method| method.verify.is_none());
    let page = New {
        frame: framed(console, at, account, "New key", true),
        form,
        methods: ours
            .map(|method| Choice::new(method.id.as_str(), &method.name, route_form::carried(method)))
            .collect(),
        kinds: vec![
            Choice::new("key", kind(LegacyKind::Key), "It goes into a header of its own."),
            Choice::new(
                "bearer",
                kind(LegacyKind::Bearer),
                "As if somebody had signed in at the old endpoint. Best with a lifetime.",
            ),
        ],
        back: here(account),
    };
    respond(status, &page.frame, &page)
}

/// Makes it, and shows it this once.
pub(super) async fn issue(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let mut form = Form::typed(&at.ask.form, &[]);
    let Some(ask) = typed(&at, &account, &mut form) else {
        return Ok(new(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, &account, form));
    };
    let made = legacy::issue(&console.desk, &at.asker(), &ask).await;
    match answer::known(&console, &at, made)? {
        Ok(made) => {
            let people = answer::known(&console, &at, members(&console, &account.id).await)?;
            let page = Shown {
                frame: framed(&console, &at, &account, "The new key", true),
                what: match made.credential.kind {
                    LegacyKind::Key => "subscription key",
                    LegacyKind::Bearer => "token",
                },
                text: made.plain.expose().to_owned(),
                line: line(made.credential, &|id| named(&console, id), &people, at.ask.now),
                back: here(&account),
            };
            Ok(respond(StatusCode::OK, &page.frame, &page))
        }
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(new(&console, &at, status, &account, form))
        }
    }
}

fn typed(at: &AtDesk, account: &Account, form: &mut Form) -> Option<Issue> {
    let kind = LegacyKind::of_str(at.ask.field("kind"));
    if kind.is_none() {
        form.refuse("kind", "Choose one of these.");
    }
    let days = match at.ask.field("lifetime").trim() {
        "" => Ok(None),
        text => match text.parse::<i64>() {
            Ok(days) if (1..=LONGEST).contains(&days) => Ok(Some(days)),
            _ => Err(format!(
                "This must be a whole number of days, from 1 to {}.",
                words::number(LONGEST)
            )),
        },
    };
    if let Err(words) = &days {
        form.refuse("lifetime", words);
    }
    let member = at.ask.field("member").trim();
    Some(Issue {
        method: LegacyMethodId::new(at.ask.field("method")),
        kind: kind?,
        account: account.id.clone(),
        member: (!member.is_empty()).then(|| member.to_owned()),
        label: at.ask.field("label").to_owned(),
        lifetime: days.ok()?.map(|days| days.saturating_mul(86_400)),
    })
}

/// Asks whether one is to end.
pub(super) async fn ask_end(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

fn credential(at: &AtDesk) -> LegacyCredentialId {
    LegacyCredentialId::new(asked::part(&at.ask, 3))
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let account = held(console, at).await?;
    let found = legacy::find(&console.desk, Some(&account.id), &credential(at)).await;
    let Some(found) = answer::known(console, at, found)? else {
        return Err(answer::no_page(console, at, &No::NotFound("credential")));
    };
    Ok(Question {
        frame: framed(console, at, &account, "End this key?", true),
        form: Form::new(),
        happens: vec![
            format!(
                "“{}” of {} opens nothing any more, at every gateway within a second.",
                found.label, account.name
            ),
            "It cannot be undone. Software that still sends it is refused.".to_owned(),
        ],
        button: "End key",
        danger: true,
        back: here(&account),
        along: Vec::new(),
    })
}

/// Ends it.
pub(super) async fn end(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let account = held(&console, &at).await?;
    let ended = legacy::end(&console.desk, &at.asker(), Some(&account.id), &credential(&at)).await;
    answer::done(&console, &at, ended)?;
    Ok(see(&format!("{}?done=key-ended", here(&account))))
}
