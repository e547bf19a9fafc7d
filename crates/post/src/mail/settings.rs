//! Which mail server, and how it is spoken to.

use lettre::message::Mailbox;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::pki_types::{CertificateDer, ServerName};
use std::fmt;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// A mail server. It prints without its password.
#[derive(Clone)]
pub struct Smtp {
    /// Name or address of the server.
    pub host: String,
    /// 587 as a rule, 465 with [`Security::Tls`].
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// With whom to sign in; only together with `password`.
    pub username: Option<String>,
    /// The password; only together with `username`, and never over a network in clear.
    pub password: Option<Zeroizing<String>>,
    /// The sender: `no-reply@vendor.example` or `Vendor <no-reply@vendor.example>`.
    pub from: String,
    /// Certificates to trust beside those of the system.
    pub roots: Vec<CertificateDer<'static>>,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine.
    None,
    /// STARTTLS (RFC 3207). A server that does not offer it gets no letter.
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
}

/// The setting that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMail {
    /// `host` is no name and no address.
    #[error("`host` is neither a name nor an address")]
    Host,
    /// `port` is 0.
    #[error("`port` is 0")]
    Port,
    /// `from` is no address, or its domain is not ASCII.
    #[error("`from` is no e-mail address with an ASCII domain")]
    From,
    /// One of `username` and `password` without the other, or control characters in one.
    #[error("`username` and `password` belong together and hold no control characters")]
    Credentials,
    /// A password, no TLS, and a server elsewhere.
    #[error("`password` would cross the network in clear: set `security`")]
    InClear,
    /// A certificate in `roots` is none, or TLS could not be set up.
    #[error("`roots` holds something that is no certificate")]
    Roots,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("username", &self.username)
            .field("password", &self.password.as_ref().map(|_| "***"))
            .field("from", &self.from)
            .field("roots", &self.roots.len())
            .finish()
    }
}

pub(super) fn check(smtp: &Smtp) -> Result<(), BadMail> {
    let name = ServerName::try_from(smtp.host.as_str()).map_err(|_| BadMail::Host)?;
    if smtp.port == 0 {
        return Err(BadMail::Port);
    }
    let plain = |text: &str| !text.is_empty() && !text.contains(char::is_control);
    match (&smtp.username, &smtp.password) {
        (None, None) => return Ok(()),
        (Some(username), Some(password)) if plain(username) && plain(password) => {}
        _ => return Err(BadMail::Credentials),
    }
    let here = match name {
        ServerName::IpAddress(address) => IpAddr::from(address).is_loopback(),
        _ => smtp.host.eq_ignore_ascii_case("localhost"),
    };
    if smtp.security == Security::None && !here {
        return Err(BadMail::InClear);
    }
    Ok(())
}

pub(super) fn sender(from: &str) -> Result<Mailbox, BadMail> {
    if from.contains(char::is_control) {
        return Err(BadMail::From);
    }
    from.parse::<Mailbox>()
        .ok()
        .filter(|mailbox| mailbox.email.domain().is_ascii())
        .ok_or(BadMail::From)
}

pub(super) fn tls(smtp: &Smtp) -> Result<TlsParameters, BadMail> {
    let mut builder = TlsParameters::builder(smtp.host.clone());
    for root in &smtp.roots {
        let root = Certificate::from_der(root.to_vec()).map_err(|_| BadMail::Roots)?;
        builder = builder.add_root_certificate(root);
    }
    builder.build_rustls().map_err(|_| BadMail::Roots)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::Mailer;

    fn bad(change: impl FnOnce(&mut Smtp)) -> Option<BadMail> {
        let mut smtp = Smtp {
            host: "mail.vendor.example".to_owned(),
            port: 587,
            security: Security::StartTls,
            username: Some("u".to_owned()),
            password: Some(Zeroizing::new("canary".to_owned())),
            from: "no-reply@vendor.example".to_owned(),
            roots: Vec::new(),
        };
        change(&mut smtp);
        assert!(!format!("{smtp:?}").contains("canary"));
        Mailer::smtp(&smtp).err()
    }

    #[test]
    fn a_bad_setting_is_named() {
        assert_eq!(bad(|_| ()), None);
        assert_eq!(bad(|smtp| smtp.host = String::new()), Some(BadMail::Host));
        assert_eq!(bad(|smtp| smtp.host = "a b".to_owned()), Some(BadMail::Host));
        assert_eq!(bad(|smtp| smtp.port = 0), Some(BadMail::Port));
        assert_eq!(bad(|smtp| smtp.username = None), Some(BadMail::Credentials));
        assert_eq!(bad(|smtp| smtp.password = None), Some(BadMail::Credentials));
        assert_eq!(
            bad(|smtp| smtp.username = Some("a\0b".to_owned())),
            Some(BadMail::Credentials)
        );
        for from in ["", "vendor", "a@ü.example", "a@b.example\r\nBcc: c@d.example"] {
            assert_eq!(bad(|smtp| smtp.from = from.to_owned()), Some(BadMail::From), "{from}");
        }
        let none = CertificateDer::from(vec![1, 2, 3]);
        assert_eq!(bad(|smtp| smtp.roots.push(none)), Some(BadMail::Roots));
    }

    /// OP5: a password crosses no network in clear.
    #[test]
    fn a_password_without_tls_stays_on_this_machine() {
        for (host, expected) in [
            ("mail.vendor.example", Some(BadMail::InClear)),
            ("192.0.2.1", Some(BadMail::InClear)),
            ("localhost.vendor.example", Some(BadMail::InClear)),
            ("localhost", None),
            ("127.0.0.1", None),
            ("::1", None),
        ] {
            let found = bad(|smtp| {
                smtp.security = Security::None;
                smtp.host = host.to_owned();
            });
            assert_eq!(found, expected, "{host}");
        }
    }
}
