//! Whether the bearer of a good token may do this.
//!
//! The order is the vendors' (SS-49): all that ends in 401 came before; then what is wrong with the request (400);
//! then what is forbidden (403).

use super::route::Routed;
use super::verify::{Carried, Verified};
use super::{Detail, Stop};
use crate::Refusal;
use crate::acting::{ActingUsers, Member};
use crate::routes::{Acting, Named};
use http::{HeaderMap, HeaderName};
use std::borrow::Cow;
use std::sync::Arc;
use tollgate_model::feed::ActingKey;
use tollgate_model::{AccountId, ClientId, Source};

/// Leave to be forwarded. Only [`admit`] makes one.
pub(crate) struct Permit<'v> {
    routed: Routed<'v>,
    carried: Option<Carried<'v>>,
    acting: Option<Arc<Member>>,
}

impl<'v> Permit<'v> {
    pub(crate) const fn routed(&self) -> &Routed<'v> {
        &self.routed
    }

    pub(crate) const fn carried(&self) -> Option<&Carried<'v>> {
        self.carried.as_ref()
    }

    pub(crate) fn acting(&self) -> Option<&Member> {
        self.acting.as_deref()
    }
}

/// Gives leave, or says why not.
pub(crate) async fn admit<'v>(
    verified: Verified<'v>,
    headers: &HeaderMap,
    users: &ActingUsers,
    source: &Arc<dyn Source>,
) -> Result<Permit<'v>, Stop> {
    let (routed, carried) = verified.into_parts();
    let Some(carried) = carried else {
        return Ok(Permit {
            routed,
            carried: None,
            acting: None,
        });
    };
    let acting = match &carried.gate.acting {
        None => None,
        Some(rule) => who(rule, &carried, headers, users, source).await?,
    };
    if !carried.token.claims.scopes.covers(&carried.gate.scopes) {
        let needed = carried.gate.scopes.clone();
        return Err(Stop {
            refusal: Refusal::ScopeInsufficient,
            detail: Detail::Scopes(needed),
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
    Ok(Permit {
        routed,
        carried: Some(carried),
        acting,
    })
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
    let text = field.to_str().map_err(|_| Refusal::ActingUserMalformed)?.trim();
    if text.contains([',', ';']) {
        return Err(Refusal::ActingUserSeveral);
    }
    if !is_address(text) {
        return Err(Refusal::ActingUserMalformed);
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Ok(Cow::Owned(text.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// Whether it is `dot-atom@domain` (RFC 5322 §3.4.1) within the lengths of RFC 5321 §4.5.3.1. Quoted local parts and address
/// literals are legal and name nobody's member.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    /// SS-44: what is an address and what is not.
    #[test]
    fn an_address_is_told_from_what_is_none() {
        for good in [
            "a@b.c",
            "first.last+tag@sub.example.com",
            "o'neil@example.com",
            "a@localhost",
            "a_b@ex-ample.org",
        ] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@",
            "a@",
            "@b.c",
            "a@@b.c",
            "a@b@c.d",
            ".a@b.c",
            "a..b@c.d",
            "a@b..c",
            "a@-b.c",
            "a b@c.d",
            "a@b c",
            "<a@b.c>",
            "\"a\"@b.c",
            "a@[1.2.3.4]",
            long.as_str(),
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
