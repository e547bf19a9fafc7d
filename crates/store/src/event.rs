//! The audit log.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds, json},
};
use tollgate_model::{
    AccountId, AuditHead, Event, Fault, Listed, Moment, Page, audit,
    event::{Actor, EventFilter, Outcome},
};

statements! {
    /// Takes the next place and chains the event there to those before it. The row stays locked until the
    /// commit, so places are given without a gap and each hash is over one that stays. Between the place
    /// and the event's text stands the blank that the parameter begins with.
    ADVANCE = "UPDATE event_head SET seq = seq + 1, \
        hash = tollgate_chain(hash, CAST(seq + 1 AS TEXT) || CAST(?1 AS TEXT))";
    RECORD = "INSERT INTO event (seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash) \
        SELECT seq, CAST(?1 AS BIGINT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT), CAST(?5 AS TEXT), \
        CAST(?6 AS TEXT), CAST(?7 AS TEXT), CAST(?8 AS TEXT), CAST(?9 AS TEXT), hash FROM event_head";
    HEAD = "SELECT seq, hash FROM event_head";
    AFTER = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash FROM event \
        WHERE seq > ?1 ORDER BY seq LIMIT 1000";
    // Four texts with the same parameters, so that each filter walks the index it narrows most by.
    ABOUT_SUBJECT = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash FROM event \
        WHERE subject = ?1 AND (CAST(?2 AS TEXT) IS NULL OR account = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (CAST(?4 AS TEXT) IS NULL OR actor = ?4) \
        AND at >= ?5 AND at < ?6 AND seq < ?7 ORDER BY seq DESC LIMIT ?8";
    OF_ACCOUNT = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash FROM event \
        WHERE account = ?2 AND (CAST(?1 AS TEXT) IS NULL OR subject = ?1) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (CAST(?4 AS TEXT) IS NULL OR actor = ?4) \
        AND at >= ?5 AND at < ?6 AND seq < ?7 ORDER BY seq DESC LIMIT ?8";
    BY_ACTOR = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash FROM event \
        WHERE actor = ?4 AND (CAST(?1 AS TEXT) IS NULL OR subject = ?1) \
        AND (CAST(?2 AS TEXT) IS NULL OR account = ?2) AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) \
        AND at >= ?5 AND at < ?6 AND seq < ?7 ORDER BY seq DESC LIMIT ?8";
    OF_ALL = "SELECT seq, at, actor, kind, account, subject, outcome, refusal, request, detail, hash FROM event \
        WHERE (CAST(?1 AS TEXT) IS NULL OR subject = ?1) AND (CAST(?2 AS TEXT) IS NULL OR account = ?2) \
        AND (CAST(?3 AS TEXT) IS NULL OR kind = ?3) AND (CAST(?4 AS TEXT) IS NULL OR actor = ?4) \
        AND at >= ?5 AND at < ?6 AND seq < ?7 ORDER BY seq DESC LIMIT ?8";
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
        hash: columns.text()?,
    })
}

/// The two steps that add an event to the log and its chain.
///
/// # Errors
/// A defect, when it cannot be written as JSON.
pub(crate) fn record(event: &Event) -> Result<[Step; 2], Fault> {
    let event = &as_kept(event);
    let text = audit::text(event).map_err(|error| Fault::defect("writing an event as JSON", error))?;
    let advance = Step::must(&ADVANCE, binds![format!(" {text}")]);
    let (outcome, refusal) = match &event.outcome {
        Outcome::Done => ("done", None),
        Outcome::Refused(code) => ("refused", Some(code)),
    };
    let record = Step::must(
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
    );
    Ok([advance, record])
}

/// The event as it will be read again: what is chained must be what is on record. Texts in JSON keep a NUL,
/// being escaped.
fn as_kept(event: &Event) -> Event {
    let kept = |text: &str| text.replace('\0', "\u{FFFD}");
    Event {
        actor: Actor::try_from(kept(&event.actor.to_string())).unwrap_or_else(|_| event.actor.clone()),
        kind: kept(&event.kind),
        account: event.account.as_ref().map(|id| AccountId::new(kept(id.as_str()))),
        subject: kept(&event.subject),
        outcome: match &event.outcome {
            Outcome::Done => Outcome::Done,
            Outcome::Refused(code) => Outcome::Refused(kept(code)),
        },
        request: event.request.as_deref().map(kept),
        ..event.clone()
    }
}

/// The end of the chain.
pub(crate) async fn head<E: Engine>(engine: &E) -> Result<AuditHead, Fault> {
    const DOING: &str = "reading the head of the audit log";
    let read: engine::Read<AuditHead> = |columns| {
        Ok(AuditHead {
            seq: columns.int()?,
            hash: columns.text()?,
        })
    };
    engine::one(engine, DOING, Ask::new(&HEAD, binds![]), read)
        .await?
        .ok_or_else(|| Fault::defect(DOING, "the log has no head"))
}

pub(crate) async fn after<E: Engine>(engine: &E, seq: i64) -> Result<Vec<Event>, Fault> {
    engine::all(
        engine,
        "reading the audit log in order",
        Ask::new(&AFTER, binds![seq]),
        row,
    )
    .await
}

pub(crate) async fn page<E: Engine>(engine: &E, filter: &EventFilter, page: &Page) -> Result<Listed<Event>, Fault> {
    let Some(before) = engine::before(page) else {
        return Ok(engine::nothing());
    };
    let statement = match (&filter.subject, &filter.account, &filter.actor) {
        (Some(_), _, _) => &ABOUT_SUBJECT,
        (None, Some(_), _) => &OF_ACCOUNT,
        (None, None, Some(_)) => &BY_ACTOR,
        (None, None, None) => &OF_ALL,
    };
    let ask = Ask::new(
        statement,
        binds![
            filter.subject.as_ref(),
            filter.account.as_ref().map(AccountId::as_str),
            filter.kind.as_ref(),
            filter.actor.as_ref(),
            filter.since.unwrap_or(Moment(i64::MIN)),
            filter.until.unwrap_or(Moment(i64::MAX)),
            before,
            engine::reach(page),
        ],
    );
    let found = engine::all(engine, "reading the audit log", ask, row).await?;
    Ok(engine::leaf(page, found, |event| event.seq.to_string()))
}
