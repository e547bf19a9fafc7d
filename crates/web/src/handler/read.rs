//! Reading a request to an endpoint that authenticates clients.

mod told;

pub(crate) use told::{About, Ended, word};

use crate::alias::Via;
use crate::peer::{Peer, TrustedProxies};
use axum::extract::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tollgate_issuer::Desk;
use tollgate_issuer::caller::{Caller, authenticate, present};
use tollgate_model::{Fault, Moment};
use tollgate_protocol::basic::Basic;
use tollgate_protocol::parameters::{Forms, MOST_BODY, Parameters};
use tollgate_protocol::refusal::{Code, Refusal};

/// A request, read but not yet understood.
pub(crate) struct Read {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) host: Option<String>,
    pub(crate) authorization: Option<String>,
    pub(crate) from: Option<IpAddr>,
    via: Option<Arc<Via>>,
    authorizations: usize,
    content_type: Option<String>,
    body: Result<bytes::Bytes, Refusal>,
}

impl Read {
    /// Reads the request whole: 64 KiB at most, and for no longer than `patience`.
    pub(crate) async fn of(request: Request, patience: Duration) -> Self {
        let (parts, body) = request.into_parts();
        let body = match tokio::time::timeout(patience, axum::body::to_bytes(body, MOST_BODY)).await {
            Ok(read) => read.map_err(|_| Refusal::of(Code::BodyTooLarge).with("most", MOST_BODY.to_string())),
            Err(_) => Err(Refusal::of(Code::BodySlow).with("seconds", patience.as_secs().to_string())),
        };
        let text = |name| one(&parts.headers, name);
        let via = parts.extensions.get::<Arc<Via>>().map(Arc::clone);
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        let proxies = parts.extensions.get::<Arc<TrustedProxies>>();
        let from = peer.map(|peer| proxies.map_or(peer, |proxies| proxies.client(peer, &parts.headers)));
        let host = text(HOST.as_str()).or_else(|| parts.uri.authority().map(|authority| authority.to_string()));
        Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            host,
            authorization: text(AUTHORIZATION.as_str()),
            from,
            via,
            authorizations: parts.headers.get_all(AUTHORIZATION).iter().count(),
            content_type: text(CONTENT_TYPE.as_str()),
            body,
        }
    }

    /// Whether an HTTP Basic header came along.
    pub(crate) fn basic_used(&self) -> bool {
        self.authorization.as_deref().is_some_and(Basic::is)
    }

    /// The parameters of the body.
    pub(crate) fn parameters(&self, forms: Forms) -> Result<Parameters, Refusal> {
        if self.method != Method::POST {
            return Err(Refusal::of(Code::MethodNotPost).with("method", self.method.as_str()));
        }
        let body = self.body.as_ref().map_err(Refusal::clone)?;
        Parameters::of_body(self.content_type.as_deref(), body, forms)
    }

    /// The parameters of a form that was posted; none where something else was, or nothing at all.
    pub(crate) fn form(&self) -> Result<Option<Parameters>, Refusal> {
        let kind = self.content_type.as_deref().unwrap_or_default();
        let media = kind.split(';').next().unwrap_or_default().trim();
        if self.method != Method::POST || !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Ok(None);
        }
        let body = self.body.as_ref().map_err(Refusal::clone)?;
        Parameters::of_form(body).map(Some)
    }

    /// The token of the `Authorization` header (RFC 6750 §2.1), if that is what stands there.
    pub(crate) fn bearer(&self) -> Result<Option<&str>, Refusal> {
        // Of two headers nobody knows which counts.
        if self.authorizations > 1 {
            return Err(Refusal::of(Code::ClientHeaderMalformed));
        }
        let header = self.authorization.as_deref().and_then(|header| header.split_once(' '));
        let of_scheme = header.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"));
        Ok(of_scheme
            .map(|(_, token)| token.trim_matches(' '))
            .filter(|token| !token.is_empty()))
    }
}

fn one(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

/// Who asks: credentials looked up and compared, wrong ones counted. Whom they name is left in `about`.
pub(crate) async fn caller(
    desk: &Desk,
    read: &Read,
    parameters: &Parameters,
    now: Moment,
    about: &mut About,
) -> Result<Result<Caller, Refusal>, Fault> {
    // Two headers are two ways of authenticating, and which of them counts is anybody's guess.
    if read.authorizations > 1 {
        return Ok(Err(Refusal::of(Code::ClientHeaderMalformed)));
    }
    let presented = match present(read.authorization.as_deref(), parameters, &desk.terms) {
        Ok(presented) => presented,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let refusal = if presented.is_plausible() {
        let record = desk.memory.client(&presented.client_id).await?;
        about.looked = true;
        about.client = record.as_ref().map(|known| (known.id.clone(), known.account.clone()));
        match authenticate(&presented, record, &desk.digests, now) {
            Ok(caller) => {
                // Whether this address still answers may depend on whose the request is, which is proved now.
                let over = read
                    .via
                    .as_ref()
                    .and_then(|via| via.over_for(&caller.client().account, now));
                return Ok(over.map_or(Ok(caller), Err));
            }
            Err(refusal) => refusal,
        }
    } else {
        // No secret of ours looks like this: nobody need be looked up (OP6).
        Refusal::of(Code::SecretWrong)
    };
    let guess = matches!(
        refusal.code,
        Code::ClientUnknown | Code::SecretWrong | Code::SecretEnded
    );
    let slowed = guess
        .then(|| {
            desk.guesses
                .wrong(presented.client_id.as_str(), read.from, desk.terms.guesses, now)
        })
        .flatten()
        .map(|seconds| Refusal::of(Code::GuessingSlowed).after(seconds));
    Ok(Err(slowed.unwrap_or(refusal)))
}

/// The bodies that introspection and revocation read: RFC 7662 §2.1 and RFC 7009 §2.1 have forms; what else the token
/// endpoint reads is read here too.
pub(crate) const fn forms(desk: &Desk) -> Forms {
    Forms {
        form: true,
        ..desk.terms.forms
    }
}

/// Who asks, and the token asked about, of whatever kind: what introspection and revocation have in common.
pub(crate) async fn about_token(
    desk: &Desk,
    read: &Read,
    now: Moment,
    about: &mut About,
) -> Result<Result<(Caller, String), Refusal>, Fault> {
    let parameters = match read.parameters(forms(desk)) {
        Ok(parameters) => parameters,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let caller = match caller(desk, read, &parameters, now, about).await? {
        Ok(caller) => caller,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let token = parameters.get("token").ok_or_else(|| Refusal::of(Code::TokenMissing));
    Ok(token.map(|token| (caller, token.to_owned())))
}
