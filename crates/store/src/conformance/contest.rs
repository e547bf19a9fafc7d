//! Races for what the console holds.

use super::{Home, RACERS, done, race::race, sample, sample::NOW};
use tollgate_model::{AccountId, Change, DeliveryId, HookId, LinkId, MailId, Page, UserId, link::LinkKind, user::Totp};

/// Whoever follows a link at the same moment as others: one of them is let in.
pub(super) async fn of_many_who_spend_a_link_one_wins(home: Home) {
    let store = home.open().await.unwrap();
    let link = sample::link("lnk_1", LinkKind::Reset, "ada@firm.example");
    done(&*store, vec![Change::AddLink(link)]).await;
    let spend = |_| Change::SpendLink {
        id: LinkId::new("lnk_1"),
    };
    assert_eq!(race(&store, spend).await, 1);
    assert_eq!(store.link("digest of lnk_1").await.unwrap(), None);
}

pub(super) async fn of_many_who_try_a_mail_one_claims_it(home: Home) {
    let store = home.open().await.unwrap();
    done(&*store, vec![Change::AddMail(sample::mail("mal_1", 0, Some(0)))]).await;
    let claim = |_| Change::MailTried {
        id: MailId::new("mal_1"),
        tried: sample::tried(0, Some(60)),
        keep_text: false,
    };
    assert_eq!(race(&store, claim).await, 1);
    assert_eq!(store.mails_due(NOW).await.unwrap(), []);
    assert_eq!(store.mails_due(NOW.plus(60)).await.unwrap()[0].tries, 1);
}

pub(super) async fn of_many_who_try_a_delivery_one_claims_it(home: Home) {
    let store = home.open().await.unwrap();
    let changes = vec![
        Change::AddAccount(sample::account("acc_1")),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
        Change::AddDelivery(sample::delivery("msg_1", "whk_1", 0, Some(0))),
    ];
    done(&*store, changes).await;
    let claim = |_| Change::DeliveryTried {
        id: DeliveryId::new("msg_1"),
        tried: sample::tried(0, Some(60)),
    };
    assert_eq!(race(&store, claim).await, 1);
    assert_eq!(store.deliveries_due(NOW).await.unwrap(), []);
}

pub(super) async fn of_many_alerts_with_one_key_one_stays(home: Home) {
    let store = home.open().await.unwrap();
    let tell = |n: usize| {
        let mut alert = sample::alert(&format!("alt_{n}"), "acc_1", 0);
        alert.key = "secret_expiring:sec_1:7".to_owned();
        Change::AddAlert(alert)
    };
    assert_eq!(race(&store, tell).await, 1);
    let found = store.alerts(&AccountId::new("acc_1"), &Page::first()).await.unwrap();
    assert_eq!(found.items.len(), 1);
}

/// RFC 6238 §5.2: one code signs one in, however many show it at once.
pub(super) async fn of_many_who_show_one_code_one_wins(home: Home) {
    let store = home.open().await.unwrap();
    let user = sample::user("usr_1");
    done(&*store, vec![Change::AddUser { user, first: false }]).await;
    let step = 60_000_001;
    let show = |_| {
        let mut user = sample::user("usr_1");
        user.totp = user.totp.map(|totp| Totp {
            last_step: step,
            ..totp
        });
        Change::ReviseUser { user, was: 1 }
    };
    assert_eq!(race(&store, show).await, 1);
    let held = store.user(&UserId::new("usr_1")).await.unwrap().unwrap();
    assert_eq!((held.version, held.totp.unwrap().last_step), (2, step));
}

pub(super) async fn of_many_users_with_one_address_one_wins(home: Home) {
    let store = home.open().await.unwrap();
    let sign_up = |n: usize| {
        let mut user = sample::user(&format!("usr_{n}"));
        user.email = "ada@firm.example".to_owned();
        Change::AddUser { user, first: false }
    };
    assert_eq!(race(&store, sign_up).await, 1);
    let found = store.users(false, &Page::first()).await.unwrap();
    assert_eq!(found.items.len(), 1);
}

pub(super) async fn of_many_first_operators_among_users_one_wins(home: Home) {
    let store = home.open().await.unwrap();
    let first = |n: usize| Change::AddUser {
        user: sample::operator_user(&format!("usr_{n}")),
        first: true,
    };
    assert_eq!(race(&store, first).await, 1);
    let found = store.users(true, &Page::first()).await.unwrap();
    assert_eq!(found.items.len(), 1);
}

/// A person is made an operator while others would be the first: one of those comes before, or none.
pub(super) async fn beside_one_who_is_made_an_operator_one_at_most_is_the_first(home: Home) {
    let store = home.open().await.unwrap();
    let user = sample::user("usr_0");
    done(&*store, vec![Change::AddUser { user, first: false }]).await;
    let won = race(&store, |n| match n {
        0 => Change::ReviseUser {
            user: sample::operator_user("usr_0"),
            was: 1,
        },
        _ => Change::AddUser {
            user: sample::operator_user(&format!("usr_{n}")),
            first: true,
        },
    })
    .await;
    let operators = store.users(true, &Page::first()).await.unwrap().items.len();
    assert_eq!(operators, won);
    assert!((1..=2).contains(&won), "{won}");
}

/// Nothing is sent to a hook that is gone, and nobody is told that it is kept.
pub(super) async fn a_delivery_and_the_removal_of_its_hook_do_not_both_last(home: Home) {
    let store = home.open().await.unwrap();
    let hook = HookId::new("whk_1");
    let changes = vec![
        Change::AddAccount(sample::account("acc_1")),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
    ];
    done(&*store, changes).await;
    let won = race(&store, |n| match n % 2 {
        0 => Change::RemoveHook {
            id: HookId::new("whk_1"),
            account: AccountId::new("acc_1"),
        },
        _ => Change::AddDelivery(sample::delivery(&format!("msg_{n}"), "whk_1", 0, Some(0))),
    })
    .await;
    assert!((1..=1 + RACERS / 2).contains(&won), "{won}");
    assert_eq!(store.hook(&hook).await.unwrap(), None);
    assert_eq!(store.deliveries(&hook, &Page::first()).await.unwrap().items, []);
    assert_eq!(store.deliveries_due(NOW).await.unwrap(), []);
}
