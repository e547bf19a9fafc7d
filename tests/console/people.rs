//! People: how they sign in, and what keeps others from it; the rules themselves, on the stores themselves.

mod addresses;
mod alike;
pub(crate) mod app;
mod disabled;
mod guessing;
mod kept;
mod once;
mod passwords;
mod proving;
mod sessions;
