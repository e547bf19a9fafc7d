use super::*;
use crate::legacy::facts::{credential, method, terms};
use crate::registry::facts::{NOW, account, asker, member, told};

fn ask() -> Issue {
    Issue {
        method: method().id,
        kind: LegacyKind::Key,
        account: account().id,
        member: None,
        label: " Reports ".into(),
        lifetime: Some(60),
    }
}

fn fresh() -> Fresh {
    Fresh {
        id: LegacyCredentialId::new("lgc_9"),
        digest: "d9".into(),
    }
}

fn issued(ask: &Issue) -> Result<Decision<LegacyCredential>, No> {
    decide(ask, Some(&member()), &fresh(), &terms(), &asker(), NOW)
}

/// SS-51: a key is bound to account and member.
#[test]
fn a_key_is_bound_to_account_and_member() {
    let made = issued(&ask()).unwrap();
    let key = &made.answer;
    assert_eq!((key.account.as_str(), key.label.as_str()), ("acc_1", "Reports"));
    assert_eq!(
        (key.member.as_ref(), key.expires),
        (Some(&member().id), Some(NOW.plus(60)))
    );
    assert_eq!(told(&made.changes), ["legacy.issued"]);
    let event = format!("{:?}", made.changes[1]);
    assert!(!event.contains("d9"), "{event}");
}

#[test]
fn a_key_of_no_method_is_refused_by_name() {
    let nobodys = Issue {
        method: LegacyMethodId::new("other"),
        ..ask()
    };
    let unnamed = Issue {
        label: "  ".into(),
        ..ask()
    };
    let forever = Issue {
        lifetime: Some(LONGEST_LIFE + 1),
        ..ask()
    };
    for (field, ask) in [("method", nobodys), ("label", unnamed), ("lifetime", forever)] {
        let no = issued(&ask).unwrap_err();
        assert!(matches!(no, No::Invalid { field: named, .. } if named == field), "{no}");
    }
    let mut keyless = terms();
    keyless.methods[0].key_headers.clear();
    let no = decide(&ask(), None, &fresh(), &keyless, &asker(), NOW).unwrap_err();
    assert!(matches!(no, No::Invalid { field: "kind", .. }), "{no}");
}

#[test]
fn a_credential_ends_once() {
    let made = decide_end(credential(), &asker(), NOW);
    assert_eq!(made.answer.ended, Some(NOW));
    assert_eq!(told(&made.changes), ["legacy.ended"]);
    let again = decide_end(made.answer, &asker(), NOW.plus(1));
    assert_eq!((again.answer.ended, again.changes.len()), (Some(NOW), 0));
}
