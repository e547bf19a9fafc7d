//! Logout tokens (OpenID Connect Back-Channel Logout §2.4).

use crate::desk::Desk;
use crate::token::mint::signer;
use tollgate_model::{Farewell, Fault, Moment};
use tollgate_protocol::logout_token::{LogoutToken, TYP};

/// How long one lives, in seconds (§2.4: two minutes at most).
const LIFETIME: i64 = 120;

/// The logout token of a farewell, signed now with what signs this client's ID tokens (§2.6). None, when people sign in at
/// the client no more.
///
/// # Errors
/// A [`Fault`] of the store, or when there is no key to sign with.
pub async fn logout_token(desk: &Desk, farewell: &Farewell, now: Moment) -> Result<Option<String>, Fault> {
    let client = desk.memory.client(&farewell.client).await?;
    let Some(sign_in) = client.as_ref().and_then(|client| client.sign_in.as_deref()) else {
        return Ok(None);
    };
    let algorithm = sign_in.terms.id_token_alg.unwrap_or(desk.terms.people.id_token_alg);
    let claims = told(farewell, &desk.terms.issuer, now).write();
    let held = desk.memory.keyring().held();
    let signed = signer(&held.ring, algorithm, now)?.sign(TYP, &claims);
    signed.map(Some).map_err(|e| Fault::defect("signing a logout token", e))
}

fn told(farewell: &Farewell, issuer: &str, now: Moment) -> LogoutToken {
    LogoutToken {
        issuer: issuer.to_owned(),
        audience: farewell.client.to_string(),
        issued: now.0,
        expires: now.plus(LIFETIME).0,
        // The same at every try, so that a client that got it twice knows.
        id: farewell.id.to_string(),
        subject: Some(farewell.subject.clone()),
        sid: Some(farewell.session.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tollgate_model::{ClientId, FarewellId, SessionId};

    /// OC5: whom it is for, who signed out of which session; its name outlives a try, and it does not outlive two minutes.
    #[test]
    fn a_logout_token_names_person_and_session() {
        let farewell = Farewell {
            id: FarewellId::new("bye_1"),
            client: ClientId::new("client-one"),
            uri: "https://app.example/out".into(),
            subject: "usr_1".into(),
            session: SessionId::new("ses_1"),
            created: Moment(1),
            next: None,
            tries: 3,
            problem: None,
        };
        let token = told(&farewell, "https://as.example", Moment(500));
        assert_eq!(
            (token.issuer.as_str(), token.audience.as_str()),
            ("https://as.example", "client-one")
        );
        assert_eq!((token.issued, token.expires), (500, 620));
        assert_eq!((token.id.as_str(), token.subject.as_deref()), ("bye_1", Some("usr_1")));
        assert_eq!(token.sid.as_deref(), Some("ses_1"));
    }
}
