//! The private keys of aws-lc-rs behind one face.

use super::SigningFault;
use crate::chance::{Entropy, NoEntropy};
use crate::jwk::{Jwk, Material};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair, RsaSignatureEncoding,
};
use tollgate_protocol::jose::Algorithm;
use zeroize::Zeroizing;

/// A parsed private key. RSA keys carry their padding: RFC 8725 §3.1, one key, one algorithm.
pub(super) enum Pair {
    Rsa(RsaKeyPair, &'static RsaSignatureEncoding),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// How often a P-256 scalar is drawn. One in four thousand million is refused for being zero or not
/// below the order of the curve; three in a row are a broken source.
const DRAWS: usize = 3;

impl Pair {
    pub(super) fn generate(algorithm: Algorithm, entropy: &dyn Entropy) -> Result<Self, SigningFault> {
        match algorithm {
            Algorithm::RS256 | Algorithm::PS256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningFault::Generation)?;
                Ok(Self::Rsa(pair, padding(algorithm)))
            }
            Algorithm::ES256 => p256(entropy).map(Self::P256),
            Algorithm::EdDSA => {
                let mut seed = Zeroizing::new([0_u8; 32]);
                entropy.fill(seed.as_mut_slice())?;
                Ed25519KeyPair::from_seed_unchecked(seed.as_slice())
                    .map(Self::Ed25519)
                    .map_err(|_| SigningFault::Generation)
            }
        }
    }

    pub(super) fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SigningFault> {
        match algorithm {
            Algorithm::RS256 | Algorithm::PS256 => {
                RsaKeyPair::from_pkcs8(pkcs8).map(|pair| Self::Rsa(pair, padding(algorithm)))
            }
            Algorithm::ES256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).map(Self::P256),
            Algorithm::EdDSA => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::Ed25519),
        }
        .map_err(|_| SigningFault::Unreadable)
    }

    pub(super) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, SigningFault> {
        let document = match self {
            Self::Rsa(pair, _) => AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map(|der| copy(der.as_ref())),
            Self::P256(pair) => pair.to_pkcs8v1().map(|der| copy(der.as_ref())),
            Self::Ed25519(pair) => pair.to_pkcs8v1().map(|der| copy(der.as_ref())),
        };
        document.map_err(|_| SigningFault::Operation)
    }

    pub(super) fn public(&self, algorithm: Algorithm) -> Option<Jwk> {
        let material = match self {
            Self::Rsa(pair, _) => Material::Rsa {
                n: pair.public_key().modulus().big_endian_without_leading_zero().to_vec(),
                e: pair.public_key().exponent().big_endian_without_leading_zero().to_vec(),
            },
            Self::P256(pair) => {
                // SEC 1 §2.3.3: 04, then both coordinates.
                let point = pair.public_key().as_ref().strip_prefix(&[4])?;
                let (x, y) = point.split_first_chunk::<32>()?;
                Material::P256 {
                    x: *x,
                    y: y.try_into().ok()?,
                }
            }
            Self::Ed25519(pair) => Material::Ed25519 {
                x: pair.public_key().as_ref().try_into().ok()?,
            },
        };
        Jwk::new(algorithm, material).ok()
    }

    pub(super) fn signature_length(&self) -> usize {
        match self {
            Self::Rsa(pair, _) => pair.public_modulus_len(),
            Self::P256(_) | Self::Ed25519(_) => 64,
        }
    }

    /// The signature as a JWS carries it. The library makes its own nonces and salts: nothing that
    /// is handed in could spoil them.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningFault> {
        // The library's signature type is four kilobytes wide; the bytes are copied out of it.
        match self {
            Self::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*padding, &SystemRandom::new(), message, &mut signature)
                    .map(|()| signature)
            }
            Self::P256(pair) => pair
                .sign(&SystemRandom::new(), message)
                .map(|signature| signature.as_ref().to_vec()),
            Self::Ed25519(pair) => pair.try_sign(message).map(|signature| signature.as_ref().to_vec()),
        }
        .map_err(|_| SigningFault::Operation)
    }
}

fn padding(algorithm: Algorithm) -> &'static RsaSignatureEncoding {
    if algorithm == Algorithm::PS256 {
        &RSA_PSS_SHA256
    } else {
        &RSA_PKCS1_SHA256
    }
}

/// FIPS 186-5 appendix A.2.2: draw a scalar, and draw again if it is out of range. The library
/// checks the range, and works out the public key, when it reads the scalar in RFC 5915's form.
fn p256(entropy: &dyn Entropy) -> Result<EcdsaKeyPair, SigningFault> {
    const BEFORE: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
    const AFTER: [u8; 12] = [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    for _ in 0..DRAWS {
        let mut scalar = Zeroizing::new([0_u8; 32]);
        entropy.fill(scalar.as_mut_slice())?;
        let mut der = Zeroizing::new(Vec::with_capacity(BEFORE.len() + 32 + AFTER.len()));
        der.extend_from_slice(&BEFORE);
        der.extend_from_slice(scalar.as_slice());
        der.extend_from_slice(&AFTER);
        if let Ok(pair) = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der) {
            return Ok(pair);
        }
    }
    Err(NoEntropy.into())
}

fn copy(der: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(der.to_vec())
}
