//! What is read, and how long lists are walked.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    AccountId, Change, ClientId, MemberId, Page, SecretId,
    event::{Actor, EventFilter, Outcome},
};

fn page(after: Option<&str>, limit: u32) -> Page {
    Page {
        after: after.map(str::to_owned),
        limit,
    }
}

pub(super) async fn a_client_comes_with_account_live_secrets_and_grants(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let mut older = sample::secret("sec_2", "one");
    older.created = NOW.plus(-1);
    older.expires = Some(NOW.plus(-1));
    let mut forever = sample::secret("sec_0", "one");
    forever.expires = None;
    let mut dead = sample::secret("sec_3", "one");
    dead.revoked = Some(NOW);
    done(
        store,
        vec![
            Change::AddSecret(older.clone()),
            Change::AddSecret(forever.clone()),
            Change::AddSecret(dead.clone()),
            Change::AddApi(sample::api("aaa")),
            Change::PutGrant(sample::grant("one", "aaa")),
            Change::AddClient(sample::client("two", "acc_1")),
            Change::AddSecret(sample::secret("sec_4", "two")),
            Change::PutGrant(sample::grant("two", "aaa")),
        ],
    )
    .await;
    let first = sample::secret("sec_1", "one");
    let record = store.client(&ClientId::new("one")).await.unwrap().unwrap();
    // Oldest first, by id where they are of one age; expired ones are for the rules to judge.
    assert_eq!(record.secrets, [older.clone(), forever.clone(), first.clone()]);
    assert_eq!(
        record.grants,
        [sample::grant("one", "aaa"), sample::grant("one", "api")]
    );
    let every = store.secrets(&ClientId::new("one")).await.unwrap();
    assert_eq!(every, [older, forever, first, dead]);

    let revoke = Change::RevokeSecret {
        id: SecretId::new("sec_1"),
        client: ClientId::new("one"),
        at: NOW,
    };
    done(store, vec![revoke]).await;
    let record = store.client(&ClientId::new("one")).await.unwrap().unwrap();
    assert!(record.secrets.iter().all(|secret| secret.id.as_str() != "sec_1"));
}

pub(super) async fn what_is_not_there_is_not_found(home: Home) {
    let store = &*home.open().await.unwrap();
    assert_eq!(store.client(&ClientId::new("none")).await.unwrap(), None);
    assert_eq!(store.account(&AccountId::new("none")).await.unwrap(), None);
    assert_eq!(store.member(&MemberId::new("none")).await.unwrap(), None);
    assert_eq!(
        store.member_by_email(&AccountId::new("none"), "a@b").await.unwrap(),
        None
    );
    assert_eq!(store.operator("none").await.unwrap(), None);
    assert_eq!(store.allowance("none").await.unwrap(), None);
    assert_eq!(store.secrets(&ClientId::new("none")).await.unwrap(), []);
    assert_eq!(store.usage(&ClientId::new("none")).await.unwrap(), []);
    assert_eq!(store.apis().await.unwrap(), []);
    assert_eq!(store.routes().await.unwrap(), []);
    assert_eq!(store.signing_keys().await.unwrap(), []);
    assert_eq!(store.operators().await.unwrap(), []);
    assert_eq!(store.revocations(NOW).await.unwrap(), []);
    assert_eq!(store.head().await.unwrap(), 0);
    let found = store.clients(None, &Page::first()).await.unwrap();
    assert_eq!((found.items, found.next), (Vec::new(), None));
    let found = store.events(&EventFilter::default(), &Page::first()).await.unwrap();
    assert_eq!((found.items, found.next), (Vec::new(), None));
}

pub(super) async fn lists_are_walked_page_by_page_in_the_order_of_octets(home: Home) {
    let store = &*home.open().await.unwrap();
    // A locale would order these otherwise: B and a, _ and letters, é and z.
    let order = ["-", "1", "B", "_", "a", "a b", "b", "z", "é", "𝄞"];
    let mut changes = vec![Change::AddAccount(sample::account("acc_1"))];
    for id in order.iter().rev() {
        changes.push(Change::AddClient(sample::client(id, "acc_1")));
        changes.push(Change::AddMember(sample::member(
            id,
            "acc_1",
            &format!("{id}@firm.example"),
        )));
        changes.push(Change::AddApi(sample::api(id)));
        changes.push(Change::AddRoute(sample::route(id)));
    }
    done(store, changes).await;
    let account = AccountId::new("acc_1");
    for limit in [1, 3, 5, 10, 11] {
        for account in [None, Some(&account)] {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let found = store.clients(account, &page(after.as_deref(), limit)).await.unwrap();
                assert!(found.items.len() <= limit as usize);
                seen.extend(found.items.into_iter().map(|client| client.id.to_string()));
                after = found.next;
                if after.is_none() {
                    break;
                }
                assert_eq!(after.as_deref(), seen.last().map(String::as_str));
            }
            assert_eq!(seen, order, "{limit}");
        }
    }
    let members = store.members(&account, &page(Some("_"), 2)).await.unwrap();
    assert_eq!(
        members.items.iter().map(|who| who.id.as_str()).collect::<Vec<_>>(),
        ["a", "a b"]
    );
    assert_eq!(members.next.as_deref(), Some("a b"));
    let apis: Vec<_> = store
        .apis()
        .await
        .unwrap()
        .into_iter()
        .map(|api| api.id.to_string())
        .collect();
    assert_eq!(apis, order);
    let routes: Vec<_> = store
        .routes()
        .await
        .unwrap()
        .into_iter()
        .map(|route| route.id.to_string())
        .collect();
    assert_eq!(routes, order);
}

pub(super) async fn another_accounts_records_are_not_listed(home: Home) {
    let store = &*home.open().await.unwrap();
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_1")),
            Change::AddAccount(sample::account("acc_2")),
            Change::AddClient(sample::client("a", "acc_1")),
            Change::AddClient(sample::client("b", "acc_2")),
            Change::AddMember(sample::member("mem_a", "acc_1", "a@x")),
            Change::AddMember(sample::member("mem_b", "acc_2", "b@x")),
        ],
    )
    .await;
    let second = AccountId::new("acc_2");
    let clients = store.clients(Some(&second), &Page::first()).await.unwrap();
    assert_eq!(clients.items, [sample::client("b", "acc_2")]);
    let members = store.members(&second, &Page::first()).await.unwrap();
    assert_eq!(members.items, [sample::member("mem_b", "acc_2", "b@x")]);
    assert_eq!(store.member_by_email(&second, "a@x").await.unwrap(), None);
    let accounts = store.accounts(&page(None, 1)).await.unwrap();
    assert_eq!(
        (accounts.items, accounts.next),
        (vec![sample::account("acc_1")], Some("acc_1".to_owned()))
    );
}

pub(super) async fn events_are_told_newest_first_and_filtered(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut refused = sample::event("token.refused", Some("acc_2"), "one", NOW.plus(2));
    refused.outcome = Outcome::Refused("unknown_audience".to_owned());
    refused.actor = Actor::Stranger;
    refused.request = None;
    refused.detail = serde_json::Value::Null;
    let told = [
        sample::event("secret.revoked", Some("acc_1"), "sec_1", NOW),
        sample::event("client.created", Some("acc_1"), "one", NOW.plus(1)),
        refused,
        sample::event("key.turned", None, "kid", NOW.plus(3)),
    ];
    for event in &told {
        done(store, vec![Change::Record(event.clone())]).await;
    }
    let all = store
        .events(&EventFilter::default(), &Page::first())
        .await
        .unwrap()
        .items;
    assert!(all.windows(2).all(|pair| pair[0].seq > pair[1].seq));
    assert!(all.iter().all(|event| event.seq > 0));
    let bare: Vec<_> = all
        .iter()
        .rev()
        .cloned()
        .map(|event| tollgate_model::Event {
            seq: 0,
            hash: String::new(),
            ..event
        })
        .collect();
    assert_eq!(bare, told);

    let kinds = async |filter: EventFilter| -> Vec<String> {
        let found = store.events(&filter, &Page::first()).await.unwrap();
        found.items.into_iter().map(|event| event.kind).collect()
    };
    let of = |account: &str| EventFilter {
        account: Some(AccountId::new(account)),
        ..EventFilter::default()
    };
    let about = |subject: &str| EventFilter {
        subject: Some(subject.to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(kinds(of("acc_1")).await, ["client.created", "secret.revoked"]);
    assert_eq!(kinds(about("one")).await, ["token.refused", "client.created"]);
    let both = EventFilter {
        account: Some(AccountId::new("acc_1")),
        ..about("one")
    };
    assert_eq!(kinds(both).await, ["client.created"]);
    let kind = EventFilter {
        kind: Some("key.turned".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(kinds(kind).await, ["key.turned"]);
    let none = EventFilter {
        kind: Some("key.turned".to_owned()),
        ..of("acc_1")
    };
    assert_eq!(kinds(none).await, Vec::<String>::new());
    let since = EventFilter {
        since: Some(NOW.plus(2)),
        ..EventFilter::default()
    };
    assert_eq!(kinds(since).await, ["key.turned", "token.refused"]);
    let until = EventFilter {
        until: Some(NOW.plus(1)),
        ..EventFilter::default()
    };
    assert_eq!(kinds(until).await, ["secret.revoked"]);
    let by = |actor: &str, filter: EventFilter| EventFilter {
        actor: Some(actor.to_owned()),
        ..filter
    };
    let every = EventFilter::default();
    assert_eq!(kinds(by("stranger", every.clone())).await, ["token.refused"]);
    let three = ["key.turned", "client.created", "secret.revoked"];
    assert_eq!(kinds(by("operator:opr_1", every.clone())).await, three);
    assert_eq!(kinds(by("operator:opr_1", about("one"))).await, ["client.created"]);
    assert_eq!(kinds(by("operator:opr_1", of("acc_2"))).await, Vec::<String>::new());
    assert_eq!(kinds(by("user:usr_1", every)).await, Vec::<String>::new());

    let first = store.events(&EventFilter::default(), &page(None, 3)).await.unwrap();
    assert_eq!(first.next, Some(all[2].seq.to_string()));
    let rest = store
        .events(&EventFilter::default(), &page(first.next.as_deref(), 3))
        .await
        .unwrap();
    assert_eq!((rest.items, rest.next), (vec![all[3].clone()], None));
}

pub(super) async fn a_page_is_never_longer_than_the_most(home: Home) {
    let store = &*home.open().await.unwrap();
    let accounts = (0..=Page::MOST).map(|n| Change::AddAccount(sample::account(&format!("acc_{n:04}"))));
    done(store, accounts.collect()).await;
    for limit in [Page::MOST, Page::MOST + 1, u32::MAX] {
        let found = store.accounts(&page(None, limit)).await.unwrap();
        assert_eq!(found.items.len(), Page::MOST as usize);
        assert_eq!(found.next.as_deref(), Some("acc_0199"));
    }
    let found = store.accounts(&page(None, 0)).await.unwrap();
    assert_eq!((found.items.len(), found.next.as_deref()), (1, Some("acc_0000")));
}

/// AT10: a cursor is bound, never written into a statement.
pub(super) async fn a_hostile_cursor_is_only_a_cursor(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    done(store, vec![Change::Record(sample::event("a.b", None, "s", NOW))]).await;
    for cursor in [
        "'; DROP TABLE client; --",
        "\" OR 1=1 --",
        "?1",
        "$1",
        "%",
        "\u{FFFF}",
        "0x10",
    ] {
        let found = store.clients(None, &page(Some(cursor), 10)).await.unwrap();
        assert_eq!(found.items.len(), usize::from("one" > cursor), "{cursor}");
        // No place in the audit log: an empty page.
        let found = store
            .events(&EventFilter::default(), &page(Some(cursor), 10))
            .await
            .unwrap();
        assert_eq!((found.items, found.next), (Vec::new(), None));
        assert_eq!(store.client(&ClientId::new(cursor)).await.unwrap(), None);
    }
    let all = store
        .events(&EventFilter::default(), &page(Some(&i64::MAX.to_string()), 10))
        .await
        .unwrap();
    assert_eq!(all.items.len(), 1);
    let none = store
        .events(&EventFilter::default(), &page(Some("-9"), 10))
        .await
        .unwrap();
    assert_eq!(none.items, []);
}

pub(super) async fn strange_text_comes_back_as_it_went_in(home: Home) {
    let store = &*home.open().await.unwrap();
    for (n, name) in [
        "",
        "O'Brien \"; --",
        "$1 ?1 \\ %_",
        "Ж\u{202e}𝄞\u{feff}",
        "line\r\n\ttab",
    ]
    .iter()
    .enumerate()
    {
        let mut account = sample::account(&format!("acc_{n}"));
        (*name).clone_into(&mut account.name);
        let mut member = sample::member(&format!("mem_{n}"), &format!("acc_{n}"), "a@b");
        member.roles = vec![(*name).to_owned(), (*name).to_owned()];
        done(
            store,
            vec![Change::AddAccount(account.clone()), Change::AddMember(member.clone())],
        )
        .await;
        assert_eq!(store.account(&account.id).await.unwrap(), Some(account));
        assert_eq!(store.member(&member.id).await.unwrap(), Some(member));
    }
}

/// PostgreSQL has no text with NUL. So that both answer alike, and an asker's NUL is no fault of ours,
/// nothing is found by it and it is written as U+FFFD.
pub(super) async fn nul_is_found_nowhere_and_kept_as_a_mark(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    assert_eq!(store.client(&ClientId::new("one\0")).await.unwrap(), None);
    assert_eq!(
        store.member_by_email(&AccountId::new("acc_1"), "\0").await.unwrap(),
        None
    );
    assert_eq!(store.clients(None, &page(Some("\0"), 5)).await.unwrap().items, []);
    let about = EventFilter {
        subject: Some("a\0b".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(store.events(&about, &Page::first()).await.unwrap().items, []);

    done(
        store,
        vec![Change::Record(sample::event("token.refused", None, "a\0b", NOW))],
    )
    .await;
    let about = EventFilter {
        subject: Some("a\u{FFFD}b".to_owned()),
        ..EventFilter::default()
    };
    assert_eq!(store.events(&about, &Page::first()).await.unwrap().items.len(), 1);
    stale(store, vec![Change::PutGrant(sample::grant("one\0", "api"))]).await;
}
