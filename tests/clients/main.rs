//! Rust client libraries that nobody here wrote. Those of Node and Python are in `tests/peers`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use oauth2::basic::BasicClient;
use oauth2::{AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse, Scope, TokenResponse as _, TokenUrl};
use tollgate_tests::{World, on_both_stores};

/// The crate brings no HTTP client along; this hands its requests to ours as they are.
async fn send(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let (head, body) = request.into_parts();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let answer = client
        .request(head.method, head.uri.to_string())
        .headers(head.headers)
        .body(body)
        .send()
        .await?;
    let mut response = http::Response::new(Vec::new());
    *response.status_mut() = answer.status();
    *response.headers_mut() = answer.headers().clone();
    *response.body_mut() = answer.bytes().await?.to_vec();
    Ok(response)
}

type Tokens = oauth2::basic::BasicTokenResponse;
type Failed = oauth2::RequestTokenError<reqwest::Error, oauth2::basic::BasicErrorResponse>;

async fn exchange(world: &World, secret: &str, way: AuthType, parameter: (&str, &str)) -> Result<Tokens, Failed> {
    let client = BasicClient::new(ClientId::new(world.env("CLIENT_ID").to_owned()))
        .set_client_secret(ClientSecret::new(secret.to_owned()))
        .set_token_uri(TokenUrl::new(world.env("TOKEN_URL").to_owned()).unwrap())
        .set_auth_type(way);
    let request = client.exchange_client_credentials();
    let request = match parameter {
        ("scope", scopes) => request.add_scopes(scopes.split(' ').map(|scope| Scope::new(scope.to_owned()))),
        (name, value) => request.add_extra_param(name.to_owned(), value.to_owned()),
    };
    request.request_async(&send).await
}

async fn opens_the_api(world: &World, parameter: (&str, &str), ways: &[AuthType]) {
    for way in ways {
        let tokens = exchange(world, world.env("CLIENT_SECRET"), way.clone(), parameter)
            .await
            .unwrap();
        assert!(tokens.refresh_token().is_none());
        assert!(tokens.expires_in().unwrap().as_secs() >= 3599);
        let answer = world.call(tokens.access_token().secret()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{way:?}");
    }
}

async fn is_told(world: &World, parameter: (&str, &str), way: AuthType) -> String {
    match exchange(world, "wrong", way, parameter).await {
        Err(oauth2::RequestTokenError::ServerResponse(told)) => told.error().to_string(),
        other => panic!("a wrong secret: {other:?}"),
    }
}

on_both_stores! {
    /// SS-19, SS-29: the crate `oauth2` gets a token with either way of authenticating, and is told when it may not.
    oauth2_speaks_with_safesend("safesend", |world: World| async move {
        let audience = world.env("AUDIENCE").to_owned();
        let parameter = ("audience", audience.as_str());
        opens_the_api(&world, parameter, &[AuthType::BasicAuth, AuthType::RequestBody]).await;
        assert_eq!(is_told(&world, parameter, AuthType::RequestBody).await, "access_denied");
    })
    /// SE-9: also with a vendor whose documents show JSON only.
    oauth2_speaks_with_signeasy("signeasy", |world: World| async move {
        let audience = world.env("AUDIENCE").to_owned();
        opens_the_api(&world, ("audience", &audience), &[AuthType::BasicAuth, AuthType::RequestBody]).await;
    })
    /// SO-22: Basic works, and credentials in the body are refused by the word the crate knows.
    oauth2_speaks_with_sovos("sovos", |world: World| async move {
        let audience = world.env("AUDIENCE").to_owned();
        let parameter = ("audience", audience.as_str());
        opens_the_api(&world, parameter, &[AuthType::BasicAuth]).await;
        assert_eq!(is_told(&world, parameter, AuthType::RequestBody).await, "invalid_client");
    })
    /// SG-27, SG-28: Basic and body.
    oauth2_speaks_with_signicat("signicat", |world: World| async move {
        let scope = world.env("SCOPE").to_owned();
        let parameter = ("scope", scope.as_str());
        opens_the_api(&world, parameter, &[AuthType::BasicAuth, AuthType::RequestBody]).await;
        assert_eq!(is_told(&world, parameter, AuthType::BasicAuth).await, "invalid_client");
    })
}
