//! What an alert is about, typed: the text for people, the webhook's data and what is on record are made of it.

use super::instant;
use crate::desk::Desk;
use crate::registry::new_id;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tollgate_model::alert::AlertKind;
use tollgate_model::client::Environment;
use tollgate_model::{AccountId, Alert, AlertId, ApplicationId, Client, Fault, Moment, SecretId, TransitionId};

/// What an alert is about. A secret is named by its id and its label; the secret itself is never in an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Matter {
    /// A secret ends in at most `days` days.
    SecretExpiring {
        /// Which.
        secret: SecretId,
        /// What the owner calls it.
        label: String,
        /// When it ends.
        expires: Moment,
        /// 30, 7 or 1.
        days: i64,
    },
    /// A secret was used although it has a successor.
    OldSecretUsed {
        /// The old one.
        secret: SecretId,
        /// What the owner calls it.
        label: String,
        /// The one that was made to take its place.
        successor: SecretId,
        /// What the owner calls that.
        successor_label: String,
        /// When the successor was made.
        made: Moment,
        /// When the old one was last used.
        used: Moment,
        /// When the old one ends.
        ends: Option<Moment>,
    },
    /// A living secret was not used for long.
    Unused {
        /// Which.
        secret: SecretId,
        /// What the owner calls it.
        label: String,
        /// Since when: its last use, or when it was made.
        since: Moment,
        /// Whether it was used at all.
        ever: bool,
    },
    /// Many requests were refused in a short time.
    RefusedBurst {
        /// How many.
        count: i64,
        /// From when.
        since: Moment,
        /// To when.
        until: Moment,
    },
    /// A secret was reported as leaked.
    SecretLeaked {
        /// Which.
        secret: SecretId,
        /// What the owner calls it.
        label: String,
        /// What was done at once.
        done: Done,
        /// At which host it was seen, as the report says. Told to hooks and never in mails: a stranger wrote it.
        host: Option<String>,
    },
    /// A request for a client was decided.
    RequestDecided {
        /// Which.
        application: ApplicationId,
        /// The client's name that was asked for.
        name: String,
        /// Whether it was approved.
        approved: bool,
        /// What the operator says to it.
        answer: Option<String>,
    },
    /// An old way that the account used in the last seven days comes to its end.
    OldWayEnds {
        /// By which transition.
        transition: TransitionId,
        /// What people call that.
        name: String,
        /// What comes: a brown-out by its name; none: the end.
        window: Option<String>,
        /// When; none: nobody knows yet.
        when: Option<Moment>,
        /// At most so many days before: 7 or 1; none: the first notice.
        days: Option<i64>,
        /// How often the account used it in the last seven days.
        count: i64,
        /// When last.
        last: Moment,
        /// Where people read what to do.
        documentation: Option<String>,
    },
}

/// What was done at once about a secret that leaked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Done {
    /// It was revoked, with the tokens it bought.
    Revoked,
    /// It was only told.
    Marked,
}

/// On record: the matter with what the client was called at that time.
#[derive(Serialize, Deserialize)]
struct Detail {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    environment: Option<Environment>,
    #[serde(flatten)]
    matter: Matter,
}

/// An alert about a matter of an account, and of a client if it has to do with one; see [`super::changes`] for telling
/// it.
///
/// # Errors
/// A [`Fault`] of the source of chance.
pub fn alert(
    desk: &Desk,
    account: &AccountId,
    client: Option<&Client>,
    matter: Matter,
    now: Moment,
) -> Result<Alert, Fault> {
    let id = AlertId::new(new_id(desk, "alt")?);
    matter
        .alert(id, account, client, now)
        .map_err(|e| Fault::defect("writing an alert", e))
}

impl Matter {
    /// The kind of alert it makes.
    #[must_use]
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::SecretExpiring { .. } => AlertKind::SecretExpiring,
            Self::OldSecretUsed { .. } => AlertKind::OldSecretUsed,
            Self::Unused { .. } => AlertKind::Unused,
            Self::RefusedBurst { .. } => AlertKind::RefusedBurst,
            Self::SecretLeaked { .. } => AlertKind::SecretLeaked,
            Self::RequestDecided { .. } => AlertKind::RequestDecided,
            Self::OldWayEnds { .. } => AlertKind::OldWayEnds,
        }
    }

    /// What makes it one of its kind: told once.
    #[must_use]
    pub fn key(&self, client: Option<&Client>) -> String {
        let rest = match self {
            Self::SecretExpiring { secret, days, .. } => format!("{secret}:{days}"),
            Self::OldSecretUsed { secret, successor, .. } => format!("{secret}:{successor}"),
            // Used again, and again not for long: that is news.
            Self::Unused { secret, since, .. } => format!("{secret}:{}", since.0),
            // Once a day: who fails all day knows by then.
            Self::RefusedBurst { until, .. } => {
                let client = client.map_or("", |client| client.id.as_str());
                format!("{client}:{}", until.day())
            }
            Self::SecretLeaked { secret, done, .. } => format!("{secret}:{}", done.as_str()),
            Self::RequestDecided { application, .. } => application.to_string(),
            // A date that was moved is news. Whose it is, is put before it: see `Matter::alert`.
            Self::OldWayEnds {
                transition,
                window,
                when,
                days,
                ..
            } => {
                let what = window.as_ref().map_or("ends", |_| "brownout");
                match (days, when) {
                    (Some(days), Some(when)) => format!("{transition}:{what}:{}:{days}", when.0),
                    _ => format!("{transition}:warned"),
                }
            }
        };
        format!("{}:{rest}", self.kind().as_str())
    }

    pub(super) fn alert(
        self,
        id: AlertId,
        account: &AccountId,
        client: Option<&Client>,
        at: Moment,
    ) -> Result<Alert, serde_json::Error> {
        Ok(Alert {
            id,
            account: account.clone(),
            client: client.map(|client| client.id.clone()),
            kind: self.kind(),
            key: match &self {
                // An account's own, where no client or secret makes it so.
                Self::OldWayEnds { .. } => format!("{}:{account}", self.key(client)),
                _ => self.key(client),
            },
            at,
            detail: serde_json::to_value(Detail {
                client_name: client.map(|client| client.name.clone()),
                environment: client.map(|client| client.environment),
                matter: self,
            })?,
        })
    }

    /// The matter of an alert, what its client was called, and whether that was for testing. None when a later version
    /// wrote it in another way.
    pub(super) fn of(alert: &Alert) -> Option<(Self, Option<String>, Option<Environment>)> {
        let mut detail = alert.detail.clone();
        let kind = alert.kind.as_str().into();
        detail.as_object_mut()?.insert("kind".to_owned(), kind);
        let detail: Detail = serde_json::from_value(detail).ok()?;
        Some((detail.matter, detail.client_name, detail.environment))
    }
}

/// An alert that somebody wrote without its client's name, with it: names change, and people read it later.
pub(super) fn with_names(mut alert: Alert, client: &Client) -> Alert {
    if let Some(detail) = alert.detail.as_object_mut() {
        let name = || client.name.clone().into();
        detail.entry("client_name").or_insert_with(name);
        let environment = || client.environment.as_str().into();
        detail.entry("environment").or_insert_with(environment);
    }
    alert
}

/// The `data` of the message about an alert. Times are RFC 3339.
pub(super) fn data(alert: &Alert) -> Value {
    let mut data = Map::new();
    data.insert("alert".to_owned(), json!(alert.id));
    data.insert("account".to_owned(), json!(alert.account));
    let Some((matter, name, environment)) = Matter::of(alert) else {
        return Value::Object(data);
    };
    if let Some(client) = &alert.client {
        let client = json!({ "id": client, "name": name, "environment": environment });
        data.insert("client".to_owned(), client);
    }
    let secret = |id: &SecretId, label: &str| json!({ "id": id, "label": label });
    let more = match &matter {
        Matter::SecretExpiring {
            secret: id,
            label,
            expires,
            days,
        } => json!({ "secret": secret(id, label), "expires": instant(*expires), "days": days }),
        Matter::OldSecretUsed {
            secret: id,
            label,
            successor,
            successor_label,
            made,
            used,
            ends,
        } => json!({
            "secret": secret(id, label), "successor": secret(successor, successor_label),
            "successor_made": instant(*made), "last_used": instant(*used), "expires": ends.map(instant),
        }),
        Matter::Unused {
            secret: id,
            label,
            since,
            ever,
        } => json!({ "secret": secret(id, label), "since": instant(*since), "ever_used": ever }),
        Matter::RefusedBurst { count, since, until } => {
            json!({ "count": count, "since": instant(*since), "until": instant(*until) })
        }
        Matter::SecretLeaked {
            secret: id,
            label,
            done,
            host,
        } => json!({ "secret": secret(id, label), "done": done, "host": host }),
        Matter::RequestDecided {
            application,
            name,
            approved,
            answer,
        } => json!({ "request": application, "name": name, "approved": approved, "answer": answer }),
        Matter::OldWayEnds {
            transition,
            name,
            window,
            when,
            days,
            count,
            last,
            documentation,
        } => json!({
            "transition": { "id": transition, "name": name }, "brownout": window, "at": when.map(instant), "days": days,
            "count": count, "last_used": instant(*last), "documentation": documentation,
        }),
    };
    if let Value::Object(more) = more {
        data.extend(more);
    }
    Value::Object(data)
}

impl Done {
    /// The word it is kept and sent as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Marked => "marked",
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
