//! The APIs, routes and transitions of this house, as of one reading.

use std::collections::BTreeSet;
use tollgate_model::{Api, Dated, Fault, Route, Store};

/// Every API, every route and every transition. Few enough to be held whole by every node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// By id.
    pub apis: Vec<Api>,
    /// By id.
    pub routes: Vec<Route>,
    /// By id, with those who have another end.
    pub transitions: Vec<Dated>,
}

impl Catalogue {
    /// Reads it.
    ///
    /// # Errors
    /// A [`Fault`] of the store.
    pub async fn read(store: &dyn Store) -> Result<Self, Fault> {
        Ok(Self {
            apis: store.apis().await?,
            routes: store.routes().await?,
            transitions: store.transitions().await?,
        })
    }

    /// Every scope of every API, for metadata.
    #[must_use]
    pub fn scopes(&self) -> Vec<String> {
        let all: BTreeSet<&str> = self
            .apis
            .iter()
            .flat_map(|api| api.scopes.iter().map(|scope| scope.name.as_str()))
            .collect();
        all.into_iter().map(str::to_owned).collect()
    }

    /// The longest life of any token, in seconds; a client's grant may shorten it, never prolong it.
    #[must_use]
    pub fn longest_lifetime(&self) -> i64 {
        self.apis.iter().map(|api| api.lifetime).max().unwrap_or(0)
    }
}
