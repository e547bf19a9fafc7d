//! `tollgate serve`.

use crate::serve::{self, BadSettings, Running, Secrets, Sockets};
use crate::settings::check::check;
use crate::settings::given::Given;
use crate::settings::{Environment, Layers};
use std::pin::pin;
use tokio::signal::unix::{SignalKind, signal};

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    given: Given,
}

/// Runs what the configuration names until it is stopped. It does not start on what `check` complains about. SIGHUP has it
/// read its configuration again.
#[expect(
    clippy::print_stdout,
    reason = "the first operator's token is shown once, to the person who starts it"
)]
pub(super) async fn run(options: &Options) -> anyhow::Result<()> {
    let text = options.given.text()?;
    let layers = Layers {
        environment: Environment::read(),
        set: options.given.set.clone(),
    };
    let checked = check(&text, &layers);
    let config = checked.config.map_err(BadSettings)?;
    for note in &checked.notes {
        tracing::warn!(%note, "settings");
    }
    // Before anything answers: from then on the signal does not end the process.
    let mut hangup = signal(SignalKind::hangup())?;
    let mut running = serve::start(&config, secrets(&layers.environment), None, Sockets::default()).await?;
    if let Some(token) = &running.first_operator {
        println!("The first operator's token, shown this once: {}", token.expose());
    }
    if let Some(link) = &running.first_link {
        println!(
            "Become the first operator of the console with this link, which works once: {}",
            link.as_str()
        );
    }
    tracing::info!(issuer = ?running.issuer, gateway = ?running.gateway, management = ?running.management, "everything answers");
    let mut stopped = pin!(super::stop_signal());
    loop {
        tokio::select! {
            stopped = &mut stopped => break stopped?,
            Some(()) = hangup.recv() => reload(options, &layers, &mut running).await,
        }
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

/// Reads the configuration again. One that is bad changes nothing.
async fn reload(options: &Options, layers: &Layers, running: &mut Running) {
    let reloaded = async {
        let checked = check(&options.given.text()?, layers);
        let config = checked.config.map_err(BadSettings)?;
        for note in &checked.notes {
            tracing::warn!(%note, "settings");
        }
        running.reload(&config, &secrets(&layers.environment)).await
    };
    match reloaded.await {
        Ok(waits) => {
            tracing::warn!("the configuration was read again and is in force");
            for setting in waits {
                tracing::warn!(setting, "this has changed and needs a restart");
            }
        }
        Err(error) => tracing::error!(
            error = format!("{error:#}"),
            "the configuration was read again and is not taken: everything stays as it was"
        ),
    }
}

fn secrets(environment: &Environment) -> Secrets {
    Secrets {
        master_key: environment.secret("TOLLGATE_MASTER_KEY"),
        gateway_token: environment.secret("TOLLGATE_GATEWAY_TOKEN"),
        mail_password: environment.secret("TOLLGATE_MAIL_PASSWORD"),
    }
}
