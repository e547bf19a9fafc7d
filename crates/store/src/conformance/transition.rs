//! Transitions, and who has another end.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    AccountId, Change, Dated, Exception, Followed, News, Transition, TransitionId, Version, transition::Subject,
};

fn add(transition: &Transition) -> Vec<Change> {
    vec![Change::AddTransition(transition.clone())]
}

fn revise(transition: &Transition, was: Version) -> Vec<Change> {
    vec![Change::ReviseTransition {
        transition: transition.clone(),
        was,
    }]
}

fn remove(id: &str, was: Version) -> Vec<Change> {
    vec![Change::RemoveTransition {
        id: TransitionId::new(id),
        was,
    }]
}

fn put(exception: &Exception) -> Vec<Change> {
    vec![Change::PutException(exception.clone())]
}

fn take_back(transition: &str, account: &str) -> Vec<Change> {
    vec![Change::RemoveException {
        transition: TransitionId::new(transition),
        account: AccountId::new(account),
    }]
}

fn dated(transition: &Transition, exceptions: &[Exception]) -> Dated {
    Dated {
        transition: transition.clone(),
        exceptions: exceptions.to_vec(),
    }
}

/// A transition is on record as it was decided, and a decision upon an older one is none.
pub(super) async fn a_transition_is_added_once_and_revised_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(store.transitions().await.unwrap(), []);
    let mut one = sample::transition("b");
    done(store, add(&one)).await;
    stale(store, add(&one)).await;
    // One of which next to nothing is known yet, and which comes before.
    let bare = Transition {
        of: Subject::Alias("/connect/token-old".to_owned()),
        routes: vec![],
        apis: vec![],
        accounts: vec![],
        opens: None,
        warns: None,
        brownouts: vec![],
        ends: None,
        documentation: None,
        declared: false,
        // What the record itself says of its version is not believed.
        version: 77,
        ..sample::transition("a")
    };
    done(store, add(&bare)).await;
    let bare = Transition { version: 1, ..bare };
    assert_eq!(
        store.transitions().await.unwrap(),
        [dated(&bare, &[]), dated(&one, &[])]
    );

    one.ends = Some(NOW.plus(2000));
    one.of = Subject::Routes;
    one.declared = false;
    stale(store, revise(&one, 0)).await;
    stale(store, revise(&one, 2)).await;
    done(store, revise(&one, 1)).await;
    stale(store, revise(&one, 1)).await;
    one.version = 2;
    assert_eq!(
        store.transitions().await.unwrap(),
        [dated(&bare, &[]), dated(&one, &[])]
    );
    stale(store, revise(&sample::transition("none"), 1)).await;
}

pub(super) async fn a_removed_transition_takes_its_exceptions_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let (one, other) = (sample::transition("one"), sample::transition("other"));
    done(store, add(&one)).await;
    done(store, add(&other)).await;
    let kept = sample::exception("other", "acc_1", 5000);
    done(store, put(&sample::exception("one", "acc_1", 5000))).await;
    done(store, put(&kept)).await;
    stale(store, remove("one", 2)).await;
    stale(store, remove("none", 1)).await;
    done(store, remove("one", 1)).await;
    stale(store, remove("one", 1)).await;
    assert_eq!(
        store.transitions().await.unwrap(),
        [dated(&other, std::slice::from_ref(&kept))]
    );
    // Nor do they come back with another of its name.
    done(store, add(&one)).await;
    assert_eq!(
        store.transitions().await.unwrap(),
        [dated(&one, &[]), dated(&other, &[kept])]
    );
}

/// One end for each account at most, and the last that was given.
pub(super) async fn an_exception_replaces_the_one_before_and_needs_transition_and_account(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let one = sample::transition("one");
    let mut more_time = sample::exception("one", "acc_1", 5000);
    stale(store, put(&more_time)).await;
    done(store, add(&one)).await;
    done(store, put(&more_time)).await;
    stale(store, put(&sample::exception("one", "none", 5000))).await;
    stale(store, put(&sample::exception("none", "acc_1", 5000))).await;
    assert_eq!(store.transitions().await.unwrap(), [dated(&one, &[more_time.clone()])]);

    more_time.ends = NOW.plus(-1);
    more_time.note = String::new();
    more_time.created = NOW.plus(7);
    done(store, put(&more_time)).await;
    assert_eq!(store.transitions().await.unwrap(), [dated(&one, &[more_time])]);

    stale(store, take_back("one", "none")).await;
    stale(store, take_back("none", "acc_1")).await;
    done(store, take_back("one", "acc_1")).await;
    stale(store, take_back("one", "acc_1")).await;
    assert_eq!(store.transitions().await.unwrap(), [dated(&one, &[])]);
}

/// [`Dated::exception`] finds them by it, octet by octet.
pub(super) async fn exceptions_are_told_in_the_order_of_accounts(home: Home) {
    let store = &*home.open().await.unwrap();
    let accounts = ["acc_a", "acc_B", "acc_\u{e9}", "acc_10", "acc_9"];
    done(
        store,
        accounts.map(|id| Change::AddAccount(sample::account(id))).to_vec(),
    )
    .await;
    done(store, add(&sample::transition("one"))).await;
    done(store, add(&sample::transition("two"))).await;
    for (place, account) in (0..).zip(accounts) {
        for transition in ["two", "one"] {
            done(store, put(&sample::exception(transition, account, 2000 + place))).await;
        }
    }
    let held = store.transitions().await.unwrap();
    for dated in &held {
        let told: Vec<_> = dated
            .exceptions
            .iter()
            .map(|exception| exception.account.as_str())
            .collect();
        assert_eq!(told, ["acc_10", "acc_9", "acc_B", "acc_a", "acc_\u{e9}"]);
        for (place, account) in (0..).zip(accounts) {
            let account = AccountId::new(account);
            assert_eq!(dated.ends(Some(&account)), Some(NOW.plus(2000 + place)));
            assert_eq!(dated.exception(&account).unwrap().transition, dated.transition.id);
        }
    }
    assert_eq!(held.len(), 2);
}

pub(super) async fn every_change_to_a_transition_is_news_of_the_catalogue(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let one = sample::transition("one");
    for changes in [
        add(&one),
        revise(&one, 1),
        put(&sample::exception("one", "acc_1", 5000)),
        take_back("one", "acc_1"),
        remove("one", 2),
    ] {
        let head = store.head().await.unwrap();
        done(store, changes).await;
        let Followed::News { notices } = store.log_after(head).await.unwrap() else {
            panic!("the log is gone");
        };
        let news: Vec<_> = notices.into_iter().map(|notice| notice.news).collect();
        assert_eq!(news, [News::Catalogue]);
    }
}
