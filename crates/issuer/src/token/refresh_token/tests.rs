use super::*;
use crate::registry::facts::{api, told};
use crate::terms::people::RefreshTerms;
use crate::token::facts::{NOW, ask, digests, family, known, revoked, user};
use tollgate_keys::chance::Fixed;
use tollgate_model::client::SignIn;
use tollgate_model::{ClientId, State};

const TERMS: RefreshTerms = RefreshTerms {
    rotates: true,
    window: 10,
    idle: Some(600),
    absolute: Some(2_000),
};

const TURNING: Way = Way {
    refresh: TERMS,
    rotates: true,
};

fn minted() -> Plain {
    Plain::mint(Kind::Refresh, &Fixed::new(5)).unwrap()
}

fn shown(plain: &Plain) -> Shown {
    Shown::of(plain, &digests())
}

fn digest(plain: &Plain) -> String {
    digests().digest(plain.expose()).to_string()
}

/// A family in which `plain` lives.
fn living(plain: &Plain) -> RefreshFamily {
    RefreshFamily {
        handle: digests().digest(plain.family()).to_string(),
        current: digest(plain),
        ..family()
    }
}

fn verdict(family: &RefreshFamily, plain: &Plain, way: Way, now: Moment) -> Verdict {
    judge(family, &user(), &family.client, &shown(plain), way, now)
}

fn turned(verdict: Verdict) -> RefreshFamily {
    match verdict {
        Verdict::Good(Next::Turned(family)) => *family,
        other => panic!("{other:?}"),
    }
}

/// 3E-35, 3E-36, RT4: each use names the next token and ends the one shown; scopes and all else stay.
#[test]
fn a_token_that_is_used_turns_into_the_next() {
    let first = minted();
    let before = living(&first);
    let after = turned(verdict(&before, &first, TURNING, NOW));
    let next = first.successor(&digests());
    assert_eq!(after.current, digest(&next));
    assert_eq!(after.previous, Some(digest(&first)));
    assert_eq!((after.rotated, after.expires), (NOW, NOW.plus(600)));
    assert_eq!((&after.scopes, &after.handle), (&before.scopes, &before.handle));
    assert_eq!(digests().digest(next.family()).to_string(), before.handle);
}

/// RT2, AT1: who lost the answer hears it again within the window, and it is the same live branch.
#[test]
fn a_lost_answer_is_given_again_for_a_while() {
    let first = minted();
    let after = turned(verdict(&living(&first), &first, TURNING, NOW));
    for late in [0, 1, 9] {
        assert_eq!(
            verdict(&after, &first, TURNING, NOW.plus(late)),
            Verdict::Good(Next::Again),
            "{late}"
        );
    }
    // Another node's clock may be behind the one that turned it.
    assert_eq!(
        verdict(&after, &first, TURNING, NOW.plus(-2)),
        Verdict::Good(Next::Again)
    );
    assert_eq!(verdict(&after, &first, TURNING, NOW.plus(10)), Verdict::Reused);
    let strict = Way {
        refresh: RefreshTerms { window: 0, ..TERMS },
        ..TURNING
    };
    assert_eq!(verdict(&after, &first, strict, NOW), Verdict::Reused);
}

/// RT1, RT2: once the next one was used the one before it is a copy, window or not; and so is whatever nobody gave out.
#[test]
fn a_token_before_the_last_is_a_copy() {
    let first = minted();
    let second = first.successor(&digests());
    let third = second.successor(&digests());
    let turned_once = turned(verdict(&living(&first), &first, TURNING, NOW));
    let turned_twice = turned(verdict(&turned_once, &second, TURNING, NOW.plus(1)));
    assert_eq!(verdict(&turned_twice, &first, TURNING, NOW.plus(1)), Verdict::Reused);
    assert_eq!(
        verdict(&turned_twice, &second, TURNING, NOW.plus(1)),
        Verdict::Good(Next::Again)
    );
    // Of the family by its first half, and none that lives: somebody makes them up.
    assert_eq!(verdict(&turned_once, &third, TURNING, NOW), Verdict::Reused);
}

/// RT1, 3E-36: the family goes, its access tokens go by name, and the log is told.
#[test]
fn a_copy_ends_the_whole_family() {
    let changes = reused(&family(), "r1", NOW);
    assert!(changes.contains(&Change::RemoveFamily { id: family().id }));
    assert_eq!(revoked(&changes), [("authorization", "aut_1")]);
    assert_eq!(told(&changes), ["refresh.reused"]);
}

/// RT3, AT3, 3E-40: another client gets nothing, and ends nothing, with the living token or an old one.
#[test]
fn a_foreign_client_learns_nothing() {
    let first = minted();
    let other = ClientId::new("client-two");
    let old = RefreshFamily {
        previous: Some(digest(&first)),
        current: digest(&first.successor(&digests())),
        rotated: NOW.plus(-50),
        ..living(&first)
    };
    for held in [living(&first), old] {
        assert_eq!(
            judge(&held, &user(), &other, &shown(&first), TURNING, NOW),
            Verdict::Refused(Code::RefreshUnknown)
        );
    }
}

/// RT5, 3E-38: by idleness and by age, whichever comes first; each use moves the first on and never the second.
#[test]
fn a_family_ends_by_idleness_and_by_age() {
    let created = NOW.plus(-1_000);
    assert_eq!(expires(created, TERMS, NOW), NOW.plus(600));
    assert_eq!(expires(created, TERMS, NOW.plus(900)), NOW.plus(1_000));
    // 3E: each token 90 days, for as long as it goes on.
    let days = RefreshTerms {
        idle: Some(90 * 86_400),
        absolute: None,
        ..TERMS
    };
    assert_eq!(expires(created, days, NOW), NOW.plus(90 * 86_400));
    let family_only = RefreshTerms {
        idle: None,
        absolute: Some(90 * 86_400),
        ..TERMS
    };
    assert_eq!(expires(created, family_only, NOW), created.plus(90 * 86_400));
    let endless = RefreshTerms {
        idle: None,
        absolute: None,
        ..TERMS
    };
    assert!(expires(created, endless, NOW) > NOW.plus(90 * 365 * 86_400));

    let first = minted();
    let held = living(&first);
    assert!(matches!(
        verdict(&held, &first, TURNING, held.expires.plus(-1)),
        Verdict::Good(_)
    ));
    assert_eq!(
        verdict(&held, &first, TURNING, held.expires),
        Verdict::Refused(Code::RefreshUnknown)
    );
}

/// RT6, AT13: nothing for somebody who was switched off.
#[test]
fn a_disabled_person_is_not_refreshed() {
    let first = minted();
    let held = living(&first);
    let off = User {
        state: State::Disabled,
        ..user()
    };
    assert_eq!(
        judge(&held, &off, &held.client, &shown(&first), TURNING, NOW),
        Verdict::Refused(Code::PersonDisabled)
    );
}

/// Where tokens do not turn, the one shown stays; its end is moved on once a minute.
#[test]
fn a_token_that_does_not_turn_stays() {
    let staying = Way {
        rotates: false,
        ..TURNING
    };
    let first = minted();
    let held = living(&first);
    let Verdict::Good(Next::Same(Some(moved))) = verdict(&held, &first, staying, NOW) else {
        panic!("moved on")
    };
    assert_eq!((moved.expires, &moved.current), (NOW.plus(600), &held.current));
    assert_eq!(moved.previous, None);
    assert_eq!(
        verdict(&moved, &first, staying, NOW.plus(59)),
        Verdict::Good(Next::Same(None))
    );
    assert!(matches!(
        verdict(&moved, &first, staying, NOW.plus(60)),
        Verdict::Good(Next::Same(Some(_)))
    ));
}

/// RFC 9700 §4.14.2: a public client's token always turns.
#[test]
fn a_public_clients_token_always_turns() {
    let of = |rotates| {
        known(SignIn {
            rotates,
            ..SignIn::default()
        })
    };
    let house = |rotates| RefreshTerms { rotates, ..TERMS };
    for (own, terms, public, turns) in [
        (None, true, false, true),
        (None, false, false, false),
        (Some(false), true, false, false),
        (Some(true), false, false, true),
        (Some(false), false, true, true),
    ] {
        let client = of(own);
        let sign_in = client.sign_in.as_deref().unwrap();
        assert_eq!(
            rotates(public, sign_in, house(terms)),
            turns,
            "{own:?} {terms} {public}"
        );
    }
}

fn granted(api: &tollgate_model::Api) -> Granted<'_> {
    Granted {
        api,
        audience: vec![api.audience.clone()],
        scopes: ["openid", "read"].into_iter().collect(),
        lifetime: 60,
    }
}

/// RT4: a request may narrow what its access token gets, and asks for more in vain.
#[test]
fn a_request_narrows_and_never_widens() {
    let api = api();
    let agreed: Scopes = ["openid", "offline_access", "read", "gone"].into_iter().collect();
    let scopes = |text: &str| narrowed(granted(&api), &agreed, &ask(text)).map(|granted| granted.scopes.to_string());
    assert_eq!(scopes("x=y").unwrap(), "openid read");
    assert_eq!(scopes("scope=").unwrap(), "openid read");
    assert_eq!(scopes("scope=read").unwrap(), "read");
    assert_eq!(scopes("scope=offline_access+openid").unwrap(), "openid");
    // Agreed to, and not in force any more.
    assert_eq!(scopes("scope=gone").unwrap(), "");
    let beyond = scopes("scope=read+write").unwrap_err();
    assert_eq!(
        (beyond.code, beyond.word("scope")),
        (Code::ScopeNotGranted, Some("write"))
    );
    assert_eq!(scopes("scope=%22").unwrap_err().code, Code::ScopeMalformed);
}

/// TE13: the token is for the target named, or there is none. What the first exchange had is ignored.
#[test]
fn another_target_is_refused_and_extra_parameters_are_not() {
    let api = api();
    let agreed: Scopes = ["openid", "read"].into_iter().collect();
    let code = |text: &str| {
        narrowed(granted(&api), &agreed, &ask(text))
            .map(|_| ())
            .map_err(|no| no.code)
    };
    let own = "https%3A%2F%2Fapi.example%2Fdocs";
    assert_eq!(code(&format!("resource={own}&audience={own}")), Ok(()));
    assert_eq!(
        code("code=tgc_x&redirect_uri=https%3A%2F%2Fa.example&code_verifier=x"),
        Ok(())
    );
    for name in ["resource", "audience"] {
        assert_eq!(
            code(&format!("{name}=https%3A%2F%2Fapi.example%2F")),
            Err(Code::AudienceUnknown)
        );
    }
}
