//! What a request says: ids in its path, parameters in its query, JSON in its body, a version in `If-Match`.
//! All of it is capped, and what is not known is refused by name.

use super::problem::Problem;
use super::request::MOST_BODY;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use http::header::{CONTENT_TYPE, IF_MATCH};
use http::request::Parts;
use http::{HeaderMap, Uri};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use tollgate_issuer::registry::No;
use tollgate_model::{Moment, Page, Version};
use utoipa::IntoParams;

/// The longest id, cursor or filter.
const MOST_TEXT: usize = 200;

/// The id in the path. What cannot be an id names nothing.
pub(super) struct Id(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::Nowhere)?;
        if is_id(&id) {
            Ok(Self(id))
        } else {
            Err(Problem::Nowhere)
        }
    }
}

/// The two ids in the path.
pub(super) struct Ids(pub(super) String, pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((outer, inner)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::Nowhere)?;
        if is_id(&outer) && is_id(&inner) {
            Ok(Self(outer, inner))
        } else {
            Err(Problem::Nowhere)
        }
    }
}

/// The three ids in the path.
pub(super) struct Trio(pub(super) String, pub(super) String, pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Trio {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((outer, inner, innermost)) = Path::<(String, String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::Nowhere)?;
        if is_id(&outer) && is_id(&inner) && is_id(&innermost) {
            Ok(Self(outer, inner, innermost))
        } else {
            Err(Problem::Nowhere)
        }
    }
}

/// Every id of ours consists of unreserved characters (RFC 3986 §2.3).
fn is_id(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    (1..=MOST_TEXT).contains(&text.len()) && text.bytes().all(unreserved)
}

/// An id that a field of a body, or a query parameter, names.
pub(super) fn id(field: &'static str, text: String) -> Result<String, Problem> {
    if is_id(&text) {
        Ok(text)
    } else {
        Err(Problem::No(No::invalid(field, "is not an id")))
    }
}

/// A filter of a list: printable characters, not too many.
pub(super) fn filter(field: &'static str, text: String) -> Result<String, Problem> {
    let printable = text.bytes().all(|b| b.is_ascii_graphic());
    if printable && (1..=MOST_TEXT).contains(&text.len()) {
        Ok(text)
    } else {
        let problem = format!("must be 1 to {MOST_TEXT} printable ASCII characters");
        Err(Problem::No(No::invalid(field, problem)))
    }
}

/// A text that is looked for in names: any characters that people type, not too many.
pub(super) fn sought(field: &'static str, text: String) -> Result<String, Problem> {
    let typed = !text.chars().any(char::is_control);
    if typed && (1..=MOST_TEXT).contains(&text.chars().count()) {
        Ok(text)
    } else {
        let problem = format!("must be 1 to {MOST_TEXT} characters, none of them a control character");
        Err(Problem::No(No::invalid(field, problem)))
    }
}

/// A moment that a field names: a day (its first second in UTC), or a date and time as RFC 3339 has them.
pub(super) fn moment(field: &'static str, text: &str) -> Result<Moment, Problem> {
    let text = text.trim();
    let day = || {
        let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10)?;
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    };
    match text.parse::<jiff::Timestamp>().ok().or_else(day) {
        Some(time) => Ok(Moment(time.as_second())),
        None => Err(Problem::No(No::invalid(
            field,
            "must be a day such as 2026-07-25, or a date and time such as 2026-07-25T06:00:00Z",
        ))),
    }
}

/// Yes or no, where a query asks.
pub(super) fn yes_or_no(field: &'static str, text: Option<&str>) -> Result<Option<bool>, Problem> {
    match text {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(_) => Err(Problem::No(No::invalid(field, "must be true or false"))),
    }
}

/// One of the words of a closed list.
pub(super) fn one_of<T>(
    field: &'static str,
    text: Option<&str>,
    of_str: impl Fn(&str) -> Option<T>,
    words: &str,
) -> Result<Option<T>, Problem> {
    match text {
        None => Ok(None),
        Some(text) => match of_str(text) {
            Some(word) => Ok(Some(word)),
            None => Err(Problem::No(No::invalid(field, format!("must be {words}")))),
        },
    }
}

/// A place in a log, from 0 on.
pub(super) fn place(field: &'static str, text: Option<&str>) -> Result<i64, Problem> {
    match text.map(str::parse::<i64>) {
        None => Ok(0),
        Some(Ok(place)) if place >= 0 => Ok(place),
        Some(_) => Err(Problem::No(No::invalid(field, "is not a place in this list"))),
    }
}

/// The page of a log, whose cursor is a place in it.
pub(super) fn log_page(limit: Option<&str>, after: Option<String>) -> Result<Page, Problem> {
    place("after", after.as_deref())?;
    page(limit, after)
}

/// The parameters of the query, none but those of `T`.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        query(&parts.uri).map(Self)
    }
}

fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    match Query::<T>::try_from_uri(uri) {
        Ok(Query(asked)) => Ok(asked),
        Err(rejection) => Err(misread("the query", &rejection.body_text())),
    }
}

/// No parameters at all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// How many at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    after: Option<String>,
}

impl Paging {
    /// As the store wants it.
    pub(super) fn page(self) -> Result<Page, Problem> {
        page(self.limit.as_deref(), self.after)
    }
}

/// The page that `limit` and `after` ask for.
pub(super) fn page(limit: Option<&str>, after: Option<String>) -> Result<Page, Problem> {
    let limit = match limit.map(str::parse::<u32>) {
        None => 50,
        Some(Ok(limit)) if (1..=Page::MOST).contains(&limit) => limit,
        Some(_) => {
            let problem = format!("must be a number from 1 to {}", Page::MOST);
            return Err(Problem::No(No::invalid("limit", problem)));
        }
    };
    let after = match after {
        Some(after) if is_id(&after) => Some(after),
        Some(_) => return Err(Problem::No(No::invalid("after", "is not a place in this list"))),
        None => None,
    };
    Ok(Page { after, limit })
}

/// The JSON body, with no members but those of `T`. An absent body is an empty object.
pub(super) struct Body<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let typed = request.headers().contains_key(CONTENT_TYPE);
        let json = is_json(request.headers());
        let bytes = axum::body::to_bytes(request.into_body(), MOST_BODY)
            .await
            .map_err(|error| {
                if error.into_inner().is::<http_body_util::LengthLimitError>() {
                    Problem::TooLarge
                } else {
                    Problem::Malformed {
                        detail: "the body broke off".into(),
                        field: None,
                    }
                }
            })?;
        if !typed && bytes.is_empty() {
            return read(b"{}").map(Self);
        }
        if !json {
            return Err(Problem::NotJson);
        }
        read(&bytes).map(Self)
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| misread("the body", &error.to_string()))
}

/// `application/json`, with whatever parameters (RFC 8259 §11: there are none that matter).
fn is_json(headers: &HeaderMap) -> bool {
    let mut all = headers.get_all(CONTENT_TYPE).iter();
    let (Some(one), None) = (all.next(), all.next()) else {
        return false;
    };
    let essence = one.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Says what the reader of JSON or of a query says: it names the member and the place.
fn misread(what: &str, error: &str) -> Problem {
    // The first name in backticks is the member's ("unknown field `x`, expected …", "missing field `x`").
    let named = ["unknown field `", "missing field `", "duplicate field `"]
        .into_iter()
        .find_map(|before| error.split_once(before)?.1.split('`').next());
    // It may repeat what was sent: enough of it to recognise, no more.
    let error: String = error.chars().take(300).collect();
    Problem::Malformed {
        detail: format!("{what} cannot be read: {error}"),
        field: named.map(|name| name.chars().take(50).collect()),
    }
}

/// The version in `If-Match` (RFC 9110 §13.1.1), as `ETag` said it. Absent: whatever the version is.
pub(super) struct Seen(pub(super) Option<Version>);

impl<S: Sync> FromRequestParts<S> for Seen {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut all = parts.headers.get_all(IF_MATCH).iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(Self(None)),
            (Some(one), None) => seen(one.to_str().unwrap_or_default().trim()),
            (Some(_), Some(_)) => Err(one_tag()),
        }
    }
}

fn seen(text: &str) -> Result<Seen, Problem> {
    // Any version will do; that there is one is asked anyway.
    if text == "*" {
        return Ok(Seen(None));
    }
    let tag = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .filter(|tag| !tag.contains('"'))
        .ok_or_else(one_tag)?;
    // A tag that we never gave is nobody's version.
    Ok(Seen(Some(tag.parse().unwrap_or(-1))))
}

fn one_tag() -> Problem {
    Problem::at("If-Match", "must be one entity tag as ETag gave it, or *")
}

/// A member that may be null, apart from one that is absent.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CO9: a forged limit or cursor is refused by its name.
    #[test]
    fn a_page_has_a_sane_limit_and_cursor() {
        for (limit, taken) in [
            ("1", true),
            ("200", true),
            ("0", false),
            ("201", false),
            ("-1", false),
            ("1e2", false),
            ("", false),
            ("18446744073709551616", false),
            ("1;DROP TABLE client", false),
        ] {
            match page(Some(limit), None) {
                Ok(page) => assert!(taken, "{limit:?} gave {page:?}"),
                Err(Problem::No(No::Invalid { field, .. })) => assert!(!taken && field == "limit", "{limit:?}"),
                Err(other) => panic!("{other:?}"),
            }
        }
        for after in ["", "'", "a b", "\u{0}", "%", &"a".repeat(201)] {
            let no = page(None, Some(after.to_owned())).unwrap_err();
            assert!(
                matches!(no, Problem::No(No::Invalid { field: "after", .. })),
                "{after:?}"
            );
        }
        assert_eq!(page(None, Some("acc_1".into())).unwrap().limit, 50);
    }

    /// CO9: a parameter that is not known is refused by its name, as is one that comes twice.
    #[test]
    fn a_query_has_only_the_parameters_there_are() {
        let field = |text: &str| match query::<Paging>(&text.parse().unwrap()) {
            Err(Problem::Malformed { field, .. }) => field,
            Err(other) => panic!("{other:?}"),
            Ok(_) => None,
        };
        assert_eq!(field("/?limit=1&after=x"), None);
        assert_eq!(field("/?order=name").as_deref(), Some("order"));
        assert_eq!(field("/?limit=1&limit=2").as_deref(), Some("limit"));
        assert!(query::<Nothing>(&"/?x".parse().unwrap()).is_err());
        assert!(query::<Nothing>(&"/".parse().unwrap()).is_ok());
    }

    #[test]
    fn a_moment_is_a_day_or_a_time() {
        let read = |text: &str| moment("ends", text).ok();
        assert_eq!(read("2026-11-21"), Some(Moment(1_795_219_200)));
        assert_eq!(read("2026-11-21T10:00:00Z"), Some(Moment(1_795_255_200)));
        assert_eq!(read("2026-11-21T12:00:00+02:00"), Some(Moment(1_795_255_200)));
        for wrong in [
            "",
            "21.11.2026",
            "2026-11-31",
            "2026-11-21T10:00:00",
            "20261121",
            "1795255200",
            "tomorrow",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn if_match_takes_the_tags_that_etag_gives() {
        let version = |text: &str| seen(text).map(|seen| seen.0).ok();
        assert_eq!(version("\"7\""), Some(Some(7)));
        assert_eq!(version("*"), Some(None));
        assert_eq!(version("\"other\""), Some(Some(-1)));
        for wrong in ["7", "", "\"7", "W/\"7\"", "\"7\", \"8\""] {
            assert_eq!(version(wrong), None, "{wrong:?}");
        }
    }
}
