//! `claims`: single claims, asked for by name (OpenID Connect Core §5.5).

use crate::terms::people::PeopleTerms;
use serde_json::{Map, Value};
use tollgate_model::authorization::ClaimsAsked;
use tollgate_protocol::refusal::{Code, Refusal};

/// The longest text that is read, in bytes.
const LONGEST: usize = 8 * 1024;
/// The most claims that may be asked for.
const MOST: usize = 100;
/// What an ID token says of the sign-in rather than of the person.
const OF_SIGN_IN: [&str; 4] = ["acr", "amr", "auth_time", "sub"];

/// What a `claims` parameter asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The names that this house has: there is no other way to a person's record.
    pub(super) claims: ClaimsAsked,
    /// The kinds of sign-in one of which is essential (§5.5.1.1).
    pub(super) acr: Vec<String>,
    /// The one person who will do, by `sub`.
    pub(super) subject: Option<String>,
}

/// Reads it. A claim that this house does not have is passed over (§5.5.1: a wish, even where it is essential).
///
/// # Errors
/// [`Code::ClaimsMalformed`] for what is not the JSON of §5.5, or is longer than any honest request.
pub(super) fn read(text: &str, terms: &PeopleTerms) -> Result<Wanted, Refusal> {
    let no = || Refusal::of(Code::ClaimsMalformed);
    if text.len() > LONGEST {
        return Err(no());
    }
    let all: Map<String, Value> = serde_json::from_str(text).map_err(|_| no())?;
    let part = |name| match all.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(part)) if part.values().all(is_request) && part.len() <= MOST => Ok(Some(part)),
        Some(_) => Err(no()),
    };
    let (userinfo, id_token) = (part("userinfo")?, part("id_token")?);
    let names = |part: Option<&Map<String, Value>>| -> Vec<String> {
        part.into_iter()
            .flat_map(|part| part.keys())
            .filter(|name| OF_SIGN_IN.contains(&name.as_str()) || terms.scopes.iter().any(|s| s.claims.contains(name)))
            .cloned()
            .collect()
    };
    let asked = |claim: &str| id_token.and_then(|part| part.get(claim));
    let subject = asked("sub").or_else(|| userinfo.and_then(|part| part.get("sub")));
    Ok(Wanted {
        claims: ClaimsAsked {
            userinfo: names(userinfo),
            id_token: names(id_token),
        },
        acr: asked("acr")
            .filter(|acr| essential(acr))
            .map(values)
            .unwrap_or_default(),
        subject: subject.map(values).and_then(|list| list.into_iter().next()),
    })
}

/// §5.5.1: `null`, or an object whose members are of their types; unknown members are passed over.
fn is_request(request: &Value) -> bool {
    match request {
        Value::Null => true,
        Value::Object(members) => {
            members.get("essential").is_none_or(Value::is_boolean) && members.get("values").is_none_or(Value::is_array)
        }
        _ => false,
    }
}

fn essential(request: &Value) -> bool {
    request.get("essential") == Some(&Value::Bool(true))
}

/// `value`, and those of `values` that are texts.
fn values(request: &Value) -> Vec<String> {
    let one = request.get("value").into_iter();
    let several = request.get("values").and_then(Value::as_array).into_iter().flatten();
    one.chain(several)
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Claims about the person that are asked for by name and that no scope among `scopes` opens anyway, in order. The
/// person is asked about each of them.
pub(super) fn beyond<'a>(
    asked: &'a ClaimsAsked,
    scopes: &tollgate_protocol::scope::Scopes,
    terms: &PeopleTerms,
) -> Vec<&'a str> {
    let open = |claim: &str| {
        scopes
            .iter()
            .filter_map(|scope| terms.claim_scope(scope))
            .any(|scope| scope.claims.iter().any(|one| one == claim))
    };
    let mut list: Vec<&str> = Vec::new();
    for claim in asked.userinfo.iter().chain(&asked.id_token) {
        if !OF_SIGN_IN.contains(&claim.as_str()) && !open(claim) && !list.contains(&claim.as_str()) {
            list.push(claim);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> PeopleTerms {
        PeopleTerms::of("https://id.vendor.example/userinfo")
    }

    #[test]
    fn claims_that_this_house_has_are_asked_for_by_name() {
        let text = r#"{"userinfo":{"given_name":{"essential":true},"shoe_size":null,"email":null},
            "id_token":{"auth_time":{"essential":true},"birthdate":{"value":"x"}},"transaction":{"x":1}}"#;
        let wanted = read(text, &terms()).unwrap();
        assert_eq!(wanted.claims.userinfo, ["email", "given_name"]);
        assert_eq!(wanted.claims.id_token, ["auth_time", "birthdate"]);
        assert_eq!(wanted.subject, None);
        assert_eq!(read("{}", &terms()).unwrap(), Wanted::default());
        assert_eq!(read(r#"{"userinfo":null}"#, &terms()).unwrap(), Wanted::default());
    }

    #[test]
    fn an_essential_acr_and_a_sub_are_understood() {
        let text = r#"{"id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"usr_9"}}}"#;
        let wanted = read(text, &terms()).unwrap();
        assert_eq!(wanted.acr, ["a", "b"]);
        assert_eq!(wanted.subject.as_deref(), Some("usr_9"));
        let wish = read(r#"{"id_token":{"acr":{"values":["a"]}}}"#, &terms()).unwrap();
        assert!(wish.acr.is_empty());
    }

    #[test]
    fn what_is_not_the_json_of_a_claims_request_is_refused() {
        let many: Vec<String> = (0..=MOST).map(|n| format!("\"c{n}\":null")).collect();
        for text in [
            "",
            "null",
            "[]",
            "email",
            r#"{"userinfo":[]}"#,
            r#"{"userinfo":"email"}"#,
            r#"{"id_token":{"email":true}}"#,
            r#"{"id_token":{"email":{"essential":"yes"}}}"#,
            r#"{"id_token":{"email":{"values":"x"}}}"#,
            r#"{"userinfo":{"email":null}"#,
            &format!("{{\"userinfo\":{{{}}}}}", many.join(",")),
            &format!("{{\"x\":\"{}\"}}", "x".repeat(LONGEST)),
            &"[".repeat(4_000),
        ] {
            assert_eq!(
                read(text, &terms()).unwrap_err().code,
                Code::ClaimsMalformed,
                "{text:.60}"
            );
        }
    }

    /// CO1: a claim that is asked for by name is not a way around the person.
    #[test]
    fn claims_that_no_scope_opens_are_told_apart() {
        let asked = ClaimsAsked {
            userinfo: vec!["email".into(), "phone_number".into()],
            id_token: vec!["email".into(), "acr".into(), "address".into()],
        };
        let scopes = ["openid", "email"].into_iter().collect();
        assert_eq!(beyond(&asked, &scopes, &terms()), ["phone_number", "address"]);
        assert!(beyond(&ClaimsAsked::default(), &scopes, &terms()).is_empty());
    }
}
