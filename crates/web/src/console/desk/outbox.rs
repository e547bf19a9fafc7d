//! Mails that stay here, so that the links in them can be followed where nothing is sent: a demo.

use super::listing::Pager;
use super::{answer, asked, frame};
use crate::console::Console;
use crate::console::door::AtDesk;
use crate::console::page::{Frame, Refused, respond};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::outbox;
use tollgate_issuer::registry::No;
use tollgate_model::{Mail, MailId, Moment};

/// How many mails stand on a page.
const A_PAGE: u32 = 50;
/// Where the list is.
const LIST: &str = "/console/desk/outbox";

#[derive(Template)]
#[template(path = "desk/outbox.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    pager: Pager,
}

struct Line {
    id: String,
    to: String,
    subject: String,
    created: Moment,
}

#[derive(Template)]
#[template(path = "desk/mail.html")]
struct One<'a> {
    frame: Frame,
    mail: Mail,
    pieces: Vec<Piece<'a>>,
}

/// A piece of a mail's text.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    text: &'a str,
    /// Whether it is an address of this console, to be followed.
    link: bool,
}

/// The list, newest first.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    kept(&console, &at)?;
    let paging = asked::page(&console, &at, A_PAGE)?;
    let listed = answer::known(&console, &at, console.desk.store.mails(&paging).await)?;
    let mut frame = frame(&console, &at, "Outbox", &[]);
    frame.lead = "No mail leaves from here. What would have been sent can be read instead.".to_owned();
    let page = Page {
        frame,
        pager: Pager::of(&listed, &paging, LIST, &[]),
        lines: listed
            .items
            .into_iter()
            .map(|mail| Line {
                id: mail.id.to_string(),
                to: mail.to,
                subject: mail.subject,
                created: mail.created,
            })
            .collect(),
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// One mail, with its text. Its links are somebody else's to follow; in a demo that is the same person.
pub(super) async fn one(State(console): State<Arc<Console>>, at: AtDesk) -> Result<Response, Response> {
    kept(&console, &at)?;
    let id = MailId::new(asked::part(&at.ask, 1));
    let mail = answer::found(&console, &at, "mail", console.desk.store.mail(&id).await)?;
    let text = match answer::known(&console, &at, outbox::read(&console.desk, &id).await)? {
        Ok(text) => Some(text),
        // It was sent, and its text dropped.
        Err(No::NotFound(_)) => None,
        Err(no) => return Err(answer::no_page(&console, &at, &no)),
    };
    let text = text.as_deref().map_or("", String::as_str);
    let page = One {
        frame: frame(&console, &at, &mail.subject, &[(LIST, "Outbox")]),
        pieces: pieces(text, &console.desk.terms.console.url),
        mail,
    };
    Ok(respond(StatusCode::OK, &page.frame, &page))
}

/// Only where mails stay may anybody read them.
#[expect(
    clippy::result_large_err,
    reason = "the error is the answer itself, made once for a request"
)]
fn kept(console: &Console, at: &AtDesk) -> Result<(), Response> {
    match console.outbox {
        true => Ok(()),
        false => Err(console.refused(Some(at.officer.signed_in()), &at.ask, Refused::NotFound)),
    }
}

/// A text taken apart, so that addresses of this console can be followed. No other address becomes a link.
fn pieces<'a>(text: &'a str, console: &str) -> Vec<Piece<'a>> {
    let mut told = Vec::new();
    for line in text.split_inclusive('\n') {
        let word = line.trim();
        let rest = word.strip_prefix(console);
        let link =
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && !word.contains(char::is_whitespace);
        if !link {
            told.push(Piece { text: line, link });
            continue;
        }
        let (before, after) = line.split_once(word).unwrap_or((line, ""));
        for (text, link) in [(before, false), (word, true), (after, false)] {
            if !text.is_empty() {
                told.push(Piece { text, link });
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CO8: of what a mail says, only our own addresses can be followed.
    #[test]
    fn only_our_own_addresses_become_links() {
        let text = "Hello\n\n  https://auth.example/console/welcome#tgl_x\n\nhttps://evil.example/\n\
                    https://auth.example/consoles\njavascript:alert(1)\n";
        let links: Vec<_> = pieces(text, "https://auth.example/console")
            .into_iter()
            .filter(|piece| piece.link)
            .map(|piece| piece.text)
            .collect();
        assert_eq!(links, ["https://auth.example/console/welcome#tgl_x"]);
        let whole: String = pieces(text, "https://auth.example/console")
            .iter()
            .map(|piece| piece.text)
            .collect();
        assert_eq!(whole, text);
    }
}
