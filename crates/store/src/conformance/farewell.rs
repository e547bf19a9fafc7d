//! Telling clients that somebody signed out.

use super::{Home, done, sample, sample::NOW, stale};
use tollgate_model::{Change, Farewell, FarewellId, Tried};

pub(super) async fn a_farewell_is_tried_in_turn(home: Home) {
    let store = &*home.open().await.unwrap();
    let bye = sample::farewell("bye_1", 0, Some(0));
    done(store, vec![Change::AddFarewell(bye.clone())]).await;
    stale(store, vec![Change::AddFarewell(bye.clone())]).await;
    let due = store.farewells_due(NOW).await.unwrap();
    assert_eq!(due, std::slice::from_ref(&bye));
    assert_eq!(store.farewells_due(NOW.plus(-1)).await.unwrap(), []);
    let report = |tried: &Tried| {
        vec![Change::FarewellTried {
            id: bye.id.clone(),
            tried: tried.clone(),
        }]
    };
    stale(store, report(&sample::tried(1, Some(60)))).await;
    let refused = Tried {
        problem: Some("no".to_owned()),
        status: Some(503),
        ..sample::tried(0, Some(60))
    };
    done(store, report(&refused)).await;
    stale(store, report(&refused)).await;
    assert_eq!(store.farewells_due(NOW.plus(59)).await.unwrap(), []);
    let after = Farewell {
        next: Some(NOW.plus(60)),
        tries: 1,
        problem: Some("no".to_owned()),
        ..bye.clone()
    };
    assert_eq!(store.farewells_due(NOW.plus(60)).await.unwrap(), [after]);
    let arrived = Tried {
        done: Some(NOW.plus(61)),
        status: Some(200),
        ..sample::tried(1, None)
    };
    done(store, report(&arrived)).await;
    stale(store, report(&arrived)).await;
    assert_eq!(store.farewells_due(NOW.plus(99_999)).await.unwrap(), []);
    let unknown = Change::FarewellTried {
        id: FarewellId::new("none"),
        tried: sample::tried(0, None),
    };
    stale(store, vec![unknown]).await;
}

pub(super) async fn farewells_that_are_due_come_longest_due_first(home: Home) {
    let store = &*home.open().await.unwrap();
    let made = [
        sample::farewell("a", 0, Some(10)),
        sample::farewell("b", 0, Some(5)),
        sample::farewell("c", 0, Some(11)),
        sample::farewell("d", 0, None),
        sample::farewell("e", 0, Some(5)),
    ];
    done(store, made.iter().cloned().map(Change::AddFarewell).collect()).await;
    let due = store.farewells_due(NOW.plus(10)).await.unwrap();
    assert_eq!(due, [made[1].clone(), made[4].clone(), made[0].clone()]);
    let many = (0..120).map(|n| Change::AddFarewell(sample::farewell(&format!("m{n}"), 0, Some(-1))));
    done(store, many.collect()).await;
    assert_eq!(store.farewells_due(NOW).await.unwrap().len(), 100);
}
