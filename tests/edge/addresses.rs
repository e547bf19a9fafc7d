//! The operators' table of addresses, against the settings and the management API that there are.

use crate::behind::{Behind, Kind};
use serde_json::Value;
use tollgate_tests::house::checkout;
use tollgate_tests::run;

fn page(name: &str) -> String {
    std::fs::read_to_string(checkout().join("docs").join(name)).unwrap()
}

/// The names that stand in backticks on the page of addresses.
fn told() -> Vec<String> {
    let page = page("operators/security.md");
    page.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Whether a member of that name holds an address.
fn names_an_address(name: &str) -> bool {
    let endings = ["url", "urls", "uri", "uris", "targets", "link"];
    name.rsplit('_').next().is_some_and(|word| endings.contains(&word))
}

/// CO7: every setting that names an address is in the table, so that nobody adds one without saying who goes there.
#[test]
fn every_address_of_the_settings_is_in_the_table() {
    let (reference, told) = (page("reference/settings.md"), told());
    let (mut section, mut found) = (String::new(), 0);
    for line in reference.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.trim_matches(['`', '[', ']']).to_owned();
        }
        let cells: Vec<&str> = line.split(" | ").collect();
        let [name, _, values, ..] = cells.as_slice() else {
            continue;
        };
        let Some(key) = name.strip_prefix("| `").and_then(|rest| rest.split('`').next()) else {
            continue;
        };
        // `demo` fills in what its visitor would type.
        if section.starts_with("demo") || !(values.starts_with("a URL") || names_an_address(key)) {
            continue;
        }
        found += 1;
        let whole = format!("{section}.{key}");
        assert!(
            told.contains(&whole),
            "{whole} is in no table of docs/operators/security.md"
        );
    }
    assert!(found >= 12, "{found}");
}

/// CO7: and so is every member of that kind that the management API takes.
#[test]
fn every_address_of_the_management_api_is_in_the_table() {
    run(async {
        let behind = Behind::start(Kind::Node).await;
        let house = behind.house("").await;
        let url = format!("{}/api/v1/openapi.json", house.node.management);
        let api: Value = house.http.get(url).send().await.unwrap().json().await.unwrap();
        let (told, mut found) = (told(), Vec::new());
        for shape in api["components"]["schemas"].as_object().unwrap().values() {
            let members = shape["properties"].as_object().into_iter().flatten();
            found.extend(
                members
                    .map(|(name, _)| name)
                    .filter(|name| names_an_address(name))
                    .cloned(),
            );
        }
        found.sort_unstable();
        found.dedup();
        for name in ["url", "targets", "redirect_uris", "backchannel_logout_uri"] {
            assert!(found.iter().any(|held| held == name), "{name}: {found:?}");
        }
        for name in &found {
            assert!(
                told.contains(name),
                "{name} is in no table of docs/operators/security.md: {found:?}"
            );
        }
    });
}
