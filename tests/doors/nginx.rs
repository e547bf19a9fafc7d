//! nginx before an application, with `auth_request` at the gateway.

use crate::proxy::{Proxy, at_free_port, found, seen};
use crate::{authority, block, instead, named};
use serde_json::Value;
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

/// With the configuration that the page prints: the application is the echo behind the house's gateway.
async fn before(house: &House) -> Proxy {
    // Debian keeps it where only root's PATH looks.
    let program = found("nginx").or_else(|| found("/usr/sbin/nginx"));
    let program = program.expect("nginx is installed (Debian: nginx-light)");
    at_free_port(async |at, home| {
        let site = instead(&block("nginx"), "listen 80;", &format!("listen {at};"));
        let site = instead(&site, "127.0.0.1:8081", &authority(&house.node.gateway));
        let site = instead(
            &site,
            "127.0.0.1:9000",
            &authority(&house.config.upstream["echo"].targets[0]),
        );
        let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|name| format!("{name}_temp_path {};\n", home.join(name).display()))
            .concat();
        let whole = format!(
            "daemon off;\nmaster_process off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{folders}{site}\n}}\n",
            home.join("pid").display()
        );
        let file = home.join("nginx.conf");
        std::fs::write(&file, whole).unwrap();
        let mut command = std::process::Command::new(&program);
        command.arg("-p").arg(&home).arg("-c").arg(file);
        command
    })
    .await
}

async fn house() -> House {
    House::ordinary("[gateway]\nforward_auth = true\n", Backend::Sqlite).await
}

/// RS1, RS2, RS9: who may pass gets to the application, everybody else is answered as by the gateway itself.
#[test]
fn nginx_lets_through_whom_the_gateway_would() {
    run(async {
        let house = house().await;
        let nginx = before(&house).await;
        let token = house.token("docs").await;
        let form = [
            ("grant_type", "client_credentials"),
            ("audience", "https://api.example/docs"),
            ("scope", "read"),
        ];
        let small: Value = house.ask(&form).send().await.unwrap().json().await.unwrap();
        let small = small["access_token"].as_str().unwrap();
        let get = |path: &str| house.http.get(nginx.url(path));

        let allowed = get("/docs/1?x=1").bearer_auth(&token).send().await.unwrap();
        assert_eq!(allowed.status(), 200);
        assert_eq!(allowed.headers()["tollgate-request-id"].len(), 32);
        let seen: Value = allowed.json().await.unwrap();
        assert_eq!(
            (&seen["method"], &seen["target"]),
            (&"GET".into(), &"/docs/1?x=1".into())
        );
        let head = house
            .http
            .head(nginx.url("/docs/1"))
            .bearer_auth(&token)
            .send()
            .await
            .unwrap();
        assert_eq!(head.status(), 200);
        let posted = house
            .http
            .post(nginx.url("/docs/1"))
            .bearer_auth(&token)
            .body("text")
            .send()
            .await
            .unwrap();
        assert_eq!(posted.json::<Value>().await.unwrap()["method"], "POST");
        assert_eq!(get("/open/x").send().await.unwrap().status(), 200);

        let none = get("/docs/1").send().await.unwrap();
        assert_eq!(none.status(), 401);
        let challenge = none.headers()["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer realm="), "{challenge}");
        // Two tokens nginx refuses by itself.
        for (request, status, code) in [
            (get("/docs/1?access_token=a.b.c"), 401, ""),
            (get("/docs/1").bearer_auth("a.b.c"), 401, ""),
            (get("/mail/1").bearer_auth(&token), 401, ""),
            (get("/docs/admin/1").bearer_auth(small), 403, "scope_insufficient"),
            (get("/docs/1").bearer_auth(&token).bearer_auth(&token), 400, ""),
            (get("/openx"), 404, "route_unknown"),
            (get("/docs;x/1"), 400, "path_ambiguous"),
            (get("/.tollgate/auth").header("x-original-uri", "/open/x"), 404, ""),
        ] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), status, "{answer:?}");
            let body = answer.text().await.unwrap();
            assert!(
                !body.contains("\"target\""),
                "it did not get to the application: {body}"
            );
            if !code.is_empty() {
                let problem: Value = serde_json::from_str(&body).unwrap();
                assert_eq!((&problem["status"], &problem["code"]), (&status.into(), &code.into()));
            }
        }
    });
}

/// RS5: what the caller sends under our names, in whatever spelling, does not reach the application.
#[test]
fn nobody_speaks_in_our_name_through_nginx() {
    run(async {
        let house = house().await;
        let nginx = before(&house).await;
        let token = house.token("docs").await;
        for (path, authorization, account) in [
            (
                "/docs/1",
                format!("authorization: Bearer {token}\r\n"),
                vec![house.client.account.as_str()],
            ),
            ("/open/1", String::new(), vec![]),
        ] {
            let head = format!(
                "GET {path} HTTP/1.1\r\nhost: api.example\r\nconnection: close, tollgate-account\r\n{authorization}\
                 tollgate-account: forged\r\nTollgate-Account: forged\r\ntollgate_account: forged\r\n\
                 tollgate.account: forged\r\ntollgate-person: forged\r\ntollgate-client: forged\r\n\
                 x-original-uri: /open/x\r\nx-original-method: GET\r\nx-forwarded-uri: /open/x\r\n\
                 x-forwarded-method: GET\r\nx-original-url: http://api.example/open/x\r\n\
                 x-http-method-override: DELETE\r\nx-rewrite-url: /docs/admin/1\r\n\r\n"
            );
            let (status, text) = nginx.raw(&head).await;
            assert_eq!(status, 200, "{text}");
            let seen = seen(&text);
            assert_eq!(named(&seen, "tollgate-account"), account);
            assert!(!seen["headers"].to_string().contains("forged"), "{seen}");
            for gone in [
                "authorization",
                "tollgate-person",
                "x-original-uri",
                "x-http-method-override",
                "x-rewrite-url",
            ] {
                assert!(named(&seen, gone).is_empty(), "{gone}: {seen}");
            }
        }
        // What the caller says of another request is not asked about.
        let head = "GET /docs/1 HTTP/1.1\r\nhost: api.example\r\nconnection: close\r\nx-original-uri: /open/x\r\n\
                    x-original-method: GET\r\nx-forwarded-uri: /open/x\r\nx-forwarded-method: GET\r\n\r\n";
        assert_eq!(nginx.raw(head).await.0, 401);
    });
}

/// RS6, AT23: what nginx would read otherwise than it was judged is refused; what passes is the path that was judged.
#[test]
fn nginx_and_the_gateway_read_one_path() {
    run(async {
        let house = house().await;
        let nginx = before(&house).await;
        for target in [
            "/open/../docs/1",
            "/open/%2e%2e/docs/1",
            "/open/.%2e/docs/1",
            "/open/%2E./docs/1",
            "/open/..%2fdocs/1",
            "/open/..%5cdocs",
            "/open/..\\docs",
            "//docs/1",
            "/open//docs",
            "/open/./x",
            "/open/x;/../docs/1",
            "/open;x/docs",
            "/open/%252e%252e/docs",
            "/open/%25%32%65",
            "/open/%00",
            "/open/%0a",
            "/open/%c0%ae%c0%ae/",
            "/open/%",
            "/open/%zz",
            "/open/%2f",
            "/docs%2f1",
            "/open/x#/../docs/1",
            "/open/x#y",
            "*",
            "/../docs/1",
        ] {
            let (status, text) = nginx
                .raw(&format!(
                    "GET {target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"
                ))
                .await;
            assert_eq!(status, 400, "{target}: {text}");
        }
        for (target, host) in [
            ("/%6fpen/x", "a"),
            ("/open/x?y=%2e%2e%2f", "a"),
            ("/open/%c3%a9", "a"),
            ("http://a/open/x", "a"),
        ] {
            let (status, text) = nginx
                .raw(&format!(
                    "GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"
                ))
                .await;
            assert_eq!(status, 200, "{target}: {text}");
            let path = target.trim_start_matches("http://a");
            assert!(text.contains(&format!("\"target\":\"{path}\"")), "{target}: {text}");
        }
    });
}

/// RS10: without the gateway nothing passes, and nothing is taken for a refusal of ours.
#[test]
fn without_the_gateway_nothing_passes() {
    run(async {
        let house = house().await;
        let nginx = before(&house).await;
        let http = reqwest::Client::new();
        assert_eq!(http.get(nginx.url("/open/x")).send().await.unwrap().status(), 200);
        let _stopped = house.stop().await;
        assert_eq!(http.get(nginx.url("/open/x")).send().await.unwrap().status(), 500);
    });
}

/// What is left of a limit is told through nginx, and when to go on (RFC 6585 §4).
#[test]
fn limits_are_told_through_nginx() {
    run(async {
        let limited = r#"
[gateway]
forward_auth = true
trusted_proxies = ["127.0.0.1"]

[[route]]
id = "few"
path = "/few/{rest...}"
upstream = "echo"
limits = [{ name = "two", per = "all", count = 2, window = 86400 }]
"#;
        let house = House::ordinary(limited, Backend::Sqlite).await;
        let nginx = before(&house).await;
        let get = async || house.http.get(nginx.url("/few/1")).send().await.unwrap();
        for left in ["r=1", "r=0"] {
            let answer = get().await;
            assert_eq!(answer.status(), 200);
            let said = answer.headers()["ratelimit"].to_str().unwrap();
            assert!(said.contains(left), "{said}");
        }
        let refused = get().await;
        assert_eq!(refused.status(), 429);
        assert!(refused.headers().contains_key("retry-after"), "{refused:?}");
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "rate_limited");
    });
}
