//! What the mails say. Short, plain, and true also for somebody who did not ask for it.

use crate::desk::Desk;
use crate::outbox;
use crate::terms::console::ConsoleTerms;
use std::fmt::Write as _;
use tollgate_keys::secret::Plain;
use tollgate_model::{Change, Fault};
use zeroize::Zeroizing;

/// A name in a letter is cut after so many characters.
const NAME: usize = 80;

/// A mail before it is kept. Its text may hold a link, so it prints as stars.
pub struct Letter {
    /// The subject; never a secret.
    pub subject: String,
    /// The text.
    pub text: Zeroizing<String>,
}

impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter")
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// The mail of a letter, to be kept with the decision that caused it.
pub(crate) fn mail(desk: &Desk, to: &str, letter: &Letter) -> Result<Change, Fault> {
    outbox::mail(desk, to, &letter.subject, &letter.text)
}

/// Where a link leads. It begins with the terms' address, whatever a request called us (AT12, DI2), and its token stands
/// after the `#`: browsers keep that part to themselves, so it is in no log and in no `Referer`.
#[must_use]
pub fn address(terms: &ConsoleTerms, token: &Plain) -> Zeroizing<String> {
    Zeroizing::new(format!("{}/welcome#{}", terms.url, token.expose()))
}

/// To somebody who is to choose a first password.
#[must_use]
pub fn invitation(terms: &ConsoleTerms, accounts: &[String], token: &Plain) -> Letter {
    let vendor = &terms.vendor;
    let to = match accounts {
        [] => vendor.clone(),
        list => {
            let names: Vec<String> = list.iter().take(3).map(|name| quiet(name)).collect();
            format!("{} at {vendor}", names.join(", "))
        }
    };
    letter(
        terms,
        format!("You are invited to {vendor}"),
        &format!("You have been given access to {to}. Choose a password to begin:"),
        Some((token, terms.sessions.invitation)),
        "If you did not expect this, you need not do anything: without a password nobody can sign in with your address.",
    )
}

/// To somebody who has a password already and was given another account.
#[must_use]
pub fn welcome(terms: &ConsoleTerms, account: Option<&str>) -> Letter {
    let vendor = &terms.vendor;
    let to = account.map_or_else(|| vendor.clone(), |name| format!("{} at {vendor}", quiet(name)));
    letter(
        terms,
        format!("You have access to another account at {vendor}"),
        &format!(
            "You have been given access to {to}. Sign in with the password you have:\n\n{}",
            terms.url
        ),
        None,
        "If you did not expect this, you need not do anything.",
    )
}

/// To somebody who forgot the password.
#[must_use]
pub fn reset(terms: &ConsoleTerms, name: &str, token: &Plain) -> Letter {
    letter(
        terms,
        format!("Choose a new password for {}", terms.vendor),
        &format!("{}\n\nChoose a new password here:", hello(name)),
        Some((token, terms.sessions.reset)),
        "If you did not ask for this, you need not do anything: your password stays as it is.",
    )
}

/// To somebody who wants to open an account. What was typed into the form is not repeated: anybody can type anybody's
/// address there.
#[must_use]
pub fn sign_up(terms: &ConsoleTerms, token: &Plain) -> Letter {
    letter(
        terms,
        format!("Open your account at {}", terms.vendor),
        "Choose a password, and your account is open:",
        Some((token, terms.sessions.invitation)),
        "If you did not ask for this, you need not do anything: no account is opened.",
    )
}

/// To somebody who wants a record of their own, to sign in to an application with. Nothing that was typed is repeated.
#[must_use]
pub fn join(terms: &ConsoleTerms, token: &Plain) -> Letter {
    letter(
        terms,
        format!("Confirm your address for {}", terms.vendor),
        "Choose a password, and you can sign in with this address:",
        Some((token, terms.sessions.invitation)),
        "If you did not ask for this, you need not do anything: nothing is kept of your address.",
    )
}

/// To a new address, to see that it is read.
#[must_use]
pub fn new_address(terms: &ConsoleTerms, name: &str, token: &Plain) -> Letter {
    letter(
        terms,
        format!("Confirm your new address for {}", terms.vendor),
        &format!(
            "{}\n\nConfirm that this is the address you want to sign in with. Should you be asked to sign in first, do it \
             with the address you have had so far:",
            hello(name)
        ),
        Some((token, terms.sessions.reset)),
        "If you did not ask for this, you need not do anything: nothing changes.",
    )
}

/// To the old address, once the new one was confirmed.
#[must_use]
pub fn address_changed(terms: &ConsoleTerms, name: &str) -> Letter {
    letter(
        terms,
        format!("Your address was changed ({})", terms.vendor),
        &format!(
            "{}\n\nYou sign in with another e-mail address from now on; this one opens nothing any more.",
            hello(name)
        ),
        None,
        "If that was not you, tell us at once.",
    )
}

/// After a password was changed or reset.
#[must_use]
pub fn password_changed(terms: &ConsoleTerms, name: &str) -> Letter {
    let what = "Your password was changed, and your other sessions were ended.";
    notice(terms, "Your password was changed", name, what)
}

/// After the second factor was set up, taken away, or replaced.
#[must_use]
pub fn second_factor(terms: &ConsoleTerms, name: &str, what: SecondFactor) -> Letter {
    let (subject, text) = match what {
        SecondFactor::Set => (
            "Your second factor was set up",
            "From now on you are asked for a code of your app when you sign in.",
        ),
        SecondFactor::Removed => (
            "Your second factor was removed",
            "From now on your password alone is enough to sign in.",
        ),
        SecondFactor::Codes => (
            "You have new recovery codes",
            "New recovery codes were made for you; the old ones do not work any more.",
        ),
    };
    notice(terms, subject, name, text)
}

/// What happened to a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// It was set up.
    Set,
    /// It was taken away.
    Removed,
    /// There are new recovery codes.
    Codes,
}

/// After somebody signed in with a recovery code.
#[must_use]
pub fn recovery_used(terms: &ConsoleTerms, left: usize) -> Letter {
    let what = format!("Somebody signed in with one of your recovery codes. {left} of them are left.");
    notice(terms, "A recovery code was used", "", &what)
}

fn notice(terms: &ConsoleTerms, subject: &str, name: &str, what: &str) -> Letter {
    letter(
        terms,
        format!("{subject} ({})", terms.vendor),
        &format!("{}\n\n{what}", hello(name)),
        None,
        "If that was not you, choose a new password at once and tell us.",
    )
}

fn letter(terms: &ConsoleTerms, subject: String, what: &str, link: Option<(&Plain, i64)>, otherwise: &str) -> Letter {
    // Room for the whole from the start: a string that grows leaves pieces of itself behind.
    let mut text = Zeroizing::new(String::with_capacity(2048));
    text.push_str(what);
    if let Some((token, seconds)) = link {
        let (address, span) = (address(terms, token), span(seconds));
        text.push_str("\n\n");
        text.push_str(&address);
        // A String takes whatever is written into it.
        let _ = write!(text, "\n\nThe link works once, for {span}. ");
        text.push_str("Should the page ask for a code: it is what stands after the # in the link.");
    }
    let _ = write!(text, "\n\n{otherwise}\n\n{}\n", terms.vendor);
    Letter { subject, text }
}

fn hello(name: &str) -> String {
    match quiet(name).as_str() {
        "" => "Hello,".to_owned(),
        name => format!("Hello {name},"),
    }
}

/// A name that somebody chose, so that it cannot pass for a part of the letter: one line, not long, and nothing in it
/// that a mail program would turn into a link.
fn quiet(name: &str) -> String {
    let plain = name.chars().map(|c| {
        if c.is_alphanumeric() || " -'&,".contains(c) {
            c
        } else {
            ' '
        }
    });
    let cut: String = plain.take(NAME).collect();
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A span as people say it, rounded down: `7 days`, `1 hour`, `30 minutes`.
fn span(seconds: i64) -> String {
    let (count, unit) = match seconds {
        172_800.. => (seconds / 86_400, "day"),
        3600.. => (seconds / 3600, "hour"),
        _ => ((seconds / 60).max(1), "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_keys::chance::Fixed;
    use tollgate_keys::secret::Kind;

    fn terms() -> ConsoleTerms {
        ConsoleTerms {
            vendor: "Acme Sign".into(),
            ..ConsoleTerms::at("https://auth.example/console")
        }
    }

    fn token() -> Plain {
        Plain::mint(Kind::Link, &Fixed::new(1)).unwrap()
    }

    /// AT12, DI2: the link begins with the terms' address, and the token stands where browsers keep it to themselves.
    #[test]
    fn a_reset_letter_says_all_there_is_to_know() {
        let token = token();
        let letter = reset(&terms(), "Ann", &token);
        assert_eq!(letter.subject, "Choose a new password for Acme Sign");
        let expected = format!(
            "Hello Ann,\n\nChoose a new password here:\n\nhttps://auth.example/console/welcome#{}\n\n\
             The link works once, for 1 hour. Should the page ask for a code: it is what stands after the # in the \
             link.\n\nIf you did not ask for this, you need not do anything: your password stays as it is.\n\n\
             Acme Sign\n",
            token.expose()
        );
        assert_eq!(*letter.text, expected);
    }

    #[test]
    fn an_invitation_names_the_account_and_how_long_it_works() {
        let letter = invitation(&terms(), &["Firm & Sons".into()], &token());
        assert_eq!(letter.subject, "You are invited to Acme Sign");
        assert!(
            letter
                .text
                .starts_with("You have been given access to Firm & Sons at Acme Sign. Choose a password to begin:\n\n")
        );
        assert!(letter.text.contains("The link works once, for 7 days."));
        assert!(letter.text.ends_with("\n\nAcme Sign\n"));
        let letter = invitation(&terms(), &[], &token());
        assert!(letter.text.starts_with("You have been given access to Acme Sign. "));
    }

    /// CO8: a name that somebody chose cannot pass for a part of the letter.
    #[test]
    fn a_name_is_one_quiet_line() {
        let name = "Prize! https://evil.example/x\r\n\r\nclick www.evil.example";
        let letter = invitation(&terms(), &[name.into()], &token());
        assert!(!letter.text.contains("evil.example"), "{}", *letter.text);
        assert_eq!(quiet(name), "Prize https evil example x click www evil example");
        assert_eq!(quiet(&"ü".repeat(200)).chars().count(), NAME);
        assert_eq!(hello("\u{202e}"), "Hello,");
    }

    /// SE7: anybody can type anybody's address into the form, so nothing of what was typed is in the letter.
    #[test]
    fn a_sign_up_letter_repeats_nothing() {
        let letter = sign_up(&terms(), &token());
        assert!(
            letter
                .text
                .starts_with("Choose a password, and your account is open:\n\n")
        );
        assert!(letter.text.contains("no account is opened"));
        let letter = join(&terms(), &token());
        assert_eq!(letter.subject, "Confirm your address for Acme Sign");
        assert!(letter.text.contains("nothing is kept of your address"));
    }

    /// SE10: who did not do it learns of it, and what to do.
    #[test]
    fn what_was_changed_is_told_with_what_to_do_about_it() {
        let what = |letter: Letter| (letter.subject, letter.text.to_string());
        for (subject, text) in [
            what(password_changed(&terms(), "Ann")),
            what(second_factor(&terms(), "Ann", SecondFactor::Set)),
            what(second_factor(&terms(), "Ann", SecondFactor::Removed)),
            what(second_factor(&terms(), "Ann", SecondFactor::Codes)),
            what(recovery_used(&terms(), 3)),
        ] {
            assert!(subject.ends_with("(Acme Sign)"), "{subject}");
            assert!(
                text.contains("If that was not you, choose a new password at once"),
                "{text}"
            );
            assert!(!text.contains('#'), "no link: {text}");
        }
    }

    /// SE10: who cannot reset anything any more is not told to.
    #[test]
    fn the_old_address_is_told_what_helps() {
        let letter = address_changed(&terms(), "Ann");
        assert_eq!(letter.subject, "Your address was changed (Acme Sign)");
        assert!(letter.text.contains("If that was not you, tell us at once."));
    }

    /// OP5: a letter that holds a link shows none of it in a debug line.
    #[test]
    fn a_letter_prints_its_subject_only() {
        let token = token();
        let shown = format!("{:?}", reset(&terms(), "Ann", &token));
        assert!(shown.contains("Choose a new password") && !shown.contains(token.expose()));
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (seconds, said) in [
            (30, "1 minute"),
            (1800, "30 minutes"),
            (3600, "1 hour"),
            (86_400, "24 hours"),
            (604_800, "7 days"),
        ] {
            assert_eq!(span(seconds), said);
        }
    }
}
