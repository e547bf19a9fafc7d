//! Whether the bearer of a good token may do this.
//!
//! The order is the vendors' (SS-49): all that ends in 401 came before; then what is wrong with the request (400);
//! then what is forbidden (403).

use super::route::Routed;
use super::verify::{Carried, Proof, Verified};
use super::{Detail, Stop};
use crate::Refusal;
use crate::acting::{ActingUsers, Member};
use crate::legacy::Old;
use crate::memory::Remembered;
use crate::routes::{Acting, Named};
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;
use std::sync::Arc;
use tollgate_model::feed::ActingKey;
use tollgate_model::route::{self, NotOne};
use tollgate_model::{AccountId, ClientId, Source};

/// Leave to be forwarded. Only [`admit`] makes one.
pub(crate) struct Permit<'v> {
    routed: Routed<'v>,
    proof: Proof<'v>,
    acting: Option<Arc<Member>>,
}

impl<'v> Permit<'v> {
    pub(crate) const fn routed(&self) -> &Routed<'v> {
        &self.routed
    }

    /// The token it carried.
    pub(crate) const fn carried(&self) -> Option<&Carried<'v>> {
        match &self.proof {
            Proof::Token(carried) => Some(carried),
            Proof::Nothing | Proof::Legacy(_) => None,
        }
    }

    /// Who came by an old way.
    pub(crate) const fn legacy(&self) -> Option<&Old<'v>> {
        match &self.proof {
            Proof::Legacy(old) => Some(old),
            Proof::Nothing | Proof::Token(_) => None,
        }
    }

    /// What was proved, where leave is of no use any more.
    pub(crate) fn into_proof(self) -> Proof<'v> {
        self.proof
    }

    pub(crate) fn acting(&self) -> Option<&Member> {
        self.acting.as_deref()
    }
}

/// Gives leave, or says why not, and leaves in `seen` whose token it was.
pub(crate) async fn admit<'v>(
    verified: Verified<'v>,
    headers: &HeaderMap,
    users: &ActingUsers,
    source: &Arc<dyn Source>,
    seen: &mut Option<Arc<Remembered>>,
) -> Result<Permit<'v>, Stop> {
    let (routed, proof) = verified.into_parts();
    let carried = match proof {
        Proof::Token(carried) => carried,
        // An old way knows neither scopes nor an acting user of the request's choice (SS-35, SS-51): who it is bound to
        // acts.
        Proof::Nothing | Proof::Legacy(_) => {
            let acting = match &proof {
                Proof::Legacy(old) => old.who.member.clone(),
                Proof::Nothing | Proof::Token(_) => None,
            };
            return Ok(Permit { routed, proof, acting });
        }
    };
    match judge(&carried, headers, users, source).await {
        Ok(acting) => Ok(Permit {
            routed,
            proof: Proof::Token(carried),
            acting,
        }),
        Err(stop) => {
            *seen = Some(carried.token);
            Err(stop)
        }
    }
}

/// For whom it acts, if for anybody.
async fn judge(
    carried: &Carried<'_>,
    headers: &HeaderMap,
    users: &ActingUsers,
    source: &Arc<dyn Source>,
) -> Result<Option<Arc<Member>>, Stop> {
    let acting = match &carried.gate.acting {
        None => None,
        Some(rule) => who(rule, carried, headers, users, source).await?,
    };
    if !carried.token.claims.scopes.covers(&carried.gate.scopes) {
        let needed = carried.gate.scopes.clone();
        return Err(Stop {
            refusal: Refusal::ScopeInsufficient,
            detail: Detail::Scopes(needed),
        });
    }
    let any = &carried.gate.any_scopes;
    if !any.is_empty() && !any.iter().any(|scope| carried.token.claims.scopes.contains(scope)) {
        return Err(Stop {
            refusal: Refusal::ScopeInsufficient,
            detail: Detail::Scopes(any.clone()),
        });
    }
    if let Some(rule) = &carried.gate.acting {
        let may = |member: &Arc<Member>| {
            rule.roles.is_empty() || member.user.roles.iter().any(|role| rule.roles.contains(role))
        };
        // A client without owner has nobody to act for: that is not the request's fault, but it is forbidden.
        if !acting.as_ref().is_some_and(may) {
            return Err(Refusal::ActingUserRole.into());
        }
    }
    Ok(acting)
}

async fn who(
    rule: &Acting,
    carried: &Carried<'_>,
    headers: &HeaderMap,
    users: &ActingUsers,
    source: &Arc<dyn Source>,
) -> Result<Option<Arc<Member>>, Refusal> {
    let claims = &carried.token.claims;
    let account = claims.mark.as_ref().map(|mark| mark.account.as_str());
    match &rule.by {
        Named::Header(name) => {
            let email = address(name, headers)?;
            // A token of no account has no members to name.
            let account = account.ok_or(Refusal::ActingUserUnknown)?;
            let member = match users.named(account, &email) {
                Some(remembered) => remembered,
                None => ask(users, source, account, ActingKey::Email(email.into_owned())).await?,
            };
            member.map(Some).ok_or(Refusal::ActingUserUnknown)
        }
        Named::Owner => {
            let Some(account) = account else {
                return Ok(None);
            };
            match users.owner(account, &claims.client_id) {
                Some(remembered) => Ok(remembered),
                None => {
                    ask(
                        users,
                        source,
                        account,
                        ActingKey::OwnerOf(ClientId::new(claims.client_id.as_str())),
                    )
                    .await
                }
            }
        }
    }
}

async fn ask(
    users: &ActingUsers,
    source: &Arc<dyn Source>,
    account: &str,
    key: ActingKey,
) -> Result<Option<Arc<Member>>, Refusal> {
    users
        .ask(source, &AccountId::new(account), &key)
        .await
        .map_err(|fault| {
            tracing::warn!(error = %fault, source = ?fault.source, "looking up an acting user");
            Refusal::DirectoryUnreachable
        })
}

/// The one address in the header, in lower case.
fn address<'h>(name: &HeaderName, headers: &'h HeaderMap) -> Result<Cow<'h, str>, Refusal> {
    let mut fields = headers.get_all(name).iter();
    let field = fields.next().ok_or(Refusal::ActingUserMissing)?;
    if fields.next().is_some() {
        return Err(Refusal::ActingUserSeveral);
    }
    let text = field.to_str().map_err(|_| Refusal::ActingUserMalformed)?;
    route::address(text).map_err(|reason| match reason {
        NotOne::Several => Refusal::ActingUserSeveral,
        NotOne::Malformed => Refusal::ActingUserMalformed,
    })
}
