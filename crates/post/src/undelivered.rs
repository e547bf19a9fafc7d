//! What an attempt that failed came to, and how it is told without telling a secret.

use std::error::Error;

/// An attempt failed. The text is for operators: it may come from the other side, and holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// It may go better another time: no connection, no answer, or one that says so.
    #[error("not delivered yet: {0}")]
    Later(String),
    /// It will not go better: the receiver does not want it, or there is no such receiver.
    #[error("not deliverable: {0}")]
    Never(String),
    /// A webhook's receiver answered with another status than 200 to 299. After 410 (Gone) it is not asked again.
    #[error("the receiver answered {0}")]
    Answered(u16),
}

/// The longest text that is passed on, in characters.
const LONGEST: usize = 200;
/// A word longer than this is left out. A mail server that refuses a letter may quote the link in it, and the
/// credential in such a link is longer.
const LONGEST_WORD: usize = 36;

/// The innermost reason of `error`, fit to be shown.
pub(crate) fn reason(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    fit(&innermost.to_string())
}

/// What another's text comes to when it is shown: one line, not too long, no long words.
pub(crate) fn fit(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character.is_control())
        .filter(|word| !word.is_empty())
        .map(|word| if word.len() > LONGEST_WORD { "…" } else { word })
        .collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OP5: what another side quotes back is not passed on.
    #[test]
    fn a_long_word_is_left_out_of_a_reason() {
        let link = format!("https://console.example/in#tgl_{}", "a".repeat(38));
        let text = format!("5.7.1 suspicious\r\n link:\u{1b}[31m {link} tgl_{}", "b".repeat(38));
        assert_eq!(fit(&text), "5.7.1 suspicious link: [31m … …");
        assert_eq!(fit(&"ü ".repeat(1000)).chars().count(), LONGEST);
    }

    #[test]
    fn the_innermost_reason_is_told() {
        #[derive(Debug, thiserror::Error)]
        #[error("https://hooks.example/?key=secret failed")]
        struct Outer(#[source] std::io::Error);
        let inner = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "connection refused");
        assert_eq!(reason(&Outer(inner)), "connection refused");
    }
}
