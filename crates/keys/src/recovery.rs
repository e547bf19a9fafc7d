//! Recovery codes: what a person writes down for the day the second factor is lost. `k7fq-29xm-hw4p`:
//! sixty random bits, so its keyed digest is kept as that of any of our secrets.

use crate::chance::{Entropy, NoEntropy};
use zeroize::Zeroizing;

/// How many codes a person gets at once. Each works once.
pub const COUNT: usize = 10;

/// Crockford's base 32: no `i`, `l`, `o` or `u`. Thirty-two characters divide the 256 values of a
/// byte evenly.
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters of a code, of five bits each, and how many stand together.
const CHARACTERS: usize = 12;
const GROUP: usize = 4;
/// The longest text that is read as a code: somebody types spaces, nobody types this many.
const MAX_TYPED: usize = 64;

/// Ten new codes, in the form [`normalise`] gives back.
///
/// # Errors
/// [`NoEntropy`] when the source of chance failed.
pub fn mint(entropy: &dyn Entropy) -> Result<Vec<Zeroizing<String>>, NoEntropy> {
    (0..COUNT)
        .map(|_| {
            let mut bytes = Zeroizing::new([0_u8; CHARACTERS]);
            entropy.fill(bytes.as_mut_slice())?;
            Ok(written(bytes.iter().map(|byte| digit(*byte))))
        })
        .collect()
}

/// A typed code as it was minted: capitals, spaces and dashes do not matter, `o` reads as `0`, and
/// `i` and `l` as `1`. `None` if it cannot be a code.
#[must_use]
pub fn normalise(typed: &str) -> Option<Zeroizing<String>> {
    if typed.len() > MAX_TYPED {
        return None;
    }
    let mut read = Zeroizing::new([0_u8; CHARACTERS]);
    let mut places = read.iter_mut();
    for character in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        *places.next()? = value(character)?;
    }
    if places.next().is_some() {
        return None;
    }
    Some(written(read.iter().map(|value| digit(*value))))
}

fn written(digits: impl Iterator<Item = char>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(CHARACTERS + CHARACTERS / GROUP));
    for (place, digit) in digits.enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(digit);
    }
    text
}

fn digit(byte: u8) -> char {
    ALPHABET.get(usize::from(byte % 32)).copied().map_or('0', char::from)
}

fn value(character: char) -> Option<u8> {
    let character = match character.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    let place = ALPHABET.iter().position(|known| char::from(*known) == character)?;
    u8::try_from(place).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::{Fixed, System};
    use std::collections::BTreeSet;

    /// SE9: sixty bits a code: not to be guessed, whatever the rate.
    #[test]
    fn ten_different_codes_of_sixty_bits_come_at_once() {
        let codes = mint(&System).unwrap();
        assert_eq!(
            codes.iter().map(|code| code.as_str()).collect::<BTreeSet<_>>().len(),
            10
        );
        assert_eq!(ALPHABET.iter().collect::<BTreeSet<_>>().len(), 32);
        for code in &codes {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!(groups.len(), 3, "{}", **code);
            assert!(groups.iter().all(|group| group.len() == 4));
            assert_eq!(normalise(code).as_deref(), Some(&**code));
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let minted = written([10, 0, 1, 31, 2, 3, 4, 5, 6, 7, 8, 9].into_iter().map(digit));
        assert_eq!(*minted, "a01z-2345-6789");
        for typed in [
            "A01Z-2345-6789",
            " a01z 2345 6789\n",
            "a01z23456789",
            "aoIz-2345-6789",
            "aOlz--2345-6789-",
        ] {
            assert_eq!(normalise(typed), Some(minted.clone()), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_a_code_is_none() {
        let long = "a01z-2345-6789".to_owned() + &" ".repeat(MAX_TYPED);
        for typed in [
            "",
            "-",
            "a01z-2345-678",
            "a01z-2345-67890",
            "a01z-2345-678u",
            "a01z-2345-678é",
            "a01z_2345_6789",
            &long,
        ] {
            assert_eq!(normalise(typed), None, "{typed}");
        }
    }

    #[test]
    fn codes_follow_from_the_chance_handed_in() {
        assert_eq!(mint(&Fixed::new(1)).unwrap(), mint(&Fixed::new(1)).unwrap());
        assert_ne!(mint(&Fixed::new(1)).unwrap(), mint(&Fixed::new(2)).unwrap());
    }
}
