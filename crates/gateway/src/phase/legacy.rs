//! Whether the request came by an old way, and whether that still works.

use super::route::Routed;
use super::verify::{Proof, Verified};
use super::{Detail, Notes, Stop};
use crate::gateway::Trace;
use crate::legacy::{
    Bearer, Credential, Old, Place, Shown, Silent, Text, Verdict, Way, Who, bearer, fields, over_for_everybody, verdict,
};
use crate::routes::TokenGate;
use crate::{Gateway, Refusal};
use http::HeaderMap;
use http::request::Parts;
use std::sync::Arc;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::{AccountId, Moment};

/// Who it is that came by an old way; none when the request did not come by one. Who came and was recognised is left in
/// `came`, whether or not the way still works.
pub(crate) async fn look<'v>(
    gateway: &Gateway,
    routed: &Routed<'v>,
    gate: &'v TokenGate,
    head: &Parts,
    now: Moment,
    notes: &mut Notes,
    came: &mut Option<Old<'v>>,
) -> Result<Option<Old<'v>>, Stop> {
    let bearer = bearer(&head.headers, &routed.view.catalogue.keys);
    if bearer == Bearer::Another {
        return Ok(None);
    }
    let mut found: Option<Looked<'v>> = None;
    for way in &routed.route.legacy {
        let Some(shown) = Shown::of(way, bearer, &head.headers) else {
            continue;
        };
        let looked = judge(gateway, way, shown, &head.headers, now).await;
        if looked.refusal.is_none() {
            found = Some(looked);
            break;
        }
        // Of several ways that do not let it through, the first says what is the matter, unless a later one knows more.
        if found.as_ref().is_none_or(|before| before.weight() < looked.weight()) {
            found = Some(looked);
        }
    }
    let Some(looked) = found else {
        return Ok(None);
    };
    // While the old way works, a text that is not on record and came without a key is a token gone wrong more likely than
    // an old one. An opaque token may be the authorization server's.
    let works = || verdict(&looked.way.dated, place(routed, None, now)) == Verdict::Works;
    let nobodys = match looked.refusal {
        Some(Refusal::LegacyKeyMissing) => gate.opaque || looked.way.method.verify.is_none() && works(),
        Some(Refusal::LegacyUnknown) => gate.opaque,
        _ => false,
    };
    if nobodys && looked.who.is_none() {
        return Ok(None);
    }
    settle(looked, routed, gate, now, notes, came).map(Some)
}

/// What became of looking at one way.
struct Looked<'v> {
    way: &'v Way,
    key: Option<&'v http::HeaderName>,
    /// Whose it is, as far as that is known.
    who: Option<Arc<Who>>,
    refusal: Option<Refusal>,
}

impl Looked<'_> {
    /// How much is known: whose it is; else that the way was not heard, and may be the right one.
    fn weight(&self) -> u8 {
        match self.refusal {
            _ if self.who.is_some() => 2,
            Some(Refusal::LegacyUnverified) => 1,
            _ => 0,
        }
    }
}

/// Whether the way still works for whoever came, and what the answer says of its end.
fn settle<'v>(
    looked: Looked<'v>,
    routed: &Routed<'v>,
    gate: &'v TokenGate,
    now: Moment,
    notes: &mut Notes,
    came: &mut Option<Old<'v>>,
) -> Result<Old<'v>, Stop> {
    let Looked { way, key, who, refusal } = looked;
    let account = who.as_ref().map(|who| who.account.clone());
    let place = place(routed, account.as_ref(), now);
    notes.ends(fields(way.dated.iter().chain(&routed.route.endings), place));
    let old = who.map(|who| Old { gate, way, who, key });
    // Who could not be recognised may be somebody who has more time.
    let stands = match refusal {
        Some(Refusal::LegacyUnverified) if old.is_none() => over_for_everybody(&way.dated, place),
        _ => verdict(&way.dated, place),
    };
    let stopped = match (stands, refusal) {
        (Verdict::Ended, _) => Some(Refusal::LegacyEnded.into()),
        (Verdict::Brownout(until), _) => Some(Stop {
            refusal: Refusal::LegacyBrownout,
            detail: Detail::RetryAfter(until.since(now)),
        }),
        (Verdict::Works, Some(refusal)) => return Err(refusal.into()),
        (Verdict::Works, None) => None,
    };
    came.clone_from(&old);
    match (stopped, old) {
        (Some(stop), _) => Err(stop),
        (None, Some(old)) => Ok(old),
        (None, None) => Err(Refusal::LegacyUnknown.into()),
    }
}

async fn judge<'v>(
    gateway: &Gateway,
    way: &'v Way,
    shown: Shown<'_, 'v>,
    headers: &HeaderMap,
    now: Moment,
) -> Looked<'v> {
    let key = shown.key.map(|(name, _)| name);
    let key_missing = way.wants_key() && key.is_none();
    let (who, refusal) = match &way.method.verify {
        Some(_) if key_missing => (None, Some(Refusal::LegacyKeyMissing)),
        Some(rule) => {
            let credentials = &gateway.legacy;
            match credentials
                .elsewhere(&gateway.source, (way, rule), &shown, headers, now)
                .await
            {
                Ok(Some(held)) => (Some(Arc::clone(&held.who)), None),
                Ok(None) => (None, Some(Refusal::LegacyUnknown)),
                Err(Silent) => (None, Some(Refusal::LegacyUnverified)),
            }
        }
        None => {
            let key = shown.key.map(|(_, text)| text);
            let (bearer, key) = futures_util::future::join(
                find(gateway, way, LegacyKind::Bearer, shown.bearer, now),
                find(gateway, way, LegacyKind::Key, key, now),
            )
            .await;
            both(&bearer, &key, key_missing)
        }
    };
    Looked { way, key, who, refusal }
}

/// What was found of one of the two; none where it was not shown.
type Found = Option<Result<Option<Arc<Credential>>, Silent>>;

async fn find(gateway: &Gateway, way: &Way, kind: LegacyKind, text: Option<Text<'_>>, now: Moment) -> Found {
    match text? {
        Text::Odd => Some(Ok(None)),
        Text::Plain(text) => Some(
            gateway
                .legacy
                .on_record(&gateway.source, (&way.method.id, kind), text, now)
                .await,
        ),
    }
}

/// Whom token and key name together, and what is wrong with them.
fn both(bearer: &Found, key: &Found, key_missing: bool) -> (Option<Arc<Who>>, Option<Refusal>) {
    let known = |found: &Found| match found {
        Some(Ok(Some(held))) => Some(Arc::clone(&held.who)),
        _ => None,
    };
    let is = |said: fn(&Result<Option<Arc<Credential>>, Silent>) -> bool| [bearer, key].into_iter().flatten().any(said);
    let (by_bearer, by_key) = (known(bearer), known(key));
    let refusal = if key_missing {
        Some(Refusal::LegacyKeyMissing)
    } else if is(|said| matches!(said, Ok(None))) {
        Some(Refusal::LegacyUnknown)
    } else if is(|said| matches!(said, Err(Silent))) {
        Some(Refusal::LegacyUnverified)
    } else if let (Some(bearer), Some(key)) = (&by_bearer, &by_key)
        && bearer.account != key.account
    {
        Some(Refusal::LegacyAccounts)
    } else {
        None
    };
    let who = match (by_bearer, by_key) {
        (Some(_), Some(_)) if refusal == Some(Refusal::LegacyAccounts) => None,
        (Some(bearer), Some(key)) => Some(Who::together(&key, &bearer)),
        (bearer, key) => key.or(bearer),
    };
    (who, refusal)
}

/// Refuses what nobody may ask any more, whoever it is, and says when the route ends.
pub(crate) fn over(routed: &Routed<'_>, now: Moment, notes: &mut Notes) -> Result<(), Stop> {
    let endings = &routed.route.endings;
    if endings.is_empty() {
        return Ok(());
    }
    let place = place(routed, None, now);
    notes.ends(fields(endings.iter(), place));
    gone(over_for_everybody(endings, place), now)
}

/// The same for whoever it is now known to be.
pub(crate) fn over_for<'v>(
    verified: &Verified<'v>,
    now: Moment,
    notes: &mut Notes,
    trace: &mut Trace<'v>,
) -> Result<(), Stop> {
    let routed = verified.routed();
    let endings = &routed.route.endings;
    if endings.is_empty() {
        return Ok(());
    }
    let (account, way, token) = match verified.proof() {
        Proof::Nothing => (None, None, None),
        Proof::Token(carried) => (carried.token.account.as_ref(), None, Some(&carried.token)),
        Proof::Legacy(old) => (Some(&old.who.account), Some(old.way), None),
    };
    let place = place(routed, account, now);
    let by_way = way.map(|way| way.dated.as_slice()).unwrap_or_default();
    notes.ends(fields(by_way.iter().chain(endings), place));
    let stands = gone(verdict(endings, place), now);
    if stands.is_err() {
        trace.token = token.cloned();
    }
    stands
}

fn gone(stands: Verdict, now: Moment) -> Result<(), Stop> {
    let detail = match stands {
        Verdict::Works => return Ok(()),
        Verdict::Brownout(until) => Detail::RetryAfter(until.since(now)),
        Verdict::Ended => Detail::Nothing,
    };
    Err(Stop {
        refusal: Refusal::RouteEnded,
        detail,
    })
}

fn place<'a>(routed: &'a Routed<'_>, account: Option<&'a AccountId>, now: Moment) -> Place<'a> {
    Place {
        account,
        route: &routed.route.id,
        api: routed.route.api(),
        now,
    }
}
