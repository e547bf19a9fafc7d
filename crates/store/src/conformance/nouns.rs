//! The condition of each change, and that its content is read back as it was written.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    Account, AccountId, Allowance, ApiId, Change, ClientId, MemberId, Moment, OperatorId, Page, PlanId, RouteId,
    SecretId, State, Store, client::SignIn, operator::OperatorKind, revocation::Target,
};

pub(super) async fn an_account_is_added_once_and_revised_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut account = sample::account("acc_1");
    done(store, vec![Change::AddAccount(account.clone())]).await;
    stale(store, vec![Change::AddAccount(account.clone())]).await;
    assert_eq!(store.account(&account.id).await.unwrap(), Some(account.clone()));

    account.name = "Other".to_owned();
    account.state = State::Disabled;
    let revise = |was| Change::ReviseAccount {
        account: account.clone(),
        was,
    };
    stale(store, vec![revise(0)]).await;
    stale(store, vec![revise(2)]).await;
    done(store, vec![revise(1)]).await;
    stale(store, vec![revise(1)]).await;
    account.version = 2;
    assert_eq!(store.account(&account.id).await.unwrap(), Some(account));
}

/// As an account of its own, on the list, and with a client or a member of it.
pub(super) async fn an_account_keeps_the_plan_it_was_given(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut account = Account {
        plan: Some(PlanId::new("standard")),
        ..sample::account("acc_1")
    };
    done(
        store,
        vec![
            Change::AddAccount(account.clone()),
            Change::AddMember(sample::member("mem_1", "acc_1", "ada@firm.example")),
            Change::AddClient(sample::client("one", "acc_1")),
        ],
    )
    .await;
    for plan in [Some("standard"), Some("other"), None] {
        let was = account.version;
        account.plan = plan.map(PlanId::new);
        let revise = Change::ReviseAccount {
            account: account.clone(),
            was,
        };
        done(store, vec![revise]).await;
        account.version = was + 1;
        let held = Some(account.clone());
        assert_eq!(store.account(&account.id).await.unwrap(), held);
        assert_eq!(store.accounts(&Page::first()).await.unwrap().items.pop(), held);
        let like = store.accounts_like("firm", &Page::first()).await.unwrap();
        assert_eq!(like.items, [account.clone()]);
        let record = store.client(&ClientId::new("one")).await.unwrap().unwrap();
        assert_eq!(record.account, account);
        let places = store.memberships("ada@firm.example").await.unwrap();
        assert_eq!(places[0].1, account);
    }
}

pub(super) async fn a_member_needs_its_account_and_an_address_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let ada = sample::member("mem_1", "acc_1", "ada@firm.example");
    stale(store, vec![Change::AddMember(ada.clone())]).await;
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_1")),
            Change::AddAccount(sample::account("acc_2")),
            Change::AddMember(ada.clone()),
        ],
    )
    .await;
    stale(
        store,
        vec![Change::AddMember(sample::member(
            "mem_1",
            "acc_1",
            "other@firm.example",
        ))],
    )
    .await;
    stale(
        store,
        vec![Change::AddMember(sample::member("mem_2", "acc_1", "ada@firm.example"))],
    )
    .await;
    // Another firm may know the same person.
    done(
        store,
        vec![Change::AddMember(sample::member("mem_2", "acc_2", "ada@firm.example"))],
    )
    .await;
    assert_eq!(store.member(&ada.id).await.unwrap(), Some(ada.clone()));
    let found = store.member_by_email(&ada.account, "ada@firm.example").await.unwrap();
    assert_eq!(found, Some(ada));
    let found = store
        .member_by_email(&AccountId::new("acc_2"), "ada@firm.example")
        .await
        .unwrap();
    assert_eq!(found.map(|member| member.id), Some(MemberId::new("mem_2")));
}

pub(super) async fn a_member_is_revised_and_removed_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut ada = sample::member("mem_1", "acc_1", "ada@firm.example");
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_1")),
            Change::AddAccount(sample::account("acc_2")),
            Change::AddMember(ada.clone()),
            Change::AddMember(sample::member("mem_2", "acc_1", "bob@firm.example")),
        ],
    )
    .await;
    ada.email = "bob@firm.example".to_owned();
    stale(
        store,
        vec![Change::ReviseMember {
            member: ada.clone(),
            was: 1,
        }],
    )
    .await;
    let moved = sample::member("mem_1", "acc_2", "ada@firm.example");
    stale(store, vec![Change::ReviseMember { member: moved, was: 1 }]).await;

    ada.email = "ada@new.example".to_owned();
    ada.roles = Vec::new();
    ada.state = State::Disabled;
    done(
        store,
        vec![Change::ReviseMember {
            member: ada.clone(),
            was: 1,
        }],
    )
    .await;
    stale(
        store,
        vec![Change::ReviseMember {
            member: ada.clone(),
            was: 1,
        }],
    )
    .await;
    ada.version = 2;
    assert_eq!(store.member(&ada.id).await.unwrap(), Some(ada.clone()));

    let remove = |account: &str, was| Change::RemoveMember {
        account: AccountId::new(account),
        id: ada.id.clone(),
        was,
    };
    stale(store, vec![remove("acc_1", 1)]).await;
    stale(store, vec![remove("acc_2", 2)]).await;
    done(store, vec![remove("acc_1", 2)]).await;
    stale(store, vec![remove("acc_1", 2)]).await;
    assert_eq!(store.member(&ada.id).await.unwrap(), None);
}

pub(super) async fn an_api_needs_an_audience_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut one = sample::api("one");
    let two = sample::api("two");
    done(store, vec![Change::AddApi(one.clone()), Change::AddApi(two.clone())]).await;
    stale(store, vec![Change::AddApi(one.clone())]).await;
    let mut third = sample::api("three");
    third.audience.clone_from(&one.audience);
    stale(store, vec![Change::AddApi(third)]).await;

    one.audience.clone_from(&two.audience);
    stale(
        store,
        vec![Change::ReviseApi {
            api: one.clone(),
            was: 1,
        }],
    )
    .await;
    one.audience = "https://new.example".to_owned();
    one.declared = false;
    one.scopes = Vec::new();
    stale(
        store,
        vec![Change::ReviseApi {
            api: one.clone(),
            was: 2,
        }],
    )
    .await;
    done(
        store,
        vec![Change::ReviseApi {
            api: one.clone(),
            was: 1,
        }],
    )
    .await;
    one.version = 2;
    assert_eq!(store.apis().await.unwrap(), [one, two]);
}

pub(super) async fn an_api_is_removed_at_its_version_when_nobody_is_granted_it(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    let (client, api) = (ClientId::new("one"), ApiId::new("api"));
    let remove = |was| Change::RemoveApi { id: api.clone(), was };
    stale(store, vec![remove(1)]).await;
    done(
        store,
        vec![Change::RemoveGrant {
            client,
            api: api.clone(),
        }],
    )
    .await;
    stale(store, vec![remove(2)]).await;
    done(store, vec![remove(1)]).await;
    stale(store, vec![remove(1)]).await;
    assert_eq!(store.apis().await.unwrap(), []);
}

pub(super) async fn a_client_is_added_once_and_to_an_account(home: Home) {
    let store = &*home.open().await.unwrap();
    let client = sample::client("one", "acc_1");
    stale(store, vec![Change::AddClient(client.clone())]).await;
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_1")),
            Change::AddClient(client.clone()),
        ],
    )
    .await;
    stale(store, vec![Change::AddClient(client.clone())]).await;
    let record = store.client(&client.id).await.unwrap().unwrap();
    assert_eq!(record.client, client);
    assert_eq!(record.account, sample::account("acc_1"));
    assert_eq!((record.secrets, record.grants), (Vec::new(), Vec::new()));
}

pub(super) async fn a_client_is_revised_at_its_version_and_stays_with_its_account(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    done(store, vec![Change::AddAccount(sample::account("acc_2"))]).await;
    let moved = sample::client("one", "acc_2");
    stale(store, vec![Change::ReviseClient { client: moved, was: 1 }]).await;

    let mut client = sample::client("one", "acc_1");
    client.name = "Renamed".to_owned();
    client.owner = None;
    client.introspects = Vec::new();
    client.sign_in = SignIn::default();
    client.state = State::Disabled;
    let revise = |was| Change::ReviseClient {
        client: client.clone(),
        was,
    };
    stale(store, vec![revise(2)]).await;
    done(store, vec![revise(1)]).await;
    stale(store, vec![revise(1)]).await;
    client.version = 2;
    // A disabled client stays readable: whoever refuses it says why.
    assert_eq!(store.client(&client.id).await.unwrap().unwrap().client, client);
}

/// RT7: what is on record of a secret is its digest.
pub(super) async fn a_secret_needs_its_client_and_a_digest_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    stale(store, vec![Change::AddSecret(sample::secret("sec_1", "one"))]).await;
    done(store, sample::firm()).await;
    stale(store, vec![Change::AddSecret(sample::secret("sec_1", "one"))]).await;
    let mut twin = sample::secret("sec_2", "one");
    twin.digest = sample::secret("sec_1", "one").digest;
    stale(store, vec![Change::AddSecret(twin)]).await;
    let secrets = store.secrets(&ClientId::new("one")).await.unwrap();
    let secret = sample::secret("sec_1", "one");
    assert_eq!(secrets, std::slice::from_ref(&secret));
    assert_eq!(store.secret(&secret.digest).await.unwrap(), Some(secret));
    assert_eq!(store.secret("none").await.unwrap(), None);
}

pub(super) async fn a_secret_is_expired_or_revoked_while_it_is_not_revoked(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    done(store, vec![Change::AddClient(sample::client("two", "acc_1"))]).await;
    let id = SecretId::new("sec_1");
    let expire = |client: &str, at| Change::ExpireSecret {
        id: id.clone(),
        client: ClientId::new(client),
        at,
    };
    let revoke = |client: &str, at| Change::RevokeSecret {
        id: id.clone(),
        client: ClientId::new(client),
        at,
    };
    stale(store, vec![expire("two", NOW)]).await;
    stale(store, vec![revoke("two", NOW)]).await;
    done(store, vec![expire("one", NOW.plus(5))]).await;
    done(store, vec![revoke("one", NOW.plus(3))]).await;
    stale(store, vec![revoke("one", NOW.plus(4))]).await;
    stale(store, vec![expire("one", NOW.plus(9))]).await;
    let secrets = store.secrets(&ClientId::new("one")).await.unwrap();
    let mut wanted = sample::secret("sec_1", "one");
    wanted.expires = Some(NOW.plus(5));
    wanted.revoked = Some(NOW.plus(3));
    assert_eq!(secrets, [wanted]);
}

pub(super) async fn the_later_use_of_a_secret_stays(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    for late in [5, 9, 7] {
        let used = Change::SecretUsed {
            id: SecretId::new("sec_1"),
            at: NOW.plus(late),
        };
        done(store, vec![used]).await;
    }
    done(
        store,
        vec![Change::SecretUsed {
            id: SecretId::new("sec_none"),
            at: NOW,
        }],
    )
    .await;
    let secrets = store.secrets(&ClientId::new("one")).await.unwrap();
    assert_eq!(secrets[0].last_used, Some(NOW.plus(9)));
}

pub(super) async fn a_grant_needs_client_and_api_and_replaces_the_one_before(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::firm()).await;
    stale(store, vec![Change::PutGrant(sample::grant("none", "api"))]).await;
    stale(store, vec![Change::PutGrant(sample::grant("one", "none"))]).await;
    let mut grant = sample::grant("one", "api");
    grant.scopes = ["read:some"].into_iter().collect();
    grant.lifetime = None;
    done(store, vec![Change::PutGrant(grant.clone())]).await;
    let id = ClientId::new("one");
    assert_eq!(store.client(&id).await.unwrap().unwrap().grants, [grant]);
    let remove = |api: &str| Change::RemoveGrant {
        client: id.clone(),
        api: ApiId::new(api),
    };
    stale(store, vec![remove("none")]).await;
    done(store, vec![remove("api")]).await;
    stale(store, vec![remove("api")]).await;
    assert_eq!(store.client(&id).await.unwrap().unwrap().grants, []);
}

pub(super) async fn a_route_is_added_once_revised_and_removed_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut route = sample::route("files");
    done(store, vec![Change::AddRoute(route.clone())]).await;
    stale(store, vec![Change::AddRoute(route.clone())]).await;
    assert_eq!(store.routes().await.unwrap(), [route.clone()]);
    route.path = "/v3".to_owned();
    route.declared = false;
    stale(
        store,
        vec![Change::ReviseRoute {
            route: route.clone(),
            was: 2,
        }],
    )
    .await;
    done(
        store,
        vec![Change::ReviseRoute {
            route: route.clone(),
            was: 1,
        }],
    )
    .await;
    route.version = 2;
    assert_eq!(store.routes().await.unwrap(), [route]);
    let remove = |was| Change::RemoveRoute {
        id: RouteId::new("files"),
        was,
    };
    stale(store, vec![remove(1)]).await;
    done(store, vec![remove(2)]).await;
    stale(store, vec![remove(2)]).await;
    assert_eq!(store.routes().await.unwrap(), []);
}

pub(super) async fn a_key_is_added_once_and_revised_at_its_version(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut key = sample::key("kid_1");
    done(store, vec![Change::AddKey(key.clone())]).await;
    stale(store, vec![Change::AddKey(key.clone())]).await;
    key.retires = Some(NOW.plus(3600));
    key.sealed = vec![9; 2000];
    stale(
        store,
        vec![Change::ReviseKey {
            key: key.clone(),
            was: 2,
        }],
    )
    .await;
    done(
        store,
        vec![Change::ReviseKey {
            key: key.clone(),
            was: 1,
        }],
    )
    .await;
    stale(
        store,
        vec![Change::ReviseKey {
            key: key.clone(),
            was: 1,
        }],
    )
    .await;
    key.version = 2;
    assert_eq!(store.signing_keys().await.unwrap(), [key]);
}

pub(super) async fn the_first_operator_of_a_kind_is_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let add = |id: &str, kind, first| Change::AddOperator {
        operator: sample::operator(id, kind),
        first,
    };
    done(store, vec![add("opr_1", OperatorKind::Gateway, false)]).await;
    // Of this kind there is none yet.
    done(store, vec![add("opr_2", OperatorKind::Operator, true)]).await;
    stale(store, vec![add("opr_3", OperatorKind::Operator, true)]).await;
    stale(store, vec![add("opr_3", OperatorKind::Gateway, true)]).await;
    done(store, vec![add("opr_3", OperatorKind::Operator, false)]).await;
    let ids: Vec<_> = store
        .operators()
        .await
        .unwrap()
        .into_iter()
        .map(|who| who.id.to_string())
        .collect();
    assert_eq!(ids, ["opr_1", "opr_2", "opr_3"]);
}

pub(super) async fn an_operator_is_added_once_and_switched_off(home: Home) {
    let store = &*home.open().await.unwrap();
    let mut who = sample::operator("opr_1", OperatorKind::Operator);
    let add = |operator| Change::AddOperator { operator, first: false };
    done(store, vec![add(who.clone())]).await;
    stale(store, vec![add(who.clone())]).await;
    let mut twin = sample::operator("opr_2", OperatorKind::Operator);
    twin.digest.clone_from(&who.digest);
    stale(store, vec![add(twin)]).await;
    let set = |id: &str| Change::SetOperatorState {
        id: OperatorId::new(id),
        state: State::Disabled,
    };
    stale(store, vec![set("opr_2")]).await;
    done(store, vec![add(sample::operator("opr_3", OperatorKind::Operator))]).await;
    done(store, vec![set("opr_1")]).await;
    who.state = State::Disabled;
    assert_eq!(store.operator(&who.digest).await.unwrap(), Some(who));
}

pub(super) async fn the_last_active_operator_is_not_disabled(home: Home) {
    let store = &*home.open().await.unwrap();
    for (id, kind) in [
        ("opr_1", OperatorKind::Operator),
        ("opr_2", OperatorKind::Operator),
        ("opr_3", OperatorKind::Gateway),
        ("opr_4", OperatorKind::Gateway),
    ] {
        let operator = sample::operator(id, kind);
        done(store, vec![Change::AddOperator { operator, first: false }]).await;
    }
    let set = |id: &str, state| Change::SetOperatorState {
        id: OperatorId::new(id),
        state,
    };
    stale(
        store,
        vec![set("opr_1", State::Disabled), set("opr_2", State::Disabled)],
    )
    .await;
    done(store, vec![set("opr_1", State::Disabled)]).await;
    // A gateway's credential cannot make another one, and can always go.
    stale(store, vec![set("opr_2", State::Disabled)]).await;
    done(
        store,
        vec![set("opr_3", State::Disabled), set("opr_4", State::Disabled)],
    )
    .await;
    // One who is back lets the other go.
    done(store, vec![set("opr_1", State::Active)]).await;
    done(store, vec![set("opr_2", State::Disabled)]).await;
}

pub(super) async fn of_two_revocations_the_later_moments_stay(home: Home) {
    let store = &*home.open().await.unwrap();
    let target = Target::Client(ClientId::new("one"));
    for (until, forget) in [(10, 100), (5, 200), (7, 50)] {
        done(
            store,
            vec![Change::Revoke(sample::revocation(target.clone(), until, forget))],
        )
        .await;
    }
    let found = store.revocations(Moment(0)).await.unwrap();
    assert_eq!(found, [sample::revocation(target, 10, 200)]);
}

pub(super) async fn what_nobody_needs_is_forgotten(home: Home) {
    let store = &*home.open().await.unwrap();
    let token = |hash: &str, forget| sample::revocation(Target::Token(hash.to_owned()), 1, forget);
    let account = sample::revocation(Target::Account(AccountId::new("acc_1")), 1, 300);
    let secret = sample::revocation(Target::Secret(SecretId::new("sec_1")), 1, 300);
    let take = |bucket: &str, now| Change::Take {
        bucket: bucket.to_owned(),
        limit: 5,
        window: 100,
        now: Moment(now),
    };
    done(
        store,
        vec![
            Change::Revoke(token("a", 100)),
            Change::Revoke(token("b", 200)),
            Change::Revoke(account.clone()),
            Change::Revoke(secret.clone()),
            take("old", 100),
            take("new", 101),
        ],
    )
    .await;
    // Until its moment has passed, a revocation is in force.
    assert_eq!(store.revocations(Moment(100)).await.unwrap().len(), 4);
    let left = [account, secret, token("b", 200)];
    assert_eq!(store.revocations(Moment(200)).await.unwrap(), left);
    done(
        store,
        vec![Change::Forget {
            now: Moment(200),
            log_up_to: 0,
        }],
    )
    .await;
    assert_eq!(store.revocations(Moment(0)).await.unwrap(), left);
    assert_eq!(store.allowance("old").await.unwrap(), None);
    let kept = Allowance {
        started: Moment(101),
        used: 1,
    };
    assert_eq!(store.allowance("new").await.unwrap(), Some(kept));
}

pub(super) async fn counts_of_a_day_add_up(home: Home) {
    let store = &*home.open().await.unwrap();
    done(
        store,
        vec![
            Change::Count(sample::usage("one", "alias:/old", 7, 2, 70)),
            Change::Count(sample::usage("one", "alias:/old", 7, 3, 60)),
            Change::Count(sample::usage("one", "alias:/old", 8, 1, 80)),
            Change::Count(sample::usage("two", "alias:/old", 8, 9, 81)),
        ],
    )
    .await;
    assert_eq!(
        store.usage(&ClientId::new("one")).await.unwrap(),
        [
            sample::usage("one", "alias:/old", 8, 1, 80),
            sample::usage("one", "alias:/old", 7, 5, 70),
        ]
    );
}

pub(super) async fn an_allowance_ends_at_its_limit_and_begins_again_after_its_window(home: Home) {
    let store = &*home.open().await.unwrap();
    let take = |late| {
        vec![Change::Take {
            bucket: "token:one".to_owned(),
            limit: 2,
            window: 3600,
            now: NOW.plus(late),
        }]
    };
    let held = async |store: &dyn Store| store.allowance("token:one").await.unwrap();
    assert_eq!(held(store).await, None);
    done(store, take(0)).await;
    done(store, take(10)).await;
    stale(store, take(20)).await;
    stale(store, take(3599)).await;
    assert_eq!(held(store).await, Some(Allowance { started: NOW, used: 2 }));
    done(store, take(3600)).await;
    let started = NOW.plus(3600);
    assert_eq!(held(store).await, Some(Allowance { started, used: 1 }));
    // Within one list each take counts.
    stale(store, [take(3601), take(3602)].concat()).await;
    assert_eq!(held(store).await, Some(Allowance { started, used: 1 }));
}

pub(super) async fn a_limit_of_nothing_gives_nothing(home: Home) {
    let store = &*home.open().await.unwrap();
    let take = |limit, window, now| {
        vec![Change::Take {
            bucket: "b".to_owned(),
            limit,
            window,
            now: Moment(now),
        }]
    };
    stale(store, take(0, 60, 0)).await;
    stale(store, take(-1, 60, 0)).await;
    assert_eq!(store.allowance("b").await.unwrap(), None);
    // Nor do moments at the ends of time overflow.
    done(store, take(1, i64::MAX, i64::MIN)).await;
    done(store, take(1, i64::MIN, i64::MAX)).await;
}
