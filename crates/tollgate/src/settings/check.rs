//! Every fault of a configuration at once, as `tollgate check` names them and `tollgate serve` refuses to start on.

use super::config::Config;
use super::layers::{Layers, typed};
use super::resolve::resolve;
use super::{Complaint, files, notes};
use std::collections::BTreeSet;

/// What was found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The configuration, or every fault.
    pub config: Result<Config, Vec<Complaint>>,
    /// What is allowed and still worth a second look.
    pub notes: Vec<Complaint>,
}

/// Looks at all of it: keys and types, what the values mean together, and the files they name.
#[must_use]
pub fn check(text: &str, layers: &Layers) -> Checked {
    let typed = typed(text, layers);
    let mut complaints = typed.complaints.clone();
    let config = match typed.config() {
        Ok(config) => config,
        Err(error) => {
            // A key is missing or wrong, which was said already; serde's word counts only where nothing was.
            let complaints = if complaints.is_empty() { error } else { complaints };
            return Checked {
                config: Err(complaints),
                notes: Vec::new(),
            };
        }
    };
    let mut meant = resolve(&config).err().unwrap_or_default();
    meant.extend(files::faults(&config, &layers.environment));
    let touched: BTreeSet<&str> = typed.complaints.iter().map(|complaint| group(&complaint.key)).collect();
    let echo = |complaint: &Complaint| {
        let said = typed.complaints.iter().any(|typed| typed.key == complaint.key);
        said || (group(&complaint.key) == TOGETHER && touched.contains(TOGETHER))
    };
    complaints.extend(
        meant
            .into_iter()
            .filter(|complaint| !echo(complaint))
            .map(|complaint| typed.placed(complaint)),
    );
    let notes = notes::of(&config).into_iter().map(|note| typed.placed(note)).collect();
    Checked {
        config: if complaints.is_empty() {
            Ok(config)
        } else {
            Err(complaints)
        },
        notes,
    }
}

/// Sections that speak of one another: where one of them was cut down because of a fault, what is said of the
/// others may be its echo.
const TOGETHER: &str = "api, upstream, route, members, legacy, transition, demo";

fn group(key: &str) -> &str {
    let (section, _) = key.split_once(['.', '[']).unwrap_or((key, ""));
    if TOGETHER.split(", ").any(|one| one == section) {
        TOGETHER
    } else {
        section
    }
}
