//! What the house writes to its log while a test runs.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, OnceLock};
use tracing_subscriber::EnvFilter;

/// The log of every house in this process: tests run side by side and look for what is theirs alone.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

/// Listens from now on, to all that our own rooms say at any level.
pub(crate) fn listen() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let log = Log(Arc::default());
        let written = log.clone();
        tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("tollgate=trace"))
            .with_ansi(false)
            .with_writer(move || written.clone())
            .init();
        log
    });
    log.clone()
}

impl Log {
    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
