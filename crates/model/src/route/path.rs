//! One spelling for each path, so that the rule and the server behind it speak of the same thing.
//!
//! A path that a server somewhere might read in another way than we do (CVE-2021-29492 and its many kin) is
//! refused rather than repaired: nothing that is forwarded depends on who decodes what, and how often.

use std::borrow::Cow;

/// Why a path has no single meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ambiguous {
    /// It does not start with a slash (`*`, an authority, nothing).
    #[error("it is not a path")]
    NotAPath,
    /// `%` without two hexadecimal digits.
    #[error("a percent sign is not followed by two hexadecimal digits")]
    Escape,
    /// What the escapes say is not UTF-8: overlong forms, halves of characters.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A control character, plain or escaped.
    #[error("it holds a control character")]
    Control,
    /// An escaped slash.
    #[error("it holds an encoded slash")]
    EncodedSlash,
    /// A backslash, plain or escaped.
    #[error("it holds a backslash")]
    Backslash,
    /// Two slashes in a row.
    #[error("it holds an empty segment")]
    EmptySegment,
    /// `.` or `..` as a segment, however spelled.
    #[error("it holds a dot segment")]
    DotSegment,
    /// `;`, plain or escaped: some servers cut there, others do not.
    #[error("it holds a path parameter")]
    Parameter,
    /// An escape of an escape.
    #[error("it is encoded twice")]
    Twice,
    /// `#`: a fragment is never sent (RFC 9110 §4.2.5).
    #[error("it holds a fragment")]
    Fragment,
}

/// The one spelling of `path` (RFC 3986 §6.2.2): escapes of characters that need none are undone,
/// characters that need one are escaped, hexadecimal digits are upper case. Two paths that a server may
/// take for the same have the same spelling; only `+` and `%2B` stay apart, as servers disagree on `+`.
///
/// # Errors
/// [`Ambiguous`] when it could be read in more than one way.
pub fn canonical(path: &str) -> Result<Cow<'_, str>, Ambiguous> {
    if !path.starts_with('/') {
        return Err(Ambiguous::NotAPath);
    }
    // Nearly every path is its own spelling: look once, copy nothing.
    let spelled = if path.bytes().all(|b| stays(b) || b == b'/') {
        Cow::Borrowed(path)
    } else {
        Cow::Owned(respell(path)?)
    };
    segments(&spelled)?;
    Ok(spelled)
}

fn respell(path: &str) -> Result<String, Ambiguous> {
    let mut spelled = String::with_capacity(path.len() + 8);
    let mut octets = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let escaped = byte == b'%';
        let byte = if escaped {
            let high = bytes.next().and_then(digit).ok_or(Ambiguous::Escape)?;
            let low = bytes.next().and_then(digit).ok_or(Ambiguous::Escape)?;
            (high << 4) | low
        } else {
            byte
        };
        octets.push(byte);
        match byte {
            0x00..=0x1F | 0x7F => return Err(Ambiguous::Control),
            b'\\' => return Err(Ambiguous::Backslash),
            b';' => return Err(Ambiguous::Parameter),
            b'/' if escaped => return Err(Ambiguous::EncodedSlash),
            b'#' if !escaped => return Err(Ambiguous::Fragment),
            b'/' => spelled.push('/'),
            // `+` is a plus here, and a space to those who take every place for a form.
            b'+' if escaped => spelled.push_str("%2B"),
            byte if stays(byte) => spelled.push(char::from(byte)),
            byte => {
                spelled.push('%');
                spelled.push(hex(byte >> 4));
                spelled.push(hex(byte & 0x0F));
            }
        }
    }
    std::str::from_utf8(&octets).map_err(|_| Ambiguous::NotUtf8)?;
    // After the first decoding: so `%25%32%66` is caught as `%252f` is.
    let twice = spelled.split("%25").skip(1).any(|after| {
        let mut after = after.bytes();
        after.next().and_then(digit).is_some() && after.next().and_then(digit).is_some()
    });
    if twice { Err(Ambiguous::Twice) } else { Ok(spelled) }
}

fn segments(path: &str) -> Result<(), Ambiguous> {
    let mut rest = path.split('/').skip(1).peekable();
    while let Some(segment) = rest.next() {
        match segment {
            "" if rest.peek().is_some() => return Err(Ambiguous::EmptySegment),
            "." | ".." => return Err(Ambiguous::DotSegment),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a character stands for itself in a segment: `pchar` of RFC 3986 §3.3 without `;`.
const fn stays(byte: u8) -> bool {
    matches!(byte,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~'
        | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'=' | b':' | b'@')
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

const fn hex(nibble: u8) -> char {
    match nibble {
        0..=9 => (b'0' + nibble) as char,
        _ => (b'A' + nibble - 10) as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RS6: the table of encodings. Each has one meaning, or none.
    #[test]
    fn each_encoding_has_one_meaning_or_none() {
        use Ambiguous::*;
        let table: &[(&str, Result<&str, Ambiguous>)] = &[
            ("/", Ok("/")),
            ("/v3/me", Ok("/v3/me")),
            ("/v3/me/", Ok("/v3/me/")),
            ("/v3/%6d%65", Ok("/v3/me")),
            ("/v3/%6D%65", Ok("/v3/me")),
            ("/%41%7e%2D%5f", Ok("/A~-_")),
            ("/a%40b", Ok("/a@b")),
            ("/a%3Ab", Ok("/a:b")),
            ("/a%2cb", Ok("/a,b")),
            ("/a%2bb", Ok("/a%2Bb")),
            ("/a+b", Ok("/a+b")),
            ("/a b", Ok("/a%20b")),
            ("/a%20b", Ok("/a%20b")),
            ("/a%3fb", Ok("/a%3Fb")),
            ("/a%23b", Ok("/a%23b")),
            ("/a\"{b}|", Ok("/a%22%7Bb%7D%7C")),
            ("/%c3%a9", Ok("/%C3%A9")),
            ("/é", Ok("/%C3%A9")),
            ("/100%25", Ok("/100%25")),
            ("/100%25ok", Ok("/100%25ok")),
            ("/...", Ok("/...")),
            ("/.well-known", Ok("/.well-known")),
            ("/a..b", Ok("/a..b")),
            ("", Err(NotAPath)),
            ("*", Err(NotAPath)),
            ("v3/me", Err(NotAPath)),
            ("/a%2Fb", Err(EncodedSlash)),
            ("/a%2fb", Err(EncodedSlash)),
            ("/a\\b", Err(Backslash)),
            ("/a%5Cb", Err(Backslash)),
            ("/a%5cb", Err(Backslash)),
            ("/.", Err(DotSegment)),
            ("/..", Err(DotSegment)),
            ("/a/./b", Err(DotSegment)),
            ("/a/../b", Err(DotSegment)),
            ("/a/%2e/b", Err(DotSegment)),
            ("/a/%2e%2e/b", Err(DotSegment)),
            ("/a/.%2E/b", Err(DotSegment)),
            ("/a/%2e./", Err(DotSegment)),
            ("//", Err(EmptySegment)),
            ("//a", Err(EmptySegment)),
            ("/a//b", Err(EmptySegment)),
            ("/a;v=1", Err(Parameter)),
            ("/a;/../b", Err(Parameter)),
            ("/a%3Bv", Err(Parameter)),
            ("/a%00", Err(Control)),
            ("/a%0d%0ab", Err(Control)),
            ("/a%7F", Err(Control)),
            ("/a%252e", Err(Twice)),
            ("/a%252Fb", Err(Twice)),
            ("/a%255c", Err(Twice)),
            ("/%2561dmin", Err(Twice)),
            ("/%25%32%66", Err(Twice)),
            ("/%25252f", Err(Twice)),
            ("/a%", Err(Escape)),
            ("/a%2", Err(Escape)),
            ("/a%zz", Err(Escape)),
            ("/a%u002f", Err(Escape)),
            ("/a%c0%af", Err(NotUtf8)),
            ("/a%c0%ae%c0%ae", Err(NotUtf8)),
            ("/a%e0%80%af", Err(NotUtf8)),
            ("/a%ff", Err(NotUtf8)),
            ("/a%c3", Err(NotUtf8)),
            ("/a#b", Err(Fragment)),
        ];
        assert!(table.len() >= 30);
        for (path, meaning) in table {
            assert_eq!(canonical(path).as_deref(), meaning.as_deref(), "{path}");
        }
    }

    proptest! {
        /// RS6: a spelling is its own spelling, and no path breaks the reader.
        #[test]
        fn a_canonical_path_stays_as_it_is(path in "/[ -~é%/.;]{0,40}") {
            if let Ok(once) = canonical(&path) {
                let twice = canonical(&once);
                prop_assert_eq!(twice.as_deref(), Ok(&*once));
            }
        }
    }
}
