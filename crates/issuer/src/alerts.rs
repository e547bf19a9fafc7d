//! What accounts should know in time: on their pages, by mail to their admins, and at their webhooks.
//!
//! An alert is kept together with its mails and messages, on the condition that there is none with its key. So each is
//! told once, also when several nodes find it at the same moment, and none is told by half.

mod burst;
mod due;
mod ending;
mod matter;
mod said;
mod scan;
mod tell;

pub use burst::{Burst, Bursts};
pub use due::due;
pub use matter::{Done, Matter, alert};
pub use said::{Said, said};
pub use scan::{Told, burst, scan};
pub use tell::{changes, tell};

use serde_json::{Value, json};
use tollgate_model::Moment;
use tollgate_model::alert::AlertKind;

/// The topics that a hook may choose from. Once published, a word stays.
pub const TOPICS: [&str; 7] = [
    "secret.expiring",
    "secret.old_used",
    "secret.unused",
    "secret.leaked",
    "client.refused_burst",
    "request.decided",
    "transition.notice",
];

/// The `type` of a message that only tries the way.
pub const PING: &str = "ping";

/// What a webhook says of a kind of alert: the `type` of its body, and what a hook's topics name.
#[must_use]
pub const fn topic(kind: AlertKind) -> &'static str {
    match kind {
        AlertKind::SecretExpiring => "secret.expiring",
        AlertKind::OldSecretUsed => "secret.old_used",
        AlertKind::Unused => "secret.unused",
        AlertKind::SecretLeaked => "secret.leaked",
        AlertKind::RefusedBurst => "client.refused_burst",
        AlertKind::RequestDecided => "request.decided",
        AlertKind::OldWayEnds => "transition.notice",
    }
}

/// The body of a message, as Standard Webhooks recommends: what it is, when it happened, and the rest.
#[must_use]
pub fn body(topic: &str, at: Moment, data: &Value) -> String {
    json!({ "type": topic, "timestamp": instant(at), "data": data }).to_string()
}

/// A moment as RFC 3339 has it, in UTC.
fn instant(at: Moment) -> String {
    match jiff::Timestamp::from_second(at.0) {
        Ok(time) => time.to_string(),
        // Outside the years that a calendar has.
        Err(_) => at.0.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_type_time_and_data() {
        let text = body("secret.expiring", Moment(1_795_255_200), &json!({ "days": 7 }));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            read,
            json!({ "type": "secret.expiring", "timestamp": "2026-11-21T10:00:00Z", "data": { "days": 7 } })
        );
    }

    #[test]
    fn every_kind_has_a_topic_of_its_own() {
        let mut words: Vec<_> = AlertKind::ALL.into_iter().map(topic).collect();
        words.sort_unstable();
        words.dedup();
        let mut topics = TOPICS.to_vec();
        topics.sort_unstable();
        assert_eq!(words, topics);
        assert!(!TOPICS.contains(&PING));
    }
}
