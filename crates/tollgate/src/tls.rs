//! Certificates and keys from PEM files.

use crate::settings::config::Tls;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::path::Path;
use std::sync::Arc;
use tollgate_keys::signing::SigningKey;
use tollgate_protocol::jose::Algorithm;

/// Certificate and key of a listener, which can be replaced while it serves: connections that begin after that see the
/// new ones.
#[derive(Debug)]
pub struct Shown {
    files: Tls,
    pair: ArcSwap<CertifiedKey>,
}

impl Shown {
    /// The pair that is in the files now.
    ///
    /// # Errors
    /// As those of [`server`]; what is shown stays then.
    pub fn read_again(&self) -> anyhow::Result<CertifiedKey> {
        pair(&self.files)
    }

    /// Shows another pair from now on.
    pub fn show(&self, pair: CertifiedKey) {
        self.pair.store(Arc::new(pair));
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.pair.load_full())
    }
}

/// A server's TLS: 1.2 and 1.3, HTTP/2 and HTTP/1.1 by ALPN. With it comes what shows its certificate.
///
/// # Errors
/// When a file cannot be read or holds no certificate and key that go together.
pub fn server(tls: &Tls) -> anyhow::Result<(Arc<ServerConfig>, Arc<Shown>)> {
    let shown = Arc::new(Shown {
        files: tls.clone(),
        pair: ArcSwap::from_pointee(pair(tls)?),
    });
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok((Arc::new(config), shown))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

fn pair(tls: &Tls) -> anyhow::Result<CertifiedKey> {
    let key =
        PrivateKeyDer::from_pem_file(&tls.key).with_context(|| format!("reading the key {}", tls.key.display()))?;
    CertifiedKey::from_der(certificates(&tls.certificate)?, key, &provider())
        .context("certificate and key do not go together")
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
