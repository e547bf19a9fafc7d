//! A route as a form: what is typed, read into the registry's words and written back.

use super::{asked, limits};
use crate::console::input::Ask;
use crate::console::page::{Choice, Form};
use tollgate_model::route::{Access, ActingBy, ActingRule, AssertionRule, IdTokenRule, Upstream};
use tollgate_model::{Api, ApiId, LegacyMethod, LegacyMethodId, Limit, Route, RouteId};

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) hosts: Vec<String>,
    pub(super) methods: Vec<String>,
    pub(super) path: String,
    pub(super) access: Access,
    pub(super) upstream: Upstream,
    pub(super) id_token: Option<IdTokenRule>,
    pub(super) opaque: bool,
    pub(super) legacy: Vec<LegacyMethodId>,
    pub(super) limits: Vec<Limit>,
    pub(super) assertion: Option<AssertionRule>,
}

/// Reads what was typed. What cannot be read is said in the form, and nothing answered.
pub(super) fn read(ask: &Ask, form: &mut Form) -> Option<Typed> {
    let access = access(ask, form);
    let upstream = upstream(ask, form);
    let id_token = id_token(ask, form);
    let limits = limits::read(ask.field("limits"));
    if let Err(words) = &limits {
        form.refuse("limits", words);
    }
    let assertion = ask.field("assertion").trim();
    Some(Typed {
        hosts: words(ask.field("hosts")),
        methods: words(ask.field("methods")),
        path: ask.field("path").trim().to_owned(),
        access: access?,
        upstream: upstream?,
        id_token: id_token?,
        opaque: !ask.field("opaque").is_empty(),
        legacy: ask.fields("legacy").into_iter().map(LegacyMethodId::new).collect(),
        limits: limits.ok()?,
        assertion: (!assertion.is_empty()).then(|| AssertionRule {
            audience: assertion.to_owned(),
        }),
    })
}

/// What stands between spaces, commas and line ends.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn access(ask: &Ask, form: &mut Form) -> Option<Access> {
    match ask.field("access") {
        "public" => Some(Access::Public {
            opens: words(ask.field("opens")).into_iter().map(RouteId::new).collect(),
        }),
        "token" if ask.field("api").is_empty() => {
            form.refuse("api", "Choose the API whose tokens open this route.");
            None
        }
        "token" => Some(Access::Token {
            api: ApiId::new(ask.field("api")),
            scopes: words(ask.field("scopes")).iter().map(String::as_str).collect(),
            any_scopes: words(ask.field("any_scopes")).iter().map(String::as_str).collect(),
            acting_user: acting(ask, form)?,
        }),
        _ => {
            form.refuse("access", "Choose what a request must carry.");
            None
        }
    }
}

#[expect(clippy::option_option, reason = "nobody acts, somebody does, or the form is wrong")]
fn acting(ask: &Ask, form: &mut Form) -> Option<Option<ActingRule>> {
    let by = match ask.field("acting") {
        "" | "nobody" => return Some(None),
        "owner" => ActingBy::Owner,
        "header" if ask.field("header").trim().is_empty() => {
            form.refuse("header", "Name the header, such as x-email.");
            return None;
        }
        "header" => ActingBy::Header(ask.field("header").trim().to_owned()),
        _ => {
            form.refuse("acting", "Choose one of these.");
            return None;
        }
    };
    Some(Some(ActingRule {
        by,
        // Roles may have spaces in them.
        roles: asked::lines(ask.field("roles")),
    }))
}

#[expect(clippy::option_option, reason = "none is looked at, one is, or the form is wrong")]
fn id_token(ask: &Ask, form: &mut Form) -> Option<Option<IdTokenRule>> {
    let required = match ask.field("id_token") {
        "" | "none" => return Some(None),
        "optional" => false,
        "required" => true,
        _ => {
            form.refuse("id_token", "Choose one of these.");
            return None;
        }
    };
    let header = ask.field("id_token_header").trim().to_owned();
    if header.is_empty() {
        form.refuse("id_token_header", "Name the header, such as x-id-token.");
        return None;
    }
    Some(Some(IdTokenRule { header, required }))
}

fn upstream(ask: &Ask, form: &mut Form) -> Option<Upstream> {
    let health = ask.field("health_path").trim();
    let connect = number(ask, form, "connect_timeout");
    let response = number(ask, form, "response_timeout");
    let body = number(ask, form, "max_body");
    let in_flight = number(ask, form, "in_flight");
    let failures = number(ask, form, "failures");
    let rest = number(ask, form, "rest");
    Some(Upstream {
        targets: words(ask.field("upstream")),
        http2: !ask.field("http2").is_empty(),
        health_path: (!health.is_empty()).then(|| health.to_owned()),
        connect_timeout: connect?,
        response_timeout: response?,
        upgrades: !ask.field("upgrades").is_empty(),
        max_body: body?,
        in_flight: in_flight?,
        failures: failures?,
        rest: rest?,
    })
}

fn number<T: std::str::FromStr>(ask: &Ask, form: &mut Form, name: &str) -> Option<T> {
    let read = ask.field(name).trim().parse().ok();
    if read.is_none() {
        form.refuse(name, "This must be a whole number.");
    }
    read
}

/// The form of a new route, with what most of them have.
pub(super) fn fresh() -> Form {
    Form::new()
        .with("access", "token")
        .with("acting", "nobody")
        .with("id_token", "none")
        .with("connect_timeout", "5")
        .with("response_timeout", "60")
        .with("max_body", "0")
        .with("in_flight", "0")
        .with("failures", "0")
        .with("rest", "10")
}

/// The form of a route as it is.
pub(super) fn filled(route: &Route) -> Form {
    let upstream = &route.upstream;
    let mut form = Form::new()
        .with("hosts", route.hosts.join("\n"))
        .with("methods", route.methods.join(" "))
        .with("path", &route.path)
        .with("upstream", upstream.targets.join("\n"))
        .with("health_path", upstream.health_path.clone().unwrap_or_default())
        .with("connect_timeout", upstream.connect_timeout.to_string())
        .with("response_timeout", upstream.response_timeout.to_string())
        .with("max_body", upstream.max_body.to_string())
        .with("in_flight", upstream.in_flight.to_string())
        .with("failures", upstream.failures.to_string())
        .with("rest", upstream.rest.to_string())
        .with("limits", limits::lines(&route.limits));
    for method in &route.legacy {
        form = form.with("legacy", method.as_str());
    }
    if let Some(rule) = &route.assertion {
        form = form.with("assertion", &rule.audience);
    }
    let boxes = [
        ("http2", upstream.http2),
        ("upgrades", upstream.upgrades),
        ("opaque", route.opaque),
    ];
    for (name, on) in boxes {
        if on {
            form = form.with(name, "yes");
        }
    }
    form = match &route.id_token {
        None => form.with("id_token", "none"),
        Some(rule) => form
            .with("id_token", if rule.required { "required" } else { "optional" })
            .with("id_token_header", &rule.header),
    };
    match &route.access {
        Access::Public { opens } => {
            let opens: Vec<&str> = opens.iter().map(RouteId::as_str).collect();
            form.with("access", "public")
                .with("opens", opens.join("\n"))
                .with("acting", "nobody")
        }
        Access::Token {
            api,
            scopes,
            any_scopes,
            acting_user,
        } => {
            let form = form
                .with("access", "token")
                .with("api", api.as_str())
                .with("scopes", scopes.as_slice().join(" "))
                .with("any_scopes", any_scopes.as_slice().join(" "));
            match acting_user {
                None => form.with("acting", "nobody"),
                Some(rule) => match &rule.by {
                    ActingBy::Owner => form.with("acting", "owner"),
                    ActingBy::Header(name) => form.with("acting", "header").with("header", name),
                }
                .with("roles", rule.roles.join("\n")),
            }
        }
    }
}

/// What a request may have to carry.
pub(super) fn accesses() -> Vec<Choice> {
    vec![
        Choice::new(
            "token",
            "An access token",
            "Of the API below, with all the scopes below.",
        ),
        Choice::new(
            "public",
            "Nothing",
            "Anybody may call it. For health checks, documentation and the like.",
        ),
    ]
}

/// How somebody may be named for whom a call acts.
pub(super) fn actings() -> Vec<Choice> {
    vec![
        Choice::new("nobody", "Nobody", "Calls are the client's own."),
        Choice::new(
            "header",
            "A member, named in a header",
            "By e-mail address; it must be a member of the client's account.",
        ),
        Choice::new("owner", "The client's owner", "Requests name nobody."),
    ]
}

/// Whether a request shows a person beside its access token.
pub(super) fn id_tokens() -> Vec<Choice> {
    vec![
        Choice::new("none", "Not looked at", "The access token says all."),
        Choice::new("optional", "Checked if it is there", ""),
        Choice::new(
            "required",
            "Required",
            "Each call names a person who signed in at the same client.",
        ),
    ]
}

/// The APIs to choose from.
pub(super) fn apis(apis: &[Api]) -> Vec<Choice> {
    std::iter::once(Choice::new("", "None", ""))
        .chain(apis.iter().map(|api| Choice::new(api.id.as_str(), &api.name, "")))
        .collect()
}

/// The old ways of authenticating to choose from; one that a route names and nothing declares any more is among them.
pub(super) fn legacy(methods: &[LegacyMethod], form: &Form) -> Vec<Choice> {
    let choice = |method: &LegacyMethod| Choice::new(method.id.as_str(), &method.name, carried(method));
    let mut choices: Vec<Choice> = methods.iter().map(choice).collect();
    for held in form.values("legacy") {
        if !choices.iter().any(|choice| choice.value == held) {
            choices.push(Choice::new(held, held, "Not declared in the configuration any more."));
        }
    }
    choices
}

/// What a request of an old way carries, in words.
pub(super) fn carried(method: &LegacyMethod) -> String {
    let keys = method.key_headers.join(" or ");
    match (method.bearer, keys.is_empty()) {
        (true, true) => "A token of the old login.".to_owned(),
        (true, false) => format!("A token of the old login, and a subscription key in {keys}."),
        (false, _) => format!("A subscription key in {keys}."),
    }
}

#[cfg(test)]
pub(super) mod tests;
