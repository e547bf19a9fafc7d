//! Where a law is played.

use crate::{Settings, open, testing};
use std::sync::Arc;
use tollgate_model::{Fault, Store};

/// An empty database of one backend, which can be opened more than once.
#[derive(Clone)]
pub struct Home {
    settings: Settings,
    folder: Option<Arc<tempfile::TempDir>>,
    server: Option<String>,
}

impl Home {
    /// A SQLite file in a folder of its own.
    ///
    /// # Errors
    /// A [`Fault`] when no folder can be made.
    pub fn sqlite() -> Result<Self, Fault> {
        let folder = tempfile::tempdir().map_err(|error| Fault::unavailable("making a folder", error))?;
        Ok(Self {
            settings: Settings::at(format!("sqlite:{}", folder.path().join("tollgate.db").display())),
            folder: Some(Arc::new(folder)),
            server: None,
        })
    }

    /// A new database on this PostgreSQL server.
    ///
    /// # Errors
    /// A [`Fault`] when it cannot be made.
    pub async fn postgres(server: &str) -> Result<Self, Fault> {
        Ok(Self {
            settings: Settings {
                connections: 12,
                ..Settings::at(testing::fresh(server).await?)
            },
            folder: None,
            server: Some(server.to_owned()),
        })
    }

    /// Where it is.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A store on it, one more each time.
    ///
    /// # Errors
    /// Those of [`crate::open`].
    pub async fn open(&self) -> Result<Arc<dyn Store>, Fault> {
        open(&self.settings).await
    }

    /// Clears it away.
    ///
    /// # Errors
    /// A [`Fault`] when the server does not let the database be dropped.
    pub async fn clear(self) -> Result<(), Fault> {
        drop(self.folder);
        match self.server {
            Some(server) => testing::discard(&server, &self.settings.url).await,
            None => Ok(()),
        }
    }
}
