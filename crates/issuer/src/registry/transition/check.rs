//! Whether the parts of a transition are sane, each by its own name.

use crate::desk::Desk;
use crate::registry::{No, named, value};
use std::collections::BTreeSet;
use tollgate_model::transition::{Brownout, Subject};
use tollgate_model::{AccountId, ApiId, Fault, LegacyMethodId, Moment, RouteId, Transition};

/// The most brown-outs of one transition.
const MOST_BROWNOUTS: usize = 50;
/// The longest path of an alias, and the longest address.
const PATH: usize = 1000;
/// Years that a calendar has: 1970 to 9999.
const LAST: Moment = Moment(253_402_300_799);

/// What a transition may name.
pub(super) struct Facts {
    pub(super) methods: Vec<LegacyMethodId>,
    pub(super) routes: Vec<RouteId>,
    pub(super) apis: Vec<ApiId>,
    /// Of those that it names, the ones that there are.
    pub(super) accounts: BTreeSet<AccountId>,
}

impl Facts {
    pub(super) async fn know(desk: &Desk, accounts: &[AccountId]) -> Result<Self, Fault> {
        let mut found = BTreeSet::new();
        // More than a list may have is refused anyway.
        for id in accounts.iter().take(value::MOST_LISTED) {
            if desk.store.account(id).await?.is_some() {
                found.insert(id.clone());
            }
        }
        let methods = desk.terms.transition.methods.iter();
        Ok(Self {
            methods: methods.map(|method| method.id.clone()).collect(),
            routes: desk.store.routes().await?.into_iter().map(|route| route.id).collect(),
            apis: desk.store.apis().await?.into_iter().map(|api| api.id).collect(),
            accounts: found,
        })
    }
}

/// The transition in its one spelling: brown-outs in the order of time, nothing named twice.
pub(super) fn checked(transition: Transition, facts: &Facts) -> Result<Transition, No> {
    subject(&transition, facts)?;
    let brownouts = brownouts(&transition)?;
    order(&transition)?;
    Ok(Transition {
        name: named("name", &transition.name)?,
        routes: among("routes", "route", &transition.routes, |id| facts.routes.contains(id))?,
        apis: among("apis", "API", &transition.apis, |id| facts.apis.contains(id))?,
        accounts: among("accounts", "account", &transition.accounts, |id| {
            facts.accounts.contains(id)
        })?,
        documentation: transition.documentation.as_deref().map(documentation).transpose()?,
        brownouts,
        ..transition
    })
}

fn subject(transition: &Transition, facts: &Facts) -> Result<(), No> {
    let no = |problem: String| Err(No::invalid("of", problem));
    match &transition.of {
        Subject::Method(id) if !facts.methods.contains(id) => {
            no(format!("there is no legacy method {:?}", id.as_str()))
        }
        Subject::Method(_) => Ok(()),
        Subject::Alias(path) => {
            let plain = path.starts_with('/') && path.len() <= PATH && path.bytes().all(|b| b.is_ascii_graphic());
            if !plain {
                return no("an alias is a path: '/' and printable ASCII characters".into());
            }
            if !transition.routes.is_empty() || !transition.apis.is_empty() {
                return no("an alias of an endpoint has nothing to do with routes and APIs".into());
            }
            Ok(())
        }
        Subject::Routes if transition.routes.is_empty() => Err(No::invalid("routes", "must name the routes that end")),
        Subject::Routes => Ok(()),
    }
}

fn among<T: Ord + Clone + std::fmt::Display>(
    field: &'static str,
    noun: &str,
    list: &[T],
    known: impl Fn(&T) -> bool,
) -> Result<Vec<T>, No> {
    let list = value::distinct(field, list)?;
    match list.iter().find(|id| !known(id)) {
        Some(unknown) => Err(No::invalid(field, format!("there is no {noun} \"{unknown}\""))),
        None => Ok(list),
    }
}

/// A page for people. It goes into a `Link` header (RFC 8288 §3), so it stays within what needs no escape there.
fn documentation(text: &str) -> Result<String, No> {
    let text = text.trim();
    let web = text.starts_with("https://") || text.starts_with("http://");
    let plain = text.len() <= PATH
        && text
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b'\\'));
    let host =
        url::Url::parse(text).is_ok_and(|url| url.has_host() && url.username().is_empty() && url.password().is_none());
    if web && plain && host {
        Ok(text.to_owned())
    } else {
        Err(No::invalid(
            "documentation",
            "must be an address such as https://docs.firm.example/move",
        ))
    }
}

/// Where they are set, the moments come in the order of the story.
fn order(transition: &Transition) -> Result<(), No> {
    let dates = [
        ("opens", transition.opens),
        ("warns", transition.warns),
        ("ends", transition.ends),
    ];
    let mut before: Option<(&str, Moment)> = None;
    for (field, moment) in dates {
        let Some(moment) = moment else { continue };
        if !(Moment(0)..=LAST).contains(&moment) {
            return Err(No::invalid(field, "is in no year of this calendar"));
        }
        if let Some((earlier, at)) = before
            && moment < at
        {
            return Err(No::invalid(field, format!("must not be before {earlier}")));
        }
        before = Some((field, moment));
    }
    Ok(())
}

/// Each is a window between opening and end, and no two overlap.
fn brownouts(transition: &Transition) -> Result<Vec<Brownout>, No> {
    let no = |problem: String| Err(No::invalid("brownouts", problem));
    if transition.brownouts.len() > MOST_BROWNOUTS {
        return no(format!("must have at most {MOST_BROWNOUTS} entries"));
    }
    let mut windows = Vec::new();
    for window in &transition.brownouts {
        let name = named("brownouts", &window.name)?;
        let (from, to) = (window.from, window.to);
        if from >= to {
            return no(format!("{name:?} is over before it begins"));
        }
        if from < Moment(0) || to > LAST || transition.opens.is_some_and(|opens| from < opens) {
            return no(format!("{name:?} begins before the transition opens"));
        }
        if transition.warns.is_some_and(|warns| from < warns) {
            return no(format!("{name:?} begins before people are warned"));
        }
        if transition.ends.is_some_and(|ends| ends < to) {
            return no(format!("{name:?} goes on beyond the end"));
        }
        windows.push(Brownout { name, from, to });
    }
    windows.sort_by_key(|window| (window.from, window.to));
    for pair in windows.windows(2) {
        if let [one, next] = pair
            && next.from < one.to
        {
            return no(format!("{:?} and {:?} overlap", one.name, next.name));
        }
    }
    Ok(windows)
}
