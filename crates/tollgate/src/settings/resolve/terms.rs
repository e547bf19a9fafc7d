//! The terms that the issuer's rules work under.

use super::{console, legacy, people, plan};
use crate::settings::Complaint;
use crate::settings::config::{self, Config};
use tollgate_issuer::terms::transition::TransitionTerms;
use tollgate_issuer::terms::{ClientTerms, KeyTerms, Limit, ScopeInAnswer, SecretTerms, Target, Terms};
use tollgate_protocol::parameters::Forms;

/// The terms, for the issuer of this identifier.
pub(super) fn terms(config: &Config, origin: &str, issuer: String, complaints: &mut Vec<Complaint>) -> Terms {
    let console = console::terms(config, origin, complaints);
    let people = people::terms(config, origin, complaints);
    let (methods, logins) = legacy::methods(config, complaints);
    let plans = plan::plans(config, complaints);
    let typed = &config.issuer;
    if typed.bodies.is_empty() {
        complaints.push(Complaint::about("issuer.bodies", "must name at least one form"));
    }
    if config.clients.auth_methods.is_empty() {
        complaints.push(Complaint::about(
            "clients.auth_methods",
            "must name at least one method",
        ));
    }
    let mut limit = |key: &str, limit: config::Limit| {
        if limit.count < 1 || limit.window < 1 {
            complaints.push(Complaint::about(key, "count and window must be at least 1"));
        }
        Limit {
            count: limit.count,
            window: limit.window,
        }
    };
    let token_limit = typed.token_requests.map(|typed| limit("issuer.token_requests", typed));
    let guesses = limit("issuer.wrong_secrets", typed.wrong_secrets);
    let secrets = &config.secrets;
    if secrets.most_alive < 1 || secrets.overlap < 0 || secrets.longest_overlap < secrets.overlap {
        complaints.push(Complaint::about(
            "secrets",
            "most_alive must be at least 1, and overlap between 0 and longest_overlap",
        ));
    }
    if config.keys.publish_ahead < 0 || config.keys.leeway < 0 {
        complaints.push(Complaint::about(
            "keys",
            "publish_ahead and leeway must not be negative",
        ));
    }
    Terms {
        issuer,
        dialect: typed.dialect,
        forms: Forms {
            form: typed.bodies.contains(&config::Body::Form),
            json: typed.bodies.contains(&config::Body::Json),
        },
        methods_together: typed.basic_and_body_together,
        target: match typed.target {
            config::Target::Required => Target::Required,
            config::Target::NamedOrSole => Target::NamedOrSole,
            config::Target::ByScope => Target::ByScope,
        },
        scope_in_answer: match typed.scope_in_answer {
            config::ScopeInAnswer::WhenAny => ScopeInAnswer::WhenAny,
            config::ScopeInAnswer::Always => ScopeInAnswer::Always,
            config::ScopeInAnswer::Never => ScopeInAnswer::Never,
        },
        expires_in_truncated: typed.expires_in == config::ExpiresIn::Truncated,
        token_limit,
        guesses,
        revoke_secret_in_query: typed.revoke_secret_in_query,
        secrets: SecretTerms {
            most_alive: secrets.most_alive,
            overlap: secrets.overlap,
            longest_overlap: secrets.longest_overlap,
            lifetime: secrets.lifetime,
        },
        clients: ClientTerms {
            auth_methods: config.clients.auth_methods.clone(),
            grant_types: people::grant_types(config),
        },
        keys: KeyTerms {
            publish_ahead: config.keys.publish_ahead,
            leeway: config.keys.leeway,
        },
        roles: config.members.roles.clone(),
        link_local_upstreams: config.gateway.link_local_upstreams,
        console,
        people,
        transition: TransitionTerms { methods, logins, plans },
        // They come from files, which are read when a server starts.
        leak_keys: Vec::new(),
    }
}
