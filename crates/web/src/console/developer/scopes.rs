//! What a client may ask for: Edit, select, Save (SG-12, SG-13).

use super::answer;
use super::head::{self, Head, Tab};
use super::offer::scopes_field;
use crate::console::Console;
use crate::console::door::{AtAccount, see};
use crate::console::page::{Choice, Form, Frame, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::registry::grant::Scoped;
use tollgate_issuer::rights::Role;
use tollgate_issuer::terms::console::Creation;
use tollgate_model::{Api, ApiId, Grant, Version};
use tollgate_protocol::scope::Scopes;

#[derive(Template)]
#[template(path = "developer/scopes.html")]
struct Page {
    frame: Frame,
    head: Head,
    may: bool,
    apis: Vec<Held>,
}

#[derive(Template)]
#[template(path = "developer/scopes_edit.html")]
struct Edit {
    frame: Frame,
    form: Form,
    apis: Vec<Held>,
    back: String,
    seen: Version,
    /// Who grants what the account cannot take itself; empty where it can.
    helpers: String,
}

/// An API of the account, and what the client has of it.
struct Held {
    name: String,
    audience: String,
    granted: bool,
    /// The names of the fields: for its scopes, and, where it has none, for the API itself.
    field: String,
    access: String,
    choices: Vec<Choice>,
    /// The scopes that are granted now.
    now: Vec<String>,
}

impl Held {
    /// The scopes that the API knows.
    fn choices(&self) -> &[Choice] {
        &self.choices
    }

    fn has(&self, scope: &str) -> bool {
        self.now.iter().any(|held| held == scope)
    }

    /// What is granted now, in a line.
    fn words(&self) -> String {
        match (self.granted, self.now.is_empty()) {
            (false, _) => "Not granted now.".to_owned(),
            (true, true) => "Granted now, without scopes.".to_owned(),
            (true, false) => format!("Granted now: {}.", self.now.join(", ")),
        }
    }
}

/// What of the form is to be done to the grant for one API.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Set(ApiId, Vec<String>),
    GiveBack(ApiId),
}

/// The client, and the account's APIs.
async fn read(console: &Console, at: &AtAccount) -> Result<(Shown, Vec<Api>), Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    let shown = answer::done(console, at, shown)?;
    let apis = developer::apis(&console.desk, &at.seat).await;
    Ok((shown, answer::done(console, at, apis)?))
}

/// The scopes, to look at.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let (shown, apis) = read(&console, &at).await?;
    let record = shown.owned.record();
    let (frame, head) = head::of(&console, &at, &record.client, Tab::Scopes);
    let page = Page {
        frame,
        head,
        may: at.seat.may(Role::Developer),
        apis: apis.iter().map(|api| held(api, &record.grants, true)).collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// The form.
pub(super) async fn edit(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let (shown, apis) = read(&console, &at).await?;
    let form = filled(&apis, &shown.owned.record().grants);
    Ok(form_page(&console, &at, StatusCode::OK, &shown, &apis, form))
}

fn form_page(
    console: &Console,
    at: &AtAccount,
    status: StatusCode,
    shown: &Shown,
    apis: &[Api],
    form: Form,
) -> Response {
    let record = shown.owned.record();
    let terms = &console.desk.terms.console;
    // SO-1, 3E-5: where operators grant, a member gives back and takes nothing.
    let free = at.seat.member().is_none() || terms.creation == Creation::SelfService;
    let page = Edit {
        frame: head::below(console, at, &record.client, "Edit scopes"),
        form,
        apis: apis.iter().map(|api| held(api, &record.grants, free)).collect(),
        back: format!("/console/clients/{}/scopes", record.client.id),
        seen: record.client.version,
        helpers: if free {
            String::new()
        } else {
            terms.words.helpers.clone()
        },
    };
    respond(status, &page.frame, &page)
}

fn held(api: &Api, grants: &[Grant], free: bool) -> Held {
    let grant = grants.iter().find(|grant| grant.api == api.id);
    let has = |scope: &str| grant.is_some_and(|grant| grant.scopes.contains(scope));
    let choice = |name: &str, description: &str| Choice {
        disabled: !free && !has(name),
        ..Choice::new(name, name, description)
    };
    Held {
        name: api.name.clone(),
        audience: api.audience.clone(),
        granted: grant.is_some(),
        field: scopes_field(api.id.as_str()),
        access: access_field(api.id.as_str()),
        choices: api
            .scopes
            .iter()
            .map(|word| choice(&word.name, &word.description))
            .collect(),
        now: grant.map(|grant| grant.scopes.as_slice().to_vec()).unwrap_or_default(),
    }
}

/// The name of the field for an API that has no scopes.
fn access_field(api: &str) -> String {
    format!("access-{api}")
}

fn filled(apis: &[Api], grants: &[Grant]) -> Form {
    let mut form = Form::new();
    for grant in grants {
        for scope in grant.scopes.iter() {
            form = form.with(&scopes_field(grant.api.as_str()), scope);
        }
        if apis.iter().any(|api| api.id == grant.api && api.scopes.is_empty()) {
            form = form.with(&access_field(grant.api.as_str()), "yes");
        }
    }
    form
}

/// Saves them, from the next token on.
pub(super) async fn post(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Developer)?;
    let mut seen = answer::seen(&console, &at)?;
    let (shown, apis) = read(&console, &at).await?;
    let mut form = Form::typed(&at.ask.form, &[]);
    let id = answer::client(&at.ask);
    for step in plan(&apis, &shown.owned.record().grants, &form) {
        let (desk, seat, asker) = (&console.desk, &at.seat, at.asker());
        let saved = match step {
            Step::Set(api, scopes) => {
                let ask = Scoped {
                    api,
                    scopes,
                    seen: Some(seen),
                };
                let set = developer::set_scopes(desk, seat, &asker, &id, &ask).await;
                set.map(|set| set.map(|_| ()))
            }
            Step::GiveBack(api) => developer::give_back(desk, seat, &asker, &id, &api, Some(seen)).await,
        };
        match answer::known(&console, &at, saved)? {
            // Each step revises the client once; somebody else's revision in between is still noticed.
            Ok(()) => seen += 1,
            Err(no) => {
                let (now, apis) = read(&console, &at).await?;
                return match answer::say(&mut form, &no) {
                    Some(status) => Ok(form_page(&console, &at, status, &now, &apis, form)),
                    None => Err(console.no(at.seat.who(), &at.ask, &no)),
                };
            }
        }
    }
    Ok(see(&format!("/console/clients/{id}/scopes?done=scopes-saved")))
}

/// What is to be done, API by API. With no scope ticked the API is given back; a grant that had none stays as it is.
fn plan(apis: &[Api], grants: &[Grant], form: &Form) -> Vec<Step> {
    let mut steps = Vec::new();
    for api in apis {
        let held = grants.iter().find(|grant| grant.api == api.id);
        let ticked: Scopes = form.values(&scopes_field(api.id.as_str())).into_iter().collect();
        let wanted = if api.scopes.is_empty() {
            form.on(&access_field(api.id.as_str()))
        } else {
            !ticked.is_empty() || held.is_some_and(|grant| grant.scopes.is_empty())
        };
        match held {
            Some(_) if !wanted => steps.push(Step::GiveBack(api.id.clone())),
            Some(grant) if grant.scopes.covers(&ticked) && ticked.covers(&grant.scopes) => {}
            None if !wanted => {}
            _ => steps.push(Step::Set(api.id.clone(), ticked.as_slice().to_vec())),
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::ClientId;
    use tollgate_model::api::ScopeWord;
    use tollgate_protocol::claims::Profile;
    use tollgate_protocol::jose::Algorithm;

    fn api(id: &str, scopes: &[&str]) -> Api {
        Api {
            id: ApiId::new(id),
            audience: format!("https://{id}.example"),
            name: id.to_owned(),
            scopes: scopes
                .iter()
                .map(|name| ScopeWord {
                    name: (*name).to_owned(),
                    description: String::new(),
                })
                .collect(),
            unasked: Default::default(),
            lifetime: 3600,
            algorithm: Algorithm::RS256,
            profile: Profile::Rfc9068,
            declared: false,
            version: 1,
        }
    }

    fn grant(api: &str, scopes: &[&str]) -> Grant {
        Grant {
            client: ClientId::new("client-1"),
            api: ApiId::new(api),
            scopes: scopes.iter().copied().collect(),
            lifetime: None,
        }
    }

    /// SG-12, SG-13: what is ticked is what is granted; nothing else changes.
    #[test]
    fn only_what_was_changed_is_saved() {
        let apis = [
            api("docs", &["read", "write"]),
            api("mail", &["send"]),
            api("ping", &[]),
        ];
        let grants = [grant("docs", &["read"]), grant("ping", &[])];
        let filled = filled(&apis, &grants);
        assert_eq!(plan(&apis, &grants, &filled), []);
        let more = filled.clone().with("scopes-docs", "write").with("scopes-mail", "send");
        assert_eq!(
            plan(&apis, &grants, &more),
            [
                Step::Set(ApiId::new("docs"), vec!["read".into(), "write".into()]),
                Step::Set(ApiId::new("mail"), vec!["send".into()]),
            ]
        );
        let none = Form::new();
        assert_eq!(
            plan(&apis, &grants, &none),
            [Step::GiveBack(ApiId::new("docs")), Step::GiveBack(ApiId::new("ping"))]
        );
    }

    /// CO5: a field for an API that the account does not have is no field.
    #[test]
    fn an_api_beyond_the_accounts_is_not_looked_at() {
        let form = Form::new().with("scopes-secret", "all").with("access-secret", "yes");
        assert_eq!(plan(&[api("docs", &["read"])], &[], &form), []);
    }

    /// SO-1, 3E-5: where operators grant, what is not held can be seen and not chosen.
    #[test]
    fn where_operators_grant_only_what_is_held_can_be_chosen() {
        let held = held(&api("docs", &["read", "write"]), &[grant("docs", &["read"])], false);
        let free: Vec<_> = held.choices.iter().map(|choice| !choice.disabled).collect();
        assert_eq!(free, [true, false]);
        assert_eq!(held.words(), "Granted now: read.");
    }
}
