//! How much may be asked for: plans, and the limits of routes.

use super::legacy::{NOT_AN_ID, is_word};
use crate::settings::Complaint;
use crate::settings::config::{Calendar, CallLimit, Config, Window as Typed};
use std::collections::BTreeSet;
use tollgate_model::limit::{Per, Window};
use tollgate_model::{Limit, Plan, PlanId};

/// The longest window that slides, in seconds.
const LONGEST: i64 = 86_400;

/// The plans.
pub(super) fn plans(config: &Config, complaints: &mut Vec<Complaint>) -> Vec<Plan> {
    let mut ids = BTreeSet::new();
    let mut default = None;
    let typed = config.plan.iter().enumerate();
    typed
        .map(|(place, typed)| {
            let key = format!("plan[{place}]");
            let mut no = |field: &str, problem: String| {
                complaints.push(Complaint::about(format!("{key}.{field}"), problem));
            };
            if !is_word(&typed.id) || !ids.insert(&typed.id) {
                no("id", NOT_AN_ID.to_owned());
            }
            if typed.name.trim().is_empty() {
                no("name", "must not be empty".to_owned());
            }
            match default.filter(|_| typed.default) {
                Some(earlier) => no("default", format!("plan[{earlier}] is the default already")),
                None if typed.default => default = Some(place),
                None => {}
            }
            Plan {
                id: PlanId::new(&typed.id),
                name: typed.name.clone(),
                default: typed.default,
                limits: limits(&key, &typed.limits, complaints),
            }
        })
        .collect()
}

/// The limits of a plan or route.
pub(super) fn limits(key: &str, typed: &[CallLimit], complaints: &mut Vec<Complaint>) -> Vec<Limit> {
    let mut names = BTreeSet::new();
    let typed = typed.iter().enumerate();
    typed
        .map(|(place, typed)| {
            let mut no = |field: &str, problem: &str| {
                complaints.push(Complaint::about(format!("{key}.limits[{place}].{field}"), problem));
            };
            if !is_name(&typed.name) {
                no("name", "must be a word of letters, digits and dashes, at most 64");
            } else if !names.insert(&typed.name) {
                no("name", "must differ from the others");
            }
            if typed.count < 1 {
                no("count", "must be at least 1");
            }
            let window = match typed.window {
                Typed::Seconds(seconds) => {
                    if !(1..=LONGEST).contains(&seconds) {
                        no("window", "must be 1 to 86400 seconds");
                    }
                    Window::Seconds(seconds)
                }
                Typed::Calendar(Calendar::Day) => Window::Day,
                Typed::Calendar(Calendar::Month) => Window::Month,
            };
            Limit {
                name: typed.name.clone(),
                per: typed.per,
                count: typed.count,
                window,
            }
        })
        .collect()
}

/// The limits among these that count for nobody where nobody is known.
pub(super) fn of_the_known(key: &str, limits: &[Limit], complaints: &mut Vec<Complaint>) {
    for (place, limit) in limits.iter().enumerate() {
        if matches!(limit.per, Per::Client | Per::Account) {
            let key = format!("{key}.limits[{place}].per");
            complaints.push(Complaint::about(
                key,
                "is for routes with an api: on a public one nobody is known",
            ));
        }
    }
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}
