use super::*;
use crate::registry::facts::{self, NOW, account, api};
use crate::terms::console::Redirects;
use tollgate_model::event::Actor;

pub(super) fn terms() -> Terms {
    let mut terms = Terms::rfc("https://issuer.example");
    terms.console.redirects = Redirects {
        used: true,
        required: true,
        ..terms.console.redirects
    };
    terms
}

fn asker() -> Asker {
    Asker {
        actor: Actor::User("usr_1".into()),
        request: None,
    }
}

fn ask() -> Applying {
    Applying {
        name: "Robot".into(),
        environment: Environment::Live,
        api: api().id,
        scopes: vec!["read".into()],
        redirect_uris: vec!["https://app.example/cb".into()],
        logout_uris: Vec::new(),
        note: "For the night run.\r\nThanks".into(),
    }
}

fn facts() -> Facts {
    Facts {
        account: Some(account()),
        apis: vec![api()],
        waiting: 0,
    }
}

fn made(ask: &Applying, facts: &Facts) -> Result<Decision<Application>, No> {
    let by = asker();
    decide_create(
        &ApplicationId::new("app_1"),
        ask,
        facts,
        &terms(),
        (&by, "ann@firm.example", NOW),
    )
}

pub(super) fn application() -> Application {
    made(&ask(), &facts()).unwrap().answer
}

/// 3E-5, 3E-7: a request says what is wanted and where answers may go, and makes nothing but itself.
#[test]
fn a_request_makes_no_client() {
    let made = made(&ask(), &facts()).unwrap();
    assert_eq!(facts::told(&made.changes), ["application.made"]);
    assert!(!made.changes.iter().any(|change| matches!(change, Change::AddClient(_))));
    let application = made.answer;
    assert_eq!(application.state, ApplicationState::Pending);
    assert_eq!(application.asked_by, "user:usr_1");
    assert_eq!(application.redirect_uris, ["https://app.example/cb"]);
    assert_eq!(application.note, "For the night run.\nThanks");
}

/// 3E-9, 3E-10, 3E-11, CO5: what could not be had cannot be asked for.
#[test]
fn a_request_is_held_to_the_rules_of_a_client() {
    let field = |ask: Applying| match made(&ask, &facts()) {
        Err(No::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    let no_address = Applying {
        redirect_uris: Vec::new(),
        ..ask()
    };
    assert_eq!(field(no_address), "redirect_uris");
    let local = Applying {
        redirect_uris: vec!["http://localhost/cb".into()],
        ..ask()
    };
    assert_eq!(field(local.clone()), "redirect_uris");
    let test = Applying {
        environment: Environment::Test,
        ..local
    };
    assert!(made(&test, &facts()).is_ok());
    let scopes = vec!["admin".into()];
    assert_eq!(field(Applying { scopes, ..ask() }), "scopes");
    let note = "x".repeat(2001);
    assert_eq!(field(Applying { note, ..ask() }), "note");
    let name = String::new();
    assert_eq!(field(Applying { name, ..ask() }), "name");
}

/// SS-5, CO4: an API that the account does not have looks like one that nobody has.
#[test]
fn a_request_for_a_foreign_api_is_not_found() {
    let without = Facts {
        account: Some(Account {
            apis: Some(Vec::new()),
            ..account()
        }),
        ..facts()
    };
    assert_eq!(made(&ask(), &without).unwrap_err(), No::NotFound("api"));
    let unknown = Applying {
        api: ApiId::new("nobodys"),
        ..ask()
    };
    assert_eq!(made(&unknown, &facts()).unwrap_err(), No::NotFound("api"));
    let alone = Facts {
        account: Some(Account {
            live: false,
            plan: None,
            ..account()
        }),
        ..facts()
    };
    assert!(matches!(
        made(&ask(), &alone),
        Err(No::Invalid {
            field: "environment",
            ..
        })
    ));
}

#[test]
fn only_so_many_requests_wait_at_once() {
    let full = Facts {
        waiting: MOST_WAITING,
        ..facts()
    };
    assert_eq!(made(&ask(), &full).unwrap_err().code(), "in_use");
}
