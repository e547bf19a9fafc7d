//! What is huge weighs nothing: it is refused, or passes through without being held.

use crate::behind::{Behind, Kind, Understood};
use futures_util::StreamExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_tests::binary::program;
use tollgate_tests::{run, until};

/// `tollgate serve` in a process of its own; it ends with this value.
struct Process {
    child: Child,
    gateway: String,
    _home: tempfile::TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A port that is free at this moment.
fn free() -> String {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    socket.local_addr().unwrap().to_string()
}

impl Process {
    /// Two public routes to `target`, one with a cap.
    async fn start(target: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let (issuer, management, gateway) = (free(), free(), free());
        let config = format!(
            "[server]\npublic_url = \"http://{issuer}\"\nlisten = \"{issuer}\"\nmanagement_listen = \"{management}\"\n\
             development = true\n[store]\nurl = \"sqlite:{home}/house.db\"\n[gateway]\nlisten = \"{gateway}\"\n\
             [upstream.behind]\ntargets = [\"{target}\"]\n[upstream.capped]\ntargets = [\"{target}\"]\nmax_body = 1000\n\
             [[route]]\nid = \"open\"\npath = \"/open/{{rest...}}\"\nupstream = \"behind\"\n\
             [[route]]\nid = \"capped\"\npath = \"/capped/{{rest...}}\"\nupstream = \"capped\"\n",
            home = home.path().display()
        );
        let file = home.path().join("tollgate.toml");
        std::fs::write(&file, config).unwrap();
        let log = home.path().join("log");
        let child = Command::new(program())
            .args(["serve", "--config"])
            .arg(&file)
            .env(
                "TOLLGATE_MASTER_KEY",
                MasterKey::generate(&chance::System).unwrap().to_text().as_str(),
            )
            .env("TOLLGATE_LOG", "warn")
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn();
        let mut process = Self {
            child: child.unwrap(),
            gateway,
            _home: home,
        };
        until("the gateway takes connections", || {
            let ended = process.child.try_wait().unwrap();
            let (at, log) = (process.gateway.clone(), log.clone());
            async move {
                assert_eq!(ended, None, "it ended: {}", std::fs::read_to_string(log).unwrap());
                TcpStream::connect(at).await.is_ok()
            }
        })
        .await;
        process
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.gateway)
    }

    /// Resident memory in KiB: now, or at its highest. None where `/proc` is not.
    fn memory(&self, word: &str) -> Option<u64> {
        let status = Path::new("/proc").join(self.child.id().to_string()).join("status");
        let text = std::fs::read_to_string(status).ok()?;
        let line = text.lines().find_map(|line| line.strip_prefix(word))?;
        line.trim().split(' ').next()?.parse().ok()
    }

    /// What came back for a head and as much more as is taken, until the connection ends or an answer stands.
    async fn raw(&self, head: &str, part: &[u8], times: usize) -> String {
        let stream = TcpStream::connect(&self.gateway).await.unwrap();
        let (mut from, mut to) = stream.into_split();
        let write = async {
            let mut taken = to.write_all(head.as_bytes()).await.is_ok();
            for _ in 0..times {
                taken = taken && to.write_all(part).await.is_ok();
            }
        };
        let read = async {
            let mut answer = [0; 64];
            let count = from.read(&mut answer).await.unwrap_or(0);
            String::from_utf8_lossy(&answer[..count]).into_owned()
        };
        tokio::pin!(write, read);
        tokio::select! {
            answer = &mut read => answer,
            () = &mut write => read.await,
        }
    }
}

/// As much is sent at once by each of them.
const PART: usize = 256 * 1024;

/// A body of so many parts, made as it is sent.
fn body(parts: usize) -> reqwest::Body {
    let part = bytes::Bytes::from(vec![b'x'; PART]);
    let parts = futures_util::stream::iter((0..parts).map(move |_| Ok::<_, std::io::Error>(part.clone())));
    reqwest::Body::wrap_stream(parts.boxed())
}

/// RL14, AT28: bodies of hundreds of megabytes pass through or are refused at their cap; lines, heads and trailers without
/// end are refused. The process is never larger by 50 MB than it was, not even for a moment.
#[test]
fn what_is_huge_weighs_nothing() {
    run(async {
        let behind = Behind::start(Kind::Node).await;
        tokio::task::spawn_blocking(program).await.unwrap();
        let mut gateway = Process::start(&behind.url()).await;
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        assert_eq!(
            http.post(gateway.url("/open/first"))
                .body(body(1))
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
        let before = gateway.memory("VmRSS:");

        // 4 times 64 MB at once, over HTTP/1.1, without a length.
        let passed = (0..4).map(|n| {
            http.post(gateway.url(&format!("/open/large-{n}")))
                .body(body(256))
                .send()
        });
        for (n, answer) in futures_util::future::join_all(passed).await.into_iter().enumerate() {
            let text = answer.unwrap().text().await.unwrap();
            let understood = Understood::read(&text).expect(&text);
            assert_eq!(understood.target, format!("/open/large-{n}"));
        }
        // And over HTTP/2, many streams on one connection.
        let two = reqwest::Client::builder().http2_prior_knowledge().build().unwrap();
        let passed = (0..8).map(|n| two.post(gateway.url(&format!("/open/two-{n}"))).body(body(64)).send());
        for answer in futures_util::future::join_all(passed).await {
            assert_eq!(answer.unwrap().status(), 200);
        }
        // Over the cap, with a length and without one.
        let long = "POST /capped/x HTTP/1.1\r\nhost: a\r\ncontent-length: 10000000000\r\n\r\n";
        let answer = gateway.raw(long, &vec![b'x'; PART], 64).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        let chunked = "POST /capped/x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunk = [format!("{PART:x}\r\n").into_bytes(), vec![b'x'; PART], b"\r\n".to_vec()].concat();
        let answer = gateway.raw(chunked, &chunk, 64).await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

        // Lines without end: of the request, of a field, of a name, of fields without number, and of what follows a body.
        let filler = vec![b'a'; PART];
        let fields = "x: a\r\n".repeat(PART / 6).into_bytes();
        for (head, part) in [
            ("GET /open/", &filler),
            ("GET /open/?", &filler),
            ("", &filler),
            ("GET /open/x HTTP/1.1\r\nhost: a\r\nx: ", &filler),
            ("GET /open/x HTTP/1.1\r\nhost: a\r\n", &filler),
            ("GET /open/x HTTP/1.1\r\nhost: a\r\ncookie: ", &filler),
            ("GET /open/x HTTP/1.1\r\nhost: a\r\n", &fields),
        ] {
            let answer = gateway.raw(head, part, 64).await;
            assert!(
                answer.starts_with("HTTP/1.1 4") || answer.is_empty(),
                "{head:?}: {answer}"
            );
        }
        let open = "POST /open/x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
        for (head, part) in [
            (format!("{open}0\r\n"), &fields),
            (format!("{open}0\r\nx: "), &filler),
            (format!("{open}5;"), &filler),
        ] {
            let answer = gateway.raw(&head, part, 64).await;
            assert!(
                !answer.starts_with("HTTP/1.1 200 "),
                "{}: {answer}",
                head.escape_debug()
            );
        }

        let (now, highest) = (gateway.memory("VmRSS:"), gateway.memory("VmHWM:"));
        if let (Some(before), Some(now), Some(highest)) = (before, now, highest) {
            let most = before + 50 * 1024;
            assert!(
                now < most && highest < most,
                "{before} KiB before, {now} KiB now, {highest} KiB at its highest"
            );
        }
        assert!(gateway.child.try_wait().unwrap().is_none(), "it still runs");
        assert_eq!(http.get(gateway.url("/open/after")).send().await.unwrap().status(), 200);
        assert!(
            !behind.seen().iter().any(|line| line.starts_with("unreadable")),
            "{:?}",
            behind.seen()
        );
    });
}
