//! What an ID token says (OpenID Connect Core §2).
//!
//! It tells a client who signed in, and opens nothing. Whoever reads one refuses what is made for another purpose: an
//! access token, or a logout token (RFC 8725 §3.12).

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// The `typ` header of ID tokens. OpenID Connect Core gives them none of their own; what tells them apart is looked at
/// by [`read`].
pub const TYP: &str = "JWT";

/// The facts of an ID token. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdToken {
    /// `iss`: who issued it, byte for byte as in the metadata.
    pub issuer: String,
    /// `sub`: who signed in, as this client knows the person.
    pub subject: String,
    /// `aud`: the one client it is for.
    pub audience: String,
    /// `exp`: when it ends.
    pub expires: i64,
    /// `iat`: when it was issued.
    pub issued: i64,
    /// `auth_time`: when the person last proved who they are.
    pub auth_time: Option<i64>,
    /// `nonce`: that of the request, unchanged.
    pub nonce: Option<String>,
    /// `acr`: the kind of sign-in that was reached.
    pub acr: Option<String>,
    /// `amr`: the factors that were shown (RFC 8176); empty: it is not said.
    pub amr: Vec<String>,
    /// `azp`: the client again, where it is said.
    pub azp: Option<String>,
    /// `at_hash`: the left half of the hash of the access token that came along, ready as base64url text (§3.1.3.6).
    pub at_hash: Option<String>,
    /// `sid`: the session, so that a logout can name it (Back-Channel Logout §2.1).
    pub sid: Option<String>,
    /// What else is said of the person (§5.1). A name that means something in tokens is passed over here: no claim about
    /// a person speaks for the token.
    pub claims: Map<String, Value>,
}

/// Names that a token speaks by itself, and those by which other kinds of token are known.
const RESERVED: [&str; 23] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "nbf",
    "jti",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "azp",
    "at_hash",
    "c_hash",
    "s_hash",
    "cnf",
    "sid",
    "events",
    "client_id",
    "scope",
    "scp",
    "gty",
    "tg",
];

/// Members that an ID token never has: logout tokens have the last, access tokens the others.
const FOREIGN: [&str; 6] = ["tg", "client_id", "scope", "scp", "gty", "events"];

/// Whether a claim of this name may be said of a person.
#[must_use]
pub fn may_be_said(name: &str) -> bool {
    !name.is_empty() && !RESERVED.contains(&name)
}

impl IdToken {
    /// The claims as JSON text.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut wire = Map::new();
        let mut say = |name: &str, value: Value| {
            wire.insert(name.to_owned(), value);
        };
        say("iss", self.issuer.as_str().into());
        say("sub", self.subject.as_str().into());
        say("aud", self.audience.as_str().into());
        say("exp", self.expires.into());
        say("iat", self.issued.into());
        if let Some(moment) = self.auth_time {
            say("auth_time", moment.into());
        }
        if !self.amr.is_empty() {
            say("amr", self.amr.as_slice().into());
        }
        let maybe = [
            ("nonce", &self.nonce),
            ("acr", &self.acr),
            ("azp", &self.azp),
            ("at_hash", &self.at_hash),
            ("sid", &self.sid),
        ];
        for (name, text) in maybe {
            if let Some(text) = text {
                say(name, text.as_str().into());
            }
        }
        for (name, value) in self.claims.iter().filter(|(name, _)| may_be_said(name)) {
            say(name, value.clone());
        }
        Value::Object(wire).to_string().into_bytes()
    }
}

/// Why a payload is no ID token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not a JSON object, a member that is there twice, or one of another type than its claim has.
    #[error("the payload is not a JSON object of ID token claims")]
    NotClaims,
    /// It has a member that only another kind of token has.
    #[error("it is another kind of token: `{0}` is in it")]
    Foreign(&'static str),
    /// A mandatory claim is absent.
    #[error("the claim `{0}` is missing")]
    Missing(&'static str),
    /// `aud` names several, which ours never do.
    #[error("it is not for one client alone")]
    Audience,
}

/// Reads the claims of an ID token whose signature is right: a hint, or one that a request to an API carries. Issuer,
/// audience and times are the reader's to check.
///
/// # Errors
/// [`Rejected`] when it is no ID token as [`IdToken::write`] writes them.
pub fn read(payload: &[u8]) -> Result<IdToken, Rejected> {
    #[derive(Deserialize)]
    struct Read {
        iss: Option<String>,
        sub: Option<String>,
        aud: Option<Either>,
        exp: Option<i64>,
        iat: Option<i64>,
        auth_time: Option<i64>,
        nonce: Option<String>,
        acr: Option<String>,
        #[serde(default)]
        amr: Vec<String>,
        azp: Option<String>,
        at_hash: Option<String>,
        sid: Option<String>,
        // Nothing of ours writes them; only their being twice is an error.
        #[serde(rename = "jti")]
        _jti: Option<IgnoredAny>,
        #[serde(rename = "nbf")]
        _nbf: Option<IgnoredAny>,
        #[serde(rename = "c_hash")]
        _c_hash: Option<IgnoredAny>,
        #[serde(flatten)]
        claims: Map<String, Value>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(String),
        Many(Vec<String>),
    }
    // A derived reader would also take an array of the members' values.
    if payload.trim_ascii_start().first() != Some(&b'{') {
        return Err(Rejected::NotClaims);
    }
    let wire: Read = serde_json::from_slice(payload).map_err(|_| Rejected::NotClaims)?;
    if let Some(name) = FOREIGN.into_iter().find(|name| wire.claims.contains_key(*name)) {
        return Err(Rejected::Foreign(name));
    }
    let audience = match wire.aud.ok_or(Rejected::Missing("aud"))? {
        Either::One(one) => one,
        Either::Many(many) => match <[String; 1]>::try_from(many) {
            Ok([one]) => one,
            Err(_) => return Err(Rejected::Audience),
        },
    };
    Ok(IdToken {
        issuer: wire.iss.ok_or(Rejected::Missing("iss"))?,
        subject: wire.sub.ok_or(Rejected::Missing("sub"))?,
        audience,
        expires: wire.exp.ok_or(Rejected::Missing("exp"))?,
        issued: wire.iat.ok_or(Rejected::Missing("iat"))?,
        auth_time: wire.auth_time,
        nonce: wire.nonce,
        acr: wire.acr,
        amr: wire.amr,
        azp: wire.azp,
        at_hash: wire.at_hash,
        sid: wire.sid,
        claims: wire.claims,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Profile;
    use crate::logout_token::LogoutToken;
    use serde_json::json;

    fn token() -> IdToken {
        IdToken {
            issuer: "https://as.example/".into(),
            subject: "usr_1".into(),
            audience: "web".into(),
            expires: 3601,
            issued: 1,
            auth_time: Some(0),
            nonce: Some("n".into()),
            acr: Some("urn:acr:face".into()),
            amr: vec!["pwd".into(), "otp".into()],
            azp: Some("web".into()),
            at_hash: Some("77QmUPtjPfzWtF2AnpK9RQ".into()),
            sid: Some("ses_1".into()),
            claims: Map::new(),
        }
    }

    fn written(token: &IdToken) -> Value {
        serde_json::from_slice(&token.write()).unwrap()
    }

    /// OC1: every claim stands under its name, and what was written is read back.
    #[test]
    fn the_claims_are_complete_and_read_back() {
        let mut whole = token();
        whole.claims.insert("address".into(), json!({ "country": "CL" }));
        assert_eq!(
            written(&whole),
            json!({
                "iss": "https://as.example/", "sub": "usr_1", "aud": "web", "exp": 3601, "iat": 1, "auth_time": 0,
                "nonce": "n", "acr": "urn:acr:face", "amr": ["pwd", "otp"], "azp": "web",
                "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "sid": "ses_1", "address": { "country": "CL" }
            })
        );
        assert_eq!(read(&whole.write()), Ok(whole));
        let least = IdToken {
            auth_time: None,
            nonce: None,
            acr: None,
            amr: Vec::new(),
            azp: None,
            at_hash: None,
            sid: None,
            ..token()
        };
        assert_eq!(written(&least).as_object().unwrap().len(), 5);
        assert_eq!(read(&least.write()), Ok(least));
    }

    /// OC1: what is on record about a person can say nothing in the token's own name.
    #[test]
    fn no_claim_about_a_person_speaks_for_the_token() {
        let mut bare = token();
        bare.nonce = None;
        let mut forged = bare.clone();
        for name in RESERVED.into_iter().chain([""]) {
            forged.claims.insert(name.into(), json!("forged"));
        }
        assert_eq!(written(&forged), written(&bare));
    }

    /// JW3: access tokens of every profile and logout tokens are no ID tokens.
    #[test]
    fn another_kind_of_token_is_refused() {
        let access = crate::claims::AccessToken {
            issuer: "https://as.example/".into(),
            subject: Some("usr_1".into()),
            client_id: "web".into(),
            audience: vec!["web".into()],
            scopes: ["openid"].into_iter().collect(),
            issued: 1,
            not_before: None,
            expires: 3601,
            id: None,
            bought: Some("refresh_token".into()),
            mark: None,
        };
        for profile in [
            Profile::Rfc9068,
            Profile::Auth0,
            Profile::Hydra,
            Profile::IdentityServer,
        ] {
            let refused = read(&profile.write(&access));
            assert!(matches!(refused, Err(Rejected::Foreign(_))), "{profile:?}: {refused:?}");
        }
        let logout = LogoutToken {
            issuer: "https://as.example/".into(),
            audience: "web".into(),
            issued: 1,
            expires: 121,
            id: "bye_1".into(),
            subject: Some("usr_1".into()),
            sid: None,
        };
        assert_eq!(read(&logout.write()), Err(Rejected::Foreign("events")));
    }

    /// JW3, OC1: what lacks a claim, is for several, or is no object of claims.
    #[test]
    fn what_is_no_id_token_is_refused() {
        for name in ["iss", "sub", "aud", "exp", "iat"] {
            let mut wire = written(&token());
            wire.as_object_mut().unwrap().remove(name);
            assert_eq!(read(wire.to_string().as_bytes()), Err(Rejected::Missing(name)));
        }
        let with = |name: &str, value: Value| {
            let mut wire = written(&token());
            wire.as_object_mut().unwrap().insert(name.into(), value);
            read(wire.to_string().as_bytes())
        };
        assert_eq!(with("aud", json!(["web"])), Ok(token()));
        assert_eq!(with("aud", json!(["web", "other"])), Err(Rejected::Audience));
        assert_eq!(with("aud", json!([])), Err(Rejected::Audience));
        assert_eq!(with("sub", json!(1)), Err(Rejected::NotClaims));
        assert_eq!(with("exp", json!("3601")), Err(Rejected::NotClaims));
        assert_eq!(with("tg", json!(null)), Err(Rejected::Foreign("tg")));
        for text in ["", "null", "[]", "{", "{\"sub\":\"a\",\"sub\":\"b\"}"] {
            assert_eq!(read(text.as_bytes()), Err(Rejected::NotClaims), "{text}");
        }
    }
}
