//! People who come from another house.

use super::answer::{Answer, PageView, whole};
use super::ask::Body;
use super::by::By;
use super::problem::done;
use super::users::UserView;
use super::word;
use axum::extract::State as Of;
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::user::{self, Import, Imports, claims::Claims};
use utoipa::ToSchema;

/// Somebody to bring in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPerson {
    /// E-mail address, which no other person has.
    email: String,
    /// 1 to 200 characters.
    name: String,
    /// Whether the other house knew that the address is read.
    #[serde(default)]
    email_verified: bool,
    /// What clients may be told besides address and name: claims that some scope opens.
    #[serde(default)]
    #[schema(value_type = Object)]
    claims: Claims,
    /// What the other house made of the password: bcrypt, `$pbkdf2-sha256$`, `$pbkdf2-sha512$`, `$scrypt$` or Argon2. It
    /// is made anew at the first sign-in. Absent: the person chooses a password by "forgot password".
    #[schema(write_only)]
    password_hash: Option<String>,
    /// Whether they may sign in.
    state: Option<word::State>,
}

/// A hash is for guessing at, so it prints as stars.
impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewPerson").finish_non_exhaustive()
    }
}

/// People to bring in: all of them, or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    /// At most 500.
    #[schema(max_items = 500)]
    users: Vec<NewPerson>,
    /// The number of the first, as complaints name it: the line of a file.
    #[serde(default = "one")]
    #[schema(default = 1)]
    first_line: usize,
    /// Whether they are only looked at, and nobody is brought in.
    #[serde(default)]
    check: bool,
}

const fn one() -> usize {
    1
}

impl From<NewPerson> for Import {
    fn from(person: NewPerson) -> Self {
        Self {
            email: person.email,
            name: person.name,
            email_verified: person.email_verified,
            claims: person.claims,
            password_hash: person.password_hash,
            state: person.state.map(Into::into),
        }
    }
}

/// Brings people in with the hashes of their passwords: all of them, or none. Every bad one is named by line and field.
#[utoipa::path(post, path = "/api/v1/users/import", operation_id = "importUsers", tag = "users",
    request_body = People, responses((status = 200, description = "Who came in; nobody, where it was a check", body = PageView<UserView>)))]
pub(super) async fn import(Of(desk): Of<Arc<Desk>>, by: By, Body(ask): Body<People>) -> Answer {
    let ask = Imports {
        people: ask.users.into_iter().map(Into::into).collect(),
        first_line: ask.first_line,
        check: ask.check,
    };
    whole::<_, UserView>(done(user::import(&desk, by.asker(), &ask).await)?)
}
