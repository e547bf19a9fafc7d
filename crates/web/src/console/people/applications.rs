//! What the person lets applications do, and taking it back (CO3, 3E-45).

use super::own;
use crate::console::Console;
use crate::console::door::{Person, see};
use crate::console::page::{Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::consent;
use tollgate_issuer::terms::people::PeopleTerms;
use tollgate_model::consent::Given;
use tollgate_model::{Api, ConsentId, Moment};

/// Where the page is.
const HERE: &str = "/console/profile/applications";

#[derive(Template)]
#[template(path = "people/applications.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    /// Whether the person takes it back here.
    may: bool,
    /// Whom to ask otherwise.
    helpers: String,
}

struct Line {
    id: String,
    name: String,
    account: String,
    /// What it may do, in words.
    may: Vec<String>,
    revised: Moment,
}

/// The applications.
pub(super) async fn get(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    if !console.desk.terms.people.enabled {
        return console.refused(Some(&who), &ask, Refused::NotFound);
    }
    let (listed, apis) = match (consent::own(&console.desk, &who).await, console.desk.store.apis().await) {
        (Ok(listed), Ok(apis)) => (listed, apis),
        (Err(fault), _) | (_, Err(fault)) => return console.fault(&fault, ask.id()),
    };
    let terms = &console.desk.terms;
    let mut lines = Vec::new();
    for (held, client) in listed {
        let account = match console.desk.store.account(&client.account).await {
            Ok(account) => account.map(|account| account.name).unwrap_or_default(),
            Err(fault) => return console.fault(&fault, ask.id()),
        };
        lines.push(Line {
            id: held.id.to_string(),
            name: client.name,
            account,
            may: held
                .given
                .iter()
                .flat_map(|given| words(given, &apis, &terms.people))
                .collect(),
            revised: held.revised,
        });
    }
    let mut frame = own(&console, &who, &ask, "Applications");
    frame.lead = "What acts for you, because you agreed to it.".to_owned();
    let page = Page {
        frame,
        lines,
        may: terms.people.own_consents,
        helpers: terms.console.words.helpers.clone(),
    };
    respond(StatusCode::OK, &page.frame, &page)
}

/// Scopes in words: as the API describes them, or by their names.
fn words(given: &Given, apis: &[Api], terms: &PeopleTerms) -> Vec<String> {
    let api = given.api.as_ref().and_then(|id| apis.iter().find(|api| api.id == *id));
    let described = |scope: &str| match api {
        Some(api) => {
            let word = api.scopes.iter().find(|word| word.name == scope);
            let words = word
                .map(|word| word.description.as_str())
                .filter(|words| !words.is_empty());
            format!("{}: {}", api.name, words.unwrap_or(scope))
        }
        None if terms.is_offline(scope) => "Go on while you are away".to_owned(),
        None => match (scope, terms.claim_scope(scope).map(|scope| scope.description.as_str())) {
            ("openid", _) => "Know that it is you".to_owned(),
            ("profile", Some("")) => "Know your name and profile".to_owned(),
            ("email", Some("")) => "Know your e-mail address".to_owned(),
            ("address", Some("")) => "Know your postal address".to_owned(),
            ("phone", Some("")) => "Know your telephone number".to_owned(),
            (_, Some(words)) if !words.is_empty() => words.to_owned(),
            (name, _) => name.to_owned(),
        },
    };
    given.scopes.iter().map(described).collect()
}

/// Takes it back, where people do that themselves.
pub(super) async fn revoke(State(console): State<Arc<Console>>, Person { ask, who }: Person) -> Response {
    let id = ConsentId::new(ask.field("consent"));
    match consent::revoke_own(&console.desk, &who, &id, ask.id()).await {
        Err(fault) => console.fault(&fault, ask.id()),
        Ok(Ok(())) => see(&format!("{HERE}?done=consent-revoked")),
        Ok(Err(no)) => console.no(&who, &ask, &no),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(may: bool, name: &str) -> String {
        let line = Line {
            id: "con_1".into(),
            name: name.into(),
            account: "Firm".into(),
            may: vec!["Know that it is you".into()],
            revised: Moment(100),
        };
        let page = Page {
            frame: Frame::new("Vendor", "Applications", Moment(300)),
            lines: vec![line],
            may,
            helpers: "Client Support".into(),
        };
        page.render().unwrap()
    }

    /// 3E-43, 3E-45: the button is there where the preset has it; elsewhere the page says whom to ask.
    #[test]
    fn a_person_takes_it_back_where_the_preset_allows() {
        let own = page(true, "Portal");
        assert!(own.contains("value=\"con_1\"") && !own.contains("Client Support"));
        let asked = page(false, "Portal");
        assert!(!asked.contains("con_1") && asked.contains("Client Support"), "{asked}");
    }

    /// CO8: an application's name stays text.
    #[test]
    fn an_odd_name_stays_inert() {
        let text = page(true, "<script>alert(1)</script>");
        assert!(!text.contains("<script>alert"), "{text}");
    }

    #[test]
    fn scopes_are_said_in_words() {
        let terms = PeopleTerms::of("https://issuer.example/userinfo");
        let given = Given {
            api: None,
            scopes: ["openid", "email", "offline_access", "odd"].into_iter().collect(),
        };
        let mut said = words(&given, &[], &terms);
        said.sort();
        assert_eq!(
            said,
            [
                "Go on while you are away",
                "Know that it is you",
                "Know your e-mail address",
                "odd"
            ]
        );
    }
}
