//! What the child processes serve.

use crate::commits::least;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tollgate::listen::{self, Rooms, Served};
use tollgate::serve::{self, Secrets, Sockets};
use tollgate_issuer::Desk;
use tollgate_issuer::people::{Origin, provided, sign_in};
use tollgate_issuer::registry::{self, Asker};
use tollgate_keys::chance;
use tollgate_keys::digest::revocation_name;
use tollgate_keys::seal::MasterKey;
use tollgate_keys::signing::SigningKey;
use tollgate_model::client::{AuthMethod, Environment, GrantType};
use tollgate_model::operator::OperatorKind;
use tollgate_model::revocation::Target;
use tollgate_model::{
    Account, AccountId, ApiId, Change, Client, ClientId, Grant, Kept, Member, MemberId, Page, Revocation, Route,
    RouteId, Secret, SecretId, State,
};
use tollgate_protocol::jose::Algorithm;

/// A house for measuring.
#[derive(clap::Args)]
pub(crate) struct House {
    /// Its directory; what it is like is written to `house.json` in it.
    #[arg(long)]
    dir: PathBuf,
    /// What signs its tokens.
    #[arg(long, default_value = "ES256")]
    algorithm: String,
    /// How many clients are registered before it answers.
    #[arg(long, default_value_t = 0)]
    clients: usize,
    /// How many routes it has beside the two that are measured.
    #[arg(long, default_value_t = 0)]
    routes: usize,
    /// How many tokens are revoked.
    #[arg(long, default_value_t = 0)]
    revocations: usize,
    /// How many members its account has; with any, requests to `/acting` name one.
    #[arg(long, default_value_t = 0)]
    members: usize,
    /// The upstream of its gateway.
    #[arg(long, default_value = "http://127.0.0.1:9")]
    upstream: String,
    /// So many requests may wait for the upstream whatever is measured; 0: nothing is measured.
    #[arg(long, default_value_t = 50)]
    least_in_flight: u32,
}

/// The ceiling for tokens.
#[derive(clap::Args)]
pub(crate) struct Ceiling {
    #[arg(long)]
    algorithm: String,
    #[arg(long)]
    port: u16,
    /// Address of a store: then each request also keeps the least change there is, before it is answered.
    #[arg(long)]
    store: Option<String>,
}

/// The route on which members are named.
const ACTING: &str = r#"
        [[route]]
        id = "acting"
        path = "/acting"
        api = "bench"
        acting_user = { header = "x-email" }
        upstream = "bench"
"#;

/// Serves issuer and gateway.
pub(crate) async fn house(options: House) -> anyhow::Result<()> {
    let key = options.dir.join("master.key");
    if !key.exists() {
        std::fs::write(&key, MasterKey::generate(&chance::System)?.to_text().as_bytes())?;
    }
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
        url = "sqlite:{dir}/tollgate.db"
        [master_key]
        file = "{dir}/master.key"
        [clients]
        auth_methods = ["client_secret_post"]
        [[api]]
        id = "bench"
        audience = "https://api.example.com"
        name = "Bench"
        algorithm = "{algorithm}"
        scopes = [{{ name = "read", description = "Read" }}]
        [gateway]
        least_in_flight = {least_in_flight}
        [upstream.bench]
        targets = ["{upstream}"]
        [[route]]
        id = "checked"
        path = "/checked"
        api = "bench"
        scopes = ["read"]
        upstream = "bench"
        [[route]]
        id = "unchecked"
        path = "/unchecked"
        upstream = "bench"
        {acting}
        "#,
        port = issuer.map_or(0, |address| address.port()),
        dir = options.dir.display(),
        algorithm = options.algorithm,
        upstream = options.upstream,
        least_in_flight = options.least_in_flight,
        acting = if options.members > 0 { ACTING } else { "" },
    );
    let config = tollgate::settings::read(&text).map_err(serve::BadSettings)?;
    let running = serve::start(&config, Secrets::default(), None, sockets).await?;
    let about = options.dir.join("house.json");
    if let Some(desk) = &running.desk
        && !about.exists()
    {
        let (client, secret) = furnish(desk, options.clients, &options.dir).await?;
        broaden(desk, &options).await?;
        let session = visitor(desk).await?;
        let address = |a: Option<std::net::SocketAddr>| a.map(|a| format!("http://{a}"));
        let gateways = registry::operator::create(desk, &Asker::system(), "Gateways", OperatorKind::Gateway).await??;
        write(&options.dir.join("gateway.token"), gateways.plain.expose())?;
        let json = serde_json::json!({
            "issuer": address(running.issuer), "gateway": address(running.gateway), "management": address(running.management),
            "client": client, "secret": secret, "session": session,
        });
        write(&about, &json.to_string())?;
    } else {
        write(
            &options.dir.join("again.json"),
            &serde_json::json!({ "issuer": running.issuer.map(|a| format!("http://{a}")) }).to_string(),
        )?;
    }
    terminated().await?;
    running.stop().await;
    Ok(())
}

/// Writes a file that nobody sees half.
pub(crate) fn write(path: &std::path::Path, text: &str) -> anyhow::Result<()> {
    let next = path.with_extension("next");
    std::fs::write(&next, text)?;
    Ok(std::fs::rename(next, path)?)
}

/// Waits until this process is told to end.
pub(crate) async fn terminated() -> anyhow::Result<()> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?
        .recv()
        .await;
    Ok(())
}

/// As many routes, revocations and members as asked. They are what a large house has: routes like each other, single tokens.
async fn broaden(desk: &Arc<Desk>, options: &House) -> anyhow::Result<()> {
    let Some(like) = desk
        .store
        .routes()
        .await?
        .into_iter()
        .find(|route| route.id.as_str() == "checked")
    else {
        anyhow::bail!("no route to copy");
    };
    let routes = (0..options.routes).map(|number| {
        Change::AddRoute(Route {
            id: RouteId::new(format!("more-{number}")),
            path: format!("/v{}/area-{}/{{id}}/part-{number}", number % 7, number % 100),
            declared: false,
            ..like.clone()
        })
    });
    let now = desk.now();
    let revocations = (0..options.revocations).map(|number| {
        Change::Revoke(Revocation {
            target: Target::Token(revocation_name(&number.to_string())),
            issued_until: now,
            forget_after: now.plus(86_400),
        })
    });
    let accounts = desk.store.accounts(&Page::first()).await?;
    let account = accounts.items.first().ok_or_else(|| anyhow::anyhow!("no account"))?;
    let members = (0..options.members).map(|number| {
        Change::AddMember(Member {
            id: MemberId::new(format!("mem_{number}")),
            account: account.id.clone(),
            email: member(number),
            name: format!("Member {number}"),
            roles: Vec::new(),
            state: State::Active,
            created: now,
            version: 1,
        })
    });
    let mut changes = Vec::new();
    for change in routes.chain(revocations).chain(members) {
        changes.push(change);
        if changes.len() >= 5_000 {
            let kept = desk.store.keep(std::mem::take(&mut changes)).await?;
            anyhow::ensure!(kept == Kept::Done, "routes, revocations and members were not kept");
        }
    }
    let kept = desk.store.keep(changes).await?;
    anyhow::ensure!(kept == Kept::Done, "routes, revocations and members were not kept");
    Ok(())
}

/// The address of a member, by number.
pub(crate) fn member(number: usize) -> String {
    format!("member-{number}@bench.example")
}

/// One client that is measured, and as many others as asked, whose credentials go to `clients.txt`.
async fn furnish(desk: &Arc<Desk>, others: usize, dir: &std::path::Path) -> anyhow::Result<(String, String)> {
    let asker = Asker::system();
    let account = registry::account::create(desk, &asker, "Bench")
        .await?
        .map_err(|no| anyhow::anyhow!(no))?;
    let mut lines = String::new();
    let mut first = None;
    let mut changes = Vec::new();
    for number in 0..=others {
        let (client, secret, made) = made(desk, &account, number)?;
        changes.extend(made);
        lines.push_str(&format!("{client} {secret}\n"));
        first.get_or_insert((client, secret));
        if changes.len() >= 3_000 || number == others {
            let kept = desk.store.keep(std::mem::take(&mut changes)).await?;
            anyhow::ensure!(kept == Kept::Done, "clients were not kept");
        }
    }
    write(&dir.join("clients.txt"), &lines)?;
    first.ok_or_else(|| anyhow::anyhow!("no client was made"))
}

/// A member of the account, signed in: the token of the session.
async fn visitor(desk: &Arc<Desk>) -> anyhow::Result<String> {
    let asker = Asker::system();
    let (email, password) = ("visitor@bench.example", "grey pelican harbour");
    let accounts = desk.store.accounts(&Page::first()).await?;
    let account = accounts.items.first().ok_or_else(|| anyhow::anyhow!("no account"))?;
    let add = registry::member::Add {
        email: email.to_owned(),
        name: "Visitor".to_owned(),
        roles: Vec::new(),
    };
    registry::member::add(desk, &asker, &account.id, &add)
        .await?
        .map_err(|no| anyhow::anyhow!(no))?;
    let ask = provided::Provide {
        email,
        name: "Visitor",
        password,
        operator: false,
    };
    provided::provide(desk, &asker, &ask)
        .await?
        .map_err(|no| anyhow::anyhow!(no))?;
    let origin = Origin {
        address: None,
        device: "wrk".to_owned(),
        request: "bench".to_owned(),
    };
    let begun = sign_in::password(desk, email, password, &origin)
        .await?
        .map_err(|no| anyhow::anyhow!(no))?;
    Ok(begun.token.expose().to_owned())
}

fn made(desk: &Desk, account: &Account, number: usize) -> anyhow::Result<(String, String, [Change; 3])> {
    let entropy = &*desk.entropy;
    let id = ClientId::new(tollgate_keys::ids::client_id(entropy)?);
    let plain = tollgate_keys::secret::Plain::mint(tollgate_keys::secret::Kind::ClientSecret, entropy)?;
    let now = desk.now();
    let client = Client {
        sign_in: tollgate_model::client::SignIn::default(),
        id: id.clone(),
        account: AccountId::new(account.id.as_str()),
        name: format!("Client {number}"),
        environment: Environment::Live,
        auth_methods: vec![AuthMethod::ClientSecretPost],
        grant_types: vec![GrantType::ClientCredentials],
        owner: None,
        introspects: Vec::new(),
        redirect_uris: Vec::new(),
        logout_uris: Vec::new(),
        state: State::Active,
        created: now,
        version: 1,
    };
    let secret = Secret {
        id: SecretId::new(tollgate_keys::ids::id("sec", entropy)?),
        client: id.clone(),
        label: "Bench".to_owned(),
        digest: desk.digests.digest(plain.expose()).to_string(),
        created: now,
        created_by: "system".to_owned(),
        expires: None,
        revoked: None,
        last_used: None,
    };
    let grant = Grant {
        client: id.clone(),
        api: ApiId::new("bench"),
        scopes: ["read"].into_iter().collect(),
        lifetime: None,
    };
    let changes = [
        Change::AddClient(client),
        Change::AddSecret(secret),
        Change::PutGrant(grant),
    ];
    Ok((id.to_string(), plain.expose().to_owned(), changes))
}

/// Over so many rows the commits of a ceiling are spread.
const ROWS: usize = 1000;

/// Serves the same HTTP server, doing one signature of the same kind for each request, where a store is given one durable
/// commit as well, and nothing else.
pub(crate) async fn ceiling(options: Ceiling) -> anyhow::Result<()> {
    let algorithm = Algorithm::of_name(&options.algorithm).ok_or_else(|| anyhow::anyhow!("no such algorithm"))?;
    let key = Arc::new(SigningKey::generate(algorithm, &chance::System)?);
    // As many bytes as an access token of this house has, and as many in the answer.
    let payload = [b'x'; 360];
    let store = match &options.store {
        Some(address) => Some(tollgate_store::open(&tollgate_store::Settings::at(address)).await?),
        None => None,
    };
    let turn = Arc::new(AtomicUsize::new(0));
    let handler = move |_body: axum::body::Bytes| {
        let (key, store, turn) = (Arc::clone(&key), store.clone(), Arc::clone(&turn));
        async move {
            if let Some(store) = store {
                let bucket = turn.fetch_add(1, Ordering::Relaxed) % ROWS;
                let kept = store.keep(vec![least(&format!("bench:{bucket}"))]).await;
                if !matches!(kept, Ok(Kept::Done)) {
                    return (StatusCode::SERVICE_UNAVAILABLE, String::new());
                }
            }
            (StatusCode::OK, key.sign("at+jwt", &payload).unwrap_or_default())
        }
    };
    let router = Router::new().route("/", post(handler));
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let served = Served {
        rooms: Rooms::of(router),
        tls: None,
    };
    let stop = CancellationToken::new();
    tokio::select! {
        () = listen::serve(listener, served, stop) => Ok(()),
        ended = terminated() => ended,
    }
}
