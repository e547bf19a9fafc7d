//! Keys and vectors that the tests of several modules share, and the independent verifier.

mod independent;
pub(crate) mod vectors;

use crate::chance::Fixed;
use crate::signing::SigningKey;
use std::sync::OnceLock;
use tollgate_protocol::jose::Algorithm;

/// One key for each algorithm, made once: RSA keys take their time.
pub(crate) fn key(algorithm: Algorithm) -> &'static SigningKey {
    static KEYS: [OnceLock<SigningKey>; 4] = [const { OnceLock::new() }; 4];
    let place = Algorithm::ALL.iter().position(|known| *known == algorithm).unwrap();
    KEYS[place].get_or_init(|| SigningKey::generate(algorithm, &Fixed::new(11)).unwrap())
}
