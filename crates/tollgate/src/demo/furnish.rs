//! The firm that a demo shows: made on the first run, found again on later ones, through the rules that every door
//! calls.

use super::files::Kept;
use super::{legacy, web};
use crate::serve::Running;
use crate::settings::config::{Config, Demo};
use anyhow::Context as _;
use std::collections::BTreeMap;
use tollgate_issuer::Desk;
use tollgate_issuer::people::provided;
use tollgate_issuer::registry::{self, Asker};
use tollgate_model::client::{Environment, SignIn};
use tollgate_model::operator::OperatorKind;
use tollgate_model::{AccountId, ApiId, ClientId, MemberId};

/// The firm, its member and its client, and the lines of `demo.env` that tell of them.
pub(super) async fn furnish(
    desk: &Desk,
    config: &Config,
    demo: &Demo,
    running: &Running,
    kept: &Kept,
    callback: &str,
) -> anyhow::Result<BTreeMap<&'static str, String>> {
    let asker = Asker::system();
    let account = account(desk, &asker, demo).await?;
    let member = member(desk, &asker, demo, &account).await?;
    let client = client(desk, &asker, demo, &account, &member).await?;
    let secret = secret(desk, &asker, &client, kept, "TOLLGATE_CLIENT_SECRET").await?;
    let operator = match operator_token(desk, running, kept).await? {
        Some(token) => token,
        None => {
            let made = registry::operator::create(desk, &asker, "Demo", OperatorKind::Operator).await?;
            settled(made)?.plain.expose().to_owned()
        }
    };
    let api = config
        .api
        .iter()
        .find(|api| api.id == demo.client.api)
        .context("demo.client.api names no API")?;
    let origin = config.server.public_url.clone();
    let at = |socket: Option<std::net::SocketAddr>| {
        socket.map_or_else(String::new, |a| format!("http://localhost:{}", a.port()))
    };
    let user = person(desk, &asker, kept, USER, (&demo.member.email, &demo.member.name), false).await?;
    if let Some(claims) = &demo.member.claims {
        let ask = registry::user::Revise {
            claims: Some(serde_json::from_str(claims).context("demo.member.claims")?),
            ..Default::default()
        };
        let held = settled(registry::user::find(desk, &demo.member.email).await?)?;
        settled(registry::user::revise(desk, &asker, &held.id, &ask).await?)?;
    }
    let officer = person(desk, &asker, kept, OPERATOR, (OPERATOR_EMAIL, "Operator"), true).await?;
    let mut env = BTreeMap::from([
        ("TOLLGATE_PRESET", config.preset.clone().unwrap_or_default()),
        ("TOLLGATE_ISSUER", desk.terms.issuer.clone()),
        ("TOLLGATE_TOKEN_URL", format!("{origin}{}", config.issuer.paths.token)),
        ("TOLLGATE_GATEWAY", at(running.gateway)),
        ("TOLLGATE_CONSOLE", desk.terms.console.url.clone()),
        ("TOLLGATE_SERVER", at(running.management)),
        ("TOLLGATE_OPERATOR_TOKEN", operator),
        ("TOLLGATE_CLIENT_ID", client.to_string()),
        ("TOLLGATE_CLIENT_SECRET", secret),
        ("TOLLGATE_AUDIENCE", api.audience.clone()),
        ("TOLLGATE_SCOPE", demo.client.scopes.join(" ")),
        ("TOLLGATE_API_PATH", demo.path.clone()),
        ("TOLLGATE_USER_EMAIL", demo.member.email.clone()),
        (USER, user),
        ("TOLLGATE_OPERATOR_EMAIL", OPERATOR_EMAIL.to_owned()),
        (OPERATOR, officer),
    ]);
    if let Some(name) = &demo.web {
        let path = &config.issuer.paths.authorization;
        let found = web::furnish(desk, &asker, (name, callback), (&account, &member), api).await?;
        let secret = self::secret(desk, &asker, &found, kept, WEB_SECRET).await?;
        env.insert("TOLLGATE_AUTHORIZE_URL", format!("{origin}{path}"));
        env.insert("TOLLGATE_WEB_CLIENT_ID", found.to_string());
        env.insert(WEB_SECRET, secret);
        env.insert("TOLLGATE_REDIRECT_URI", callback.to_owned());
    }
    if let Some(key) = legacy::key(desk, &asker, &account, kept).await? {
        env.insert(legacy::API_KEY, key);
    }
    // The whole contract stands in the file; what this demo has nothing for is empty.
    for name in LATER {
        env.entry(name).or_default();
    }
    Ok(env)
}

/// The line with the secret of the application that acts for people.
const WEB_SECRET: &str = "TOLLGATE_WEB_CLIENT_SECRET";
/// The line with the password of the firm's person.
const USER: &str = "TOLLGATE_USER_PASSWORD";
/// The line with the password of the operator.
const OPERATOR: &str = "TOLLGATE_OPERATOR_PASSWORD";
/// The operator of a demo.
const OPERATOR_EMAIL: &str = "operator@vendor.example";

/// The password of a person of the demo: that of the run before, if it is still theirs, or a new one.
async fn person(
    desk: &Desk,
    asker: &Asker,
    kept: &Kept,
    line: &str,
    (email, name): (&str, &str),
    operator: bool,
) -> anyhow::Result<String> {
    if let Some(password) = kept.line(line)
        && provided::still(desk, email, password).await?
    {
        return Ok(password.to_owned());
    }
    let minted = tollgate_keys::recovery::mint(&*desk.entropy)?;
    let password = minted.first().context("a password")?.to_string();
    let ask = provided::Provide {
        email,
        name,
        password: &password,
        operator,
    };
    settled(provided::provide(desk, asker, &ask).await?)?;
    Ok(password)
}

/// Names of the contract that this demo may have nothing for: what is for applications that act for people, and what is
/// of the way of before, where the preset has none.
const LATER: [&str; 5] = [
    "TOLLGATE_AUTHORIZE_URL",
    "TOLLGATE_WEB_CLIENT_ID",
    WEB_SECRET,
    "TOLLGATE_REDIRECT_URI",
    legacy::API_KEY,
];

async fn account(desk: &Desk, asker: &Asker, demo: &Demo) -> anyhow::Result<AccountId> {
    let held = desk.store.accounts(&tollgate_model::Page::first()).await?.items;
    if let Some(account) = held.into_iter().find(|account| account.name == demo.account) {
        return Ok(account.id);
    }
    Ok(settled(registry::account::create(desk, asker, &demo.account).await?)?.id)
}

async fn member(desk: &Desk, asker: &Asker, demo: &Demo, account: &AccountId) -> anyhow::Result<MemberId> {
    if let Some(member) = desk.store.member_by_email(account, &demo.member.email).await? {
        return Ok(member.id);
    }
    let ask = registry::member::Add {
        email: demo.member.email.clone(),
        name: demo.member.name.clone(),
        roles: demo.member.roles.clone(),
    };
    Ok(settled(registry::member::add(desk, asker, account, &ask).await?)?.id)
}

async fn client(
    desk: &Desk,
    asker: &Asker,
    demo: &Demo,
    account: &AccountId,
    owner: &MemberId,
) -> anyhow::Result<ClientId> {
    let held = desk
        .store
        .clients(Some(account), &tollgate_model::Page::first())
        .await?
        .items;
    if let Some(client) = held.into_iter().find(|client| client.name == demo.client.name) {
        return Ok(client.id);
    }
    let ask = registry::client::Create {
        account: account.clone(),
        name: demo.client.name.clone(),
        environment: Environment::Live,
        auth_methods: None,
        owner: Some(owner.clone()),
        introspects: Vec::new(),
        redirect_uris: demo.client.redirect_uris.clone(),
        logout_uris: Vec::new(),
        grant_types: None,
        sign_in: SignIn::default(),
        id: None,
    };
    let client = settled(registry::client::create(desk, asker, &ask).await?)?.id;
    let grant = registry::grant::Put {
        api: ApiId::new(&demo.client.api),
        scopes: demo.client.scopes.clone(),
        lifetime: demo.client.lifetime,
        seen: None,
    };
    settled(registry::grant::put(desk, asker, &client, &grant).await?)?;
    Ok(client)
}

/// A client's secret: that of the run before, if it is still the client's, or a new one.
async fn secret(
    desk: &Desk,
    asker: &Asker,
    client: &ClientId,
    kept: &Kept,
    line: &'static str,
) -> anyhow::Result<String> {
    if let Some(secret) = kept.line(line)
        && is_secret(desk, client, secret).await?
    {
        return Ok(secret.to_owned());
    }
    let ask = registry::secret::Regenerate {
        label: Some("Demo".to_owned()),
        ..Default::default()
    };
    let made = settled(registry::secret::regenerate(desk, asker, client, &ask).await?)?;
    Ok(made.plain.expose().to_owned())
}

async fn is_secret(desk: &Desk, client: &ClientId, secret: &str) -> anyhow::Result<bool> {
    let digest = desk.digests.digest(secret).to_string();
    let (record, now) = (desk.store.client(client).await?, desk.now());
    let held = record.iter().flat_map(|record| &record.secrets);
    Ok(held.into_iter().any(|held| held.digest == digest && held.alive(now)))
}

async fn operator_token(desk: &Desk, running: &Running, kept: &Kept) -> anyhow::Result<Option<String>> {
    if let Some(first) = &running.first_operator {
        return Ok(Some(first.expose().to_owned()));
    }
    let Some(token) = kept.line("TOLLGATE_OPERATOR_TOKEN") else {
        return Ok(None);
    };
    let known = registry::operator::authenticate(desk, token).await?;
    Ok(known.map(|_| token.to_owned()))
}

pub(super) fn settled<T>(answer: Result<T, registry::No>) -> anyhow::Result<T> {
    answer.map_err(|no| anyhow::anyhow!("setting up the demo: {no}"))
}
