//! The gateway, beside its issuer or on its own.

use super::{Running, Secrets, bound, secret_file};
use crate::settings::config::Config;
use crate::tls;
use anyhow::Context as _;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tollgate_gateway::{Gateway, HttpSource};
use tollgate_model::Source;
use tollgate_model::moment::Clock;

/// Where a gateway on its own learns what it works from.
pub(super) fn elsewhere(config: &Config, secrets: &Secrets) -> anyhow::Result<Arc<dyn Source>> {
    let feed = config
        .gateway
        .feed
        .as_ref()
        .context("gateway.feed is required where the issuer is elsewhere")?;
    let token = match (&secrets.gateway_token, &feed.token_file) {
        (Some(token), _) => token.clone(),
        (None, Some(path)) => secret_file(path)?,
        (None, None) => {
            anyhow::bail!("there is no gateway token: set TOLLGATE_GATEWAY_TOKEN or gateway.feed.token_file")
        }
    };
    let roots = upstream_roots(config)?;
    Ok(Arc::new(
        HttpSource::new(&feed.url, &token, &roots).context("gateway.feed")?,
    ))
}

fn upstream_roots(config: &Config) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    match &config.gateway.upstream_roots {
        Some(path) => tls::certificates(path),
        None => Ok(Vec::new()),
    }
}

/// How long a stop waits for the issuer to take what is told last.
const LAST_WORD: Duration = Duration::from_secs(3);

/// Takes the first snapshot, and listens.
pub(super) async fn start(
    config: &Config,
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    socket: Option<TcpListener>,
    running: &mut Running,
) -> anyhow::Result<()> {
    let typed = &config.gateway;
    let defaults = tollgate_gateway::Settings::default();
    let settings = tollgate_gateway::Settings {
        name: config.vendor.name.clone().unwrap_or_else(|| defaults.name.clone()),
        trusted_proxies: typed
            .trusted_proxies
            .iter()
            .map(|address| address.to_string().parse())
            .collect::<Result<_, _>>()?,
        leeway: typed.leeway,
        pass_authorization: typed.pass_authorization,
        upstream_roots: upstream_roots(config)?,
        memory: tollgate_gateway::Memory {
            tokens: typed.remembered_tokens,
            ..defaults.memory
        },
        ..defaults
    };
    let gateway = Gateway::new(settings, source, clock);
    let socket = bound(socket, typed.listen).await?;
    running.gateway = Some(socket.local_addr()?);
    let tls = typed
        .tls
        .as_ref()
        .map(tls::server)
        .transpose()?
        .map(Arc::unwrap_or_clone);
    let (following, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { following.follow(stop).await });
    gateway.ready().await;
    let (telling, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { telling.tell(stop).await });
    let stop = running.stop.clone();
    running.tasks.spawn(async move {
        Arc::clone(&gateway).serve(socket, tls, stop).await;
        // What the last requests left. A stop does not wait long for an issuer that is gone.
        let _late = tokio::time::timeout(LAST_WORD, gateway.tell_now()).await;
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use tollgate_gateway::Refusal;
    use tollgate_issuer::calls::{ADVICE, advice};
    use tollgate_issuer::inspect;
    use tollgate_model::call::Place;
    use tollgate_protocol::refusal::Code;

    /// Neither room knows the other's codes; here both are walked, so that no code is without advice and no advice
    /// without a code.
    #[test]
    fn there_is_advice_on_every_code_and_on_no_other() {
        for refusal in Refusal::ALL {
            assert_eq!(advice(Place::Gateway, refusal.code()).code, refusal.code());
        }
        for row in ADVICE {
            let known = match row.place {
                Place::Gateway => Refusal::ALL.iter().any(|refusal| refusal.code() == row.code),
                Place::Issuer => {
                    Code::ALL.iter().any(|code| code.as_str() == row.code)
                        || ["temporarily_unavailable", "server_error"].contains(&row.code)
                }
            };
            assert!(known, "{:?} {}", row.place, row.code);
        }
    }

    /// What the inspector foretells is what the gateway answers.
    #[test]
    fn the_inspector_s_codes_have_the_gateway_s_statuses() {
        for (code, status) in inspect::CODES {
            let refusal = Refusal::ALL.iter().find(|refusal| refusal.code() == *code);
            assert_eq!(
                refusal.map(|refusal| refusal.status().as_u16()),
                Some(*status),
                "{code}"
            );
        }
    }
}
