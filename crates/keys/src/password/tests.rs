use super::*;
use crate::chance::{Fixed, System};

const PASSWORD: &str = "a long tin of blue herring";

/// A hash of the least cost there is.
fn cheap(password: &str) -> String {
    let params = Params::new(8, 1, 1, Some(32)).unwrap();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let made: phc::PasswordHash = argon
        .hash_password_with_salt(password.as_bytes(), b"0123456789abcdef")
        .unwrap();
    made.to_string()
}

/// OP7: Argon2id, 19 MiB, two passes, and a salt for each.
#[test]
fn a_password_is_kept_as_argon2id_of_19_mib_and_two_passes() {
    let one = hash(PASSWORD, &System).unwrap();
    let two = hash(PASSWORD, &System).unwrap();
    assert!(
        one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        one.as_str()
    );
    assert_ne!(one, two);
    assert_eq!(verify(PASSWORD, one.as_str()), Verdict::Right { rehash: false });
    assert_eq!(verify("a long tin of blue herrinG", one.as_str()), Verdict::Wrong);
    assert_eq!(verify("", one.as_str()), Verdict::Wrong);
}

/// OP7: a hash of another cost says at sign-in that it wants to be made anew.
#[test]
fn a_cheaper_hash_still_verifies_and_asks_to_be_made_anew() {
    let kept = cheap(PASSWORD);
    assert_eq!(verify(PASSWORD, &kept), Verdict::Right { rehash: true });
    assert_eq!(verify("another", &kept), Verdict::Wrong);
}

#[test]
fn what_is_kept_and_no_hash_is_our_fault_not_a_wrong_password() {
    let good = cheap(PASSWORD);
    for kept in [
        "",
        "plain",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$1$salt$hash",
        "$argon2id$v=19$m=8,t=1,p=1",
        &good.replace("argon2id", "argon2x"),
        &good.replace("v=19", "v=20"),
        &good.replace("m=8", "m=1"),
        // What would cost the server its memory or its day.
        &good.replace("m=8", "m=4194304"),
        &good.replace("t=1", "t=100000"),
        &good.replace("p=1", "p=1000"),
        &format!("{good}{}", "A".repeat(MAX_PHC)),
    ] {
        assert_eq!(verify(PASSWORD, kept), Verdict::Malformed, "{kept}");
    }
}

/// SE7: an unknown person costs the server what a known one does, and no password fits.
#[test]
fn the_decoy_costs_what_a_password_costs_and_fits_none() {
    let (kept, params) = read(decoy()).unwrap();
    assert!(is_current(&kept, &params));
    assert_eq!(kept.salt.unwrap().len(), SALT);
    for password in ["", PASSWORD] {
        assert_eq!(verify(password, decoy()), Verdict::Wrong);
    }
}

#[test]
fn a_hash_follows_from_the_chance_handed_in() {
    let made = |seed| hash(PASSWORD, &Fixed::new(seed)).unwrap();
    assert_eq!(made(1), made(1));
    assert_ne!(made(1), made(2));
}

/// SE6: 8 to 256 characters, whatever they are.
#[test]
fn length_is_the_only_form_a_password_must_have() {
    let of = |text: &str, times: usize| text.repeat(times);
    for good in [
        "zrqfhkwm",
        "        zrqfhkwm",
        "93817462",
        "пароль-для-меня",
        "😀😁😂🤣😃😄😅😆",
        "a\u{0}b\u{1}c\u{2}d\u{3}",
        &of("qwx7", 16),
        &of("qwx7", 64),
        &of("😀😁", 128),
    ] {
        assert_eq!(acceptable(good, &[]), Ok(()), "{good}");
    }
    for short in ["", "zrqfhkw", "😀😁😂🤣😃😄😅"] {
        assert_eq!(acceptable(short, &[]), Err(Weak::TooShort), "{short}");
    }
    for long in [of("qwx7", 65), of("😀😁", 129), of("qwx7", 1_000_000)] {
        assert_eq!(acceptable(&long, &[]), Err(Weak::TooLong), "{}", long.len());
        assert_eq!(verify(&long, decoy()), Verdict::Wrong);
    }
    assert_eq!(hash(&of("qwx7", 1_000), &System), Err(HashFault::TooLong));
}

/// SE6: known from breaches, in any case and with spaces around.
#[test]
fn a_breached_password_is_refused() {
    for known in [
        "password",
        "Password1",
        "QWERTYUIOP",
        "12345678",
        " iloveyou1 ",
        "trustno1\t",
        "Friend of Emily",
    ] {
        assert_eq!(acceptable(known, &[]), Err(Weak::Breached), "{known}");
    }
}

/// SE6: what everybody knows of a person is no password, nor is it with a year behind.
#[test]
fn a_password_made_of_known_words_is_refused() {
    let also = ["Tax.Desk@Firm-Harbour.example", "Tax Desk", "Tollgate"];
    for guessable in [
        "tax.desk@firm-harbour.example",
        "Tollgate",
        "tollgate2026",
        "TaxDesk1!",
        "desk-harbour",
        "tollgate tollgate tollgate",
        "ûûûûûûûû",
        "        ",
    ] {
        assert_eq!(acceptable(guessable, &also), Err(Weak::Guessable), "{guessable}");
    }
    for good in ["tollgate keeps nine herons", "desk73kqwz", PASSWORD] {
        assert_eq!(acceptable(good, &also), Ok(()), "{good}");
    }
    assert_eq!(acceptable("onebanana77", &["", "a", "de", "@"]), Ok(()));
}

/// OP5: a hash does not show itself in a debug line.
#[test]
fn a_hash_prints_as_stars() {
    assert_eq!(
        format!("{:?}", hash(PASSWORD, &Fixed::new(1)).unwrap()),
        "PasswordHash(***)"
    );
}
