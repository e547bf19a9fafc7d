use super::found::Found;
use super::*;
use crate::registry::facts::{NOW, client, secret, told};
use crate::terms::console::Leaked;
use tollgate_keys::chance::Fixed;
use tollgate_model::operator::OperatorKind;
use tollgate_model::revocation::Target;
use tollgate_model::{Change, Operator, OperatorId, State};

fn report() -> Report {
    Report {
        token: "tgs_".into(),
        url: Some("https://user:pass@code.example/firm/repository/blob/1?token=x".into()),
        source: Some("commit".into()),
    }
}

fn reporter() -> Reporter {
    Reporter {
        key: None,
        request: "r1".into(),
        now: NOW,
    }
}

fn a_secret() -> Found {
    Found::Secret {
        client: Box::new(client()),
        secret: Box::new(secret(1)),
    }
}

/// OP6: what is no credential of ours by form and checksum is none before any store is asked.
#[test]
fn a_mistyped_credential_is_nobodys() {
    for kind in Kind::ALL {
        let plain = Plain::mint(kind, &Fixed::new(3)).unwrap();
        assert_eq!(presented(plain.expose()).map(|read| read.kind()), Some(kind));
        let mut mistyped = plain.expose().to_owned();
        let last = mistyped.pop().unwrap();
        mistyped.push(if last == 'x' { 'y' } else { 'x' });
        assert!(presented(&mistyped).is_none());
    }
    for other in ["", "tgs_", "ghp_0123456789", &"tgs_".repeat(1000)] {
        assert!(presented(other).is_none());
    }
}

/// OP4: a leaked secret goes with its tokens, and the line of the audit log goes with it.
#[test]
fn a_living_secret_is_revoked_with_its_tokens() {
    let changes = a_secret().decide(&report(), &reporter(), Leaked::Revoke);
    assert_eq!(told(&changes), ["secret.leaked"]);
    let revoked = |change: &Change| match change {
        Change::RevokeSecret { id, .. } => *id == secret(1).id,
        _ => false,
    };
    assert!(changes.iter().any(revoked));
    let tokens = |change: &Change| match change {
        Change::Revoke(revocation) => revocation.target == Target::Secret(secret(1).id),
        _ => false,
    };
    assert!(changes.iter().any(tokens));
    assert!(matches!(changes.first(), Some(Change::ReviseClient { was: 5, .. })));
}

#[test]
fn where_the_terms_say_so_it_is_only_marked() {
    let changes = a_secret().decide(&report(), &reporter(), Leaked::Mark);
    assert_eq!(told(&changes), ["secret.leaked"]);
    assert_eq!(changes.len(), 1, "{changes:?}");
}

/// OP5: of the place nothing but the host is kept.
#[test]
fn a_url_is_not_kept() {
    let changes = a_secret().decide(&report(), &reporter(), Leaked::Mark);
    let Some(Change::Record(event)) = changes.first() else {
        panic!("{changes:?}")
    };
    assert_eq!(event.detail["host"], "code.example");
    assert_eq!(event.detail["source"], "commit");
    let text = event.detail.to_string();
    for part in ["pass", "repository", "token"] {
        assert!(!text.contains(part), "{text}");
    }
    let odd = Report {
        url: Some("javascript:alert(1)".into()),
        source: Some("<b>".into()),
        ..report()
    };
    assert_eq!((host(&odd), source(&odd)), (None, None));
}

#[test]
fn what_opens_nothing_any_more_changes_nothing() {
    let mut revoked = secret(1);
    revoked.revoked = Some(NOW);
    let mut expired = secret(1);
    expired.expires = Some(NOW);
    for secret in [revoked, expired] {
        let found = Found::Secret {
            client: Box::new(client()),
            secret: Box::new(secret),
        };
        assert!(found.decide(&report(), &reporter(), Leaked::Revoke).is_empty());
    }
}

#[test]
fn the_last_operator_is_left_and_others_are_disabled() {
    let operator = Operator {
        id: OperatorId::new("opr_1"),
        name: "Ann".into(),
        kind: OperatorKind::Operator,
        digest: String::new(),
        state: State::Active,
        created: NOW,
    };
    for (last, changed) in [(true, 1), (false, 2)] {
        let operator = operator.clone();
        let found = Found::Operator { operator, last };
        let changes = found.decide(&report(), &reporter(), Leaked::Revoke);
        assert_eq!(told(&changes), ["operator.leaked"]);
        assert_eq!(changes.len(), changed);
    }
}

#[test]
fn a_fingerprint_is_plain_sha_256() {
    // printf abc | sha256sum
    let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(fingerprint("abc"), known);
}

#[test]
fn an_unknown_partner_signs_nothing() {
    let keys = [("one".to_owned(), "no key".to_owned())];
    assert!(!signed(&keys, "two", "AAAA", b"[]"));
    assert!(!signed(&keys, "one", "AAAA", b"[]"));
    assert!(!signed(&[], "", "", b"[]"));
}
