//! Whose a found credential is, and what becomes of it.

use super::{Report, Reporter, host, source};
use crate::alerts::{self, Done, Matter};
use crate::desk::Desk;
use crate::legacy;
use crate::registry::secret::tokens_until;
use crate::terms::console::Leaked;
use crate::token::{authorization_code, refresh_token};
use serde_json::{Value, json};
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::event::{Actor, Outcome};
use tollgate_model::operator::OperatorKind;
use tollgate_model::revocation::Target;
use tollgate_model::{
    AccountId, Authorization, Change, Client, Event, Fault, LegacyCredential, Link, Operator, RefreshFamily, Secret,
    Session, State,
};

/// By how many seconds another node's clock may be ahead (`tollgate_keys::verify`).
const OTHER_CLOCKS: i64 = 60;

/// A credential of this house.
#[derive(Debug)]
pub(super) enum Found {
    /// A client's secret.
    Secret { client: Box<Client>, secret: Box<Secret> },
    /// An operator's or a gateway's.
    Operator { operator: Operator, last: bool },
    /// A session of the console.
    Session(Box<Session>),
    /// A link that works once.
    Link(Link),
    /// An authorization code, spent or not.
    Code(Box<Authorization>),
    /// A refresh token, the one that lives or an older one.
    Refresh(Box<RefreshFamily>),
    /// A subscription key or a token of the old login.
    Legacy(Box<LegacyCredential>),
}

fn digest(desk: &Desk, plain: &Plain) -> String {
    desk.digests.digest(plain.expose()).to_string()
}

/// What is on record of a credential.
pub(super) async fn find(desk: &Desk, plain: &Plain) -> Result<Option<Found>, Fault> {
    let digest = digest(desk, plain);
    Ok(match plain.kind() {
        Kind::ClientSecret => {
            let Some(secret) = desk.store.secret(&digest).await? else {
                return Ok(None);
            };
            let record = desk.store.client(&secret.client).await?;
            record.map(|record| Found::Secret {
                client: Box::new(record.client),
                secret: Box::new(secret),
            })
        }
        Kind::OperatorToken | Kind::GatewayToken => match desk.store.operator(&digest).await? {
            Some(operator) => {
                let held = desk.store.operators().await?;
                let last = is_last(&operator, &held);
                Some(Found::Operator { operator, last })
            }
            None => None,
        },
        Kind::Session => {
            let held = desk.store.session(&digest).await?;
            held.map(|(session, _)| Found::Session(Box::new(session)))
        }
        Kind::Link => desk.store.link(&digest).await?.map(Found::Link),
        Kind::Code => {
            let held = desk.store.authorization_by_code(&digest).await?;
            held.map(|held| Found::Code(Box::new(held)))
        }
        Kind::Refresh => {
            let held = refresh_token::find(desk, plain).await?;
            held.map(|(family, ..)| Found::Refresh(Box::new(family)))
        }
        // It opens nothing but the way on for somebody who signs in, and is over in half an hour.
        Kind::Browser => None,
        Kind::LegacyKey | Kind::LegacyToken => {
            let held = legacy::find(desk, &legacy::name(plain.expose())).await?;
            held.map(|held| Found::Legacy(Box::new(held)))
        }
    })
}

fn is_last(operator: &Operator, held: &[Operator]) -> bool {
    let other = |other: &Operator| {
        other.id != operator.id && other.kind == OperatorKind::Operator && other.state == State::Active
    };
    operator.kind == OperatorKind::Operator && !held.iter().any(other)
}

impl Found {
    /// What becomes of it. Nothing, when it opens nothing any more.
    pub(super) fn decide(&self, report: &Report, reporter: &Reporter, leaked: Leaked) -> Vec<Change> {
        let now = reporter.now;
        let tell = |kind: &str, account: Option<&AccountId>, subject: &str, detail: Value| {
            event(kind, account, subject, detail, report, reporter)
        };
        match self {
            Self::Secret { client, secret } => {
                if !secret.alive(now) {
                    return Vec::new();
                }
                let detail = json!({ "secret": secret.id, "done": done(leaked).as_str() });
                let told = tell("secret.leaked", Some(&client.account), client.id.as_str(), detail);
                if leaked == Leaked::Mark {
                    return vec![told];
                }
                let target = Target::Secret(secret.id.clone());
                vec![
                    Change::ReviseClient {
                        client: (**client).clone(),
                        was: client.version,
                    },
                    Change::RevokeSecret {
                        id: secret.id.clone(),
                        client: client.id.clone(),
                        at: now,
                    },
                    Change::Revoke(tokens_until(target, now.plus(OTHER_CLOCKS), now)),
                    told,
                ]
            }
            Self::Operator { operator, .. } if operator.state == State::Disabled => Vec::new(),
            Self::Operator { operator, last } => {
                // Without the last operator nobody could make another one.
                let done = if *last {
                    "nothing: the last operator"
                } else {
                    "disabled"
                };
                let detail = json!({ "name": operator.name, "kind": operator.kind.as_str(), "done": done });
                let told = tell("operator.leaked", None, operator.id.as_str(), detail);
                let disabled = Change::SetOperatorState {
                    id: operator.id.clone(),
                    state: State::Disabled,
                };
                (!last).then_some(disabled).into_iter().chain([told]).collect()
            }
            Self::Session(session) => {
                let (id, user) = (session.id.clone(), session.user.clone());
                let told = tell(
                    "session.leaked",
                    None,
                    user.as_str(),
                    json!({ "session": id, "done": "ended" }),
                );
                vec![Change::EndSession { id, user }, told]
            }
            Self::Link(link) => {
                let detail = json!({ "kind": link.kind.as_str(), "done": "spent" });
                let told = tell("link.leaked", None, link.id.as_str(), detail);
                vec![Change::SpendLink { id: link.id.clone() }, told]
            }
            // Whoever has it may have exchanged it: what it bought goes along, as when it comes twice (PK4).
            Self::Code(held) => {
                let mut changes = authorization_code::ended(held, now);
                if !changes.is_empty() {
                    let detail = json!({ "authorization": held.id, "done": "ended" });
                    changes.push(tell("code.leaked", Some(&held.account), held.client.as_str(), detail));
                }
                changes
            }
            // An older one as well: who had that had its successors (RT1). The client has the person sign in again.
            Self::Refresh(family) => {
                let detail = json!({ "authorization": family.id, "done": "ended" });
                let mut changes = refresh_token::ended(family, now);
                changes.push(tell(
                    "refresh.leaked",
                    Some(&family.account),
                    family.client.as_str(),
                    detail,
                ));
                changes
            }
            Self::Legacy(held) if !held.lives(now) => Vec::new(),
            Self::Legacy(held) => {
                let (id, account) = (held.id.clone(), held.account.clone());
                let detail = json!({ "method": held.method, "kind": held.kind, "done": "ended" });
                let told = tell("legacy.leaked", Some(&account), id.as_str(), detail);
                vec![Change::EndLegacyCredential { id, account, at: now }, told]
            }
        }
    }

    /// Whether nothing is changed but that it is told once.
    pub(super) fn is_marked_only(&self, leaked: Leaked) -> bool {
        leaked == Leaked::Mark && matches!(self, Self::Secret { .. })
    }

    /// Tells the log what only people can mend.
    pub(super) fn log(&self, report: &Report, reporter: &Reporter) {
        if let Self::Operator { operator, last: true } = self
            && operator.state == State::Active
        {
            let (found, request) = (host(report), &reporter.request);
            tracing::error!(
                operator = %operator.id, ?found, request,
                "the last operator's token was reported as leaked: make another operator and disable this one"
            );
        }
    }
}

/// What the owner is told of it, once for each secret and way of dealing with it; nothing, when nothing was done.
pub(super) async fn told(
    desk: &Desk,
    found: &Found,
    report: &Report,
    reporter: &Reporter,
) -> Result<Vec<Change>, Fault> {
    let Found::Secret { client, secret } = found else {
        return Ok(Vec::new());
    };
    if !secret.alive(reporter.now) {
        return Ok(Vec::new());
    }
    let matter = Matter::SecretLeaked {
        secret: secret.id.clone(),
        label: secret.label.clone(),
        done: done(desk.terms.console.leaked),
        host: host(report),
    };
    let alert = alerts::alert(desk, &client.account, Some(client), matter, reporter.now)?;
    alerts::changes(desk, &alert).await
}

const fn done(leaked: Leaked) -> Done {
    match leaked {
        Leaked::Revoke => Done::Revoked,
        Leaked::Mark => Done::Marked,
    }
}

fn event(
    kind: &str,
    account: Option<&AccountId>,
    subject: &str,
    mut detail: Value,
    report: &Report,
    reporter: &Reporter,
) -> Change {
    if let Some(members) = detail.as_object_mut() {
        members.insert("host".to_owned(), json!(host(report)));
        members.insert("source".to_owned(), json!(source(report)));
        members.insert("signed_by".to_owned(), json!(reporter.key));
    }
    Change::Record(Event {
        seq: 0,
        at: reporter.now,
        actor: Actor::Stranger,
        kind: kind.to_owned(),
        account: account.cloned(),
        subject: subject.to_owned(),
        outcome: Outcome::Done,
        request: Some(reporter.request.clone()),
        detail,
        hash: String::new(),
    })
}
