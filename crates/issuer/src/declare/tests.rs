use super::*;
use crate::registry::facts::NOW;
use tollgate_model::transition::Subject;
use tollgate_model::{AccountId, Exception, LegacyMethodId, TransitionId};

fn transition(id: &str) -> Transition {
    Transition {
        id: TransitionId::new(id),
        name: "Off the old login".to_owned(),
        of: Subject::Method(LegacyMethodId::new("old-login")),
        routes: Vec::new(),
        apis: Vec::new(),
        accounts: Vec::new(),
        opens: Some(NOW),
        warns: None,
        brownouts: Vec::new(),
        ends: None,
        documentation: None,
        declared: true,
        version: 1,
    }
}

fn dated(transition: Transition) -> Dated {
    let exception = Exception {
        transition: transition.id.clone(),
        account: AccountId::new("acc_1"),
        ends: NOW.plus(9),
        note: "asked for time".to_owned(),
        created: NOW,
    };
    Dated {
        transition,
        exceptions: vec![exception],
    }
}

/// What is changed, without the lines of the audit log; each change has one.
fn changed(changes: Vec<Change>) -> Vec<Change> {
    let told = |change: &Change| matches!(change, Change::Record(_));
    let events = changes.iter().filter(|change| told(change)).count();
    assert_eq!(events * 2, changes.len(), "{changes:?}");
    changes.into_iter().filter(|change| !told(change)).collect()
}

#[test]
fn a_declared_transition_comes_onto_record_and_is_revised_when_its_dates_change() {
    let typed = Transition {
        declared: false,
        version: 0,
        ..transition("old")
    };
    let added = changed(decide_transitions(&[], std::slice::from_ref(&typed), NOW));
    assert!(
        matches!(&added[..], [Change::AddTransition(made)] if *made == transition("old")),
        "{added:?}"
    );
    let held = Transition {
        version: 4,
        ..transition("old")
    };
    let same = decide_transitions(&[dated(held.clone())], std::slice::from_ref(&typed), NOW);
    assert!(same.is_empty(), "{same:?}");
    let ends = Transition {
        ends: Some(NOW.plus(5)),
        ..typed
    };
    let revised = changed(decide_transitions(&[dated(held)], &[ends], NOW));
    let [Change::ReviseTransition { transition, was: 4 }] = &revised[..] else {
        panic!("{revised:?}")
    };
    assert_eq!(
        (transition.ends, transition.version, transition.declared),
        (Some(NOW.plus(5)), 4, true)
    );
}

/// A declared transition that goes away takes its exceptions with it; the store sees to that.
#[test]
fn a_transition_that_is_declared_no_more_goes_and_others_stay() {
    let made = Transition {
        declared: false,
        ..transition("made-here")
    };
    let held = [dated(transition("gone")), dated(made.clone())];
    let removed = changed(decide_transitions(&held, &[], NOW));
    assert!(
        matches!(&removed[..], [Change::RemoveTransition { id, was: 1 }] if id.as_str() == "gone"),
        "{removed:?}"
    );
    let taken = changed(decide_transitions(&held[1..], &[transition("made-here")], NOW));
    assert!(
        matches!(&taken[..], [Change::ReviseTransition { transition, .. }] if transition.declared),
        "a declared one takes the place of what was made: {taken:?}"
    );
}

#[test]
fn a_declared_route_comes_changes_and_goes() {
    let route: Route = serde_json::from_value(json!({
        "id": "all",
        "path": "/{rest...}",
        "access": { "kind": "token", "api": "docs" },
        "upstream": { "targets": ["http://10.0.0.1:80"] },
    }))
    .unwrap();
    let added = changed(decide_routes(&[], std::slice::from_ref(&route), NOW));
    let [Change::AddRoute(held)] = &added[..] else {
        panic!("{added:?}")
    };
    assert!(held.declared);
    assert!(decide_routes(std::slice::from_ref(held), std::slice::from_ref(&route), NOW).is_empty());
    let old = Route {
        legacy: vec![LegacyMethodId::new("old-login")],
        ..route
    };
    let revised = changed(decide_routes(std::slice::from_ref(held), &[old], NOW));
    assert!(
        matches!(&revised[..], [Change::ReviseRoute { route, was: 1 }] if route.legacy.len() == 1),
        "{revised:?}"
    );
    let removed = changed(decide_routes(std::slice::from_ref(held), &[], NOW));
    assert!(
        matches!(&removed[..], [Change::RemoveRoute { id, .. }] if *id == held.id),
        "{removed:?}"
    );
}
