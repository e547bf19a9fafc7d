use super::*;
use crate::chance::{Entropy, Fixed, NoEntropy};

const PLACE: &str = "signing_key/k1/private";

fn master(seed: u64) -> MasterKey {
    MasterKey::generate(&Fixed::new(seed)).unwrap()
}

fn sealer(seed: u64) -> Sealer {
    master(seed).sealer().unwrap()
}

/// OP1: what is sealed is opened again, and its bytes are not in what is kept.
#[test]
fn a_sealed_value_opens_where_it_was_sealed() {
    let sealed = sealer(1).seal(PLACE, b"canary-canary").unwrap();
    assert!(!sealed.windows(6).any(|bytes| bytes == b"canary"));
    assert_eq!(&**sealer(1).open(PLACE, &sealed).unwrap(), b"canary-canary");
    assert_eq!(
        &**sealer(1).open(PLACE, &sealer(1).seal(PLACE, b"").unwrap()).unwrap(),
        b""
    );
}

/// OP1: the database alone opens nothing.
#[test]
fn another_master_key_opens_nothing() {
    let sealed = sealer(1).seal(PLACE, b"canary").unwrap();
    assert_eq!(sealer(2).open(PLACE, &sealed).unwrap_err(), SealFault::OtherKey);
}

#[test]
fn a_value_moved_to_another_row_does_not_open() {
    let sealed = sealer(1).seal(PLACE, b"canary").unwrap();
    for place in ["signing_key/k2/private", "", "signing_key/k1/private "] {
        assert_eq!(sealer(1).open(place, &sealed).unwrap_err(), SealFault::Broken);
    }
}

#[test]
fn a_changed_or_cut_value_does_not_open() {
    let sealer = sealer(1);
    let sealed = sealer.seal(PLACE, b"canary").unwrap();
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(sealer.open(PLACE, &changed).is_err(), "byte {place}");
        assert!(sealer.open(PLACE, &sealed[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn the_same_value_is_sealed_to_other_bytes_each_time() {
    let sealer = sealer(1);
    assert_ne!(
        sealer.seal(PLACE, b"canary").unwrap(),
        sealer.seal(PLACE, b"canary").unwrap()
    );
}

/// OP1: with the old key still at hand, everything opens, and what is old says so.
#[test]
fn a_master_key_is_changed_while_values_under_the_old_one_still_open() {
    let old = sealer(1).seal(PLACE, b"canary").unwrap();
    let both = sealer(2).also_opening(&master(1)).unwrap();
    assert_eq!(&**both.open(PLACE, &old).unwrap(), b"canary");
    assert!(!both.is_current(&old));
    let new = both.seal(PLACE, b"canary").unwrap();
    assert!(both.is_current(&new));
    assert_eq!(&**sealer(2).open(PLACE, &new).unwrap(), b"canary");
}

#[test]
fn a_value_beyond_the_cap_is_refused_on_both_ways() {
    let long = vec![0; MAX_PLAIN + 1];
    assert_eq!(sealer(1).seal(PLACE, &long).unwrap_err(), SealFault::TooLong);
    let sealed = vec![VERSION; MAX_PLAIN + 100];
    assert_eq!(sealer(1).open(PLACE, &sealed).unwrap_err(), SealFault::NotSealed);
}

/// OP18: what is not random is no master key.
#[test]
fn a_weak_master_key_is_refused() {
    let counting: Vec<u8> = (0..32).collect();
    let stepping: Vec<u8> = (0..32_u8).map(|n| n.wrapping_mul(7)).collect();
    let mut few = [0_u8; 32];
    Fixed::new(1).fill(&mut few).unwrap();
    let few = few.map(|byte| byte % 15);
    let words = b"correct horse battery staple 123";
    let typed = b"Tr0ub4dor&3-is-not-a-master-key!";
    for weak in [
        &[0; 32][..],
        &[0xFF; 32],
        &counting,
        &stepping,
        &few,
        words,
        typed,
        &[1, 2].repeat(16),
    ] {
        assert_eq!(MasterKey::from_bytes(weak).unwrap_err(), Malformed::Weak, "{weak:?}");
    }
    struct Zeros;
    impl Entropy for Zeros {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
            bytes.fill(0);
            Ok(())
        }
    }
    assert!(MasterKey::generate(&Zeros).is_err());
}

#[test]
fn a_master_key_is_written_and_read_as_text() {
    let text = master(1).to_text();
    assert_eq!(text.len(), 43);
    let read = MasterKey::parse(&format!("{}\n", *text)).unwrap();
    assert_eq!(*read.to_text(), *text);
    assert_eq!(MasterKey::parse("").unwrap_err(), Malformed::Length);
    assert_eq!(MasterKey::parse(&text[1..]).unwrap_err(), Malformed::Length);
    assert_eq!(MasterKey::parse(&"!".repeat(43)).unwrap_err(), Malformed::NotBase64);
    assert_eq!(MasterKey::from_bytes(&[1; 31]).unwrap_err(), Malformed::Length);
}

/// The digest key and the sealing key have nothing in common, and both follow from the master key.
#[test]
fn each_use_has_a_key_of_its_own() {
    let digest = |seed| master(seed).digest_key().unwrap().digest("a");
    assert_eq!(digest(1), digest(1));
    assert_ne!(digest(1), digest(2));
    let raw = MasterKey::generate(&Fixed::new(1)).unwrap();
    let bytes: [u8; 32] = crate::base64url::decode(&raw.to_text()).unwrap().try_into().unwrap();
    assert_ne!(crate::digest::DigestKey::from_bytes(&bytes).digest("a"), digest(1));
}

/// OP5: no key shows itself in a debug line.
#[test]
fn keys_print_as_stars() {
    assert_eq!(format!("{:?} {:?}", master(1), sealer(1)), "MasterKey(***) Sealer(***)");
}
