//! Secrets and tokens from the developer section.

use super::shelf::{desk, sits, sits_since, visits};
use super::*;
use crate::registry::facts::NOW;
use crate::registry::grant::Scoped;
use crate::registry::secret::Regenerate;
use crate::token::answer::TokenAnswer;
use crate::verify::living;
use tollgate_model::{ApiId, ClientId, State};

fn one() -> ClientId {
    ClientId::new("client-one")
}

fn docs() -> ApiId {
    ApiId::new("docs")
}

/// SS-9, SS-14, SS-15, SS-16: two people of a firm see the same, and one's Regenerate is everybody's; id and audience
/// stay as they are.
#[tokio::test]
async fn a_regenerate_is_the_whole_firms() {
    let (desk, _) = desk(terms()).await;
    let (ann, dan) = (
        sits(&desk, "ann@firm1.example").await,
        sits(&desk, "dan@firm1.example").await,
    );
    let seen = show(&desk, &ann, &one()).await.unwrap().unwrap();
    assert!(ending(&seen.owned, NOW).is_empty(), "SS-10: there is none at first");
    let by = asker(&dan);
    let made = regenerate(&desk, &dan, &by, &one(), &Regenerate::default()).await;
    let made = made.unwrap().unwrap();
    // SS-17: who pressed is on record, and nothing else of that person.
    assert_eq!(made.secret.created_by, "user:usr_dan@firm1.example");
    let then = show(&desk, &ann, &one()).await.unwrap().unwrap();
    let ends: Vec<_> = ending(&then.owned, NOW).into_iter().map(|secret| &secret.id).collect();
    assert_eq!(ends, [&made.secret.id], "SS-58: this is what the next Regenerate ends");
    assert_eq!(then.owned.record().client.id, seen.owned.record().client.id);
    let audience = async |seat: &Seat| apis(&desk, seat).await.unwrap().unwrap().remove(0).audience;
    assert_eq!(audience(&ann).await, audience(&dan).await);
}

/// SS-13, SS-16: of two tabs that press Regenerate on the same view one wins, and the other is told.
#[tokio::test]
async fn of_two_tabs_one_regenerates() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let seen = show(&desk, &seat, &one()).await.unwrap().unwrap();
    let ask = Regenerate {
        seen: Some(seen.owned.record().client.version),
        ..Regenerate::default()
    };
    let id = one();
    let (first, second) = tokio::join!(
        regenerate(&desk, &seat, &by, &id, &ask),
        regenerate(&desk, &seat, &by, &id, &ask),
    );
    assert!(first.unwrap().is_ok());
    assert_eq!(code(second.unwrap()), "stale");
    assert_eq!(shelf.0.lock().unwrap().events.len(), 1);
}

/// SS-11, SS-12, CO6, SG-29: after its one answer a secret is in nothing that is shown, kept or told.
#[tokio::test]
async fn a_secret_is_in_no_second_answer() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let made = regenerate(&desk, &seat, &by, &one(), &Regenerate::default()).await;
    let made = made.unwrap().unwrap();
    let text = made.plain.expose();
    let shown = show(&desk, &seat, &one()).await.unwrap().unwrap();
    let again = serde_json::to_string(&shown.secrets).unwrap();
    assert!(again.contains(made.secret.id.as_str()) && !again.contains(text));
    assert!(!format!("{shown:?} {made:?}").contains(text));
    let refused = reveal(&desk, &seat, &by, &one(), &made.secret.id).await.unwrap();
    assert_eq!(code(refused), "forbidden");
    let held = shelf.0.lock().unwrap();
    assert!(held.sealed.is_empty());
    let digest = desk.digests.digest(text).to_string();
    assert_eq!(
        held.records[0].secrets[0].digest, digest,
        "this is all that is kept of it"
    );
    assert!(!serde_json::to_string(&held.events).unwrap().contains(text));
}

/// SE-7, SE10: where the terms let a secret be seen again, it is by a developer who has just shown the password, and
/// each look is on record.
#[tokio::test]
async fn a_secret_is_revealed_to_a_proved_developer() {
    let mut open = terms();
    open.console.revealable = true;
    let (desk, shelf) = desk(open).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let made = regenerate(&desk, &seat, &by, &one(), &Regenerate::default()).await;
    let made = made.unwrap().unwrap();
    let id = &made.secret.id;
    let seen = reveal(&desk, &seat, &by, &one(), id).await.unwrap().unwrap();
    assert_eq!(seen.as_str(), made.plain.expose());
    let looked = |shelf: &shelf::Shelf| {
        let held = shelf.0.lock().unwrap();
        held.events
            .iter()
            .filter(|event| event.kind == "secret.revealed")
            .count()
    };
    assert_eq!(looked(&shelf), 1);

    let long_ago = NOW.plus(-desk.terms.console.sessions.proved);
    let stale = sits_since(&desk, "dan@firm1.example", long_ago).await;
    assert_eq!(code(reveal(&desk, &stale, &by, &one(), id).await.unwrap()), "forbidden");
    let viewer = sits(&desk, "vic@firm1.example").await;
    assert_eq!(
        code(reveal(&desk, &viewer, &by, &one(), id).await.unwrap()),
        "forbidden"
    );
    assert_eq!(looked(&shelf), 1);
    revoke_secret(&desk, &seat, &by, &one(), id).await.unwrap().unwrap();
    assert_eq!(code(reveal(&desk, &seat, &by, &one(), id).await.unwrap()), "not_found");
}

/// The text of a token.
fn text(answer: &TokenAnswer) -> String {
    let answer = serde_json::to_value(answer).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// SE-2, SE-3, SS-17: a token at a click says what one bought with a secret says, but for the secret; it ends with the
/// client's and the account's tokens, and that it was made is on record.
#[tokio::test]
async fn a_token_at_a_click_is_the_clients() {
    let (desk, shelf) = desk(terms()).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let answer = test_token(&desk, &seat, &by, &one(), &docs()).await.unwrap().unwrap();
    let token = text(&answer);
    let alive = living(&desk, &token, NOW).unwrap().token;
    assert_eq!(alive.client_id, "client-one");
    assert_eq!(alive.audience, ["https://api.example/docs"]);
    assert_eq!(alive.scopes.to_string(), "read");
    assert_eq!(alive.expires - alive.issued, 3600);
    assert!(!format!("{alive:?}").contains("dan"), "no person is in it");
    let mark = alive.mark.unwrap();
    assert_eq!((mark.account.as_str(), mark.secret), ("acc_1", None));

    revoke_tokens(&desk, &seat, &by, &one()).await.unwrap().unwrap();
    assert_eq!(living(&desk, &token, NOW), None);
    let held = shelf.0.lock().unwrap();
    let told: Vec<_> = held.events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(told, ["token.tested", "client.tokens_revoked"]);
    assert!(!serde_json::to_string(&held.events).unwrap().contains(&token));
}

/// SE-2: who only looks makes no token, and a client that is off gets none.
#[tokio::test]
async fn a_token_at_a_click_has_its_conditions() {
    let (desk, _) = desk(terms()).await;
    let (dan, vic) = (
        sits(&desk, "dan@firm1.example").await,
        sits(&desk, "vic@firm1.example").await,
    );
    let by = asker(&dan);
    assert_eq!(
        code(test_token(&desk, &vic, &asker(&vic), &one(), &docs()).await.unwrap()),
        "forbidden"
    );
    let other = ApiId::new("other");
    assert_eq!(
        code(test_token(&desk, &dan, &by, &one(), &other).await.unwrap()),
        "not_found"
    );
    set_state(&desk, &dan, &by, &one(), State::Disabled, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        code(test_token(&desk, &dan, &by, &one(), &docs()).await.unwrap()),
        "forbidden"
    );
}

/// SG-13, SG-25: scopes that are saved are in the next token, and not before.
#[tokio::test]
async fn saved_scopes_are_in_the_next_token() {
    let (desk, _) = desk(terms()).await;
    let seat = sits(&desk, "dan@firm1.example").await;
    let by = asker(&seat);
    let token = async || {
        let answer = test_token(&desk, &seat, &by, &one(), &docs()).await.unwrap().unwrap();
        let alive = living(&desk, &text(&answer), NOW).unwrap();
        alive.token.scopes.to_string()
    };
    assert_eq!(token().await, "read");
    let ask = Scoped {
        api: docs(),
        scopes: vec!["read".into(), "write".into()],
        seen: None,
    };
    set_scopes(&desk, &seat, &by, &one(), &ask).await.unwrap().unwrap();
    assert_eq!(token().await, "read write");
}

/// CO5: a member switches on what a member switched off, and not what those who run the place did.
#[tokio::test]
async fn what_was_stopped_from_above_stays_stopped() {
    let (desk, _) = desk(terms()).await;
    let (ann, dan) = (
        sits(&desk, "ann@firm1.example").await,
        sits(&desk, "dan@firm1.example").await,
    );
    let operator = visits(&desk).await;
    let (off, on) = (State::Disabled, State::Active);
    let set = async |seat: &Seat, state| set_state(&desk, seat, &asker(seat), &one(), state, None).await.unwrap();
    assert!(set(&ann, off).await.is_ok());
    assert!(set(&dan, on).await.is_ok());
    assert!(set(&operator, off).await.is_ok());
    assert_eq!(code(set(&ann, on).await), "forbidden");
    assert!(set(&operator, on).await.is_ok());

    // The management API and the command line come with an operator's credential.
    let credential = crate::registry::facts::asker();
    let ask = crate::registry::client::Revise {
        state: Some(off),
        ..crate::registry::client::Revise::default()
    };
    let done = crate::registry::client::revise(&desk, &credential, &one(), &ask).await;
    assert!(done.unwrap().is_ok());
    assert_eq!(code(set(&dan, on).await), "forbidden");
}
