//! Subscription keys and tokens of the old kind.

use super::answer::{Answer, PageView, created, json, listed, time};
use super::ask::{self, Asked, Body, Id};
use super::by::By;
use super::problem::{Problem, done};
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::registry::legacy::{self as registry, Import, Issue, Line};
use tollgate_model::legacy as model;
use tollgate_model::{AccountId, LegacyCredential, LegacyCredentialId, LegacyMethodId};
use utoipa::{IntoParams, ToSchema};

/// What a credential of the old kind is.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum LegacyKind {
    /// A subscription key.
    Key,
    /// A token of the old login.
    Bearer,
}

impl From<model::LegacyKind> for LegacyKind {
    fn from(kind: model::LegacyKind) -> Self {
        match kind {
            model::LegacyKind::Key => Self::Key,
            model::LegacyKind::Bearer => Self::Bearer,
        }
    }
}

impl From<LegacyKind> for model::LegacyKind {
    fn from(kind: LegacyKind) -> Self {
        match kind {
            LegacyKind::Key => Self::Key,
            LegacyKind::Bearer => Self::Bearer,
        }
    }
}

/// A credential of the old kind. Its text is kept nowhere.
#[derive(Serialize, ToSchema)]
#[schema(as = LegacyCredential)]
pub(super) struct CredentialView {
    /// Its id.
    id: String,
    /// For which method of the configuration.
    method: String,
    /// What it is.
    kind: LegacyKind,
    /// Whose.
    account: String,
    /// Whose within the account; null: the account's own.
    member: Option<String>,
    /// What its owners call it.
    label: String,
    /// When it came here.
    #[schema(format = DateTime)]
    created: String,
    /// From when on it opens nothing, if ever.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// When somebody ended it.
    #[schema(format = DateTime)]
    ended: Option<String>,
}

impl From<LegacyCredential> for CredentialView {
    fn from(credential: LegacyCredential) -> Self {
        Self {
            id: credential.id.to_string(),
            method: credential.method.to_string(),
            kind: credential.kind.into(),
            account: credential.account.to_string(),
            member: credential.member.map(|member| member.to_string()),
            label: credential.label,
            created: time(credential.created),
            expires: credential.expires.map(time),
            ended: credential.ended.map(time),
        }
    }
}

/// Which credentials.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this account.
    account: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Credentials of the old kind, by id; those that ended too.
#[utoipa::path(get, path = "/api/v1/legacy", operation_id = "listLegacyCredentials", tag = "legacy", params(Which),
    responses((status = 200, description = "A page", body = PageView<CredentialView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::page(which.limit.as_deref(), which.after)?;
    let account = which
        .account
        .map(|id| ask::id("account", id))
        .transpose()?
        .map(AccountId::new);
    listed::<_, CredentialView>(registry::list(&desk, account.as_ref(), &page).await?)
}

/// A credential to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCredential {
    /// Of which method.
    method: String,
    /// What it is; by default a subscription key.
    kind: Option<LegacyKind>,
    /// Whose.
    account: String,
    /// Whose within the account, by e-mail address; by default the account's own.
    member: Option<String>,
    /// What its owners call it, 1 to 200 characters.
    label: String,
    /// How long it lives, in seconds; by default until it is ended.
    lifetime: Option<i64>,
}

/// A credential that was made, with its text: shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct MadeCredential {
    /// The credential itself.
    text: String,
    /// What is on record of it.
    #[serde(flatten)]
    credential: CredentialView,
}

/// Makes a credential of the old kind.
#[utoipa::path(post, path = "/api/v1/legacy", operation_id = "issueLegacyCredential", tag = "legacy",
    request_body = NewCredential, responses((status = 201, description = "Made", body = MadeCredential)))]
pub(super) async fn issue(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<NewCredential>) -> Answer {
    let ask = Issue {
        method: LegacyMethodId::new(ask.method),
        kind: ask.kind.unwrap_or(LegacyKind::Key).into(),
        account: AccountId::new(ask::id("account", ask.account)?),
        member: ask.member,
        label: ask.label,
        lifetime: ask.lifetime,
    };
    let made = done(registry::issue(&desk, by.asker(), &ask).await)?;
    let place = format!("/api/v1/legacy/{}", made.credential.id);
    let view = MadeCredential {
        text: made.plain.expose().to_owned(),
        credential: made.credential.into(),
    };
    created(&view, 1, &place)
}

/// A credential to bring along.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldCredential {
    /// Whose: the account's id.
    account: String,
    /// Whose within the account, by e-mail address; by default the account's own.
    member: Option<String>,
    /// `key` or `bearer`; by default the one kind that the method has.
    kind: Option<String>,
    /// The credential itself. Either this or its hash.
    #[schema(write_only)]
    text: Option<String>,
    /// SHA-256 of the credential, in hexadecimal or base64.
    #[schema(write_only)]
    sha256: Option<String>,
    /// What its owners call it.
    label: Option<String>,
    /// From when on it opens nothing: a day, or a date and time.
    expires: Option<String>,
}

/// What stands in a line prints as stars.
impl fmt::Debug for OldCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OldCredential").finish_non_exhaustive()
    }
}

/// Credentials to bring along: all of them, or none.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OldCredentials {
    /// Of which method.
    method: String,
    /// At most 500.
    #[schema(max_items = 500)]
    lines: Vec<OldCredential>,
    /// The number of the first, as complaints name it: the line of a file.
    #[serde(default = "one")]
    #[schema(default = 1)]
    first_line: usize,
    /// Whether they are only looked at, and nothing is kept.
    #[serde(default)]
    check: bool,
}

const fn one() -> usize {
    1
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(super) struct ImportedView {
    /// So many came in, or could.
    added: usize,
    /// So many were on record already and stay as they are.
    known: usize,
}

/// Brings credentials of the old system along, by their texts or their hashes: all of them, or none. Every bad one is named
/// by line and field.
#[utoipa::path(post, path = "/api/v1/legacy/import", operation_id = "importLegacyCredentials", tag = "legacy",
    request_body = OldCredentials, responses((status = 200, description = "What came in", body = ImportedView)))]
pub(super) async fn import(State(desk): State<Arc<Desk>>, by: By, Body(ask): Body<OldCredentials>) -> Answer {
    let first_line = ask.first_line;
    let lines: Result<Vec<Line>, Problem> = (first_line..).zip(ask.lines).map(line).collect();
    let ask = Import {
        method: LegacyMethodId::new(ask.method),
        lines: lines?,
        first_line,
        check: ask.check,
    };
    let imported = done(registry::import(&desk, by.asker(), &ask).await)?;
    let view = ImportedView {
        added: imported.added,
        known: imported.known,
    };
    json(StatusCode::OK, &view)
}

fn line((number, old): (usize, OldCredential)) -> Result<Line, Problem> {
    let expires = old.expires.map(|text| ask::moment("expires", &text)).transpose();
    let expires = expires.map_err(|_| {
        let detail = format!("line {number}: expires: must be a day such as 2026-07-25, or a date and time");
        Problem::at("lines", detail)
    })?;
    Ok(Line {
        account: old.account,
        member: old.member,
        kind: old.kind,
        text: old.text,
        sha256: old.sha256,
        label: old.label,
        expires,
    })
}

/// Ends a credential of the old kind: it opens nothing any more, at any gateway.
#[utoipa::path(post, path = "/api/v1/legacy/{id}/end", operation_id = "endLegacyCredential", tag = "legacy",
    params(("id" = String, Path, description = "The credential")),
    responses((status = 200, description = "As it is now", body = CredentialView)))]
pub(super) async fn end(State(desk): State<Arc<Desk>>, by: By, Id(id): Id) -> Answer {
    let ended = done(registry::end(&desk, by.asker(), None, &LegacyCredentialId::new(id)).await)?;
    json(StatusCode::OK, &CredentialView::from(ended))
}
