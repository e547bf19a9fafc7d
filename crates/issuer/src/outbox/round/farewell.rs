//! Telling one client that somebody signed out (OpenID Connect Back-Channel Logout §2.5).

use super::{claimed, in_time, never, noted, stand};
use crate::desk::Desk;
use crate::known::Known;
use crate::outbox::{Parting, Postman, Undelivered, retry_farewell};
use crate::token::mint::signer;
use tollgate_keys::ring::Ring;
use tollgate_model::{Change, Farewell, Fault, Kept, Moment, State};
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::logout_token::{LogoutToken, TYP};

/// How long a logout token lives, in seconds (§2.4: two minutes at most). It is signed when it is sent, so that one that
/// waited for an hour is as fresh as any.
const LIFETIME: i64 = 120;

/// Claims a farewell, tries it, and notes what came of it. False: somebody else has it.
pub(super) async fn one(desk: &Desk, postman: &dyn Postman, farewell: Farewell) -> Result<bool, Fault> {
    let note = |tried| Change::FarewellTried {
        id: farewell.id.clone(),
        tried,
    };
    let claim = claimed(farewell.tries, farewell.problem.as_ref(), None, desk.now());
    if desk.memory.keep(vec![note(claim)]).await? == Kept::Stale {
        return Ok(false);
    }
    let known = desk.memory.client(&farewell.client).await?;
    let outcome = match known.filter(|client| client.state == State::Active) {
        None => Err(never("the client is not served any more")),
        Some(client) => tell(desk, postman, &farewell, &client).await,
    };
    if let Err(Undelivered::Never { problem, .. }) = &outcome {
        tracing::warn!(farewell = %farewell.id, client = %farewell.client, problem, "a logout was not told");
    }
    let came = noted(farewell.tries + 1, outcome, retry_farewell, desk.now());
    stand(
        desk.memory.keep(vec![note(came)]).await?,
        "farewell",
        farewell.id.as_str(),
    );
    Ok(true)
}

async fn tell(
    desk: &Desk,
    postman: &dyn Postman,
    farewell: &Farewell,
    client: &Known,
) -> Result<Option<i64>, Undelivered> {
    // §2.6: signed as the client wants its ID tokens.
    let wanted = client.sign_in.as_ref().and_then(|sign_in| sign_in.terms.id_token_alg);
    let algorithm = wanted.unwrap_or(desk.terms.people.id_token_alg);
    let held = desk.memory.keyring().held();
    let token = match sign(farewell, &desk.terms.issuer, algorithm, &held.ring, desk.now()) {
        Ok(token) => token,
        // A key that is not there yet may be there at the next try.
        Err(fault) => {
            tracing::error!(doing = fault.doing, source = %fault.source, "a logout token cannot be signed");
            return Err(Undelivered::Later {
                problem: "the logout token could not be signed".to_owned(),
                status: None,
            });
        }
    };
    let parting = Parting {
        uri: &farewell.uri,
        token: &token,
    };
    in_time(postman.farewell(&parting)).await.map(Some)
}

fn sign(farewell: &Farewell, issuer: &str, algorithm: Algorithm, ring: &Ring, now: Moment) -> Result<String, Fault> {
    let claims = LogoutToken {
        issuer: issuer.to_owned(),
        audience: farewell.client.to_string(),
        issued: now.0,
        expires: now.plus(LIFETIME).0,
        id: farewell.id.to_string(),
        subject: Some(farewell.subject.clone()),
        sid: Some(farewell.session.to_string()),
    };
    signer(ring, algorithm, now)?
        .sign(TYP, &claims.write())
        .map_err(|e| Fault::defect("signing a logout token", e))
}
