//! The console's ready-made requests, run as an integrator runs them: downloaded by somebody who signed in, with nothing
//! changed, the secret in the environment.
//!
//! curl, Python, Node and Rust are run always; Go, Java and C# where they are installed, and it is said what was left
//! out. With `TOLLGATE_RECIPES=all` nothing may be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod console;
mod kitchen;
mod tools;

use console::Browser;
use kitchen::{Kitchen, LANGUAGES, Outcome};
use tollgate_tests::{Backend, World, run};

/// Every recipe of a preset gets a token and a 200, and says what is wrong when the secret is.
#[expect(clippy::print_stderr, reason = "what is left out is never left out in silence")]
async fn recipes_work(preset: &str) {
    let world = World::start(preset, Backend::Sqlite).await;
    let browser = Browser::sign_in(&world).await;
    let kitchen = Kitchen::new();
    let mut failed = Vec::new();
    for language in LANGUAGES {
        let text = browser.recipe(&world, language.file).await;
        assert!(!text.contains(world.env("CLIENT_SECRET")), "the secret is in no recipe");
        assert!(!text.contains("idfy"), "a deprecated endpoint is never offered");
        let Some(dish) = kitchen.prepare(language, &text).await else {
            eprintln!("LEFT OUT: {} of {preset}: it is not installed here", language.file);
            continue;
        };
        match dish.serve(world.env("CLIENT_SECRET")).await {
            Outcome { ok: true, said } if said.contains("200") => {}
            other => failed.push(format!("{}: {other:?}", language.file)),
        }
        match dish.serve("tgs_wrong").await {
            Outcome { ok: false, said } if said.contains("no token") => {}
            other => failed.push(format!("{} with a wrong secret: {other:?}", language.file)),
        }
    }
    assert!(failed.is_empty(), "{preset}:\n{}", failed.join("\n"));
}

/// SG-20, SE-24: SafeSend's recipes, with JSON, the acting user, and a token that is kept.
#[test]
fn every_recipe_of_safesend_works() {
    run(recipes_work("safesend"));
}

/// SG-20, SG-6: Signicat's, with Basic and scopes; the deprecated endpoint is never offered.
#[test]
fn every_recipe_of_signicat_works() {
    run(recipes_work("signicat"));
}

/// SE-24: Signeasy's, with JSON and the app's owner.
#[test]
fn every_recipe_of_signeasy_works() {
    run(recipes_work("signeasy"));
}

/// SO-25: Sovos', with Basic and an audience.
#[test]
fn every_recipe_of_sovos_works() {
    run(recipes_work("sovos"));
}

/// SE-24: the shell's recipe keeps its token in a file of its owner's, and asks for no second one.
#[test]
fn a_token_is_kept_between_runs() {
    run(async {
        let world = World::start("safesend", Backend::Sqlite).await;
        let browser = Browser::sign_in(&world).await;
        let kitchen = Kitchen::new();
        let text = browser.recipe(&world, "call.sh").await;
        let dish = kitchen.prepare(&LANGUAGES[0], &text).await.unwrap();
        let secret = world.env("CLIENT_SECRET");
        assert!(dish.serve_at_home(secret).await.ok);
        let (kept, mode) = kitchen.kept(world.env("CLIENT_ID"));
        assert_eq!(mode & 0o077, 0, "nobody else may read it");
        assert!(!kept.contains(secret));
        assert!(dish.serve_at_home(secret).await.ok);
        assert_eq!(kitchen.kept(world.env("CLIENT_ID")).0, kept, "the same token");
    });
}

/// SG-20, SO-25: the collection runs in Postman's own runner: a token, and every call let through.
#[test]
fn the_postman_collection_runs() {
    run(async {
        for preset in ["safesend", "signicat", "signeasy", "sovos"] {
            let world = World::start(preset, Backend::Sqlite).await;
            let browser = Browser::sign_in(&world).await;
            let text = browser.recipe(&world, "postman.json").await;
            assert!(!text.contains(world.env("CLIENT_SECRET")));
            tools::newman(preset, &text, world.env("CLIENT_SECRET")).await;
        }
    });
}

/// SG-21: the document is OpenAPI 3.1 to a validator that nobody here wrote.
#[test]
fn the_openapi_document_is_one() {
    run(async {
        for preset in ["safesend", "signicat", "signeasy", "sovos"] {
            let world = World::start(preset, Backend::Sqlite).await;
            let browser = Browser::sign_in(&world).await;
            let text = browser.recipe(&world, "openapi.json").await;
            let document: serde_json::Value = serde_json::from_str(&text).unwrap();
            let flow = &document["components"]["securitySchemes"]["tollgate"]["flows"]["clientCredentials"];
            assert_eq!(flow["tokenUrl"], world.env("TOKEN_URL"), "{preset}");
            assert!(!document["paths"].as_object().unwrap().is_empty(), "{preset}");
            tools::openapi(preset, &text).await;
        }
    });
}

/// CO4: another account's client has no recipes here, and a path that leads nowhere gives none.
#[test]
fn there_are_no_recipes_of_what_is_not_there() {
    run(async {
        let world = World::start("safesend", Backend::Sqlite).await;
        let browser = Browser::sign_in(&world).await;
        let client = world.env("CLIENT_ID");
        for (path, status) in [
            ("/clients/another/use".to_owned(), 404),
            ("/clients/another/use/call.sh".to_owned(), 404),
            (format!("/clients/{client}/use"), 200),
            (format!("/clients/{client}/use?language=cobol"), 400),
            (format!("/clients/{client}/use?path=%22%3Bevil"), 422),
            (format!("/clients/{client}/use/call.sh?path=%22%3Bevil"), 400),
            (format!("/clients/{client}/use/call.exe"), 404),
        ] {
            assert_eq!(browser.get(&path).await.0, status, "{path}");
        }
    });
}
