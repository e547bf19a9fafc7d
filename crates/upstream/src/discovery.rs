//! What a provider says of itself (OpenID Connect Discovery §3, RFC 8414 §2).

use crate::fetch::{Fetch, read};
use serde::Deserialize;
use tollgate_issuer::authorize::errand::Failed;
use tollgate_protocol::jose::Algorithm;
use url::Url;

/// Where the document is, beneath the issuer identifier.
const PLACE: &str = "/.well-known/openid-configuration";

/// What we use of it, judged.
#[derive(Debug)]
pub(crate) struct Discovered {
    pub(crate) authorization_endpoint: Url,
    pub(crate) token_endpoint: Url,
    pub(crate) jwks_uri: Url,
    pub(crate) userinfo_endpoint: Option<Url>,
    /// How our client's secret is shown.
    pub(crate) method: Method,
    /// Whether every answer names its issuer (RFC 9207 §3).
    pub(crate) names_issuer: bool,
    /// What signs ID tokens, as far as we know the names; empty when nothing is said.
    pub(crate) algorithms: Vec<Algorithm>,
}

/// How a client's secret is shown (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// `client_secret_basic`.
    Basic,
    /// `client_secret_post`.
    Post,
}

#[derive(Deserialize)]
struct Wire {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Asks a provider.
pub(crate) async fn discover(fetch: &Fetch, issuer: &str) -> Result<Discovered, Failed> {
    let place = format!("{}{PLACE}", issuer.strip_suffix('/').unwrap_or(issuer));
    let place = fetch.judged("the issuer", &place)?;
    let document = fetch.get("the discovery document", &place).await?;
    judge(fetch, issuer, &document)
}

fn judge(fetch: &Fetch, issuer: &str, document: &[u8]) -> Result<Discovered, Failed> {
    let wire: Wire = read("the discovery document", document)?;
    // Discovery §4.3: octet for octet, or somebody else's document was put here (CL2).
    if wire.issuer != issuer {
        return Err(Failed::Unbelieved(
            "the discovery document is another issuer's".to_owned(),
        ));
    }
    let algorithms = wire.id_token_signing_alg_values_supported.unwrap_or_default();
    Ok(Discovered {
        authorization_endpoint: fetch.judged("authorization_endpoint", &wire.authorization_endpoint)?,
        token_endpoint: fetch.judged("token_endpoint", &wire.token_endpoint)?,
        jwks_uri: fetch.judged("jwks_uri", &wire.jwks_uri)?,
        userinfo_endpoint: match wire.userinfo_endpoint {
            Some(url) => Some(fetch.judged("userinfo_endpoint", &url)?),
            None => None,
        },
        method: method(wire.token_endpoint_auth_methods_supported.as_deref())?,
        names_issuer: wire.authorization_response_iss_parameter_supported,
        algorithms: algorithms.iter().filter_map(|name| Algorithm::of_name(name)).collect(),
    })
}

/// Discovery §3: where nothing is said, it is `client_secret_basic`.
fn method(supported: Option<&[String]>) -> Result<Method, Failed> {
    let Some(supported) = supported else {
        return Ok(Method::Basic);
    };
    let has = |name: &str| supported.iter().any(|held| held == name);
    if has("client_secret_basic") {
        Ok(Method::Basic)
    } else if has("client_secret_post") {
        Ok(Method::Post)
    } else {
        Err(Failed::Unbelieved(
            "it takes neither client_secret_basic nor client_secret_post".to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(names: &[&str]) -> Result<Method, Failed> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        method(Some(&names))
    }

    #[test]
    fn the_secret_is_shown_as_the_provider_wants_it() {
        assert_eq!(method(None), Ok(Method::Basic));
        assert_eq!(
            methods(&["client_secret_post", "client_secret_basic"]),
            Ok(Method::Basic)
        );
        assert_eq!(methods(&["private_key_jwt", "client_secret_post"]), Ok(Method::Post));
        assert!(methods(&["private_key_jwt"]).is_err());
        assert!(methods(&[]).is_err());
    }
}
