use super::found::Found;
use super::*;
use crate::registry::facts::{NOW, client, secret, told};
use crate::terms::console::Leaked;
use crate::token::facts::{authorization, family, revoked};
use tollgate_keys::chance::Fixed;
use tollgate_model::authorization::Stage;
use tollgate_model::operator::OperatorKind;
use tollgate_model::revocation::Target;
use tollgate_model::{Authorization, Change, Operator, OperatorId, State};

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

/// RT1, OP4: a refresh token that leaked takes its family and its access tokens along, whatever the terms say of secrets.
#[test]
fn a_leaked_refresh_token_ends_its_family() {
    let found = Found::Refresh(Box::new(family()));
    for leaked in [Leaked::Revoke, Leaked::Mark] {
        let changes = found.decide(&report(), &reporter(), leaked);
        assert_eq!(told(&changes), ["refresh.leaked"]);
        assert!(changes.contains(&Change::RemoveFamily { id: family().id }));
        assert_eq!(revoked(&changes), [("authorization", "aut_1")]);
    }
}

/// PK4: a code that leaked ends, and so does what it bought, if it was spent; one that is over is nobody's concern.
#[test]
fn a_leaked_code_ends_with_what_it_bought() {
    let at = |stage| {
        let held = Authorization {
            stage,
            ..authorization()
        };
        Found::Code(Box::new(held)).decide(&report(), &reporter(), Leaked::Revoke)
    };
    let fresh = at(Stage::Coded);
    assert_eq!(told(&fresh), ["code.leaked"]);
    assert!(revoked(&fresh).is_empty());
    let spent = at(Stage::Spent);
    assert_eq!(told(&spent), ["code.leaked"]);
    assert_eq!(revoked(&spent), [("authorization", "aut_1")]);
    assert!(at(Stage::Ended).is_empty());
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
