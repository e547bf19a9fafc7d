//! People whom a program sets up together with the place: those of a demo.

use super::chosen;
use crate::desk::Desk;
use crate::registry::value;
use crate::registry::{Asker, No, Registered, named, new_id, settle};
use serde_json::json;
use tollgate_keys::password::Verdict;
use tollgate_model::{Change, Decision, Fault, State, User, UserId};

/// A person to set up.
#[derive(Clone, Copy)]
pub struct Provide<'a> {
    /// The address to sign in with.
    pub email: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// Whether they work for those who run the place.
    pub operator: bool,
}

/// Makes a person with this password, or gives it to the one who has the address. No door of the network leads here:
/// who has the master key and the store may do this, and nobody else.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn provide(desk: &Desk, asker: &Asker, ask: &Provide<'_>) -> Registered<User> {
    let (email, name) = match (value::email("email", ask.email), named("name", ask.name)) {
        (Ok(email), Ok(name)) => (email, name),
        (Err(no), _) | (_, Err(no)) => return Ok(Err(no)),
    };
    let password = match chosen(desk, ask.password, &[&email, &name]).await? {
        Ok(password) => password,
        Err(weak) => return Ok(Err(No::invalid("password", weak.to_string()))),
    };
    let id = UserId::new(new_id(desk, "usr")?);
    settle(desk, "user", async || {
        let now = desk.now();
        Ok(Ok(match desk.store.user_by_email(&email).await? {
            Some(held) => {
                let user = User {
                    password: Some(password.clone()),
                    ..held
                };
                let told = asker.did("user.password_set", None, user.id.as_str(), now, json!({}));
                let change = Change::ReviseUser {
                    was: user.version,
                    user: user.clone(),
                };
                Decision::with(user, vec![change, told])
            }
            None => {
                let user = User {
                    claims: serde_json::Map::new(),
                    email_verified: true,
                    id: id.clone(),
                    email: email.clone(),
                    name: name.clone(),
                    password: Some(password.clone()),
                    totp: None,
                    recovery: Vec::new(),
                    operator: ask.operator,
                    state: State::Active,
                    created: now,
                    version: 1,
                };
                let detail = json!({ "email": user.email, "operator": user.operator });
                let told = asker.did("user.created", None, user.id.as_str(), now, detail);
                let add = Change::AddUser {
                    user: user.clone(),
                    first: false,
                };
                Decision::with(user, vec![add, told])
            }
        }))
    })
    .await
}

/// Whether the person with this address still has this password.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn still(desk: &Desk, email: &str, password: &str) -> Result<bool, Fault> {
    let held = desk.store.user_by_email(email).await?.and_then(|user| user.password);
    Ok(match held {
        Some(held) => matches!(desk.bench.verify(password, &held).await?, Verdict::Right { .. }),
        None => false,
    })
}
