//! Settings: what was typed ([`config::Config`]) and what we run on ([`resolve::Resolved`]).

pub mod config;
pub mod preset;
pub mod resolve;

use config::Config;
use toml::Value;

/// Something wrong with the settings, with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The key, as `issuer.paths.token`.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Complaint {
    /// A complaint about a key.
    pub fn about(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { key: key.into(), problem: problem.into() }
    }
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.key.is_empty() { f.write_str(&self.problem) } else { write!(f, "{}: {}", self.key, self.problem) }
    }
}

/// Reads a configuration text with its preset beneath it.
///
/// # Errors
/// Every complaint at once.
pub fn read(text: &str) -> Result<Config, Vec<Complaint>> {
    let typed: Value = toml::from_str(text).map_err(|e| vec![Complaint::about("", e.to_string())])?;
    let merged = match typed.get("preset").and_then(Value::as_str) {
        Some(name) => {
            let Some(preset) = preset::text(name) else {
                let known = preset::NAMES.join(", ");
                return Err(vec![Complaint::about("preset", format!("there is no preset {name}; there are: {known}"))]);
            };
            let beneath: Value = toml::from_str(preset).map_err(|e| vec![Complaint::about("preset", e.to_string())])?;
            over(beneath, typed)
        }
        None => typed,
    };
    merged.try_into().map_err(|e: toml::de::Error| vec![Complaint::about("", e.message().to_owned())])
}

/// Lays one table over another: tables are merged, anything else is replaced.
fn over(beneath: Value, above: Value) -> Value {
    match (beneath, above) {
        (Value::Table(mut beneath), Value::Table(above)) => {
            for (key, value) in above {
                let merged = match beneath.remove(&key) {
                    Some(held) => over(held, value),
                    None => value,
                };
                beneath.insert(key, merged);
            }
            Value::Table(beneath)
        }
        (_, above) => above,
    }
}
