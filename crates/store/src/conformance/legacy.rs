//! Old keys and tokens, and who still comes by them.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    AccountId, Change, Followed, LegacyCredential, LegacyCredentialId, LegacyMethodId, LegacyUse, MemberId, Moment,
    News, Store, legacy::LegacyKind,
};

/// A month, in seconds: for so long a credential stays after its end.
const MONTH: i64 = 30 * 86_400;

fn add(credential: &LegacyCredential) -> Vec<Change> {
    vec![Change::AddLegacyCredential(credential.clone())]
}

fn end(id: &str, account: &str, at: Moment) -> Vec<Change> {
    vec![Change::EndLegacyCredential {
        id: LegacyCredentialId::new(id),
        account: AccountId::new(account),
        at,
    }]
}

fn used(uses: &[LegacyUse]) -> Vec<Change> {
    uses.iter().cloned().map(Change::LegacyUsed).collect()
}

fn forget(now: Moment) -> Vec<Change> {
    vec![Change::Forget { now, log_up_to: 0 }]
}

/// Two firms, `acc_1` with `mem_1` and `acc_2` with `mem_2`.
async fn firms(store: &dyn Store) {
    done(
        store,
        vec![
            Change::AddAccount(sample::account("acc_1")),
            Change::AddAccount(sample::account("acc_2")),
            Change::AddMember(sample::member("mem_1", "acc_1", "ada@firm.example")),
            Change::AddMember(sample::member("mem_2", "acc_2", "bob@firm.example")),
        ],
    )
    .await;
}

async fn held(store: &dyn Store, id: &str) -> Option<LegacyCredential> {
    store.legacy_credential(&format!("digest of {id}")).await.unwrap()
}

/// What an old credential opens is bound to a firm and a person that exist.
pub(super) async fn a_legacy_credential_needs_its_owners_and_a_digest_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let key = sample::credential("leg_1");
    stale(store, add(&key)).await;
    firms(store).await;
    done(store, add(&key)).await;
    assert_eq!(held(store, "leg_1").await, Some(key.clone()));
    let bearer = LegacyCredential {
        kind: LegacyKind::Bearer,
        member: None,
        expires: None,
        label: String::new(),
        ..sample::credential("leg_2")
    };
    done(store, add(&bearer)).await;
    assert_eq!(held(store, "leg_2").await, Some(bearer));

    let third = sample::credential("leg_3");
    for wrong in [
        key.clone(),
        LegacyCredential {
            digest: key.digest.clone(),
            ..third.clone()
        },
        LegacyCredential {
            id: key.id.clone(),
            ..third.clone()
        },
        LegacyCredential {
            account: AccountId::new("none"),
            ..third.clone()
        },
        LegacyCredential {
            member: Some(MemberId::new("none")),
            ..third.clone()
        },
    ] {
        stale(store, add(&wrong)).await;
    }
    assert_eq!(held(store, "leg_3").await, None);
    assert_eq!(held(store, "leg_1").await, Some(key));
}

pub(super) async fn a_legacy_credential_is_ended_once_and_by_its_own_account(home: Home) {
    let store = &*home.open().await.unwrap();
    firms(store).await;
    let key = sample::credential("leg_1");
    let head = store.head().await.unwrap();
    done(store, add(&key)).await;
    assert_eq!(store.head().await.unwrap(), head, "nobody remembers what was not there");
    stale(store, end("leg_1", "acc_2", NOW)).await;
    stale(store, end("none", "acc_1", NOW)).await;
    assert_eq!(held(store, "leg_1").await, Some(key.clone()));
    done(store, end("leg_1", "acc_1", NOW.plus(5))).await;
    stale(store, end("leg_1", "acc_1", NOW.plus(6))).await;
    let ended = LegacyCredential {
        ended: Some(NOW.plus(5)),
        ..key
    };
    assert_eq!(held(store, "leg_1").await, Some(ended));
    let Followed::News { notices } = store.log_after(head).await.unwrap() else {
        panic!("the log is gone");
    };
    let news: Vec<_> = notices.into_iter().map(|notice| notice.news).collect();
    let account = AccountId::new("acc_1");
    assert_eq!(news, [News::Legacy { account }]);
}

pub(super) async fn a_removed_member_takes_its_legacy_credentials_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    firms(store).await;
    let of_firm = LegacyCredential {
        member: None,
        ..sample::credential("leg_2")
    };
    done(store, add(&sample::credential("leg_1"))).await;
    done(store, add(&of_firm)).await;
    let gone = Change::RemoveMember {
        account: AccountId::new("acc_1"),
        id: MemberId::new("mem_1"),
        was: 1,
    };
    done(store, vec![gone]).await;
    assert_eq!(held(store, "leg_1").await, None);
    assert_eq!(held(store, "leg_2").await, Some(of_firm));
}

pub(super) async fn legacy_credentials_are_listed_by_id_and_account(home: Home) {
    let store = &*home.open().await.unwrap();
    firms(store).await;
    let of = |id: &str, account: &str, member: &str| LegacyCredential {
        account: AccountId::new(account),
        member: Some(MemberId::new(member)),
        ..sample::credential(id)
    };
    let mut made = [
        of("leg_c", "acc_2", "mem_2"),
        of("leg_a", "acc_1", "mem_1"),
        of("leg_B", "acc_1", "mem_1"),
        of("leg_e", "acc_2", "mem_2"),
        of("leg_d", "acc_1", "mem_1"),
    ];
    done(store, made.iter().flat_map(add).collect()).await;
    // Those that were ended are listed as well.
    done(store, end("leg_d", "acc_1", NOW)).await;
    made[4].ended = Some(NOW);
    made.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    for account in [None, Some("acc_1"), Some("acc_2"), Some("none")] {
        let account = account.map(AccountId::new);
        let found = walk!(
            |page| store.legacy_credentials(account.as_ref(), &page),
            |one: &LegacyCredential| one.id.to_string()
        );
        let wanted: Vec<_> = made
            .iter()
            .filter(|one| account.as_ref().is_none_or(|account| one.account == *account))
            .cloned()
            .collect();
        assert_eq!(found, wanted);
    }
}

pub(super) async fn a_legacy_credential_is_forgotten_a_month_after_it_expired(home: Home) {
    let store = &*home.open().await.unwrap();
    firms(store).await;
    let expires = |id: &str, expires| LegacyCredential {
        expires,
        ..sample::credential(id)
    };
    done(store, add(&expires("leg_1", Some(NOW)))).await;
    done(store, add(&expires("leg_2", Some(NOW.plus(1))))).await;
    done(store, add(&expires("leg_3", None))).await;
    done(store, forget(NOW.plus(MONTH))).await;
    assert!(held(store, "leg_1").await.is_some());
    done(store, forget(NOW.plus(MONTH + 1))).await;
    assert_eq!(held(store, "leg_1").await, None);
    assert!(held(store, "leg_2").await.is_some());
    done(store, forget(Moment(i64::MAX))).await;
    assert_eq!(held(store, "leg_2").await, None);
    assert!(held(store, "leg_3").await.is_some(), "that one never expires");
}

/// Who still comes by the old way, and how much, whichever gateway tells it and in whatever order.
pub(super) async fn uses_of_an_old_way_add_up_by_day(home: Home) {
    let store = &*home.open().await.unwrap();
    let one = sample::legacy_use("acc_1", 20_000, 3);
    done(store, used(std::slice::from_ref(&one))).await;
    let later = LegacyUse {
        count: 4,
        refused: 2,
        last: one.last.plus(60),
        ..one.clone()
    };
    let earlier = LegacyUse {
        count: 5,
        refused: 0,
        last: one.last.plus(-1),
        ..one.clone()
    };
    // Told twice in one list, as two lanes of a gateway do.
    done(store, used(&[later.clone(), earlier])).await;
    let sum = LegacyUse {
        count: 12,
        refused: 3,
        last: later.last,
        ..one.clone()
    };
    assert_eq!(store.legacy_uses(None, 0).await.unwrap(), std::slice::from_ref(&sum));

    // Whatever tells two apart keeps them apart.
    let apart = [
        LegacyUse {
            method: LegacyMethodId::new("other"),
            ..one.clone()
        },
        LegacyUse {
            member: None,
            ..one.clone()
        },
        LegacyUse {
            credential: None,
            ..one.clone()
        },
        LegacyUse {
            member: None,
            credential: None,
            ..one.clone()
        },
        sample::legacy_use("acc_2", 20_000, 3),
        sample::legacy_use("acc_1", 20_001, 3),
    ];
    done(store, used(&apart)).await;
    let found = store.legacy_uses(None, 0).await.unwrap();
    assert_eq!(found.len(), 1 + apart.len());
    assert!(apart.iter().chain([&sum]).all(|one| found.contains(one)));
}

/// A line for each (day, account, credential), as long as it is of a day asked for.
pub(super) async fn uses_of_an_old_way_are_told_newest_day_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let with = |account: &str, day, credential: Option<&str>| LegacyUse {
        credential: credential.map(LegacyCredentialId::new),
        ..sample::legacy_use(account, day, 1)
    };
    let newest_first = [
        with("acc_1", 12, None),
        with("acc_1", 12, Some("leg_1")),
        with("acc_2", 12, None),
        with("acc_1", 11, Some("leg_1")),
        with("acc_2", 10, Some("leg_2")),
        with("acc_2", 9, Some("leg_2")),
    ];
    let mut told = newest_first.to_vec();
    told.reverse();
    done(store, used(&told)).await;
    for (account, from_day) in [
        (None, 0),
        (None, 10),
        (None, 13),
        (Some("acc_1"), 0),
        (Some("acc_2"), 10),
        (Some("none"), 0),
    ] {
        let account = account.map(AccountId::new);
        let wanted: Vec<_> = newest_first
            .iter()
            .filter(|one| one.day >= from_day && account.as_ref().is_none_or(|account| one.account == *account))
            .cloned()
            .collect();
        assert_eq!(store.legacy_uses(account.as_ref(), from_day).await.unwrap(), wanted);
    }
}

/// The newest, however many there are.
pub(super) async fn uses_of_an_old_way_are_told_ten_thousand_at_a_time(home: Home) {
    let store = &*home.open().await.unwrap();
    let most = 10_000;
    let told: Vec<_> = (0..most + 10).map(|day| sample::legacy_use("acc_1", day, 1)).collect();
    for list in told.chunks(1000) {
        done(store, used(list)).await;
    }
    for account in [None, Some(AccountId::new("acc_1"))] {
        let found = store.legacy_uses(account.as_ref(), 0).await.unwrap();
        assert_eq!(found.len(), 10_000);
        assert_eq!((found[0].day, found[9_999].day), (most + 9, 10));
    }
}
