//! One round of the outbox: claim what is due, send it, note what came of it.

mod farewell;

use super::{Letter, Parcel, Postman, Undelivered, attempts, opened, retry_hook, retry_mail};
use crate::desk::Desk;
use crate::registry::hook;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tollgate_model::{Change, Delivery, Farewell, Fault, Kept, Mail, Moment, State, Tried};

/// For how many seconds a row belongs to the node that claimed it.
const CLAIM: i64 = 60;

/// How long one try may take: shorter than the claim, or another node would begin meanwhile.
const PATIENCE: Duration = Duration::from_secs(45);

/// How many of a queue are on their way at once: one receiver that does not answer must not keep the others waiting.
const AT_ONCE: usize = 32;

/// What leaves apart from the rest. Receivers of webhooks are anybody's: one that lets us wait must not hold up a mail
/// with which somebody signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    /// Mails.
    Mails,
    /// Messages to webhooks; of each webhook a few in one round.
    Messages,
    /// Logout tokens. A client that is slow to take them must not hold up others, so that its round may still be under way
    /// when the next begins: the claims keep the two apart.
    Farewells,
}

/// Claims what is due now in a queue, sends it and notes what came of it. Returns how many were tried, those that did
/// not arrive too; 0 when there is nothing more to do now. Two nodes that do this at once never send the same.
///
/// # Errors
/// A [`Fault`] of the store. What was claimed then is tried again a minute later.
pub async fn run(desk: &Arc<Desk>, postman: &Arc<dyn Postman>, queue: Queue) -> Result<usize, Fault> {
    let now = desk.now();
    let due: Vec<_> = match queue {
        Queue::Mails => desk.store.mails_due(now).await?.into_iter().map(Due::Mail).collect(),
        Queue::Messages => {
            let due = desk.store.deliveries_due(now).await?;
            due.into_iter().map(Due::Delivery).collect()
        }
        Queue::Farewells => {
            let due = desk.store.farewells_due(now).await?;
            due.into_iter().map(Due::Farewell).collect()
        }
    };
    let mut going = JoinSet::new();
    let mut sent = 0;
    let mut broken = None;
    for due in due {
        if going.len() >= AT_ONCE {
            came_back(going.join_next().await, &mut sent, &mut broken);
        }
        let (desk, postman) = (Arc::clone(desk), Arc::clone(postman));
        going.spawn(async move {
            match due {
                Due::Mail(mail) => one_mail(&desk, &*postman, mail).await,
                Due::Delivery(delivery) => one_delivery(&desk, &*postman, delivery).await,
                Due::Farewell(farewell) => farewell::one(&desk, &*postman, farewell).await,
            }
        });
    }
    while !going.is_empty() {
        came_back(going.join_next().await, &mut sent, &mut broken);
    }
    broken.map_or(Ok(sent), Err)
}

enum Due {
    Mail(Mail),
    Delivery(Delivery),
    Farewell(Farewell),
}

type Back = Option<Result<Result<bool, Fault>, tokio::task::JoinError>>;

fn came_back(back: Back, sent: &mut usize, broken: &mut Option<Fault>) {
    match back {
        Some(Ok(Ok(tried))) => *sent += usize::from(tried),
        // The others are still on their way; what is broken is told when they are back.
        Some(Ok(Err(fault))) => *broken = Some(fault),
        Some(Err(error)) => *broken = Some(Fault::defect("sending", error)),
        None => {}
    }
}

async fn one_mail(desk: &Desk, postman: &dyn Postman, mail: Mail) -> Result<bool, Fault> {
    let note = |tried| Change::MailTried {
        id: mail.id.clone(),
        tried,
        keep_text: postman.keeps_text(),
    };
    let claim = claimed(mail.tries, mail.problem.as_ref(), None, desk.now());
    if desk.memory.keep(vec![note(claim)]).await? == Kept::Stale {
        return Ok(false);
    }
    let outcome = match opened(desk, &mail) {
        Ok(Some(text)) => {
            let letter = Letter {
                id: &mail.id,
                to: &mail.to,
                subject: &mail.subject,
                text: &text,
            };
            in_time(postman.mail(&letter)).await.map(|()| None)
        }
        Ok(None) => Err(never("its text is gone")),
        // Sealed under a master key that is not here: nothing that waiting mends.
        Err(fault) => {
            tracing::error!(doing = fault.doing, source = %fault.source, mail = %mail.id, "a mail cannot be sent");
            Err(never("its text cannot be opened"))
        }
    };
    if let Err(Undelivered::Never { problem, .. }) = &outcome {
        tracing::warn!(mail = %mail.id, problem, "a mail was given up");
    }
    let came = noted(mail.tries + 1, outcome, retry_mail, desk.now());
    stand(desk.memory.keep(vec![note(came)]).await?, "mail", mail.id.as_str());
    Ok(true)
}

async fn one_delivery(desk: &Desk, postman: &dyn Postman, delivery: Delivery) -> Result<bool, Fault> {
    // Removed together with its deliveries, a moment ago.
    let Some(hook) = desk.store.hook(&delivery.hook).await? else {
        return Ok(false);
    };
    let note = |tried| Change::DeliveryTried {
        id: delivery.id.clone(),
        tried,
    };
    let claim = claimed(delivery.tries, delivery.problem.as_ref(), delivery.status, desk.now());
    if desk.memory.keep(vec![note(claim)]).await? == Kept::Stale {
        return Ok(false);
    }
    let at = desk.now();
    let outcome = match (hook.state, hook::keys(desk, &hook, at)) {
        (State::Disabled, _) => Err(never("the webhook is disabled")),
        (State::Active, Ok(keys)) => {
            let parcel = Parcel {
                id: &delivery.id,
                url: &hook.url,
                at,
                body: &delivery.body,
                keys: &keys,
            };
            in_time(postman.hook(&parcel)).await.map(Some)
        }
        (State::Active, Err(fault)) => {
            tracing::error!(doing = fault.doing, source = %fault.source, hook = %hook.id, "a webhook cannot be sent");
            Err(never("the signing key cannot be opened; rotate it"))
        }
    };
    let came = noted(delivery.tries + 1, outcome, retry_hook, desk.now());
    // A hook that was removed meanwhile took its deliveries along: there is nothing left to note.
    let kept = desk.memory.keep(vec![note(came)]).await?;
    stand(kept, "delivery", delivery.id.as_str());
    Ok(true)
}

async fn in_time<T>(trying: impl Future<Output = Result<T, Undelivered>>) -> Result<T, Undelivered> {
    match tokio::time::timeout(PATIENCE, trying).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Undelivered::Later {
            problem: "it took too long".to_owned(),
            status: None,
        }),
    }
}

fn never(problem: &str) -> Undelivered {
    Undelivered::Never {
        problem: problem.to_owned(),
        status: None,
    }
}

fn stand(kept: Kept, what: &str, id: &str) {
    if kept == Kept::Stale {
        tracing::warn!(
            what,
            id,
            "what came of a try was not noted: somebody else had it meanwhile"
        );
    }
}

/// A try begins. What came of the one before stays to be read.
fn claimed(tries: i64, problem: Option<&String>, status: Option<i64>, now: Moment) -> Tried {
    Tried {
        was: tries,
        next: Some(now.plus(CLAIM)),
        done: None,
        problem: problem.cloned(),
        status,
    }
}

/// A try ended. `tries` counts this one's claim already.
fn noted(
    tries: i64,
    outcome: Result<Option<i64>, Undelivered>,
    retry: impl Fn(i64) -> Option<i64>,
    now: Moment,
) -> Tried {
    let (next, done, problem, status) = match outcome {
        Ok(status) => (None, Some(now), None, status),
        Err(Undelivered::Later { problem, status }) => {
            let next = retry(attempts(tries)).map(|wait| now.plus(wait));
            (next, None, Some(problem), status)
        }
        Err(Undelivered::Never { problem, status }) => (None, None, Some(problem), status),
    };
    Tried {
        was: tries,
        next,
        done,
        problem,
        status,
    }
}

#[cfg(test)]
mod tests;
