//! What clients may be told of a person: the claims on record.

use crate::registry::No;
use crate::terms::people::PeopleTerms;
use serde_json::{Map, Value};
use tollgate_protocol::id_token::may_be_said;
use url::Url;

/// Claims of a person, by name.
pub type Claims = Map<String, Value>;

/// The most claims of one person.
const MOST: usize = 64;
/// The longest they are altogether, in bytes of JSON.
const LONGEST: usize = 8 * 1024;
/// The longest text of a standard claim, in characters.
const TEXT: usize = 500;

/// What the record's own fields say of a person.
const FIELDS: [&str; 3] = ["name", "email", "email_verified"];

/// Whether it is said of a person from elsewhere: by the token itself, or by the record's own fields.
fn is_elsewhere(name: &str) -> bool {
    !may_be_said(name) || FIELDS.contains(&name)
}

/// How a claim is written (OpenID Connect Core §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Some text.
    Text,
    /// An address of the web.
    Url,
    /// A day, a day without its year, or a year.
    Date,
    /// True or false.
    YesOrNo,
    /// Seconds since 1970.
    Number,
    /// The parts of a postal address.
    Address,
    /// The house's own: any JSON.
    Any,
}

/// The claims that can be kept of a person: those that scopes open, without those that are said by something else.
#[must_use]
pub fn offered(terms: &PeopleTerms) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in terms.scopes.iter().flat_map(|scope| &scope.claims) {
        if !is_elsewhere(name) && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    names
}

/// How this claim is written.
#[must_use]
pub fn form(name: &str) -> Form {
    match name {
        "family_name" | "given_name" | "middle_name" | "nickname" | "preferred_username" | "gender" | "zoneinfo"
        | "locale" | "phone_number" => Form::Text,
        "profile" | "picture" | "website" => Form::Url,
        "birthdate" => Form::Date,
        "phone_number_verified" => Form::YesOrNo,
        "updated_at" => Form::Number,
        "address" => Form::Address,
        _ => Form::Any,
    }
}

/// The members of `address` (OpenID Connect Core §5.1.1).
pub const ADDRESS: [&str; 6] = [
    "formatted",
    "street_address",
    "locality",
    "region",
    "postal_code",
    "country",
];

/// Claims that may be kept of a person: those that some scope opens, written as OpenID Connect has them. A claim whose
/// value is null is none.
///
/// # Errors
/// [`No::Invalid`] of `claims`, which names the claim.
pub fn check(claims: &Claims, terms: &PeopleTerms) -> Result<Claims, No> {
    let invalid = |problem: String| No::invalid("claims", problem);
    if claims.len() > MOST {
        return Err(invalid(format!("must be at most {MOST}")));
    }
    let held: Claims = claims
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let length = serde_json::to_string(&held).map_or(usize::MAX, |text| text.len());
    if length > LONGEST {
        return Err(invalid(format!("must be at most {LONGEST} bytes of JSON altogether")));
    }
    for (name, value) in &held {
        let shown: String = name.chars().take(50).collect();
        let wrong = |problem: &str| invalid(format!("{shown:?} {problem}"));
        if is_elsewhere(name) {
            return Err(wrong("is said by something else than this"));
        }
        if !terms.scopes.iter().any(|scope| scope.claims.contains(name)) {
            return Err(wrong("is opened by no scope here"));
        }
        written(value, &form(name)).map_err(|problem| wrong(&problem))?;
    }
    Ok(held)
}

fn written(value: &Value, form: &Form) -> Result<(), String> {
    let fits = |fits: bool, what: &str| if fits { Ok(()) } else { Err(format!("must be {what}")) };
    match form {
        Form::Any => Ok(()),
        Form::Text => fits(value.as_str().is_some_and(is_text), "a text of 1 to 500 characters"),
        Form::Url => fits(value.as_str().is_some_and(is_url), "an http or https address"),
        Form::Date => fits(
            value.as_str().is_some_and(is_date),
            "a date such as 1990-05-31, 0000-05-31 or 1990",
        ),
        Form::YesOrNo => fits(value.is_boolean(), "true or false"),
        Form::Number => fits(value.as_u64().is_some(), "a number of seconds since 1970"),
        Form::Address => {
            let Some(parts) = value.as_object() else {
                return Err("must be an object".into());
            };
            match parts.iter().find(|(name, _)| !ADDRESS.contains(&name.as_str())) {
                Some(_) => Err(format!("may have {}", ADDRESS.join(", "))),
                None => fits(
                    // Lines of a street address are told apart by line ends.
                    parts.values().all(|part| part.as_str().is_some_and(is_lines)),
                    "made of texts of 1 to 500 characters",
                ),
            }
        }
    }
}

fn is_text(text: &str) -> bool {
    (1..=TEXT).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

fn is_lines(text: &str) -> bool {
    is_text(&text.replace(['\r', '\n'], " "))
}

fn is_url(text: &str) -> bool {
    is_text(text) && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// ISO 8601-1 as OpenID Connect has it: a day, a day without a year (`0000`), or a year.
fn is_date(text: &str) -> bool {
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [year] => digits(year, 4),
        [year, month, day] => {
            let whole = digits(year, 4) && digits(month, 2) && digits(day, 2);
            // A leap year, so that somebody born on 29 February may leave the year out.
            let of = if *year == "0000" { "2000" } else { year };
            whole && format!("{of}-{month}-{day}").parse::<jiff::civil::Date>().is_ok()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn terms() -> PeopleTerms {
        let mut terms = PeopleTerms::of("https://issuer.example/userinfo");
        let own = crate::terms::people::ClaimScope {
            name: "credential".into(),
            description: "Your credential".into(),
            claims: vec!["credential".into()],
        };
        terms.scopes.push(own);
        terms
    }

    fn checked(claims: Value) -> Result<Claims, No> {
        check(claims.as_object().unwrap(), &terms())
    }

    /// SO-5, SO-6: the claims of OpenID Connect, and the house's own.
    #[test]
    fn a_person_has_the_claims_that_scopes_open() {
        let claims = json!({
            "given_name": "Ann", "family_name": "Lee", "birthdate": "1990-05-31", "zoneinfo": "Europe/Berlin",
            "picture": "https://img.example/a.png", "phone_number": "+1 555 0100", "phone_number_verified": false,
            "address": { "street_address": "1 Main\r\nFloor 2", "country": "DE" }, "updated_at": 1_700_000_000,
            "credential": { "serial": [1, 2], "kind": "A3" }, "nickname": null,
        });
        let held = checked(claims).unwrap();
        assert_eq!(held.len(), 10);
        assert!(!held.contains_key("nickname"), "null is none");
    }

    /// CO5, CO8: nothing else is told by a token than what the record and the token themselves say.
    #[test]
    fn a_claim_that_is_wrong_is_named() {
        for (claims, name) in [
            (json!({ "sub": "usr_2" }), "sub"),
            (json!({ "email": "other@firm.example" }), "email"),
            (json!({ "email_verified": true }), "email_verified"),
            (json!({ "name": "Other" }), "name"),
            (json!({ "amr": ["mfa"] }), "amr"),
            (json!({ "shoe_size": 43 }), "shoe_size"),
            (json!({ "given_name": 5 }), "given_name"),
            (json!({ "given_name": "" }), "given_name"),
            (json!({ "given_name": "a\u{0}b" }), "given_name"),
            (json!({ "given_name": "x".repeat(501) }), "given_name"),
            (json!({ "birthdate": "31.05.1990" }), "birthdate"),
            (json!({ "birthdate": "1990-02-30" }), "birthdate"),
            (json!({ "picture": "javascript:alert(1)" }), "picture"),
            (json!({ "phone_number_verified": "true" }), "phone_number_verified"),
            (json!({ "updated_at": -1 }), "updated_at"),
            (json!({ "address": "1 Main" }), "address"),
            (json!({ "address": { "planet": "Earth" } }), "address"),
            (json!({ "address": { "country": "" } }), "address"),
        ] {
            match checked(claims.clone()) {
                Err(No::Invalid {
                    field: "claims",
                    problem,
                }) => {
                    assert!(problem.starts_with(&format!("{name:?} ")), "{claims}: {problem}");
                }
                other => panic!("{claims}: {other:?}"),
            }
        }
    }

    #[test]
    fn claims_are_bounded() {
        let many: Claims = (0..=MOST).map(|i| (format!("c{i}"), json!(1))).collect();
        assert!(check(&many, &terms()).is_err());
        assert!(checked(json!({ "credential": "x".repeat(LONGEST) })).is_err());
        assert!(checked(json!({ "credential": "x".repeat(LONGEST - 100) })).is_ok());
    }

    #[test]
    fn a_birthday_may_leave_out_the_year_or_the_day() {
        for day in ["1990", "1990-05-31", "0000-02-29", "2000-02-29"] {
            assert!(is_date(day), "{day}");
        }
        for none in [
            "",
            "90",
            "1990-5-31",
            "1990-05",
            "1999-02-29",
            "1990-05-31T00:00",
            "١٩٩٠",
        ] {
            assert!(!is_date(none), "{none}");
        }
    }
}
