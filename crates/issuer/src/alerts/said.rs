//! What people read of an alert, on a page and in a mail.

use super::{Done, Matter};
use crate::terms::console::ConsoleTerms;
use std::fmt::Write as _;
use tollgate_model::client::Environment;
use tollgate_model::{Alert, Moment};

/// What people read of an alert. Plain text; names in it are as their owners wrote them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// In a few words.
    pub headline: String,
    /// What happened, in a sentence or two.
    pub text: String,
    /// What to do about it.
    pub todo: String,
    /// Where: the client's page, or the console.
    pub link: String,
}

/// What people read of an alert.
#[must_use]
pub fn said(alert: &Alert, terms: &ConsoleTerms) -> Said {
    let link = match &alert.client {
        Some(client) => format!("{}/clients/{client}", terms.url),
        None => terms.url.clone(),
    };
    let Some((matter, name, environment)) = Matter::of(alert) else {
        return Said {
            headline: "Something about your account wants a look".to_owned(),
            text: "There is a notice for your account.".to_owned(),
            todo: "Look at it in the console.".to_owned(),
            link,
        };
    };
    let client = name
        .or_else(|| alert.client.as_ref().map(ToString::to_string))
        .unwrap_or_default();
    let test = if environment == Some(Environment::Test) {
        "test "
    } else {
        ""
    };
    let whose = match &alert.client {
        Some(id) => format!("the {test}client “{client}” ({id})"),
        None => "your account".to_owned(),
    };
    let (headline, text, todo) = words(&matter, &client, &whose, alert.at);
    Said {
        headline,
        text,
        todo,
        link,
    }
}

fn words(matter: &Matter, client: &str, whose: &str, now: Moment) -> (String, String, String) {
    match matter {
        Matter::SecretExpiring { label, expires, .. } => (
            format!("A secret of “{client}” expires {}", left(*expires, now)),
            format!(
                "The secret “{}” of {whose} expires on {}. From then on it gets no more tokens.",
                label,
                time(*expires)
            ),
            "Open the client's page, press Regenerate, and put the new secret into your software before that moment."
                .to_owned(),
        ),
        Matter::OldSecretUsed {
            label,
            successor_label,
            made,
            used,
            ends,
            ..
        } => (
            format!("The old secret of “{client}” is still in use"),
            format!(
                "The secret “{}” of {whose} was used on {}, although the new secret “{}” was made on {}. {}",
                label,
                time(*used),
                successor_label,
                time(*made),
                match ends {
                    Some(end) => format!("The old one ends on {}.", time(*end)),
                    None => "The old one has no end.".to_owned(),
                }
            ),
            "Find the software that still has the old secret and give it the new one. If you know of none, somebody \
             else may have the old secret: revoke it on the client's page."
                .to_owned(),
        ),
        Matter::Unused { label, since, ever, .. } => (
            format!("A secret of “{client}” is not used"),
            format!(
                "The secret “{}” of {whose} {} {}, and it still works.",
                label,
                if *ever {
                    "was last used on"
                } else {
                    "was never used since it was made on"
                },
                time(*since)
            ),
            "If nobody needs it, revoke it on the client's page: a secret that does not exist cannot leak. Otherwise \
             there is nothing to do."
                .to_owned(),
        ),
        Matter::RefusedBurst { count, since, until } => (
            format!("Many requests of “{client}” were refused"),
            format!(
                "{count} requests of {whose} were refused between {} and {}.",
                time(*since),
                time(*until)
            ),
            "Look at the client's last requests in the console: each says why it was refused and what to do. If they \
             are not yours, somebody is trying your client id; without a secret they get nothing."
                .to_owned(),
        ),
        Matter::SecretLeaked { label, done, .. } => (
            format!("A secret of “{client}” was found in public"),
            format!(
                "The secret “{}” of {whose} was reported as leaked. {}",
                label,
                if *done == Done::Revoked {
                    "It was revoked at once, with the tokens it bought."
                } else {
                    "It still works."
                }
            ),
            if *done == Done::Revoked {
                "Open the client's page, press Regenerate, and put the new secret into your software. Then remove the \
                 old one from wherever it was published."
            } else {
                "Open the client's page and press Regenerate without an overlap now. Then remove the old secret from \
                 wherever it was published."
            }
            .to_owned(),
        ),
        Matter::RequestDecided {
            name, approved, answer, ..
        } => (
            format!("Your request for “{name}” was {}", decided(*approved)),
            format!(
                "Your request for the client “{name}” was {}.{}",
                decided(*approved),
                answer
                    .as_ref()
                    .map_or_else(String::new, |answer| format!(" The answer says: {answer}"))
            ),
            if *approved {
                "Open the client's page and press Regenerate: the secret is shown there, once."
            } else {
                "You may ask again with what was missing."
            }
            .to_owned(),
        ),
        Matter::OldWayEnds {
            name,
            window,
            when,
            count,
            last,
            documentation,
            ..
        } => (
            match (window, when) {
                (Some(_), Some(when)) => format!("“{name}”: switched off for a while {}", left(*when, now)),
                (None, Some(when)) => format!("“{name}”: the old way ends {}", left(*when, now)),
                _ => format!("“{name}”: you still use the old way"),
            },
            format!(
                "Your account used the old way {count} times in the last seven days, the last time on {}. {}",
                time(*last),
                match (window, when) {
                    (Some(window), Some(when)) => format!(
                        "On {} it is switched off for a while (“{window}”), to show what will be so for good.",
                        time(*when)
                    ),
                    (None, Some(when)) => format!("It ends on {}; from then on it is refused.", time(*when)),
                    _ => "It will end; the date is not yet known.".to_owned(),
                }
            ),
            match documentation {
                Some(page) => format!("Move your software to the new way; how is said at {page}."),
                None => {
                    "Move your software to the new way: make a client in the console and use its tokens.".to_owned()
                }
            },
        ),
    }
}

const fn decided(approved: bool) -> &'static str {
    if approved { "approved" } else { "declined" }
}

/// Subject and text of the mail about an alert.
pub(super) fn letter(said: &Said, account: &str, terms: &ConsoleTerms) -> (String, String) {
    let vendor = &terms.vendor;
    let mut text = format!("Hello,\n\n{}\n\n{}\n\n{}\n", said.text, said.todo, said.link);
    // Writing into a string does not fail.
    let _ = write!(
        text,
        "\nYou get this mail because you look after “{account}” at {vendor}.\nIt contains no secret, and {vendor} never \
         asks for one by mail.\n"
    );
    (format!("{vendor}: {}", said.headline), text)
}

/// `2026-11-28 10:00 UTC`.
fn time(at: Moment) -> String {
    match jiff::Timestamp::from_second(at.0) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        // Outside the years that a calendar has.
        Err(_) => at.0.to_string(),
    }
}

/// How long it is until then, as people say it; rounded up to days.
fn left(end: Moment, now: Moment) -> String {
    let seconds = end.since(now);
    match (seconds + 86_399).div_euclid(86_400) {
        ..=1 => "within a day".to_owned(),
        days => format!("in {days} days"),
    }
}

#[cfg(test)]
mod tests;
