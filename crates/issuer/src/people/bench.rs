//! Where passwords are hashed, a few at a time.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Mutex, MutexGuard, OwnedSemaphorePermit, Semaphore};
use tollgate_keys::chance::Entropy;
use tollgate_keys::password::{self, Decoy, PasswordHash, Verdict};
use tollgate_model::Fault;
use zeroize::Zeroizing;

/// How many may wait for a place, and how many for one person's turn. More are sent away at once: somebody who floods
/// the door costs nobody memory, and who comes again in a moment is served.
const MOST_WAITING: usize = 64;
/// People are told apart by so many turns; two who share one wait for each other.
const TURNS: usize = 256;

/// Where passwords are hashed: Argon2id takes some 25 ms and 19 MiB each, so only as many at once as there are cores,
/// away from the threads that answer requests (OP7).
///
/// Tries for one person go one after the other on a node: a thousand guesses sent at once find the counter as full as
/// a thousand sent in a row would (SE8).
pub struct Bench {
    places: Arc<Semaphore>,
    waiting: AtomicUsize,
    turns: Vec<Line>,
    hasher: RandomState,
    /// What stands in for the dearest imported hash that was met here.
    imported: std::sync::Mutex<Option<Decoy>>,
}

#[derive(Default)]
struct Line {
    door: Mutex<()>,
    waiting: AtomicUsize,
}

/// It is too crowded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many wait already")]
struct Crowded;

impl Default for Bench {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self::of(cores)
    }
}

impl Bench {
    /// A bench with this many places.
    #[must_use]
    pub fn of(places: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places.max(1))),
            waiting: AtomicUsize::new(0),
            turns: std::iter::repeat_with(Line::default).take(TURNS).collect(),
            hasher: RandomState::new(),
            imported: std::sync::Mutex::default(),
        }
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// A [`Fault`]: unavailable when too many wait, or when there is no chance or no memory to be had.
    pub async fn hash(&self, password: &str, entropy: &Arc<dyn Entropy>) -> Result<PasswordHash, Fault> {
        let (password, entropy) = (Zeroizing::new(password.to_owned()), Arc::clone(entropy));
        self.work(move || password::hash(&password, &*entropy))
            .await?
            .map_err(|e| Fault::unavailable("hashing a password", e))
    }

    /// Compares a password with what is kept: a PHC string of ours, or a hash that another house made.
    ///
    /// A hash that was imported costs something else than ours, and the time of an answer would tell who was (SE7). So
    /// while such hashes are met, a wrong password is compared twice: with ours, and with one as dear as the imported,
    /// whichever of the two the person has, or neither. A right one is answered at once, and after it the person has
    /// ours.
    ///
    /// # Errors
    /// A [`Fault`] when too many wait.
    pub async fn verify(&self, password: &str, phc: &str) -> Result<Verdict, Fault> {
        let is_imported = self.expect(phc);
        let other = match is_imported {
            true => Some(password::decoy().to_owned()),
            false => self.imported().map(|decoy| decoy.text),
        };
        let (password, phc) = (Zeroizing::new(password.to_owned()), Zeroizing::new(phc.to_owned()));
        self.work(move || {
            let verdict = password::verify(&password, &phc);
            if verdict == Verdict::Wrong
                && let Some(other) = other
            {
                // No password fits it: it is compared for the time that it takes.
                let _ = std::hint::black_box(password::verify(&password, &other));
            }
            verdict
        })
        .await
    }

    /// Whether this hash is an imported one. Then others are compared for as long as it takes from now on.
    pub(crate) fn expect(&self, phc: &str) -> bool {
        let Some(met) = password::decoy_like(phc) else {
            return false;
        };
        let mut dearest = self.imported.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if dearest.as_ref().is_none_or(|held| held.cost < met.cost) {
            *dearest = Some(met);
        }
        true
    }

    fn imported(&self) -> Option<Decoy> {
        let held = self.imported.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        held.clone()
    }

    /// This person's turn, until what is returned is dropped.
    ///
    /// # Errors
    /// A [`Fault`] when too many wait for it.
    pub(super) async fn turn(&self, address: &str) -> Result<Option<MutexGuard<'_, ()>>, Fault> {
        let place = usize::try_from(self.hasher.hash_one(address) % TURNS as u64).unwrap_or_default();
        let Some(line) = self.turns.get(place) else {
            return Ok(None);
        };
        let _waiting = Waiting::begin(&line.waiting)?;
        Ok(Some(line.door.lock().await))
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let place = self.place().await?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until the work is over, also when nobody waits for it any more.
            let _place = place;
            work()
        });
        done.await.map_err(|e| Fault::defect("working at the bench", e))
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, Fault> {
        let _waiting = Waiting::begin(&self.waiting)?;
        Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|e| Fault::defect("waiting at the bench", e))
    }
}

/// One who waits; counted out again even if the request goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Result<Self, Fault> {
        let waiting = Self(count);
        if count.fetch_add(1, Ordering::Relaxed) >= MOST_WAITING {
            return Err(Fault::unavailable("waiting at the bench", Crowded));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;
    use tollgate_keys::chance::Fixed;
    use tollgate_model::fault::FaultKind;

    /// OP7: what was hashed is verified, and another password is not.
    #[tokio::test]
    async fn a_password_is_hashed_and_compared() {
        let bench = Bench::of(1);
        let entropy: Arc<dyn Entropy> = Arc::new(Fixed::new(1));
        let hash = bench.hash("four plain words here", &entropy).await.unwrap();
        let right = bench.verify("four plain words here", hash.as_str()).await.unwrap();
        assert_eq!(right, Verdict::Right { rehash: false });
        let wrong = bench.verify("four plain words her", hash.as_str()).await.unwrap();
        assert_eq!(wrong, Verdict::Wrong);
        let decoy = bench.verify("four plain words here", password::decoy()).await.unwrap();
        assert_eq!(decoy, Verdict::Wrong);
    }

    const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuuE7De1yMvd27e0At7fYW4Tbe/vN9hMam";

    /// SE7: once an imported hash was met, its like stands in wherever there is none; a dearer one takes its place.
    #[tokio::test]
    async fn an_imported_hash_is_stood_in_for() {
        let bench = Bench::of(1);
        bench.verify("wrong", password::decoy()).await.unwrap();
        assert_eq!(bench.imported(), None);
        let right = bench.verify("a long tin of blue herring", BCRYPT).await.unwrap();
        assert_eq!(right, Verdict::Right { rehash: true });
        assert_eq!(bench.imported(), password::decoy_like(BCRYPT));
        for (word, phc) in [("wrong", BCRYPT), ("wrong", password::decoy())] {
            assert_eq!(bench.verify(word, phc).await.unwrap(), Verdict::Wrong);
        }
        let dearer = BCRYPT.replace("$04$", "$10$");
        assert!(bench.expect(&dearer) && bench.expect(BCRYPT) && !bench.expect("no hash"));
        assert_eq!(bench.imported(), password::decoy_like(&dearer));
    }

    /// OP7, RL11: as many wait as fit, and the next is sent away; who went away is no longer counted.
    #[tokio::test]
    async fn a_storm_is_sent_away_when_the_queue_is_full() {
        let bench = Bench::of(1);
        let held = bench.place().await.unwrap();
        let mut queue: Vec<_> = (0..MOST_WAITING).map(|_| Box::pin(bench.place())).collect();
        for waiting in &mut queue {
            assert!(matches!(futures_poll(waiting.as_mut()), Poll::Pending));
        }
        let fault = bench.place().await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Unavailable);
        drop(queue);
        drop(held);
        assert!(bench.place().await.is_ok());
    }

    /// SE8: tries for one person go one after the other.
    #[tokio::test]
    async fn one_person_is_compared_once_at_a_time() {
        let bench = Bench::of(4);
        let first = bench.turn("ann@firm.example").await.unwrap();
        let mut second = Box::pin(bench.turn("ann@firm.example"));
        assert!(matches!(futures_poll(second.as_mut()), Poll::Pending));
        drop(first);
        assert!(second.await.unwrap().is_some());
    }

    fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    }
}
