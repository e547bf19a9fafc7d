//! A PostgreSQL of the test's own, which can be frozen without anybody else's standing still.

use crate::process::signal;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tollgate_tests::house::open_sockets;
use tollgate_tests::until;

/// A server. It ends with this value.
pub(crate) struct Server {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

/// A server that stands still until this is dropped.
pub(crate) struct Frozen(Vec<u32>);

impl Server {
    /// Makes an empty one, and waits until it answers.
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        let user = unprivileged(dir.path());
        let made = program("initdb", user)
            .args([
                "--auth",
                "trust",
                "--username",
                "postgres",
                "--encoding",
                "UTF8",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data)
            .output()
            .expect("PostgreSQL's server is needed: ./test installs it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let port = open_sockets().await.issuer.unwrap().local_addr().unwrap().port();
        let child = program("postgres", user)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(dir.path())
            .args([
                "-p",
                &port.to_string(),
                "-c",
                "listen_addresses=localhost",
                "-c",
                "fsync=off",
            ])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(dir.path().join("log")).unwrap())
            .spawn();
        let server = Self {
            child: child.unwrap(),
            port,
            _dir: dir,
        };
        until("PostgreSQL answers", || async {
            tollgate_store::testing::fresh(&server.url()).await.is_ok()
        })
        .await;
        server
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@localhost:{}/postgres", self.port)
    }

    /// Has it stand still: nothing is closed, and nothing is answered.
    pub(crate) fn freeze(&self) -> Frozen {
        // The server itself first, so that nobody is born meanwhile.
        let server = self.child.id();
        signal("STOP", server);
        let mut all = vec![server];
        for child in children(server) {
            signal("STOP", child);
            all.push(child);
        }
        assert!(all.len() > 3, "a server is several processes");
        Frozen(all)
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        for process in &self.0 {
            signal("CONT", *process);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT ends the server with all its children, SIGKILL would leave them.
        signal("QUIT", self.child.id());
        let _ended = self.child.wait();
    }
}

/// Whose parent a process is.
fn children(parent: u32) -> Vec<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let is_child = |process: &u32| {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        line.and_then(|text| text.trim().parse().ok()) == Some(parent)
    };
    numbers.filter(is_child).collect()
}

/// One of PostgreSQL's programs, as this user. Debian keeps them out of PATH, one folder for each version.
fn program(name: &str, user: Option<(u32, u32)>) -> Command {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let found = versions
        .filter_map(Result::ok)
        .map(|version| version.path().join("bin").join(name))
        .filter(|path| path.exists())
        .max();
    let mut command = Command::new(found.unwrap_or_else(|| PathBuf::from(name)));
    // Not this checkout: the unprivileged user may not look into it.
    command.current_dir("/");
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

/// Whom PostgreSQL runs as, where the tests run as root, whom it refuses: its own user, who gets the folder.
fn unprivileged(dir: &Path) -> Option<(u32, u32)> {
    if std::fs::metadata(dir).unwrap().uid() != 0 {
        return None;
    }
    let number = |flag: &str| -> u32 {
        let told = Command::new("id").args([flag, "postgres"]).output().unwrap();
        String::from_utf8(told.stdout)
            .unwrap()
            .trim()
            .parse()
            .expect("a user postgres")
    };
    let (user, group) = (number("-u"), number("-g"));
    chown(dir, Some(user), Some(group)).unwrap();
    Some((user, group))
}
