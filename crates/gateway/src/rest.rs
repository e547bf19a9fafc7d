//! What a gateway knows, at rest: so that one that starts while its issuer is gone goes on where it stopped.
//!
//! The file holds no secret, but whoever could write it could open routes and forget revocations. So it begins with a keyed
//! digest of the rest, under a key that follows from the gateway's own credential; what does not match is not read.

use crate::Gateway;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_keys::digest::{Digest, DigestKey, token_hash};
use tollgate_model::feed::ActingKey;
use tollgate_model::{AccountId, ActingUser, Moment, Seq, Snapshot};

/// How often it is written at most, while there is news.
const EVERY: Duration = Duration::from_secs(5);
/// How often it is written without news: so long may a gateway that starts again seem to have heard less than it had.
const ANYWAY: i64 = 60;
/// The largest file that is read, in bytes.
const MOST: u64 = 512 << 20;
/// By how many seconds the clock of whoever wrote it may have been ahead.
const AHEAD: i64 = 60;
/// The form of the file.
const FORM: u32 = 1;

/// Where a gateway's knowledge rests, and the key that it is sealed with.
#[derive(Clone, Debug)]
pub struct Rest {
    path: PathBuf,
    key: DigestKey,
}

/// What is written.
#[derive(Serialize, Deserialize)]
struct Written {
    form: u32,
    /// When the source was last heard.
    heard: Moment,
    snapshot: Snapshot,
    /// Members who were looked up.
    #[serde(default)]
    seen: Vec<Seen>,
}

/// A member, and how they were asked for.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) account: AccountId,
    pub(crate) key: ActingKey,
    pub(crate) user: ActingUser,
}

/// Why what rests is not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("it is larger than any that is written here")]
    Large,
    #[error("it was not written by a gateway with this credential, or was changed since")]
    Seal,
    #[error("it is of another version, or damaged")]
    Form,
    #[error("it is from the future")]
    Future,
    #[error("its keys cannot be read")]
    Keys,
}

impl Rest {
    /// At `path`, for the gateway with this credential.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, credential: &str) -> Self {
        Self {
            path: path.into(),
            // Another use of the credential must not lead to the same key.
            key: DigestKey::from_bytes(&token_hash(&format!("tollgate gateway at rest\n{credential}"))),
        }
    }

    fn write(&self, written: &Written) -> std::io::Result<()> {
        let body = serde_json::to_string(written)?;
        let next = self.path.with_extension("next");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&next)?;
        writeln!(file, "{}", self.key.digest(&body))?;
        file.write_all(body.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&next, &self.path)?;
        // The name, too, must survive a power cut.
        if let Some(folder) = self.path.parent().filter(|folder| *folder != Path::new("")) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    }

    /// What rests there; none when there is no such file.
    fn read(&self, now: Moment) -> Result<Option<Written>, Unfit> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut text = String::new();
        file.take(MOST + 1).read_to_string(&mut text)?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MOST {
            return Err(Unfit::Large);
        }
        let (seal, body) = text.split_once('\n').ok_or(Unfit::Form)?;
        // Digests are compared in constant time.
        if Digest::parse(seal) != Some(self.key.digest(body)) {
            return Err(Unfit::Seal);
        }
        let written: Written = serde_json::from_str(body).map_err(|_| Unfit::Form)?;
        if written.form != FORM {
            return Err(Unfit::Form);
        }
        if written.heard.since(now) > AHEAD {
            return Err(Unfit::Future);
        }
        Ok(Some(written))
    }
}

impl Gateway {
    /// Goes on from what rests, where something does: for a start without the source. Its place in the log.
    pub(crate) fn wake(&self) -> Option<Seq> {
        let rest = self.settings.rest.as_ref()?;
        let (path, now) = (rest.path.display(), self.clock.now());
        match rest
            .read(now)
            .and_then(|written| written.map(|written| self.resume(written)).transpose())
        {
            Ok(None) => None,
            Ok(Some((seq, heard))) => {
                let age = now.since(heard);
                tracing::warn!(%path, age, "the source cannot be reached; going on from what was kept {age} seconds ago");
                Some(seq)
            }
            Err(unfit) => {
                tracing::error!(%path, %unfit, "what was kept is not used");
                None
            }
        }
    }

    fn resume(&self, written: Written) -> Result<(Seq, Moment), Unfit> {
        let seq = self.take(written.snapshot).map_err(|_| Unfit::Keys)?;
        self.heard_at(written.heard);
        for seen in written.seen {
            self.users.remember(seen);
        }
        Ok((seq, written.heard))
    }

    /// Writes down what it knows, while there is news and now and then without, until `shutdown`; and then once more.
    /// Returns at once where nothing is to rest.
    pub async fn keep_at_rest(&self, shutdown: CancellationToken) {
        let Some(rest) = &self.settings.rest else { return };
        self.ready().await;
        let mut last: Option<(Seq, Moment)> = None;
        loop {
            let ends = shutdown.is_cancelled();
            if let Some(written) = self.written()
                && last.is_none_or(|(seq, heard)| {
                    seq != written.snapshot.seq || ends || written.heard.since(heard) >= ANYWAY
                })
            {
                last = Some((written.snapshot.seq, written.heard));
                let rest = rest.clone();
                let done = tokio::task::spawn_blocking(move || rest.write(&written)).await;
                if let Ok(Err(error)) = done {
                    tracing::error!(%error, "what the gateway knows cannot be written down");
                }
            }
            if ends {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = shutdown.cancelled() => {}
            }
        }
    }

    fn written(&self) -> Option<Written> {
        let view = self.view()?;
        let mut snapshot = Snapshot::clone(view.catalogue.snapshot.as_deref()?);
        snapshot.seq = view.seq;
        snapshot.revocations = view.revocations.iter().collect();
        Some(Written {
            form: FORM,
            heard: self.last_heard(),
            snapshot,
            seen: self.users.seen(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Moment = Moment(1_800_000_000);

    fn written(heard: Moment) -> Written {
        let snapshot = json!({
            "seq": 7, "issuer": "https://as.example", "keys": {"keys": []}, "apis": [], "routes": [], "revocations": [],
        });
        Written {
            form: FORM,
            heard,
            snapshot: serde_json::from_value(snapshot).unwrap(),
            seen: Vec::new(),
        }
    }

    fn unfit(read: Result<Option<Written>, Unfit>) -> String {
        read.err().unwrap().to_string()
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let rest = Rest::new(folder.path().join("rest.json"), "tgg_one");
        assert!(rest.read(NOW).unwrap().is_none());
        rest.write(&written(NOW)).unwrap();
        rest.write(&written(NOW.plus(5))).unwrap();
        let again = rest.read(NOW.plus(9)).unwrap().unwrap();
        assert_eq!((again.heard, again.snapshot.seq), (NOW.plus(5), 7));
    }

    /// RS10: nothing that somebody else wrote, or changed, is worked from.
    #[test]
    fn what_was_changed_or_is_of_another_gateway_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rest.json");
        let rest = Rest::new(&path, "tgg_one");
        rest.write(&written(NOW)).unwrap();
        assert_eq!(unfit(Rest::new(&path, "tgg_two").read(NOW)), Unfit::Seal.to_string());
        assert_eq!(unfit(rest.read(NOW.plus(-61))), Unfit::Future.to_string());
        assert!(rest.read(NOW.plus(-60)).unwrap().is_some());
        let text = std::fs::read_to_string(&path).unwrap();
        for wrong in [
            text.replace("\"seq\":7", "\"seq\":8"),
            text.trim_end_matches('}').to_owned(),
            text.replacen('\n', "\n ", 1),
            format!("{}\n{{}}", "0".repeat(64)),
        ] {
            std::fs::write(&path, &wrong).unwrap();
            assert_eq!(unfit(rest.read(NOW)), Unfit::Seal.to_string(), "{wrong}");
        }
        for (wrong, why) in [("", Unfit::Form), ("no line", Unfit::Form)] {
            std::fs::write(&path, wrong).unwrap();
            assert_eq!(unfit(rest.read(NOW)), why.to_string());
        }
        let body = "{\"form\": 2}";
        std::fs::write(&path, format!("{}\n{body}", rest.key.digest(body))).unwrap();
        assert_eq!(unfit(rest.read(NOW)), Unfit::Form.to_string());
    }

    #[test]
    #[cfg(unix)]
    fn it_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rest.json");
        Rest::new(&path, "tgg_one").write(&written(NOW)).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!path.with_extension("next").exists());
    }
}
