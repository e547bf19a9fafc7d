//! What operators change about a person, as clients are told of it.

use super::claims::{self, Claims};
use super::revised;
use crate::desk::Desk;
use crate::registry::{Asker, No, Registered, named, settle, unchanged};
use crate::terms::people::PeopleTerms;
use serde_json::json;
use tollgate_model::{Decision, Moment, User, UserId, Version};

/// What is to become of a person; what is absent stays. Address, password and factors are the person's own to change.
#[derive(Clone, Debug, Default)]
pub struct Revise {
    /// The person's name.
    pub name: Option<String>,
    /// Whether the address is known to be read by this person.
    pub email_verified: Option<bool>,
    /// All that clients may be told besides address and name, from now on.
    pub claims: Option<Claims>,
    /// The version that the asker saw.
    pub seen: Option<Version>,
}

/// Changes what is on record of a person. Clients learn of it at their next look.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn revise(desk: &Desk, asker: &Asker, id: &UserId, ask: &Revise) -> Registered<User> {
    settle(desk, "user", async || {
        let Some(user) = desk.store.user(id).await? else {
            return Ok(Err(No::NotFound("user")));
        };
        Ok(decide(&user, ask, &desk.terms.people, asker, desk.now()))
    })
    .await
}

fn decide(held: &User, ask: &Revise, terms: &PeopleTerms, asker: &Asker, now: Moment) -> Result<Decision<User>, No> {
    unchanged("user", ask.seen, held.version)?;
    let name = match &ask.name {
        Some(name) => named("name", name)?,
        None => held.name.clone(),
    };
    let claims = match &ask.claims {
        Some(claims) => claims::check(claims, terms)?,
        None => held.claims.clone(),
    };
    let email_verified = ask.email_verified.unwrap_or(held.email_verified);
    if (&name, &claims, email_verified) == (&held.name, &held.claims, held.email_verified) {
        return Ok(Decision::just(held.clone()));
    }
    // The log says which claims were changed, and not what they say: it is kept for longer than anybody's birthday
    // should be.
    let touched: Vec<&str> = held
        .claims
        .iter()
        .chain(&claims)
        .filter(|(name, _)| held.claims.get(*name) != claims.get(*name))
        .map(|(name, _)| name.as_str())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let detail = json!({ "name": name, "email_verified": email_verified, "claims": touched });
    let told = asker.did("user.revised", None, held.id.as_str(), now, detail);
    let (mut changes, user) = revised(held, |user| {
        user.name = name;
        user.claims.clone_from(&claims);
        user.email_verified = email_verified;
    });
    changes.push(told);
    Ok(Decision::with(user, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::facts::{revised as found, told, user};
    use crate::registry::facts::{NOW, asker};
    use tollgate_model::Change;

    fn decided(held: &User, ask: &Revise) -> Result<Decision<User>, No> {
        let terms = PeopleTerms::of("https://issuer.example/userinfo");
        decide(held, ask, &terms, &asker(), NOW)
    }

    fn claims(value: serde_json::Value) -> Option<Claims> {
        value.as_object().cloned()
    }

    /// OP4: the log names the claims that were changed, and not what they say.
    #[test]
    fn what_a_person_is_said_to_be_is_told_by_name_only() {
        let held = User {
            claims: claims(json!({ "birthdate": "1990-05-31", "gender": "f" })).unwrap(),
            ..user()
        };
        let ask = Revise {
            claims: claims(json!({ "birthdate": "1991-05-31", "gender": "f", "locale": "de" })),
            email_verified: Some(false),
            ..Revise::default()
        };
        let made = decided(&held, &ask).unwrap();
        assert_eq!(told(&made.changes), ["user.revised"]);
        let (then, was) = found(&made.changes).unwrap();
        assert_eq!((then.claims.len(), then.email_verified, was), (3, false, 6));
        assert_eq!(then.password, held.password);
        let detail = made.changes.iter().find_map(|change| match change {
            Change::Record(event) => Some(event.detail.to_string()),
            _ => None,
        });
        let detail = detail.unwrap();
        assert!(detail.contains(r#"["birthdate","locale"]"#), "{detail}");
        assert!(!detail.contains("1991"), "{detail}");
    }

    #[test]
    fn what_is_absent_stays_and_nothing_new_changes_nothing() {
        let made = decided(&user(), &Revise::default()).unwrap();
        assert!(made.changes.is_empty());
        let rename = Revise {
            name: Some(" Ann Lee ".into()),
            seen: Some(6),
            ..Revise::default()
        };
        assert_eq!(decided(&user(), &rename).unwrap().answer.name, "Ann Lee");
        let stale = Revise {
            seen: Some(5),
            ..rename
        };
        assert_eq!(decided(&user(), &stale).unwrap_err(), No::Stale("user"));
        let wrong = Revise {
            claims: claims(json!({ "sub": "usr_2" })),
            ..Revise::default()
        };
        assert_eq!(decided(&user(), &wrong).unwrap_err().code(), "invalid");
    }
}
