//! PKCE at the authorization endpoint (RFC 7636 §4.3).

use tollgate_protocol::parameters::Parameters;
use tollgate_protocol::refusal::{Code, Refusal};

/// Characters of a challenge: base64url of 32 bytes.
const LENGTH: usize = 43;

/// The `code_challenge` of a request; none where `optional` lets it be left out.
///
/// A method that is not named is `plain` (§4.3), and `plain` shows the verifier to everybody who sees the request: it is
/// refused (PK2).
///
/// # Errors
/// [`Code::ChallengeMissing`], [`Code::ChallengeMethodUnsupported`], [`Code::ChallengeMalformed`].
pub(super) fn challenge(ask: &Parameters, optional: bool) -> Result<Option<String>, Refusal> {
    let method = ask.get("code_challenge_method");
    let Some(challenge) = ask.get("code_challenge") else {
        // A method without a challenge: whoever wrote it believes to be protected.
        return match (optional, method) {
            (true, None) => Ok(None),
            _ => Err(Refusal::of(Code::ChallengeMissing)),
        };
    };
    if method != Some("S256") {
        return Err(Refusal::of(Code::ChallengeMethodUnsupported));
    }
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    // 43 characters carry 258 bits: the last has two that are none of the hash, and must be zero.
    let ends = challenge
        .bytes()
        .last()
        .is_some_and(|b| b"AEIMQUYcgkosw048".contains(&b));
    if challenge.len() != LENGTH || !challenge.bytes().all(base64url) || !ends {
        return Err(Refusal::of(Code::ChallengeMalformed));
    }
    Ok(Some(challenge.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, Appendix B.
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn of(query: &str) -> Parameters {
        Parameters::of_form(query.as_bytes()).unwrap()
    }

    fn code(query: &str, optional: bool) -> Code {
        challenge(&of(query), optional).unwrap_err().code
    }

    /// PK1, AT5, SO-11: without a challenge there is no code; only where the terms say so it may be left out.
    #[test]
    fn a_challenge_is_required_unless_it_may_be_left_out() {
        assert_eq!(code("", false), Code::ChallengeMissing);
        assert_eq!(code("code_challenge=", false), Code::ChallengeMissing);
        assert_eq!(code("code_challenge_method=S256", false), Code::ChallengeMissing);
        assert_eq!(code("code_challenge_method=S256", true), Code::ChallengeMissing);
        assert_eq!(challenge(&of(""), true), Ok(None));
        let whole = of(&format!("code_challenge={CHALLENGE}&code_challenge_method=S256"));
        for optional in [false, true] {
            assert_eq!(challenge(&whole, optional).unwrap().as_deref(), Some(CHALLENGE));
        }
    }

    /// PK2: `plain`, no method, and every other method are refused, also where PKCE is optional.
    #[test]
    fn s256_is_the_only_method() {
        for method in [
            "",
            "&code_challenge_method=plain",
            "&code_challenge_method=s256",
            "&code_challenge_method=S512",
        ] {
            for optional in [false, true] {
                let query = format!("code_challenge={CHALLENGE}{method}");
                assert_eq!(code(&query, optional), Code::ChallengeMethodUnsupported, "{method}");
            }
        }
    }

    #[test]
    fn what_is_no_hash_is_no_challenge() {
        for odd in [
            "short",
            &CHALLENGE[1..],
            &format!("{CHALLENGE}A"),
            &format!("{CHALLENGE}="),
            &CHALLENGE.replace('-', "%2B"),
            &CHALLENGE.replace("cM", "cN"),
            &"%C3%BC".repeat(43),
        ] {
            let query = format!("code_challenge={odd}&code_challenge_method=S256");
            assert_eq!(code(&query, false), Code::ChallengeMalformed, "{odd}");
        }
    }
}
