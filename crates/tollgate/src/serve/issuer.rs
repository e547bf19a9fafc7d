//! The issuer and its management listener.

use super::post::Post;
use super::source::Behind;
use super::{Running, Secrets, Sockets, bound, console, secret_file, tasks, upstream};
use crate::listen::{self, Rooms, Served};
use crate::settings::config::Config;
use crate::settings::resolve::Resolved;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::feed::Feed;
use tollgate_issuer::guessing::Guesses;
use tollgate_issuer::keyring::Keyring;
use tollgate_issuer::memory::Memory;
use tollgate_issuer::people::bench::Bench;
use tollgate_issuer::tally::Tally;
use tollgate_issuer::{Desk, declare, registry};
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::moment::Clock;
use tollgate_model::{Change, Source, Store};
use tollgate_web::House;
use tollgate_web::peer::TrustedProxies;
use tollgate_web::request_id::RequestIds;

/// What an issuer is made of that can be replaced while it runs.
pub(super) struct Issuing {
    outside: Arc<ArcSwap<Rooms>>,
    inside: Arc<ArcSwap<Rooms>>,
    source: Arc<Behind>,
    /// Ends what this furnishing does on its own.
    stop: CancellationToken,
}

/// An issuer that is ready, but not asked yet.
struct Furnished {
    desk: Arc<Desk>,
    source: Arc<dyn Source>,
    outside: Rooms,
    inside: Rooms,
    post: Post,
    stop: CancellationToken,
}

/// Opens the store, brings what is declared onto record, and listens.
pub(super) async fn start(
    config: &Config,
    resolved: Resolved,
    secrets: &Secrets,
    sockets: &mut Sockets,
    running: &mut Running,
) -> anyhow::Result<Arc<dyn Source>> {
    let socket = bound(sockets.issuer.take(), config.server.listen, config.server.reuse_port).await?;
    running.issuer = Some(socket.local_addr()?);
    let store = tollgate_store::open(&store_settings(config)?).await?;
    let furnished = furnish(config, resolved, secrets, store, running).await?;
    let tls = running.tls(config.server.tls.as_ref())?.map(TlsAcceptor::from);
    let outside = Arc::new(ArcSwap::from_pointee(furnished.outside));
    let served = Served {
        rooms: Arc::clone(&outside),
        tls,
    };
    running.tasks.spawn(listen::serve(socket, served, running.stop.clone()));

    let listen = config.server.management_listen;
    let socket = bound(sockets.management.take(), listen, config.server.reuse_port).await?;
    running.management = Some(socket.local_addr()?);
    let tls = running
        .tls(config.server.management_tls.as_ref())?
        .map(TlsAcceptor::from);
    let inside = Arc::new(ArcSwap::from_pointee(furnished.inside));
    let served = Served {
        rooms: Arc::clone(&inside),
        tls,
    };
    running.tasks.spawn(listen::serve(socket, served, running.stop.clone()));
    running.work(&furnished.desk, furnished.post, &furnished.stop);
    running.desk = Some(furnished.desk);
    let source = Arc::new(Behind::new(furnished.source));
    running.issuing = Some(Issuing {
        outside,
        inside,
        source: Arc::clone(&source),
        stop: furnished.stop,
    });
    Ok(source)
}

/// Puts another configuration in the place of the one that an issuer runs on. Nothing is changed unless all of it can be.
pub(super) async fn replace(
    config: &Config,
    resolved: Resolved,
    secrets: &Secrets,
    running: &mut Running,
) -> anyhow::Result<()> {
    let Some(before) = running.desk.clone() else {
        return Ok(());
    };
    let transition = resolved.terms.transition.clone();
    let furnished = furnish(config, resolved, secrets, Arc::clone(&before.store), running).await?;
    let Some(issuing) = &mut running.issuing else {
        return Ok(());
    };
    issuing.outside.store(Arc::new(furnished.outside));
    issuing.inside.store(Arc::new(furnished.inside));
    issuing.source.replace(furnished.source);
    std::mem::replace(&mut issuing.stop, furnished.stop.clone()).cancel();
    if before.terms.transition != transition {
        announce(&furnished.desk).await?;
    }
    running.work(&furnished.desk, furnished.post, &furnished.stop);
    running.desk = Some(furnished.desk);
    running.tasks.spawn(tasks::leave(before, running.stop.clone()));
    while running.tasks.try_join_next().is_some() {}
    Ok(())
}

/// Plans and old ways are no records, so that no news tells gateways of them: an API that is written down again as it is
/// does.
async fn announce(desk: &Desk) -> anyhow::Result<()> {
    if let Some(api) = desk.store.apis().await?.into_iter().next() {
        // Whoever revised it at this moment has told the same.
        let _told = desk
            .memory
            .keep(vec![Change::ReviseApi { was: api.version, api }])
            .await?;
    }
    Ok(())
}

/// Makes all that answers requests, and brings what is declared onto record when nothing more can go wrong.
async fn furnish(
    config: &Config,
    resolved: Resolved,
    secrets: &Secrets,
    store: Arc<dyn Store>,
    running: &Running,
) -> anyhow::Result<Furnished> {
    let terms = tollgate_issuer::Terms {
        leak_keys: console::leak_keys(config)?,
        ..resolved.terms
    };
    let stop = running.stop.child_token();
    let desk = desk(config, terms, secrets, (store, Arc::clone(&running.clock)))?;
    desk.memory.learn(desk.now()).await?;
    let post = console::post(config, secrets)?;

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
        stop: stop.clone(),
    });
    let proxies = Arc::new(TrustedProxies(config.server.trusted_proxies.clone()));
    let mut router = tollgate_web::public(house);
    if config.console.enabled.0 {
        router = router.merge(tollgate_web::console::router(outside));
    }
    let outside = Rooms {
        router,
        proxies: Arc::clone(&proxies),
    };
    let router = tollgate_web::management::router(Arc::clone(&desk)).merge(tollgate_web::management::feed_router(
        Arc::clone(&desk),
        Arc::clone(&source),
    ));
    let router = router.merge(tollgate_web::console::router(inside));
    let inside = Rooms { router, proxies };

    if let Err(no) = declare::apply(&desk, &resolved.declared).await? {
        anyhow::bail!("the declared APIs and routes cannot be applied: {no}");
    }
    registry::key::ensure(&desk).await?;
    Ok(Furnished {
        desk,
        source,
        outside,
        inside,
        post,
        stop,
    })
}

impl Running {
    /// Begins what an issuer does on its own, until `stop`.
    fn work(&mut self, desk: &Arc<Desk>, post: Post, stop: &CancellationToken) {
        self.tasks.spawn(tasks::follow(Arc::clone(desk), stop.clone()));
        self.tasks.spawn(tasks::count(Arc::clone(desk), stop.clone()));
        self.tasks.spawn(tasks::tidy(Arc::clone(desk), stop.clone()));
        self.look_after(desk, post, stop);
    }
}

fn desk(
    config: &Config,
    terms: tollgate_issuer::Terms,
    secrets: &Secrets,
    (store, clock): (Arc<dyn Store>, Arc<dyn Clock>),
) -> anyhow::Result<Arc<Desk>> {
    let master = master_key(config, secrets)?;
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
