//! Other front doors, with the programs for which they are there: what `docs/operators/front-doors.md` prints is what runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod caddy;
mod nginx;
mod others;
mod proxy;

use std::path::Path;

/// A page of the documents.
fn page() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join("docs/operators/front-doors.md")).unwrap()
}

/// The one block of the page in that language.
fn block(language: &str) -> String {
    let (page, fence) = (page(), format!("```{language}\n"));
    let mut blocks = page.split(fence.as_str()).skip(1);
    let block = blocks.next().expect(language).split("\n```").next().unwrap().to_owned();
    assert!(blocks.next().is_none(), "there is one configuration for {language}");
    block
}

/// `text` with this in place of that, which is there.
fn instead(text: &str, that: &str, this: &str) -> String {
    assert!(text.contains(that), "{that}");
    text.replace(that, this)
}

/// Host and port of an address of the house.
fn authority(url: &str) -> String {
    // By number: `localhost` may be two addresses, of which one listens.
    url.trim_start_matches("http://").replace("localhost", "127.0.0.1")
}

/// The values of a header that the application saw.
fn named<'a>(seen: &'a serde_json::Value, name: &str) -> Vec<&'a str> {
    let all = seen["headers"].as_array().unwrap();
    let pairs = all.iter().filter(|pair| pair[0] == name);
    pairs.map(|pair| pair[1].as_str().unwrap()).collect()
}
