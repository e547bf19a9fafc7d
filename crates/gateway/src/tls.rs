//! How targets and issuers are met over TLS.

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// A client that trusts the machine's certificate authorities and `extra`. None when the library offers no
/// protocol version, which would be a defect of the build.
pub(crate) fn client(extra: &[CertificateDer<'static>]) -> Option<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "reading the machine's certificate authorities");
    }
    roots.add_parsable_certificates(found.certs);
    let (_, unread) = roots.add_parsable_certificates(extra.iter().cloned());
    if unread > 0 {
        tracing::error!(unread, "certificates of the settings could not be read");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Some(versions.ok()?.with_root_certificates(roots).with_no_client_auth())
}
