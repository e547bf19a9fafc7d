//! Races: many at once, and exactly as many winners as there may be.

use super::{Home, RACERS, done, sample, sample::NOW};
use std::sync::Arc;
use tokio::sync::Barrier;
use tollgate_model::{
    Account, AccountId, ApiId, Change, ClientId, Kept, OperatorId, Page, SecretId, State, Store, event::EventFilter,
    operator::OperatorKind,
};

/// Lets [`RACERS`] tasks keep at the same moment, each with a line in the audit log, and says how many
/// won. The losers leave no line.
pub(super) async fn race(store: &Arc<dyn Store>, run: impl Fn(usize) -> Change) -> usize {
    race_of(RACERS, store, |n| vec![run(n)]).await
}

/// The same with so many racers, each of whom keeps a list.
pub(super) async fn race_of(racers: usize, store: &Arc<dyn Store>, run: impl Fn(usize) -> Vec<Change>) -> usize {
    let gate = Arc::new(Barrier::new(racers));
    let racers: Vec<_> = (0..racers)
        .map(|n| {
            let (store, gate) = (Arc::clone(store), Arc::clone(&gate));
            let mut changes = vec![Change::Record(sample::event("race.won", None, &n.to_string(), NOW))];
            changes.extend(run(n));
            tokio::spawn(async move {
                gate.wait().await;
                store.keep(changes).await.unwrap() == Kept::Done
            })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap());
    }
    let lines = store.events(&EventFilter::default(), &Page::first()).await.unwrap();
    assert_eq!(lines.items.len(), won);
    won
}

async fn opened(home: &Home) -> Arc<dyn Store> {
    let store = home.open().await.unwrap();
    done(&*store, sample::firm()).await;
    store
}

/// RL1 in small: one condition, many who decided under it.
pub(super) async fn of_many_revisions_of_a_client_one_wins(home: Home) {
    let store = opened(&home).await;
    let won = race(&store, |n| {
        let mut client = sample::client("one", "acc_1");
        client.name = format!("Racer {n}");
        Change::ReviseClient { client, was: 1 }
    })
    .await;
    assert_eq!(won, 1);
    let client = store.client(&ClientId::new("one")).await.unwrap().unwrap().client;
    assert_eq!(client.version, 2);
    assert!(client.name.starts_with("Racer "));
}

pub(super) async fn of_many_revocations_of_a_secret_one_wins(home: Home) {
    let store = opened(&home).await;
    let won = race(&store, |n| Change::RevokeSecret {
        id: SecretId::new("sec_1"),
        client: ClientId::new("one"),
        at: NOW.plus(i64::try_from(n).unwrap()),
    })
    .await;
    assert_eq!(won, 1);
}

pub(super) async fn of_many_first_operators_one_wins(home: Home) {
    let store = opened(&home).await;
    let won = race(&store, |n| Change::AddOperator {
        operator: sample::operator(&format!("opr_{n}"), OperatorKind::Operator),
        first: true,
    })
    .await;
    assert_eq!(won, 1);
    assert_eq!(store.operators().await.unwrap().len(), 1);
}

pub(super) async fn of_many_operators_who_leave_at_once_one_stays(home: Home) {
    all_disabled_at_once(home, RACERS).await;
}

pub(super) async fn of_two_operators_who_disable_each_other_one_stays(home: Home) {
    all_disabled_at_once(home, 2).await;
}

/// Every racer disables one of so many operators. All of them but one are disabled, by all who ask it.
async fn all_disabled_at_once(home: Home, operators: usize) {
    let store = home.open().await.unwrap();
    for n in 0..operators {
        let operator = sample::operator(&format!("opr_{n}"), OperatorKind::Operator);
        done(&*store, vec![Change::AddOperator { operator, first: false }]).await;
    }
    let won = race(&store, |n| Change::SetOperatorState {
        id: OperatorId::new(format!("opr_{}", n % operators)),
        state: State::Disabled,
    })
    .await;
    assert_eq!(won, RACERS - RACERS / operators);
    let held = store.operators().await.unwrap();
    assert_eq!(held.iter().filter(|who| who.state == State::Active).count(), 1);
}

pub(super) async fn of_many_members_with_one_address_one_wins(home: Home) {
    let store = opened(&home).await;
    let won = race(&store, |n| {
        Change::AddMember(sample::member(&format!("mem_{n}"), "acc_1", "ada@firm.example"))
    })
    .await;
    assert_eq!(won, 1);
    let members = store.members(&AccountId::new("acc_1"), &Page::first()).await.unwrap();
    assert_eq!(members.items.len(), 1);
}

pub(super) async fn of_many_apis_with_one_audience_one_wins(home: Home) {
    let store = opened(&home).await;
    let won = race(&store, |n| {
        let mut api = sample::api(&format!("new-{n}"));
        api.audience = "https://wanted.example".to_owned();
        Change::AddApi(api)
    })
    .await;
    assert_eq!(won, 1);
    assert_eq!(store.apis().await.unwrap().len(), 2);
}

pub(super) async fn of_many_takers_exactly_the_limit_wins(home: Home) {
    let store = opened(&home).await;
    let take = |_| Change::Take {
        bucket: "token:one".to_owned(),
        limit: 11,
        window: 3600,
        now: NOW,
    };
    assert_eq!(race(&store, take).await, 11);
    assert_eq!(store.allowance("token:one").await.unwrap().unwrap().used, 11);
}

pub(super) async fn a_grant_and_the_removal_of_its_api_do_not_both_win(home: Home) {
    let store = opened(&home).await;
    done(&*store, vec![Change::AddApi(sample::api("torn"))]).await;
    let won = race(&store, |n| {
        if n % 2 == 0 {
            Change::RemoveApi {
                id: ApiId::new("torn"),
                was: 1,
            }
        } else {
            Change::PutGrant(sample::grant("one", "torn"))
        }
    })
    .await;
    let record = store.client(&ClientId::new("one")).await.unwrap().unwrap();
    let granted = record.grants.iter().any(|grant| grant.api.as_str() == "torn");
    let there = store.apis().await.unwrap().iter().any(|api| api.id.as_str() == "torn");
    assert_eq!(granted, there);
    assert_eq!(won, if there { RACERS / 2 } else { 1 });
}

pub(super) async fn counts_are_not_lost_in_a_crowd(home: Home) {
    let store = opened(&home).await;
    let count = |_| Change::Count(sample::usage("one", "alias", 1, 2, 3));
    assert_eq!(race(&store, count).await, RACERS);
    let counted = store.usage(&ClientId::new("one")).await.unwrap();
    assert_eq!(counted[0].count, 2 * i64::try_from(RACERS).unwrap());
    // The account is as it was: a crowd at one record does not touch another.
    let account: Account = store.account(&AccountId::new("acc_1")).await.unwrap().unwrap();
    assert_eq!(account, sample::account("acc_1"));
}
