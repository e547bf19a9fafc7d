//! `tollgate serve` in a process of its own, which can be killed, stopped and started again.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tollgate_tests::binary::program;

/// How it is started.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) config: PathBuf,
    /// The one secret that it is given: a name in the environment, and what it holds.
    pub(crate) secret: (&'static str, String),
    /// Where its log goes.
    pub(crate) log: PathBuf,
}

/// A process. It ends with this value.
pub(crate) struct Process(Child);

impl Program {
    /// Starts it, and does not wait for anything.
    pub(crate) fn start(&self) -> Process {
        let log = std::fs::File::options().create(true).append(true).open(&self.log);
        let child = Command::new(program())
            .args(["serve", "--config"])
            .arg(&self.config)
            .env(self.secret.0, &self.secret.1)
            .env("TOLLGATE_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn();
        Process(child.unwrap())
    }

    /// What it logged.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Process {
    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// SIGKILL: it can do nothing about it.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// SIGTERM: it ends in good order.
    pub(crate) async fn stop(mut self) {
        signal("TERM", self.0.id());
        tokio::task::spawn_blocking(move || assert!(self.0.wait().unwrap().success()))
            .await
            .unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// Sends a signal.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(process.to_string())
        .status();
    assert!(sent.unwrap().success(), "{name} to {process}");
}
