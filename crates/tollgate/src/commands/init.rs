//! `tollgate init`.

use crate::settings::{preset, template};
use anyhow::Context as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use tollgate_keys::chance::{self, Entropy};
use tollgate_keys::seal::MasterKey;

/// What `init` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The vendor to start from.
    #[arg(long, value_parser = preset::NAMES)]
    preset: Option<String>,
    /// Make a new master key in this file instead. A file that is there already stays as it is.
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    master_key: Option<PathBuf>,
}

/// Prints a configuration to start from, or makes a master key.
#[expect(clippy::print_stdout, reason = "the answer of the command")]
pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    match &options.master_key {
        None => print!("{}", template::text(options.preset.as_deref())),
        Some(path) => {
            master_key(path, &chance::System)?;
            println!(
                "{} holds a new master key. Keep a copy in a safe place: without it, nothing that is kept sealed can be read.",
                path.display()
            );
        }
    }
    Ok(())
}

/// A new master key in a new file that its owner alone can read.
fn master_key(path: &Path, entropy: &dyn Entropy) -> anyhow::Result<()> {
    let text = MasterKey::generate(entropy)?.to_text();
    let making = || format!("making {}", path.display());
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(making)?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .with_context(making)
}

#[cfg(test)]
mod tests {
    use super::master_key;
    use std::os::unix::fs::PermissionsExt as _;
    use tollgate_keys::chance;
    use tollgate_keys::seal::MasterKey;

    /// OP18: the key is random, its file is its owner's alone, and no second run replaces it.
    #[test]
    fn a_master_key_is_made_once_for_its_owner_alone() {
        let dir = std::env::temp_dir().join(format!("tollgate-init-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let path = dir.join("master.key");
        master_key(&path, &chance::System).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(MasterKey::parse(&text).is_ok());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(
            master_key(&path, &chance::System)
                .unwrap_err()
                .to_string()
                .contains("master.key")
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
