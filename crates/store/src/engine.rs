//! What both databases can do, beneath the nouns.

use crate::{
    statement::Statement,
    value::{Columns, Damaged, Row, Value},
};
use tollgate_model::{Fault, Kept, Listed, Page, Seq};

/// A question: one statement that only reads.
pub(crate) struct Ask {
    pub(crate) statement: &'static Statement,
    pub(crate) binds: Vec<Value>,
}

impl Ask {
    pub(crate) const fn new(statement: &'static Statement, binds: Vec<Value>) -> Self {
        Self { statement, binds }
    }

    /// Whether nothing can be found, because it asks for text that no record holds.
    pub(crate) fn hopeless(&self) -> bool {
        self.binds.iter().any(Value::has_nul)
    }
}

/// One statement that writes.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) statement: &'static Statement,
    pub(crate) binds: Vec<Value>,
    /// Whether the change is stale when no row was touched.
    pub(crate) must: bool,
}

impl Step {
    /// A step whose condition stands in its statement: touching no row means it no longer holds.
    pub(crate) fn must(statement: &'static Statement, binds: Vec<Value>) -> Self {
        Self {
            must: true,
            ..Self::may(statement, binds)
        }
    }

    /// A step that is done whatever it touches.
    pub(crate) fn may(statement: &'static Statement, binds: Vec<Value>) -> Self {
        Self {
            statement,
            binds: binds.into_iter().map(Value::without_nul).collect(),
            must: false,
        }
    }
}

/// All that one `keep` writes, in order.
#[derive(Clone, Default)]
pub(crate) struct Work {
    /// The changes themselves.
    pub(crate) steps: Vec<Step>,
    /// What it adds to the audit log, done after the changes: the head of its chain is one row that every
    /// recording transaction locks, and it should be locked for as short as can be.
    pub(crate) audit: Vec<Step>,
    /// What it does to the change log, done last for the same reason. Both heads are always locked in this
    /// order, so nobody waits for somebody who waits for them.
    pub(crate) log: Vec<Step>,
    /// Whether it tells news.
    pub(crate) tells: bool,
}

impl Work {
    /// The steps at the heads of the logs, none of which can be stale.
    pub(crate) fn late(&self) -> impl Iterator<Item = &Step> {
        self.audit.iter().chain(&self.log)
    }
}

/// A database, as the nouns use it.
pub(crate) trait Engine: Send + Sync {
    /// The rows of each question, all as of one moment.
    fn read(&self, doing: &'static str, asks: Vec<Ask>) -> impl Future<Output = Result<Vec<Vec<Row>>, Fault>> + Send;

    /// Writes all of it in one transaction, or nothing.
    fn write(&self, work: Work) -> impl Future<Output = Result<Kept, Fault>> + Send;

    /// See [`tollgate_model::Store::stirred`].
    fn stirred(&self, seq: Seq) -> impl Future<Output = ()> + Send;
}

/// How a noun reads its row.
pub(crate) type Read<T> = fn(&mut Columns) -> Result<T, Damaged>;

/// Every row of a set, read.
pub(crate) fn decode<T>(doing: &'static str, rows: Vec<Row>, read: Read<T>) -> Result<Vec<T>, Fault> {
    rows.into_iter()
        .map(|row| read(&mut Columns::of(row)).map_err(|damaged| Fault::defect(doing, damaged)))
        .collect()
}

/// Everything that one question finds.
pub(crate) async fn all<E: Engine, T>(
    engine: &E,
    doing: &'static str,
    ask: Ask,
    read: Read<T>,
) -> Result<Vec<T>, Fault> {
    if ask.hopeless() {
        return Ok(Vec::new());
    }
    let rows = engine.read(doing, vec![ask]).await?.pop().unwrap_or_default();
    decode(doing, rows, read)
}

/// The first thing that one question finds.
pub(crate) async fn one<E: Engine, T>(
    engine: &E,
    doing: &'static str,
    ask: Ask,
    read: Read<T>,
) -> Result<Option<T>, Fault> {
    Ok(all(engine, doing, ask, read).await?.into_iter().next())
}

/// How many rows to ask for, for a page of this length: one more, which tells whether there is a next page.
pub(crate) fn reach(page: &Page) -> i64 {
    i64::from(page.limit.clamp(1, Page::MOST)) + 1
}

/// A page of what was found with [`reach`].
pub(crate) fn leaf<T>(page: &Page, mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Listed<T> {
    let most = usize::try_from(page.limit.clamp(1, Page::MOST)).unwrap_or(1);
    let more = items.len() > most;
    items.truncate(most);
    Listed {
        next: items.last().filter(|_| more).map(cursor),
        items,
    }
}

/// The id after which a page begins; no id is empty, so the empty text comes before all.
pub(crate) fn after(page: &Page) -> &str {
    page.after.as_deref().unwrap_or_default()
}

/// A page without anything.
pub(crate) const fn nothing<T>() -> Listed<T> {
    Listed {
        items: Vec::new(),
        next: None,
    }
}

/// The place before which a page of a log begins. None for a cursor that is no place: it leads nowhere, to
/// an empty page. Who hands cursors in checks them.
pub(crate) fn before(page: &Page) -> Option<i64> {
    page.after
        .as_deref()
        .map_or(Some(i64::MAX), |cursor| cursor.parse().ok())
}
