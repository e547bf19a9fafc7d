//! Certificates and keys from PEM files.

use crate::settings::config::Tls;
use anyhow::Context as _;
use rustls::ServerConfig;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::sync::Arc;
use tollgate_keys::signing::SigningKey;
use tollgate_protocol::jose::Algorithm;

/// A server's TLS: 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN.
///
/// # Errors
/// When a file cannot be read or holds no certificate and key that go together.
pub fn server(tls: &Tls) -> anyhow::Result<Arc<ServerConfig>> {
    let key =
        PrivateKeyDer::from_pem_file(&tls.key).with_context(|| format!("reading the key {}", tls.key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates(&tls.certificate)?, key)
        .context("certificate and key do not go together")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// The P-256 key of a PEM file (PKCS#8).
///
/// # Errors
/// When it cannot be read or is another kind of key. Nothing of the key is said.
pub fn signing_key(path: &Path) -> anyhow::Result<SigningKey> {
    let key = PrivatePkcs8KeyDer::from_pem_file(path).with_context(|| format!("reading the key {}", path.display()))?;
    SigningKey::from_pkcs8(Algorithm::ES256, key.secret_pkcs8_der())
        .with_context(|| format!("{} is no P-256 key", path.display()))
}

/// The certificates of a PEM file.
///
/// # Errors
/// When it cannot be read or holds none.
pub fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let found: Vec<_> = read.with_context(|| format!("reading the certificates of {}", path.display()))?;
    anyhow::ensure!(!found.is_empty(), "{} holds no certificate", path.display());
    Ok(found)
}
