use super::*;
use crate::legacy::facts::method;
use crate::registry::facts::{NOW, account, api, asker, told};
use std::collections::BTreeSet;
use tollgate_model::LegacyMethodId;

const DAY: i64 = 86_400;

pub(crate) fn transition() -> Transition {
    Transition {
        id: TransitionId::new("ciam"),
        name: "Off the old login".into(),
        of: Subject::Method(method().id),
        routes: Vec::new(),
        apis: Vec::new(),
        accounts: Vec::new(),
        opens: Some(NOW.plus(-30 * DAY)),
        warns: Some(NOW.plus(-7 * DAY)),
        brownouts: vec![Brownout {
            name: "first hour".into(),
            from: NOW.plus(20 * DAY),
            to: NOW.plus(20 * DAY + 3600),
        }],
        ends: Some(NOW.plus(30 * DAY)),
        documentation: Some("https://docs.vendor.example/move".into()),
        declared: false,
        version: 1,
    }
}

fn facts() -> Facts {
    Facts {
        methods: vec![method().id],
        routes: vec![RouteId::new("read")],
        apis: vec![api().id],
        accounts: BTreeSet::from([account().id]),
    }
}

fn wrong(change: impl FnOnce(&mut Transition)) -> No {
    let mut transition = transition();
    change(&mut transition);
    checked(transition, &facts()).unwrap_err()
}

fn window(from: i64, to: i64) -> Brownout {
    Brownout {
        name: format!("{from} to {to}"),
        from: NOW.plus(from * DAY),
        to: NOW.plus(to * DAY),
    }
}

/// SS-1: what comes to its end is known, and its dates come in the order of the story.
#[test]
fn a_transition_tells_its_story_in_order() {
    assert_eq!(checked(transition(), &facts()), Ok(transition()));
    let field = |no: No| match no {
        No::Invalid { field, .. } => field,
        other => panic!("{other}"),
    };
    for (named, no) in [
        ("of", wrong(|t| t.of = Subject::Method(LegacyMethodId::new("other")))),
        ("of", wrong(|t| t.of = Subject::Alias("connect".into()))),
        (
            "of",
            wrong(|t| (t.of, t.routes) = (Subject::Alias("/old".into()), vec![RouteId::new("read")])),
        ),
        ("routes", wrong(|t| t.of = Subject::Routes)),
        ("routes", wrong(|t| t.routes = vec![RouteId::new("other")])),
        ("routes", wrong(|t| t.routes = vec![RouteId::new("read"); 2])),
        ("apis", wrong(|t| t.apis = vec![ApiId::new("other")])),
        ("accounts", wrong(|t| t.accounts = vec![AccountId::new("acc_2")])),
        ("name", wrong(|t| t.name = "x".repeat(201))),
        ("warns", wrong(|t| t.warns = Some(NOW.plus(-31 * DAY)))),
        (
            "ends",
            wrong(|t| (t.ends, t.brownouts) = (Some(NOW.plus(-8 * DAY)), Vec::new())),
        ),
        ("opens", wrong(|t| t.opens = Some(Moment(-1)))),
        (
            "documentation",
            wrong(|t| t.documentation = Some("javascript:alert(1)".into())),
        ),
    ] {
        assert_eq!(field(no), named);
    }
}

#[test]
fn brown_outs_are_windows_inside_and_apart() {
    for (says, windows) in [
        ("is over before it begins", vec![window(3, 3)]),
        ("begins before the transition opens", vec![window(-31, 3)]),
        ("begins before people are warned", vec![window(-8, 3)]),
        ("goes on beyond the end", vec![window(29, 31)]),
        ("overlap", vec![window(5, 7), window(3, 6)]),
        ("at most 50", vec![window(3, 4); 51]),
    ] {
        let no = wrong(|t| t.brownouts = windows).to_string();
        assert!(no.starts_with("brownouts: ") && no.contains(says), "{no}");
    }
    let mut apart = transition();
    apart.brownouts = vec![window(5, 7), window(3, 5), window(29, 30)];
    let kept = checked(apart, &facts()).unwrap();
    assert_eq!(kept.brownouts, [window(3, 5), window(5, 7), window(29, 30)]);
}

fn create() -> Create {
    let Transition {
        name,
        of,
        opens,
        warns,
        brownouts,
        ends,
        ..
    } = transition();
    Create {
        id: None,
        name,
        of,
        routes: Vec::new(),
        apis: Vec::new(),
        accounts: Vec::new(),
        opens,
        warns,
        brownouts,
        ends,
        documentation: None,
    }
}

#[test]
fn a_transition_is_made_changed_and_told() {
    let id = TransitionId::new("ciam");
    let made = decide_create(&id, &create(), &[], &facts(), &asker(), NOW).unwrap();
    assert_eq!(told(&made.changes), ["transition.created"]);
    let held = made.answer;
    let ask = Revise {
        ends: Some(None),
        brownouts: Some(Vec::new()),
        ..Revise::default()
    };
    let made = decide_revise(&held, &ask, &facts(), &asker(), NOW).unwrap();
    assert_eq!((made.answer.ends, made.answer.version), (None, 2));
    assert_eq!(told(&made.changes), ["transition.revised"]);
    let same = decide_revise(&held, &Revise::default(), &facts(), &asker(), NOW).unwrap();
    assert!(same.changes.is_empty());
    let dated = Dated {
        transition: held,
        exceptions: Vec::new(),
    };
    let taken = decide_create(&id, &create(), &[dated], &facts(), &asker(), NOW).unwrap_err();
    assert_eq!(taken, No::Taken { field: "id" });
}

/// The dates of a declared transition stand in the configuration.
#[test]
fn a_declared_transition_is_changed_in_the_configuration() {
    let declared = Dated {
        transition: Transition {
            declared: true,
            ..transition()
        },
        exceptions: Vec::new(),
    };
    let id = transition().id;
    assert_eq!(
        unlocked(&[declared], &id, None).unwrap_err(),
        No::Declared("transition")
    );
    assert_eq!(unlocked(&[], &id, None).unwrap_err(), No::NotFound("transition"));
    let held = Dated {
        transition: transition(),
        exceptions: Vec::new(),
    };
    assert_eq!(unlocked(&[held], &id, Some(2)).unwrap_err(), No::Stale("transition"));
}
