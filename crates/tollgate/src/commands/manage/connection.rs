//! The way to a server's management API.

use super::shape::{Shape, refused, told};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, IF_MATCH};
use reqwest::{Method, Response, Url};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Host;
use zeroize::Zeroizing;

/// The longest answer that is read, in bytes.
const MOST_ANSWER: usize = 16 * 1024 * 1024;
/// The longest file that is read, in bytes: what the server would take as a body.
const MOST_FILE: u64 = 256 * 1024;

/// How long a long answer may take.
const A_DAY: Duration = Duration::from_secs(86_400);

/// How an answer is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Lines and tables for people.
    #[default]
    Text,
    /// The server's JSON, as it sent it.
    Json,
}

/// Which server, and how to speak with it. The operator's token comes from the environment variable
/// `TOLLGATE_OPERATOR_TOKEN` or from a file: what stands on a command line is seen by every process.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The server's management address.
    #[arg(
        long,
        global = true,
        env = "TOLLGATE_SERVER",
        default_value = "http://127.0.0.1:8090"
    )]
    server: Url,
    /// File that holds the operator's token; without it the environment's TOLLGATE_OPERATOR_TOKEN is used.
    #[arg(long, global = true, value_name = "PATH")]
    token_file: Option<PathBuf>,
    /// How to print the answer.
    #[arg(long, global = true, value_enum, default_value_t)]
    output: Output,
    /// Change it only while it has this version, as `show` prints it.
    #[arg(long, global = true, value_name = "VERSION")]
    if_version: Option<i64>,
}

impl Options {
    /// The connection that they describe.
    pub(super) fn connect(&self) -> anyhow::Result<Connection> {
        let token = match &self.token_file {
            Some(path) => Zeroizing::new(read_capped(path)?),
            None => environment().context(
                "no operator's token: set TOLLGATE_OPERATOR_TOKEN, or name a file that holds it with --token-file",
            )?,
        };
        Connection::new(self.server.clone(), token.trim(), self.output, self.if_version)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a secret must not stand on a command line, so it is read here"
)]
fn environment() -> Option<Zeroizing<String>> {
    let text = std::env::var("TOLLGATE_OPERATOR_TOKEN").ok()?;
    (!text.is_empty()).then(|| Zeroizing::new(text))
}

/// A text file of at most 256 KiB.
pub(super) fn read_capped(path: &Path) -> anyhow::Result<String> {
    use std::io::Read as _;
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let read = file.take(MOST_FILE + 1).read_to_string(&mut text);
    let read = read.with_context(|| format!("reading {}", path.display()))?;
    if u64::try_from(read)? > MOST_FILE {
        bail!("{} is larger than {MOST_FILE} bytes", path.display());
    }
    Ok(text)
}

/// A server's management API, with the credential for it.
#[derive(Debug)]
pub struct Connection {
    base: Url,
    http: reqwest::Client,
    output: Output,
    if_version: Option<i64>,
}

impl Connection {
    /// A connection to the management API at `base` with an operator's `token`.
    ///
    /// # Errors
    /// When the address is no `http` or `https` URL, or the token could not stand in a header.
    pub fn new(base: Url, token: &str, output: Output, if_version: Option<i64>) -> anyhow::Result<Self> {
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            bail!("--server must be an http:// or https:// URL");
        }
        if base.scheme() == "http" && !is_here(&base) {
            bail!("an operator's token is sent over https:// alone, except to this machine");
        }
        let bearer = Zeroizing::new(format!("Bearer {token}"));
        // The token's own text is not repeated in the error.
        let Ok(mut value) = HeaderValue::from_str(&bearer) else {
            bail!("the operator's token holds characters that no token has");
        };
        value.set_sensitive(true);
        let http = reqwest::Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, value)]))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .context("preparing to call the server")?;
        Ok(Self {
            base,
            http,
            output,
            if_version,
        })
    }

    /// Asks for something and prints it.
    pub(super) async fn show(&self, path: &[&str], query: &[(&str, String)], shape: Shape) -> anyhow::Result<()> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        self.call(Method::GET, url, None, shape).await
    }

    /// Has something done and prints what came of it.
    pub(super) async fn make(
        &self,
        method: Method,
        path: &[&str],
        body: Option<Value>,
        shape: Shape,
    ) -> anyhow::Result<()> {
        self.call(method, self.url(path)?, body, shape).await
    }

    fn url(&self, path: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.base.clone();
        match url.path_segments_mut() {
            // Whatever is typed as an id stays one segment.
            Ok(mut segments) => segments.pop_if_empty().extend(["api", "v1"]).extend(path),
            Err(()) => bail!("--server must be an http:// or https:// URL"),
        };
        Ok(url)
    }

    /// Asks for something that is not printed as it is.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &[(&str, String)]) -> anyhow::Result<T> {
        let text = self.text(path, query).await?;
        serde_json::from_str(&text).context("reading the server's answer")
    }

    /// Asks for something and takes it as text.
    pub(super) async fn text(&self, path: &[&str], query: &[(&str, String)]) -> anyhow::Result<String> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        read(self.send(Method::GET, url, None, None).await?).await
    }

    /// Asks for something long and writes it as it comes.
    pub(super) async fn pour(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        to: &mut impl Write,
    ) -> anyhow::Result<()> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut response = self.send(Method::GET, url, None, Some(A_DAY)).await?;
        // An answer that broke off is an error here, and not the end.
        while let Some(chunk) = response.chunk().await.context("reading the server's answer")? {
            to.write_all(&chunk).context("writing the server's answer")?;
        }
        to.flush().context("writing the server's answer")
    }

    /// Has something done whose answer is not printed as it is.
    pub(super) async fn post(&self, path: &[&str], body: Value) -> anyhow::Result<String> {
        read(self.send(Method::POST, self.url(path)?, Some(body), None).await?).await
    }

    /// Has something changed whose answer is not printed as it is.
    pub(super) async fn patch(&self, path: &[&str], body: Value) -> anyhow::Result<String> {
        read(self.send(Method::PATCH, self.url(path)?, Some(body), None).await?).await
    }

    /// How answers are to be printed.
    pub(super) const fn output(&self) -> Output {
        self.output
    }

    async fn call(&self, method: Method, url: Url, body: Option<Value>, shape: Shape) -> anyhow::Result<()> {
        let text = read(self.send(method, url, body, None).await?).await?;
        self.print(&text, shape)
    }

    /// Sends a request. An answer that is no success is an error.
    async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<Value>,
        patience: Option<Duration>,
    ) -> anyhow::Result<Response> {
        let reads = method == Method::GET;
        let mut request = self.http.request(method, url);
        if let Some(patience) = patience {
            request = request.timeout(patience);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        if let Some(version) = self.if_version
            && !reads
        {
            request = request.header(IF_MATCH, format!("\"{version}\""));
        }
        let response = request
            .send()
            .await
            .with_context(|| format!("the server at {} cannot be reached", self.base))?;
        let status = response.status();
        if !status.is_success() {
            bail!(refused(status.as_u16(), &read(response).await?));
        }
        Ok(response)
    }

    fn print(&self, text: &str, shape: Shape) -> anyhow::Result<()> {
        match self.output {
            Output::Json if text.is_empty() => {}
            Output::Json => say(text),
            Output::Text => match shape {
                Shape::Said(words) => say(words),
                _ => say(&told(
                    &serde_json::from_str(text).context("reading the server's answer")?,
                    shape,
                )),
            },
        }
        Ok(())
    }
}

/// Whether a URL names this machine.
fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

async fn read(mut response: Response) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.context("reading the server's answer")? {
        if bytes.len() + chunk.len() > MOST_ANSWER {
            bail!("the server's answer is longer than {MOST_ANSWER} bytes");
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).context("the server's answer is not UTF-8")
}

/// The answer of the command. Whoever reads it may have seen enough and be gone.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = writeln!(out, "{text}");
}

/// A JSON object of the members that were given.
pub(super) fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let given = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<_, _>>())
}

/// A list that was given, if anything was.
pub(super) fn some(list: Vec<String>) -> Option<Value> {
    (!list.is_empty()).then(|| list.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(base: &str) -> Connection {
        Connection::new(base.parse().unwrap(), "tgo_x", Output::Text, None).unwrap()
    }

    #[test]
    fn what_is_typed_as_an_id_stays_one_segment() {
        let url = |id: &str| {
            connection("https://host/base/")
                .url(&["clients", id])
                .unwrap()
                .to_string()
        };
        assert_eq!(url("abc"), "https://host/base/api/v1/clients/abc");
        assert_eq!(url("a/b?c#d"), "https://host/base/api/v1/clients/a%2Fb%3Fc%23d");
    }

    /// OP5: the token is in no debug output and in no error.
    #[test]
    fn the_token_is_not_printed() {
        let held = Connection::new("https://host".parse().unwrap(), "tgo_canary", Output::Text, None).unwrap();
        assert!(!format!("{held:?}").contains("canary"));
        let no = Connection::new("https://host".parse().unwrap(), "tgo_canary\n", Output::Text, None).unwrap_err();
        assert!(!format!("{no:#}").contains("canary"));
    }

    #[test]
    fn a_token_leaves_this_machine_only_encrypted() {
        let open = |base: &str| Connection::new(base.parse().unwrap(), "tgo_x", Output::Text, None).is_ok();
        for base in [
            "http://127.0.0.1:8090",
            "http://localhost:8090",
            "http://[::1]:8090",
            "https://host",
        ] {
            assert!(open(base), "{base}");
        }
        for base in ["http://host", "http://10.0.0.5:8090", "ftp://localhost", "mailto:x@y"] {
            assert!(!open(base), "{base}");
        }
    }
}
