//! The console: its pages at the public address and at the management listener, and what it sends.

use super::{Running, Secrets, secret_file};
use crate::settings::config::{Config, DeskAt, Mail, MailSecurity};
use crate::settings::files::read_logo;
use crate::tls;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tollgate_issuer::authorize::errand::Upstream;
use tollgate_issuer::{Desk, people};
use tollgate_post::hook::{Hooks, Rules};
use tollgate_post::mail::{Mailer, Security, Smtp};
use tollgate_web::console::Console;
use tollgate_web::console::assets::Accent;
use tollgate_web::console::look::Look;
use tollgate_web::door::Paths;
use tollgate_web::request_id::RequestIds;
use zeroize::Zeroizing;

/// The vendor's colour and logo.
pub(super) fn look(config: &Config) -> anyhow::Result<Arc<Look>> {
    let vendor = &config.vendor;
    let accent = vendor.accent.as_deref().map(Accent::parse).transpose();
    let accent = accent.map_err(|_| anyhow::anyhow!("vendor.accent is no colour"))?;
    let logo = vendor.logo.as_deref().map(read_logo).transpose();
    let logo = logo.map_err(|problem| anyhow::anyhow!("vendor.logo: {problem}"))?;
    Ok(Arc::new(Look::new(accent, logo)))
}

/// The console, with the operators' desk or without it.
pub(super) fn console(
    config: &Config,
    desk: &Arc<Desk>,
    paths: &Paths,
    gateway: Option<String>,
    (operators, look, upstream): (bool, &Arc<Look>, &Arc<dyn Upstream>),
) -> anyhow::Result<Arc<Console>> {
    let mut process = [0_u8; 8];
    desk.entropy.fill(&mut process)?;
    Ok(Arc::new(Console {
        desk: Arc::clone(desk),
        paths: paths.clone(),
        ids: RequestIds::new(u64::from_be_bytes(process)),
        gateway,
        outbox: shows_outbox(config),
        operators,
        look: Arc::clone(look),
        upstream: Arc::clone(upstream),
    }))
}

/// Whether mails stay in the outbox for operators to read, links and all: where somebody tries things out, and nowhere
/// else.
fn shows_outbox(config: &Config) -> bool {
    config.mail.is_none() && config.server.development
}

/// Whether the operators' desk is open at the public address.
pub(super) fn desk_is_everywhere(config: &Config) -> bool {
    config.console.desk == DeskAt::Everywhere
}

/// Where the world reaches the gateway, for ready-made requests.
pub(super) fn gateway_url(config: &Config) -> Option<String> {
    match &config.gateway.public_url {
        Some(url) => Some(url.trim_end_matches('/').to_owned()),
        None if config.gateway.enabled && config.server.development => {
            Some(format!("http://localhost:{}", config.gateway.listen.port()))
        }
        None => None,
    }
}

/// What mails and webhooks leave by.
pub(super) fn post(config: &Config, secrets: &Secrets) -> anyhow::Result<super::post::Post> {
    let mailer = match &config.mail {
        Some(mail) => Some(mailer(mail, secrets).context("mail")?),
        None => None,
    };
    let hooks = Hooks::new(Rules {
        private_addresses: config.webhooks.private_addresses,
        http: config.webhooks.private_addresses,
        timeout: Duration::from_secs(config.webhooks.timeout.max(1)),
    })
    .context("webhooks")?;
    Ok(super::post::Post::new(mailer, hooks, shows_outbox(config)))
}

fn mailer(mail: &Mail, secrets: &Secrets) -> anyhow::Result<Mailer> {
    let password = match (&secrets.mail_password, &mail.password_file) {
        (Some(password), _) => Some(password.clone()),
        (None, Some(path)) => Some(secret_file(path)?),
        (None, None) => None,
    };
    let roots = match &mail.roots {
        Some(path) => tls::certificates(path)?,
        None => Vec::new(),
    };
    Ok(Mailer::smtp(&Smtp {
        host: mail.host.clone(),
        port: mail.port,
        security: match mail.security {
            MailSecurity::Starttls => Security::StartTls,
            MailSecurity::Tls => Security::Tls,
            MailSecurity::None => Security::None,
        },
        username: mail.username.clone(),
        password,
        from: mail.from.clone(),
        roots,
    })?)
}

/// The public keys of partners that report leaked secrets, by the name of the key.
pub(super) fn leak_keys(config: &Config) -> anyhow::Result<Vec<(String, String)>> {
    let read = |partner: &crate::settings::config::Partner| {
        let text =
            std::fs::read_to_string(&partner.key).with_context(|| format!("reading {}", partner.key.display()))?;
        Ok((partner.id.clone(), text))
    };
    config.leaks.partner.iter().map(read).collect()
}

/// The link with which somebody becomes the first operator of the console, while there is none. It leads to where the
/// desk is open.
pub(super) async fn first_link(
    config: &Config,
    desk: &Desk,
    management: Option<SocketAddr>,
) -> anyhow::Result<Option<Zeroizing<String>>> {
    let Some(token) = people::link::first_operator(desk).await? else {
        return Ok(None);
    };
    let url = match (desk_is_everywhere(config), management) {
        (false, Some(at)) => {
            let scheme = if config.server.management_tls.is_some() {
                "https"
            } else {
                "http"
            };
            let host = if at.ip().is_loopback() {
                format!("localhost:{}", at.port())
            } else {
                at.to_string()
            };
            format!("{scheme}://{host}/console")
        }
        _ => desk.terms.console.url.clone(),
    };
    Ok(Some(Zeroizing::new(format!("{url}/welcome#{}", token.expose()))))
}

impl Running {
    /// Starts what sends, warns and signs on its own.
    pub(super) fn look_after(&mut self, desk: &Arc<Desk>, post: super::post::Post, stop: &CancellationToken) {
        self.tasks
            .spawn(super::tasks::send(Arc::clone(desk), post, stop.clone()));
        self.tasks.spawn(super::tasks::alert(Arc::clone(desk), stop.clone()));
        self.tasks
            .spawn(super::tasks::checkpoint(Arc::clone(desk), stop.clone()));
    }
}
