//! The way of before, where the preset has one: the firm's subscription key, and an end to walk to.

use super::files::Kept;
use super::furnish::settled;
use crate::settings::config::{Config, Transition as Typed};
use tollgate_issuer::Desk;
use tollgate_issuer::legacy;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::legacy::LegacyKind;
use tollgate_model::transition::{Brownout, Subject};
use tollgate_model::{AccountId, ApiId, LegacyMethodId, Moment, RouteId};

/// The line with the subscription key.
pub(super) const API_KEY: &str = "TOLLGATE_API_KEY";

const HOUR: i64 = 3600;
const DAY: i64 = 86_400;

/// Takes the ends of old ways out of a configuration that it gives no date: a demo has dates for them, and on record
/// they can be moved by hand.
pub(super) fn take_undated(config: &mut Config) -> Vec<(LegacyMethodId, Typed)> {
    let (mut undated, mut others) = (Vec::new(), Vec::new());
    for typed in std::mem::take(&mut config.transition) {
        match &typed.method {
            Some(method) if typed.is_undated() => undated.push((LegacyMethodId::new(method), typed)),
            _ => others.push(typed),
        }
    }
    config.transition = others;
    undated
}

/// Puts them on record, once: later runs find them with the dates they have by then.
pub(super) async fn furnish_ends(
    desk: &Desk,
    asker: &Asker,
    undated: &[(LegacyMethodId, Typed)],
) -> anyhow::Result<()> {
    let held = registry::transition::list(desk).await?;
    for (method, typed) in undated {
        if held.iter().any(|dated| dated.transition.id.as_str() == typed.id) {
            continue;
        }
        let ask = dated(method, typed, desk.now());
        settled(registry::transition::create(desk, asker, &ask).await?)?;
    }
    Ok(())
}

/// The end with made-up dates around a day: people have been told, and there is time left.
fn dated(method: &LegacyMethodId, typed: &Typed, now: Moment) -> registry::transition::Create {
    let today = Moment(now.day().saturating_mul(DAY));
    let window = today.plus(20 * DAY + 14 * HOUR);
    registry::transition::Create {
        id: Some(typed.id.clone()),
        name: typed.name.clone(),
        of: Subject::Method(method.clone()),
        routes: typed.routes.iter().map(RouteId::new).collect(),
        apis: typed.apis.iter().map(ApiId::new).collect(),
        accounts: Vec::new(),
        opens: Some(today.plus(-30 * DAY)),
        warns: Some(today.plus(-7 * DAY)),
        brownouts: vec![Brownout {
            name: "Rehearsal".to_owned(),
            from: window,
            to: window.plus(HOUR),
        }],
        ends: Some(today.plus(30 * DAY)),
        documentation: typed.documentation.clone(),
    }
}

/// The firm's subscription key: that of the run before, if it is still good, or a new one. None where the preset has no
/// such key.
pub(super) async fn key(
    desk: &Desk,
    asker: &Asker,
    account: &AccountId,
    kept: &Kept,
) -> anyhow::Result<Option<String>> {
    let mut methods = desk.terms.transition.methods.iter();
    let Some(method) = methods.find(|method| !method.key_headers.is_empty() && method.verify.is_none()) else {
        return Ok(None);
    };
    if let Some(key) = kept.line(API_KEY)
        && let Some(known) = legacy::known(desk, &legacy::name(key)).await?
        && (&known.account, &known.method, known.kind) == (account, &method.id, LegacyKind::Key)
    {
        return Ok(Some(key.to_owned()));
    }
    let ask = registry::legacy::Issue {
        method: method.id.clone(),
        kind: LegacyKind::Key,
        account: account.clone(),
        member: None,
        label: "Demo".to_owned(),
        lifetime: None,
    };
    let made = settled(registry::legacy::issue(desk, asker, &ask).await?)?;
    Ok(Some(made.plain.expose().to_owned()))
}
