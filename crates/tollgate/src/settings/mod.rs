//! Settings: what was typed ([`config::Config`]) and what we run on ([`resolve::Resolved`]).
//!
//! One visible list, [`table::SETTINGS`], has every key with its manual. From it come the reference, the
//! configuration that `tollgate init` prints, the environment's names, and the nearest name of a key that
//! nobody knows. The way of a value: preset, then file, then environment, then flags; what comes later wins.

pub mod check;
pub mod complaint;
pub mod config;
pub mod environment;
pub mod files;
pub mod given;
pub mod layers;
mod lines;
mod nearest;
pub mod notes;
pub mod preset;
pub mod reference;
pub mod resolve;
pub mod table;
pub mod template;
mod walk;

pub use complaint::Complaint;
pub use environment::Environment;
pub use layers::Layers;

use config::Config;

/// Reads a configuration text with its preset beneath it. Neither environment nor flags are looked at.
///
/// # Errors
/// Every complaint at once.
pub fn read(text: &str) -> Result<Config, Vec<Complaint>> {
    read_with(text, &Layers::default())
}

/// Reads a configuration text with its preset beneath it, and environment and flags above it.
///
/// # Errors
/// Every complaint at once: unknown keys with the nearest name, wrong types, missing keys.
pub fn read_with(text: &str, layers: &Layers) -> Result<Config, Vec<Complaint>> {
    let typed = layers::typed(text, layers);
    if typed.complaints.is_empty() {
        typed.config()
    } else {
        Err(typed.complaints)
    }
}

#[cfg(test)]
mod tests;
