//! One spelling for each path: what is checked is what is forwarded. The patterns of routes are spelled by the
//! same rule, so it stands beside them in the model.

pub use tollgate_model::route::path::{Ambiguous, canonical};
