//! `tollgate demo`.

mod before;

use crate::clock::{Moved, System};
use crate::demo::{self, Showing};
use crate::settings::resolve::moment;
use crate::settings::{self, config, preset};
use anyhow::Context as _;
use std::sync::Arc;
use tollgate_model::Moment;
use tollgate_model::moment::Clock;
use url::form_urlencoded;

/// What `demo` is told.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Start {
    #[command(flatten)]
    demo: demo::Options,
    /// Let it be this day there, as 2026-07-26 or 2026-07-26T14:00:00Z: everything goes by it.
    #[arg(long, value_parser = day)]
    date: Option<Moment>,
}

/// The years in which a demo may be, as moments: 2000 to 2099.
const YEARS: std::ops::Range<i64> = 946_684_800..4_102_444_800;

/// Reads the day on which a demo is to be.
fn day(text: &str) -> Result<Moment, String> {
    match moment::of(text) {
        None => Err(moment::NOT_A_MOMENT.to_owned()),
        Some(moment) if !YEARS.contains(&moment.0) => Err("must be in the years 2000 to 2099".to_owned()),
        Some(moment) => Ok(moment),
    }
}

/// Runs the demo until it is stopped.
#[expect(clippy::print_stdout, reason = "the demo tells the visitor what to paste")]
pub(super) async fn run(options: &Start) -> anyhow::Result<()> {
    let clock: Option<Arc<dyn Clock>> = match options.date {
        Some(day) => Some(Arc::new(Moved::to(day, System))),
        None => None,
    };
    let showing = demo::start(&options.demo, clock).await?;
    let before = before::told(&options.demo, &showing).await?;
    println!("{}", welcome(&options.demo, &showing, &before)?);
    super::stop_signal().await?;
    showing.stop().await;
    Ok(())
}

/// What to open and paste: the requests that the vendor's own documentation prints.
fn welcome(options: &demo::Options, showing: &Showing, before: &str) -> anyhow::Result<String> {
    let text = preset::text(&options.preset).context("no such preset")?;
    let config = settings::read(text).map_err(crate::serve::BadSettings)?;
    let value = |name: &str| showing.env.get(name).map_or("", String::as_str);
    let env_file = options.dir.join("demo.env");
    let token = if config.issuer.target == config::Target::ByScope {
        "curl -s \"$TOLLGATE_TOKEN_URL\" \\\n    -u \"$TOLLGATE_CLIENT_ID:$TOLLGATE_CLIENT_SECRET\" \\\n    -d grant_type=client_credentials -d \"scope=$TOLLGATE_SCOPE\"".to_owned()
    } else if config.issuer.bodies.contains(&config::Body::Json) {
        "curl -s \"$TOLLGATE_TOKEN_URL\" -H 'Content-Type: application/json' -d '{\n    \"client_id\": \"'$TOLLGATE_CLIENT_ID'\",\n    \"client_secret\": \"'$TOLLGATE_CLIENT_SECRET'\",\n    \"audience\": \"'$TOLLGATE_AUDIENCE'\",\n    \"grant_type\": \"client_credentials\"\n  }'".to_owned()
    } else {
        "curl -s \"$TOLLGATE_TOKEN_URL\" \\\n    -u \"$TOLLGATE_CLIENT_ID:$TOLLGATE_CLIENT_SECRET\" \\\n    -d grant_type=client_credentials -d \"audience=$TOLLGATE_AUDIENCE\"".to_owned()
    };
    let acting = config
        .route
        .iter()
        .filter_map(|route| route.acting_user.as_ref()?.header.as_deref())
        .next();
    let acting = acting.map_or_else(String::new, |header| {
        format!(" \\\n    -H \"{header}: $TOLLGATE_USER_EMAIL\"")
    });
    Ok(format!(
        "Tollgate demo, preset {preset}

  console     {console}
  issuer      {issuer}
  gateway     {gateway}
  management  {server}

Open the console and sign in, as somebody of the customer firm or as the vendor's operator:

  {user}  {user_password}
  {operator}  {operator_password}

Everything below is in {env}. In another shell:

  . {env}

A token, as the vendor's documentation asks for it:

  {token}

The API behind the gateway:

  curl -si \"$TOLLGATE_GATEWAY$TOLLGATE_API_PATH\" -H \"Authorization: Bearer $TOKEN\"{acting}

with TOKEN set to the access_token of the first answer.
{before}{person}
Stop with ctrl-c; the next run knows the same client.
",
        preset = options.preset,
        console = value("TOLLGATE_CONSOLE"),
        user = value("TOLLGATE_USER_EMAIL"),
        user_password = value("TOLLGATE_USER_PASSWORD"),
        operator = value("TOLLGATE_OPERATOR_EMAIL"),
        operator_password = value("TOLLGATE_OPERATOR_PASSWORD"),
        issuer = value("TOLLGATE_ISSUER"),
        gateway = value("TOLLGATE_GATEWAY"),
        server = value("TOLLGATE_SERVER"),
        person = person(&config, value("TOLLGATE_REDIRECT_URI"), value("TOLLGATE_USER_EMAIL")),
        env = env_file.display(),
    ))
}

/// How to walk through the authorization endpoint, where the preset has one.
fn person(config: &config::Config, callback: &str, user: &str) -> String {
    let Some((demo, web)) = config.demo.as_ref().and_then(|demo| Some((demo, demo.web.as_ref()?))) else {
        return String::new();
    };
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut scopes = vec!["openid", "profile", "email"];
    let own = config.people.scope.iter().map(|scope| scope.name.as_str());
    scopes.extend(own.filter(|name| !["profile", "email"].contains(name)));
    scopes.extend(config.people.offline.iter().map(String::as_str));
    scopes.extend(demo.client.scopes.iter().map(String::as_str));
    let audience = config
        .api
        .iter()
        .find(|api| api.id == demo.client.api && !api.scopes.is_empty());
    let audience = audience.map_or_else(String::new, |api| format!("&audience={}", encoded(&api.audience)));
    format!(
        "
{web} acts for a person. These lines print the address that it sends a browser to:

  VERIFIER=$(openssl rand -hex 32)
  CHALLENGE=$(printf %s \"$VERIFIER\" | openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d '=')
  echo \"$TOLLGATE_AUTHORIZE_URL?response_type=code&client_id=$TOLLGATE_WEB_CLIENT_ID&redirect_uri={redirect}&scope={scope}{audience}&state=$(openssl rand -hex 8)&code_challenge=$CHALLENGE&code_challenge_method=S256\"

Open it, sign in as {user} and agree: the page that you come back to shows the code, and the line that exchanges it.
",
        redirect = encoded(callback),
        scope = encoded(&scopes.join(" ")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::Cli;
    use clap::{CommandFactory as _, Parser as _};

    #[test]
    fn the_command_line_takes_a_day() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["tollgate", "demo", "--date", "2026-07-26"]).is_ok());
        let no = Cli::try_parse_from(["tollgate", "demo", "--date", "tomorrow"]).unwrap_err();
        assert!(no.to_string().contains(moment::NOT_A_MOMENT), "{no}");
    }

    #[test]
    fn a_day_is_a_day_or_a_moment_of_these_years() {
        assert_eq!(day("2026-07-25"), Ok(Moment(1_784_937_600)));
        assert_eq!(day("2026-07-25T01:00:00+01:00"), Ok(Moment(1_784_937_600)));
        for text in ["", "tomorrow", "2026-07-25T01:00:00", "1999-12-31", "2100-01-01"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
