//! From the routes on record to the table that requests are looked up in.

use super::faults::{faults, named_header};
use super::table::{CompiledRoute, Table};
use crate::legacy;
use crate::limit::Rules;
use crate::upstream::{Pool, Upstreams};
use http::{HeaderName, Method};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tollgate_model::route::{Access, ActingBy, Pattern, Route};
use tollgate_model::{Api, ApiId, Dated, LegacyMethod, RouteId};
use tollgate_protocol::jose::Algorithm;
use tollgate_protocol::scope::Scopes;

/// What a request must carry to pass.
#[derive(Debug)]
pub(crate) enum Gate {
    /// Nothing.
    Public,
    /// A token.
    Token(Box<TokenGate>),
    /// It does not pass: the route is at fault. Which fault was logged when it was compiled.
    Closed,
}

/// What a token must be, and who must be named.
#[derive(Debug)]
pub(crate) struct TokenGate {
    pub(crate) api: ApiId,
    pub(crate) audience: String,
    pub(crate) typ: &'static str,
    pub(crate) algorithm: Algorithm,
    pub(crate) scopes: Scopes,
    /// Of these one is required, if there are any.
    pub(crate) any_scopes: Scopes,
    /// Whether a token that says nothing by itself is taken.
    pub(crate) opaque: bool,
    pub(crate) acting: Option<Acting>,
    pub(crate) id_token: Option<IdTokenGate>,
    /// The headers by which a request says for whom it is, those of `acting` and `id_token`.
    pub(crate) checked: Arc<[HeaderName]>,
}

/// Where the person's ID token is.
#[derive(Debug)]
pub(crate) struct IdTokenGate {
    pub(crate) header: HeaderName,
    pub(crate) required: bool,
}

/// Who must be named as acting.
#[derive(Debug)]
pub(crate) struct Acting {
    pub(crate) by: Named,
    pub(crate) roles: Vec<String>,
}

/// How the acting user is named.
#[derive(Debug)]
pub(crate) enum Named {
    Header(HeaderName),
    Owner,
}

/// What routes are compiled from.
#[derive(Clone, Copy, Default)]
pub(crate) struct Book<'a> {
    pub(crate) routes: &'a [Route],
    pub(crate) apis: &'a [Api],
    pub(crate) legacy: &'a [LegacyMethod],
    pub(crate) transitions: &'a [Arc<Dated>],
}

/// Compiles routes. One with a fault is in the table, closed: it keeps its space, so nothing wider takes its requests.
pub(crate) fn compile(book: &Book<'_>, upstreams: &mut Upstreams) -> Table {
    let Book { routes, apis, .. } = *book;
    let faults = faults(routes);
    for fault in &faults {
        tracing::error!(
            route = fault.route().as_str(),
            "{fault}; it is closed until this is mended"
        );
    }
    let at_fault: HashSet<&RouteId> = faults.iter().map(super::RouteFault::route).collect();
    let apis: HashMap<&ApiId, &Api> = apis.iter().map(|api| (&api.id, api)).collect();
    let mut table = Table::default();
    for route in routes {
        let pool = upstreams.pool(&route.upstream);
        let (gate, pool) = match (gate(route, &apis), pool) {
            (Some(gate), Some(pool)) if !at_fault.contains(&route.id) => (gate, pool),
            _ => (Gate::Closed, Arc::new(Pool::nowhere())),
        };
        let methods = (!route.methods.is_empty()).then(|| methods(&route.methods));
        let api = match &route.access {
            Access::Token { api, .. } => Some(api),
            Access::Public { .. } => None,
        };
        let compiled = Arc::new(CompiledRoute {
            id: route.id.clone(),
            methods,
            legacy: legacy::ways(route, book.legacy, book.transitions),
            endings: legacy::endings(route, api, book.transitions),
            limits: Rules::of(&route.id, &route.limits),
            assertion: route.assertion.clone(),
            gate,
            pool,
        });
        table.add(&route.hosts, &Pattern::space(&route.path), &compiled);
    }
    table.finish();
    table
}

fn gate(route: &Route, apis: &HashMap<&ApiId, &Api>) -> Option<Gate> {
    let Access::Token {
        api,
        scopes,
        any_scopes,
        acting_user,
    } = &route.access
    else {
        return Some(Gate::Public);
    };
    let Some(api) = apis.get(api) else {
        tracing::error!(
            route = route.id.as_str(),
            api = api.as_str(),
            "the route's API is unknown; the route is closed"
        );
        return None;
    };
    let acting = match acting_user {
        None => None,
        Some(rule) => Some(Acting {
            by: match &rule.by {
                ActingBy::Header(name) => Named::Header(named_header(name)?),
                ActingBy::Owner => Named::Owner,
            },
            roles: rule.roles.clone(),
        }),
    };
    let id_token = match &route.id_token {
        None => None,
        Some(rule) => Some(IdTokenGate {
            header: named_header(&rule.header)?,
            required: rule.required,
        }),
    };
    let by_acting = acting.as_ref().and_then(|rule| match &rule.by {
        Named::Header(name) => Some(name),
        Named::Owner => None,
    });
    let checked = by_acting
        .into_iter()
        .chain(id_token.as_ref().map(|rule| &rule.header))
        .cloned()
        .collect();
    Some(Gate::Token(Box::new(TokenGate {
        api: api.id.clone(),
        audience: api.audience.clone(),
        typ: api.profile.typ(),
        algorithm: api.algorithm,
        scopes: scopes.clone(),
        any_scopes: any_scopes.clone(),
        opaque: route.opaque,
        acting,
        id_token,
        checked,
    })))
}

/// The methods, with `HEAD` beside `GET` (RS4: under the same conditions).
fn methods(words: &[String]) -> Vec<Method> {
    let mut methods: Vec<Method> = words
        .iter()
        .filter_map(|word| Method::from_bytes(word.as_bytes()).ok())
        .collect();
    if methods.contains(&Method::GET) && !methods.contains(&Method::HEAD) {
        methods.push(Method::HEAD);
    }
    methods
}
