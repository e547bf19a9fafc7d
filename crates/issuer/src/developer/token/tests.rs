use super::*;
use crate::registry::facts::{NOW, api, asker, record, told};
use tollgate_model::{AccountId, Change};

fn decided(
    record: ClientRecord,
    name: &str,
    limit: Option<(Limit, Option<Allowance>)>,
) -> Result<Decision<Granted>, No> {
    let apis = [self::api()];
    decide(record, &apis, &ApiId::new(name), limit, (&asker(), NOW))
}

/// SE-2: as the token endpoint would: the scopes in force, the shorter of two lifetimes.
#[test]
fn a_token_at_a_click_has_what_was_granted() {
    let mut held = record(vec![]);
    held.grants[0].scopes = ["gone", "read"].into_iter().collect();
    held.grants[0].lifetime = Some(60);
    let made = decided(held.clone(), "docs", None).unwrap();
    assert_eq!(made.answer.scopes.to_string(), "read");
    assert_eq!(made.answer.lifetime, 60);
    assert_eq!(told(&made.changes), ["token.tested"]);
    held.grants[0].lifetime = Some(86_400);
    assert_eq!(decided(held, "docs", None).unwrap().answer.lifetime, api().lifetime);
}

/// SS-17, CO4: it names client and account, no secret and no person.
#[test]
fn a_token_at_a_click_says_no_secret() {
    let made = decided(record(vec![]), "docs", None).unwrap();
    let claims = claims(&made.answer, "https://issuer.example", Some("jwt_1".into()));
    let mark = claims.mark.unwrap();
    assert_eq!(AccountId::new(mark.account), record(vec![]).account.id);
    assert_eq!(mark.secret, None);
    assert_eq!(claims.client_id, "client-one");
    assert_eq!(claims.expires - claims.issued, api().lifetime);
}

/// SE-3: a token at a click is one of those that the client may have.
#[test]
fn a_token_at_a_click_counts() {
    let limit = Limit { count: 2, window: 60 };
    let taken = |used| Some((limit, Some(Allowance { started: NOW, used })));
    let made = decided(record(vec![]), "docs", taken(1)).unwrap();
    assert!(
        made.changes
            .iter()
            .any(|change| matches!(change, Change::Take { limit: 2, .. }))
    );
    let no = decided(record(vec![]), "docs", taken(2)).unwrap_err();
    assert_eq!(no.code(), "forbidden");
}

/// SS-5, CO4: nothing for what is off, not granted, or not the account's.
#[test]
fn a_token_at_a_click_needs_client_account_and_grant() {
    let mut off = record(vec![]);
    off.client.state = State::Disabled;
    assert_eq!(decided(off, "docs", None).unwrap_err().code(), "forbidden");
    let mut off = record(vec![]);
    off.account.state = State::Disabled;
    assert_eq!(decided(off, "docs", None).unwrap_err().code(), "forbidden");
    let mut bare = record(vec![]);
    bare.grants.clear();
    assert_eq!(decided(bare, "docs", None).unwrap_err(), No::NotFound("grant"));
    assert_eq!(decided(record(vec![]), "other", None).unwrap_err(), No::NotFound("api"));
    let mut without = record(vec![]);
    without.account.apis = Some(Vec::new());
    assert_eq!(decided(without, "docs", None).unwrap_err(), No::NotFound("api"));
}
