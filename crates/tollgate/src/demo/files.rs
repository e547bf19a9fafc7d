//! The directory of a demo: readable by its owner alone, kept between runs.

use anyhow::{Context as _, bail};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use zeroize::Zeroizing;

/// `demo.env`, and what the run before wrote into it.
pub(super) struct Kept {
    file: PathBuf,
    aside: PathBuf,
    before: BTreeMap<String, String>,
}

impl Kept {
    /// Puts the file of the run before aside: whoever waits for it must not find the old one. It is not lost when
    /// this run ends early.
    pub(super) fn put_aside(dir: &Path) -> anyhow::Result<Self> {
        let (file, aside) = (dir.join("demo.env"), dir.join("demo.env.before"));
        if file.exists() {
            std::fs::rename(&file, &aside).with_context(|| format!("putting {} aside", file.display()))?;
        }
        let text = std::fs::read_to_string(&aside).unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        let before = pairs
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
            .collect();
        Ok(Self { file, aside, before })
    }

    /// A line of the run before, unless it was empty.
    pub(super) fn line(&self, name: &str) -> Option<&str> {
        self.before
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Writes this run's lines.
    pub(super) fn replace(&self, env: &BTreeMap<&'static str, String>) -> anyhow::Result<()> {
        let mut text = String::new();
        for (name, value) in env {
            if value.contains(['\'', '\n']) {
                bail!("{name} cannot be written for a shell");
            }
            text.push_str(&format!("{name}='{value}'\n"));
        }
        private_file(&self.file, &text)?;
        // What it held stands in the new one, or is no longer good.
        if self.aside.exists() {
            std::fs::remove_file(&self.aside).with_context(|| format!("removing {}", self.aside.display()))?;
        }
        Ok(())
    }
}

/// The directory, made for its owner alone. One that is there already keeps its mode; the files in it are the owner's all the same.
pub(super) fn private_dir(dir: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("making the directory {}", dir.display()))?;
    Ok(dir.to_owned())
}

/// The key over all keys of this demo, made on the first run.
pub(super) fn master_key(dir: &Path) -> anyhow::Result<Zeroizing<String>> {
    let path = dir.join("master.key");
    if path.exists() {
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        return Ok(Zeroizing::new(text));
    }
    let text = MasterKey::generate(&chance::System)?.to_text();
    private_file(&path, &text)?;
    Ok(text)
}

/// Writes a file that its owner alone can read, whole or not at all.
fn private_file(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let next = path.with_extension("next");
    let write = || {
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&next)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&next, path)
    };
    write().with_context(|| format!("writing {}", path.display()))
}
