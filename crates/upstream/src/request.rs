//! The request that a person leaves with (OpenID Connect Core §3.1.2.1).

use crate::discovery::Discovered;
use crate::provider::Ours;
use tollgate_issuer::authorize::errand::Leaving;

/// The address with the request. What the provider's own address says in its query stays.
pub(crate) fn address(discovered: &Discovered, ours: &Ours, leaving: &Leaving<'_>) -> String {
    let mut url = discovered.authorization_endpoint.clone();
    {
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &ours.client_id)
            .append_pair("redirect_uri", leaving.redirect_uri)
            .append_pair("scope", &ours.scopes)
            .append_pair("state", leaving.state)
            .append_pair("nonce", leaving.nonce)
            .append_pair("code_challenge", leaving.challenge)
            .append_pair("code_challenge_method", "S256")
            .append_pair("ui_locales", leaving.language);
        if leaving.again {
            query.append_pair("prompt", "login");
        }
        if let Some(max_age) = leaving.max_age {
            query.append_pair("max_age", &max_age.to_string());
        }
        if let Some(hint) = leaving.login_hint {
            query.append_pair("login_hint", hint);
        }
    }
    url.into()
}
