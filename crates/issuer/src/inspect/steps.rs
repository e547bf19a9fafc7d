//! The gateway's checks, one by one, in its order.

use super::peek::Peeked;
use super::place::Place;
use super::{CODES, Step, Wants, wants};
use tollgate_keys::verify::Flaw;
use tollgate_model::{Api, Moment, Route};
use tollgate_protocol::claims::AccessToken;

/// By how many seconds the issuer's clock may be ahead of a gateway's, unless the gateway's settings say otherwise.
const LEEWAY: i64 = 10;

/// What is known beside the token.
pub(super) struct Facts<'a> {
    pub(super) issuer: &'a str,
    pub(super) apis: &'a [Api],
    pub(super) now: Moment,
    /// Whether it was revoked; none where that is not the viewer's to know.
    pub(super) revoked: Option<bool>,
}

/// Whom the request names as acting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// Nobody needs to be named.
    Nobody,
    Missing,
    Several,
    Malformed,
    /// There is no such active member.
    Unknown,
    /// Not the viewer's to know.
    Untold,
    /// Somebody with these roles.
    Member(Vec<String>),
}

/// Enough of a text to recognise it: what a token says may be long.
fn short(text: &str) -> String {
    text.chars().take(200).collect()
}

pub(super) fn yes(check: &'static str, says: impl Into<String>) -> Step {
    Step {
        check,
        ok: Some(true),
        says: says.into(),
        code: None,
        status: None,
    }
}

pub(super) fn open(check: &'static str, says: impl Into<String>) -> Step {
    Step {
        ok: None,
        ..yes(check, says)
    }
}

pub(super) fn no(check: &'static str, code: &'static str, says: impl Into<String>) -> Step {
    let status = CODES.iter().find(|(held, _)| *held == code).map(|(_, status)| *status);
    Step {
        ok: Some(false),
        code: Some(code),
        status,
        ..yes(check, says)
    }
}

/// Every check. Those after the first that fails are told, too: who mends one thing sees the next at once.
pub(super) fn steps(facts: &Facts<'_>, peeked: &Peeked, place: Option<&Place<'_>>, named: &Named) -> Vec<Step> {
    let mut steps = Vec::new();
    let route = match place {
        None => None,
        Some(place) => {
            let route = at(place, facts.apis, &mut steps);
            if route.is_none() {
                return steps;
            }
            route
        }
    };
    proof(peeked, &mut steps);
    let token = match &peeked.token {
        Ok(token) => token,
        Err(flaw) => {
            steps.push(no("claims", "token_malformed", claims(*flaw)));
            return steps;
        }
    };
    let wanted = route.and_then(|route| wants(&route.access));
    let api = match &wanted {
        Some(wants) => facts.apis.iter().find(|api| api.id == *wants.api),
        None => facts.apis.iter().find(|api| token.audience.contains(&api.audience)),
    };
    kind(peeked, api, wanted.is_some(), &mut steps);
    steps.push(if token.issuer == facts.issuer {
        yes("issuer", format!("It names us: {}.", facts.issuer))
    } else {
        no(
            "issuer",
            "token_issuer",
            format!("It names {:?}, and we are {:?}.", short(&token.issuer), facts.issuer),
        )
    });
    steps.push(audience(token, api, wanted.is_some()));
    steps.push(times(token, facts.now));
    steps.push(match facts.revoked {
        Some(true) => no(
            "revocation",
            "token_revoked",
            "It was revoked, or its secret, client or account was.",
        ),
        Some(false) => yes("revocation", "It was not revoked."),
        None if peeked.proved().is_none() => open("revocation", "Not looked at: only a token of ours can be revoked."),
        None => open("revocation", "Whether it was revoked is told to its own account only."),
    });
    if let Some(wanted) = wanted {
        demands(token, &wanted, named, &mut steps);
    }
    steps
}

/// Where the request goes: the route, if a token is looked at there.
pub(super) fn at<'a>(place: &Place<'a>, apis: &[Api], steps: &mut Vec<Step>) -> Option<&'a Route> {
    match place {
        Place::Ambiguous(reason) => {
            steps.push(no(
                "path",
                "path_ambiguous",
                format!("The path can be read in more than one way: {reason}."),
            ));
            None
        }
        Place::Nowhere => {
            steps.push(no("route", "route_unknown", "No route has this path."));
            None
        }
        Place::OtherMethods(methods) => {
            let methods = methods.join(", ");
            steps.push(no(
                "route",
                "method_not_allowed",
                format!("The path takes {methods} only."),
            ));
            None
        }
        Place::Closed(route) => {
            steps.push(no(
                "route",
                "route_closed",
                format!("Route {} is closed by a fault of its configuration.", route.id),
            ));
            None
        }
        Place::Route(route) => {
            let Some(wanted) = wants(&route.access) else {
                steps.push(yes(
                    "route",
                    format!("Route {} is open to everybody: no token is looked at.", route.id),
                ));
                return None;
            };
            if !apis.iter().any(|held| held.id == *wanted.api) {
                steps.push(no(
                    "route",
                    "route_closed",
                    format!("Route {} names an API that does not exist.", route.id),
                ));
                return None;
            }
            steps.push(yes("route", format!("The request takes route {}.", route.id)));
            Some(route)
        }
    }
}

/// Form, key and signature. Once one fails the next cannot be looked at.
fn proof(peeked: &Peeked, steps: &mut Vec<Step>) {
    let form = || yes("form", "It is a signed token.");
    let key = || yes("key", "It is signed with a key of ours.");
    let unread = |check| open(check, "Not looked at, because of what is wrong before.");
    let found = match peeked.flaw {
        None => [form(), key(), yes("signature", "The signature is right.")],
        Some(Flaw::Algorithm) => [
            form(),
            no(
                "key",
                "token_algorithm",
                "The algorithm in its header is not that of a key of ours.",
            ),
            unread("signature"),
        ],
        Some(Flaw::UnknownKey) => [
            form(),
            no(
                "key",
                "token_key_unknown",
                "The key in its header (kid) is none of ours: it is from another issuer, or a key that is retired.",
            ),
            unread("signature"),
        ],
        Some(Flaw::Signature) => [
            form(),
            key(),
            no(
                "signature",
                "token_signature",
                "The signature does not fit: something of the token was changed or cut.",
            ),
        ],
        Some(Flaw::Critical) => [
            no(
                "form",
                "token_malformed",
                "Its header demands an extension (crit) that is not understood.",
            ),
            unread("key"),
            unread("signature"),
        ],
        Some(_) => [
            no(
                "form",
                "token_malformed",
                "Its header or one of its parts cannot be read.",
            ),
            unread("key"),
            unread("signature"),
        ],
    };
    steps.extend(found);
}

fn claims(flaw: Flaw) -> String {
    match flaw {
        Flaw::MissingClaim(claim) => format!("The claim {claim} is missing."),
        _ => "Its claims cannot be read as those of an access token.".to_owned(),
    }
}

/// Algorithm and type, as the API wants them.
fn kind(peeked: &Peeked, api: Option<&Api>, at_route: bool, steps: &mut Vec<Step>) {
    // What cannot be read was told as a fault of form or key already.
    let (Some(header), Some(api)) = (peeked.read_header(), api) else {
        return;
    };
    if at_route {
        let (is, wanted) = (header.algorithm, api.algorithm);
        steps.push(if is == wanted {
            yes("algorithm", format!("{is} is what this API takes."))
        } else {
            no(
                "algorithm",
                "token_algorithm",
                format!("It is signed with {is}; this API takes {wanted}."),
            )
        });
    }
    let typ = api.profile.typ();
    steps.push(if header.is_of_type(typ) {
        yes("type", format!("It is an access token ({typ})."))
    } else {
        let is = short(header.typ.as_deref().unwrap_or("nothing"));
        no(
            "type",
            "token_type",
            format!("Its header says typ {is:?}; access tokens of this API say {typ:?}."),
        )
    });
}

fn audience(token: &AccessToken, api: Option<&Api>, at_route: bool) -> Step {
    let named = short(&token.audience.join(", "));
    match api {
        Some(api) if token.audience.contains(&api.audience) => {
            yes("audience", format!("It is for {} ({}).", api.name, api.audience))
        }
        Some(api) => no(
            "audience",
            "token_audience",
            format!(
                "It is for {named:?}; this route wants {:?}. A slash at the end counts.",
                api.audience
            ),
        ),
        None if at_route => no("audience", "token_audience", "The route's API is unknown."),
        None => no(
            "audience",
            "token_audience",
            format!("It is for {named:?}, and no API here is called so."),
        ),
    }
}

/// In the order in which the gateway looks: long over, not yet begun, just over.
fn times(token: &AccessToken, now: Moment) -> Step {
    let latest = now.0.saturating_add(LEEWAY);
    let begins = token.not_before.map_or(token.issued, |start| start.max(token.issued));
    if token.expires.saturating_add(LEEWAY) > now.0 && begins > latest {
        return no("times", "token_not_yet_valid", "It begins later than now.");
    }
    if token.expires <= now.0 {
        return no("times", "token_expired", "It has expired.");
    }
    yes("times", "It has begun and not ended.")
}

/// What the route wants beside a good token: 400 before 403.
fn demands(token: &AccessToken, wanted: &Wants<'_>, named: &Named, steps: &mut Vec<Step>) {
    let Wants {
        scopes,
        any_scopes,
        rule,
        ..
    } = *wanted;
    let by_owner = rule.is_some_and(|rule| rule.by == tollgate_model::route::ActingBy::Owner);
    if rule.is_some() {
        let check = "acting user";
        steps.push(match named {
            Named::Missing => no(
                check,
                "acting_user_missing",
                "The request does not name the user for whom it is made.",
            ),
            Named::Several => no(check, "acting_user_several", "The request names more than one user."),
            Named::Malformed => no(
                check,
                "acting_user_malformed",
                "The user is not named by an e-mail address.",
            ),
            // A client without owner is not the request's fault: it is forbidden further down.
            Named::Unknown if by_owner => yes(check, "The request need not name one; the client's owner counts."),
            Named::Unknown => no(
                check,
                "acting_user_unknown",
                "The token's account has no active user with this address.",
            ),
            Named::Member(_) if by_owner => yes(check, "The client's owner counts."),
            Named::Member(_) => yes(check, "The user is one of the token's account."),
            Named::Untold | Named::Nobody => open(check, "Who belongs to an account is told to that account only."),
        });
    }
    let lacking = scopes.beyond(&token.scopes);
    steps.push(if !lacking.is_empty() {
        no("scopes", "scope_insufficient", format!("It lacks {lacking}."))
    } else if scopes.is_empty() {
        yes("scopes", "The route wants none.")
    } else {
        yes("scopes", format!("It has {scopes}."))
    });
    if !any_scopes.is_empty() {
        let one = any_scopes
            .as_slice()
            .iter()
            .find(|scope| token.scopes.as_slice().contains(scope));
        steps.push(match one {
            Some(one) => yes("scopes", format!("Of {any_scopes} it has {one}.")),
            None => no("scopes", "scope_insufficient", format!("It has none of {any_scopes}.")),
        });
    }
    let Some(rule) = rule else { return };
    let wanted = rule.roles.join(", ");
    let check = "roles";
    match named {
        Named::Member(roles) if rule.roles.is_empty() || roles.iter().any(|role| rule.roles.contains(role)) => {
            steps.push(yes(check, "The user may use this API."));
        }
        Named::Member(_) => steps.push(no(
            check,
            "acting_user_role",
            format!("The user has none of the roles {wanted}."),
        )),
        Named::Unknown if by_owner => {
            steps.push(no(
                check,
                "acting_user_role",
                "The client has no owner who is active, so nobody acts.",
            ));
        }
        Named::Untold => steps.push(open(check, format!("The user needs one of the roles {wanted}."))),
        _ => {}
    }
}
