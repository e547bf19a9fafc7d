//! Who may what, as plain facts. What is done with it is held on the stores themselves (tests/console).

use super::*;
use crate::registry::No;
use crate::terms::Terms;
use crate::terms::console::Roles;

const OPENS: Moment = Moment(1_777_075_200);

fn terms() -> Terms {
    let mut terms = Terms::rfc("https://issuer.example");
    terms.console.roles = Roles {
        admin: vec!["Admin".into()],
        developer: vec!["Developer".into()],
        viewer: vec!["Viewer".into()],
    };
    terms
}

const MEMBER: Standing = Standing {
    role: Role::Admin,
    operator: false,
};

const OPERATOR: Standing = Standing {
    role: Role::Admin,
    operator: true,
};

/// SS-8: before its day the section is not there, from that moment on it is; operators may prepare it.
#[test]
fn the_section_opens_at_its_moment() {
    let mut dated = terms().console;
    dated.opens = Some(OPENS);
    let before = OPENS.plus(-1);
    assert_eq!(open(&dated, before), Err(NotYet { opens: OPENS }));
    assert_eq!(open(&dated, OPENS), Ok(()));
    assert_eq!(open(&terms().console, before), Ok(()));
    let no = MEMBER.may(Role::Viewer, &dated, before).unwrap_err();
    assert_eq!(no, No::Forbidden("this section opens on 2026-04-25".into()));
    assert_eq!(MEMBER.may(Role::Viewer, &dated, OPENS), Ok(()));
    assert_eq!(OPERATOR.may(Role::Admin, &dated, before), Ok(()));
}

/// SS-6: each role may what those below it may, and no more.
#[test]
fn a_role_reaches_as_far_as_it_goes() {
    let order = [Role::Viewer, Role::Developer, Role::Admin];
    for (place, role) in order.into_iter().enumerate() {
        let standing = Standing { role, operator: false };
        for (needed, need) in order.into_iter().enumerate() {
            let may = standing.may(need, &terms().console, OPENS);
            assert_eq!(may.is_ok(), needed <= place, "{role:?} for {need:?}");
        }
    }
}

/// SO-1, 3E-5, SG-8: who makes a client is the preset's to say; operators always may.
#[test]
fn the_terms_say_who_makes_clients() {
    for (creation, members) in [
        (Creation::SelfService, true),
        (Creation::Request, false),
        (Creation::Operator, false),
    ] {
        let mut terms = terms().console;
        terms.creation = creation;
        assert_eq!(MEMBER.creates(&terms).is_ok(), members, "{creation:?}");
        assert!(OPERATOR.creates(&terms).is_ok());
        let requests = application::taken_here(creation).is_ok();
        assert_eq!(requests, creation == Creation::Request, "{creation:?}");
    }
}
