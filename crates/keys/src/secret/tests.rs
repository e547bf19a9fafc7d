use super::*;
use crate::chance::{Fixed, System};

fn minted(kind: Kind) -> Plain {
    Plain::mint(kind, &System).unwrap()
}

/// OP6: a credential has its prefix, its length and its checksum, and is read back as what it is.
#[test]
fn a_minted_credential_is_read_back() {
    for kind in Kind::ALL {
        let plain = minted(kind);
        assert_eq!(plain.expose().len(), 3 + 1 + kind.random() + CHECKSUM);
        let read = Plain::read(kind, plain.expose()).unwrap();
        assert_eq!(read.expose(), plain.expose());
        assert_eq!(read.kind(), kind);
    }
}

/// OP6: the published expressions describe what is minted, and nothing shorter, longer or foreign.
#[test]
fn the_published_pattern_describes_each_kind() {
    for kind in Kind::ALL {
        let prefix = kind.pattern().strip_prefix(r"\b").unwrap();
        let (prefix, count) = prefix.split_once("[0-9A-Za-z]{").unwrap();
        let count: usize = count.strip_suffix(r"}\b").unwrap().parse().unwrap();
        let fits = |text: &str| {
            text.strip_prefix(prefix)
                .is_some_and(|rest| rest.len() == count && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
        };
        for other in Kind::ALL {
            assert_eq!(fits(minted(other).expose()), other == kind);
        }
    }
}

/// OP6: one changed character, anywhere, is noticed before a database is asked.
#[test]
fn a_mistyped_credential_is_turned_away() {
    let plain = Plain::mint(Kind::ClientSecret, &Fixed::new(4)).unwrap();
    for place in 0..plain.expose().len() {
        let mut bytes = plain.expose().as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
        let typo = String::from_utf8(bytes).unwrap();
        assert!(Plain::read(Kind::ClientSecret, &typo).is_none(), "{typo}");
    }
}

/// OP6: another kind, another length, another alphabet: none is a credential of this kind.
#[test]
fn what_has_another_form_is_no_credential() {
    let text = Plain::mint(Kind::ClientSecret, &Fixed::new(5)).unwrap();
    let text = text.expose();
    assert!(Plain::read(Kind::OperatorToken, text).is_none());
    for wrong in [
        "",
        "tgs",
        "tgs_",
        &text[..41],
        &format!("{text}0"),
        &format!(" {text}"),
        &format!("{text}\n"),
        &text.replacen('_', "-", 1),
        &text.to_uppercase(),
        &format!("tgs_{}", "é".repeat(19)),
        &format!("tgs_{}", "ab\u{0}".repeat(13)),
    ] {
        assert!(Plain::read(Kind::ClientSecret, wrong).is_none(), "{wrong:?}");
    }
}

/// The format is a promise to everybody who keeps such a credential: it must not drift.
#[test]
fn the_checksum_is_the_crc32_of_everything_before_it() {
    // CRC-32 of "tgs_" and 32 zeros, worked out apart from this code.
    let body = format!("tgs_{}", "0".repeat(32));
    let sum: String = checksum(&body).iter().collect();
    assert!(Plain::read(Kind::ClientSecret, &format!("{body}{sum}")).is_some());
    assert_eq!(sum, "0lVOZH");
}

/// PK7: a credential carries at least 160 random bits.
#[test]
fn a_credential_carries_160_bits() {
    assert!(f64::from(u32::try_from(RANDOM).unwrap()) * 62_f64.log2() >= 160.0);
    assert_ne!(minted(Kind::ClientSecret).expose(), minted(Kind::ClientSecret).expose());
}

/// OP5: a credential prints as three stars, whatever asks.
#[test]
fn a_credential_never_prints_itself() {
    let plain = minted(Kind::GatewayToken);
    assert_eq!(format!("{plain} {plain:?} {:?}", Some(&plain)), "*** *** Some(***)");
}

/// RT2, PK7: a refresh token's successor is always the same one, of the same family, and nobody without the key makes it.
#[test]
fn a_refresh_token_has_one_successor() {
    let (key, other) = (DigestKey::from_bytes(&[1; 32]), DigestKey::from_bytes(&[2; 32]));
    let first = minted(Kind::Refresh);
    let second = first.successor(&key);
    assert_eq!(second.expose(), first.successor(&key).expose());
    assert_ne!(second.expose(), first.successor(&other).expose());
    assert_ne!(second.expose(), first.expose());
    assert_eq!(second.family(), first.family());
    assert_ne!(second.family(), minted(Kind::Refresh).family());
    assert!(Plain::read(Kind::Refresh, second.expose()).is_some());
    let third = second.successor(&key);
    assert_ne!(third.expose(), second.expose());
    assert_ne!(third.expose().get(36..), first.expose().get(36..));
}
