//! What people ask about: requests for clients, single requests, secrets, places in accounts.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    Account, AccountId, ApiId, Application, ApplicationId, Call, Change, ClientId, LinkId, MailId, Moment, SecretId,
    Store, application::ApplicationState, call::CallFilter, link::LinkKind,
};

pub(super) async fn an_application_needs_its_account_and_is_decided_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut asked = sample::application("app_1", "acc_1", 0);
    stale(store, vec![Change::AddApplication(asked.clone())]).await;
    let accounts = ["acc_1", "acc_2"].map(|id| Change::AddAccount(sample::account(id)));
    done(store, accounts.into()).await;
    done(store, vec![Change::AddApplication(asked.clone())]).await;
    stale(store, vec![Change::AddApplication(asked.clone())]).await;
    assert_eq!(store.application(&asked.id).await.unwrap(), Some(asked.clone()));
    let revise = |application: &Application, was| {
        let application = application.clone();
        vec![Change::ReviseApplication { application, was }]
    };
    stale(store, revise(&sample::application("app_1", "acc_2", 0), 1)).await;
    asked.state = ApplicationState::Approved;
    asked.client = Some(ClientId::new("one"));
    asked.answer = Some("Welcome".to_owned());
    asked.decided = Some(NOW.plus(9));
    asked.name = "Robot 2".to_owned();
    asked.api = ApiId::new("other");
    stale(store, revise(&asked, 0)).await;
    done(store, revise(&asked, 1)).await;
    stale(store, revise(&asked, 1)).await;
    asked.version = 2;
    assert_eq!(store.application(&asked.id).await.unwrap(), Some(asked));
    assert_eq!(store.application(&ApplicationId::new("none")).await.unwrap(), None);
}

pub(super) async fn applications_are_listed_newest_first_by_account_and_state(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut changes: Vec<_> = ["acc_1", "acc_2"]
        .map(|id| Change::AddAccount(sample::account(id)))
        .into();
    for (id, account, created, state) in [
        ("a", "acc_1", 1, ApplicationState::Pending),
        ("b", "acc_1", 3, ApplicationState::Declined),
        ("c", "acc_2", 2, ApplicationState::Pending),
        ("d", "acc_1", 3, ApplicationState::Pending),
        ("e", "acc_2", 3, ApplicationState::Approved),
    ] {
        let asked = sample::application(id, account, created);
        changes.push(Change::AddApplication(Application { state, ..asked }));
    }
    done(store, changes).await;
    let account = AccountId::new("acc_1");
    let (some, pending) = (Some(&account), Some(ApplicationState::Pending));
    for (account, state, wanted) in [
        (None, None, "e d b c a"),
        (some, None, "d b a"),
        (None, pending, "d c a"),
        (some, pending, "d a"),
        (some, Some(ApplicationState::Approved), ""),
    ] {
        let found = walk!(|page| store.applications(account, state, &page), |one| one
            .id
            .to_string());
        let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.join(" "), wanted);
    }
}

pub(super) async fn requests_are_told_newest_first_and_filtered(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut refused = sample::call("req_3", Some("one"), Some("acc_1"));
    refused.code = Some("insufficient_scope".to_owned());
    refused.status = 403;
    let mut bare = sample::call("req_4", None, None);
    (bare.route, bare.api, bare.acting_user) = (None, None, None);
    bare.place = tollgate_model::call::Place::Issuer;
    let told = [
        sample::call("req_1", Some("one"), Some("acc_1")),
        sample::call("req_2", Some("two"), Some("acc_2")),
        refused,
        bare,
        sample::call("req_1", Some("two"), Some("acc_2")),
    ];
    for call in &told {
        done(store, vec![Change::Called(call.clone())]).await;
    }
    let every = CallFilter::default();
    let of = |account: &str| CallFilter {
        account: Some(AccountId::new(account)),
        ..every.clone()
    };
    let read = async |filter: CallFilter| walk!(|page| store.calls(&filter, &page), |call| call.seq.to_string());
    let bare = |call: Call| Call { seq: 0, ..call };
    let all: Vec<_> = read(every.clone()).await.into_iter().rev().map(bare).collect();
    assert_eq!(all, told);
    let requests = async |filter| -> String {
        let found: Vec<_> = read(filter).await.into_iter().map(|call| call.request).collect();
        found.join(" ")
    };
    assert_eq!(requests(of("acc_1")).await, "req_3 req_1");
    let client = Some(ClientId::new("two"));
    let of_client = CallFilter {
        client,
        ..every.clone()
    };
    assert_eq!(requests(of_client.clone()).await, "req_1 req_2");
    let account = Some(AccountId::new("acc_1"));
    // SE9: another account's client is not looked into by naming it.
    assert_eq!(requests(CallFilter { account, ..of_client }).await, "");
    let named = |filter| CallFilter {
        request: Some("req_1".to_owned()),
        ..filter
    };
    assert_eq!(requests(named(every.clone())).await, "req_1 req_1");
    assert_eq!(requests(named(of("acc_1"))).await, "req_1");
    let refused = |filter| CallFilter {
        refused: true,
        ..filter
    };
    assert_eq!(requests(refused(every.clone())).await, "req_3");
    assert_eq!(requests(refused(of("acc_2"))).await, "");
}

pub(super) async fn a_secret_is_kept_sealed_where_the_house_wants_it(home: Home) {
    let store = &*home.open().await.unwrap();
    let seal = |id: &str| {
        vec![Change::SealSecret {
            id: SecretId::new(id),
            sealed: vec![0, 1, 255],
        }]
    };
    stale(store, seal("sec_1")).await;
    done(store, sample::firm()).await;
    let id = SecretId::new("sec_1");
    assert_eq!(store.sealed_secret(&id).await.unwrap(), None);
    let before = store.head().await.unwrap();
    done(store, seal("sec_1")).await;
    assert_eq!(store.sealed_secret(&id).await.unwrap(), Some(vec![0, 1, 255]));
    assert_eq!(store.sealed_secret(&SecretId::new("none")).await.unwrap(), None);
    assert_eq!(store.head().await.unwrap(), before);
}

pub(super) async fn secrets_that_expire_are_told_first_to_expire_first(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let end = NOW.plus(86_400);
    let mut changes = Vec::new();
    for (id, expires, revoked) in [
        ("sec_a", Some(end.plus(-1)), None),
        ("sec_b", Some(end.plus(5)), None),
        ("sec_c", Some(end.plus(9)), None),
        ("sec_d", None, None),
        ("sec_e", Some(end.plus(1)), Some(NOW)),
        ("sec_0", Some(end.plus(5)), None),
    ] {
        let mut secret = sample::secret(id, "one");
        (secret.expires, secret.revoked) = (expires, revoked);
        changes.push(Change::AddSecret(secret));
    }
    done(store, changes).await;
    let found = store.secrets_expiring(end, end.plus(9)).await.unwrap();
    let ids: Vec<_> = found.iter().map(|secret| secret.id.as_str()).collect();
    assert_eq!(ids, ["sec_1", "sec_0", "sec_b"]);
}

pub(super) async fn every_place_of_an_address_is_found_by_account_name(home: Home) {
    let store = &*home.open().await.unwrap();
    let named = |id: &str, name: &str| Account {
        name: name.to_owned(),
        apis: Some(vec![ApiId::new("api")]),
        live: false,
        ..sample::account(id)
    };
    let firms = [
        named("acc_3", "A"),
        named("acc_1", "B"),
        named("acc_2", "B"),
        named("acc_0", "C"),
    ];
    let mut changes: Vec<_> = firms.iter().cloned().map(Change::AddAccount).collect();
    let member = |account: &str| sample::member(&format!("mem_{account}"), account, "ada@firm.example");
    changes.extend(["acc_1", "acc_2", "acc_3"].map(|id| Change::AddMember(member(id))));
    changes.push(Change::AddMember(sample::member("mem_x", "acc_0", "bob@firm.example")));
    done(store, changes).await;
    let found = store.memberships("ada@firm.example").await.unwrap();
    let wanted: Vec<_> = firms[..3]
        .iter()
        .map(|firm| (member(firm.id.as_str()), firm.clone()))
        .collect();
    assert_eq!(found, wanted);
    assert_eq!(store.memberships("none@firm.example").await.unwrap(), []);
}

pub(super) async fn an_account_has_all_apis_or_those_named(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut account = sample::account("acc_1");
    account.apis = Some(Vec::new());
    account.live = false;
    done(store, vec![Change::AddAccount(account.clone())]).await;
    assert_eq!(store.account(&account.id).await.unwrap(), Some(account.clone()));
    account.apis = Some(vec![ApiId::new("b"), ApiId::new("a")]);
    account.live = true;
    let revise = |account: &Account, was| {
        let account = account.clone();
        vec![Change::ReviseAccount { account, was }]
    };
    done(store, revise(&account, 1)).await;
    account.version = 2;
    assert_eq!(store.account(&account.id).await.unwrap(), Some(account.clone()));
    account.apis = None;
    done(store, revise(&account, 2)).await;
    assert_eq!(store.account(&account.id).await.unwrap().unwrap().apis, None);
}

/// Of each noun `x` lies just beyond the end and goes, `y` at the end and stays; `z` is old, but not done with.
pub(super) async fn what_the_console_needs_no_more_is_forgotten(home: Home) {
    let store = &*home.open().await.unwrap();
    let (week, month) = (7 * 86_400, 30 * 86_400);
    let mut changes = vec![
        Change::AddAccount(sample::account("acc_1")),
        Change::AddHook(sample::hook("whk_1", "acc_1")),
        Change::AddUser {
            user: sample::user("usr_1"),
            first: false,
        },
    ];
    for (id, ends) in [("x", -1), ("y", 0)] {
        let mut session = sample::session(id, "usr_1");
        session.ends = NOW.plus(ends);
        let mut link = sample::link(id, LinkKind::Reset, "ada@firm.example");
        link.expires = NOW.plus(ends);
        let mut call = sample::call(id, None, None);
        call.at = NOW.plus(ends - week);
        changes.extend([
            Change::AddSession(session),
            Change::AddLink(link),
            Change::Called(call),
            Change::AddMail(sample::mail(id, ends - month, None)),
            Change::AddDelivery(sample::delivery(id, "whk_1", ends - month, None)),
        ]);
    }
    // Old, but not done with.
    changes.push(Change::AddMail(sample::mail("z", -2 * month, Some(0))));
    changes.push(Change::AddDelivery(sample::delivery("z", "whk_1", -2 * month, Some(0))));
    done(store, changes).await;
    let forget = Change::Forget { now: NOW, log_up_to: 0 };
    done(store, vec![forget]).await;
    assert_eq!(left(store, "x").await, [false; 5]);
    assert_eq!(left(store, "y").await, [true; 5]);
    assert!(store.mail(&MailId::new("z")).await.unwrap().is_some());
    assert_eq!(store.deliveries_due(NOW).await.unwrap().len(), 1);
    // At the beginning of time nothing is old, and nothing overflows.
    let forget = Change::Forget {
        now: Moment(i64::MIN),
        log_up_to: 0,
    };
    done(store, vec![forget]).await;
    assert_eq!(left(store, "y").await, [true; 5]);
    let spend = Change::SpendLink { id: LinkId::new("y") };
    done(store, vec![spend]).await;
}

async fn left(store: &dyn Store, id: &str) -> [bool; 5] {
    let filter = CallFilter {
        request: Some(id.to_owned()),
        ..CallFilter::default()
    };
    let page = tollgate_model::Page::first();
    [
        store.session(&format!("digest of {id}")).await.unwrap().is_some(),
        store.link(&format!("digest of {id}")).await.unwrap().is_some(),
        !store.calls(&filter, &page).await.unwrap().items.is_empty(),
        store.mail(&MailId::new(id)).await.unwrap().is_some(),
        store
            .delivery(&tollgate_model::DeliveryId::new(id))
            .await
            .unwrap()
            .is_some(),
    ]
}
