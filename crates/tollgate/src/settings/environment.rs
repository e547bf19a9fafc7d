//! The environment, read once.

use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// What every variable of ours begins with.
pub const PREFIX: &str = "TOLLGATE_";

/// The longest value that is taken, in bytes.
const LONGEST: usize = 64 * 1024;

/// Variables that are not settings: secrets, the other commands' own, what `demo.env` holds and what tests use.
/// Whoever has sourced a `demo.env` can still start a server from the same shell.
pub const OTHERS: [&str; 34] = [
    "TOLLGATE_API_KEY",
    "TOLLGATE_API_METHOD",
    "TOLLGATE_API_PATH",
    "TOLLGATE_AUDIENCE",
    "TOLLGATE_AUTHORIZE_URL",
    "TOLLGATE_BIN",
    "TOLLGATE_CHROMIUM",
    "TOLLGATE_CLIENT_ID",
    "TOLLGATE_CLIENT_SECRET",
    "TOLLGATE_CONFIG",
    "TOLLGATE_CONSOLE",
    "TOLLGATE_DEMO_STORE",
    "TOLLGATE_GATEWAY",
    "TOLLGATE_GATEWAY_TOKEN",
    "TOLLGATE_ISSUER",
    "TOLLGATE_LOG",
    "TOLLGATE_MAIL_PASSWORD",
    "TOLLGATE_MASTER_KEY",
    "TOLLGATE_OPERATOR_EMAIL",
    "TOLLGATE_OPERATOR_PASSWORD",
    "TOLLGATE_OPERATOR_TOKEN",
    "TOLLGATE_PRESET",
    "TOLLGATE_RECIPES",
    "TOLLGATE_REDIRECT_URI",
    "TOLLGATE_SCOPE",
    "TOLLGATE_SCREENSHOTS",
    "TOLLGATE_SERVER",
    "TOLLGATE_SKIP_RELEASE",
    "TOLLGATE_TOKEN",
    "TOLLGATE_TOKEN_URL",
    "TOLLGATE_USER_EMAIL",
    "TOLLGATE_USER_PASSWORD",
    "TOLLGATE_WEB_CLIENT_ID",
    "TOLLGATE_WEB_CLIENT_SECRET",
];

/// The variables that begin with [`PREFIX`]. It prints their names only.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, Zeroizing<String>>);

impl Environment {
    /// Reads the environment of this process: the only place that does. Everything else gets it as an argument.
    #[must_use]
    pub fn read() -> Self {
        // `vars` panics where a value is not Unicode; such a variable of somebody else is no business of ours.
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// The value of a variable. An empty one counts as absent.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.as_str())
    }

    /// The same, to be kept: it is wiped from memory.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Zeroizing<String>> {
        self.0.get(name).cloned()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let ours = |name: &str, value: &str| name.starts_with(PREFIX) && !value.is_empty() && value.len() <= LONGEST;
        let pairs = pairs.into_iter().filter(|(name, value)| ours(name, value));
        Self(pairs.map(|(name, value)| (name, Zeroizing::new(value))).collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
