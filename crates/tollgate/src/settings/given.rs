//! What `serve` and `check` are told: a file and settings by flag.

use super::layers::keys;
use std::fmt;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The file that is read when none is named.
const USUAL: &str = "tollgate.toml";
/// The longest configuration that is read, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// Where the settings are.
#[derive(Clone, clap::Args)]
pub struct Given {
    /// The configuration; tollgate.toml when it is there and none is named.
    #[arg(long, env = "TOLLGATE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A setting that goes before the file and the environment, as server.listen=127.0.0.1:9000. Repeatable.
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
}

/// A value may be a secret, so that keys alone are shown.
impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("config", &self.config)
            .field("set", &keys(&self.set))
            .finish()
    }
}

impl Given {
    /// The configuration's text; empty when none is named and the usual one is not there: then the environment
    /// and flags say everything.
    ///
    /// # Errors
    /// When the file cannot be read, is not UTF-8, or is over 1 MiB.
    pub fn text(&self) -> anyhow::Result<String> {
        let path = self.config.as_deref().unwrap_or(Path::new(USUAL));
        match text(path) {
            Err(error) if self.config.is_none() && error.kind() == ErrorKind::NotFound => Ok(String::new()),
            read => read.map_err(|error| anyhow::anyhow!("reading {}: {error}", path.display())),
        }
    }

    /// What to call it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.config {
            Some(path) => path.display().to_string(),
            None if Path::new(USUAL).exists() => USUAL.to_owned(),
            None => format!("no {USUAL}, environment and flags alone"),
        }
    }
}

fn text(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let read = std::fs::File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if u64::try_from(read).is_ok_and(|read| read <= LONGEST) {
        Ok(text)
    } else {
        Err(std::io::Error::new(
            ErrorKind::FileTooLarge,
            "a configuration has at most 1 MiB",
        ))
    }
}
