//! What is wrong with settings.

use std::fmt;

/// Something wrong with the settings, with its key. It never shows a value: that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The key, as `issuer.paths.token`.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
    /// Where the value comes from, if that is known: `line 7`, `TOLLGATE_SERVER_LISTEN`, `--set`.
    pub from: Option<String>,
}

impl Complaint {
    /// A complaint about a key.
    pub fn about(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            problem: problem.into(),
            from: None,
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.problem)?;
        match &self.from {
            Some(from) => write!(f, " ({from})"),
            None => Ok(()),
        }
    }
}
