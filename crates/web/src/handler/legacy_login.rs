//! The vendor's old login (SS-50, SS-55): e-mail address and password for an opaque token, in the vendor's own shape.

use crate::peer::{Peer, TrustedProxies};
use crate::{House, answer};
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::legacy::login::{self, LoggedIn, No, Outcome};
use tollgate_issuer::people::Origin;
use tollgate_issuer::terms::transition::LegacyLogin;
use tollgate_model::call::Place;
use tollgate_model::{AccountId, Call, Moment};
use tollgate_protocol::dialect::Dialect;
use tollgate_protocol::parameters::Parameters;

/// The most bytes that a body may have: an address and a password are short.
const MOST_BODY: usize = 16 * 1024;
/// The longest address that is looked at, in bytes, as long as any that can be delivered to; and the longest password.
const MOST_EMAIL: usize = 254;
const MOST_PASSWORD: usize = 1024;

/// Who wants in.
struct Typed {
    email: String,
    password: String,
}

/// Why a request is not understood, with its status.
struct Malformed(StatusCode, &'static str, String);

/// Answers a request to the old login.
pub async fn handle(State(house): State<Arc<House>>, request: Request) -> Response {
    let desk = &house.desk;
    let (parts, body) = request.into_parts();
    let (id, path) = (house.ids.next(), parts.uri.path().to_owned());
    let Some(terms) = desk.terms.transition.login(&path) else {
        return answer::named(answer::bare(StatusCode::NOT_FOUND), &id);
    };
    let read = read(&parts, body, house.patience).await;
    let now = desk.now();
    let (response, code, account) = match read.and_then(|body| typed(&parts, &body, terms)) {
        Ok(typed) => {
            let origin = origin(&parts, &id);
            match login::login(desk, terms, &typed.email, &typed.password, &origin).await {
                Ok(outcome) => told(terms, outcome, now),
                Err(fault) => (answer::fault(&fault, &id), Some("server_error"), None),
            }
        }
        Err(Malformed(status, code, why)) => {
            let mut response = refusal(terms, status, code, &why);
            if status == StatusCode::METHOD_NOT_ALLOWED {
                answer::set(response.headers_mut(), ALLOW, "POST");
            }
            (response, Some(code), None)
        }
    };
    let status = response.status().as_u16();
    desk.tally.answered(None, (status, code), now, || Call {
        seq: 0,
        at: now,
        request: id.clone(),
        place: Place::Issuer,
        client: None,
        account,
        method: parts.method.as_str().chars().take(20).collect(),
        path: path.chars().take(300).collect(),
        route: Some("legacy_login".to_owned()),
        api: None,
        status,
        code: code.map(str::to_owned),
        acting_user: None,
        presented: json!({}),
    });
    answer::named(response, &id)
}

fn told(terms: &LegacyLogin, outcome: Outcome, now: Moment) -> (Response, Option<&'static str>, Option<AccountId>) {
    let Outcome {
        answer: said,
        account,
        ending,
    } = outcome;
    let (mut response, code) = match said {
        Ok(made) => (success(terms, &made, now), None),
        Err(no) => {
            let status = match &no {
                No::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
                No::Stale => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::from_u16(terms.refused_status).unwrap_or(StatusCode::UNAUTHORIZED),
            };
            let mut response = refusal(terms, status, no.code(), &no.to_string());
            if let No::TooMany { seconds } = no {
                answer::set(response.headers_mut(), RETRY_AFTER, &seconds.to_string());
            }
            (response, Some(no.code()))
        }
    };
    if let Some(ending) = ending {
        let page = ending.documentation.as_deref();
        answer::ending(response.headers_mut(), ending.since, ending.ends, page, None);
    }
    (response, code, account)
}

async fn read(parts: &Parts, body: axum::body::Body, patience: Duration) -> Result<bytes::Bytes, Malformed> {
    if parts.method != Method::POST {
        let why = "This address answers POST only.".to_owned();
        return Err(Malformed(StatusCode::METHOD_NOT_ALLOWED, "method_not_post", why));
    }
    match tokio::time::timeout(patience, axum::body::to_bytes(body, MOST_BODY)).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => {
            let why = format!("The body is larger than {MOST_BODY} bytes.");
            Err(Malformed(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", why))
        }
        Err(_) => {
            let why = "The body did not arrive in time.".to_owned();
            Err(Malformed(StatusCode::REQUEST_TIMEOUT, "body_slow", why))
        }
    }
}

/// Address and password, where the vendor's shape has them. What stands in the body is in no answer.
fn typed(parts: &Parts, body: &[u8], terms: &LegacyLogin) -> Result<Typed, Malformed> {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let bad = |code, why: String| Malformed(StatusCode::BAD_REQUEST, code, why);
    let (email, password) = if essence.eq_ignore_ascii_case("application/json") {
        let body: Value = serde_json::from_slice(body)
            .map_err(|_| bad("body_malformed", "The body is not what its Content-Type says.".into()))?;
        let at = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        (at(&terms.email), at(&terms.password))
    } else if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let form = Parameters::of_form(body)
            .map_err(|refusal| bad(refusal.code.as_str(), "The form cannot be read.".into()))?;
        let at = |pointer: &str| form.get(pointer.trim_start_matches('/')).map(str::to_owned);
        (at(&terms.email), at(&terms.password))
    } else {
        let why = "Send JSON or a form, with the Content-Type that it has.".to_owned();
        return Err(Malformed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "body_unsupported", why));
    };
    let missing = |name: &str| bad("login_missing", format!("{} is missing.", name.trim_start_matches('/')));
    let email = email
        .filter(|text| !text.is_empty())
        .ok_or_else(|| missing(&terms.email))?;
    let password = password
        .filter(|text| !text.is_empty())
        .ok_or_else(|| missing(&terms.password))?;
    if email.len() > MOST_EMAIL || password.len() > MOST_PASSWORD {
        return Err(bad("parameter_malformed", "Address or password is too long.".into()));
    }
    Ok(Typed { email, password })
}

fn origin(parts: &Parts, id: &str) -> Origin {
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
    let proxies = parts.extensions.get::<Arc<TrustedProxies>>();
    let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    Origin {
        address: peer.map(|peer| proxies.map_or(peer, |proxies| proxies.client(peer, &parts.headers))),
        device: agent.unwrap_or_default().chars().take(200).collect(),
        request: id.to_owned(),
    }
}

fn success(terms: &LegacyLogin, made: &LoggedIn, now: Moment) -> Response {
    let credential = &made.credential;
    let left = credential.expires.map_or(terms.lifetime, |end| end.since(now));
    let values = [
        ("{token}", made.plain.expose().to_owned()),
        ("{expires_in}", left.to_string()),
        ("{expires_at}", credential.expires.map(instant).unwrap_or_default()),
        ("{email}", made.email.clone()),
        ("{account}", credential.account.to_string()),
    ];
    answer::json(Dialect::Rfc, StatusCode::OK, &filled(&terms.answer, &values))
}

fn refusal(terms: &LegacyLogin, status: StatusCode, code: &str, message: &str) -> Response {
    let values = [("{code}", code.to_owned()), ("{message}", message.to_owned())];
    answer::json(Dialect::Rfc, status, &filled(&terms.refused, &values))
}

/// The template with its placeholders replaced, in texts alone: member names stay as they are. Each text is gone through
/// once, so that no value is looked at for placeholders. A text that is a number's placeholder alone becomes the number.
fn filled(template: &Value, values: &[(&str, String)]) -> Value {
    match template {
        Value::String(text) if text == "{expires_in}" => {
            let number = values.iter().find(|(name, _)| name == text);
            let number = number.and_then(|(_, value)| value.parse::<i64>().ok());
            number.map_or_else(|| json!(text), Value::from)
        }
        Value::String(text) => Value::String(put_in(text, values)),
        Value::Array(items) => items.iter().map(|item| filled(item, values)).collect(),
        Value::Object(members) => {
            let each = members
                .iter()
                .map(|(name, value)| (name.clone(), filled(value, values)));
            Value::Object(each.collect())
        }
        other => other.clone(),
    }
}

fn put_in(text: &str, values: &[(&str, String)]) -> String {
    let (mut said, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, from)) = rest.find('{').and_then(|place| rest.split_at_checked(place)) {
        said.push_str(before);
        let known = values
            .iter()
            .find_map(|(name, value)| Some((value, from.strip_prefix(name)?)));
        rest = match known {
            Some((value, after)) => {
                said.push_str(value);
                after
            }
            None => {
                said.push('{');
                from.strip_prefix('{').unwrap_or_default()
            }
        };
    }
    said.push_str(rest);
    said
}

fn instant(moment: Moment) -> String {
    jiff::Timestamp::from_second(moment.0).map_or_else(|_| moment.0.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SS-50: the answer has the vendor's shape, whatever that is.
    #[test]
    fn a_template_is_filled_in_its_texts() {
        let values = [
            ("{token}", "tgt_{email}".to_owned()),
            ("{expires_in}", "28800".to_owned()),
            ("{email}", "ann@firm.example".to_owned()),
        ];
        let template = json!({
            "token": "{token}", "{token}": ["Bearer {token}", 1, null], "expiresIn": "{expires_in}",
            "note": "{expires_in} s for {email}, {other} {", "ok": true
        });
        assert_eq!(
            filled(&template, &values),
            json!({
                "token": "tgt_{email}", "{token}": ["Bearer tgt_{email}", 1, null], "expiresIn": 28_800,
                "note": "28800 s for ann@firm.example, {other} {", "ok": true
            })
        );
    }
}
