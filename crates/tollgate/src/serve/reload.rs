//! Another configuration while the house answers (RL17).

use super::{BadSettings, Running, Secrets, issuer};
use crate::settings::config::Config;
use crate::settings::resolve::resolve;
use std::fmt::Debug;
use std::sync::Arc;

impl Running {
    /// Takes another configuration on without dropping a request: what is declared, every term of the issuer, its pages,
    /// and the certificates, whose files are read again. Returns what needs a restart to take effect.
    ///
    /// What the issuer only remembers begins anew, such as wrong secrets of late.
    ///
    /// # Errors
    /// When the configuration is bad or cannot be put in force: then everything stays as it was.
    pub async fn reload(&mut self, config: &Config, secrets: &Secrets) -> anyhow::Result<Vec<&'static str>> {
        let resolved = resolve(config).map_err(BadSettings)?;
        let pairs: Vec<_> = self
            .shown
            .iter()
            .map(|shown| Ok((Arc::clone(shown), shown.read_again()?)))
            .collect::<anyhow::Result<_>>()?;
        if self.issuing.is_some() {
            issuer::replace(config, resolved, secrets, self).await?;
        }
        for (shown, pair) in pairs {
            shown.show(pair);
        }
        // Compared with what the process was started on: what needed a restart before needs one still.
        Ok(waits(&self.config, config))
    }
}

/// What of a new configuration waits for a restart.
fn waits(old: &Config, new: &Config) -> Vec<&'static str> {
    let differs: [(&str, &dyn Debug, &dyn Debug); 10] = [
        ("issuer.enabled", &old.issuer.enabled, &new.issuer.enabled),
        ("server.listen", &old.server.listen, &new.server.listen),
        (
            "server.management_listen",
            &old.server.management_listen,
            &new.server.management_listen,
        ),
        ("server.reuse_port", &old.server.reuse_port, &new.server.reuse_port),
        ("server.tls", &old.server.tls, &new.server.tls),
        (
            "server.management_tls",
            &old.server.management_tls,
            &new.server.management_tls,
        ),
        ("store", &old.store, &new.store),
        ("master_key", &old.master_key, &new.master_key),
        ("gateway", &old.gateway, &new.gateway),
        ("vendor.name", &old.vendor.name, &new.vendor.name),
    ];
    differs
        .into_iter()
        .filter(|(_, old, new)| format!("{old:?}") != format!("{new:?}"))
        .map(|(name, ..)| name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_is_named() {
        let old = Config::default();
        assert!(waits(&old, &old).is_empty());
        let mut new = old.clone();
        new.server.body_timeout += 1;
        new.members.roles.push("Admin".to_owned());
        assert!(waits(&old, &new).is_empty(), "these take effect at once");
        new.server.listen = ([127, 0, 0, 1], 1).into();
        new.gateway.leeway += 1;
        assert_eq!(waits(&old, &new), ["server.listen", "gateway"]);
    }
}
