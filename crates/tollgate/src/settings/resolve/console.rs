//! The terms of the console, and how mails leave.

use super::address::is_elsewhere;
use super::declared::unknown_roles;
use crate::settings::Complaint;
use crate::settings::config::{Config, Creation as Typed, LeakAction, Loopback as TypedLoopback, MailSecurity};
use tollgate_issuer::terms::Limit;
use tollgate_issuer::terms::console::{
    ConsoleTerms, Creation, DefaultClient, Leaked, Loopback, Redirects, Roles, SessionTerms,
};
use tollgate_model::ApiId;

/// The terms of the console of an issuer at this origin.
pub(super) fn terms(config: &Config, origin: &str, complaints: &mut Vec<Complaint>) -> ConsoleTerms {
    let typed = &config.console;
    let mut terms = ConsoleTerms::at(format!("{origin}/console"));
    if let Some(name) = &config.vendor.name {
        terms.vendor.clone_from(name);
    }
    let words = [
        (&typed.words.menu, &mut terms.words.menu),
        (&typed.words.section, &mut terms.words.section),
        (&typed.words.clients, &mut terms.words.clients),
        (&typed.words.credentials, &mut terms.words.credentials),
        (&typed.words.helpers, &mut terms.words.helpers),
    ];
    for (typed, word) in words {
        if let Some(typed) = typed {
            word.clone_from(typed);
        }
    }
    terms.examples.clone_from(&typed.examples);
    if let Some(path) = typed.examples.iter().find(|path| !path.starts_with('/')) {
        let problem = format!("{path:?} is no path: it must begin with /");
        complaints.push(Complaint::about("console.examples", problem));
    }
    terms.opens = typed
        .opens
        .as_deref()
        .and_then(|day| super::endpoints::day("console.opens", day, complaints));
    terms.creation = match typed.clients {
        Typed::SelfService => Creation::SelfService,
        Typed::Request => Creation::Request,
        Typed::Operator => Creation::Operator,
    };
    terms.sign_up = typed.sign_up;
    terms.roles = roles(config, complaints);
    terms.default_client = default_client(config, complaints);
    terms.revealable = config.secrets.revealable;
    let redirects = &config.clients.redirects;
    terms.redirects = Redirects {
        used: redirects.used.unwrap_or(config.people.enabled),
        required: redirects.required,
        most: redirects.most,
        loopback: match redirects.loopback {
            TypedLoopback::Test => Loopback::Test,
            TypedLoopback::Any => Loopback::Any,
            TypedLoopback::Never => Loopback::Never,
        },
    };
    if redirects.required && !terms.redirects.used {
        complaints.push(Complaint::about(
            "clients.redirects.required",
            "is set, but clients.redirects.used is not",
        ));
    }
    let sessions = &typed.sessions;
    if sessions.idle > sessions.absolute {
        complaints.push(Complaint::about(
            "console.sessions.idle",
            "must not be longer than console.sessions.absolute",
        ));
    }
    terms.sessions = SessionTerms {
        idle: sessions.idle,
        absolute: sessions.absolute,
        proved: sessions.proved,
        invitation: sessions.invitation,
        reset: sessions.reset,
        wrong: typed.wrong_passwords.map_or(terms.sessions.wrong, |typed| Limit {
            count: typed.count,
            window: typed.window,
        }),
    };
    terms.leaked = match config.leaks.action {
        LeakAction::Revoke => Leaked::Revoke,
        LeakAction::Mark => Leaked::Mark,
    };
    terms.outbox = config.mail.is_none() && config.server.development;
    terms.plain_hooks = config.webhooks.private_addresses;
    terms
}

fn roles(config: &Config, complaints: &mut Vec<Complaint>) -> Roles {
    let typed = &config.console.roles;
    for (key, names) in [
        ("console.roles.admin", &typed.admin),
        ("console.roles.developer", &typed.developer),
        ("console.roles.viewer", &typed.viewer),
    ] {
        unknown_roles(config, key, names, complaints);
    }
    Roles {
        admin: typed.admin.clone(),
        developer: typed.developer.clone(),
        viewer: typed.viewer.clone(),
    }
}

fn default_client(config: &Config, complaints: &mut Vec<Complaint>) -> Option<DefaultClient> {
    let typed = config.console.default_client.as_ref()?;
    match config.api.iter().find(|api| api.id == typed.api) {
        None => complaints.push(Complaint::about(
            "console.default_client.api",
            format!("there is no [[api]] with the id {:?}", typed.api),
        )),
        Some(api) => {
            for scope in &typed.scopes {
                if !api.scopes.iter().any(|word| word.name == *scope) {
                    let problem = format!("{} has no scope {scope:?}", api.id);
                    complaints.push(Complaint::about("console.default_client.scopes", problem));
                }
            }
        }
    }
    Some(DefaultClient {
        name: typed.name.clone(),
        environment: typed.environment,
        api: ApiId::new(&typed.api),
        scopes: typed.scopes.iter().map(String::as_str).collect(),
    })
}

/// Whether mails can leave as `[mail]` says. Whether the address is one that mails can come from is seen when the
/// mailer is made.
pub(super) fn mail(config: &Config, complaints: &mut Vec<Complaint>) {
    if config.webhooks.private_addresses && !config.server.development {
        complaints.push(Complaint::about(
            "webhooks.private_addresses",
            "is for trying out: it needs server.development",
        ));
    }
    let Some(mail) = &config.mail else {
        return;
    };
    if mail.host.trim().is_empty() {
        complaints.push(Complaint::about("mail.host", "must not be empty"));
    }
    if mail.security == MailSecurity::None && is_elsewhere(&mail.host) {
        complaints.push(Complaint::about(
            "mail.security",
            "must be starttls or tls, but on loopback",
        ));
    }
    if !mail.from.contains('@') {
        complaints.push(Complaint::about("mail.from", "must be an e-mail address"));
    }
}
