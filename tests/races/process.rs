//! `tollgate serve` in a process of its own, which can be killed and started again on the same store.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tollgate_tests::binary::program;
use tollgate_tests::until;

/// How it is started.
#[derive(Clone)]
pub(crate) struct Program {
    pub(crate) config: PathBuf,
    pub(crate) master_key: String,
    /// Where its issuer listens, as `host:port`.
    pub(crate) listens: String,
    /// Where its log goes.
    pub(crate) log: PathBuf,
}

/// A process. It ends with this value.
pub(crate) struct Process(Child);

impl Program {
    /// Starts it, and waits until it takes connections.
    pub(crate) async fn start(&self) -> Process {
        let log = std::fs::File::options().create(true).append(true).open(&self.log);
        let child = Command::new(program())
            .args(["serve", "--config"])
            .arg(&self.config)
            .env("TOLLGATE_MASTER_KEY", &self.master_key)
            .env("TOLLGATE_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(log.unwrap())
            .spawn();
        let mut process = Process(child.unwrap());
        until("it takes connections", || {
            let ended = process.0.try_wait().unwrap();
            async move {
                assert_eq!(ended, None, "it ended: {}", self.said());
                tokio::net::TcpStream::connect(&self.listens).await.is_ok()
            }
        })
        .await;
        process
    }

    /// What it logged.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Process {
    /// SIGKILL: it can do nothing about it.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}
