//! The feed that gateways elsewhere follow.

use super::answer::{Answer, json};
use super::ask::{self, Asked, Nothing};
use super::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_model::feed::ActingKey;
use tollgate_model::{AccountId, ClientId, Source};

type Feed = State<Arc<dyn Source>>;

/// Everything, as of now.
pub(super) async fn snapshot(State(source): Feed, _: Asked<Nothing>) -> Answer {
    json(StatusCode::OK, &source.snapshot().await?)
}

/// After which place in the log.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    after: String,
}

/// What came after a place in the log; waits while there is nothing.
pub(super) async fn news(State(source): Feed, Asked(asked): Asked<After>) -> Answer {
    let after = asked.after.parse::<i64>().ok().filter(|seq| *seq >= 0);
    let after = after.ok_or_else(|| No::invalid("after", "must be a place in the log"))?;
    json(StatusCode::OK, &source.follow(after).await?)
}

/// Which member.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Who {
    account: String,
    email: Option<String>,
    owner_of: Option<String>,
}

/// The active member of an account with this address, or who owns this client.
pub(super) async fn acting_user(State(source): Feed, Asked(who): Asked<Who>) -> Answer {
    let account = AccountId::new(ask::id("account", who.account)?);
    let key = match (who.email, who.owner_of) {
        (Some(email), None) => ActingKey::Email(address(email)?),
        (None, Some(client)) => ActingKey::OwnerOf(ClientId::new(ask::id("owner_of", client)?)),
        _ => {
            let detail = "either email or owner_of must be given";
            return Err(Problem::at("email", detail));
        }
    };
    let found = source.acting_user(&account, &key).await?;
    json(StatusCode::OK, &found.ok_or(No::NotFound("member"))?)
}

/// Addresses on record are in lower case, and none is longer than can be delivered to (RFC 5321 §4.5.3.1.3).
fn address(text: String) -> Result<String, Problem> {
    if text.len() > 254 || text.chars().any(char::is_control) {
        return Err(Problem::No(No::invalid("email", "is not an e-mail address")));
    }
    Ok(text.to_lowercase())
}
