//! What became of single requests at issuer and gateway.

use super::answer::{Answer, PageView, listed, time};
use super::ask::{self, Asked};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tollgate_issuer::{Desk, calls};
use tollgate_model::call::CallFilter;
use tollgate_model::{AccountId, Call, ClientId};
use utoipa::{IntoParams, ToSchema};

/// One request. Holds no secret: neither token nor query nor body.
#[derive(Serialize, ToSchema)]
#[schema(as = Call)]
pub(super) struct CallView {
    /// Its place in the log.
    seq: i64,
    /// When it came.
    #[schema(format = DateTime)]
    at: String,
    /// Its id, as its answer named it.
    request_id: String,
    /// `issuer` or `gateway`.
    place: &'static str,
    /// The client it came from, as far as that was proved or said.
    client: Option<String>,
    /// That client's account.
    account: Option<String>,
    /// The method.
    method: String,
    /// The path, without query.
    path: String,
    /// The route or endpoint that took it.
    route: Option<String>,
    /// The API it was about.
    api: Option<String>,
    /// What it was answered with.
    status: u16,
    /// The refusal's stable code.
    code: Option<String>,
    /// The member for whom it acted.
    acting_user: Option<String>,
    /// What was presented, in words.
    #[schema(value_type = Object)]
    presented: serde_json::Value,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        Self {
            seq: call.seq,
            at: time(call.at),
            request_id: call.request,
            place: call.place.as_str(),
            client: call.client.map(|client| client.to_string()),
            account: call.account.map(|account| account.to_string()),
            method: call.method,
            path: call.path,
            route: call.route,
            api: call.api,
            status: call.status,
            code: call.code,
            acting_user: call.acting_user,
            presented: call.presented,
        }
    }
}

/// Which requests; every parameter narrows.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of this account.
    account: Option<String>,
    /// Of this client.
    client: Option<String>,
    /// With this id, as the answer named it.
    request: Option<String>,
    /// Only what was refused.
    #[param(value_type = Option<bool>)]
    refused: Option<String>,
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

/// Requests of the last week, newest first.
#[utoipa::path(get, path = "/api/v1/calls", operation_id = "listCalls", tag = "calls", params(Which),
    responses((status = 200, description = "A page", body = PageView<CallView>)))]
pub(super) async fn list(State(desk): State<Arc<Desk>>, Asked(which): Asked<Which>) -> Answer {
    let page = ask::log_page(which.limit.as_deref(), which.after)?;
    let id = |field, text: Option<String>| text.map(|text| ask::id(field, text)).transpose();
    let filter = CallFilter {
        account: id("account", which.account)?.map(AccountId::new),
        client: id("client", which.client)?.map(ClientId::new),
        request: which.request.map(|text| ask::filter("request", text)).transpose()?,
        refused: ask::yes_or_no("refused", which.refused.as_deref())?.unwrap_or(false),
    };
    listed::<_, CallView>(calls::list(&desk, &filter, &page).await?)
}
