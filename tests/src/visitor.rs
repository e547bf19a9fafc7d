//! Somebody at a browser, without the browser: a cookie jar, the forms of the page at hand, and what browsers say of
//! where a request comes from.

mod form;

pub use form::{Form, Tag};

use form::{forms, tags, unescaped};
use reqwest::header::{COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use std::collections::BTreeMap;

/// The cookie with the session's token.
pub const SESSION: &str = "__Host-tollgate";

/// Somebody at a browser.
pub struct Visitor {
    http: Client,
    /// Where the console is: scheme and authority.
    pub base: String,
    /// What the browser holds, by name.
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    /// The path that was asked for.
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Visitor {
    /// A browser without cookies.
    pub fn new(base: &str) -> Self {
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            http,
            base: base.to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// Another tab of the same browser, as its cookies stand.
    pub fn tab(&self) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            cookies: self.cookies.clone(),
        }
    }

    /// The session's token, as the cookie has it.
    pub fn token(&self) -> Option<&str> {
        self.cookies.get(SESSION).map(String::as_str)
    }

    /// A request with the cookies and nothing else, for what no browser would send.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        if self.cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header(COOKIE, pairs.join("; "))
    }

    /// Reads an answer and keeps its cookies.
    pub async fn read(&mut self, path: &str, response: Response) -> Page {
        let headers = response.headers().clone();
        for line in headers.get_all(SET_COOKIE) {
            self.keep(line.to_str().unwrap());
        }
        Page {
            path: path.to_owned(),
            status: response.status().as_u16(),
            headers,
            text: response.text().await.unwrap(),
        }
    }

    fn keep(&mut self, line: &str) {
        let (name, rest) = line.split_once('=').unwrap();
        let value = rest.split(';').next().unwrap();
        if line.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Opens a page, as from the address line.
    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.bare(Method::GET, path).header("sec-fetch-site", "none");
        let response = request.send().await.unwrap();
        self.read(path, response).await
    }

    /// Opens a page that must be there.
    pub async fn open(&mut self, path: &str) -> Page {
        let page = self.get(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page
    }

    /// Sends a form, as a page of the console does.
    pub async fn send(&mut self, form: &Form) -> Page {
        self.post(&form.action, &form.fields).await
    }

    /// Sends these fields, as a page of the console does.
    pub async fn post<N: AsRef<str>, V: AsRef<str>>(&mut self, path: &str, fields: &[(N, V)]) -> Page {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
            .collect();
        let request = self
            .bare(Method::POST, path)
            .header("sec-fetch-site", "same-origin")
            .header("origin", &self.base)
            .form(&fields);
        let response = request.send().await.unwrap();
        self.read(path, response).await
    }

    /// Sends these fields, and the session's own token with them.
    pub async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.csrf().await;
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.post(path, &all).await
    }

    /// The token that this session's forms carry.
    pub async fn csrf(&mut self) -> String {
        self.open("/console/profile").await.csrf()
    }

    /// Follows a mailed link as a browser without script does: the page asks for what stands after the `#`.
    pub async fn follow(&mut self, link: &str) -> Page {
        let (_, token) = link.split_once('#').unwrap();
        let page = self.open("/console/welcome?code=other").await;
        let answer = self.send(&page.form("/console/welcome/open").set("code", token)).await;
        assert_eq!((answer.status, answer.leads_to()), (303, "/console/welcome"));
        self.get("/console/welcome").await
    }

    /// Signs in on the page for it; where it leads then.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> String {
        let page = self.open("/console/sign-in").await;
        let form = page
            .form("/console/sign-in")
            .set("email", email)
            .set("password", password);
        let answer = self.send(&form).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer.leads_to().to_owned()
    }
}

impl Page {
    /// A header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or_default())
    }

    /// Where it sends the browser on to; empty when it does not.
    pub fn leads_to(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Its forms, filled in as they stand.
    pub fn forms(&self) -> Vec<Form> {
        forms(&self.text, self.path.split('?').next().unwrap_or_default())
    }

    /// The form that goes to this path.
    pub fn form(&self, action: &str) -> Form {
        let found = self
            .forms()
            .into_iter()
            .find(|form| form.method == "post" && form.action == action);
        found.unwrap_or_else(|| panic!("no form to {action} on {}: {}", self.path, self.text))
    }

    /// The form of the page itself.
    pub fn own_form(&self) -> Form {
        self.form(self.path.split('?').next().unwrap_or_default())
    }

    /// The token that its forms carry.
    pub fn csrf(&self) -> String {
        let forms = self.forms();
        let found = forms.iter().find_map(|form| form.value("csrf"));
        found
            .unwrap_or_else(|| panic!("no form with a token on {}", self.path))
            .to_owned()
    }

    /// The credential with this prefix that it shows; nothing when it shows none.
    pub fn credential(&self, prefix: &str) -> Option<String> {
        let from = self.text.find(prefix)?;
        let rest = &self.text[from..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        (end == prefix.len() + 38).then(|| rest[..end].to_owned())
    }

    /// Its tags, in order.
    pub fn tags(&self) -> Vec<Tag> {
        tags(&self.text)
    }

    /// Its text as a reader has it.
    pub fn words(&self) -> String {
        unescaped(&self.text)
    }
}
