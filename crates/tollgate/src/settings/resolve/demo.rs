//! Whether `[demo]` speaks of what there is.

use super::connection;
use super::declared::unknown_roles;
use crate::settings::Complaint;
use crate::settings::config::{Config, Sample};

/// Looks at `[demo]`, if there is one.
pub(super) fn consistent(config: &Config, complaints: &mut Vec<Complaint>) {
    let Some(demo) = &config.demo else {
        return;
    };
    let mut no = |key: String, problem: String| complaints.push(Complaint::about(key, problem));
    match config.api.iter().find(|api| api.id == demo.client.api) {
        None => no(
            "demo.client.api".to_owned(),
            format!("there is no [[api]] with the id {:?}", demo.client.api),
        ),
        Some(api) => {
            for scope in &demo.client.scopes {
                if !api.scopes.iter().any(|word| word.name == *scope) {
                    no(
                        "demo.client.scopes".to_owned(),
                        format!("{} has no scope {scope:?}", api.id),
                    );
                }
            }
        }
    }
    if demo.client.lifetime.is_some_and(|lifetime| lifetime < 1) {
        no(
            "demo.client.lifetime".to_owned(),
            "must be at least 1 second".to_owned(),
        );
    }
    if demo.member.claims.as_deref().is_some_and(|text| !is_object(text)) {
        no("demo.member.claims".to_owned(), "is not a JSON object".to_owned());
    }
    if demo.web.is_some() && !config.people.enabled {
        no("demo.web".to_owned(), "needs people.enabled".to_owned());
    }
    if !demo.member.email.contains('@') {
        no("demo.member.email".to_owned(), "must be an e-mail address".to_owned());
    }
    if !demo
        .sample
        .iter()
        .any(|sample| sample.method == "GET" && sample.path == demo.path)
    {
        no(
            "demo.path".to_owned(),
            "no [[demo.sample]] answers GET there".to_owned(),
        );
    }
    for (place, sample) in demo.sample.iter().enumerate() {
        if !sample.path.starts_with('/') {
            no(format!("demo.sample[{place}].path"), "must start with /".to_owned());
        }
        if !is_json(sample) {
            no(
                format!("demo.sample[{place}].answer"),
                "is not JSON once it is filled in".to_owned(),
            );
        }
    }
    for (place, typed) in demo.connection.iter().enumerate() {
        let key = format!("demo.connection[{place}]");
        connection::button(&key, (&typed.name, &typed.label, &typed.factor), complaints);
    }
    unknown_roles(config, "demo.member.roles", &demo.member.roles, complaints);
}

/// Whether the answer is JSON when plain words and an empty body are filled in.
fn is_json(sample: &Sample) -> bool {
    let words = ["{account}", "{client}", "{scopes}", "{acting_user}", "{person}"];
    let filled = words
        .iter()
        .fold(sample.answer.clone(), |text, word| text.replace(word, "x"))
        .replace("{body}", "null");
    serde_json::from_str::<serde_json::Value>(&filled).is_ok()
}

fn is_object(text: &str) -> bool {
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok()
}
