//! What would become of a request at the gateway, step by step: for those who write routes.
//!
//! Unlike [`super::inspect`], which looks at a pasted token, this begins with the request: it may carry an access token, an
//! old token, a subscription key, or nothing. Nothing of it is kept or logged.

use super::place::Place;
use super::steps::{no, open, yes};
use super::{At, LONGEST, Pasted, Step, Viewer, inspect, lookalike};
use crate::desk::Desk;
use crate::legacy;
use serde_json::Value;
use tollgate_model::legacy::LegacyKind;
use tollgate_model::limit::{Per, Window};
use tollgate_model::route::{Access, ActingBy};
use tollgate_model::transition::{Stage, Subject};
use tollgate_model::{AccountId, ApiId, Dated, Fault, LegacyKnown, LegacyMethod, Limit, Moment, Route, RouteId};

/// The request.
#[derive(Clone, Default)]
pub struct Walk {
    /// The method.
    pub method: String,
    /// The whole URL, or the path alone.
    pub url: String,
    /// What it carries as `Authorization: Bearer`, if anything.
    pub token: Option<String>,
    /// Its other headers.
    pub headers: Vec<(String, String)>,
}

/// A token or a key is none of a log's business.
impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (method, url) = (&self.method, &self.url);
        f.debug_struct("Walk")
            .field("method", method)
            .field("url", url)
            .finish_non_exhaustive()
    }
}

impl Walk {
    fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(held, _)| held.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

/// What there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// The route that the request takes.
    pub route: Option<RouteId>,
    /// How it shows whose it is: `nothing`, `token`, `opaque` or `legacy`.
    pub by: &'static str,
    /// Whose it is, as far as that is on record.
    pub account: Option<AccountId>,
    /// The claims of its access token, decoded.
    pub claims: Value,
    /// The checks, in the gateway's order.
    pub steps: Vec<Step>,
}

impl Walked {
    /// The first check that fails: what the gateway would answer. None: the request is let through, as far as that can be
    /// said here.
    #[must_use]
    pub fn refused(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.ok == Some(false))
    }

    fn at(route: Option<&Route>, by: &'static str) -> Self {
        Self {
            route: route.map(|route| route.id.clone()),
            by,
            account: None,
            claims: Value::Null,
            steps: Vec::new(),
        }
    }
}

/// Walks a request through the gateway's checks, as they stand on record at `now`.
///
/// # Errors
/// A [`Fault`] of the store.
pub async fn walk(desk: &Desk, ask: &Walk, now: Moment) -> Result<Walked, Fault> {
    let catalogue = desk.memory.catalogue();
    let place = Place::of(&at(ask, None), &catalogue.routes);
    let Some(route) = place.route() else {
        let mut walked = Walked::at(None, "nothing");
        let _nowhere = super::steps::at(&place, &catalogue.apis, &mut walked.steps);
        return Ok(walked);
    };
    let transitions = &catalogue.transitions;
    let mut first = Vec::new();
    let open_here = super::steps::at(&place, &catalogue.apis, &mut first).is_some();
    let api = api_of(route);
    let over = ended(transitions, route, api, None, now);
    let mut walked = match ask.token.as_deref().map(lookalike::bare) {
        _ if !open_here || over.as_ref().is_some_and(|step| step.ok == Some(false)) => {
            let mut walked = Walked::at(Some(route), "nothing");
            walked.steps = first;
            walked.steps.extend(over);
            if open_here || !matches!(route.access, Access::Public { .. }) {
                return Ok(walked);
            }
            walked
        }
        Some(token) if token.len() <= LONGEST && lookalike::pasted(token) == Pasted::Token => {
            by_token(desk, ask, route, token, over, now).await?
        }
        bearer => match by_legacy(desk, ask, route, bearer, transitions, now).await? {
            Some(mut walked) => {
                walked.steps.splice(0..0, first.into_iter().chain(over));
                walked
            }
            None => without(route, bearer, first, over),
        },
    };
    if let Some(account) = walked.account.clone() {
        walked
            .steps
            .extend(ended(transitions, route, api, Some(&account), now).filter(|step| step.ok == Some(false)));
    }
    limits(desk, route, &mut walked).await?;
    Ok(walked)
}

fn at<'a>(ask: &'a Walk, acting_user: Option<&'a str>) -> At<'a> {
    At {
        method: &ask.method,
        path: &ask.url,
        acting_user,
    }
}

fn api_of(route: &Route) -> Option<&ApiId> {
    match &route.access {
        Access::Token { api, .. } => Some(api),
        Access::Public { .. } => None,
    }
}

/// An access token: the inspector's checks, whole.
async fn by_token(
    desk: &Desk,
    ask: &Walk,
    route: &Route,
    token: &str,
    over: Option<Step>,
    now: Moment,
) -> Result<Walked, Fault> {
    let acting = match &route.access {
        Access::Token {
            acting_user: Some(rule),
            ..
        } => match &rule.by {
            ActingBy::Header(name) => ask.header(name),
            ActingBy::Owner => None,
        },
        _ => None,
    };
    let found = inspect(desk, Viewer::Program, token, Some(&at(ask, acting)), now).await?;
    let mut walked = Walked::at(Some(route), "token");
    walked.claims = found.claims;
    walked.steps = found.steps;
    let after_route = walked.steps.len().min(1);
    walked.steps.splice(after_route..after_route, over);
    if let Some((client, _)) = found.client {
        walked.account = desk.store.client(&client).await?.map(|record| record.client.account);
    }
    if walked.steps.is_empty() {
        walked
            .steps
            .push(no("form", "token_malformed", "It cannot be read as a token."));
    }
    id_token(ask, route, &mut walked.steps);
    Ok(walked)
}

fn id_token(ask: &Walk, route: &Route, steps: &mut Vec<Step>) {
    let Some(rule) = &route.id_token else { return };
    let header = &rule.header;
    steps.push(match (ask.header(header), rule.required) {
        (None, true) => no(
            "ID token",
            "id_token_missing",
            format!("The header {header} is missing."),
        ),
        (None, false) => yes("ID token", "None came along, and none is required."),
        (Some(_), _) => open(
            "ID token",
            format!("What stands in {header} is looked at by the gateway."),
        ),
    });
}

/// Neither token nor old credential.
fn without(route: &Route, bearer: Option<&str>, first: Vec<Step>, over: Option<Step>) -> Walked {
    let by = if bearer.is_some() { "opaque" } else { "nothing" };
    let mut walked = Walked::at(Some(route), by);
    walked.steps = first;
    walked.steps.extend(over);
    walked.steps.push(match bearer {
        None => no("token", "token_missing", "The request carries no access token."),
        Some(_) if route.opaque => open(
            "introspection",
            "The token is opaque: the gateway asks the authorization server about it.",
        ),
        Some(_) => no(
            "form",
            "token_malformed",
            "It is no signed token, and this route takes no other.",
        ),
    });
    walked
}

/// What was shown of an old way, and what is on record of it.
struct Shown<'a> {
    method: &'a LegacyMethod,
    bearer: Option<Option<LegacyKnown>>,
    key: Option<(&'a str, Option<LegacyKnown>)>,
}

/// An old way, where the route takes one of which something was shown.
async fn by_legacy(
    desk: &Desk,
    ask: &Walk,
    route: &Route,
    bearer: Option<&str>,
    transitions: &[Dated],
    now: Moment,
) -> Result<Option<Walked>, Fault> {
    let mut found: Option<Walked> = None;
    for id in &route.legacy {
        let Some(method) = desk.terms.transition.method(id) else {
            continue;
        };
        let bearer = bearer.filter(|_| method.bearer);
        let key = method
            .key_headers
            .iter()
            .find_map(|name| Some((name.as_str(), ask.header(name)?)));
        if bearer.is_none() && key.is_none() {
            continue;
        }
        let shown = Shown {
            method,
            bearer: match bearer {
                Some(text) => Some(lookup(desk, method, LegacyKind::Bearer, text).await?),
                None => None,
            },
            key: match key {
                Some((name, text)) => Some((name, lookup(desk, method, LegacyKind::Key, text).await?)),
                None => None,
            },
        };
        let walked = judged(&shown, route, transitions, now);
        let known = walked.account.is_some();
        if found.is_none() || known {
            found = Some(walked);
        }
        if known {
            break;
        }
    }
    // An opaque token that is not on record may be the authorization server's.
    Ok(found.filter(|walked| walked.account.is_some() || !route.opaque))
}

async fn lookup(
    desk: &Desk,
    method: &LegacyMethod,
    kind: LegacyKind,
    text: &str,
) -> Result<Option<LegacyKnown>, Fault> {
    let known = legacy::known(desk, &legacy::name(text)).await?;
    Ok(known.filter(|known| known.method == method.id && known.kind == kind))
}

fn judged(shown: &Shown<'_>, route: &Route, transitions: &[Dated], now: Moment) -> Walked {
    let method = shown.method;
    let mut walked = Walked::at(Some(route), "legacy");
    let steps = &mut walked.steps;
    steps.push(yes(
        "old way",
        format!("It comes by {:?} ({}).", method.name, method.id),
    ));
    if method.verify.is_some() {
        steps.push(open(
            "old way",
            "The old system is asked about it; what it says is not known here.",
        ));
    }
    let elsewhere = method.verify.is_some();
    let mut known: Vec<&LegacyKnown> = Vec::new();
    if let Some((header, found)) = &shown.key {
        match found {
            Some(held) => {
                known.push(held);
                steps.push(yes(
                    "key",
                    format!("The key in {header} is {} of {}.", held.id, held.account),
                ));
            }
            None if elsewhere => {}
            None => steps.push(no(
                "key",
                "legacy_unknown",
                format!("The key in {header} is unknown, or has ended."),
            )),
        }
    } else if !method.key_headers.is_empty() {
        let headers = method.key_headers.join(" or ");
        steps.push(no(
            "key",
            "legacy_key_missing",
            format!("A subscription key in {headers} is required."),
        ));
    }
    match &shown.bearer {
        Some(Some(held)) => {
            known.push(held);
            steps.push(yes(
                "old token",
                format!("The token is {} of {}.", held.id, held.account),
            ));
        }
        Some(None) if !elsewhere => {
            steps.push(no("old token", "legacy_unknown", "The token is unknown, or has ended."));
        }
        _ => {}
    }
    if method.bearer && shown.bearer.is_none() {
        steps.push(no(
            "old token",
            "legacy_unknown",
            "A token of the old login is required beside the key.",
        ));
    }
    if let [one, other] = known.as_slice()
        && one.account != other.account
    {
        steps.push(no(
            "accounts",
            "legacy_accounts_differ",
            "Token and key are of two accounts.",
        ));
    }
    let account = known.first().map(|held| held.account.clone());
    let stages = stages(method, route, account.as_ref(), transitions, now);
    walked.steps.extend(stages);
    walked.account = account;
    walked
}

/// Where the account stands in the transitions of its method.
fn stages<'a>(
    method: &'a LegacyMethod,
    route: &'a Route,
    account: Option<&'a AccountId>,
    transitions: &'a [Dated],
    now: Moment,
) -> impl Iterator<Item = Step> + 'a {
    let here = transitions.iter().filter(move |dated| {
        dated.transition.of == Subject::Method(method.id.clone()) && dated.holds(account, &route.id, api_of(route))
    });
    here.map(move |dated| {
        let stage = dated.stage(account, now);
        let says = said(dated, &stage, account);
        match stage {
            Stage::Ended => no("transition", "legacy_ended", says),
            Stage::Brownout(_) => no("transition", "legacy_brownout", says),
            _ => yes("transition", says),
        }
    })
}

fn said(dated: &Dated, stage: &Stage<'_>, account: Option<&AccountId>) -> String {
    let name = &dated.transition.name;
    let when =
        |at: Moment| jiff::Timestamp::from_second(at.0).map_or_else(|_| at.0.to_string(), |time| time.to_string());
    let own = account.is_some_and(|account| dated.exception(account).is_some());
    let end = match dated.ends(account) {
        Some(end) if own => format!("ends for this account on {}", when(end)),
        Some(end) => format!("ends on {}", when(end)),
        None => "has no end yet".to_owned(),
    };
    match stage {
        Stage::Brownout(window) => format!("{name:?}: brown-out {:?} until {}.", window.name, when(window.to)),
        Stage::Ended => format!("{name:?}: it {}.", end.replacen("ends", "ended", 1)),
        _ => format!("{name:?} stands at {:?}: it {end}.", stage.as_str()),
    }
}

/// Whether the route itself has ended, where a transition says so.
fn ended(
    transitions: &[Dated],
    route: &Route,
    api: Option<&ApiId>,
    account: Option<&AccountId>,
    now: Moment,
) -> Option<Step> {
    let mut here = transitions
        .iter()
        .filter(|dated| dated.transition.of == Subject::Routes && dated.holds(account, &route.id, api));
    let spared = |dated: &Dated| {
        account.is_none()
            && dated
                .exceptions
                .iter()
                .any(|other| dated.stage(Some(&other.account), now).works())
    };
    let over = here
        .clone()
        .find(|dated| !dated.stage(account, now).works() && !spared(dated));
    let dated = over.or_else(|| here.next())?;
    let stage = dated.stage(account, now);
    let says = said(dated, &stage, account);
    Some(if over.is_some() {
        no("transition", "route_ended", says)
    } else {
        yes("transition", says)
    })
}

/// The limits that count the request, by name. Whether any is reached is a gateway's to know.
async fn limits(desk: &Desk, route: &Route, walked: &mut Walked) -> Result<(), Fault> {
    let plans = &desk.terms.transition.plans;
    let given = match &walked.account {
        Some(account) => desk.store.account(account).await?.and_then(|account| account.plan),
        None => None,
    };
    let plan = match (&walked.account, given) {
        (None, _) => None,
        (_, Some(id)) => plans.iter().find(|plan| plan.id == id),
        (_, None) => plans.iter().find(|plan| plan.default),
    };
    let each = |whose: String, list: &[Limit]| {
        let told = list
            .iter()
            .map(move |limit| open("limit", format!("{whose}: {}.", spoken(limit))));
        told.collect::<Vec<_>>()
    };
    walked.steps.extend(each(format!("route {}", route.id), &route.limits));
    if let Some(plan) = plan {
        walked.steps.extend(each(format!("plan {}", plan.id), &plan.limits));
    }
    Ok(())
}

fn spoken(limit: &Limit) -> String {
    let per = match limit.per {
        Per::Client => "client",
        Per::Account => "account",
        Per::Address => "address",
        Per::All => "all together",
    };
    let window = match limit.window {
        Window::Seconds(seconds) => format!("{seconds} seconds"),
        Window::Day => "a day".to_owned(),
        Window::Month => "a month".to_owned(),
    };
    format!("{} allows {} in {window}, per {per}", limit.name, limit.count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::legacy::facts::method;
    use crate::registry::facts::NOW;
    use crate::registry::route::tests::protected;
    use crate::registry::transition::tests::transition;
    use tollgate_model::{Exception, LegacyCredentialId};

    const DAY: i64 = 86_400;

    fn known(kind: LegacyKind, account: &str) -> LegacyKnown {
        LegacyKnown {
            id: LegacyCredentialId::new(format!("lgc_{}", kind.as_str())),
            method: method().id,
            kind,
            account: AccountId::new(account),
            member: None,
            expires: None,
        }
    }

    fn dated() -> Dated {
        Dated {
            transition: transition(),
            exceptions: vec![Exception {
                transition: transition().id,
                account: AccountId::new("acc_2"),
                ends: NOW.plus(60 * DAY),
                note: String::new(),
                created: NOW,
            }],
        }
    }

    /// The first refusal of a request with such a token and such a key, some days on.
    fn tried(bearer: Option<Option<&str>>, key: Option<Option<&str>>, days: i64) -> Option<&'static str> {
        let method = method();
        let shown = Shown {
            method: &method,
            bearer: bearer.map(|found| found.map(|account| known(LegacyKind::Bearer, account))),
            key: key.map(|found| ("x-api-key", found.map(|account| known(LegacyKind::Key, account)))),
        };
        let walked = judged(&shown, &protected("read", "/v3/read"), &[dated()], NOW.plus(days * DAY));
        walked.refused().and_then(|step| step.code)
    }

    /// SS-51, SS-53: both are required, both of one account; then the account's own end counts.
    #[test]
    fn an_old_request_is_walked_through() {
        let one = Some(Some("acc_1"));
        assert_eq!(tried(one, one, 0), None);
        assert_eq!(tried(one, None, 0), Some("legacy_key_missing"));
        assert_eq!(tried(None, one, 0), Some("legacy_unknown"));
        assert_eq!(tried(one, Some(None), 0), Some("legacy_unknown"));
        assert_eq!(tried(Some(Some("acc_2")), one, 0), Some("legacy_accounts_differ"));
        assert_eq!(tried(one, one, 20), Some("legacy_brownout"));
        assert_eq!(tried(one, one, 31), Some("legacy_ended"));
        let two = Some(Some("acc_2"));
        assert_eq!(tried(two, two, 31), None);
        assert_eq!(tried(two, two, 61), Some("legacy_ended"));
    }

    #[test]
    fn a_walk_shows_nothing_of_what_it_carries() {
        let ask = Walk {
            method: "GET".into(),
            url: "/x".into(),
            token: Some("secret".into()),
            headers: vec![("x-api-key".into(), "secret".into())],
        };
        assert_eq!(format!("{ask:?}"), "Walk { method: \"GET\", url: \"/x\", .. }");
    }

    #[test]
    fn every_code_of_a_walk_has_a_status() {
        for code in [
            "legacy_unknown",
            "legacy_ended",
            "route_ended",
            "token_missing",
            "id_token_missing",
        ] {
            assert!(no("x", code, "y").status.is_some(), "{code}");
        }
    }
}
