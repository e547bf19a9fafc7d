//! The audit log.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{
    AccountId, Event, Fault, Listed, Moment, Page,
    event::{Actor, EventFilter, Outcome},
};

statements! {
    RECORD = "INSERT INTO event (at, actor, kind, account, subject, outcome, refusal, request, detail) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    // Three texts with the same parameters, so that each filter walks the index it narrows most by.
    ABOUT_SUBJECT = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail FROM event \
        WHERE subject = ?1 AND (CAST(?2 AS TEXT) IS NULL OR account = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND at >= ?4 AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
    OF_ACCOUNT = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail FROM event \
        WHERE account = ?2 AND (CAST(?1 AS TEXT) IS NULL OR subject = ?1) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND at >= ?4 AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
    OF_ALL = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail FROM event \
        WHERE (CAST(?1 AS TEXT) IS NULL OR subject = ?1) AND (CAST(?2 AS TEXT) IS NULL OR account = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND at >= ?4 AND seq < ?5 ORDER BY seq DESC LIMIT ?6";
}

fn row(columns: &mut Columns) -> Result<Event, Damaged> {
    Ok(Event {
        seq: columns.int()?,
        at: columns.moment()?,
        actor: columns.word(|text| Actor::try_from(text.to_owned()).ok())?,
        kind: columns.text()?,
        account: columns.text_if_any()?.map(AccountId::new),
        subject: columns.text()?,
        outcome: {
            let word = columns.text()?;
            match (word.as_str(), columns.text_if_any()?) {
                ("done", None) => Outcome::Done,
                ("refused", Some(code)) => Outcome::Refused(code),
                _ => return Err(columns.damaged("an outcome")),
            }
        },
        request: columns.text_if_any()?,
        detail: columns.json()?,
    })
}

pub(crate) fn record(event: &Event) -> Result<Step, Fault> {
    let (outcome, refusal) = match &event.outcome {
        Outcome::Done => ("done", None),
        Outcome::Refused(code) => ("refused", Some(code)),
    };
    Ok(Step::must(
        &RECORD,
        binds![
            event.at,
            event.actor.to_string(),
            &event.kind,
            event.account.as_ref().map(AccountId::as_str),
            &event.subject,
            outcome,
            refusal,
            event.request.as_ref(),
            json(&event.detail)?,
        ],
    ))
}

/// A cursor that is no place in the log leads nowhere: an empty page. Who hands cursors in checks them.
pub(crate) async fn page<E: Engine>(engine: &E, filter: &EventFilter, page: &Page) -> Result<Listed<Event>, Fault> {
    let before = match page.after.as_deref().map(str::parse::<i64>) {
        None => i64::MAX,
        Some(Ok(seq)) => seq,
        Some(Err(_)) => {
            return Ok(Listed {
                items: Vec::new(),
                next: None,
            });
        }
    };
    let statement = match (&filter.subject, &filter.account) {
        (Some(_), _) => &ABOUT_SUBJECT,
        (None, Some(_)) => &OF_ACCOUNT,
        (None, None) => &OF_ALL,
    };
    let ask = Ask::new(
        statement,
        binds![
            filter.subject.as_ref(),
            filter.account.as_ref().map(AccountId::as_str),
            filter.kind.as_ref(),
            filter.since.unwrap_or(Moment(i64::MIN)),
            before,
            engine::reach(page),
        ],
    );
    let found = engine::all(engine, "reading the audit log", ask, row).await?;
    Ok(engine::leaf(page, found, |event| event.seq.to_string()))
}
