//! What is told of a request once it is answered, for people who ask what became of it.

use super::Read;
use crate::House;
use http::StatusCode;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::calls::{Shown, presented, token_count};
use tollgate_model::call::Place;
use tollgate_model::fault::FaultKind;
use tollgate_model::{AccountId, ApiId, Call, ClientId, Fault, Moment};
use tollgate_protocol::parameters::{Forms, Parameters};

/// What came to light while a request was answered.
#[derive(Default)]
pub(crate) struct About {
    /// The client on record that it names, proved or not.
    pub(crate) client: Option<(ClientId, AccountId)>,
    /// Whether that was looked for.
    pub(crate) looked: bool,
    /// The API that a token was issued for.
    pub(crate) api: Option<ApiId>,
}

/// How it ended.
pub(crate) struct Ended {
    /// Which endpoint it was: `token`, `introspection`, `revocation`.
    pub(crate) endpoint: &'static str,
    /// The bodies that are read there.
    pub(crate) forms: Forms,
    /// Its name.
    pub(crate) id: String,
    /// When it was whole.
    pub(crate) now: Moment,
    /// What it was answered with.
    pub(crate) status: StatusCode,
    /// The stable code, unless it went well.
    pub(crate) code: Option<&'static str>,
}

/// The word for a failure of ours, as it is answered.
pub(crate) const fn word(fault: &Fault) -> &'static str {
    match fault.kind {
        FaultKind::Unavailable => "temporarily_unavailable",
        FaultKind::Defect => "server_error",
    }
}

impl Read {
    /// Tells of this request. Nobody waits for it: where a client must be looked up first, that is done aside, so that
    /// no answer takes longer for a client that there is.
    pub(crate) fn tell(self, house: &Arc<House>, about: About, ended: Ended) {
        let desk = &house.desk;
        let parameters = ended.code.and_then(|_| self.parameters(ended.forms).ok());
        let named = (about.client.is_none() && !about.looked && ended.code.is_some())
            .then(|| self.shown(parameters.as_ref()).client_id())
            .flatten();
        match named {
            Some(id) if desk.tally.may_look(ended.now) => {
                let house = Arc::clone(house);
                tokio::spawn(async move {
                    let desk = &house.desk;
                    // A store that cannot be reached leaves the request without a client.
                    let record = desk.memory.client(&ClientId::new(id)).await.ok().flatten();
                    let client = record.map(|record| (record.id.clone(), record.account.clone()));
                    self.told(desk, About { client, ..about }, ended, parameters.as_ref());
                });
            }
            _ => self.told(desk, about, ended, parameters.as_ref()),
        }
    }

    fn told(&self, desk: &Desk, about: About, ended: Ended, parameters: Option<&Parameters>) {
        let About { client, api, .. } = about;
        let status = ended.status.as_u16();
        let api = api.or_else(|| named_api(desk, parameters?));
        let id = client.as_ref().map(|(id, _)| id);
        if let (Some(id), "token") = (id, ended.endpoint) {
            desk.tally.count(id, &token_count(api.as_ref(), status), ended.now);
        }
        desk.tally.answered(id, (status, ended.code), ended.now, || {
            // Of a request that went well the body is read again here: that is seldom, and it need not be kept till now.
            let again = parameters
                .is_none()
                .then(|| self.parameters(ended.forms).ok())
                .flatten();
            let (client, account) = client.clone().unzip();
            Call {
                seq: 0,
                at: ended.now,
                request: ended.id,
                place: Place::Issuer,
                client,
                account,
                method: self.method.as_str().chars().take(20).collect(),
                path: self.path.chars().take(300).collect(),
                route: Some(ended.endpoint.to_owned()),
                api: api.map(|api| api.to_string()),
                status,
                code: ended.code.map(str::to_owned),
                acting_user: None,
                presented: presented(&self.shown(parameters.or(again.as_ref()))),
            }
        });
    }

    fn shown<'a>(&'a self, parameters: Option<&'a Parameters>) -> Shown<'a> {
        Shown {
            authorization: self.authorization.as_deref(),
            content_type: self.content_type.as_deref(),
            parameters,
            query: self.query.as_deref(),
        }
    }
}

/// The API that a request is about, as far as it says.
fn named_api(desk: &Desk, parameters: &Parameters) -> Option<ApiId> {
    let audience = parameters.get("audience").or_else(|| parameters.get("resource"))?;
    let catalogue = desk.memory.catalogue();
    let api = catalogue.apis.iter().find(|api| api.audience == audience)?;
    Some(api.id.clone())
}
