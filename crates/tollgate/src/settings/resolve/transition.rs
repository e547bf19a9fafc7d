//! The dated ends of old things, as the configuration declares them.

use super::legacy::{NOT_AN_ID, is_word};
use super::{is_web, moment};
use crate::settings::Complaint;
use crate::settings::config::{self, Config};
use std::collections::BTreeSet;
use tollgate_model::transition::{Brownout, Subject};
use tollgate_model::{AccountId, ApiId, LegacyMethodId, Moment, RouteId, Transition, TransitionId};

/// The transitions.
pub(super) fn transitions(config: &Config, complaints: &mut Vec<Complaint>) -> Vec<Transition> {
    let mut ids = BTreeSet::new();
    let typed = config.transition.iter().enumerate();
    typed
        .filter_map(|(place, typed)| {
            let key = format!("transition[{place}]");
            let mut no = |field: &str, problem: &str| {
                complaints.push(Complaint::about(format!("{key}.{field}"), problem));
            };
            if !is_word(&typed.id) || !ids.insert(&typed.id) {
                no("id", NOT_AN_ID);
            }
            if typed.name.trim().is_empty() {
                no("name", "must not be empty");
            }
            if typed.documentation.as_deref().is_some_and(|text| !is_web(text)) {
                no("documentation", "must be an http: or https: URL");
            }
            if typed.accounts.iter().any(|id| !is_word(id)) {
                no("accounts", "must be ids of accounts");
            }
            known(config, &key, typed, complaints);
            let of = subject(config, &key, typed, complaints);
            let dates = dates(&key, typed, complaints);
            Some(Transition {
                id: TransitionId::new(&typed.id),
                name: typed.name.clone(),
                of: of?,
                routes: typed.routes.iter().map(RouteId::new).collect(),
                apis: typed.apis.iter().map(ApiId::new).collect(),
                accounts: typed.accounts.iter().map(AccountId::new).collect(),
                opens: dates.opens,
                warns: dates.warns,
                brownouts: dates.brownouts,
                ends: dates.ends,
                documentation: typed.documentation.clone(),
                declared: true,
                version: 1,
            })
        })
        .collect()
}

/// What is declared speaks of what is declared.
fn known(config: &Config, key: &str, typed: &config::Transition, complaints: &mut Vec<Complaint>) {
    for id in typed
        .routes
        .iter()
        .filter(|id| !config.route.iter().any(|route| route.id == **id))
    {
        let problem = format!("there is no [[route]] with the id {id:?}");
        complaints.push(Complaint::about(format!("{key}.routes"), problem));
    }
    for id in typed
        .apis
        .iter()
        .filter(|id| !config.api.iter().any(|api| api.id == **id))
    {
        let problem = format!("there is no [[api]] with the id {id:?}");
        complaints.push(Complaint::about(format!("{key}.apis"), problem));
    }
}

/// What ends: one thing.
fn subject(config: &Config, key: &str, typed: &config::Transition, complaints: &mut Vec<Complaint>) -> Option<Subject> {
    let mut no = |field: &str, problem: String| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    match (&typed.method, &typed.alias) {
        (Some(_), Some(_)) => {
            no(
                "alias",
                "is another end than that of a method: each has a transition of its own".to_owned(),
            );
            None
        }
        (Some(id), None) => {
            if !config.legacy.iter().any(|method| method.id == *id) {
                no("method", format!("there is no [[legacy]] with the id {id:?}"));
            }
            Some(Subject::Method(LegacyMethodId::new(id)))
        }
        (None, Some(path)) => {
            if !config.issuer.alias.iter().any(|alias| alias.path == *path) {
                no("alias", format!("there is no [[issuer.alias]] with the path {path:?}"));
            }
            for (field, list) in [("routes", &typed.routes), ("apis", &typed.apis)] {
                if !list.is_empty() {
                    no(field, "is not for an alias, which is a path of the issuer".to_owned());
                }
            }
            Some(Subject::Alias(path.clone()))
        }
        (None, None) => {
            if typed.routes.is_empty() {
                no(
                    "method",
                    "is required where neither alias nor routes say what ends".to_owned(),
                );
            }
            Some(Subject::Routes)
        }
    }
}

struct Dates {
    opens: Option<Moment>,
    warns: Option<Moment>,
    ends: Option<Moment>,
    brownouts: Vec<Brownout>,
}

fn dates(key: &str, typed: &config::Transition, complaints: &mut Vec<Complaint>) -> Dates {
    let mut read = |name: &str, text: &Option<String>| {
        let text = text.as_ref()?;
        moment::typed(&format!("{key}.{name}"), text, complaints)
    };
    let (opens, warns) = (read("opens", &typed.opens), read("warns", &typed.warns));
    let ends = read("ends", &typed.ends);
    let mut late = |name: &str, than: &str, pair: Option<(Moment, Moment)>| {
        let wrong = pair.is_some_and(|(before, after)| after < before);
        if wrong {
            complaints.push(Complaint::about(
                format!("{key}.{name}"),
                format!("must not be before {than}"),
            ));
        }
        wrong
    };
    late("warns", "opens", opens.zip(warns));
    if !late("ends", "warns", warns.zip(ends)) {
        late("ends", "opens", opens.zip(ends));
    }
    let mut brownouts: Vec<Brownout> = Vec::new();
    for (place, typed) in typed.brownouts.iter().enumerate() {
        let key = format!("{key}.brownouts[{place}]");
        if typed.name.trim().is_empty() {
            complaints.push(Complaint::about(format!("{key}.name"), "must not be empty"));
        }
        let from = moment::typed(&format!("{key}.from"), &typed.from, complaints);
        let to = moment::typed(&format!("{key}.to"), &typed.to, complaints);
        let Some((from, to)) = from.zip(to) else {
            continue;
        };
        let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
        if to <= from {
            no("to", "must be after from");
        } else if brownouts.iter().any(|held| held.from < to && from < held.to) {
            no("from", "lies in another brown-out");
        }
        for (name, date) in [("opens", opens), ("warns", warns)] {
            if date.is_some_and(|date| from < date) {
                no("from", &format!("must not be before {name}"));
            }
        }
        if ends.is_some_and(|ends| ends < to) {
            no("to", "must not be after ends");
        }
        brownouts.push(Brownout {
            name: typed.name.clone(),
            from,
            to,
        });
    }
    brownouts.sort_by_key(|window| window.from);
    Dates {
        opens,
        warns,
        ends,
        brownouts,
    }
}
