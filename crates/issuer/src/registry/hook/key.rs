//! A webhook's signing keys at rest.
//!
//! Sealed to `hook/<id>/key` is one line with the key; for a day after a rotation there is a second, with the key
//! before it, a space, and the moment from which on that one signs no more.

use crate::desk::Desk;
use tollgate_keys::webhook::HookKey;
use tollgate_model::{Fault, Hook, HookId, Moment};
use zeroize::Zeroizing;

/// For how many seconds after a rotation messages are signed with both keys.
pub const BOTH: i64 = 86_400;

/// The keys that sign a hook's messages at `now`, the newest first.
///
/// # Errors
/// A [`Fault`] when they do not open.
pub fn keys(desk: &Desk, hook: &Hook, now: Moment) -> Result<Vec<HookKey>, Fault> {
    let text = opened(desk, hook)?;
    let signing = valid(&text, now);
    if signing.is_empty() {
        return Err(damaged());
    }
    signing
        .into_iter()
        .map(|key| HookKey::parse(key).map_err(|e| Fault::defect(READING, e)))
        .collect()
}

/// What is kept when `key` is the newest.
pub(super) fn sealed(desk: &Desk, id: &HookId, key: &str, before: Option<(&str, Moment)>) -> Result<Vec<u8>, Fault> {
    desk.sealer
        .seal(&place(id), lines(key, before).as_bytes())
        .map_err(|e| Fault::defect("sealing a webhook's key", e))
}

/// What is kept when `key` takes the place of the one that was the newest.
pub(super) fn rotated(desk: &Desk, held: &Hook, key: &str, now: Moment) -> Result<Vec<u8>, Fault> {
    // A key that cannot be opened any more is what somebody may rotate for: the new one then stands alone.
    let text = opened(desk, held).ok();
    let before = text.as_ref().and_then(|text| text.lines().next());
    sealed(desk, &held.id, key, before.map(|old| (old, now.plus(BOTH))))
}

fn lines(key: &str, before: Option<(&str, Moment)>) -> Zeroizing<String> {
    Zeroizing::new(match before {
        Some((old, end)) => format!("{key}\n{old} {}", end.0),
        None => key.to_owned(),
    })
}

/// The keys among the lines that sign at `now`.
fn valid(text: &str, now: Moment) -> Vec<&str> {
    let mut lines = text.lines();
    let newest = lines.next();
    let older = lines.filter_map(|line| {
        let (key, end) = line.split_once(' ')?;
        (now.0 < end.parse().ok()?).then_some(key)
    });
    newest.into_iter().chain(older).collect()
}

fn opened(desk: &Desk, hook: &Hook) -> Result<Zeroizing<String>, Fault> {
    let bytes = desk
        .sealer
        .open(&place(&hook.id), &hook.sealed)
        .map_err(|e| Fault::defect(READING, e))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
    Ok(Zeroizing::new(text.to_owned()))
}

const READING: &str = "opening a webhook's key";

fn damaged() -> Fault {
    Fault::defect(READING, "it is not what is kept there")
}

fn place(id: &HookId) -> String {
    format!("hook/{id}/key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rotated_key_signs_for_a_day_beside_the_new_one() {
        let now = Moment(1_800_000_000);
        let first = lines("whsec_one", None);
        assert_eq!(valid(&first, now), ["whsec_one"]);

        let both = lines("whsec_two", Some(("whsec_one", now.plus(BOTH))));
        assert_eq!(valid(&both, now), ["whsec_two", "whsec_one"]);
        assert_eq!(valid(&both, now.plus(BOTH - 1)), ["whsec_two", "whsec_one"]);
        assert_eq!(valid(&both, now.plus(BOTH)), ["whsec_two"]);
    }

    #[test]
    fn a_line_that_is_none_signs_nothing() {
        for text in ["", "\n"] {
            assert!(valid(text, Moment(0)).iter().all(|key| key.is_empty()), "{text:?}");
        }
        assert_eq!(
            valid("whsec_two\nwhsec_one never\nwhsec_zero", Moment(0)),
            ["whsec_two"]
        );
    }
}
