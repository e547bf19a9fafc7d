//! What a route demands and where it leads, as the management API spells it in both directions.

use serde::{Deserialize, Serialize};
use tollgate_model::{ApiId, RouteId, route as model};
use utoipa::ToSchema;

/// What a request must carry.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Access {
    /// Nothing.
    Public {
        /// The protected routes whose space it opens.
        #[serde(default)]
        opens: Vec<String>,
    },
    /// An access token.
    Token {
        /// The API whose audience it must have.
        api: String,
        /// Scopes of which all are required.
        #[serde(default)]
        scopes: Vec<String>,
        /// Scopes of which one is required, beside those; empty: none.
        #[serde(default)]
        any_scopes: Vec<String>,
        /// Whether a member of the caller's account must be named.
        #[serde(default)]
        acting_user: Option<Acting>,
    },
}

/// How the acting user is found, and who may act.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Acting {
    /// `{"header": "x-email"}`, or `"owner"`: the client's owner.
    by: Named,
    /// Roles of which one suffices; empty: any member.
    #[serde(default)]
    roles: Vec<String>,
}

/// How a member is named.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = ActingBy)]
#[serde(rename_all = "lowercase")]
pub(super) enum Named {
    /// By e-mail address in this header.
    Header(String),
    /// The client's owner.
    Owner,
}

/// The servers behind a route.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Upstream {
    /// `http://host:port` or `https://host:port`, without path.
    targets: Vec<String>,
    /// Speak HTTP/2 without negotiation to `http://` targets.
    #[serde(default)]
    http2: bool,
    /// Path asked of each target to see whether it is healthy.
    #[serde(default)]
    health_path: Option<String>,
    /// Seconds to wait for a connection.
    #[serde(default = "five")]
    connect_timeout: u32,
    /// Seconds to wait for the head of the answer.
    #[serde(default = "sixty")]
    response_timeout: u32,
    /// Whether connection upgrades (WebSocket) are passed on.
    #[serde(default)]
    upgrades: bool,
    /// Request bodies over this many bytes are refused; 0: no cap.
    #[serde(default)]
    max_body: u64,
    /// So many requests at most are with one target at a time; 0: no cap.
    #[serde(default)]
    in_flight: u32,
    /// After so many failures in a row a target rests; 0: never.
    #[serde(default)]
    failures: u32,
    /// For how many seconds it rests before one request tries it again.
    #[serde(default = "ten")]
    rest: u32,
}

/// The ID token that a request carries beside its access token.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = IdTokenRule)]
#[serde(deny_unknown_fields)]
pub(super) struct IdToken {
    /// The header that carries it, the token alone: `x-id-token`.
    header: String,
    /// Whether a request without one is refused.
    #[serde(default)]
    required: bool,
}

/// A short-lived signed statement of who asks, in place of the caller's token.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assertion {
    /// Its `aud`: the server behind.
    audience: String,
}

impl From<model::AssertionRule> for Assertion {
    fn from(rule: model::AssertionRule) -> Self {
        Self {
            audience: rule.audience,
        }
    }
}

impl From<Assertion> for model::AssertionRule {
    fn from(rule: Assertion) -> Self {
        Self {
            audience: rule.audience,
        }
    }
}

impl From<model::IdTokenRule> for IdToken {
    fn from(rule: model::IdTokenRule) -> Self {
        Self {
            header: rule.header,
            required: rule.required,
        }
    }
}

impl From<IdToken> for model::IdTokenRule {
    fn from(rule: IdToken) -> Self {
        Self {
            header: rule.header,
            required: rule.required,
        }
    }
}

const fn five() -> u32 {
    5
}

const fn ten() -> u32 {
    10
}

const fn sixty() -> u32 {
    60
}

impl From<model::Access> for Access {
    fn from(access: model::Access) -> Self {
        match access {
            model::Access::Public { opens } => Self::Public {
                opens: opens.iter().map(ToString::to_string).collect(),
            },
            model::Access::Token {
                api,
                scopes,
                any_scopes,
                acting_user,
            } => Self::Token {
                api: api.to_string(),
                scopes: scopes.as_slice().to_vec(),
                any_scopes: any_scopes.as_slice().to_vec(),
                acting_user: acting_user.map(|rule| Acting {
                    by: match rule.by {
                        model::ActingBy::Header(name) => Named::Header(name),
                        model::ActingBy::Owner => Named::Owner,
                    },
                    roles: rule.roles,
                }),
            },
        }
    }
}

impl From<Access> for model::Access {
    fn from(access: Access) -> Self {
        match access {
            Access::Public { opens } => Self::Public {
                opens: opens.into_iter().map(RouteId::new).collect(),
            },
            Access::Token {
                api,
                scopes,
                any_scopes,
                acting_user,
            } => Self::Token {
                api: ApiId::new(api),
                scopes: scopes.iter().map(String::as_str).collect(),
                any_scopes: any_scopes.iter().map(String::as_str).collect(),
                acting_user: acting_user.map(|rule| model::ActingRule {
                    by: match rule.by {
                        Named::Header(name) => model::ActingBy::Header(name),
                        Named::Owner => model::ActingBy::Owner,
                    },
                    roles: rule.roles,
                }),
            },
        }
    }
}

impl From<model::Upstream> for Upstream {
    fn from(upstream: model::Upstream) -> Self {
        Self {
            targets: upstream.targets,
            http2: upstream.http2,
            health_path: upstream.health_path,
            connect_timeout: upstream.connect_timeout,
            response_timeout: upstream.response_timeout,
            upgrades: upstream.upgrades,
            max_body: upstream.max_body,
            in_flight: upstream.in_flight,
            failures: upstream.failures,
            rest: upstream.rest,
        }
    }
}

impl From<Upstream> for model::Upstream {
    fn from(upstream: Upstream) -> Self {
        Self {
            targets: upstream.targets,
            http2: upstream.http2,
            health_path: upstream.health_path,
            connect_timeout: upstream.connect_timeout,
            response_timeout: upstream.response_timeout,
            upgrades: upstream.upgrades,
            max_body: upstream.max_body,
            in_flight: upstream.in_flight,
            failures: upstream.failures,
            rest: upstream.rest,
        }
    }
}
