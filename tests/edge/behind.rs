//! A server behind the gateway, in a process of its own. It answers what it understood, and writes down what arrived.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tollgate_tests::house::{House, ORDINARY, checkout};
use tollgate_tests::until;

/// Which server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Node,
    Python,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Nginx, Kind::Node, Kind::Python];

/// The headers that it answers with, as CGI spells them: how a server that joins spellings reads them.
pub(crate) const HEADERS: [&str; 25] = [
    "accept",
    "authorization",
    "forwarded",
    "tollgate_account",
    "tollgate_acting_user",
    "tollgate_acting_user_id",
    "tollgate_assertion",
    "tollgate_client",
    "tollgate_environment",
    "tollgate_person",
    "tollgate_request_id",
    "tollgate_scopes",
    "tollgate_subject",
    "tollgate_unheard_of",
    "x_forwarded_for",
    "x_forwarded_host",
    "x_forwarded_prefix",
    "x_forwarded_proto",
    "x_http_method",
    "x_http_method_override",
    "x_method_override",
    "x_original_uri",
    "x_original_url",
    "x_real_ip",
    "x_rewrite_url",
];

/// A running server; gone when it is dropped.
pub(crate) struct Behind {
    process: Child,
    at: String,
    home: tempfile::TempDir,
}

impl Drop for Behind {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// What it says that it understood.
#[derive(Clone, Debug)]
pub(crate) struct Understood {
    /// The rule of its own that the path selects: `open`, `docs`, `docs-admin`, `mail` or `none`.
    pub(crate) rule: String,
    pub(crate) method: String,
    pub(crate) target: String,
    /// The headers of [`HEADERS`] that arrived, several of one name joined by a comma.
    pub(crate) headers: BTreeMap<String, String>,
}

impl Understood {
    /// Reads it from the body of an answer; none when it is not such a server's.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let mut lines = body.lines();
        let rule = lines.next()?.strip_prefix("rule ")?.to_owned();
        let (method, target) = lines.next()?.split_once(' ')?;
        let (method, target) = (method.to_owned(), target.to_owned());
        let headers = lines.filter_map(|line| line.split_once('='));
        let headers = headers.filter(|(_, value)| !value.is_empty());
        Some(Self {
            rule,
            method,
            target,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        })
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        assert!(HEADERS.contains(&name), "{name} is not told");
        self.headers.get(name).map_or("", String::as_str)
    }
}

impl Behind {
    /// Starts one and waits until it takes connections. A free port can be taken before it takes it; other reasons fail
    /// three times.
    #[expect(
        clippy::print_stderr,
        reason = "why a server does not start is in its own words alone"
    )]
    pub(crate) async fn start(kind: Kind) -> Self {
        for _ in 0..3 {
            let home = tempfile::tempdir().unwrap();
            let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
            let at = free.local_addr().unwrap().to_string();
            drop(free);
            std::fs::write(home.path().join("seen"), "").unwrap();
            let said = std::fs::File::create(home.path().join("said")).unwrap();
            let process = command(kind, &at, home.path())
                .stdin(Stdio::null())
                .stdout(said.try_clone().unwrap())
                .stderr(said)
                .spawn()
                .unwrap_or_else(|error| panic!("{kind:?} is not installed: {error}"));
            let mut behind = Self { process, at, home };
            let mut ended = false;
            until("the server takes connections", || {
                ended = behind.process.try_wait().unwrap().is_some();
                let (at, ended) = (behind.at.clone(), ended);
                async move { ended || TcpStream::connect(at).await.is_ok() }
            })
            .await;
            if !ended {
                return behind;
            }
            eprintln!("{}", std::fs::read_to_string(behind.home.path().join("said")).unwrap());
        }
        panic!("{kind:?} does not start");
    }

    /// The ordinary house with this server behind its gateway, and `extra` beneath its configuration.
    pub(crate) async fn house(&self, extra: &str) -> House {
        let text = format!("{ORDINARY}\n{extra}");
        House::start_before(&text, None, format!("http://{}", self.at)).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Every request that arrived, as `METHOD target`, and a line of another form for what it could not read.
    pub(crate) fn seen(&self) -> Vec<String> {
        let seen = std::fs::read(self.home.path().join("seen")).unwrap();
        String::from_utf8_lossy(&seen).lines().map(str::to_owned).collect()
    }

    /// What arrived of all that was sent so far: a request that is sent now arrives after it.
    pub(crate) async fn seen_by_now(&self, house: &House) -> Vec<String> {
        let target = format!("/open/now-{}", self.seen().len());
        let sent = house
            .http
            .get(format!("{}{target}", house.node.gateway))
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 200);
        self.has_seen(&target).await;
        let mut seen = self.seen();
        seen.retain(|line| !line.contains(" /open/now-"));
        seen
    }

    /// Waits until a request for that target has arrived: what was answered before it has arrived, too.
    pub(crate) async fn has_seen(&self, target: &str) {
        let ends = format!(" {target}");
        until(target, || {
            let seen = self.seen().iter().any(|line| line.ends_with(&ends));
            std::future::ready(seen)
        })
        .await;
    }
}

fn command(kind: Kind, at: &str, home: &Path) -> Command {
    let here = checkout().join("tests/edge");
    let mut command = match kind {
        Kind::Nginx => {
            let file = home.join("nginx.conf");
            std::fs::write(&file, nginx(at, home)).unwrap();
            // Debian keeps it where only root's PATH looks.
            let debian = PathBuf::from("/usr/sbin/nginx");
            let mut command = Command::new(if debian.exists() { debian } else { "nginx".into() });
            command.arg("-p").arg(home).arg("-c").arg(file);
            return command;
        }
        Kind::Node => {
            let mut command = Command::new("node");
            command.arg(here.join("strict.mjs"));
            command
        }
        Kind::Python => {
            let mut command = Command::new("python3");
            command.arg(here.join("lax.py"));
            command
        }
    };
    let (host, port) = at.split_once(':').unwrap();
    command.args([host, port]).arg(home.join("seen")).args(HEADERS);
    command
}

/// Underscores and other odd names of headers are let in, so that it joins spellings; all else is nginx's own choice.
fn nginx(at: &str, home: &Path) -> String {
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {};\n", home.join(name).display()))
        .concat();
    let headers: String = HEADERS.map(|name| format!("{name}=$http_{name}\\n")).concat();
    let location = |place: &str, rule: &str| {
        format!("location {place} {{ return 200 \"rule {rule}\\n$request_method $request_uri\\n{headers}\"; }}\n")
    };
    let locations: String = [
        ("/docs/admin", "docs-admin"),
        ("/docs", "docs"),
        ("/mail", "mail"),
        ("/open", "open"),
        ("/", "none"),
    ]
    .map(|(place, rule)| location(place, rule))
    .concat();
    format!(
        "daemon off;\nmaster_process off;\npid {home}/pid;\nerror_log stderr crit;\nevents {{}}\nhttp {{\n\
         log_format seen '$request_method $request_uri';\naccess_log {home}/seen seen;\nunderscores_in_headers on;\n\
         ignore_invalid_headers off;\nclient_max_body_size 0;\n{folders}server {{\nlisten {at};\n{locations}}}\n}}\n",
        home = home.display()
    )
}

/// The whole of what comes back for these bytes, until the gateway closes the connection.
pub(crate) async fn raw(gateway: &str, bytes: &[u8]) -> String {
    let at = gateway.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(at).await.unwrap();
    // It may be refused before it is read to its end.
    let _cut = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    // Generous: a gateway that waits for more than was sent is what is being looked for.
    let limit = std::time::Duration::from_secs(20);
    let read = tokio::time::timeout(limit, stream.read_to_end(&mut answer)).await;
    assert!(
        read.is_ok(),
        "it waits for more: {}\n{}",
        String::from_utf8_lossy(bytes),
        String::from_utf8_lossy(&answer)
    );
    String::from_utf8_lossy(&answer).into_owned()
}

/// Statuses and bodies of the answers on one connection.
pub(crate) fn answers(whole: &str) -> Vec<(u16, &str)> {
    let mut parts = whole.split("HTTP/1.1 ");
    // What stands before the first is no answer.
    let before = parts.next().unwrap_or_default();
    assert!(before.is_empty() || before.starts_with("HTTP/1.0 "), "{whole}");
    let first = before.strip_prefix("HTTP/1.0 ");
    let all = first.into_iter().chain(parts);
    all.map(|part| {
        let status = part.get(..3).and_then(|text| text.parse().ok()).expect(whole);
        (status, part.split_once("\r\n\r\n").map_or("", |(_, body)| body))
    })
    .filter(|(status, _)| *status != 100)
    .collect()
}

/// A token of the house's client that holds `read` of `docs` alone.
pub(crate) async fn reader(house: &House) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("audience", "https://api.example/docs"),
        ("scope", "read"),
    ];
    let answer: serde_json::Value = house.ask(&form).send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}
