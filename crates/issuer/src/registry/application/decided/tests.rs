use super::super::tests::{application, terms};
use super::*;
use crate::registry::facts::{self, NOW, account, api, asker};
use tollgate_model::Account;

fn approved(held: &Application, ask: &Approve, account: Account) -> Result<Decision<Approved>, No> {
    let known = client::Facts {
        account: Some(account),
        owner: Some(facts::member()),
        apis: vec![api()],
        taken: false,
        secrets: false,
        within: false,
    };
    decide_approve(
        held,
        ask,
        &known,
        &ClientId::new("client-new"),
        &terms(),
        (&asker(), NOW),
    )
}

fn declined(held: &Application, words: &str) -> Result<Decision<Application>, No> {
    decide_decline(held, words, None, &asker(), NOW)
}

/// 3E-5, SO-1: the operator's word makes the client as it was asked for, in one piece, and without a secret.
#[test]
fn an_approval_makes_the_client_that_was_asked_for() {
    let made = approved(&application(), &Approve::default(), account()).unwrap();
    assert_eq!(
        facts::told(&made.changes),
        ["client.created", "grant.put", "application.approved"]
    );
    let Approved {
        application: then,
        client,
    } = made.answer;
    assert_eq!((then.state, then.version), (ApplicationState::Approved, 2));
    assert_eq!(then.client, Some(client.id.clone()));
    assert_eq!(client.redirect_uris, application().redirect_uris);
    assert_eq!(client.environment, application().environment);
    assert_eq!(client.owner, Some(facts::member().id));
    let secret = |change: &Change| matches!(change, Change::AddSecret(_) | Change::SealSecret { .. });
    assert!(!made.changes.iter().any(secret));
}

/// CO5: an operator gives what the API has, to an account that has the API.
#[test]
fn an_approval_gives_no_more_than_there_is() {
    let ask = |scopes: &[&str]| Approve {
        scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
        ..Approve::default()
    };
    let made = approved(&application(), &ask(&["write"]), account()).unwrap();
    let granted = made.changes.iter().find_map(|change| match change {
        Change::PutGrant(grant) => Some(grant.scopes.to_string()),
        _ => None,
    });
    assert_eq!(granted.as_deref(), Some("write"));
    assert!(approved(&application(), &ask(&["admin"]), account()).is_err());
    let without = Account {
        apis: Some(Vec::new()),
        ..account()
    };
    assert!(approved(&application(), &Approve::default(), without).is_err());
}

/// 3E-9: a request that was made before the terms asked for an address is not approved without one.
#[test]
fn an_approval_looks_at_the_addresses_anew() {
    let bare = Application {
        redirect_uris: Vec::new(),
        ..application()
    };
    assert!(matches!(
        approved(&bare, &Approve::default(), account()),
        Err(No::Invalid {
            field: "redirect_uris",
            ..
        })
    ));
}

#[test]
fn a_request_is_decided_once() {
    let done = approved(&application(), &Approve::default(), account()).unwrap();
    let then = done.answer.application;
    assert_eq!(declined(&then, "No").unwrap_err().code(), "in_use");
    assert_eq!(
        approved(&then, &Approve::default(), account()).unwrap_err().code(),
        "in_use"
    );
    let stale = Approve {
        seen: Some(7),
        ..Approve::default()
    };
    assert_eq!(
        approved(&application(), &stale, account()).unwrap_err(),
        No::Stale("application")
    );
}

#[test]
fn a_refusal_says_why() {
    for words in ["", "  \n "] {
        assert!(matches!(
            declined(&application(), words),
            Err(No::Invalid { field: "answer", .. })
        ));
    }
    let made = declined(&application(), "Which product is this for?").unwrap();
    assert_eq!(facts::told(&made.changes), ["application.declined"]);
    assert_eq!(made.answer.answer.as_deref(), Some("Which product is this for?"));
    assert_eq!(made.answer.client, None);
}

/// SS-11: the mail says where to make a secret, and has none in it.
#[test]
fn the_letter_names_the_client_and_the_page() {
    let made = approved(&application(), &Approve::default(), account()).unwrap();
    let mail = letter(&made.answer.application, &terms().console);
    assert_eq!(mail.subject, "Tollgate: your client Robot is there");
    assert!(mail.text.contains("https://issuer.example/console/clients/client-new"));
    assert!(mail.text.contains("press Regenerate"));
    let made = declined(&application(), "Not yet.").unwrap();
    let mail = letter(&made.answer, &terms().console);
    assert!(mail.text.contains("was declined") && mail.text.contains("\n\nNot yet.\n"));
    assert!(!mail.text.contains("clients/"));
}
