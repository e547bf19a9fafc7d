//! A person at a page of their way.

use super::{answer, fault, refused};
use crate::console::Console;
use crate::console::door::{see, see_with, see_without};
use crate::console::input::Ask;
use crate::console::page::Frame;
use crate::words::Words;
use axum::RequestExt as _;
use axum::extract::{FromRequest, RawPathParams, Request, State};
use axum::response::Response;
use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::sync::Arc;
use tollgate_issuer::authorize::{self, Flow, Step};
use tollgate_issuer::people::session::{self, Begun, Half, Resumed};
use tollgate_issuer::rights::SignedIn;
use tollgate_model::{AuthorizationId, Session};

/// The most characters of an id in an address.
const MOST_ID: usize = 64;
/// What stands in a path as it is (RFC 3986 §2.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A person at a page of the way that this browser began (CO2). A form that came was sent by that page, and carries
/// the way's own token (SE5).
pub(super) struct Here {
    /// What was sent.
    pub ask: Ask,
    /// The way.
    pub flow: Flow,
    /// Who is signed in, wholly or by half.
    pub resumed: Option<Resumed>,
    /// The connection that the address names.
    pub connection: String,
    /// The pages' words, in the way's language.
    pub words: Words,
}

impl FromRequest<Arc<Console>> for Here {
    type Rejection = Response;

    async fn from_request(mut request: Request, console: &Arc<Console>) -> Result<Self, Response> {
        let place = Place::of(&mut request).await;
        let ask = Ask::read(console, request).await?;
        let words = Words::wanted(None, &ask.languages);
        if let Some(other) = refused::method(&ask) {
            return Err(other);
        }
        let over = || refused::over(console, &ask, words);
        let (Some(id), Some(cookie)) = (place.id, &ask.browser) else {
            return Err(over());
        };
        let found = find(console, &id, cookie, ask.token.as_deref()).await;
        let (flow, resumed) = match found.map_err(|why| fault::page(console, &ask, words, &why))? {
            Some(found) => found,
            None => return Err(over()),
        };
        let words = Words::of(&flow.language);
        let posted = ask.method == Method::POST;
        if posted && !(ask.ours && authorize::csrf_matches(&console.desk, &flow, ask.field("csrf"))) {
            return Err(refused::stale(console, &ask, words));
        }
        Ok(Self {
            ask,
            flow,
            resumed,
            connection: place.connection,
            words,
        })
    }
}

async fn find(
    console: &Console,
    id: &AuthorizationId,
    cookie: &str,
    token: Option<&str>,
) -> Result<Option<(Flow, Option<Resumed>)>, tollgate_model::Fault> {
    let desk = &console.desk;
    let (browser, fresh) = authorize::browser(desk, Some(cookie))?;
    // A cookie that was never ours began nothing.
    if fresh.is_some() {
        return Ok(None);
    }
    let Some(flow) = authorize::flow(desk, id, &browser).await? else {
        return Ok(None);
    };
    let resumed = match token {
        Some(token) => session::resume(desk, token).await?,
        None => None,
    };
    Ok(Some((flow, resumed)))
}

/// What an address names.
#[derive(Default)]
struct Place {
    id: Option<AuthorizationId>,
    connection: String,
}

impl Place {
    async fn of(request: &mut Request) -> Self {
        let mut place = Self::default();
        let Ok(parts) = request.extract_parts::<RawPathParams>().await else {
            return place;
        };
        for (name, value) in &parts {
            match name {
                "id" => place.id = id(value),
                "connection" => value.clone_into(&mut place.connection),
                _ => {}
            }
        }
        place
    }
}

fn id(text: &str) -> Option<AuthorizationId> {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    (plain && !text.is_empty() && text.len() <= MOST_ID).then(|| AuthorizationId::new(text))
}

/// The address of a way, and of the page that asks for `step`.
pub(super) fn path(id: &AuthorizationId, step: Option<&Step>) -> String {
    let name = |name: &str| utf8_percent_encode(name, PLAIN).to_string();
    let page = match step {
        None => String::new(),
        Some(Step::SignIn) => "/sign-in".to_owned(),
        Some(Step::SecondFactor) => "/second-factor".to_owned(),
        Some(Step::SelectAccount) => "/account".to_owned(),
        Some(Step::Consent) => "/consent".to_owned(),
        Some(Step::Test(connection)) => format!("/test/{}", name(connection)),
        Some(Step::Connection(connection)) => format!("/to/{}", name(connection)),
    };
    format!("/flow/{}{page}", name(id.as_str()))
}

/// `/flow/{id}`: leads to the page of the next step, or back to the client.
pub(super) async fn next(State(console): State<Arc<Console>>, here: Here) -> Response {
    let Here { ask, flow, resumed, .. } = &here;
    let record = &flow.authorization;
    let outcome = authorize::resume(
        &console.desk,
        &record.id,
        &record.browser,
        resumed.as_ref(),
        &ask.origin,
    )
    .await;
    match outcome {
        Ok(Some(outcome)) => answer::outcome(&console, ask, here.words, &outcome),
        Ok(None) => refused::over(&console, ask, here.words),
        Err(why) => fault::page(&console, ask, here.words, &why),
    }
}

impl Here {
    /// Who is signed in with every factor.
    pub(super) const fn who(&self) -> Option<&SignedIn> {
        match &self.resumed {
            Some(Resumed::SignedIn(who)) => Some(who),
            _ => None,
        }
    }

    /// Who owes the second factor.
    pub(super) const fn half(&self) -> Option<&Half> {
        match &self.resumed {
            Some(Resumed::Half(half)) => Some(half),
            _ => None,
        }
    }

    pub(super) fn session(&self) -> Option<&Session> {
        match &self.resumed {
            Some(Resumed::SignedIn(who)) => Some(who.session()),
            Some(Resumed::Half(half)) => Some(half.session()),
            None => None,
        }
    }

    /// The frame of a page of this way.
    pub(super) fn frame(&self, console: &Console, title: &str) -> Frame {
        let mut frame = frame(console, &self.ask, self.words, title);
        frame.csrf = authorize::csrf(&console.desk, &self.flow);
        frame
    }

    /// Where every form of this way leads.
    pub(super) fn on(&self) -> String {
        path(&self.flow.authorization.id, None)
    }

    /// On, after a form.
    pub(super) fn go_on(&self) -> Response {
        see(&self.on())
    }

    /// On with the session that began. What this browser had before ends (SE2): nobody finds it in use later.
    pub(super) async fn entered(&self, console: &Console, begun: &Begun) -> Response {
        let Some(before) = self.session() else {
            return see_with(&self.on(), begun);
        };
        match session::replaced(&console.desk, before, &begun.session, self.ask.id()).await {
            Ok(()) => see_with(&self.on(), begun),
            Err(why) => fault::page(console, &self.ask, self.words, &why),
        }
    }

    /// On as nobody: the session ends.
    pub(super) async fn leave(&self, console: &Console) -> Response {
        let Some(session) = self.session() else {
            return see_without(&self.on());
        };
        match session::sign_out(&console.desk, session, self.ask.id()).await {
            Ok(()) => see_without(&self.on()),
            Err(why) => fault::page(console, &self.ask, self.words, &why),
        }
    }

    /// Back to the client, which is told no. Where the way is over meanwhile, a page says so.
    pub(super) async fn refuse(&self, console: &Console) -> Response {
        match authorize::deny(&console.desk, &self.flow, self.who(), &self.ask.origin).await {
            Ok(Some(back)) => answer::back(console, &self.ask, self.words, &back),
            Ok(None) => refused::over(console, &self.ask, self.words),
            Err(why) => fault::page(console, &self.ask, self.words, &why),
        }
    }
}

/// The frame of a page in this language.
pub(crate) fn frame(console: &Console, ask: &Ask, words: Words, title: &str) -> Frame {
    let mut frame = console.frame(&words.say(title), ask.now);
    frame.language = words.language();
    frame
}

#[cfg(test)]
mod tests {
    use super::{AuthorizationId, Step, id, path};

    /// AT17, OP6: an address that names nothing of ours never reaches the store.
    #[test]
    fn an_id_is_letters_and_digits() {
        assert!(id("flo_7fKq29xmhw4pZ83v").is_some());
        let long = "a".repeat(65);
        for other in ["", "a/b", "a%2fb", "..", "a b", "a'--", "\u{e9}", long.as_str()] {
            assert!(id(other).is_none(), "{other}");
        }
    }

    #[test]
    fn every_step_has_its_page() {
        let way = AuthorizationId::new("abc");
        for (step, page) in [
            (Step::SignIn, "/flow/abc/sign-in"),
            (Step::SecondFactor, "/flow/abc/second-factor"),
            (Step::SelectAccount, "/flow/abc/account"),
            (Step::Consent, "/flow/abc/consent"),
            (Step::Test("face".to_owned()), "/flow/abc/test/face"),
            (Step::Connection("a/../b".to_owned()), "/flow/abc/to/a%2F..%2Fb"),
        ] {
            assert_eq!(path(&way, Some(&step)), page);
        }
        assert_eq!(path(&way, None), "/flow/abc");
    }
}
