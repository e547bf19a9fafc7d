//! A house with a person in it who is signed in and agreed to what one application asks.

use crate::house::written;
use crate::served::{terminated, write};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tollgate::serve::{self, Running, Secrets, Sockets};
use tollgate_issuer::Desk;
use tollgate_issuer::authorize::{self, Outcome, Request};
use tollgate_issuer::caller::{Caller, authenticate, present};
use tollgate_issuer::people::session::{Resumed, resume};
use tollgate_issuer::people::{Origin, provided, sign_in};
use tollgate_issuer::registry::{self, Asker};
use tollgate_issuer::rights::SignedIn;
use tollgate_issuer::token::authorization_code;
use tollgate_keys::chance;
use tollgate_keys::seal::MasterKey;
use tollgate_model::client::{AuthMethod, Environment, GrantType, SignIn};
use tollgate_model::{ApiId, ClientId};
use tollgate_protocol::parameters::Parameters;

/// Who signs in.
pub(crate) const EMAIL: &str = "visitor@bench.example";
/// With what.
pub(crate) const PASSWORD: &str = "grey pelican harbour";
/// What every request proves itself with (RFC 7636): one pair will do, where nobody steals codes.
const VERIFIER: &str = "bench-bench-bench-bench-bench-bench-bench-bench";
const CHALLENGE: &str = "2MH3YjnyOl-lagcJc-zZbhwcSf84kouHR6DZ4HjAS0c";
const CALLBACK: &str = "https%3A%2F%2Fapp.example%2Fcallback";

/// A house with a person.
#[derive(clap::Args)]
pub(crate) struct Peopled {
    /// Its directory; what it is like is written to `house.json` in it, its refresh tokens to `tokens.txt`.
    #[arg(long)]
    dir: PathBuf,
    /// Address of its store.
    #[arg(long)]
    store: String,
    /// How many refresh tokens are given out before it answers.
    #[arg(long, default_value_t = 0)]
    families: usize,
}

/// Serves it until it is told to end.
pub(crate) async fn peopled(options: Peopled) -> anyhow::Result<()> {
    let running = start(&options.dir, &options.store).await?;
    let desk = running.desk.as_ref().context("no issuer")?;
    let house = Furnished::new(desk).await?;
    let mut tokens = String::new();
    for _ in 0..options.families {
        tokens.push_str(&format!("{}\n", house.family().await?));
    }
    write(&options.dir.join("tokens.txt"), &tokens)?;
    let address = running.issuer.context("no issuer")?;
    let about = serde_json::json!({
        "issuer": format!("http://{address}"),
        "authorize": format!("/authorize?{}", house.query()),
        "cookie": format!("__Host-tollgate={}; __Host-tollgate_browser={}", house.session, house.cookie),
        "buy": house.buy(""),
        "refresh": format!("grant_type=refresh_token&client_id={}&client_secret={}&refresh_token=", house.id, house.secret),
    });
    write(&options.dir.join("house.json"), &about.to_string())?;
    terminated().await?;
    running.stop().await;
    Ok(())
}

/// What a served house of this kind wrote of itself.
pub(crate) async fn about(dir: &Path) -> anyhow::Result<serde_json::Value> {
    written(&dir.join("house.json")).await
}

/// Starts one in this process.
pub(crate) async fn start(dir: &Path, store: &str) -> anyhow::Result<Running> {
    let key = dir.join("master.key");
    std::fs::write(&key, MasterKey::generate(&chance::System)?.to_text().as_bytes())?;
    let socket = || TcpListener::bind(("127.0.0.1", 0));
    let sockets = Sockets {
        issuer: Some(socket().await?),
        management: Some(socket().await?),
        gateway: Some(socket().await?),
    };
    let issuer = sockets.issuer.as_ref().map(TcpListener::local_addr).transpose()?;
    let text = format!(
        r#"
        [server]
        public_url = "http://localhost:{port}"
        development = true
        [store]
        url = "{store}"
        [master_key]
        file = "{key}"
        [clients]
        auth_methods = ["client_secret_post"]
        [people]
        enabled = true
        [[api]]
        id = "bench"
        audience = "https://api.example.com"
        name = "Bench"
        scopes = [{{ name = "read", description = "Read" }}]
        "#,
        port = issuer.map_or(0, |address| address.port()),
        key = key.display(),
    );
    let config = tollgate::settings::read(&text).map_err(serve::BadSettings)?;
    serve::start(&config, Secrets::default(), None, sockets).await
}

/// An application, and a person who let it act for them.
struct Furnished {
    desk: Arc<Desk>,
    id: ClientId,
    secret: String,
    caller: Caller,
    who: SignedIn,
    /// The tokens in the person's cookies, and the digest of the browser's.
    session: String,
    cookie: String,
    browser: String,
}

impl Furnished {
    async fn new(desk: &Arc<Desk>) -> anyhow::Result<Self> {
        let asker = Asker::system();
        provide(desk).await?;
        let account = registry::account::create(desk, &asker, "Bench").await??;
        let client = registry::client::Create {
            account: account.id,
            name: "Bookkeeper".to_owned(),
            environment: Environment::Live,
            auth_methods: Some(vec![AuthMethod::ClientSecretPost]),
            grant_types: Some(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]),
            sign_in: SignIn::default(),
            owner: None,
            introspects: Vec::new(),
            redirect_uris: vec!["https://app.example/callback".to_owned()],
            logout_uris: Vec::new(),
            id: None,
        };
        let id = registry::client::create(desk, &asker, &client).await??.id;
        let grant = registry::grant::Put {
            api: ApiId::new("bench"),
            scopes: ["read".to_owned()].into_iter().collect(),
            lifetime: None,
            seen: None,
        };
        registry::grant::put(desk, &asker, &id, &grant).await??;
        let made = registry::secret::regenerate(desk, &asker, &id, &registry::secret::Regenerate::default()).await??;
        let secret = made.plain.expose().to_owned();
        let form = format!("client_id={id}&client_secret={secret}");
        let presented = present(None, &parameters(&form)?, &desk.terms).map_err(no)?;
        let known = desk.memory.client(&id).await?;
        let caller = authenticate(&presented, known, &desk.digests, desk.now()).map_err(no)?;
        let begun = sign_in::password(desk, EMAIL, PASSWORD, &origin()).await??;
        let session = begun.token.expose().to_owned();
        let Some(Resumed::SignedIn(who)) = resume(desk, &session).await? else {
            anyhow::bail!("nobody signed in");
        };
        let (browser, cookie) = authorize::browser(desk, None)?;
        let house = Self {
            desk: Arc::clone(desk),
            id,
            secret,
            caller,
            who,
            session,
            cookie: cookie.context("no cookie")?.expose().to_owned(),
            browser,
        };
        house.agree().await?;
        Ok(house)
    }

    /// The query of every request to the authorization endpoint.
    fn query(&self) -> String {
        format!(
            "response_type=code&client_id={}&redirect_uri={CALLBACK}&scope=offline_access+read&state=bench-bench&code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.id
        )
    }

    /// The token request for a code.
    fn buy(&self, code: &str) -> String {
        format!(
            "grant_type=authorization_code&client_id={}&client_secret={}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}&code={code}",
            self.id, self.secret
        )
    }

    async fn open(&self) -> anyhow::Result<Outcome> {
        let request = Request {
            parameters: &parameters(&self.query())?,
            languages: None,
            browser: &self.browser,
            who: Some(&self.who),
            origin: &origin(),
        };
        Ok(authorize::open(&self.desk, &request).await?)
    }

    /// The person is asked once.
    async fn agree(&self) -> anyhow::Result<()> {
        let Outcome::Page(id, _) = self.open().await? else {
            anyhow::bail!("nobody is asked");
        };
        let flow = authorize::flow(&self.desk, &id, &self.browser)
            .await?
            .context("no flow")?;
        Ok(authorize::approve(&self.desk, &flow, &self.who, &origin()).await??)
    }

    /// A refresh token of a family of its own.
    async fn family(&self) -> anyhow::Result<String> {
        let Outcome::Back(back) = self.open().await? else {
            anyhow::bail!("the person is asked again");
        };
        let code = back
            .parameters
            .iter()
            .find(|(name, _)| *name == "code")
            .context("no code")?;
        let ask = parameters(&self.buy(&code.1))?;
        let answer = authorization_code::redeem(&self.desk, &self.caller, &ask, "bench", self.desk.now()).await?;
        let told = serde_json::to_value(answer.map_err(no)?)?;
        crate::house::told(&told, "refresh_token")
    }
}

/// Sets the person up.
pub(crate) async fn provide(desk: &Desk) -> anyhow::Result<()> {
    let ask = provided::Provide {
        email: EMAIL,
        name: "Visitor",
        password: PASSWORD,
        operator: false,
    };
    provided::provide(desk, &Asker::system(), &ask).await??;
    Ok(())
}

/// Where everything comes from.
pub(crate) fn origin() -> Origin {
    Origin {
        address: None,
        device: "wrk".to_owned(),
        request: "bench".to_owned(),
    }
}

fn parameters(form: &str) -> anyhow::Result<Parameters> {
    Parameters::of_form(form.as_bytes()).map_err(no)
}

fn no(refusal: tollgate_protocol::refusal::Refusal) -> anyhow::Error {
    anyhow::anyhow!("refused: {}", refusal.code.as_str())
}
