//! What the documents promise: the paths they name exist, and the commands they print are known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod people;
mod transition;

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("docs")];
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "bench/RESULTS.md",
    ] {
        found.push(root().join(name));
    }
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_path_that_the_architecture_names_exists() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let quoted: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
    let paths: Vec<&&str> = quoted
        .iter()
        .filter(|word| ["crates", "tests", "bench", "presets", "docs"].contains(&word.split('/').next().unwrap()))
        .collect();
    assert!(paths.len() > 30, "the walks name their files");
    for path in paths {
        assert!(root().join(path).exists(), "ARCHITECTURE.md names {path}");
    }
}

#[test]
fn every_type_that_the_architecture_names_is_defined() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut sources = String::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let names = text.split('`').skip(1).step_by(2).filter(|word| {
        word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(|c| c.is_ascii_alphanumeric())
    });
    let known = ["Done", "Stale", "Host"];
    for name in names.filter(|name| !known.contains(name)) {
        let defined = ["struct ", "enum ", "trait ", "type "]
            .iter()
            .any(|word| sources.contains(&format!("{word}{name}")));
        assert!(defined, "ARCHITECTURE.md names {name}");
    }
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut links = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        for piece in text.split("](").skip(1) {
            let target = piece.split(')').next().unwrap().split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            let path = document.parent().unwrap().join(target);
            assert!(path.exists(), "{} links to {target}", document.display());
        }
    }
    assert!(links > 10);
}

/// Every `tollgate …` line in a shell block is a command line that the program itself accepts.
#[test]
fn every_command_in_the_documents_is_one_the_program_knows() {
    use clap::CommandFactory as _;
    let mut checked = 0;
    for document in documents() {
        let blocks = blocks(&document, "sh");
        for line in blocks.iter().flat_map(|block| block.lines()) {
            let Some(rest) = line.trim().strip_prefix("tollgate ") else {
                continue;
            };
            let rest = rest.split(['>', '|', '#']).next().unwrap();
            let words = rest.split('"').enumerate().flat_map(|(place, piece)| {
                // Every other piece stood in quotes and is one word.
                if place % 2 == 1 {
                    vec![piece]
                } else {
                    piece.split_whitespace().collect()
                }
            });
            let arguments = std::iter::once("tollgate").chain(words.filter(|word| *word != "\\"));
            let parsed = tollgate::commands::Cli::command().try_get_matches_from(arguments);
            assert!(
                parsed.is_ok(),
                "{}: {line}\n{}",
                document.display(),
                parsed.unwrap_err()
            );
            checked += 1;
        }
    }
    assert!(checked > 5);
}

/// The blocks of a document in this language, as they stand there.
fn blocks(document: &Path, language: &str) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap();
    let fence = format!("```{language}\n");
    let blocks = text.split(fence.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

/// Whether a block belongs to a person's way rather than to software on its own.
fn is_for_people(block: &str) -> bool {
    block.contains("TOLLGATE_WEB_CLIENT_ID")
}

/// The shell blocks of a document in which software asks for its own token or calls the API, as they stand there.
fn requests(document: &str) -> Vec<String> {
    let all = blocks(&root().join(document), "sh").into_iter();
    all.filter(|block| block.contains("curl ") && !is_for_people(block))
        .collect()
}

/// Runs a block in a shell that has sourced `demo.env` and knows `TOKEN`.
async fn paste(world: &tollgate_tests::World, block: &str, token: &str) -> String {
    // The file itself is for a demo in the current folder; here its lines are the environment.
    let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with(". ")).collect();
    let mut shell = tokio::process::Command::new("sh");
    shell.arg("-c").arg(lines.join("\n")).env("TOKEN", token);
    for (name, value) in &world.showing.env {
        shell.env(name, value);
    }
    let output = shell.output().await.unwrap();
    assert!(output.status.success(), "{block}");
    String::from_utf8(output.stdout).unwrap()
}

/// The README's two requests, and those of the integrators' page, pasted as they are, get a token and a 200.
#[test]
fn the_requests_that_the_documents_print_work() {
    use tollgate_tests::{Backend, World, run};
    run(async {
        let pages = [
            ("README.md", vec!["safesend", "safesend"]),
            (
                "docs/integrators/README.md",
                vec!["safesend", "sovos", "signicat", "sovos"],
            ),
        ];
        for (page, presets) in pages {
            let blocks = requests(page);
            assert_eq!(
                blocks.len(),
                presets.len(),
                "{page}: a request was added; say here whose it is"
            );
            for (block, preset) in blocks.iter().zip(presets) {
                let world = World::start(preset, Backend::Sqlite).await;
                let token = world.token().await;
                let printed = paste(&world, block, &token).await;
                if block.contains("TOLLGATE_TOKEN_URL") {
                    let answer: serde_json::Value = serde_json::from_str(&printed).unwrap();
                    assert!(
                        answer["access_token"].as_str().is_some_and(|token| token.len() > 100),
                        "{page}: {printed}"
                    );
                } else {
                    assert!(printed.starts_with("HTTP/1.1 200"), "{page}: {printed}");
                }
            }
        }
    });
}

/// Every piece of configuration is one that the program takes.
#[test]
fn every_piece_of_configuration_in_the_documents_is_taken() {
    let mut checked = 0;
    for document in documents() {
        for block in blocks(&document, "toml") {
            let read = tollgate::settings::read(&block);
            assert!(read.is_ok(), "{}: {block}\n{:?}", document.display(), read.err());
            checked += 1;
        }
    }
    assert!(checked > 3);
}

/// The headers that the operators' page names are those that the gateway sets.
#[test]
fn the_headers_that_apis_are_told_are_on_the_page() {
    let page = std::fs::read_to_string(root().join("docs/operators/README.md")).unwrap();
    let tollgate_gateway::IdentityHeaders {
        account,
        client,
        subject,
        person,
        scopes,
        environment,
        acting_user,
        acting_user_id,
        assertion,
        request_id,
    } = Default::default();
    for name in [
        account,
        client,
        subject,
        person,
        scopes,
        environment,
        acting_user,
        acting_user_id,
        assertion,
        request_id,
    ] {
        assert!(page.contains(&format!("`{name}`")), "{name}");
    }
}

/// OP6: the patterns that the operators' page publishes are those of the program.
#[test]
fn the_published_patterns_are_those_of_the_credentials() {
    let page = std::fs::read_to_string(root().join("docs/operators/README.md")).unwrap();
    for kind in tollgate_keys::secret::Kind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.pattern())), "{kind:?}");
    }
}
