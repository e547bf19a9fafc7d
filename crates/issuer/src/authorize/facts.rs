//! Plain facts for the tests of the deciding functions.

use super::know::{Case, Who};
use crate::people::facts::{NOW, session, user};
use crate::registry::facts::{account, api, client, record};
use crate::rights::SignedIn;
use crate::terms::Terms;
use crate::terms::people::{Acr, Connection, ConnectionKind};
use tollgate_keys::digest::DigestKey;
use tollgate_model::authorization::{Asked, ClaimsAsked, ResponseMode, Stage};
use tollgate_model::client::{AuthMethod, GrantType};
use tollgate_model::consent::Given;
use tollgate_model::{ApiId, Authorization, AuthorizationId, Client, ClientRecord, Consent, ConsentId};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::scope::Scopes;

pub(super) const ADDRESS: &str = "https://app.firm.example/cb";
/// RFC 7636, Appendix B.
pub(super) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A house with an API, three kinds of sign-in, a test connection and a provider.
pub(super) fn terms() -> Terms {
    let mut terms = Terms::rfc("https://id.vendor.example");
    terms.people.enabled = true;
    let acr = |value: &str, ways: &[&[&str]]| Acr {
        value: value.into(),
        ways: ways.iter().map(|way| words(way)).collect(),
    };
    terms.people.acrs = vec![
        acr("urn:acr:pwd", &[&["pwd"]]),
        acr("urn:acr:two", &[&["pwd", "otp"]]),
        acr("urn:acr:face", &[&["face"], &["iris", "pwd"]]),
        acr("urn:acr:never", &[&["blood"]]),
    ];
    let connection = |name: &str, factor: &str, kind| Connection {
        name: name.into(),
        label: name.into(),
        factor: factor.into(),
        sign_up: false,
        kind,
    };
    terms.people.connections = vec![
        connection("mirror", "face", ConnectionKind::Test),
        connection(
            "sso",
            "fed",
            ConnectionKind::OpenId {
                issuer: "https://sso.example".into(),
                client_id: "us".into(),
                scopes: "openid email".into(),
            },
        ),
    ];
    terms
}

pub(super) fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|word| (*word).to_owned()).collect()
}

pub(super) fn scopes(text: &str) -> Scopes {
    Scopes::parse(text).unwrap()
}

/// A client with a secret, where people sign in.
pub(super) fn web() -> ClientRecord {
    ClientRecord {
        client: Client {
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            redirect_uris: words(&[ADDRESS]),
            ..client()
        },
        ..record(Vec::new())
    }
}

/// A client without one.
pub(super) fn native() -> ClientRecord {
    let mut record = web();
    record.client.auth_methods = vec![AuthMethod::None];
    record.client.redirect_uris = words(&["http://127.0.0.1/cb"]);
    record
}

pub(super) fn parameters(query: &str) -> Parameters {
    Parameters::of_form(query.as_bytes()).unwrap()
}

pub(super) fn digest(text: &str) -> String {
    DigestKey::from_bytes(&[7; 32]).digest(text).to_string()
}

pub(super) fn asked() -> Asked {
    Asked {
        redirect_uri: ADDRESS.into(),
        redirect_named: true,
        response_mode: ResponseMode::Query,
        state: Some("st4te".into()),
        nonce: None,
        challenge: Some(CHALLENGE.into()),
        scopes: scopes("openid profile read"),
        api: Some(api().id),
        prompt: Vec::new(),
        max_age: None,
        acr_values: Vec::new(),
        claims: ClaimsAsked::default(),
        login_hint: None,
        hinted: None,
        language: "en".into(),
        connection: None,
    }
}

/// Opened a minute ago by a browser at which nobody was signed in.
pub(super) fn authorization() -> Authorization {
    Authorization {
        id: AuthorizationId::new("aut_1"),
        browser: digest("browser"),
        client: client().id,
        account: account().id,
        asked: asked(),
        stage: Stage::Opened,
        by: None,
        scopes: Scopes::default(),
        consent: None,
        code: None,
        errand: None,
        created: NOW.plus(-60),
        expires: NOW.plus(1_740),
        forget_after: NOW.plus(1_740),
        version: 3,
    }
}

/// Somebody who signed in half a minute ago, since the request came.
pub(super) fn fresh() -> SignedIn {
    let mut session = session();
    session.created = NOW.plus(-30);
    session.proved = NOW.plus(-30);
    SignedIn { user: user(), session }
}

pub(super) fn consent(given: &[(Option<&str>, &str)]) -> Consent {
    Consent {
        id: ConsentId::new("con_1"),
        user: user().id,
        client: client().id,
        account: account().id,
        given: given
            .iter()
            .map(|(api, text)| Given {
                api: api.map(ApiId::new),
                scopes: scopes(text),
            })
            .collect(),
        created: NOW.plus(-9_000),
        revised: NOW.plus(-9_000),
        version: 8,
    }
}

pub(super) fn case<'a>(
    authorization: &'a Authorization,
    record: &'a ClientRecord,
    who: Option<&'a SignedIn>,
    consent: Option<Consent>,
) -> Case<'a> {
    Case {
        authorization,
        opening: false,
        record,
        who: Who::from(who),
        consent,
        subject: None,
    }
}
