//! What a client can be made with, and what somebody typed of it: the same form makes one and requests one.

use super::answer;
use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::input::Ask;
use crate::console::page::{Choice, Form, words};
use axum::response::Response;
use tollgate_issuer::developer;
use tollgate_issuer::registry::client;
use tollgate_issuer::terms::console::{Loopback, Redirects};
use tollgate_model::client::{Environment, GrantType};
use tollgate_model::{Api, ApiId};

/// What there is to choose from.
pub(super) struct Offer {
    pub(super) environments: Vec<Choice>,
    pub(super) apis: Vec<Offered>,
    /// What addresses there may be; absent where clients have none.
    pub(super) rules: Option<Rules>,
    /// The APIs themselves.
    pub(super) held: Vec<Api>,
}

/// An API that the account has.
pub(super) struct Offered {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) hint: String,
    /// The name of the field for its scopes.
    pub(super) field: String,
    scopes: Vec<Choice>,
}

impl Offered {
    /// The scopes it knows.
    pub(super) fn scopes(&self) -> &[Choice] {
        &self.scopes
    }
}

/// Rules for redirect and logout addresses, in words.
pub(in crate::console) struct Rules {
    pub(super) required: bool,
    pub(in crate::console) words: String,
}

/// What was typed.
pub(super) struct Wanted {
    pub(super) name: String,
    pub(super) environment: Environment,
    pub(super) api: ApiId,
    pub(super) scopes: Vec<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) logout_uris: Vec<String>,
}

impl Offer {
    /// What this account can have.
    pub(super) async fn of(console: &Console, at: &AtAccount) -> Result<Self, Response> {
        let apis = developer::apis(&console.desk, &at.seat).await;
        let apis = answer::done(console, at, apis)?;
        let terms = &console.desk.terms.console;
        Ok(Self {
            environments: environments(at.seat.account().live, &terms.words.helpers),
            apis: apis.iter().map(offered).collect(),
            rules: Rules::of(&client::addressed(&console.desk.terms), None),
            held: apis,
        })
    }

    /// The form as it is at first. One does not start in production, and with one API there is nothing to choose.
    pub(super) fn start(&self) -> Form {
        let form = Form::new().with("environment", Environment::Test.as_str());
        match self.apis.as_slice() {
            [sole] => form.with("api", &sole.id),
            _ => form,
        }
    }

    /// Reads what was typed; none when something is missing, which the form then says.
    pub(super) fn read(&self, ask: &Ask, form: &mut Form) -> Option<Wanted> {
        let environment = Environment::of_str(ask.field("environment"));
        if environment.is_none() {
            form.refuse("environment", "Choose test or live.");
        }
        let api = ask.field("api");
        if api.is_empty() {
            form.refuse("api", "Choose the API that this client is to call.");
            // All that is missing is said at once.
            if ask.field("name").trim().is_empty() {
                form.refuse("name", "The name must not be empty.");
            }
            return None;
        }
        Some(Wanted {
            name: ask.field("name").to_owned(),
            environment: environment?,
            api: ApiId::new(api),
            // Boxes of other APIs may be ticked still; they were not meant.
            scopes: owned(ask.fields(&scopes_field(api))),
            redirect_uris: lines(ask.field("redirect_uris")),
            logout_uris: lines(ask.field("logout_uris")),
        })
    }
}

fn owned(list: Vec<&str>) -> Vec<String> {
    list.into_iter().map(str::to_owned).collect()
}

/// The name of the field for the scopes of an API.
pub(super) fn scopes_field(api: &str) -> String {
    format!("scopes-{api}")
}

/// One address a line, each as it was typed.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

fn environments(live: bool, helpers: &str) -> Vec<Choice> {
    let test = Choice::new(
        Environment::Test.as_str(),
        "Test",
        "For building and trying out. Marked as a test client in every token and in your logs.",
    );
    let production = "For production: your software as your customers use it.";
    let mut for_real = Choice::new(Environment::Live.as_str(), "Live", production);
    if !live {
        for_real.disabled = true;
        for_real.hint = format!("This account has test clients only. To go live, ask {helpers}.");
    }
    vec![test, for_real]
}

fn offered(api: &Api) -> Offered {
    Offered {
        id: api.id.to_string(),
        name: api.name.clone(),
        hint: format!(
            "Audience {} · a token works for {}",
            api.audience,
            words::span(api.lifetime)
        ),
        field: scopes_field(api.id.as_str()),
        scopes: api
            .scopes
            .iter()
            .map(|word| scope(&word.name, &word.description))
            .collect(),
    }
}

/// A grant type to choose, in words.
pub(in crate::console) fn grant_words(grant: GrantType) -> Choice {
    let (label, hint) = match grant {
        GrantType::ClientCredentials => ("For itself", "client_credentials: with its own secret, for no person."),
        GrantType::AuthorizationCode => (
            "For people",
            "authorization_code: whoever signs in lets it act for them.",
        ),
        GrantType::RefreshToken => ("For people who are away", "refresh_token: on, until it is taken back."),
    };
    Choice::new(grant.as_str(), label, hint)
}

/// A scope to choose.
pub(super) fn scope(name: &str, description: &str) -> Choice {
    Choice::new(name, name, description)
}

impl Rules {
    /// The rules for a client of this environment, or for one whose environment is not chosen yet.
    pub(in crate::console) fn of(terms: &Redirects, environment: Option<Environment>) -> Option<Self> {
        if !terms.used {
            return None;
        }
        let own = "http://localhost, http://127.0.0.1 and http://[::1]";
        let machine = match (terms.loopback, environment) {
            (Loopback::Any, _) => format!("While you develop, {own} are taken too."),
            (Loopback::Test, Some(Environment::Test)) => format!("As this is a test client, {own} are taken too."),
            (Loopback::Test, Some(Environment::Live)) => {
                "This is a live client, so localhost, 127.0.0.1 and [::1] are not taken.".to_owned()
            }
            (Loopback::Test, None) => format!("Test clients may also name {own}; live clients may not."),
            (Loopback::Never, _) => "localhost, 127.0.0.1 and [::1] are not taken.".to_owned(),
        };
        let many = words::count(terms.most, "address", "addresses");
        Some(Self {
            required: terms.required,
            words: format!(
                "One a line, at most {many}. Each begins with https:// and is compared letter by letter, so write it \
                 exactly as your software sends it: no wildcards, no fragment. {machine}"
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(loopback: Loopback) -> Redirects {
        Redirects {
            used: true,
            required: true,
            most: 5,
            loopback,
        }
    }

    /// 3E-10: the page says about localhost what the rules do.
    #[test]
    fn the_page_says_which_addresses_are_taken() {
        let words = |loopback, environment| Rules::of(&terms(loopback), environment).unwrap().words;
        assert!(words(Loopback::Test, Some(Environment::Live)).contains("are not taken"));
        assert!(words(Loopback::Test, Some(Environment::Test)).contains("are taken too"));
        assert!(words(Loopback::Never, Some(Environment::Test)).contains("are not taken"));
        assert!(words(Loopback::Any, Some(Environment::Live)).contains("are taken too"));
        let unused = Redirects {
            used: false,
            ..terms(Loopback::Any)
        };
        assert!(Rules::of(&unused, None).is_none());
    }

    /// SG-3: who opened an account alone sees that live is there, and that it is not to be had yet.
    #[test]
    fn live_is_offered_where_the_account_has_it() {
        assert!(!environments(true, "support").iter().any(|choice| choice.disabled));
        let only_test = environments(false, "support");
        assert!(only_test[1].disabled && only_test[1].hint.contains("support"));
    }

    #[test]
    fn addresses_come_one_a_line() {
        assert_eq!(
            lines(" https://a.example/x \r\n\r\nhttps://b.example\n"),
            ["https://a.example/x", "https://b.example"]
        );
    }
}
