//! Plain facts for the tests of the reckoning.

use tollgate_model::{AccountId, LegacyCredentialId, LegacyUse, Moment};

pub(crate) use crate::registry::facts::NOW;

/// So many uses so many days ago.
pub(crate) fn used(account: &str, ago: i64, count: i64) -> LegacyUse {
    let day = NOW.day() - ago;
    LegacyUse {
        method: crate::legacy::facts::method().id,
        account: AccountId::new(account),
        member: None,
        credential: Some(LegacyCredentialId::new(format!("lgc_{account}"))),
        day,
        count,
        refused: 0,
        last: Moment(day * 86_400 + 60),
    }
}
