//! What the files hold that the configuration names, and the secrets that come by environment.
//! What is wrong with one is said without showing it.

use super::config::{Config, Tls};
use super::resolve::{NOT_A_STORE, is_store};
use super::{Complaint, Environment};
use crate::tls;
use std::io::Read as _;
use std::path::Path;
use tollgate_keys::seal::MasterKey;
use tollgate_web::console::look::{Logo, MOST_LOGO};
use zeroize::Zeroizing;

/// The longest secret that is read from a file, in bytes.
const LONGEST: u64 = 64 * 1024;
/// A token of ours has more characters than this; what has fewer was made up by somebody (OP18).
const SHORTEST_TOKEN: usize = 20;

/// Everything that is wrong with the files and secrets that a server of this configuration needs.
#[must_use]
pub fn faults(config: &Config, environment: &Environment) -> Vec<Complaint> {
    let mut found = Vec::new();
    if config.issuer.enabled {
        found.extend(certificate("server.tls", config.server.tls.as_ref()));
        found.extend(certificate(
            "server.management_tls",
            config.server.management_tls.as_ref(),
        ));
        found.extend(store(config));
        found.extend(master_key(config, environment));
        found.extend(mail(config, environment));
        found.extend(partners(config));
        found.extend(logo(config));
        found.extend(connections(config));
    }
    if config.gateway.enabled {
        found.extend(certificate("gateway.tls", config.gateway.tls.as_ref()));
        found.extend(roots(config));
        found.extend(introspection(config));
        found.extend(assertion_key(config));
        if !config.issuer.enabled {
            found.extend(gateway_token(config, environment));
        }
    }
    found
}

fn certificate(key: &str, tls: Option<&Tls>) -> Option<Complaint> {
    let error = tls::server(tls?).err()?;
    Some(Complaint::about(key, format!("{error:#}")))
}

fn roots(config: &Config) -> Option<Complaint> {
    let error = tls::certificates(config.gateway.upstream_roots.as_deref()?).err()?;
    Some(Complaint::about("gateway.upstream_roots", format!("{error:#}")))
}

fn store(config: &Config) -> Option<Complaint> {
    let key = "store.url_file";
    match secret(config.store.url_file.as_deref()?) {
        Err(problem) => Some(Complaint::about(key, problem)),
        Ok(text) => (!is_store(text.trim())).then(|| Complaint::about(key, format!("what it holds {NOT_A_STORE}"))),
    }
}

/// OP18: there is no default master key, and none that a person made up is taken.
fn master_key(config: &Config, environment: &Environment) -> Option<Complaint> {
    let key = "master_key.file";
    let (text, from) = match (environment.secret("TOLLGATE_MASTER_KEY"), &config.master_key.file) {
        (Some(text), _) => (text, Some("TOLLGATE_MASTER_KEY".to_owned())),
        (None, Some(path)) => match secret(path) {
            Ok(text) => (text, None),
            Err(problem) => return Some(Complaint::about(key, problem)),
        },
        (None, None) => {
            let problem = "there is no master key: `tollgate init --master-key FILE` makes one, and TOLLGATE_MASTER_KEY may hold it";
            return Some(Complaint::about(key, problem));
        }
    };
    let wrong = MasterKey::parse(text.trim()).err()?;
    Some(Complaint {
        from,
        ..Complaint::about(key, wrong.to_string())
    })
}

/// What the mailer needs beside its settings.
fn mail(config: &Config, environment: &Environment) -> Vec<Complaint> {
    let Some(mail) = &config.mail else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(path) = &mail.roots
        && let Err(error) = tls::certificates(path)
    {
        found.push(Complaint::about("mail.roots", format!("{error:#}")));
    }
    match (
        &mail.username,
        environment.secret("TOLLGATE_MAIL_PASSWORD"),
        &mail.password_file,
    ) {
        (Some(_), None, None) => found.push(Complaint::about(
            "mail.password_file",
            "there is a username and no password: set it, or TOLLGATE_MAIL_PASSWORD",
        )),
        (_, None, Some(path)) => found.extend(secret(path).err().map(|e| Complaint::about("mail.password_file", e))),
        _ => {}
    }
    found
}

fn partners(config: &Config) -> Vec<Complaint> {
    let read = |place: usize, path: &Path| {
        let problem = match secret(path) {
            Err(problem) => problem,
            Ok(text) if text.contains("-----BEGIN PUBLIC KEY-----") => return None,
            Ok(_) => format!("{} is no PEM public key", path.display()),
        };
        Some(Complaint::about(format!("leaks.partner[{place}].key"), problem))
    };
    let partners = config.leaks.partner.iter().enumerate();
    partners
        .filter_map(|(place, partner)| read(place, &partner.key))
        .collect()
}

fn logo(config: &Config) -> Option<Complaint> {
    let error = read_logo(config.vendor.logo.as_deref()?).err()?;
    Some(Complaint::about("vendor.logo", error))
}

/// The logo that a file holds.
///
/// # Errors
/// What is wrong with the file, in words.
pub fn read_logo(path: &Path) -> Result<Logo, String> {
    let mut bytes = Vec::new();
    let most = u64::try_from(MOST_LOGO).unwrap_or(u64::MAX).saturating_add(1);
    let read = std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| format!("reading {}: {error}", path.display()))?;
    Logo::of(bytes).map_err(|problem| format!("{} {problem}", path.display()))
}

/// What is wrong with a file that holds the secret of a client of ours elsewhere.
fn client_secret(path: &Path) -> Option<String> {
    match secret(path) {
        Err(problem) => Some(problem),
        Ok(text) if text.trim().is_empty() => Some(format!("{} is empty", path.display())),
        Ok(_) => None,
    }
}

/// The secret with which the gateway asks about opaque tokens.
fn introspection(config: &Config) -> Option<Complaint> {
    let typed = config.gateway.introspection.as_ref()?;
    let problem = client_secret(&typed.client_secret_file)?;
    Some(Complaint::about("gateway.introspection.client_secret_file", problem))
}

/// The key that signs statements of who asks.
fn assertion_key(config: &Config) -> Option<Complaint> {
    let error = tls::signing_key(config.gateway.assertion_key.as_deref()?).err()?;
    Some(Complaint::about("gateway.assertion_key", format!("{error:#}")))
}

/// The secrets of our clients at other providers.
fn connections(config: &Config) -> Vec<Complaint> {
    let connections = config.people.connection.iter().enumerate();
    connections
        .filter_map(|(place, connection)| {
            let problem = client_secret(connection.client_secret_file.as_deref()?)?;
            let key = format!("people.connection[{place}].client_secret_file");
            Some(Complaint::about(key, problem))
        })
        .collect()
}

fn gateway_token(config: &Config, environment: &Environment) -> Option<Complaint> {
    let key = "gateway.feed.token_file";
    let feed = config.gateway.feed.as_ref()?;
    let (text, from) = match (environment.secret("TOLLGATE_GATEWAY_TOKEN"), &feed.token_file) {
        (Some(text), _) => (text, Some("TOLLGATE_GATEWAY_TOKEN".to_owned())),
        (None, Some(path)) => match secret(path) {
            Ok(text) => (text, None),
            Err(problem) => return Some(Complaint::about(key, problem)),
        },
        (None, None) => {
            return Some(Complaint::about(
                key,
                "there is no gateway token: set it, or TOLLGATE_GATEWAY_TOKEN",
            ));
        }
    };
    let sane = text.trim().len() >= SHORTEST_TOKEN && text.trim().bytes().all(|byte| byte.is_ascii_graphic());
    (!sane).then(|| Complaint {
        from,
        ..Complaint::about(key, "what it holds is not a gateway's token")
    })
}

fn secret(path: &Path) -> Result<Zeroizing<String>, String> {
    let mut text = Zeroizing::new(String::new());
    let read = std::fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    match read {
        Err(error) => Err(format!("reading {}: {error}", path.display())),
        Ok(length) if u64::try_from(length).is_ok_and(|length| length <= LONGEST) => Ok(text),
        Ok(_) => Err(format!("{} is too long", path.display())),
    }
}
