//! Old ways of authenticating: what the rules and the gateway get of them.

use super::address::is_loopback;
use super::endpoints::{is_plain, is_taken};
use crate::settings::Complaint;
use crate::settings::config::{Config, Legacy, LegacyLogin as TypedLogin, LegacyVerify};
use serde_json::Value;
use std::collections::BTreeSet;
use tollgate_issuer::terms::transition::LegacyLogin;
use tollgate_model::legacy::VerifyElsewhere;
use tollgate_model::route::ActingBy;
use tollgate_model::{LegacyMethod, LegacyMethodId};
use tollgate_web::door::Paths;
use url::Url;

/// The methods, and the login endpoints of those that have one.
pub(super) fn methods(config: &Config, complaints: &mut Vec<Complaint>) -> (Vec<LegacyMethod>, Vec<LegacyLogin>) {
    let mut ids = BTreeSet::new();
    let (mut methods, mut logins) = (Vec::new(), Vec::new());
    for (place, typed) in config.legacy.iter().enumerate() {
        let key = format!("legacy[{place}]");
        let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
        if !is_word(&typed.id) || !ids.insert(&typed.id) {
            no("id", NOT_AN_ID);
        }
        if typed.name.trim().is_empty() {
            no("name", "must not be empty");
        }
        if !typed.bearer && typed.key_headers.is_empty() {
            no(
                "bearer",
                "neither a bearer nor key_headers: a request would carry nothing",
            );
        }
        if typed.login.is_some() && !typed.bearer {
            no("login", "gives out tokens that nobody takes: it needs bearer = true");
        }
        if typed.login.is_some() && typed.verify.is_some() {
            no(
                "login",
                "gives out tokens of ours, and with verify the old system is asked about all of them",
            );
        }
        let key_headers = key_headers(&key, typed, complaints);
        let verify = typed
            .verify
            .as_ref()
            .map(|typed| verify(config, &key, typed, complaints));
        methods.push(LegacyMethod {
            id: LegacyMethodId::new(&typed.id),
            name: typed.name.clone(),
            bearer: typed.bearer,
            key_headers,
            verify,
        });
        if let Some(login) = &typed.login {
            logins.extend(self::login(&format!("{key}.login"), typed, login, complaints));
        }
    }
    (methods, logins)
}

/// What is said of an id that is none.
pub(super) const NOT_AN_ID: &str =
    "must be a word of letters, digits, dots, dashes and underscores, at most 64, and differ from the others";

/// Whether a text can be the id of something that is declared.
pub(super) fn is_word(text: &str) -> bool {
    let consists = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&text.len()) && text.bytes().all(consists)
}

fn key_headers(key: &str, typed: &Legacy, complaints: &mut Vec<Complaint>) -> Vec<String> {
    let key = format!("{key}.key_headers");
    let mut names: Vec<String> = Vec::new();
    for name in &typed.key_headers {
        let lower = name.to_ascii_lowercase();
        if !ActingBy::may_be_header(&lower) {
            complaints.push(Complaint::about(
                &key,
                format!("{name:?} cannot carry a subscription key"),
            ));
        } else if names.contains(&lower) {
            complaints.push(Complaint::about(&key, format!("{name:?} is there already")));
        }
        names.push(lower);
    }
    names
}

/// Whoever answers there opens the APIs, so that nobody on the way may answer in its place.
fn verify(config: &Config, key: &str, typed: &LegacyVerify, complaints: &mut Vec<Complaint>) -> VerifyElsewhere {
    let mut no =
        |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.verify.{field}"), problem));
    if !is_safe(&typed.url, config.server.development) {
        no("url", NOT_SAFE);
    }
    if !is_pointer(&typed.account) {
        no("account", NOT_A_POINTER);
    }
    if typed.member.as_deref().is_some_and(|text| !is_pointer(text)) {
        no("member", NOT_A_POINTER);
    }
    if typed.remembered > 300 {
        no("remembered", "must be at most 300 seconds");
    }
    VerifyElsewhere {
        url: typed.url.clone(),
        account: typed.account.clone(),
        member: typed.member.clone(),
        remembered: typed.remembered,
    }
}

/// What is said of an address to which credentials may not go.
pub(super) const NOT_SAFE: &str =
    "must be an https: URL without user and fragment; http: on loopback alone, with server.development = true";

/// Whether credentials may go to an address: https, but in development on loopback.
pub(super) fn is_safe(text: &str, development: bool) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && development && is_loopback(&url));
    let nobody = url.username().is_empty() && url.password().is_none();
    scheme && url.has_host() && nobody && url.fragment().is_none()
}

const NOT_A_POINTER: &str = "must be a JSON pointer such as /firm/id";

/// Whether a text is a pointer (RFC 6901 §3) to something within a document.
fn is_pointer(text: &str) -> bool {
    let escapes = |text: &str| text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    (2..=200).contains(&text.len()) && text.starts_with('/') && escapes(text)
}

fn login(key: &str, method: &Legacy, typed: &TypedLogin, complaints: &mut Vec<Complaint>) -> Option<LegacyLogin> {
    let mut no = |field: &str, problem: &str| complaints.push(Complaint::about(format!("{key}.{field}"), problem));
    if !is_plain(&typed.path) {
        no("path", "must be a plain path such as /api/login");
    }
    if !is_pointer(&typed.email) {
        no("email", NOT_A_POINTER);
    }
    if !is_pointer(&typed.password) {
        no("password", NOT_A_POINTER);
    } else if typed.password == typed.email {
        no("password", "is where the e-mail address is");
    }
    let answer = template(&typed.answer);
    match &answer {
        None => no("answer", "is not JSON"),
        Some(_) if !typed.answer.contains("{token}") => no("answer", "has no place for the token: {token}"),
        Some(_) => {}
    }
    let refused = template(&typed.refused);
    if refused.is_none() {
        no("refused", "is not JSON");
    }
    Some(LegacyLogin {
        method: LegacyMethodId::new(&method.id),
        path: typed.path.clone(),
        email: typed.email.clone(),
        password: typed.password.clone(),
        lifetime: typed.lifetime,
        answer: answer?,
        refused_status: typed.refused_status,
        refused: refused?,
    })
}

fn template(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

/// No login endpoint is where something else is.
pub(super) fn logins_differ(config: &Config, paths: &Paths, complaints: &mut Vec<Complaint>) {
    let mut held = BTreeSet::new();
    for (place, typed) in config.legacy.iter().enumerate() {
        let Some(login) = &typed.login else {
            continue;
        };
        let key = format!("legacy[{place}].login.path");
        if let Some(problem) = is_taken(paths, &login.path) {
            complaints.push(Complaint::about(&key, problem));
        }
        if !held.insert(&login.path) {
            complaints.push(Complaint::about(&key, "is the path of another login endpoint"));
        }
    }
}
