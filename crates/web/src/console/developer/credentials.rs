//! A client's credentials: what is always there to see, and its secrets (SS-9, SS-14, SS-15, SG-29).

use super::answer;
use super::head::{self, Head, Tab};
use super::maker::Makers;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Choice, Form, Frame, respond, words};
use crate::door::Endpoint;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::developer::{self, Shown};
use tollgate_issuer::rights::Role;
use tollgate_model::client::Environment;
use tollgate_model::{Api, Fault, Grant, Moment, Secret};

/// How many of the ended secrets are shown.
const ENDED: usize = 20;
/// From how many seconds before its end on a secret is told as ending.
const SOON: i64 = 30 * 86_400;

#[derive(Template)]
#[template(path = "developer/credentials.html")]
struct Page {
    frame: Frame,
    head: Head,
    form: Form,
    /// Whether the person may change anything.
    may: bool,
    account: String,
    token_url: String,
    targets: Vec<Target>,
    living: Vec<Line>,
    ended: Vec<Line>,
    /// How many ended longer ago.
    older: usize,
    revealable: bool,
    /// The APIs that a test token can be had for.
    tokens: Vec<Choice>,
    live: bool,
}

/// An API that a client may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) audience: String,
    pub(super) lifetime: i64,
    pub(super) scopes: String,
}

struct Line {
    id: String,
    label: String,
    by: String,
    created: Moment,
    /// When it ends or ended.
    ends: Option<Moment>,
    last_used: Option<Moment>,
    tone: &'static str,
    state: String,
    /// Whether its text is kept, sealed.
    kept: bool,
}

/// The page.
pub(super) async fn get(State(console): State<Arc<Console>>, at: AtAccount) -> Result<Response, Response> {
    page(&console, &at, StatusCode::OK, Form::new()).await
}

/// The page, with a form that was refused.
pub(super) async fn page(
    console: &Console,
    at: &AtAccount,
    status: StatusCode,
    form: Form,
) -> Result<Response, Response> {
    let shown = developer::show(&console.desk, &at.seat, &answer::client(&at.ask)).await;
    let shown = answer::done(console, at, shown)?;
    let apis = developer::apis(&console.desk, &at.seat).await;
    let apis = answer::done(console, at, apis)?;
    let lines = answer::known(console, at, lines(console, &shown, at.ask.now).await)?;
    let (living, mut ended): (Vec<_>, Vec<_>) = lines.into_iter().partition(|line| line.tone != "expired");
    let older = ended.len().saturating_sub(ENDED);
    ended.truncate(ENDED);
    let record = shown.owned.record();
    let client = &record.client;
    let (frame, head) = head::of(console, at, client, Tab::Credentials);
    let targets = targets(&record.grants, &apis);
    let page = Page {
        may: at.seat.may(Role::Developer),
        account: record.account.name.clone(),
        token_url: console.paths.url(Endpoint::Token),
        tokens: targets
            .iter()
            .map(|target| Choice::new(&target.id, &target.name, ""))
            .collect(),
        targets,
        living,
        ended,
        older,
        revealable: console.desk.terms.console.revealable,
        live: client.environment == Environment::Live,
        frame,
        head,
        form,
    };
    Ok(respond(status, &page.frame, &page))
}

/// What a client may call, of the APIs that the account has.
pub(super) fn targets(grants: &[Grant], apis: &[Api]) -> Vec<Target> {
    let target = |grant: &Grant| {
        let api = apis.iter().find(|api| api.id == grant.api)?;
        Some(Target {
            id: api.id.to_string(),
            name: api.name.clone(),
            audience: api.audience.clone(),
            lifetime: grant.lifetime.map_or(api.lifetime, |own| own.min(api.lifetime)),
            scopes: grant.scopes.to_string(),
        })
    };
    grants.iter().filter_map(target).collect()
}

/// The secrets, newest first.
async fn lines(console: &Console, shown: &Shown, now: Moment) -> Result<Vec<Line>, Fault> {
    let mut makers = Makers::default();
    let mut lines = Vec::new();
    for secret in shown.secrets.iter().rev() {
        let alive = secret.alive(now);
        // Those that are not shown need no names.
        let by = if alive || lines.len() < ENDED * 2 {
            makers.name(&console.desk, &secret.created_by).await?
        } else {
            String::new()
        };
        let kept = alive
            && console.desk.terms.console.revealable
            && console.desk.store.sealed_secret(&secret.id).await?.is_some();
        lines.push(line(secret, by, kept, now));
    }
    Ok(lines)
}

fn line(secret: &Secret, by: String, kept: bool, now: Moment) -> Line {
    let (tone, state) = match (secret.revoked, secret.expires) {
        (Some(_), _) => ("expired", "Revoked".to_owned()),
        (None, Some(end)) if end <= now => ("expired", "Ended".to_owned()),
        (None, Some(end)) if end.since(now) <= SOON => ("expiring", format!("Ends {}", words::ago(end, now))),
        (None, _) => ("active", "Active".to_owned()),
    };
    Line {
        id: secret.id.to_string(),
        label: secret.label.clone(),
        by,
        created: secret.created,
        ends: secret.revoked.or(secret.expires),
        last_used: secret.last_used,
        tone,
        state,
        kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::{ApiId, ClientId, SecretId};
    use tollgate_protocol::claims::Profile;
    use tollgate_protocol::jose::Algorithm;

    const NOW: Moment = Moment(1_800_000_000);

    fn secret(expires: Option<i64>, revoked: Option<i64>) -> Secret {
        Secret {
            id: SecretId::new("sec_1"),
            client: ClientId::new("client-1"),
            label: "first".into(),
            digest: "00".repeat(32),
            created: NOW.plus(-100),
            created_by: "system".into(),
            expires: expires.map(|seconds| NOW.plus(seconds)),
            revoked: revoked.map(|seconds| NOW.plus(seconds)),
            last_used: None,
        }
    }

    /// SS-13: which of a client's secrets still work, and until when, can be seen.
    #[test]
    fn a_secret_is_told_by_what_it_can_still_do() {
        for (expires, revoked, tone, state) in [
            (None, None, "active", "Active"),
            (Some(400 * 86_400), None, "active", "Active"),
            (Some(7 * 86_400), None, "expiring", "Ends in 7 days"),
            (Some(0), None, "expired", "Ended"),
            (Some(86_400), Some(-5), "expired", "Revoked"),
        ] {
            let secret = secret(expires, revoked);
            let line = line(&secret, String::new(), false, NOW);
            assert_eq!((line.tone, line.state.as_str()), (tone, state));
            assert_eq!(line.tone != "expired", secret.alive(NOW));
        }
    }

    /// SS-5, SS-15: the audience of each API that the account has, and of no other.
    #[test]
    fn an_audience_is_shown_for_each_api_that_the_account_has() {
        let api = Api {
            id: ApiId::new("docs"),
            audience: "https://docs.example".into(),
            name: "Documents".into(),
            scopes: vec![],
            unasked: Default::default(),
            lifetime: 3600,
            algorithm: Algorithm::RS256,
            profile: Profile::Rfc9068,
            declared: false,
            version: 1,
        };
        let grant = |api: &str, lifetime| Grant {
            client: ClientId::new("client-1"),
            api: ApiId::new(api),
            scopes: ["read"].into_iter().collect(),
            lifetime,
        };
        let found = targets(&[grant("docs", Some(7200)), grant("other", None)], &[api]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].audience.as_str(), found[0].lifetime),
            ("https://docs.example", 3600)
        );
    }
}
