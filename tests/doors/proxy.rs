//! A proxy that a test starts, on a port of its own and in a folder of its own.

use serde_json::Value;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::until;

/// A running proxy; gone when it is dropped.
pub(crate) struct Proxy {
    process: Child,
    at: String,
    home: tempfile::TempDir,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// The program of that name or path, if it can be run.
pub(crate) fn found(program: &str) -> Option<PathBuf> {
    let mut command = Command::new("sh");
    let shown = command
        .args(["-c", "command -v \"$1\"", "sh", program])
        .output()
        .unwrap();
    let path = String::from_utf8(shown.stdout).unwrap();
    (shown.status.success() && !path.trim().is_empty()).then(|| PathBuf::from(path.trim()))
}

/// Starts what `command` makes of an address and a folder, and waits until it takes connections. A free port can be taken
/// before the proxy takes it; other reasons fail three times.
#[expect(
    clippy::print_stderr,
    reason = "why a proxy does not start is in its own words alone"
)]
pub(crate) async fn at_free_port(command: impl AsyncFn(&str, PathBuf) -> Command) -> Proxy {
    for _ in 0..3 {
        let home = tempfile::tempdir().unwrap();
        let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let at = free.local_addr().unwrap().to_string();
        drop(free);
        let said = std::fs::File::create(home.path().join("said")).unwrap();
        let mut command = command(&at, home.path().to_owned()).await;
        let process = command
            .stdin(Stdio::null())
            .stdout(said.try_clone().unwrap())
            .stderr(said)
            .spawn()
            .unwrap();
        let mut proxy = Proxy { process, at, home };
        let mut ended = false;
        until("the proxy takes connections", || {
            ended = proxy.process.try_wait().unwrap().is_some();
            let (at, ended) = (proxy.at.clone(), ended);
            async move { ended || TcpStream::connect(at).await.is_ok() }
        })
        .await;
        if !ended {
            return proxy;
        }
        eprintln!("{}", std::fs::read_to_string(proxy.home.path().join("said")).unwrap());
    }
    panic!("the proxy does not start");
}

impl Proxy {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// Writes a head of the caller's own making; the answer's status, and all of it.
    pub(crate) async fn raw(&self, head: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.at).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let text = String::from_utf8_lossy(&answer).into_owned();
        let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
        (status.unwrap_or_else(|| panic!("{head}: {text}")), text)
    }
}

/// What the application said that it saw.
pub(crate) fn seen(answer: &str) -> Value {
    let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
    serde_json::from_str(body.trim()).unwrap_or_else(|_| panic!("{answer}"))
}
