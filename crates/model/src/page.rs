//! Long lists, a page at a time.

/// Which part of a list is asked for. Lists are ordered by id and continued after the last one seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The cursor of the page before, absent for the first.
    pub after: Option<String>,
    /// How many at most (1 to 200).
    pub limit: u32,
}

impl Page {
    /// The most that one page holds.
    pub const MOST: u32 = 200;

    /// The first page, as long as pages get.
    #[must_use]
    pub const fn first() -> Self {
        Self {
            after: None,
            limit: Self::MOST,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// What stands on it.
    pub items: Vec<T>,
    /// Where to go on; absent on the last page.
    pub next: Option<String>,
}
