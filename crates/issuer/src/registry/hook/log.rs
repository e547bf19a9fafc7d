//! What was sent to a webhook, and sending something again.

use super::{decide, show};
use crate::alerts::{self, PING};
use crate::desk::Desk;
use crate::outbox;
use crate::registry::{Asker, No, Registered, settle};
use serde_json::json;
use tollgate_model::{
    AccountId, Allowance, Change, Decision, Delivery, DeliveryId, Hook, HookId, Listed, Moment, Page, State,
};

/// How many messages a person may send by hand in a window, for one account.
const BY_HAND: i64 = 60;
/// The window, in seconds.
const WINDOW: i64 = 3600;

/// What was sent to a hook, newest first. [`outbox::attempts`] makes a count of attempts of `tries`.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store.
pub async fn deliveries(desk: &Desk, account: &AccountId, id: &HookId, page: &Page) -> Registered<Listed<Delivery>> {
    if let Err(no) = show(desk, account, id).await? {
        return Ok(Err(no));
    }
    Ok(Ok(desk.store.deliveries(id, page).await?))
}

/// Sends a `ping`, to try the address and the signature.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn ping(desk: &Desk, asker: &Asker, account: &AccountId, id: &HookId) -> Registered<Delivery> {
    by_hand(desk, asker, account, id, What::Ping).await
}

/// Sends the content of an earlier message once more, as a message of its own.
///
/// # Errors
/// A [`tollgate_model::Fault`] of the store or of the source of chance.
pub async fn redeliver(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    id: &HookId,
    delivery: &DeliveryId,
) -> Registered<Delivery> {
    by_hand(desk, asker, account, id, What::Again(delivery)).await
}

/// What a person may send.
#[derive(Clone, Copy)]
enum What<'a> {
    Ping,
    Again(&'a DeliveryId),
}

async fn by_hand(desk: &Desk, asker: &Asker, account: &AccountId, id: &HookId, what: What<'_>) -> Registered<Delivery> {
    settle(desk, "webhook", async || {
        let hook = match show(desk, account, id).await? {
            Ok(hook) => hook,
            Err(no) => return Ok(Err(no)),
        };
        let now = desk.now();
        let (kind, message) = match what {
            What::Ping => (
                "hook.pinged",
                outbox::message(desk, id, PING, &ping_body(&hook, now), now)?,
            ),
            What::Again(delivery) => match desk.store.delivery(delivery).await? {
                Some(old) if old.hook == hook.id => {
                    let message = outbox::message(desk, id, &old.topic, &old.body, now)?;
                    ("hook.redelivered", message)
                }
                _ => return Ok(Err(No::NotFound("delivery"))),
            },
        };
        let taken = desk.store.allowance(&bucket(account)).await?;
        Ok(send(&hook, taken, message, kind, asker, now))
    })
    .await
}

fn ping_body(hook: &Hook, now: Moment) -> String {
    alerts::body(PING, now, &json!({ "account": hook.account, "hook": hook.id }))
}

fn bucket(account: &AccountId) -> String {
    format!("hook:{account}")
}

/// As often as that is reasonable: nobody is to be flooded through us.
fn send(
    hook: &Hook,
    taken: Option<Allowance>,
    message: Delivery,
    kind: &str,
    asker: &Asker,
    now: Moment,
) -> Result<Decision<Delivery>, No> {
    if hook.state == State::Disabled {
        return Err(No::InUse("this webhook is disabled; enable it first".to_owned()));
    }
    let used = taken
        .filter(|taken| now.since(taken.started) < WINDOW)
        .map_or(0, |taken| taken.used);
    if used >= BY_HAND {
        let problem = format!("at most {BY_HAND} messages an hour are sent by hand; wait a little");
        return Err(No::InUse(problem));
    }
    let changes = vec![
        Change::Take {
            bucket: bucket(&hook.account),
            limit: BY_HAND,
            window: WINDOW,
            now,
        },
        Change::AddDelivery(message.clone()),
        decide::told(hook, kind, asker, now),
    ];
    Ok(Decision::with(message, changes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::facts::{NOW, asker, told};
    use crate::registry::hook::decide::tests::hook;

    fn message() -> Delivery {
        Delivery {
            id: DeliveryId::new("msg_1"),
            hook: hook().id,
            topic: "ping".into(),
            body: "{}".into(),
            created: NOW,
            next: Some(NOW),
            tries: 0,
            delivered: None,
            status: None,
            problem: None,
        }
    }

    #[test]
    fn a_message_sent_by_hand_is_counted_and_told() {
        let made = send(&hook(), None, message(), "hook.pinged", &asker(), NOW).unwrap();
        assert_eq!(made.answer, message());
        assert_eq!(told(&made.changes), ["hook.pinged"]);
        assert!(matches!(made.changes.first(), Some(Change::Take { bucket, .. }) if bucket == "hook:acc_1"));
        assert!(made.changes.contains(&Change::AddDelivery(message())));
    }

    #[test]
    fn nobody_is_flooded_through_a_webhook() {
        let full = Allowance {
            started: NOW,
            used: BY_HAND,
        };
        let no = send(&hook(), Some(full), message(), "hook.pinged", &asker(), NOW).unwrap_err();
        assert!(matches!(no, No::InUse(_)));
        let later = NOW.plus(WINDOW);
        assert!(send(&hook(), Some(full), message(), "hook.pinged", &asker(), later).is_ok());
    }

    #[test]
    fn a_disabled_hook_is_told_nothing() {
        let disabled = Hook {
            state: State::Disabled,
            ..hook()
        };
        let no = send(&disabled, None, message(), "hook.pinged", &asker(), NOW).unwrap_err();
        assert!(matches!(no, No::InUse(_)));
    }
}
