//! One letter, and how it is written (RFC 5322).

use crate::Undelivered;
use lettre::Message;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use std::error::Error;

/// The longest address, with its name, in bytes.
const MAX_TO: usize = 512;
/// The longest subject, in characters.
const MAX_SUBJECT: usize = 200;
/// The longest text, in bytes.
const MAX_TEXT: usize = 64 * 1024;
/// The longest id, in bytes.
const MAX_ID: usize = 64;

/// What somebody is to read. It may hold a one-time link, so it has no `Debug`.
pub struct Letter {
    /// To whom: `desk@firm.example` or `Tax Desk <desk@firm.example>`.
    pub to: String,
    /// One line. A line feed in it becomes a space; what is longer than 200 characters is cut.
    pub subject: String,
    /// The text, in lines that end with a line feed. No HTML.
    pub text: String,
    /// Names the letter, whichever attempt it is: letters, digits, `_` and `-`. It becomes the `Message-ID`.
    pub id: String,
}

impl Letter {
    pub(super) fn written(&self, from: &Mailbox) -> Result<Message, Undelivered> {
        let to = Some(self.to.as_str())
            .filter(|to| to.len() <= MAX_TO && !to.contains(char::is_control))
            .and_then(|to| to.parse::<Mailbox>().ok())
            .ok_or_else(|| never("the receiver's address is no e-mail address"))?;
        let id = &self.id;
        if !(1..=MAX_ID).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
            return Err(never(
                "the letter's id holds something else than letters, digits, `_` and `-`",
            ));
        }
        if self.text.len() > MAX_TEXT {
            return Err(never("the letter's text is longer than 64 KiB"));
        }
        Message::builder()
            .from(from.clone())
            .to(to)
            .subject(line(&self.subject))
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .header(AutoSubmitted)
            .singlepart(SinglePart::plain(self.text.clone()))
            .map_err(|_| never("the letter cannot be written"))
    }
}

fn line(subject: &str) -> String {
    subject
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .take(MAX_SUBJECT)
        .collect()
}

fn never(why: &str) -> Undelivered {
    Undelivered::Never(why.to_owned())
}

/// RFC 3834 §5: no person wrote this, and no program is to answer it.
#[derive(Clone)]
struct AutoSubmitted;

const AUTO_GENERATED: &str = "auto-generated";

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if text == AUTO_GENERATED {
            Ok(Self)
        } else {
            Err("not auto-generated".into())
        }
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), AUTO_GENERATED.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(change: impl FnOnce(&mut Letter)) -> Result<String, Undelivered> {
        let mut letter = Letter {
            to: "Tax Desk <desk@firm.example>".to_owned(),
            subject: "A new password".to_owned(),
            text: "Follow the link.\n".to_owned(),
            id: "ltr_1".to_owned(),
        };
        change(&mut letter);
        let from = "Tollgate <no-reply@vendor.example>".parse().unwrap();
        let message = letter.written(&from)?;
        Ok(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_letter_says_who_to_whom_what_and_that_a_program_wrote_it() {
        let text = written(|_| ()).unwrap();
        for line in [
            "From: Tollgate <no-reply@vendor.example>",
            "To: \"Tax Desk\" <desk@firm.example>",
            "Subject: A new password",
            "Message-ID: <ltr_1@vendor.example>",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "Follow the link.",
        ] {
            assert!(text.split("\r\n").any(|found| found == line), "{line} in {text}");
        }
    }

    /// OP18: no field makes a header of its own, or ends the headers.
    #[test]
    fn no_field_becomes_a_header() {
        let evil = "x\r\nBcc: else@other.example\r\n\r\nbody";
        let text = written(|letter| letter.subject = evil.to_owned()).unwrap();
        assert!(
            text.contains("Subject: x  Bcc: else@other.example    body\r\n"),
            "{text}"
        );
        for name in ["\r\nBcc:", "\nBcc:", "\rBcc:"] {
            assert!(!text.contains(name), "{text}");
        }
        assert!(written(|letter| letter.to = evil.to_owned()).is_err());
        assert!(written(|letter| letter.to = format!("{evil} <desk@firm.example>")).is_err());
        assert!(written(|letter| letter.to = "desk@firm.example, else@other.example".to_owned()).is_err());
        assert!(written(|letter| letter.id = evil.to_owned()).is_err());
        assert!(written(|letter| letter.id = "a@b".to_owned()).is_err());
    }

    #[test]
    fn what_is_too_long_is_refused_or_cut() {
        assert!(written(|letter| letter.text = "a".repeat(MAX_TEXT + 1)).is_err());
        assert!(written(|letter| letter.to = format!("{}@a.example", "a".repeat(MAX_TO))).is_err());
        assert!(written(|letter| letter.id = "a".repeat(MAX_ID + 1)).is_err());
        assert!(written(|letter| letter.id = String::new()).is_err());
        let text = written(|letter| letter.subject = "ab ".repeat(1000)).unwrap();
        assert!(text.split("\r\n").all(|line| line.len() <= 998), "{text}");
        assert_eq!(text.matches("ab").count(), MAX_SUBJECT.div_ceil(3));
    }
}
