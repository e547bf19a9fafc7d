//! The next process beside the old one.

use crate::process::{Callers, Place, behind, config, free};
use tollgate_tests::run;

/// RL17: the next process starts on the same port, and the old one is stopped by SIGTERM under the load of a hundred
/// connections. Nobody is refused and nobody cut off.
#[test]
fn a_new_process_takes_over_from_the_old_one() {
    run(async {
        let (gateway, behind) = (free().await, behind().await);
        let (old, new) = (Place::new(), Place::new());
        let text = config(gateway, behind, "");
        let running = old.start(&text).await;
        let mut callers = Callers::start(gateway, 100);
        callers.more(300).await;
        let next = new.start(&text).await;
        running.signal("TERM");
        running.ended().await;
        callers.more(500).await;
        let connections = callers.end().await;
        assert_eq!(connections.len(), 100);
        assert!(connections.iter().all(|count| *count == 2), "{connections:?}");
        next.signal("TERM");
        next.ended().await;
    });
}
