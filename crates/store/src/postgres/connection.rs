//! Connections, and how they are lent.

use super::{
    address::Address,
    fault::{Broken, of_pool_build},
};
use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime,
};
use std::time::Duration;
use tollgate_model::Fault;

/// How every session begins. The timeouts end, on the server's side, what this side gave up on, so that a
/// node that is frozen amid a transaction does not hold the others up. A server that answers commits
/// before they are durable is told to wait; a stricter setting (remote_apply) is left alone.
const SESSION: &str = "SET statement_timeout = 2000; SET idle_in_transaction_session_timeout = 1500; \
    SET standard_conforming_strings = on; \
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// A pool of at most so many connections, none of which is open yet.
///
/// # Errors
/// A defect, when it cannot be set up.
pub(super) fn pool(address: &Address, connections: usize) -> Result<Pool, Fault> {
    let manager = Manager::from_config(
        address.config.clone(),
        address.tls.clone(),
        ManagerConfig {
            // No question before each loan: a dead connection says so by itself, and a timeout tells the rest.
            recycling_method: RecyclingMethod::Fast,
        },
    );
    let second = Some(Duration::from_millis(1500));
    Pool::builder(manager)
        .max_size(connections)
        .runtime(Runtime::Tokio1)
        .wait_timeout(second)
        .create_timeout(second)
        .recycle_timeout(second)
        .post_create(Hook::async_fn(|client: &mut ClientWrapper, _| {
            Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
        }))
        .build()
        .map_err(|error| of_pool_build(&error))
}

/// A connection on loan. Dropped without [`Loan::give_back`] (a timeout, an asker who went away, an
/// error) it is closed, so nobody gets one with a transaction open or an answer pending.
pub(super) struct Loan(Option<Object>);

impl From<Object> for Loan {
    fn from(object: Object) -> Self {
        Self(Some(object))
    }
}

impl Loan {
    /// The connection.
    ///
    /// # Errors
    /// Never while the loan lasts.
    pub(super) fn client(&self) -> Result<&ClientWrapper, Fault> {
        self.0
            .as_deref()
            .ok_or_else(|| Broken::Odd("the connection was given back").fault("using a connection"))
    }

    /// Hands the connection back for others to use: nothing is open on it.
    pub(super) fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
