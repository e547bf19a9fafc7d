//! `tollgate serve` in a process of its own, and those who call its gateway.

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_tests::binary::program;
use tollgate_tests::until;

/// A folder with a configuration and a store.
pub(crate) struct Place {
    dir: tempfile::TempDir,
    master_key: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            master_key: MasterKey::generate(&chance::System).unwrap().to_text().to_string(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// What it logged.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub(crate) async fn says(&self, words: &str) {
        until(words, || async { self.said().contains(words) }).await;
    }

    /// Starts the program on `text`, and waits until everything answers.
    pub(crate) async fn start(&self, text: &str) -> Process {
        let program = tokio::task::spawn_blocking(program).await.unwrap();
        let config = self.path("tollgate.toml");
        std::fs::write(&config, text).unwrap();
        let log = std::fs::File::create(self.path("log")).unwrap();
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(&config)
            .current_dir(self.dir.path())
            .env("TOLLGATE_MASTER_KEY", &self.master_key)
            .env("TOLLGATE_LOG", "info")
            .env("NO_COLOR", "1")
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        let mut process = Process(child.unwrap());
        until("everything answers", || {
            let ended = process.0.try_wait().unwrap();
            async move {
                assert_eq!(ended, None, "it ended: {}", self.said());
                self.said().contains("everything answers")
            }
        })
        .await;
        process
    }
}

/// A process. It ends with this value.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.0.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended by itself, and well.
    pub(crate) async fn ended(mut self) {
        let status = tokio::task::spawn_blocking(move || self.0.wait().unwrap())
            .await
            .unwrap();
        assert!(status.success(), "{status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// A port that nobody has.
pub(crate) async fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// A server behind, which answers with the path.
pub(crate) async fn behind() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service_fn(|request: http::Request<Incoming>| async move {
                let path = Bytes::from(request.uri().path().to_owned());
                Ok::<_, Infallible>(http::Response::new(Full::new(path)))
            });
            let builder = hyper::server::conn::http1::Builder::new();
            tokio::spawn(async move { builder.serve_connection(TokioIo::new(stream), service).await });
        }
    });
    at
}

/// A configuration with a gateway at `gateway`, everything else anywhere, and a route that is open.
pub(crate) fn config(gateway: SocketAddr, behind: SocketAddr, more: &str) -> String {
    format!(
        "[server]\npublic_url = \"http://localhost:1\"\ndevelopment = true\nreuse_port = true\n\
         listen = \"127.0.0.1:0\"\nmanagement_listen = \"127.0.0.1:0\"\n\
         [store]\nurl = \"sqlite:store.db\"\n[gateway]\nlisten = \"{gateway}\"\nleast_in_flight = 0\n\
         [upstream.echo]\ntargets = [\"http://{behind}\"]\n\
         [[route]]\nid = \"open\"\npath = \"/open/{{rest...}}\"\nupstream = \"echo\"\n{more}"
    )
}

/// Many who call on and on, each over a connection that it keeps.
pub(crate) struct Callers {
    answered: watch::Receiver<usize>,
    enough: Arc<AtomicBool>,
    calling: Vec<tokio::task::JoinHandle<usize>>,
}

impl Callers {
    pub(crate) fn start(at: SocketAddr, many: usize) -> Self {
        let (told, answered) = watch::channel(0);
        let (told, enough) = (Arc::new(told), Arc::new(AtomicBool::new(false)));
        let calling = (0..many)
            .map(|_| tokio::spawn(call(at, Arc::clone(&told), Arc::clone(&enough))))
            .collect();
        Self {
            answered,
            enough,
            calling,
        }
    }

    /// Waits for so many answers more.
    pub(crate) async fn more(&mut self, count: usize) {
        let now = *self.answered.borrow_and_update();
        self.answered
            .wait_for(|answered| *answered >= now + count)
            .await
            .unwrap();
    }

    /// Lets them end. To how many connections each of them had to go.
    pub(crate) async fn end(self) -> Vec<usize> {
        self.enough.store(true, Ordering::SeqCst);
        let mut connections = Vec::new();
        for one in self.calling {
            connections.push(one.await.unwrap());
        }
        connections
    }
}

async fn call(at: SocketAddr, told: Arc<watch::Sender<usize>>, enough: Arc<AtomicBool>) -> usize {
    let mut connections = 0;
    loop {
        let stream = TcpStream::connect(at).await.expect("nobody is refused");
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        connections += 1;
        loop {
            let request = http::Request::post("/open/x").header("host", "a");
            let request = request.body(Full::new(Bytes::new())).unwrap();
            let answer = sender.send_request(request).await.expect("nobody is cut off");
            let (head, body) = answer.into_parts();
            assert_eq!(head.status, 200);
            assert_eq!(&*body.collect().await.unwrap().to_bytes(), b"/open/x");
            told.send_modify(|count| *count += 1);
            if head.headers.get("connection").is_some_and(|value| value == "close") {
                break;
            }
            if enough.load(Ordering::SeqCst) {
                return connections;
            }
        }
    }
}
