//! The `tollgate` program itself, as a person starts it.

use crate::house::checkout;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// Where the program is; built once, when it is not up to date.
pub fn program() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        // The test lies in TARGET/debug/deps.
        let deps = std::env::current_exe().unwrap();
        let target = deps.ancestors().nth(3).unwrap();
        let built = Command::new(env!("CARGO"))
            .args([
                "build",
                "--quiet",
                "--locked",
                "--package",
                "tollgate",
                "--bin",
                "tollgate",
                "--target-dir",
            ])
            .arg(target)
            .current_dir(checkout())
            .status();
        assert!(built.unwrap().success(), "the program does not build");
        target.join("debug/tollgate")
    })
}

/// A `tollgate demo` in a process of its own. It ends with this value.
pub struct Demo {
    child: Child,
    pub dir: tempfile::TempDir,
    pub env: BTreeMap<String, String>,
}

impl Demo {
    /// Starts it and waits until everything answers. All it logs goes to a file.
    pub async fn start(preset: &str, log: &str) -> Self {
        let program = tokio::task::spawn_blocking(program).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str| Stdio::from(std::fs::File::create(dir.path().join(name)).unwrap());
        let mut child = Command::new(program)
            .args([
                "demo",
                "--preset",
                preset,
                "--issuer-port",
                "0",
                "--gateway-port",
                "0",
                "--api-port",
                "0",
                "--dir",
            ])
            .arg(dir.path().join("demo"))
            .env("TOLLGATE_LOG", log)
            .env_remove("TOLLGATE_DEMO_STORE")
            .stdout(file("stdout"))
            .stderr(file("stderr"))
            .spawn()
            .unwrap();
        let env_file = dir.path().join("demo/demo.env");
        crate::until("the demo answers", || {
            assert_eq!(child.try_wait().unwrap(), None, "the demo ended");
            let there = env_file.exists();
            async move {
                if !there {
                    // Another process is waited for: leave it the processor.
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
                there
            }
        })
        .await;
        let text = std::fs::read_to_string(&env_file).unwrap();
        let lines = text.lines().map(|line| line.split_once('=').unwrap());
        let env = lines
            .map(|(name, value)| (name.to_owned(), value.trim_matches('\'').to_owned()))
            .collect();
        Self { child, dir, env }
    }

    /// A line of `demo.env`, by the end of its name.
    pub fn env(&self, name: &str) -> &str {
        &self.env[&format!("TOLLGATE_{name}")]
    }

    /// All it wrote so far: standard output and the log.
    pub fn said(&self) -> String {
        let read =
            |name: &str| String::from_utf8_lossy(&std::fs::read(self.dir.path().join(name)).unwrap()).into_owned();
        format!("{}\n{}", read("stdout"), read("stderr"))
    }

    /// Resident memory in KiB; `None` where `/proc` is not.
    pub fn resident(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?
            .trim()
            .split(' ')
            .next()?
            .parse()
            .ok()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
    }
}
