//! What a recipe says of one client.

use super::choice::Call;
use tollgate_issuer::terms::{Target, Terms};
use tollgate_model::api::Unasked;
use tollgate_model::client::AuthMethod;
use tollgate_model::{Api, Client, Grant};

/// What a recipe says of one client, for one API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    /// `client_id`.
    pub(super) client_id: String,
    /// The token endpoint.
    pub(super) token_url: String,
    /// How the request for a token is written.
    pub(super) way: Way,
    /// What the request for a token names, as parameters besides `grant_type`, in order.
    pub(super) names: Vec<(&'static str, String)>,
    /// The call.
    pub(super) call: Call,
}

/// How the request for a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A JSON body with everything in it.
    Json,
    /// A form, with id and secret in it.
    Form,
    /// A form; id and secret in the header (RFC 6749 §2.3.1).
    Basic,
}

/// The way that this house takes from this client: as the vendor's documents show it first.
pub(super) fn way(client: &Client, terms: &Terms) -> Way {
    let post = client.auth_methods.contains(&AuthMethod::ClientSecretPost);
    if post && terms.forms.json {
        Way::Json
    } else if post && !client.auth_methods.contains(&AuthMethod::ClientSecretBasic) {
        Way::Form
    } else {
        Way::Basic
    }
}

/// What a request for a token names, so that it opens all that was granted at this API.
pub(super) fn names(api: &Api, grant: &Grant, terms: &Terms) -> Vec<(&'static str, String)> {
    let mut names = Vec::new();
    let by_scope = terms.target == Target::ByScope;
    if !by_scope {
        names.push(("audience", api.audience.clone()));
    }
    if (by_scope || api.unasked != Unasked::Granted) && !grant.scopes.is_empty() {
        names.push(("scope", grant.scopes.to_string()));
    }
    names
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tollgate_model::client::{Environment, GrantType};
    use tollgate_model::{AccountId, ApiId, ClientId, Moment, State};
    use tollgate_protocol::claims::Profile;
    use tollgate_protocol::jose::Algorithm;

    pub(in super::super) fn client(methods: &[AuthMethod]) -> Client {
        Client {
            sign_in: tollgate_model::client::SignIn::default(),
            id: ClientId::new("client-1"),
            account: AccountId::new("acc_1"),
            name: "Robot".into(),
            environment: Environment::Live,
            auth_methods: methods.to_vec(),
            grant_types: vec![GrantType::ClientCredentials],
            owner: None,
            introspects: vec![],
            redirect_uris: vec![],
            logout_uris: vec![],
            state: State::Active,
            created: Moment(0),
            version: 1,
        }
    }

    pub(in super::super) fn api(unasked: Unasked) -> Api {
        Api {
            id: ApiId::new("docs"),
            audience: "https://docs.example".into(),
            name: "Documents".into(),
            scopes: vec![],
            unasked,
            lifetime: 3600,
            algorithm: Algorithm::RS256,
            profile: Profile::Rfc9068,
            declared: false,
            version: 1,
        }
    }

    pub(in super::super) fn grant(scopes: &[&str]) -> Grant {
        Grant {
            client: ClientId::new("client-1"),
            api: ApiId::new("docs"),
            scopes: scopes.iter().copied().collect(),
            lifetime: None,
        }
    }

    #[test]
    fn a_token_is_asked_for_in_a_way_that_this_house_takes() {
        let (basic, post) = (AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost);
        for (methods, json, expected) in [
            (&[basic][..], true, Way::Basic),
            (&[post, basic], true, Way::Json),
            (&[basic, post], false, Way::Basic),
            (&[post], false, Way::Form),
        ] {
            let mut terms = Terms::rfc("https://auth.example");
            terms.forms.json = json;
            assert_eq!(way(&client(methods), &terms), expected, "{methods:?} {json}");
        }
    }

    #[test]
    fn scopes_are_named_where_they_would_not_come_alone() {
        let mut terms = Terms::rfc("https://auth.example");
        let grant = grant(&["read", "write"]);
        let audience = ("audience", "https://docs.example".to_owned());
        let scope = ("scope", "read write".to_owned());
        let alone = names(&api(Unasked::Granted), &grant, &terms);
        assert_eq!(alone, std::slice::from_ref(&audience));
        assert_eq!(names(&api(Unasked::Refused), &grant, &terms), [audience, scope.clone()]);
        terms.target = Target::ByScope;
        assert_eq!(names(&api(Unasked::Granted), &grant, &terms), [scope]);
    }
}
