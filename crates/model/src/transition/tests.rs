use super::*;

const OPENS: Moment = Moment(1_000);
const WARNS: Moment = Moment(2_000);
const ENDS: Moment = Moment(5_000);

fn dated(exceptions: &[(&str, i64)]) -> Dated {
    Dated {
        transition: Transition {
            id: TransitionId::new("ciam"),
            name: "CIAM".into(),
            of: Subject::Method(LegacyMethodId::new("login")),
            routes: Vec::new(),
            apis: Vec::new(),
            accounts: Vec::new(),
            opens: Some(OPENS),
            warns: Some(WARNS),
            brownouts: vec![Brownout {
                name: "First hour".into(),
                from: Moment(3_000),
                to: Moment(3_600),
            }],
            ends: Some(ENDS),
            documentation: None,
            declared: false,
            version: 1,
        },
        exceptions: exceptions
            .iter()
            .map(|(account, ends)| Exception {
                transition: TransitionId::new("ciam"),
                account: AccountId::new(account),
                ends: Moment(*ends),
                note: String::new(),
                created: OPENS,
            })
            .collect(),
    }
}

/// SS-50, SS-54: the whole calendar, second by second where it turns.
#[test]
fn a_transition_opens_warns_browns_out_and_ends() {
    let dated = dated(&[]);
    for (now, stage, works) in [
        (999, "before", true),
        (1_000, "open", true),
        (1_999, "open", true),
        (2_000, "warned", true),
        (2_999, "warned", true),
        (3_000, "brownout", false),
        (3_599, "brownout", false),
        (3_600, "warned", true),
        (4_999, "warned", true),
        (5_000, "ended", false),
        (9_000, "ended", false),
    ] {
        let at = dated.stage(None, Moment(now));
        assert_eq!((at.as_str(), at.works()), (stage, works), "{now}");
    }
}

#[test]
fn an_account_may_have_more_time_or_be_done_sooner() {
    let dated = dated(&[("acc_early", 2_500), ("acc_late", 7_000)]);
    let stage = |account: &str, now| dated.stage(Some(&AccountId::new(account)), Moment(now)).as_str();
    // More time spares the brown-outs, and runs out by itself.
    assert_eq!(stage("acc_late", 3_100), "warned");
    assert_eq!(stage("acc_late", 6_999), "warned");
    assert_eq!(stage("acc_late", 7_000), "ended");
    assert_eq!(stage("acc_early", 2_499), "warned");
    assert_eq!(stage("acc_early", 2_500), "ended");
    assert_eq!(stage("acc_other", 6_000), "ended");
}

#[test]
fn a_transition_without_end_never_ends() {
    let mut dated = dated(&[]);
    dated.transition.ends = None;
    assert_eq!(dated.stage(None, Moment(i64::MAX)).as_str(), "warned");
}

#[test]
fn it_holds_where_route_api_and_account_are_meant() {
    let mut dated = dated(&[]);
    let (route, api, account) = (RouteId::new("r"), ApiId::new("a"), AccountId::new("acc"));
    assert!(dated.holds(Some(&account), &route, Some(&api)));
    assert!(dated.holds(None, &route, None));
    dated.transition.apis = vec![api.clone()];
    assert!(dated.holds(None, &route, Some(&api)) && !dated.holds(None, &route, None));
    dated.transition.routes = vec![RouteId::new("other")];
    assert!(!dated.holds(None, &route, Some(&api)));
    dated.transition.routes = vec![route.clone()];
    dated.transition.accounts = vec![account.clone()];
    assert!(dated.holds(Some(&account), &route, Some(&api)) && !dated.holds(None, &route, Some(&api)));
    // Routes that end are named; no list means none.
    dated.transition = Transition {
        of: Subject::Routes,
        routes: Vec::new(),
        ..dated.transition
    };
    assert!(!dated.holds(Some(&account), &route, Some(&api)));
}
