//! Caddy before an application, where Caddy is installed.

use crate::proxy::{Proxy, at_free_port, found, seen};
use crate::{authority, block, instead, named};
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

/// With the configuration that the page prints; none without the program, which is said.
#[expect(clippy::print_stderr, reason = "what is left out is never left out in silence")]
async fn before(house: &House) -> Option<Proxy> {
    let Some(program) = found("caddy") else {
        eprintln!("left out: caddy is not installed");
        return None;
    };
    let proxy = at_free_port(async |at, home| {
        let port = at.rsplit(':').next().unwrap();
        let site = instead(&block("caddyfile"), ":80 {", &format!(":{port} {{"));
        let site = instead(&site, "127.0.0.1:8081", &authority(&house.node.gateway));
        let site = instead(
            &site,
            "127.0.0.1:9000",
            &authority(&house.config.upstream["echo"].targets[0]),
        );
        let file = home.join("Caddyfile");
        std::fs::write(&file, format!("{{\n\tadmin off\n\tauto_https off\n}}\n{site}\n")).unwrap();
        let mut command = std::process::Command::new(&program);
        command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
        command
            .env("HOME", &home)
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME");
        command
    });
    Some(proxy.await)
}

/// RS2, RS5, RS6, RS9: through Caddy as through the gateway itself.
#[test]
fn caddy_lets_through_whom_the_gateway_would() {
    run(async {
        let house = House::ordinary("[gateway]\nforward_auth = true\n", Backend::Sqlite).await;
        let Some(caddy) = before(&house).await else { return };
        let bearer = format!("authorization: Bearer {}\r\n", house.token("docs").await);
        let ask = async |target: &str, headers: &str| {
            let head = format!("GET {target} HTTP/1.1\r\nhost: api.example\r\nconnection: close\r\n{headers}\r\n");
            caddy.raw(&head).await
        };
        let forged = "tollgate-account: forged\r\nTollgate_Account: forged\r\ntollgate.account: forged\r\n\
                      tollgate-person: forged\r\nx-original-uri: /open/x\r\nx-forwarded-uri: /open/x\r\n\
                      x-forwarded-method: GET\r\nx-http-method-override: DELETE\r\n";
        for (target, credentials, account) in [
            ("/docs/1?x=1", bearer.as_str(), house.client.account.as_str()),
            ("/%6fpen/x", "", ""),
        ] {
            let (status, text) = ask(target, &format!("{credentials}{forged}")).await;
            assert_eq!(status, 200, "{text}");
            let seen = seen(&text);
            assert_eq!(seen["target"], target);
            assert_eq!(named(&seen, "tollgate-account"), [account]);
            assert_eq!(named(&seen, "tollgate-person"), [""]);
            let all = seen["headers"].to_string();
            assert!(!all.contains("forged") && !all.contains("{http."), "{all}");
            for gone in ["authorization", "x-original-uri", "x-http-method-override"] {
                assert!(named(&seen, gone).is_empty(), "{gone}: {all}");
            }
        }
        let twice = format!("{bearer}{bearer}");
        for (target, headers, status) in [
            ("/docs/1", forged, 401),
            ("/docs/1?access_token=a.b.c", "", 401),
            ("/docs/1", &twice, 400),
            ("/docs/1", &format!("{bearer}connection: Tollgate-Account\r\n"), 400),
            ("/nothing", "", 404),
            ("/open/../docs/1", "", 400),
            ("/open/%2e%2e/docs/1", "", 400),
            ("/open/..%2fdocs/1", "", 400),
            ("/open//docs", "", 400),
            ("/open/x;/../docs/1", "", 400),
            ("/open/%252e%252e/docs", "", 400),
        ] {
            let (was, text) = ask(target, headers).await;
            assert_eq!(was, status, "{target}: {text}");
            assert!(!text.contains("\"target\""), "{text}");
        }
    });
}
