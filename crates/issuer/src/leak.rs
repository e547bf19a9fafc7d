//! Credentials that were found where they should not be.
//!
//! Whoever reports one holds it: with it they could as well revoke its tokens, or do worse. So a report needs no other
//! proof, and what it brings about is what the credential's owner would want. The reporter's signature is asked for
//! only where partners' keys are configured.

mod found;

use crate::desk::Desk;
use tollgate_keys::digest::{Digest, token_hash};
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::{Fault, Kept, Moment};
use url::Url;

/// The most reports that one request brings.
pub const MOST: usize = 100;

/// The longest URL that is looked at, in bytes.
const LONGEST_URL: usize = 4096;

/// How often a decision is made anew when its facts changed under it.
const ATTEMPTS: usize = 8;

/// A credential that was found somewhere, as a secret-scanning partner tells it.
#[derive(Clone, Default)]
pub struct Report {
    /// The credential itself.
    pub token: String,
    /// The URL where it was found, if it is told.
    pub url: Option<String>,
    /// In which kind of place, in the partner's word (`commit`, `npm` …).
    pub source: Option<String>,
}

/// Whether what was found is a credential of this house.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is one, or was.
    TruePositive,
    /// It is none.
    FalsePositive,
}

impl Verdict {
    /// The partner programme's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TruePositive => "true_positive",
            Self::FalsePositive => "false_positive",
        }
    }
}

/// Who reports, and when.
#[derive(Clone, Debug)]
pub struct Reporter {
    /// The partner's key that signed the request, by its identifier; none when nothing was signed.
    pub key: Option<String>,
    /// The request, for the audit log.
    pub request: String,
    /// When.
    pub now: Moment,
}

/// SHA-256 of a credential, in hexadecimal: what the answer to a partner names it by.
#[must_use]
pub fn fingerprint(token: &str) -> String {
    Digest::from_bytes(token_hash(token)).to_string()
}

/// Whether `signature` (base64) is that of `body` under the configured key of this identifier. `keys` are identifiers
/// with their PEM. A key that cannot be read signs nothing, and the log says so.
#[must_use]
pub fn signed(keys: &[(String, String)], identifier: &str, signature: &str, body: &[u8]) -> bool {
    let Some((_, pem)) = keys.iter().find(|(held, _)| held == identifier) else {
        return false;
    };
    match tollgate_keys::leak::verify(pem, signature, body) {
        Ok(fits) => fits,
        Err(tollgate_keys::leak::Unreadable::Signature) => false,
        Err(error) => {
            tracing::error!(key = identifier, %error, "a secret-scanning partner's key cannot be read");
            false
        }
    }
}

/// Takes reports: each living credential is ended or marked, as the terms say, and its owner is told. What is none by
/// its form and checksum never reaches the store (OP6).
///
/// # Errors
/// A [`Fault`] of the store or of the source of chance. Reports before it were taken, and may be sent again.
pub async fn report(desk: &Desk, reports: &[Report], reporter: &Reporter) -> Result<Vec<Verdict>, Fault> {
    let mut verdicts = Vec::with_capacity(reports.len());
    for report in reports {
        verdicts.push(match presented(&report.token) {
            Some(plain) => take(desk, &plain, report, reporter).await?,
            None => Verdict::FalsePositive,
        });
    }
    Ok(verdicts)
}

async fn take(desk: &Desk, plain: &Plain, report: &Report, reporter: &Reporter) -> Result<Verdict, Fault> {
    let leaked = desk.terms.console.leaked;
    for attempt in 0..ATTEMPTS {
        let Some(found) = found::find(desk, plain).await? else {
            return Ok(Verdict::FalsePositive);
        };
        let mut changes = found.decide(report, reporter, leaked);
        changes.extend(found::told(desk, &found, report, reporter).await?);
        match desk.memory.keep(changes).await? {
            Kept::Done => {
                found.log(report, reporter);
                return Ok(Verdict::TruePositive);
            }
            // What is only marked depends on nothing but that it was not marked before, and that its hooks are there.
            Kept::Stale if attempt > 0 && found.is_marked_only(leaked) => return Ok(Verdict::TruePositive),
            Kept::Stale => {}
        }
    }
    let busy = "it changed again and again meanwhile";
    Err(Fault::unavailable("ending a leaked credential", busy))
}

/// A credential of ours by form and checksum, whatever it is for.
fn presented(token: &str) -> Option<Plain> {
    Kind::ALL.into_iter().find_map(|kind| Plain::read(kind, token))
}

/// The host of the place where it was found. The rest of the URL may tell more than a log should keep.
fn host(report: &Report) -> Option<String> {
    let text = report.url.as_deref().filter(|text| text.len() <= LONGEST_URL)?;
    Some(Url::parse(text).ok()?.host_str()?.to_owned())
}

/// The partner's word for the kind of place, when it is one.
fn source(report: &Report) -> Option<&str> {
    let word =
        |text: &&str| (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    report.source.as_deref().filter(word)
}

#[cfg(test)]
mod tests;
