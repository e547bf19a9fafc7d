//! What is sent: mails, messages to hooks, alerts.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    AccountId, Change, Delivery, DeliveryId, Hook, HookId, Mail, MailId, State, Tried, alert::AlertKind,
};

pub(super) async fn a_mail_is_tried_in_turn_and_loses_its_text_when_it_arrives(home: Home) {
    let store = &*home.open().await.unwrap();
    let mail = sample::mail("mal_1", 0, Some(0));
    done(store, vec![Change::AddMail(mail.clone())]).await;
    stale(store, vec![Change::AddMail(mail.clone())]).await;
    let read = async || store.mail(&mail.id).await.unwrap().unwrap();
    assert_eq!(read().await, mail);
    let report = |tried, keep_text| {
        vec![Change::MailTried {
            id: mail.id.clone(),
            tried,
            keep_text,
        }]
    };
    stale(store, report(sample::tried(1, Some(60)), false)).await;
    let failed = Tried {
        problem: Some("refused".to_owned()),
        ..sample::tried(0, Some(60))
    };
    done(store, report(failed.clone(), false)).await;
    stale(store, report(failed, false)).await;
    let after = Mail {
        next: Some(NOW.plus(60)),
        tries: 1,
        problem: Some("refused".to_owned()),
        ..mail.clone()
    };
    assert_eq!(read().await, after);
    let arrived = |was, late| Tried {
        done: Some(NOW.plus(late)),
        ..sample::tried(was, None)
    };
    done(store, report(arrived(1, 61), true)).await;
    let after = Mail {
        next: None,
        tries: 2,
        sent: Some(NOW.plus(61)),
        ..mail.clone()
    };
    assert_eq!(read().await, after);
    done(store, report(arrived(2, 62), false)).await;
    assert_eq!(read().await.sealed, None);
    // What has arrived stays so, whatever is tried afterwards.
    done(store, report(sample::tried(3, None), false)).await;
    assert_eq!(read().await.sent, Some(NOW.plus(62)));
    assert_eq!(store.mail(&MailId::new("none")).await.unwrap(), None);
}

pub(super) async fn mails_that_are_due_come_longest_due_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = [
        sample::mail("a", 0, Some(10)),
        sample::mail("b", 0, Some(5)),
        sample::mail("c", 0, Some(11)),
        sample::mail("d", 0, None),
        sample::mail("e", 0, Some(5)),
    ];
    done(store, made.iter().cloned().map(Change::AddMail).collect()).await;
    let due = store.mails_due(NOW.plus(10)).await.unwrap();
    assert_eq!(due, [made[1].clone(), made[4].clone(), made[0].clone()]);
    let many = (0..120).map(|n| Change::AddMail(sample::mail(&format!("m{n}"), 0, Some(-1))));
    done(store, many.collect()).await;
    assert_eq!(store.mails_due(NOW).await.unwrap().len(), 100);
}

pub(super) async fn mails_are_listed_newest_first_without_their_text(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = ["b", "a", "c"].map(|id| sample::mail(id, 5, None));
    let mut changes: Vec<_> = made.into_iter().map(Change::AddMail).collect();
    changes.push(Change::AddMail(sample::mail("old", 4, None)));
    changes.push(Change::AddMail(sample::mail("aaa", 6, None)));
    done(store, changes).await;
    let found = walk!(|page| store.mails(&page), |mail| mail.id.to_string());
    assert!(found.iter().all(|mail| mail.sealed.is_none()));
    let ids: Vec<_> = found.iter().map(|mail| mail.id.as_str()).collect();
    assert_eq!(ids, ["aaa", "c", "b", "a", "old"]);
}

pub(super) async fn a_hook_needs_its_account_and_stays_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut hook = sample::hook("whk_1", "acc_1");
    stale(store, vec![Change::AddHook(hook.clone())]).await;
    let accounts = ["acc_1", "acc_2"].map(|id| Change::AddAccount(sample::account(id)));
    done(store, accounts.into()).await;
    done(store, vec![Change::AddHook(hook.clone())]).await;
    stale(store, vec![Change::AddHook(hook.clone())]).await;
    done(store, vec![Change::AddHook(sample::hook("whk_0", "acc_1"))]).await;
    done(store, vec![Change::AddHook(sample::hook("whk_2", "acc_2"))]).await;

    let revise = |hook: &Hook, was| Change::ReviseHook {
        hook: hook.clone(),
        was,
    };
    stale(store, vec![revise(&sample::hook("whk_1", "acc_2"), 1)]).await;
    hook.url = "https://firm.example/other".to_owned();
    hook.sealed = vec![8];
    hook.topics = Vec::new();
    hook.state = State::Disabled;
    stale(store, vec![revise(&hook, 0)]).await;
    done(store, vec![revise(&hook, 1)]).await;
    stale(store, vec![revise(&hook, 1)]).await;
    hook.version = 2;
    assert_eq!(store.hook(&hook.id).await.unwrap(), Some(hook.clone()));
    let listed = store.hooks(&AccountId::new("acc_1")).await.unwrap();
    assert_eq!(listed, [sample::hook("whk_0", "acc_1"), hook]);
    assert_eq!(store.hook(&HookId::new("none")).await.unwrap(), None);
    assert_eq!(store.hooks(&AccountId::new("none")).await.unwrap(), []);
}

pub(super) async fn a_removed_hook_takes_its_deliveries_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes: Vec<_> = ["acc_1", "acc_2"]
        .map(|id| Change::AddAccount(sample::account(id)))
        .into();
    changes.push(Change::AddHook(sample::hook("whk_1", "acc_1")));
    changes.push(Change::AddHook(sample::hook("whk_2", "acc_2")));
    changes.push(Change::AddDelivery(sample::delivery("msg_1", "whk_1", 0, Some(0))));
    changes.push(Change::AddDelivery(sample::delivery("msg_2", "whk_2", 0, Some(0))));
    done(store, changes).await;
    let remove = |account: &str| {
        vec![Change::RemoveHook {
            id: HookId::new("whk_1"),
            account: AccountId::new(account),
        }]
    };
    stale(store, remove("acc_2")).await;
    assert!(store.delivery(&DeliveryId::new("msg_1")).await.unwrap().is_some());
    done(store, remove("acc_1")).await;
    stale(store, remove("acc_1")).await;
    assert_eq!(store.hook(&HookId::new("whk_1")).await.unwrap(), None);
    let due = store.deliveries_due(NOW).await.unwrap();
    assert_eq!(due, [sample::delivery("msg_2", "whk_2", 0, Some(0))]);
}

pub(super) async fn a_delivery_needs_its_hook_and_is_tried_in_turn(home: Home) {
    let store = &*home.open().await.unwrap();
    let message = sample::delivery("msg_1", "whk_1", 0, Some(0));
    stale(store, vec![Change::AddDelivery(message.clone())]).await;
    let changes = vec![
        Change::AddAccount(sample::account("acc_1")),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
        Change::AddDelivery(message.clone()),
    ];
    done(store, changes).await;
    stale(store, vec![Change::AddDelivery(message.clone())]).await;
    let read = async || store.delivery(&message.id).await.unwrap().unwrap();
    assert_eq!(read().await, message);
    let report = |tried: &Tried| {
        vec![Change::DeliveryTried {
            id: message.id.clone(),
            tried: tried.clone(),
        }]
    };
    let refused = Tried {
        problem: Some("no".to_owned()),
        status: Some(503),
        ..sample::tried(0, Some(30))
    };
    done(store, report(&refused)).await;
    stale(store, report(&refused)).await;
    let after = Delivery {
        next: Some(NOW.plus(30)),
        tries: 1,
        status: Some(503),
        problem: Some("no".to_owned()),
        ..message.clone()
    };
    assert_eq!(read().await, after);
    let arrived = Tried {
        done: Some(NOW.plus(31)),
        status: Some(204),
        ..sample::tried(1, None)
    };
    done(store, report(&arrived)).await;
    let after = Delivery {
        next: None,
        tries: 2,
        delivered: Some(NOW.plus(31)),
        status: Some(204),
        ..message.clone()
    };
    assert_eq!(read().await, after);
}

pub(super) async fn deliveries_are_due_in_order_and_listed_newest_first_by_hook(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![Change::AddAccount(sample::account("acc_1"))];
    changes.extend(["whk_1", "whk_2"].map(|id| Change::AddHook(sample::hook(id, "acc_1"))));
    for (id, hook, created, next) in [
        ("b", "whk_1", 5, Some(9)),
        ("a", "whk_1", 5, Some(3)),
        ("x", "whk_2", 5, Some(3)),
        ("c", "whk_1", 7, None),
        ("d", "whk_1", 1, Some(10)),
    ] {
        changes.push(Change::AddDelivery(sample::delivery(id, hook, created, next)));
    }
    done(store, changes).await;
    let ids = |found: Vec<Delivery>| -> Vec<String> { found.into_iter().map(|one| one.id.to_string()).collect() };
    assert_eq!(ids(store.deliveries_due(NOW.plus(9)).await.unwrap()), ["a", "x", "b"]);
    let hook = HookId::new("whk_1");
    assert_eq!(
        ids(walk!(|page| store.deliveries(&hook, &page), |one| one.id.to_string())),
        ["c", "b", "a", "d"]
    );
}

pub(super) async fn a_hook_with_many_messages_keeps_no_other_waiting(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![Change::AddAccount(sample::account("acc_1"))];
    changes.extend(["whk_1", "whk_2"].map(|id| Change::AddHook(sample::hook(id, "acc_1"))));
    changes.extend((0..200).map(|n| Change::AddDelivery(sample::delivery(&format!("m{n:03}"), "whk_1", 0, Some(0)))));
    changes.push(Change::AddDelivery(sample::delivery("late", "whk_2", 0, Some(9))));
    done(store, changes).await;
    let due = store.deliveries_due(NOW.plus(9)).await.unwrap();
    let ids: Vec<_> = due.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["m000", "late", "m001", "m002", "m003"]);
}

pub(super) async fn an_alert_is_told_once_by_its_key(home: Home) {
    let store = &*home.open().await.unwrap();
    let first = sample::alert("alt_1", "acc_1", 0);
    done(store, vec![Change::AddAlert(first.clone())]).await;
    let mut second = sample::alert("alt_2", "acc_2", 5);
    second.key.clone_from(&first.key);
    stale(store, vec![Change::AddAlert(second.clone())]).await;
    second.key = "another".to_owned();
    second.client = None;
    done(store, vec![Change::AddAlert(second.clone())]).await;
    let mut later = Vec::new();
    for (n, kind) in AlertKind::ALL.into_iter().enumerate() {
        let mut alert = sample::alert(&format!("alt_k{n}"), "acc_1", 7);
        alert.kind = kind;
        later.push(alert);
    }
    done(store, later.iter().cloned().map(Change::AddAlert).collect()).await;
    let account = AccountId::new("acc_1");
    let found = walk!(|page| store.alerts(&account, &page), |alert| alert.id.to_string());
    later.reverse();
    later.push(first);
    assert_eq!(found, later);
    let account = AccountId::new("acc_2");
    assert_eq!(
        walk!(|page| store.alerts(&account, &page), |alert| alert.id.to_string()),
        [second]
    );
}
