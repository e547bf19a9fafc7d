use super::given::{covers, given};
use super::*;
use crate::authorize::facts::{asked, authorization, case, consent, fresh, scopes, terms, web, words};
use crate::people::facts::NOW;
use crate::registry::facts::{account, api};
use tollgate_model::authorization::{Asked, ClaimsAsked};
use tollgate_model::{Change, ConsentId};

const DOCS: Option<&str> = Some("docs");

fn flow(asked: Asked) -> Flow {
    let mut api = api();
    api.scopes[0].description = "Read your documents".into();
    Flow {
        client: web().client,
        account: account(),
        api: asked.api.is_some().then_some(api),
        language: "en".into(),
        authorization: tollgate_model::Authorization {
            asked,
            ..authorization()
        },
    }
}

fn said_of(asked: Asked, held: Option<&Consent>) -> Asking {
    said(&flow(asked), held, None, &fresh(), &terms().people)
}

fn marks(asking: &Asking) -> Vec<(&str, bool)> {
    asking
        .permissions
        .iter()
        .map(|one| (one.scope.as_str(), one.new))
        .collect()
}

/// CO1, 3E-25: the page names the application, whose it is, where it returns to, what it asks for and for how long.
#[test]
fn the_page_says_who_asks_for_what_and_for_how_long() {
    let asking = said_of(asked(), None);
    assert_eq!((asking.application.as_str(), asking.owner.as_str()), ("Robot", "Firm"));
    assert_eq!(asking.host, "app.firm.example");
    assert_eq!(asking.environment, Environment::Live);
    assert_eq!(asking.person, "ann@firm.example");
    assert_eq!(marks(&asking), [("openid", true), ("profile", true), ("read", true)]);
    let [openid, profile, read] = &*asking.permissions else {
        panic!("three")
    };
    assert_eq!((openid.words.as_str(), profile.words.as_str()), ("", ""));
    assert!(profile.claims.contains(&"birthdate".to_owned()));
    assert_eq!(read.words, "Read your documents");
    assert_eq!((asking.offline, asking.lasts), (false, Some(3600)));
    let granted = said(&flow(asked()), None, Some(600), &fresh(), &terms().people);
    assert_eq!(granted.lasts, Some(600));
}

#[test]
fn a_host_is_shown_as_the_browser_shows_it() {
    for (uri, shown) in [
        ("https://app.firm.example/cb?x=1", "app.firm.example"),
        ("https://app.firm.example:8443/cb", "app.firm.example:8443"),
        ("http://127.0.0.1:4000/cb", "127.0.0.1:4000"),
        ("http://[::1]:4000/cb", "[::1]:4000"),
        ("odd", "odd"),
    ] {
        assert_eq!(host(uri), shown);
    }
}

/// SO-9: staying signed in is one thing, under whatever names it is asked for.
#[test]
fn staying_signed_in_is_said_once() {
    let mut terms = terms().people;
    terms.offline = words(&["offline", "offline_access"]);
    terms.refresh.absolute = Some(2_592_000);
    let both = Asked {
        scopes: scopes("openid offline offline_access"),
        api: None,
        ..asked()
    };
    let asking = said(
        &flow(both),
        Some(&consent(&[(None, "openid offline")])),
        None,
        &fresh(),
        &terms,
    );
    assert_eq!(marks(&asking), [("openid", false), ("offline", true)]);
    assert_eq!((asking.offline, asking.lasts), (true, Some(2_592_000)));
    terms.refresh.absolute = None;
    let flow = flow(Asked {
        scopes: scopes("openid offline"),
        ..asked()
    });
    assert_eq!(said(&flow, None, None, &fresh(), &terms).lasts, None);
}

/// 3E-21: what is new is marked, API by API; what was given before stays on the page.
#[test]
fn what_is_new_is_marked() {
    let held = consent(&[(None, "openid profile"), (Some("mail"), "read")]);
    let asking = said_of(asked(), Some(&held));
    assert_eq!(marks(&asking), [("openid", false), ("profile", false), ("read", true)]);
    let more = consent(&[(None, "openid profile"), (DOCS, "read write")]);
    assert!(said_of(asked(), Some(&more)).permissions.iter().all(|one| !one.new));
}

/// 3E-21: agreed once is agreed, for these scopes at this API; anything beyond is asked for, and added to the rest.
#[test]
fn consent_is_remembered_per_scopes_and_api() {
    let wanted = wanted(&asked(), &terms().people);
    for (held, all) in [
        (consent(&[(None, "openid profile"), (DOCS, "read")]), true),
        (consent(&[(DOCS, "write read"), (None, "email profile openid")]), true),
        (consent(&[(None, "openid profile")]), false),
        (consent(&[(None, "openid"), (DOCS, "read")]), false),
        (consent(&[(None, "openid profile read")]), false),
        (consent(&[(None, "openid profile"), (Some("mail"), "read")]), false),
        (consent(&[]), false),
    ] {
        assert_eq!(covers(&held, &wanted, &terms().people), all, "{:?}", held.given);
    }

    let (held, record, who) = (authorization(), web(), fresh());
    let before = consent(&[(Some("mail"), "send"), (None, "openid email")]);
    let case = case(&held, &record, Some(&who), Some(before));
    let (id, changes) = given(
        case.consent.as_ref(),
        &case.record.client,
        &who,
        &wanted,
        &ConsentId::new("con_new"),
        ("r1", NOW),
    );
    assert_eq!(id.as_str(), "con_1");
    let Some(Change::ReviseConsent { consent: after, was: 8 }) = changes.first() else {
        panic!("{changes:?}")
    };
    assert!(covers(after, &wanted, &terms().people));
    assert_eq!(
        after.at(None).unwrap().to_string(),
        "openid email profile",
        "old grants stay"
    );
    assert_eq!(
        after.at(Some(&tollgate_model::ApiId::new("mail"))).unwrap().to_string(),
        "send"
    );
    assert_eq!((after.created, after.revised), (NOW.plus(-9_000), NOW));
}

/// An API that is opened without any scope is opened all the same.
#[test]
fn an_api_without_scopes_is_agreed_to_as_well() {
    let bare = Asked {
        scopes: scopes("openid"),
        ..asked()
    };
    let wanted = wanted(&bare, &terms().people);
    assert!(!covers(&consent(&[(None, "openid")]), &wanted, &terms().people));
    assert!(covers(
        &consent(&[(None, "openid"), (DOCS, "")]),
        &wanted,
        &terms().people
    ));
}

/// CO1: a claim that is asked for by name is shown, remembered by name, and opens no more than that.
#[test]
fn single_claims_are_asked_for_and_remembered() {
    let by_name = Asked {
        scopes: scopes("openid email"),
        api: None,
        claims: ClaimsAsked {
            userinfo: words(&["birthdate", "email"]),
            id_token: words(&["phone_number", "acr"]),
        },
        ..asked()
    };
    let people = terms().people;
    let wanted = wanted(&by_name, &people);
    assert_eq!(
        wanted[0].scopes.to_string(),
        "openid email claim:birthdate claim:phone_number"
    );
    let before = consent(&[(None, "openid email claim:birthdate")]);
    assert!(!covers(&before, &wanted, &terms().people));
    let asking = said_of(by_name, Some(&before));
    assert_eq!(
        marks(&asking),
        [("openid", false), ("email", false), ("profile", false), ("phone", true)]
    );
    assert_eq!(asking.permissions[2].claims, ["birthdate"]);
}

/// 3E-21: a claim by its own name is nothing new to who agreed to a scope that opens it.
#[test]
fn a_claim_goes_with_the_scope_that_opens_it() {
    let by_name = |claim: &str| Asked {
        scopes: scopes("openid"),
        api: None,
        claims: ClaimsAsked {
            userinfo: vec![claim.into()],
            id_token: Vec::new(),
        },
        ..asked()
    };
    let held = consent(&[(None, "openid profile")]);
    for (claim, agreed) in [("birthdate", true), ("email", false)] {
        let asked = by_name(claim);
        let wanted = wanted(&asked, &terms().people);
        assert_eq!(covers(&held, &wanted, &terms().people), agreed, "{claim}");
        let said = said_of(asked, Some(&held));
        assert_eq!(said.permissions.iter().any(|one| one.new), !agreed, "{claim}");
    }
}
