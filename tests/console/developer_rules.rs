//! The rules of the developer section, with people who signed in and on the stores themselves.

mod creation;
mod foreign;
mod members;
mod secrets;
