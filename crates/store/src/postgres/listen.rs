//! Hearing what other nodes keep.

use super::address::Address;
use futures_util::{StreamExt, stream};
use std::{sync::Arc, time::Duration};
use tokio::{sync::watch, time::sleep};
use tokio_postgres::{AsyncMessage, Error};
use tollgate_model::Seq;

/// Tells every listener, once the transaction is committed, how far the change log reaches.
pub(super) const NOTIFY: &str = "SELECT pg_notify('tollgate_change_log', (SELECT CAST(seq AS TEXT) FROM log_head))";

/// Listens for ever; when the connection is lost, it is made anew. What is missed meanwhile is found by the
/// followers' own polling.
pub(super) async fn forever(address: Address, head: Arc<watch::Sender<Seq>>) {
    loop {
        if let Err(error) = listen(&address, &head).await {
            // No statement of this connection has values, so the error may speak.
            tracing::warn!(%error, "the listening connection to PostgreSQL was lost");
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// Listens while the connection lasts. `Ok` when the server closed it in an orderly way.
async fn listen(address: &Address, head: &watch::Sender<Seq>) -> Result<(), Error> {
    let (client, mut connection) = address.config.connect(address.tls.clone()).await?;
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    let ask = async {
        client.batch_execute("LISTEN tollgate_change_log").await?;
        // The client must live as long as the connection is to.
        std::future::pending().await
    };
    let hear = async {
        while let Some(message) = messages.next().await {
            if let AsyncMessage::Notification(said) = message? {
                let seq = said.payload().parse().unwrap_or(0);
                head.send_if_modified(|reached| {
                    let further = seq > *reached;
                    if further {
                        *reached = seq;
                    }
                    further
                });
            }
        }
        Ok(())
    };
    tokio::select! {
        never = ask => never,
        closed = hear => closed,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{address, listen};
    use std::sync::Arc;
    use tokio::{sync::watch, time};

    #[expect(clippy::disallowed_methods, reason = "a test's only setting")]
    fn server() -> String {
        std::env::var("TOLLGATE_TEST_POSTGRES").expect("TOLLGATE_TEST_POSTGRES must name a PostgreSQL server")
    }

    #[tokio::test]
    async fn what_another_node_tells_is_heard_and_a_lost_connection_is_made_anew() {
        let address = address::read(&server()).unwrap();
        let head = Arc::new(watch::Sender::new(0));
        let listener = tokio::spawn(listen::forever(address.clone(), Arc::clone(&head)));
        let (client, connection) = address.config.connect(address.tls).await.unwrap();
        tokio::spawn(connection);
        let mut heard = head.subscribe();
        for seq in [7, 9] {
            let tell = format!("SELECT pg_notify('tollgate_change_log', '{seq}')");
            let told = async {
                // Told again until it is heard: the listener may not be there yet.
                while *heard.borrow_and_update() < seq {
                    client.batch_execute(&tell).await.unwrap();
                    drop(time::timeout(time::Duration::from_millis(50), heard.changed()).await);
                }
            };
            time::timeout(time::Duration::from_secs(30), told).await.unwrap();
            let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                WHERE query = 'LISTEN tollgate_change_log' AND datname = current_database()";
            client.batch_execute(end).await.unwrap();
        }
        listener.abort();
    }
}
