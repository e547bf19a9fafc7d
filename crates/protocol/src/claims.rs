//! What an access token says, and how each claims profile says it.
//!
//! One [`AccessToken`] is written in four profiles and read back from any of them: the gateway need
//! not know which family of servers an API's integrators once came from.

use crate::scope::Scopes;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// The facts of an access token, whatever profile it is written in. Times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// `iss`: who issued it, byte for byte as in the metadata.
    pub issuer: String,
    /// `sub`: whom it speaks for; absent in profiles that name only the client.
    pub subject: Option<String>,
    /// `client_id` (RFC 9068 §2.2) or `azp` (Auth0).
    pub client_id: String,
    /// `aud`: the resource servers it is for.
    pub audience: Vec<String>,
    /// `scope` or `scp`: what it opens.
    pub scopes: Scopes,
    /// `iat`: when it was issued.
    pub issued: i64,
    /// `nbf`: not before.
    pub not_before: Option<i64>,
    /// `exp`: when it ends.
    pub expires: i64,
    /// `jti`: its own name; absent in Auth0's default profile.
    pub id: Option<String>,
    /// `gty`: how it was bought, where the profile says so (Auth0); absent for a code.
    pub bought: Option<String>,
    /// `tg`: what Tollgate's own gateway needs and no standard claim holds.
    pub mark: Option<Mark>,
}

/// The one private claim, `tg`: whose token it is and which secret bought it, so that a revoked
/// secret or account takes its tokens along although tokens leave no row behind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The account (customer firm) of the client.
    #[serde(rename = "acc")]
    pub account: String,
    /// The secret that authenticated the request.
    #[serde(rename = "sec", default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// `live` or `test`.
    #[serde(rename = "env")]
    pub environment: String,
    /// The authorization whose code or refresh token bought it, when it speaks for a person.
    #[serde(rename = "aut", default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<String>,
    /// The consent under which it speaks for a person.
    #[serde(rename = "con", default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
}

/// How an access token spells its facts (VENDORS.md §1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// JWT Profile for OAuth 2.0 Access Tokens (RFC 9068).
    #[default]
    Rfc9068,
    /// Auth0's default profile: `azp`, `gty`, no `jti`, `sub` = `<client_id>@clients`.
    Auth0,
    /// Ory Hydra's: `scp` array, `aud` always an array, `ext`.
    Hydra,
    /// IdentityServer4's: `scope` array, no `sub`.
    IdentityServer,
}

impl Profile {
    /// The `typ` header of tokens in this profile.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::Rfc9068 | Self::IdentityServer => "at+jwt",
            Self::Auth0 | Self::Hydra => "JWT",
        }
    }

    /// The `sub` of a token that speaks for the client alone.
    #[must_use]
    pub fn client_subject(self, client_id: &str) -> Option<String> {
        match self {
            Self::Rfc9068 | Self::Hydra => Some(client_id.to_owned()),
            Self::Auth0 => Some(format!("{client_id}@clients")),
            Self::IdentityServer => None,
        }
    }

    /// Whether tokens of this profile carry `jti`.
    #[must_use]
    pub const fn names_tokens(self) -> bool {
        !matches!(self, Self::Auth0)
    }

    /// Whether tokens of this profile carry `nbf`.
    #[must_use]
    pub const fn says_not_before(self) -> bool {
        matches!(self, Self::Hydra | Self::IdentityServer)
    }

    /// The token's claims as JSON text.
    #[must_use]
    pub fn write(self, token: &AccessToken) -> Vec<u8> {
        let audience = match (self, token.audience.as_slice()) {
            // Hydra writes a list also for one, the others the name alone (RFC 7519 §4.1.3).
            (Self::Rfc9068 | Self::Auth0 | Self::IdentityServer, [one]) => OneOrMany::One(one),
            (_, many) => OneOrMany::Many(many),
        };
        let scopes = token.scopes.as_slice();
        let text = matches!(self, Self::Auth0 | Self::Rfc9068) && !scopes.is_empty();
        let joined = text.then(|| token.scopes.to_string());
        let claims = Wire {
            iss: &token.issuer,
            sub: token.subject.as_deref(),
            aud: audience,
            azp: (self == Self::Auth0).then_some(&token.client_id),
            gty: token.bought.as_deref().filter(|_| self == Self::Auth0),
            client_id: (self != Self::Auth0).then_some(&token.client_id),
            scope: match self {
                Self::IdentityServer => Some(OneOrMany::Many(scopes)),
                _ => joined.as_deref().map(OneOrMany::One),
            },
            scp: (self == Self::Hydra).then_some(scopes),
            iat: token.issued,
            nbf: token.not_before,
            exp: token.expires,
            jti: token.id.as_deref(),
            ext: (self == Self::Hydra).then_some(Empty {}),
            tg: token.mark.as_ref(),
        };
        // Strings, numbers and lists of them: there is nothing here that JSON cannot write.
        serde_json::to_vec(&claims).unwrap_or_default()
    }
}

/// The claims of all profiles, in the order in which they are written.
#[derive(Serialize)]
struct Wire<'a> {
    iss: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    aud: OneOrMany<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azp: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<&'a String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<OneOrMany<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scp: Option<&'a [String]>,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ext: Option<Empty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tg: Option<&'a Mark>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum OneOrMany<'a> {
    One(&'a str),
    Many(&'a [String]),
}

#[derive(Serialize)]
struct Empty {}

/// Why a payload is no access token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not a JSON object, or a member of another type than its claim has.
    #[error("the payload is not a JSON object of access-token claims")]
    NotClaims,
    /// A mandatory claim is absent.
    #[error("the claim `{0}` is missing")]
    Missing(&'static str),
}

/// Reads claims written in any [`Profile`].
///
/// # Errors
/// [`Rejected`] when the payload is not a claims object or lacks `iss`, `aud`, `exp`, `iat` or the client.
pub fn read(payload: &[u8]) -> Result<AccessToken, Rejected> {
    #[derive(Deserialize)]
    struct Read {
        iss: Option<String>,
        sub: Option<String>,
        aud: Option<Either>,
        client_id: Option<String>,
        azp: Option<String>,
        gty: Option<String>,
        scope: Option<Either>,
        scp: Option<Either>,
        iat: Option<i64>,
        nbf: Option<i64>,
        exp: Option<i64>,
        jti: Option<String>,
        tg: Option<Mark>,
        at_hash: Option<IgnoredAny>,
        events: Option<IgnoredAny>,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        One(String),
        Many(Vec<String>),
    }
    impl Either {
        fn audiences(self) -> Vec<String> {
            match self {
                Self::One(one) => vec![one],
                Self::Many(many) => many,
            }
        }
        fn scopes(self) -> Scopes {
            match self {
                Self::One(text) => text.split(' ').filter(|s| !s.is_empty()).collect(),
                Self::Many(many) => many.iter().map(String::as_str).collect(),
            }
        }
    }
    let wire: Read = serde_json::from_slice(payload).map_err(|_| Rejected::NotClaims)?;
    // ID tokens and logout tokens are signed with the same keys, and two profiles share their `typ` (RFC 8725 §3.12).
    if wire.at_hash.is_some() || wire.events.is_some() {
        return Err(Rejected::NotClaims);
    }
    Ok(AccessToken {
        issuer: wire.iss.ok_or(Rejected::Missing("iss"))?,
        subject: wire.sub,
        client_id: wire.client_id.or(wire.azp).ok_or(Rejected::Missing("client_id"))?,
        audience: wire.aud.ok_or(Rejected::Missing("aud"))?.audiences(),
        scopes: wire.scope.or(wire.scp).map(Either::scopes).unwrap_or_default(),
        issued: wire.iat.ok_or(Rejected::Missing("iat"))?,
        not_before: wire.nbf,
        expires: wire.exp.ok_or(Rejected::Missing("exp"))?,
        id: wire.jti,
        bought: wire.gty,
        mark: wire.tg,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn token() -> AccessToken {
        AccessToken {
            issuer: "https://as.example".into(),
            subject: None,
            client_id: "c".into(),
            audience: vec!["api".into()],
            scopes: ["a", "b"].into_iter().collect(),
            issued: 1,
            not_before: None,
            expires: 2,
            id: None,
            bought: None,
            mark: Some(Mark {
                account: "acc_1".into(),
                secret: Some("sec_1".into()),
                environment: "live".into(),
                authorization: None,
                consent: None,
            }),
        }
    }

    fn written(profile: Profile) -> Value {
        serde_json::from_slice(&profile.write(&token())).unwrap()
    }

    #[test]
    fn each_profile_spells_client_audience_and_scope_its_own_way() {
        let tg = json!({ "acc": "acc_1", "sec": "sec_1", "env": "live" });
        let base = |more: Value| {
            let mut all = json!({ "iss": "https://as.example", "iat": 1, "exp": 2, "tg": tg });
            all.as_object_mut()
                .unwrap()
                .append(more.clone().as_object_mut().unwrap());
            all
        };
        assert_eq!(
            written(Profile::Rfc9068),
            base(json!({ "aud": "api", "client_id": "c", "scope": "a b" }))
        );
        assert_eq!(
            written(Profile::Auth0),
            base(json!({ "aud": "api", "azp": "c", "scope": "a b" }))
        );
        assert_eq!(
            written(Profile::Hydra),
            base(json!({ "aud": ["api"], "client_id": "c", "scp": ["a", "b"], "ext": {} }))
        );
        assert_eq!(
            written(Profile::IdentityServer),
            base(json!({ "aud": "api", "client_id": "c", "scope": ["a", "b"] }))
        );
    }

    /// Auth0's tokens say how they were bought, and nobody else's do.
    #[test]
    fn only_auth0_says_how_a_token_was_bought() {
        let mut token = token();
        token.bought = Some("refresh_token".into());
        for profile in [
            Profile::Rfc9068,
            Profile::Auth0,
            Profile::Hydra,
            Profile::IdentityServer,
        ] {
            let bought = read(&profile.write(&token)).unwrap().bought;
            assert_eq!(bought.is_some(), profile == Profile::Auth0, "{profile:?}");
        }
    }

    /// RT6, RS11: whose authorization and consent a token lives by is read back from every profile.
    #[test]
    fn a_token_for_a_person_names_its_authorization_and_consent() {
        let mut token = token();
        let mark = token.mark.as_mut().unwrap();
        mark.authorization = Some("aut_1".into());
        mark.consent = Some("con_1".into());
        for profile in [
            Profile::Rfc9068,
            Profile::Auth0,
            Profile::Hydra,
            Profile::IdentityServer,
        ] {
            assert_eq!(read(&profile.write(&token)), Ok(token.clone()), "{profile:?}");
        }
    }

    /// JW3: what only ID tokens or logout tokens have makes no access token, whatever else stands beside it.
    #[test]
    fn another_kind_of_token_is_refused() {
        for name in ["at_hash", "events"] {
            let mut wire = written(Profile::Hydra);
            wire.as_object_mut().unwrap().insert(name.into(), json!({}));
            assert_eq!(read(wire.to_string().as_bytes()), Err(Rejected::NotClaims), "{name}");
        }
    }

    #[test]
    fn whatever_profile_wrote_it_the_same_facts_are_read_back() {
        for profile in [
            Profile::Rfc9068,
            Profile::Auth0,
            Profile::Hydra,
            Profile::IdentityServer,
        ] {
            assert_eq!(read(&profile.write(&token())), Ok(token()), "{profile:?}");
        }
        assert_eq!(read(b"{}"), Err(Rejected::Missing("iss")));
        assert_eq!(read(b"nonsense"), Err(Rejected::NotClaims));
    }
}
