//! Reading a request to the authorization endpoint (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
//!
//! The order matters. Before client and address are found in order nobody is sent anywhere (RU5); from then on every
//! refusal goes to the client, with its `state`. Unknown parameters are ignored (RU7); repeated ones never come this
//! far (RU6).

use super::back::Way;
use super::redirect::{self, Redirect};
use super::{claims, language, proof, target};
use crate::terms::Terms;
use crate::token::id_token::Hint;
use tollgate_model::authorization::{Asked, Prompt, ResponseMode};
use tollgate_model::client::GrantType;
use tollgate_model::{Api, ClientRecord, State, UserId};
use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// The longest `nonce` that goes into a token, in bytes.
const LONGEST_NONCE: usize = 1024;
/// The longest `login_hint` that is kept, in characters: that of an address (RFC 5321 §4.5.3.1.3).
const LONGEST_HINT: usize = 254;
/// The most words that `acr_values` may have.
const MOST_ACR: usize = 20;

/// What a request is read against.
#[derive(Clone, Copy)]
pub(super) struct House<'a> {
    pub(super) terms: &'a Terms,
    pub(super) apis: &'a [Api],
    /// What the `id_token_hint` says, if it is an ID token of ours.
    pub(super) hint: Option<&'a Hint>,
}

/// Whether people may be sent to this client at all (SS-4): it and its account are on, and it uses codes.
pub(super) fn may_send(record: &ClientRecord) -> bool {
    record.client.state == State::Active
        && record.account.state == State::Active
        && record.client.grant_types.contains(&GrantType::AuthorizationCode)
}

/// Said of a client that may not.
pub(super) fn not_allowed() -> Refusal {
    Refusal::of(Code::GrantTypeNotAllowed).with("grant_type", GrantType::AuthorizationCode.as_str())
}

/// The trusted way back (RFC 6749 §3.1.2).
///
/// # Errors
/// A [`Refusal`] to show to the person and nobody else.
pub(super) fn redirect(ask: &Parameters, record: &ClientRecord) -> Result<Redirect, Refusal> {
    let registered = &record.client.redirect_uris;
    redirect::find(registered, ask.get("redirect_uri"), record.client.is_public()).map_err(|untrusted| {
        // A client that never sends people here has no addresses; that says more than that this one is unknown.
        if may_send(record) { untrusted } else { not_allowed() }
    })
}

/// How a refusal gets back, however odd the rest of the request is.
pub(super) fn way<'a>(ask: &'a Parameters, redirect: &'a Redirect) -> Way<'a> {
    Way {
        redirect_uri: &redirect.uri,
        mode: ask
            .get("response_mode")
            .and_then(ResponseMode::of_str)
            .unwrap_or_default(),
        state: ask.get("state"),
    }
}

/// What the client asks for.
///
/// # Errors
/// A [`Refusal`] to send back to the client.
pub(super) fn read(
    ask: &Parameters,
    languages: Option<&str>,
    record: &ClientRecord,
    redirect: Redirect,
    house: House<'_>,
) -> Result<Asked, Refusal> {
    let terms = house.terms;
    if !may_send(record) {
        return Err(not_allowed());
    }
    for (name, code) in [
        ("request", Code::RequestUnsupported),
        ("request_uri", Code::RequestUriUnsupported),
        ("registration", Code::RegistrationUnsupported),
    ] {
        if ask.get(name).is_some() {
            return Err(Refusal::of(code));
        }
    }
    match ask.get("response_type") {
        Some("code") => {}
        Some(_) => return Err(Refusal::of(Code::ResponseTypeUnsupported)),
        None => return Err(Refusal::of(Code::ResponseTypeMissing)),
    }
    let response_mode = match ask.get("response_mode") {
        Some(word) => ResponseMode::of_str(word).ok_or_else(|| Refusal::of(Code::ResponseModeUnsupported))?,
        None => ResponseMode::default(),
    };
    let (state, nonce) = unguessable(ask, terms.people.least_state)?;
    let challenge = proof::challenge(ask, terms.people.pkce_optional && !record.client.is_public())?;
    let prompt = prompt(ask.get("prompt"))?;
    let max_age = ask.get("max_age").map(seconds).transpose()?;
    let wanted = match ask.get("claims") {
        Some(text) => claims::read(text, &terms.people)?,
        None => claims::Wanted::default(),
    };
    let acr_values = acr_values(ask.get("acr_values"), wanted.acr, terms)?;
    let connection = connection(ask.get("connection"), terms)?;
    let hinted = match (ask.get("id_token_hint"), house.hint) {
        (None, _) => wanted.subject,
        (Some(_), Some(hint)) if hint.client == record.client.id => Some(hint.subject.clone()),
        (Some(_), _) => return Err(Refusal::of(Code::HintMalformed)),
    };
    let aim = target::read(ask, record, house.apis, terms)?;
    Ok(Asked {
        redirect_uri: redirect.uri,
        redirect_named: redirect.named,
        response_mode,
        state,
        nonce,
        challenge,
        scopes: aim.scopes,
        api: aim.api,
        prompt,
        max_age,
        acr_values,
        claims: wanted.claims,
        login_hint: ask.get("login_hint").and_then(address),
        hinted: hinted.map(UserId::new),
        language: language::choose(ask.get("ui_locales"), languages).to_owned(),
        connection,
    })
}

/// `state` and `nonce`. Where they must be unguessable (Hydra), `state` must be there and neither may be short (SO-8).
fn unguessable(ask: &Parameters, least: usize) -> Result<(Option<String>, Option<String>), Refusal> {
    let short = |text: &str| text.chars().count() < least;
    let (state, nonce) = (ask.get("state"), ask.get("nonce"));
    if least > 0 && state.is_none_or(short) {
        return Err(Refusal::of(Code::StateShort).with("least", least.to_string()));
    }
    if nonce.is_some_and(short) {
        return Err(Refusal::of(Code::NonceShort).with("least", least.to_string()));
    }
    if nonce.is_some_and(|text| text.len() > LONGEST_NONCE) {
        return Err(Refusal::of(Code::ParameterMalformed)
            .with("parameter", "nonce")
            .with("most", LONGEST_NONCE.to_string()));
    }
    Ok((state.map(str::to_owned), nonce.map(str::to_owned)))
}

/// `prompt`: `none` stands alone (OpenID Connect Core §3.1.2.1).
fn prompt(text: Option<&str>) -> Result<Vec<Prompt>, Refusal> {
    let mut list = Vec::new();
    for word in words(text) {
        let prompt = Prompt::of_str(word).ok_or_else(|| Refusal::of(Code::PromptUnknown).with("prompt", word))?;
        if !list.contains(&prompt) {
            list.push(prompt);
        }
    }
    if list.len() > 1 && list.contains(&Prompt::None) {
        return Err(Refusal::of(Code::PromptSeveral));
    }
    Ok(list)
}

/// `max_age`: digits alone, no more than a number of ours holds.
fn seconds(text: &str) -> Result<i64, Refusal> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.ok_or_else(|| Refusal::of(Code::MaxAgeMalformed))
}

/// `acr_values`, else what `claims` calls essential. A house that tells no kinds of sign-in apart passes it over, as
/// OpenID Connect Core §3.1.2.1 has it; one that does so refuses what it does not know (SO-12).
fn acr_values(text: Option<&str>, essential: Vec<String>, terms: &Terms) -> Result<Vec<String>, Refusal> {
    if terms.people.acrs.is_empty() {
        return Ok(Vec::new());
    }
    let mut list: Vec<String> = Vec::new();
    let asked = match text {
        Some(_) => words(text).map(str::to_owned).collect(),
        None => essential,
    };
    for value in asked {
        if list.len() >= MOST_ACR || !terms.people.acrs.iter().any(|acr| acr.value == value) {
            return Err(Refusal::of(Code::AcrUnknown).with("acr", value));
        }
        if !list.contains(&value) {
            list.push(value);
        }
    }
    Ok(list)
}

/// `connection` (3E-18).
fn connection(name: Option<&str>, terms: &Terms) -> Result<Option<String>, Refusal> {
    match name {
        Some(name) if terms.people.connection(name).is_none() => {
            Err(Refusal::of(Code::ConnectionUnknown).with("connection", name))
        }
        name => Ok(name.map(str::to_owned)),
    }
}

/// A `login_hint` that can be an e-mail address. Any other, such as a domain (3E-17), is a hint that there is nothing
/// here to be done about; it is never an error.
fn address(hint: &str) -> Option<String> {
    let hint = hint.trim();
    let (local, domain) = hint.rsplit_once('@')?;
    let fits = !local.is_empty() && !domain.is_empty() && hint.chars().count() <= LONGEST_HINT;
    let plain = !hint.chars().any(|c| c.is_control() || c.is_whitespace());
    (fits && plain).then(|| hint.to_owned())
}

fn words(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.into_iter()
        .flat_map(|text| text.split(' '))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
