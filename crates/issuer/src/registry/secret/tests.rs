use super::*;
use crate::registry::facts::{NOW, asker, record, secret, told};

const TERMS: SecretTerms = SecretTerms {
    most_alive: 2,
    overlap: 0,
    longest_overlap: 86_400,
    lifetime: None,
};

fn regenerate(record: &ClientRecord, overlap: Option<i64>) -> Result<Decision<Secret>, No> {
    let ask = Regenerate {
        overlap,
        ..Regenerate::default()
    };
    decide(record, &ask, &fresh(), &asker(), TERMS, NOW)
}

fn fresh() -> Fresh {
    Fresh {
        id: SecretId::new("sec_new"),
        digest: "11".repeat(32),
        sealed: None,
    }
}

/// What becomes of secrets: added, ended at once, ended later.
fn fates(changes: &[Change]) -> Vec<(&str, Option<i64>)> {
    changes
        .iter()
        .filter_map(|change| match change {
            Change::AddSecret(secret) => Some((secret.id.as_str(), None)),
            Change::RevokeSecret { id, at, .. } | Change::ExpireSecret { id, at, .. } => {
                Some((id.as_str(), Some(at.since(NOW))))
            }
            _ => None,
        })
        .collect()
}

/// SS-10: the first Regenerate makes the first secret.
#[test]
fn the_first_regenerate_makes_the_first_secret() {
    let made = regenerate(&record(vec![]), None).unwrap();
    assert_eq!(fates(&made.changes), [("sec_new", None)]);
    assert_eq!(told(&made.changes), ["secret.regenerated"]);
}

/// SS-13: by default the old secret fails at once.
#[test]
fn without_overlap_the_old_secrets_end_at_once() {
    let made = regenerate(&record(vec![secret(1), secret(2)]), None).unwrap();
    assert_eq!(
        fates(&made.changes),
        [("sec_2", Some(0)), ("sec_1", Some(0)), ("sec_new", None)]
    );
    let revoked = |change: &Change| matches!(change, Change::Revoke(_));
    assert!(!made.changes.iter().any(revoked), "issued tokens live to their expiry");
}

/// SS-13: an overlap keeps the old secret alive beside the new one, and says when it ends.
#[test]
fn with_an_overlap_the_newest_old_secret_lives_on() {
    let made = regenerate(&record(vec![secret(1)]), Some(600)).unwrap();
    assert_eq!(fates(&made.changes), [("sec_1", Some(600)), ("sec_new", None)]);
}

#[test]
fn a_third_regenerate_leaves_two_alive() {
    let mut older = secret(1);
    older.expires = Some(NOW.plus(300));
    let made = regenerate(&record(vec![older, secret(2)]), Some(600)).unwrap();
    assert_eq!(
        fates(&made.changes),
        [("sec_2", Some(600)), ("sec_1", Some(0)), ("sec_new", None)],
        "of two that are alive the older one makes room at once"
    );
}

#[test]
fn an_overlap_never_prolongs_what_ends_sooner() {
    let mut ending = secret(1);
    ending.expires = Some(NOW.plus(60));
    let made = regenerate(&record(vec![ending]), Some(600)).unwrap();
    assert_eq!(fates(&made.changes), [("sec_new", None)]);
    let mut ended = secret(1);
    ended.expires = Some(NOW);
    let made = regenerate(&record(vec![ended, secret(2)]), Some(600)).unwrap();
    assert_eq!(
        fates(&made.changes),
        [("sec_2", Some(600)), ("sec_new", None)],
        "an ended one takes no room"
    );
}

/// SS-14: Regenerate revises the client under its condition and changes nothing of it.
#[test]
fn regenerate_leaves_the_client_as_it_is() {
    let held = record(vec![secret(1)]);
    let made = regenerate(&held, None).unwrap();
    let revised = made.changes.iter().find_map(|change| match change {
        Change::ReviseClient { client, was } => Some((client, *was)),
        _ => None,
    });
    assert_eq!(revised, Some((&held.client, held.client.version)));
    assert_eq!(made.answer.client, held.client.id);
}

#[test]
fn an_overlap_has_two_ends_and_a_label_is_sane() {
    for (overlap, taken) in [
        (0, true),
        (86_400, true),
        (-1, false),
        (86_401, false),
        (i64::MAX, false),
    ] {
        let made = regenerate(&record(vec![secret(1)]), Some(overlap));
        match made {
            Ok(_) => assert!(taken, "{overlap}"),
            Err(No::Invalid { field, .. }) => assert!(!taken && field == "overlap", "{overlap}"),
            Err(other) => panic!("{other:?}"),
        }
    }
    let ask = Regenerate {
        label: Some("\u{7}".into()),
        ..Regenerate::default()
    };
    let no = decide(&record(vec![]), &ask, &fresh(), &asker(), TERMS, NOW).unwrap_err();
    assert!(matches!(no, No::Invalid { field: "label", .. }));
}

#[test]
fn a_stale_view_makes_no_secret() {
    let ask = Regenerate {
        seen: Some(4),
        ..Regenerate::default()
    };
    let no = decide(&record(vec![]), &ask, &fresh(), &asker(), TERMS, NOW).unwrap_err();
    assert_eq!(no, No::Stale("client"));
}

/// Revoking, other than regenerating, takes the tokens along.
#[test]
fn a_revoked_secret_takes_its_tokens_along() {
    let held = record(vec![secret(1)]);
    let made = decide_revoke(&held.client, &held.secrets, &SecretId::new("sec_1"), &asker(), NOW).unwrap();
    let revoked = made.changes.iter().find_map(|change| match change {
        Change::Revoke(revocation) => Some((revocation.target.clone(), revocation.issued_until)),
        _ => None,
    });
    // Also what a node with a clock ahead of ours made of it.
    assert_eq!(revoked, Some((Target::Secret(SecretId::new("sec_1")), NOW.plus(60))));
    let no = decide_revoke(&held.client, &held.secrets, &SecretId::new("sec_9"), &asker(), NOW).unwrap_err();
    assert_eq!(no, No::NotFound("secret"));
}

/// A secret that Regenerate ended has left its tokens alive. When it turns out that it leaked, they end as well.
#[test]
fn a_secret_that_was_replaced_can_still_take_its_tokens_along() {
    let client = record(vec![]).client;
    let replaced = Secret {
        revoked: Some(NOW),
        ..secret(1)
    };
    let made = decide_revoke(&client, &[replaced], &SecretId::new("sec_1"), &asker(), NOW).unwrap();
    let ends = |change: &Change| matches!(change, Change::Revoke(revocation) if revocation.target == Target::Secret(SecretId::new("sec_1")));
    assert!(made.changes.iter().any(ends));
    let again = |change: &Change| matches!(change, Change::RevokeSecret { .. });
    assert!(
        !made.changes.iter().any(again),
        "it is revoked already, which would make the change stale"
    );
}

/// SE-7: the sealed text is kept with the secret where the terms say so, and not otherwise.
#[test]
fn a_secret_is_sealed_only_where_the_terms_let_it_be_seen_again() {
    let ask = Regenerate::default();
    let seals = |fresh: &Fresh| {
        let made = decide(&record(vec![]), &ask, fresh, &asker(), TERMS, NOW).unwrap();
        made.changes.iter().find_map(|change| match change {
            Change::SealSecret { id, sealed } => Some((id.clone(), sealed.clone())),
            _ => None,
        })
    };
    assert_eq!(seals(&fresh()), None);
    let sealed = Fresh {
        sealed: Some(vec![7]),
        ..fresh()
    };
    assert_eq!(seals(&sealed), Some((SecretId::new("sec_new"), vec![7])));
}

/// SS-17: who pressed Regenerate is on record by id; nothing of the secret hangs on that person.
#[test]
fn a_secret_says_who_made_it() {
    let ann = Asker {
        actor: tollgate_model::event::Actor::User("usr_1".into()),
        request: None,
    };
    let ask = Regenerate::default();
    let made = decide(&record(vec![]), &ask, &fresh(), &ann, TERMS, NOW).unwrap();
    assert_eq!(made.answer.created_by, "user:usr_1");
    assert_eq!(made.answer.client, record(vec![]).client.id);
}
