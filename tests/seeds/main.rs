//! The literal requests of the seed documents.
