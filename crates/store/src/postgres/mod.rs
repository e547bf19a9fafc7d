//! PostgreSQL: any number of equal nodes on one database.
//!
//! A keep is one round trip: its steps, the logs and the commit are sent at once, and the server judges each step.
//! Transactions are short and are tried again when the database asks for it. Nobody waits longer than `PATIENCE` for a
//! database that does not answer.

mod address;
#[cfg(feature = "conformance")]
mod admin;
mod connection;
mod fault;
mod listen;
mod migrate;
mod pipeline;
mod read;
mod value;
mod write;

#[cfg(feature = "conformance")]
pub(crate) use admin::{admin, connect};

use crate::{
    engine::{Ask, Engine, Work},
    port::answer_the_port,
    value::Row,
};
use connection::{Loan, pool};
use deadpool_postgres::{ClientWrapper, Pool};
use fault::Broken;
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    task::AbortHandle,
    time::{sleep, timeout},
};
use tollgate_model::{Answer, Fault, Kept, Seq};

/// How long an answer is waited for, connecting and trying again included.
const PATIENCE: Duration = Duration::from_millis(1900);
/// How long start-up waits for another node that migrates.
const START: Duration = Duration::from_secs(30);
/// How long a follower sleeps at most, should a notification be lost.
const POLL: Duration = Duration::from_millis(500);
/// How often a transaction is tried when others are in its way.
const TRIES: u32 = 5;

/// One attempt on one connection.
type Attempt<'c, T> = Pin<Box<dyn Future<Output = Result<T, Broken>> + Send + 'c>>;

/// A store in a PostgreSQL database.
pub struct Postgres {
    pool: Pool,
    head: Arc<watch::Sender<Seq>>,
    listener: AbortHandle,
}

impl Postgres {
    /// Connects, applies what migrations are pending and begins to listen. The form of `url` is told in
    /// [`crate::Settings`].
    ///
    /// # Errors
    /// A [`Fault`] when the address cannot be read, the server cannot be reached, or the database was made
    /// by a newer version.
    pub async fn connect(url: &str, connections: usize) -> Result<Self, Fault> {
        const DOING: &str = "connecting to PostgreSQL";
        let address = address::read(url)?;
        timeout(START, migrate::run(&address))
            .await
            .map_err(|_| Fault::unavailable(DOING, "no answer"))??;
        let pool = pool(&address, connections.max(1))?;
        let head = Arc::new(watch::Sender::new(0));
        let listener = tokio::spawn(listen::forever(address, Arc::clone(&head))).abort_handle();
        Ok(Self { pool, head, listener })
    }

    /// Tries `attempt` on a connection until it is through, is broken for good, or patience ends.
    async fn attempt<T: Send>(
        &self,
        doing: &'static str,
        attempt: impl for<'c> Fn(&'c ClientWrapper) -> Attempt<'c, T> + Send + Sync,
    ) -> Result<T, Fault> {
        let tries = async {
            let mut tried = 1;
            loop {
                let loan = Loan::from(self.pool.get().await.map_err(|error| fault::of_pool(doing, &error))?);
                match attempt(loan.client()?).await {
                    Ok(said) => {
                        loan.give_back();
                        return Ok(said);
                    }
                    Err(broken) if broken.passes() && tried < TRIES => {
                        if loan.client()?.batch_execute("ROLLBACK").await.is_ok() {
                            loan.give_back();
                        }
                        sleep(Duration::from_millis(5) * tried).await;
                        tried += 1;
                    }
                    // The connection is in a state we do not know: dropping the loan closes it.
                    Err(broken) => return Err(broken.fault(doing)),
                }
            }
        };
        timeout(PATIENCE, tries)
            .await
            .unwrap_or_else(|_| Err(Fault::unavailable(doing, "PostgreSQL took too long")))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Engine for Postgres {
    async fn read(&self, doing: &'static str, asks: Vec<Ask>) -> Result<Vec<Vec<Row>>, Fault> {
        let asks: Arc<[Ask]> = asks.into();
        self.attempt(doing, |client| {
            let asks = Arc::clone(&asks);
            Box::pin(async move { read::answer(client, &asks).await })
        })
        .await
    }

    async fn write(&self, work: Work) -> Result<Kept, Fault> {
        let work = Arc::new(work);
        self.attempt("keeping changes", |client| {
            let work = Arc::clone(&work);
            Box::pin(async move { write::keep(client, &work).await })
        })
        .await
    }

    async fn stirred(&self, seq: Seq) {
        let mut head = self.head.subscribe();
        if *head.borrow_and_update() > seq {
            return;
        }
        // What was committed before the listener heard of it is found by asking.
        if let Ok(reached) = crate::log::head(self).await
            && reached > seq
        {
            return;
        }
        // Woken by news or by the clock: the follower looks into the log either way.
        drop(timeout(POLL, head.wait_for(|head| *head > seq)).await);
    }
}

answer_the_port!(Postgres);
