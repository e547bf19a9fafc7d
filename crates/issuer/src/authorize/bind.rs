//! Which browser a way belongs to.

use super::flow::Flow;
use crate::desk::Desk;
use tollgate_keys::digest::{Digest, DigestKey};
use tollgate_keys::secret::{Kind, Plain};
use tollgate_model::{Authorization, Fault};

/// The keyed digest that stands for this browser, from the token in its cookie. A browser that has none, or one that
/// was never ours, gets a new token, which is to be set.
///
/// # Errors
/// A [`Fault`] when there is no chance to make one from.
pub fn browser(desk: &Desk, cookie: Option<&str>) -> Result<(String, Option<Plain>), Fault> {
    if let Some(held) = cookie.and_then(|text| Plain::read(Kind::Browser, text)) {
        return Ok((desk.digests.digest(held.expose()).to_string(), None));
    }
    let new =
        Plain::mint(Kind::Browser, &*desk.entropy).map_err(|e| Fault::unavailable("knowing a browser again", e))?;
    Ok((desk.digests.digest(new.expose()).to_string(), Some(new)))
}

/// Whether this is the browser that opened the authorization (CO2, AT17). Compared in constant time.
pub(super) fn opened_by(authorization: &Authorization, browser: &str) -> bool {
    match (Digest::parse(&authorization.browser), Digest::parse(browser)) {
        (Some(opened), Some(here)) => opened == here,
        _ => false,
    }
}

/// What a form of a flow's page must bring along (SE5): only a page that was shown for this flow in this browser can
/// know it.
#[must_use]
pub fn csrf(desk: &Desk, flow: &Flow) -> String {
    of(&desk.digests, &flow.authorization).to_string()
}

/// Whether a form brought it. Compared in constant time.
#[must_use]
pub fn csrf_matches(desk: &Desk, flow: &Flow, brought: &str) -> bool {
    matches(&desk.digests, &flow.authorization, brought)
}

fn matches(digests: &DigestKey, authorization: &Authorization, brought: &str) -> bool {
    Digest::parse(brought).is_some_and(|brought| brought == of(digests, authorization))
}

fn of(digests: &DigestKey, authorization: &Authorization) -> Digest {
    digests.digest(&format!("csrf:{}:{}", authorization.id, authorization.browser))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorize::facts::{authorization, digest};
    use tollgate_model::AuthorizationId;

    /// CO2, AT17: the browser that opened it, and no text that is not a digest.
    #[test]
    fn only_the_browser_that_opened_it_is_known_again() {
        let held = authorization();
        assert!(opened_by(&held, &digest("browser")));
        for other in [digest("another"), String::new(), digest("browser").to_uppercase()] {
            assert!(!opened_by(&held, &other));
        }
    }

    /// SE5: a form is of one flow in one browser.
    #[test]
    fn a_forms_proof_is_of_one_flow_in_one_browser() {
        let key = DigestKey::from_bytes(&[7; 32]);
        let held = authorization();
        let proof = of(&key, &held).to_string();
        assert!(matches(&key, &held, &proof));
        let mut other = authorization();
        other.id = AuthorizationId::new("aut_2");
        assert!(!matches(&key, &other, &proof));
        let mut elsewhere = authorization();
        elsewhere.browser = digest("another");
        assert!(!matches(&key, &elsewhere, &proof));
        assert!(!matches(&key, &held, "") && !matches(&key, &held, &held.browser));
    }
}
