//! The application that a demo has for people: the lines of `demo.env` are enough to walk the whole way.

use crate::person::{self, CHALLENGE, Person, VERIFIER, told};
use tollgate_tests::{Backend, World, run};

/// The address that the demo's own words print, with the scopes that they name.
fn address(world: &World, more: &str) -> String {
    let redirect: String =
        reqwest::Url::parse_with_params("http://x.example", [("redirect_uri", world.env("REDIRECT_URI"))])
            .unwrap()
            .query()
            .unwrap()
            .to_owned();
    format!(
        "{}?response_type=code&client_id={}&{redirect}&state=0123456789abcdef&code_challenge={CHALLENGE}\
         &code_challenge_method=S256&{more}",
        world.env("AUTHORIZE_URL"),
        world.env("WEB_CLIENT_ID"),
    )
}

async fn walked(preset: &str, more: &str) {
    let world = World::start(preset, Backend::Sqlite).await;
    let back = Person::new(&world).walks(&address(&world, more), "approve").await;
    let page = world.http.get(&back.location).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["cache-control"], "no-store");
    let page = page.text().await.unwrap();
    assert!(page.contains(&format!("-d code={}", back.code())), "{page}");

    let form = [
        ("grant_type", "authorization_code"),
        ("code", back.code()),
        ("code_verifier", VERIFIER),
        ("redirect_uri", world.env("REDIRECT_URI")),
    ];
    let ask = |form: &[(&str, &str)]| {
        let request = world.http.post(world.env("TOKEN_URL"));
        told(
            request
                .basic_auth(world.env("WEB_CLIENT_ID"), Some(world.env("WEB_CLIENT_SECRET")))
                .form(form),
        )
    };
    let (status, answer) = ask(&form).await;
    assert_eq!(status, 200, "{answer}");
    let token = answer["refresh_token"].as_str().unwrap_or_else(|| panic!("{answer}"));
    let (status, next) = ask(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await;
    assert_eq!(status, 200, "{next}");
    let url = format!("{}/userinfo", person::origin(&world));
    let request = world.http.get(url).bearer_auth(next["access_token"].as_str().unwrap());
    let (status, info) = told(request).await;
    assert_eq!(
        (status, info["email"].as_str()),
        (200, Some(world.env("USER_EMAIL"))),
        "{info}"
    );
    assert!(info["given_name"].is_string(), "{info}");
}

#[test]
fn sovoss_application_walks_from_redirect_to_refresh() {
    run(walked("sovos", "scope=openid+profile+email+offline"));
}

#[test]
fn elites_application_walks_from_redirect_to_refresh() {
    let scope = "scope=openid+profile+email+offline_access+https%3A%2F%2Fapi.thomsonreuters.com%2Fauth%2F3e.matter";
    run(walked(
        "elite-3e",
        &format!("{scope}&audience=https%3A%2F%2Fapi.thomsonreuters.com%2F3e"),
    ));
}

#[test]
fn signeasys_application_walks_from_redirect_to_refresh() {
    let scope = "scope=openid+profile+email+offline_access+rs%3Aread";
    run(walked(
        "signeasy",
        &format!("{scope}&audience=https%3A%2F%2Fapi-ext.signeasy.com%2F"),
    ));
}

/// A preset without people has an empty line for each, and no endpoint.
#[test]
fn without_people_there_is_no_way_in() {
    run(async {
        for preset in ["safesend", "signicat"] {
            let world = World::start(preset, Backend::Sqlite).await;
            for name in ["AUTHORIZE_URL", "WEB_CLIENT_ID", "WEB_CLIENT_SECRET", "REDIRECT_URI"] {
                assert_eq!(world.env(name), "", "{preset} {name}");
            }
            for path in ["/authorize", "/userinfo", "/logout", "/v2/logout"] {
                let url = format!("{}{path}?client_id={}", person::origin(&world), world.env("CLIENT_ID"));
                assert_eq!(
                    world.http.get(url).send().await.unwrap().status(),
                    404,
                    "{preset} {path}"
                );
            }
        }
    });
}
