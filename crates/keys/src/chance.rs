//! Where chance comes from. It is handed in, so that rules which mint things can be tested.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// A source of random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` whole.
    ///
    /// # Errors
    /// [`NoEntropy`] when the source has nothing to give; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The source of chance failed, or gave what no working source gives. Nothing may be minted from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct NoEntropy;

/// The cryptographic generator of aws-lc-rs, seeded by the operating system. The only source a
/// running server may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        SystemRandom::new().fill(bytes).map_err(|_| NoEntropy)
    }
}

/// **For tests only**: a stream of bytes that is the same in every run and that anybody can
/// compute. Two sources of one seed give the same stream.
pub struct Fixed {
    seed: u64,
    block: AtomicU64,
}

impl Fixed {
    /// The stream of that seed, from its beginning.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            block: AtomicU64::new(0),
        }
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(32) {
            let block = self.block.fetch_add(1, Ordering::Relaxed);
            let mut input = [0_u8; 16];
            let numbers = self.seed.to_be_bytes().into_iter().chain(block.to_be_bytes());
            for (place, byte) in input.iter_mut().zip(numbers) {
                *place = byte;
            }
            for (place, byte) in chunk.iter_mut().zip(digest(&SHA256, &input).as_ref()) {
                *place = *byte;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fixed(for tests only)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_gives_other_bytes_each_time() {
        let (mut first, mut second) = ([0_u8; 32], [0_u8; 32]);
        System.fill(&mut first).unwrap();
        System.fill(&mut second).unwrap();
        assert_ne!(first, second);
        assert_ne!(first, [0; 32]);
    }

    #[test]
    fn a_fixed_stream_repeats_per_seed_and_goes_on_within_one() {
        let draw = |source: &Fixed| {
            let mut bytes = [0_u8; 40];
            source.fill(&mut bytes).unwrap();
            bytes
        };
        let source = Fixed::new(1);
        let first = draw(&source);
        assert_eq!(first, draw(&Fixed::new(1)));
        assert_ne!(first, draw(&source));
        assert_ne!(first, draw(&Fixed::new(2)));
    }
}
