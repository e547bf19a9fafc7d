//! What would become of a request at the gateway.

use crate::management::answer::{Answer, json};
use crate::management::ask::Body;
use crate::management::by::By;
use crate::management::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::inspect::{LONGEST, Step, Walk, walk};
use utoipa::ToSchema;

/// The longest URL, in bytes.
const URL: usize = 4000;
/// The most headers, and the longest value of one.
const HEADERS: usize = 50;

/// A request that is only thought of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::management) struct TestRequest {
    /// The method.
    method: String,
    /// The whole URL, or the path alone.
    url: String,
    /// What it would carry as `Authorization: Bearer`.
    #[schema(write_only)]
    token: Option<String>,
    /// Its other headers.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

/// A token or a key is none of a log's business.
impl fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestRequest").finish_non_exhaustive()
    }
}

/// What would become of it.
#[derive(Serialize, ToSchema)]
struct TestAnswer {
    /// Whether it would be let through, as far as that can be said without asking a gateway.
    passes: bool,
    /// What the gateway would answer, where not.
    status: Option<u16>,
    /// The stable code of the refusal.
    code: Option<&'static str>,
    /// The route that it takes.
    route: Option<String>,
    /// How it shows whose it is: `nothing`, `token`, `opaque` or `legacy`.
    by: &'static str,
    /// Whose it is, as far as that is on record.
    account: Option<String>,
    /// The checks, in the gateway's order.
    steps: Vec<StepView>,
}

/// One check.
#[derive(Serialize, ToSchema)]
struct StepView {
    /// What was looked at.
    check: &'static str,
    /// Whether it is in order; null where only a gateway could say.
    ok: Option<bool>,
    /// What was found.
    says: String,
    /// The code that the gateway would answer.
    code: Option<&'static str>,
    /// The status that goes with it.
    status: Option<u16>,
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        Self {
            check: step.check,
            ok: step.ok,
            says: step.says,
            code: step.code,
            status: step.status,
        }
    }
}

/// Explains what would become of a request at the gateway, step by step. Nothing is sent, kept or logged.
#[utoipa::path(post, path = "/api/v1/routes/test", operation_id = "testRoute", tag = "routes",
    request_body = TestRequest, responses((status = 200, description = "What would become of it", body = TestAnswer)))]
pub(in crate::management) async fn post(State(desk): State<Arc<Desk>>, _: By, Body(ask): Body<TestRequest>) -> Answer {
    sane(&ask)?;
    let ask = Walk {
        method: ask.method,
        url: ask.url,
        token: ask.token,
        headers: ask.headers.into_iter().collect(),
    };
    let walked = walk(&desk, &ask, desk.now()).await?;
    let refused = walked.refused();
    let view = TestAnswer {
        passes: refused.is_none(),
        status: refused.and_then(|step| step.status),
        code: refused.and_then(|step| step.code),
        route: walked.route.as_ref().map(ToString::to_string),
        by: walked.by,
        account: walked.account.as_ref().map(ToString::to_string),
        steps: walked.steps.into_iter().map(Into::into).collect(),
    };
    json(StatusCode::OK, &view)
}

fn sane(ask: &TestRequest) -> Result<(), Problem> {
    let method =
        (1..=32).contains(&ask.method.len()) && ask.method.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    if !method {
        return Err(Problem::at("method", "method: is no method"));
    }
    if !(1..=URL).contains(&ask.url.len()) {
        return Err(Problem::at("url", format!("url: must be 1 to {URL} bytes long")));
    }
    if ask.token.as_ref().is_some_and(|token| token.len() > LONGEST) {
        return Err(Problem::at(
            "token",
            format!("token: must be at most {LONGEST} bytes long"),
        ));
    }
    let long = |(name, value): (&String, &String)| name.len() > 100 || value.len() > LONGEST;
    if ask.headers.len() > HEADERS || ask.headers.iter().any(long) {
        let problem = format!("headers: must be at most {HEADERS}, of at most {LONGEST} bytes each");
        return Err(Problem::at("headers", problem));
    }
    Ok(())
}
