use super::*;
use crate::authorize::facts::{parameters, scopes, terms, web};
use crate::registry::facts::api;

fn mail() -> Api {
    Api {
        id: ApiId::new("mail"),
        audience: "urn:mail".into(),
        scopes: vec![tollgate_model::api::ScopeWord {
            name: "send".into(),
            description: "Send".into(),
        }],
        ..api()
    }
}

/// With grants at both APIs.
fn both() -> ClientRecord {
    let mut record = web();
    let mut second = record.grants[0].clone();
    second.api = mail().id;
    second.scopes = scopes("send gone");
    record.grants.push(second);
    record
}

fn at(query: &str, record: &ClientRecord, target: Target) -> Result<(Option<String>, String), Code> {
    let terms = Terms { target, ..terms() };
    read(&parameters(query), record, &[api(), mail()], &terms)
        .map(|aim| (aim.api.map(|id| id.to_string()), aim.scopes.to_string()))
        .map_err(|refusal| refusal.code)
}

fn ok(api: &str, scopes: &str) -> Result<(Option<String>, String), Code> {
    Ok(((!api.is_empty()).then(|| api.to_owned()), scopes.to_owned()))
}

const DOCS: &str = "audience=https://api.example/docs";

/// SO-4, 3E-19, SE: `audience` (or `resource`) names the API, and OpenID Connect's scopes go along.
#[test]
fn an_api_is_named_by_audience_or_resource() {
    let named = |query: &str| at(query, &both(), Target::NamedOrSole);
    assert_eq!(
        named(&format!("{DOCS}&scope=openid+read+email")),
        ok("docs", "openid read email")
    );
    assert_eq!(named("resource=urn:mail&scope=send"), ok("mail", "send"));
    assert_eq!(
        named("resource=urn:mail&audience=urn:mail&scope=send"),
        ok("mail", "send")
    );
    assert_eq!(named(&format!("{DOCS}&resource=urn:mail")), Err(Code::AudienceSeveral));
    assert_eq!(named("audience=urn:none&scope=openid"), Err(Code::AudienceUnknown));
    assert_eq!(
        at("audience=urn:mail&scope=send", &web(), Target::NamedOrSole),
        Err(Code::AudienceNotGranted)
    );
    // The UserInfo endpoint may be named like one.
    let userinfo = "audience=https://id.vendor.example/userinfo&scope=openid";
    assert_eq!(named(userinfo), ok("", "openid"));
}

/// 3E-22: a scope is had within the client's grant, and no other.
#[test]
fn an_apis_scopes_are_had_within_the_grant() {
    let named = |scope: &str| at(&format!("{DOCS}&scope={scope}"), &both(), Target::NamedOrSole);
    assert_eq!(named("read+openid"), ok("docs", "read openid"));
    assert_eq!(named("read+write"), Err(Code::ScopeNotGranted));
    assert_eq!(named("read+fly"), Err(Code::ScopeUnknown));
    assert_eq!(named("send"), Err(Code::ScopeUnknown), "another API's");
    assert_eq!(named("%22"), Err(Code::ScopeMalformed));
    // A grant may still name what the API gave up.
    assert_eq!(
        at("audience=urn:mail&scope=gone", &both(), Target::NamedOrSole),
        Err(Code::ScopeUnknown)
    );
}

#[test]
fn what_an_api_gives_unasked_comes_along() {
    let with = |unasked| {
        let apis = [Api { unasked, ..api() }];
        let ask = parameters(&format!("{DOCS}&scope=openid"));
        read(&ask, &web(), &apis, &terms())
            .map(|aim| aim.scopes.to_string())
            .map_err(|no| no.code)
    };
    assert_eq!(with(Unasked::Granted).as_deref(), Ok("openid read"));
    assert_eq!(with(Unasked::Nothing).as_deref(), Ok("openid"));
    assert_eq!(with(Unasked::Refused), Err(Code::ScopeMissing));
}

#[test]
fn an_api_that_is_not_named_goes_without_saying_where_it_can() {
    let sole = |query: &str| at(query, &web(), Target::NamedOrSole);
    assert_eq!(
        sole("scope=openid+profile"),
        ok("", "openid profile"),
        "about the person alone"
    );
    assert_eq!(sole("scope=openid+read"), ok("docs", "openid read"));
    assert_eq!(sole(""), ok("docs", "read"));
    let several = |query: &str| at(query, &both(), Target::NamedOrSole);
    assert_eq!(
        several("scope=send+openid"),
        ok("mail", "send openid"),
        "the scope says which"
    );
    assert_eq!(
        several("scope=send+read"),
        Err(Code::AudienceSeveral),
        "a code is for one API"
    );
    assert_eq!(several("scope=write"), Err(Code::ScopeNotGranted));
    assert_eq!(several("scope=fly"), Err(Code::ScopeUnknown));
    assert_eq!(several(""), ok("", ""));
    let mut none = web();
    none.grants.clear();
    assert_eq!(at("scope=openid", &none, Target::NamedOrSole), ok("", "openid"));
    assert_eq!(at("scope=read", &none, Target::NamedOrSole), Err(Code::ScopeNotGranted));
}

#[test]
fn a_house_may_want_the_api_named_or_go_by_scope() {
    let required = |query: &str| at(query, &web(), Target::Required);
    assert_eq!(required("scope=openid"), ok("", "openid"));
    assert_eq!(required("scope=openid+read"), Err(Code::AudienceMissing));
    assert_eq!(required(""), Err(Code::AudienceMissing));
    let scoped = |query: &str| at(query, &both(), Target::ByScope);
    assert_eq!(scoped("audience=urn:none&scope=send+openid"), ok("mail", "send openid"));
    assert_eq!(scoped("scope=openid"), ok("", "openid"));
}

/// OpenID Connect Core §11: a client without refresh tokens is not refused for asking, and gets none.
#[test]
fn offline_access_is_passed_over_where_there_are_no_refresh_tokens() {
    let query = "scope=openid+offline_access";
    assert_eq!(at(query, &web(), Target::NamedOrSole), ok("", "openid offline_access"));
    let mut once = web();
    once.client.grant_types = vec![GrantType::AuthorizationCode];
    assert_eq!(at(query, &once, Target::NamedOrSole), ok("", "openid"));
}
