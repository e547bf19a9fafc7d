//! Old keys and tokens, and who still comes by them.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{
    AccountId, Fault, LegacyCredential, LegacyCredentialId, LegacyMethodId, LegacyUse, Listed, MemberId, Moment, Page,
};

/// How long a credential stays after its end, in seconds, for whoever asks what became of it.
const KEPT: i64 = 30 * 86_400;

statements! {
    /// Nothing happens when the id or the digest is taken; the foreign keys see to it that account and member exist.
    ADD = "INSERT INTO legacy_credential (id, method, kind, account, member, digest, label, created, expires, ended) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    END = "UPDATE legacy_credential SET ended = ?3 WHERE id = ?1 AND account = ?2 AND ended IS NULL";
    FORGET = "DELETE FROM legacy_credential WHERE expires < ?1";
    BY_DIGEST = "SELECT id, method, kind, account, member, digest, label, created, expires, ended \
        FROM legacy_credential WHERE digest = ?1";
    PAGE = "SELECT id, method, kind, account, member, digest, label, created, expires, ended \
        FROM legacy_credential WHERE id > ?1 ORDER BY id LIMIT ?2";
    PAGE_OF_ACCOUNT = "SELECT id, method, kind, account, member, digest, label, created, expires, ended \
        FROM legacy_credential WHERE account = ?3 AND id > ?1 ORDER BY id LIMIT ?2";
    USED = "INSERT INTO legacy_use (method, account, member, credential, day, count, refused, last) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
        ON CONFLICT (account, day, method, member, credential) DO UPDATE SET \
        count = legacy_use.count + excluded.count, refused = legacy_use.refused + excluded.refused, \
        last = CASE WHEN legacy_use.last < excluded.last THEN excluded.last ELSE legacy_use.last END";
    USES = "SELECT method, account, member, credential, day, count, refused, last FROM legacy_use \
        WHERE day >= ?1 ORDER BY day DESC, account, method, member, credential LIMIT 10000";
    USES_OF_ACCOUNT = "SELECT method, account, member, credential, day, count, refused, last FROM legacy_use \
        WHERE account = ?2 AND day >= ?1 ORDER BY day DESC, account, method, member, credential LIMIT 10000";
}

fn row(columns: &mut Columns) -> Result<LegacyCredential, Damaged> {
    Ok(LegacyCredential {
        id: LegacyCredentialId::new(columns.text()?),
        method: LegacyMethodId::new(columns.text()?),
        kind: columns.word(LegacyKind::of_str)?,
        account: AccountId::new(columns.text()?),
        member: columns.text_if_any()?.map(MemberId::new),
        digest: columns.text()?,
        label: columns.text()?,
        created: columns.moment()?,
        expires: columns.moment_if_any()?,
        ended: columns.moment_if_any()?,
    })
}

fn usage(columns: &mut Columns) -> Result<LegacyUse, Damaged> {
    let if_any = |text: String| (!text.is_empty()).then_some(text);
    Ok(LegacyUse {
        method: LegacyMethodId::new(columns.text()?),
        account: AccountId::new(columns.text()?),
        member: if_any(columns.text()?).map(MemberId::new),
        credential: if_any(columns.text()?).map(LegacyCredentialId::new),
        day: columns.int()?,
        count: columns.int()?,
        refused: columns.int()?,
        last: columns.moment()?,
    })
}

pub(crate) fn add(credential: &LegacyCredential) -> Step {
    Step::must(
        &ADD,
        binds![
            credential.id.as_str(),
            credential.method.as_str(),
            credential.kind.as_str(),
            credential.account.as_str(),
            credential.member.as_ref().map(MemberId::as_str),
            &credential.digest,
            &credential.label,
            credential.created,
            credential.expires,
            credential.ended,
        ],
    )
}

pub(crate) fn end(id: &LegacyCredentialId, account: &AccountId, at: Moment) -> Step {
    Step::must(&END, binds![id.as_str(), account.as_str(), at])
}

pub(crate) fn forget(now: Moment) -> Step {
    Step::may(&FORGET, binds![now.plus(-KEPT)])
}

pub(crate) fn used(usage: &LegacyUse) -> Step {
    Step::must(
        &USED,
        binds![
            usage.method.as_str(),
            usage.account.as_str(),
            usage.member.as_ref().map_or("", MemberId::as_str),
            usage.credential.as_ref().map_or("", LegacyCredentialId::as_str),
            usage.day,
            usage.count,
            usage.refused,
            usage.last,
        ],
    )
}

pub(crate) async fn by_digest<E: Engine>(engine: &E, digest: &str) -> Result<Option<LegacyCredential>, Fault> {
    let ask = Ask::new(&BY_DIGEST, binds![digest]);
    engine::one(engine, "reading a legacy credential", ask, row).await
}

pub(crate) async fn page<E: Engine>(
    engine: &E,
    account: Option<&AccountId>,
    page: &Page,
) -> Result<Listed<LegacyCredential>, Fault> {
    let ask = match account {
        None => Ask::new(&PAGE, binds![engine::after(page), engine::reach(page)]),
        Some(account) => Ask::new(
            &PAGE_OF_ACCOUNT,
            binds![engine::after(page), engine::reach(page), account.as_str()],
        ),
    };
    let found = engine::all(engine, "listing legacy credentials", ask, row).await?;
    Ok(engine::leaf(page, found, |credential| credential.id.to_string()))
}

pub(crate) async fn uses<E: Engine>(
    engine: &E,
    account: Option<&AccountId>,
    from_day: i64,
) -> Result<Vec<LegacyUse>, Fault> {
    let ask = match account {
        None => Ask::new(&USES, binds![from_day]),
        Some(account) => Ask::new(&USES_OF_ACCOUNT, binds![from_day, account.as_str()]),
    };
    engine::all(engine, "reading who uses an old way", ask, usage).await
}
