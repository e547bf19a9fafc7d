use super::*;
use crate::registry::facts::told;
use crate::token::facts::{NOW, family, revoked};

/// RI1: a refresh token takes its whole grant along.
#[test]
fn revoking_a_refresh_token_kills_its_grant() {
    let held = family();
    let changes = decide_refresh(&held.client, Some(&held), "r1", NOW).changes;
    assert_eq!(told(&changes), ["refresh.revoked"]);
    assert_eq!(revoked(&changes), [("authorization", "aut_1")]);
    assert!(changes.contains(&Change::RemoveFamily { id: held.id }));
}

/// RI2: a foreign client's token stays untouched, and there being none changes nothing either.
#[test]
fn a_foreign_refresh_token_stays() {
    let held = family();
    let other = ClientId::new("client-two");
    assert_eq!(decide_refresh(&other, Some(&held), "r1", NOW), Decision::just(()));
    assert_eq!(decide_refresh(&held.client, None, "r1", NOW), Decision::just(()));
}
