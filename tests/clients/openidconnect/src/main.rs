//! A web application made of the crate `openidconnect`, for one sign-in. It writes the address to open in a browser, reads
//! the address that the browser came back with, and writes what it then learnt, as JSON. Whatever the crate finds wrong
//! ends it.

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::url::Url;
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};
use serde_json::json;
use std::collections::HashMap;
use std::error::Error;
use std::io::{Write as _, stdin, stdout};

fn main() -> Result<(), Box<dyn Error>> {
    let issuer = IssuerUrl::new(setting("ISSUER")?)?;
    let server = CoreProviderMetadata::discover(&issuer, &send)?;
    let secret = ClientSecret::new(setting("CLIENT_SECRET")?);
    let auth_type = match setting("AUTH_METHOD")?.as_str() {
        "client_secret_post" => AuthType::RequestBody,
        _ => AuthType::BasicAuth,
    };
    let client = CoreClient::from_provider_metadata(server, ClientId::new(setting("CLIENT_ID")?), Some(secret))
        .set_redirect_uri(RedirectUrl::new(setting("REDIRECT_URI")?)?)
        .set_auth_type(auth_type);

    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let scope = setting("SCOPE")?;
    let (address, state, nonce) = client
        .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
        .add_scopes(scope.split(' ').map(|one| Scope::new(one.to_owned())))
        .set_pkce_challenge(challenge)
        .url();
    writeln!(stdout(), "{address}")?;
    stdout().flush()?;

    let told = answer()?;
    if told.get("state") != Some(state.secret()) {
        return Err("another request's answer".into());
    }
    let code = told.get("code").ok_or("no code")?;
    let tokens = client
        .exchange_code(AuthorizationCode::new(code.clone()))?
        .set_pkce_verifier(verifier)
        .request(&send)?;

    // OpenID Connect Core §3.1.3.7: signature, issuer, audience, expiry and nonce; then `at_hash`, §3.1.3.8.
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let judge = client.id_token_verifier();
    let claims = id_token.claims(&judge, &nonce)?;
    let said = claims.access_token_hash().ok_or("no at_hash")?;
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg()?,
        id_token.signing_key(&judge)?,
    )?;
    if hash != *said {
        return Err("the ID token came with another access token".into());
    }
    let others = id_token.claims(&judge, &Nonce::new_random()).is_ok();

    // The crate refuses claims of another subject.
    let subject = claims.subject().clone();
    let info: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(subject.clone()))?
        .request(&send)?;

    let first = tokens.refresh_token().ok_or("no refresh token")?;
    let next = client.exchange_refresh_token(first)?.request(&send)?;
    let second = next.refresh_token().ok_or("no next refresh token")?;
    let renewed = next.id_token().ok_or("no next ID token")?;
    let again = renewed.claims(&judge, |_: Option<&Nonce>| Ok(()))?;
    let later: CoreUserInfoClaims = client
        .user_info(next.access_token().clone(), Some(subject.clone()))?
        .request(&send)?;

    let learnt = json!({
        "issuer": claims.issuer().as_str(),
        "subject": subject.as_str(),
        "email": info.email().map(|email| email.as_str()),
        "believes_another_nonce": others,
        "rotated": first.secret() != second.secret(),
        "same_person": again.subject() == &subject && later.subject() == &subject,
        "same_sign_in": again.auth_time() == claims.auth_time(),
    });
    writeln!(stdout(), "{learnt}")?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program's settings come from its environment"
)]
fn setting(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}

/// What the browser came back with.
fn answer() -> Result<HashMap<String, String>, Box<dyn Error>> {
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    Ok(Url::parse(line.trim())?.query_pairs().into_owned().collect())
}

/// The crate brings no HTTP client along; this hands its requests to `ureq` as they are.
fn send(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .build()
        .into();
    let (head, body) = request.into_parts();
    let answer = match body.is_empty() {
        true => agent.run(ureq::http::Request::from_parts(head, ()))?,
        false => agent.run(ureq::http::Request::from_parts(head, body))?,
    };
    let (head, mut body) = answer.into_parts();
    Ok(HttpResponse::from_parts(head, body.read_to_vec()?))
}
