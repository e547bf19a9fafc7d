use super::*;
use crate::authorize::facts::{ADDRESS, CHALLENGE, native, parameters, terms, web, words};
use crate::registry::facts::api;
use tollgate_model::{ClientId, SessionId};

const ADDRESS_ENCODED: &str = "https%3A%2F%2Fapp.firm.example%2Fcb";

fn proof() -> String {
    format!("code_challenge={CHALLENGE}&code_challenge_method=S256")
}

fn read_with(query: &str, record: &ClientRecord, terms: &Terms) -> Result<Asked, Refusal> {
    hinted_with(query, record, terms, None)
}

fn hinted_with(query: &str, record: &ClientRecord, terms: &Terms, hint: Option<&Hint>) -> Result<Asked, Refusal> {
    let ask = parameters(query);
    let redirect = redirect(&ask, record)?;
    let apis = [api()];
    let house = House {
        terms,
        apis: &apis,
        hint,
    };
    read(&ask, Some("fr"), record, redirect, house)
}

/// A request that is in order, and what is put to it.
fn asking(more: &str) -> Result<Asked, Code> {
    let query = format!("response_type=code&redirect_uri={ADDRESS_ENCODED}&{}&{more}", proof());
    read_with(&query, &web(), &terms()).map_err(|refusal| refusal.code)
}

#[test]
fn a_request_in_order_is_read_whole() {
    let asked = asking(
        "scope=openid+profile&state=af0ifjsldkj&nonce=n-0S6&prompt=login+consent&max_age=60&response_mode=form_post\
         &acr_values=urn:acr:two+urn:acr:pwd&login_hint=ann%40firm.example&ui_locales=es_CL&connection=sso&display=page\
         &claims=%7B%22userinfo%22%3A%7B%22email%22%3Anull%7D%7D",
    )
    .unwrap();
    assert_eq!(asked.redirect_uri, ADDRESS);
    assert!(asked.redirect_named);
    assert_eq!(asked.response_mode, ResponseMode::FormPost);
    assert_eq!(asked.state.as_deref(), Some("af0ifjsldkj"));
    assert_eq!(asked.nonce.as_deref(), Some("n-0S6"));
    assert_eq!(asked.challenge.as_deref(), Some(CHALLENGE));
    assert_eq!(asked.scopes.to_string(), "openid profile");
    assert_eq!(asked.prompt, [Prompt::Login, Prompt::Consent]);
    assert_eq!(asked.max_age, Some(60));
    assert_eq!(asked.acr_values, ["urn:acr:two", "urn:acr:pwd"]);
    assert_eq!(asked.login_hint.as_deref(), Some("ann@firm.example"));
    assert_eq!(asked.language, "es");
    assert_eq!(asked.connection.as_deref(), Some("sso"));
    assert_eq!(asked.claims.userinfo, ["email"]);
}

/// RU7: unknown parameters are ignored, empty ones are absent.
#[test]
fn unknown_parameters_are_ignored_and_empty_ones_absent() {
    let asked = asking("scope=openid&state=&nonce=&prompt=&max_age=&request=&acr_values=&utm_source=x&display=dance");
    let asked = asked.unwrap();
    assert_eq!((asked.state, asked.nonce, asked.max_age), (None, None, None));
    assert!(asked.prompt.is_empty() && asked.acr_values.is_empty());
    assert_eq!(asked.language, "fr", "as the browser says");
}

/// RU6: a repeated parameter is refused by name where parameters are read, so it never gets here.
#[test]
fn a_repeated_parameter_is_no_request() {
    let repeated = Parameters::of_form(b"client_id=a&redirect_uri=x&state=1&state=2").unwrap_err();
    assert_eq!(repeated.code, Code::ParameterRepeated);
    assert_eq!(repeated.word("parameter"), Some("state"));
}

/// RU5, RU1: a bad address is a page, whatever else is wrong; the check needs nothing else of the request.
#[test]
fn a_bad_address_is_found_before_anything_else() {
    let ask = parameters("redirect_uri=https://evil.example/&response_type=token&prompt=none+login&request=x");
    assert_eq!(redirect(&ask, &web()).unwrap_err().code, Code::RedirectUnknown);
    let mut two = web();
    two.client.redirect_uris.push("https://app.firm.example/other".into());
    assert_eq!(redirect(&parameters(""), &two).unwrap_err().code, Code::RedirectMissing);
    assert!(!redirect(&parameters(""), &web()).unwrap().named);
}

/// SS-4: a client for calls without people is refused here: to the client where it has an address, else by a page.
#[test]
fn a_client_without_people_is_refused() {
    let mut machine = web();
    machine.client.grant_types = vec![GrantType::ClientCredentials];
    let query = format!("response_type=code&redirect_uri={ADDRESS}&scope=openid");
    let no = read_with(&query, &machine, &terms()).unwrap_err();
    assert_eq!(
        (no.code, no.word("grant_type")),
        (Code::GrantTypeNotAllowed, Some("authorization_code"))
    );
    machine.client.redirect_uris.clear();
    let untrusted = redirect(&parameters(&query), &machine).unwrap_err();
    assert_eq!(untrusted.code, Code::GrantTypeNotAllowed);

    for off in [
        |record: &mut ClientRecord| record.client.state = State::Disabled,
        |record: &mut ClientRecord| record.account.state = State::Disabled,
    ] {
        let mut record = web();
        off(&mut record);
        assert_eq!(
            read_with(&query, &record, &terms()).unwrap_err().code,
            Code::GrantTypeNotAllowed
        );
    }
}

/// RU12: `code` is the only response type, and nothing but it.
#[test]
fn every_other_response_type_is_unsupported() {
    for odd in [
        "token",
        "id_token",
        "code+token",
        "code+id_token",
        "id_token+token",
        "code+id_token+token",
        "none",
        "CODE",
        "code+code",
    ] {
        let query = format!("response_type={odd}&redirect_uri={ADDRESS}&{}", proof());
        let no = read_with(&query, &web(), &terms()).unwrap_err();
        assert_eq!(no.code, Code::ResponseTypeUnsupported, "{odd}");
    }
    let none = read_with(&proof(), &web(), &terms()).unwrap_err();
    assert_eq!(none.code, Code::ResponseTypeMissing);
}

#[test]
fn request_objects_and_registrations_have_their_named_errors() {
    assert_eq!(
        asking("request=eyJhbGciOiJub25lIn0.e30."),
        Err(Code::RequestUnsupported)
    );
    assert_eq!(
        asking("request_uri=https://app.firm.example/r"),
        Err(Code::RequestUriUnsupported)
    );
    assert_eq!(asking("registration=%7B%7D"), Err(Code::RegistrationUnsupported));
}

/// An answer that cannot be given as asked is refused by the query, as RFC 6749 has it.
#[test]
fn an_unknown_response_mode_is_refused_by_the_query() {
    for odd in ["fragment", "web_message", "query.jwt", "QUERY"] {
        assert_eq!(
            asking(&format!("response_mode={odd}")),
            Err(Code::ResponseModeUnsupported),
            "{odd}"
        );
    }
    let ask = parameters(&format!("response_mode=fragment&state=s&redirect_uri={ADDRESS}"));
    let found = redirect(&ask, &web()).unwrap();
    let way = way(&ask, &found);
    assert_eq!(
        (way.mode, way.state, way.redirect_uri),
        (ResponseMode::Query, Some("s"), ADDRESS)
    );
}

/// SO-8: 20 characters are fine; fewer than 8, or none, are refused where the house says so.
#[test]
fn a_guessable_state_is_refused_where_the_house_says_so() {
    let mut strict = terms();
    strict.people.least_state = 8;
    let code = |more: &str| {
        let query = format!(
            "response_type=code&redirect_uri={ADDRESS}&scope=openid&{}&{more}",
            proof()
        );
        read_with(&query, &web(), &strict)
            .map(|asked| asked.state)
            .map_err(|no| (no.code, no.word("least").map(str::to_owned)))
    };
    assert_eq!(
        code("state=12345678901234567890").unwrap().as_deref(),
        Some("12345678901234567890")
    );
    assert!(code("state=12345678").is_ok());
    let short = Err((Code::StateShort, Some("8".to_owned())));
    assert_eq!(code("state=1234567"), short);
    assert_eq!(code(""), short);
    assert_eq!(code("state=%C3%BC%C3%BC%C3%BC%C3%BC"), short, "characters, not bytes");
    assert_eq!(
        code("state=12345678&nonce=short"),
        Err((Code::NonceShort, Some("8".to_owned())))
    );
    assert!(code("state=12345678&nonce=long-enough").is_ok());
}

/// 3E-16, 3E-14: neither state nor PKCE, where the house lets a client with a secret do without.
#[test]
fn a_client_with_a_secret_may_do_without_state_and_proof_where_the_house_says_so() {
    let mut lenient = terms();
    lenient.people.pkce_optional = true;
    let query = format!(
        "response_type=code&scope=read&redirect_uri={ADDRESS_ENCODED}&login_hint=thomsonreuters.com&connection=sso\
         &audience=https%3A%2F%2Fapi.example%2Fdocs"
    );
    let asked = read_with(&query, &web(), &lenient).unwrap();
    assert_eq!((asked.state, asked.challenge), (None, None));
    assert_eq!(asked.api, Some(api().id));
    assert_eq!(
        read_with(&query, &web(), &terms()).unwrap_err().code,
        Code::ChallengeMissing
    );
}

/// PK1, AT5: a public client proves itself by PKCE alone, whatever the house lets others do.
#[test]
fn a_public_client_never_does_without_proof() {
    let mut lenient = terms();
    lenient.people.pkce_optional = true;
    let query = "response_type=code&scope=openid&redirect_uri=http://127.0.0.1:4000/cb";
    assert_eq!(
        read_with(query, &native(), &lenient).unwrap_err().code,
        Code::ChallengeMissing
    );
    let proved = format!("{query}&{}", proof());
    assert_eq!(
        read_with(&proved, &native(), &lenient).unwrap().redirect_uri,
        "http://127.0.0.1:4000/cb"
    );
}

/// OC2: `prompt` and `max_age` are read exactly.
#[test]
fn prompt_and_max_age_are_read_exactly() {
    assert_eq!(asking("prompt=none").unwrap().prompt, [Prompt::None]);
    assert_eq!(asking("prompt=login++login").unwrap().prompt, [Prompt::Login]);
    assert_eq!(asking("prompt=none+login"), Err(Code::PromptSeveral));
    assert_eq!(asking("prompt=create"), Err(Code::PromptUnknown));
    assert_eq!(asking("prompt=None"), Err(Code::PromptUnknown));
    for (text, seconds) in [("0", 0), ("3600", 3600), ("9223372036854775807", i64::MAX)] {
        assert_eq!(asking(&format!("max_age={text}")).unwrap().max_age, Some(seconds));
    }
    for odd in ["-1", "%2B5", "1.5", "1e3", "abc", "9223372036854775808", "%D9%A3"] {
        assert_eq!(asking(&format!("max_age={odd}")), Err(Code::MaxAgeMalformed), "{odd}");
    }
}

/// SO-12: an unknown kind of sign-in is refused; in a house that knows none the wish is passed over.
#[test]
fn an_unknown_acr_is_refused_where_there_are_any() {
    assert_eq!(asking("acr_values=urn:acr:face").unwrap().acr_values, ["urn:acr:face"]);
    assert_eq!(asking("acr_values=urn:acr:face+urn:acr:odd"), Err(Code::AcrUnknown));
    let many = words(&["urn:acr:pwd"; 30]).join("+");
    assert_eq!(
        asking(&format!("acr_values={many}")).unwrap().acr_values,
        ["urn:acr:pwd"]
    );
    let mut plain = terms();
    plain.people.acrs.clear();
    let query = format!("response_type=code&acr_values=1+2&scope=openid&{}", proof());
    assert!(read_with(&query, &web(), &plain).unwrap().acr_values.is_empty());
    let essential = r#"claims={"id_token":{"acr":{"essential":true,"values":["urn:acr:face"]}}}"#;
    assert_eq!(asking(essential).unwrap().acr_values, ["urn:acr:face"]);
}

/// 3E-18: an unknown connection is an error.
#[test]
fn an_unknown_connection_is_refused() {
    assert_eq!(asking("connection=sso").unwrap().connection.as_deref(), Some("sso"));
    assert_eq!(asking("connection=sso-auth-nonprod"), Err(Code::ConnectionUnknown));
}

/// 3E-17: a `login_hint` is a hint: an address is kept, a domain or worse fills in nothing, and none is an error.
#[test]
fn a_login_hint_is_never_an_error() {
    let hint = |text: &str| asking(&format!("login_hint={text}")).unwrap().login_hint;
    assert_eq!(hint("ann%40firm.example").as_deref(), Some("ann@firm.example"));
    for odd in [
        "thomsonreuters.com",
        "%40",
        "a%40",
        "%40b",
        "a+b%40c",
        "a%40b%0d%0ac",
        "%3Cscript%3E",
        &"a".repeat(300),
    ] {
        assert_eq!(hint(odd), None, "{odd}");
    }
    assert_eq!(hint(&format!("{}%40b", "a".repeat(300))), None);
}

#[test]
fn oversized_and_malformed_values_are_refused_by_name() {
    let long = read_with(
        &format!(
            "response_type=code&scope=openid&{}&nonce={}",
            proof(),
            "n".repeat(1_025)
        ),
        &web(),
        &terms(),
    );
    let no = long.unwrap_err();
    assert_eq!(
        (no.code, no.word("parameter")),
        (Code::ParameterMalformed, Some("nonce"))
    );
    assert_eq!(asking("claims=x"), Err(Code::ClaimsMalformed));
    assert_eq!(asking("id_token_hint=a.b.c"), Err(Code::HintMalformed));
    assert_eq!(asking("scope=openid%0d"), Err(Code::ScopeMalformed));
}

/// OC2: an ID token that we gave this client says who is expected; another client's, or anything else, is refused.
#[test]
fn a_hint_is_one_of_this_clients_id_tokens() {
    let query = format!("response_type=code&scope=openid&id_token_hint=x&{}", proof());
    let hint = |client: &str| Hint {
        client: ClientId::new(client),
        subject: "usr_7".into(),
        session: SessionId::new("ses_7"),
    };
    let read = |hint: Option<&Hint>| {
        hinted_with(&query, &web(), &terms(), hint)
            .map(|asked| asked.hinted)
            .map_err(|no| no.code)
    };
    assert_eq!(read(Some(&hint("client-one"))), Ok(Some(UserId::new("usr_7"))));
    assert_eq!(read(Some(&hint("client-two"))), Err(Code::HintMalformed));
    assert_eq!(read(None), Err(Code::HintMalformed));
    let by_claims = asking(r#"scope=openid&claims={"id_token":{"sub":{"value":"usr_8"}}}"#).unwrap();
    assert_eq!(by_claims.hinted, Some(UserId::new("usr_8")));
}
