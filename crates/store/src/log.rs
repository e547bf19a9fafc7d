//! The change log: what those who remember must be told, in the order in which it was committed.

use crate::{
    engine::{self, Ask, Engine, Step},
    statement::statements,
    value::{Columns, Damaged, binds},
};
use tollgate_model::{Fault, Followed, News, Notice, Seq};

statements! {
    /// Takes the next place. The row stays locked until the commit, so places are given in the order of
    /// commits and a follower never sees a later one before an earlier one.
    ADVANCE = "UPDATE log_head SET seq = seq + 1";
    TELL = "INSERT INTO change_log (seq, news) SELECT seq, CAST(?1 AS TEXT) FROM log_head";
    /// Nothing beyond the head can be forgotten.
    CUT = "UPDATE log_head SET tail = CASE WHEN seq < ?1 THEN seq ELSE ?1 END WHERE tail < ?1";
    FORGET = "DELETE FROM change_log WHERE seq <= (SELECT tail FROM log_head)";
    HEAD = "SELECT seq FROM log_head";
    /// Head, tail and entries in one statement, which sees one moment.
    AFTER = "SELECT log_head.seq, log_head.tail, change_log.seq, change_log.news \
        FROM log_head LEFT JOIN change_log ON change_log.seq > ?1 ORDER BY change_log.seq LIMIT 1000";
}

struct Place {
    head: Seq,
    tail: Seq,
    notice: Option<Notice>,
}

fn row(columns: &mut Columns) -> Result<Place, Damaged> {
    Ok(Place {
        head: columns.int()?,
        tail: columns.int()?,
        notice: match columns.int_if_any()? {
            Some(seq) => Some(Notice {
                seq,
                news: columns.json()?,
            }),
            None => None,
        },
    })
}

/// The two steps that tell one piece of news, given as its JSON text.
pub(crate) fn tell(news: String) -> [Step; 2] {
    [Step::must(&ADVANCE, binds![]), Step::must(&TELL, binds![news])]
}

/// The two steps that forget the log up to a place.
pub(crate) fn forget(up_to: Seq) -> [Step; 2] {
    [Step::may(&CUT, binds![up_to]), Step::may(&FORGET, binds![])]
}

/// The last place of the log.
pub(crate) async fn head<E: Engine>(engine: &E) -> Result<Seq, Fault> {
    const DOING: &str = "reading the head of the change log";
    engine::one(engine, DOING, Ask::new(&HEAD, binds![]), Columns::int)
        .await?
        .ok_or_else(|| Fault::defect(DOING, "the log has no head"))
}

/// What came after a place. Who stands before the tail has missed something; who stands beyond the head
/// followed another database than this one (a backup was put back): both must start anew.
pub(crate) async fn after<E: Engine>(engine: &E, seq: Seq) -> Result<Followed, Fault> {
    const DOING: &str = "reading the change log";
    let places = engine::all(engine, DOING, Ask::new(&AFTER, binds![seq]), row).await?;
    let Some(first) = places.first() else {
        return Err(Fault::defect(DOING, "the log has no head"));
    };
    if seq < first.tail || seq > first.head {
        return Ok(Followed::TooOld);
    }
    Ok(Followed::News {
        notices: places.into_iter().filter_map(|place| place.notice).collect(),
    })
}

/// The news of a list, each told once, in order, as JSON text.
///
/// # Errors
/// A defect, when one cannot be written as JSON.
pub(crate) fn once(all: impl Iterator<Item = News>) -> Result<Vec<String>, Fault> {
    let mut seen = std::collections::HashSet::new();
    let mut list = Vec::new();
    for news in all {
        let text = crate::value::json(&news)?;
        if seen.insert(text.clone()) {
            list.push(text);
        }
    }
    Ok(list)
}
