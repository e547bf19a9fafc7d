//! An upgraded connection: bytes both ways, until both sides are done or nothing has moved for too long.

use futures_util::future::{Either, select, try_join};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::sleep;

/// Passes bytes both ways until both sides are done, or neither has moved for `idle`.
pub(crate) async fn tunnel(ours: OnUpgrade, theirs: OnUpgrade, idle: Duration) {
    match try_join(ours, theirs).await {
        Ok((ours, theirs)) => {
            if let Err(error) = pass(TokioIo::new(ours), TokioIo::new(theirs), || sleep(idle)).await {
                tracing::debug!(%error, "an upgraded connection broke off");
            }
        }
        Err(error) => tracing::debug!(%error, "a connection was not upgraded"),
    }
}

/// `while_idle` makes a future that ends when it has been silent for too long.
async fn pass<W: Future>(
    ours: impl AsyncRead + AsyncWrite + Unpin,
    mut theirs: impl AsyncRead + AsyncWrite + Unpin,
    while_idle: impl Fn() -> W,
) -> io::Result<()> {
    let moved = Arc::new(AtomicU64::new(0));
    let mut ours = Watched {
        inner: ours,
        moved: Arc::clone(&moved),
    };
    let silent = async {
        let mut seen = moved.load(Ordering::Relaxed);
        loop {
            while_idle().await;
            let now = moved.load(Ordering::Relaxed);
            if now == seen {
                return;
            }
            seen = now;
        }
    };
    let copied = pin!(tokio::io::copy_bidirectional(&mut ours, &mut theirs));
    match select(copied, pin!(silent)).await {
        Either::Left((ended, _)) => ended.map(|_| ()),
        Either::Right(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "nothing moved for too long")),
    }
}

/// Counts whenever bytes go through: what comes from the one side goes out by the other, so one side is enough.
struct Watched<T> {
    inner: T,
    moved: Arc<AtomicU64>,
}

impl<T: AsyncRead + Unpin> AsyncRead for Watched<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        if polled.is_ready() {
            self.moved.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Watched<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        if polled.is_ready() {
            self.moved.fetch_add(1, Ordering::Relaxed);
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::Semaphore;

    /// RL12: a tunnel in which nothing moves is given up, one in which something does is not.
    #[tokio::test]
    async fn a_tunnel_without_life_is_given_up() {
        let (mut caller, ours) = tokio::io::duplex(64);
        let (theirs, mut server) = tokio::io::duplex(64);
        let pauses = Arc::new(Semaphore::new(0));
        let ticks = Arc::clone(&pauses);
        let passing =
            tokio::spawn(async move { pass(ours, theirs, || async { ticks.acquire().await.unwrap().forget() }).await });
        for _ in 0..3 {
            caller.write_all(b"hello").await.unwrap();
            let mut read = [0; 5];
            server.read_exact(&mut read).await.unwrap();
            server.write_all(b"again").await.unwrap();
            caller.read_exact(&mut read).await.unwrap();
            assert_eq!(&read, b"again");
            pauses.add_permits(1);
        }
        pauses.add_permits(2);
        let ended = passing.await.unwrap();
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let (_caller, ours) = tokio::io::duplex(64);
        let (theirs, _server) = tokio::io::duplex(64);
        let idle = pass(ours, theirs, || ready(())).await;
        assert_eq!(idle.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }
}
