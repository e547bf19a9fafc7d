//! Refresh tokens: families of them, and their end.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{
    AuthorizationId, Change, ClientId, ConsentId, FarewellId, Moment, RefreshFamily, State, Store, UserId,
};

fn add(family: &RefreshFamily) -> Vec<Change> {
    vec![Change::AddFamily(family.clone())]
}

fn revise(family: &RefreshFamily, was: i64) -> Vec<Change> {
    vec![Change::ReviseFamily {
        family: family.clone(),
        was,
    }]
}

async fn found(store: &dyn Store, handle: &str) -> Option<RefreshFamily> {
    store.family(handle).await.unwrap().map(|(family, _)| family)
}

pub(super) async fn a_family_needs_its_consent_and_a_handle_of_its_own(home: Home) {
    let store = &*home.open().await.unwrap();
    let family = sample::family("aut_1", "con_1");
    stale(store, add(&family)).await;
    done(store, sample::people_at_clients()).await;
    stale(store, add(&sample::family("aut_1", "con_none"))).await;
    done(store, add(&family)).await;
    stale(store, add(&family)).await;
    let mut twin = sample::family("aut_2", "con_1");
    twin.handle.clone_from(&family.handle);
    stale(store, add(&twin)).await;
    let mut bare = sample::family("aut_3", "con_1");
    bare.api = None;
    bare.by.acr = None;
    done(store, add(&bare)).await;
    assert_eq!(found(store, &family.handle).await, Some(family.clone()));
    assert_eq!(found(store, &bare.handle).await, Some(bare));
    assert_eq!(found(store, &family.current).await, None, "a token is not its handle");

    let remove = || {
        vec![Change::RemoveFamily {
            id: AuthorizationId::new("aut_1"),
        }]
    };
    done(store, remove()).await;
    assert_eq!(found(store, &family.handle).await, None);
    // Whoever finds a replay removes it, however many do.
    done(store, remove()).await;
    stale(store, revise(&family, 1)).await;
}

/// RT3: a rotation moves a family to no other client, consent or handle.
pub(super) async fn a_family_is_rotated_at_its_version_and_stays_bound(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::people_at_clients()).await;
    done(
        store,
        vec![Change::AddConsent(sample::consent("con_2", "usr_1", "two"))],
    )
    .await;
    let first = sample::family("aut_1", "con_1");
    done(store, add(&first)).await;
    for times in 1..=3 {
        let next = sample::rotated(&first, times);
        stale(store, revise(&next, times - 1)).await;
        stale(store, revise(&next, times + 1)).await;
        let mut bent = [next.clone(), next.clone(), next.clone()];
        bent[0].client = ClientId::new("two");
        bent[1].consent = ConsentId::new("con_2");
        bent[2].handle = "another".to_owned();
        for bent in &bent {
            stale(store, revise(bent, times)).await;
        }
        done(store, revise(&next, times)).await;
        stale(store, revise(&next, times)).await;
        assert_eq!(found(store, &first.handle).await, Some(next));
    }
}

/// RT6: what is read with the token says whether its person may still.
pub(super) async fn a_family_comes_with_its_user_as_of_one_moment(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::people_at_clients()).await;
    let family = sample::family("aut_1", "con_1");
    done(store, add(&family)).await;
    let mut user = sample::user("usr_1");
    assert_eq!(
        store.family(&family.handle).await.unwrap(),
        Some((family.clone(), user.clone()))
    );
    user.state = State::Disabled;
    let disable = Change::ReviseUser {
        user: user.clone(),
        was: 1,
    };
    done(store, vec![disable]).await;
    user.version = 2;
    assert_eq!(store.family(&family.handle).await.unwrap(), Some((family, user)));
}

/// RT6: with the consent go all refresh tokens under it, and no others.
pub(super) async fn families_under_a_consent_are_told_oldest_first_and_go_with_it(home: Home) {
    let store = &*home.open().await.unwrap();
    done(store, sample::people_at_clients()).await;
    done(
        store,
        vec![Change::AddConsent(sample::consent("con_2", "usr_1", "two"))],
    )
    .await;
    let made = |id: &str, consent: &str, later| RefreshFamily {
        created: NOW.plus(later),
        ..sample::family(id, consent)
    };
    let ours = [
        made("aut_3", "con_1", 1),
        made("aut_1", "con_1", 2),
        made("aut_2", "con_1", 2),
    ];
    let mut theirs = made("aut_4", "con_2", 0);
    theirs.client = ClientId::new("two");
    for family in ours.iter().rev().chain([&theirs]) {
        done(store, add(family)).await;
    }
    let under = async |consent: &str| store.families(&ConsentId::new(consent)).await.unwrap();
    assert_eq!(under("con_1").await, ours);
    let consent = sample::consent("con_1", "usr_1", "one");
    done(store, vec![Change::RemoveConsent { id: consent.id.clone() }]).await;
    assert_eq!(under("con_1").await, []);
    for family in &ours {
        assert_eq!(found(store, &family.handle).await, None);
        stale(store, revise(&sample::rotated(family, 1), 1)).await;
    }
    assert_eq!(under("con_2").await, [theirs]);
    // Given anew, it does not bring them back.
    done(store, vec![Change::AddConsent(consent)]).await;
    assert_eq!(under("con_1").await, []);
}

/// Of each noun `x` lies just beyond the end and goes, `y` at the end and stays. RT1: a family stays a week after its
/// end, to know an old token when it sees one.
pub(super) async fn what_is_over_of_people_at_clients_is_forgotten(home: Home) {
    let store = &*home.open().await.unwrap();
    let (week, month) = (7 * 86_400, 30 * 86_400);
    done(store, sample::people_at_clients()).await;
    for (id, ends) in [("x", -1), ("y", 0)] {
        let mut way = sample::coded(id);
        way.forget_after = NOW.plus(ends);
        let mut family = sample::family(id, "con_1");
        family.expires = NOW.plus(ends - week);
        let changes = vec![
            Change::AddAuthorization(way),
            Change::AddFamily(family),
            Change::AddFarewell(sample::farewell(id, ends - month, None)),
        ];
        done(store, changes).await;
    }
    // Old, but not done with.
    done(
        store,
        vec![Change::AddFarewell(sample::farewell("z", -2 * month, Some(0)))],
    )
    .await;
    done(store, vec![Change::Forget { now: NOW, log_up_to: 0 }]).await;
    assert_eq!(left(store, "x").await, [false; 2]);
    assert_eq!(left(store, "y").await, [true; 2]);
    stale(store, try_farewell("x", 0)).await;
    done(store, try_farewell("y", 0)).await;
    assert_eq!(store.farewells_due(NOW).await.unwrap().len(), 1);
    // The consent is for good, until it is taken back.
    let consent = store.consent(&UserId::new("usr_1"), &ClientId::new("one")).await;
    assert!(consent.unwrap().is_some());
    // At the beginning of time nothing is old, and nothing overflows.
    let forget = Change::Forget {
        now: Moment(i64::MIN),
        log_up_to: 0,
    };
    done(store, vec![forget]).await;
    assert_eq!(left(store, "y").await, [true; 2]);
    done(store, try_farewell("y", 1)).await;
}

/// Whether authorization and family of this id are there.
async fn left(store: &dyn Store, id: &str) -> [bool; 2] {
    [
        store.authorization(&AuthorizationId::new(id)).await.unwrap().is_some(),
        found(store, &format!("handle of {id}")).await.is_some(),
    ]
}

/// A farewell is not read by its id: it is there while it can be tried.
fn try_farewell(id: &str, was: i64) -> Vec<Change> {
    vec![Change::FarewellTried {
        id: FarewellId::new(id),
        tried: sample::tried(was, None),
    }]
}
