//! What was just done, told once on the page that follows.

use std::borrow::Cow;

/// How something is meant: its colour and its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// To know.
    Info,
    /// It is done.
    Success,
    /// Look at this.
    Warning,
    /// Something went wrong or cannot be undone.
    Danger,
}

impl Tone {
    /// The word of its CSS class: `alert-success`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// A sentence that a page may open with. It travels as its code, `?done=CODE`, never as text: a link that somebody
/// made up can choose among these sentences and write none.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    /// The word in the URL.
    pub code: &'static str,
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub words: &'static str,
}

const fn done(code: &'static str, words: &'static str) -> Notice {
    Notice {
        code,
        tone: Tone::Success,
        words,
    }
}

const fn warn(code: &'static str, words: &'static str) -> Notice {
    Notice {
        code,
        tone: Tone::Warning,
        words,
    }
}

/// All notices, in one list. Pages add theirs here.
pub const NOTICES: &[Notice] = &[
    done("saved", "Saved."),
    done("signed-out", "You are signed out."),
    done("switched", "You are now looking at another account."),
    done("client-created", "The client is created."),
    done("client-saved", "The client is saved."),
    done("client-disabled", "The client is disabled. It gets no more tokens."),
    done("client-enabled", "The client is active again."),
    done("client-deleted", "The client is deleted."),
    done(
        "scopes-saved",
        "The scopes are saved and hold for every token from now on.",
    ),
    done("addresses-saved", "The addresses are saved."),
    done("secret-revoked", "The secret is revoked."),
    done("tokens-revoked", "All tokens issued before now are revoked."),
    done(
        "requested",
        "Your request is sent. You will be told by e-mail when it is decided.",
    ),
    done("approved", "The request is approved."),
    done("declined", "The request is declined."),
    done("invited", "The invitation is on its way."),
    done("member-saved", "The member is saved."),
    done("member-removed", "The member is removed."),
    done("account-created", "The account is created."),
    done("account-saved", "The account is saved."),
    done("api-saved", "The API is saved."),
    done("api-deleted", "The API is deleted."),
    done("route-saved", "The route is saved."),
    done("route-deleted", "The route is deleted."),
    done("transition-saved", "The transition is saved."),
    done("transition-removed", "The transition is removed."),
    done("exception-saved", "The account's own end is saved."),
    done("exception-removed", "The exception is taken back."),
    done("key-ended", "The key is ended and opens nothing any more."),
    done("key-turned", "A new signing key is in place."),
    done(
        "password-changed",
        "Your password is changed. Other sessions were ended.",
    ),
    done(
        "mail-sent",
        "If that address is known here, a mail is on its way to it.",
    ),
    done(
        "email-asked",
        "We sent a link to the new address. It counts once you follow that link.",
    ),
    done(
        "email-changed",
        "The new address is confirmed. You sign in with it from now on.",
    ),
    done("factor-added", "The second factor is on."),
    done("factor-removed", "The second factor is off."),
    done(
        "codes-made",
        "New recovery codes are made. The old ones no longer work.",
    ),
    done("session-ended", "The session is ended."),
    done("sessions-ended", "All other sessions are ended."),
    done("profile-saved", "Your profile is saved."),
    done("hook-saved", "The webhook is saved."),
    done("hook-deleted", "The webhook is deleted."),
    done("hook-tested", "A test event is on its way."),
    done("hook-resent", "The message is on its way once more."),
    done("person-disabled", "The person is disabled and signed out everywhere."),
    done("person-enabled", "The person may sign in again."),
    done("person-signed-out", "The person is signed out everywhere."),
    done(
        "person-factor-reset",
        "The second factor is reset. The person is told by mail.",
    ),
    done("person-saved", "The person is saved."),
    done(
        "consent-revoked",
        "It is taken back. The application can act no more, and has to ask anew.",
    ),
    done("operator-disabled", "The credential opens nothing any more."),
    warn(
        "stale",
        "Somebody changed this in the meantime. Below is how it stands now.",
    ),
    warn(
        "secret-gone",
        "A secret is shown once, and this one was. If it is lost, regenerate it.",
    ),
];

impl Notice {
    /// The notice of this code; none when there is no such.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        NOTICES.iter().find(|notice| notice.code == code)
    }

    /// The notice that a query string asks for by `done`; none when it asks for none that there is.
    #[must_use]
    pub fn asked(query: Option<&str>) -> Option<&'static Self> {
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .find(|(name, _)| name == &Cow::Borrowed("done"))
            .and_then(|(_, code)| Self::of(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::{NOTICES, Notice};

    /// CO8: a link chooses among our sentences and brings none of its own.
    #[test]
    fn a_url_brings_no_words_of_its_own() {
        assert_eq!(
            Notice::asked(Some("page=2&done=saved")).map(|notice| notice.words),
            Some("Saved.")
        );
        assert_eq!(Notice::asked(Some("done=%3Cscript%3E")), None);
        assert_eq!(Notice::asked(Some("done=Your+account+is+locked")), None);
        assert_eq!(Notice::asked(None), None);
    }

    #[test]
    fn no_two_notices_share_a_code() {
        for (place, notice) in NOTICES.iter().enumerate() {
            let first = NOTICES.iter().position(|other| other.code == notice.code);
            assert_eq!(first, Some(place), "{}", notice.code);
        }
    }
}
