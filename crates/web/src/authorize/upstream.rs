//! Leaving for another provider, and coming back from there.

use super::here::{self, Here};
use super::{answer, fault, refused};
use crate::console::Console;
use crate::console::door::{see, see_with};
use crate::console::input::Ask;
use crate::words::Words;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{HeaderValue, LOCATION, REFRESH};
use http::{Method, StatusCode};
use std::sync::Arc;
use tollgate_issuer::authorize;
use tollgate_issuer::authorize::errand::{self, Arriving, Departure, Homecoming, Unwelcome};
use tollgate_issuer::people::session::{self, Begun, Resumed};
use tollgate_issuer::terms::people::ConnectionKind;
use tollgate_model::{AuthorizationId, Fault};
use tollgate_protocol::parameters::Parameters;
use url::Url;

/// The path of the one address that people come back to, from whichever provider.
pub(super) const RETURN: &str = "/flow/return";

/// Leaves.
pub(super) async fn leave(State(console): State<Arc<Console>>, here: Here) -> Response {
    let (ask, words) = (&here.ask, here.words);
    let (upstream, back) = (&*console.upstream, back(&console));
    match errand::leave(&console.desk, &here.flow, &here.connection, upstream, &back).await {
        Ok(Departure::To(to)) => away(&console, &here.connection, &to),
        Ok(Departure::Failed(_)) => {
            let connection = console.desk.terms.people.connection(&here.connection);
            let label = connection
                .map(|connection| connection.label.as_str())
                .unwrap_or_default();
            refused::provider(&console, ask, words, (Unwelcome::Failed, label), here.on())
        }
        Ok(Departure::Over) => refused::over(&console, ask, words),
        Err(why) => fault::page(&console, ask, words, &why),
    }
}

/// Comes back. Whatever the provider sent along goes no further than the rules: the next address has nothing of it.
pub(super) async fn returned(State(console): State<Arc<Console>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().as_bytes().to_vec();
    let ask = match Ask::read(&console, request).await {
        Ok(ask) => ask,
        Err(response) => return response,
    };
    let words = Words::wanted(None, &ask.languages);
    if ask.method != Method::GET {
        return refused::method(&ask).unwrap_or_else(|| refused::over(&console, &ask, words));
    }
    let Ok(parameters) = Parameters::of_form(&query) else {
        return refused::over(&console, &ask, words);
    };
    let (came, resumed) = match arrive(&console, &ask, &parameters).await {
        Ok(arrived) => arrived,
        Err(why) => return fault::page(&console, &ask, words, &why),
    };
    match came {
        Homecoming::Begun(id, begun) => enter(&console, &ask, resumed.as_ref(), &id, &begun).await,
        Homecoming::Back(back) => answer::back(&console, &ask, words, &back),
        Homecoming::Failed {
            id,
            language,
            connection,
            why,
        } => refused::provider(&console, &ask, Words::of(&language), (why, &connection), on(&id)),
        Homecoming::Over => refused::over(&console, &ask, words),
    }
}

async fn arrive(console: &Console, ask: &Ask, parameters: &Parameters) -> Result<(Homecoming, Option<Resumed>), Fault> {
    let desk = &console.desk;
    let (browser, fresh) = authorize::browser(desk, ask.browser.as_deref())?;
    // A cookie that was never ours left for nowhere.
    if fresh.is_some() {
        return Ok((Homecoming::Over, None));
    }
    let resumed = match &ask.token {
        Some(token) => session::resume(desk, token).await?,
        None => None,
    };
    let who = match &resumed {
        Some(Resumed::SignedIn(who)) => Some(who),
        _ => None,
    };
    let arriving = Arriving {
        browser: &browser,
        who,
        parameters,
        back: &back(console),
    };
    let came = errand::returned(desk, &arriving, &*console.upstream, &ask.origin).await?;
    Ok((came, resumed))
}

/// Where people come back to. It is built from settings, never from a request (AT12).
fn back(console: &Console) -> String {
    format!("{}{RETURN}", console.paths.origin)
}

fn on(id: &AuthorizationId) -> String {
    here::path(id, None)
}

/// On to the provider. The page's form may end where its issuer is (see `policy::Leads`); a provider whose people sign in
/// elsewhere is gone to by a page that leads on at once, which no browser takes for the form's end.
fn away(console: &Console, connection: &str, to: &str) -> Response {
    let mut response = see(to);
    let connection = console.desk.terms.people.connection(connection);
    let issuer = connection.and_then(|connection| match &connection.kind {
        ConnectionKind::OpenId { issuer, .. } => Some(issuer.as_str()),
        ConnectionKind::Test => None,
    });
    if issuer.is_some_and(|issuer| !is_same_place(issuer, to))
        && let Ok(onward) = HeaderValue::from_str(&format!("0; url={to}"))
    {
        *response.status_mut() = StatusCode::OK;
        response.headers_mut().remove(LOCATION);
        response.headers_mut().insert(REFRESH, onward);
    }
    response
}

fn is_same_place(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin() == other.origin(),
        _ => false,
    }
}

/// On with the session that began. What this browser had before ends (SE2), as after every sign-in.
async fn enter(
    console: &Console,
    ask: &Ask,
    before: Option<&Resumed>,
    id: &AuthorizationId,
    begun: &Begun,
) -> Response {
    let before = before.map(|resumed| match resumed {
        Resumed::SignedIn(who) => who.session(),
        Resumed::Half(half) => half.session(),
    });
    if let Some(before) = before
        && let Err(why) = session::replaced(&console.desk, before, &begun.session, ask.id()).await
    {
        return fault::page(console, ask, Words::wanted(None, &ask.languages), &why);
    }
    see_with(&on(id), begun)
}

#[cfg(test)]
mod tests {
    use super::is_same_place;

    #[test]
    fn a_provider_is_one_place_whatever_the_path() {
        let issuer = "https://id.example/tenant";
        assert!(is_same_place(issuer, "https://id.example/authorize?x=1"));
        assert!(is_same_place(issuer, "https://id.example:443/"));
        for other in [
            "https://login.example/",
            "http://id.example/",
            "https://id.example:8443/",
            "nowhere",
        ] {
            assert!(!is_same_place(issuer, other), "{other}");
        }
    }
}
