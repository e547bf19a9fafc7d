//! The one client that goes to addresses which somebody typed in.

use super::names::{Guarded, Names};
use super::{BadHooks, Rules};
use crate::undelivered::reason;
use reqwest::{Certificate, Client};
use rustls::pki_types::CertificateDer;
use std::sync::Arc;

/// A client that connects where `rules` let it and nowhere else, trusting what the system trusts and `roots`, and asking
/// `names` where names lead (CO7). It judges what a name leads to; that an address is
/// [`acceptable`](super::acceptable) is looked at before each request.
///
/// # Errors
/// [`BadHooks`].
pub fn guarded(rules: &Rules, roots: &[CertificateDer<'static>], names: impl Names) -> Result<Client, BadHooks> {
    let bad = |error: reqwest::Error| BadHooks(reason(&error));
    let mut certificates = Vec::with_capacity(roots.len());
    for root in roots {
        certificates.push(Certificate::from_der(root).map_err(bad)?);
    }
    Client::builder()
        .user_agent("tollgate")
        .timeout(rules.timeout)
        .https_only(!rules.http)
        .tls_certs_merge(certificates)
        // What is connected to is what was judged: no detour, no other place, no second attempt of the client's own, and
        // no connection left over from another judgement.
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(Guarded::new(names, rules.private_addresses)))
        .build()
        .map_err(bad)
}
