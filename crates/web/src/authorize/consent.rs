//! Agreeing: which application, whose, where it leads back to, what it may do, and for how long.

use super::here::Here;
use super::policy::show;
use super::sign_in::leads;
use super::{fault, refused};
use crate::console::Console;
use crate::console::page::Frame;
use crate::words::{Shown, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::authorize::{self, Asking, Permission};
use tollgate_issuer::people::Refused;
use tollgate_issuer::terms::people::PeopleTerms;
use tollgate_model::client::Environment;

#[derive(Template)]
#[template(path = "authorize/consent.html")]
pub(super) struct Page {
    pub frame: Frame,
    pub texts: Words,
    pub asking: Asking,
    pub lead: Shown,
    /// The API that is called on the person's behalf (3E-25); empty for none.
    pub api: String,
    pub permissions: Vec<Line>,
    /// Whether some of it is new and some was agreed to before, so that what is new is marked.
    pub marked: bool,
    pub lasts: String,
    pub taken_back: Shown,
    pub person: Shown,
}

/// One permission, as it is read.
pub(super) struct Line {
    pub words: Shown,
    pub new: bool,
}

/// The question.
pub(super) async fn get(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Some(who) = here.who() else {
        return here.go_on();
    };
    match authorize::asking(&console.desk, &here.flow, who).await {
        Ok(asking) => {
            let frame = here.frame(&console, "consent-title");
            let api = here.flow.api.as_ref().map(|api| api.name.clone()).unwrap_or_default();
            let page = Page::of(frame, here.words, asking, api, &console.desk.terms.people);
            show(StatusCode::OK, &page.frame, &page, &leads(&console, &here))
        }
        Err(why) => fault::page(&console, &here.ask, here.words, &why),
    }
}

/// The answer. It says yes or no and nothing else: what is agreed to stands in the record (CO2).
pub(super) async fn post(State(console): State<Arc<Console>>, here: Here) -> Response {
    let ask = &here.ask;
    match ask.field("choice") {
        "deny" => return here.refuse(&console).await,
        "other" => return here.leave(&console).await,
        "approve" => {}
        // A form sent by the Enter key alone has no choice in it; nobody agrees by that.
        _ => return here.go_on(),
    }
    let Some(who) = here.who() else {
        return here.go_on();
    };
    match authorize::approve(&console.desk, &here.flow, who, &ask.origin).await {
        Ok(Ok(()) | Err(Refused::Stale)) => here.go_on(),
        Ok(Err(_)) => refused::stale(&console, ask, here.words),
        Err(why) => fault::page(&console, ask, here.words, &why),
    }
}

impl Page {
    pub(super) fn of(frame: Frame, words: Words, asking: Asking, api: String, terms: &PeopleTerms) -> Self {
        let line = |permission: &Permission| Line {
            words: meaning(words, permission, terms),
            new: permission.new,
        };
        let names = [("application", &asking.application), ("owner", &asking.owner)];
        Self {
            lead: words.show("consent-lead", &names),
            api,
            permissions: asking.permissions.iter().map(line).collect(),
            marked: [true, false]
                .into_iter()
                .all(|new| asking.permissions.iter().any(|permission| permission.new == new)),
            lasts: match asking.lasts {
                Some(seconds) => words.told("lasts-span", "span", &words.span(seconds)),
                None => words.say("lasts-open"),
            },
            taken_back: match terms.own_consents {
                true => words.show::<&str>("consent-own", &[]),
                false => words.named("consent-ask", "vendor", &frame.vendor),
            },
            person: words.named("consent-person", "person", &asking.person),
            frame,
            texts: words,
            asking,
        }
    }

    /// Whether it is said that this is for trying out; of what is in earnest nothing needs saying.
    fn trial(&self) -> bool {
        self.asking.environment == Environment::Test
    }
}

/// What a permission means: as the house says it, as every house does, or by its name.
fn meaning(words: Words, permission: &Permission, terms: &PeopleTerms) -> Shown {
    if !permission.words.is_empty() {
        return Shown::name(&permission.words);
    }
    let known = match permission.scope.as_str() {
        "openid" => "scope-openid",
        "profile" => "scope-profile",
        "email" => "scope-email",
        "address" => "scope-address",
        "phone" => "scope-phone",
        scope if terms.is_offline(scope) => "scope-offline",
        scope => return words.named("scope-other", "scope", scope),
    };
    words.show::<&str>(known, &[])
}
