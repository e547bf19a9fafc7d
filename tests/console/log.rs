//! What this process logs, all of it.

use std::io::Write;
use std::sync::{Mutex, OnceLock};
use tracing_subscriber::EnvFilter;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        // What went wrong in the house explains a test that fails.
        if bytes.windows(5).any(|word| word == b" WARN" || word == b"ERROR") {
            eprint!("{}", String::from_utf8_lossy(bytes));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps every line from now on.
pub(crate) fn keep() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let filter = EnvFilter::new("tollgate=trace,hyper=debug,axum=trace");
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_ansi(false)
            .with_writer(|| Log)
            .init();
    });
}

/// Every line so far.
pub(crate) fn lines() -> String {
    String::from_utf8_lossy(&LOG.lock().unwrap()).into_owned()
}
