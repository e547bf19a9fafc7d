//! The dates of a transition, as a line on which today is marked.

use super::words;
use askama::Template;
use askama::filters::HtmlSafe;
use tollgate_model::{AccountId, Dated, Moment, Stage};

/// More marks than this stand one below the other, wherever they are shown.
const ABREAST: usize = 6;

/// The dates of a transition in their order, with today among them. It writes itself: `{{ calendar }}`.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/calendar.html")]
pub struct Calendar {
    marks: Vec<Mark>,
    long: bool,
}

/// One date.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// `past`, `now`, `ahead` or `today`: its class.
    state: &'static str,
    /// What happens then.
    name: String,
    /// When, in words.
    when: String,
    /// The same for machines (RFC 3339); empty where there is none.
    machine: String,
    /// A word of ours about it; empty for none.
    note: &'static str,
}

impl Calendar {
    /// The dates as they are for an account, or for everybody who has no other end.
    #[must_use]
    pub fn of(dated: &Dated, account: Option<&AccountId>, now: Moment) -> Self {
        let mut marks: Vec<(Moment, Mark)> = Vec::new();
        let transition = &dated.transition;
        let point = |moment: Moment, name: &str, note| {
            let mark = Mark {
                state: if moment <= now { "past" } else { "ahead" },
                name: name.to_owned(),
                when: words::chosen(moment),
                machine: words::iso(moment),
                note,
            };
            (moment, mark)
        };
        if let Some(opens) = transition.opens {
            marks.push(point(opens, "Opens", "Answers say that it is deprecated"));
        }
        if let Some(warns) = transition.warns {
            marks.push(point(warns, "Warns", "Notices go out"));
        }
        if !spared(dated, account) {
            for window in &transition.brownouts {
                let (from, mut mark) = point(window.from, &window.name, "Brown-out: refused for a while");
                mark.when = words::stretch(window.from, window.to);
                if window.from <= now && now < window.to {
                    mark.state = "now";
                }
                marks.push((from, mark));
            }
        }
        let own = account.is_some_and(|account| dated.exception(account).is_some());
        if let Some(ends) = dated.ends(account) {
            let note = if own {
                "Your account's own end: refused from then on"
            } else {
                "Refused from then on"
            };
            marks.push(point(ends, "Ends", note));
        }
        marks.sort_by_key(|(moment, _)| *moment);
        let passed = marks.iter().take_while(|(moment, _)| *moment <= now).count();
        let today = Mark {
            state: "today",
            name: "Today".to_owned(),
            when: words::day(now),
            machine: words::iso(now),
            note: "",
        };
        marks.insert(passed, (now, today));
        let mut marks: Vec<Mark> = marks.into_iter().map(|(_, mark)| mark).collect();
        if dated.ends(account).is_none() {
            marks.push(Mark {
                state: "ahead",
                name: "Ends".to_owned(),
                when: "no date yet".to_owned(),
                machine: String::new(),
                note: "",
            });
        }
        Self {
            long: marks.len() > ABREAST,
            marks,
        }
    }
}

// A template that escapes what it was given.
impl HtmlSafe for Calendar {}

/// Whether this account does without the brown-outs: whose end is later than everybody's.
#[must_use]
pub fn spared(dated: &Dated, account: Option<&AccountId>) -> bool {
    let own = account.and_then(|account| dated.exception(account));
    own.is_some_and(|own| dated.transition.ends.is_some_and(|end| end < own.ends))
}

/// What comes next for an account, or for everybody else: its name and when.
#[must_use]
pub fn next(dated: &Dated, account: Option<&AccountId>, now: Moment) -> Option<(String, Moment)> {
    let transition = &dated.transition;
    let mut dates = Vec::new();
    dates.extend(transition.opens.map(|at| ("Opens".to_owned(), at)));
    dates.extend(transition.warns.map(|at| ("Warns".to_owned(), at)));
    dates.extend(dated.ends(account).map(|at| ("Ends".to_owned(), at)));
    if !spared(dated, account) {
        for window in &transition.brownouts {
            dates.push((format!("Brown-out: {}", window.name), window.from));
            dates.push((format!("Brown-out over: {}", window.name), window.to));
        }
    }
    if dated.ends(account).is_some_and(|end| end <= now) {
        return None;
    }
    dates.into_iter().filter(|(_, at)| now < *at).min_by_key(|(_, at)| *at)
}

/// A stage as a badge: its tone and its word.
#[must_use]
pub const fn badge(stage: &Stage<'_>) -> (&'static str, &'static str) {
    match stage {
        Stage::Before => ("neutral", "Not begun"),
        Stage::Open => ("info", "Open"),
        Stage::Warned => ("pending", "Warned"),
        Stage::Brownout(_) => ("expired", "Brown-out"),
        Stage::Ended => ("disabled", "Ended"),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::console::page::gallery::NOW;
    use tollgate_model::transition::{Brownout, Exception, Subject};
    use tollgate_model::{LegacyMethodId, Transition, TransitionId};

    const DAY: i64 = 86_400;

    /// A transition whose hour of brown-out begins `brownout` seconds from now, and which ends `end` days from now.
    pub(crate) fn dated(brownout: i64, end: i64) -> Dated {
        Dated {
            transition: Transition {
                id: TransitionId::new("ciam"),
                name: "Off the old login".to_owned(),
                of: Subject::Method(LegacyMethodId::new("login")),
                routes: Vec::new(),
                apis: Vec::new(),
                accounts: Vec::new(),
                opens: Some(NOW.plus(-30 * DAY)),
                warns: Some(NOW.plus(-7 * DAY)),
                brownouts: vec![Brownout {
                    name: "first hour".to_owned(),
                    from: NOW.plus(brownout),
                    to: NOW.plus(brownout + 3600),
                }],
                ends: Some(NOW.plus(end * DAY)),
                documentation: Some("https://docs.vendor.example/new".to_owned()),
                declared: false,
                version: 1,
            },
            exceptions: Vec::new(),
        }
    }

    fn line(calendar: &Calendar) -> Vec<(&str, &str)> {
        calendar
            .marks
            .iter()
            .map(|mark| (mark.state, mark.name.as_str()))
            .collect()
    }

    /// SS-1: today stands where it is among the dates, in every stage.
    #[test]
    fn today_stands_among_the_dates() {
        let ahead = dated(5 * DAY, 30);
        assert_eq!(
            line(&Calendar::of(&ahead, None, NOW)),
            [
                ("past", "Opens"),
                ("past", "Warns"),
                ("today", "Today"),
                ("ahead", "first hour"),
                ("ahead", "Ends")
            ]
        );
        assert_eq!(next(&ahead, None, NOW).unwrap().0, "Brown-out: first hour");
        let within = dated(-60, 30);
        assert_eq!(
            line(&Calendar::of(&within, None, NOW)),
            [
                ("past", "Opens"),
                ("past", "Warns"),
                ("now", "first hour"),
                ("today", "Today"),
                ("ahead", "Ends")
            ]
        );
        assert_eq!(next(&within, None, NOW).unwrap().0, "Brown-out over: first hour");
        let over = dated(-10 * DAY, -1);
        assert_eq!(line(&Calendar::of(&over, None, NOW)).last(), Some(&("today", "Today")));
        assert_eq!(next(&over, None, NOW), None);
    }

    /// An account that was given more time sees its own end and no brown-out.
    #[test]
    fn who_was_given_time_sees_no_brown_out() {
        let mut dated = dated(5 * DAY, 30);
        let account = AccountId::new("acc_1");
        dated.exceptions.push(Exception {
            transition: dated.transition.id.clone(),
            account: account.clone(),
            ends: NOW.plus(90 * DAY),
            note: "asked for time".to_owned(),
            created: NOW,
        });
        let calendar = Calendar::of(&dated, Some(&account), NOW);
        assert!(!line(&calendar).contains(&("ahead", "first hour")));
        assert!(calendar.render().unwrap().contains("own end"));
        assert_eq!(
            next(&dated, Some(&account), NOW),
            Some(("Ends".to_owned(), NOW.plus(90 * DAY)))
        );
    }

    /// CO8: a window's name stays words, and a transition without dates is a line too.
    #[test]
    fn names_of_windows_stay_words() {
        let mut dated = dated(0, 30);
        if let Some(window) = dated.transition.brownouts.first_mut() {
            window.name = "<b>x</b>".to_owned();
        }
        let drawn = Calendar::of(&dated, None, NOW).render().unwrap();
        assert!(!drawn.contains("<b>") && !drawn.contains("style="), "{drawn}");
        dated.transition.opens = None;
        dated.transition.warns = None;
        dated.transition.ends = None;
        dated.transition.brownouts.clear();
        assert_eq!(
            line(&Calendar::of(&dated, None, NOW)),
            [("today", "Today"), ("ahead", "Ends")]
        );
    }
}
