//! Input that nobody thought of.

use super::*;
use proptest::prelude::*;

proptest! {
    /// JW2: whatever comes in is answered with a flaw, never with a panic, and never accepted.
    #[test]
    fn arbitrary_text_is_refused(text in any::<String>()) {
        prop_assert!(verify(&text, &all_keys(), &EXPECT).is_err());
    }

    /// JW2: nor is anything in the form of a token.
    #[test]
    fn arbitrary_segments_are_refused(parts in proptest::collection::vec(any::<Vec<u8>>(), 3)) {
        let text = parts.iter().map(|part| base64url::encode(part)).collect::<Vec<_>>().join(".");
        prop_assert!(verify(&text, &all_keys(), &EXPECT).is_err());
    }

    /// JW2: nor a good token with one character exchanged.
    #[test]
    fn a_token_with_a_typo_is_refused(place in any::<prop::sample::Index>(), typo in "[0-9A-Za-z_.-]") {
        let token = good();
        let place = place.index(token.len());
        let mut changed = token.clone();
        changed.replace_range(place..=place, &typo);
        prop_assume!(changed != token);
        prop_assert!(verify(&changed, &all_keys(), &EXPECT).is_err());
    }

    /// JW5: any payload under a right signature is read or refused, never a panic.
    #[test]
    fn arbitrary_payloads_are_survived(payload in any::<Vec<u8>>()) {
        let token = signer().sign("at+jwt", &payload).unwrap();
        prop_assert!(verify(&token, &all_keys(), &EXPECT).is_err());
    }
}
