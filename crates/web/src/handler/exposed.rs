//! Credentials where they end up in logs.

use serde_json::json;
use tollgate_issuer::Desk;
use tollgate_issuer::caller::{authenticate, present};
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::event::Actor;
use tollgate_model::{Fault, Moment};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// Credentials in the query string end up in logs on the way. They are never honoured; where the terms
/// say so, a secret that is really the client's is revoked on the spot.
pub(crate) async fn exposed(desk: &Desk, query: &str, id: &str, now: Moment) -> Result<Option<Refusal>, Fault> {
    let parameters = match Parameters::of_form(query.as_bytes()) {
        Ok(parameters) => parameters,
        // What cannot be read may hold a secret as well, one said twice for instance.
        Err(refusal) => return Ok(Some(refusal)),
    };
    if !["client_secret", "client_assertion", "password"]
        .iter()
        .any(|name| parameters.get(name).is_some())
    {
        return Ok(None);
    }
    if desk.terms.revoke_secret_in_query
        && let Ok(presented) = present(None, &parameters, &desk.terms)
        && presented.is_plausible()
    {
        let record = desk.memory.client(&presented.client_id).await?;
        if let Ok(caller) = authenticate(&presented.by_any_method(), record, &desk.digests, now)
            && let Some(secret) = caller.secret()
        {
            let asker = Asker {
                actor: Actor::Stranger,
                request: Some(id.to_owned()),
            };
            let client = caller.client();
            let note = asker.did(
                "secret.exposed",
                Some(&client.account),
                client.id.as_str(),
                now,
                json!({ "secret": secret.id, "where": "query" }),
            );
            if let Err(no) = registry::secret::revoke(desk, &asker, &client.id, &secret.id).await? {
                tracing::warn!(request = id, no = no.code(), "an exposed secret was not revoked");
            }
            let _always_done = desk.memory.keep(vec![note]).await?;
        }
    }
    Ok(Some(Refusal::of(Code::CredentialsInQuery)))
}
