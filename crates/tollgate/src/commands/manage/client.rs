//! `tollgate client`.

use super::Paging;
use super::client_sign_in::SignIn;
use super::connection::{Connection, object, some};
use super::shape::Shape;
use clap::Subcommand;
use reqwest::Method;
use serde_json::{Value, json};

const LIST: Shape = Shape::List(&[
    ("CLIENT ID", "id"),
    ("NAME", "name"),
    ("ACCOUNT", "account"),
    ("ENVIRONMENT", "environment"),
    ("STATE", "state"),
    ("SECRETS", "secrets_alive"),
    ("LAST USED", "last_used"),
]);
/// What the server may offer; it says which of them it does.
const METHODS: [&str; 3] = ["client_secret_basic", "client_secret_post", "none"];
const GRANTS: [&str; 3] = ["client_credentials", "authorization_code", "refresh_token"];
const USAGE: Shape = Shape::List(&[("DAY", "day"), ("WHAT", "what"), ("COUNT", "count"), ("LAST", "last")]);

/// What is done with clients.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a client. It has no secret before `tollgate secret regenerate`.
    Create {
        /// The account it belongs to.
        #[arg(long)]
        account: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Test or live.
        #[arg(long, value_parser = ["test", "live"])]
        environment: Option<String>,
        /// How it may authenticate; may be given several times. `none` alone makes a public client.
        #[arg(long = "auth-method", value_parser = METHODS)]
        auth_methods: Vec<String>,
        /// A grant type it may use; may be given several times. Without any: client_credentials.
        #[arg(long = "grant-type", value_parser = GRANTS)]
        grant_types: Vec<String>,
        #[command(flatten)]
        sign_in: SignIn,
        /// The member on whose behalf its calls count.
        #[arg(long)]
        owner: Option<String>,
        /// An API whose tokens it may introspect; may be given several times.
        #[arg(long)]
        introspects: Vec<String>,
        /// Where a person may be sent back to; may be given several times.
        #[arg(long = "redirect-uri")]
        redirect_uris: Vec<String>,
        /// Where a person may be sent to after logout; may be given several times.
        #[arg(long = "logout-uri")]
        logout_uris: Vec<String>,
        /// A client_id that integrators have already.
        #[arg(long)]
        id: Option<String>,
    },
    /// List clients.
    List {
        /// Of this account only.
        #[arg(long)]
        account: Option<String>,
        /// Whose name contains this, or whose id begins with it.
        #[arg(long)]
        text: Option<String>,
        /// Test or live only.
        #[arg(long, value_parser = ["test", "live"])]
        environment: Option<String>,
        /// In this state only.
        #[arg(long, value_parser = ["active", "disabled"])]
        state: Option<String>,
        #[command(flatten)]
        paging: Paging,
    },
    /// Show a client.
    Show {
        /// The client_id.
        id: String,
    },
    /// Change a client; what is not given stays.
    Revise {
        /// The client_id.
        id: String,
        /// Its new name.
        #[arg(long)]
        name: Option<String>,
        /// How it may authenticate; all that are given are all there are.
        #[arg(long = "auth-method", value_parser = METHODS)]
        auth_methods: Vec<String>,
        /// A grant type; all that are given are all there are.
        #[arg(long = "grant-type", value_parser = GRANTS)]
        grant_types: Vec<String>,
        #[command(flatten)]
        sign_in: SignIn,
        /// The member on whose behalf its calls count.
        #[arg(long, conflicts_with = "no_owner")]
        owner: Option<String>,
        /// Nobody owns it.
        #[arg(long)]
        no_owner: bool,
        /// An API whose tokens it may introspect; all that are given are all there are.
        #[arg(long)]
        introspects: Vec<String>,
        /// A redirect address; all that are given are all there are.
        #[arg(long = "redirect-uri", conflicts_with = "no_redirect_uris")]
        redirect_uris: Vec<String>,
        /// It has no redirect address.
        #[arg(long)]
        no_redirect_uris: bool,
        /// A logout address; all that are given are all there are.
        #[arg(long = "logout-uri", conflicts_with = "no_logout_uris")]
        logout_uris: Vec<String>,
        /// It has no logout address.
        #[arg(long)]
        no_logout_uris: bool,
    },
    /// Disable a client: it gets no tokens, and those it has are refused.
    Disable {
        /// The client_id.
        id: String,
    },
    /// Enable a client again.
    Enable {
        /// The client_id.
        id: String,
    },
    /// End every token it was given up to now.
    RevokeTokens {
        /// The client_id.
        id: String,
    },
    /// Show what it did, day by day.
    Usage {
        /// The client_id.
        id: String,
    },
}

pub(super) async fn run(action: Action, server: &Connection) -> anyhow::Result<()> {
    let patch = async |id: String, body| {
        server
            .make(Method::PATCH, &["clients", &id], Some(body), Shape::One)
            .await
    };
    match action {
        Action::Create {
            account,
            name,
            environment,
            auth_methods,
            grant_types,
            sign_in,
            owner,
            introspects,
            redirect_uris,
            logout_uris,
            id,
        } => {
            let body = object([
                ("account", Some(account.into())),
                ("name", Some(name.into())),
                ("environment", environment.map(Into::into)),
                ("auth_methods", some(auth_methods)),
                ("grant_types", some(grant_types)),
                ("sign_in", sign_in.body()),
                ("owner", owner.map(Into::into)),
                ("introspects", some(introspects)),
                ("redirect_uris", some(redirect_uris)),
                ("logout_uris", some(logout_uris)),
                ("id", id.map(Into::into)),
            ]);
            server.make(Method::POST, &["clients"], Some(body), Shape::One).await
        }
        Action::List {
            account,
            text,
            environment,
            state,
            paging,
        } => {
            let filters = [
                ("account", account),
                ("text", text),
                ("environment", environment),
                ("state", state),
            ];
            let query = paging.narrowed(filters);
            server.show(&["clients"], &query, LIST).await
        }
        Action::Show { id } => server.show(&["clients", &id], &[], Shape::One).await,
        Action::Revise {
            id,
            name,
            auth_methods,
            grant_types,
            sign_in,
            owner,
            no_owner,
            introspects,
            redirect_uris,
            no_redirect_uris,
            logout_uris,
            no_logout_uris,
        } => {
            let list = |none, list| if none { Some(json!([])) } else { some(list) };
            let owner = if no_owner {
                Some(Value::Null)
            } else {
                owner.map(Into::into)
            };
            let body = object([
                ("name", name.map(Into::into)),
                ("auth_methods", some(auth_methods)),
                ("grant_types", some(grant_types)),
                ("sign_in", sign_in.body()),
                ("owner", owner),
                ("introspects", some(introspects)),
                ("redirect_uris", list(no_redirect_uris, redirect_uris)),
                ("logout_uris", list(no_logout_uris, logout_uris)),
            ]);
            patch(id, body).await
        }
        Action::Disable { id } => patch(id, json!({ "state": "disabled" })).await,
        Action::Enable { id } => patch(id, json!({ "state": "active" })).await,
        Action::RevokeTokens { id } => {
            let said = Shape::Said("Every token that the client was given up to now is refused.");
            let path = ["clients", &id, "revoke-tokens"];
            server.make(Method::POST, &path, None, said).await
        }
        Action::Usage { id } => server.show(&["clients", &id, "usage"], &[], USAGE).await,
    }
}
