//! What stands above every page about one client.

use crate::console::Console;
use crate::console::door::AtAccount;
use crate::console::page::{Frame, Link};
use tollgate_issuer::registry::client;
use tollgate_model::client::Environment;
use tollgate_model::{Client, State};

/// The client a page is about, and the ways to its other pages.
#[derive(Clone, Debug)]
pub(in crate::console) struct Head {
    /// `client_id`.
    pub(in crate::console) id: String,
    /// Its environment, as the badge's tone.
    pub(in crate::console) environment: &'static str,
    /// Its environment, in words.
    pub(in crate::console) environment_words: &'static str,
    /// Whether it is active.
    pub(in crate::console) active: bool,
    /// Whether to say that it is disabled: where one sees it anyway, and can change it, it is not said twice.
    pub(in crate::console) warns: bool,
    /// The tabs.
    pub(in crate::console) tabs: Vec<Link>,
}

/// The tabs of a client, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::console) enum Tab {
    /// Id, audience, secrets.
    Credentials,
    /// Scopes.
    Scopes,
    /// Redirect and logout addresses.
    Addresses,
    /// Ready-made requests.
    Use,
    /// Name, state, and what cannot be undone.
    Settings,
}

/// The frame and head of a client's page at one of its tabs.
pub(in crate::console) fn of(console: &Console, at: &AtAccount, client: &Client, tab: Tab) -> (Frame, Head) {
    let mut frame = console.frame_at(at, &client.name);
    let words = &console.desk.terms.console.words;
    frame.crumbs = vec![Link::new("/console/clients", &words.clients)];
    let addresses = client::addressed(&console.desk.terms).used;
    (frame, head(client, tab, &words.credentials, addresses))
}

/// The frame of a page below a client: a form, a question.
pub(in crate::console) fn below(console: &Console, at: &AtAccount, client: &Client, title: &str) -> Frame {
    let mut frame = console.frame_at(at, title);
    let words = &console.desk.terms.console.words;
    frame.crumbs = vec![
        Link::new("/console/clients", &words.clients),
        Link::new(format!("/console/clients/{}", client.id), &client.name),
    ];
    frame
}

fn head(client: &Client, tab: Tab, credentials: &str, addresses: bool) -> Head {
    let base = format!("/console/clients/{}", client.id);
    let link = |of: Tab, place: &str, label: &str| Link::new(format!("{base}{place}"), label).current(of == tab);
    let mut tabs = vec![
        link(Tab::Credentials, "", credentials),
        link(Tab::Scopes, "/scopes", "Scopes"),
    ];
    if addresses {
        tabs.push(link(Tab::Addresses, "/addresses", "Addresses"));
    }
    tabs.extend([
        link(Tab::Use, "/use", "Use it"),
        Link::new(format!("/console/calls?client={}", client.id), "Troubleshooting"),
        link(Tab::Settings, "/settings", "Settings"),
    ]);
    Head {
        id: client.id.to_string(),
        environment: client.environment.as_str(),
        environment_words: environment(client.environment),
        active: client.state == State::Active,
        warns: client.state == State::Disabled && tab != Tab::Settings,
        tabs,
    }
}

/// An environment as a badge says it.
pub(in crate::console) const fn environment(environment: Environment) -> &'static str {
    match environment {
        Environment::Test => "Test",
        Environment::Live => "Live",
    }
}
