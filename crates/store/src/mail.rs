//! Mail that leaves.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Fault, Listed, Mail, MailId, Moment, Page, Tried};

/// How long a mail that is done stays for people to look at, in seconds.
const KEPT: i64 = 30 * 86_400;

statements! {
    /// Nothing happens when the id is taken.
    ADD = "INSERT INTO mail (id, recipient, subject, sealed, created, next, tries, sent, problem) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING";
    /// What arrived once has arrived, whatever a later try comes to.
    TRIED = "UPDATE mail SET tries = tries + 1, next = ?3, sent = COALESCE(?4, sent), problem = ?5, \
        sealed = CASE WHEN CAST(?6 AS BIGINT) = 1 THEN NULL ELSE sealed END WHERE id = ?1 AND tries = ?2";
    FORGET = "DELETE FROM mail WHERE created < ?1 AND next IS NULL";
    ONE = "SELECT id, recipient, subject, created, next, tries, sent, problem, sealed FROM mail WHERE id = ?1";
    DUE = "SELECT id, recipient, subject, created, next, tries, sent, problem, sealed FROM mail \
        WHERE next IS NOT NULL AND next <= ?1 ORDER BY next, id LIMIT 100";
    /// Newest first, on from the mail that the cursor names.
    PAGE = "SELECT id, recipient, subject, created, next, tries, sent, problem FROM mail WHERE (created, id) < \
        (SELECT created, id FROM mail WHERE id = ?1 \
        UNION ALL SELECT CAST(9223372036854775807 AS BIGINT), CAST(?1 AS TEXT) WHERE length(CAST(?1 AS TEXT)) = 0) \
        ORDER BY created DESC, id DESC LIMIT ?2";
}

fn row(columns: &mut Columns) -> Result<Mail, Damaged> {
    Ok(Mail {
        sealed: None,
        id: MailId::new(columns.text()?),
        to: columns.text()?,
        subject: columns.text()?,
        created: columns.moment()?,
        next: columns.moment_if_any()?,
        tries: columns.int()?,
        sent: columns.moment_if_any()?,
        problem: columns.text_if_any()?,
    })
}

fn with_text(columns: &mut Columns) -> Result<Mail, Damaged> {
    let mail = row(columns)?;
    Ok(Mail {
        sealed: columns.blob_if_any()?,
        ..mail
    })
}

pub(crate) fn add(mail: &Mail) -> Step {
    Step::must(
        &ADD,
        binds![
            mail.id.as_str(),
            &mail.to,
            &mail.subject,
            mail.sealed.as_deref(),
            mail.created,
            mail.next,
            mail.tries,
            mail.sent,
            mail.problem.as_ref(),
        ],
    )
}

pub(crate) fn tried(id: &MailId, tried: &Tried, keep_text: bool) -> Step {
    Step::must(
        &TRIED,
        binds![
            id.as_str(),
            tried.was,
            tried.next,
            tried.done,
            tried.problem.as_ref(),
            tried.done.is_some() && !keep_text,
        ],
    )
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) async fn one<E: Engine>(engine: &E, id: &MailId) -> Result<Option<Mail>, Fault> {
    engine::one(engine, "reading a mail", Ask::new(&ONE, binds![id.as_str()]), with_text).await
}

pub(crate) async fn due<E: Engine>(engine: &E, now: Moment) -> Result<Vec<Mail>, Fault> {
    engine::all(
        engine,
        "reading the mails that are due",
        Ask::new(&DUE, binds![now]),
        with_text,
    )
    .await
}

pub(crate) async fn page<E: Engine>(engine: &E, page: &Page) -> Result<Listed<Mail>, Fault> {
    let ask = Ask::new(&PAGE, binds![engine::after(page), engine::reach(page)]);
    let found = engine::all(engine, "listing mails", ask, row).await?;
    Ok(engine::leaf(page, found, |mail| mail.id.to_string()))
}
