//! Somebody who may be on the way from an application's request, and is spoken to in their own language.

use crate::authorize::{fault, here, refused};
use crate::console::Console;
use crate::console::door::Anyone;
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::words::Words;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::Method;
use std::sync::Arc;
use tollgate_issuer::authorize::Flow;
use tollgate_issuer::people::session;
use tollgate_model::Fault;

/// The parameter and the field with the language of the way that a page is a step aside from.
const LANG: &str = "lang";

/// Anybody at all, and the words for them. A form was sent by a page of ours.
///
/// The language is the way's, where a page of the way, or the page before this one, said it in `lang`; else the most
/// wanted of `Accept-Language`, as on the way itself. What is no language of ours counts as not said.
pub(super) struct Guest {
    /// Who came, and with what.
    pub came: Anyone,
    /// The words of their language.
    pub words: Words,
    /// Whether the way said which, so that the next page is told as well.
    said: bool,
}

impl FromRequest<Arc<Console>> for Guest {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let ask = Ask::read(console, request).await?;
        let named = [ask.field(LANG), ask.asked(LANG)].into_iter().find_map(Words::known);
        let words = named.unwrap_or_else(|| Words::wanted(None, &ask.languages));
        let resumed = match &ask.token {
            Some(token) => session::resume(&console.desk, token)
                .await
                .map_err(|why| fault::page(console, &ask, words, &why))?,
            None => None,
        };
        if ask.method == Method::POST && !ask.ours {
            return Err(refused::stale(console, &ask, words));
        }
        Ok(Self {
            came: Anyone::of(ask, resumed),
            words,
            said: named.is_some(),
        })
    }
}

impl Guest {
    /// What was sent.
    pub(super) const fn ask(&self) -> &Ask {
        &self.came.ask
    }

    /// On in the language of this way, if there is one.
    pub(super) fn on(&mut self, way: Option<&Flow>) {
        if let Some(words) = way.and_then(|way| Words::known(&way.language)) {
            self.words = words;
            self.said = true;
        }
    }

    /// The frame of a page in their language; `title` is the name of a text.
    pub(super) fn frame(&self, console: &Console, title: &str) -> Frame {
        here::frame(console, self.ask(), self.words, title)
    }

    /// The language that the next page is told; empty where no way said one.
    pub(super) const fn lang(&self) -> &'static str {
        if self.said { self.words.language() } else { "" }
    }

    /// The address of another page for guests.
    pub(super) fn to(&self, path: &str) -> String {
        match self.lang() {
            "" => path.to_owned(),
            lang => format!("{path}?{LANG}={lang}"),
        }
    }

    /// A failure of ours: logged once, told as an id and nothing else.
    pub(super) fn fault(&self, console: &Console, why: &Fault) -> Response {
        fault::page(console, self.ask(), self.words, why)
    }
}
