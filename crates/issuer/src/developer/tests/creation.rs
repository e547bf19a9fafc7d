//! How clients come to be.

use super::shelf::{desk, sits, visits};
use super::*;
use crate::registry::application::{self as requests, Applying, Approve};
use crate::registry::facts::NOW;
use crate::registry::grant::Scoped;
use tollgate_model::application::ApplicationState;
use tollgate_model::client::Environment;
use tollgate_model::{AccountId, ApiId, ClientId, MemberId, Page};

fn new() -> NewClient {
    NewClient {
        name: "Night run".into(),
        environment: Environment::Test,
        api: ApiId::new("docs"),
        scopes: vec!["read".into()],
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        secret: true,
    }
}

fn applying() -> Applying {
    let NewClient {
        name,
        environment,
        api,
        scopes,
        redirect_uris,
        logout_uris,
        ..
    } = new();
    Applying {
        name,
        environment,
        api,
        scopes,
        redirect_uris,
        logout_uris,
        note: String::new(),
    }
}

/// SG-2, SG-8, SG-11, SE-6: a developer makes one client more; it has an id of its own, and its first secret is in
/// this answer alone.
#[tokio::test]
async fn a_developer_makes_a_client_with_its_secret() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let made = make_client(&desk, &seat, &by, &new()).await.unwrap().unwrap();
    let plain = made.plain.unwrap();
    {
        let held = shelf.0.lock().unwrap();
        let record = held.records.iter().find(|record| record.client.id == made.client.id);
        let record = record.unwrap();
        assert_eq!(record.client.account, seat.account().id);
        assert_eq!(record.client.owner, Some(MemberId::new("mem_dan1")));
        assert_eq!(record.grants.len(), 1);
        assert_eq!(
            record.secrets[0].digest,
            desk.digests.digest(plain.expose()).to_string()
        );
        assert_ne!(record.client.id, ClientId::new("client-one"));
    }

    // SE-6: test and live have each their own.
    let live = NewClient {
        environment: Environment::Live,
        ..new()
    };
    let live = make_client(&desk, &seat, &by, &live).await.unwrap().unwrap();
    assert_ne!(live.client.id, made.client.id);
    assert_ne!(live.plain.unwrap().expose(), plain.expose());
}

/// SS-6: who only looks makes nothing.
#[tokio::test]
async fn a_viewer_makes_nothing() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "vic@firm1.example").await;
    let no = make_client(&desk, &seat, &asker(&seat), &new()).await.unwrap();
    assert_eq!(code(no), "forbidden");
    assert!(shelf.0.lock().unwrap().events.is_empty());
}

/// CO5, SS-5, SG-3: no API that the account does not have, and no live client of an account for testing.
#[tokio::test]
async fn a_member_makes_no_more_than_the_account_may_have() {
    let (desk, shelf) = desk(terms()).await;
    for account in &mut shelf.0.lock().unwrap().accounts {
        account.live = false;
        account.apis = Some(vec![ApiId::new("docs")]);
    }
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let make = async |ask: NewClient| code(make_client(&desk, &seat, &by, &ask).await.unwrap());
    let live = NewClient {
        environment: Environment::Live,
        ..new()
    };
    assert_eq!(make(live).await, "invalid");
    let foreign = NewClient {
        api: ApiId::new("other"),
        ..new()
    };
    assert_eq!(make(foreign).await, "not_found");
    let more = NewClient {
        scopes: vec!["admin".into()],
        ..new()
    };
    assert_eq!(make(more).await, "invalid");
    assert_eq!(shelf.0.lock().unwrap().records.len(), 2);
}

/// SO-1: where operators make clients, nobody else does, nobody asks here, and nobody widens what was given.
#[tokio::test]
async fn where_operators_make_clients_nobody_else_does() {
    let mut theirs = terms();
    theirs.console.creation = Creation::Operator;
    theirs.console.words.helpers = "Professional Services".into();
    let (desk, _) = desk(theirs).await;
    let seat = sits(&desk, "ann@firm1.example").await;
    let by = asker(&seat);
    let no = make_client(&desk, &seat, &by, &new()).await.unwrap().unwrap_err();
    assert!(no.to_string().contains("Professional Services"), "{no}");
    assert_eq!(code(apply(&desk, &seat, &by, &applying()).await.unwrap()), "forbidden");
    let wider = Scoped {
        api: ApiId::new("docs"),
        scopes: vec!["read".into(), "write".into()],
        seen: None,
    };
    let id = ClientId::new("client-one");
    assert_eq!(
        code(set_scopes(&desk, &seat, &by, &id, &wider).await.unwrap()),
        "forbidden"
    );
    let operator = visits(&desk).await;
    let by = asker(&operator);
    let made = make_client(&desk, &operator, &by, &new()).await.unwrap().unwrap();
    assert_eq!(made.client.account, AccountId::new("acc_1"));
    assert_eq!(made.client.owner, None);
    assert!(set_scopes(&desk, &operator, &by, &id, &wider).await.unwrap().is_ok());
}

/// 3E-5, SE-6: request, approval, Regenerate: the account gets a client by the operator's word, and its secret by its
/// own press.
#[tokio::test]
async fn a_request_is_approved_and_the_secret_is_the_accounts_to_make() {
    let mut asked = terms();
    asked.console.creation = Creation::Request;
    let (desk, shelf) = desk(asked).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    assert_eq!(code(make_client(&desk, &seat, &by, &new()).await.unwrap()), "forbidden");
    let application = apply(&desk, &seat, &by, &applying()).await.unwrap().unwrap();
    assert_eq!(application.email, "dan@firm1.example");
    let listed = applications(&desk, &seat, Some(ApplicationState::Pending), &Page::first()).await;
    assert_eq!(listed.unwrap().unwrap().items, std::slice::from_ref(&application));
    // CO4: another firm has no such request.
    let other = sits(&desk, "dan@firm2.example").await;
    let listed = applications(&desk, &other, None, &Page::first()).await;
    assert!(listed.unwrap().unwrap().items.is_empty());

    let operator = crate::registry::facts::asker();
    let ask = Approve::default();
    let made = requests::approve(&desk, &operator, &application.id, &ask)
        .await
        .unwrap();
    let made = made.unwrap();
    assert_eq!(made.application.decided, Some(NOW));
    assert_eq!(made.client.owner, Some(MemberId::new("mem_dan1")));
    let again = requests::approve(&desk, &operator, &application.id, &ask)
        .await
        .unwrap();
    assert_eq!(code(again), "in_use");
    let declined = requests::decline(&desk, &operator, &application.id, "No", None).await;
    assert_eq!(code(declined.unwrap()), "in_use");

    let shown = show(&desk, &seat, &made.client.id).await.unwrap().unwrap();
    assert!(shown.secrets.is_empty(), "nobody else has seen a secret of it");
    let ask = crate::registry::secret::Regenerate::default();
    assert!(
        regenerate(&desk, &seat, &by, &made.client.id, &ask)
            .await
            .unwrap()
            .is_ok()
    );
    let held = shelf.0.lock().unwrap();
    let told = |kind: &str| held.events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(told("application.made"), 1);
    assert_eq!(told("application.approved"), 1);
    assert_eq!(told("client.created"), 1);
    // Whoever asked and the admin are told, each once.
    let mut mailed = held.mailed.clone();
    mailed.sort();
    assert_eq!(mailed, ["ann@firm1.example", "dan@firm1.example"]);
}
