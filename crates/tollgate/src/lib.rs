//! Tollgate in one binary: settings, wiring, commands.
//!
//! **Owns** what is typed (settings, presets, command line) and the wiring of the rooms. The one room that
//! knows all others.
//!
//! **Invariant**: no rules. What may be done is decided in `issuer`, and what passes in `gateway`.

pub mod clock;
pub mod commands;
pub mod demo;
pub mod listen;
pub mod sample;
pub mod serve;
pub mod settings;
pub mod tls;
