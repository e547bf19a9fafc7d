//! The token inspector: what a token says, and what the gateway would say to it.

use super::way;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Choice, Form, Frame, respond, words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;
use std::sync::Arc;
use tollgate_issuer::calls::{Advice, advice};
use tollgate_issuer::developer;
use tollgate_issuer::inspect::{At, Inspection, LONGEST, Pasted, Step, Viewer, inspect};
use tollgate_model::call::Place;
use tollgate_model::route::{Access, ActingBy};
use tollgate_model::{Moment, RouteId};

/// The longest value of a claim that is shown, in characters.
const SHOWN: usize = 400;
/// The longest path that is looked at, in bytes.
const PATH: usize = 2000;
/// The methods to choose from.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

#[derive(Template)]
#[template(path = "lookout/inspector.html")]
struct Page {
    frame: Frame,
    form: Form,
    methods: Vec<Choice>,
    routes: Vec<Known>,
    found: Option<Found>,
    longest: usize,
}

/// A route of the account's APIs.
struct Known {
    methods: String,
    path: String,
    api: String,
    scopes: String,
    /// What names the acting user.
    acting: String,
}

/// What there is to say.
struct Found {
    /// What was pasted instead of a token.
    instead: &'static str,
    /// Whether that was a secret.
    secret: bool,
    /// In one sentence: what would happen.
    verdict: String,
    good: bool,
    status: u16,
    code: &'static str,
    advice: Option<Advice>,
    steps: Vec<Step>,
    client: Option<(String, String)>,
    route: String,
    header: Vec<Claim>,
    claims: Vec<Claim>,
}

/// A member of header or claims.
struct Claim {
    name: String,
    value: String,
    moment: Option<Moment>,
    means: &'static str,
}

/// The form.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let mut form = Form::new();
    for name in ["method", "path", "email"] {
        form = form.with(name, way::word(&console, &at, name).unwrap_or_default());
    }
    show(&console, &at, StatusCode::OK, form, None).await
}

/// Looks at a token. It is neither kept nor put back into the page.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let mut form = Form::typed(&at.ask.form, &["token"]);
    let (token, path) = (at.ask.field("token"), at.ask.field("path").trim());
    let method = match at.ask.field("method") {
        "" => "GET",
        method => method,
    };
    if token.trim().is_empty() {
        form.refuse("token", "Paste a token here.");
    }
    if path.len() > PATH {
        form.refuse("path", "This path is too long.");
    }
    if !METHODS.contains(&method) {
        form.refuse("method", "Choose one of these methods.");
    }
    if form.is_refused() {
        return show(&console, &at, StatusCode::UNPROCESSABLE_ENTITY, form, None).await;
    }
    let email = at.ask.field("email").trim();
    let place = At {
        method,
        path,
        acting_user: (!email.is_empty()).then_some(email),
    };
    let place = (!path.is_empty()).then_some(&place);
    let inspected = inspect(&console.desk, Viewer::Seat(&at.seat), token, place, at.ask.now).await;
    let found = found(way::known(&console, &at, inspected)?, place.is_some());
    show(&console, &at, StatusCode::OK, form, Some(found)).await
}

async fn show(
    console: &Console,
    at: &AtAccount,
    status: StatusCode,
    form: Form,
    found: Option<Found>,
) -> Result<Response, Response> {
    let mut frame = console.frame_at(at, "Token inspector");
    frame.lead = "Paste an access token to see what it says, and what the gateway would answer to it.".to_owned();
    let page = Page {
        frame,
        form,
        methods: METHODS
            .into_iter()
            .map(|method| Choice::new(method, method, ""))
            .collect(),
        routes: routes(console, at).await?,
        found,
        longest: LONGEST,
    };
    Ok(respond(status, &page.frame, &page))
}

async fn routes(console: &Console, at: &AtAccount) -> Result<Vec<Known>, Response> {
    let apis = way::done(console, at, developer::apis(&console.desk, &at.seat).await)?;
    let catalogue = console.desk.memory.catalogue();
    let known = catalogue.routes.iter().filter_map(|route| match &route.access {
        Access::Public { .. } => None,
        Access::Token {
            api,
            scopes,
            acting_user,
            ..
        } => {
            let api = apis.iter().find(|held| held.id == *api)?;
            Some(Known {
                methods: match route.methods.as_slice() {
                    [] => "any".to_owned(),
                    methods => methods.join(", "),
                },
                path: route.path.clone(),
                api: api.name.clone(),
                scopes: scopes.to_string(),
                acting: match acting_user.as_ref().map(|rule| &rule.by) {
                    Some(ActingBy::Header(name)) => name.clone(),
                    Some(ActingBy::Owner) => "the client's owner".to_owned(),
                    None => String::new(),
                },
            })
        }
    });
    Ok(known.collect())
}

fn found(seen: Inspection, at_place: bool) -> Found {
    let (instead, secret) = match seen.pasted {
        Pasted::Token => ("", false),
        Pasted::Secret(what) => (what, true),
        Pasted::Encrypted => ("an encrypted token, which only its reader can open", false),
        Pasted::TooLong => ("longer than any token of ours", false),
        Pasted::Opaque => ("no token of three parts, as ours are", false),
        Pasted::Nothing => ("nothing", false),
    };
    let refused = seen.refused().cloned();
    let open = seen.steps.iter().any(|step| step.ok.is_none());
    let verdict = match (&refused, at_place, open) {
        (Some(_), true, _) => "The gateway would refuse this request.".to_owned(),
        (Some(_), false, _) => "The gateway would refuse this token anywhere.".to_owned(),
        (None, true, false) => "The gateway would let this request through.".to_owned(),
        (None, false, false) => {
            "This token is good. Whether it opens an address depends on the route: name one.".to_owned()
        }
        (None, _, true) => "Nothing is wrong with it, as far as can be told here.".to_owned(),
    };
    let code = refused.as_ref().and_then(|step| step.code);
    Found {
        instead,
        secret,
        verdict,
        good: refused.is_none(),
        status: refused.and_then(|step| step.status).unwrap_or_default(),
        code: code.unwrap_or_default(),
        advice: code.map(|code| advice(Place::Gateway, code)),
        client: seen.client.map(|(id, name)| (id.to_string(), name)),
        route: seen.route.as_ref().map(RouteId::to_string).unwrap_or_default(),
        header: members(&seen.header),
        claims: members(&seen.claims),
        steps: seen.steps,
    }
}

fn members(object: &Value) -> Vec<Claim> {
    let Value::Object(members) = object else {
        return Vec::new();
    };
    let claim = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let long = text.chars().count() > SHOWN;
        let value = value.as_i64().filter(|_| TIMES.contains(&name.as_str()));
        Claim {
            name: name.clone(),
            value: text.chars().take(SHOWN).chain(long.then_some('…')).collect(),
            moment: value.map(Moment),
            means: MEANS
                .iter()
                .find(|(known, _)| known == name)
                .map_or("", |(_, means)| means),
        }
    };
    members.iter().map(claim).collect()
}

/// Claims that are moments.
const TIMES: [&str; 4] = ["iat", "nbf", "exp", "auth_time"];

/// What the usual names mean (RFC 7519 §4.1, RFC 9068 §2.2, RFC 7515 §4.1).
const MEANS: &[(&str, &str)] = &[
    ("alg", "Algorithm of the signature"),
    ("kid", "Key of the signature"),
    ("typ", "Kind of token"),
    ("iss", "Issuer"),
    ("sub", "Subject"),
    ("aud", "API it is for"),
    ("azp", "Client"),
    ("client_id", "Client"),
    ("scope", "Scopes"),
    ("scp", "Scopes"),
    ("iat", "Issued"),
    ("nbf", "Good from"),
    ("exp", "Good until"),
    ("jti", "The token's own id"),
    ("gty", "How it was got"),
];

impl Claim {
    /// The moment in words and in full.
    fn told(&self, now: &Moment) -> Option<(String, String)> {
        let moment = self.moment?;
        Some((words::ago(moment, *now), words::utc(moment)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_told_in_words_and_long_values_are_cut() {
        let told = members(&json!({ "exp": 7200, "aud": ["a", "b"], "x": "y".repeat(1000), "iat": "odd" }));
        let of = |name: &str| told.iter().find(|claim| claim.name == name).unwrap();
        assert_eq!(
            of("exp").told(&Moment(0)),
            Some(("in 2 hours".to_owned(), "1970-01-01 02:00:00 UTC".to_owned()))
        );
        assert_eq!(of("exp").means, "Good until");
        assert_eq!(of("aud").value, r#"["a","b"]"#);
        assert_eq!(of("x").value.chars().count(), SHOWN + 1);
        assert_eq!(of("iat").told(&Moment(0)), None);
    }
}
