//! What the documents print about applications that act for people, done as it stands there: in a shell, with somebody
//! at a browser in between.

use crate::{blocks, is_for_people, root};
use reqwest::Url;
use serde_json::Value;
use std::collections::BTreeMap;
use tollgate_tests::app::text;
use tollgate_tests::house::claims;
use tollgate_tests::visitor::{Page, Visitor};
use tollgate_tests::{Backend, World, run};

/// What one reader has in the shell and at the browser.
struct Reader<'w> {
    world: &'w World,
    browser: Visitor,
    /// Variables that the text tells to set.
    set: BTreeMap<&'static str, String>,
    /// What was done, in order.
    did: Vec<&'static str>,
}

impl<'w> Reader<'w> {
    fn of(world: &'w World) -> Self {
        let origin = Url::parse(world.env("AUTHORIZE_URL")).unwrap().origin();
        Self {
            world,
            browser: Visitor::new(&origin.ascii_serialization()),
            set: BTreeMap::new(),
            did: Vec::new(),
        }
    }

    /// Runs a block in a shell that has read `demo.env`. What it printed; `VERIFIER` is kept, as a shell does.
    async fn paste(&mut self, block: &str) -> String {
        // The file itself is for a demo in the current folder; here its lines are the environment.
        let lines: Vec<&str> = block.lines().filter(|line| !line.starts_with(". ")).collect();
        let script = format!("{}\nprintf '\\n--%s' \"$VERIFIER\"", lines.join("\n"));
        let mut shell = tokio::process::Command::new("sh");
        shell
            .arg("-c")
            .arg(script)
            .envs(&self.world.showing.env)
            .envs(&self.set);
        let output = shell.output().await.unwrap();
        assert!(output.status.success(), "{block}");
        let printed = String::from_utf8(output.stdout).unwrap();
        let (printed, verifier) = printed.rsplit_once("\n--").unwrap();
        self.set.insert("VERIFIER", verifier.to_owned());
        printed.to_owned()
    }

    async fn paste_json(&mut self, block: &str) -> Value {
        let printed = self.paste(block).await;
        serde_json::from_str(&printed).unwrap_or_else(|no| panic!("{no}: {block}\n{printed}"))
    }

    /// Does what a block is for, and holds that it did.
    async fn does(&mut self, block: &str) {
        let has = |word: &str| block.contains(word);
        let did = if has("openid-configuration") {
            let found = self.paste_json(block).await;
            for (name, member) in [
                ("USERINFO", "userinfo_endpoint"),
                ("REVOCATION", "revocation_endpoint"),
                ("END_SESSION", "end_session_endpoint"),
            ] {
                self.set.insert(name, text(&found, member).to_owned());
            }
            assert_eq!(text(&found, "token_endpoint"), self.world.env("TOKEN_URL"));
            "found"
        } else if has("TOLLGATE_AUTHORIZE_URL") {
            let address = self.paste(block).await;
            let back = self.walks(address.trim()).await;
            assert_eq!(back["iss"], self.world.env("ISSUER"));
            assert_eq!(back["state"].len(), 16, "{back:?}");
            self.set.insert("CODE", back["code"].clone());
            "agreed"
        } else if has("grant_type=authorization_code") {
            self.takes(block).await;
            "exchanged"
        } else if has("grant_type=refresh_token") {
            let before = self.set["REFRESH"].clone();
            self.takes(block).await;
            assert_ne!(self.set["REFRESH"], before, "it rotates");
            "refreshed"
        } else if has("TOLLGATE_GATEWAY") {
            let printed = self.paste(block).await;
            assert!(printed.starts_with("HTTP/1.1 200"), "{printed}");
            "called"
        } else if has("$USERINFO") {
            let told = self.paste_json(block).await;
            // As the text says: a token for an API opens it where the vendor has it so.
            if self.world.env("PRESET") == "sovos" {
                assert_eq!(text(&told, "error"), "invalid_token", "{told}");
            } else {
                let id_token = claims(&self.set["ID_TOKEN"]);
                assert_eq!((&told["sub"], &id_token["sub"].is_string()), (&id_token["sub"], &true));
                assert_eq!(text(&told, "email"), self.world.env("USER_EMAIL"));
            }
            "asked"
        } else if has("$REVOCATION") {
            let printed = self.paste(block).await;
            assert!(printed.starts_with("HTTP/1.1 200"), "{printed}");
            "revoked"
        } else if has("$END_SESSION") {
            let address = self.paste(block).await;
            let back = self.walks(address.trim()).await;
            assert_eq!(back["state"], "bye", "{back:?}");
            "signed out"
        } else {
            panic!("a request that nobody expects here: {block}");
        };
        self.did.push(did);
    }

    /// Takes the tokens of an answer.
    async fn takes(&mut self, block: &str) {
        let answer = self.paste_json(block).await;
        for (name, member) in [
            ("TOKEN", "access_token"),
            ("ID_TOKEN", "id_token"),
            ("REFRESH", "refresh_token"),
        ] {
            assert!(answer[member].is_string(), "{block}\n{answer}");
            self.set.insert(name, text(&answer, member).to_owned());
        }
    }

    /// Opens an address, signs in and approves where that is asked, and returns what the application is told.
    async fn walks(&mut self, address: &str) -> BTreeMap<String, String> {
        let mut page = self.browser.get(self.inside(address).unwrap()).await;
        for _ in 0..12 {
            let to = page.leads_to().to_owned();
            page = if to.is_empty() {
                self.answers(&page).await
            } else if let Some(path) = self.inside(&to) {
                self.browser.get(path).await
            } else {
                assert!(to.starts_with(self.world.env("REDIRECT_URI")), "{to}");
                return Url::parse(&to).unwrap().query_pairs().into_owned().collect();
            };
        }
        panic!("pages lead on and on: {}", page.path);
    }

    async fn answers(&mut self, page: &Page) -> Page {
        assert_eq!(page.status, 200, "{}: {}", page.path, page.text);
        let form = page.own_form();
        let form = if page.path.ends_with("/sign-in") {
            form.set("email", self.world.env("USER_EMAIL"))
                .set("password", self.world.env("USER_PASSWORD"))
                .set("choice", "sign-in")
        } else {
            assert!(page.path.ends_with("/consent"), "{}", page.path);
            form.set("choice", "approve")
        };
        self.browser.send(&form).await
    }

    /// The path of an address of this house.
    fn inside<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = address.strip_prefix(&self.browser.base).unwrap_or(address);
        path.starts_with('/').then_some(path)
    }
}

/// SO-3: the integrators' page about people, from the first request to the last, with every vendor that has them.
#[test]
fn a_person_walks_through_the_integrators_page() {
    run(async {
        for preset in ["signeasy", "sovos", "elite-3e"] {
            let world = World::start(preset, Backend::Sqlite).await;
            let mut reader = Reader::of(&world);
            for block in blocks(&root().join("docs/integrators/people.md"), "sh") {
                // That one is what `world` stands for.
                if !block.starts_with("tollgate demo") {
                    reader.does(&block).await;
                }
            }
            assert_eq!(
                reader.did,
                [
                    "found",
                    "agreed",
                    "exchanged",
                    "called",
                    "asked",
                    "refreshed",
                    "revoked",
                    "signed out"
                ],
                "{preset}"
            );
            // What the page says of a refresh token that was revoked, and of a code that comes again.
            for grant in ["refresh_token", "authorization_code"] {
                let wanted = format!("grant_type={grant}");
                let all = blocks(&root().join("docs/integrators/people.md"), "sh");
                let block = all.iter().find(|block| block.contains(&wanted)).unwrap();
                let answer = reader.paste_json(block).await;
                assert_eq!(text(&answer, "error"), "invalid_grant", "{preset}: {answer}");
            }
        }
    });
}

/// The README's first token for a person.
#[test]
fn a_person_walks_through_the_readme() {
    run(async {
        let world = World::start("elite-3e", Backend::Sqlite).await;
        let mut reader = Reader::of(&world);
        let all = blocks(&root().join("README.md"), "sh").into_iter();
        for block in all.filter(|block| is_for_people(block)) {
            reader.does(&block).await;
        }
        assert_eq!(reader.did, ["agreed", "exchanged"]);
    });
}

/// The operators' example of people from another house is one that the server takes.
#[test]
fn the_people_that_the_documents_import_can_come_in() {
    run(async {
        let world = World::start("sovos", Backend::Sqlite).await;
        let all = blocks(&root().join("docs/operators/people.md"), "json");
        let users: Vec<Value> = all
            .iter()
            .flat_map(|block| block.lines())
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert!(users.len() > 1);
        let body = serde_json::json!({ "users": users, "check": true });
        let answer = world.manage("POST", "/users/import").json(&body).send().await.unwrap();
        let status = answer.status();
        assert_eq!(status, 200, "{}", answer.text().await.unwrap());
    });
}
