//! The description of the management API (OpenAPI 3.1), made from the handlers.

use super::answer::{Answer, json};
use super::ask::{Asked, Nothing};
use super::problem::ProblemView;
use http::StatusCode;
use std::sync::Arc;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, Ref, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

/// Where it is served.
pub(super) const PATH: &str = "/api/v1/openapi.json";
/// The name of the security scheme in it.
const SCHEME: &str = "operator";

/// The handlers' own descriptions, with what they share: title, credential, problems.
pub(super) fn finished(mut api: OpenApi) -> Arc<OpenApi> {
    api.info = InfoBuilder::new()
        .title("Tollgate management API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Accounts, members, APIs, clients, secrets, grants, requests for clients, webhooks, routes, \
             transitions, old keys and tokens, signing keys, people, what they let clients do, operators, single calls and the audit log. \
             Send If-Match with the ETag that you saw to change only what nobody else has changed meanwhile.",
        ))
        .build();
    let components = api.components.get_or_insert_with(Default::default);
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(SCHEME, SecurityScheme::Http(bearer));
    components
        .schemas
        .insert(ProblemView::name().into_owned(), ProblemView::schema());
    api.security = Some(vec![SecurityRequirement::new(SCHEME, Vec::<String>::new())]);
    api.paths.paths.values_mut().flat_map(operations).for_each(may_refuse);
    Arc::new(api)
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        path.get.as_mut(),
        path.put.as_mut(),
        path.post.as_mut(),
        path.patch.as_mut(),
        path.delete.as_mut(),
    ]
    .into_iter()
    .flatten()
}

/// Any operation may end in a problem.
fn may_refuse(operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ProblemView::name())))
        .build();
    let refusal = ResponseBuilder::new()
        .description("A problem (RFC 9457)")
        .content("application/problem+json", problem)
        .build();
    operation.responses.responses.insert("default".into(), refusal.into());
}

/// Answers it. Whoever is to write a client needs it before any credential.
pub(super) async fn get(_: Asked<Nothing>, text: Arc<OpenApi>) -> Answer {
    json(StatusCode::OK, &*text)
}
