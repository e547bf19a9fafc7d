//! Mail, webhooks and logout tokens that wait to leave.
//!
//! What is to leave is a row, kept in the same transaction as the decision that caused it, and sent afterwards by any
//! node: so nothing is sent that was not decided, and nothing decided is forgotten when a process ends. A node claims a
//! row before it sends it. One that dies in between leaves the row to another a minute later, which may send it a
//! second time; the ids on the wire (`Message-ID`, `webhook-id`, `jti`) are then the same.

mod again;
mod postman;
mod round;

pub use again::{attempts, retry_farewell, retry_hook, retry_mail};
pub use postman::{Letter, Parcel, Parting, Postman, Undelivered};
pub use round::{Queue, run};

use crate::desk::Desk;
use crate::registry::{No, Registered, new_id};
use tollgate_model::{Change, Delivery, DeliveryId, Fault, HookId, Mail, MailId, Moment};
use zeroize::Zeroizing;

/// The longest subject, in characters. Names of clients may be as long.
const SUBJECT: usize = 200;

/// A mail that is kept with the decision that caused it, and leaves afterwards. The text may hold a link that works
/// once: it is sealed. The subject is kept as it is, and must not.
///
/// # Errors
/// A [`Fault`] of the source of chance or of the cipher (a text beyond 64 KiB is one).
pub fn mail(desk: &Desk, to: &str, subject: &str, text: &str) -> Result<Change, Fault> {
    let id = MailId::new(new_id(desk, "mal")?);
    let sealed = desk
        .sealer
        .seal(&place(&id), text.as_bytes())
        .map_err(|e| Fault::defect("sealing a mail", e))?;
    let now = desk.now();
    Ok(Change::AddMail(Mail {
        id,
        to: to.to_owned(),
        subject: line(subject),
        sealed: Some(sealed),
        created: now,
        next: Some(now),
        tries: 0,
        sent: None,
        problem: None,
    }))
}

/// A message to a hook that is kept with the decision that caused it, and leaves afterwards.
///
/// # Errors
/// A [`Fault`] of the source of chance.
pub fn message(desk: &Desk, hook: &HookId, topic: &str, body: &str, now: Moment) -> Result<Delivery, Fault> {
    Ok(Delivery {
        id: DeliveryId::new(new_id(desk, "msg")?),
        hook: hook.clone(),
        topic: topic.to_owned(),
        body: body.to_owned(),
        created: now,
        next: Some(now),
        tries: 0,
        delivered: None,
        status: None,
        problem: None,
    })
}

/// The text of a mail that a demo kept. Where mails leave nobody reads them: what they hold may open somebody's account.
///
/// # Errors
/// A [`Fault`] of the store, or when the text does not open.
pub async fn read(desk: &Desk, id: &MailId) -> Registered<Zeroizing<String>> {
    if !desk.terms.console.outbox {
        return Ok(Err(No::NotFound("text of this mail")));
    }
    let Some(mail) = desk.store.mail(id).await? else {
        return Ok(Err(No::NotFound("mail")));
    };
    match opened(desk, &mail)? {
        Some(text) => Ok(Ok(text)),
        None => Ok(Err(No::NotFound("text of this mail"))),
    }
}

/// The text of a mail, unless it was dropped.
fn opened(desk: &Desk, mail: &Mail) -> Result<Option<Zeroizing<String>>, Fault> {
    let Some(sealed) = &mail.sealed else {
        return Ok(None);
    };
    let bytes = desk
        .sealer
        .open(&place(&mail.id), sealed)
        .map_err(|e| Fault::defect("opening a mail", e))?;
    let text = std::str::from_utf8(&bytes).map_err(|e| Fault::defect("reading a mail", e))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

fn place(id: &MailId) -> String {
    format!("mail/{id}/text")
}

/// A subject is one line, whatever names stand in it.
fn line(subject: &str) -> String {
    subject
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(SUBJECT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_and_not_too_long() {
        assert_eq!(line("Robot\r\nBcc: all@firm.example"), "Robot  Bcc: all@firm.example");
        assert_eq!(line(&"ü".repeat(1000)).chars().count(), SUBJECT);
    }
}
