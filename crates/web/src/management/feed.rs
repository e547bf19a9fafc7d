//! The feed that gateways elsewhere follow.

use super::answer::{Answer, json, nothing};
use super::ask::{self, Asked, Body, Nothing};
use super::problem::Problem;
use axum::extract::State;
use http::StatusCode;
use serde::Deserialize;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_model::feed::{ActingKey, Told};
use tollgate_model::{AccountId, ClientId, LegacyCredentialId, MemberId, Moment, Source, Spent};

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

/// Which credential, by its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    name: String,
}

/// The legacy credential of this name, if it is one that lives.
pub(super) async fn legacy(State(source): Feed, Asked(named): Asked<Named>) -> Answer {
    if !is_name(&named.name) {
        return Err(Problem::No(No::invalid(
            "name",
            "must be 64 lower-case hexadecimal digits",
        )));
    }
    let found = source.legacy(&named.name).await?;
    json(StatusCode::OK, &found.ok_or(No::NotFound("credential"))?)
}

/// Whose plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Whose {
    account: String,
}

/// The plan that an account was given; not found: the default one.
pub(super) async fn plan(State(source): Feed, Asked(whose): Asked<Whose>) -> Answer {
    let account = AccountId::new(ask::id("account", whose.account)?);
    json(
        StatusCode::OK,
        &source.plan(&account).await?.ok_or(No::NotFound("plan"))?,
    )
}

/// The most buckets that are told at once.
const MOST_SPENT: usize = 1000;
/// The longest name of a bucket.
const MOST_BUCKET: usize = 500;
/// The longest slot, in seconds: a month.
const LONGEST_SLOT: i64 = 31 * 86_400;

/// Adds what was let through to what all gateways let through, and answers how much that is now.
pub(super) async fn spent(State(source): Feed, Body(spent): Body<Vec<Spent>>) -> Answer {
    spendable(&spent)?;
    json(StatusCode::OK, &source.spend(&spent).await?)
}

fn spendable(spent: &[Spent]) -> Result<(), Problem> {
    if spent.len() > MOST_SPENT {
        return Err(Problem::No(No::invalid(
            "spent",
            format!("must be at most {MOST_SPENT}"),
        )));
    }
    let sane = |one: &Spent| {
        let named = (1..=MOST_BUCKET).contains(&one.bucket.len()) && one.bucket.bytes().all(|b| b.is_ascii_graphic());
        let lasts = one.slot >= Moment(0) && (1..=LONGEST_SLOT).contains(&one.ends.since(one.slot));
        named && lasts && (0..=MOST_COUNTED).contains(&one.count)
    };
    match spent.iter().all(sane) {
        true => Ok(()),
        false => Err(Problem::No(No::invalid(
            "spent",
            "holds what is no bucket, slot or number",
        ))),
    }
}

fn is_name(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

/// The most requests, and the most counts, that are told at once.
const MOST: usize = 500;

/// What became of requests at a gateway. They are kept a little later.
pub(super) async fn calls(State(source): Feed, Body(told): Body<Told>) -> Answer {
    sane(&told)?;
    source.tell(told).await?;
    Ok(nothing())
}

/// Ids are ids and numbers are numbers; how long texts may be is the rules' business.
fn sane(told: &Told) -> Result<(), Problem> {
    let lists = [
        ("calls", told.calls.len()),
        ("counts", told.counts.len()),
        ("legacy", told.legacy.len()),
    ];
    for (field, many) in lists {
        if many > MOST {
            return Err(Problem::No(No::invalid(field, format!("must be at most {MOST}"))));
        }
    }
    for call in &told.calls {
        let ids = [
            Some(call.request.as_str()),
            call.client.as_ref().map(ClientId::as_str),
            call.account.as_ref().map(AccountId::as_str),
            call.api.as_deref(),
            call.route.as_deref(),
        ];
        if !ids.into_iter().flatten().all(is_id) || !(100..=599).contains(&call.status) {
            return Err(Problem::No(No::invalid("calls", "holds what is no id or no status")));
        }
    }
    for counted in &told.counts {
        let ids = is_id(counted.client.as_str()) && is_id(counted.api.as_str());
        let numbers = (100..=599).contains(&counted.status)
            && (0..=MOST_COUNTED).contains(&counted.count)
            && (0..=counted.count).contains(&counted.refused);
        if !ids || !numbers {
            return Err(Problem::No(No::invalid("counts", "holds what is no id or no number")));
        }
    }
    for used in &told.legacy {
        let ids = [
            Some(
                used.method
                    .as_str()
                    .strip_prefix("routes:")
                    .unwrap_or(used.method.as_str()),
            ),
            Some(used.account.as_str()),
            used.member.as_ref().map(MemberId::as_str),
            used.credential.as_ref().map(LegacyCredentialId::as_str),
        ];
        let numbers = (0..=MOST_COUNTED).contains(&used.count) && (0..=used.count).contains(&used.refused);
        let when = (Moment(0)..=LAST).contains(&used.last);
        if !ids.into_iter().flatten().all(is_id) || !numbers || !when {
            return Err(Problem::No(No::invalid("legacy", "holds what is no id or no number")));
        }
    }
    Ok(())
}

fn is_id(text: &str) -> bool {
    ask::id("id", text.to_owned()).is_ok()
}

/// The last second that a calendar has: the end of the year 9999.
const LAST: Moment = Moment(253_402_300_799);

/// More requests of one client in a second than any gateway takes.
const MOST_COUNTED: i64 = 1_000_000_000;

/// Addresses on record are in lower case, and none is longer than can be delivered to (RFC 5321 §4.5.3.1.3).
fn address(text: String) -> Result<String, Problem> {
    if text.len() > 254 || text.chars().any(char::is_control) {
        return Err(Problem::No(No::invalid("email", "is not an e-mail address")));
    }
    Ok(text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn call() -> Value {
        json!({
            "seq": 0, "at": 1_800_000_000, "request": "0f", "place": "gateway", "client": "robot", "account": "acc_1",
            "method": "GET", "path": "/x", "route": "read", "api": "docs", "status": 200, "code": null,
            "acting_user": null, "presented": {}
        })
    }

    fn count() -> Value {
        json!({"client": "robot", "api": "docs", "status": 200, "count": 3, "refused": 1, "last": 1_800_000_000})
    }

    fn told(calls: &[Value], counts: &[Value]) -> Result<(), Problem> {
        sane(&serde_json::from_value(json!({ "calls": calls, "counts": counts })).unwrap())
    }

    /// CO9: what a gateway tells is looked at like any other input.
    #[test]
    fn a_telling_that_is_none_is_refused_by_name() {
        assert!(told(&[call()], &[count()]).is_ok());
        let field = |told: Result<(), Problem>| match told {
            Err(Problem::No(No::Invalid { field, .. })) => Some(field),
            _ => None,
        };
        let with = |mut value: Value, name: &str, to: Value| {
            value[name] = to;
            value
        };
        for (name, wrong) in [
            ("request", json!("a b")),
            ("client", json!("")),
            ("account", json!("x".repeat(201))),
            ("api", json!("a:b")),
            ("status", json!(99)),
        ] {
            assert_eq!(field(told(&[with(call(), name, wrong)], &[])), Some("calls"), "{name}");
        }
        for (name, wrong) in [
            ("client", json!("a'b")),
            ("api", json!("a:200")),
            ("status", json!(600)),
            ("count", json!(-1)),
            ("count", json!(MOST_COUNTED + 1)),
            ("refused", json!(4)),
        ] {
            assert_eq!(
                field(told(&[], &[with(count(), name, wrong)])),
                Some("counts"),
                "{name}"
            );
        }
        let used = json!({
            "method": "old", "account": "acc_1", "member": "mem_1", "credential": "lgc_1", "day": 20_000, "count": 3,
            "refused": 1, "last": 1_800_000_000
        });
        let legacy = |used: Value, many: usize| {
            let told = json!({ "calls": [], "counts": [], "legacy": vec![used; many] });
            field(sane(&serde_json::from_value(told).unwrap()))
        };
        assert_eq!(legacy(used.clone(), 1), None);
        assert_eq!(legacy(used.clone(), MOST + 1), Some("legacy"));
        for (name, wrong) in [
            ("method", json!("a b")),
            ("account", json!("")),
            ("member", json!("a'b")),
            ("credential", json!("x".repeat(201))),
            ("count", json!(-1)),
            ("refused", json!(4)),
            ("last", json!(-1)),
            ("last", json!(i64::MAX)),
        ] {
            assert_eq!(legacy(with(used.clone(), name, wrong), 1), Some("legacy"), "{name}");
        }
        assert_eq!(field(told(&vec![call(); MOST + 1], &[])), Some("calls"));
        assert_eq!(field(told(&[], &vec![count(); MOST + 1])), Some("counts"));
    }

    /// CO9: what is spent of limits is looked at like any other input.
    #[test]
    fn what_is_no_slot_is_not_spent() {
        let one = Spent {
            bucket: "plan:standard:burst:client:robot".into(),
            slot: Moment(1_800_000_000),
            ends: Moment(1_800_000_010),
            count: 3,
        };
        assert!(spendable(std::slice::from_ref(&one)).is_ok());
        let with = |change: &dyn Fn(&mut Spent)| {
            let mut one = one.clone();
            change(&mut one);
            spendable(&[one])
        };
        for no in [
            with(&|one| one.bucket.clear()),
            with(&|one| one.bucket = "a b".into()),
            with(&|one| one.bucket = "x".repeat(MOST_BUCKET + 1)),
            with(&|one| one.slot = Moment(-1)),
            with(&|one| one.ends = one.slot),
            with(&|one| one.ends = Moment(i64::MAX)),
            with(&|one| one.count = -1),
            with(&|one| one.count = i64::MAX),
            spendable(&vec![one.clone(); MOST_SPENT + 1]),
        ] {
            assert!(
                matches!(no, Err(Problem::No(No::Invalid { field: "spent", .. }))),
                "{no:?}"
            );
        }
        assert!(is_name(&"0f".repeat(32)) && !is_name(&"0F".repeat(32)) && !is_name("0f"));
    }
}
