//! Traefik and Caddy, as far as they speak HTTP to the gateway: what each sends, header by header.

use crate::{block, page};
use reqwest::header::HeaderMap;
use tollgate_tests::house::House;
use tollgate_tests::{Backend, run};

/// The answer to a question with these headers.
async fn asked(house: &House, headers: &[(&str, &str)]) -> (u16, HeaderMap, String) {
    let mut request = house.http.get(format!("{}/.tollgate/auth", house.node.gateway));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.text().await.unwrap())
}

/// RS2, RS5, RS6, RS9: the headers of Traefik's `forwardAuth` and Caddy's `forward_auth`, the caller's among them.
#[test]
fn traefik_and_caddy_are_answered_in_full() {
    run(async {
        let house = House::ordinary("[gateway]\nforward_auth = true\n", Backend::Sqlite).await;
        let bearer = format!("Bearer {}", house.token("docs").await);
        // Both send the caller's headers along. Traefik adds a server's name, Caddy the port.
        let usual = [
            [
                ("x-forwarded-proto", "https"),
                ("x-forwarded-for", "203.0.113.7"),
                ("x-forwarded-server", "edge"),
            ],
            [
                ("x-forwarded-proto", "http"),
                ("x-forwarded-for", "203.0.113.7"),
                ("user-agent", "curl/8"),
            ],
        ];
        for more in usual {
            let ask = async |method: &str, target: &str, own: &[(&str, &str)]| {
                let said = [
                    ("x-forwarded-method", method),
                    ("x-forwarded-uri", target),
                    ("x-forwarded-host", "api.example"),
                ];
                asked(&house, &[&said[..], &more, own].concat()).await
            };
            let token = ("authorization", bearer.as_str());
            let forged = ("tollgate-client", "forged");
            let (status, headers, body) = ask("GET", "/docs/1?x=1", &[token, forged]).await;
            assert_eq!((status, body.as_str()), (200, ""));
            assert_eq!(headers["tollgate-client"], house.client.id.as_str());
            assert_eq!(headers["tollgate-account"], house.client.account.as_str());
            let (status, headers, _) = ask("GET", "/open/x", &[forged]).await;
            assert_eq!((status, headers.get("tollgate-client")), (200, None));
            let (status, headers, body) = ask("GET", "/docs/1", &[]).await;
            assert_eq!((status, body.contains("token_missing")), (401, true), "{body}");
            assert!(headers.contains_key("www-authenticate"));
            for (method, target, own, status, code) in [
                ("GET", "/docs/1", vec![token, token], 400, "tokens_several"),
                ("GET", "/open/../docs/1", vec![], 400, "path_ambiguous"),
                ("GET", "/nothing", vec![], 404, "route_unknown"),
                ("GET", "/docs/1", vec![("x-original-uri", "/open/x")], 403, "front_door"),
                (
                    "GET",
                    "/docs/1",
                    vec![("x-forwarded-uri", "/open/x")],
                    400,
                    "front_door",
                ),
            ] {
                let (was, _, body) = ask(method, target, &own).await;
                assert_eq!(was, status, "{method} {target}: {body}");
                assert!(body.contains(code), "{method} {target}: {body}");
            }
        }
    });
}

/// RS5: what the page tells proxies to take from the answer is every header by which we say who asks, and the printed
/// configurations take away whatever else came under such names.
#[test]
fn the_page_leaves_no_identity_header_out() {
    let names = tollgate_gateway::IdentityHeaders::default();
    let all = [
        names.account,
        names.client,
        names.subject,
        names.person,
        names.scopes,
        names.environment,
        names.acting_user,
        names.acting_user_id,
        names.assertion,
        names.request_id,
    ];
    let (nginx, caddy) = (block("nginx"), block("caddyfile"));
    let copied = caddy
        .lines()
        .find(|line| line.trim().starts_with("copy_headers"))
        .unwrap();
    for name in &all {
        let name = name.as_str();
        let variable = name.replace('-', "_");
        assert!(nginx.contains(&format!("$upstream_http_{variable};")), "{name}");
        let set = nginx
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with(&format!("proxy_set_header {name} ")));
        assert!(
            set.clone().count() == 1 && set.clone().all(|line| line.ends_with(&format!("${variable};"))),
            "{name}"
        );
        assert!(copied.split_whitespace().any(|word| word == name), "{name}");
    }
    assert!(caddy.contains("request_header -tollgate*"));
    assert!(caddy.contains("header_regexp Connection (?i)tollgate") && caddy.contains("respond @naming 400"));
    assert!(page().contains("authResponseHeadersRegex: \"(?i)^tollgate[-_.]\""));
}
