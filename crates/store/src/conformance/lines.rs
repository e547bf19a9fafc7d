//! Lists that people search: clients and accounts by name.

use super::{Home, done, sample, sample::NOW};
use tollgate_model::{
    Account, AccountId, Change, Client, ClientFilter, Page, Secret, State, Store, client::Environment,
};

fn named(id: &str, account: &str, name: &str) -> Client {
    Client {
        name: name.to_owned(),
        ..sample::client(id, account)
    }
}

fn account(id: &str, name: &str) -> Account {
    Account {
        name: name.to_owned(),
        ..sample::account(id)
    }
}

/// The ids of all lines, walked in pages of several lengths.
async fn ids(store: &dyn Store, filter: &ClientFilter) -> String {
    let found = walk!(|page| store.client_lines(filter, NOW, &page), |line| line
        .client
        .id
        .to_string());
    let ids: Vec<_> = found.iter().map(|line| line.client.id.as_str()).collect();
    ids.join(" ")
}

fn text(text: &str) -> ClientFilter {
    ClientFilter {
        text: Some(text.to_owned()),
        ..ClientFilter::default()
    }
}

pub(super) async fn clients_are_listed_by_name_and_then_by_id(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![
        Change::AddAccount(account("acc_1", "First")),
        Change::AddAccount(account("acc_2", "Second")),
    ];
    for (id, firm, name) in [
        ("d", "acc_1", "same"),
        ("b", "acc_1", "same"),
        ("c", "acc_2", "same"),
        ("a", "acc_1", "z"),
        ("e", "acc_2", "B"),
        ("f", "acc_1", ""),
        ("g", "acc_1", "é"),
    ] {
        changes.push(Change::AddClient(named(id, firm, name)));
    }
    done(store, changes).await;
    assert_eq!(ids(store, &ClientFilter::default()).await, "f e b c d a g");
    let of = |account: &str| ClientFilter {
        account: Some(AccountId::new(account)),
        ..ClientFilter::default()
    };
    assert_eq!(ids(store, &of("acc_1")).await, "f b d a g");
    assert_eq!(ids(store, &of("acc_2")).await, "e c");
    assert_eq!(ids(store, &of("acc_3")).await, "");
}

pub(super) async fn a_line_tells_account_last_use_and_living_secrets(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![
        Change::AddAccount(account("acc_1", "First")),
        Change::AddClient(named("one", "acc_1", "A")),
        Change::AddClient(named("two", "acc_1", "B")),
    ];
    for (id, expires, revoked, last_used) in [
        ("s1", None, None, Some(5)),
        ("s2", Some(0), None, Some(9)),
        ("s3", Some(1), None, None),
        ("s4", None, Some(-3), Some(11)),
    ] {
        changes.push(Change::AddSecret(Secret {
            expires: expires.map(|late| NOW.plus(late)),
            revoked: revoked.map(|late| NOW.plus(late)),
            last_used: last_used.map(|late| NOW.plus(late)),
            ..sample::secret(id, "one")
        }));
    }
    done(store, changes).await;
    let found = store
        .client_lines(&ClientFilter::default(), NOW, &Page::first())
        .await
        .unwrap()
        .items;
    let told: Vec<_> = found
        .iter()
        .map(|line| (line.account_name.as_str(), line.last_used, line.secrets_alive))
        .collect();
    // The one that ends at this moment is dead already; a revoked one was used all the same.
    assert_eq!(told, [("First", Some(NOW.plus(11)), 2), ("First", None, 0)]);
    assert_eq!(found[0].client, named("one", "acc_1", "A"));
}

pub(super) async fn every_filter_of_clients_narrows(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![
        Change::AddAccount(account("acc_1", "First")),
        Change::AddAccount(account("acc_2", "Second")),
    ];
    for (id, firm, environment, state) in [
        ("a", "acc_1", Environment::Test, State::Active),
        ("b", "acc_1", Environment::Live, State::Active),
        ("c", "acc_2", Environment::Live, State::Disabled),
        ("d", "acc_1", Environment::Live, State::Disabled),
    ] {
        changes.push(Change::AddClient(Client {
            environment,
            state,
            ..named(id, firm, id)
        }));
    }
    done(store, changes).await;
    let filter = ClientFilter {
        environment: Some(Environment::Live),
        ..ClientFilter::default()
    };
    assert_eq!(ids(store, &filter).await, "b c d");
    let filter = ClientFilter {
        state: Some(State::Disabled),
        ..filter
    };
    assert_eq!(ids(store, &filter).await, "c d");
    let filter = ClientFilter {
        account: Some(AccountId::new("acc_1")),
        ..filter
    };
    assert_eq!(ids(store, &filter).await, "d");
    let text = Some("a".to_owned());
    assert_eq!(ids(store, &ClientFilter { text, ..filter }).await, "");
}

/// Names and the beginnings of ids are found in either case of ASCII letters; other letters are compared as
/// they are, and the wildcards of SQL are only characters. Alike on both databases.
pub(super) async fn a_search_finds_parts_of_names_and_beginnings_of_ids(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = vec![Change::AddAccount(account("acc_1", "First"))];
    for (id, name) in [
        ("Abc-1", "Till"),
        ("x-abc", "50% off"),
        ("p_q", "ÄRGER a_b"),
        ("pzq", "ärger axb"),
        ("bs", "back\\slash"),
    ] {
        changes.push(Change::AddClient(named(id, "acc_1", name)));
    }
    done(store, changes).await;
    for (sought, wanted) in [
        ("", "x-abc Abc-1 bs p_q pzq"),
        ("abc", "Abc-1"),
        ("ABC-", "Abc-1"),
        ("iLL", "Abc-1"),
        ("%", "x-abc"),
        ("_", "p_q"),
        ("p_", "p_q"),
        ("A_B", "p_q"),
        ("\\", "bs"),
        ("Ä", "p_q"),
        ("ä", "pzq"),
        ("RGER", "p_q pzq"),
        ("' OR 1=1 --", ""),
        ("\0", ""),
        ("?5 $5", ""),
    ] {
        assert_eq!(ids(store, &text(sought)).await, wanted, "{sought:?}");
    }
    // Longer than any name, and longer than a database takes for a pattern.
    assert_eq!(ids(store, &text(&"%".repeat(100_000))).await, "");
}

pub(super) async fn accounts_are_found_and_listed_by_name(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes = Vec::new();
    for (id, name) in [
        ("acc_3", "Same"),
        ("acc_1", "Same"),
        ("acc_2", "Älter 1%"),
        ("ACC_4", "Baker"),
        ("other", "Same_"),
    ] {
        changes.push(Change::AddAccount(account(id, name)));
    }
    done(store, changes).await;
    for (sought, wanted) in [
        ("", "ACC_4 acc_1 acc_3 other acc_2"),
        ("sAME", "acc_1 acc_3 other"),
        ("acc_", "ACC_4 acc_1 acc_3 acc_2"),
        ("_", "other"),
        ("%", "acc_2"),
        ("älter", ""),
        ("LTER", "acc_2"),
        ("\0", ""),
    ] {
        let found = walk!(|page| store.accounts_like(sought, &page), |account| account
            .id
            .to_string());
        let ids: Vec<_> = found.iter().map(|account| account.id.as_str()).collect();
        assert_eq!(ids.join(" "), wanted, "{sought:?}");
    }
    let found = store.accounts_like(&"x".repeat(60_000), &Page::first()).await.unwrap();
    assert_eq!(found.items, []);
}
