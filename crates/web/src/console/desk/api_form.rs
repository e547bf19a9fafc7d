//! An API as a form: what is typed, read into the registry's words and written back.

use super::asked;
use crate::console::input::Ask;
use crate::console::page::{Choice, Form};
use tollgate_model::Api;
use tollgate_model::api::{ScopeWord, Unasked};
use tollgate_protocol::claims::Profile;
use tollgate_protocol::jose::Algorithm;

/// What both forms of an API say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) name: String,
    pub(super) scopes: Vec<ScopeWord>,
    pub(super) unasked: Unasked,
    pub(super) lifetime: i64,
    pub(super) algorithm: Algorithm,
    pub(super) profile: Profile,
}

/// What cannot be read of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// The lifetime is no number: that is said beside its field.
    Lifetime,
    /// A word that no form of ours offers.
    Word,
}

/// Reads what was typed.
pub(super) fn read(ask: &Ask) -> Result<Typed, Unread> {
    Ok(Typed {
        name: ask.field("name").to_owned(),
        scopes: scopes(ask.field("scopes")),
        unasked: unasked_of(ask.field("unasked")).ok_or(Unread::Word)?,
        algorithm: Algorithm::of_name(ask.field("algorithm")).ok_or(Unread::Word)?,
        profile: profile_of(ask.field("profile")).ok_or(Unread::Word)?,
        lifetime: ask.field("lifetime").trim().parse().map_err(|_| Unread::Lifetime)?,
    })
}

/// A scope a line: its name, and after the first space what it means.
fn scopes(text: &str) -> Vec<ScopeWord> {
    asked::lines(text)
        .into_iter()
        .map(|line| {
            let (name, description) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
            ScopeWord {
                name: name.to_owned(),
                description: description.trim().to_owned(),
            }
        })
        .collect()
}

/// The form of a new API, with what most of them have.
pub(super) fn fresh() -> Form {
    Form::new()
        .with("lifetime", "3600")
        .with("algorithm", Algorithm::ES256.name())
        .with("profile", profile(Profile::Rfc9068))
        .with("unasked", unasked(Unasked::Granted))
}

/// The form of an API as it is.
pub(super) fn filled(api: &Api) -> Form {
    let scopes = api.scopes.iter().map(|word| match word.description.as_str() {
        "" => word.name.clone(),
        description => format!("{} {description}", word.name),
    });
    Form::new()
        .with("name", &api.name)
        .with("scopes", scopes.collect::<Vec<_>>().join("\n"))
        .with("lifetime", api.lifetime.to_string())
        .with("algorithm", api.algorithm.name())
        .with("profile", profile(api.profile))
        .with("unasked", unasked(api.unasked))
}

/// The algorithms there are.
pub(super) fn algorithms() -> Vec<Choice> {
    Algorithm::ALL
        .map(|algorithm| Choice::new(algorithm.name(), algorithm.name(), ""))
        .to_vec()
}

/// How tokens may spell their claims.
pub(super) fn profiles() -> Vec<Choice> {
    [
        Profile::Rfc9068,
        Profile::Auth0,
        Profile::Hydra,
        Profile::IdentityServer,
    ]
    .map(|of| Choice::new(profile(of), profile_words(of), ""))
    .to_vec()
}

/// What a request may get that names no scope.
pub(super) fn unaskeds() -> Vec<Choice> {
    [Unasked::Granted, Unasked::Nothing, Unasked::Refused]
        .map(|of| Choice::new(unasked(of), unasked_words(of), ""))
        .to_vec()
}

/// A profile's word.
const fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Rfc9068 => "rfc9068",
        Profile::Auth0 => "auth0",
        Profile::Hydra => "hydra",
        Profile::IdentityServer => "identityserver",
    }
}

/// A profile as people call it.
pub(super) const fn profile_words(profile: Profile) -> &'static str {
    match profile {
        Profile::Rfc9068 => "RFC 9068, the standard",
        Profile::Auth0 => "As Auth0 spells it",
        Profile::Hydra => "As Ory Hydra spells it",
        Profile::IdentityServer => "As IdentityServer spells it",
    }
}

fn profile_of(word: &str) -> Option<Profile> {
    [
        Profile::Rfc9068,
        Profile::Auth0,
        Profile::Hydra,
        Profile::IdentityServer,
    ]
    .into_iter()
    .find(|of| profile(*of) == word)
}

const fn unasked(unasked: Unasked) -> &'static str {
    match unasked {
        Unasked::Granted => "granted",
        Unasked::Nothing => "nothing",
        Unasked::Refused => "refused",
    }
}

/// What a request gets that names no scope, in words.
pub(super) const fn unasked_words(unasked: Unasked) -> &'static str {
    match unasked {
        Unasked::Granted => "Every scope that the client was granted",
        Unasked::Nothing => "A token without scopes",
        Unasked::Refused => "Nothing: it is refused",
    }
}

fn unasked_of(word: &str) -> Option<Unasked> {
    [Unasked::Granted, Unasked::Nothing, Unasked::Refused]
        .into_iter()
        .find(|of| unasked(*of) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_a_line_of_its_name_and_what_it_means() {
        let read = scopes("reports:read Read reports\r\n\n  reports:write\tWrite  them \nbare\n");
        let told: Vec<_> = read
            .iter()
            .map(|word| (word.name.as_str(), word.description.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("reports:read", "Read reports"),
                ("reports:write", "Write  them"),
                ("bare", "")
            ]
        );
    }

    #[test]
    fn every_choice_is_understood_when_it_comes_back() {
        for choice in profiles() {
            assert!(profile_of(&choice.value).is_some(), "{}", choice.value);
        }
        for choice in unaskeds() {
            assert!(unasked_of(&choice.value).is_some(), "{}", choice.value);
        }
        for choice in algorithms() {
            assert!(Algorithm::of_name(&choice.value).is_some(), "{}", choice.value);
        }
        assert_eq!(profile_of("none"), None);
    }
}
