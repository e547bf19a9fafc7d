//! What is on record about a person's way, and the facts that follow from it.

use super::ask::may_send;
use super::consent::given::{covers, wanted};
use super::next::{Agreed, Facts, Person};
use crate::desk::Desk;
use crate::people::session::Resumed;
use crate::rights::SignedIn;
use crate::terms::people::PeopleTerms;
use crate::token::person;
use tollgate_model::authorization::Stage;
use tollgate_model::{Authorization, ClientRecord, Consent, Fault, Moment, Session, UserId};

/// Somebody at the browser.
#[derive(Clone, Copy, Debug)]
pub(super) enum Who<'a> {
    Nobody,
    Half,
    SignedIn(&'a SignedIn),
}

impl<'a> Who<'a> {
    pub(super) const fn signed_in(self) -> Option<&'a SignedIn> {
        match self {
            Self::SignedIn(who) => Some(who),
            Self::Nobody | Self::Half => None,
        }
    }
}

impl<'a> From<Option<&'a SignedIn>> for Who<'a> {
    fn from(who: Option<&'a SignedIn>) -> Self {
        who.map_or(Self::Nobody, Self::SignedIn)
    }
}

impl<'a> From<Option<&'a Resumed>> for Who<'a> {
    fn from(who: Option<&'a Resumed>) -> Self {
        match who {
            None => Self::Nobody,
            Some(Resumed::Half(_)) => Self::Half,
            Some(Resumed::SignedIn(who)) => Self::SignedIn(who),
        }
    }
}

/// A way, and what is on record about it.
#[derive(Clone, Debug)]
pub(super) struct Case<'a> {
    pub(super) authorization: &'a Authorization,
    /// The request has only just come: nothing was shown for it yet.
    pub(super) opening: bool,
    pub(super) record: &'a ClientRecord,
    pub(super) who: Who<'a>,
    /// What this person lets this client do.
    pub(super) consent: Option<Consent>,
    /// `sub`, as this client knows this person, where the client expects somebody.
    pub(super) subject: Option<String>,
}

/// Reads what is on record about it.
pub(super) async fn know<'a>(
    desk: &Desk,
    authorization: &'a Authorization,
    record: &'a ClientRecord,
    who: Who<'a>,
    opening: bool,
) -> Result<Case<'a>, Fault> {
    let mut case = Case {
        authorization,
        opening,
        record,
        who,
        consent: None,
        subject: None,
    };
    if let Who::SignedIn(present) = who {
        let (user, client) = (&present.user.id, &record.client.id);
        case.consent = desk.store.consent(user, client).await?;
        if authorization.asked.hinted.is_some()
            && let Some(known) = desk.memory.client(client).await?
            && let Some(sign_in) = &known.sign_in
        {
            case.subject = Some(person::subject(&desk.digests, sign_in, user));
        }
    }
    Ok(case)
}

impl Case<'_> {
    /// The facts that [`super::next()`] decides upon.
    pub(super) fn facts<'f>(&'f self, terms: &'f PeopleTerms, now: Moment) -> Facts<'f> {
        let authorization = self.authorization;
        let asked = &authorization.asked;
        let person = match self.who {
            Who::Nobody => Person::Nobody,
            Who::Half => Person::Half,
            Who::SignedIn(SignedIn { user, session }) => Person::Present {
                user,
                session,
                fresh: self.fresh(session),
                anew: self.anew(session),
                expected: asked.hinted.as_ref().is_none_or(|hinted| self.is(hinted, &user.id)),
                chosen: self.past(Stage::Identified, &user.id)
                    || (self.anew(session) && session.created >= authorization.created),
            },
        };
        let wanted = wanted(asked, terms);
        Facts {
            asked,
            terms,
            may_send: may_send(self.record),
            person,
            agreed: Agreed {
                all: self
                    .consent
                    .as_ref()
                    .is_some_and(|consent| covers(consent, &wanted, terms)),
                here: match self.who {
                    Who::SignedIn(present) => self.past(Stage::Consented, &present.user.id),
                    _ => false,
                },
                trusted: self.record.client.sign_in.trusted,
            },
            now,
        }
    }

    /// Whether a factor was shown since the request came, here or elsewhere.
    fn fresh(&self, session: &Session) -> bool {
        self.anew(session) && session.proved >= self.authorization.created
    }

    /// Whether there is another session than when the request came: every factor makes one, also one that a provider saw
    /// long before it told us. Moments are whole seconds, so the session that was at the browser when the request came is
    /// told by its name. Once the person has gone a step with it, it was fresh enough for that step.
    fn anew(&self, session: &Session) -> bool {
        let authorization = self.authorization;
        let named = authorization.by.as_ref().map(|by| by.session == session.id);
        let before = authorization.stage == Stage::Opened && named == Some(true);
        let since = session.proved.max(session.created) >= authorization.created;
        !self.opening && !before && (since || named == Some(false))
    }

    /// Whether the way has come this far with this person.
    fn past(&self, stage: Stage, user: &UserId) -> bool {
        let authorization = self.authorization;
        let far = match authorization.stage {
            Stage::Identified => stage == Stage::Identified,
            Stage::Consented => true,
            Stage::Opened | Stage::Coded | Stage::Spent | Stage::Ended => false,
        };
        far && authorization.by.as_ref().is_some_and(|by| by.user == *user)
    }

    /// Whether this person is who was hinted at: by what the client calls them, or by id.
    fn is(&self, hinted: &UserId, user: &UserId) -> bool {
        self.subject
            .as_deref()
            .map_or(hinted == user, |subject| hinted.as_str() == subject)
    }
}
