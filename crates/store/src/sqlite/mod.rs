//! SQLite: one file, one writer thread with group commit, a few reader threads.
//!
//! Full durability costs an fsync per transaction; one writer that keeps what has piled up while the last
//! fsync ran makes it cheap. Readers have their own connections and, by the write-ahead log, never wait
//! for the writer. Nothing of this blocks a thread of the async runtime.

mod chain;
mod connection;
mod fault;
mod migrate;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod prepared;
mod reader;
mod writer;

use crate::{
    engine::{Ask, Engine, Work},
    port::answer_the_port,
    value::Row,
};
#[cfg(feature = "conformance")]
pub(crate) use chain::teach;

use fault::fault;
use std::{path::Path, sync::Arc, thread::JoinHandle, time::Duration};
use tokio::sync::{mpsc, oneshot, watch};
use tollgate_model::{Answer, Fault, Kept, Seq};

/// How many writes and how many reads may wait.
const QUEUE: usize = 1024;
/// How long somebody waits for a place in a queue, and then for the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a follower sleeps at most, should another process have written to the file.
const POLL: Duration = Duration::from_secs(1);
/// How many threads read.
const READERS: usize = 2;

/// A store in one SQLite file.
pub struct Sqlite {
    writer: mpsc::Sender<writer::Job>,
    readers: mpsc::Sender<reader::Job>,
    head: watch::Receiver<Seq>,
    /// Kept here too, so that followers never mistake a dead writer for news.
    _head: Arc<watch::Sender<Seq>>,
    /// The writer's thread, then the readers'.
    threads: Vec<JoinHandle<()>>,
}

impl Sqlite {
    /// Opens the file (made with mode 0600 when it is not there), applies what migrations are pending and
    /// starts the threads.
    ///
    /// # Errors
    /// A [`Fault`] when the file cannot be opened, SQLite is older than 3.51.3 (whose write-ahead log could
    /// be damaged), or the database was made by a newer version.
    pub async fn open(path: &Path) -> Result<Self, Fault> {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || Self::start(&path))
            .await
            .map_err(|error| Fault::defect("opening the SQLite file", error))?
    }

    fn start(path: &Path) -> Result<Self, Fault> {
        connection::fit(rusqlite::version_number())?;
        connection::create(path)?;
        let mut connection = connection::writing(path)?;
        migrate::run(&mut connection)?;
        let seq = connection
            .query_row(crate::log::HEAD.sqlite(), [], |row| row.get(0))
            .map_err(|error| fault("reading the head of the change log", error))?;
        let head = Arc::new(watch::Sender::new(seq));
        let mut threads = Vec::new();
        let mut spawn = |name: &str, run: Box<dyn FnOnce() + Send>| -> Result<(), Fault> {
            let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
            threads.push(thread.map_err(|error| Fault::unavailable("starting a thread for SQLite", error))?);
            Ok(())
        };

        let (writer, jobs) = mpsc::channel(QUEUE);
        let told = Arc::clone(&head);
        spawn("sqlite-writer", Box::new(move || writer::run(connection, jobs, &told)))?;

        let (readers, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(std::sync::Mutex::new(jobs));
        for _ in 0..READERS {
            let connection = connection::reading(path)?;
            let jobs = Arc::clone(&jobs);
            spawn("sqlite-reader", Box::new(move || reader::run(connection, &jobs)))?;
        }

        Ok(Self {
            writer,
            readers,
            head: head.subscribe(),
            _head: head,
            threads,
        })
    }
}

impl Drop for Sqlite {
    /// Ends the threads: each finishes what is in its queue. The readers go first, so that the writer is
    /// the last to close the file and writes the log back into it; two that close at once would each leave
    /// that to the other.
    fn drop(&mut self) {
        self.readers = mpsc::channel(1).0;
        let readers = self.threads.split_off(self.threads.len().min(1));
        end(readers);
        self.writer = mpsc::channel(1).0;
        end(std::mem::take(&mut self.threads));
    }
}

fn end(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread of the SQLite store had died");
        }
    }
}

impl Engine for Sqlite {
    async fn read(&self, doing: &'static str, asks: Vec<Ask>) -> Result<Vec<Vec<Row>>, Fault> {
        ask(doing, &self.readers, |answer| reader::Job { doing, asks, answer }).await
    }

    async fn write(&self, work: Work) -> Result<Kept, Fault> {
        ask("keeping changes", &self.writer, |answer| writer::Job { work, answer }).await
    }

    async fn stirred(&self, seq: Seq) {
        let mut head = self.head.clone();
        // Woken by news or by the clock: the follower looks into the log either way.
        drop(tokio::time::timeout(POLL, head.wait_for(|head| *head > seq)).await);
    }
}

/// Queues a job and waits for its answer; a full queue and a dead thread are faults, not silence.
async fn ask<J, T>(
    doing: &'static str,
    queue: &mpsc::Sender<J>,
    job: impl FnOnce(oneshot::Sender<Result<T, Fault>>) -> J,
) -> Result<T, Fault> {
    let (answer, answered) = oneshot::channel();
    queue
        .send_timeout(job(answer), PATIENCE)
        .await
        .map_err(|_| Fault::unavailable(doing, "the queue of the SQLite store is full or its thread is gone"))?;
    match tokio::time::timeout(PATIENCE, answered).await {
        Ok(Ok(said)) => said,
        Ok(Err(_)) => Err(Fault::unavailable(doing, "the thread of the SQLite store is gone")),
        Err(_) => Err(Fault::unavailable(doing, "the SQLite store took too long")),
    }
}

answer_the_port!(Sqlite);
