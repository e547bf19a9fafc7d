use super::*;
use serde_json::json;
use tollgate_model::call::Place;
use tollgate_model::{ClientId, Moment};

fn call(account: Option<&str>, client: Option<&str>) -> Call {
    Call {
        seq: 1,
        at: Moment(1_800_000_000),
        request: "r1".into(),
        place: Place::Gateway,
        client: client.map(ClientId::new),
        account: account.map(AccountId::new),
        method: "POST".into(),
        path: "/returns/ann".into(),
        route: Some("returns".into()),
        api: Some("docs".into()),
        status: 401,
        code: Some("token_missing".into()),
        acting_user: Some("ann@firm.example".into()),
        presented: json!({"authorization": "absent", "client_id": "robot-of-firm"}),
    }
}

/// SS-38: the record of an account's own call names the user for whom it was made; CO4: another's is not found.
#[test]
fn an_account_sees_its_own_requests_and_no_other_s() {
    let own = call(Some("acc_1"), Some("robot"));
    let other = call(Some("acc_2"), Some("android"));
    let halfway = call(None, Some("android"));
    let seen = visible(vec![own.clone(), other, halfway], &AccountId::new("acc_1"));
    assert_eq!(seen, [own]);
}

#[test]
fn a_request_of_nobody_is_shown_without_what_names_anybody() {
    let seen = visible(vec![call(None, None)], &AccountId::new("acc_1"));
    let [call] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!((call.path.as_str(), &call.acting_user), ("", &None));
    assert_eq!(call.code.as_deref(), Some("token_missing"));
    assert_eq!(call.presented["client_id"], "robo…");
}

#[test]
fn what_cannot_be_a_request_id_is_refused_by_name() {
    assert_eq!(id(" 0f-1_a \n").unwrap(), "0f-1_a");
    for wrong in ["", "a b", "a'--", "ä", &"a".repeat(65)] {
        assert!(
            matches!(id(wrong), Err(No::Invalid { field: "request", .. })),
            "{wrong:?}"
        );
    }
}
