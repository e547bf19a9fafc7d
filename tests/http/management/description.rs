//! The description of the API.

use super::Office;
use serde_json::{Value, json};
use tollgate_tests::run;

/// Every schema that is named in `value`.
fn named_in<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| named_in(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| named_in(item, found)),
        _ => {}
    }
}

#[test]
fn the_description_describes_all_that_it_names() {
    run(async {
        let office = Office::open().await;
        let api = office.get("/openapi.json").await;
        let mut found = Vec::new();
        named_in(&api, &mut found);
        assert!(!found.is_empty());
        for reference in found {
            assert!(
                api.pointer(reference.trim_start_matches('#')).is_some(),
                "{reference} leads nowhere"
            );
        }
        assert_eq!(api["security"], json!([{ "operator": [] }]));
        // No secret's digest has a place in it, and what may be sent is closed.
        assert!(!api.to_string().contains("\"digest\""));
        for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
            let sent = name.starts_with("New") || name.ends_with("Change");
            assert!(
                !sent || schema["additionalProperties"] == false,
                "{name} takes anything"
            );
        }
    });
}
