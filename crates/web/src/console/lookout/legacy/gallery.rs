//! What an account sees of its old authentication, at every stage and with odd names in it.

use super::*;
use crate::console::page::calendar::tests::dated;
use crate::console::page::gallery::{EVIL, NONCE, NOW, main_of, read, tags};
use crate::console::still::tests::falling;
use std::collections::BTreeMap;
use tollgate_issuer::transition::{Spread, Used};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{Dated, Exception, MemberId, State as Standing};

const DAY: i64 = 86_400;

fn key(number: i64, name: &str) -> LegacyCredential {
    LegacyCredential {
        id: LegacyCredentialId::new(format!("lgc_{number}")),
        method: LegacyMethodId::new("login"),
        kind: if number == 2 {
            LegacyKind::Bearer
        } else {
            LegacyKind::Key
        },
        account: AccountId::new("acc_1"),
        member: (number == 2).then(|| MemberId::new("mem_1")),
        digest: "the digest of a key".to_owned(),
        label: format!("Tax software {number} {name}"),
        created: NOW.plus(-200 * DAY),
        expires: (number >= 2).then(|| NOW.plus((3 - number) * DAY)),
        ended: (number == 4).then_some(NOW),
    }
}

fn page(held: Option<Dated>, name: &str, used: bool, may: bool) -> Page {
    let account = AccountId::new("acc_1");
    let people = vec![Member {
        id: MemberId::new("mem_1"),
        account: account.clone(),
        email: "ann@firm.example".to_owned(),
        name: format!("Ann {name}"),
        roles: Vec::new(),
        state: Standing::Active,
        created: NOW,
        version: 1,
    }];
    let one = |number: i64| Used {
        member: (number == 2).then(|| MemberId::new("mem_1")),
        credential: (number < 3).then(|| LegacyCredentialId::new(format!("lgc_{number}"))),
        count: 900 / number,
        refused: if number == 1 { 40 } else { 0 },
        since: NOW.day() - 29,
        last: NOW.plus(-3600 * number),
    };
    let owns = held.map(|mut dated| {
        dated.transition.name = format!("Off the old login {name}");
        if let Some(window) = dated.transition.brownouts.first_mut() {
            window.name = format!("first hour {name}");
        }
        Own {
            stage: "",
            ends: dated.ends(Some(&account)),
            next: None,
            spread: if used { falling() } else { Spread::default() },
            used: if used { (1..=3).map(one).collect() } else { Vec::new() },
            dated,
        }
    });
    let seen = Seen {
        owns: owns.into_iter().collect(),
        people,
        keys: if used {
            (1..=4).map(|number| key(number, name)).collect()
        } else {
            Vec::new()
        },
        may,
    };
    let mut frame = Frame::new("Vendor", "Old authentication", NOW);
    frame.nonce = NONCE.to_owned();
    frame.assets = "v".to_owned();
    frame.csrf = "token".to_owned();
    shown(frame, &account, seen, &|id| format!("{id} {name}"), NOW)
}

fn pages(name: &str) -> Vec<(&'static str, Response)> {
    let mut spared = dated(5 * DAY, 30);
    spared.exceptions.push(Exception {
        transition: spared.transition.id.clone(),
        account: AccountId::new("acc_1"),
        ends: NOW.plus(60 * DAY),
        note: "a reason for operators".to_owned(),
        created: NOW,
    });
    let made = [
        ("empty", page(None, name, false, true)),
        ("window", page(Some(dated(5 * DAY, 30)), name, true, true)),
        ("window-viewer", page(Some(dated(5 * DAY, 30)), name, true, false)),
        ("window-moved", page(Some(dated(5 * DAY, 30)), name, false, true)),
        ("exception", page(Some(spared), name, true, true)),
        ("brownout", page(Some(dated(-600, 30)), name, true, true)),
        ("ended", page(Some(dated(-10 * DAY, -1)), name, true, true)),
    ];
    made.into_iter()
        .map(|(name, page)| (name, respond(StatusCode::OK, &page.frame, &page)))
        .collect()
}

/// SS-1: each stage, as the account's page was looked at.
#[tokio::test]
async fn old_authentication_is_as_it_was_looked_at_in_every_stage() {
    for (name, response) in pages("") {
        let (_, _, text) = read(response).await;
        insta::assert_snapshot!(format!("legacy-{name}"), main_of(&text));
    }
}

/// CO8: labels, names and windows stay words. OP5: of a key neither text nor digest is shown, of an exception not why.
#[tokio::test]
async fn names_of_keys_stay_words() {
    let mut harmless = BTreeMap::new();
    for (name, response) in pages("x") {
        harmless.insert(name, tags(&read(response).await.2));
    }
    for word in EVIL {
        for (name, response) in pages(word) {
            let (_, _, text) = read(response).await;
            assert_eq!(Some(&tags(&text)), harmless.get(name), "{name}: {word}");
            assert!(
                !text.contains("digest of a key") && !text.contains("reason for operators"),
                "{name}"
            );
        }
    }
}

/// Who may not end keys finds no button that does.
#[tokio::test]
async fn who_looks_finds_no_button() {
    let viewer = pages("")
        .into_iter()
        .find(|(name, _)| *name == "window-viewer")
        .unwrap();
    let (_, _, text) = read(viewer.1).await;
    assert!(
        !text.contains("/end\"") && text.contains("An admin of your account"),
        "{text}"
    );
}
