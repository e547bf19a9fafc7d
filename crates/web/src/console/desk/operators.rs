//! Credentials of programs: for the management API, and for gateways.

use super::confirm::Question;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::{AtDesk, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::{No, operator};
use tollgate_model::operator::OperatorKind;
use tollgate_model::{Moment, Operator, OperatorId, State as Standing};

/// Where the list is.
const LIST: &str = "/console/desk/operators";

#[derive(Template)]
#[template(path = "desk/operators.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
}

struct Line {
    id: String,
    name: String,
    kind: &'static str,
    active: bool,
    created: Moment,
}

#[derive(Template)]
#[template(path = "desk/operator_new.html")]
struct New {
    frame: Frame,
    form: Form,
    kinds: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "desk/operator_shown.html")]
struct Shown {
    frame: Frame,
    line: Line,
    token: String,
}

/// The list.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let held = answer::known(&console, &at, operator::list(&console.desk).await)?;
    let mut frame = frame(&console, &at, "Operators' credentials", &[]);
    frame.lead =
        "Tokens of programs: of scripts that use the management API, and of gateways that follow this server. \
                  People sign in instead."
            .to_owned();
    let mut lines: Vec<Line> = held.into_iter().map(line).collect();
    // Those that open something come first.
    lines.sort_by(|one, other| (other.active, &one.name).cmp(&(one.active, &other.name)));
    let page = Page { frame, lines };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

fn line(held: Operator) -> Line {
    Line {
        id: held.id.to_string(),
        name: held.name,
        kind: match held.kind {
            OperatorKind::Operator => "Management API",
            OperatorKind::Gateway => "Gateway's feed",
        },
        active: held.state == Standing::Active,
        created: held.created,
    }
}

/// The form of a new one.
pub(super) async fn ask(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    answer::proved(&console, &at)?;
    Ok(new(&console, &at, StatusCode::OK, Form::new().with("kind", "operator")))
}

fn new(console: &Console, at: &AtDesk, status: StatusCode, form: Form) -> Response {
    let page = New {
        frame: frame(console, at, "New credential", &[(LIST, "Operators' credentials")]),
        form,
        kinds: vec![
            Choice::new(
                "operator",
                "Management API",
                "Opens everything that this desk shows: every account, every client, every key.",
            ),
            Choice::new(
                "gateway",
                "Gateway's feed",
                "For a gateway on another machine: it reads routes, keys and revocations, and changes nothing.",
            ),
        ],
    };
    respond(status, &page.frame, &page)
}

/// Makes it, and shows its token this once.
pub(super) async fn create(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    answer::proved(&console, &at)?;
    let Some(kind) = OperatorKind::of_str(at.ask.field("kind")) else {
        return Err(answer::malformed(&console, &at));
    };
    let made = operator::create(&console.desk, &at.asker(), at.ask.field("name"), kind).await;
    match answer::known(&console, &at, made)? {
        Ok(made) => {
            let page = Shown {
                frame: frame(&console, &at, "New credential", &[(LIST, "Operators' credentials")]),
                token: made.plain.expose().to_owned(),
                line: line(made.operator),
            };
            Ok(respond(StatusCode::OK, &page.frame, &page))
        }
        Err(no) => {
            let (status, form) = answer::again(&console, &at, &no)?;
            Ok(new(&console, &at, status, form))
        }
    }
}

/// Asks whether it is to be switched off.
pub(super) async fn ask_disable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    Ok(question(&console, &at).await?.ask())
}

fn id(at: &AtDesk) -> OperatorId {
    OperatorId::new(asked::part(&at.ask, 1))
}

async fn question(console: &Console, at: &AtDesk) -> Result<Question, Response> {
    let id = id(at);
    let held = answer::known(console, at, operator::list(&console.desk).await)?;
    let Some(held) = held.into_iter().find(|held| held.id == id) else {
        return Err(answer::no_page(console, at, &No::NotFound("operator")));
    };
    Ok(Question {
        frame: frame(
            console,
            at,
            "Disable this credential?",
            &[(LIST, "Operators' credentials")],
        ),
        form: Form::new(),
        happens: vec![
            format!(
                "The token of {} opens nothing any more, at once and on every node.",
                held.name
            ),
            "It cannot be enabled again. Make a new one first where it is still in use.".to_owned(),
        ],
        button: "Disable credential",
        danger: true,
        back: LIST.to_owned(),
        along: Vec::new(),
    })
}

/// Switches it off.
pub(super) async fn disable(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    let disabled = operator::disable(&console.desk, &at.asker(), &id(&at)).await;
    match answer::known(&console, &at, disabled)? {
        Ok(_) => Ok(see(&format!("{LIST}?done=operator-disabled"))),
        Err(no) => Ok(question(&console, &at).await?.again(&console, &at, &no)),
    }
}
