//! Whether an ID token is meant for us, and what it says (OpenID Connect Core §3.1.3.7).

use crate::fetch;
use serde::Deserialize;
use serde_json::{Map, Value};
use tollgate_issuer::authorize::errand::{Failed, Told};
use tollgate_keys::digest::half_hash;
use tollgate_model::Moment;
use tollgate_protocol::jose::Algorithm;

/// By how many seconds a provider's clock may differ from ours.
const LEEWAY: i64 = 60;
/// The longest `sub`, in ASCII characters (§2).
const LONGEST_SUB: usize = 255;

/// What is expected of an ID token.
pub(crate) struct Expect<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: &'a str,
    /// What it is signed with.
    pub(crate) algorithm: Algorithm,
    /// What came with it.
    pub(crate) access_token: Option<&'a str>,
    pub(crate) now: Moment,
}

/// What an ID token says of somebody.
#[derive(Debug)]
pub(crate) struct Said {
    subject: String,
    auth_time: Option<i64>,
    claims: Map<String, Value>,
}

#[derive(Deserialize)]
struct Wire {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    at_hash: Option<String>,
    auth_time: Option<f64>,
    #[serde(flatten)]
    claims: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, client_id: &str) -> bool {
        match self {
            Self::One(name) => name == client_id,
            Self::Several(names) => names.iter().any(|name| name == client_id),
        }
    }

    const fn is_several(&self) -> bool {
        matches!(self, Self::Several(names) if names.len() > 1)
    }
}

/// Reads the payload of an ID token whose signature is right, and checks it.
pub(crate) fn read(payload: &[u8], expect: &Expect<'_>) -> Result<Said, Failed> {
    let wire: Wire = fetch::read("the ID token", payload)?;
    check(&wire, expect).map_err(|flaw| Failed::Unbelieved(format!("the ID token: {flaw}")))?;
    Ok(Said {
        subject: wire.sub,
        auth_time: wire.auth_time.map(whole),
        claims: wire.claims,
    })
}

fn check(wire: &Wire, expect: &Expect<'_>) -> Result<(), &'static str> {
    let now = expect.now.0;
    if wire.iss != expect.issuer {
        return Err("it is from another issuer");
    }
    if !wire.aud.names(expect.client_id) {
        return Err("it is for somebody else");
    }
    // §3.1.3.7, steps 3 to 5: whoever else may read it, it was issued to us.
    match &wire.azp {
        Some(azp) if azp != expect.client_id => return Err("it was issued to somebody else"),
        None if wire.aud.is_several() => return Err("it is for several and does not say who it was issued to"),
        _ => {}
    }
    if whole(wire.exp).saturating_add(LEEWAY) <= now {
        return Err("it has expired");
    }
    let latest = now.saturating_add(LEEWAY);
    if whole(wire.iat) > latest || wire.nbf.is_some_and(|start| whole(start) > latest) {
        return Err("it is not valid yet");
    }
    // §2. A moment that has not come would make a sign-in young until long after it: who says so is not believed, as with
    // `iat`. Within the leeway the rules take it for this moment.
    if wire.auth_time.is_some_and(|shown| shown < 0.0 || whole(shown) > latest) {
        return Err("nobody can have signed in when it says");
    }
    // Bound to this browser's errand: a token from elsewhere is not taken (CL3).
    if wire.nonce.as_deref() != Some(expect.nonce) {
        return Err("it does not repeat the nonce");
    }
    let plain = wire.sub.bytes().all(|byte| (0x20..0x7f).contains(&byte));
    if wire.sub.is_empty() || wire.sub.len() > LONGEST_SUB || !plain {
        return Err("it does not say who it is about");
    }
    match (&wire.at_hash, expect.access_token) {
        // §3.1.3.8.
        (Some(hash), Some(token)) if *hash != half_hash(token, expect.algorithm) => {
            Err("it belongs to another access token")
        }
        _ => Ok(()),
    }
}

/// RFC 7519 §2: a NumericDate may have a fraction, which is dropped: nothing becomes later than it was said to be.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float stays within the numbers there are"
)]
const fn whole(seconds: f64) -> i64 {
    seconds as i64
}

impl Said {
    /// Whether it says which address the person has: then nothing more needs to be asked.
    pub(crate) fn names_address(&self) -> bool {
        self.claims.contains_key("email")
    }

    /// With what the UserInfo endpoint says. It must speak of the same person (§5.3.2), and what the ID token says stays.
    pub(crate) fn with(mut self, mut more: Map<String, Value>) -> Result<Self, Failed> {
        let same = more.remove("sub").is_some_and(|sub| sub == self.subject.as_str());
        if !same {
            return Err(Failed::Unbelieved("UserInfo: it is about somebody else".to_owned()));
        }
        // An address and whether it was verified belong together.
        if !self.claims.contains_key("email") {
            self.claims.remove("email_verified");
        }
        for (name, value) in more {
            self.claims.entry(name).or_insert(value);
        }
        Ok(self)
    }

    /// As the rules want to know it.
    pub(crate) fn told(mut self) -> Told {
        let mut text = |name: &str| match self.claims.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        let (email, name) = (text("email"), text("name"));
        // Some providers write it as text.
        let email_verified = match self.claims.remove("email_verified") {
            Some(Value::Bool(verified)) => verified,
            Some(Value::String(text)) => text == "true",
            _ => false,
        };
        Told {
            subject: self.subject,
            email,
            email_verified,
            name,
            claims: self.claims,
            auth_time: self.auth_time.map(Moment),
        }
    }
}

#[cfg(test)]
mod tests;
