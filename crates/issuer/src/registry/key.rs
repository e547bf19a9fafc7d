//! Signing keys: rotate by command, and have one for whatever is to be signed.

use super::{Asker, Registered, settle};
use crate::desk::Desk;
use crate::terms::people::PeopleTerms;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use tollgate_model::{Api, Change, Decision, Fault, Kid, Moment, SigningKeyRow};
use tollgate_protocol::jose::Algorithm;

/// Where a signing key stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Shown to verifiers, and not signing yet.
    Published,
    /// The one that signs.
    Signing,
    /// Signing no more, and shown until its last token has expired.
    Retiring,
    /// Shown no more.
    Retired,
}

impl Stage {
    /// The word it is shown as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }
}

/// Every signing key with its stage at `now`, newest first. Nothing of the private part is in it that could
/// be used: the row holds it sealed.
#[must_use]
pub fn list(desk: &Desk, now: Moment) -> Vec<(SigningKeyRow, Stage)> {
    let rows = desk.memory.keyring().rows();
    let mut keys: Vec<_> = rows.iter().map(|row| (row.clone(), stage(row, &rows, now))).collect();
    keys.sort_by(|(one, _), (other, _)| (other.active_from, &other.kid).cmp(&(one.active_from, &one.kid)));
    keys
}

fn stage(row: &SigningKeyRow, rows: &[SigningKeyRow], now: Moment) -> Stage {
    let age = |row: &SigningKeyRow| (row.active_from, row.published, row.kid.clone());
    let retired = |row: &SigningKeyRow| row.retires.is_some_and(|end| end <= now);
    if retired(row) {
        return Stage::Retired;
    }
    if row.active_from > now {
        return Stage::Published;
    }
    let followed = rows.iter().any(|other| {
        other.algorithm == row.algorithm && other.active_from <= now && !retired(other) && age(other) > age(row)
    });
    if followed { Stage::Retiring } else { Stage::Signing }
}

/// Brings in a new key for an algorithm. It is published at once and signs when every cached key set has it;
/// the one before it stays published until its last token has expired. Answers the new key.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn rotate(desk: &Arc<Desk>, asker: &Asker, algorithm: Algorithm) -> Registered<Kid> {
    settle(desk, "key", async || {
        // Another node may have turned the ring: the calendar is written for all keys on record.
        desk.memory.keyring().learn(&*desk.store).await?;
        let now = desk.now();
        let (kid, mut changes) = turned(desk, algorithm, now).await?;
        changes.push(asker.did(
            "key.rotated",
            None,
            kid.as_str(),
            now,
            json!({ "algorithm": algorithm }),
        ));
        Ok(Ok(Decision::with(kid, changes)))
    })
    .await
}

/// Makes a key for every algorithm that is signed with and that no key on record has: those of the APIs, and where people
/// sign in those of ID tokens and of the house's own tokens. What a start does before it serves. No other key is shown:
/// a client can choose no other algorithm, and there are clients that stumble over a kind of key they do not know.
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance.
pub async fn ensure(desk: &Arc<Desk>) -> Result<(), Fault> {
    let apis = desk.store.apis().await?;
    for algorithm in wanted(&apis, &desk.terms.people) {
        signed_with(desk, &Asker::system(), algorithm).await?;
    }
    Ok(())
}

fn wanted(apis: &[Api], people: &PeopleTerms) -> BTreeSet<Algorithm> {
    let house = [people.id_token_alg, people.openid.algorithm];
    let house = people.enabled.then_some(house).into_iter().flatten();
    apis.iter().map(|api| api.algorithm).chain(house).collect()
}

/// The longest life of anything that is signed, in seconds: for so long a key that signs no more is still shown.
#[must_use]
pub fn longest_lifetime(desk: &Desk) -> i64 {
    longest(desk.memory.catalogue().longest_lifetime(), &desk.terms.people)
}

fn longest(apis: i64, people: &PeopleTerms) -> i64 {
    match people.enabled {
        true => apis.max(people.id_token_lifetime).max(people.openid.lifetime),
        false => apis,
    }
}

/// Makes a key for `algorithm` when none on record signs with it.
pub(crate) async fn signed_with(desk: &Arc<Desk>, asker: &Asker, algorithm: Algorithm) -> Result<(), Fault> {
    desk.memory.keyring().learn(&*desk.store).await?;
    if desk
        .memory
        .keyring()
        .held()
        .ring
        .signer(algorithm, desk.now().0)
        .is_none()
    {
        let rotated = rotate(desk, asker, algorithm).await?;
        rotated.map_err(|no| Fault::unavailable("making a signing key", no))?;
    }
    Ok(())
}

/// Making an RSA key keeps a core busy for a while, so it is done where blocking is allowed.
async fn turned(desk: &Arc<Desk>, algorithm: Algorithm, now: Moment) -> Result<(Kid, Vec<Change>), Fault> {
    let desk = Arc::clone(desk);
    let turn = tokio::task::spawn_blocking(move || {
        let longest = longest_lifetime(&desk);
        desk.memory
            .keyring()
            .turn(algorithm, longest, desk.terms.keys, &*desk.entropy, now)
    });
    turn.await.map_err(|e| Fault::defect("making a signing key", e))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::NOW;

    fn key(kid: &str, algorithm: Algorithm, from: i64, retires: Option<i64>) -> SigningKeyRow {
        SigningKeyRow {
            kid: Kid::new(kid),
            algorithm,
            sealed: Vec::new(),
            public: String::new(),
            published: NOW.plus(from - 600),
            active_from: NOW.plus(from),
            retires: retires.map(|end| NOW.plus(end)),
            version: 1,
        }
    }

    /// JW7: one key signs at a time; those before and after it are shown.
    #[test]
    fn a_key_goes_through_its_stages() {
        let rows = [
            key("gone", Algorithm::ES256, -900, Some(0)),
            key("old", Algorithm::ES256, -500, Some(1)),
            key("now", Algorithm::ES256, 0, None),
            key("next", Algorithm::ES256, 1, None),
            key("other", Algorithm::RS256, -900, None),
        ];
        let stages: Vec<_> = rows.iter().map(|row| stage(row, &rows, NOW).as_str()).collect();
        assert_eq!(stages, ["retired", "retiring", "signing", "published", "signing"]);
    }

    /// JW7, DI3: where people sign in there is a key for whatever a client may choose and none besides, and it is shown for
    /// as long as an ID token lives.
    #[test]
    fn where_people_sign_in_what_signs_for_them_has_a_key() {
        let apis = [crate::registry::facts::api()];
        let mut people = PeopleTerms::of("https://as.example/userinfo");
        people.id_token_lifetime = 7_200;
        assert_eq!(wanted(&apis, &people), BTreeSet::from([Algorithm::ES256]));
        assert_eq!(longest(60, &people), 60);
        people.enabled = true;
        people.id_token_alg = Algorithm::PS256;
        people.openid.algorithm = Algorithm::EdDSA;
        let three = [Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA];
        assert_eq!(wanted(&apis, &people), BTreeSet::from(three));
        assert_eq!((longest(60, &people), longest(9_000, &people)), (7_200, 9_000));
        people.openid.lifetime = 8_000;
        assert_eq!(longest(60, &people), 8_000);
    }
}
