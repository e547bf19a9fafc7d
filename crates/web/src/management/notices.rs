//! What accounts were told, and by which mail.

use super::answer::{Answer, PageView, json, listed, time};
use super::ask::{Asked, Id, Nothing, Paging};
use super::problem::done;
use axum::extract::State;
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::outbox;
use tollgate_issuer::registry::No;
use tollgate_model::{AccountId, Alert, Mail, MailId};
use utoipa::ToSchema;

/// Something an account should know in time.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub(super) struct AlertView {
    /// Its id.
    id: String,
    /// The account.
    account: String,
    /// The client it is about.
    client: Option<String>,
    /// What it is, such as `secret_expiring`.
    kind: &'static str,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// More about it, never a secret.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id.to_string(),
            account: alert.account.to_string(),
            client: alert.client.map(|client| client.to_string()),
            kind: alert.kind.as_str(),
            at: time(alert.at),
            detail: alert.detail,
        }
    }
}

/// A mail, without its text.
#[derive(Serialize, ToSchema)]
#[schema(as = Mail)]
pub(super) struct MailView {
    /// Its id.
    id: String,
    /// To whom.
    to: String,
    /// Its subject.
    subject: String,
    /// When it was written.
    #[schema(format = DateTime)]
    created: String,
    /// When it is tried next; null when it was sent or given up.
    #[schema(format = DateTime)]
    next: Option<String>,
    /// How often it was tried.
    tries: i64,
    /// When it was sent.
    #[schema(format = DateTime)]
    sent: Option<String>,
    /// Why the last try failed.
    problem: Option<String>,
}

impl From<Mail> for MailView {
    fn from(mail: Mail) -> Self {
        Self {
            id: mail.id.to_string(),
            to: mail.to,
            subject: mail.subject,
            created: time(mail.created),
            next: mail.next.map(time),
            tries: outbox::attempts(mail.tries),
            sent: mail.sent.map(time),
            problem: mail.problem,
        }
    }
}

/// What an account was told, newest first.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/alerts", operation_id = "listAlerts", tag = "alerts",
    params(("id" = String, Path, description = "The account"), Paging),
    responses((status = 200, description = "A page", body = PageView<AlertView>)))]
pub(super) async fn alerts(State(desk): State<Arc<Desk>>, Id(id): Id, Asked(paging): Asked<Paging>) -> Answer {
    let (account, page) = (AccountId::new(id), paging.page()?);
    desk.store.account(&account).await?.ok_or(No::NotFound("account"))?;
    listed::<_, AlertView>(desk.store.alerts(&account, &page).await?)
}

/// The text of a mail.
#[derive(Serialize, ToSchema)]
pub(super) struct MailText {
    /// Its id.
    id: String,
    /// The text.
    text: String,
}

/// The text of a mail, on a development server without a mail server; elsewhere nobody reads other people's mail.
#[utoipa::path(get, path = "/api/v1/mails/{id}/text", operation_id = "readMail", tag = "mails",
    params(("id" = String, Path, description = "The mail")),
    responses((status = 200, description = "Its text", body = MailText)))]
pub(super) async fn text(State(desk): State<Arc<Desk>>, Id(id): Id, _: Asked<Nothing>) -> Answer {
    let read = done(outbox::read(&desk, &MailId::new(&id)).await)?;
    let view = MailText {
        id,
        text: read.to_string(),
    };
    json(StatusCode::OK, &view)
}

/// Mails, newest first, without their text: it may hold a link that works.
#[utoipa::path(get, path = "/api/v1/mails", operation_id = "listMails", tag = "mails", params(Paging),
    responses((status = 200, description = "A page", body = PageView<MailView>)))]
pub(super) async fn mails(State(desk): State<Arc<Desk>>, Asked(paging): Asked<Paging>) -> Answer {
    listed::<_, MailView>(desk.store.mails(&paging.page()?).await?)
}
