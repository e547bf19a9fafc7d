//! A transition's pages at every stage, with odd names in them.

use super::*;
use crate::console::desk::still::seen;
use crate::console::desk::transitions::Page as List;
use crate::console::page::calendar::tests::dated;
use crate::console::page::gallery::{EVIL, NONCE, NOW, main_of, read, tags};
use crate::console::page::{Frame, Link};
use crate::console::still::tests::falling;
use std::collections::BTreeMap;
use tollgate_issuer::terms::transition::TransitionTerms;
use tollgate_issuer::transition::{Forecast, Report, Spread, Used, Using, Way};
use tollgate_model::{
    AccountId, Exception, LegacyMethod, LegacyMethodId, Member, MemberId, Page as Part, State as Standing,
};

const DAY: i64 = 86_400;

fn framed(title: &str) -> Frame {
    let mut frame = Frame::new("Vendor", title, NOW);
    frame.nonce = NONCE.to_owned();
    frame.assets = "v".to_owned();
    frame.csrf = "token".to_owned();
    frame.desk = true;
    frame.crumbs = vec![Link::new(LIST, "Transitions")];
    frame
}

fn terms(name: &str) -> TransitionTerms {
    TransitionTerms {
        methods: vec![LegacyMethod {
            id: LegacyMethodId::new("login"),
            name: format!("Login API and subscription key {name}"),
            bearer: true,
            key_headers: vec!["x-api-key".to_owned()],
            verify: None,
        }],
        ..TransitionTerms::default()
    }
}

fn using(number: i64, name: &str, way: Way) -> Using {
    let member = Member {
        id: MemberId::new("mem_1"),
        account: AccountId::new(format!("acc_{number}")),
        email: "ann@firm.example".to_owned(),
        name: format!("Ann {name}"),
        roles: Vec::new(),
        state: Standing::Active,
        created: NOW,
        version: 1,
    };
    Using {
        account: AccountId::new(format!("acc_{number}")),
        name: format!("Firm {number} {name}"),
        way,
        ends: None,
        stage: "warned",
        count: 4_000 / number,
        refused: if number == 1 { 40 } else { 0 },
        since: NOW.day() - 29,
        last: NOW.plus(-3_600 * number),
        spread: falling(),
        trend: -63,
        used: (0..5)
            .map(|place| Used {
                member: (place == 0).then(|| member.id.clone()),
                credential: None,
                count: 1_000,
                refused: 0,
                since: NOW.day() - 29,
                last: NOW.plus(-3_600),
            })
            .collect(),
        members: vec![member],
        credentials: Vec::new(),
        clients: Vec::new(),
    }
}

/// The page of a transition in some stage; `none`: nobody came.
fn page(mut held: Dated, name: &str, none: bool) -> Page {
    held.transition.name = format!("Off the old login {name}");
    if let Some(window) = held.transition.brownouts.first_mut() {
        window.name = format!("first hour {name}");
    }
    if !none {
        held.exceptions.push(Exception {
            transition: held.transition.id.clone(),
            account: AccountId::new("acc_2"),
            ends: NOW.plus(60 * DAY),
            note: format!("Their vendor needs time {name}"),
            created: NOW.plus(-DAY),
        });
    }
    let stage = held.stage(None, NOW).as_str();
    let report = Report {
        at: NOW,
        stage,
        next: None,
        spread: if none { Spread::default() } else { falling() },
        accounts: if none {
            Vec::new()
        } else {
            vec![
                using(1, name, Way::Old),
                using(2, name, Way::Both),
                using(3, name, Way::Moved),
                using(4, name, Way::Quiet),
            ]
        },
        more: 0,
        active: if none { 0 } else { 2 },
        moved: 1,
        forecast: held
            .transition
            .ends
            .filter(|end| NOW < *end && !none)
            .map(|at| Forecast {
                at,
                active: 2,
                accounts: 1,
                trend: -1,
            }),
        cut: None,
        dated: held.clone(),
    };
    let new: Vec<i64> = (0..30).map(|place| place * 9).collect();
    let names = BTreeMap::from([(AccountId::new("acc_2"), format!("Firm 2 {name}"))]);
    let listed = exception::listed(&held, &Part::first());
    Page {
        frame: framed(&held.transition.name),
        line: transitions::line(&held, &terms(name), report.active, NOW),
        calendar: Calendar::of(&held, None, NOW),
        still: seen(report, (!none).then_some(new.as_slice())),
        pager: Pager::default(),
        exceptions: listed
            .items
            .into_iter()
            .map(|held| exception::line(held, &names, NOW))
            .collect(),
        transition: held.transition,
    }
}

fn before() -> Dated {
    let mut before = dated(40 * DAY, 90);
    before.transition.opens = Some(NOW.plus(10 * DAY));
    before.transition.warns = Some(NOW.plus(20 * DAY));
    before
}

/// Every page, by its name.
fn pages(name: &str) -> Vec<(&'static str, Response)> {
    let stages = [
        ("empty", before(), true),
        ("window", dated(5 * DAY, 30), false),
        ("brownout", dated(-600, 30), false),
        ("ended", dated(-10 * DAY, -1), false),
    ];
    let mut made = Vec::new();
    let lines = stages.iter().map(|(_, held, _)| {
        let mut held = held.clone();
        held.transition.name = format!("Off the old login {name}");
        transitions::line(&held, &terms(name), 2, NOW)
    });
    let list = |lines| {
        let page = List {
            frame: framed("Transitions"),
            lines,
        };
        respond(StatusCode::OK, &page.frame, &page)
    };
    made.push(("list", list(lines.collect())));
    made.push(("list-empty", list(Vec::new())));
    for (stage, held, none) in stages {
        let page = page(held, name, none);
        made.push((stage, respond(StatusCode::OK, &page.frame, &page)));
    }
    let mut declared = dated(5 * DAY, 30);
    declared.transition.declared = true;
    let page = page(declared, name, true);
    made.push(("declared", respond(StatusCode::OK, &page.frame, &page)));
    let mut form = transition_form::filled(&dated(5 * DAY, 30).transition);
    form = form.with("id", name);
    form.refuse("brownouts", format!("“{name}” is no brown-out."));
    let edit = Edit {
        frame: framed("New transition"),
        form,
        held: None,
        calendar: None,
        subjects: transition_form::subjects(),
        methods: transition_form::methods(&terms(name).methods),
        apis: Vec::new(),
        back: LIST.to_owned(),
    };
    made.push(("form", respond(StatusCode::UNPROCESSABLE_ENTITY, &edit.frame, &edit)));
    made
}

/// SS-1: each stage of a transition, as its page was looked at.
#[tokio::test]
async fn a_transition_is_as_it_was_looked_at_in_every_stage() {
    for (name, response) in pages("") {
        let (_, _, text) = read(response).await;
        insta::assert_snapshot!(format!("transition-{name}"), main_of(&text));
    }
}

/// CO8: names of firms, people, transitions and windows stay words.
#[tokio::test]
async fn names_about_a_transition_stay_words() {
    let mut harmless = BTreeMap::new();
    for (name, response) in pages("x") {
        harmless.insert(name, tags(&read(response).await.2));
    }
    for word in EVIL {
        for (name, response) in pages(word) {
            let (_, _, text) = read(response).await;
            assert_eq!(Some(&tags(&text)), harmless.get(name), "{name}: {word}");
            assert!(!text.contains("href=\"javascript:"), "{name}");
        }
    }
}

/// A declared transition is changed in the configuration: its page offers neither form nor removal, and still grants
/// exceptions.
#[tokio::test]
async fn a_declared_transition_is_changed_elsewhere() {
    let declared = pages("").into_iter().find(|(name, _)| *name == "declared").unwrap();
    let (_, _, text) = read(declared.1).await;
    assert!(!text.contains("/edit\"") && !text.contains("/remove\""), "{text}");
    assert!(text.contains("/exceptions/new\"") && text.contains("come from the configuration"));
}
