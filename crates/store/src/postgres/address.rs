//! Reading a `postgres://` address, and what TLS it asks for.

use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio_postgres::{
    Config,
    config::{Host, SslMode},
};
use tokio_postgres_rustls::MakeRustlsConnect;
use tollgate_model::Fault;

const DOING: &str = "reading the address of PostgreSQL";

/// Where the server is and how it is spoken to.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

/// Reads an address. What cannot be read is not repeated: it may hold a password.
///
/// # Errors
/// A defect, when it is not an address or its roots cannot be read.
pub(super) fn read(url: &str) -> Result<Address, Fault> {
    let wish = Wish::of(url)?;
    let mut config: Config = wish
        .url
        .parse()
        .map_err(|_| Fault::defect(DOING, "it is not postgres://USER:PASSWORD@HOST:PORT/DATABASE"))?;
    let secure = wish.secure.unwrap_or_else(|| !is_near(&config));
    config.ssl_mode(if secure { SslMode::Require } else { SslMode::Disable });
    config.connect_timeout(Duration::from_secs(2));
    config.keepalives_idle(Duration::from_secs(5));
    config.tcp_user_timeout(Duration::from_secs(5));
    if config.get_application_name().is_none() {
        config.application_name("tollgate");
    }
    let roots = if secure {
        roots(wish.roots)?
    } else {
        RootCertStore::empty()
    };
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Fault::defect(DOING, error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Address {
        config,
        tls: MakeRustlsConnect::new(tls),
    })
}

/// The address without what the driver does not know, and what that said.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    url: String,
    secure: Option<bool>,
    roots: Option<String>,
}

impl Wish {
    fn of(url: &str) -> Result<Self, Fault> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut wish = Self {
            url: base.to_owned(),
            secure: None,
            roots: None,
        };
        let mut mark = '?';
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", "disable")) => wish.secure = Some(false),
                // With TLS the certificate is always checked, so these are one.
                Some(("sslmode", "require" | "verify-ca" | "verify-full")) => wish.secure = Some(true),
                // `prefer` and `allow` would let whoever sits in between choose.
                Some(("sslmode", _)) => return Err(Fault::defect(DOING, "sslmode must be `disable` or `require`")),
                Some(("sslrootcert", path)) => wish.roots = Some(path.to_owned()),
                _ => {
                    wish.url.push(mark);
                    wish.url.push_str(pair);
                    mark = '&';
                }
            }
        }
        Ok(wish)
    }
}

/// Whether every host is this machine. Where addresses are given, they are what is connected to, whatever the names say.
fn is_near(config: &Config) -> bool {
    let addresses = config.get_hostaddrs();
    if !addresses.is_empty() {
        return addresses.iter().all(std::net::IpAddr::is_loopback);
    }
    config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost"
                || name
                    .parse()
                    .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    })
}

fn roots(file: Option<String>) -> Result<RootCertStore, Fault> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(path) => {
            let unreadable = |_| Fault::defect(DOING, "sslrootcert is not a readable PEM file");
            for certificate in CertificateDer::pem_file_iter(Path::new(&path)).map_err(unreadable)? {
                roots
                    .add(certificate.map_err(unreadable)?)
                    .map_err(|error| Fault::defect(DOING, error))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if roots.is_empty() {
        return Err(Fault::defect(
            DOING,
            "there are no certificate roots to trust; name some with sslrootcert",
        ));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::{Wish, is_near, read};
    use tokio_postgres::config::SslMode;

    fn mode(url: &str) -> SslMode {
        read(url).map(|address| address.config.get_ssl_mode()).unwrap()
    }

    #[test]
    fn a_password_crosses_no_network_in_the_clear_unless_told_to() {
        assert_eq!(mode("postgres://a:b@localhost/db"), SslMode::Disable);
        assert_eq!(mode("postgres://a:b@127.0.0.1/db"), SslMode::Disable);
        assert_eq!(mode("postgres://a@localhost/db?host=/run/postgresql"), SslMode::Disable);
        assert_eq!(mode("postgres://a:b@db.example/db?sslmode=disable"), SslMode::Disable);
        for far in [
            "postgres://a:b@db.example/db",
            "postgres://a:b@localhost/db?hostaddr=192.0.2.7",
            "postgres://a:b@/db?hostaddr=192.0.2.7",
        ] {
            assert!(!is_near(&far.parse().unwrap()), "{far}");
        }
        assert_eq!(
            mode("postgres://a:b@db.example/db?hostaddr=127.0.0.1"),
            SslMode::Disable
        );
    }

    #[test]
    fn what_the_driver_does_not_know_is_taken_out_of_the_address() {
        assert_eq!(
            Wish::of("postgres://h/d?a=1&sslmode=verify-full&sslrootcert=/ca.pem&b=2").unwrap(),
            Wish {
                url: "postgres://h/d?a=1&b=2".to_owned(),
                secure: Some(true),
                roots: Some("/ca.pem".to_owned()),
            }
        );
        assert!(Wish::of("postgres://h/d?sslmode=prefer").is_err());
    }

    #[test]
    fn a_bad_address_is_refused_without_its_password() {
        for url in [
            "postgres://a:hunter2@host:notaport/db",
            "postgres://a:hunter2@h/db?what=1",
            "postgres://a:hunter2@h/db?sslmode=maybe",
            "postgres://a:hunter2@h/db?sslmode=require&sslrootcert=/nowhere.pem",
        ] {
            let fault = read(url).err().unwrap();
            assert!(!format!("{fault} {fault:?}").contains("hunter2"), "{url}");
        }
    }
}
