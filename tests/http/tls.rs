//! The issuer and the gateway over TLS of their own.

use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

/// A certificate for localhost and its key, as PEM files in a folder.
fn certificate(dir: &std::path::Path) -> (String, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let pem = made.cert.pem();
    std::fs::write(dir.join("chain.pem"), &pem).unwrap();
    std::fs::write(dir.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let table = format!(
        "certificate = \"{0}/chain.pem\"\nkey = \"{0}/key.pem\"\n",
        dir.display()
    );
    (table, reqwest::Certificate::from_pem(pem.as_bytes()).unwrap())
}

/// Issuer and gateway end TLS themselves, HTTP/2 and HTTP/1.1 as negotiated; in the clear they say nothing.
#[test]
fn a_token_is_issued_and_checked_over_tls() {
    run(async {
        let dir = tempfile::tempdir().unwrap();
        let (table, root) = certificate(dir.path());
        let extra = format!("[server.tls]\n{table}\n[gateway.tls]\n{table}");
        let house = House::ordinary(&extra, Backend::Sqlite).await;
        let issuer = house.node.running.issuer.unwrap().port();
        let gateway = house.node.running.gateway.unwrap().port();
        for (version, client) in [
            (reqwest::Version::HTTP_2, reqwest::Client::builder()),
            (reqwest::Version::HTTP_11, reqwest::Client::builder().http1_only()),
        ] {
            let client = client.tls_certs_only([root.clone()]).build().unwrap();
            let form = [
                ("grant_type", "client_credentials"),
                ("audience", "https://api.example/docs"),
            ];
            let asked = client
                .post(format!("https://localhost:{issuer}/oauth2/token"))
                .basic_auth(&house.client.id, Some(&house.client.secret))
                .form(&form)
                .send()
                .await
                .unwrap();
            assert_eq!((asked.status().as_u16(), asked.version()), (200, version));
            let answer: serde_json::Value = asked.json().await.unwrap();
            let token = answer["access_token"].as_str().unwrap();
            let called = client
                .get(format!("https://localhost:{gateway}/docs/1"))
                .bearer_auth(token)
                .send()
                .await
                .unwrap();
            assert_eq!((called.status().as_u16(), called.version()), (200, version));
        }
        for port in [issuer, gateway] {
            assert!(
                reqwest::get(format!("http://localhost:{port}/")).await.is_err(),
                "in the clear"
            );
        }
    });
}
