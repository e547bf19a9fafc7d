//! Other providers that people may come from.

use super::secret_file;
use crate::settings::config::Config;
use anyhow::Context as _;
use std::sync::Arc;
use tollgate_issuer::Desk;
use tollgate_issuer::authorize::errand::Upstream;
use tollgate_upstream::{Known, Providers};

/// The providers of the terms, each with the secret that our client has there.
pub(super) fn providers(config: &Config, desk: &Desk) -> anyhow::Result<Arc<dyn Upstream>> {
    let mut known = Vec::new();
    for typed in &config.people.connection {
        let (Some(connection), Some(file)) = (desk.terms.people.connection(&typed.name), &typed.client_secret_file)
        else {
            continue;
        };
        known.push(Known {
            connection: connection.clone(),
            secret: secret_file(file).with_context(|| format!("the secret of the connection {}", typed.name))?,
        });
    }
    let providers = Providers::new(known, config.server.development).context("connections")?;
    Ok(Arc::new(providers))
}
