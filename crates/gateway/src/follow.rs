//! How a gateway keeps up with its issuer.

use crate::Gateway;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_model::{Fault, Followed, News, Notice, Seq};

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a source that says nothing is waited for where something rests that can be worked from instead.
const FIRST_WORD: Duration = Duration::from_secs(5);

impl Gateway {
    /// Takes a snapshot and follows the feed until `shutdown`. While the source is gone the gateway goes on with
    /// what it knows, and this goes on asking, at most five seconds apart.
    pub async fn follow(&self, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.keep_up() => {}
        }
    }

    async fn keep_up(&self) {
        let mut place: Option<Seq> = None;
        let mut pause = Pause::default();
        // A snapshot is wanted: at first, after news of the catalogue, and when the log no longer reaches back.
        let mut wanted = true;
        let mut may_wake = self.settings.rest.is_some();
        loop {
            let first = place.is_none();
            if wanted {
                let asked = if may_wake {
                    let asked = tokio::time::timeout(FIRST_WORD, self.snapshot()).await;
                    asked.unwrap_or_else(|late| Err(Fault::unavailable("taking a snapshot", late)))
                } else {
                    self.snapshot().await
                };
                match asked {
                    Ok(seq) => {
                        place = Some(seq);
                        (wanted, may_wake) = (false, false);
                        self.mark(seq);
                        pause.reset();
                    }
                    Err(fault) => {
                        said(&fault);
                        if may_wake {
                            may_wake = false;
                            place = self.wake();
                        }
                        match place {
                            // The log tells what came after; only if it does not reach back is a snapshot wanted.
                            Some(seq) if first => {
                                wanted = false;
                                self.mark(seq);
                            }
                            Some(_) => {}
                            None => pause.rest().await,
                        }
                    }
                }
            }
            let Some(seq) = place else {
                continue;
            };
            // With a snapshot still wanted, revocations are followed all the same: the pause is spent listening.
            let followed = if wanted {
                tokio::time::timeout(pause.longer(), self.source.follow(seq)).await.ok()
            } else {
                Some(self.source.follow(seq).await)
            };
            match followed {
                None => {}
                Some(Ok(Followed::News { notices })) => {
                    self.heard();
                    if !wanted {
                        pause.reset();
                    }
                    let seq = self.learn(&notices, seq);
                    place = Some(seq);
                    wanted |= notices.iter().any(|notice| notice.news == News::Catalogue);
                    if !wanted {
                        self.mark(seq);
                    }
                }
                Some(Ok(Followed::TooOld)) => {
                    self.heard();
                    if wanted {
                        pause.rest().await;
                    }
                    wanted = true;
                }
                Some(Err(fault)) => {
                    said(&fault);
                    pause.rest().await;
                }
            }
        }
    }

    async fn snapshot(&self) -> Result<Seq, Fault> {
        let snapshot = self.source.snapshot().await?;
        let seq = self.take(snapshot)?;
        self.heard();
        Ok(seq)
    }

    /// Puts news in force, all of one answer at once. Revocations come first: nothing is let go of late.
    fn learn(&self, notices: &[Notice], before: Seq) -> Seq {
        for notice in notices {
            match &notice.news {
                News::Member { account } | News::Account { id: account } => {
                    self.users.drop_account(account);
                    self.legacy.drop_account(account);
                    self.limits.plans.drop_account(account);
                }
                News::Legacy { account } => self.legacy.drop_account(account),
                News::Client { id } => self.users.drop_client(id.as_str()),
                News::Catalogue | News::Revoked { .. } | News::Operator => {}
            }
        }
        match self.view() {
            Some(view) if !notices.is_empty() => {
                let after = view.after(notices, self.clock.now());
                let seq = after.seq;
                self.install(after);
                seq
            }
            _ => before,
        }
    }
}

fn said(fault: &Fault) {
    tracing::warn!(error = %fault, source = %fault.source, "the source of keys and routes cannot be followed; going on from memory");
}

struct Pause(Duration);

impl Default for Pause {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pause {
    async fn rest(&mut self) {
        tokio::time::sleep(self.longer()).await;
    }

    /// This pause; the next is twice as long, up to a limit.
    fn longer(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }

    fn reset(&mut self) {
        self.0 = FIRST_PAUSE;
    }
}
