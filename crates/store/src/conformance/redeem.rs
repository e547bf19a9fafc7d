//! Races of people at clients.

use super::{
    Home, RACERS, done,
    race::{race, race_of},
    sample,
    sample::NOW,
};
use std::sync::Arc;
use tollgate_model::{
    AuthorizationId, Change, ClientId, ConsentId, FarewellId, Identity, Page, RefreshFamily, Store, UserId,
    authorization::Stage,
};

/// How many redeem at once what works once.
const CROWD: usize = 200;

async fn opened(home: &Home) -> Arc<dyn Store> {
    let store = home.open().await.unwrap();
    done(&*store, sample::people_at_clients()).await;
    store
}

/// RL1, AT2: one code buys one family of tokens, however many redeem it at once.
pub(super) async fn of_200_who_redeem_a_code_one_wins(home: Home) {
    let store = opened(&home).await;
    let way = sample::coded("aut_1");
    done(&*store, vec![Change::AddAuthorization(way.clone())]).await;
    let won = race_of(CROWD, &store, |n| {
        // Every redemption would be the one whose family stands, had the code not been spent.
        let family = RefreshFamily {
            id: AuthorizationId::new(format!("aut_1-{n}")),
            handle: format!("handle {n}"),
            ..sample::family("aut_1", "con_1")
        };
        vec![
            Change::StageAuthorization {
                id: way.id.clone(),
                client: way.client.clone(),
                stage: Stage::Spent,
                was: 1,
            },
            Change::AddFamily(family),
        ]
    })
    .await;
    assert_eq!(won, 1);
    let held = store.authorization(&way.id).await.unwrap().unwrap();
    assert_eq!((held.stage, held.version), (Stage::Spent, 2));
    let families = store.families(&ConsentId::new("con_1")).await.unwrap();
    assert_eq!(families.len(), 1);
}

/// RL2, AT1: one refresh token makes one successor, however many use it at once. Round after round, so that the token
/// that lives is that of the winner each time.
pub(super) async fn of_200_who_use_a_refresh_token_one_wins(home: Home) {
    let store = opened(&home).await;
    let first = sample::family("aut_1", "con_1");
    done(&*store, vec![Change::AddFamily(first.clone())]).await;
    let gate = Arc::new(tokio::sync::Barrier::new(CROWD));
    for was in 1..=5 {
        let racers: Vec<_> = (0..CROWD)
            .map(|n| {
                let (store, gate) = (Arc::clone(&store), Arc::clone(&gate));
                let mut next = sample::rotated(&first, was);
                next.current = format!("successor {was} of {n}");
                tokio::spawn(async move {
                    gate.wait().await;
                    let changes = vec![Change::ReviseFamily {
                        family: next.clone(),
                        was,
                    }];
                    let kept = super::keep(&*store, changes).await;
                    (kept == tollgate_model::Kept::Done).then_some(next)
                })
            })
            .collect();
        let mut won = Vec::new();
        for racer in racers {
            won.extend(racer.await.unwrap());
        }
        assert_eq!(won.len(), 1, "{was}");
        let (held, _) = store.family(&first.handle).await.unwrap().unwrap();
        assert_eq!(held.current, won[0].current);
        assert_eq!(held, won[0]);
    }
}

pub(super) async fn of_many_consents_to_one_client_one_stays(home: Home) {
    let store = opened(&home).await;
    let give = |n: usize| Change::AddConsent(sample::consent(&format!("con_r{n}"), "usr_2", "two"));
    assert_eq!(race(&store, give).await, 1);
    let (user, client) = (UserId::new("usr_2"), ClientId::new("two"));
    assert!(store.consent(&user, &client).await.unwrap().is_some());
    assert_eq!(store.consents_at(&client, &Page::first()).await.unwrap().items.len(), 1);
}

/// Two who come from elsewhere as the same person do not become two.
pub(super) async fn of_many_identities_of_one_subject_one_stays(home: Home) {
    let store = opened(&home).await;
    let is = |n: usize| {
        Change::AddIdentity(Identity {
            created: NOW.plus(i64::try_from(n).unwrap()),
            ..sample::identity("sub", ["usr_1", "usr_2"][n % 2])
        })
    };
    assert_eq!(race(&store, is).await, 1);
    assert!(store.identity("elsewhere", "sub").await.unwrap().is_some());
}

pub(super) async fn of_many_who_try_a_farewell_one_claims_it(home: Home) {
    let store = home.open().await.unwrap();
    let bye = sample::farewell("bye_1", 0, Some(0));
    done(&*store, vec![Change::AddFarewell(bye)]).await;
    let claim = |_| Change::FarewellTried {
        id: FarewellId::new("bye_1"),
        tried: sample::tried(0, Some(60)),
    };
    assert_eq!(race(&store, claim).await, 1);
    assert_eq!(store.farewells_due(NOW).await.unwrap(), []);
    assert_eq!(store.farewells_due(NOW.plus(60)).await.unwrap()[0].tries, 1);
}

/// RT6: no refresh token outlives the consent that it is under, not even one that is made while the consent goes.
pub(super) async fn a_family_and_the_removal_of_its_consent_do_not_both_last(home: Home) {
    let store = opened(&home).await;
    let consent = ConsentId::new("con_1");
    let won = race(&store, |n| match n % 2 {
        0 => Change::RemoveConsent {
            id: ConsentId::new("con_1"),
        },
        _ => Change::AddFamily(sample::family(&format!("aut_{n}"), "con_1")),
    })
    .await;
    assert!((1..=1 + RACERS / 2).contains(&won), "{won}");
    assert_eq!(store.consent_by_id(&consent).await.unwrap(), None);
    assert_eq!(store.families(&consent).await.unwrap(), []);
    for n in 0..RACERS {
        assert_eq!(store.family(&format!("handle of aut_{n}")).await.unwrap(), None);
    }
}
