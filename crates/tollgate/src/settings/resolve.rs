//! From what was typed to what we run on. All complaints are found in one go. No file is read here:
//! what files hold is looked at in [`super::files`].

mod address;
mod connection;
mod console;
mod declared;
mod demo;
mod endpoints;
mod legacy;
pub(crate) mod moment;
mod people;
mod plan;
mod terms;
mod transition;

pub(super) use address::is_public;
pub(super) use connection::OWN as OWN_FACTORS;

use super::Complaint;
use super::config::Config;
use tollgate_issuer::declare::Declared;
use tollgate_issuer::terms::Terms;
use tollgate_web::console::assets::Accent;
use tollgate_web::door::Paths;
use url::Url;

/// What an issuer runs on.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The rules' terms.
    pub terms: Terms,
    /// Where the endpoints are.
    pub paths: Paths,
    /// Declared APIs, routes and transitions.
    pub declared: Declared,
}

/// Checks the configuration and turns it into what we run on.
///
/// # Errors
/// Every complaint at once, each with its key.
pub fn resolve(config: &Config) -> Result<Resolved, Vec<Complaint>> {
    let mut complaints = Vec::new();
    let origin = address::origin(config, &mut complaints);
    let issuer = address::issuer(config, &origin, &mut complaints);
    address::listeners(config, &mut complaints);
    vendor(config, &mut complaints);
    store(config, &mut complaints);
    let terms = terms::terms(config, &origin, issuer.clone(), &mut complaints);
    let paths = endpoints::paths(config, origin, issuer, &mut complaints);
    legacy::logins_differ(config, &paths, &mut complaints);
    console::mail(config, &mut complaints);
    let declared = declared::declared(config, &mut complaints);
    demo::consistent(config, &mut complaints);
    if complaints.is_empty() {
        Ok(Resolved { terms, paths, declared })
    } else {
        Err(complaints)
    }
}

fn vendor(config: &Config, complaints: &mut Vec<Complaint>) {
    let vendor = &config.vendor;
    if vendor.documentation.as_deref().is_some_and(|text| !is_web(text)) {
        complaints.push(Complaint::about(
            "vendor.documentation",
            "must be an http: or https: URL",
        ));
    }
    // RFC 9116 §2.5.3: a URI, and one for the web must be https.
    let is_contact = |text: &str| {
        Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "mailto" | "tel"))
            && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    if vendor.security_contact.as_deref().is_some_and(|text| !is_contact(text)) {
        complaints.push(Complaint::about(
            "vendor.security_contact",
            "must be an https:, mailto: or tel: URI",
        ));
    }
    if vendor
        .accent
        .as_deref()
        .is_some_and(|text| Accent::parse(text).is_err())
    {
        complaints.push(Complaint::about("vendor.accent", "must be a colour such as #0b5fff"));
    }
}

/// What is said of the address never shows it: it may hold a password.
fn store(config: &Config, complaints: &mut Vec<Complaint>) {
    if config.store.connections < 1 {
        complaints.push(Complaint::about("store.connections", "must be at least 1"));
    }
    if config.store.url_file.is_none() && !is_store(&config.store.url) {
        complaints.push(Complaint::about("store.url", NOT_A_STORE));
    }
}

/// What is said of an address that is none of a store.
pub(super) const NOT_A_STORE: &str = "must be sqlite:PATH or postgres://USER@HOST/DATABASE";

/// Whether a text is the address of a store, as far as its form tells.
pub(super) fn is_store(text: &str) -> bool {
    match text.split_once(':') {
        Some(("sqlite", path)) => !path.is_empty(),
        // A socket's address has no host, so no more is asked here: the store reads the rest itself.
        Some(("postgres" | "postgresql", rest)) => rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty()),
        _ => false,
    }
}

/// Whether a text is a URL of the web that can stand in a header.
fn is_web(text: &str) -> bool {
    let is_web = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    is_web
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"'))
}

#[cfg(test)]
mod tests;
