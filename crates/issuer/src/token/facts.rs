//! Plain facts for the tests of the deciding functions.

use crate::known::Known;
pub(crate) use crate::people::facts::{NOW, session, user};
use crate::registry::facts::{api, client, record};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tollgate_keys::digest::{DigestKey, token_hash};
use tollgate_model::authorization::{Asked, ClaimsAsked, Identified, ResponseMode, Stage};
use tollgate_model::client::{GrantType, SignIn};
use tollgate_model::{Authorization, AuthorizationId, Change, Client, ClientRecord, Consent, ConsentId, RefreshFamily};
use tollgate_protocol::parameters::Parameters;

/// A verifier of RFC 7636's length.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn digests() -> DigestKey {
    DigestKey::from_bytes(&[7; 32])
}

pub(crate) fn ask(text: &str) -> Parameters {
    Parameters::of_form(text.as_bytes()).unwrap()
}

/// A client that people sign in at, granted `read` at the API.
pub(crate) fn known(sign_in: SignIn) -> Known {
    Known::of(ClientRecord {
        client: Client {
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: vec!["https://app.example/back".into(), "https://other.example/".into()],
            sign_in,
            ..client()
        },
        ..record(Vec::new())
    })
}

pub(crate) fn identified() -> Identified {
    Identified {
        user: user().id,
        session: session().id,
        line: session().line,
        at: NOW.plus(-30),
        factors: vec!["pwd".into(), "otp".into()],
        acr: Some("urn:acr:two".into()),
    }
}

/// With a code that was sent and not spent, for UserInfo and the API, with a challenge.
pub(crate) fn authorization() -> Authorization {
    Authorization {
        id: AuthorizationId::new("aut_1"),
        browser: "b".into(),
        client: client().id,
        account: client().account,
        asked: Asked {
            redirect_uri: "https://app.example/back".into(),
            redirect_named: true,
            response_mode: ResponseMode::Query,
            state: None,
            nonce: Some("n-1".into()),
            challenge: Some(URL_SAFE_NO_PAD.encode(token_hash(VERIFIER))),
            scopes: ["openid", "email", "offline_access", "read"].into_iter().collect(),
            api: Some(api().id),
            prompt: Vec::new(),
            max_age: None,
            acr_values: Vec::new(),
            claims: ClaimsAsked::default(),
            login_hint: None,
            hinted: None,
            language: "en".into(),
            connection: None,
        },
        stage: Stage::Coded,
        by: Some(identified()),
        scopes: ["openid", "email", "offline_access", "read"].into_iter().collect(),
        consent: Some(ConsentId::new("con_1")),
        code: Some("c".into()),
        errand: None,
        created: NOW.plus(-40),
        expires: NOW.plus(20),
        forget_after: NOW.plus(90_000),
        version: 4,
    }
}

pub(crate) fn family() -> RefreshFamily {
    let held = authorization();
    RefreshFamily {
        id: held.id,
        client: held.client,
        account: held.account,
        consent: ConsentId::new("con_1"),
        api: held.asked.api,
        scopes: held.scopes,
        by: identified(),
        claims: ClaimsAsked::default(),
        handle: String::new(),
        current: String::new(),
        previous: None,
        rotated: NOW.plus(-100),
        created: NOW.plus(-1_000),
        expires: NOW.plus(500),
        version: 9,
    }
}

pub(crate) fn consent() -> Consent {
    Consent {
        id: ConsentId::new("con_1"),
        user: user().id,
        client: client().id,
        account: client().account,
        given: Vec::new(),
        created: NOW.plus(-500),
        revised: NOW.plus(-500),
        version: 2,
    }
}

/// What is revoked, by noun and id.
pub(crate) fn revoked(changes: &[Change]) -> Vec<(&str, &str)> {
    let revoked = changes.iter().filter_map(|change| match change {
        Change::Revoke(revocation) => Some((revocation.target.noun(), revocation.target.id())),
        _ => None,
    });
    revoked.collect()
}
