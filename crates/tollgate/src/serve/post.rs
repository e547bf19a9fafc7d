//! What leaves the house goes by the room that knows how.

use tollgate_issuer::outbox::{Letter, Parcel, Parting, Postman, Undelivered};
use tollgate_model::Answer;
use tollgate_post::hook::{self, Hooks};
use tollgate_post::mail::{self, Mailer};

/// Mails by SMTP, webhooks and logout tokens over HTTP. Without a mail server letters wait in the outbox; where it is shown they count
/// as delivered there: that is how a demo delivers.
pub(super) struct Post {
    mailer: Option<Mailer>,
    hooks: Hooks,
    /// Whether the outbox is where letters arrive.
    outbox: bool,
}

impl Post {
    /// By these.
    pub(super) const fn new(mailer: Option<Mailer>, hooks: Hooks, outbox: bool) -> Self {
        Self { mailer, hooks, outbox }
    }
}

impl Postman for Post {
    fn mail<'a>(&'a self, letter: &'a Letter<'a>) -> Answer<'a, Result<(), Undelivered>> {
        Box::pin(async move {
            let mailer = match &self.mailer {
                Some(mailer) => mailer,
                None if self.outbox => return Ok(()),
                None => {
                    return Err(Undelivered::Later {
                        problem: "there is no [mail] to send it by".to_owned(),
                        status: None,
                    });
                }
            };
            let letter = mail::Letter {
                to: letter.to.to_owned(),
                subject: letter.subject.to_owned(),
                text: letter.text.to_owned(),
                id: letter.id.to_string(),
            };
            mailer.send(&letter).await.map_err(undelivered)
        })
    }

    fn hook<'a>(&'a self, parcel: &'a Parcel<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        Box::pin(async move {
            let parcel = hook::Parcel {
                url: parcel.url,
                id: parcel.id.as_str(),
                timestamp: parcel.at.0,
                body: parcel.body.as_bytes().to_vec(),
                keys: parcel.keys,
            };
            self.hooks.deliver(&parcel).await.map(i64::from).map_err(undelivered)
        })
    }

    fn farewell<'a>(&'a self, parting: &'a Parting<'a>) -> Answer<'a, Result<i64, Undelivered>> {
        Box::pin(async move {
            let told = self.hooks.farewell(parting.uri, parting.token).await;
            told.map(i64::from).map_err(undelivered)
        })
    }

    fn keeps_text(&self) -> bool {
        self.outbox
    }
}

fn undelivered(failed: tollgate_post::Undelivered) -> Undelivered {
    let problem = failed.to_string();
    match failed {
        tollgate_post::Undelivered::Later(problem) => Undelivered::Later { problem, status: None },
        tollgate_post::Undelivered::Never(problem) => Undelivered::Never { problem, status: None },
        // RFC 9110 §15.5.11: who is gone does not come back.
        tollgate_post::Undelivered::Answered(410) => Undelivered::Never {
            problem,
            status: Some(410),
        },
        tollgate_post::Undelivered::Answered(status) => Undelivered::Later {
            problem,
            status: Some(i64::from(status)),
        },
    }
}

#[cfg(test)]
mod tests;
