//! `tollgate check`.

use crate::serve::BadSettings;
use crate::settings::check::check;
use crate::settings::given::Given;
use crate::settings::{Environment, Layers};

/// What `check` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    given: Given,
}

/// Names every fault of a configuration.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let text = options.given.text()?;
    let layers = Layers {
        environment: Environment::read(),
        set: options.given.set.clone(),
    };
    let checked = check(&text, &layers);
    for note in &checked.notes {
        println!("note: {note}");
    }
    let name = options.given.name();
    match checked.config {
        Ok(_) => println!("{name}: no fault found"),
        Err(complaints) => {
            let count = match complaints.len() {
                1 => "one fault".to_owned(),
                many => format!("{many} faults"),
            };
            anyhow::bail!("{name}: {count}\n{}", BadSettings(complaints));
        }
    }
    Ok(())
}
