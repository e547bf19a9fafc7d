//! Which passwords may be chosen (NIST SP 800-63B §5.1.1.2): long ones, not known ones. There are no rules
//! of composition: they make passwords worse.

use super::{breached, lower};
use zeroize::Zeroizing;

/// The fewest characters.
pub const MIN_CHARACTERS: usize = 8;
/// The most characters. Anybody who wants more has a program that takes a number.
pub const MAX_CHARACTERS: usize = 256;
/// The most bytes, in UTF-8.
pub const MAX_BYTES: usize = 1024;

/// A word shorter than this is no word: `de` is in many good passwords.
const SHORTEST_WORD: usize = 3;
/// So many characters beside what everybody knows of a person are too few.
const FEWEST_OWN: usize = 5;

/// Why a password may not be chosen (SE6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer than [`MIN_CHARACTERS`].
    #[error("the password is too short: at least 8 characters")]
    TooShort,
    /// More than [`MAX_CHARACTERS`] or [`MAX_BYTES`].
    #[error("the password is too long: at most 256 characters")]
    TooLong,
    /// It was found in a breach.
    #[error("the password is known from a breach: choose one that nobody else has")]
    Breached,
    /// One character over and over, or made of what is known: the person's address and name, the
    /// vendor's name.
    #[error("the password is easily guessed: it is made of your address, your name or ours, or of one character")]
    Guessable,
}

/// Whether a person may choose this password. `also` is what everybody knows of them: e-mail, name, the
/// vendor's name.
///
/// # Errors
/// [`Weak`], the first reason that is found.
pub fn acceptable(password: &str, also: &[&str]) -> Result<(), Weak> {
    // The bytes come first: nothing longer is looked through.
    if password.len() > MAX_BYTES {
        return Err(Weak::TooLong);
    }
    match password.chars().count() {
        ..MIN_CHARACTERS => return Err(Weak::TooShort),
        MIN_CHARACTERS..=MAX_CHARACTERS => {}
        _ => return Err(Weak::TooLong),
    }
    let password = lower(password);
    if breached::contains(&password) || breached::contains(password.trim()) {
        return Err(Weak::Breached);
    }
    if is_one_character(&password) || is_made_of(&password, also) {
        return Err(Weak::Guessable);
    }
    Ok(())
}

fn is_one_character(password: &str) -> bool {
    let mut characters = password.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first)
}

/// Whether less than [`FEWEST_OWN`] characters are left when the known words are taken out.
fn is_made_of(password: &str, also: &[&str]) -> bool {
    let mut words: Vec<String> = also
        .iter()
        .flat_map(|text| {
            let text = text.trim().to_lowercase();
            let parts: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
            parts.into_iter().chain([text])
        })
        .filter(|word| word.chars().count() >= SHORTEST_WORD)
        .collect();
    // The longest first: `acme.example` before `acme`.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));

    let mut rest = Zeroizing::new(password.to_owned());
    for word in words {
        // A space stands for what was taken out, so that its neighbours do not become a word.
        rest = Zeroizing::new(rest.replace(&word, " "));
    }
    rest.chars().filter(|character| !character.is_whitespace()).count() < FEWEST_OWN
}
