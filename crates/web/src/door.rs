//! Where the endpoints are: paths and aliases, from configuration.

use tollgate_model::Moment;

/// An endpoint of the issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// RFC 6749 §3.2.
    Token,
    /// RFC 7662.
    Introspection,
    /// RFC 7009.
    Revocation,
    /// RFC 7517 §5.
    Jwks,
    /// RFC 8414 and OpenID Connect Discovery.
    Metadata,
    /// RFC 6749 §3.1. Like the two below it is served only where applications may act for people.
    Authorization,
    /// OpenID Connect Core §5.3.
    UserInfo,
    /// OpenID Connect RP-Initiated Logout §2.
    EndSession,
}

impl Endpoint {
    /// Those with a path of their own in the settings.
    pub const PLACED: [Self; 7] = [
        Self::Token,
        Self::Introspection,
        Self::Revocation,
        Self::Jwks,
        Self::Authorization,
        Self::UserInfo,
        Self::EndSession,
    ];

    /// Whether it is there for people alone, and so not at all where no application may act for them.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Authorization | Self::UserInfo | Self::EndSession)
    }
}

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Scheme and authority under which the issuer is known, without a slash at the end. Nothing that is
    /// answered is ever built from a request's own `Host`.
    pub origin: String,
    /// The issuer identifier.
    pub issuer: String,
    /// Path of the token endpoint.
    pub token: String,
    /// Path of the introspection endpoint.
    pub introspection: String,
    /// Path of the revocation endpoint.
    pub revocation: String,
    /// Path of the JWK Set.
    pub jwks: String,
    /// Path of the authorization endpoint.
    pub authorization: String,
    /// Path of the UserInfo endpoint.
    pub userinfo: String,
    /// Path of the end-session endpoint.
    pub end_session: String,
    /// Other ways to the same endpoints.
    pub aliases: Vec<Alias>,
    /// Where integrators read on.
    pub documentation: Option<String>,
    /// Where security researchers write to (RFC 9116); a URI.
    pub security_contact: Option<String>,
}

/// Another way to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// To which.
    pub endpoint: Endpoint,
    /// Its path.
    pub path: String,
    /// Only under this host name.
    pub host: Option<String>,
    /// It works the same, and says that it will end.
    pub deprecated: Option<Deprecated>,
}

/// What a deprecated alias says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecated {
    /// Since when (RFC 9745).
    pub since: Moment,
    /// When it ends (RFC 8594).
    pub sunset: Option<Moment>,
    /// Where people read about it.
    pub link: Option<String>,
}

/// An endpoint at one of its places.
pub struct Place {
    /// Which.
    pub endpoint: Endpoint,
    /// Where.
    pub path: String,
}

impl Paths {
    /// The path of an endpoint.
    #[must_use]
    pub fn of(&self, endpoint: Endpoint) -> &str {
        match endpoint {
            Endpoint::Token => &self.token,
            Endpoint::Introspection => &self.introspection,
            Endpoint::Revocation => &self.revocation,
            Endpoint::Jwks => &self.jwks,
            Endpoint::Metadata => "/.well-known/openid-configuration",
            Endpoint::Authorization => &self.authorization,
            Endpoint::UserInfo => &self.userinfo,
            Endpoint::EndSession => &self.end_session,
        }
    }

    /// The URL of an endpoint.
    #[must_use]
    pub fn url(&self, endpoint: Endpoint) -> String {
        format!("{}{}", self.origin, self.of(endpoint))
    }

    /// Whether an endpoint is at this path, whatever the host.
    pub(crate) fn straight(&self, path: &str) -> bool {
        Endpoint::PLACED.into_iter().any(|endpoint| self.of(endpoint) == path)
    }

    /// Every endpoint at every place.
    #[must_use]
    pub fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Endpoint::PLACED
            .into_iter()
            .map(|endpoint| Place {
                endpoint,
                path: self.of(endpoint).to_owned(),
            })
            .collect();
        let base = self
            .issuer
            .strip_prefix(&self.origin)
            .unwrap_or_default()
            .trim_end_matches('/');
        // OpenID Connect Discovery §4 puts it after the issuer's path, RFC 8414 §3 before it.
        let metadata = [
            format!("{base}/.well-known/openid-configuration"),
            format!("/.well-known/oauth-authorization-server{base}"),
            format!("/.well-known/openid-configuration{base}"),
            format!("{base}/.well-known/oauth-authorization-server"),
        ];
        places.extend(metadata.into_iter().map(|path| Place {
            endpoint: Endpoint::Metadata,
            path,
        }));
        places.extend(self.aliases.iter().map(|alias| Place {
            endpoint: alias.endpoint,
            path: alias.path.clone(),
        }));
        places
    }
}

/// Whether a `Host` header names this host, whatever the port.
pub(crate) fn same_host(named: &str, header: &str) -> bool {
    let name = match header.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => header,
    };
    name.eq_ignore_ascii_case(named)
}
