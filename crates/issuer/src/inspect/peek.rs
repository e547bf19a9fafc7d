//! A token, taken apart without believing it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use tollgate_keys::digest::revocation_name;
use tollgate_keys::verify::{Flaw, Header, VerifyingKeys, read, signature};
use tollgate_protocol::claims::AccessToken;
use tollgate_protocol::jose::Algorithm;

/// A token, taken apart.
pub(super) struct Peeked {
    pub(super) header: Value,
    pub(super) claims: Value,
    /// Why its signature or its form is not right.
    pub(super) flaw: Option<Flaw>,
    /// What it says, as a gateway would read it.
    pub(super) token: Result<AccessToken, Flaw>,
    /// The name by which a revocation knows it.
    pub(super) name: String,
}

impl Peeked {
    /// Takes a token apart; none when header or claims are no JSON objects.
    pub(super) fn of(text: &str, keys: &VerifyingKeys) -> Option<Self> {
        let mut parts = text.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let header = parts.next()??;
        let payload = parts.next()??;
        let object = |bytes: &[u8]| serde_json::from_slice(bytes).ok().filter(Value::is_object);
        Some(Self {
            header: object(&header)?,
            claims: object(&payload)?,
            flaw: signature(text, keys).err(),
            token: read(&payload),
            name: revocation_name(text),
        })
    }

    /// What it says, if one of our keys signed it.
    pub(super) fn proved(&self) -> Option<&AccessToken> {
        self.token.as_ref().ok().filter(|_| self.flaw.is_none())
    }

    /// Its header as a gateway would read it, where it can.
    pub(super) fn read_header(&self) -> Option<Header> {
        let text = |name: &str| self.header.get(name).and_then(Value::as_str);
        Some(Header {
            algorithm: Algorithm::of_name(text("alg")?)?,
            kid: text("kid").unwrap_or_default().to_owned(),
            typ: text("typ").map(str::to_owned),
        })
    }
}
