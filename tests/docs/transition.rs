//! What the documents print about the way off the old authentication, done as it stands there: commands, files and
//! requests, on the days that they name.

use crate::{blocks, root};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tollgate::demo::{self, Options, Showing};
use tollgate_issuer::legacy::login::No;
use tollgate_model::Moment;
use tollgate_model::moment::Clock;
use tollgate_tests::binary::program;
use tollgate_tests::{run, until};

const PAGE: &str = "docs/operators/transition.md";
const MOVING: &str = "docs/integrators/moving.md";
/// Whose hashes the page imports.
const OLD_KEY: &str = "old-key-number-one";
const OLD_TOKEN: &str = "old-token-number-one";

/// A calendar that the reader turns.
struct Leaves(AtomicI64);

impl Leaves {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(day(text).0)))
    }

    fn turn(&self, text: &str) {
        self.0.store(day(text).0, Ordering::SeqCst);
    }
}

impl Clock for Leaves {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

fn day(text: &str) -> Moment {
    let text = if text.contains('T') {
        text.to_owned()
    } else {
        format!("{text}T00:00:00Z")
    };
    Moment(text.parse::<jiff::Timestamp>().unwrap().as_second())
}

/// Somebody with the page, a demo of SafeSend and a shell.
struct Operator {
    showing: Showing,
    calendar: Arc<Leaves>,
    dir: tempfile::TempDir,
    account: String,
}

/// What a command printed.
struct Printed {
    ok: bool,
    text: String,
}

impl Operator {
    async fn on(start: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let calendar = Leaves::at(start);
        let showing = started(dir.path(), &calendar).await;
        let mut operator = Self {
            showing,
            calendar,
            dir,
            account: String::new(),
        };
        let listed = operator.did("tollgate account list --output json").await;
        let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
        operator.account = listed["items"][0]["id"].as_str().unwrap().to_owned();
        operator
    }

    /// Stops the demo and starts it on another day, as the page has it.
    async fn restarts_on(self, start: &str) -> Self {
        self.showing.stop().await;
        let calendar = Leaves::at(start);
        let showing = started(self.dir.path(), &calendar).await;
        Self {
            showing,
            calendar,
            ..self
        }
    }

    /// Runs lines in a shell that has read `demo.env` and finds `tollgate`.
    async fn shell(&self, lines: &str) -> Printed {
        let program = tokio::task::spawn_blocking(program).await.unwrap();
        let lines = lines.replace("acc_…", &self.account);
        let lines: Vec<&str> = lines.lines().filter(|line| !line.contains("demo.env")).collect();
        let tollgate = format!("tollgate() {{ '{}' \"$@\"; }}", program.display());
        let mut shell = tokio::process::Command::new("sh");
        shell
            .arg("-ec")
            .arg(format!("{tollgate}\n{}", lines.join("\n")))
            .current_dir(self.dir.path())
            .env("TOKEN", "")
            .env("OLD", OLD_TOKEN)
            .envs(&self.showing.env);
        let output = shell.output().await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        Printed {
            ok: output.status.success(),
            text: String::from_utf8(text).unwrap(),
        }
    }

    /// The same for lines that must do what they say.
    async fn did(&self, lines: &str) -> String {
        let printed = self.shell(lines).await;
        assert!(printed.ok, "{lines}\n{}", printed.text);
        printed.text
    }

    /// Puts a document's block, with the account's id, where a command looks for it.
    fn puts(&self, name: &str, text: &str) {
        std::fs::write(self.dir.path().join(name), text.replace("acc_…", &self.account)).unwrap();
    }

    /// The old call with the key and token that the page imports: its status, headers and body.
    async fn calls(&self) -> reqwest::Response {
        let env = |name: &str| self.showing.env[name].as_str();
        reqwest::Client::new()
            .get(format!("{}{}", env("TOLLGATE_GATEWAY"), env("TOLLGATE_API_PATH")))
            .bearer_auth(OLD_TOKEN)
            .header("x-api-key", OLD_KEY)
            .send()
            .await
            .unwrap()
    }

    /// Waits until the gateway has heard: the old call is answered with this status, and this code where it is refused.
    async fn hears(&self, status: u16, code: &str) {
        until(&format!("{status} {code}"), || async {
            let answer = self.calls().await;
            answer.status() == status && answer.text().await.unwrap().contains(code)
        })
        .await;
    }
}

async fn started(dir: &Path, calendar: &Arc<Leaves>) -> Showing {
    let options = Options {
        preset: "safesend".to_owned(),
        dir: dir.join("demo"),
        issuer_port: 0,
        gateway_port: 0,
        api_port: 0,
        management_port: 0,
        store: None,
    };
    demo::start(&options, Some(calendar.clone())).await.unwrap()
}

/// The block of the page that holds this.
fn block(page: &str, language: &str, with: &str) -> String {
    let all = blocks(&root().join(page), language);
    let found: Vec<_> = all.into_iter().filter(|block| block.contains(with)).collect();
    assert_eq!(found.len(), 1, "{page}: {with}");
    found.into_iter().next().unwrap()
}

/// The line of the page that holds this.
fn line(page: &str, with: &str) -> String {
    let all = blocks(&root().join(page), "sh");
    let found = all
        .iter()
        .flat_map(|block| block.lines())
        .find(|line| line.contains(with));
    found.unwrap_or_else(|| panic!("{page}: {with}")).to_owned()
}

fn header<'a>(answer: &'a reqwest::Response, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// SS-1, SS-53..SS-55: the operators' page from the import to the end, command by command and day by day, and what the
/// integrators' page says that they see of it.
#[test]
fn the_operators_page_is_walked_day_by_day() {
    run(async {
        let operator = Operator::on("2027-04-01").await;
        // The demo's own dates make room for the page's.
        operator.did("tollgate transition remove ciam").await;
        operator.puts("old-keys.csv", &block(PAGE, "csv", "sha256"));
        let import = operator.did(&block(PAGE, "sh", "tollgate legacy import")).await;
        assert!(import.contains("2 could be brought along"), "{import}");
        assert!(import.contains("2 were brought along"), "{import}");
        assert!(import.contains("Nightly export"), "{import}");
        operator.puts("old-keys.jsonl", &block(PAGE, "json", "old-key-number-two"));
        let lines = "tollgate legacy import --method safesend-login old-keys.jsonl";
        assert!(operator.did(lines).await.contains("1 were brought along"));

        let made = operator.did(&block(PAGE, "sh", "transition create --id ciam")).await;
        assert!(made.contains("First hour") && made.contains("before"), "{made}");
        operator.hears(200, "returns").await;
        assert_eq!(header(&operator.calls().await, "sunset"), "");

        operator.calendar.turn("2027-04-25");
        let answer = operator.calls().await;
        assert_eq!(answer.status(), 200);
        let printed = format!(
            "Deprecation: {}\nSunset: {}\nLink: {}\n",
            header(&answer, "deprecation"),
            header(&answer, "sunset"),
            header(&answer, "link")
        );
        let page = std::fs::read_to_string(root().join(MOVING)).unwrap();
        assert!(page.contains(&printed), "{printed}");

        operator.calendar.turn("2027-07-01T14:00:00Z");
        let answer = operator.calls().await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "retry-after")),
            (401, "3600")
        );
        operator.hears(401, "legacy_brownout").await;
        operator.did(&line(PAGE, "--clear brownouts")).await;
        operator.hears(200, "returns").await;

        operator.calendar.turn("2027-07-25");
        operator.hears(401, "legacy_ended").await;
        operator.did(&line(PAGE, "transition except ciam acc_… --ends")).await;
        operator.hears(200, "returns").await;
        let shown = operator.did(&line(PAGE, "transition show ciam")).await;
        assert!(shown.contains("Release in September"), "{shown}");
        operator.did(&line(PAGE, "--remove")).await;
        operator.hears(401, "legacy_ended").await;
        operator.did(&line(PAGE, "transition set ciam --ends")).await;
        operator.hears(200, "returns").await;

        until("the use is in the report", || async {
            let report = operator.did(&line(PAGE, "report ciam --output json")).await;
            let report: serde_json::Value = serde_json::from_str(&report).unwrap();
            let one = &report["accounts"][0];
            (&report["active"], &one["way"]) == (&1.into(), &"old".into()) && one["refused"].as_i64() >= Some(3)
        })
        .await;
        let report = operator.did(&line(PAGE, "tollgate transition report ciam")).await;
        assert!(report.contains("Nightly export"), "{report}");

        let ends = operator.did(&block(PAGE, "sh", "--of-routes")).await;
        assert!(ends.contains("alias /connect/token-old"), "{ends}");
        operator.calendar.turn("2027-12-31");
        operator.hears(410, "route_ended").await;
        operator.did("tollgate transition remove export-1").await;

        let issued = operator.did(&line(PAGE, "legacy issue")).await;
        assert!(issued.contains("shown this once"), "{issued}");
        let listed = operator.did(&line(PAGE, "legacy list")).await;
        let row = listed.lines().find(|line| line.contains("Nightly export")).unwrap();
        let id = row.split_whitespace().next().unwrap();
        let ended = line(PAGE, "legacy end").replace("lgc_…", id);
        assert!(operator.did(&ended).await.contains("2027-12-31"));
        let gone = operator.shell("tollgate transition set ciam --ends tomorrow").await;
        assert!(!gone.ok && gone.text.contains("ends"), "{}", gone.text);
    });
}

/// The afternoon of the operators' page, and the integrators' way from the old call to the new one: what is pasted works,
/// and after a restart on a later day the new way alone does.
#[test]
fn an_afternoon_goes_through_the_whole_calendar() {
    run(async {
        let mut operator = Operator::on("2027-06-25").await;
        for (place, page) in [PAGE, MOVING].into_iter().enumerate() {
            let answer = operator.did(&block(page, "sh", "/api/login")).await;
            let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
            let old = answer["token"].as_str().unwrap();
            let call = format!("OLD={old}\n{}", block(page, "sh", "Bearer $OLD"));
            let printed = operator.did(&call).await;
            assert!(printed.starts_with("HTTP/1.1 200"), "{printed}");
            assert!(printed.contains("\nsunset: Sun, 25 Jul 2027 00:00:00 GMT"), "{printed}");
            assert_eq!(printed.contains("ciam stands at: warned"), place == 0, "{printed}");
        }
        let new_call = block(MOVING, "sh", "Bearer $TOKEN");
        // The page's own days, of which the demo's calendar begins a month before the end.
        for (start, status) in [
            ("2027-07-24", "HTTP/1.1 200"),
            ("2027-07-15T14:00:00Z", "HTTP/1.1 401"),
            ("2027-07-26", "HTTP/1.1 401"),
        ] {
            operator = operator.restarts_on(start).await;
            let call = block(MOVING, "sh", "Bearer $OLD");
            let key = operator.showing.env["TOLLGATE_API_KEY"].clone();
            assert!(!key.is_empty());
            let signed_in = operator.did(&block(MOVING, "sh", "/api/login")).await;
            let signed_in: serde_json::Value = serde_json::from_str(&signed_in).unwrap();
            let old = signed_in["token"].as_str().unwrap_or(OLD_TOKEN);
            let printed = operator.did(&format!("OLD={old}\n{call}")).await;
            assert!(printed.starts_with(status), "{start}: {printed}");
            let token = operator.did(&block(MOVING, "sh", "TOLLGATE_TOKEN_URL")).await;
            let token: serde_json::Value = serde_json::from_str(&token).unwrap();
            let call = format!("TOKEN={}\n{new_call}", token["access_token"].as_str().unwrap());
            let printed = operator.did(&call).await;
            assert!(printed.starts_with("HTTP/1.1 200"), "{start}: {printed}");
            assert!(!printed.contains("sunset:"), "{start}: {printed}");
        }
    });
}

/// SG-6: the operators' document of an API becomes routes, and a request is explained.
#[test]
fn the_operators_page_imports_routes_and_explains_a_request() {
    run(async {
        let page = "docs/operators/README.md";
        let operator = Operator::on("2027-06-25").await;
        operator.puts("openapi.yaml", &block(page, "yaml", "openapi: 3"));
        let told = operator.did(&block(page, "sh", "tollgate route import")).await;
        for word in ["would add", "added", "list-returns", "/ssr/v2/returns/{id}"] {
            assert!(told.contains(word), "{told}");
        }
        for id in ["list-returns", "read-return"] {
            operator.did(&format!("tollgate route remove {id}")).await;
        }
        let answer = operator.did(&block(MOVING, "sh", "TOLLGATE_TOKEN_URL")).await;
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        operator.puts("token.txt", answer["access_token"].as_str().unwrap());
        let answer = operator.did(&block(MOVING, "sh", "/api/login")).await;
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        operator.puts("old-token.txt", answer["token"].as_str().unwrap());
        operator.puts("old-key.txt", &operator.showing.env["TOLLGATE_API_KEY"]);
        let told = operator.did(&block(page, "sh", "tollgate route test")).await;
        assert_eq!(told.matches("let through (route safesend").count(), 2, "{told}");
        assert!(told.contains("by token") && told.contains("by legacy"), "{told}");
    });
}

/// What the page declares is taken whole, and checked: the way, its login, the route, its end.
#[test]
fn what_the_page_declares_is_taken() {
    run(async {
        let operator = tempfile::tempdir().unwrap();
        let base = "[vendor]\nname = \"Vendor\"\n[server]\npublic_url = \"https://auth.vendor.example\"\n\
                    [master_key]\nfile = \"master.key\"\n[store]\nurl = \"sqlite:t.db\"\n";
        let all = blocks(&root().join(PAGE), "toml");
        let all: Vec<_> = all.iter().filter(|block| !block.contains("verify =")).collect();
        assert_eq!(all.len(), 3, "a block was added; say here with which others it stands");
        let text = all
            .iter()
            .fold(base.to_owned(), |text, block| format!("{text}\n{block}"));
        std::fs::write(operator.path().join("tollgate.toml"), text).unwrap();
        let program = tokio::task::spawn_blocking(program).await.unwrap();
        let script = "'$0' init --master-key master.key && '$0' check --config tollgate.toml";
        let output = std::process::Command::new("sh")
            .args(["-ec", &script.replace("$0", &program.display().to_string())])
            .current_dir(operator.path())
            .output()
            .unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{said}");
    });
}

/// The codes that integrators read about are those that gateway and login answer with.
#[test]
fn the_codes_that_the_page_explains_are_real() {
    let page = std::fs::read_to_string(root().join(MOVING)).unwrap();
    let errors = std::fs::read_to_string(root().join("docs/reference/errors.md")).unwrap();
    let mut explained = 0;
    for row in page
        .lines()
        .filter(|line| line.starts_with("| 4") || line.starts_with("| 5"))
    {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        assert!(errors.contains(&format!("| {} | {} |", cells[2], cells[1])), "{row}");
        explained += 1;
    }
    assert_eq!(explained, 7);
    let legacy = errors.lines().filter(|line| line.starts_with("| `legacy_"));
    for line in legacy {
        let code = line.split('|').nth(1).unwrap().trim();
        assert!(page.contains(code), "{code} is explained");
    }
    for no in [
        No::Wrong,
        No::TooMany { seconds: 1 },
        No::SecondFactor,
        No::Nowhere,
        No::Brownout,
        No::Ended,
    ] {
        assert!(page.contains(&format!("`{}`", no.code())), "{no:?}");
    }
}
