//! What comes next on a person's way: one plain function, to which every page returns.

use super::ask::not_allowed;
use crate::terms::people::{Acr, Connection, ConnectionKind, PeopleTerms};
use tollgate_model::authorization::{Asked, Prompt};
use tollgate_model::{Moment, Session, User};
use tollgate_protocol::refusal::{Code, Refusal};

/// What a person is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To sign in.
    SignIn,
    /// To show the second factor.
    SecondFactor,
    /// To say who to be.
    SelectAccount,
    /// To sign in at this connection, without a page of ours before.
    Connection(String),
    /// To press the button of this test connection.
    Test(String),
    /// To agree.
    Consent,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The person is asked for something.
    Step(Step),
    /// The client gets its code.
    Code {
        /// The kind of sign-in that was reached: `acr`.
        acr: Option<String>,
    },
    /// The client is told that it comes to nothing.
    Fail(Refusal),
}

/// What is decided upon.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What the client asked for.
    pub asked: &'a Asked,
    /// The terms.
    pub terms: &'a PeopleTerms,
    /// Whether people may be sent to this client.
    pub may_send: bool,
    /// Who is at the browser.
    pub person: Person<'a>,
    /// What they agreed to.
    pub agreed: Agreed,
    /// The moment.
    pub now: Moment,
}

/// Who is at the browser.
#[derive(Clone, Copy, Debug)]
pub enum Person<'a> {
    /// Nobody we know.
    Nobody,
    /// Somebody who owes the second factor.
    Half,
    /// Somebody who signed in.
    Present {
        /// Who.
        user: &'a User,
        /// The session.
        session: &'a Session,
        /// Whether a factor was shown since this request came.
        fresh: bool,
        /// Whether there is another session since, whenever its factors were shown: who comes from another provider's
        /// session of this morning is not sent there again for the same reason.
        anew: bool,
        /// Whether it is who the client expects; also when it expects nobody.
        expected: bool,
        /// Whether they said to be this person since the request came, or signed in since.
        chosen: bool,
    },
}

/// What a person agreed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    /// To all that is asked, now or before, and did not take it back.
    pub all: bool,
    /// On the page of this very request.
    pub here: bool,
    /// The vendor's own client: nobody is asked.
    pub trusted: bool,
}

/// What comes next. Each step that is named leads on once it is done: none is named twice for the same reason.
#[must_use]
pub fn next(facts: &Facts<'_>) -> Next {
    if !facts.may_send {
        return Next::Fail(not_allowed());
    }
    match way(facts) {
        // OpenID Connect Core §3.1.2.1: with `prompt=none` no page is shown.
        Next::Step(step) if facts.asked.prompt.contains(&Prompt::None) => Next::Fail(Refusal::of(match step {
            Step::SignIn | Step::SecondFactor | Step::Connection(_) | Step::Test(_) => Code::LoginRequired,
            Step::SelectAccount => Code::AccountSelectionRequired,
            Step::Consent => Code::ConsentRequired,
        })),
        next => next,
    }
}

fn way(facts: &Facts<'_>) -> Next {
    let asked = facts.asked;
    let Person::Present {
        user,
        session,
        fresh,
        anew,
        expected,
        chosen,
    } = facts.person
    else {
        return Next::Step(match facts.person {
            Person::Half => Step::SecondFactor,
            _ => enter(facts),
        });
    };
    if !expected {
        // Whoever signed in for this request is another: the client is told, rather than the person asked for ever.
        return match anew {
            true => Next::Fail(Refusal::of(Code::LoginRequired)),
            false => Next::Step(enter(facts)),
        };
    }
    if !fresh && (asked.prompt.contains(&Prompt::Login) || is_old(asked.max_age, session, facts.now)) {
        return Next::Step(enter(facts));
    }
    if asked.prompt.contains(&Prompt::SelectAccount) && !chosen {
        return Next::Step(Step::SelectAccount);
    }
    if let Some(connection) = asked
        .connection
        .as_deref()
        .and_then(|name| facts.terms.connection(name))
        && !has(session, &connection.factor)
    {
        return Next::Step(to(connection));
    }
    let acr = match reached(facts, user, session, anew) {
        Ok(acr) => acr,
        Err(next) => return next,
    };
    let Agreed { all, here, trusted } = facts.agreed;
    let again = asked.prompt.contains(&Prompt::Consent) && !here;
    if again || !(all || trusted) {
        return Next::Step(Step::Consent);
    }
    Next::Code { acr }
}

/// How somebody signs in who is not, or must do so again: at the connection that was asked for, if it is a provider.
/// A test connection is pressed by somebody who signed in.
fn enter(facts: &Facts<'_>) -> Step {
    let asked = facts.asked.connection.as_deref();
    match asked.and_then(|name| facts.terms.connection(name)) {
        Some(connection) if matches!(connection.kind, ConnectionKind::OpenId { .. }) => to(connection),
        _ => Step::SignIn,
    }
}

/// Whether more time went by since a factor was shown than the client lets. `max_age=0` is `prompt=login` (OpenID Connect
/// Core §3.1.2.1): whatever was shown before this request is too old.
fn is_old(max_age: Option<i64>, session: &Session, now: Moment) -> bool {
    max_age.is_some_and(|most| most == 0 || now.since(session.proved) > most)
}

fn to(connection: &Connection) -> Step {
    let name = connection.name.clone();
    match connection.kind {
        ConnectionKind::OpenId { .. } => Step::Connection(name),
        ConnectionKind::Test => Step::Test(name),
    }
}

fn has(session: &Session, factor: &str) -> bool {
    session.factors.iter().any(|shown| shown == factor)
}

/// The kind of sign-in that was reached; what comes next, where none of those asked for was.
fn reached(facts: &Facts<'_>, user: &User, session: &Session, anew: bool) -> Result<Option<String>, Next> {
    let met = |acr: &&Acr| acr.ways.iter().any(|way| way.iter().all(|factor| has(session, factor)));
    let asked = &facts.asked.acr_values;
    if asked.is_empty() {
        return Ok(facts.terms.acrs.iter().find(met).map(|acr| acr.value.clone()));
    }
    let wanted = || {
        asked
            .iter()
            .filter_map(|value| facts.terms.acrs.iter().find(|acr| acr.value == *value))
    };
    if let Some(acr) = wanted().find(met) {
        return Ok(Some(acr.value.clone()));
    }
    let step = wanted()
        .flat_map(|acr| &acr.ways)
        .find_map(|way| towards(way, facts, user, session, anew));
    Err(match step {
        Some(step) => Next::Step(step),
        None => Next::Fail(Refusal::of(Code::AcrUnmet).with("acr", asked.join(" "))),
    })
}

/// The first step towards a way, if this person can go it to its end. What is shown at the sign-in page comes first,
/// because signing in anew begins anew; and it comes once.
fn towards(way: &[String], facts: &Facts<'_>, user: &User, session: &Session, anew: bool) -> Option<Step> {
    let (mut at_the_door, mut elsewhere) = (false, None);
    for missing in way.iter().filter(|factor| !has(session, factor)) {
        let shown_there = match missing.as_str() {
            "pwd" => user.password.is_some(),
            "otp" => user.totp.is_some(),
            _ => false,
        };
        if shown_there && !anew {
            at_the_door = true;
        } else {
            let connection = facts.terms.connections.iter().find(|one| one.factor == *missing)?;
            elsewhere.get_or_insert(connection);
        }
    }
    if at_the_door {
        return Some(Step::SignIn);
    }
    elsewhere.map(to)
}

#[cfg(test)]
mod tests;
