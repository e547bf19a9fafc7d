//! nginx and HAProxy, forwarding the same call to the same upstream.

use crate::house::Served;
use anyhow::Context as _;
use jsonwebtoken::{EncodingKey, Header};
use std::path::Path;
use std::process::Command;

/// Ports of the peers.
pub(crate) const UPSTREAM: u16 = 18100;
pub(crate) const NGINX: u16 = 18101;
pub(crate) const HAPROXY: u16 = 18102;
pub(crate) const HAPROXY_JWT: u16 = 18103;

/// The peers, running, and a token that HAProxy checks.
pub(crate) struct Peers {
    pub(crate) token: String,
    _served: Vec<Served>,
}

/// Starts an upstream that answers a constant, nginx and HAProxy before it.
pub(crate) fn start(dir: &Path, algorithm: &str) -> anyhow::Result<Peers> {
    let at = |name: &str| dir.join(name).display().to_string();
    let nginx = |name: &str, server: &str| -> anyhow::Result<Served> {
        let config = format!(
            "worker_processes 2; daemon off; pid {pid}; error_log /dev/null crit;\nevents {{ worker_connections 4096; }}\nhttp {{ access_log off; keepalive_requests 1000000; client_body_temp_path {t}; proxy_temp_path {t}; fastcgi_temp_path {t}; uwsgi_temp_path {t}; scgi_temp_path {t};\n{server}\n}}\n",
            pid = at(&format!("{name}.pid")),
            t = at("tmp"),
        );
        std::fs::write(at(&format!("{name}.conf")), config)?;
        Served::program("nginx", &["-p", &at(""), "-c", &at(&format!("{name}.conf"))])
    };
    let upstream = nginx(
        "upstream",
        &format!(
            "server {{ listen 127.0.0.1:{UPSTREAM}; location / {{ default_type application/json; return 200 '{{\"ok\":true}}'; }} }}"
        ),
    )?;
    let plain = nginx(
        "plain",
        &format!(
            "upstream u {{ server 127.0.0.1:{UPSTREAM}; keepalive 64; keepalive_requests 1000000; }}\nserver {{ listen 127.0.0.1:{NGINX}; location / {{ proxy_pass http://u; proxy_http_version 1.1; proxy_set_header Connection ''; }} }}"
        ),
    )?;
    let token = keys(dir, algorithm)?;
    let public = at("public.pem");
    let haproxy = format!(
        "global\n nbthread 2\n maxconn 4096\ndefaults\n mode http\n timeout connect 5s\n timeout client 30s\n timeout server 30s\n http-reuse always\nfrontend plain\n bind 127.0.0.1:{HAPROXY}\n default_backend u\nfrontend checked\n bind 127.0.0.1:{HAPROXY_JWT}\n http-request set-var(txn.bearer) http_auth_bearer\n http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg')\n http-request deny deny_status 401 unless {{ var(txn.alg) -m str {algorithm} }}\n http-request deny deny_status 401 unless {{ var(txn.bearer),jwt_verify(txn.alg,\"{public}\") 1 }}\n http-request deny deny_status 403 unless {{ var(txn.bearer),jwt_payload_query('$.scope') -m sub read }}\n default_backend u\nbackend u\n server one 127.0.0.1:{UPSTREAM}\n"
    );
    std::fs::write(at("haproxy.cfg"), haproxy)?;
    let haproxy = Served::program("haproxy", &["-f", &at("haproxy.cfg")])?;
    Ok(Peers {
        token,
        _served: vec![upstream, plain, haproxy],
    })
}

/// A key pair that HAProxy can read, and a token signed with it that says what ours says.
fn keys(dir: &Path, algorithm: &str) -> anyhow::Result<String> {
    let private = dir.join("private.pem");
    let options: &[&str] = match algorithm {
        "RS256" => &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        _ => &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    };
    let made = Command::new("openssl")
        .arg("genpkey")
        .args(options)
        .arg("-out")
        .arg(&private)
        .output()?;
    anyhow::ensure!(made.status.success(), "openssl genpkey failed");
    let written = Command::new("openssl")
        .args(["pkey", "-pubout", "-in"])
        .arg(&private)
        .arg("-out")
        .arg(dir.join("public.pem"))
        .output()?;
    anyhow::ensure!(written.status.success(), "openssl pkey failed");
    let pem = std::fs::read(&private)?;
    let (key, algorithm) = match algorithm {
        "RS256" => (EncodingKey::from_rsa_pem(&pem)?, jsonwebtoken::Algorithm::RS256),
        _ => (EncodingKey::from_ec_pem(&pem)?, jsonwebtoken::Algorithm::ES256),
    };
    let claims = serde_json::json!({
        "iss": "http://localhost:18080", "aud": "https://api.example.com", "scope": "read", "exp": 4_102_444_800_u64,
        "iat": 1_700_000_000, "sub": "0123456789abcdef0123456789abcdef", "client_id": "0123456789abcdef0123456789abcdef",
        "jti": "jwt_0123456789abcdef012345678", "tg": { "acc": "acc_0123456789abcdef012345678", "sec": "sec_0123456789abcdef012345678", "env": "live" },
    });
    jsonwebtoken::encode(&Header::new(algorithm), &claims, &key).context("signing the peers' token")
}
