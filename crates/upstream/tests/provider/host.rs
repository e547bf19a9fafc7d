//! The provider: documents by path, and an ID token signed as told.

use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tollgate_issuer::terms::people::{Connection, ConnectionKind};
use tollgate_keys::chance;
use tollgate_keys::signing::SigningKey;
use tollgate_protocol::jose::Algorithm;

pub(crate) const NOW: i64 = 1_800_000_000;

/// The connection to it.
pub(crate) fn connection(issuer: &str) -> Connection {
    Connection {
        name: "staff".into(),
        label: "Staff".into(),
        factor: "sso".into(),
        sign_up: true,
        kind: ConnectionKind::OpenId {
            issuer: issuer.into(),
            client_id: "us".into(),
            scopes: "openid email".into(),
        },
    }
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// A provider that answers on loopback.
pub(crate) struct Host {
    issuer: String,
    inside: Arc<Inside>,
}

struct Inside {
    state: Mutex<State>,
    connections: AtomicUsize,
    reached: Notify,
    silent: bool,
}

struct State {
    document: Map<String, Value>,
    claims: Map<String, Value>,
    key: SigningKey,
    /// Handed out in place of what the key signs.
    token: Option<String>,
    /// Answers in place of the usual ones.
    answers: HashMap<String, (u16, String)>,
    redirects: HashMap<String, String>,
    heard: Vec<(String, String)>,
}

impl Host {
    pub(crate) async fn start() -> Self {
        Self::signing(Algorithm::ES256).await
    }

    pub(crate) async fn signing(algorithm: Algorithm) -> Self {
        Self::open(algorithm, false).await
    }

    /// One that takes connections and says nothing.
    pub(crate) async fn silent() -> Self {
        Self::open(Algorithm::ES256, true).await
    }

    async fn open(algorithm: Algorithm, silent: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let document = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
        });
        let claims = json!({
            "iss": issuer, "sub": "s1", "aud": "us", "exp": NOW + 7_200, "iat": NOW, "nonce": "n1",
            "email": "ann@firm.example", "email_verified": true,
        });
        let inside = Arc::new(Inside {
            state: Mutex::new(State {
                document: document.as_object().unwrap().clone(),
                claims: claims.as_object().unwrap().clone(),
                key: SigningKey::generate(algorithm, &chance::System).unwrap(),
                token: None,
                answers: HashMap::new(),
                redirects: HashMap::new(),
                heard: Vec::new(),
            }),
            connections: AtomicUsize::new(0),
            reached: Notify::new(),
            silent,
        });
        let serving = Arc::clone(&inside);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, Arc::clone(&serving)));
            }
        });
        Self { issuer, inside }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.inside.state.lock().unwrap()
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Says something else of itself.
    pub(crate) fn set(&self, member: &str, value: Value) {
        self.state().document.insert(member.into(), value);
    }

    /// Leaves out a claim about the person.
    pub(crate) fn unclaim(&self, name: &str) {
        self.state().claims.remove(name);
    }

    pub(crate) fn kid(&self) -> String {
        self.state().key.kid().to_owned()
    }

    /// Signs with another key from now on, and shows no other.
    pub(crate) fn turn(&self, algorithm: Algorithm) {
        self.state().key = SigningKey::generate(algorithm, &chance::System).unwrap();
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        serde_json::to_vec(&self.state().claims).unwrap()
    }

    pub(crate) fn token(&self, typ: &str) -> String {
        let payload = self.payload();
        self.state().key.sign(typ, &payload).unwrap()
    }

    /// Hands out this token, whatever it is.
    pub(crate) fn hand_out(&self, token: &str) {
        self.state().token = Some(token.to_owned());
    }

    pub(crate) fn answer(&self, path: &str, status: u16, body: String) {
        self.state().answers.insert(path.into(), (status, body));
    }

    pub(crate) fn restore(&self, path: &str) {
        self.state().answers.remove(path);
    }

    pub(crate) fn redirect(&self, path: &str, to: &str) {
        self.state().redirects.insert(path.into(), to.into());
    }

    /// What was sent to a path.
    pub(crate) fn heard(&self, path: &str) -> Vec<String> {
        let state = self.state();
        let heard = state.heard.iter().filter(|(at, _)| at == path);
        heard.map(|(_, request)| request.clone()).collect()
    }

    pub(crate) fn connections(&self) -> usize {
        self.inside.connections.load(Ordering::SeqCst)
    }

    /// Waits until somebody has asked for something.
    pub(crate) async fn reached(&self) {
        self.inside.reached.notified().await;
    }
}

async fn converse(mut stream: TcpStream, inside: Arc<Inside>) {
    let Some(request) = whole(&mut stream).await else {
        return;
    };
    inside.reached.notify_one();
    if inside.silent {
        // Until the other side has gone.
        drop(stream.read(&mut [0; 1]).await);
        return;
    }
    let answer = inside.state.lock().unwrap().answer(request);
    drop(stream.write_all(answer.as_bytes()).await);
    drop(stream.shutdown().await);
}

/// A request with its body.
async fn whole(stream: &mut TcpStream) -> Option<String> {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece).await {
            Ok(read @ 1..) => heard.extend_from_slice(&piece[..read]),
            _ => return None,
        }
    }
}

impl State {
    fn answer(&mut self, request: String) -> String {
        let path = request.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
        self.heard.push((path.clone(), request));
        if let Some(to) = self.redirects.get(&path) {
            return format!("HTTP/1.1 307 x\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        }
        let (status, body) = match self.answers.get(&path) {
            Some(answer) => answer.clone(),
            None => (200, self.document(&path)),
        };
        format!(
            "HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    fn document(&self, path: &str) -> String {
        match path {
            "/.well-known/openid-configuration" => Value::Object(self.document.clone()),
            "/jwks" => json!({ "keys": [self.key.public()] }),
            "/token" => {
                let payload = serde_json::to_vec(&self.claims).unwrap();
                let signed = || self.key.sign("JWT", &payload).unwrap();
                let token = self.token.clone().unwrap_or_else(signed);
                json!({ "id_token": token, "access_token": "at1", "token_type": "Bearer", "expires_in": 60 })
            }
            _ => json!({}),
        }
        .to_string()
    }
}
