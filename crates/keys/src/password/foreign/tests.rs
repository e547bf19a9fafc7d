use crate::password::{Unusable, Verdict, decoy, decoy_like, importable, verify};
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};

const PASSWORD: &str = "a long tin of blue herring";

/// Made by crypt(3) and by Python's hashlib.
const MADE_ELSEWHERE: [&str; 5] = [
    "$2b$04$abcdefghijklmnopqrstuuE7De1yMvd27e0At7fYW4Tbe/vN9hMam",
    "$pbkdf2-sha256$i=1000,l=32$c2FsdCBvZiBzaXh0ZWVuIQ$wqzplqiQ3ylf1d4nqRxggSQWaFG/7HAJ98dWOyZ8hKM",
    "$pbkdf2-sha256$1000$c2FsdCBvZiBzaXh0ZWVuIQ$wqzplqiQ3ylf1d4nqRxggSQWaFG/7HAJ98dWOyZ8hKM",
    "$pbkdf2-sha512$i=1000$c2FsdCBvZiBzaXh0ZWVuIQ$C30NgG6Bi11rK92E+xNl5g1s+V5fESzUqpmu6QakP89ookzrKXUiGn5BBgeuem0TuN4vi/xNsu+F8R4mIW2pEQ",
    "$scrypt$ln=10,r=8,p=1$c2FsdCBvZiBzaXh0ZWVuIQ$1ISoPox44D54e/4mKVRLsm7kDZcjzhyC6o8XZFSSNj8",
];

fn argon(kind: Algorithm) -> String {
    let argon = Argon2::new(kind, Version::V0x13, Params::new(64, 2, 1, Some(32)).unwrap());
    let made: PasswordHash = argon
        .hash_password_with_salt(PASSWORD.as_bytes(), b"0123456789abcdef")
        .unwrap();
    made.to_string()
}

/// OP7: what other houses made is compared, and made anew at the first right password.
#[test]
fn a_hash_of_another_house_fits_its_password_and_asks_to_be_made_anew() {
    let kinds = [Algorithm::Argon2i, Algorithm::Argon2d, Algorithm::Argon2id].map(argon);
    for kept in MADE_ELSEWHERE.into_iter().chain(kinds.iter().map(String::as_str)) {
        assert_eq!(importable(kept), Ok(()), "{kept}");
        assert_eq!(verify(PASSWORD, kept), Verdict::Right { rehash: true }, "{kept}");
        for wrong in ["", "a long tin of blue herrinG", "a long tin of blue herring "] {
            assert_eq!(verify(wrong, kept), Verdict::Wrong, "{kept}");
        }
    }
}

/// The three names of bcrypt are one function.
#[test]
fn bcrypt_has_three_names() {
    for name in ["$2a$", "$2b$", "$2y$"] {
        let kept = MADE_ELSEWHERE[0].replace("$2b$", name);
        assert_eq!(verify(PASSWORD, &kept), Verdict::Right { rehash: true }, "{name}");
    }
}

/// OP7, RL11: what would cost the server its memory or its day is known by its terms, and nothing is computed.
#[test]
fn a_hash_that_is_too_dear_is_not_taken() {
    let [bcrypt, pbkdf2, passlib, _, scrypt] = MADE_ELSEWHERE;
    for dear in [
        bcrypt.replace("$04$", "$15$"),
        bcrypt.replace("$04$", "$31$"),
        pbkdf2.replace("i=1000", "i=2000001"),
        pbkdf2.replace("i=1000", "i=99999999999999999999"),
        passlib.replace("$1000$", "$4294967295$"),
        scrypt.replace("ln=10", "ln=30"),
        scrypt.replace("ln=10", "ln=19"),
        scrypt.replace("ln=10", "ln=255"),
        scrypt.replace("ln=10", "ln=256"),
        scrypt.replace("r=8", "r=1000000"),
        scrypt.replace("p=1", "p=4294967295"),
        argon(Algorithm::Argon2id).replace("m=64", "m=4194304"),
    ] {
        assert_eq!(importable(&dear), Err(Unusable::TooDear), "{dear}");
        assert_eq!(verify(PASSWORD, &dear), Verdict::Malformed, "{dear}");
        assert_eq!(decoy_like(&dear), None, "{dear}");
    }
}

#[test]
fn what_is_no_whole_hash_is_not_taken() {
    let [bcrypt, pbkdf2, _, _, scrypt] = MADE_ELSEWHERE;
    for broken in [
        bcrypt.replace("$04$", "$4$"),
        bcrypt.replace("$04$", "$03$"),
        bcrypt.replace("$04$", "$+4$"),
        bcrypt.replace('E', "ü"),
        bcrypt.replace("Mam", "Ma"),
        format!("{bcrypt}$"),
        pbkdf2.replace("i=1000", "i=0"),
        pbkdf2.replace("i=1000", "i="),
        pbkdf2.replace("l=32", "l=31"),
        pbkdf2.replace("c2FsdCBvZiBzaXh0ZWVuIQ", "c2Fs"),
        "$pbkdf2-sha256$1000$c2FsdCBvZiBzaXh0ZWVuIQ$wqzplqiQ".to_owned(),
        "$pbkdf2-sha256$1000$c2FsdCBvZiBzaXh0ZWVuIQ$".to_owned(),
        pbkdf2.replace('/', "!"),
        scrypt.replace("ln=10,", ""),
        scrypt.replace("p=1", "p=0"),
        scrypt.replace("p=1", "p=1,q=1"),
        scrypt.replace("ln=10,r=8", "r=8,ln=10"),
        format!("{scrypt}{}", "A".repeat(512)),
        "$argon2id$v=19$m=64,t=1,p=1".to_owned(),
    ] {
        assert_eq!(importable(&broken), Err(Unusable::Malformed), "{broken}");
        assert_eq!(verify(PASSWORD, &broken), Verdict::Malformed, "{broken}");
    }
    for unknown in [
        "",
        "plain",
        "$1$salt$hash",
        "$2x$04$x",
        "{SSHA}xyz",
        "5f4dcc3b5aa765d61d8327deb882cf99",
    ] {
        assert_eq!(importable(unknown), Err(Unusable::Unknown), "{unknown}");
    }
}

/// SE7: what stands in for an imported hash is of its kind and cost, and fits nothing.
#[test]
fn a_decoy_is_as_dear_as_what_it_stands_for() {
    let argon = argon(Algorithm::Argon2i);
    for kept in MADE_ELSEWHERE.into_iter().chain([argon.as_str()]) {
        let decoy = decoy_like(kept).unwrap();
        assert_ne!(decoy.text, kept);
        assert_eq!(importable(&decoy.text), Ok(()), "{}", decoy.text);
        assert_eq!(decoy_like(&decoy.text).unwrap(), decoy, "the same kind and cost");
        for password in ["", PASSWORD] {
            assert_eq!(verify(password, &decoy.text), Verdict::Wrong, "{}", decoy.text);
        }
    }
    assert_eq!(decoy_like(decoy()), None, "ours needs no other");
    let [cheap, dear] = ["$04$", "$12$"].map(|cost| MADE_ELSEWHERE[0].replace("$04$", cost));
    assert!(decoy_like(&cheap).unwrap().cost < decoy_like(&dear).unwrap().cost);
}
