//! Random text of `[0-9A-Za-z]`: it survives URLs, headers, form bodies, shells and a double click.

use crate::chance::{Entropy, NoEntropy};
use zeroize::Zeroizing;

const ALPHABET: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The greatest multiple of 62 that a byte can count to. A byte at or above it is thrown away:
/// folding it in would favour the first eight characters of the alphabet.
const FAIR: u8 = 248;

/// A working source needs one or two draws. One that has not filled the text after so many is
/// broken, and the loop has to end.
const DRAWS: usize = 64;

/// Appends `count` characters, each of the 62 as likely as any other.
pub(crate) fn append(count: usize, entropy: &dyn Entropy, out: &mut String) -> Result<(), NoEntropy> {
    let mut missing = count;
    for _ in 0..DRAWS {
        if missing == 0 {
            return Ok(());
        }
        let mut bytes = Zeroizing::new([0_u8; 40]);
        entropy.fill(bytes.as_mut_slice())?;
        for character in bytes.iter().filter_map(|byte| fair(*byte)).take(missing) {
            out.push(character);
            missing -= 1;
        }
    }
    if missing == 0 { Ok(()) } else { Err(NoEntropy) }
}

/// The character a random byte stands for, if it stands for one.
fn fair(byte: u8) -> Option<char> {
    (byte < FAIR).then(|| digit(u32::from(byte)))
}

/// Six digits of `number`, most significant first. Six hold every 32-bit number: 62⁶ > 2³².
pub(crate) fn six(number: u32) -> [char; 6] {
    let mut digits = ['0'; 6];
    let mut rest = number;
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits
}

/// Appends the last `count` digits of a number of 32 octets, the least significant first. Of a number that is random
/// each digit is, up to the forty-second.
pub(crate) fn spell(number: &[u8; 32], count: usize, out: &mut String) {
    let mut rest = Zeroizing::new(*number);
    for _ in 0..count {
        let mut carry = 0_u32;
        for octet in rest.iter_mut() {
            let whole = (carry << 8) | u32::from(*octet);
            *octet = u8::try_from(whole / 62).unwrap_or(0);
            carry = whole % 62;
        }
        out.push(digit(carry));
    }
}

fn digit(number: u32) -> char {
    let place = usize::try_from(number % 62).unwrap_or(0);
    ALPHABET.get(place).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Fixed;

    /// PK7: every character stands for exactly four of the 256 values of a byte, so none is likelier.
    #[test]
    fn each_character_is_reached_by_the_same_number_of_bytes() {
        let mut reached = std::collections::BTreeMap::new();
        for character in (0..=255).filter_map(fair) {
            *reached.entry(character).or_insert(0) += 1;
        }
        assert_eq!(reached.len(), 62);
        assert!(reached.values().all(|times| *times == 4));
        assert!(reached.keys().all(char::is_ascii_alphanumeric));
    }

    #[test]
    fn a_source_that_gives_nothing_usable_ends_in_an_error() {
        struct Stuck;
        impl Entropy for Stuck {
            fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
                bytes.fill(0xFF);
                Ok(())
            }
        }
        assert_eq!(append(1, &Stuck, &mut String::new()), Err(NoEntropy));
    }

    #[test]
    fn as_many_characters_come_as_were_asked_for() {
        for count in [0, 1, 39, 40, 41, 300] {
            let mut text = String::new();
            append(count, &Fixed::new(3), &mut text).unwrap();
            assert_eq!(text.len(), count);
        }
    }

    #[test]
    fn a_long_number_is_spelt_digit_by_digit() {
        let mut number = [0_u8; 32];
        let spelt = |number: &[u8; 32], count| {
            let mut text = String::new();
            spell(number, count, &mut text);
            text
        };
        assert_eq!(spelt(&number, 3), "000");
        // 62² + 2·62 + 3.
        number[30..].copy_from_slice(&(62_u16 * 62 + 2 * 62 + 3).to_be_bytes());
        assert_eq!(spelt(&number, 4), "3210");
        // 2²⁵⁶ - 1 has 43 digits, and no more.
        let most = spelt(&[0xFF; 32], 45);
        assert!(most.ends_with("00") && !most.ends_with("000"), "{most}");
    }

    #[test]
    fn numbers_are_written_most_significant_digit_first() {
        assert_eq!(six(0).iter().collect::<String>(), "000000");
        assert_eq!(six(61).iter().collect::<String>(), "00000z");
        assert_eq!(six(62).iter().collect::<String>(), "000010");
        assert_eq!(six(u32::MAX).iter().collect::<String>(), "4gfFC3");
    }
}
