//! Cursors that nobody handed out.

use super::{Home, done, sample, sample::NOW};
use tollgate_model::{
    AccountId, Change, Client, ClientFilter, ClientId, HookId, Page, UserId, application::ApplicationState,
    call::CallFilter, event::EventFilter,
};

/// SE9, CO9: a cursor that names nothing leads to an empty page or to nothing more than its own list, never
/// to an error.
pub(super) async fn a_forged_cursor_leads_nowhere(home: Home) {
    let store = &*home.open().await.unwrap();
    // A consent of somebody else, to somebody else.
    done(store, sample::people_at_clients()).await;
    let changes = vec![
        Change::AddMail(sample::mail("mal_1", 0, None)),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
        Change::AddDelivery(sample::delivery("msg_1", "whk_1", 0, None)),
        Change::AddAlert(sample::alert("alt_1", "acc_1", 0)),
        Change::AddApplication(sample::application("app_1", "acc_1", 0)),
        Change::Called(sample::call("req_1", Some("one"), Some("acc_1"))),
        Change::Record(sample::event("a.b", None, "s", NOW)),
    ];
    done(store, changes).await;
    let (firm, hook) = (AccountId::new("acc_1"), HookId::new("whk_1"));
    let of_firm = ClientFilter {
        account: Some(firm.clone()),
        ..ClientFilter::default()
    };
    for cursor in [
        "none",
        "'; DROP TABLE client; --",
        "\" OR 1=1 --",
        "?1",
        "$1",
        "%",
        "\0",
        "\u{FFFF}",
        "99999999999999999999",
        &"x".repeat(70_000),
    ] {
        let page = Page {
            after: Some(cursor.to_owned()),
            limit: 10,
        };
        let every = ClientFilter::default();
        let calls = CallFilter::default();
        let pending = Some(ApplicationState::Pending);
        let counts = [
            store.client_lines(&every, NOW, &page).await.unwrap().items.len(),
            store.client_lines(&of_firm, NOW, &page).await.unwrap().items.len(),
            store.accounts_like("", &page).await.unwrap().items.len(),
            store.mails(&page).await.unwrap().items.len(),
            store.deliveries(&hook, &page).await.unwrap().items.len(),
            store.alerts(&firm, &page).await.unwrap().items.len(),
            store.applications(None, None, &page).await.unwrap().items.len(),
            store.applications(Some(&firm), None, &page).await.unwrap().items.len(),
            store.applications(None, pending, &page).await.unwrap().items.len(),
            store.calls(&calls, &page).await.unwrap().items.len(),
            store.events(&EventFilter::default(), &page).await.unwrap().items.len(),
        ];
        assert_eq!(counts, [0; 11], "{cursor:.40}");
        store.users(true, &page).await.unwrap();
        store.users(false, &page).await.unwrap();
        let (user, client) = (UserId::new("usr_2"), ClientId::new("two"));
        let counts = [
            store.consents(&user, &page).await.unwrap().items.len(),
            store.consents_at(&client, &page).await.unwrap().items.len(),
        ];
        assert_eq!(counts, [0; 2], "{cursor:.40}");
    }
}

/// SE9, CO9: the place of another account's record is not told by going on from it.
pub(super) async fn a_cursor_of_another_account_leads_nowhere(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let theirs = Client {
        name: "A".to_owned(),
        ..sample::client("theirs", "acc_2")
    };
    let changes = vec![
        Change::AddAccount(sample::account("acc_2")),
        Change::AddClient(theirs),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
        Change::AddHook(sample::hook("whk_2", "acc_2")),
        Change::AddDelivery(sample::delivery("ours", "whk_1", 0, None)),
        Change::AddDelivery(sample::delivery("theirs", "whk_2", 9, None)),
        Change::AddAlert(sample::alert("ours", "acc_1", 0)),
        Change::AddAlert(sample::alert("theirs", "acc_2", 9)),
        Change::AddApplication(sample::application("ours", "acc_1", 0)),
        Change::AddApplication(sample::application("theirs", "acc_2", 9)),
    ];
    done(store, changes).await;
    let (firm, hook) = (AccountId::new("acc_1"), HookId::new("whk_1"));
    let filter = ClientFilter {
        account: Some(firm.clone()),
        ..ClientFilter::default()
    };
    for (cursor, wanted) in [(None, 1), (Some("theirs"), 0)] {
        let page = Page {
            after: cursor.map(str::to_owned),
            limit: 10,
        };
        let counts = [
            store.client_lines(&filter, NOW, &page).await.unwrap().items.len(),
            store.deliveries(&hook, &page).await.unwrap().items.len(),
            store.alerts(&firm, &page).await.unwrap().items.len(),
            store.applications(Some(&firm), None, &page).await.unwrap().items.len(),
        ];
        assert_eq!(counts, [wanted; 4]);
    }
}
