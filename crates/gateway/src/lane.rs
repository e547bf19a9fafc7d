//! Lanes: as many threads as there are cores, each with a runtime of its own.
//!
//! A connection from outside stays on one lane for life, and so do the connections to the servers behind that
//! its requests take: from the first byte in to the last byte out nothing crosses from thread to thread. For a
//! proxy, whose work is mostly waking up and passing on, that is the greater part of its cost.

use crate::serve::Place;
use std::cell::Cell;
use std::net::SocketAddr;
use std::num::NonZero;
use tokio::sync::{mpsc, oneshot};

thread_local! {
    static HERE: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The lane of this thread; beyond all lanes for a thread that is none.
pub(crate) fn here() -> usize {
    HERE.get()
}

/// Makes this thread a lane.
#[cfg(test)]
pub(crate) fn stand(number: usize) {
    HERE.set(number);
}

/// One for each core.
pub(crate) fn usual() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// A connection on its way to its lane.
pub(crate) type Arrival = (std::net::TcpStream, SocketAddr, Place);

/// Threads that serve connections.
pub(crate) struct Lanes {
    open: Vec<mpsc::UnboundedSender<Arrival>>,
    ended: Vec<oneshot::Receiver<()>>,
    turn: usize,
}

impl Lanes {
    /// Starts `count` lanes. Each runs `serve` on what arrives, and ends when that does.
    ///
    /// # Errors
    /// When the machine gives no thread or no poller.
    pub(crate) fn start<F>(
        count: usize,
        serve: impl Fn(mpsc::UnboundedReceiver<Arrival>) -> F + Send + Clone + 'static,
    ) -> std::io::Result<Self>
    where
        F: Future<Output = ()>,
    {
        let mut lanes = Self {
            open: Vec::new(),
            ended: Vec::new(),
            turn: 0,
        };
        for number in 0..count.max(1) {
            let (open, arrivals) = mpsc::unbounded_channel();
            let (end, ended) = oneshot::channel();
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let serve = serve.clone();
            std::thread::Builder::new()
                .name(format!("lane-{number}"))
                .spawn(move || {
                    HERE.set(number);
                    runtime.block_on(serve(arrivals));
                    // Its tasks go first: whoever waits for the end finds nothing that is about to break off.
                    runtime.shutdown_background();
                    // And what it was made with: the store of whoever waits may hang on it.
                    drop(serve);
                    // Nobody may wait for it any more.
                    let _nobody = end.send(());
                })?;
            lanes.open.push(open);
            lanes.ended.push(ended);
        }
        Ok(lanes)
    }

    /// Hands a connection to the lane whose turn it is.
    pub(crate) fn take(&mut self, arrival: Arrival) {
        self.turn = self.turn.wrapping_add(1);
        // A connection whose lane is gone is closed.
        if let Some(lane) = self.open.get(self.turn % self.open.len().max(1)) {
            let _closed = lane.send(arrival);
        }
    }

    /// Lets the lanes end: nothing arrives any more.
    pub(crate) async fn end(self) {
        drop(self.open);
        for ended in self.ended {
            let _gone = ended.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lanes;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;
    use std::time::Duration;

    /// Something that takes its time to be let go.
    struct Held(mpsc::Receiver<()>, Arc<AtomicBool>);

    impl Drop for Held {
        fn drop(&mut self) {
            // Nobody sends: this is the while that it takes.
            let _late = self.0.recv_timeout(Duration::from_millis(200));
            self.1.store(true, Ordering::SeqCst);
        }
    }

    /// Whoever waits for the lanes finds nothing of theirs still alive.
    #[tokio::test]
    async fn a_lane_has_ended_when_all_its_tasks_are_gone() {
        let (_open, never) = mpsc::channel();
        let gone = Arc::new(AtomicBool::new(false));
        let held = Arc::new(std::sync::Mutex::new(Some(Held(never, Arc::clone(&gone)))));
        let lanes = Lanes::start(1, move |mut arrivals| {
            let held = Arc::clone(&held);
            async move {
                let held = held.lock().unwrap().take();
                tokio::spawn(async move {
                    let _held = held;
                    std::future::pending::<()>().await;
                });
                while arrivals.recv().await.is_some() {}
            }
        });
        lanes.unwrap().end().await;
        assert!(gone.load(Ordering::SeqCst));
    }

    /// Nor anything of what they were started with.
    #[tokio::test]
    async fn a_lane_that_has_ended_holds_nothing() {
        let (_open, never) = mpsc::channel();
        let gone = Arc::new(AtomicBool::new(false));
        let held = Arc::new(std::sync::Mutex::new(Held(never, Arc::clone(&gone))));
        let lanes = Lanes::start(1, move |mut arrivals| {
            let held = Arc::clone(&held);
            async move {
                while arrivals.recv().await.is_some() {}
                drop(held);
            }
        });
        lanes.unwrap().end().await;
        assert!(gone.load(Ordering::SeqCst));
    }
}
