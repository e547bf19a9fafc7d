//! How many connections there are. When there are too many, the oldest that does nothing makes room.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use tokio::sync::oneshot;

/// Why a connection shall end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leave {
    /// Another needs its place.
    Room,
    /// The gateway stops.
    Stop,
}

/// One of the connections, until it is dropped.
pub(crate) struct Standing {
    /// By which it is told, once. What waits for it costs a connection no lock.
    bell: Mutex<Option<oneshot::Sender<Leave>>>,
    /// Whether it was told.
    pub(crate) leaves: AtomicBool,
    /// Requests that are under way on it.
    pub(crate) under_way: AtomicU32,
    /// Whether it ever brought a request.
    pub(crate) begun: AtomicBool,
    /// Whether it speaks HTTP/2.
    pub(crate) over_http2: AtomicBool,
    count: Arc<AtomicUsize>,
}

impl Standing {
    /// Tells it to end.
    fn leave(&self, why: Leave) {
        self.leaves.store(true, Ordering::Relaxed);
        // The lock guards a sender, which is there or is not.
        let bell = self.bell.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(bell) = bell {
            let _ended = bell.send(why);
        }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection's place, and what tells it to leave.
pub(crate) type Place = (Arc<Standing>, oneshot::Receiver<Leave>);

/// All of them, in the order in which they came. Only whoever takes connections holds it.
pub(super) struct Crowd {
    most: usize,
    count: Arc<AtomicUsize>,
    line: VecDeque<Weak<Standing>>,
}

/// So many are looked at, at most, to find one that can go.
const LOOKS: usize = 64;

impl Crowd {
    /// At most `most` connections; 0: any number.
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: if most == 0 { usize::MAX } else { most },
            count: Arc::default(),
            line: VecDeque::new(),
        }
    }

    /// A place for one more; none when there is none to be had. It takes a moment until one that was told to go has
    /// gone, so for that moment there may be an eighth more than the most.
    pub(super) fn enter(&mut self) -> Option<Place> {
        let there = self.count.load(Ordering::Relaxed);
        if there >= self.most && (!self.make_room() || there >= self.most.saturating_add(self.most / 8)) {
            return None;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        let (bell, heard) = oneshot::channel();
        let standing = Arc::new(Standing {
            bell: Mutex::new(Some(bell)),
            leaves: AtomicBool::new(false),
            under_way: AtomicU32::new(0),
            begun: AtomicBool::new(false),
            over_http2: AtomicBool::new(false),
            count: Arc::clone(&self.count),
        });
        self.line.push_back(Arc::downgrade(&standing));
        if self.line.len() > 1024 && self.line.len() / 2 > there {
            self.line.retain(|standing| standing.strong_count() > 0);
        }
        Some((standing, heard))
    }

    /// Tells all to end.
    pub(super) fn stop(self) {
        for standing in self.line.iter().filter_map(Weak::upgrade) {
            standing.leave(Leave::Stop);
        }
    }

    /// Tells the oldest that does nothing to go.
    fn make_room(&mut self) -> bool {
        for _ in 0..LOOKS.min(self.line.len()) {
            let Some(oldest) = self.line.pop_front() else {
                return false;
            };
            let Some(standing) = oldest.upgrade() else {
                continue;
            };
            if standing.under_way.load(Ordering::Relaxed) == 0 {
                standing.leave(Leave::Room);
                return true;
            }
            self.line.push_back(oldest);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RL12: the oldest that does nothing makes room, one with a request under way does not.
    #[test]
    fn the_oldest_idle_connection_makes_room() {
        let mut crowd = Crowd::new(8);
        let there: Vec<_> = (0..8).map(|_| crowd.enter().unwrap()).collect();
        there[0].0.under_way.store(1, Ordering::Relaxed);
        let ninth = crowd.enter().unwrap();
        let told: Vec<_> = there
            .iter()
            .map(|place| place.0.leaves.load(Ordering::Relaxed))
            .collect();
        assert_eq!(told, [false, true, false, false, false, false, false, false]);
        assert!(crowd.enter().is_none(), "nobody has gone yet");
        drop((there, ninth));
        let busy: Vec<_> = (0..8).map(|_| crowd.enter().unwrap()).collect();
        busy.iter()
            .for_each(|place| place.0.under_way.store(1, Ordering::Relaxed));
        assert!(crowd.enter().is_none(), "all are at work");
        crowd.stop();
        for (standing, mut heard) in busy {
            assert_eq!(heard.try_recv(), Ok(Leave::Stop));
            assert!(standing.leaves.load(Ordering::Relaxed));
        }
    }

    #[test]
    fn who_has_gone_is_forgotten() {
        let mut crowd = Crowd::new(10_000);
        for _ in 0..10_000 {
            drop(crowd.enter());
        }
        assert!(crowd.line.len() <= 1025, "{}", crowd.line.len());
        assert_eq!(crowd.count.load(Ordering::Relaxed), 0);
    }
}
