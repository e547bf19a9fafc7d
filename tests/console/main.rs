//! The console: its people, its developer section and its pages, on real stores and over real HTTP.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr
)]

/// A test on a scene of these settings, once on each store.
macro_rules! on_both_stores {
    ($($(#[$doc:meta])* $name:ident($settings:expr, $body:expr))*) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            #[test]
            fn on_sqlite() {
                tollgate_tests::run(async {
                    let body = $body;
                    body(Scene::start($settings, tollgate_tests::Backend::Sqlite).await).await;
                });
            }

            #[test]
            fn on_postgresql() {
                tollgate_tests::run(async {
                    let body = $body;
                    body(Scene::start($settings, tollgate_tests::Backend::Postgres).await).await;
                });
            }
        }
    )*};
}

mod developer_rules;
mod log;
mod pages;
mod people;
mod scene;
