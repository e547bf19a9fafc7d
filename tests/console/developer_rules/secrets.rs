//! Secrets and tokens from the developer section.

use crate::scene::{Scene, asker, code, whole};
use tollgate_issuer::developer::*;
use tollgate_issuer::registry::grant::Scoped;
use tollgate_issuer::registry::secret::Regenerate;
use tollgate_issuer::registry::{self, Asker};
use tollgate_issuer::rights::{self, Seat};
use tollgate_issuer::token::answer::TokenAnswer;
use tollgate_issuer::verify::living;
use tollgate_model::{ApiId, State};

fn docs() -> ApiId {
    ApiId::new("docs")
}

/// The text of a token.
fn text(answer: &TokenAnswer) -> String {
    let answer = serde_json::to_value(answer).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

on_both_stores! {
    /// SS-9, SS-14, SS-15, SS-16: two people of a firm see the same, and one's Regenerate is everybody's; id and
    /// audience stay as they are.
    a_regenerate_is_the_whole_firms("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let (ann, dan) = (scene.sits("ann@firm1.example").await, scene.sits("dan@firm1.example").await);
        let seen = show(desk, &ann, id).await.unwrap().unwrap();
        assert!(ending(&seen.owned, scene.now()).is_empty(), "SS-10: there is none at first");
        let made = regenerate(desk, &dan, &asker(&dan), id, &Regenerate::default()).await.unwrap().unwrap();
        // SS-17: who pressed is on record, and nothing else of that person.
        assert_eq!(made.secret.created_by, format!("user:{}", dan.who().user().id));
        let then = show(desk, &ann, id).await.unwrap().unwrap();
        let ends: Vec<_> = ending(&then.owned, scene.now()).into_iter().map(|secret| &secret.id).collect();
        assert_eq!(ends, [&made.secret.id], "SS-58: this is what the next Regenerate ends");
        assert_eq!(then.owned.record().client.id, seen.owned.record().client.id);
        let audience = async |seat: &Seat| apis(desk, seat).await.unwrap().unwrap().remove(0).audience;
        assert_eq!(audience(&ann).await, audience(&dan).await);
    })

    /// SS-13, SS-16: of two tabs that press Regenerate on the same view one wins, and the other is told.
    of_two_tabs_one_regenerates("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let seen = show(desk, &seat, id).await.unwrap().unwrap();
        let ask = Regenerate { seen: Some(seen.owned.record().client.version), ..Regenerate::default() };
        let before = scene.told().await;
        let (first, second) = tokio::join!(
            regenerate(desk, &seat, &by, id, &ask),
            regenerate(desk, &seat, &by, id, &ask),
        );
        let mut answers = [first.unwrap(), second.unwrap()];
        answers.sort_by_key(Result::is_err);
        let [first, second] = answers;
        assert!(first.is_ok());
        assert_eq!(code(second), "stale");
        assert_eq!(scene.since(before).await.len(), 1);
    })

    /// SS-11, SS-12, CO6, SG-29: after its one answer a secret is in nothing that is shown, kept or told.
    a_secret_is_in_no_second_answer("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let made = regenerate(desk, &seat, &by, id, &Regenerate::default()).await.unwrap().unwrap();
        let plain = made.plain.expose();
        let shown = show(desk, &seat, id).await.unwrap().unwrap();
        let again = serde_json::to_string(&shown.secrets).unwrap();
        assert!(again.contains(made.secret.id.as_str()) && !again.contains(plain));
        assert!(!format!("{shown:?} {made:?}").contains(plain));
        assert_eq!(code(reveal(desk, &seat, &by, id, &made.secret.id).await.unwrap()), "forbidden");
        assert!(desk.store.sealed_secret(&made.secret.id).await.unwrap().is_none());
        let kept = desk.store.secrets(id).await.unwrap();
        assert_eq!(kept[0].digest, desk.digests.digest(plain).to_string(), "this is all that is kept of it");
        assert!(!serde_json::to_string(&scene.since(0).await).unwrap().contains(plain));
    })

    /// SE-7, SE10: where the terms let a secret be seen again, it is by a developer who has just shown the password,
    /// and each look is on record.
    a_secret_is_revealed_to_a_proved_developer("[secrets]\nrevealable = true", |scene: Scene| async move {
        let desk = scene.desk();
        let client = &scene.ours.client;
        let begun = scene.begins("dan@firm1.example").await;
        let sits = async || {
            let who = whole(desk, begun.token.expose()).await;
            rights::seat(desk, who).await.unwrap().unwrap()
        };
        let seat = sits().await;
        let by = asker(&seat);
        let made = regenerate(desk, &seat, &by, client, &Regenerate::default()).await.unwrap().unwrap();
        let id = &made.secret.id;
        let seen = reveal(desk, &seat, &by, client, id).await.unwrap().unwrap();
        assert_eq!(seen.as_str(), made.plain.expose());
        assert_eq!(scene.times("secret.revealed").await, 1);
        // It is kept sealed, not as it is.
        let sealed = desk.store.sealed_secret(id).await.unwrap().unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains(made.plain.expose()));

        scene.clock.forward(desk.terms.console.sessions.proved);
        let stale = sits().await;
        assert_eq!(code(reveal(desk, &stale, &by, client, id).await.unwrap()), "forbidden");
        let viewer = scene.sits("vic@firm1.example").await;
        assert_eq!(code(reveal(desk, &viewer, &by, client, id).await.unwrap()), "forbidden");
        assert_eq!(scene.times("secret.revealed").await, 1);
        let seat = scene.sits("dan@firm1.example").await;
        revoke_secret(desk, &seat, &by, client, id).await.unwrap().unwrap();
        assert_eq!(code(reveal(desk, &seat, &by, client, id).await.unwrap()), "not_found");
    })

    /// SE-2, SE-3, SS-17: a token at a click says what one bought with a secret says, but for the secret; it ends with
    /// the client's and the account's tokens, and that it was made is on record.
    a_token_at_a_click_is_the_clients("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let before = scene.told().await;
        let answer = test_token(desk, &seat, &by, id, &docs()).await.unwrap().unwrap();
        let token = text(&answer);
        let alive = living(desk, &token, scene.now()).unwrap().token;
        assert_eq!(alive.client_id, id.as_str());
        assert_eq!(alive.audience, ["https://api.example/docs"]);
        assert_eq!(alive.scopes.to_string(), "read");
        assert_eq!(alive.expires - alive.issued, desk.store.apis().await.unwrap()[0].lifetime);
        assert!(!format!("{alive:?}").contains("dan"), "no person is in it");
        let mark = alive.mark.unwrap();
        assert_eq!((mark.account.as_str(), mark.secret), (scene.ours.account.as_str(), None));

        revoke_tokens(desk, &seat, &by, id).await.unwrap().unwrap();
        assert_eq!(living(desk, &token, scene.now()), None);
        let events = scene.since(before).await;
        let told: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(told, ["token.tested", "client.tokens_revoked"]);
        assert!(!serde_json::to_string(&events).unwrap().contains(&token));
    })

    /// SE-2: who only looks makes no token, and a client that is off gets none.
    a_token_at_a_click_has_its_conditions("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let (dan, vic) = (scene.sits("dan@firm1.example").await, scene.sits("vic@firm1.example").await);
        let by = asker(&dan);
        assert_eq!(code(test_token(desk, &vic, &asker(&vic), id, &docs()).await.unwrap()), "forbidden");
        let mail = ApiId::new("mail");
        assert_eq!(code(test_token(desk, &dan, &by, id, &mail).await.unwrap()), "not_found");
        set_state(desk, &dan, &by, id, State::Disabled, None).await.unwrap().unwrap();
        assert_eq!(code(test_token(desk, &dan, &by, id, &docs()).await.unwrap()), "forbidden");
    })

    /// SG-13, SG-25: scopes that are saved are in the next token, and not before.
    saved_scopes_are_in_the_next_token("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let seat = scene.sits("dan@firm1.example").await;
        let by = asker(&seat);
        let token = async || {
            let answer = test_token(desk, &seat, &by, id, &docs()).await.unwrap().unwrap();
            living(desk, &text(&answer), scene.now()).unwrap().token.scopes.to_string()
        };
        assert_eq!(token().await, "read");
        let ask = Scoped { api: docs(), scopes: vec!["read".into(), "write".into()], seen: None };
        set_scopes(desk, &seat, &by, id, &ask).await.unwrap().unwrap();
        assert_eq!(token().await, "read write");
    })

    /// CO5: a member switches on what a member switched off, and not what those who run the place did.
    what_was_stopped_from_above_stays_stopped("", |scene: Scene| async move {
        let desk = scene.desk();
        let id = &scene.ours.client;
        let (ann, dan) = (scene.sits("ann@firm1.example").await, scene.sits("dan@firm1.example").await);
        let operator = scene.visits().await;
        let (off, on) = (State::Disabled, State::Active);
        let set = async |seat: &Seat, state| set_state(desk, seat, &asker(seat), id, state, None).await.unwrap();
        assert!(set(&ann, off).await.is_ok());
        assert!(set(&dan, on).await.is_ok());
        assert!(set(&operator, off).await.is_ok());
        assert_eq!(code(set(&ann, on).await), "forbidden");
        assert!(set(&operator, on).await.is_ok());

        // The management API and the command line come with another credential.
        let ask = registry::client::Revise { state: Some(off), ..registry::client::Revise::default() };
        assert!(registry::client::revise(desk, &Asker::system(), id, &ask).await.unwrap().is_ok());
        assert_eq!(code(set(&dan, on).await), "forbidden");
    })
}
