//! The code (RFC 6749 §4.1.2): what it stands for, and for how long.

use super::consent::given::{covers, given, wanted};
use super::know::Case;
use crate::desk::Desk;
use crate::registry::new_id;
use crate::rights::SignedIn;
use crate::terms::people::PeopleTerms;
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::authorization::{Identified, Stage};
use tollgate_model::{Authorization, Change, ConsentId, Fault, Moment};

/// The longest that a code may live, in seconds, whatever the terms say (PK5).
pub const LONGEST: i64 = 60;
/// The least that an authorization is remembered, in seconds, for a code that comes again.
const REMEMBERED: i64 = 86_400;

/// A code in the making: its digest, and the name of a consent, should one be needed.
#[derive(Clone, Debug)]
pub(super) struct Fresh {
    pub(super) digest: String,
    pub(super) consent: ConsentId,
}

/// A new code. Only its digest is kept (RT7).
pub(super) fn mint(desk: &Desk) -> Result<(Plain, Fresh), Fault> {
    let code = Plain::mint(Kind::Code, &*desk.entropy).map_err(|e| Fault::unavailable("making a code", e))?;
    let fresh = Fresh {
        digest: desk.digests.digest(code.expose()).to_string(),
        consent: ConsentId::new(new_id(desk, "con")?),
    };
    Ok((code, fresh))
}

/// Who signed in, as tokens will say it.
pub(super) fn identified(who: &SignedIn, acr: Option<String>) -> Identified {
    Identified {
        user: who.user.id.clone(),
        session: who.session.id.clone(),
        line: who.session.line.clone(),
        at: who.session.proved,
        factors: who.session.factors.clone(),
        acr,
    }
}

/// The authorization that was sent its code, and the consent that goes with it where the person was not asked: every
/// code belongs to one, so that it can be taken back.
pub(super) fn decide(
    case: &Case<'_>,
    who: &SignedIn,
    acr: Option<String>,
    fresh: &Fresh,
    terms: &PeopleTerms,
    (request, now): (&str, Moment),
) -> (Authorization, Vec<Change>) {
    let held = case.authorization;
    let wanted = wanted(&held.asked, terms);
    let (consent, changes) = match &case.consent {
        Some(consent) if covers(consent, &wanted, terms) => (consent.id.clone(), Vec::new()),
        _ => given(
            case.consent.as_ref(),
            &case.record.client,
            who,
            &wanted,
            &fresh.consent,
            (request, now),
        ),
    };
    let coded = Authorization {
        stage: Stage::Coded,
        by: Some(identified(who, acr)),
        scopes: held.asked.scopes.clone(),
        consent: Some(consent),
        code: Some(fresh.digest.clone()),
        errand: None,
        expires: now.plus(terms.code_lifetime.clamp(1, LONGEST)),
        // Logout tells the clients of a session as long as there is one.
        forget_after: now.plus(REMEMBERED).max(who.session.ends).max(held.forget_after),
        ..held.clone()
    };
    (coded, changes)
}

#[cfg(test)]
mod tests;
