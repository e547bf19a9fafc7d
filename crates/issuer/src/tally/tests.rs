use super::*;
use serde_json::json;
use tollgate_model::feed::Counted;
use tollgate_model::{AccountId, ApiId};

const NOW: Moment = Moment(1_800_000_000);

fn call(client: &str, status: u16) -> Call {
    Call {
        seq: 7,
        at: NOW,
        request: "r".into(),
        place: Place::Gateway,
        client: Some(ClientId::new(client)),
        account: Some(AccountId::new("acc_1")),
        method: "GET".into(),
        path: "/x".into(),
        route: None,
        api: None,
        status,
        code: (status >= 400).then(|| "token_expired".to_owned()),
        acting_user: None,
        presented: json!({}),
    }
}

fn calls(changes: &[Change]) -> usize {
    changes
        .iter()
        .filter(|change| matches!(change, Change::Called(_)))
        .count()
}

/// What an attack may write is bounded, in each write and altogether.
#[test]
fn requests_are_kept_in_moderate_writes_and_not_without_end() {
    let tally = Tally::default();
    for second in 0..20 {
        for client in 0..20 {
            for _ in 0..100 {
                let mut call = call(&format!("c{client}"), 401);
                call.at = NOW.plus(second);
                tally.call(call);
            }
        }
    }
    let mut written = Vec::new();
    while tally.waits() {
        written.push(calls(&tally.take()));
    }
    assert!(written.iter().all(|many| *many <= AT_ONCE), "{written:?}");
    assert_eq!(written.iter().sum::<usize>(), WAITING);
    // Counted they are all.
    let refused = tally.refused();
    assert_eq!(refused.len(), 20);
    assert!(refused.iter().all(|(_, refused)| refused.count == 2000));
    assert_eq!(tally.refused(), []);
}

#[test]
fn what_a_gateway_counted_becomes_use_of_the_client() {
    let tally = Tally::default();
    let counted = |count, refused| Counted {
        client: ClientId::new("robot"),
        api: ApiId::new("docs"),
        status: 401,
        count,
        refused,
        last: NOW,
    };
    tally.told(Told {
        calls: Vec::new(),
        counts: vec![counted(3, 3), counted(2, 1)],
        legacy: Vec::new(),
    });
    let kept = tally.take();
    let [Change::Count(usage)] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    assert_eq!(
        (usage.what.as_str(), usage.count, usage.last),
        ("call:docs:401", 5, NOW)
    );
    let last = Refused { count: 4, last: NOW };
    assert_eq!(tally.refused(), [(ClientId::new("robot"), last)]);
}

/// OP5: whatever a gateway tells, nothing long and nothing but words gets into the log.
#[test]
fn what_a_gateway_tells_is_cut_to_our_measures() {
    let tally = Tally::default();
    let mut told = call("robot", 200);
    told.place = Place::Issuer;
    told.path = "/ä".repeat(500);
    told.presented = json!({"authorization": "x".repeat(1000), "more": {"deep": 1}});
    tally.told(Told {
        calls: vec![told],
        counts: Vec::new(),
        legacy: Vec::new(),
    });
    let kept = tally.take();
    let [Change::Called(call)] = kept.as_slice() else {
        panic!("{kept:?}");
    };
    assert_eq!((call.seq, call.place), (0, Place::Gateway));
    assert_eq!(call.path.chars().count(), LONGEST_PATH);
    assert_eq!(call.presented, json!({"authorization": "x".repeat(LONGEST_TEXT)}));
}

/// OP6: inventions buy no more than so many looks into the store.
#[test]
fn looks_are_few_in_one_second() {
    let tally = Tally::default();
    let many = |now| (0..1000).filter(|_| tally.may_look(now)).count();
    assert_eq!((many(NOW), many(NOW.plus(1))), (LOOKS as usize, LOOKS as usize));
}

/// OP5: a secret that somebody put into a path is not kept with it.
#[test]
fn a_path_is_told_without_the_secret_in_it() {
    let secret = "tgs_0123456789abcdefghijABCDEFGHIJ01234567";
    let token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln";
    for (path, told) in [
        (format!("/clients/{secret}/x"), "/clients/(a client secret)/x"),
        (format!("/in/{token}"), "/in/(a signed token)"),
        (format!("/x{secret}"), "/(a client secret)"),
        ("/v1/returns/2026".to_owned(), "/v1/returns/2026"),
        ("/v1/a=b;c=d".to_owned(), "/v1/a=b;c=d"),
    ] {
        let tally = Tally::default();
        let mut one = call("robot", 404);
        one.path = path;
        tally.told(Told {
            calls: vec![one],
            ..Told::default()
        });
        let kept = tally.take();
        let Some(Change::Called(call)) = kept.first() else {
            panic!("a call is told");
        };
        assert_eq!(call.path, told);
    }
}
