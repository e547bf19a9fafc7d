use super::facts::{credential, method, terms};
use super::*;
use crate::registry::facts::{NOW, account, member};
use tollgate_model::legacy::VerifyElsewhere;
use tollgate_model::{AccountId, LegacyMethodId, MemberId};

fn decided(credential: &LegacyCredential, account: Option<&Account>, member: Option<Member>) -> Option<LegacyKnown> {
    decide_known(credential, account, member, &terms(), NOW)
}

/// SS-51: a key stands for its account, and for its member where it has one.
#[test]
fn a_living_credential_is_known_with_its_member() {
    let known = decided(&credential(), Some(&account()), Some(member())).unwrap();
    assert_eq!((known.id.as_str(), known.account.as_str()), ("lgc_1", "acc_1"));
    assert_eq!(known.member.unwrap().email, "ann@firm.example");
    let firms = LegacyCredential {
        member: None,
        ..credential()
    };
    assert_eq!(decided(&firms, Some(&account()), None).unwrap().member, None);
}

#[test]
fn what_ended_or_expired_opens_nothing() {
    let ended = LegacyCredential {
        ended: Some(NOW),
        ..credential()
    };
    let expired = LegacyCredential {
        expires: Some(NOW),
        ..credential()
    };
    for dead in [ended, expired] {
        assert_eq!(decided(&dead, Some(&account()), Some(member())), None);
    }
}

/// AT13: what is disabled takes its credentials along, and a member's key does not become the firm's.
#[test]
fn a_disabled_account_or_member_opens_nothing() {
    let off = Account {
        state: State::Disabled,
        ..account()
    };
    let other = Account {
        id: AccountId::new("acc_2"),
        ..account()
    };
    for account in [None, Some(&off), Some(&other)] {
        assert_eq!(decided(&credential(), account, Some(member())), None);
    }
    let idle = Member {
        state: State::Disabled,
        ..member()
    };
    let foreign = Member {
        account: AccountId::new("acc_2"),
        ..member()
    };
    let another = Member {
        id: MemberId::new("mem_2"),
        ..member()
    };
    for member in [None, Some(idle), Some(foreign), Some(another)] {
        assert_eq!(decided(&credential(), Some(&account()), member), None);
    }
}

#[test]
fn a_method_that_is_gone_takes_its_credentials_along() {
    let gone = LegacyCredential {
        method: LegacyMethodId::new("other"),
        ..credential()
    };
    assert_eq!(decided(&gone, Some(&account()), Some(member())), None);
    let keyless = LegacyMethod {
        key_headers: Vec::new(),
        ..method()
    };
    let elsewhere = LegacyMethod {
        verify: Some(VerifyElsewhere {
            url: "https://old.example/me".into(),
            account: "/firm".into(),
            member: None,
            remembered: 60,
        }),
        ..method()
    };
    for method in [keyless, elsewhere] {
        let terms = TransitionTerms {
            methods: vec![method],
            ..TransitionTerms::default()
        };
        let known = decide_known(&credential(), Some(&account()), Some(member()), &terms, NOW);
        assert_eq!(known, None);
    }
}
