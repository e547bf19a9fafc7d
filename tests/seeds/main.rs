//! The literal requests of the vendors' documents, with only the placeholders filled in, over real HTTP on both stores.
//!
//! One file a vendor; each test names the requirements that it holds. Requests that a document prints go
//! through the `curl` program and keep the vendor's own host names; variants go through a Rust client.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

/// Makes two tests of each scene, one on each store. A scene that is not listed is dead code, which the lints refuse.
macro_rules! on_both_stores {
    ($preset:literal: $($scene:ident),* $(,)?) => {$(
        mod $scene {
            use tollgate_tests::{Backend, World, run};

            #[test]
            fn on_sqlite() {
                run(async { super::$scene(World::start($preset, Backend::Sqlite).await).await });
            }

            #[test]
            fn on_postgresql() {
                run(async { super::$scene(World::start($preset, Backend::Postgres).await).await });
            }
        }
    )*};
}

mod elite_3e;
mod firm;
mod paste;
mod person;
mod safesend;
mod signeasy;
mod signicat;
mod sovos;
mod token;
mod web;
