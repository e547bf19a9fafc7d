//! Sending several statements before the first is answered.

use crate::{engine::Step, value::Value};
use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
};
use tokio_postgres::{Client, Error, Statement, types::ToSql};

/// A statement on its way: how many rows it touched.
pub(super) type Sent<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// Awaits all. They are first polled in order, which is when the driver sends them: the server gets them in
/// that order, and answers in it.
pub(super) async fn all<T: Unpin>(mut sent: Vec<Sent<'_, T>>) -> Vec<Result<T, Error>> {
    let mut answers: Vec<Option<Result<T, Error>>> = sent.iter().map(|_| None).collect();
    poll_fn(|context: &mut Context<'_>| {
        let mut open = false;
        for (future, answer) in sent.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(said) => *answer = Some(said),
                    Poll::Pending => open = true,
                }
            }
        }
        if open { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answers.into_iter().flatten().collect()
}

/// A word to the server that touches no rows.
pub(super) fn word<'a>(client: &'a Client, sql: &'a str) -> Sent<'a, u64> {
    Box::pin(async move { client.batch_execute(sql).await.map(|()| 0) })
}

/// A step, prepared.
pub(super) fn step<'a>(client: &'a Client, statement: &'a Statement, step: &'a Step) -> Sent<'a, u64> {
    Box::pin(async move { client.execute(statement, &parameters(&step.binds)).await })
}

/// What is bound, as the driver wants it.
pub(super) fn parameters(binds: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    binds.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}
