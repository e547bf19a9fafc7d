//! The gateway, beside its issuer or on its own.

use super::{Running, Secrets, bound, secret_file};
use crate::settings::config::{Config, Feed, RateLimitHeaders};
use crate::tls;
use anyhow::Context as _;
use rustls_pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tollgate_gateway::{Gateway, HttpSource, Introspection, Rest};
use tollgate_model::Source;
use tollgate_model::moment::Clock;
use zeroize::Zeroizing;

/// Where a gateway on its own learns what it works from.
pub(super) fn elsewhere(config: &Config, secrets: &Secrets) -> anyhow::Result<Arc<dyn Source>> {
    let feed = config
        .gateway
        .feed
        .as_ref()
        .context("gateway.feed is required where the issuer is elsewhere")?;
    let token = token(feed, secrets)?;
    let roots = upstream_roots(config)?;
    Ok(Arc::new(
        HttpSource::new(&feed.url, &token, &roots).context("gateway.feed")?,
    ))
}

/// The gateway's own credential.
fn token(feed: &Feed, secrets: &Secrets) -> anyhow::Result<Zeroizing<String>> {
    match (&secrets.gateway_token, &feed.token_file) {
        (Some(token), _) => Ok(token.clone()),
        (None, Some(path)) => secret_file(path),
        (None, None) => {
            anyhow::bail!("there is no gateway token: set TOLLGATE_GATEWAY_TOKEN or gateway.feed.token_file")
        }
    }
}

/// Where what it knows rests. Beside its issuer a gateway has the store.
fn rest(config: &Config, secrets: &Secrets) -> anyhow::Result<Option<Rest>> {
    let (Some(path), Some(feed)) = (&config.gateway.snapshot, &config.gateway.feed) else {
        return Ok(None);
    };
    Ok(Some(Rest::new(path, &token(feed, secrets)?)))
}

fn upstream_roots(config: &Config) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    match &config.gateway.upstream_roots {
        Some(path) => tls::certificates(path),
        None => Ok(Vec::new()),
    }
}

/// Whom it asks about opaque tokens.
fn introspection(config: &Config) -> anyhow::Result<Option<Introspection>> {
    let Some(typed) = &config.gateway.introspection else {
        return Ok(None);
    };
    let secret = secret_file(&typed.client_secret_file)?;
    let asked = Introspection::new(&typed.url, &typed.client_id, &secret).context("gateway.introspection")?;
    Ok(Some(
        asked
            .with_issuer(typed.issuer.clone())
            .with_account(typed.account.clone())
            .remembered(typed.remembered.into()),
    ))
}

/// How long a start keeps everybody waiting for the first snapshot: a little longer than the gateway itself does before
/// it goes on from what rests.
const FIRST_WORD: Duration = Duration::from_secs(6);
/// How long a stop waits for the issuer to take what is told last.
const LAST_WORD: Duration = Duration::from_secs(3);

/// Listens, and returns with the first snapshot. Its health tells of both from the beginning.
pub(super) async fn start(
    config: &Config,
    secrets: &Secrets,
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
        rest: rest(config, secrets)?,
        pass_authorization: typed.pass_authorization,
        upstream_roots: upstream_roots(config)?,
        link_local_upstreams: typed.link_local_upstreams,
        public_url: typed.public_url.clone(),
        assertion_key: typed
            .assertion_key
            .as_deref()
            .map(tls::signing_key)
            .transpose()?
            .map(Arc::new),
        introspection: introspection(config)?,
        forward_auth: typed.forward_auth,
        rate_limit_headers: match typed.rate_limit_headers {
            RateLimitHeaders::Standard => tollgate_gateway::RateLimitHeaders::Standard,
            RateLimitHeaders::XRatelimit => tollgate_gateway::RateLimitHeaders::XRateLimit,
            RateLimitHeaders::Both => tollgate_gateway::RateLimitHeaders::Both,
            RateLimitHeaders::None => tollgate_gateway::RateLimitHeaders::None,
        },
        most_in_flight: typed.most_in_flight,
        most_connections: typed.most_connections,
        least_in_flight: typed.least_in_flight,
        memory: tollgate_gateway::Memory {
            tokens: typed.remembered_tokens,
            ..defaults.memory
        },
        ..defaults
    };
    let gateway = Gateway::new(settings, source, clock);
    let socket = bound(socket, typed.listen, config.server.reuse_port).await?;
    running.gateway = Some(socket.local_addr()?);
    let envoy = match typed.ext_authz_listen {
        Some(address) => Some(bound(None, address, config.server.reuse_port).await?),
        None => None,
    };
    let status = match typed.status_listen {
        Some(address) => Some(bound(None, address, config.server.reuse_port).await?),
        None => None,
    };
    running.status = status.as_ref().map(TcpListener::local_addr).transpose()?;
    let tls = running.tls(typed.tls.as_ref())?.map(Arc::unwrap_or_clone);
    let (following, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { following.follow(stop).await });
    if let Some(status) = status {
        let (asked, stop) = (Arc::clone(&gateway), running.stop.clone());
        running.tasks.spawn(async move { asked.status(status, stop).await });
    }
    // Who comes early waits a moment for the first snapshot; when none comes, they are told so (503).
    let _late = tokio::time::timeout(FIRST_WORD, gateway.ready()).await;
    let (kept, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { kept.keep_at_rest(stop).await });
    let (telling, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { telling.tell(stop).await });
    let (sharing, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move { sharing.share(stop).await });
    if let Some(envoy) = envoy {
        let (asked, stop) = (Arc::clone(&gateway), running.stop.clone());
        running.tasks.spawn(async move { asked.ext_authz(envoy, stop).await });
    }
    let (ready, stop) = (Arc::clone(&gateway), running.stop.clone());
    running.tasks.spawn(async move {
        Arc::clone(&gateway).serve(socket, tls, stop).await;
        // What the last requests left. A stop does not wait long for an issuer that is gone.
        let last = async { tokio::join!(gateway.tell_now(), gateway.share_now()) };
        let _late = tokio::time::timeout(LAST_WORD, last).await;
    });
    ready.ready().await;
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
