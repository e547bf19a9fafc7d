//! Aliases: other ways to the same endpoints, some of which come to an end on a dated path (SG-5, SG-6).

use crate::door::{Alias, Endpoint, same_host};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::HeaderMap;
use http::header::HOST;
use std::sync::{Arc, OnceLock};
use tollgate_model::transition::{Stage, Subject};
use tollgate_model::{AccountId, Dated, LegacyUse, Moment};
use tollgate_protocol::refusal::{Code, Refusal};

/// The alias that a request to `path` under `host` comes through, if it does.
pub(crate) fn of<'a>(house: &'a House, path: &str, host: Option<&str>) -> Option<&'a Alias> {
    house.paths.aliases.iter().find(|alias| {
        alias.path == path
            && match &alias.host {
                Some(named) => host.is_some_and(|host| same_host(named, host)),
                None => path != house.paths.of(alias.endpoint),
            }
    })
}

/// What a request comes by that uses an alias with transitions. The middleware lays it beside the request; whoever learns
/// whose the request is asks it, and leaves the account here.
pub(crate) struct Via {
    transitions: Vec<Dated>,
    successor: String,
    whose: OnceLock<AccountId>,
}

impl Via {
    /// Why this account gets no answer at this address any more, if it does not.
    pub(crate) fn over_for(&self, account: &AccountId, now: Moment) -> Option<Refusal> {
        // One request has one account; a second telling changes nothing.
        let _first = self.whose.set(account.clone());
        self.over(Some(account), now)
    }

    fn over(&self, account: Option<&AccountId>, now: Moment) -> Option<Refusal> {
        let code = self
            .holding(account)
            .find_map(|dated| match dated.stage(account, now) {
                Stage::Ended => Some(Code::AliasEnded),
                Stage::Brownout(_) => Some(Code::AliasBrownout),
                _ => None,
            })?;
        Some(Refusal::of(code).with("successor", self.successor.clone()))
    }

    /// The transitions that hold for this account; without one, for everybody.
    fn holding<'a>(&'a self, account: Option<&'a AccountId>) -> impl Iterator<Item = &'a Dated> {
        self.transitions.iter().filter(move |dated| {
            let of = &dated.transition.accounts;
            of.is_empty() || account.is_some_and(|account| of.contains(account))
        })
    }

    /// The transition that speaks for itself in headers: of those that have opened, the one that ends first.
    fn spoken(&self, now: Moment) -> Option<(&Dated, Moment)> {
        let account = self.whose.get();
        let open = self.holding(account).filter_map(|dated| {
            let opens = dated.transition.opens.filter(|opens| *opens <= now);
            let ended = dated.ends(account).filter(|end| *end <= now);
            // One without an opening that is over has said nothing, and says at least that.
            opens.or(ended).map(|since| (dated, since))
        });
        open.min_by_key(|(dated, _)| dated.ends(account).unwrap_or(Moment(i64::MAX)))
    }
}

/// Whether a request to this endpoint proves whose it is before anything is done.
const fn proves(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::Token | Endpoint::Introspection | Endpoint::Revocation
    )
}

/// Lets requests through, adds to what came through a deprecated alias that it will end (RFC 9745, RFC 8594), refuses what
/// comes through one that has, and answers 404 where an alias is there under another host only.
pub(crate) async fn told(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let authority = request.uri().authority().map(|authority| authority.as_str());
    let host = request
        .headers()
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .or(authority);
    let Some(alias) = of(&house, path, host) else {
        let elsewhere = house.paths.aliases.iter().any(|alias| alias.path == path);
        let straight = house.paths.straight(path);
        if elsewhere && !straight {
            return crate::handler::nothing::here().await.into_response();
        }
        return next.run(request).await;
    };
    let (alias, now) = (alias.clone(), house.desk.now());
    let Some(via) = via(&house, &alias) else {
        let mut response = next.run(request).await;
        say(response.headers_mut(), &house, &alias, None, now);
        return response;
    };
    let over = if proves(alias.endpoint) {
        None
    } else {
        via.over(None, now)
    };
    let mut response = match over {
        Some(refusal) => {
            let response = answer::refusal(&house.desk.terms, &refusal, false, now);
            answer::named(response, &house.ids.next())
        }
        None => {
            request.extensions_mut().insert(Arc::clone(&via));
            next.run(request).await
        }
    };
    say(response.headers_mut(), &house, &alias, Some(&via), now);
    count(&house, &via, now);
    response
}

/// The transitions of an alias.
fn via(house: &House, alias: &Alias) -> Option<Arc<Via>> {
    let catalogue = house.desk.memory.catalogue();
    let of_it = |dated: &&Dated| matches!(&dated.transition.of, Subject::Alias(path) if *path == alias.path);
    let transitions: Vec<Dated> = catalogue.transitions.iter().filter(of_it).cloned().collect();
    (!transitions.is_empty()).then(|| {
        Arc::new(Via {
            transitions,
            successor: house.paths.url(alias.endpoint),
            whose: OnceLock::new(),
        })
    })
}

/// Says that the alias will end. What a transition leaves unsaid, the alias's own setting says.
fn say(headers: &mut HeaderMap, house: &House, alias: &Alias, via: Option<&Arc<Via>>, now: Moment) {
    let own = alias.deprecated.as_ref();
    let successor = house.paths.url(alias.endpoint);
    let page = own.and_then(|own| own.link.as_deref());
    let spoken = via.and_then(|via| Some((via.spoken(now)?, via.whose.get())));
    if let Some(((dated, since), account)) = spoken {
        let sunset = dated.ends(account).or(own.and_then(|own| own.sunset));
        let page = dated.transition.documentation.as_deref().or(page);
        answer::ending(headers, since, sunset, page, Some(&successor));
    } else if let Some(own) = own {
        answer::ending(headers, own.since, own.sunset, page, Some(&successor));
    }
}

/// Who still comes by the alias, where the request proved whose it is.
fn count(house: &House, via: &Via, now: Moment) {
    let (Some(account), Some(dated)) = (via.whose.get(), via.transitions.first()) else {
        return;
    };
    house.desk.tally.legacy_used(&LegacyUse {
        method: dated.transition.counted_as(),
        account: account.clone(),
        member: None,
        credential: None,
        day: now.day(),
        count: 1,
        refused: i64::from(via.over(Some(account), now).is_some()),
        last: now,
    });
}
