//! A person's way, as its pages see it.

use tollgate_model::{Account, Api, Authorization, Client};

/// A person's way, as far as its pages need to know it.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The record.
    pub authorization: Authorization,
    /// The client that asked.
    pub client: Client,
    /// The client's account.
    pub account: Account,
    /// The API that the token shall be for.
    pub api: Option<Api>,
    /// The language of the pages: one of [`super::language::SPOKEN`].
    pub language: String,
}
