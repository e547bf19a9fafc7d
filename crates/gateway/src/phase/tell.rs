//! How a request is told of: what came, and what became of it. Kinds and names, never a token, a query or a body (OP5).

use super::admit::Permit;
use crate::Refusal;
use crate::legacy::Old;
use crate::memory::Remembered;
use crate::request_id::RequestId;
use crate::routes::{CompiledRoute, Gate, Named, TokenGate};
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use serde_json::{Map, Value};
use tollgate_model::call::Place;
use tollgate_model::route::path::canonical;
use tollgate_model::{AccountId, Call, Moment};

/// How much of a path is told, in characters.
const LONGEST_PATH: usize = 300;
/// How much of any other text is told.
const LONGEST_TEXT: usize = 200;

/// A request that was let through: what the server behind answered, or how that failed.
pub(crate) fn passed(
    permit: &Permit<'_>,
    method: &Method,
    id: &RequestId,
    now: Moment,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Call {
    let routed = permit.routed();
    let carried = permit.carried();
    let mut presented = Map::new();
    if let Some(carried) = carried {
        tell(&mut presented, "authorization", &proved(&carried.token, now));
        if let Some(name) = acting_header(carried.gate) {
            tell(&mut presented, name.as_str(), "present");
        }
        if let Some(rule) = &carried.gate.id_token {
            let times = carried.shown.as_ref().map_or("absent", |_| "present");
            tell(&mut presented, rule.header.as_str(), times);
        }
    }
    let old = permit.legacy();
    if let Some(old) = old {
        shown_of(&mut presented, old);
    }
    Call {
        account: whose(carried.map(|carried| &*carried.token), old),
        acting_user: permit.acting().map(|member| member.user.email.clone()),
        presented: Value::Object(presented),
        ..call(
            Some(routed.route),
            carried.map(|carried| &*carried.token),
            (method, routed.path.path()),
            id,
            now,
            status,
            refusal,
        )
    }
}

/// A request that was not let through. It came with that token, or by an old way, as far as that could be proved.
pub(crate) fn refused(
    route: Option<&CompiledRoute>,
    (token, old): (Option<&Remembered>, Option<&Old<'_>>),
    head: &Parts,
    id: &RequestId,
    now: Moment,
    refusal: Refusal,
) -> Call {
    // A path that can be read in two ways has no canonical spelling: it is told as it came, for want of a better one.
    let path = head.uri.path();
    let spelled = canonical(path).unwrap_or(path.into());
    let mut presented = Map::new();
    tell(
        &mut presented,
        "authorization",
        &authorization(&head.headers, token, now),
    );
    for name in route.and_then(gate).map(|gate| &*gate.checked).unwrap_or_default() {
        tell(&mut presented, name.as_str(), times(&head.headers, name));
    }
    let keys = route.into_iter().flat_map(|route| &route.legacy);
    for name in keys.flat_map(|way| &way.key_headers) {
        match times(&head.headers, name) {
            "absent" => {}
            times => tell(&mut presented, name.as_str(), times),
        }
    }
    if let Some(old) = old {
        shown_of(&mut presented, old);
    }
    if head.uri.query().is_some_and(|query| query.contains("access_token=")) {
        tell(&mut presented, "query", "access_token, where it is not looked at");
    }
    Call {
        account: whose(token, old),
        acting_user: old.and_then(acting),
        presented: Value::Object(presented),
        ..call(
            route,
            token,
            (&head.method, &spelled),
            id,
            now,
            refusal.status(),
            Some(refusal),
        )
    }
}

fn whose(token: Option<&Remembered>, old: Option<&Old<'_>>) -> Option<AccountId> {
    match old {
        Some(old) => Some(old.who.account.clone()),
        None => token.and_then(|token| token.account.clone()),
    }
}

fn acting(old: &Old<'_>) -> Option<String> {
    old.who.member.as_ref().map(|member| member.user.email.clone())
}

/// What came by an old way.
fn shown_of(presented: &mut Map<String, Value>, old: &Old<'_>) {
    if old.way.method.bearer {
        tell(presented, "authorization", "an old token");
    }
    if let Some(name) = old.key {
        tell(presented, name.as_str(), "present");
    }
}

fn call(
    route: Option<&CompiledRoute>,
    token: Option<&Remembered>,
    (method, path): (&Method, &str),
    id: &RequestId,
    now: Moment,
    status: StatusCode,
    refusal: Option<Refusal>,
) -> Call {
    Call {
        seq: 0,
        at: now,
        request: id.as_str().to_owned(),
        place: Place::Gateway,
        client: token.map(|token| token.client.clone()),
        account: token.and_then(|token| token.account.clone()),
        method: shown(method.as_str(), 20),
        path: shown(path, LONGEST_PATH),
        route: route.map(|route| route.id.to_string()),
        api: route.and_then(gate).map(|gate| gate.api.to_string()),
        status: status.as_u16(),
        code: refusal.map(|refusal| refusal.code().to_owned()),
        acting_user: None,
        presented: Value::Null,
    }
}

const fn gate(route: &CompiledRoute) -> Option<&TokenGate> {
    match &route.gate {
        Gate::Token(gate) => Some(gate),
        Gate::Public | Gate::Closed => None,
    }
}

fn acting_header(gate: &TokenGate) -> Option<&HeaderName> {
    match &gate.acting.as_ref()?.by {
        Named::Header(name) => Some(name),
        Named::Owner => None,
    }
}

fn tell(presented: &mut Map<String, Value>, name: &str, text: &str) {
    presented.insert(name.to_owned(), Value::String(shown(text, LONGEST_TEXT)));
}

fn shown(text: &str, most: usize) -> String {
    let plain = |c: char| if c.is_control() { '?' } else { c };
    text.chars().take(most).map(plain).collect()
}

fn times(headers: &HeaderMap, name: &HeaderName) -> &'static str {
    match headers.get_all(name).iter().count() {
        0 => "absent",
        1 => "present",
        _ => "present more than once",
    }
}

/// A token whose signature is right.
fn proved(token: &Remembered, now: Moment) -> String {
    let claims = &token.claims;
    let times = if claims.expires == i64::MAX {
        "good without end".to_owned()
    } else if claims.expires <= now.0 {
        format!("expired {} ago", span(now.0.saturating_sub(claims.expires)))
    } else {
        format!("good for {}", span(claims.expires.saturating_sub(now.0)))
    };
    let kind = match &token.header {
        Some(header) => format!("JWT, key {}", header.kid),
        None => "opaque".to_owned(),
    };
    format!("Bearer, {kind}, {times}, audience {}", claims.audience.join(" "))
}

/// A number of seconds as people say it.
fn span(seconds: i64) -> String {
    match seconds {
        ..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        7200..=172_799 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// What stands in `Authorization`. Nothing of it is repeated but the name of a known scheme.
fn authorization(headers: &HeaderMap, token: Option<&Remembered>, now: Moment) -> String {
    let mut fields = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        let none = headers.get(header::AUTHORIZATION).is_none();
        return if none { "absent" } else { "present more than once" }.to_owned();
    };
    if let Some(token) = token {
        return proved(token, now);
    }
    let Ok(field) = field.to_str() else {
        return "unreadable".to_owned();
    };
    let (scheme, rest) = field.split_once(' ').unwrap_or((field, ""));
    if scheme.eq_ignore_ascii_case("Bearer") {
        return format!("Bearer, {}", looks(rest.trim()));
    }
    let known = ["Basic", "DPoP", "Digest", "Token", "ApiKey"];
    match known.into_iter().find(|known| known.eq_ignore_ascii_case(scheme)) {
        Some(known) => known.to_owned(),
        // What has no scheme before it may be the token itself.
        None if rest.is_empty() => format!("no scheme, {}", looks(field)),
        None => "another scheme".to_owned(),
    }
}

/// What a text in the place of a token is by its looks.
fn looks(text: &str) -> &'static str {
    let ours = |kind: tollgate_keys::secret::Kind| {
        text.strip_prefix(kind.prefix())
            .is_some_and(|rest| rest.starts_with('_'))
    };
    match text.matches('.').count() {
        _ if text.is_empty() => "empty",
        _ if ours(tollgate_keys::secret::Kind::ClientSecret) => "a client secret in place of a token",
        _ if tollgate_keys::secret::Kind::ALL.into_iter().any(ours) => "another credential in place of a token",
        _ if text.starts_with(['"', '{', '\'']) => "a token with something around it",
        2 if text.starts_with("ey") => "JWT, not verified",
        4 if text.starts_with("ey") => "an encrypted token",
        _ => "no JWT",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn told(fields: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for field in fields {
            headers.append(header::AUTHORIZATION, HeaderValue::from_str(field).unwrap());
        }
        authorization(&headers, None, Moment(0))
    }

    /// OP5: what stands in `Authorization` is told by its kind, and nothing of it is repeated.
    #[test]
    fn credentials_are_told_by_their_kind() {
        for (fields, words) in [
            (&[][..], "absent"),
            (&["Bearer a", "Bearer b"], "present more than once"),
            (&["bearer eyJh.eyJi.c2ln"], "Bearer, JWT, not verified"),
            (&["eyJh.eyJi.c2ln"], "no scheme, JWT, not verified"),
            (
                &["Bearer tgs_0123456789"],
                "Bearer, a client secret in place of a token",
            ),
            (
                &["Bearer tgo_0123456789"],
                "Bearer, another credential in place of a token",
            ),
            (
                &["Bearer \"eyJh.eyJi.c2ln\""],
                "Bearer, a token with something around it",
            ),
            (&["Bearer "], "Bearer, empty"),
            (&["Bearer opaque"], "Bearer, no JWT"),
            (&["basic dXNlcjpwYXNz"], "Basic"),
            (&["hunter2 x"], "another scheme"),
        ] {
            assert_eq!(told(fields), words, "{fields:?}");
        }
    }

    #[test]
    fn spans_are_said_as_people_say_them() {
        for (seconds, words) in [
            (0, "0 s"),
            (119, "119 s"),
            (180, "3 min"),
            (7200, "2 h"),
            (200_000, "2 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
