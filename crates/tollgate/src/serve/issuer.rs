//! The issuer and its management listener.

use super::{Running, Secrets, Sockets, acceptor, bound, console, secret_file, tasks, upstream};
use crate::listen::{self, Served};
use crate::settings::config::Config;
use crate::settings::resolve::Resolved;
use anyhow::Context as _;
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::feed::Feed;
use tollgate_issuer::guessing::Guesses;
use tollgate_issuer::keyring::Keyring;
use tollgate_issuer::memory::Memory;
use tollgate_issuer::people::bench::Bench;
use tollgate_issuer::tally::Tally;
use tollgate_issuer::{Desk, declare, registry};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::Source;
use tollgate_model::moment::Clock;
use tollgate_web::House;
use tollgate_web::peer::TrustedProxies;
use tollgate_web::request_id::RequestIds;

/// Opens the store, brings what is declared onto record, and listens.
pub(super) async fn start(
    config: &Config,
    resolved: Resolved,
    secrets: &Secrets,
    clock: Arc<dyn Clock>,
    sockets: &mut Sockets,
    running: &mut Running,
) -> anyhow::Result<Arc<dyn Source>> {
    let terms = tollgate_issuer::Terms {
        leak_keys: console::leak_keys(config)?,
        ..resolved.terms
    };
    let desk = desk(config, terms, secrets, clock).await?;
    desk.memory.learn(desk.now()).await?;
    if let Err(no) = declare::apply(&desk, &resolved.declared).await? {
        anyhow::bail!("the declared APIs and routes cannot be applied: {no}");
    }
    registry::key::ensure(&desk).await?;

    running
        .tasks
        .spawn(tasks::follow(Arc::clone(&desk), running.stop.clone()));
    running
        .tasks
        .spawn(tasks::count(Arc::clone(&desk), running.stop.clone()));
    running
        .tasks
        .spawn(tasks::tidy(Arc::clone(&desk), running.stop.clone()));
    running.look_after(&desk, console::post(config, secrets)?);

    let gateway = console::gateway_url(config);
    let look = console::look(config)?;
    let upstream = upstream::providers(config, &desk)?;
    let inside = console::console(
        config,
        &desk,
        &resolved.paths,
        gateway.clone(),
        (true, &look, &upstream),
    )?;
    let everywhere = console::desk_is_everywhere(config);
    let outside = console::console(config, &desk, &resolved.paths, gateway, (everywhere, &look, &upstream))?;
    let mut process = [0_u8; 8];
    desk.entropy.fill(&mut process)?;
    let house = Arc::new(House {
        desk: Arc::clone(&desk),
        paths: resolved.paths,
        pages: Arc::clone(&outside),
        ids: RequestIds::new(u64::from_be_bytes(process)),
        patience: Duration::from_secs(config.server.body_timeout.max(1)),
    });
    let source: Arc<dyn Source> = Arc::new(Feed {
        desk: Arc::clone(&desk),
        stop: running.stop.clone(),
    });
    let proxies = Arc::new(TrustedProxies(config.server.trusted_proxies.clone()));

    let socket = bound(sockets.issuer.take(), config.server.listen).await?;
    running.issuer = Some(socket.local_addr()?);
    let tls = acceptor(config.server.tls.as_ref())?;
    let mut router = tollgate_web::public(house);
    if config.console.enabled.0 {
        router = router.merge(tollgate_web::console::router(outside));
    }
    let served = Served {
        router,
        tls,
        proxies: Arc::clone(&proxies),
    };
    running.tasks.spawn(listen::serve(socket, served, running.stop.clone()));

    let socket = bound(sockets.management.take(), config.server.management_listen).await?;
    running.management = Some(socket.local_addr()?);
    let tls = acceptor(config.server.management_tls.as_ref())?;
    let router = tollgate_web::management::router(Arc::clone(&desk)).merge(tollgate_web::management::feed_router(
        Arc::clone(&desk),
        Arc::clone(&source),
    ));
    let router = router.merge(tollgate_web::console::router(inside));
    running.tasks.spawn(listen::serve(
        socket,
        Served { router, tls, proxies },
        running.stop.clone(),
    ));
    running.desk = Some(desk);
    Ok(source)
}

async fn desk(
    config: &Config,
    terms: tollgate_issuer::Terms,
    secrets: &Secrets,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Arc<Desk>> {
    let master = master_key(config, secrets)?;
    let store = tollgate_store::open(&store_settings(config)?).await?;
    let keyring = Arc::new(Keyring::new(master.sealer()?));
    Ok(Arc::new(Desk {
        terms,
        memory: Memory::new(Arc::clone(&store), keyring),
        store,
        guesses: Guesses::default(),
        tally: Tally::default(),
        digests: master.digest_key()?,
        sealer: master.sealer()?,
        audit: master.audit_key()?,
        bench: Bench::default(),
        entropy: Arc::new(chance::System),
        clock,
    }))
}

fn store_settings(config: &Config) -> anyhow::Result<tollgate_store::Settings> {
    let url = match &config.store.url_file {
        Some(path) => secret_file(path)?.to_string(),
        None => config.store.url.clone(),
    };
    Ok(tollgate_store::Settings {
        url,
        connections: config.store.connections,
    })
}

fn master_key(config: &Config, secrets: &Secrets) -> anyhow::Result<MasterKey> {
    let text = match (&secrets.master_key, &config.master_key.file) {
        (Some(text), _) => text.clone(),
        (None, Some(path)) => secret_file(path)?,
        (None, None) => anyhow::bail!(
            "there is no master key: set TOLLGATE_MASTER_KEY or master_key.file (`tollgate init --master-key FILE` makes one)"
        ),
    };
    MasterKey::parse(text.trim()).context("the master key")
}
