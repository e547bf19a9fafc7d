//! The address that names an acting user.

use std::borrow::Cow;

/// Why a text does not name one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOne {
    /// It names more than one.
    #[error("it names more than one person")]
    Several,
    /// It is no e-mail address.
    #[error("it is not an e-mail address")]
    Malformed,
}

/// The one address in the value of a header, in lower case.
///
/// # Errors
/// [`NotOne`].
pub fn address(text: &str) -> Result<Cow<'_, str>, NotOne> {
    let text = text.trim();
    if text.contains([',', ';']) {
        return Err(NotOne::Several);
    }
    if !is_address(text) {
        return Err(NotOne::Malformed);
    }
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        Ok(Cow::Owned(text.to_ascii_lowercase()))
    } else {
        Ok(Cow::Borrowed(text))
    }
}

/// Whether it is `dot-atom@domain` (RFC 5322 §3.4.1) within the lengths of RFC 5321 §4.5.3.1. Quoted local parts and address
/// literals are legal and name nobody's member.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let atom = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.bytes().all(atom))
        && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    /// SS-44: what is an address and what is not.
    #[test]
    fn an_address_is_told_from_what_is_none() {
        for good in [
            "a@b.c",
            "first.last+tag@sub.example.com",
            "o'neil@example.com",
            "a@localhost",
            "a_b@ex-ample.org",
        ] {
            assert!(is_address(good), "{good}");
        }
        let long = format!("{}@example.com", "a".repeat(65));
        for bad in [
            "",
            "a",
            "@",
            "a@",
            "@b.c",
            "a@@b.c",
            "a@b@c.d",
            ".a@b.c",
            "a..b@c.d",
            "a@b..c",
            "a@-b.c",
            "a b@c.d",
            "a@b c",
            "<a@b.c>",
            "\"a\"@b.c",
            "a@[1.2.3.4]",
            long.as_str(),
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
