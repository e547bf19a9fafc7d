use super::*;
use crate::registry::facts::{NOW, account, asker, told as kinds};

pub(crate) fn hook() -> Hook {
    Hook {
        id: HookId::new("whk_1"),
        account: account().id,
        url: "https://firm.example/hooks?key=canary".into(),
        sealed: vec![1],
        topics: Vec::new(),
        state: State::Active,
        created: NOW,
        version: 3,
    }
}

fn adding(held: &[Hook], url: &str, topics: &[&str]) -> Result<Decision<Hook>, No> {
    let ask = Add {
        url: url.into(),
        topics: topics.iter().map(|topic| (*topic).to_owned()).collect(),
    };
    let fresh = Fresh {
        id: HookId::new("whk_9"),
        sealed: vec![9],
        plain: false,
    };
    add(held, &account().id, &ask, &fresh, &asker(), NOW)
}

#[test]
fn a_hook_is_added_with_known_topics_each_once() {
    let made = adding(
        &[hook()],
        "https://firm.example/a",
        &["client.refused_burst", "secret.expiring", "secret.expiring"],
    )
    .unwrap();
    assert_eq!(made.answer.topics, ["secret.expiring", "client.refused_burst"]);
    assert_eq!((made.answer.state, made.answer.version), (State::Active, 1));
    assert_eq!(kinds(&made.changes), ["hook.added"]);

    let no = adding(&[], "https://firm.example/a", &["secret.baked"]).unwrap_err();
    assert!(matches!(no, No::Invalid { field: "topics", .. }), "{no}");
}

#[test]
fn an_account_has_ten_hooks_and_each_address_once() {
    let held: Vec<_> = (0..MOST)
        .map(|number| Hook {
            url: format!("https://firm.example/{number}"),
            ..hook()
        })
        .collect();
    assert!(matches!(
        adding(&held, "https://firm.example/new", &[]).unwrap_err(),
        No::InUse(_)
    ));
    assert!(adding(&held[1..], "https://firm.example/new", &[]).is_ok());
    assert_eq!(
        adding(&held[1..], "https://firm.example/5", &[]).unwrap_err(),
        No::Taken { field: "url" }
    );
}

/// OP5: an address may carry the receiver's own credential, and the audit log is read by others.
#[test]
fn the_audit_log_has_the_origin_of_an_address_only() {
    let made = adding(&[], "https://firm.example:8443/a/canary?key=canary", &[]).unwrap();
    let Some(Change::Record(event)) = made.changes.last() else {
        panic!("an event comes last");
    };
    assert_eq!(event.detail["to"], "https://firm.example:8443");
    assert!(!event.detail.to_string().contains("canary"));
}

#[test]
fn a_revision_keeps_what_is_not_named_and_says_what_it_was() {
    let off = Revise {
        state: Some(State::Disabled),
        seen: Some(3),
        ..Revise::default()
    };
    let made = revise(&hook(), &off, false, &asker(), NOW).unwrap();
    assert_eq!((made.answer.state, made.answer.version), (State::Disabled, 4));
    assert_eq!(made.answer.url, hook().url);
    assert_eq!(kinds(&made.changes), ["hook.disabled"]);
    assert!(
        revise(&hook(), &Revise::default(), false, &asker(), NOW)
            .unwrap()
            .changes
            .is_empty()
    );

    let late = Revise { seen: Some(2), ..off };
    assert_eq!(
        revise(&hook(), &late, false, &asker(), NOW).unwrap_err(),
        No::Stale("webhook")
    );
    let bad = Revise {
        url: Some("http://firm.example/".into()),
        ..Revise::default()
    };
    assert!(matches!(
        revise(&hook(), &bad, false, &asker(), NOW).unwrap_err(),
        No::Invalid { field: "url", .. }
    ));
}

#[test]
fn a_rotation_is_kept_on_the_version_that_was_seen() {
    let made = rotate(&hook(), vec![2], Some(3), &asker(), NOW).unwrap();
    assert_eq!(made.answer.sealed, [2]);
    assert!(matches!(made.changes.first(), Some(Change::ReviseHook { was: 3, .. })));
    assert_eq!(kinds(&made.changes), ["hook.key_rotated"]);
    assert_eq!(
        rotate(&hook(), vec![2], Some(2), &asker(), NOW).unwrap_err(),
        No::Stale("webhook")
    );
}
