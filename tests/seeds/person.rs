//! A person at a browser without the browser: the way from an application's request, as a vendor's document prints it,
//! to what the application is told.

use crate::firm::{self, Client, Wish};
use crate::paste;
use reqwest::{RequestBuilder, Url};
use serde_json::Value;
use std::collections::BTreeMap;
use tollgate_model::client::GrantType;
use tollgate_tests::World;
use tollgate_tests::visitor::{Page, Visitor};

/// The verifier of RFC 7636's appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its challenge.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The grant types of an application that acts for people.
pub(crate) const GRANTS: [GrantType; 2] = [GrantType::AuthorizationCode, GrantType::RefreshToken];

/// A person of the demo's firm, at a browser.
pub(crate) struct Person<'a> {
    world: &'a World,
    pub(crate) browser: Visitor,
    /// The pages that were shown, by the last part of their paths.
    pub(crate) seen: Vec<String>,
}

/// Where an answer leads.
pub(crate) enum Step {
    /// A page of ours that waits for the person.
    Page(Page),
    /// Back to the application, which is told this.
    Back(Back),
}

/// What an application is told at its address.
#[derive(Debug)]
pub(crate) struct Back {
    /// The whole address.
    pub(crate) location: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Back {
    /// A parameter; empty when it did not come.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// The code, which must be there.
    pub(crate) fn code(&self) -> &str {
        assert!(!self.value("code").is_empty(), "no code: {self:?}");
        self.value("code")
    }

    /// The error, which must be there, and no code beside it.
    pub(crate) fn error(&self) -> &str {
        assert!(
            self.value("code").is_empty() && !self.value("error").is_empty(),
            "{self:?}"
        );
        self.value("error")
    }
}

impl Step {
    /// The page, which it must be.
    pub(crate) fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Back(back) => panic!("the application was told at once: {back:?}"),
        }
    }

    /// What the application is told, which must be now.
    pub(crate) fn back(self) -> Back {
        match self {
            Self::Back(back) => back,
            Self::Page(page) => panic!("a page: {} {}", page.path, page.text),
        }
    }
}

impl<'a> Person<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self {
            world,
            browser: Visitor::new(origin(world)),
            seen: Vec::new(),
        }
    }

    /// Opens the address that an application sends a browser to; its host stands for this house.
    pub(crate) async fn opens(&mut self, address: &str) -> Step {
        let (_, rest) = address.split_once("://").expect("a whole address");
        let path = rest.find('/').map_or("/", |at| &rest[at..]);
        let page = self.browser.get(path).await;
        self.leads(page).await
    }

    /// Sends the page's own form with these fields.
    pub(crate) async fn sends(&mut self, page: &Page, fields: &[(&str, &str)]) -> Step {
        let form = page.own_form();
        let form = fields.iter().fold(form, |form, (name, value)| form.set(name, value));
        let answer = self.browser.send(&form).await;
        self.leads(answer).await
    }

    /// Goes on from an answer to where it leads.
    async fn leads(&mut self, mut page: Page) -> Step {
        for _ in 0..8 {
            let to = page.leads_to().to_owned();
            if to.is_empty() {
                self.seen.push(name(&page));
                return Step::Page(page);
            }
            assert!(matches!(page.status, 302 | 303), "{} to {to}", page.status);
            let inside = to.strip_prefix(origin(self.world)).unwrap_or(&to);
            if !inside.starts_with('/') {
                return Step::Back(back(&to));
            }
            page = self.browser.get(inside).await;
        }
        panic!("pages lead on and on: {}", page.path);
    }

    /// Does what the page at hand wants: signs in, presses a button, or answers `approve` or `deny`.
    pub(crate) async fn does(&mut self, page: &Page, answer: &str) -> Step {
        assert_eq!(page.status, 200, "{}: {}", page.path, page.text);
        let (email, password) = (self.world.env("USER_EMAIL"), self.world.env("USER_PASSWORD"));
        let fields = match name(page).as_str() {
            "sign-in" => vec![("email", email), ("password", password)],
            "consent" => vec![("choice", answer)],
            _ => Vec::new(),
        };
        self.sends(page, &fields).await
    }

    /// The whole way from an address, with this answer to the question.
    pub(crate) async fn walks(&mut self, address: &str, answer: &str) -> Back {
        let mut step = self.opens(address).await;
        for _ in 0..8 {
            let page = match step {
                Step::Page(page) => page,
                Step::Back(back) => return back,
            };
            step = self.does(&page, answer).await;
        }
        panic!("the way has no end: {:?}", self.seen);
    }
}

/// The last part of a page's path: what it is about.
pub(crate) fn name(page: &Page) -> String {
    let path = page.path.split('?').next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}

/// Scheme and authority of this house.
pub(crate) fn origin(world: &World) -> &str {
    world.env("CONSOLE").trim_end_matches("/console")
}

fn back(location: &str) -> Back {
    let url = Url::parse(location).unwrap();
    Back {
        location: location.to_owned(),
        parameters: url.query_pairs().into_owned().collect(),
    }
}

/// An application of the demo's firm that acts for people, with all that its client there is granted.
pub(crate) async fn application(world: &World, wish: Wish<'_>) -> Client {
    firm::client(world, &firm::own(world).await, wish).await
}

/// The address of a document, with its placeholders filled in.
pub(crate) fn filled(document: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(document.to_owned(), |text, (placeholder, value)| {
        text.replace(placeholder, value)
    })
}

/// Sends a request: status and JSON body.
pub(crate) async fn told(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

/// What `curl` is told at the address that a document prints, with the vendor's own host in it.
pub(crate) async fn pasted(world: &World, address: &str) -> (u16, String) {
    let plain = address.replacen("https://", "http://", 1);
    let answer = paste::at_issuer(world, &[&plain]).await;
    (answer.status, answer.header("location").unwrap_or_default().to_owned())
}
