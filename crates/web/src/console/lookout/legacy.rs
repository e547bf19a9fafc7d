//! Old authentication: what the account still uses of it, until when, and what to do.

use super::way;
use crate::console::Console;
use crate::console::desk::legacy::{Line as Key, line, members, named};
use crate::console::door::{AtAccount, see};
use crate::console::page::{Calendar, Chart, Frame, Link, calendar, respond, words};
use crate::console::still;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::registry::No;
use tollgate_issuer::registry::legacy;
use tollgate_issuer::rights::Role;
use tollgate_issuer::transition::{LOOKED_AT, Own, own};
use tollgate_model::transition::Subject;
use tollgate_model::{AccountId, Fault, LegacyCredential, LegacyCredentialId, LegacyMethodId, Member, Moment, Stage};

/// Where it is.
pub(in crate::console) const HERE: &str = "/console/legacy";
/// How many keys stand on a page.
const A_PAGE: u32 = 50;

#[derive(Template)]
#[template(path = "lookout/legacy.html")]
struct Page {
    frame: Frame,
    endings: Vec<Ending>,
    keys: Vec<Key>,
    first: String,
    next: String,
    /// Whether this seat may end keys.
    may: bool,
}

/// A transition, as the account meets it.
struct Ending {
    name: String,
    tone: &'static str,
    stage: &'static str,
    calendar: Calendar,
    /// How it stands, as an alert: its tone, and in a sentence.
    alert: (&'static str, String),
    /// What to do, in a sentence.
    todo: &'static str,
    /// Where people read what to do.
    documentation: String,
    chart: Option<Chart>,
    calls: i64,
    trend: String,
    used: Vec<Line>,
}

/// What the account comes with.
struct Line {
    name: String,
    calls: i64,
    refused: i64,
    /// How many a day, in words.
    a_day: String,
    since: Moment,
    last: Moment,
}

/// What a banner says: that the account still uses an old way, and until when.
pub(in crate::console) struct Banner {
    /// `warning` or `danger`.
    pub(in crate::console) tone: &'static str,
    /// In a sentence.
    pub(in crate::console) words: String,
}

/// Whether there is anything old here at all; then the section has a page about it.
pub(in crate::console) fn any(console: &Console) -> bool {
    let aliases = &console.paths.aliases;
    !console.desk.terms.transition.methods.is_empty() || aliases.iter().any(|alias| alias.deprecated.is_some())
}

/// What stands above the account's clients while it still comes by an old way; two reads, and none where there is
/// nothing old.
pub(in crate::console) async fn banner(
    console: &Console,
    account: &AccountId,
    now: Moment,
) -> Result<Option<Banner>, Fault> {
    if !any(console) {
        return Ok(None);
    }
    let owns = own(&console.desk, account, now).await?;
    let used = owns.iter().filter(|own| !own.used.is_empty());
    // The one that ends first.
    let first = used.min_by_key(|own| own.ends.map_or(i64::MAX, |end| end.0));
    Ok(first.map(|own| {
        let (tone, words) = told(own, account, now);
        Banner {
            tone: if tone == "info" { "warning" } else { tone },
            words: format!("{}: {words}", own.dated.transition.name),
        }
    }))
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    let paging = way::page(&console, &at, A_PAGE, false)?;
    let account = at.seat.account().id.clone();
    let owns = way::known(&console, &at, own(&console.desk, &account, at.ask.now).await)?;
    let listed = legacy::list(&console.desk, Some(&account), &paging).await;
    let listed = way::known(&console, &at, listed)?;
    let people = way::known(&console, &at, members(&console, &account).await)?;
    let mut frame = console.frame_at(&at, "Old authentication");
    frame.lead = "What your account still uses of the old keys and logins, until when, and what to do.".to_owned();
    let name = |id: &LegacyMethodId| named(&console, id);
    let seen = Seen {
        owns,
        people,
        keys: listed.items,
        may: at.seat.may(Role::Admin),
    };
    let mut page = shown(frame, &account, seen, &name, at.ask.now);
    page.first = paging.after.map(|_| HERE.to_owned()).unwrap_or_default();
    page.next = listed
        .next
        .map(|next| way::link(HERE, &[("after", &next)]))
        .unwrap_or_default();
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// What is known of the account.
struct Seen {
    owns: Vec<Own>,
    people: Vec<Member>,
    keys: Vec<LegacyCredential>,
    may: bool,
}

fn shown(frame: Frame, account: &AccountId, seen: Seen, name: &dyn Fn(&LegacyMethodId) -> String, now: Moment) -> Page {
    let owns = seen.owns.iter().enumerate();
    let endings = owns.map(|(place, own)| ending(own, account, &seen.people, &seen.keys, place == 0, now));
    Page {
        frame,
        endings: endings.collect(),
        first: String::new(),
        next: String::new(),
        keys: seen
            .keys
            .into_iter()
            .map(|held| line(held, name, &seen.people, now))
            .collect(),
        may: seen.may,
    }
}

/// A transition as the account meets it; the first has a drawing of its days.
fn ending(
    own: &Own,
    account: &AccountId,
    people: &[Member],
    credentials: &[LegacyCredential],
    first: bool,
    now: Moment,
) -> Ending {
    let (tone, stage) = calendar::badge(&own.dated.stage(Some(account), now));
    let transition = &own.dated.transition;
    Ending {
        name: transition.name.clone(),
        tone,
        stage,
        calendar: Calendar::of(&own.dated, Some(account), now),
        alert: told(own, account, now),
        todo: match &transition.of {
            Subject::Method(_) => {
                "Make a client for each piece of your software, have it ask for access tokens, and send those in place \
                 of the old token or key. Both work side by side until the end."
            }
            Subject::Alias(_) => "Have your software use the new address of the endpoint. Nothing else changes.",
            Subject::Routes => "Have your software call what took the place of these addresses.",
        },
        documentation: transition.documentation.clone().unwrap_or_default(),
        chart: (first && !own.used.is_empty()).then(|| still::chart(&own.spread, None)),
        calls: own.used.iter().fold(0, |sum, one| sum.saturating_add(one.count)),
        trend: still::trend(own.spread.trend()),
        used: own
            .used
            .iter()
            .map(|one| Line {
                name: still::with(one, people, credentials),
                calls: one.count,
                refused: one.refused,
                a_day: a_day(one.count),
                since: Moment(one.since.saturating_mul(86_400)),
                last: one.last,
            })
            .collect(),
    }
}

/// How it stands for the account: the tone, and a sentence.
fn told(own: &Own, account: &AccountId, now: Moment) -> (&'static str, String) {
    let used = own.used.iter().map(|one| one.last).max();
    let lately = used.map_or_else(
        || format!("Your account did not use the old way in the last {LOOKED_AT} days."),
        |last| format!("Your account still uses the old way, last {}.", words::ago(last, now)),
    );
    let tone = |if_used| if used.is_some() { if_used } else { "success" };
    match own.dated.stage(Some(account), now) {
        Stage::Ended => match used {
            Some(last) => (
                "danger",
                format!(
                    "The old way has ended. Calls by it are refused; your account's last came {}.",
                    words::ago(last, now)
                ),
            ),
            None => ("success", format!("The old way has ended. {lately}")),
        },
        Stage::Brownout(window) => (
            tone("danger"),
            format!(
                "{lately} Until {} it is refused, as it will be after the end: {}.",
                words::utc(window.to),
                window.name
            ),
        ),
        Stage::Before | Stage::Open | Stage::Warned => match own.ends {
            Some(end) => (
                tone("warning"),
                format!("{lately} It ends on {}, {}.", words::chosen(end), words::ago(end, now)),
            ),
            None => (tone("info"), format!("{lately} It has no end yet, and will get one.")),
        },
    }
}

/// How many calls a day, in words.
fn a_day(calls: i64) -> String {
    match calls / LOOKED_AT {
        0 if calls > 0 => "less than one".to_owned(),
        many => words::number(many),
    }
}

fn id(at: &AtAccount) -> LegacyCredentialId {
    LegacyCredentialId::new(way::part(&at.ask, 2))
}

#[derive(Template)]
#[template(path = "lookout/legacy_end.html")]
struct Question {
    frame: Frame,
    label: String,
    back: &'static str,
}

/// Asks whether a key is to end.
pub(super) async fn ask_end(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    let account = &at.seat.account().id;
    let found = legacy::find(&console.desk, Some(account), &id(&at)).await;
    let Some(found) = way::known(&console, &at, found)? else {
        return Err(console.no(at.seat.who(), &at.ask, &No::NotFound("credential")));
    };
    let mut frame = console.frame_at(&at, "End this key?");
    frame.crumbs = vec![Link::new(HERE, "Old authentication")];
    let page = Question {
        frame,
        label: found.label,
        back: HERE,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// Ends it.
pub(super) async fn end(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    at.at_least(&console, Role::Admin)?;
    // CO4: another account's key is not found.
    let account = &at.seat.account().id;
    let ended = legacy::end(&console.desk, &at.asker(), Some(account), &id(&at)).await;
    way::done(&console, &at, ended)?;
    Ok(see(&format!("{HERE}?done=key-ended")))
}

#[cfg(test)]
mod gallery;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::page::calendar::tests::dated;
    use crate::console::page::gallery::NOW;
    use crate::console::still::tests::falling;
    use tollgate_issuer::transition::Used;
    use tollgate_model::{Dated, Exception};

    const DAY: i64 = 86_400;

    fn own(dated: Dated, used: bool) -> Own {
        Own {
            stage: "",
            ends: dated.ends(Some(&account())),
            next: None,
            spread: falling(),
            used: if used {
                vec![Used {
                    member: None,
                    credential: None,
                    count: 90,
                    refused: 0,
                    since: NOW.day() - 20,
                    last: NOW.plus(-7200),
                }]
            } else {
                Vec::new()
            },
            dated,
        }
    }

    fn account() -> AccountId {
        AccountId::new("acc_1")
    }

    /// SS-1: at every stage the account reads how it stands, with its own end.
    #[test]
    fn how_it_stands_is_told_at_every_stage() {
        let mut spared = dated(-60, 30);
        spared.exceptions.push(Exception {
            transition: spared.transition.id.clone(),
            account: account(),
            ends: NOW.plus(60 * DAY),
            note: "a secret reason".to_owned(),
            created: NOW,
        });
        let mut endless = dated(5 * DAY, 30);
        endless.transition.ends = None;
        for (dated, used, tone, words) in [
            (
                dated(5 * DAY, 30),
                true,
                "warning",
                "still uses the old way, last 2 hours ago. It ends on",
            ),
            (
                dated(5 * DAY, 30),
                false,
                "success",
                "did not use the old way in the last 30 days. It ends on",
            ),
            (dated(-60, 30), true, "danger", "it is refused, as it will be"),
            (
                dated(-10 * DAY, -1),
                true,
                "danger",
                "The old way has ended. Calls by it are refused",
            ),
            (dated(-10 * DAY, -1), false, "success", "did not use"),
            (spared, true, "warning", "in 2 months"),
            (endless, true, "info", "no end yet"),
        ] {
            let (told_tone, told_words) = told(&own(dated, used), &account(), NOW);
            assert_eq!(told_tone, tone, "{told_words}");
            assert!(
                told_words.contains(words) && !told_words.contains("secret reason"),
                "{told_words}"
            );
        }
    }

    #[test]
    fn calls_a_day_are_told_whole() {
        assert_eq!(
            (a_day(0).as_str(), a_day(3).as_str(), a_day(36_000).as_str()),
            ("0", "less than one", "1,200")
        );
    }
}
