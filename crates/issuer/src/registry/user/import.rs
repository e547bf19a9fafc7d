//! People who come from another house, with the hashes of their passwords.

use super::claims::{self, Claims};
use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, named, new_id, settle, value};
use crate::terms::people::PeopleTerms;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tollgate_keys::password;
use tollgate_model::{Change, Decision, Moment, State, User, UserId};

/// The most people at once.
pub const MOST: usize = 500;
/// So many complaints are told at once; whoever has more has made one mistake often.
const COMPLAINTS: usize = 20;

/// Somebody to bring in.
#[derive(Clone, Default)]
pub struct Import {
    /// The address to sign in with, which nobody has.
    pub email: String,
    /// The person's name.
    pub name: String,
    /// Whether the other house knew that the address is read.
    pub email_verified: bool,
    /// What clients may be told besides address and name.
    pub claims: Claims,
    /// What the other house made of the password: bcrypt, PBKDF2, scrypt or Argon2. It is compared until the person
    /// signs in, and then made anew (OP7). Absent: the person chooses one by "forgot password".
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub state: Option<State>,
}

/// A list of people to bring in.
#[derive(Clone, Default)]
pub struct Imports {
    /// Who.
    pub people: Vec<Import>,
    /// The number of the first, for complaints: the line of a file. 1 where there is no file.
    pub first_line: usize,
    /// Whether they are only looked at, and nothing is kept.
    pub check: bool,
}

/// Brings people in: all of the list, or none.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn import(desk: &Desk, asker: &Asker, ask: &Imports) -> Registered<Vec<User>> {
    if ask.people.len() > MOST {
        return Ok(Err(No::invalid("users", format!("must be at most {MOST} at once"))));
    }
    let mut ids = Vec::with_capacity(ask.people.len());
    for _ in &ask.people {
        ids.push(UserId::new(new_id(desk, "usr")?));
    }
    let imported = settle(desk, "user", async || {
        let mut taken = BTreeSet::new();
        for person in &ask.people {
            // What is no address is complained about below.
            if let Ok(email) = value::email("email", &person.email)
                && desk.store.user_by_email(&email).await?.is_some()
            {
                taken.insert(email);
            }
        }
        let decided = decide(ask, &ids, &taken, &desk.terms.people, asker, desk.now());
        Ok(decided.map(|decision| match ask.check {
            true => Decision::just(Vec::new()),
            false => decision,
        }))
    });
    let imported = imported.await?;
    if let Ok(users) = &imported {
        for hash in users.iter().filter_map(|user| user.password.as_deref()) {
            desk.bench.expect(hash);
        }
    }
    Ok(imported)
}

/// Everybody, or every complaint: each names its line and its field.
fn decide(
    ask: &Imports,
    ids: &[UserId],
    taken: &BTreeSet<String>,
    terms: &PeopleTerms,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Vec<User>>, No> {
    let (mut users, mut complaints) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (place, (person, id)) in ask.people.iter().zip(ids).enumerate() {
        let line = ask.first_line.saturating_add(place);
        let one = one(person, id, terms, now).and_then(|user| match seen.get(&user.email) {
            Some(before) => Err(No::invalid("email", format!("is that of line {before} already"))),
            None if taken.contains(&user.email) => Err(No::invalid("email", "somebody signs in with it already")),
            None => Ok(user),
        });
        match one {
            Ok(user) => {
                seen.insert(user.email.clone(), line);
                users.push(user);
            }
            Err(no) => complaints.push(format!("line {line}: {no}")),
        }
    }
    if !complaints.is_empty() {
        let more = complaints.len().saturating_sub(COMPLAINTS);
        complaints.truncate(COMPLAINTS);
        if more > 0 {
            complaints.push(format!("and {more} more"));
        }
        return Err(No::invalid("users", complaints.join("; ")));
    }
    let changes = users.iter().flat_map(|user| {
        let detail = json!({ "email": user.email, "password": user.password.is_some() });
        let add = Change::AddUser {
            user: user.clone(),
            first: false,
        };
        [add, asker.did("user.imported", None, user.id.as_str(), now, detail)]
    });
    let changes = changes.collect();
    Ok(Decision::with(users, changes))
}

fn one(person: &Import, id: &UserId, terms: &PeopleTerms, now: Moment) -> Result<User, No> {
    let email = value::email("email", &person.email)?;
    if let Some(hash) = &person.password_hash {
        // The text itself is in no complaint: somebody may have put a password there.
        password::importable(hash).map_err(|wrong| No::invalid("password_hash", wrong.to_string()))?;
    }
    Ok(User {
        id: id.clone(),
        email,
        name: named("name", &person.name)?,
        claims: claims::check(&person.claims, terms)?,
        email_verified: person.email_verified,
        password: person.password_hash.clone(),
        totp: None,
        recovery: Vec::new(),
        // CO5: nobody becomes an operator by a file.
        operator: false,
        state: person.state.unwrap_or(State::Active),
        created: now,
        version: 1,
    })
}

#[cfg(test)]
mod tests;
