//! The languages, and what their recipes are written with.

use super::facts::{Facts, Way};
use super::{MARGIN, literal};
use askama::Template;

/// A language that recipes are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// A shell script with curl.
    Curl,
    /// Python with requests.
    Python,
    /// JavaScript for Node, with its own fetch.
    Node,
    /// Go with net/http.
    Go,
    /// Java with java.net.http.
    Java,
    /// C# with HttpClient.
    CSharp,
    /// Rust with reqwest.
    Rust,
}

impl Language {
    /// Every language, in the order of the tabs.
    pub(super) const ALL: [Self; 7] = [
        Self::Curl,
        Self::Python,
        Self::Node,
        Self::Go,
        Self::Java,
        Self::CSharp,
        Self::Rust,
    ];

    /// What its tab says.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::Node => "Node",
            Self::Go => "Go",
            Self::Java => "Java",
            Self::CSharp => "C#",
            Self::Rust => "Rust",
        }
    }

    /// Its word in the address of a page.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "python",
            Self::Node => "node",
            Self::Go => "go",
            Self::Java => "java",
            Self::CSharp => "csharp",
            Self::Rust => "rust",
        }
    }

    /// The name of its file.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Curl => "call.sh",
            Self::Python => "call.py",
            Self::Node => "call.mjs",
            Self::Go => "call.go",
            Self::Java => "Call.java",
            Self::CSharp => "Call.cs",
            Self::Rust => "call.rs",
        }
    }

    /// How its file is run, once the secret is in the environment.
    pub(super) const fn run(self) -> &'static str {
        match self {
            Self::Curl => "sh call.sh",
            Self::Python => "pip install requests && python call.py",
            Self::Node => "node call.mjs",
            Self::Go => "go run call.go",
            Self::Java => "java Call.java",
            Self::CSharp => "dotnet run Call.cs",
            Self::Rust => "cargo run",
        }
    }

    /// The language of that word.
    pub(super) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.word() == word)
    }

    /// The recipe for these facts.
    ///
    /// # Errors
    /// When a template cannot be written.
    pub(super) fn recipe(self, facts: &Facts) -> askama::Result<String> {
        match self {
            Self::Curl => Shell::of(facts).render(),
            Self::Python => Python::of(facts, literal::long).render(),
            Self::Node => Node::of(facts, literal::braces).render(),
            Self::Go => Go::of(facts, literal::long).render(),
            Self::Java => Java::of(facts, literal::java).render(),
            Self::CSharp => CSharp::of(facts, literal::long).render(),
            Self::Rust => Rust::of(facts, literal::braces).render(),
        }
    }
}

macro_rules! written {
    ($($name:ident $path:literal)*) => {$(
        /// The values of the facts, as literals of this language.
        #[derive(Template)]
        #[template(path = $path, escape = "none")]
        struct $name {
            token_url: String,
            client_id: String,
            /// Name and literal.
            names: Vec<(&'static str, String)>,
            acting: Option<(String, String)>,
            url: String,
            method: String,
            body: bool,
            json: bool,
            basic: bool,
            margin: i64,
        }

        impl $name {
            fn of(facts: &Facts, literal: fn(&str) -> String) -> Self {
                let names = facts.names.iter().map(|(name, value)| (*name, literal(value)));
                let acting = facts.call.acting.as_ref();
                Self {
                    token_url: literal(&facts.token_url),
                    client_id: literal(&facts.client_id),
                    names: names.collect(),
                    acting: acting.map(|(name, value)| (literal(name), literal(value))),
                    url: literal(&facts.call.url),
                    method: facts.call.method.clone(),
                    body: facts.call.body(),
                    json: facts.way == Way::Json,
                    basic: facts.way == Way::Basic,
                    margin: MARGIN,
                }
            }
        }
    )*};
}

written! {
    Python "recipe/python.txt"
    Node "recipe/node.txt"
    Go "recipe/go.txt"
    Java "recipe/java.txt"
    CSharp "recipe/csharp.txt"
    Rust "recipe/rust.txt"
}

/// A shell has several kinds of literal: words, and lines of here-documents.
#[derive(Template)]
#[template(path = "recipe/curl.txt", escape = "none")]
struct Shell {
    token_url: String,
    /// For a sentence inside double quotes.
    client_id_here: String,
    /// As a word.
    client_id_word: String,
    /// As a JSON string in a here-document.
    client_id_json: String,
    /// As the beginning of a quoted value of curl's configuration, in a here-document.
    client_id_user: String,
    /// `client_id=…` as a word.
    client_id_parameter: String,
    /// Name, `name=value` as a word, and the value as a JSON string in a here-document.
    names: Vec<(&'static str, String, String)>,
    acting: Option<String>,
    url: String,
    method: String,
    body: bool,
    json: bool,
    basic: bool,
    margin: i64,
}

impl Shell {
    fn of(facts: &Facts) -> Self {
        let json = |text: &str| literal::here(&serde_json::Value::from(text).to_string());
        let name =
            |(name, value): &(&'static str, String)| (*name, literal::shell(&format!("{name}={value}")), json(value));
        let id = facts.client_id.as_str();
        let acting = facts.call.acting.as_ref();
        let user = json(id);
        Self {
            token_url: literal::shell(&facts.token_url),
            client_id_here: literal::here(&id.replace(['"', '}'], "")),
            client_id_word: literal::shell(id),
            client_id_user: user.strip_suffix('"').unwrap_or(&user).to_owned(),
            client_id_json: user,
            client_id_parameter: literal::shell(&format!("client_id={id}")),
            names: facts.names.iter().map(name).collect(),
            acting: acting.map(|(name, value)| literal::shell(&format!("{name}: {value}"))),
            url: literal::shell(&facts.call.url),
            method: facts.call.method.clone(),
            body: facts.call.body(),
            json: facts.way == Way::Json,
            basic: facts.way == Way::Basic,
            margin: MARGIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SECRET;
    use super::super::choice::Call;
    use super::*;

    fn facts(way: Way) -> Facts {
        Facts {
            client_id: "client-1".into(),
            token_url: "https://auth.example/token".into(),
            way,
            names: vec![
                ("audience", "https://docs.example".into()),
                ("scope", "read write".into()),
            ],
            call: Call {
                method: "POST".into(),
                url: "https://api.example/docs".into(),
                acting: Some(("x-email".into(), "ann@firm.example".into())),
            },
        }
    }

    /// SG-20: every recipe has this client's own values, and reads the secret from where it is kept.
    #[test]
    fn every_recipe_has_the_client_s_own_values() {
        for language in Language::ALL {
            for way in [Way::Json, Way::Form, Way::Basic] {
                let recipe = language.recipe(&facts(way)).unwrap();
                for value in [
                    "client-1",
                    "https://auth.example/token",
                    "https://docs.example",
                    "read write",
                    "https://api.example/docs",
                    "x-email",
                    "ann@firm.example",
                    SECRET,
                ] {
                    assert!(recipe.contains(value), "{} {way:?} lacks {value}", language.name());
                }
                assert!(!recipe.contains("{{") && !recipe.contains("{%"), "{}", language.name());
                assert_eq!(Language::of_word(language.word()), Some(language));
            }
        }
    }

    #[test]
    fn a_recipe_is_written_as_people_read_it() {
        insta::assert_snapshot!("python-json", Language::Python.recipe(&facts(Way::Json)).unwrap());
        insta::assert_snapshot!("curl-basic", Language::Curl.recipe(&facts(Way::Basic)).unwrap());
    }
}
